"""`auditlib audit price` on the demo: listed, refused, accepted into the ledger, in a workpaper's list."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.cli import main
from auditlib.report.packs.unit_payments import unit_payments
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([*map(str, words)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_prices_are_listed_refused_accepted_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo = demo_workspace(tmp_path / "demo")
    price = ("-w", demo, "audit", "price")
    code, shown, _ = run(capsys, *price, "--source", "schedule", "--source", "usual")
    assert code == 0
    assert "Sources: schedule, usual. Under- and overpayments: net." in shown
    assert "nothing is paid for a deleted code = $0.00" in shown
    assert "The stay is paid by its group: a verdict on the DRG holds its dollars." in shown

    code, _, refused = run(capsys, *price, "--source", "usual", "--programme", "CIA")
    assert (code, "is an estimate" in refused, "--estimate-reason" in refused) == (2, True, True)

    refunds = demo / "refunds.csv"
    refunds.write_text("unit_id,refunded_amount\nNOBODY,1\n", encoding="utf-8")
    assert "'NOBODY' of the refunds is no unit of" in run(capsys, *price, "--refunds", refunds)[2]

    answer = json.loads(run(capsys, *price, "--accept", "--reviewer", "R01", "--json")[1])
    for row in [*answer["units"], *answer["findings"]]:
        has_amount = row["payment_difference"] is not None
        assert has_amount == (row["origin"] is not None) == (row["reason"] is None)
    computed = [row for row in answer["findings"] if row["price_source"] in {"nothing due", "no effect"}]
    assert answer["accepted_count"] == sum(row["reviewer"] == "R01" for row in computed) > 0

    said = run(capsys, *price, "--accept", "--reviewer", "R1")[1]
    assert "No finding is R1's. Findings are by: R01 (--reviewer)." in said

    audit = Workbench.open(demo).audit()
    priced = audit.price()
    assert priced.accept(reviewer="R01") == 0
    origins = audit.reviewed.final.verdicts.filter(
        pl.col("payment_difference_basis").str.starts_with("nothing due: ")
    )
    units = audit.units().frame
    of_chart = unit_payments(units).filter(unit_id=origins["encounter_id"][0]).row(0, named=True)
    assert origins["payment_difference_basis"][0] in of_chart["payment_origin"]

    # What verdicts sum to and what findings are priced at are the same dollars, unit by unit.
    both = units.join(priced.units, on="unit_id", suffix="_priced")
    assert both.filter(pl.col("payment_difference") != 0).height > 0
    assert both["payment_difference"].equals(both["payment_difference_priced"], check_names=False)

    # Saved again from the desk, which knows the amount only.
    session, moment = audit.session("R01"), audit._context.now()
    chart, number = origins.select("encounter_id", "code_number").row(0)
    session.reopen_chart(chart, recorded_at=moment)
    verdict = session.current_verdict(chart, number)
    assert verdict is not None
    session.decide(replace(verdict, comment="Seen again.", payment_origin=None), recorded_at=moment)
    kept = session.current_verdict(chart, number)
    assert kept is not None
    assert (kept.comment, kept.payment_origin) == ("Seen again.", verdict.payment_origin)
    other = replace(verdict, payment_difference=Decimal("1.00"), payment_origin=None)
    session.decide(other, recorded_at=moment)
    assert session.current_verdict(chart, number) == other
