from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

from auditlib.errors import UsageError
from auditlib.stats.agreement.coefficients import (
    Level,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    pabak,
    ratings_of_table,
)
from auditlib.stats.agreement.set_agreement import compare_code_sets, match_codes, with_ancestors

CODERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
UNITS = list(zip(*CODERS, strict=True))
TABLES = st.integers(2, 4).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 30), min_size=size, max_size=size), min_size=size, max_size=size
    )
)


def test_kappa_of_the_textbook_table() -> None:
    assert cohen_kappa([[20, 5], [10, 15]]).value == pytest.approx(0.40)


@pytest.mark.parametrize(
    "table", [[[20, 5], [10, 15]], [[44, 5, 1], [7, 20, 3], [9, 5, 6]], [[118, 5], [2, 0]], [[9, 0], [0, 4]]]
)
def test_kappa_and_its_error_are_the_librarys(table: list[list[int]]) -> None:
    for weights, theirs in (("none", None), ("linear", "linear"), ("quadratic", "quadratic")):
        ours = cohen_kappa(table, weights=weights)
        with np.errstate(all="ignore"):
            library = inter_rater.cohens_kappa(table, wt=theirs, return_results=True)
        assert (ours.value, ours.standard_error) == pytest.approx((library.kappa, library.std_kappa))


def test_the_kappa_of_several_raters_is_the_librarys() -> None:
    counts = [[3, 0, 2], [1, 4, 0], [5, 0, 0], [2, 2, 1]]
    assert fleiss_kappa(counts).value == pytest.approx(float(inter_rater.fleiss_kappa(counts)))


def test_kappa_collapses_where_nearly_all_agree() -> None:
    table = [[118, 5], [2, 0]]
    assert round(cohen_kappa(table).value, 4) == -0.0234
    assert round(gwet_ac1(ratings_of_table(table)).value, 4) == 0.9408
    assert pabak(table).value == pytest.approx(0.888)


