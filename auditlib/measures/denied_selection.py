"""Denied lines filtered by clicks: bars of every dimension, each under the filters of all the others.

The lines are kept as one narrow table: whole numbers in the place of names, cents in the place of dollars.
``benchmarks/denials/cross_filter.py`` measures what a gesture takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

import polars as pl

from auditlib.measures.denied_lines import PAID, claims_of, reason_number, require_filters

MONTH: Final = "denial_month"
DIMENSIONS: Final = (
    MONTH,
    "payer_name",
    "denial_category",
    "reason",
    "provider_id",
    "code",
    "amount_band",
    "check_state",
    "final_state",
    "answer",
)
"""What denied lines are filtered by."""
BANDS: Final = ("under $100", "$100 to $499", "$500 to $999", "$1,000 to $4,999", "$5,000 and more")
"""The dollars of a denied line, in bands."""

FIRST_ANSWER: Final = "the first answer"
LATER_ANSWER: Final = "a later answer"

Filters: TypeAlias = Mapping[str, Sequence[str | None]]
"""Of each dimension the values that are wanted, as text; None is a missing one."""

_BAND_ENDS: Final = (100, 500, 1_000, 5_000)
_MONEY: Final = pl.Decimal(18, 2)


@dataclass(frozen=True)
class DeniedSelection:
    """Denied lines, ready for filters.

    Parameters
    ----------
    lines
        As from `auditlib.measures.denied_lines.denied_lines`.
    """

    lines: pl.DataFrame

    @cached_property
    def named(self) -> pl.DataFrame:
        """The lines with every dimension as text, in one order for ever."""
        amount = pl.col("denied_amount")
        band = pl.lit(BANDS[0])
        for end, name in zip(_BAND_ENDS, BANDS[1:], strict=True):
            band = pl.when(amount >= end).then(pl.lit(name)).otherwise(band)
        made = self.lines.with_columns(
            pl.col(MONTH).dt.strftime("%Y-%m"),
            reason=pl.concat_str(
                reason_number(),
                "reason_label",
                separator=" ",
                ignore_nulls=True,
            ),
            amount_band=band,
            answer=pl.when("is_initial").then(pl.lit(FIRST_ANSWER)).otherwise(pl.lit(LATER_ANSWER)),
        )
        return made.with_columns(pl.col(DIMENSIONS).cast(pl.String))

    @cached_property
    def values(self) -> dict[str, list[str | None]]:
        """The values of each dimension, in the order of their numbers; a missing one is the last."""
        return {name: self.named[name].unique().sort(nulls_last=True).to_list() for name in DIMENSIONS}

    @cached_property
    def _numbers(self) -> pl.DataFrame:
        """The narrow table: numbers of values, of claims, and cents."""
        claims = self.named["claim_id"].rank("dense").cast(pl.UInt32)
        columns = [
            self.named[name].replace_strict(
                pl.Series(values, dtype=pl.String),
                pl.Series(range(len(values)), dtype=pl.UInt32),
                return_dtype=pl.UInt32,
            )
            for name, values in self.values.items()
        ]
        cents = (self.named["denied_amount"].cast(_MONEY) * 100).cast(pl.Int64)
        unpaid = (self.named["final_state"] != PAID).fill_null(value=True)
        return pl.DataFrame(
            [
                claims.alias("claim"),
                *columns,
                cents.alias("cents"),
                (cents * unpaid.cast(pl.Int64)).alias("unpaid_cents"),
            ]
        )

    @cached_property
    def claim_count(self) -> int:
        """How many claims the lines are of."""
        return self.named["claim_id"].n_unique()

    @cached_property
    def unfiltered(self) -> dict[str, pl.DataFrame]:
        """The bars of all lines."""
        return self._counted({})

    def bars(self, filters: Filters) -> dict[str, pl.DataFrame]:
        """Return the bars of each dimension under the filters of all other dimensions.

        Parameters
        ----------
        filters
            See `Filters`.

        Returns
        -------
        dict
            By dimension a frame with value, line_count, claim_count, denied_amount and not_paid_amount in
            dollars, one row a value that has lines, in the order of `values`. A row's numbers are those of
            the lines that `chosen` returns where that value is the only one wanted of its dimension.

        Raises
        ------
        UsageError
            If there is no such dimension.
        """
        wanted = self._wanted(filters)
        return self._counted(wanted) if wanted else self.unfiltered

    def chosen(self, filters: Filters) -> pl.DataFrame:
        """Return the lines that all filters let through.

        Raises
        ------
        UsageError
            If there is no such dimension.
        """
        wanted = self._wanted(filters)
        if not wanted:
            return self.named
        passed = self._numbers.select(
            pl.all_horizontal(pl.col(name).is_in(numbers) for name, numbers in wanted.items())
        ).to_series()
        return self.named.filter(passed)

    def translated(self, filters: Mapping[str, Sequence[Any]]) -> Filters:
        """Return filters of `auditlib.measures.denied_lines.where` as filters of these bars.

        Raises
        ------
        UsageError
            If one is of a dimension that has no bars here.
        """
        made: dict[str, Sequence[str | None]] = {}
        for name, values in filters.items():
            if name == MONTH:
                made[MONTH] = [f"{value:%Y-%m}" for value in values]
            elif name == "is_initial":
                made["answer"] = [FIRST_ANSWER if value else LATER_ANSWER for value in values]
            elif name == "reason_label":
                labelled = self.named.filter(pl.col("reason_label").is_in(list(values)))
                made["reason"] = labelled["reason"].unique().sort().to_list()
            else:
                made[name] = list(values)
        self._wanted(made)
        return made

    def _wanted(self, filters: Filters) -> dict[str, list[int]]:
        require_filters(filters, DIMENSIONS)
        wanted = {}
        for name, values in filters.items():
            known = {value: number for number, value in enumerate(self.values[name])}
            wanted[name] = [known[value] for value in values if value in known]
        return wanted

    def _counted(self, wanted: Mapping[str, Sequence[int]]) -> dict[str, pl.DataFrame]:
        asked = [
            self._numbers.lazy()
            .filter(*(pl.col(other).is_in(numbers) for other, numbers in wanted.items() if other != name))
            .group_by(name)
            .agg(
                line_count=pl.len(),
                claim_count=pl.col("claim").n_unique(),
                cents=pl.col("cents").sum(),
                unpaid_cents=pl.col("unpaid_cents").sum(),
            )
            .sort(name)
            for name in DIMENSIONS
        ]
        return {
            name: frame.select(
                pl.Series("value", [self.values[name][number] for number in frame[name]], dtype=pl.String),
                pl.col("line_count", "claim_count").cast(pl.Int64),
                (pl.col("cents").cast(_MONEY) / 100).cast(_MONEY).alias("denied_amount"),
                (pl.col("unpaid_cents").cast(_MONEY) / 100).cast(_MONEY).alias("not_paid_amount"),
            )
            for name, frame in zip(DIMENSIONS, pl.collect_all(asked), strict=True)
        }


def costliest_claims(chosen: pl.DataFrame, *, most: int) -> tuple[int, pl.DataFrame]:
    """Return how many claims lines are of, and the first of `auditlib.measures.denied_lines.claims_of`.

    Words are put together for the claims that are returned only.

    Parameters
    ----------
    chosen
        Lines as from `DeniedSelection.chosen`.
    most
        Most claims returned.
    """
    summed = chosen.group_by("claim_id").agg(pl.col("denied_amount").sum())
    first = summed.sort("denied_amount", "claim_id", descending=[True, False]).head(most)
    return summed.height, claims_of(chosen.filter(pl.col("claim_id").is_in(first["claim_id"].implode())))
