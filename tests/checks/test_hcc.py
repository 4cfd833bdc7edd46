"""Risk categories by the claims on which they rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from auditlib.warehouse import Warehouse
from tests.checks.cases import Result, all_judged, claim, diagnoses, line
from tests.tables import fill

YEAR = {"effective_from": dt.date(2026, 1, 1), "effective_to": dt.date(2026, 12, 31), "release": "2026"}
MAP = {
    "ref.release": [{"code_system": "CMS-HCC", **YEAR}],
    "ref.code_category": [
        {"scheme": scheme, "code_system": "ICD-10-CM", "code": code, "category": category, **YEAR}
        for scheme, code, category in (
            ("CMS-HCC V28", "E119", "38"),
            ("CMS-HCC V28", "E1165", "37"),
            ("CMS-HCC V24", "I2510", "88"),
        )
    ],
}
SKILLED = {"form": "I", "type_of_bill": "211"}
CASES: dict[str, tuple[list[tuple[Mapping[str, object], str, str | None]], list[str]]] = {
    "an office visit": ([({}, "E119", "99213")], []),
    "a nursing facility's bill": ([(SKILLED, "E119", None)], ["HCC-01"]),
    "a nursing facility's bill and a hospital's": (
        [(SKILLED, "E119", None), ({"form": "I", "type_of_bill": "0111"}, "E119", None)],
        [],
    ),
    "home health and another category in the office": (
        [({"form": "I", "type_of_bill": "329"}, "E119", None), ({}, "E1165", "99213")],
        ["HCC-01"],
    ),
    "a pharmacy": ([({"form": "R"}, "E119", None)], ["HCC-01"]),
    "a wellness visit": ([({}, "E119", "G0439")], ["HCC-02"]),
    "a visit at home": ([({}, "E119", "99350")], ["HCC-02"]),
    "the code before those of visits at home": ([({}, "E119", "99340")], []),
    "the code after those of visits at home": ([({}, "E119", "99351")], []),
    "a wellness visit and an office visit": ([({}, "E119", "G0439"), ({}, "E119", "99213")], []),
    "a wellness visit, and a stay": (
        [({}, "E119", "G0439"), ({"form": "I", "type_of_bill": "111"}, "E119", None)],
        [],
    ),
    "a wellness visit in another year": (
        [
            ({}, "E119", "G0439"),
            ({"from_date": dt.date(2026, 12, 31), "to_date": dt.date(2026, 12, 31)}, "E119", "99213"),
        ],
        [],
    ),
    "another model's category": ([(SKILLED, "I2510", None)], []),
    "no category": ([(SKILLED, "I10", None)], []),
}


def judged(
    warehouse: Warehouse, cases: Mapping[str, list[tuple[Mapping[str, object], str, str | None]]]
) -> dict[str, Result]:
    rows: dict[str, list[dict[str, object]]] = {
        "core.claim": [],
        "core.claim_diagnosis": [],
        "core.claim_line": [],
    }
    claim_id = 0
    for number, visits in enumerate(cases.values(), start=1):
        for columns, code, procedure in visits:
            claim_id += 1
            rows["core.claim"].append(claim(claim_id, patient_id=f"patient {number}", **columns))
            rows["core.claim_diagnosis"] += diagnoses(code, claim_id=claim_id)
            if procedure is not None:
                rows["core.claim_line"].append(line(1, claim_id, code=procedure))
    fill(warehouse, {**rows, **MAP})
    return all_judged(warehouse, ("HCC-01", "HCC-02"))


def test_the_claims_on_which_a_category_rests(warehouse: Warehouse) -> None:
    results = judged(warehouse, {name: visits for name, (visits, _) in CASES.items()})
    claim_id = 0
    for name, (visits, expected) in CASES.items():
        own = range(claim_id + 1, claim_id + len(visits) + 1)
        claim_id += len(visits)
        found = [
            check_id
            for check_id in ("HCC-01", "HCC-02")
            if any(one in own for (one,) in results[check_id].of("claim_id"))
        ]
        assert found == expected, name
    # Two cases have no category of the model, one has two.
    for result in results.values():
        assert (result.outcome, result.eligible_count, result.not_checked_count) == ("failed", 13, 0)
    assert results["HCC-01"].findings[0]["detail"] == (
        "Category 38 of 2026 rests on claims only that are no source of risk adjustment."
    )


@pytest.mark.parametrize(("columns", "procedure"), [(SKILLED, None), ({}, "G0439")])
def test_days_without_a_map_are_not_checked(
    warehouse: Warehouse, columns: Mapping[str, object], procedure: str | None
) -> None:
    early = {**columns, "from_date": dt.date(2025, 12, 31), "to_date": dt.date(2025, 12, 31)}
    results = judged(warehouse, {"early": [(early, "E119", procedure)]})
    assert {(result.outcome, result.not_checked_count) for result in results.values()} == {("not checked", 1)}


def test_what_rests_on_a_visit_passes(warehouse: Warehouse) -> None:
    results = judged(warehouse, {"seen": [({}, "E119", "99213")]})
    assert {result.outcome for result in results.values()} == {"passed"}


def test_no_claims(warehouse: Warehouse) -> None:
    assert {result.outcome for result in judged(warehouse, {}).values()} == {"not applicable"}
