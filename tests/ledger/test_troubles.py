"""What can happen to a store: each trouble has its own words, and none calls damaged what is not."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from auditlib.errors import LedgerBrokenError, StoreError, StoreLockedError
from auditlib.ledger import Event, Ledger
from auditlib.ledger.connection import in_transaction
from tests.ledger.conftest import NOON
from tests.without_permissions import open_folder, said_by_anybody


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_an_index_that_was_replaced_is_found(
    ledger: Ledger, ledger_path: Path, record: Callable[..., Event]
) -> None:
    for number in range(20):
        record(ledger, subject=f"E{number}", payload={"action": "agree" if number % 2 else "delete"})
    (made,) = (
        sqlite3.connect(ledger_path)
        .execute("select sql from sqlite_master where name = 'event_by_audit'")
        .fetchone()
    )
    # The name and the words of the index stay; half of the verdicts are no longer in it.
    change(
        ledger_path,
        "drop index event_by_audit",
        "create index event_by_audit on event (audit, event_number) where payload like '%agree%'",
        "pragma writable_schema = on",
        f"update sqlite_master set sql = '{made}' where name = 'event_by_audit'",
    )
    assert len(ledger.events(audit="october")) == 10
    with pytest.raises(LedgerBrokenError, match="read by the index event_by_audit, event 1 is not where"):
        ledger.verify()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("drop index event_by_audit", "index event_by_audit is missing"),
        ("create index other on event (kind)", "index other does not belong"),
        ("drop trigger event_is_never_updated", "trigger event_is_never_updated is missing"),
        (
            "create trigger swallow after insert on event begin select 1; end",
            "trigger swallow does not belong",
        ),
        ("create view verdict as select * from event", "view verdict does not belong"),
    ],
)
def test_an_object_that_was_changed_is_named(
    ledger: Ledger, ledger_path: Path, record: Callable[..., Event], statement: str, named: str
) -> None:
    record(ledger)
    change(ledger_path, statement)
    with pytest.raises(LedgerBrokenError, match=named):
        ledger.verify()


def test_an_event_that_a_trigger_swallows_is_not_acknowledged(
    ledger: Ledger, ledger_path: Path, record: Callable[..., Event]
) -> None:
    record(ledger)
    change(
        ledger_path,
        "create trigger swallow before insert on event when new.event_number = 2 "
        "begin select raise(ignore); end",
    )
    with pytest.raises(LedgerBrokenError, match="took event 2 and does not hold it"), ledger.batch():
        record(ledger)
    with pytest.raises(LedgerBrokenError, match="Nothing was recorded"):
        record(ledger)
    assert len(ledger.events()) == 1


def test_a_full_disk_is_said_and_nothing_is_called_damaged(
    ledger: Ledger, ledger_path: Path, record: Callable[..., Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ledger)
    connect = sqlite3.dbapi2.connect

    def full(*given: object, **named: object) -> sqlite3.Connection:
        opened: sqlite3.Connection = connect(*given, **named)  # type: ignore[call-overload]
        opened.execute("pragma max_page_count = 8")
        return opened

    monkeypatch.setattr(sqlite3.dbapi2, "connect", full)
    with pytest.raises(StoreError) as caught:
        record(Ledger(ledger_path), payload={"comment": "x" * 100_000})
    require_calm(caught.value, "the disk is full")
    monkeypatch.undo()
    assert ledger.verify().event_count == 1


def test_a_disk_that_does_not_write_is_said(
    ledger: Ledger, ledger_path: Path, record: Callable[..., Event]
) -> None:
    record(ledger)
    # A limit on the size of files: the system refuses the write, as with a quota.
    program = (
        "import resource, signal, sys; from pathlib import Path; from datetime import UTC, datetime;"
        "from auditlib.ledger import Ledger; from auditlib.errors import StoreError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "ledger = Ledger(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "try: ledger.append(kind='comment', audit='a', subject='s', actor='a', payload={'x': 'y' * 200_000},"
        " recorded_at=datetime.now(UTC))\n"
        "except StoreError as error: print(error)\n"
    )
    if sys.platform == "win32":
        pytest.skip("Windows has no limit on the size of files")
    ran = subprocess.run(
        [sys.executable, "-c", program, str(ledger_path)], capture_output=True, text=True, check=False
    )
    require_calm(StoreError(ran.stdout), "the disk (did not read or write|is full)")
    assert ledger.verify().event_count == 1


@pytest.mark.usefixtures("ledger")
def test_a_locked_file_is_said(ledger_path: Path, record: Callable[..., Event]) -> None:
    change(ledger_path, "pragma journal_mode = wal")
    with closing(sqlite3.connect(ledger_path, isolation_level=None)) as holder:
        holder.execute("begin exclusive")
        with pytest.raises(StoreLockedError) as caught:
            record(Ledger(ledger_path, wait_seconds=0.1))
    require_calm(caught.value, "in use by another process")


def require_calm(error: StoreError, said: str) -> None:
    """Assert that a message says what happened, and neither that a store is damaged nor to put it away."""
    text = str(error)
    assert re.search(said, text), text
    assert "Nothing was recorded" in text
    for word in ("damaged", "move", "replaced", "restore"):
        assert word not in text


def use(path: Path) -> str:
    """Open a ledger, verify it, read it and append to it; return what is said."""
    said = ""
    try:
        ledger = Ledger(path, make_if_absent=False)
        said = f"{ledger.verify().event_count} {len(ledger.events(audit='october'))}\n"
        ledger.append(kind="comment", audit="a", subject="s", actor="a", payload={}, recorded_at=NOON)
    except StoreError as error:
        said += str(error)
    return said


@pytest.fixture(name="open_folder")
def _open_folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def used_by_anybody(path: Path) -> str:
    return said_by_anybody(lambda: use(path))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions otherwise")
def test_a_ledger_that_may_only_be_read_is_read_and_verified(
    open_folder: Path, record: Callable[..., Event]
) -> None:
    path = open_folder / "workspace" / "ledger.db"
    path.parent.mkdir()
    for _ in range(3):
        record(Ledger(path))
    for folder_mode in (0o555, 0o755):
        path.chmod(0o444)
        path.parent.chmod(folder_mode)
        said = used_by_anybody(path)
        assert said.startswith("3 3\n"), said
        require_calm(StoreError(said), "may read it and not write to it")
        assert [each.name for each in path.parent.iterdir()] == ["ledger.db"]
        path.chmod(0o644)
        path.parent.chmod(0o755)
    path.chmod(0o000)
    said = used_by_anybody(path)
    require_calm(StoreError(said), "cannot be opened by this account")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions otherwise")
def test_decisions_that_a_read_only_folder_keeps_in_the_write_ahead_file_are_not_passed_over(
    open_folder: Path, record: Callable[..., Event]
) -> None:
    path = open_folder / "workspace" / "ledger.db"
    path.parent.mkdir()
    record(Ledger(path))
    path.with_name("ledger.db-wal").write_bytes(b"something")
    path.parent.chmod(0o555)
    said = used_by_anybody(path)
    assert "has decisions in ledger.db-wal" in said
    assert "Nothing is lost" in said


def test_a_ledger_in_the_earlier_journal_is_read_and_recorded_in(
    ledger: Ledger, ledger_path: Path, record: Callable[..., Event]
) -> None:
    record(ledger)
    change(ledger_path, "pragma journal_mode = delete")
    record(ledger)
    assert ledger.verify().event_count == 2


def test_a_clock_that_was_set_back_is_a_note_and_no_damage(
    ledger: Ledger, record: Callable[..., Event]
) -> None:
    first = record(ledger)
    record(ledger, recorded_at=first.recorded_at.replace(year=2025))
    record(ledger)
    (note,) = ledger.verify().notes
    assert note.startswith("1 events bear an earlier time than the event before them, first event 2")


def test_an_error_that_nobody_knows_calls_nothing_damaged(ledger: Ledger) -> None:
    with pytest.raises(StoreError) as caught:
        in_transaction(ledger._database, lambda connection: connection.value("select nothing"), writing=False)
    require_calm(caught.value, "the database says SQLITE_ERROR")
