"""The report against the ledger: every finding with its dollars, every total, and what is not known."""

from __future__ import annotations

import html
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from auditlib.measures.finding_dollars import ALL
from auditlib.report.contents import ReportContents
from auditlib.review import CorrectedCode, Supplement, Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.text import format_dollars
from auditlib.warehouse import graph
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.made_once import copied
from tests.tables import fill
from tests.workbench.records import BARE, NOW, SAMPLE, VISITS, records_workbench

DONE = [visit for visit in VISITS if visit not in BARE]
SENTENCE = "Seen for hypertension."
PAID = Decimal(80)


UNANSWERED = DONE[5]


@pytest.fixture
def paid(tmp_path: Path) -> Workbench:
    """The forty visits, each paid 80 dollars of 100."""
    return opened(copied("forty-visits-paid", _pay, tmp_path / "ws"))


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """The same, reviewed: one chart with two findings, one changed, one deleted."""
    return opened(copied("forty-visits-paid-and-reviewed", _review, tmp_path / "ws"))


def opened(root: Path) -> Workbench:
    return Workbench(Workspace.open(root), user="Ada", clock=lambda: NOW)


def _pay(root: Path) -> None:
    pay(records_workbench(root), VISITS)


def _review(root: Path) -> None:
    _pay(root)
    finish(opened(root))


def pay(bench: Workbench, visits: list[str]) -> None:
    answered = [(number, visit) for number, visit in enumerate(VISITS, start=1) if visit in visits]
    fill(
        bench.workspace.warehouse(),
        {
            "core.remittance": [{"remittance_id": 1}],
            "core.remit_claim": [
                {
                    "remit_claim_id": 100 + number,
                    "remittance_id": 1,
                    "patient_control_number": visit,
                    "claim_status_code": "1",
                    "charge_amount": 100,
                    "paid_amount": PAID,
                }
                for number, visit in answered
            ],
            "core.adjustment": [
                {
                    "remit_claim_id": 100 + number,
                    "adjustment_number": 1,
                    "group_code": "CO",
                    "reason_code": "45",
                    "adjustment_amount": 20,
                }
                for number, _ in answered
            ],
        },
    )
    with bench.workspace.warehouse().writing() as writer:
        graph.run(writer)


def review(
    bench: Workbench, visit: str, *wrong: str, audit: str = SAMPLE, comment: str = "Look again."
) -> None:
    """Review a chart: its visit is changed or deleted, a code is added, or all is agreed with."""
    session = bench.audit(audit).session()
    session.open_chart(visit, recorded_at=NOW)
    why = {"cause": "coder rule", "comment": f"{visit} <{comment}>"}
    session.decide(Verdict(visit, "agree", 1, "ICD-10-CM", "I10"), recorded_at=NOW)
    service = Verdict(visit, "agree", 2, "CPT", "99213")
    if "change" in wrong:
        right = CorrectedCode("CPT", "99212", "procedure")
        service = Verdict(visit, "change", 2, "CPT", "99213", right, "wrong code", **why)
    if "delete" in wrong:
        service = Verdict(visit, "delete", 2, "CPT", "99213", None, "unsupported code", **why)
    session.decide(service, recorded_at=NOW)
    if "add" in wrong:
        missed = CorrectedCode("CPT", "20610", "procedure", modifiers=("RT",))
        session.decide(
            Verdict(visit, "add", corrected=missed, error_kind="missed code", **why), recorded_at=NOW
        )
    session.complete_chart(visit, recorded_at=NOW, go_on=False)


def finish(bench: Workbench) -> None:
    """Review every chart: one with two findings, one changed, one deleted, and all records said."""
    for visit in DONE[3:]:
        review(bench, visit)
    review(bench, DONE[0], "change", "add")
    review(bench, DONE[1], "change")
    review(bench, DONE[2], "delete")
    bench.audit(SAMPLE).state_record(BARE, "reviewed elsewhere", place="binder 7")
    for visit in BARE:
        review(bench, visit)


PRICES = [
    Supplement(DONE[0], "99213", Decimal("25.10"), SENTENCE),
    Supplement(DONE[0], "20610", Decimal("-60.00")),
    Supplement(DONE[1], "99213", Decimal("30.00"), SENTENCE),
    Supplement(DONE[2], "99213", Decimal("0.00")),
]


