"""What is appended is what is read, in order, by whoever opens the ledger next."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.errors import LedgerMovedOnError, StoreError, StoreLockedError, UsageError
from auditlib.ledger import FIRST_PREVIOUS_HASH, KINDS, Event, Ledger
from auditlib.ledger.connection import Database

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

_MADE_BY_SQLALCHEMY = """
CREATE TABLE ledger_schema (\n\tversion INTEGER NOT NULL, \n\tPRIMARY KEY (version)\n);
CREATE TABLE event (
\tevent_number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, \n\tkind TEXT NOT NULL, \n\taudit TEXT NOT NULL,
\tsubject TEXT NOT NULL, \n\tactor TEXT NOT NULL, \n\tpayload TEXT NOT NULL, \n\trecorded_at TEXT NOT NULL,
\tprevious_hash TEXT NOT NULL, \n\thash TEXT NOT NULL\n);
CREATE INDEX event_by_audit ON event (audit, event_number);
CREATE TRIGGER event_is_never_updated before update on event
    begin select raise(abort, 'the ledger is append-only: an event cannot be updated'); end;
CREATE TRIGGER event_is_never_deleted before delete on event
    begin select raise(abort, 'the ledger is append-only: an event cannot be deleted'); end;
CREATE TRIGGER event_follows_the_last before insert on event
    when new.event_number is not (select coalesce(max(event_number), 0) + 1 from event)
    begin select raise(abort, 'the ledger is append-only: an event follows the last one'); end;
