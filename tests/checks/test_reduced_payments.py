"""Payments that a payer reduced without refusing anything, and that no list of denials shows."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.resources import files

import pytest

from auditlib.measures.denials import denial_reasons
from auditlib.schema.core_derived import VISIT_CODE
from auditlib.warehouse import Warehouse, graph
from tests.checks.cases import Result, all_judged
from tests.checks.reading import table
from tests.measures.story import Cas, Claim, Payment, Story, money
from tests.tables import fill

PAID = dt.date(2026, 2, 1)
LATER = dt.date(2026, 3, 1)
CHECKS = ("RED-01", "RED-02", "RED-03", "RED-04", "RED-05")
KINDS = {
    "RED-01": "code",
    "RED-02": "payment group",
    "RED-03": "units",
    "RED-04": "visit level",
    "RED-05": "bundled",
}


def answered(
    paid_code: str,
    submitted: str | None = None,
    *,
    billed: str | None = None,
    billed_units: float | None = 1,
    paid_units: float = 1,
    paid: float = 60,
    cas: Sequence[Cas] = (Cas("CO", "45", 40),),
    number: str = "E1",
    status: str = "1",
    filing: str | None = None,
    unit_code: str = "UN",
    remit_units: float | None = None,
    payer: str | None = None,
) -> dict[str, object]:
    """One claim of one line for $100, and its answer."""
    return locals()


def judged(
    warehouse: Warehouse, answers: Sequence[Mapping[str, object]], more: Sequence[Payment] = ()
) -> dict[str, Result]:
    tell(warehouse, answers, more)
    return all_judged(warehouse, CHECKS)


def tell(warehouse: Warehouse, answers: Sequence[Mapping[str, object]], more: Sequence[Payment] = ()) -> None:
    # What a payer allows elsewhere prices its lines: in a list of cases each has a payer of its own.
    payers = [answer["payer"] or f"P{answer['number']}" for answer in answers]
    claims = [
        Claim(number=str(answer["number"]), payer=payer)
        for answer, payer in zip(answers, payers, strict=True)
    ]
    payments = [
        Payment(
            PAID,
            answer["paid"],
            answer["cas"],
            number=str(answer["number"]),
            status=str(answer["status"]),
            filing=answer["filing"],
            payer=payer,
        )
        for answer, payer in zip(answers, payers, strict=True)
    ]
    rows = Story(claims, [*payments, *more]).tables()
    for line, answer in zip(rows["core.remit_line"], answers, strict=False):
        line |= {
            "code_system": "CPT",
            "code": answer["paid_code"],
            "submitted_code": answer["submitted"],
            "unit_count": Decimal(str(answer["paid_units"])),
            "submitted_unit_count": answer["remit_units"],
            "from_date": dt.date(2026, 1, 5),
        }
    rows["core.claim_line"] = [
        {
            "claim_id": claim_id,
            "line_number": 1,
            "code_system": "CPT",
            "code": answer["billed"] or answer["submitted"] or answer["paid_code"],
            "from_date": dt.date(2026, 1, 5),
            "unit_count": answer["billed_units"],
            "unit_code": answer["unit_code"],
            "charge_amount": money(100),
        }
        for claim_id, answer in enumerate(answers, start=1)
    ]
    fill(warehouse, rows)
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.reduced_payment", "mart.claim_outcome"})


def found(results: Mapping[str, Result]) -> list[str]:
    return [check_id for check_id in CHECKS if results[check_id].findings]


LINES = (
    ("another code", answered("71045", "71046"), ["RED-01"]),
    ("as billed", answered("71046"), []),
    ("the payer repeats the same code", answered("71046", "71046"), []),
    ("a lower level", answered("99213", "99214"), ["RED-04"]),
    ("a higher level, worth unknown", answered("99215", "99214"), ["RED-01"]),
    ("a level of another kind of visit", answered("99213", "99204"), ["RED-01"]),
    ("a lower emergency visit", answered("99283", "99285"), ["RED-04"]),
    ("half the units", answered("J1100", billed_units=8, paid_units=4), ["RED-03"]),
    ("all units", answered("J1100", billed_units=8, paid_units=8), []),
    ("more units", answered("J1100", billed_units=8, paid_units=9), []),
    ("fewer units, paid in full", answered("J1100", billed_units=8, paid_units=1, paid=100, cas=()), []),
    (
        "fewer units, only the patient's share taken off",
        answered("J1100", billed_units=8, paid_units=1, paid=60, cas=[Cas("PR", "1", 40)]),
        [],
    ),
    ("billed in minutes", answered("00840", billed_units=90, paid_units=6, unit_code="MJ"), []),
    (
        "the payer repeats the units as submitted",
        answered("J1100", billed_units=None, paid_units=4, remit_units=8),
        ["RED-03"],
    ),
    ("refused: a denial", answered("71045", "71046", paid=0, cas=[Cas("CO", "50", 100)]), []),
    ("unpaid for a reason of no list", answered("71045", "71046", paid=0, cas=[Cas("CO", "X99", 100)]), []),
    ("alone and unpaid: bundled into nothing", answered("71046", paid=0, cas=[Cas("CO", "45", 100)]), []),
)


def test_what_is_a_reduced_payment(warehouse: Warehouse) -> None:
    answers = [answer | {"number": f"E{number}"} for number, (_, answer, _) in enumerate(LINES, start=1)]
    results = judged(warehouse, answers)
    for number, (name, _, expected) in enumerate(LINES, start=1):
        assert [
            check_id for check_id in CHECKS if (number,) in results[check_id].of("claim_id")
        ] == expected, name


def test_what_is_paid_as_billed_passes(warehouse: Warehouse) -> None:
    results = judged(warehouse, [answered("99214")])
    lines = {check_id: results[check_id].outcome for check_id in ("RED-01", "RED-03", "RED-04", "RED-05")}
    assert lines == dict.fromkeys(lines, "passed")


@pytest.mark.parametrize(
    "answer",
    [answered("71046"), answered("99213", "99214", paid=0, cas=[Cas("CO", "50", 100)])],
)
def test_what_is_no_visit_or_is_refused_has_no_level(
    warehouse: Warehouse, answer: Mapping[str, object]
) -> None:
    assert judged(warehouse, [answer])["RED-04"].outcome == "not applicable"


def test_a_finding_says_payer_day_dollars_and_deadline(warehouse: Warehouse) -> None:
    as_billed = answered("99214", number="E2", paid=100, cas=(), payer="P01")
    lowered = answered("99213", "99214", filing="MB", payer="P01")
    result = judged(warehouse, [lowered, as_billed])["RED-04"]
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("failed", 2, 0)
    assert result.of("claim_id", "item_number", "code", "related_code", "at_stake_amount", "detail") == [
        (
            *(1, 1, "99214", "99213", Decimal("40.00")),
            (
                "Billed 99214, paid as the lower level 99213 by Payer P01 on 2026-02-01, about $40.00 less; "
                "Medicare takes an appeal until 2026-06-06."
            ),
        )
    ]


def test_dollars_are_unknown_without_a_line_that_was_paid_as_billed(warehouse: Warehouse) -> None:
    [row] = judged(warehouse, [answered("99213", "99214", payer="P01")])["RED-04"].of(
        "at_stake_amount", "detail"
    )
    assert row == (None, "Billed 99214, paid as the lower level 99213 by Payer P01 on 2026-02-01.")


def test_another_code_that_pays_no_less_is_no_reduction(warehouse: Warehouse) -> None:
    dear = answered("71045", "71046", paid=90, cas=[Cas("CO", "45", 10)], payer="P01")
    usual = answered("71046", number="E2", payer="P01")
    assert found(judged(warehouse, [dear, usual])) == []


@pytest.mark.parametrize(("allowed", "lost"), [(2.01, "1.01"), (0.29, "0.15"), (67.03, "33.52")])
def test_half_a_cent_is_rounded_up(warehouse: Warehouse, allowed: float, lost: str) -> None:
    written_off = (Cas("CO", "45", round(100 - allowed, 2)),)
    line = answered("J1100", paid=allowed, cas=written_off, billed_units=3, paid_units=2)
    assert judged(warehouse, [line])["RED-03"].of("at_stake_amount") == [(Decimal(lost),)]


def test_units_are_priced_by_their_own_line(warehouse: Warehouse) -> None:
    [row] = judged(warehouse, [answered("J1100", billed_units=8, paid_units=2, payer="P01")])["RED-03"].of(
        "at_stake_amount", "detail"
    )
    assert row == (
        Decimal("180.00"),
        "Billed 8 units of J1100, paid 2 by Payer P01 on 2026-02-01, about $180.00 less.",
    )


def test_billed_units_that_nobody_states_are_not_checked(warehouse: Warehouse) -> None:
    result = judged(warehouse, [answered("J1100", billed_units=None)])["RED-03"]
    assert (result.outcome, result.eligible_count, result.not_checked_count) == ("not checked", 0, 1)


def test_the_code_of_the_claim_where_the_payer_repeats_none(warehouse: Warehouse) -> None:
    tell(warehouse, [answered("99213", billed="99214")])
    # Without a line control number nothing says that it is this line.
    assert found(all_judged(warehouse, CHECKS)) == []


def test_a_line_control_number_finds_the_billed_code(warehouse: Warehouse) -> None:
    rows = Story([Claim()], [Payment(PAID, 60, [Cas("CO", "45", 40)], billed_lines=["L1"])]).tables()
    rows["core.remit_line"][0] |= {"code": "99213", "unit_count": 1}
    rows["core.claim_line"] = [
        {
            "claim_id": 1,
            "line_number": 7,
            "code": "99214",
            "unit_count": 1,
            "charge_amount": money(100),
            "line_control_number": "L1",
        }
    ]
    fill(warehouse, rows)
    assert all_judged(warehouse, CHECKS)["RED-04"].of("item_number", "code", "related_code") == [
        (7, "99214", "99213")
    ]


def two_lines(
    pairs: Sequence[tuple[Mapping[str, object], Mapping[str, object], Sequence[Cas]]], *, form: str = "P"
) -> dict[str, list[dict[str, object]]]:
    """Claims of two lines, of which the first is paid and the second is not."""
    claims = [Claim(f"E{number}", 150, form=form, payer=f"P{number}") for number in range(1, len(pairs) + 1)]
    payments = [
        Payment(
            PAID,
            60,
            [Cas("CO", "45", 40), *cas],
            charge=150,
            lines=[(100, 60), (50, 0)],
            number=claim.number,
            payer=str(claim.payer),
        )
        for claim, (_, _, cas) in zip(claims, pairs, strict=True)
    ]
    rows = Story(claims, payments).tables()
    columns = [line for first, second, _ in pairs for line in (first, second)]
    for line, more in zip(rows["core.remit_line"], columns, strict=True):
        line |= {"unit_count": 1, "from_date": dt.date(2026, 1, 5), **more}
    return rows


PANEL, TEST = {"code": "80053"}, {"code": "82947"}
IN_PANEL = {"code": "80053", "submitted_code": "82947"}
PAIRS = (
    ("recoded to the code of the paid line", (PANEL, IN_PANEL, [Cas("CO", "45", 50, 2)]), ["RED-05"]),
    ("unpaid for contractual reasons only", (PANEL, TEST, [Cas("CO", "45", 50, 2)]), ["RED-05"]),
    ("the patient owes a part", (PANEL, TEST, [Cas("CO", "45", 49, 2), Cas("PR", "1", 1, 2)]), []),
    ("the contract does not take all off", (PANEL, TEST, [Cas("CO", "45", 49, 2)]), []),
    ("another payer paid it", (PANEL, TEST, [Cas("OA", "23", 50, 2)]), []),
    ("refused: a denial", (PANEL, TEST, [Cas("CO", "197", 50, 2)]), []),
    ("recoded and refused: a denial", (PANEL, IN_PANEL, [Cas("CO", "197", 50, 2)]), []),
    ("no other line has the code", ({"code": "80050"}, IN_PANEL, [Cas("CO", "45", 50, 2)]), ["RED-01"]),
)


def test_what_is_a_bundled_line(warehouse: Warehouse) -> None:
    fill(warehouse, two_lines([pair for _, pair, _ in PAIRS]))
    results = all_judged(warehouse, CHECKS)
    for number, (name, _, expected) in enumerate(PAIRS, start=1):
        assert [
            check_id for check_id in CHECKS if (number, 2) in results[check_id].of("claim_id", "item_number")
        ] == (expected), name
    bundled = {number: str(detail) for number, detail in results["RED-05"].of("claim_id", "detail")}
    assert bundled[1].startswith("82947 was paid as part of 80053")
    assert bundled[2].startswith("82947 was paid nothing beside the other lines")


def test_refused_lines_and_those_paid_by_group_take_no_part(warehouse: Warehouse) -> None:
    panel, test = ({**line, "submitted_unit_count": 1} for line in (PANEL, TEST))
    contractual, refused = [Cas("CO", "45", 50, 2)], [Cas("CO", "197", 50, 2)]
    rows = two_lines(
        [
            (panel, test, contractual),
            (panel, test, refused),
            (panel, test, contractual),
            ({**panel, "unit_count": None}, {**test, "unit_count": None}, contractual),
        ]
    )
    rows["core.remit_claim"][2]["drg_code"] = "291"
    fill(warehouse, rows)
    results = all_judged(warehouse, CHECKS)
    counts = {
        check_id: (results[check_id].eligible_count, results[check_id].not_checked_count)
        for check_id in ("RED-01", "RED-03", "RED-05")
    }
    assert counts == {"RED-01": (5, 0), "RED-03": (3, 2), "RED-05": (5, 0)}


@pytest.mark.parametrize(("group", "outcome"), [("291", "not applicable"), (None, "passed")])
def test_a_visit_paid_by_group_has_no_level(warehouse: Warehouse, group: str | None, outcome: str) -> None:
    panel, test = ({**line, "submitted_unit_count": 1, "code": "99213"} for line in (PANEL, TEST))
    rows = two_lines([(panel, test, [])])
    rows["core.remit_claim"][0]["drg_code"] = group
    fill(warehouse, rows)
    assert all_judged(warehouse, CHECKS)["RED-04"].outcome == outcome


def test_packaging_of_an_outpatient_bill_is_no_bundled_line(warehouse: Warehouse) -> None:
    fill(warehouse, two_lines([(PANEL, TEST, [Cas("CO", "45", 50, 2)])], form="I"))
    assert found(all_judged(warehouse, CHECKS)) == []


def test_no_reduced_payment_is_in_a_list_of_denials(warehouse: Warehouse) -> None:
    fill(warehouse, two_lines([PAIRS[0][1]]))
    assert found(all_judged(warehouse, CHECKS)) == ["RED-05"]
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"mart.claim_outcome", "mart.denial_reason_day"})
    assert denial_reasons(warehouse).is_empty()


def test_only_the_answer_that_stands_counts(warehouse: Warehouse) -> None:
    reversal = Payment(LATER, -60, [Cas("CO", "45", -40)], status="22", charge=-100)
    corrected = Payment(LATER, 60, [Cas("CO", "45", 40)])
    tell(warehouse, [answered("99213", "99214", payer="P01")], [reversal, corrected])
    assert found(all_judged(warehouse, CHECKS)) == []


DRG_DAYS = {"effective_from": dt.date(2025, 10, 1), "effective_to": dt.date(2026, 9, 30), "release": "FY2026"}


WEIGHTS = {"291": "1.5", "292": "1.0"}


def stays(
    warehouse: Warehouse,
    groups: Sequence[tuple[str | None, str | None]],
    weights: Mapping[str, str],
    *,
    cas: Sequence[Cas] = (),
    paid_amount: float = 100,
    days: Mapping[str, object] = DRG_DAYS,
) -> Result:
    numbers = [f"E{number}" for number in range(1, len(groups) + 1)]
    claims = [Claim(number, form="I") for number in numbers]
    payments = [Payment(PAID, paid_amount, cas, filing="MA", number=number) for number in numbers]
    rows = Story(claims, payments).tables()
    for claim, payment, (billed, paid) in zip(
        rows["core.claim"], rows["core.remit_claim"], groups, strict=True
    ):
        claim["drg_code"], payment["drg_code"] = billed, paid
    rows["ref.drg"] = [{"drg": drg, "weight": Decimal(weight), **days} for drg, weight in weights.items()]
    fill(warehouse, rows)
    return all_judged(warehouse, CHECKS)["RED-02"]


def test_a_stay_paid_under_a_lower_group(warehouse: Warehouse) -> None:
    result = stays(warehouse, [("291", "292")], WEIGHTS)
    columns = ("item_number", "code_system", "code", "related_code", "release", "at_stake_amount", "detail")
    assert result.of(*columns) == [
        (
            *(0, "MS-DRG", "291", "292", "FY2026", Decimal("50.00")),
            (
                "Billed group 291, paid as 292 by Payer P01 on 2026-02-01, about $50.00 less; "
                "Medicare takes an appeal until 2026-06-06."
            ),
        )
    ]


def test_which_groups_differ(warehouse: Warehouse) -> None:
    differing = [("0291", "292"), ("470", "469"), ("291", "469")]
    same = [("0291", "291"), ("023", "23"), ("291", "291"), ("292", "291")]
    unknown = [("291", "1401"), ("291", None), (None, "291"), ("A01", "291")]
    result = stays(warehouse, [*differing, *same, *unknown, (None, None)], WEIGHTS)
    assert [row for (row,) in result.of("claim_id")] == [1, 2, 3]
    assert (result.eligible_count, result.not_checked_count) == (7, 4)
    assert result.not_checked_reason is not None


@pytest.mark.parametrize(
    ("first", "last", "amount"),
    [
        ((2026, 1, 5), (2026, 9, 30), Decimal("50.00")),
        ((2025, 10, 1), (2026, 1, 5), Decimal("50.00")),
        ((2026, 1, 6), (2026, 9, 30), None),
        ((2025, 10, 1), (2026, 1, 4), None),
    ],
)
def test_only_the_weights_of_the_day_price_a_stay(
    warehouse: Warehouse, first: tuple[int, int, int], last: tuple[int, int, int], amount: Decimal | None
) -> None:
    days = {"effective_from": dt.date(*first), "effective_to": dt.date(*last), "release": "made up"}
    assert stays(warehouse, [("291", "292")], WEIGHTS, days=days).of("at_stake_amount") == [(amount,)]


def test_a_stay_paid_as_billed(warehouse: Warehouse) -> None:
    assert stays(warehouse, [("291", "291")], WEIGHTS).outcome == "passed"


def test_a_refused_stay_is_a_denial(warehouse: Warehouse) -> None:
    result = stays(warehouse, [("291", "292")], {}, cas=[Cas("CO", "197", 100, None)], paid_amount=0)
    assert result.outcome == "not applicable"


def test_nothing_answered_is_not_applicable(warehouse: Warehouse) -> None:
    fill(warehouse, Story([Claim()]).tables())
    assert {result.outcome for result in all_judged(warehouse, CHECKS).values()} == {"not applicable"}


def test_the_levels_are_those_of_the_visits(warehouse: Warehouse) -> None:
    with warehouse.writing() as writer:
        graph.run(writer, wanted={"core.visit_code"})
    lines = files("auditlib").joinpath("codes", "visit_levels.csv").read_text(encoding="utf-8").splitlines()
    expected = {(row["code"], row["family"]) for row in csv.DictReader(lines)}
    assert set(table(warehouse, VISIT_CODE).iter_rows()) == expected
