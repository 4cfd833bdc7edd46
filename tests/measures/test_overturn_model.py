"""The chance of overturn: from old denials only, silent where there are few, better than the base rate."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import polars as pl
import pytest

from auditlib.measures.denied_lines import denied_lines
from auditlib.measures.overturn_model import MATURE_DAYS, overturn_model
from auditlib.workspace import Workspace
from benchmarks.denials.independent_reviews import judge, read_reviews, table
from tests.made_once import demo_workspace

DOCS = Path(__file__).parents[2] / "docs" / "measures" / "denial_worklist.md"
LAST_DAY = dt.date(2026, 10, 30)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return denied_lines(Workspace.open(demo_workspace(tmp_path_factory.mktemp("demo"))).warehouse())


def test_only_old_denials_are_learned_from(lines: pl.DataFrame) -> None:
    model = overturn_model(lines, LAST_DAY)
    old = lines.filter(pl.col("denial_date") <= LAST_DAY - dt.timedelta(days=MATURE_DAYS))
    assert model.learned_from_count == old.height < lines.height
    assert model.overturned_count == (old["final_state"] == "paid").sum()
    scored = model.with_chances(lines)
    assert scored["chance"].is_between(0, 1).all()
    assert model.calibration()["case_count"].sum() == model.scores()["case_count"][0]


def test_the_chances_beat_the_share_overturned_until_then(lines: pl.DataFrame) -> None:
    model, base = overturn_model(lines, LAST_DAY).scores()["brier_score"]
    assert model < base


def test_a_small_history_has_no_model_and_says_why(lines: pl.DataFrame) -> None:
    model = overturn_model(lines.head(20), LAST_DAY)
    assert model.why_none is not None
    assert model.why_none.startswith("20 denials")
    assert model.with_chances(lines)["chance"].null_count() == lines.height
    assert model.calibration().is_empty()
    same = overturn_model(lines.with_columns(final_state=pl.lit("paid")), LAST_DAY)
    assert "were overturned" in str(same.why_none)


@pytest.mark.field
def test_the_method_holds_on_the_reviews_of_later_years(field_data: Path) -> None:
    file = field_data / "benchmarks_data" / "denials" / "imr_california_2001_2013.csv"
    judged = judge(read_reviews(file))
    assert judged.score < 0.215 < judged.best_base_score < judged.base_score
    assert math.isclose(judged.mean_chance, judged.overturned_count / judged.case_count, abs_tol=0.01)
    for line in table(judged).splitlines():
        assert line in DOCS.read_text(encoding="utf-8")
