"""Whatever is done to the file behind the ledger's back is found, and named by event number."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from auditlib.errors import LedgerBrokenError, StoreError, UsageError
from auditlib.ledger import Event, Ledger, LedgerCheck

_COPY = (
    "{} into event select {}, kind, audit, subject, actor, payload, recorded_at, previous_hash, hash"
    " from event where event_number = 9"
)


@pytest.fixture
def ten_events(ledger: Ledger, record: Callable[..., Event]) -> Ledger:
    for number in range(1, 11):
        record(ledger, subject=f"E{number:05}", payload={"action": "agree", "code_number": number})
    return ledger


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        triggers = connection.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"drop trigger {name}")
        for statement in statements:
            connection.execute(statement)
        for _, made in triggers:
            connection.execute(made)


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["update event set payload = replace(payload, 'agree', 'delete') where event_number = 4"], 4),
        (["update event set payload = replace(payload, ':', ': ') where event_number = 4"], 4),
        (["update event set payload = 'not json' where event_number = 4"], 4),
        (["update event set payload = cast(payload as blob) where event_number = 4"], 4),
        (["update event set actor = 'another' where event_number = 1"], 1),
        (["update event set recorded_at = replace(recorded_at, '12', '13') where event_number = 10"], 10),
        (["update event set recorded_at = 'yesterday' where event_number = 10"], 10),
        (["update event set hash = upper(hash) where event_number = 3"], 3),
        (["delete from event where event_number = 6"], 6),
        (["delete from event where event_number = 1"], 1),
        (["delete from event where event_number >= 9"], 9),
        (
            [
                "update event set event_number = 100 where event_number = 3",
                "update event set event_number = 3 where event_number = 7",
                "update event set event_number = 7 where event_number = 100",
            ],
            3,
        ),
        (["update event set subject = 'E00008' where event_number = 2"], 2),
        ([_COPY.format("insert", 11)], 11),
    ],
)
def test_a_change_behind_its_back_is_named_by_event_number(
    ten_events: Ledger, ledger_path: Path, statements: list[str], named: int
) -> None:
    tamper(ledger_path, *statements)
    with pytest.raises(LedgerBrokenError, match=rf"broken at event {named}:"):
        ten_events.verify()


def test_every_single_byte_of_a_payload_is_covered(ten_events: Ledger, ledger_path: Path) -> None:
    sound = ledger_path.read_bytes()
    start = sound.index(b'{"action":"agree","code_number":7}')
    for offset in range(start, start + len(b'{"action":"agree","code_number":7}')):
        damaged = bytearray(sound)
        damaged[offset] ^= 0x01
        ledger_path.write_bytes(damaged)
        with pytest.raises(LedgerBrokenError, match="broken at event 7:"):
            ten_events.verify()
    ledger_path.write_bytes(sound)
    assert ten_events.verify().event_count == 10


def test_a_rewritten_chain_is_found_by_an_earlier_check(
    ten_events: Ledger, tmp_path: Path, record: Callable[..., Event]
) -> None:
    check = ten_events.verify()
    forged = Ledger(tmp_path / "forged.db")
    for event in ten_events.events():
        record(forged, subject=event.subject, payload={**event.payload, "action": "delete"})
    assert forged.verify().event_count == 10
    with pytest.raises(LedgerBrokenError, match="event 10: it differs"):
        forged.verify(since=check)
    record(ten_events)
    assert ten_events.verify(since=check).event_count == 11


def test_a_shortened_chain_is_found_by_an_earlier_check_even_when_the_database_forgot(
    ten_events: Ledger, ledger_path: Path
) -> None:
    check = ten_events.verify()
    tamper(
        ledger_path,
        "delete from event where event_number > 8",
        "update sqlite_sequence set seq = 8 where name = 'event'",
    )
    assert ten_events.verify().event_count == 8
    with pytest.raises(LedgerBrokenError, match="event 9: it was removed from the end"):
        ten_events.verify(since=check)


def test_nothing_is_appended_after_a_cut(
    ten_events: Ledger, ledger_path: Path, record: Callable[..., Event]
) -> None:
    tamper(ledger_path, "delete from event where event_number > 8")
    with pytest.raises(LedgerBrokenError, match="event 9"):
        record(ten_events)


@pytest.mark.parametrize(
    "statement",
    [
        "update event set actor = 'another'",
        "delete from event where event_number = 10",
        _COPY.format("insert or replace", 10),
        _COPY.format("insert", 12),
    ],
)
def test_the_database_itself_refuses_to_change_an_event(
    ten_events: Ledger, ledger_path: Path, statement: str
) -> None:
    with (
        closing(sqlite3.connect(ledger_path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)
    assert ten_events.verify().event_count == 10


def test_a_file_that_is_no_database_is_refused_in_words(ledger_path: Path) -> None:
    ledger_path.write_bytes(b"this is a letter, not a ledger. " * 200)
    with pytest.raises(StoreError, match="not a SQLite database"):
        Ledger(ledger_path)


def test_a_torn_file_is_refused_in_words(ten_events: Ledger, ledger_path: Path) -> None:
    whole = ledger_path.read_bytes()
    ledger_path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    with pytest.raises(StoreError, match="cannot be used: it is damaged"):
        ten_events.verify()


def test_another_database_is_not_taken_for_a_ledger(ledger_path: Path) -> None:
    with closing(sqlite3.connect(ledger_path)) as connection, connection:
        connection.execute("create table shopping (item text)")
    with pytest.raises(StoreError, match="not a ledger"):
        Ledger(ledger_path)
    with closing(sqlite3.connect(ledger_path)) as connection:
        assert connection.execute("select name from sqlite_master").fetchall() == [("shopping",)]


@pytest.mark.usefixtures("ledger")
def test_a_ledger_of_another_version_is_refused(ledger_path: Path) -> None:
    tamper(ledger_path, "update ledger_schema set version = 99")
    with pytest.raises(StoreError, match="version 99"):
        Ledger(ledger_path)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="folder must exist"):
        Ledger(tmp_path / "nowhere" / "ledger.db")


def test_an_anchor_is_one_token_and_reads_back(ten_events: Ledger) -> None:
    check = ten_events.verify()
    assert check.anchor == f"10:{check.head_hash}"
    assert LedgerCheck.from_anchor(f" {check.anchor.upper()}\n") == check


@pytest.mark.parametrize("token", ["", "10", "10:abc", f"-1:{'0' * 64}", f"1,000:{'0' * 64}", "0" * 64])
def test_what_is_no_anchor_is_said(token: str) -> None:
    with pytest.raises(UsageError, match="COUNT:HASH"):
        LedgerCheck.from_anchor(token)


def test_every_one_of_several_anchors_must_hold(
    ten_events: Ledger, record: Callable[..., Event], tmp_path: Path
) -> None:
    early = Ledger(tmp_path / "other.db").verify()
    ten = ten_events.verify()
    record(ten_events)
    assert ten_events.verify(since=[early, ten]).event_count == 11
    of_another = LedgerCheck(10, "f" * 64)
    with pytest.raises(LedgerBrokenError, match="anchor of event 10 in what was given was edited"):
        ten_events.verify(since=[ten, of_another])
    with pytest.raises(LedgerBrokenError, match="event 10: it differs"):
        ten_events.verify(since=[of_another])


@pytest.mark.parametrize("is_file", [False, True])
def test_a_ledger_that_must_exist_is_not_made(ledger_path: Path, *, is_file: bool) -> None:
    if is_file:
        ledger_path.touch()
    with pytest.raises(StoreError, match="There is no ledger"):
        Ledger(ledger_path, make_if_absent=False)
    assert ledger_path.exists() == is_file
