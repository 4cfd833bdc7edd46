"""Reduced payments: the contract, every kind once, bars that equal their rows, deadlines and work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.cli.main import main
from auditlib.codesets.library.load_code_sets import load_code_sets
from auditlib.errors import UsageError
from auditlib.measures.appeal_levels import AppealLevel, read_appeal_levels
from auditlib.measures.denied_lines import denied_lines, where
from auditlib.measures.reduced_payments import (
    DIMENSIONS,
    KINDS,
    reduced_bars,
    reduced_claims,
    reduced_payments,
    reduced_worklist,
)
from auditlib.schema.core_derived import CONTRACT_LINE
from auditlib.warehouse import Warehouse, graph
from auditlib.workbench import Workbench
from tests.checks.reading import table
from tests.made_once import copied, workspace_with_code_sets
from tests.measures.story import SERVICE_DATE, Cas, Claim, Payment, Story, money
from tests.tables import empty, fill

PAID, LATER = dt.date(2026, 2, 1), dt.date(2026, 3, 1)
NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
WANTED = frozenset({"core.reduced_payment", "mart.claim_outcome", "mart.denied_line"})
FEE = {
    "payer": "P01",
    "code": "99214",
    "modifier": "",
    "fee_amount": 80,
    "effective_from": dt.date(2026, 1, 1),
}


def tables(
    answers: Sequence[Mapping[str, object]],
    fees: Sequence[Mapping[str, object]] = (FEE,),
    more: Sequence[Payment] = (),
) -> dict[str, list[dict[str, object]]]:
    """Claims of one line for $100, 99214 unless said otherwise, with their answers and the user's fees."""
    claims = [
        Claim(f"E{number}", payer=str(answer.get("payer", "P01"))) for number, answer in enumerate(answers, 1)
    ]
    payments = [
        Payment(
            PAID,
            float(str(answer.get("paid", 60))),
            answer.get("cas", (Cas("CO", "45", 40),)),  # type: ignore[arg-type]
            number=f"E{number}",
            payer=str(answer.get("payer", "P01")),
            filing=answer.get("filing"),  # type: ignore[arg-type]
            billed_lines=["L1"],
        )
        for number, answer in enumerate(answers, 1)
    ]
    rows = Story(claims, [*payments, *more]).tables()
    for line, answer in zip(rows["core.remit_line"], answers, strict=False):
        line |= {
            "code": answer.get("paid_code", answer.get("code", "99214")),
            "submitted_code": answer.get("code", "99214"),
            "unit_count": answer.get("paid_units", answer.get("units", 1)),
            "allowed_amount": answer.get("allowed"),
            "from_date": SERVICE_DATE,
        }
    for claim, answer in zip(rows["core.claim"], answers, strict=True):
        claim["rendering_provider_id"] = answer.get("provider")
    rows["core.claim_line"] = [
        {
            "claim_id": claim_id,
            "line_number": 1,
            "code": answer.get("code", "99214"),
            "from_date": answer.get("day", SERVICE_DATE),
            "unit_count": answer.get("units", 1),
            "unit_code": answer.get("unit_code", "UN"),
            "charge_amount": money(100),
            "line_control_number": "L1",
            **{f"modifier_{n}": one for n, one in enumerate(answer.get("modifiers", ()), 1)},  # type: ignore[var-annotated,arg-type]
        }
        for claim_id, answer in enumerate(answers, start=1)
    ]
    rows["ref.contract_fee"] = [dict(fee) | {"release": "fees.csv"} for fee in fees]
    return rows


