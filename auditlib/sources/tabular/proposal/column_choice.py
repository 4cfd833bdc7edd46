"""Which column of a table means what, where several could, as the rows themselves show it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from auditlib.sources.tabular.amounts import amount, decimal_mark, is_ambiguous
from auditlib.sources.tabular.day_ranges import day_of_range
from auditlib.sources.tabular.proposal.column_profile import ColumnProfile
from auditlib.sources.tabular.proposal.header_words import header_words, without_locator

_EXCEL_DAY_ZERO: Final = dt.date(1899, 12, 30)
_VOID_WORD: Final = r"^(void|voided|deleted|cancel|cancell?ed|reversed|reversal|inactive|removed|replaced)$"
_VOID_HEADER: Final = frozenset(
    {"void", "voided", "deleted", "cancelled", "canceled", "reversed", "inactive"}
)
_YES: Final = r"^(y|yes|true|t|1|x)$"
_OF_A_CLAIM: Final = frozenset(
    {"claim number", "account", "patient", "member", "birth date", "sex", "payer", "payer plan", "payer id",
     "rendering provider", "billing provider", "service date", "service end", "claim start", "claim end",
     "admit date", "discharge date", "type of bill", "drg", "discharge status", "place of service",
     "plain date", "check number", "payment date"}
)  # fmt: skip
_LEAST_SERVICES: Final = 2
_OTHER_WORDS: Final = frozenset({"other", "additional", "addl", "secondary", "add"})
_OF_A_SERVICE: Final = (
    "modifier", "units", "line charge", "pointer", "revenue code", "service date", "service end",
    "place of service", "ndc",
)  # fmt: skip
_DOLLARS: Final = r"^\(?-?\$?\s*-?[\d,]*\d\.\d{2}\)?-?$"
_NO_DOLLARS: Final = frozenset(
    {"rvu", "wrvu", "rvus", "work", "weight", "hours", "minutes", "time", "score", "percent", "pct", "rate",
     "factor", "days", "age", "ratio", "index"}
)  # fmt: skip
_CLOSE: Final = 0.15
_CENT: Final = 0.011
_NEARLY_ALL: Final = 0.99


def _service_number(column: ColumnProfile) -> int:
    """Return the number of the service that a column is of: the first of two, as in "CPT2 Mod1"."""
    numbers = re.findall(r"\d+", without_locator(column.header))
    return int(numbers[0]) if len(numbers) > 1 else column.number


class ColumnChoice:
    """The columns of one sheet by meaning.

    Parameters
    ----------
    columns
        Their profiles.
    records
        The rows that were examined, as text.
    """

    def __init__(self, columns: Sequence[ColumnProfile], records: pl.DataFrame) -> None:
        self.columns = columns
        self.records = records

    def all(self, *names: str) -> list[ColumnProfile]:
        """Return the columns with these meanings, in the order of their numbers."""
        matching = [profile for profile in self.columns if profile.meaning in names]
        return sorted(matching, key=lambda profile: profile.number)

    def one(self, *names: str) -> list[ColumnProfile]:
        """Return the most likely column of the first meaning that has one, in doubt where another fits."""
        for name in names:
            if candidates := self.all(name):
                best = max(candidates, key=lambda profile: (profile.confidence, profile.filled_count))
                rivals = [
                    other
                    for other in candidates
                    if other is not best
                    and best.confidence - other.confidence < _CLOSE
                    and other.filled_count
                    and not self._say_the_same(best, other)
                ]
                return [best.doubted(*(f"it could also be '{other.header[:40]}'" for other in rivals[:2]))]
        return []

    def has(self, *names: str) -> bool:
        """Return True if a column has one of these meanings."""
        return any(self.all(name) for name in names)

    def has_filled(self, *names: str) -> bool:
        """Return True if a column with one of these meanings is filled somewhere."""
        return any(column.filled_count for column in self.all(*names))

    def services_of_one_row(self) -> list[dict[str, list[ColumnProfile]]]:
        """Return the services of a row that has several, each by the meaning of its columns.

        They are several where columns of codes are numbered, as CPT 1 and CPT 2, or one says that it has the
        others. Modifiers, units and charges belong to the code before them, or are as many as the codes.
        """
        codes = [code for code in self.all("procedure") if code.filled_count]
        numbers = {code.number for code in codes}
        says_other = any(_OTHER_WORDS & set(header_words(code.header).words.split()) for code in codes)
        if len(codes) < _LEAST_SERVICES or (len(numbers) < len(codes) and not says_other):
            return []
        services: list[dict[str, list[ColumnProfile]]] = [{"procedure": [code]} for code in codes]
        for name in _OF_A_SERVICE:
            self._place_beside(services, name)
        return services

    def _place_beside(self, services: Sequence[dict[str, list[ColumnProfile]]], name: str) -> None:
        """Give each service its columns of a meaning: by number, by count, or those after its code."""
        beside, codes = self.all(name), [service["procedure"][0] for service in services]
        by_number = {code.number: service for code, service in zip(codes, services, strict=True)}
        is_numbered = len(by_number) == len(services) and 0 not in by_number
        if is_numbered and len(beside) > len(codes):
            # A service that no row has yet needs none of its columns.
            beside = [one for one in beside if one.filled_count or _service_number(one) in by_number]
        if len(beside) == len(codes):
            for service, column in zip(services, beside, strict=True):
                service[name] = [column]
        elif is_numbered and beside and {_service_number(column) for column in beside} <= set(by_number):
            for column in beside:
                by_number[_service_number(column)].setdefault(name, []).append(column)
        elif len(beside) > 1:
            places = {column.header: place for place, column in enumerate(self.columns)}
            for column in beside:
                before = [
                    service
                    for service in services
                    if places[service["procedure"][0].header] < places[column.header]
                ]
                nearest = max(before, key=lambda one: places[one["procedure"][0].header], default=None)
                if nearest is not None and name not in nearest:
                    nearest[name] = [column.doubted("is it of the code before it?")]

    def once(self, columns: Sequence[str]) -> ColumnChoice:
        """Return the same columns with the first of the rows alike in some of them, or all without any."""
        if not columns:
            return self
        return ColumnChoice(self.columns, self.records.unique(columns, keep="first", maintain_order=True))

    def is_one_row_each(self, headers: Sequence[str]) -> bool:
        """Return True if no two rows are alike in some headers."""
        return not bool(self.records.select(headers).is_duplicated().any())

    def is_one_each(self, headers: Sequence[str], columns: Sequence[ColumnProfile]) -> bool:
        """Return True if rows alike in some headers are alike in all of some columns too."""
        names = [column.header for column in columns if column.header not in headers]
        counts = self.records.group_by(headers).agg(pl.col(name).n_unique() for name in names)
        return all(bool((counts[name] <= 1).all()) for name in names)

    def repeats(self, key: Sequence[ColumnProfile]) -> bool:
        """Return True if several rows have one key."""
        return bool(key) and key[0].different_count < key[0].filled_count

    def is_always_filled(self, column: ColumnProfile) -> bool:
        """Return True if nearly all rows fill a column."""
        return column.filled_count >= _NEARLY_ALL * column.row_count

    def varies_within(self, key: Sequence[ColumnProfile], column: ColumnProfile) -> bool:
        """Return True if rows of one key differ in a column."""
        if not key or key[0].header == column.header:
            return False
        counts = self.records.group_by(key[0].header).agg(pl.col(column.header).drop_nulls().n_unique())
        return bool((counts[column.header] > 1).any())

    def falls_within(self, key: Sequence[ColumnProfile], column: ColumnProfile) -> bool:
        """Return True if the whole numbers of a column fall from one row of a key to the next."""
        if not key or key[0].header == column.header:
            return False
        steps = pl.col(column.header).cast(pl.Int64, strict=False).diff().over(key[0].header)
        return bool(self.records.select((steps < 0).any()).item())

    def differs_within(self, key: Sequence[str], header: str) -> bool:
        """Return True if rows alike in some headers differ in another, where they fill it."""
        counts = self.records.group_by(list(key)).agg(pl.col(header).drop_nulls().n_unique())
        return bool((counts.drop_nulls(list(key))[header] > 1).any())

    def same_on_all_rows(self, key: Sequence[ColumnProfile], column: ColumnProfile) -> bool:
        """Return True if two keys or more of several rows have one value each, other than zero."""
        if not key or not self.repeats(key) or self.varies_within(key, column):
            return False
        rows = self.records.group_by(key[0].header).agg(pl.len().alias("__rows"))
        return int((rows["__rows"] > 1).sum()) > 1 and bool((self._amounts(column) != 0).any())

    def is_copy(self, column: ColumnProfile, other: ColumnProfile) -> bool:
        """Return True if a column is filled somewhere, and has the value of another in every row."""
        cells, others = self.records[column.header], self.records[other.header]
        return column.filled_count > 0 and cells.equals(others, check_names=False)

    def voiding(self) -> list[ColumnProfile]:
        """Return the columns that say of some rows, and not of all, that they do not count."""
        found = []
        for column in self.columns:
            cells = self.records[column.header].fill_null("").str.to_lowercase().str.strip_chars()
            says = cells.str.contains(_VOID_WORD)
            if _VOID_HEADER & set(re.findall("[a-z]+", column.header)):
                says |= cells.str.contains(_YES)
            if says.any() and not says.all():
                found.append(column)
        return found

    def has_alike_rows(self, columns: Sequence[ColumnProfile]) -> bool:
        """Return True if rows are alike in all of some columns."""
        names = list(dict.fromkeys(column.header for column in columns))
        return bool(names) and bool(self.records.select(names).is_duplicated().any())

    def is_all_of_form(self, column: ColumnProfile, form: str) -> bool:
        """Return True if a column is filled somewhere, and each filled cell matches a regular expression."""
        cells = self.records[column.header].drop_nulls()
        return bool(len(cells) and cells.str.contains(form).all())

    def has_negative(self, column: ColumnProfile) -> bool:
        """Return True if an amount is below zero."""
        return bool((self._amounts(column) < 0).any())

    def multiplies(self, price: ColumnProfile, units: ColumnProfile, total: ColumnProfile) -> bool:
        """Return True if price times units is the total in all rows, and the units are not always one."""
        each, count, product = (self._amounts(column) for column in (price, units, total))
        is_filled = (each.is_not_null() & count.is_not_null() & product.is_not_null()).fill_null(value=False)
        if not is_filled.any() or not (count.filter(is_filled) != 1).any():
            return False
        return bool(((each * count - product).filter(is_filled).abs() < _CENT).all())

    def adds_up(self, key: Sequence[ColumnProfile], part: ColumnProfile, total: ColumnProfile) -> bool:
        """Return True if the parts of each key make its total."""
        sums = (
            pl.DataFrame(
                {
                    "key": self.records[key[0].header],
                    "part": self._charges_of(part),
                    "total": self._amounts(total),
                }
            )
            .drop_nulls("key")
            .group_by("key")
            .agg(pl.col("part").sum(), pl.col("total").drop_nulls().first())
        )
        return bool(((sums["part"] - sums["total"]).abs() < _CENT).all()) if sums.height else False

    def _charges_of(self, column: ColumnProfile) -> pl.Series:
        """Return the amounts of a column, a price of one unit times the units."""
        each = self._amounts(column)
        if column.times is None:
            return each
        units = next(other for other in self.columns if other.header == column.times)
        return each * self._amounts(units)

    def balances_by(
        self,
        group: Sequence[str],
        charge: ColumnProfile,
        paid: ColumnProfile,
        adjustments: Sequence[ColumnProfile],
        reasons: Sequence[ColumnProfile],
    ) -> bool:
        """Return True if charge less payment of each group of rows is the sum of its adjustments."""
        names = list(dict.fromkeys([*group, *(one.header for one in (*reasons, *adjustments))]))
        once = ColumnChoice(self.columns, self.records.unique(names, keep="first", maintain_order=True))
        total = pl.Series("adjusted", [0.0] * once.records.height)
        for adjustment in adjustments:
            total += once._amounts(adjustment).fill_null(0)
        sums = (
            once.records.select(group)
            .with_columns(
                once._amounts(charge).fill_null(0).alias("__charge"),
                once._amounts(paid).fill_null(0).alias("__paid"),
                total.alias("__adjusted"),
            )
            .group_by(group)
            .agg(pl.col("__charge", "__paid").first(), pl.col("__adjusted").sum())
        )
        rest = sums["__charge"] - sums["__paid"] - sums["__adjusted"]
        return bool((rest.abs() < _CENT).all())

    def balances(
        self, charge: ColumnProfile, paid: ColumnProfile, adjustments: Sequence[ColumnProfile]
    ) -> bool:
        """Return True if charge less payment is the sum of the adjustments, in each row."""
        rest = self._amounts(charge).fill_null(0) - self._amounts(paid).fill_null(0)
        for adjustment in adjustments:
            rest -= self._amounts(adjustment).fill_null(0)
        return bool((rest.abs() < _CENT).all())

    def days(self, column: ColumnProfile) -> pl.Series:
        """Return the days of a column, null where a cell is none."""
        cells = self.records[column.header]
        if column.is_range:
            cells = self.records.select(day_of_range(pl.col(column.header), "first")).to_series()
        if column.date_form is None:
            return cells.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        if column.date_form == "excel":
            numbers = pl.col(column.header).cast(pl.Float64, strict=False).floor()
            days = self.records.select((pl.lit(_EXCEL_DAY_ZERO) + pl.duration(days=numbers)).cast(pl.Date))
            return days.to_series()
        if "%H" in column.date_form or "%I" in column.date_form:
            return cells.str.to_datetime(column.date_form, strict=False).dt.date()
        return cells.str.to_date(column.date_form, strict=False)

    def only_filled_with(self, column: ColumnProfile, other: ColumnProfile) -> bool:
        """Return True if each row that fills a column also fills another."""
        cells = self.records.filter(pl.col(column.header).is_not_null())
        return bool(cells[other.header].is_not_null().all())

    def lacks_where(self, column: ColumnProfile, others: Sequence[ColumnProfile]) -> bool:
        """Return True if the first row fills a column, and later rows leave it empty that fill the others."""
        if not others or column.filled_count in {0, column.row_count}:
            return False
        is_line = pl.all_horizontal(pl.col(other.header).is_not_null() for other in others)
        lines = self.records.filter(is_line)[column.header]
        return bool(len(lines)) and lines[0] is not None and lines.null_count() > _CLOSE * len(lines)

    def unknown_days(self) -> list[ColumnProfile]:
        """Return the columns of days whose header is not understood."""
        return [column for column in self.columns if column.has_unknown_days]

    def unknown_amounts(self) -> list[ColumnProfile]:
        """Return the columns of dollars and cents whose header is not understood."""
        return [
            column
            for column in self.columns
            if column.meaning is None
            and not _NO_DOLLARS & set(header_words(column.header).words.split())
            and self.is_all_of_form(column, _DOLLARS)
        ]

    def filled_down(self) -> list[str]:
        """Return the headers of a claim's columns that only its first row fills."""
        key = self.one("claim number", "account")
        if not key or not self.lacks_where(key[0], [*self.one("procedure"), *self.one("line charge")]):
            return []
        later = self.records.filter(pl.col(key[0].header).is_null())
        return [
            column.header
            for column in self.columns
            if column.meaning in _OF_A_CLAIM
            and column.filled_count
            and later[column.header].null_count() == later.height
        ]

    def decimals(self) -> str | None:
        """Return the decimal mark of the amounts: comma, point, ambiguous, or None where none is needed."""
        marks = {self._mark(column) for column in self._money()}
        return next((mark for mark in ("comma", "point", "ambiguous") if mark in marks), None)

    def _mark(self, column: ColumnProfile) -> str | None:
        """Return the decimal mark of a column; 1,110 of money groups thousands, and 1.110 is ambiguous."""
        mark = decimal_mark(self.records[column.header].drop_nulls())
        unclear = self.records.select(is_ambiguous(pl.col(column.header), mark, is_money=True).any())
        return None if mark == "ambiguous" and not unclear.item() else mark

    def _money(self) -> list[ColumnProfile]:
        names = (
            "line charge",
            "claim charge",
            "unit price",
            "paid amount",
            "allowed amount",
            "adjustment amount",
        )
        return self.all(*names)

    def _say_the_same(self, one: ColumnProfile, other: ColumnProfile) -> bool:
        pair = self.records.select(one.header, other.header)
        return bool((pair[one.header] == pair[other.header]).fill_null(value=True).all())

    def _amounts(self, column: ColumnProfile) -> pl.Series:
        mark = decimal_mark(self.records[column.header])
        read = amount(pl.col(column.header), mark=mark).cast(pl.Float64, strict=False)
        return self.records.select(read).to_series()
