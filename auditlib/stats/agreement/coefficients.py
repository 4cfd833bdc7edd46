"""Do two or more reviewers judge alike: kappa, PABAK, AC1, Fleiss, Krippendorff."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NoReturn, TypeVar

from auditlib.errors import UsageError
from auditlib.stats.arguments import one_of, whole

Weights = Literal["none", "linear", "quadratic"]
WEIGHTS: tuple[str, ...] = ("none", "linear", "quadratic")
Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[str, ...] = ("nominal", "ordinal", "interval", "ratio")
Rating = TypeVar("Rating", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient of agreement.

    Parameters
    ----------
    value
        1 is perfect, 0 is what chance would give.
    observed, expected
        Agreement seen, and agreement by chance as the coefficient defines it.
    standard_error
        Asymptotic; None where none is given.
    method
        Name of the coefficient.
    """

    value: float
    observed: float
    expected: float
    standard_error: float | None
    method: str


def _checked_table(table: Sequence[Sequence[int]]) -> list[list[int]]:
    size = len(table)
    rows = [[whole(cell, "a cell of the table", minimum=0) for cell in row] for row in table]
    if size < 2 or any(len(row) != size for row in rows):  # noqa: PLR2004  one category cannot disagree
        message = "The table must be square, with at least two categories."
        raise UsageError(message)
    if not any(map(sum, rows)):
        message = "The table is empty: agreement is undefined."
        raise UsageError(message)
    return rows


def _refuse_undefined(what: str) -> NoReturn:
    message = f"{what} is undefined: every rating is in one category, so chance alone agrees always."
    raise UsageError(message, hint="Report the raw agreement instead.")


def cohen_kappa(table: Sequence[Sequence[int]], *, weights: Weights = "none") -> Agreement:
    """Return Cohen's kappa of two raters, weighted for ordered categories on request.

    Parameters
    ----------
    table
        Square table of counts: rows are the first rater's categories, columns the second's.
    weights
        "none", "linear" (R's vcd: equal spacing) or "quadratic" (Fleiss-Cohen).

    Notes
    -----
    Among charts that nearly all agree, kappa collapses; report it beside `gwet_ac1` and the raw agreement.

    References
    ----------
    J. Cohen, Psychological Bulletin 70 (1968), 213-220; large-sample standard error of J. L. Fleiss,
    J. Cohen and B. S. Everitt, Psychological Bulletin 72 (1969), 323-327.
    """
    rows = _checked_table(table)
    one_of(weights, "weights", WEIGHTS)
    total = sum(map(sum, rows))
    first = [sum(row) / total for row in rows]
    second = [sum(column) / total for column in zip(*rows, strict=True)]
    if max(first) == 1.0 and first == second:
        _refuse_undefined("Kappa")
    last = len(rows) - 1

    def closeness(row: int, column: int) -> float:
        if weights == "none":
            return float(row == column)
        distance = abs(row - column) / last
        return 1 - distance if weights == "linear" else 1 - distance**2

    cells = [(row, column) for row in range(last + 1) for column in range(last + 1)]
    observed = math.fsum(closeness(row, column) * rows[row][column] / total for row, column in cells)
    expected = math.fsum(closeness(row, column) * first[row] * second[column] for row, column in cells)
    kappa = (observed - expected) / (1 - expected)
    # How close to each category the other rater's are on average.
    places = range(last + 1)
    of_first = [math.fsum(closeness(row, column) * second[column] for column in places) for row in places]
    of_second = [math.fsum(closeness(row, column) * first[row] for row in places) for column in places]
    squares = math.fsum(
        rows[row][column]
        / total
        * (closeness(row, column) - (of_first[row] + of_second[column]) * (1 - kappa)) ** 2
        for row, column in cells
    )
    variance = (squares - (kappa - expected * (1 - kappa)) ** 2) / (total * (1 - expected) ** 2)
    # Rounding alone can bring a variance of nothing below nothing.
    return Agreement(kappa, observed, expected, math.sqrt(max(variance, 0.0)), "Cohen's kappa")


def pabak(table: Sequence[Sequence[int]]) -> Agreement:
    """Return the prevalence- and bias-adjusted kappa: chance agreement is 1/k.

    References
    ----------
    R. L. Brennan and D. J. Prediger, Educational and Psychological Measurement 41 (1981), 687-699; T. Byrt,
    J. Bishop and J. B. Carlin, J. Clin. Epidemiol. 46 (1993), 423-429.
    """
    rows = _checked_table(table)
    total = sum(map(sum, rows))
    observed = sum(rows[position][position] for position in range(len(rows))) / total
    expected = 1 / len(rows)
    return Agreement((observed - expected) / (1 - expected), observed, expected, None, "PABAK")


