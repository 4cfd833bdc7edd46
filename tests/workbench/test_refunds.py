"""Refunds from commands and Python: entered, refused, undone, listed, written."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.cli import main
from auditlib.errors import UsageError
from auditlib.review import Verdict
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.refund_rule import NO_ADVICE
from auditlib.review.refund_work import RefundWork
from auditlib.workbench import Workbench
from tests.measures.story import Claim, Payment, Story, tell
from tests.workbench.records import BARE, NOW, SAMPLE, VISITS, records_workbench

WANTED = frozenset({"mart.claim_outcome", "mart.take_back", "mart.denied_line", "mart.record_request"})
NUMBER, OTHER, UNREVIEWED = [visit for visit in VISITS if visit not in BARE][:3]
LATER = NOW + dt.timedelta(days=27)
LOOKED = LATER.date()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Two charts of which an audit deletes a code, with their claims and payments, and a third claim."""
    made = records_workbench(tmp_path_factory.mktemp("refunds") / "w")
    for visit, dollars in ((NUMBER, "36.83"), (OTHER, "1.19")):
        session = made.audit(SAMPLE).session()
        session.open_chart(visit, recorded_at=NOW)
        session.decide(Verdict(visit, "agree", 1, "ICD-10-CM", "I10"), recorded_at=NOW)
        wrong = {"error_kind": "unsupported code", "cause": "coder rule"}
        session.decide(Verdict(visit, "delete", 2, "CPT", "99213", **wrong), recorded_at=NOW)
        session.complete_chart(visit, recorded_at=NOW, go_on=False)
        made.audit(SAMPLE).add_to_verdict(visit, 2, payment_difference=dollars)
    service, paid = dt.date(2025, 10, 1), dt.date(2025, 11, 1)
    claims = [
        Claim(visit, payer=payer, filing=filing, submit=service, from_date=service)
        for visit, payer, filing in ((NUMBER, "P1", "CI"), (OTHER, "P2", "MC"), (UNREVIEWED, "P3", "MB"))
    ]
    payments = [
        Payment(
            paid.replace(month=12) if claim.number == UNREVIEWED else paid,
            90,
            number=claim.number,
            payer=claim.payer or "",
            from_date=service,
        )
        for claim in claims
    ]
    with made.workspace.warehouse().writing() as writer:
        writer._connection.execute("delete from core.claim", {})
    tell(made.workspace.warehouse(), Story(claims, payments), wanted=WANTED)
    return Workbench(made.workspace, user="Ada", clock=lambda: LATER)


def of_claim(bench: Workbench, number: str = NUMBER) -> dict[str, object]:
    is_meant = pl.col("patient_control_number") == number
    return bench.refunds.list(LOOKED).frame.row(by_predicate=is_meant, named=True)


