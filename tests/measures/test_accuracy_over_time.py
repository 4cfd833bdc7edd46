"""Months, changes, comparison with the rest, dollars of errors, scores and agreement of auditors."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from auditlib.measures.accuracy_trend import changes, month_chart
from auditlib.measures.auditor_agreement import auditor_agreement
from auditlib.measures.compared_with_rest import compare_with_rest
from auditlib.measures.payment_errors import ERROR_COLUMN_OF, payment_errors
from auditlib.measures.rates import clustered_rates
from auditlib.measures.scores import all_scores
from auditlib.measures.target_rates import chart_counts, target_rates
from auditlib.review.frames import CHART_COLUMNS, VERDICT_COLUMNS
from auditlib.stats.agreement.agreement_interval import clustered_agreement_interval
from auditlib.stats.comparison.clustered_shares import difference_test
from auditlib.stats.intervals.clustered_share import cluster_sums, shared_design_effect
from auditlib.warehouse import Warehouse
from tests.measures.test_judged_codes import Chart, drawn_charts, filled, judged_of

LATE = dt.date(2027, 1, 31)


def year(right_of_month: dict[int, int], *, coder: str = "C1", charts: int = 5) -> pl.DataFrame:
    """Charts of ten codes in each month of 2026, all of a month with as many right ones."""
    rows = [
        {
            "encounter_id": f"{coder}-{month}-{number}",
            "coder_id": coder,
            "month": dt.date(2026, month, 1),
            "right_count": right,
            "reviewer_code_count": 10,
        }
        for month, right in right_of_month.items()
        for number in range(charts)
    ]
    return pl.DataFrame(rows)


# The scores


def test_the_example_of_the_definitions_page_has_the_values_it_states(warehouse: Warehouse) -> None:
    # Coder 10 codes, reviewer 11, 8 match: two are changed, one is missed; no change altered the payment.
    nothing = Decimal("0.00")
    codes = [("a", 0, None)] * 8 + [("c", 5, nothing)] * 2 + [("n", 6, nothing)]
    chart = Chart(1, 1, 0, 1, 1, tuple(codes))
    filled(warehouse, [chart])
    scores = all_scores(judged_of(warehouse, [chart]))
    shown = {
        name: None if value is None else round(100 * value, 1)
        for name, value in scores.select("score", "value").iter_rows()
    }
    assert shown == {
        "code over code": 72.7,
        "penalised": 54.5,
        "larger of the two": 72.7,
        "precision": 80.0,
        "recall": 72.7,
        "F1": 76.2,
        "Jaccard": 61.5,
        "record over record": 0.0,
        "case over case": 100.0,
        "weighted": 72.7,
    }
    assert target_rates(judged_of(warehouse, [chart]))["rate"].item() == pytest.approx(8 / 11)
    assert target_rates(judged_of(warehouse, [chart]), score="payment")["rate"].item() == 1.0


def test_weights_of_roles_and_scores_over_nothing(warehouse: Warehouse) -> None:
    chart = Chart(1, 1, 0, 1, 1, (("n", 0, None), ("a", 5, None)))
    filled(warehouse, [chart])
    scores = all_scores(judged_of(warehouse, [chart]), role_weights={"secondary": 4})
    weighted = scores.filter(score="weighted").row(0, named=True)
    assert (weighted["numerator"], weighted["denominator"]) == (1.0, 5.0)
    assert all_scores(judged_of(warehouse, []))["value"].null_count() == 10


# Errors and dollars


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(charts=drawn_charts)
def test_errors_by_every_dimension_add_up_to_the_whole(charts: list[Chart], filled_six: Warehouse) -> None:
    judged = judged_of(filled_six, charts)
    whole = target_rates(judged).row(0, named=True)
    for by in ERROR_COLUMN_OF:
        errors = payment_errors(judged, by=by)
        for name in ("error_count", "material_error_count", "unpriced_error_count"):
            assert errors[name].sum() == whole[name], (by, name)
        for name in ("overpaid_amount", "underpaid_amount", "net_amount", "absolute_amount"):
            assert errors[name].sum() == whole[name], (by, name)
        parts = ("material_error_count", "no_effect_error_count", "unpriced_error_count")
        assert sum(errors[name].sum() for name in parts) == whole["error_count"]


@pytest.fixture
def filled_six(warehouse: Warehouse) -> Warehouse:
    filled(warehouse, [Chart(name, 1, 0, name % 3, 1 + name % 4, ()) for name in range(1, 7)])
    return warehouse


# Months


def test_limits_vary_with_the_codes_and_hold_the_target_of_nobody() -> None:
    right = {month: 9 if month % 2 else 10 for month in range(1, 13)}
    counts = pl.concat([year(right), year({1: 9}, coder="C2", charts=20)])
    chart = month_chart(counts, as_of=LATE)
    assert chart.has_limits
    widths = (chart.months["upper"] - chart.months["lower"]).to_list()
    assert widths[0] < min(widths[1:])
    assert chart.months["is_outside"].sum() == 0
    assert "No month is outside the limits." in chart.sentence


def test_a_month_that_is_not_over_is_no_part_of_the_limits() -> None:
    counts = year({**dict.fromkeys(range(1, 12), 9), 12: 1})
    chart = month_chart(counts, as_of=dt.date(2026, 12, 20))
    assert chart.months["is_complete"].to_list() == [True] * 11 + [False]
    assert chart.months["centre"].to_list() == [pytest.approx(0.9)] * 12
    assert not chart.months["is_outside"].any()
    assert month_chart(counts, as_of=LATE).months["is_outside"].to_list()[-1]


def test_limits_come_from_eight_months_on() -> None:
    few = month_chart(year(dict.fromkeys(range(1, 8), 9)), as_of=LATE)
    assert not few.has_limits
    assert few.sentence == "7 complete months: limits from 8 months on."
    assert few.months["centre"].null_count() == 7
    assert month_chart(year(dict.fromkeys(range(1, 9), 9)), as_of=LATE).has_limits


def test_codes_that_are_wrong_together_widen_the_limits() -> None:
    apart = pl.concat(
        [year(dict.fromkeys(range(1, 13), 9), coder=f"C{number}", charts=1) for number in range(10)]
    )
    together = apart.with_columns(
        right_count=pl.when(pl.col("coder_id") == "C0").then(0).otherwise(10).cast(pl.Int64)
    )
    narrow, wide = (month_chart(counts, as_of=LATE) for counts in (apart, together))
    assert narrow.design_effect == 1.0
    assert wide.design_effect > 5
    assert wide.months["lower"][0] < narrow.months["lower"][0]


# Changes


def test_a_planted_drift_is_found_and_named() -> None:
    drift = year({month: 10 if month < 8 else 7 for month in range(1, 13)}, coder="C07")
    steady = [year(dict.fromkeys(range(1, 13), 9), coder=f"C{number:02}") for number in (1, 2, 3)]
    found = changes(pl.concat([drift, *steady]))
    first = found.row(0, named=True)
    assert (first["coder_id"], first["began"], first["is_change"]) == ("C07", dt.date(2026, 8, 1), True)
    assert first["sentence"].startswith("C07: 70.0 % codes right since August 2026 (")
    assert first["sentence"].endswith(", 100.0 % before.")
    assert found["is_change"].to_list() == [True, False, False, False]
    assert found["sentence"][1] == "C01: 90.0 % codes right (540 of 600), no change shown."


def test_too_few_charts_are_not_tested_and_change_no_other_answer() -> None:
    counts = year({month: 10 if month < 8 else 7 for month in range(1, 13)}, coder="C07")
    few = year({1: 10, 12: 0}, coder="C99", charts=14)
    alone, beside = changes(counts), changes(pl.concat([counts, few]))
    assert beside["adjusted_p_value"][0] == alone["adjusted_p_value"][0]
    last = beside.row(-1, named=True)
    assert (last["coder_id"], last["p_value"], last["is_change"]) == ("C99", None, None)
    assert last["sentence"] == "C99: 28 charts, too few (under 30) for a change of codes right."
    assert changes(counts.clear()).is_empty()


def test_after_a_change_the_limits_are_those_of_the_months_before() -> None:
    counts = year({month: (9 if month % 2 else 10) if month < 9 else 6 for month in range(1, 13)})
    chart = month_chart(counts, as_of=LATE, began=dt.date(2026, 9, 1))
    assert chart.months["centre"][0] == pytest.approx(0.95)
    assert chart.months.filter("is_outside")["month"].to_list() == [
        dt.date(2026, month, 1) for month in range(9, 13)
    ]
    assert "those of the months before September 2026" in chart.sentence


# Against the rest


def test_one_who_differs_is_named_and_the_others_are_not() -> None:
    good = [year(dict.fromkeys(range(1, 13), 9 + number % 2), coder=f"C{number}") for number in range(1, 6)]
    counts = pl.concat([*good, year(dict.fromkeys(range(1, 13), 6), coder="C9")])
    compared = compare_with_rest(counts)
    rows = {row["coder_id"]: row for row in compared.rows.iter_rows(named=True)}
    assert rows["C9"]["conclusion"] == "lower than the rest"
    assert "C9 60.0 % (" in compared.sentence
    assert "), the rest 96.0 %" in compared.sentence
    assert rows["C9"]["rate"] < rows["C9"]["lower_998"]
    own = cluster_sums([6] * 60, [10] * 60)
    rest = cluster_sums([9] * 120 + [10] * 180, [10] * 300)
    p_value, _ = difference_test(own, rest, least_design_effect=compared.design_effect)
    assert rows["C9"]["p_value"] == pytest.approx(p_value)
    assert rows["C9"]["rest_rate"] == pytest.approx(2880 / 3000)


def test_nobody_and_one_alone_are_not_compared() -> None:
    alone = compare_with_rest(year({1: 9}))
    assert alone.rows["conclusion"].to_list() == ["not compared"]
    assert (
        alone.sentence
        == "No coder can be compared with the rest. Not compared, with fewer than 2 charts: C1."
    )
    empty = compare_with_rest(year({1: 9}).clear())
    assert (empty.rows.height, empty.common_rate) == (0, None)


def test_p_values_of_three_are_corrected_by_the_rule_of_holm() -> None:
    right = {"C1": [4] * 30, "C2": [4, 3] * 15, "C3": [1, 2, 0] * 10}
    counts = pl.DataFrame(
        [
            (f"{coder}-{number}", coder, count, 4)
            for coder, counts in right.items()
            for number, count in enumerate(counts)
        ],
        schema={
            "encounter_id": pl.String(),
            "coder_id": pl.String(),
            "right_count": pl.Int64(),
            "reviewer_code_count": pl.Int64(),
        },
        orient="row",
    )
    found = compare_with_rest(counts).rows
    sums = {name: cluster_sums(counts, [4] * len(counts)) for name, counts in right.items()}
    rest = cluster_sums(right["C1"] + right["C2"], [4] * 60)
    shared = shared_design_effect(list(sums.values()))
    p_value, _ = difference_test(sums["C3"], rest, least_design_effect=shared)
    own = found.filter(coder_id="C3").row(0, named=True)
    assert own["p_value"] == pytest.approx(p_value)
    assert own["is_different"]
    # The smallest of three counts three times.
    assert own["adjusted_p_value"] == pytest.approx(min(1.0, 3 * p_value))


def test_one_chart_is_not_compared_and_does_not_count_among_the_tests() -> None:
    counts = pl.concat([year({1: 9}), year({1: 8}, coder="C2", charts=1)])
    rows = compare_with_rest(counts).rows
    assert rows["conclusion"].to_list() == ["not compared", "not compared"]
    assert rows["p_value"].null_count() == 2


# Auditors


def two_reviews(*pairs: tuple[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Charts that A and B judged; each letter is the verdict on one code: a agree, c change, d delete."""
    actions = {"a": "agree", "c": "change", "d": "delete"}
    charts, verdicts = [], []
    for number, pair in enumerate(pairs):
        for reviewer, letters in zip("AB", pair, strict=True):
            chart = {"audit": "q1", "reviewer": reviewer, "encounter_id": f"E{number}"}
            charts.append({**chart, "completed_at": dt.datetime(2026, 11, 1)})  # noqa: DTZ001 - as stored
            verdicts += [
                {**chart, "code_number": place, "action": actions[letter], "corrected_code": letter}
                for place, letter in enumerate(letters, start=1)
            ]
    return pl.DataFrame(verdicts, schema=VERDICT_COLUMNS), pl.DataFrame(charts, schema=CHART_COLUMNS)


