"""Three small charts for the tests of the review screen; one of them is hostile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from auditlib.audits.review_queue import QUEUE_COLUMNS
from auditlib.ledger import Ledger
from auditlib.review import (
    AssignedCode,
    Chart,
    ChartCode,
    ChartDocument,
    ChartFinding,
    FoundCode,
    Highlight,
    MachineCoder,
    ReviewSession,
    SuggestedCode,
)
from auditlib.review.blindness import Blindness
from auditlib.widgets import ReviewCard

HOSTILE = "<script>window.hacked = true</script><img src=x onerror='window.hacked = true'> & <b>bold</b>"

NOTE = """CHIEF COMPLAINT: follow-up of diabetes and blood pressure.

HISTORY: 64-year-old woman with type 2 diabetes for eleven years. \U0001f489 Insulin since 2023.
She denies chest pain. No heart failure. Blood pressure at home around 150/90.

ASSESSMENT AND PLAN
1. Type 2 diabetes mellitus with diabetic chronic kidney disease, stage 3a. Continue insulin glargine.
2. Essential hypertension, not at goal. Increase lisinopril to 20 mg.
3. Recheck creatinine and A1c in three months.
"""
LAB = """CREATININE 1.4 mg/dL (0.5-1.1) H
eGFR 48 mL/min/1.73 m2 L
HEMOGLOBIN A1C 8.1 % H
"""
LONG = "\n".join(
    f"Line {number}: nothing of note on this line of the nursing record." for number in range(1, 120)
)


def said(sentence: str, status: str | None = None, reason: str = "") -> Highlight:
    """A sentence of the note; what it says is what `auditlib.evidence` reads, with the codes' siblings."""
    start = NOTE.index(sentence)
    return Highlight(1, start, start + len(sentence), status is not None, status, reason)


# Documents are dated in local time, as in the chart.
MORNING = datetime(2026, 1, 14, 9, 30)  # noqa: DTZ001 - a chart names no time zone


def _first() -> Chart:
    codes = (
        ChartCode(
            AssignedCode(1, "ICD-10-CM", "E119", "principal", "Y"),
            "Type 2 diabetes mellitus without complications",
            (
                ChartFinding(
                    "DX-13", "R", "E11.9 says without complications, but a kidney complication is documented."
                ),
            ),
        ),
        ChartCode(
            AssignedCode(2, "ICD-10-CM", "I10", "secondary", "Y"),
            "Essential (primary) hypertension",
            (
                ChartFinding(
                    "DX-06",
                    "F",
                    "I10 is excluded by hypertensive kidney disease.",
                    accepted_because="The payer takes both in 2026.",
                    accepted_until=date(2026, 12, 31),
                ),
            ),
        ),
        ChartCode(
            AssignedCode(3, "ICD-10-CM", "I509", "secondary", "Y"),
            "Heart failure, unspecified",
        ),
        ChartCode(AssignedCode(4, "CPT", "99214", "procedure", None, ("25",), Decimal("1.0000"))),
    )
    highlights = {
        1: (
            said("HISTORY: 64-year-old woman with type 2 diabetes for eleven years."),
            said(
                "Type 2 diabetes mellitus with diabetic chronic kidney disease, stage 3a.",
                "contradicts",
                "says chronic kidney disease, for which there is another code",
            ),
        ),
        2: (said("Essential hypertension, not at goal."),),
        3: (said("No heart failure.", "negated", "says that it is not there"),),
    }
    documents = (
        ChartDocument(1, "physician note", "Office visit", NOTE, "attending physician", MORNING),
        ChartDocument(2, "lab report", "Metabolic panel and A1c", LAB, "laboratory", MORNING),
        ChartDocument(3, "other", "Nursing record", LONG, "nurse", MORNING),
    )
    return Chart(
        "A0001",
        "office",
        documents,
        codes,
        patient_id="4f1c22ab90de7731",
        age=64,
        sex="F",
        admit_date=date(2026, 1, 14),
        discharge_date=date(2026, 1, 14),
        provider_id="1993999998",
        coder_id="C04",
        payer_name="Northway Health",
        charge_amount=Decimal("1234.50"),
        findings=(ChartFinding("DUP-01", "D", "The same visit was billed twice."),),
        highlights=highlights,
    )


def _hostile() -> Chart:
    code = AssignedCode(1, "ICD-10-CM", "J189", "principal", "Y")
    return Chart(
        "A0002",
        "inpatient",
        (
            ChartDocument(
                1,
                "discharge summary",
                f"Summary {HOSTILE}",
                f"{HOSTILE}\nPneumonia, organism not known.",
                HOSTILE,
            ),
        ),
        (ChartCode(code, f"Pneumonia {HOSTILE}", (ChartFinding("DX-01", "I", HOSTILE),)),),
        patient_id="00aa11bb22cc33dd",
        admit_date=date(2026, 2, 1),
        discharge_date=date(2026, 2, 5),
        payer_name=HOSTILE,
        discharge_status_code="01",
        billed_drg_code="194",
        paid_drg_code="195",
        highlights={1: (Highlight(1, len(HOSTILE) + 1, len(HOSTILE) + 10, negated=False),)},
    )