INSERT INTO ledger_schema (version) VALUES (1);
"""

text = st.text(st.characters(codec="utf-8"), max_size=20)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text
payloads = st.dictionaries(
    text,
    st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3)
    ),
    max_size=4,
)
headings = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12
).filter(lambda heading: heading.strip())
drafts = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "audit": headings,
        "subject": headings,
        "actor": headings,
        "payload": payloads,
        "recorded_at": st.datetimes(
            min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
            max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
            timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))]),
        ),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(drafts, max_size=5))
def test_every_event_comes_back_as_it_was_given_and_the_chain_verifies(
    tmp_path_factory: pytest.TempPathFactory, written: list[dict[str, Any]]
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    ledger = Ledger(path)
    returned = [ledger.append(**draft) for draft in written]
    read = Ledger(path).events()
    assert read == returned
    assert [event.event_number for event in read] == list(range(1, len(written) + 1))
    for draft, event in zip(written, read, strict=True):
        assert {name: getattr(event, name) for name in draft} == draft
    check = ledger.verify()
    assert check.event_count == len(written)
    assert check.head_hash == (read[-1].hash if read else FIRST_PREVIOUS_HASH)


def test_the_hash_can_be_computed_again_with_nothing_but_json_and_sha256(
    place: str | Path, record: Callable[..., Event]
) -> None:
    ledger = Ledger(place)
    record(ledger)
    record(ledger, payload={"comment": "naïve ☃", "action": "agree", "code_number": 2})
    assert Ledger(place).verify().event_count == 2
    previous = "0" * 64
    for event in ledger.events():
        fields = {
            "event_number": event.event_number,
            "kind": event.kind,
            "audit": event.audit,
            "subject": event.subject,
            "actor": event.actor,
            "payload": event.payload,
            "recorded_at": event.recorded_at.isoformat(timespec="microseconds"),
            "previous_hash": previous,
        }
        canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert event.hash == hashlib.sha256(canonical.encode()).hexdigest()
        previous = event.hash


def test_events_are_read_by_audit_by_kind_and_after_a_number(
    place: str | Path, record: Callable[..., Event]
) -> None:
    ledger = Ledger(place)
    record(ledger, audit="october", kind="chart opened")
    record(ledger, audit="november")
    record(ledger, audit="october")
    record(ledger, audit="october", kind="comment")
    assert [event.event_number for event in ledger.events(audit="october")] == [1, 3, 4]
    assert [event.event_number for event in ledger.events(kinds=["verdict", "comment"])] == [2, 3, 4]
    assert [event.event_number for event in ledger.events(audit="october", after=1)] == [3, 4]
    assert ledger.events(kinds=[]) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "verdicts"}, "no event of kind 'verdicts'"),
        ({"audit": "  "}, "needs its audit"),
        ({"actor": "one\nline"}, "actor of an event holds a control character"),
        ({"recorded_at": NOON.replace(tzinfo=None)}, "no time zone"),
        ({"payload": {"share": float("nan")}}, "not finite"),
        ({"payload": {"when": NOON}}, "cannot hold a datetime"),
        ({"payload": {1: "one"}}, "names are text"),
        ({"payload": {"comment": "\ud800"}}, "unpaired surrogate"),
    ],
)
def test_what_cannot_be_kept_exactly_is_refused_and_nothing_is_recorded(
    ledger: Ledger, record: Callable[..., Event], change: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        record(ledger, **change)
    assert ledger.events() == []


def test_an_unknown_kind_asked_for_is_named(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match=r"'verdicts'.*\n.*verdict withdrawn"):
        ledger.events(kinds=["verdicts"])


def test_a_path_with_characters_that_mean_something_in_a_url_is_still_a_path(
    tmp_path: Path, record: Callable[..., Event]
) -> None:
    path = tmp_path / "audit 100% #1?.db"
    record(Ledger(path))
    assert path.exists()
    assert Ledger(path).verify().event_count == 1


@pytest.mark.parametrize("url", ["mysql://host/audit", "oracle://host/audit"])
def test_a_database_that_is_not_supported_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="cannot be kept in"):
        Ledger(url)


def test_a_url_that_cannot_be_read_is_refused_without_repeating_it() -> None:
    with pytest.raises(UsageError, match="URL cannot be read") as caught:
        Ledger("postgresql://user:secret@host:notaport/audit")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql+psycopg://ann:se:cr@t@host:5432/audit", "postgresql+psycopg://ann:***@host:5432/audit"),
        (
            "postgresql:///audit?user=ann&password=secret&host=h",
            "postgresql:///audit?user=ann&password=***&host=h",
        ),
        ("postgresql://ann@/audit?host=/tmp", "postgresql://ann@/audit?host=/tmp"),
    ],
)
def test_a_ledger_is_named_without_its_password(url: str, name: str) -> None:
    pytest.importorskip("psycopg")
    assert Database.at(url, wait_seconds=1).name == name


def test_the_first_events_are_read_alone(place: str | Path, record: Callable[..., Event]) -> None:
    ledger = Ledger(place)
    first, second = record(ledger), record(ledger, subject="E2")
    assert ledger.events(most=1) == [first]
    assert ledger.events(most=0) == []
    assert ledger.events(after=first.event_number, most=5) == [second]
    with ledger.batch():
        third = record(ledger)
        record(ledger)
        assert ledger.events(after=second.event_number, most=1) == [third]


def test_a_ledger_that_an_earlier_version_made_is_whole(
    ledger_path: Path, record: Callable[..., Event]
) -> None:
    # As SQLAlchemy wrote them, for SQLite keeps the words of what it is made of.
    with closing(sqlite3.connect(ledger_path)) as made:
        made.executescript(_MADE_BY_SQLALCHEMY)
    ledger = Ledger(ledger_path, make_if_absent=False)
    record(ledger)
    assert ledger.verify().event_count == 1


def test_a_batch_is_one_chain_and_is_read_while_it_is_written(
    place: str | Path, record: Callable[..., Event]
) -> None:
    ledger = Ledger(place)
    first = record(ledger)
    with ledger.batch():
        second = record(ledger, subject="E2", audit="november")
        third = record(ledger, seen=first.event_number)
        with ledger.batch():
            fourth = record(ledger, kind="chart completed", payload={})
        assert ledger.events() == [first, second, third, fourth]
        assert ledger.events(after=1) == [second, third, fourth]
        assert ledger.events(after=2, audit="october") == [third, fourth]
        assert ledger.events(after=1, kinds=["chart completed"]) == [fourth]
        # Nobody else sees it before it ends.
        assert Ledger(place).events() == [first]
        with pytest.raises(LedgerMovedOnError):
            record(ledger, seen=first.event_number)
    assert Ledger(place).events() == [first, second, third, fourth]
    assert ledger.verify().event_count == 4
    fifth = record(ledger)
    assert fifth.previous_hash == fourth.hash


def test_a_batch_that_fails_records_nothing(place: str | Path, record: Callable[..., Event]) -> None:
    ledger = Ledger(place)
    first = record(ledger)

    def fail_midway() -> None:
        with ledger.batch():
            record(ledger)
            message = "stopped"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        fail_midway()
    assert ledger.events() == [first]
    assert record(ledger).event_number == 2
    assert ledger.verify().event_count == 2


def test_two_batches_wait_for_each_other(place: str | Path, record: Callable[..., Event]) -> None:
    one, other = Ledger(place), Ledger(place, wait_seconds=0.05)
    with one.batch():
        record(one)
        with pytest.raises(StoreLockedError), other.batch():
            record(other)
    with other.batch():
        record(other)
    assert one.verify().event_count == 2


def test_a_ledger_says_beforehand_whether_it_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.require_writable()
    assert ledger.events() == []
    connect = sqlite3.connect

    def read_only(path: str, **named: Any) -> sqlite3.Connection:  # noqa: ANN401 - as sqlite3 has it
        opened = connect(path, **named)
        opened.execute("pragma query_only = on")
        return opened

    monkeypatch.setattr(sqlite3.dbapi2, "connect", read_only)
    with pytest.raises(StoreError, match="ledger"):
        Ledger(tmp_path / "ledger.db").require_writable()