def tell(warehouse: Warehouse, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> pl.DataFrame:
    fill(warehouse, rows)
    with warehouse.writing() as writer:
        graph.run(writer, wanted=WANTED)
    return reduced_payments(warehouse, read_appeal_levels())


def fee(**columns: object) -> dict[str, object]:
    return FEE | columns


DAY_BEFORE, DAY_AFTER = SERVICE_DATE - dt.timedelta(days=1), SERVICE_DATE + dt.timedelta(days=1)
CONTRACT: tuple[tuple[str, dict[str, object], tuple[dict[str, object], ...], str | None], ...] = (
    ("below the fee", {}, (fee(),), "20.00"),
    ("at the fee", {"paid": 80, "cas": [Cas("CO", "45", 20)]}, (fee(),), None),
    ("above the fee", {"paid": 90, "cas": [Cas("CO", "45", 10)]}, (fee(),), None),
    ("a cent below", {"paid": "79.99", "cas": [Cas("CO", "45", 20.01)]}, (fee(),), "0.01"),
    (
        "the patient owes the rest",
        {"cas": [Cas("CO", "45", 20), Cas("PR", "2", 20)]},
        (fee(),),
        None,
    ),
    ("sequestration took the rest", {"cas": [Cas("CO", "45", 20), Cas("CO", "253", 20)]}, (fee(),), None),
    ("the payer states what it allows", {"allowed": 70}, (fee(),), "10.00"),
    ("the fee by the payer's name", {}, (fee(payer="payer p01"),), "20.00"),
    ("the fee of another payer", {}, (fee(payer="P02"),), None),
    ("the fee of another code", {}, (fee(code="99213"),), None),
    ("from that day on", {}, (fee(effective_from=SERVICE_DATE),), "20.00"),
    ("from the next day on", {}, (fee(effective_from=DAY_AFTER),), None),
    ("until that day", {}, (fee(effective_to=SERVICE_DATE),), "20.00"),
    ("until the day before", {}, (fee(effective_to=DAY_BEFORE),), None),
    (
        "the later fee",
        {},
        (fee(effective_to=DAY_BEFORE), fee(fee_amount=65, effective_from=SERVICE_DATE)),
        "5.00",
    ),
    ("no more than the charge", {}, (fee(fee_amount=300),), "40.00"),
    ("for each unit", {"units": 2}, (fee(fee_amount=35),), "10.00"),
    ("minutes are no units", {"unit_code": "MJ"}, (fee(),), None),
    ("the fee of the modifier", {"modifiers": ["26"]}, (fee(), fee(modifier="26", fee_amount=61)), "1.00"),
    ("no fee of a modifier that changes it", {"modifiers": ["26"]}, (fee(),), None),
    ("another modifier changes it too", {"modifiers": ["26", "52"]}, (fee(modifier="26"),), None),
    ("a modifier that changes nothing", {"modifiers": ["25"]}, (fee(),), "20.00"),
    ("only a fee of a modifier", {}, (fee(modifier="26"),), None),
    ("refused: a denial", {"paid": 0, "cas": [Cas("CO", "50", 100)]}, (fee(),), None),
    ("no fee table", {}, (), None),
)


@pytest.mark.parametrize(("name", "answer", "fees", "lost"), CONTRACT, ids=[case[0] for case in CONTRACT])
def test_what_is_paid_below_the_contract(
    warehouse: Warehouse,
    name: str,
    answer: dict[str, object],
    fees: tuple[dict[str, object], ...],
    lost: str | None,
) -> None:
    found = tell(warehouse, tables([answer], fees)).filter(reduction="below contract")
    assert [str(amount) for amount in found["lost_amount"]] == ([] if lost is None else [lost]), name


PRICING_MODIFIERS = (
    *(
        "22",
        "26",
        "50",
        "51",
        "52",
        "53",
        "54",
        "55",
        "56",
        "62",
        "63",
        "66",
        "73",
        "74",
        "78",
        "80",
        "81",
        "82",
    ),
    *("AA", "AD", "QK", "QX", "QY", "QZ", "CO", "CQ", "FX", "FY", "NU", "RR", "UE", "AS", "TC"),
)
COMPARED: tuple[dict[str, object], ...] = ({}, {"payer_key": " p01 "}, {"modifier": "25"}, {"modifier": "57"})
NOT_COMPARED: tuple[dict[str, object], ...] = (
    {"is_paid_by_group": True},
    {"claim_line_number": None},
    {"billed_unit_count": None},
    *({"modifier": modifier} for modifier in PRICING_MODIFIERS),
)


def test_which_lines_are_compared_with_the_contract(warehouse: Warehouse) -> None:
    answered = {
        "line_number": 1,
        "claim_line_number": 1,
        "payer_key": "P01",
        "billed_code": "99214",
        "billed_unit_count": 1,
        "charge_amount": 100,
        "service_date": SERVICE_DATE,
        "is_paid_by_group": False,
    }
    cases = [*COMPARED, *NOT_COMPARED]
    numbered = list(enumerate(cases, start=1))
    fill(
        warehouse,
        {
            "core.claim": [{"claim_id": number, "payer_id": None} for number, _ in numbered],
            "core.claim_line": [
                {"claim_id": number, "line_number": 1, "modifier_1": case.get("modifier")}
                for number, case in numbered
            ],
            "core.answered_line": [
                answered
                | {"remit_claim_id": number, "claim_id": number}
                | {name: value for name, value in case.items() if name != "modifier"}
                for number, case in numbered
            ],
            "ref.contract_fee": [FEE | {"release": "fees.csv"}],
        },
    )
    with warehouse.writing() as writer:
        writer.derive(CONTRACT_LINE, "models/contract_line")
    found = table(warehouse, CONTRACT_LINE)["remit_claim_id"].to_list()
    assert [cases[number - 1] for number in found] == list(COMPARED)


def test_a_line_is_of_one_kind_and_its_loss_is_by_the_contract(warehouse: Warehouse) -> None:
    answers: list[dict[str, object]] = [{"paid_code": "99213"}, {"units": 4, "paid_units": 2}, {}]
    found = tell(warehouse, tables(answers)).sort("claim_id")
    assert found.select("reduction", "contract_amount", "lost_amount").rows() == [
        ("visit level", Decimal("80.00"), Decimal("20.00")),
        ("units", Decimal("100.00"), Decimal("40.00")),
        ("below contract", Decimal("80.00"), Decimal("20.00")),
    ]


def test_the_latest_answer_stands_and_what_is_reversed_is_gone(warehouse: Warehouse) -> None:
    taken_back = Payment(LATER, -60, [Cas("CO", "45", -40)], status="22", charge=-100)
    mended = Payment(LATER, 80, [Cas("CO", "45", 20)])
    rows = tables([{}], more=[taken_back, mended])
    rows["core.remit_line"][2] |= {"code": "99214", "from_date": SERVICE_DATE, "unit_count": 1}
    assert tell(warehouse, rows).is_empty()


def test_what_was_denied_and_is_paid_short_now_is_reduced_and_no_open_denial(warehouse: Warehouse) -> None:
    denied = {"paid": 0, "cas": [Cas("CO", "197", 100)]}
    paid = Payment(LATER, 60, [Cas("CO", "45", 40)], billed_lines=["L1"])
    rows = tables([denied], more=[paid])
    rows["core.remit_line"][1] |= {"code": "99214", "from_date": SERVICE_DATE, "unit_count": 1}
    assert tell(warehouse, rows)["reduction"].to_list() == ["below contract"]
    (line,) = denied_lines(warehouse).iter_rows(named=True)
    assert line["final_state"] == "paid"


def test_a_deadline_is_that_of_the_table_and_else_not_known(warehouse: Warehouse) -> None:
    rows = tables([{"filing": "MB"}, {"filing": "CI"}])
    found = tell(warehouse, rows).sort("claim_id")
    assert found.select("appeal_level", "last_appeal_date").rows() == [
        ("redetermination", PAID + dt.timedelta(days=125)),
        (None, None),
    ]
    own = [AppealLevel("P01", "", 1, "dispute", 60, 0, "contract"), *read_appeal_levels()]
    assert set(reduced_payments(warehouse, own).select("appeal_level", "last_appeal_date").rows()) == {
        ("dispute", PAID + dt.timedelta(days=60))
    }


VALUES = {
    "code": st.sampled_from(["99214", "99213"]),
    "paid_code": st.sampled_from(["99214", "99213", "99212"]),
    "units": st.sampled_from([1, 2]),
    "paid_units": st.just(1),
    "payer": st.sampled_from(["P01", "P02", "P03"]),
    "provider": st.sampled_from(["N1", "N2", None]),
    "filing": st.sampled_from(["MB", "CI", None]),
    "paid": st.sampled_from([0, 60, 80]),
}
STORIES = st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=12)


