"""The report against the ledger: every finding with its dollars, every total, and what is not known."""

from __future__ import annotations

import datetime as dt
import html
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from pypdf import PdfReader

from auditlib.report.contents import ReportContents, fact_of
from auditlib.review import CorrectedCode, ReviewSession, Supplement, Verdict
from auditlib.sampling import SampleRequest, Universe
from auditlib.text import format_dollars
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
    answered = [number for number, visit in enumerate(VISITS, start=1) if visit in visits]
    fill(
        bench.workspace.warehouse(),
        {
            "core.remit_claim": [
                {"remit_claim_id": 100 + number, "claim_status_code": "1", "paid_amount": PAID}
                for number in answered
            ],
            "core.claim_link": [{"remit_claim_id": 100 + number, "claim_id": number} for number in answered],
        },
    )


def review(
    bench: Workbench, visit: str, *wrong: str, audit: str = SAMPLE, session: ReviewSession | None = None
) -> None:
    """Review a chart: its visit is changed or deleted, a code is added, or all is agreed with."""
    session = session or bench.audit(audit).session()
    session.open_chart(visit, recorded_at=NOW)
    why = {"cause": "coder rule", "comment": f"{visit} <Look again.>"}
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
    bench.audit(SAMPLE).state_record(BARE, "reviewed elsewhere", place="binder 7")
    wrong = {DONE[0]: ("change", "add"), DONE[1]: ("change",), DONE[2]: ("delete",)}
    review_all(bench, {visit: wrong.get(visit, ()) for visit in VISITS})


def review_all(bench: Workbench, wrong: Mapping[str, Sequence[str]], audit: str = SAMPLE) -> None:
    session = bench.audit(audit).session()
    for visit, kinds in wrong.items():
        review(bench, visit, *kinds, audit=audit, session=session)


PRICES = [
    Supplement(DONE[0], "99213", Decimal("25.10"), SENTENCE),
    Supplement(DONE[0], "20610", Decimal("-60.00")),
    Supplement(DONE[1], "99213", Decimal("30.00"), SENTENCE),
    Supplement(DONE[2], "99213", Decimal("0.00")),
]


def facts(contents: ReportContents) -> dict[str, str]:
    return {fact.label: fact.value for fact in map(fact_of, contents.sections[0].facts)}


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
        shown = next(one for one in contents.tables if one.title == f"Findings by {name}")
        totals = {column: shown.frame[column].sum() for column in shown.totals}
        assert totals == {
            "error_count": 4,
            "unpriced_error_count": 1,
            "overpaid_amount": Decimal("55.10"),
            "underpaid_amount": Decimal("60.00"),
            "net_amount": Decimal("-4.90"),
            "absolute_amount": Decimal("115.10"),
        }
    by_coder = table(contents, "Findings by coder")
    assert by_coder["chart_count"].sum() == 3


def test_every_finding_of_the_ledger_and_every_unit_is_in_every_format(bench: Workbench) -> None:
    audit = bench.audit(SAMPLE)
    audit.add_to_verdicts(PRICES)
    paths = {path.suffix: path for path in bench.reports.write(formats=("html", "xlsx", "pdf", "docx"))}
    page = html.unescape(paths[".html"].read_text(encoding="utf-8"))
    letter = "".join(pdf_page.extract_text() for pdf_page in PdfReader(paths[".pdf"]).pages)
    with zipfile.ZipFile(paths[".docx"]) as document:
        words = "".join(ET.fromstring(document.read("word/document.xml")).itertext())
    with zipfile.ZipFile(paths[".xlsx"]) as book:
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
        cells = {"".join(item.itertext()) for item in strings}
        numbers = {
            round(Decimal(value.text or "0"), 2)
            for name in book.namelist()
            if name.startswith("xl/worksheets/sheet")
            for value in ET.fromstring(book.read(name)).findall(".//{*}v")
        }
    texts = [squeezed(text) for text in (page, letter, words)]
    wrong = audit.verdicts().frame.filter(pl.col("action") != "agree")
    assert wrong.height == 4
    assert wrong["evidence"].null_count() == 2
    for row in wrong.iter_rows(named=True):
        for said in (row["encounter_id"], row["before"], row["after"], row["comment"], row["evidence"]):
            assert said is None or said in cells
            assert said is None or all(squeezed(said) in text for text in texts)
        if row["evidence"]:
            assert f"<q>{SENTENCE}</q>" in page
            quoted = squeezed(f"\N{LEFT DOUBLE QUOTATION MARK}{SENTENCE}\N{RIGHT DOUBLE QUOTATION MARK}")
            assert all(quoted in text for text in texts[1:])
        assert all(format_dollars(row["payment_difference"]) in text for text in texts)
        assert Decimal(row["payment_difference"]) in numbers
    for unit in audit.manifest.selected:
        assert unit.unit_id in cells
        assert all(unit.unit_id in text for text in texts)