def facts(contents: ReportContents) -> dict[str, str]:
    return {str(label): str(value) for label, value in contents.sections[0].facts}


def table(contents: ReportContents, title: str) -> pl.DataFrame:
    return next(found.frame for found in contents.tables if found.title == title)


def test_findings_come_by_dollars_and_totals_agree(bench: Workbench) -> None:
    bench.audit(SAMPLE).add_to_verdicts(PRICES[:3])
    contents = bench.reports.contents()
    rows = table(contents, "Each finding").select("encounter_id", "before", "payment_difference")
    assert rows.rows() == [
        (DONE[0], "(nothing)", Decimal("-60.00")),
        (DONE[1], "99213", Decimal("30.00")),
        (DONE[0], "99213", Decimal("25.10")),
        (DONE[2], "99213", None),
    ]
    found = facts(contents)
    assert (found["Overpaid"], found["Underpaid"]) == ("$55.10", "$60.00")
    assert found["Net of the reviewed units"].startswith("-$4.90")
    assert found["Not priced"].startswith("1 of 4 findings")
    assert "Not every finding of 1 unit is priced" in found["Owed"]
    assert f"auditlib audit estimate {SAMPLE} --amounts" in found["Owed"]
    for name in ("coder", "provider", "code family", "error kind"):
        *parts, whole = table(contents, f"Findings by {name}").iter_rows(named=True)
        assert whole["error_chart_count"] == 3
        assert (whole["finding_count"], whole["not_priced_count"]) == (4, 1)
        assert (whole["overpaid_amount"], whole["underpaid_amount"]) == (Decimal("55.10"), Decimal("60.00"))
        for amount in (
            "finding_count",
            "overpaid_amount",
            "underpaid_amount",
            "net_amount",
            "absolute_amount",
        ):
            assert sum(part[amount] for part in parts) == whole[amount]
    assert table(contents, "Findings by error kind").to_series().to_list()[-1] == ALL