def with_reasons(answer: dict[str, object]) -> dict[str, object]:
    left = 100 - int(str(answer["paid"]))
    reason = "197" if answer["paid"] == 0 and answer["units"] == 1 else "45"
    return answer | {"cas": [Cas("CO", reason, left)]}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORIES, data=st.data())
def test_a_bar_is_the_sum_of_the_claims_it_leads_to(
    warehouse: Warehouse, story: list[dict[str, object]], data: st.DataObject
) -> None:
    empty(warehouse)
    rows = tell(warehouse, tables([with_reasons(answer) for answer in story], [fee(), fee(payer="P02")]))
    assert set(rows["reduction"]) <= set(KINDS)
    assert not rows.select("remit_claim_id", "line_number").is_duplicated().any()
    open_denials = denied_lines(warehouse).filter(pl.col("final_state") != "paid")
    assert rows.join(open_denials, on="claim_id").is_empty()
    by = data.draw(st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True))
    names = data.draw(st.lists(st.sampled_from(DIMENSIONS), max_size=2, unique=True))
    filters = {
        name: data.draw(st.lists(st.sampled_from([*rows[name].unique().to_list(), None]), min_size=1))
        for name in names
    }
    for bar in reduced_bars(rows, by, filters).iter_rows(named=True):
        narrowed = dict(filters) | {name: [bar[name]] for name in by}
        claims = reduced_claims(rows, narrowed)
        found = (claims["payment_count"].sum(), claims.height, claims["lost_amount"].sum())
        assert found == (bar["payment_count"], bar["claim_count"], bar["lost_amount"])
        plain = [
            row
            for row in rows.iter_rows(named=True)
            if all(row[name] in values for name, values in narrowed.items())
        ]
        assert len(plain) == bar["payment_count"]
        assert sum(row["lost_amount"] is None for row in plain) == bar["unpriced_count"]
        assert sum(row["lost_amount"] or 0 for row in plain) == bar["lost_amount"]


