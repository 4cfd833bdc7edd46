"""Denied lines filtered by clicks: bars of every dimension, each under the filters of all the others.

The lines are kept as arrays: a small whole number in the place of each value, cents in the place of dollars.
A gesture reads the lines that a filter lets through, and no others; claims are counted by marking pairs of
value and claim, which are numbered once.
``benchmarks/denials/cross_filter.py`` measures what a gesture takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from auditlib.measures.denial_metrics import AGE_NAMES, age_band
from auditlib.measures.denied_lines import PAID, claims_of, reason_number, require_filters

MONTH: Final = "denial_month"
PAYER: Final = "payer_name"
CATEGORY: Final = "denial_category"
AGE: Final = "age_band"
DIMENSIONS: Final = (
    MONTH,
    PAYER,
    CATEGORY,
    "reason",
    "provider_id",
    "code",
    "check_state",
    "final_state",
    AGE,
    "amount_band",
    "stated_ground",
    "answer",
)
"""What denied lines are filtered by."""
BANDS: Final = ("under $100", "$100 to $499", "$500 to $999", "$1,000 to $4,999", "$5,000 and more")
"""The dollars of a denied line, in bands."""
PAID_BAND: Final = "paid since"
AGES: Final = (*AGE_NAMES, PAID_BAND)
"""Days since the first denial of a line that is not paid; a paid one has no age."""

FIRST_ANSWER: Final = "the first answer"
LATER_ANSWER: Final = "a later answer"

Filters: TypeAlias = Mapping[str, Sequence[str | None]]
"""Of each dimension the values that are wanted, as text; None is a missing one."""

_Numbers: TypeAlias = npt.NDArray[Any]
_BAND_ENDS: Final = (100, 500, 1_000, 5_000)
_MONEY: Final = pl.Decimal(18, 2)
_CENTS: Final = 100
_FEW_VALUES: Final = 4
"""So many comparisons of a whole column are quicker than looking each of its numbers up."""


@dataclass(frozen=True, eq=False)
class Bars:
    """The bars of one dimension, those without lines left out.

    Parameters
    ----------
    numbers
        The place of each bar's value among `DeniedSelection.values`, ascending.
    line_counts, claim_counts
        Lines and claims of each bar.
    cents
        Denied cents of each bar.
    """

    numbers: _Numbers
    line_counts: _Numbers
    claim_counts: _Numbers
    cents: _Numbers


@dataclass(frozen=True)
class Total:
    """What lines come to: how many, of how many claims, and dollars denied and not paid."""

    line_count: int
    claim_count: int
    denied_amount: Decimal
    not_paid_amount: Decimal


@dataclass(frozen=True, eq=False)
class _Coded:
    """A dimension as numbers: of each line the value, and the pair of value and claim.

    Pairs are numbered value by value, so that the claims of a value are the marks of one stretch.
    """

    codes: _Numbers
    value_count: int
    pairs: _Numbers
    pair_count: int
    first_pairs: _Numbers
    pair_sizes: _Numbers
    values_of_pairs: _Numbers

    @staticmethod
    def of(codes: _Numbers, claims: _Numbers, value_count: int, claim_count: int) -> _Coded:
        keys = codes.astype(np.int64) * claim_count + claims
        pairs = (pl.Series(keys).rank("dense") - 1).to_numpy().astype(np.uint32)
        pair_count = int(pairs.max()) + 1 if pairs.size else 0
        small = codes.astype(np.min_scalar_type(max(value_count - 1, 0)))
        values_of_pairs = np.zeros(pair_count, dtype=small.dtype)
        values_of_pairs[pairs] = small
        first_pairs = np.searchsorted(values_of_pairs, np.arange(value_count))
        sizes = np.bincount(pairs, minlength=pair_count)
        return _Coded(small, value_count, pairs, pair_count, first_pairs, sizes, values_of_pairs)

    def mask(self, numbers: Sequence[int]) -> _Numbers:
        """Return which lines have one of some values."""
        if len(numbers) > _FEW_VALUES:
            wanted = np.zeros(self.value_count, dtype=np.bool_)
            wanted[list(numbers)] = True
            return wanted[self.codes]
        passed = np.zeros(self.codes.shape, dtype=np.bool_)
        for number in numbers:
            passed |= self.codes == number
        return passed

    def bars(self, rows: _Numbers | None, cents: _Numbers) -> Bars:
        """Count lines; ``cents`` are those of the rows, and no rows are all."""
        codes, pairs = (self.codes, self.pairs) if rows is None else (self.codes[rows], self.pairs[rows])
        lines = np.bincount(codes, minlength=self.value_count)
        # Sums of cents are whole numbers below 2 ** 53: floats hold them exactly.
        sums = np.bincount(codes, weights=cents, minlength=self.value_count)
        marks = np.zeros(self.pair_count, dtype=np.uint8)
        marks[pairs] = 1
        claims = np.add.reduceat(marks, self.first_pairs, dtype=np.int64) if marks.size else lines
        numbers = np.flatnonzero(lines)
        return Bars(numbers, lines[numbers], claims[numbers], sums[numbers].astype(np.int64))

    def bars_without(self, rows: _Numbers, cents: _Numbers, every: Bars) -> Bars:
        """Count all lines but some: what those come to is taken off the bars of all lines."""
        if not rows.size:
            return every
        # Unfiltered, every value has lines: the bars of all lines are in the order of the values.
        codes, pairs = self.codes[rows], self.pairs[rows]
        lines = every.line_counts - np.bincount(codes, minlength=self.value_count)
        sums = every.cents - np.bincount(codes, weights=cents, minlength=self.value_count).astype(np.int64)
        # A claim leaves a value with the last of its lines.
        left = np.flatnonzero(np.bincount(pairs, minlength=self.pair_count) == self.pair_sizes)
        gone = np.bincount(self.values_of_pairs[left], minlength=self.value_count)
        numbers = np.flatnonzero(lines)
        return Bars(numbers, lines[numbers], (every.claim_counts - gone)[numbers], sums[numbers])


@dataclass(frozen=True)
class DeniedSelection:
    """Denied lines, ready for filters.

    Parameters
    ----------
    lines
        As from `auditlib.measures.denied_lines.denied_lines`.
    as_of
        The day from which ages are counted; None for the last day on which a line was denied.
    """

    lines: pl.DataFrame
    as_of: dt.date | None = None

    @cached_property
    def named(self) -> pl.DataFrame:
        """The lines with every dimension as text, in one order for ever."""
        amount = pl.col("denied_amount")
        band = pl.lit(BANDS[0])
        for end, name in zip(_BAND_ENDS, BANDS[1:], strict=True):
            band = pl.when(amount >= end).then(pl.lit(name)).otherwise(band)
        age = pl.lit(AGES[-2])
        if self.age_day is not None:
            age = age_band(self.age_day)
        made = self.lines.with_columns(
            pl.col(MONTH).dt.strftime("%Y-%m"),
            reason=pl.concat_str(reason_number(), "reason_label", separator=" ", ignore_nulls=True),
            amount_band=band,
            age_band=pl.when(pl.col("final_state") == PAID).then(pl.lit(PAID_BAND)).otherwise(age),
            answer=pl.when("is_initial").then(pl.lit(FIRST_ANSWER)).otherwise(pl.lit(LATER_ANSWER)),
        )
        return made.with_columns(pl.col(DIMENSIONS).cast(pl.String))

    @cached_property
    def age_day(self) -> dt.date | None:
        """The day from which ages are counted; None where no line is dated."""
        return self.as_of or self.lines.select(pl.col("denial_date").max()).item()

    @cached_property
    def values(self) -> dict[str, list[str | None]]:
        """The values of each dimension, in the order of their numbers; a missing one is the last."""
        return {name: self.named[name].unique().sort(nulls_last=True).to_list() for name in DIMENSIONS}

    @cached_property
    def numbers(self) -> dict[str, dict[str | None, int]]:
        """The number of each value of each dimension."""
        return {
            name: {value: number for number, value in enumerate(values)}
            for name, values in self.values.items()
        }

    @cached_property
    def claim_ids(self) -> pl.Series:
        """The claims, in the order of their numbers."""
        return self.named["claim_id"].unique().sort()

    @property
    def claim_count(self) -> int:
        """How many claims the lines are of."""
        return self.claim_ids.len()

    @cached_property
    def unfiltered(self) -> dict[str, Bars]:
        """The bars of all lines."""
        return {name: coded.bars(None, self._cents) for name, coded in self._coded.items()}

    @cached_property
    def whole(self) -> Total:
        """What all lines come to."""
        return self._total(np.arange(self.named.height))

    def counted(self, filters: Filters) -> dict[str, Bars]:
        """Return the bars of each dimension under the filters of all other dimensions.

        Raises
        ------
        UsageError
            If there is no such dimension.
        """
        asked = self._asked(filters)
        counted = {}
        for name, coded in self._coded.items():
            rows = asked.rows(name)
            if rows is None:
                counted[name] = self.unfiltered[name]
            elif 2 * rows.size <= self.named.height:
                counted[name] = coded.bars(rows, self._cents[rows])
            else:
                out = asked.rows_out(name)
                counted[name] = coded.bars_without(out, self._cents[out], self.unfiltered[name])
        return counted

    def cells(self, filters: Filters) -> dict[tuple[int, int], tuple[int, int]]:
        """Return claims and denied cents of each payer and kind of reason, under all other filters.

        Returns
        -------
        dict
            By the numbers of payer and kind; what has no lines is left out.
        """
        rows = self._asked(filters).rows(PAYER, CATEGORY)
        cents = self._cents if rows is None else self._cents[rows]
        bars = self._cells.bars(rows, cents)
        places = self._cell_places[bars.numbers].tolist()
        counts = zip(bars.claim_counts.tolist(), bars.cents.tolist(), strict=True)
        kinds = len(self.values[CATEGORY])
        return {divmod(place, kinds): count for place, count in zip(places, counts, strict=True)}

    def bars(self, filters: Filters) -> dict[str, pl.DataFrame]:
        """Return the bars of each dimension as frames.

        Parameters
        ----------
        filters
            See `Filters`.

        Returns
        -------
        dict
            By dimension a frame with value, line_count, claim_count and denied_amount in dollars, one row a
            value that has lines, in the order of `values`. A row's numbers are those of the lines that
            `chosen` returns where that value is the only one wanted of its dimension.

        Raises
        ------
        UsageError
            If there is no such dimension.
        """
        return {
            name: pl.DataFrame(
                {
                    "value": pl.Series(self.values[name], dtype=pl.String)[bars.numbers],
                    "line_count": pl.Series(bars.line_counts, dtype=pl.Int64),
                    "claim_count": pl.Series(bars.claim_counts, dtype=pl.Int64),
                    "denied_amount": (pl.Series(bars.cents, dtype=pl.Int64).cast(_MONEY) / _CENTS).cast(
                        _MONEY
                    ),
                }
            )
            for name, bars in self.counted(filters).items()
        }

    def chosen(self, filters: Filters) -> pl.DataFrame:
        """Return the lines that all filters let through.

        Raises
        ------
        UsageError
            If there is no such dimension.
        """
        rows = self._asked(filters).rows()
        return self.named if rows is None else self.named[rows]

    def total(self, filters: Filters) -> Total:
        """Return what the lines that all filters let through come to."""
        rows = self._asked(filters).rows()
        return self.whole if rows is None else self._total(rows)

    def first_claims(
        self, filters: Filters, *, most: int, order: npt.NDArray[np.float64] | None = None
    ) -> tuple[int, pl.DataFrame]:
        """Return how many claims the filters let through, and the first of them as `claims_of` gives them.

        Parameters
        ----------
        filters
            See `Filters`.
        most
            Most claims returned.
        order
            Of each claim of `claim_ids` what it is ordered by, lowest first; None for denied dollars, most
            first.
        """
        rows = self._asked(filters).rows()
        if rows is None:
            rows = self._all_rows
        claims = self._claims[rows]
        sums = np.bincount(claims, weights=self._cents[rows], minlength=self.claim_count)
        marks = np.zeros(self.claim_count, dtype=np.bool_)
        marks[claims] = True
        there = np.flatnonzero(marks)
        keys = (-sums if order is None else order)[there]
        if there.size > most:
            # Only what may be among the first is put in order.
            is_near = keys <= np.partition(keys, most - 1)[most - 1]
            there_near, keys = there[is_near], keys[is_near]
        else:
            there_near = there
        first = there_near[np.lexsort((there_near, -sums[there_near], keys))[:most]]
        is_first = np.zeros(self.claim_count, dtype=np.bool_)
        is_first[first] = True
        listed = claims_of(self.named[rows[is_first[claims]]])
        ids = self.claim_ids[first]
        return there.size, pl.DataFrame({"claim_id": ids}).join(
            listed, on="claim_id", how="left", maintain_order="left"
        ).select(listed.columns)

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
        self._asked(made)
        return made

    @cached_property
    def _claims(self) -> _Numbers:
        return (self.named["claim_id"].rank("dense").cast(pl.UInt32) - 1).to_numpy()

    @cached_property
    def _all_rows(self) -> _Numbers:
        return np.arange(self.named.height)

    @cached_property
    def _cents(self) -> npt.NDArray[np.float64]:
        cents = (self.named["denied_amount"].cast(_MONEY) * _CENTS).cast(pl.Int64)
        return cents.to_numpy().astype(np.float64)

    @cached_property
    def _is_unpaid(self) -> _Numbers:
        return (self.named["final_state"] != PAID).fill_null(value=True).to_numpy()

    @cached_property
    def _coded(self) -> dict[str, _Coded]:
        return {
            name: _Coded.of(self._codes(name), self._claims, len(self.values[name]), self.claim_count)
            for name in DIMENSIONS
        }

    @cached_property
    def _cell_numbers(self) -> _Numbers:
        return self._codes(PAYER).astype(np.int64) * len(self.values[CATEGORY]) + self._codes(CATEGORY)

    @cached_property
    def _cell_places(self) -> _Numbers:
        """Of each cell that has lines, payer and kind as one number."""
        return np.unique(self._cell_numbers)

    @cached_property
    def _cells(self) -> _Coded:
        codes = np.searchsorted(self._cell_places, self._cell_numbers)
        return _Coded.of(codes, self._claims, self._cell_places.size, self.claim_count)

    def _codes(self, name: str) -> _Numbers:
        values = self.values[name]
        numbered = self.named[name].replace_strict(
            pl.Series(values, dtype=pl.String),
            pl.Series(range(len(values)), dtype=pl.UInt32),
            return_dtype=pl.UInt32,
        )
        return numbered.to_numpy()

    def _total(self, rows: _Numbers) -> Total:
        marks = np.zeros(self.claim_count, dtype=np.bool_)
        marks[self._claims[rows]] = True
        cents = self._cents[rows]
        return Total(
            rows.size,
            int(np.count_nonzero(marks)),
            Decimal(int(cents.sum())) / _CENTS,
            Decimal(int(cents[self._is_unpaid[rows]].sum())) / _CENTS,
        )

    def _asked(self, filters: Filters) -> _Asked:
        require_filters(filters, DIMENSIONS)
        return _Asked(
            {
                name: self._coded[name].mask(
                    [self.numbers[name][value] for value in values if value in self.numbers[name]]
                )
                for name, values in filters.items()
            }
        )


class _Asked:
    """Which lines filters let through, each filter looked up once."""

    def __init__(self, masks: Mapping[str, _Numbers]) -> None:
        self._masks = masks
        self._found: dict[frozenset[str], _Numbers] = {}
        self._found_out: dict[frozenset[str], _Numbers] = {}

    def rows(self, *without: str) -> _Numbers | None:
        """Return the lines that the filters of all other dimensions let through; None for all lines."""
        asked = frozenset(self._masks) - frozenset(without)
        if not asked:
            return None
        if asked not in self._found:
            self._found[asked] = np.flatnonzero(self._passed(asked))
        return self._found[asked]

    def rows_out(self, *without: str) -> _Numbers:
        """Return the lines that the filters of all other dimensions keep back."""
        asked = frozenset(self._masks) - frozenset(without)
        if asked not in self._found_out:
            self._found_out[asked] = np.flatnonzero(~self._passed(asked))
        return self._found_out[asked]

    def _passed(self, asked: frozenset[str]) -> _Numbers:
        passed: _Numbers = np.logical_and.reduce([self._masks[one] for one in asked])
        return passed
