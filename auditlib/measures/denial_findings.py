"""What stands out among initial denials: rises in time, and payers and procedures with more than the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from auditlib.measures.denied_lines import denied_lines
from auditlib.stats.comparison.scanned_excess import PERMUTATIONS, Excess, Scan, scanned_excess
from auditlib.warehouse import Warehouse

ALARM_RATE: Final = 0.05
"""The chance that anything at all is reported where nothing stands out: half for rises, half for clusters."""

LEAST_CLAIMS: Final = 5
_SHORT_MONTHS: Final = 3
_MOST_CELLS: Final = 300
_RISE, _CLUSTER = "rise", "cluster"

_SCHEMA: Final[dict[str, pl.DataType]] = {
    "rank": pl.Int64(),
    "kind": pl.String(),
    "payer_name": pl.String(),
    "code": pl.String(),
    "reason_label": pl.String(),
    "first_month": pl.Date(),
    "last_month": pl.Date(),
    "claim_count": pl.Int64(),
    "answered_count": pl.Int64(),
    "expected_count": pl.Float64(),
    "denied_amount": pl.Decimal(18, 2),
    "extra_amount": pl.Decimal(18, 2),
    "standardised_excess": pl.Float64(),
    "adjusted_p_value": pl.Float64(),
    "sentence": pl.String(),
    "filters": pl.Object(),
}


@dataclass(frozen=True, slots=True)
class _Chance:
    """How p-values are drawn."""

    seed: int
    permutation_count: int

    def significant(self, scans: list[Scan]) -> list[Excess]:
        """Return the windows that stand out in one family of scans."""
        found = scanned_excess(
            scans, seed=self.seed, least_count=LEAST_CLAIMS, permutation_count=self.permutation_count
        )
        return [one for one in found if one.p_value <= ALARM_RATE / 2]


@dataclass(frozen=True, slots=True)
class _Place:
    """What one place of a scan is: a payer, with a code or not."""

    payer_name: str
    code: str | None = None


def denial_findings(warehouse: Warehouse, *, seed: int = 0) -> pl.DataFrame:
    """Return what stands out among the initial denials of a workspace; see `findings_of`."""
    return findings_of(denied_lines(warehouse), answered_codes(warehouse), seed=seed)


def answered_codes(warehouse: Warehouse) -> pl.DataFrame:
    """Return how many claims of each payer, month and code were answered, as `findings_of` takes them."""
    names = warehouse.query("measures/payer_name")
    return warehouse.query("measures/answered_code").join(names, on="payer_id", how="left")


def findings_of(
    lines: pl.DataFrame, answered: pl.DataFrame, *, seed: int, permutation_count: int = PERMUTATIONS
) -> pl.DataFrame:
    """Return what stands out among initial denials, by dollars and evidence.

    Parameters
    ----------
    lines
        As from `auditlib.measures.denied_lines.denied_lines`.
    answered
        payer_name, denial_month (of the first answer), code and claim_count: claims answered with a line of
        the code, and where code is null whatever their codes.
    seed
        Of the permutations: the same seed gives the same p-values.
    permutation_count
        Permutations.

    Returns
    -------
    polars.DataFrame
        rank, kind ('rise': a payer denied more for a reason in some months than in its others; 'cluster': a
        payer, or a payer for a procedure, more than all payers and procedures together), payer_name, code,
        reason_label, first_month, last_month, claim_count, answered_count, expected_count, denied_amount,
        extra_amount (the denied dollars times the share of the claims that is more than expected),
        standardised_excess, adjusted_p_value, sentence, and filters, with which
        `auditlib.measures.denied_lines.claims_of` gives the claims: their number is claim_count.

    Notes
    -----
    A claim counts for each reason for which its first answer denied a line. Months are those of that answer,
    so that the latest are not biased by claims that wait. Rises look at windows of one to three months and
    from any month to the last; p-values are corrected for all windows, payers, procedures and reasons
    (`auditlib.stats.comparison.scanned_excess`), and 2.5 % is the limit of each family: where nothing stands
    out, anything is reported in at most 5 % of data sets. Reported is the strongest window of a payer and
    reason, the stronger of a payer and its procedures, and no cluster that a rise already explains. The rank
    is by extra dollars times standardised excess.
    """
    initial = lines.filter(pl.col("is_initial"), pl.col("denial_month").is_not_null())
    dated = answered.filter(pl.col("denial_month").is_not_null())
    if initial.is_empty() or dated.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    rises = list(_rises(initial, dated, _Chance(seed, permutation_count)))
    risen = {(row["payer_name"], row["reason_label"]): row["claim_count"] for row in rises}
    clusters = [
        row
        for row in _clusters(initial, dated, _Chance(seed + 1, permutation_count))
        # Without the claims of a rise there may be no cluster left.
        if row["claim_count"] - risen.get((row["payer_name"], row["reason_label"]), 0) > row["expected_count"]
    ]
    ranked = sorted(
        [*rises, *clusters],
        key=lambda row: (-float(row["extra_amount"]) * row["standardised_excess"], row["sentence"]),
    )
    return pl.DataFrame([row | {"rank": rank} for rank, row in enumerate(ranked, start=1)], schema=_SCHEMA)


def _rises(lines: pl.DataFrame, answered: pl.DataFrame, chance: _Chance) -> Iterator[dict[str, Any]]:
    by_month = (
        answered.filter(pl.col("code").is_null())
        .group_by("payer_name", "denial_month")
        .agg(pl.col("claim_count").sum())
    )
    months = sorted(by_month["denial_month"].unique())
    windows = [
        (start, start + length)
        for length in range(1, _SHORT_MONTHS + 1)
        for start in range(len(months) - length + 1)
    ] + [(start, len(months)) for start in range(1, len(months) - _SHORT_MONTHS)]
    totals = _numbers(by_month, ["payer_name"], "denial_month", months)
    counted = lines.group_by("payer_name", "reason_label", "denial_month").agg(
        pl.col("claim_id").n_unique().alias("claim_count")
    )
    scanned = sorted(_numbers(counted, ["payer_name", "reason_label"], "denial_month", months).items())
    scans = [_scan(totals[key[0]], counts, windows) for key, counts in scanned]
    kept = chance.significant(scans)
    # A payer and reason rise once: the window that says most.
    best: dict[int, Excess] = {}
    for excess in kept:
        if excess.scan not in best or excess.statistic > best[excess.scan].statistic:
            best[excess.scan] = excess
    for number, excess in best.items():
        payer_name, reason_label = scanned[number][0]
        start, stop = windows[excess.window]
        yield _row(lines, excess, (_RISE, _Place(payer_name), reason_label), months[start:stop])


def _clusters(lines: pl.DataFrame, answered: pl.DataFrame, chance: _Chance) -> Iterator[dict[str, Any]]:
    places = {
        "payer": (answered.filter(pl.col("code").is_null()), ["payer_name"]),
        "code": (answered.filter(pl.col("code").is_not_null()), ["payer_name", "code"]),
    }
    scans: list[Scan] = []
    what: list[tuple[str, list[_Place]]] = []
    for totals_of, by in places.values():
        totals = (
            totals_of.group_by(by)
            .agg(pl.col("claim_count").sum())
            .sort("claim_count", *by, descending=[True, *(False for _ in by)])
        )
        # Many small cells cost time and find nothing: what is beyond the largest is one rest.
        largest = [_Place(*key) for key in totals.select(by).head(_MOST_CELLS).iter_rows()]
        numbers = totals["claim_count"].to_list()
        counted = (
            lines.drop_nulls(by)
            .group_by(*by, "reason_label")
            .agg(pl.col("claim_id").n_unique().alias("claim_count"))
        )
        for reason, of_reason in sorted(counted.group_by("reason_label"), key=lambda item: str(item[0][0])):
            given = {_Place(*row[:-2]): int(row[-1]) for row in of_reason.iter_rows()}
            counts = [given.pop(place, 0) for place in largest]
            rest = sum(numbers[_MOST_CELLS:])
            scans.append(
                _scan(
                    [*numbers[:_MOST_CELLS], rest],
                    [*counts, sum(given.values())],
                    [(place, place + 1) for place in range(len(largest))],
                )
            )
            what.append((str(reason[0]), largest))
    kept = chance.significant(scans)
    for excess in _outermost(kept, what):
        reason_label, largest = what[excess.scan]
        yield _row(lines, excess, (_CLUSTER, largest[excess.window], reason_label), None)


def _outermost(kept: list[Excess], what: list[tuple[str, list[_Place]]]) -> Iterator[Excess]:
    """Leave out a procedure of a payer whose cluster is larger, and a payer that is only one procedure's."""
    seen: set[tuple[str, str]] = set()
    for excess in sorted(kept, key=lambda one: -one.statistic):
        reason_label, places = what[excess.scan]
        key = (places[excess.window].payer_name, reason_label)
        if key not in seen:
            seen.add(key)
            yield excess


