"""Limits for a coefficient of agreement: Student's, with the spread that leaving out one chart shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from auditlib.errors import UsageError
from auditlib.stats.agreement.coefficients import Agreement, cohen_kappa, gwet_ac1, pabak, ratings_of_table
from auditlib.stats.arguments import confidence_level, one_of, whole
from auditlib.stats.estimators.cautions import agreement_cautions
from auditlib.stats.estimators.estimate import student_quantile
from auditlib.stats.intervals.proportion import Interval, clopper_pearson_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_COEFFICIENTS: Final[dict[str, Callable[[Sequence[Sequence[int]]], Agreement]]] = {
    "kappa": cohen_kappa,
    "linear kappa": lambda table: cohen_kappa(table, weights="linear"),
    "quadratic kappa": lambda table: cohen_kappa(table, weights="quadratic"),
    "PABAK": pabak,
    "AC1": lambda table: gwet_ac1(ratings_of_table(table), category_count=len(table)),
}
COEFFICIENTS: Final[tuple[str, ...]] = tuple(_COEFFICIENTS)


def agreement_interval(
    table: Sequence[Sequence[int]], coefficient: str, *, confidence: float = 0.95
) -> Interval:
    """Return limits for the agreement of two reviewers, from the charts that both judged.

    Parameters
    ----------
    table
        Charts by the first reviewer's category (rows) and the second's (columns).
    coefficient
        One of `COEFFICIENTS`.
    confidence
        Two-sided level.

    Returns
    -------
    Interval
        Inside -1 to 1; its cautions say where too few charts carry the answer.

    Raises
    ------
    UsageError
        If the coefficient is undefined for the table, or without a single chart of it.

    Notes
    -----
    PABAK is a share of charts on another scale: its limits are those of Clopper and Pearson. Otherwise the
    jackknife: v = (n - 1) / n sum of (coefficient without a chart - their mean) squared, and Student's t with
    n - 1 degrees of freedom.

    References
    ----------
    B. Efron and C. Stein, Annals of Statistics 9 (1981), 586-596; K. L. Gwet, British Journal of Mathematical
    and Statistical Psychology 61 (2008), 29-48, for the jackknife of AC1.
    """
    one_of(coefficient, "coefficient", COEFFICIENTS)
    level = confidence_level(confidence)
    value_of = _COEFFICIENTS[coefficient]
    whole_value = value_of(table).value
    counts = [[whole(cell, "a cell of the table", minimum=0) for cell in row] for row in table]
    chart_count = sum(map(sum, counts))
    if chart_count < 2:  # noqa: PLR2004  a spread needs two charts
        message = "One chart says nothing about the spread of an agreement."
        raise UsageError(message, hint="Let both reviewers judge more charts.")
    if coefficient == "PABAK":
        agreed = sum(row[position] for position, row in enumerate(counts))
        share = clopper_pearson_interval(agreed, chart_count, confidence=level)
        low, high = ((len(counts) * limit - 1) / (len(counts) - 1) for limit in (share.lower, share.upper))
        return Interval(low, high, level, "PABAK, Clopper-Pearson")
    left: list[tuple[int, float]] = []
    for row, column in ((r, c) for r in range(len(counts)) for c in range(len(counts)) if counts[r][c]):
        counts[row][column] -= 1
        left.append((counts[row][column] + 1, value_of(counts).value))
        counts[row][column] += 1
    mean = math.fsum(count * value for count, value in left) / chart_count
    spread = math.fsum(count * (value - mean) ** 2 for count, value in left)
    error = math.sqrt((chart_count - 1) / chart_count * spread)
    reach = student_quantile((1 + level) / 2, chart_count - 1) * error
    return Interval(
        max(-1.0, whole_value - reach),
        min(1.0, whole_value + reach),
        level,
        f"{coefficient}, jackknife",
        agreement_cautions(counts),
    )


def clustered_agreement_interval(
    tables: Sequence[Sequence[Sequence[int]]], coefficient: str, *, confidence: float = 0.95
) -> Interval:
    """Return limits for the agreement of two reviewers over items that come in clusters, as codes of charts.

    Parameters
    ----------
    tables
        For each cluster its items by the first reviewer's category (rows) and the second's (columns).
    coefficient
        One of `COEFFICIENTS`.
    confidence
        Two-sided level.

    Returns
    -------
    Interval
        Inside -1 to 1.

    Raises
    ------
    UsageError
        If there is one cluster with items, or the coefficient is undefined for all or without one cluster.

    Notes
    -----
    The jackknife over clusters: v = (k - 1) / k sum of (coefficient without a cluster - their mean) squared,
    and Student's t with k - 1 degrees of freedom.

    References
    ----------
    B. Efron and C. Stein, Annals of Statistics 9 (1981), 586-596; K. L. Gwet, Handbook of Inter-Rater
    Reliability, 4th ed. (2014), chapter 5, for the jackknife over subjects.
    """
    one_of(coefficient, "coefficient", COEFFICIENTS)
    level = confidence_level(confidence)
    value_of = _COEFFICIENTS[coefficient]
    counts = [[[whole(cell, "a cell", minimum=0) for cell in row] for row in table] for table in tables]
    counts = [table for table in counts if sum(map(sum, table))]
    if len(counts) < 2:  # noqa: PLR2004  a spread needs two clusters
        message = "One chart says nothing about the spread of an agreement."
        raise UsageError(message, hint="Let both reviewers judge more charts.")
    size = len(counts[0])
    if any(len(table) != size or any(len(row) != size for row in table) for table in counts):
        message = (
            "The tables of an agreement must all have as many rows as columns, and as many as the first."
        )
        raise UsageError(message)
    total = [[sum(table[row][column] for table in counts) for column in range(size)] for row in range(size)]
    value = value_of(total).value
    left = [
        value_of([[total[r][c] - table[r][c] for c in range(size)] for r in range(size)]).value
        for table in counts
    ]
    mean = math.fsum(left) / len(left)
    spread = math.fsum((one - mean) ** 2 for one in left)
    error = math.sqrt((len(left) - 1) / len(left) * spread)
    reach = student_quantile((1 + level) / 2, len(left) - 1) * error
    name = f"{coefficient}, jackknife over charts"
    return Interval(max(-1.0, value - reach), min(1.0, value + reach), level, name)