CHARTS = {"A0001": _first(), "A0002": _hostile(), "A0003": Chart("A0003", "emergency", (), ())}
STAYS = {"A0002": {"discharge status": "01", "DRG": "194"}}
WORKLIST = {key: tuple(code.assigned for code in chart.codes) for key, chart in CHARTS.items()}

# The first chart without its documents, then with them.
BARE_CHARTS = {
    "B0001": replace(_first(), encounter_id="B0001", documents=(), highlights={}),
    "B0002": replace(_first(), encounter_id="B0002"),
}

KNOWN_CODES = {
    "E1122": "Type 2 diabetes mellitus with diabetic chronic kidney disease",
    "E1121": "Type 2 diabetes mellitus with diabetic nephropathy",
    "N1831": "Chronic kidney disease, stage 3a",
    "193": "Simple pneumonia and pleurisy with MCC",
    "I129": "Hypertensive chronic kidney disease with stage 1 through 4",
}


def find_codes(code_system: str, text: str, _on: date | None) -> list[FoundCode]:
    typed = text.replace(".", "").upper()
    return [
        FoundCode(code_system, code, description)
        for code, description in KNOWN_CODES.items()
        if code.startswith(typed) or text.lower() in description.lower()
    ]


def note_on_search(code_system: str, _text: str, _on: date | None) -> str:
    return "" if code_system == "ICD-10-CM" else f"{code_system} titles are not loaded."


def open_session(ledger_path: Path, reviewer: str = "Ada") -> ReviewSession:
    return ReviewSession(
        Ledger(ledger_path),
        audit="october",
        reviewer=reviewer,
        worklist=WORKLIST,
        without_documents=(),
        stays=STAYS,
    )


def open_card(ledger_path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> ReviewCard:
    return ReviewCard(
        open_session(ledger_path),
        CHARTS.__getitem__,
        clock,
        find_codes=find_codes,
        note_on_search=note_on_search,
        find_group=lambda _chart, codes, _status: (str(192 + len(codes)), "drgpy 0.2.1 v43"),
    )


def queue_facts() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "encounter_id": ["A0001", "A0002", "A0003"],
            "account": ["ACC-1", "ACC-2", None],
            "stratum": ["office", "inpatient", None],
            "coder_id": [None, "C09", "C09"],
            "finding_count": [3, 0, 0],
            "check_ids": [["DX-06", "DX-13"], [], []],
            "charge_amount": [None, Decimal("1234.50"), None],
            "round": [1, 2, 1],
            "is_not_adjudicated": [False, True, False],
            "hidden": [["coder_id", "charge_amount"], [], []],
        },
        schema={**QUEUE_COLUMNS, "hidden": pl.List(pl.String)},
    )


def _suggested() -> tuple[SuggestedCode, ...]:
    start = NOTE.index("diabetic chronic kidney disease, stage 3a")
    stage = SuggestedCode(
        "ICD-10-CM", "N1831", "secondary", "Chronic kidney disease, stage 3a", 0.94, 1, start, start + 41
    )
    return (SuggestedCode("ICD-10-CM", "I10", "secondary", "Essential (primary) hypertension", 0.88), stage)


def open_desk(ledger_path: Path, *, with_suggestions: bool = False) -> ReviewCard:
    """Return the screen with what its queue is sorted by; the coder is hidden of the first chart.

    With suggestions, a machine coder suggests for the first chart a code of the list and one more.
    """
    suggested = {"A0001": replace(CHARTS["A0001"], suggestions=_suggested())} if with_suggestions else {}
    charts = {**CHARTS, **suggested}
    session = ReviewSession(
        Ledger(ledger_path),
        audit="october",
        reviewer="Ada",
        worklist=WORKLIST,
        without_documents=(),
        blindness=Blindness.of(["coder", "first reviewer"]),
    )
    return ReviewCard(
        session,
        lambda encounter_id: session.blindness(encounter_id).of_chart(charts[encounter_id]),
        lambda: datetime.now(UTC),
        find_codes=find_codes,
        note_on_search=note_on_search,
        queue_facts=queue_facts,
        suggested_by=MachineCoder("Codewise", "2.1") if with_suggestions else None,
    )


def open_bare_card(
    ledger_path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> ReviewCard:
    """Return the screen on two charts, of which the first has no documents."""
    session = ReviewSession(
        Ledger(ledger_path),
        audit="october",
        reviewer="Ada",
        worklist={key: tuple(code.assigned for code in chart.codes) for key, chart in BARE_CHARTS.items()},
        without_documents={"B0001"},
    )
    return ReviewCard(
        session, BARE_CHARTS.__getitem__, clock, find_codes=find_codes, note_on_search=note_on_search
    )
