"""Take-backs: which claim each adjustment is tied to, what is open, and what the signs of PLB mean."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.measures.take_backs import payment_steps, take_back_totals, take_backs
from auditlib.schema.mart import TAKE_BACK
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace, empty_workspace
from tests.measures.story import money
from tests.measures.take_back_oracle import Adjusted, Paid, Remit, ties
from tests.tables import empty, fill

JAN, FEB, MAR = dt.date(2026, 1, 9), dt.date(2026, 2, 6), dt.date(2026, 3, 6)
NPI = "1999999984"


def remit(number: int, day: dt.date | None = JAN, *, payer: str = "P01", npi: str | None = NPI) -> Remit:
    return Remit(number, payer, npi, day)


def paid(
    of: Remit,
    amount: float,
    *,
    account: str = "ACC01",
    control: str | None = "ICN0000001",
    claim: int | None = 1,
) -> Paid:
    return Paid(of, account, control, "22" if amount < 0 else "1", money(amount), claim)


def adjusted(of: Remit, reason: str, reference: str | None, amount: float, number: int = 1) -> Adjusted:
    return Adjusted(of, number, reason, reference, money(amount))


def derive(warehouse: Warehouse, adjustments: Sequence[Adjusted], payments: Sequence[Paid]) -> pl.DataFrame:
    """Store remittances with their payments, and return what ties the adjustments, in their own order."""
    remits = {one.remit for one in (*adjustments, *payments)}
    fill(
        warehouse,
        {
            "core.remittance": [
                {
                    "remittance_id": one.remittance_id,
                    "payer_id": one.payer,
                    "payee_npi": one.npi,
                    "payment_date": one.day,
                }
                for one in remits
            ],
            "core.remit_claim": [
                {
                    "remit_claim_id": number,
                    "remittance_id": one.remit.remittance_id,
                    "patient_control_number": one.account,
                    "payer_claim_control_number": one.control,
                    "claim_status_code": one.status,
                    "paid_amount": one.amount,
                }
                for number, one in enumerate(payments, 101)
            ],
            "core.claim_link": [
                {"remit_claim_id": number, "claim_id": one.claim, "link_method": "given"}
                for number, one in enumerate(payments, 101)
            ],
            "core.provider_adjustment": [
                {
                    "remittance_id": one.remit.remittance_id,
                    "adjustment_number": one.number,
                    "reason_code": one.reason,
                    "reference_number": one.reference,
                    "adjustment_amount": one.amount,
                }
                for one in adjustments
            ],
        },
    )
    with warehouse.writing() as writer:
        writer.derive(TAKE_BACK, "models/take_back")
    return take_backs(warehouse)


def only(warehouse: Warehouse, adjustment: Adjusted, payments: Sequence[Paid]) -> dict[str, object]:
    return derive(warehouse, [adjustment], payments).row(0, named=True)


@pytest.mark.parametrize(
    ("reference", "tied_by"),
    [
        ("ICN0000001", "payer's control number"),
        ("ACC01", "account number"),
        ("ACC0120260105ICN0000001", "account and payer's control number"),
        ("ICN0000001 ACC01", "account and payer's control number"),
        ("icn0000001 1EG4TE5MK73", "payer's control number at the beginning"),
    ],
)
def test_what_a_reference_names(warehouse: Warehouse, reference: str, tied_by: str) -> None:
    row = only(warehouse, adjusted(remit(2, FEB), "WO", reference, 60), [paid(remit(1), 80)])
    assert (row["kind"], row["claim_id"], row["tied_by"]) == ("recovery", 1, tied_by)
    assert (row["patient_control_number"], row["why_not_tied"]) == ("ACC01", None)


@pytest.mark.parametrize(
    ("reference", "payment", "why"),
    [
        (None, paid(remit(1), 80), "it has no reference"),
        ("LETTER 12", paid(remit(1), 80), "no loaded payment has its number"),
        ("ICN00000011EG4TE5MK73", paid(remit(1), 80), "no loaded payment has its number"),
        ("ICN0000001", paid(remit(1, payer="P02"), 80), "its number is of another payer's payments"),
        ("ICN0000001", paid(remit(1, npi="1003000126"), 80), "its number is of another payee's payments"),
        ("ICN0000001", paid(remit(1, MAR), 80), "its number is of later payments only"),
        ("ACC01", paid(remit(1), 59), "it moves more than was paid on the account that it names"),
    ],
)
def test_too_little_ties_nothing(
    warehouse: Warehouse, reference: str | None, payment: Paid, why: str
) -> None:
    row = only(warehouse, adjusted(remit(2, FEB), "WO", reference, 60), [payment])
    assert (row["claim_id"], row["tied_by"], row["why_not_tied"]) == (None, None, why)


def test_of_several_claims_under_a_number_the_reversed_one(warehouse: Warehouse) -> None:
    two = [paid(remit(1), 80), paid(remit(1), 80, claim=2)]
    take_back = adjusted(remit(3, MAR), "WO", "ACC01", 60)
    assert only(warehouse, take_back, two)["why_not_tied"] == "several claims have its number"
    empty(warehouse)
    row = only(warehouse, take_back, [*two, paid(remit(2, FEB), -60, claim=2)])
    assert (row["claim_id"], row["tied_by"]) == (2, "account number, reversal of the same dollars")
    assert row["reversal_date"] == FEB


def test_a_payment_without_a_claim_is_tied_all_the_same(warehouse: Warehouse) -> None:
    row = only(warehouse, adjusted(remit(2, FEB), "WO", "ICN0000001", 60), [paid(remit(1), 80, claim=None)])
    assert (row["claim_id"], row["patient_control_number"]) == (None, "ACC01")
    assert row["tied_by"] == "payer's control number"


def test_a_deferred_recovery_is_tied_by_its_reversal_and_open_until_it_is_taken_back(
    warehouse: Warehouse,
) -> None:
    # The reversal and its correction leave 40 less; they are given back, and taken later under a number.
    second, third = remit(2, FEB), remit(3, MAR)
    payments = [
        paid(remit(1), 100),
        paid(second, -100),
        paid(second, 60),
        paid(second, 75, account="ACC02", control="ICN0000002", claim=2),
    ]
    deferred = adjusted(second, "WO", "FCN77", -40)
    row = only(warehouse, deferred, payments)
    assert (row["kind"], row["tied_by"]) == (
        "recovery deferred",
        "reversal of the same dollars in its remittance",
    )
    assert (row["claim_id"], row["open_amount"]) == (1, money(40))
    empty(warehouse)
    found = derive(warehouse, [deferred, adjusted(third, "WO", "FCN77", 25)], payments)
    assert found["claim_id"].to_list() == [1, 1]
    assert found["tied_by"][0] == "reference of an adjustment that a reversal ties"
    assert found["open_amount"].to_list() == [None, money(15)]


def test_what_two_could_explain_ties_nothing(warehouse: Warehouse) -> None:
    first, second, third = remit(1, JAN), remit(2, FEB), remit(3, MAR)
    other = {"account": "ACC02", "control": "ICN0000002", "claim": 2}
    # Two of the same dollars for one reversal; then one number for reversals of two claims.
    found = derive(
        warehouse,
        [adjusted(first, "WO", "FCN1", -40), adjusted(first, "WO", "FCN2", -40, number=2)],
        [paid(first, -40)],
    )
    assert found["tied_by"].null_count() == 2
    empty(warehouse)
    found = derive(
        warehouse,
        [
            adjusted(first, "WO", "FCN1", -40),
            adjusted(second, "WO", "FCN1", -50),
            adjusted(third, "WO", "FCN1", 40),
        ],
        [paid(first, -40), paid(second, -50, **other)],
    ).sort("payment_date")
    assert found["claim_id"].to_list() == [1, 2, None]
    assert found["why_not_tied"][2] == "no loaded payment has its number"


def test_kinds_by_reason_and_sign(warehouse: Warehouse) -> None:
    reasons = ["WO", "WU", "FB", "72", "CS", "J1", "L6", "50", "51", "L3", "E3", "IR", "LE", "CV"]
    both = [(reason, amount) for reason in reasons for amount in (5, -5)]
    found = derive(
        warehouse, [adjusted(remit(1), *_named(one), number=n) for n, one in enumerate(both, 1)], []
    )
    kinds = {(row["reason_code"], row["adjustment_amount"] > 0): row["kind"] for row in found.to_dicts()}
    assert {reason: (kinds[reason, True], kinds[reason, False]) for reason in reasons} == {
        **dict.fromkeys(("WO", "WU"), ("recovery", "recovery deferred")),
        "FB": ("balance settled", "balance carried forward"),
        "72": ("refund", "refund"),
        "CS": ("adjustment", "adjustment"),
        "J1": ("not reimbursable", "not reimbursable"),
        "L6": ("interest", "interest"),
        **dict.fromkeys(("50", "51", "L3"), ("penalty", "penalty")),
        "E3": ("withholding", "withholding"),
        **dict.fromkeys(("IR", "LE"), ("levy or tax", "levy or tax")),
        "CV": ("other", "other"),
    }


def _named(one: tuple[str, int]) -> tuple[str, str, int]:
    reason, amount = one
    return reason, "SOMETHING", amount


def test_a_balance_is_carried_until_it_is_settled(warehouse: Warehouse) -> None:
    # A claim is reversed and nothing else is paid; the next remittance settles a part and carries the rest.
    first, second, third = remit(1, JAN), remit(2, FEB), remit(3, MAR)
    payments = [paid(first, -100), paid(second, 70, account="ACC02", control="ICN0000002", claim=2)]
    carried = [
        adjusted(first, "FB", "TRACE1", -100),
        adjusted(second, "FB", "TRACE1", 100),
        adjusted(second, "FB", "TRACE2", -30, number=2),
        adjusted(third, "FB", "TRACE9", 12),
    ]
    found = derive(warehouse, carried, payments).sort("payment_date", "adjustment_number")
    assert found["open_amount"].to_list() == [money(0), None, money(30), None]
    assert found["not_carried_amount"].to_list() == [None, money(0), None, money(12)]
    assert found["claim_id"].to_list() == [1, 1, None, None]
    assert found["why_not_tied"].to_list()[2:] == [
        "no one reversal of its remittance explains it",
        "the balance that it settles is not loaded",
    ]
    totals = take_back_totals(found)
    assert totals["kind"].to_list() == ["balance carried forward", "balance settled"]
    assert totals["open_amount"].to_list() == [money(30), None]
    assert totals["adjustment_amount"].sum() == -18


def test_a_balance_of_several_reversals_names_their_accounts(warehouse: Warehouse) -> None:
    one = remit(1)
    payments = [paid(one, -100), paid(one, -50, account="ACC02", control="ICN0000002", claim=2)]
    row = only(warehouse, adjusted(one, "FB", "TRACE1", -150), payments)
    assert (row["claim_id"], row["why_not_tied"]) == (None, "several claims are reversed in its remittance")
    assert row["reversed_accounts"] == "ACC01, ACC02"


ACCOUNTS = st.sampled_from(["ACC01", "ACC02", "A9"])
CONTROLS = st.sampled_from(["ICN0000001", "ICN0000002", "I7", None])
REFERENCES = st.sampled_from(
    [
        *("ACC01", "ACC02", "A9", "ICN0000001", "I7", "TRACE1", "TRACE1", "FCN7", None),
        *("ACC01ICN0000001", "ICN0000002 A9", "I7 ACC02", "A9 I7", "ICN0000001/ACC02"),
    ]
)


@st.composite
def worlds(draw: st.DrawFn, place: int) -> tuple[list[Adjusted], list[Paid]]:
    """Few numbers and dollars, so that they collide; half of the worlds are of reversals."""
    is_of_reversals = draw(st.booleans())
    amounts = [-40, -60, -100, 60] if is_of_reversals else [100, 60, 40, -40, -60, -100]
    references = st.sampled_from(["TRACE1", "FCN7", None]) if is_of_reversals else REFERENCES
    remits = [
        Remit(
            10 * place + number,
            draw(st.sampled_from(["P01", "P01", "P01", "P02"])) + f"-{place}",
            draw(st.sampled_from([NPI, NPI, "1003000126", None])),
            draw(st.sampled_from([JAN, FEB, MAR, MAR, None])),
        )
        for number in range(1, draw(st.integers(1, 2 if is_of_reversals else 4)) + 1)
    ]
    payments = draw(
        st.lists(
            st.builds(
                paid,
                st.sampled_from(remits),
                st.sampled_from(amounts),
                account=ACCOUNTS,
                control=CONTROLS,
                claim=st.sampled_from([1, 2, None]),
            ),
            max_size=7,
        )
    )
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(remits),
                st.sampled_from(["WO", "WO", "FB", "FB", "CS", "72", "L6"]),
                references,
                st.sampled_from([40, 60, 100, -40, -60, -100]),
            ),
            min_size=1,
            max_size=8,
        )
    )
    return [adjusted(*one, number=number) for number, one in enumerate(drawn, 1)], payments


def summary(found: pl.DataFrame, payments: Sequence[Paid]) -> dict[tuple[int, int], tuple[object, ...]]:
    key_of = {number: one.key for number, one in enumerate(payments, 101)}
    return {
        (row["remittance_id"], row["adjustment_number"]): (
            row["kind"],
            None if row["tied_by"] is None else key_of[row["remit_claim_id"]],
            row["tied_by"],
            row["why_not_tied"],
            row["open_amount"],
            row["not_carried_amount"],
        )
        for row in found.iter_rows(named=True)
    }


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(*map(worlds, range(8))))
def test_the_model_and_the_plain_rule_agree_in_any_order_of_the_files(
    warehouse: Warehouse, drawn: tuple[tuple[list[Adjusted], list[Paid]], ...]
) -> None:
    # Worlds of payers of their own, judged in one pass: a pass costs more than its rows.
    adjustments = [one for world, _ in drawn for one in world]
    payments = [one for _, world in drawn for one in world]
    empty(warehouse)
    found = summary(derive(warehouse, adjustments, payments), payments)
    expected = {
        place: (tie.kind, tie.key, tie.tied_by, tie.why_not, tie.open_amount, tie.not_carried)
        for place, tie in ties(adjustments, payments).items()
    }
    assert found == expected
    # The same files loaded in another order have other ids, and nothing else changes.
    other = {
        one.remittance_id: 1000 - one.remittance_id for one in (a.remit for a in (*adjustments, *payments))
    }

    def moved(one: Remit) -> Remit:
        return Remit(other[one.remittance_id], one.payer, one.npi, one.day)

    again = [Paid(moved(p.remit), p.account, p.control, p.status, p.amount, p.claim) for p in payments]
    again.reverse()
    turned = [Adjusted(moved(a.remit), a.number, a.reason, a.reference, a.amount) for a in adjustments]
    empty(warehouse)
    reloaded = summary(derive(warehouse, turned, again), again)
    assert Counter(reloaded.values()) == Counter(found.values())


def remittance_text(number: int, day: dt.date, claims: Sequence[str], plb: str, paid_in_all: str) -> str:
    """Return an 835 with claims as 'account status charge paid control'; what is not paid is contractual."""
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}*260115*0900*^*00501*{number:09}*0*T*:",
        f"GS*HP*SENDER*RECEIVER*20260115*0900*{number}*X*005010X221A1",
        "ST*835*0001",
        f"BPR*I*{paid_in_all}*C*ACH************{day:%Y%m%d}",
        f"TRN*1*TRACE{number}*1999999999",
        "N1*PR*INVENTED PAYER*XV*P01",
        f"N1*PE*INVENTED CLINIC*XX*{NPI}",
        "LX*1",
    ]
    for claim in claims:
        account, status, charge, amount, control = claim.split()
        segments += [
            f"CLP*{account}*{status}*{charge}*{amount}**CI*{control}*11*1",
            f"CAS*CO*45*{Decimal(charge) - Decimal(amount)}",
            "NM1*QC*1*INVENTED*PERSON",
            "DTM*232*20260105",
        ]
    segments += [f"PLB*{NPI}*20261231*{plb}"] if plb else []
    segments += [f"SE*{len(segments) - 1}*0001", f"GE*1*{number}", f"IEA*1*{number:09}"]
    return "~\n".join(segments) + "~\n"


FILES = (
    # Paid in error, reversed with nothing to take it from, carried forward, settled against other claims.
    remittance_text(1, JAN, ["ACC01 1 150 100 ICN0000001"], "", "100"),
    remittance_text(2, FEB, ["ACC01 22 -150 -100 ICN0000001"], "FB:TRACE2*-100", "0"),
    remittance_text(3, MAR, ["ACC02 1 300 250 ICN0000002"], "FB:TRACE2*100*L6:ICN0000002*-1.50", "151.50"),
    # An overpayment that a letter asked for is kept back; a refund that came by check is acknowledged.
    remittance_text(
        4, MAR, ["ACC03 1 90 80 ICN0000003"], "WO:ICN0000002*30*72:ICN0000002*-30*WO:ACC02*20", "60"
    ),
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)])
def test_signs_on_balanced_files_in_any_order(tmp_path: Path, order: Sequence[int]) -> None:
    wb = Workbench(empty_workspace(tmp_path / "w"))
    for number in order:
        path = tmp_path / f"{number}.835"
        path.write_text(FILES[number], encoding="utf-8")
        wb.files.load(path)
    assert wb.files.balances().frame.is_empty()
    found = wb.denials.takebacks().frame
    state = {
        (row["kind"], row["reference_number"], row["adjustment_amount"]): (
            row["patient_control_number"],
            row["open_amount"],
        )
        for row in found.iter_rows(named=True)
    }
    assert state == {
        ("balance carried forward", "TRACE2", money(-100)): ("ACC01", money(0)),
        ("balance settled", "TRACE2", money(100)): ("ACC01", None),
        ("interest", "ICN0000002", money("-1.5")): ("ACC02", None),
        ("recovery", "ICN0000002", money(30)): ("ACC02", None),
        ("refund", "ICN0000002", money(-30)): ("ACC02", None),
        ("recovery", "ACC02", money(20)): ("ACC02", None),
    }
    steps = wb.denials.payments().frame
    assert dict(steps.select("step", "step_amount").iter_rows()) == {
        "paid on claims": money(330),
        "recovery": money(-50),
        "balance carried forward": money(100),
        "balance settled": money(-100),
        "refund": money(30),
        "interest": money("1.5"),
        "paid in all": money("311.5"),
    }


def test_published_files_to_the_cent(tmp_path: Path, field_data: Path) -> None:
    published = [
        path
        for path in sorted((field_data / "x12").rglob("*"))
        if path.is_file() and path.stat().st_size < 1_000_000 and b"PLB*" in path.read_bytes()
    ]
    amounts = []
    for path in published:
        for segment in path.read_text(encoding="latin-1").split("~"):
            elements = segment.strip().split("*")
            if elements[0] == "PLB":
                amounts += [Decimal(amount) for amount in elements[4::2] if amount]
    assert amounts
    wb = Workbench(empty_workspace(tmp_path / "w"))
    wb.files.load(published)
    found = wb.denials.takebacks().frame
    assert sorted(found["adjustment_amount"]) == sorted(money(amount) for amount in amounts)
    totals = wb.denials.takeback_totals().frame
    assert totals["adjustment_amount"].sum() == sum(amounts)
    # Their references name no claim: nothing is tied, and each says why.
    assert found["tied_by"].null_count() == found.height
    assert found["why_not_tied"].null_count() == 0


def test_the_take_backs_of_the_demo(tmp_path: Path) -> None:
    wb = Workbench.open(demo_workspace(tmp_path))
    found = wb.denials.takebacks().frame
    warehouse = wb.workspace.warehouse()
    totals, steps = take_back_totals(found), payment_steps(warehouse)
    assert totals["adjustment_count"].sum() == found.height == 81
    assert totals["tied_amount"].sum() + totals["not_tied_amount"].sum() == found["adjustment_amount"].sum()
    assert steps["step_amount"][:-1].sum() == steps["step_amount"][-1]
    # Of four balances three are settled by the payer's next remittance; the fourth is of the last one.
    carried = found.filter(kind="balance carried forward").sort("payment_date")
    assert carried["open_amount"].to_list() == [0, 0, 0, money("132.49")]
    recovered = found.filter(kind="recovery")
    assert set(recovered["why_not_tied"]) == {"no loaded payment has its number"}