def test_an_unknown_dimension_is_refused(warehouse: Warehouse) -> None:
    rows = tell(warehouse, tables([{}]))
    with pytest.raises(UsageError, match="dimension 'payer'"):
        reduced_bars(rows, ["payer"])
    with pytest.raises(UsageError, match="'hardness'"):
        where(rows, {"hardness": ["soft"]}, DIMENSIONS)
    with pytest.raises(UsageError, match="'expected'"):
        reduced_worklist(rows, [], {}, PAID, order="expected")


def make_bench(root: Path) -> None:
    workspace_with_code_sets(root)
    bench = Workbench(Workbench.open(root).workspace, user="Ada", clock=lambda: NOON)
    rows = tables([{"filing": "MB"}, {"filing": "CI", "paid": 30, "cas": [Cas("CO", "45", 70)]}], fees=())
    for name in ("ref.denial_reason", "ref.contract_fee"):
        del rows[name]
    fill(bench.workspace.warehouse(), rows)
    with bench.workspace.warehouse().writing() as writer:
        graph.run_but_for_checks(writer)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    root = copied("reduced-payments", make_bench, tmp_path / "w")
    return Workbench(Workbench.open(root).workspace, user="Ada", clock=lambda: NOON)


def load_fees(bench: Workbench, folder: Path, text: str, *, supersede: bool = False) -> pl.DataFrame:
    path = folder / "fees.csv"
    path.write_text(text, encoding="utf-8")
    return load_code_sets(
        bench.workspace, [path], loaded_at=NOON.replace(tzinfo=None), supersede=supersede
    ).rows


HEAD = "payer,code,modifier,fee_amount,effective_from,effective_to\n"


def test_a_fee_table_counts_from_its_load_on_and_a_new_one_takes_its_place(
    bench: Workbench, tmp_path: Path
) -> None:
    assert bench.denials.reduced().frame.is_empty()
    assert "load your fee table" in bench.denials.reduced().note
    loaded = load_fees(bench, tmp_path, f"{HEAD}Payer P01,99214,,$80.00,2026-01-01,\n")
    assert loaded.select("code_system", "row_count", "load_status").rows() == [("contract fees", 1, "loaded")]
    assert bench.denials.reduced(by="reduction").frame.rows() == [
        ("below contract", 2, 2, Decimal("70.00"), 0)
    ]
    load_fees(bench, tmp_path, f"{HEAD}P01,99214,,65,2026-01-01,\n", supersede=True)
    assert bench.denials.reduced().frame["lost_amount"].to_list() == [Decimal("35.00"), Decimal("5.00")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("P01,9921,,80,2026-01-01,", "row 1 below the header: code is '9921'"),
        ("P01,99214,,eighty,2026-01-01,", "fee_amount is 'eighty'"),
        ("P01,99214,,-5,2026-01-01,", "fee_amount is '-5'"),
        ("P01,99214,2,80,2026-01-01,", "modifier is '2'"),
        (",99214,,80,2026-01-01,", "payer is ''"),
        ("P01,99214,,80,1/1/2026,", "effective_from is '1/1/2026'"),
        ("P01,99214,,80,,", "does not say from which day its fees hold"),
        ("P01,99214,,80,2026-01-02,2026-01-01", "ends before it begins"),
        (
            "P01,99214,,80,2026-01-01,\np01,99214,,90,2026-02-01,",
            "two fees for 99214 of one payer on 2026-02-01",
        ),
    ],
)
def test_a_fee_table_that_cannot_be_right_is_refused(
    bench: Workbench, tmp_path: Path, row: str, said: str
) -> None:
    (refused,) = load_fees(bench, tmp_path, f"{HEAD}{row}\n").iter_rows(named=True)
    assert refused["load_status"] == "refused"
    assert said in refused["reason"]