@pytest.mark.parametrize(
    ("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorff_of_the_canonical_data(level: Level, value: float) -> None:
    assert round(krippendorff_alpha(UNITS, level=level).value, 3) == value


def test_gwet_with_missing_ratings() -> None:
    assert round(gwet_ac1(UNITS).value, 5) == 0.77544


@settings(deadline=None)
@given(TABLES)
def test_coefficients_of_two_raters(table: list[list[int]]) -> None:
    total = sum(map(sum, table))
    used = {r for r, row in enumerate(table) if any(row)} | {
        c for c, column in enumerate(zip(*table, strict=True)) if any(column)
    }
    if not total or len(used) < 2:
        with pytest.raises(UsageError):
            cohen_kappa(table)
        return
    size = len(table)
    observed = sum(table[i][i] for i in range(size)) / total
    rows = [sum(row) / total for row in table]
    columns = [sum(column) / total for column in zip(*table, strict=True)]
    chance = math.fsum(r * c for r, c in zip(rows, columns, strict=True))
    kappa = cohen_kappa(table)
    assert kappa.value == pytest.approx((observed - chance) / (1 - chance))
    shares = [(r + c) / 2 for r, c in zip(rows, columns, strict=True)]
    gwet = math.fsum(p * (1 - p) for p in shares) / (size - 1)
    found = gwet_ac1(ratings_of_table(table), category_count=size)
    assert found.value == pytest.approx((observed - gwet) / (1 - gwet))
    # Two raters without missing values: alpha is Scott's pi with a small-sample correction.
    scott = math.fsum(p * p for p in shares)
    alpha = krippendorff_alpha(ratings_of_table(table)).value
    pi = (observed - scott) / (1 - scott)
    assert alpha == pytest.approx(1 - (1 - pi) * (2 * total - 1) / (2 * total))


def test_a_distance_of_ones_own_for_sets_of_codes() -> None:
    def distance(first: frozenset[str], second: frozenset[str]) -> float:
        return 1 - len(first & second) / len(first | second)

    units = [(frozenset("ab"), frozenset("ab")), (frozenset("c"), frozenset("cd"))]
    alpha = krippendorff_alpha(units, distance=distance)
    assert 0 < alpha.value < 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cohen_kappa([[5, 0], [0, 0]]), "undefined"),
        (lambda: cohen_kappa([[0, 0], [0, 0]]), "empty"),
        (lambda: cohen_kappa([[1, 2]]), "square"),
        (lambda: cohen_kappa([[1, -2], [3, 4]]), "at least 0"),
        (lambda: gwet_ac1([("a", "a")]), "undefined"),
        (lambda: gwet_ac1([("a", None)]), "No unit has two"),
        (lambda: gwet_ac1([("a", "b")], category_count=1), "smaller than the categories"),
        (lambda: fleiss_kappa([[2, 1], [1, 1]]), "same number of ratings"),
        (lambda: fleiss_kappa([[3, 0], [3, 0]]), "undefined"),
        (lambda: krippendorff_alpha([(1, 1), (1, 1)]), "undefined"),
        (lambda: krippendorff_alpha([("a", "b")], level="interval"), "needs numbers"),
    ],
)
def test_undefined_agreement_is_refused(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(UsageError, match=words):
        call()


def test_net_accuracy_may_fall_below_zero() -> None:
    match = match_codes(["R05", "R06", "J18.9"], ["J18.9"])
    assert (match.correct_count, match.unsupported_count, match.net_correct_count) == (1, 2, -1)
    assert (match.recall, match.net_accuracy) == (1.0, -1.0)
    assert match.jaccard == pytest.approx(1 / 3)


def test_multilabel_vectors() -> None:
    result = compare_code_sets([frozenset({0, 1, 2}), frozenset({0})], [frozenset({1, 2}), frozenset({0, 1})])
    assert result.jaccard_by_chart() == [pytest.approx(2 / 3), 0.5]
    assert result.mean_jaccard() == pytest.approx(0.5833, abs=5e-5)
    assert result.macro_jaccard() == pytest.approx(2 / 3)
    assert [result.by_code[code].f1 for code in range(3)] == pytest.approx([2 / 3, 2 / 3, 1])
    assert result.exact_match_count() == 0


def test_two_empty_charts_agree_and_are_counted() -> None:
    result = compare_code_sets([frozenset(), frozenset("a")], [frozenset(), frozenset("a")])
    assert result.empty_pair_count == 1
    assert result.mean_jaccard() == result.mean_f1() == 1.0
    assert result.exact_match_count() == 2
    nothing = compare_code_sets([frozenset()], [frozenset()])
    assert nothing.macro_f1() is None
    assert nothing.pooled.precision is None


CHARTS = st.lists(
    st.tuples(st.frozensets(st.sampled_from("abcdef")), st.frozensets(st.sampled_from("abcdef"))),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(CHARTS)
def test_swapping_coder_and_reviewer_swaps_precision_and_recall(
    charts: list[tuple[frozenset[str], frozenset[str]]],
) -> None:
    coder, reviewer = [first for first, _ in charts], [second for _, second in charts]
    one, other = compare_code_sets(coder, reviewer), compare_code_sets(reviewer, coder)
    assert one.pooled.precision == other.pooled.recall
    assert one.pooled.f1 == other.pooled.f1
    assert one.mean_jaccard() == other.mean_jaccard()
    by_code = list(one.by_code.values())
    assert sum(match.correct_count for match in by_code) == one.pooled.correct_count
    assert sum(match.missed_count for match in by_code) == one.pooled.missed_count


def test_credit_for_the_right_category() -> None:
    above = {"E11.65": ["E11.6", "E11"], "E11.9": ["E11"]}
    coder, reviewer = (with_ancestors([code], above.__getitem__) for code in ("E11.9", "E11.65"))
    assert match_codes(coder, reviewer).f1 == pytest.approx(0.4)
    assert match_codes(["E11.9"], ["E11.65"]).f1 == 0


def test_no_charts_are_refused() -> None:
    with pytest.raises(UsageError, match="no charts"):
        compare_code_sets([], [])
    with pytest.raises(UsageError, match="must be equal"):
        compare_code_sets([frozenset()], [])