def test_two_auditors_agree_code_by_code_with_limits_over_charts() -> None:
    verdicts, charts = two_reviews(("aaac", "aaac"), ("aad", "aac"), ("aa", "ac"), ("aaaa", "aaaa"))
    row = auditor_agreement(verdicts, charts).pairs.row(0, named=True)
    assert (row["chart_count"], row["code_count"], row["same_count"], row["differing_chart_count"]) == (
        4,
        13,
        11,
        2,
    )
    # Right against error: 10 both right, 1 an error to B alone, 2 an error to both.
    share, mean = 12 / 13, (2 * 10 + 1) / 26
    chance = 2 * mean * (1 - mean)
    assert row["ac1"] == pytest.approx((share - chance) / (1 - chance))
    tables = [[[3, 0], [0, 1]], [[2, 0], [0, 1]], [[1, 1], [0, 0]], [[4, 0], [0, 0]]]
    limits = clustered_agreement_interval(tables, "AC1")
    assert (row["ac1_lower"], row["ac1_upper"]) == (pytest.approx(limits.lower), pytest.approx(limits.upper))
    said = auditor_agreement(verdicts, charts).sentence
    assert said.startswith("A and B judged 11 of 13 codes the same (84.6 %), AC1 0.89 (")
    assert said.endswith("they differ on 2 charts.")


