"""The severity of an error: graded or not, kept with the verdict, and no part of what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.review import ReviewSession, Verdict, verdict_frame
from auditlib.review.adjudication import with_items
from auditlib.review.finding import finding_key
from tests.review.conftest import WORKLIST, change

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_a_graded_error_is_read_again_and_is_the_same_finding(
    ledger: Ledger, open_session: Callable[..., ReviewSession]
) -> None:
    session = open_session()
    plain = change(session.encounter_id, 1, "E1122")
    graded = replace(plain, severity="critical")
    session.decide(graded, recorded_at=NOW)
    assert open_session().current_verdict(session.encounter_id, 1) == graded
    assert verdict_frame(ledger.events())["error_severity"].to_list() == ["critical"]
    assert finding_key("q1", graded) == finding_key("q1", plain)
    # Who grades otherwise makes the same of the code.
    same = with_items(verdict_frame(ledger.events()))["result"].to_list()
    session.decide(plain, recorded_at=NOW)
    assert with_items(verdict_frame(ledger.events()))["result"].to_list() == same
    # As earlier versions wrote it, where nothing is graded.
    assert "severity" not in plain.to_payload()


def test_only_an_error_is_graded_and_by_a_known_word() -> None:
    with pytest.raises(UsageError, match="severity"):
        Verdict("E1", "agree", 1, "ICD-10-CM", "E119", severity="minor")
    with pytest.raises(UsageError, match="severity"):
        replace(change(next(iter(WORKLIST)), 1, "E1122"), severity="huge")
