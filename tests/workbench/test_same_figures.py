"""The accuracy screen, the command, the scorecards and the report of one audit give the same figures."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from auditlib.cli.main import main
from auditlib.measures.accuracy import CODE_OVER_CODE
from auditlib.report.contents import ReportContents
from auditlib.report.formatting import format_rate
from auditlib.workbench import Workbench
from tests.made_once import demo_workspace

AUDIT = "2026 Q3"
COUNTS = ("numerator_count", "denominator_count")
SHARES = ("rate", "lower", "upper")


def figures(rows: pl.DataFrame) -> dict[str, tuple[object, ...]]:
    """Return counts and rounded shares by coder, or of all: two formulas may differ in the last digit."""
    name = pl.col("coder_id") if "coder_id" in rows.columns else pl.lit("all")
    shown = rows.select(name.alias("name"), *COUNTS, *(pl.col(share).round(9) for share in SHARES))
    return {str(row[0]): row[1:] for row in shown.iter_rows()}


def table(contents: ReportContents, title: str) -> pl.DataFrame:
    return next(one.frame for one in contents.tables if one.title == title)


@pytest.mark.slow
def test_screen_command_scorecards_and_report_show_the_same_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Workbench.open(demo_workspace(tmp_path / "w"))
    screen = bench.accuracy_screen(audits=[AUDIT]).figures
    by_score = {score: figures(screen.scores.filter(measure=score)) for score in screen.scores["measure"]}
    by_coder = figures(screen.coders)
    assert len(by_coder) == 10

    for score, measure in (("codes", "codes right"), ("payment", "charts paid rightly")):
        command = ["accuracy", "--audit", AUDIT, "--score", score, "--json", "-w", str(bench.workspace.root)]
        assert main(command) == 0
        assert figures(pl.DataFrame(json.loads(capsys.readouterr().out)["accuracy"])) == by_score[measure]

    report = bench.reports.contents(AUDIT)
    assert (
        figures(bench.audit(AUDIT).accuracy().frame.filter(measure=CODE_OVER_CODE))
        == (by_score["codes right"])
    )
    of_report = table(report, "Accuracy by coder").filter(measure=CODE_OVER_CODE)
    assert figures(of_report) == by_coder
    rate, lower, upper = by_score["codes right"]["all"][2:]
    assert ("Code over code", format_rate(rate, lower, upper, None)) in report.headline

    paid = figures(bench.accuracy("coder", score="payment", audits=[AUDIT]).frame)
    for coder in ("C01", "C07"):
        card = table(bench.reports.contents(AUDIT, pack="scorecard", coder=coder), "Rates and targets")
        first, second = card.partition_by("measure", maintain_order=True)[:2]
        assert figures(first.filter(coder_id=coder).head(1))[coder] == by_coder[coder]
        assert figures(second.filter(coder_id=coder).head(1))[coder] == paid[coder]

    errors = dict(screen.errors.select("value", "error_count").iter_rows())
    assert dict(table(report, "Errors by kind").select("error_kind", "numerator_count").iter_rows()) == errors
