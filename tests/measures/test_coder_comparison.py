from __future__ import annotations

import polars as pl
import pytest

from auditlib.measures.accuracy import code_accuracy, error_shares, record_accuracy
from auditlib.measures.coder_comparison import compare_coders
from auditlib.stats.intervals.clustered_share import cluster_sums, clustered_interval
from auditlib.warehouse import Warehouse
from tests.measures.test_accuracy import MORNING, charts, encounters, verdicts


def reviewed(warehouse: Warehouse, actions: dict[str, list[str]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Charts of each coder, with the initials of their verdicts."""
    rows = [
        (f"{coder}-{n}", coder, codes) for coder, listed in actions.items() for n, codes in enumerate(listed)
    ]
    encounters(warehouse, *((name, coder, None) for name, coder, _ in rows))
    found = pl.concat([verdicts(name, codes, kinds=["units"] * len(codes)) for name, _, codes in rows])
    return found, charts(*((name, "A1", MORNING) for name, _, _ in rows))


def test_rates_of_codes_rest_on_the_spread_between_charts(warehouse: Warehouse) -> None:
    found, done = reviewed(warehouse, {"C01": ["aaaa"] * 8 + ["dddd", "cccc"]})
    rates = {row["measure"]: row for row in code_accuracy(warehouse, found, done, by=()).to_dicts()}
    expected = clustered_interval(cluster_sums([4] * 8 + [0], [4] * 9))
    assert (rates["code over code"]["lower"], rates["code over code"]["upper"]) == pytest.approx(
        (expected.lower, expected.upper)
    )
    assert rates["precision"]["interval_method"] == "chart-clustered Wilson"
    sets = clustered_interval(cluster_sums([4] * 8 + [0, 0], [4] * 9 + [8]))
    assert rates["Jaccard"]["interval_method"] == "spread-of-charts"
    assert rates["Jaccard"]["lower"] == pytest.approx(sets.lower)


def test_shares_of_errors_rest_on_charts_too(warehouse: Warehouse) -> None:
    found, done = reviewed(warehouse, {"C01": ["cccccccc", "d", "ad", "aa"]})
    shares = error_shares(warehouse, found, done, by="action")
    expected = clustered_interval(cluster_sums([8, 0, 0], [8, 1, 1]))
    row = shares.filter(pl.col("action") == "change").row(0, named=True)
    assert (row["numerator_count"], row["denominator_count"]) == (8, 10)
    assert (row["lower"], row["upper"]) == pytest.approx((expected.lower, expected.upper))


def test_weights_make_the_rate_that_of_the_universe(warehouse: Warehouse) -> None:
    found, done = reviewed(warehouse, {"C01": ["aaaa", "aaaa"], "C02": ["aacc", "aacc"]})
    # C01's charts represent 90 each, C02's 10: 90 % of the universe's charts are like C01's.
    weights = pl.DataFrame(
        {"encounter_id": ["C01-0", "C01-1", "C02-0", "C02-1"], "weight": [90.0, 90.0, 10.0, 10.0]}
    )
    row = code_accuracy(warehouse, found, done, by=(), weights=weights).row(0, named=True)
    assert row["rate"] == pytest.approx(0.9 + 0.1 * 0.5)
    assert (row["numerator_count"], row["denominator_count"]) == (12, 16)
    assert row["interval_method"] == "weighted chart-clustered Wilson"
    records = record_accuracy(warehouse, found, done, by=(), weights=weights).row(0, named=True)
    assert records["rate"] == pytest.approx(0.9)
    assert error_shares(warehouse, found, done, weights=weights)["rate"].to_list() == [1.0]


def test_coders_are_compared_and_said_in_words(warehouse: Warehouse) -> None:
    found, done = reviewed(
        warehouse,
        {
            "C01": ["aaaaaa"] * 39 + ["aaaaac"],
            "C02": ["aaaccc", "aaaacc"] * 20,
            "C03": ["aaaaaa"] * 40,
            "C04": ["a"],
        },
    )
    compared = compare_coders(warehouse, found, done)
    assert compared.left_out == ("C04",)
    assert compared.sentence == (
        "Coders who differ, of 3 pairs compared: C01 and C02; C02 and C03. Of all others no difference is "
        "shown. Not compared, with fewer than 2 charts: C04."
    )
    last = compared.pairs.row(2, named=True)
    assert (last["first_coder_id"], last["second_coder_id"]) == ("C01", "C03")
    assert last["conclusion"].startswith("no difference shown: this audit could have shown one of ")
    by_chart = compare_coders(warehouse, found, done, unit="record")
    assert by_chart.pairs["measure"].unique().to_list() == ["record over record"]
    assert by_chart.pairs["is_different"].to_list() == [True, True, False]


def test_nothing_reviewed_compares_nobody(warehouse: Warehouse) -> None:
    empty = verdicts("E1", "")
    assert compare_coders(warehouse, empty, charts()).sentence == "No two coders can be compared."
