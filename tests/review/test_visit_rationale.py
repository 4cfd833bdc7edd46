"""A verdict on a visit keeps what was ticked for its level, and older verdicts are read as they were."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from auditlib.codes.visit_levels import VisitWork
from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.review import CorrectedCode, ReviewSession, Verdict, VisitRationale
from auditlib.review.before_and_after import before_and_after
from auditlib.review.finding import finding_key
from auditlib.review.frames import VERDICT_COLUMNS, verdict_frame
from auditlib.review.supplement import Supplement, record_supplements
from tests.review.test_before_and_after import CODES, NO_DOCUMENT

DAY = dt.date(2025, 3, 4)
TICKED = VisitRationale(DAY, VisitWork("moderate", "low", "low", 25))
ON_VISIT: dict[str, Any] = {"code_number": 1, "code_system": "CPT", "code": "99214"}
CHANGE = Verdict(
    "E1",
    "change",
    **ON_VISIT,
    corrected=CorrectedCode("CPT", "99213", "procedure"),
    error_kind="wrong code",
    cause="coder rule",
    visit=TICKED,
)


def test_the_rationale_comes_back_as_it_was() -> None:
    stored = json.loads(json.dumps(CHANGE.to_payload()))
    assert stored["visit"] == {
        "service_date": "2025-03-04",
        "problems": "moderate",
        "data": "low",
        "risk": "low",
        "minutes": 25,
    }
    assert Verdict.from_payload("E1", stored) == CHANGE


def test_a_verdict_without_a_rationale_is_stored_as_before_and_known_by_the_same_finding() -> None:
    bare = replace(CHANGE, visit=None)
    assert "visit" not in bare.to_payload()
    assert Verdict.from_payload("E1", bare.to_payload()).visit_level is None
    assert finding_key("q1", bare) == finding_key("q1", CHANGE)


def test_the_level_is_of_the_coders_code_or_of_the_added_one() -> None:
    level = CHANGE.visit_level
    assert level is not None
    assert (level.result, level.billed, level.supported) == ("over", "99214", "99213")
    added = Verdict(
        "E1",
        "add",
        corrected=CorrectedCode("CPT", "99213", "procedure"),
        error_kind="missed code",
        cause="coder oversight",
        visit=TICKED,
    )
    assert added.visit_level is not None
    assert added.visit_level.result == "supported"


@pytest.mark.parametrize(
    "about",
    [
        {"code_number": 1, "code_system": "CPT", "code": "71046"},
        {"code_number": 1, "code_system": "ICD-10-CM", "code": "I10"},
    ],
)
def test_only_a_visit_has_a_rationale(about: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="Only the code of a visit"):
        Verdict("E1", "agree", **about, visit=TICKED)


@pytest.mark.parametrize(
    "values",
    [
        "moderate",
        {},
        {"service_date": "soon", "problems": "low"},
        {"service_date": "2025-03-04", "problems": 3},
        {"service_date": "2025-03-04", "minutes": "25"},
        {"service_date": "2025-03-04", "problems": "severe"},
        {"service_date": "2025-03-04"},
    ],
)
def test_values_that_are_no_rationale(values: object) -> None:
    with pytest.raises(UsageError):
        VisitRationale.from_values(values)


def test_the_rationale_stands_before_and_after() -> None:
    rows = [
        {"audit": "q1", "reviewer": "R", "encounter_id": "E1", "action": "agree", **ON_VISIT}
        | {"visit_result": "over", "visit_rationale": "ticked"},
        {"audit": "q1", "reviewer": "R", "encounter_id": "E1", "action": "agree", **ON_VISIT},
    ]
    frame = before_and_after(
        pl.DataFrame(rows, schema=VERDICT_COLUMNS), pl.DataFrame(schema=CODES), NO_DOCUMENT
    )
    assert frame.select("visit_result", "visit_rationale").rows() == [("over", "ticked"), (None, None)]


def test_ticks_are_added_to_a_recorded_verdict(session: ReviewSession, ledger: Ledger) -> None:
    encounter_id = session.encounter_ids[0]
    code = next(code for code in session.assigned(encounter_id) if code.code_system == "CPT")
    now = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    session.open_chart(encounter_id, recorded_at=now)
    about = {"code_number": code.code_number, "code_system": code.code_system, "code": code.code}
    session.decide(Verdict(encounter_id, "agree", **about), recorded_at=now)
    added = Supplement(encounter_id, str(code.code_number), visit=TICKED)
    record_supplements(session, [added], {}, recorded_at=now)
    row = verdict_frame(ledger.events()).filter(pl.col("code_number") == code.code_number)
    assert row["visit_result"].is_not_null().all()
    assert "problems moderate, data low, risk low, 25 minutes" in row["visit_rationale"][0]
