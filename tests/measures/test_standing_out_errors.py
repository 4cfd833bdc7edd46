"""A coder stands out by a kind of error only where chance does not explain it."""

from __future__ import annotations

import random
from dataclasses import replace

import polars as pl

from auditlib.measures.judged_codes import JudgedCodes
from auditlib.measures.standing_out_errors import standing_out_errors
from tests.widgets.example_accuracy import judged


def test_the_coder_with_units_stands_out_by_units_alone() -> None:
    rows = standing_out_errors(judged()).to_dicts()
    assert [(row["coder_id"], row["error_kind"], row["kind_count"], row["error_count"]) for row in rows] == [
        ("C01", "wrong code", 4, 4),
        ("C07", "units", 40, 44),
    ]
    assert [row["kind_stands_out"] for row in rows] == [False, True]


def test_who_makes_an_error_less_often_does_not_stand_out() -> None:
    made = judged(coders=("C01", "C02", "C07"))
    found = standing_out_errors(made).filter("kind_stands_out")
    assert found["coder_id"].to_list() == ["C07"]


def test_without_others_or_with_one_chart_nothing_is_tested() -> None:
    alone = standing_out_errors(judged(coders=("C07",)))
    assert alone.select("adjusted_p_value", "kind_stands_out").rows() == [(None, False)]
    made = judged(months=9, charts_a_month=1, coders=("C01", "C07"))
    one = made.charts.filter(coder_id="C07").tail(1)["encounter_id"].item()
    keeps = (pl.col("coder_id") == "C01") | (pl.col("encounter_id") == one)
    few = replace(made, codes=made.codes.filter(keeps), charts=made.charts.filter(keeps))
    assert standing_out_errors(few).filter(coder_id="C07")["adjusted_p_value"].to_list() == [None]


def test_without_any_error_there_is_no_row() -> None:
    made = judged()
    right = replace(made, codes=made.codes.filter("is_right"))
    assert standing_out_errors(right).is_empty()


def test_errors_dealt_at_random_raise_an_alarm_in_at_most_the_stated_share_of_audits() -> None:
    dealt = random.Random(5)
    alarms = 0
    for _ in range(40):
        made = judged(months=6, charts_a_month=3, coders=("C01", "C02", "C03"))
        kinds = [
            dealt.choice(["units", "wrong code"]) if dealt.random() < 0.1 else None
            for _ in range(made.codes.height)
        ]
        codes = made.codes.with_columns(error_kind=pl.Series(kinds, dtype=pl.String)).with_columns(
            is_right=pl.col("error_kind").is_null()
        )
        alarms += bool(
            standing_out_errors(JudgedCodes(codes, made.charts, "service"))["kind_stands_out"].any()
        )
    # 5 % of 40 are 2; more than 6 come by chance once in 200 such tests.
    assert alarms <= 6
