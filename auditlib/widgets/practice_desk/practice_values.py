"""What the practice desk shows beside the review desk, as JSON values; of a key only what the mode opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from auditlib.codes import shown_code
from auditlib.codes.systems import CPT, HCPCS, ICD10CM, ICD10PCS
from auditlib.practice.attempt import PRACTICE, AttemptStart, PracticeSession
from auditlib.practice.case import CaseKey, PracticeCase
from auditlib.practice.scoring import CaseScore, ScoredLine, score_case
from auditlib.review.chart import Chart, ChartCode, ChartDocument
from auditlib.text import format_share

STEPS: Final = (
    "Visit and documentation: read who was seen, when and why.",
    "Review of the record: read every document, results and reports too.",
    "Diagnoses: enter the ICD-10-CM codes, the principal or first-listed one first.",
    "Procedures: enter CPT, or ICD-10-PCS for an inpatient stay.",
    "Supplies and drugs: enter HCPCS Level II with units and modifiers.",
    "Verification: read the credit and the rationale of each code, then complete the case (m).",
    "Submission: the claim as it was sent is now a document of the case.",
    "Payer review: the payer's answer is now a document of the case.",
)
"""The eight steps of coding, as the first case is led through them."""


def practice_chart(
    case: PracticeCase, *, with_codes: bool, afterwards: tuple[ChartDocument, ...] = ()
) -> Chart:
    """Return a case as the desk shows a chart.

    Parameters
    ----------
    case
        The case.
    with_codes
        Whether the coder's codes are shown, to be judged.
    afterwards
        Documents that a completed case opens.
    """
    return Chart(
        encounter_id=case.case_id,
        encounter_class=case.encounter_class,
        documents=(*case.documents, *afterwards),
        codes=tuple(ChartCode(code) for code in case.coded) if with_codes else (),
        patient_id=f"practice, level {case.difficulty}",
        age=case.age,
        sex=case.sex,
        admit_date=case.admit_date,
        discharge_date=case.discharge_date,
    )


def practice_values(
    session: PracticeSession,
    case: PracticeCase,
    key: CaseKey | None,
    *,
    is_walk: bool,
    now: datetime,
) -> dict[str, object]:
    """Return mode, time, steps, and of the key what is open by now: nothing of it where it is None.

    Parameters
    ----------
    session, case
        The session, and the case on the screen.
    key
        Its key in practice; None in the other modes.
    is_walk
        Whether the case is led through the eight steps.
    now
        The time, for what is left.
    """
    start, case_id = session.start, case.case_id
    is_completed = session.is_completed(case_id)
    values: dict[str, object] = {
        "mode": start.mode,
        "title": case.title,
        "difficulty": case.difficulty,
        "seconds_left": _seconds_left(start, now),
        "is_handed_in": session.is_handed_in,
    }
    if key is not None:
        score = score_case(session.entered(case_id), key)
        row_keys = ["+" + "/".join(map(str, verdict.key)) for verdict in session.added(case_id)]
        values["feedback"] = {
            row_key: _line_values(line) for row_key, line in zip(row_keys, score.lines, strict=False)
        }
        if is_completed:
            values["result"] = _result_values(score, key)
    if is_walk:
        values["steps"] = _steps(session, case_id, is_completed=is_completed)
    return values


def _seconds_left(start: AttemptStart, now: datetime) -> float | None:
    return None if start.ends_at is None else max(0.0, (start.ends_at - now).total_seconds())


def _line_values(line: ScoredLine) -> dict[str, object]:
    return {
        "outcome": line.outcome,
        "credit": format_share(line.credit),
        "reasons": list(line.reasons),
        "rationale": line.rationale,
        "authority": line.authority,
        "support": line.support,
    }


def _result_values(score: CaseScore, key: CaseKey) -> dict[str, object]:
    missed = [line for line in score.lines if line.entered is None and line.item_number is not None]
    return {
        "score": format_share(score.score),
        "words": f"{score.earned:g} of {score.out_of:g} credits"
        + (", a fatal error" if score.is_fatal else ""),
        "missed": [{**_line_values(line), "shown": _shown(key, line.item_number or 1)} for line in missed],
    }


def _shown(key: CaseKey, number: int) -> str:
    code = key.items[number - 1].code
    whole = "-".join((shown_code(code.code_system, code.code), *code.modifiers))
    units = "" if code.unit_count in {None, 1} else f", {code.unit_count} units"
    return f"{code.code_system} {whole}{units}"


def _steps(session: PracticeSession, case_id: str, *, is_completed: bool) -> list[dict[str, object]]:
    systems: Mapping[str, bool] = dict.fromkeys((code.code_system for code in session.entered(case_id)), True)
    has_begun = bool(systems)
    done = (
        has_begun,
        has_begun,
        ICD10CM in systems,
        CPT in systems or ICD10PCS in systems,
        HCPCS in systems,
        is_completed,
        is_completed,
        is_completed,
    )
    return [{"words": words, "is_done": is_done} for words, is_done in zip(STEPS, done, strict=True)]


def shows_key(start: AttemptStart) -> bool:
    """Return True if the mode opens the key while the learner works."""
    return start.mode == PRACTICE