def squeezed(text: str) -> str:
    """Text without spaces, which a page breaks where it likes."""
    return "".join(text.split())


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
    wrong = chosen[::3]
    review_all(paid, {visit: ["change"] if visit in wrong else [] for visit in chosen}, audit="part")
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


def test_a_payment_that_is_not_known_is_said_and_not_guessed(tmp_path: Path) -> None:
    bench = records_workbench(tmp_path / "ws")
    pay(bench, [visit for visit in VISITS if visit != UNANSWERED])
    finish(bench)
    bench.audit(SAMPLE).add_to_verdicts(PRICES)
    contents = bench.reports.contents()
    assert f"The payment of 1 unit is not known, as of {UNANSWERED}." in facts(contents)["Owed"]
    assert table(contents, "Units").filter(unit_id=UNANSWERED)["paid_amount"].to_list() == [None]


def test_amounts_beyond_the_payment_are_said_and_kept(bench: Workbench) -> None:
    bench.audit(SAMPLE).add_to_verdicts([*PRICES[:2], Supplement(DONE[1], "99213", Decimal("80.01"))])
    contents = bench.reports.contents()
    assert facts(contents)["Overpaid"] == "$105.11"
    assert any(
        f"The findings of 1 unit ({DONE[1]}) come to more" in note for note in contents.sections[0].row_notes
    )


def test_a_missing_record_costs_all_that_was_paid_apart_from_the_findings(paid: Workbench) -> None:
    review_all(paid, {visit: ["change"] if visit == DONE[0] else [] for visit in DONE})
    paid.audit(SAMPLE).add_to_verdict(DONE[0], "99213", payment_difference=5)
    paid.audit(SAMPLE).state_record(BARE, "missing")
    contents = paid.reports.contents()
    found = facts(contents)
    assert (found["Overpaid"], "Not priced" in found) == ("$5.00", False)
    assert found["Missing records"].startswith("$800.00 paid for 10 units by the rule, apart")
    assert found["Owed"].startswith("Net overpaid in the universe: $805.00")
    assert table(contents, "Findings by coder")["error_count"].sum() == 1
    by_rule = table(contents, "Each finding").filter(encounter_id=BARE[0])
    assert set(by_rule["payment_difference_basis"]) == {"by the rule for missing records"}
    excluded = facts(paid.reports.contents(missing_rule="excluded"))
    assert "Missing records" not in excluded


def test_reviewers_who_differ_are_in_no_figure_and_named(bench: Workbench) -> None:
    bench.audit(SAMPLE).add_to_verdicts(PRICES)
    other = Workbench(bench.workspace, user="Bo", clock=lambda: NOW)
    review(other, DONE[1])
    contents = bench.reports.contents()
    assert facts(contents)["Overpaid"] == "$25.10"
    assert "not completely reviewed" in facts(contents)["Owed"]
    later = next(section for section in contents.sections if section.heading.startswith("Rebuttals"))
    places = {fact.label: fact.value for fact in map(fact_of, later.facts)}
    assert places["Rebuttal log"] == places["Evaluation and management"] == "none recorded"
    assert DONE[1] in places["Other reviewers"]


def test_dollars_on_which_reviewers_differ_are_not_priced_and_both_are_named(bench: Workbench) -> None:
    bench.audit(SAMPLE).add_to_verdicts(PRICES)
    other = Workbench(bench.workspace, user="Bo", clock=lambda: NOW + dt.timedelta(hours=1))
    for visit in DONE[:2]:
        review(other, visit, "change", *(["add"] if visit == DONE[0] else []))
    other.audit(SAMPLE).add_to_verdicts(
        [Supplement(DONE[0], "99213", Decimal("25.10")), Supplement(DONE[1], "99213", Decimal("31.00"))]
    )
    contents = bench.reports.contents()
    rows = table(contents, "Each finding").select(
        "encounter_id", "before", "payment_difference", "payment_difference_basis"
    )
    # Of the added code only one of them entered dollars: nothing contradicts these.
    assert rows.rows() == [
        (DONE[0], "(nothing)", Decimal("-60.00"), "entered by the reviewer"),
        (DONE[0], "99213", Decimal("25.10"), "entered by the reviewer"),
        (DONE[2], "99213", Decimal("0.00"), "entered by the reviewer"),
        (DONE[1], "99213", None, "not agreed by the reviewers"),
    ]
    found = facts(contents)
    assert (found["Overpaid"], found["Not priced"][:17]) == ("$25.10", "1 of 4 findings: ")
    said = [note for note in contents.sections[0].row_notes if "not on its dollars" in note]
    assert len(said) == 1
    assert DONE[1] in said[0]
    assert "(Ada: $30.00, Bo: $31.00)" in said[0]
    assert found["Found"].startswith("3 of 40")


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
