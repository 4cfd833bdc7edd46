"""The OIG's high-risk groups: diagnoses that one claim has and that nothing else in the claims confirms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pytest

from auditlib.warehouse import Warehouse
from tests.checks.cases import Result, Rows, all_judged, claim, diagnoses, line
from tests.tables import fill

CHECKS = ("OIG-01", "OIG-02", "OIG-03", "OIG-04", "OIG-05", "OIG-06", "OIG-07", "OIG-08")
DAY = dt.date(2025, 6, 1)
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2026, 12, 31)


def later(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def visit(codes: Sequence[str], day: dt.date = DAY, **columns: object) -> dict[str, object]:
    """One claim of a patient: its diagnoses, and in ``lines`` and ``procedures`` what was done."""
    return {"codes": codes, "from_date": day, "to_date": day, **columns}


def stay(codes: Sequence[str], day: dt.date = DAY, bill: str = "111", **columns: object) -> dict[str, object]:
    return visit(codes, day, form="I", type_of_bill=bill, **columns)


def tables(
    patients: Mapping[str, Sequence[Mapping[str, object]]], *, more: Mapping[str, Rows] | None = None
) -> dict[str, Rows]:
    rows: dict[str, list[Mapping[str, object]]] = {
        name: [] for name in ("core.claim", "core.claim_diagnosis", "core.claim_line", "core.claim_procedure")
    }
    claim_id = 0
    for patient, visits in patients.items():
        for one in visits:
            claim_id += 1
            columns = dict(one)
            codes, lines = columns.pop("codes"), columns.pop("lines", ())
            procedures = columns.pop("procedures", ())
            rows["core.claim"].append(claim(claim_id, patient_id=patient, **columns))
            rows["core.claim_diagnosis"] += diagnoses(*codes, claim_id=claim_id)
            rows["core.claim_line"] += [
                line(number, claim_id, code=code, from_date=columns["from_date"])
                for number, code in enumerate(lines, start=1)
            ]
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
    born = {"old": dt.date(1951, 12, 31), "young": dt.date(1952, 1, 1)}
    return {
        **rows,
        "core.patient": [
            {
                "patient_id": patient,
                "birth_date": None
                if "no birth" in patient
                else born["young" if "young" in patient else "old"],
            }
            for patient in patients
        ],
        **(more or {}),
    }


EDGES = {"before": [visit(["I10"], FIRST)], "after": [visit(["I10"], LAST)]}
HOSPITAL = {"hospital": [stay(["I10"], later(20))]}


def judged(warehouse: Warehouse, patients: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, Result]:
    fill(warehouse, tables(patients))
    return all_judged(warehouse, CHECKS)


CASES: dict[str, tuple[str | None, Sequence[Mapping[str, object]]]] = {
    "stroke on one claim": ("OIG-01", [visit(["I63.9".replace(".", "")])]),
    "stroke in the hospital too": (None, [visit(["I639"]), stay(["I6350"], later(-3))]),
    "stroke in the outpatient department": (None, [visit(["I639"]), stay(["I639"], later(-3), "131")]),
    "stroke in the hospital in another year": (
        "OIG-01",
        [visit(["I639"]), stay(["I639"], dt.date(2024, 12, 31))],
    ),
    "stroke in a nursing facility only": ("OIG-01", [visit(["I639"]), stay(["I10"], DAY, "211")]),
    "stroke on two physicians' claims": (None, [visit(["I639"]), visit(["I639"], later(30))]),
    "a stroke and its corrected claim": (
        "OIG-01",
        [
            visit(["I639"], patient_control_number="S1"),
            visit(["I639"], patient_control_number="S1", frequency_code="7", submit_date=dt.date(2026, 2, 1)),
        ],
    ),
    "stroke in the hospital only": (None, [stay(["I639"])]),
    "sequela of a stroke": (None, [visit(["I6930"])]),
    "heart attack on one claim": ("OIG-02", [visit(["I219"])]),
    "heart attack, inpatient 60 days before": (None, [visit(["I219"]), stay(["I214"], later(-60))]),
    "heart attack, inpatient 60 days after": (None, [visit(["I219"]), stay(["I214"], later(60))]),
    "heart attack, emergency only": ("OIG-02", [stay(["I219"], DAY, "131")]),
    "heart attack in the hospital only": (None, [stay(["I219"])]),
    "heart attack on two claims": (None, [visit(["I219"]), visit(["I219"], later(30))]),
    "old heart attack": (None, [visit(["I252"])]),
    "embolism on one claim": ("OIG-03", [visit(["I2699"])]),
    "deep vein thrombosis": ("OIG-03", [visit(["I82401"])]),
    "embolism on two claims": (None, [visit(["I2699"]), visit(["I2699"], later(30))]),
    "chronic deep vein thrombosis": (None, [visit(["I82501"])]),
    "embolism with long-term anticoagulants": (None, [visit(["I2699"]), visit(["Z7901"], later(100))]),
    "embolism with an injected anticoagulant": (None, [visit(["I2699"], lines=["J1650"])]),
    "embolism, anticoagulant in another year": ("OIG-03", [visit(["I2699"]), visit(["Z7901"], LAST)]),
    "lung cancer on one claim": ("OIG-04", [visit(["C3490"])]),
    "lung cancer, chemotherapy a year later": (None, [visit(["C3490"]), visit(["Z5111"], later(365))]),
    "lung cancer, chemotherapy too late": ("OIG-04", [visit(["C3490"]), visit(["Z5111"], later(366))]),
    "lung cancer, chemotherapy too early": ("OIG-04", [visit(["C3490"]), visit(["Z5111"], later(-366))]),
    "lung cancer, lobe removed": (
        None,
        [visit(["C3490"]), stay(["I10"], later(-365), procedures=["0BTC0ZZ"])],
    ),
    "lung cancer, breast operated": ("OIG-04", [visit(["C3490"]), visit(["I10"], lines=["19307"])]),
    "breast cancer on one claim": ("OIG-05", [visit(["C50911"])]),
    "breast cancer, breast operated": (None, [visit(["C50911"]), visit(["I10"], later(30), lines=["19307"])]),
    "breast cancer, radiation": (None, [visit(["C50911"]), visit(["I10"], later(30), lines=["77412"])]),
    "breast cancer, an injection of vitamins": (
        "OIG-05",
        [visit(["C50911"]), visit(["I10"], lines=["J3420"])],
    ),
    "colon cancer on one claim": ("OIG-06", [visit(["C189"])]),
    "colon cancer, colon operated": (None, [visit(["C189"]), visit(["I10"], later(9), lines=["44140"])]),
    "colon cancer, a drug against cancer": (
        None,
        [visit(["C189"]), visit(["I10"], later(9), lines=["J9190"])],
    ),
    "prostate cancer of an old patient": ("OIG-07", [visit(["C61"])]),
    "prostate cancer of a young patient": (None, [visit(["C61"])]),
    "prostate cancer of an old patient, operated": (
        None,
        [visit(["C61"]), visit(["I10"], later(9), lines=["55866"])],
    ),
    **{
        f"{patient}, {name} on two claims": (None, [visit([name]), visit([name], later(30))])
        for patient, name in (
            *(("young", "C3490"), ("young", "C50911"), ("young", "C189")),
            ("old", "C61"),
        )
    },
    "history of a cancer": (None, [visit(["Z853"])]),
}


def test_every_group_with_its_near_misses(warehouse: Warehouse) -> None:
    patients = {**EDGES, **HOSPITAL, **{name: visits for name, (_, visits) in CASES.items()}}
    results = judged(warehouse, patients)
    first_claim = dict(zip(patients, _first_claims(patients), strict=True))
    last_claim = {name: first_claim[name] + len(patients[name]) - 1 for name in patients}
    for name, (expected, _) in CASES.items():
        own = range(first_claim[name], last_claim[name] + 1)
        found = [
            check_id
            for check_id in CHECKS
            if any(claim_id in own for (claim_id,) in results[check_id].of("claim_id"))
        ]
        assert found == ([] if expected is None else [expected]), name
    assert {results[check_id].not_checked_count for check_id in CHECKS[:7]} == {0}


def _first_claims(patients: Mapping[str, Sequence[object]]) -> list[int]:
    starts, claim_id = [], 1
    for visits in patients.values():
        starts.append(claim_id)
        claim_id += len(visits)
    return starts


def test_what_is_confirmed_passes(warehouse: Warehouse) -> None:
    names = (
        *("stroke in the hospital too", "heart attack, inpatient 60 days before"),
        *("embolism with an injected anticoagulant", "lung cancer, lobe removed", "breast cancer, radiation"),
        *("colon cancer, colon operated", "prostate cancer of an old patient, operated"),
    )
    twice = {
        "twice": [visit(["D469"]), visit(["D469"], later(1)), visit(["D649"]), visit(["D649"], later(9))]
    }
    confirmed = {name: CASES[name][1] for name in names}
    fill(warehouse, tables({**EDGES, **HOSPITAL, **confirmed, **twice}, more=MAP))
    results = all_judged(warehouse, CHECKS)
    assert {check_id: results[check_id].outcome for check_id in CHECKS[:7]} == dict.fromkeys(
        CHECKS[:7], "passed"
    )


def test_a_finding_says_what_is_missing(warehouse: Warehouse) -> None:
    result = judged(warehouse, {**HOSPITAL, "one": [visit(["I10", "I639"])]})["OIG-01"]
    assert result.of("claim_id", "item_number", "code", "severity", "detail") == [
        (2, 2, "I639", "R", "I63.9 on one physician claim, and on no hospital claim of the year.")
    ]


def test_what_the_claims_cannot_tell_is_not_checked(warehouse: Warehouse) -> None:
    results = judged(
        warehouse,
        {
            "one": [visit(["I639", "I219", "C3490", "C50911", "C189", "C61"])],
            "with a pharmacy": [visit(["I2699"]), visit([], later(3), form="R")],
            "no birth date": [visit(["C61"])],
        },
    )
    for check_id in CHECKS[:7]:
        not_checked = 2 if check_id == "OIG-07" else 1
        result = results[check_id]
        assert (result.outcome, result.not_checked_count) == ("not checked", not_checked), check_id


def test_an_unknown_age_is_not_checked(warehouse: Warehouse) -> None:
    result = judged(warehouse, {**EDGES, "no birth date": [visit(["C61"])]})["OIG-07"]
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


def test_claims_must_reach_to_the_day(warehouse: Warehouse) -> None:
    edges = {"before": [visit(["I10"], later(-60))], "after": [visit(["I10"], later(60))]}
    assert judged(warehouse, {**edges, **HOSPITAL, "one": [visit(["I219"])]})["OIG-02"].outcome == "failed"


def test_claims_that_do_not_reach_leave_it_open(warehouse: Warehouse) -> None:
    edges = {"before": [visit(["I10"], later(-60))], "after": [visit(["I10"], later(59))]}
    assert (
        judged(warehouse, {**edges, **HOSPITAL, "one": [visit(["I219"])]})["OIG-02"].outcome == "not checked"
    )


def test_a_void_takes_its_claim_back(warehouse: Warehouse) -> None:
    original = visit(["I639"], patient_control_number="V1")
    void = visit(["I639"], patient_control_number="V1", frequency_code="8", submit_date=dt.date(2026, 2, 1))
    assert judged(warehouse, {**HOSPITAL, "one": [original, void]})["OIG-01"].outcome == "not applicable"


MAP = {
    "ref.release": [
        {
            "code_system": "CMS-HCC",
            "release": "2025",
            "effective_from": dt.date(2025, 1, 1),
            "effective_to": dt.date(2025, 12, 31),
        }
    ],
    "ref.code_category": [
        {
            "scheme": "CMS-HCC V28",
            "code_system": "ICD-10-CM",
            "code": code,
            "category": "1",
            "release": "2025",
        }
        for code in ("D469", "C9201", "E1165", "C61", "C7900", "B20")
    ],
}


def mis_keyed(warehouse: Warehouse, patients: Mapping[str, Sequence[Mapping[str, object]]]) -> Result:
    fill(warehouse, tables(patients, more=MAP))
    return all_judged(warehouse, ("OIG-08",))["OIG-08"]


def test_two_exchanged_characters(warehouse: Warehouse) -> None:
    result = mis_keyed(
        warehouse,
        {
            "hit": [visit(["D469"]), visit(["D649"]), visit(["D649"], later(9))],
            "the other only once": [visit(["D469"]), visit(["D649"])],
            "twice itself": [
                visit(["D469"]),
                visit(["D469"], later(1)),
                visit(["D649"]),
                visit(["D649"], later(9)),
            ],
            "another year": [visit(["D469"]), visit(["D649"]), visit(["D649"], dt.date(2026, 1, 1))],
            "next year": [visit(["D469"]), *(visit(["D649"], dt.date(2026, 1, day)) for day in (1, 2))],
            "same category": [visit(["E1165"]), visit(["E1156"]), visit(["E1156"], later(9))],
            "no risk category": [visit(["K529"]), visit(["K259"]), visit(["K259"], later(9))],
        },
    )
    assert result.of("claim_id", "code", "related_code", "detail") == [
        (
            *(1, "D469", "D649"),
            (
                "D46.9 is on one claim of the year, and D64.9, from which it differs by two exchanged "
                "characters, on several."
            ),
        )
    ]
    # On the days in 2026 no map is loaded.
    assert (result.eligible_count, result.not_checked_count) == (5, 1)


@pytest.mark.parametrize(
    ("single", "several", "is_found"),
    [
        ("D469", "D649", True),
        ("C9201", "C2901", True),
        ("C9201", "C9021", True),
        ("C9201", "C9211", False),
        ("C9201", "C9210", False),
        ("C9201", "C2091", False),
        ("C7900", "C9700", True),
        ("C7900", "C7090", True),
        ("C61", "C16", True),
        ("C61", "C6", False),
        ("C61", "C61", False),
        ("B20", "B02", True),
        ("B20", "B20", False),
        ("B20", "0B2", False),
    ],
)
def test_which_characters_are_exchanged(
    warehouse: Warehouse, single: str, several: str, *, is_found: bool
) -> None:
    result = mis_keyed(warehouse, {"one": [visit([single]), visit([several]), visit([several], later(1))]})
    assert result.of("code", "related_code") == ([(single, several)] if is_found else [])


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (dt.date(2024, 12, 31), "not checked"),
        (dt.date(2025, 1, 1), "failed"),
        (dt.date(2025, 12, 31), "failed"),
        (dt.date(2026, 1, 1), "not checked"),
    ],
)
def test_a_map_holds_on_its_first_and_its_last_day(warehouse: Warehouse, day: dt.date, outcome: str) -> None:
    patients = {
        single: [visit([name], day) for name in (single, several, several)]
        for single, several in (("D469", "D649"), ("C9201", "C9021"))
    }
    assert mis_keyed(warehouse, patients).outcome == outcome


def test_what_names_a_mis_keyed_code(warehouse: Warehouse) -> None:
    """Admitting diagnoses, old codes, and claims without a patient or a day say nothing of either code."""
    given = tables(
        {
            "old": [visit(["D469"]), visit(["D649"])],
            "young": [visit(["I10", "D469"]), visit(["D649"]), visit(["D649"], later(9))],
        },
        more=MAP,
    )
    given["core.claim"] = [
        *given["core.claim"],
        # Further claims of the old patient: one that is void, and those whose codes do not count.
        *(claim(number, patient_id="old", from_date=DAY) for number in (6, 7)),
        claim(8, patient_id="old", from_date=DAY, patient_control_number="V"),
        claim(
            9,
            patient_id="old",
            from_date=DAY,
            patient_control_number="V",
            frequency_code="8",
            submit_date=dt.date(2026, 2, 1),
        ),
        *(claim(number, patient_id=None, from_date=DAY) for number in (10, 11, 12)),
        *(claim(number, patient_id="old", from_date=None) for number in (13, 14, 15)),
    ]
    given["core.claim_diagnosis"] = [
        *given["core.claim_diagnosis"],
        *diagnoses("D649", claim_id=6, role="admitting"),
        *({**row, "code_system": "ICD-9-CM"} for row in diagnoses("D649", claim_id=7)),
        *diagnoses("D649", claim_id=8),
        *(row for n in (10, 13) for row in diagnoses("D469", claim_id=n)),
        *(row for n in (11, 12, 14, 15) for row in diagnoses("D649", claim_id=n)),
    ]
    fill(warehouse, given)
    result = all_judged(warehouse, ("OIG-08",))["OIG-08"]
    assert result.of("claim_id", "item_number", "code", "related_code") == [(3, 2, "D469", "D649")]
    assert (result.eligible_count, result.not_checked_count) == (2, 0)


def test_a_principal_diagnosis_counts(warehouse: Warehouse) -> None:
    given = tables({"one": [visit(["D469"]), visit(["D649"]), visit(["D649"], later(9))]}, more=MAP)
    given["core.claim_diagnosis"] = [
        row
        for n, name in ((1, "D469"), (2, "D649"), (3, "D649"))
        for row in diagnoses(name, claim_id=n, role="principal")
    ]
    fill(warehouse, given)
    assert all_judged(warehouse, ("OIG-08",))["OIG-08"].of("claim_id", "code") == [(1, "D469")]


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("ref.release", {"code_system": "RxHCC"}),
        ("ref.code_category", {"scheme": "RxHCC V8"}),
        ("ref.code_category", {"code_system": "ICD-9-CM"}),
    ],
)
def test_another_map_says_nothing_of_risk(
    warehouse: Warehouse, table: str, columns: dict[str, object]
) -> None:
    more = {
        **MAP,
        table: [{**row, **columns} for row in MAP[table]],
    }
    fill(warehouse, tables({"one": [visit([name]) for name in ("D469", "D649", "D649")]}, more=more))
    assert all_judged(warehouse, ("OIG-08",))["OIG-08"].outcome != "failed"


def test_days_without_a_map_are_not_checked(warehouse: Warehouse) -> None:
    result = mis_keyed(warehouse, {"early": [visit(["D469"], dt.date(2024, 12, 31))]})
    assert (result.outcome, result.not_checked_count) == ("not checked", 1)


def test_nothing_coded(warehouse: Warehouse) -> None:
    assert {result.outcome for result in judged(warehouse, {}).values()} == {"not applicable"}
