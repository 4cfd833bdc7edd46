"""The page of one payer on the demo: its figures are those of the lines and rates, and it is written."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.measures.denials import ANY_DENIAL_RATE, denial_rates
from auditlib.workbench import Workbench
from auditlib.workbench.payer_page import PayerPage
from tests.made_once import demo_workspace


@pytest.mark.slow
def test_the_page_of_a_payer_has_its_figures_and_those_of_all_others(tmp_path: Path) -> None:
    bench = Workbench.open(demo_workspace(tmp_path / "w"))
    lines = bench.denials.lines().frame
    rates = denial_rates(bench.workspace.warehouse(), by=("payer",)).filter(measure=ANY_DENIAL_RATE)
    name = str(lines["payer_name"].value_counts(sort=True)["payer_name"][0])
    page = bench.denials.payer(name.lower())
    own = rates.filter(payer_name=name)
    (metric,) = page.figures.metrics.filter(pl.col("metric").str.starts_with("denied in full or")).to_dicts()
    assert metric["numerator"] == own["numerator_count"].item()
    assert metric["others_denominator"] == rates["denominator_count"].sum() - own["denominator_count"].item()
    costliest = lines.group_by("payer_name").agg(pl.col("denied_amount").sum()).sort("denied_amount")
    found = bench.denials.costliest_payer()
    assert isinstance(found, PayerPage)
    assert found.figures.payer_name == costliest["payer_name"][-1]
    mine = lines.filter(payer_name=name)
    assert page.figures.reasons["denied_amount"].sum() == mine["denied_amount"].sum()
    assert set(page.figures.examples["claim_id"]) <= set(mine["claim_id"])
    assert page.figures.open_claims["payer_name"].unique().to_list() == [name]
    denied = f"{metric['numerator']:.0f} of {metric['denominator']:.0f}"
    assert denied in repr(page)
    assert denied in page._repr_html_()

    for ending in ("html", "xlsx", "pdf", "docx"):
        page.write(tmp_path / f"page.{ending}")
    assert denied in (tmp_path / "page.html").read_text(encoding="utf-8")
    entered = bench.ledger.access().frame.filter(access="page of a payer")["file_names"].to_list()
    assert sorted(entered) == ["page.docx", "page.html", "page.pdf", "page.xlsx"]
    assert "Examples" in fastexcel.read_excel(tmp_path / "page.xlsx").sheet_names
    with pytest.raises(UsageError, match="no new file"):
        page.write(tmp_path / "page.html")
    with pytest.raises(UsageError, match="payer"):
        bench.denials.payer("no such payer")


def test_without_denials_there_is_no_costliest_payer(tmp_path: Path) -> None:
    found = Workbench.create(tmp_path / "w").denials.costliest_payer()
    assert "No payer denied anything." in repr(found)
