"""Verdicts as a person reads them."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from auditlib.review.before_and_after import COLUMNS, before_and_after
from auditlib.review.evidence_passage import CHANGED, NOT_LOADED, EvidencePassage
from auditlib.review.frames import VERDICT_COLUMNS

CODES = {
    "encounter_id": pl.String(),
    "code_number": pl.Int64(),
    "code_system": pl.String(),
    "code": pl.String(),
    "code_role": pl.String(),
    "poa_indicator": pl.String(),
    **{f"modifier_{number}": pl.String() for number in range(1, 5)},
    "unit_count": pl.Decimal(18, 4),
}

NO_DOCUMENT = pl.DataFrame(schema={"document_id": pl.String(), "text": pl.String()})


def coded(code: str, system: str = "CPT", **more: object) -> dict[str, object]:
    return {
        "encounter_id": "E1",
        "code_number": 1,
        "code_system": system,
        "code": code,
        "code_role": "procedure",
        "unit_count": Decimal(1),
        **more,
    }


def verdict(action: str, **more: object) -> dict[str, object]:
    return {"audit": "q1", "reviewer": "R", "encounter_id": "E1", "action": action, **more}


def shown(row: dict[str, object], *codes: dict[str, object]) -> tuple[str, str]:
    frame = before_and_after(
        pl.DataFrame([row], schema=VERDICT_COLUMNS), pl.DataFrame(list(codes), schema=CODES), NO_DOCUMENT
    )
    assert frame.schema == COLUMNS
    before, after = frame.select("before", "after").row(0)
    return before, after


def on(code: str, system: str = "CPT") -> dict[str, object]:
    return {"code_number": 1, "code_system": system, "code": code}


def corrected(code: str, system: str = "CPT", **more: object) -> dict[str, object]:
    named = {f"corrected_{name}": value for name, value in more.items()}
    return {
        "corrected_code_system": system,
        "corrected_code": code,
        "corrected_code_role": "procedure",
        **named,
    }


PROCEDURE = coded("99213", modifier_1="25")
DIAGNOSIS = coded("E119", "ICD-10-CM", code_role="secondary", poa_indicator="Y", unit_count=None)


@pytest.mark.parametrize(
    ("row", "code", "expected"),
    [
        (verdict("agree", **on("99213")), PROCEDURE, ("99213-25", "99213-25")),
        (verdict("delete", **on("99213")), PROCEDURE, ("99213-25", "(nothing)")),
        (verdict("no record", **on("99213")), PROCEDURE, ("99213-25", "(nothing)")),
        (
            verdict("change", **on("99213"), **corrected("99213", modifiers="25,59")),
            PROCEDURE,
            ("99213-25", "99213-25-59"),
        ),
        (verdict("change", **on("99213"), **corrected("99213")), PROCEDURE, ("99213-25", "99213")),
        (
            verdict("change", **on("J3301"), **corrected("J3301", "HCPCS", unit_count="4")),
            coded("J3301", "HCPCS", unit_count=Decimal("2.5000")),
            ("J3301 x2.5", "J3301 x4"),
        ),
        (
            verdict("change", **on("J3301"), **corrected("J3300", "HCPCS")),
            coded("J3301", "HCPCS", unit_count=Decimal(10)),
            ("J3301 x10", "J3300 x10"),
        ),
        (
            verdict(
                "change",
                **on("E119", "ICD-10-CM"),
                **corrected("E119", "ICD-10-CM", code_role="principal", poa_indicator="Y"),
            ),
            DIAGNOSIS,
            ("E11.9, secondary", "E11.9, principal"),
        ),
        (
            verdict(
                "change",
                **on("E119", "ICD-10-CM"),
                **corrected("E1122", "ICD-10-CM", code_role="secondary", poa_indicator="N"),
            ),
            DIAGNOSIS,
            ("E11.9, POA Y", "E11.22, POA N"),
        ),
    ],
)
def test_a_code_before_and_after(
    row: dict[str, object], code: dict[str, object], expected: tuple[str, str]
) -> None:
    assert shown(row, code) == expected


def test_an_added_code_says_its_role() -> None:
    added = corrected("J189", "ICD-10-CM", code_role="secondary", poa_indicator="Y")
    assert shown(verdict("add", **added)) == ("(nothing)", "J18.9, secondary, POA Y")
    assert shown(verdict("add", **corrected("20610", modifiers="LT"))) == ("(nothing)", "20610-LT")


def test_the_order_of_the_verdicts_stays() -> None:
    rows = [verdict("agree", **{**on("99213"), "code_number": number}) for number in (3, 1, 2)]
    frame = before_and_after(
        pl.DataFrame(rows, schema=VERDICT_COLUMNS), pl.DataFrame(schema=CODES), NO_DOCUMENT
    )
    assert frame["code_number"].to_list() == [3, 1, 2]
    assert frame["before"].to_list() == ["99213"] * 3


def test_the_sentence_that_a_verdict_rests_on_is_read_from_its_document() -> None:
    text = "Seen today.\nNo problem\nwas managed."
    passage = EvidencePassage.of("E1:2", text, 11, len(text))
    place = {
        "evidence_document_id": passage.document_id,
        "evidence_start": passage.start,
        "evidence_end": passage.end,
        "evidence_sha256": passage.sha256,
    }
    rows = [
        verdict("delete", **on("99213"), **place, payment_difference=Decimal("45.20")),
        verdict("agree", **on("99213")),
    ]
    documents = {
        "No problem was managed.": [text],
        CHANGED: ["Seen today."],
        NOT_LOADED: [],
    }
    for said, texts in documents.items():
        frame = before_and_after(
            pl.DataFrame(rows, schema=VERDICT_COLUMNS),
            pl.DataFrame([coded("99213")], schema=CODES),
            pl.DataFrame({"document_id": ["E1:2"] * len(texts), "text": texts}, schema=NO_DOCUMENT.schema),
        )
        assert frame["evidence"].to_list() == [said, None]
        assert frame["payment_difference"].to_list() == [Decimal("45.20"), None]