def test_an_unknown_column_of_a_fee_table_is_refused(bench: Workbench, tmp_path: Path) -> None:
    (refused,) = load_fees(bench, tmp_path, "payer,code,fee_amount,region\nP01,99214,80,5\n").iter_rows(
        named=True
    )
    assert "region" in refused["reason"]
    assert "effective_from" in refused["hint"]


def test_a_selection_becomes_a_worklist_that_is_worked_apart_from_denials(
    bench: Workbench, tmp_path: Path
) -> None:
    load_fees(bench, tmp_path, f"{HEAD}P01,99214,,80,2026-01-01,\n")
    payments = bench.denials.reduced_payments
    day = dt.date(2026, 6, 1)
    shown = (
        "rank",
        "patient_control_number",
        "lost_amount",
        "level",
        "last_appeal_date",
        "days_left",
        "state",
    )
    medicare = (Decimal("20.00"), "redetermination", dt.date(2026, 6, 6), 5, "open")
    assert payments.worklist(as_of=day).frame.select(shown).rows() == [
        (1, "E2", Decimal("50.00"), None, None, None, "open"),
        (2, "E1", *medicare),
    ]
    by_day = payments.worklist(order="deadline", as_of=day).frame
    assert by_day["patient_control_number"].to_list() == ["E1", "E2"]
    payments.assign(["E1", "E2"], "Bo")
    payments.note("E1", "Contract asked for.")
    with pytest.raises(UsageError, match="before the payer's answer"):
        payments.appeal_sent("E1", dt.date(2025, 5, 1))
    payments.note("E1", "Of another claim.")
    assert "Contract asked for." in repr(payments.undo("E1"))
    payments.appeal_sent("E1", dt.date(2026, 5, 1))
    selected = payments.worklist({"appeal_level": ["redetermination"]}, as_of=day).frame
    columns = ("assignee", "state", "last_note", "last_appeal_date")
    assert selected.select(columns).rows() == [("Bo", "appeal sent", "Contract asked for.", None)]
    payments.appeal_decided("E1", "lost", dt.date(2026, 5, 20))
    (row,) = payments.worklist({"appeal_level": ["redetermination"]}, as_of=day).frame.iter_rows(named=True)
    assert (row["level"], row["last_appeal_date"]) == (
        "reconsideration",
        dt.date(2026, 5, 20) + dt.timedelta(185),
    )
    payments.close("E1", "not pursued", dt.date(2026, 6, 1))
    assert payments.worklist(as_of=day).frame["patient_control_number"].to_list() == ["E2"]
    assert bench.denials.worklist().frame.is_empty()
    with pytest.raises(UsageError, match="No payment of claim E9 is reduced"):
        payments.note("E9", "?")
    path = payments.write(tmp_path / "list.csv", payments.worklist(as_of=day))
    assert path.read_text(encoding="utf-8").count("\n") == 2


def test_a_sample_of_a_selection_is_drawn_alike_by_the_same_seed(bench: Workbench, tmp_path: Path) -> None:
    load_fees(bench, tmp_path, f"{HEAD}P01,99214,,80,2026-01-01,\n")
    payments = bench.denials.reduced_payments
    one, again = (payments.sample(1, seed="7").frame for _ in range(2))
    assert one.equals(again)
    assert one.height == 1
    assert payments.sample(5, seed="7").frame.height == 2
    with pytest.raises(UsageError, match="A sample of 0 claims"):
        payments.sample(0, seed="7")


def test_the_command_shows_each_of_them(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_fees(bench, tmp_path, f"{HEAD}P01,99214,,80,2026-01-01,\n")
    root = str(bench.workspace.root)

    def shown(*words: str) -> str:
        assert main(["-w", root, "denials", "reduced", *words]) == 0
        return capsys.readouterr().out

    assert "below contract" in shown()
    assert "70.00" in shown("--by", "payer_name")
    assert "E2" in shown("claims", "--only", "reduction=below contract")
    out = tmp_path / "work.xlsx"
    assert "E1" in shown("worklist", "--order", "deadline", "--out", str(out))
    assert out.is_file()
    assert "seed '4'" in shown("sample", "--count", "1", "--seed", "4")
    assert main(["-w", root, "denials", "reduced", "claims", "--by", "form"]) == 2
