"""Groups of stays by the extra, and the checks and the financial effect that read them."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from auditlib.checks import group_stays
from auditlib.errors import MissingExtraError
from auditlib.measures.financial_effect import financial_effects
from auditlib.schema.core_derived import GROUPED_STAY, STAY_WITHOUT_DIAGNOSIS
from auditlib.schema.mart import FINDING
from auditlib.warehouse import Warehouse, graph
from tests.checks.cases import Judge, Result, Rows, all_judged, claim, diagnoses
from tests.checks.reading import table
from tests.tables import fill, rows_frame

CHECKS = ("DRG-01", "DRG-02", "DRG-03")
DAY = dt.date(2026, 1, 15)


def stay(claim_id: int, principal: str, *others: str, **columns: object) -> dict[str, object]:
    return {"claim_id": claim_id, "principal": principal, "others": others, **columns}


def load(warehouse: Warehouse, stays: Sequence[Mapping[str, object]]) -> None:
    rows: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("core.claim", "core.claim_diagnosis", "core.claim_procedure", "core.patient")
    }
    for one in stays:
        columns = dict(one)
        claim_id, principal, others = columns.pop("claim_id"), columns.pop("principal"), columns.pop("others")
        procedures, sex, day = columns.pop("procedures", ()), columns.pop("sex", "F"), columns.pop("day", DAY)
        patient = f"patient {claim_id}"
        about = {"form": "I", "type_of_bill": "111", "patient_id": patient, "from_date": day, "to_date": day}
        rows["core.claim"].append(claim(claim_id, **{**about, **columns}))
        rows["core.patient"].append({"patient_id": patient, "sex": sex})
        # The principal diagnosis need not come first in the file.
        rows["core.claim_diagnosis"] += diagnoses(*others, claim_id=claim_id)
        rows["core.claim_diagnosis"] += diagnoses(
            principal, claim_id=claim_id, role="principal", start=len(others) + 1
        )
        rows["core.claim_procedure"] += [
            {
                "claim_id": claim_id,
                "procedure_number": number,
                "code_system": "ICD-10-PCS",
                "code": code,
                "code_role": "other",
            }
            for number, code in enumerate(procedures, start=1)
        ]
    fill(warehouse, rows)
    with warehouse.writing() as writer:
        graph.run(writer)


def judged(warehouse: Warehouse, *stays: Mapping[str, object]) -> dict[str, Result]:
    pytest.importorskip("drgpy")
    load(warehouse, stays)
    group_stays(warehouse)
    return all_judged(warehouse, CHECKS)


def test_groups_by_codes_sex_and_day(warehouse: Warehouse) -> None:
    judged(
        warehouse,
        stay(1, "I5023", "J9601"),
        stay(2, "I5023", "N179"),
        stay(3, "I5023"),
        stay(4, "M1711", procedures=("0SRC0J9",)),
        stay(5, "I5023", sex="U"),
        stay(6, "I5023", day=dt.date(2018, 9, 30)),
        stay(7, "I5023", day=dt.date(2018, 10, 1)),
        stay(8, "I5023", day=dt.date(2026, 9, 30)),
        stay(9, "I5023", day=dt.date(2026, 10, 1)),
        stay(10, "I5023", type_of_bill="131"),
    )
    groups = table(warehouse, GROUPED_STAY)
    assert dict(groups.select("claim_id", "drg").iter_rows()) == {
        1: "291",
        2: "292",
        3: "293",
        4: "470",
        7: "293",
        8: "293",
    }
    versions = dict(groups.select("claim_id", "grouper").iter_rows())
    assert (versions[1].split()[-1], versions[7].split()[-1], versions[8].split()[-1]) == (
        "v43",
        "v36",
        "v43.1",
    )


def test_a_billed_group_that_is_not_the_recomputed_one(warehouse: Warehouse) -> None:
    result = judged(
        warehouse,
        stay(1, "I5023", drg_code="291"),
        stay(2, "I5023", drg_code="293"),
        stay(3, "I5023", drg_code="0293"),
        stay(4, "I5023"),
        stay(5, "I5023", drg_code="291", sex="U"),
    )["DRG-01"]
    assert result.of("claim_id", "code", "related_code", "severity", "detail") == [
        (1, "291", "293", "R", "Billed group 291; its codes group to 293.")
    ]
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("failed", 3, 1)


def test_a_group_that_hangs_on_one_complication(warehouse: Warehouse) -> None:
    result = judged(
        warehouse,
        stay(1, "I5023", "I10", "J9601"),
        stay(2, "I5023", "J9601", "A419"),
        stay(3, "I5023", "J9601", "N179"),
        stay(4, "I5023", "I10"),
    )["DRG-02"]
    assert result.of("claim_id", "item_number", "code", "related_code") == [
        (1, 2, "J9601", "293"),
        (3, 1, "J9601", "292"),
    ]
    assert (result.outcome, result.eligible_count) == ("failed", 4)
    assert (
        result.findings[0]["detail"] == "J96.01 alone makes the group 291; without it the stay groups to 293."
    )


@pytest.mark.parametrize(
    ("drg", "is_found"),
    [
        ("980", False),
        ("981", True),
        ("989", True),
        ("990", False),
        ("998", True),
        ("999", True),
        ("470", False),
    ],
)
def test_groups_of_unrelated_procedures(warehouse: Warehouse, drg: str, *, is_found: bool) -> None:
    load(warehouse, [stay(1, "I5023", drg_code=drg)])
    result = all_judged(warehouse, CHECKS)["DRG-03"]
    assert (result.outcome, result.eligible_count) == ("failed" if is_found else "passed", 1)


def grouped(
    drg: str | None, without: Rows = (), *, version: str = "v43", **columns: object
) -> dict[str, Rows]:
    """One stay, billed as the columns say, with what the grouper answered to it."""
    about = {"form": "I", "type_of_bill": "111", "from_date": DAY, "to_date": DAY}
    answer = [{"claim_id": 1, "drg": drg, "grouper": version}] if drg else []
    return {
        "core.claim": [claim(1, **{**about, **columns})],
        "core.claim_diagnosis": diagnoses("I5023", "J9601", "A419"),
        "core.grouped_stay": answer,
        "core.stay_without_diagnosis": [{"claim_id": 1, **row} for row in without],
    }


ONE = {"item_number": 2, "code": "J9601", "drg": "293"}
OTHER = {"item_number": 3, "code": "A419", "drg": "292"}


@pytest.mark.parametrize(
    ("billed", "drg", "outcome"),
    [
        ("291", "293", "failed"),
        ("293", "293", "passed"),
        ("0293", "293", "passed"),
        (" 1", "001", "passed"),
        ("1", "002", "failed"),
        ("291", None, "not checked"),
        ("2930", "293", "not applicable"),
        ("RUG1", "293", "not applicable"),
        (None, "293", "not applicable"),
    ],
)
def test_the_billed_group_and_the_recomputed_one(
    judge: Judge, billed: str | None, drg: str | None, outcome: str
) -> None:
    result = judge("DRG-01", grouped(drg, drg_code=billed))
    assert (result.outcome, result.eligible_count + result.not_checked_count) == (
        outcome,
        int(outcome != "not applicable"),
    )
    if outcome == "failed" and billed == "291":
        columns = ("item_number", "code_system", "code", "related_code", "service_date", "release")
        assert result.of(*columns) == [(0, "MS-DRG", "291", "293", DAY, "v43")]


@pytest.mark.parametrize(
    ("drg", "without", "outcome"),
    [
        ("291", [ONE], "failed"),
        ("291", [OTHER], "failed"),
        ("291", [ONE, OTHER], "passed"),
        ("291", [], "passed"),
        (None, [ONE], "not checked"),
    ],
)
def test_the_one_complication_of_a_group(judge: Judge, drg: str | None, without: Rows, outcome: str) -> None:
    result = judge("DRG-02", grouped(drg, without))
    assert (result.outcome, result.eligible_count, result.not_checked_count) == (
        outcome,
        int(drg is not None),
        int(drg is None),
    )
    found = [(row["item_number"], row["code"], row["drg"], "v43") for row in without]
    expected = found if outcome == "failed" else []
    assert result.of("item_number", "code", "related_code", "release") == expected


UNRELATED = "the procedure is unrelated to the principal diagnosis."


@pytest.mark.parametrize(
    ("billed", "drg", "said", "version"),
    [
        ("981", None, UNRELATED, None),
        ("981", "470", UNRELATED, None),
        (None, "981", UNRELATED, "v43"),
        (None, "989", UNRELATED, "v43"),
        ("998", None, "the principal diagnosis is none for a discharge.", None),
        (None, "999", "the stay cannot be grouped.", "v43"),
        ("470", "981", None, None),
        (None, "990", None, None),
        (None, "980", None, None),
        (None, "997", None, None),
    ],
)
def test_the_billed_group_decides_and_the_recomputed_one_without_it(
    judge: Judge, billed: str | None, drg: str | None, said: str | None, version: str | None
) -> None:
    result = judge("DRG-03", grouped(drg, drg_code=billed))
    assert (result.eligible_count, result.not_checked_count) == (1, 0)
    group = billed or drg
    expected = [(0, "MS-DRG", group, f"Group {group}: {said}", version)] if said else []
    assert result.of("item_number", "code_system", "code", "detail", "release") == expected


@pytest.mark.parametrize("check_id", CHECKS)
@pytest.mark.parametrize(
    "columns", [{"frequency_code": "8"}, {"type_of_bill": "131"}, {"form": "P"}, {"type_of_bill": None}]
)
def test_what_is_no_stay_has_no_group(judge: Judge, check_id: str, columns: dict[str, object]) -> None:
    result = judge(check_id, grouped("981", [ONE], **{"drg_code": "291", **columns}))
    assert result.outcome == "not applicable"


@pytest.mark.parametrize("check_id", CHECKS)
def test_a_stay_without_a_group_is_not_checked(judge: Judge, check_id: str) -> None:
    result = judge(check_id, grouped(None, drg_code="291" if check_id == "DRG-01" else None))
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("not checked", 0, 1)


@pytest.mark.parametrize("check_id", CHECKS)
def test_a_stay_that_is_not_yet_billed_has_no_group(judge: Judge, check_id: str) -> None:
    encounter = {"encounter_id": "B1", "encounter_class": "inpatient", "discharge_date": DAY}
    tables: dict[str, Rows] = {"core.encounter": [encounter], "core.claim": [claim()]}
    assert judge(check_id, tables).outcome == "not applicable"


def test_an_impossible_group_is_none(warehouse: Warehouse) -> None:
    # The grouper answers a hip replacement for pneumonia with a group of HIV.
    result = judged(warehouse, stay(1, "J189", procedures=("0SRC0J9",)))
    assert result["DRG-03"].outcome == "not checked"


def test_stays_that_nobody_grouped_are_not_checked(warehouse: Warehouse) -> None:
    load(warehouse, [stay(1, "I5023", drg_code="291")])
    results = all_judged(warehouse, CHECKS)
    assert [results[check_id].outcome for check_id in CHECKS] == ["not checked", "not checked", "passed"]


def test_without_the_extra_it_says_so(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "drgpy.msdrg", None)
    with pytest.raises(MissingExtraError, match="needs the optional extra 'groupers'"):
        group_stays(warehouse)


def test_grouping_again_replaces(warehouse: Warehouse) -> None:
    judged(warehouse, stay(1, "I5023", "J9601"), stay(2, "I5023", "J9601"))
    first = table(warehouse, STAY_WITHOUT_DIAGNOSIS)
    assert group_stays(warehouse) == 2
    assert table(warehouse, STAY_WITHOUT_DIAGNOSIS).equals(first)
    assert first.select("claim_id", "item_number", "code", "drg").rows() == [
        (1, 1, "J9601", "293"),
        (2, 1, "J9601", "293"),
    ]


def test_no_stays(warehouse: Warehouse) -> None:
    assert {result.outcome for result in judged(warehouse).values()} == {"not applicable"}


YEAR = {"effective_from": dt.date(2025, 10, 1), "effective_to": dt.date(2026, 9, 30), "release": "FY2026"}
# Takes over from the table of the year on its first day.
CORRECTION = {"release": "FY2026 January", "effective_from": dt.date(2026, 1, 1)}


def finding(
    check_id: str, number: int, claim_id: int, item: int, amount: str | None = None
) -> dict[str, object]:
    return {
        "check_id": check_id,
        "finding_number": number,
        "claim_id": claim_id,
        "item_number": item,
        "at_stake_amount": None if amount is None else Decimal(amount),
    }


def test_what_codes_in_doubt_are_worth(warehouse: Warehouse) -> None:
    load(
        warehouse,
        [
            stay(1, "I10"),
            stay(2, "I10"),
            stay(3, "C61"),
            stay(4, "C61", patient_id="patient 3"),
            stay(5, "C3490"),
        ],
    )
    tables = {
        "core.grouped_stay": [{"claim_id": 1, "drg": "291"}, {"claim_id": 2, "drg": "291"}],
        "core.stay_without_diagnosis": [
            {"claim_id": claim_id, "item_number": 2, "code": "J9601", "drg": "293"} for claim_id in (1, 2)
        ],
        "core.answered_stay": [
            {
                "remit_claim_id": 9,
                "claim_id": 1,
                "paid_drg": "291",
                "paid_amount": Decimal(1000),
            }
        ],
        "ref.drg": [
            {"drg": drg, "weight": Decimal(weight), **YEAR, **of_release}
            for drg, weight, of_release in (
                ("291", "9.25", {}),
                ("293", "0.25", {}),
                ("291", "1.25", CORRECTION),
                ("293", "0.75", CORRECTION),
                ("291", "8.25", {"release": "FY2026 April", "effective_from": dt.date(2026, 4, 1)}),
            )
        ],
        "ref.code_category": [
            {
                "scheme": "CMS-HCC V28",
                "code_system": "ICD-10-CM",
                "code": code,
                "category": category,
                **YEAR,
            }
            for code, category in (("C61", "23"), ("C3490", "20"))
        ],
    }
    fill(warehouse, tables)
    with warehouse.writing() as writer:
        writer.append(
            FINDING,
            rows_frame(
                FINDING,
                [
                    finding("PTP-01", 1, 1, 1, "40"),
                    finding("PTP-01", 2, 1, 1, "40"),
                    finding("PTP-01", 3, 2, 1, "2.50"),
                    finding("MUE-02", 1, 1, 1, "7"),
                    finding("DUP-01", 1, 1, 1, "99"),
                    finding("OIG-07", 1, 3, 1),
                    finding("OIG-04", 1, 5, 1),
                ],
            ),
        )
    assert financial_effects(warehouse).rows() == [
        ("refused lines", "MUE-02", 1, None, None, Decimal("7.00")),
        ("refused lines", "PTP-01", 2, None, None, Decimal("42.50")),
        # Prostate cancer of patient 3 rests on claim 4, too.
        ("risk category", "CMS-HCC V28 20", 1, None, None, None),
        ("single complication", "291 to 293", 2, Decimal("-1.0000"), Decimal("-400.00"), None),
    ]