def test_one_reviewer_alone_says_nothing_of_agreement() -> None:
    verdicts, charts = two_reviews(("aa", "aa"))
    alone = charts.filter(reviewer="A")
    assert auditor_agreement(verdicts, alone).sentence.startswith("No chart was judged by two reviewers.")
    one_chart = auditor_agreement(verdicts, charts).pairs.row(0, named=True)
    assert (one_chart["share"], one_chart["ac1"], one_chart["ac1_lower"]) == (1.0, 1.0, None)
    assert "spread" in one_chart["undefined_reason"]


def test_chart_counts_keep_a_chart_without_codes(warehouse: Warehouse) -> None:
    chart = Chart(1, 1, 0, 1, 1, ())
    filled(warehouse, [chart])
    row = chart_counts(judged_of(warehouse, [chart])).row(0, named=True)
    assert (row["chart_count"], row["clean_count"], row["reviewer_code_count"]) == (1, 1, 0)


def test_a_weighted_share_of_all_is_exactly_one() -> None:
    charts = pl.DataFrame(
        {"right": [3, 1, 2], "codes": [3, 1, 2], "weight": [0.1, 2.7, 1.3]},
        schema_overrides={"right": pl.Int64, "codes": pl.Int64},
    )
    for weight in (0.1, 0.3, 1.1, 3.7, 13.9):
        rates = clustered_rates(
            charts.with_columns(pl.col("weight") * weight), "", by=(), numerator="right",
            denominator="codes", empty="",
        )  # fmt: skip
        assert rates["rate"].item() == 1
