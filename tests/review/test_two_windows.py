"""A reviewer with two windows open: nothing is decided on a chart that the other window completed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib.errors import LedgerMovedOnError, UsageError
from auditlib.ledger import Event, Ledger
from auditlib.review import ReviewSession, chart_frame, verdict_frame
from tests.review.conftest import NOON, WORKLIST, agree, change

# Each window decides, completes and reopens as fast as it can, and prints what was acknowledged.
WINDOW = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.review import AssignedCode, ReviewSession, Verdict

path, window = Path(sys.argv[1]), sys.argv[2]
code = AssignedCode(1, "ICD-10-CM", "J189", "principal")
session = ReviewSession(
    Ledger(path), audit="october", reviewer="Ada", worklist={"E00002": (code,)}, without_documents=()
)
now = datetime(2026, 11, 2, tzinfo=UTC)
for turn in range(40):
    verdict = Verdict(
        "E00002", "agree", 1, code.code_system, code.code, comment=f"window {window}, turn {turn}"
    )
    for act in (
        lambda: session.decide(verdict, recorded_at=now),
        lambda: session.complete_chart("E00002", recorded_at=now, go_on=False),
        lambda: session.reopen_chart("E00002", recorded_at=now),
    ):
        try:
            print(act().event_number, flush=True)
        except UsageError:
            pass
"""


def interrupting(monkeypatch: pytest.MonkeyPatch, ledger: Ledger, act: Callable[[], object]) -> None:
    """Let something else happen right before the next append, after all that leads to it was checked."""
    append = ledger.append

    def append_late(**given: object) -> Event:
        monkeypatch.setattr(ledger, "append", append)
        act()
        return append(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger, "append", append_late)


@pytest.fixture
def two_windows(ledger: Ledger) -> tuple[ReviewSession, ReviewSession, Ledger]:
    """Two sessions of one reviewer, the first over a ledger of its own that can be interrupted."""
    own = Ledger(Path(ledger._name))
    first, second = (
        ReviewSession(each, audit="october", reviewer="Ada", worklist=WORKLIST, without_documents=())
        for each in (own, ledger)
    )
    return first, second, own


def test_a_verdict_is_refused_on_a_chart_that_another_window_completes_at_that_moment(
    two_windows: tuple[ReviewSession, ReviewSession, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, own = two_windows
    second.decide(agree("E00002", 1), recorded_at=NOON)
    interrupting(monkeypatch, own, lambda: second.complete_chart("E00002", recorded_at=NOON))
    with pytest.raises(UsageError, match="completed in another window"):
        first.decide(change("E00002", 1, "J180"), recorded_at=NOON)
    events = own.events()
    assert verdict_frame(events)["action"].to_list() == ["agree"]
    assert chart_frame(events).height == 1


def test_a_chart_is_not_completed_when_another_window_takes_a_verdict_back_at_that_moment(
    two_windows: tuple[ReviewSession, ReviewSession, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, own = two_windows
    first.decide(agree("E00002", 1), recorded_at=NOON)
    interrupting(monkeypatch, own, lambda: second.withdraw(agree("E00002", 1), recorded_at=NOON))
    with pytest.raises(UsageError, match="not complete: code 1"):
        first.complete_chart("E00002", recorded_at=NOON)


def test_what_another_window_does_elsewhere_in_the_chart_loses_no_verdict(
    two_windows: tuple[ReviewSession, ReviewSession, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, own = two_windows
    interrupting(monkeypatch, own, lambda: second.decide(agree("E00001", 1), recorded_at=NOON))
    first.decide(agree("E00001", 2), recorded_at=NOON)
    assert verdict_frame(own.events())["code_number"].to_list() == [1, 2]


def test_comments_of_the_reviewer_do_not_stand_in_the_way(ledger: Ledger, session: ReviewSession) -> None:
    note = {"audit": "october", "subject": "E00002", "actor": "Ada", "recorded_at": NOON}
    ledger.append(kind="comment", payload={"text": "call back"}, **note)  # type: ignore[arg-type]
    session.decide(agree("E00002", 1), recorded_at=NOON)
    assert session.undecided("E00002") == ()


def test_the_ledger_refuses_an_event_that_rests_on_less_than_is_there(ledger: Ledger) -> None:
    def record(actor: str, seen: int | None) -> Event:
        return ledger.append(
            kind="verdict",
            audit="october",
            subject="E1",
            actor=actor,
            payload={},
            recorded_at=NOON,
            seen=seen,
        )

    assert record("Ada", 0).event_number == 1
    with pytest.raises(LedgerMovedOnError):
        record("Ada", 0)
    assert record("Ben", 0).event_number == 2
    assert record("Ada", 1).event_number == 3
    assert ledger.verify().event_count == 3


def test_two_processes_never_leave_a_verdict_between_completion_and_reopening(
    ledger: Ledger, tmp_path: Path
) -> None:
    windows = [
        subprocess.Popen(
            [sys.executable, "-c", WINDOW, str(tmp_path / "ledger.db"), str(number)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    acknowledged = [int(line) for window in windows for line in window.communicate(timeout=60)[0].split()]
    assert [window.returncode for window in windows] == [0, 0]
    events = ledger.events()
    assert set(acknowledged) == {event.event_number for event in events}
    is_completed = False
    for event in events:
        assert not (is_completed and event.kind in {"verdict", "verdict withdrawn", "chart completed"})
        is_completed = {"chart completed": True, "chart reopened": False}.get(event.kind, is_completed)