def _scan(totals: list[int], counts: list[int], windows: list[tuple[int, int]]) -> Scan:
    # Parts of a split claim may be answered in two months, and count in both.
    return Scan([max(total, count) for total, count in zip(totals, counts, strict=True)], counts, windows)


def _numbers(counted: pl.DataFrame, by: list[str], over: str, values: list[dt.date]) -> dict[Any, list[int]]:
    """Return for each key the counts over the values, 0 where there is none."""
    numbers: dict[Any, list[int]] = {}
    place = {value: position for position, value in enumerate(values)}
    for *key, value, count in counted.select(*by, over, "claim_count").iter_rows():
        row = numbers.setdefault(key[0] if len(key) == 1 else tuple(key), [0] * len(values))
        if value in place:
            row[place[value]] = int(count)
    return numbers


def _row(
    lines: pl.DataFrame,
    excess: Excess,
    what: tuple[str, _Place, str],
    months: list[dt.date] | None,
) -> dict[str, Any]:
    kind, place, reason_label = what
    filters: dict[str, list[Any]] = {
        "payer_name": [place.payer_name],
        "reason_label": [reason_label],
        "is_initial": [True],
    }
    if place.code is not None:
        filters["code"] = [place.code]
    if months is not None:
        filters["denial_month"] = list(months)
    chosen = lines.filter(
        *(pl.col(name).is_in(values) for name, values in filters.items() if name != "is_initial")
    )
    denied_amount = chosen["denied_amount"].sum()
    extra = denied_amount * max(0, round(1000 * (excess.count - excess.expected))) / (1000 * excess.count)
    if months is not None:
        span = (
            f"in {months[0]:%Y-%m}" if len(months) == 1 else f"from {months[0]:%Y-%m} to {months[-1]:%Y-%m}"
        )
        against = "its share of all months"
    else:
        span = "over all months"
        against = "its share of all payers" + ("" if place.code is None else " and procedures")
    of_code = "" if place.code is None else f" with {place.code}"
    sentence = (
        f"{place.payer_name} denied {excess.count} of {excess.total} claims{of_code} for '{reason_label}' "
        f"{span}; {excess.expected:.1f} would be {against}: about ${extra:,.0f} more "
        f"(p = {excess.p_value:.3f}, corrected for all that was looked at)."
    )
    span_months = months or sorted(chosen["denial_month"].unique())
    return {
        "kind": kind,
        "payer_name": place.payer_name,
        "code": place.code,
        "reason_label": reason_label,
        "first_month": span_months[0],
        "last_month": span_months[-1],
        "claim_count": excess.count,
        "answered_count": excess.total,
        "expected_count": excess.expected,
        "denied_amount": denied_amount,
        "extra_amount": round(extra, 2),
        "standardised_excess": excess.statistic,
        "adjusted_p_value": excess.p_value,
        "sentence": sentence,
        "filters": filters,
    }
