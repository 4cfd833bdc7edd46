"""Build the frame of one table from arrays and byte positions, in one polars query."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.sources.x12.read.values import NO_DAY, DayNumbers, Numbers, trimmed

if TYPE_CHECKING:
    from auditlib.schema import Table
    from auditlib.sources.x12.read.rejects import Rejects
    from auditlib.sources.x12.read.segments import Field, Mask, Rows, Segments


_CONTROL = r"\p{Cc}"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Columns:
    """Builder of the columns of one table.

    Parameters
    ----------
    segments
        The chunk that byte positions refer to.
    """

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._series: list[pl.Series] = []
        self._expressions: list[pl.Expr] = []
        self._last: list[pl.Expr] = []
        self._undecoded: dict[str, bool] = {}
        self._texts: list[str] = []
        self._gathered: dict[str, tuple[str, ...]] = {}

    def text(self, **fields: Field) -> Columns:
        """Add text; empty is null."""
        for name, field in fields.items():
            self._text(name, field, upper=False)
        return self

    def code(self, **fields: Field) -> Columns:
        """Add codes: upper-case, without dots or blanks; empty is null."""
        for name, field in fields.items():
            self._text(name, field, upper=True)
            if not self._segments.lacks(field, ".", " "):
                plain = pl.col(name).str.replace_all(r"[. ]", "")
                self._last.append(pl.when(plain != "").then(plain).alias(name))
        return self

    def upper(self, **fields: Field) -> Columns:
        """Add upper-case text; empty is null."""
        for name, field in fields.items():
            self._text(name, field, upper=True)
        return self

    def numbers(self, **numbers: Numbers) -> Columns:
        """Add decimals; null where absent or unreadable."""
        for name, number in numbers.items():
            step = pl.lit(Decimal(1).scaleb(-number.scale))
            value = (self._raw(name, number.units) * step).cast(pl.Decimal(18, number.scale))
            if not number.readable.all():
                value = pl.when(self._raw(f"{name} readable", number.readable)).then(value)
            self._expressions.append(value.alias(name))
        return self

    def days(self, **days: DayNumbers) -> Columns:
        """Add dates; null for `NO_DAY`."""
        for name, day in days.items():
            raw = self._raw(name, day)
            known = day != NO_DAY
            value = raw if known.all() else pl.when(raw != int(NO_DAY)).then(raw)
            self._expressions.append(value.cast(pl.Date).alias(name))
        return self

    def whole(self, **values: Rows) -> Columns:
        """Add whole numbers."""
        for name, value in values.items():
            self._expressions.append(self._raw(name, value).alias(name))
        return self

    def positive(self, **values: Rows) -> Columns:
        """Add whole numbers; 0 is null."""
        for name, value in values.items():
            raw = self._raw(name, value)
            self._expressions.append(pl.when(raw > 0).then(raw).alias(name))
        return self

    def known(self, name: str, values: Rows, present: Mask) -> Columns:
        """Add whole numbers; null where they are not present."""
        raw = self._raw(name, values)
        value = raw if present.all() else pl.when(self._raw(f"{name} present", present)).then(raw)
        self._expressions.append(value.alias(name))
        return self

    def chosen(self, name: str, values: list[str | None], index: Rows) -> Columns:
        """Add text from a list of values, by index."""
        series = pl.Series(values, dtype=pl.String)
        self._expressions.append(pl.lit(series).gather(self._raw(name, index)).alias(name))
        return self

    def constant(self, **values: int | str) -> Columns:
        """Add one value for all rows."""
        self._expressions += [pl.lit(value).alias(name) for name, value in values.items()]
        return self

    def gathered(self, name: str, *parts: str) -> Columns:
        """Replace text columns by one column with their values, separated by blanks."""
        self._gathered[name] = parts
        return self

    def frame(self, rejects: Rejects | None = None, rows: Rows | None = None) -> pl.DataFrame:
        """Return the frame.

        Control characters, which would hide in an id or garble a terminal, are replaced; the segments at
        ``rows`` that contain one are recorded in ``rejects``.
        """
        frame = pl.DataFrame(self._series).select(self._expressions)
        if self._undecoded:
            frame = frame.with_columns(
                _decoded(frame[name], upper=upper) for name, upper in self._undecoded.items()
            )
        frame = frame.with_columns(self._last) if self._last else frame
        if self._segments.may_hold_controls and self._texts:
            frame = self._printable(frame, rejects, rows)
        for name, parts in self._gathered.items():
            together = pl.concat_str(parts, separator=" ", ignore_nulls=True)
            frame = frame.with_columns(pl.when(together != "").then(together).alias(name)).drop(parts)
        return frame

    def _printable(self, frame: pl.DataFrame, rejects: Rejects | None, rows: Rows | None) -> pl.DataFrame:
        has_controls = frame.select(pl.any_horizontal(pl.col(self._texts).str.contains(_CONTROL))).to_series()
        if rejects is not None and rows is not None:
            reason = "a value holds control characters: they were replaced"
            rejects.add(rows, has_controls.fill_null(value=False).to_numpy(), reason, "printable characters")
        return frame.with_columns(pl.col(self._texts).str.replace_all(_CONTROL, _REPLACEMENT))

    def _raw(self, name: str, values: np.ndarray) -> pl.Expr:
        self._series.append(pl.Series(f"{name} raw", values))
        return pl.col(f"{name} raw")

    def _text(self, name: str, field: Field, *, upper: bool) -> None:
        self._texts.append(name)
        tight = trimmed(self._segments, field) if field.present.any() else field
        length = tight.end - tight.start
        if not length.any():
            empty = pl.Series(f"{name} raw", [None], dtype=pl.String).new_from_index(0, len(length))
            self._series.append(empty)
            self._expressions.append(pl.col(f"{name} raw").alias(name))
            return
        size = self._raw(f"{name} size", length)
        value = pl.lit(self._segments.bytes_series).bin.slice(self._raw(name, tight.start), size)
        if self._segments.is_utf8:
            value = value.cast(pl.String)
            if upper and not self._segments.lacks_small_letters(tight):
                value = value.str.to_uppercase()
        else:
            self._undecoded[name] = upper
        if not length.all():
            value = pl.when(size > 0).then(value)
        self._expressions.append(value.alias(name))


def _decoded(raw: pl.Series, *, upper: bool) -> pl.Series:
    """Return text from UTF-8, else Windows-1252: a name in another encoding must not reject its claim."""
    values = raw.drop_nulls().unique().to_list()
    names = [_text(value) for value in values]
    decoded = raw.replace_strict(values, names, default=None, return_dtype=pl.String)
    return (decoded.str.to_uppercase() if upper else decoded).alias(raw.name)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def conformed(table: Table, frame: pl.DataFrame, keep: Mask) -> pl.DataFrame:
    """Return the rows to keep, in the form of the table's contract."""
    return table.conform(frame if keep.all() else frame.filter(pl.Series(keep)))
