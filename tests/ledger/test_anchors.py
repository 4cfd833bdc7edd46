"""Anchors: when they are kept, and what they show of a ledger, of themselves and of what nobody can prove."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from auditlib.errors import LedgerBrokenError
from auditlib.ledger import AnchorFile, AnchorKeeper, Event, Ledger
from tests.ledger.conftest import NOON
from tests.ledger.test_tampering import tamper


@pytest.fixture
def files(tmp_path: Path) -> list[AnchorFile]:
    (tmp_path / "elsewhere").mkdir()
    return [AnchorFile(tmp_path / "anchors.jsonl"), AnchorFile(tmp_path / "elsewhere" / "october.jsonl")]


@pytest.fixture
def anchored(ledger_path: Path, files: list[AnchorFile]) -> Ledger:
    return Ledger(ledger_path, anchors=AnchorKeeper(files, timedelta(hours=1)))


def counts(file: AnchorFile) -> list[int]:
    return [anchor.check.event_count for anchor in file.anchors()]


def test_an_anchor_is_kept_at_each_completed_chart_and_by_time_in_every_place(
    anchored: Ledger, files: list[AnchorFile], record: Callable[..., Event]
) -> None:
    record(anchored)  # 1: the first
    record(anchored)
    record(anchored, kind="chart completed")  # 3
    record(anchored, recorded_at=NOON + timedelta(minutes=59))
    record(anchored, recorded_at=NOON + timedelta(minutes=61))  # 5: an hour has passed
    record(anchored, recorded_at=NOON - timedelta(days=1))  # 6: the clock was set back
    with anchored.batch():
        record(anchored, kind="chart completed")
        record(anchored)  # 8: one for the batch
    for file in files:
        assert counts(file) == [1, 3, 5, 6, 8]
    check = anchored.verify(since=[anchor for file in files for anchor in file.anchors()])
    assert (check.event_count, check.proved_count) == (8, 8)


def test_what_came_after_the_last_anchor_is_not_provable_since_its_time(
    anchored: Ledger, files: list[AnchorFile], ledger_path: Path, record: Callable[..., Event]
) -> None:
    for number in range(4):
        record(anchored, recorded_at=NOON + timedelta(minutes=number))
    tamper(
        ledger_path,
        "delete from event where event_number > 2",
        "update sqlite_sequence set seq = 2 where name = 'event'",
    )
    check = anchored.verify(since=files[0].anchors())
    assert (check.event_count, check.proved_count, check.proved_until) == (2, 1, NOON)
    tamper(ledger_path, "delete from event", "update sqlite_sequence set seq = 0 where name = 'event'")
    with pytest.raises(LedgerBrokenError, match="event 1: it was removed from the end"):
        anchored.verify(since=files[0].anchors())


def test_an_edited_line_is_named(
    anchored: Ledger, files: list[AnchorFile], record: Callable[..., Event]
) -> None:
    for _ in range(3):
        record(anchored, kind="chart completed")
    lines = files[0].path.read_text().splitlines()
    other = lines[1].replace("12:00", "13:00")
    files[0].path.write_text("\n".join([lines[0], other, lines[2], ""]))
    with pytest.raises(LedgerBrokenError, match=r"Line 2 of the anchors in .*anchors.jsonl was edited"):
        files[0].anchors()
    files[0].path.write_text("\n".join([lines[0], lines[2], ""]))
    with pytest.raises(LedgerBrokenError, match=r"Line 2 .* or one before it was removed"):
        files[0].anchors()


def test_an_anchor_that_was_edited_with_its_line_hash_is_named_by_the_others(
    anchored: Ledger, files: list[AnchorFile], record: Callable[..., Event]
) -> None:
    for _ in range(3):
        record(anchored, kind="chart completed")
    given = [anchor for file in files for anchor in file.anchors()]
    forger = AnchorFile(files[0].path.with_name("forged.jsonl"))
    for anchor in files[0].anchors():
        wrong = anchor.check if anchor.check.event_count != 2 else type(anchor.check)(2, "f" * 64)
        forger.add(wrong, recorded_at=NOON)
    with pytest.raises(LedgerBrokenError, match=r"anchor of event 2 in line 2 of .*forged.jsonl was edited"):
        anchored.verify(since=[*given, *forger.anchors()])


def test_a_ledger_rewritten_with_the_anchors_beside_it_is_found_by_those_elsewhere(
    anchored: Ledger, files: list[AnchorFile], tmp_path: Path, record: Callable[..., Event]
) -> None:
    for _ in range(3):
        record(anchored, kind="chart completed")
    beside = AnchorFile(tmp_path / "rewritten.jsonl")
    forged = Ledger(tmp_path / "forged.db", anchors=AnchorKeeper([beside]))
    for _ in range(3):
        record(forged, kind="chart completed", payload={"action": "delete"})
    assert forged.verify(since=beside.anchors()).proved_count == 3
    with pytest.raises(
        LedgerBrokenError, match=r"differs from the earlier check in line 1 of .*october.jsonl"
    ):
        forged.verify(since=files[1].anchors())


def test_a_crash_between_event_and_anchor_and_in_the_middle_of_a_line_leaves_a_ledger_that_verifies(
    anchored: Ledger, ledger_path: Path, files: list[AnchorFile], record: Callable[..., Event]
) -> None:
    record(anchored, kind="chart completed")
    record(Ledger(ledger_path), kind="chart completed")  # recorded, and its anchor never written
    with files[0].path.open("a") as opened:
        opened.write('{"anchor": "2:abc')
    assert counts(files[0]) == [1]
    assert anchored.verify(since=files[0].anchors()).proved_count == 1
    record(anchored, kind="chart completed")
    assert counts(files[0]) == [1, 3]
    assert all(json.loads(line) for line in files[0].path.read_text().splitlines())


def test_a_place_that_is_gone_keeps_nobody_from_deciding(
    anchored: Ledger, files: list[AnchorFile], record: Callable[..., Event]
) -> None:
    files[1].path.parent.rmdir()
    record(anchored, kind="chart completed")
    assert (counts(files[0]), counts(files[1])) == ([1], [])


@pytest.mark.parametrize("spoilt", ["a folder", "without a zone"])
def test_a_file_that_cannot_be_read_keeps_nobody_from_deciding(
    anchored: Ledger, files: list[AnchorFile], record: Callable[..., Event], spoilt: str
) -> None:
    if spoilt == "a folder":
        files[0].path.mkdir()
    else:
        line = {"anchor": f"1:{'a' * 64}", "recorded_at": "2026-11-02T12:00:00", "line_sha256": "b" * 64}
        files[0].path.write_text(f"{json.dumps(line)}\n")
    record(anchored)
    assert len(anchored.events()) == 1
    assert counts(files[1]) == [1]