def ratings_of_table(table: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return one pair of categories for each unit of a two-rater table."""
    rows = _checked_table(table)
    return [
        (row, column)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        for _ in range(cell)
    ]


def gwet_ac1(units: Sequence[Sequence[Rating | None]], *, category_count: int | None = None) -> Agreement:
    """Return Gwet's AC1 for two or more raters; missing ratings are None.

    Parameters
    ----------
    units
        For each unit the ratings of all raters.
    category_count
        Categories that could have been used; None takes those that were.

    Notes
    -----
    Chance agreement is sum of p (1 - p) / (k - 1) with p the mean share of a category. A unit with one
    rating counts towards p but not towards the observed agreement.

    References
    ----------
    K. L. Gwet, British Journal of Mathematical and Statistical Psychology 61 (2008), 29-48.
    """
    rated_units = [[rating for rating in unit if rating is not None] for unit in units]
    rated_units = [ratings for ratings in rated_units if ratings]
    paired = [ratings for ratings in rated_units if len(ratings) > 1]
    if not paired:
        message = "No unit has two ratings: agreement is undefined."
        raise UsageError(message)
    observed = math.fsum(_pair_share(ratings) for ratings in paired) / len(paired)
    shares: Counter[Rating] = Counter()
    for ratings in rated_units:
        for rating in ratings:
            shares[rating] += 1 / len(ratings) / len(rated_units)  # type: ignore[assignment]  # shares, not counts
    categories = len(shares) if category_count is None else whole(category_count, "category_count")
    if categories < max(2, len(shares)):
        if category_count is None:
            _refuse_undefined("AC1")
        message = (
            f"category_count ({categories}) is smaller than the categories in use ({len(shares)}), or than 2."
        )
        raise UsageError(message)
    expected = math.fsum(share * (1 - share) for share in shares.values()) / (categories - 1)
    return Agreement((observed - expected) / (1 - expected), observed, expected, None, "Gwet's AC1")


def _pair_share(ratings: Sequence[Hashable]) -> float:
    count = len(ratings)
    return sum(times * (times - 1) for times in Counter(ratings).values()) / (count * (count - 1))


def fleiss_kappa(counts: Sequence[Sequence[int]]) -> Agreement:
    """Return Fleiss' kappa; each row holds how many raters put one unit into each category.

    References
    ----------
    J. L. Fleiss, Psychological Bulletin 76 (1971), 378-382.
    """
    rows = [[whole(cell, "a count", minimum=0) for cell in row] for row in counts]
    rater_counts = {sum(row) for row in rows}
    row_lengths = {len(row) for row in rows}
    if len(rater_counts) != 1 or len(row_lengths) != 1 or min(rater_counts) <= 1:
        message = "Every unit needs the same number of ratings, at least two, over the same categories."
        raise UsageError(message, hint="With missing ratings use Krippendorff's alpha or Gwet's AC1.")
    rater_count = rater_counts.pop()
    total = rater_count * len(rows)
    shares = [sum(column) / total for column in zip(*rows, strict=True)]
    expected = math.fsum(share * share for share in shares)
    if expected == 1.0:
        _refuse_undefined("Fleiss' kappa")
    observed = math.fsum(
        sum(cell * (cell - 1) for cell in row) / (rater_count * (rater_count - 1)) for row in rows
    ) / len(rows)
    return Agreement((observed - expected) / (1 - expected), observed, expected, None, "Fleiss' kappa")


def krippendorff_alpha(
    units: Sequence[Sequence[Rating | None]],
    *,
    level: Level = "nominal",
    distance: Callable[[Rating, Rating], float] | None = None,
) -> Agreement:
    """Return Krippendorff's alpha for any number of raters; missing ratings are None.

    Parameters
    ----------
    units
        For each unit the ratings of all raters.
    level
        "nominal", or for numbers "ordinal", "interval", "ratio".
    distance
        A distance of one's own, from 0 (same) up, for example 1 minus Jaccard for sets of codes; replaces
        `level`.

    Notes
    -----
    alpha = 1 - observed / expected disagreement over all pairs within units that have two ratings or more.
    `observed` and `expected` of the result are disagreements.

    References
    ----------
    K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011).
    """
    pairable = [
        ratings for unit in units if len(ratings := [rating for rating in unit if rating is not None]) > 1
    ]
    if not pairable:
        message = "No unit has two ratings: agreement is undefined."
        raise UsageError(message)
    totals = Counter(rating for ratings in pairable for rating in ratings)
    metric = _level_distance(one_of(level, "level", LEVELS), totals) if distance is None else distance
    value_count = totals.total()
    observed = (
        math.fsum(
            2
            * math.fsum(metric(first, second) for first, second in combinations(ratings, 2))
            / (len(ratings) - 1)
            for ratings in pairable
        )
        / value_count
    )
    expected = (
        2
        * math.fsum(
            totals[first] * totals[second] * metric(first, second)
            for first, second in combinations(totals, 2)
        )
        / (value_count * (value_count - 1))
    )
    if expected == 0:
        _refuse_undefined("Krippendorff's alpha")
    return Agreement(1 - observed / expected, observed, expected, None, f"Krippendorff's alpha, {level}")


def _level_distance(level: str, totals: Counter[Rating]) -> Callable[[Rating, Rating], float]:
    if level == "nominal":
        return lambda first, second: float(first != second)
    if not all(isinstance(rating, (int, float)) and math.isfinite(rating) for rating in totals):
        message = f"The {level} level needs numbers as ratings."
        raise UsageError(message)
    if level == "interval":
        return lambda first, second: (_number(first) - _number(second)) ** 2
    if level == "ratio":
        return _ratio_distance
    ranks: dict[object, float] = {}
    passed = 0.0
    for rating in sorted(totals, key=_number):
        ranks[rating] = passed + totals[rating] / 2
        passed += totals[rating]
    return lambda first, second: (ranks[first] - ranks[second]) ** 2


def _number(rating: object) -> float:
    return float(rating)  # type: ignore[arg-type]  # checked to be numbers before


def _ratio_distance(first: object, second: object) -> float:
    one, other = _number(first), _number(second)
    return 0.0 if one == other else ((one - other) / (one + other)) ** 2