def test_entered_by_commands_and_undone(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> str:
        assert main(["-w", str(bench.workspace.root), "refunds", *words]) == 0, capsys.readouterr()
        return capsys.readouterr().out

    before = of_claim(bench)
    assert (before["refund_state"], before["to_refund_amount"]) == ("not identified", Decimal("36.83"))
    said = run(
        *("identify", NUMBER, "--on", "2026-09-01", "--reason", "ECG not done"),
        *("--governed-by", "medicare"),
    )
    assert f"{NUMBER} is now: identified Sep 1, 2026; governed by medicare; reason: ECG not done." in said
    run("investigate", NUMBER, "--started", "2026-09-11", "--ended", "2026-10-01")
    assert of_claim(bench)["refund_due_date"] == dt.date(2026, 11, 20)
    run("cost-report", NUMBER, "--due", "2026-12-31")
    assert of_claim(bench)["refund_due_date"] == dt.date(2026, 12, 31)
    run("refunded", NUMBER, "--on", "2026-11-02", "--amount", "36.83", "--method", "claims adjustment")
    row = of_claim(bench)
    assert (row["refund_state"], row["to_refund_amount"]) == ("refunded", Decimal("0.00"))
    listed = json.loads(run("list", "--as-of", "2026-11-29", "--json"))
    assert {one["refund_state"] for one in listed["refunds"] if one["patient_control_number"] == NUMBER} == {
        "refunded"
    }
    for undone in ("overpayment refunded", "cost report due", "overpayment investigated"):
        assert f"Undone: {undone}" in run("undo", NUMBER)
    assert of_claim(bench)["refund_due_date"] == dt.date(2026, 10, 31)
    assert of_claim(bench)["refund_state"] == "overdue"
    run("undo", NUMBER)
    assert of_claim(bench) == before


def test_refused(bench: Workbench) -> None:
    refunds, day = bench.refunds, dt.date(2026, 11, 2)
    ledger = bench.workspace.ledger()
    events = len(ledger.events())
    work, key = RefundWork(ledger, "Ada", LATER), ClaimKey(NUMBER, "P1", "2025-10-01")
    refused = {
        "There is no claim to a primary payer X9": lambda: refunds.identify("X9", day, reason="r"),
        "in the future": lambda: work.identify(key, dt.date(2026, 12, 1), reason="r"),
        "is blank": lambda: work.identify(key, day, reason=" "),
        "more than was paid": lambda: refunds.identify(NUMBER, day, reason="r", amount=Decimal(9999)),
        "above 0": lambda: work.identify(key, day, reason="r", amount=Decimal(0)),
        "of one claim": lambda: refunds.identify([NUMBER, OTHER], day, reason="r", amount=Decimal(1)),
        "by the contract is before": lambda: work.identify(
            key, day, reason="r", contract_due=dt.date(2026, 1, 1)
        ),
        "is identified": lambda: work.refunded(key, day, Decimal(5), "credit balance"),
        "Nothing is recorded": lambda: work.undo(key),
        "nobody": lambda: refunds.list(payer="nobody"),
    }
    for words, entry in refused.items():
        with pytest.raises(UsageError, match=words):
            entry()
    # Several claims are entered together or not at all.
    with pytest.raises(UsageError, match="before the payment"):
        refunds.identify([OTHER, UNREVIEWED], dt.date(2025, 11, 15), reason="r")
    assert len(bench.workspace.ledger().events()) == events
    refunds.identify(OTHER, day, reason="r")
    with pytest.raises(UsageError, match="more than was paid"):
        refunds.refunded(OTHER, day, Decimal("90.01"), "credit balance")
    key = ClaimKey(OTHER, "P2", "2025-10-01")
    with pytest.raises(UsageError, match="identified already"):
        work.identify(key, day, reason="r")
    with pytest.raises(UsageError, match="before it was identified"):
        work.refunded(key, dt.date(2026, 11, 1), Decimal(1), "credit balance")
    with pytest.raises(UsageError, match="before the start"):
        work.investigate(key, day, dt.date(2026, 11, 1))
    with pytest.raises(UsageError, match="no method"):
        work.refunded(key, day, Decimal(1), "by pigeon")  # type: ignore[arg-type]
    refunds.refunded(OTHER, day, Decimal(0), "OIG self-disclosure")
    assert of_claim(bench, OTHER)["refund_state"] == "disclosed"


def test_a_claim_without_a_finding_can_be_entered(bench: Workbench) -> None:
    bench.refunds.identify(UNREVIEWED, dt.date(2026, 11, 2), reason="billed twice", amount=Decimal("12.34"))
    row = of_claim(bench, UNREVIEWED)
    assert (row["overpaid_amount"], row["refund_reason"]) == (Decimal("12.34"), "billed twice")


def test_written_payer_by_payer(bench: Workbench, tmp_path: Path) -> None:
    listed = bench.refunds.list(LOOKED)
    assert NO_ADVICE in listed.note
    bench.refunds.identify(NUMBER, dt.date(2026, 11, 2), reason="=HYPERLINK('x')")
    page = bench.refunds.write(tmp_path / "refunds.html", LOOKED).read_text(encoding="utf-8")
    assert NO_ADVICE in page
    assert "Payer P2: 1 claim" in page
    assert "42 U.S.C. 1320a-7k(d)(2), read" in page
    book = bench.refunds.write(tmp_path / "refunds.xlsx", LOOKED, payer="P1")
    with zipfile.ZipFile(book) as parts:
        sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
        texts = parts.read("xl/sharedStrings.xml").decode()
    assert "HYPERLINK" in texts
    assert "<f>HYPERLINK" not in sheets
    assert "Payer P2" not in texts
    with pytest.raises(UsageError, match="no new file"):
        bench.refunds.write(book, LOOKED)


def test_a_blind_reviewer_sees_no_listing(bench: Workbench) -> None:
    blind = Workbench(bench.workspace, user="Bo", clock=lambda: LATER)
    bench.audit(SAMPLE).plan_review(["Ada", "Bo"], second_share=0, blind=["codes"])
    with pytest.raises(UsageError, match="blind"):
        blind.refunds.list()
    with pytest.raises(UsageError, match="blind"):
        blind.refunds.identify(NUMBER, dt.date(2026, 11, 2), reason="r")