def test_every_chart_in_error_of_the_ledger_is_in_the_page_and_the_workbook(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    audit.add_to_verdicts(PRICES)
    page, workbook = bench.reports.write()
    text = html.unescape(page.read_text(encoding="utf-8"))
    with zipfile.ZipFile(workbook) as book:
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
        cells = {"".join(item.itertext()) for item in strings}
        numbers = {
            Decimal(value.text or "0")
            for name in book.namelist()
            if name.startswith("xl/worksheets/sheet")
            for value in ET.fromstring(book.read(name)).iter("{*}v")
        }
    wrong = audit.verdicts().frame.filter(pl.col("action") != "agree")
    assert wrong.height == 4
    for row in wrong.iter_rows(named=True):
        for said in (row["encounter_id"], row["before"], row["after"], row["comment"], row["evidence"]):
            assert said is None or (said in text and said in cells)
        assert format_dollars(row["payment_difference"]) in text
        assert Decimal(row["payment_difference"]) in {round(number, 2) for number in numbers}


def test_the_universe_is_estimated_where_everything_is_priced_and_paid(bench: Workbench) -> None:
    bench.audit(SAMPLE).add_to_verdicts(PRICES)
    found = facts(bench.reports.contents())
    assert "Not priced" not in found
    # All forty visits are the sample: the universe is the sample.
    assert found["Owed"].startswith("Net overpaid in the universe: -$4.90")
    assert "nothing is left to chance" in found["Owed"]
    units = table(bench.reports.contents(), "Units")
    assert units["paid_amount"].to_list() == [PAID] * len(VISITS)
    by_unit = dict(units.select("unit_id", "payment_difference").iter_rows())
    assert by_unit[DONE[0]] == Decimal("-34.90")
    assert units["payment_difference"].sum() == Decimal("-4.90")


def test_a_part_of_the_universe_is_estimated_with_its_interval(paid: Workbench) -> None:
    request = SampleRequest("simple", seed="7", count=30, spare_count=1)
    paid.samples.draw(Universe(name="Visits"), request, name="part", size_basis="a test")
    chosen = [unit.unit_id for unit in paid.audit("part").manifest.selected if unit.role == "sample"]
    bare = [visit for visit in chosen if visit in BARE]
    paid.audit("part").state_record(bare, "reviewed elsewhere", place="binder 7")
    for number, visit in enumerate(chosen):
        review(paid, visit, *(["change"] if number % 3 == 0 else []), audit="part")
    wrong = chosen[::3]
    amounts = [Supplement(visit, "99213", Decimal(number)) for number, visit in enumerate(wrong, start=10)]
    paid.audit("part").add_to_verdicts(amounts)
    contents = paid.reports.contents("part")
    total = sum(range(10, 20))
    assert facts(contents)["Net of the reviewed units"].startswith(format_dollars(total))
    point = format_dollars(Decimal(total) * 40 / 30)
    owed = facts(contents)["Owed"]
    assert owed.startswith(f"Net overpaid in the universe: {point}, with a two-sided interval of ")
    assert "at 90 %" in owed
    assert any("30" in note for note in contents.sections[0].notes)


def test_a_payment_that_is_not_known_is_said_and_not_guessed(bench: Workbench) -> None:
    with bench.workspace.warehouse().writing() as writer:
        writer._connection.execute(
            "delete from core.remit_claim where patient_control_number = $visit", {"visit": UNANSWERED}
        )
        graph.run(writer)
    bench.audit(SAMPLE).add_to_verdicts(PRICES)
    contents = bench.reports.contents()
    assert f"The payment of 1 unit is not known, as of {UNANSWERED}." in facts(contents)["Owed"]
    assert table(contents, "Units").filter(unit_id=UNANSWERED)["paid_amount"].to_list() == [None]


def test_amounts_beyond_the_payment_are_said_and_kept(bench: Workbench) -> None:
    bench.audit(SAMPLE).add_to_verdicts([*PRICES[:2], Supplement(DONE[1], "99213", Decimal("80.01"))])
    contents = bench.reports.contents()
    assert facts(contents)["Overpaid"] == "$105.11"
    assert any(
        f"The findings of 1 unit ({DONE[1]}) come to more" in note for note in contents.sections[0].notes
    )


def test_a_missing_record_costs_all_that_was_paid_apart_from_the_findings(paid: Workbench) -> None:
    for visit in DONE[1:]:
        review(paid, visit)
    review(paid, DONE[0], "change")
    paid.audit(SAMPLE).add_to_verdict(DONE[0], "99213", payment_difference=5)
    paid.audit(SAMPLE).state_record(BARE, "missing")
    contents = paid.reports.contents()
    found = facts(contents)
    assert (found["Overpaid"], "Not priced" in found) == ("$5.00", False)
    assert found["Missing records"].startswith("$800.00 paid for 10 units by the rule, apart")
    assert found["Owed"].startswith("Net overpaid in the universe: $805.00")
    assert table(contents, "Findings by coder").row(-1, named=True)["finding_count"] == 1
    by_rule = table(contents, "Each finding").filter(encounter_id=BARE[0])
    assert set(by_rule["payment_difference_basis"]) == {"by the rule for missing records"}
    excluded = facts(paid.reports.contents(missing_rule="excluded"))
    assert "Missing records" not in excluded or excluded["Missing records"].startswith("$0.00")


def test_reviewers_who_differ_are_in_no_figure_and_named(bench: Workbench) -> None:
    bench.audit(SAMPLE).add_to_verdicts(PRICES)
    other = Workbench(bench.workspace, user="Bo", clock=lambda: NOW)
    review(other, DONE[1])
    contents = bench.reports.contents()
    assert facts(contents)["Overpaid"] == "$25.10"
    assert "not completely reviewed" in facts(contents)["Owed"]
    later = next(section for section in contents.sections if section.heading.startswith("Rebuttals"))
    places = {str(label): str(value) for label, value in later.facts}
    assert places["Rebuttal log"] == places["Evaluation and management"] == "none recorded"
    assert DONE[1] in places["Other reviewers"]


def test_a_verdict_that_is_replaced_or_undone_takes_its_dollars_along(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    audit.add_to_verdicts(PRICES)
    session = audit.session()
    session.reopen_chart(DONE[0], recorded_at=NOW)
    session.withdraw(session.added(DONE[0])[0], recorded_at=NOW)
    session.decide(Verdict(DONE[0], "agree", 2, "CPT", "99213"), recorded_at=NOW)
    session.complete_chart(DONE[0], recorded_at=NOW, go_on=False)
    found = facts(bench.reports.contents())
    assert (found["Overpaid"], found["Underpaid"]) == ("$30.00", "$0.00")
