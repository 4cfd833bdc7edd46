"""A proposed mapping, part by part: which columns fill which, what is in doubt, and its text as YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from auditlib.sources.tabular.proposal.column_profile import ColumnProfile
from auditlib.sources.tabular.proposal.suggested_values import options_of

FILL_IN: Final = "FILL IN"
"""Stands in a proposal where a person has to write a header or a value; a mapping with it loads nothing."""
_SHOWN_DOUBTS: Final = 2
_OPTION_INDENT: Final = 2
_COLUMN_INDENT: Final = 6
# Values that YAML reads as text without quotes.
_WORDS: Final = re.compile(r"[A-Za-z][A-Za-z0-9 -]*")
_MOST_NAMED: Final = 40


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """How one column of a core table would be filled.

    Attributes
    ----------
    target
        The column.
    value
        Its rule, as YAML.
    headers
        Headers of the user's file in that rule.
    comment
        Confidence and counts, or where the rule comes from.
    doubts
        What a person should decide; the column is marked CHECK if there is anything.
    constant
        The one value of all rows, None if the column is filled from the file.
    """

    target: str
    value: str
    headers: tuple[str, ...] = ()
    comment: str = ""
    doubts: tuple[str, ...] = ()
    constant: str | None = None

    def line(self, indent: int) -> str:
        """Return the column as a line of YAML."""
        line = f"{' ' * indent}{self.target}: {self.value}"
        mark = f"CHECK: {'; '.join(self.doubts[:_SHOWN_DOUBTS])}" if self.doubts else ""
        comment = ". ".join(part for part in (mark, self.comment) if part)
        return f"{line:<58}  # {comment}" if comment else line


@dataclass(slots=True)
class Entry:
    """One table of the proposed mapping."""

    table: str
    one_row_per: str | None = None
    sheet: str | None = None
    once_per: tuple[str, ...] = ()
    only_rows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    leave_out_rows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    only_filled: tuple[str, ...] = ()
    columns: list[ProposedColumn] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the entry as lines of YAML."""
        yield f"  - table: {self.table}"
        if self.sheet is not None:
            yield f"    sheet: {quoted(self.sheet)}"
        if self.one_row_per is not None:
            yield f"    one_row_per: {self.one_row_per}"
        if self.once_per:
            yield f"    once_per: [{', '.join(map(quoted, self.once_per))}]"
        if self.only_filled:
            yield f"    only_filled: [{', '.join(map(quoted, self.only_filled))}]"
        for name, kinds in (("only_rows", self.only_rows), ("leave_out_rows", self.leave_out_rows)):
            if kinds:
                pairs = (
                    f"{quoted(header)}: [{', '.join(map(quoted, words))}]" for header, words in kinds.items()
                )
                yield f"    {name}: {{{', '.join(pairs)}}}"
        yield "    columns:"
        yield from (column.line(_COLUMN_INDENT) for column in self.columns)

    @property
    def headers(self) -> frozenset[str]:
        """All headers that it names."""
        of_columns = {header for column in self.columns for header in column.headers}
        return frozenset(
            {*of_columns, *self.once_per, *self.only_rows, *self.leave_out_rows, *self.only_filled}
        )

    def constant(self, target: str, value: str, *doubts: str, comment: str = "") -> None:
        """Fill a column with one value."""
        self.columns.append(constant_column(target, value, *doubts, comment=comment))

    def missing(self, target: str, why: str) -> None:
        """Ask for a column that no header gives."""
        self.columns.append(ProposedColumn(target, quoted(FILL_IN), doubts=(why,)))

    def take(
        self, target: str, user_columns: Sequence[ColumnProfile], extra: Sequence[str] = (), *doubts: str
    ) -> None:
        """Fill a column from the user's columns; several make a list, with a row each."""
        if not user_columns:
            return
        options = [*options_of(target, user_columns), *extra]
        headers = tuple(profile.header for profile in user_columns)
        price = user_columns[0]
        if target.endswith("_amount") and price.times is not None and len(user_columns) == 1:
            options.append(f"times: {quoted(price.times)}")
        columns_text = quoted(headers[0]) if len(headers) == 1 else f"[{', '.join(map(quoted, headers))}]"
        value = f"{{column: {columns_text}, {', '.join(options)}}}" if options else columns_text
        reasons = tuple(dict.fromkeys([*doubts, *(doubt for one in user_columns for doubt in one.doubts)]))
        self.columns.append(ProposedColumn(target, value, headers, _counts(user_columns), reasons))

    def join(self, target: str, user_columns: Sequence[ColumnProfile], *doubts: str) -> None:
        """Fill an id from several columns together."""
        headers = tuple(profile.header for profile in user_columns)
        value = f"{{join: [{', '.join(map(quoted, headers))}]}}"
        self.columns.append(ProposedColumn(target, value, headers, doubts=tuple(doubts)))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed mapping.

    Attributes
    ----------
    name
        Name of the file that it is for.
    entries
        The tables that it fills.
    file_options
        How the file is read.
    notes
        What a person should know of the whole, as comments.
    not_proposed
        Headers that no rule names, by sheet.
    """

    name: str
    entries: tuple[Entry, ...]
    file_options: tuple[ProposedColumn, ...] = ()
    notes: tuple[str, ...] = ()
    not_proposed: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def filled(self) -> frozenset[str]:
        """The columns that it fills, as ``claim.from_date``."""
        return frozenset(f"{entry.table}.{one.target}" for entry in self.entries for one in entry.columns)

    @property
    def to_check(self) -> frozenset[str]:
        """The columns that are marked CHECK."""
        return frozenset(
            f"{entry.table}.{one.target}" for entry in self.entries for one in entry.columns if one.doubts
        )

    @property
    def text(self) -> str:
        """The mapping file."""
        lines = [
            f"# A mapping for {self.name}, proposed from its headers and the form of its values.",
            "# Each comment: confidence from 0 to 1, filled cells of rows examined, distinct values.",
            "# Look at every line marked CHECK, fill in what is missing, and try it with:",
            "#   auditlib load PATH --mapping THIS_FILE --dry-run",
            *(f"# {note}" for note in self.notes),
        ]
        if self.file_options:
            lines += ["file:", *(option.line(_OPTION_INDENT) for option in self.file_options)]
        lines.append("tables:")
        for entry in self.entries:
            lines += entry.lines()
        for sheet, headers in self.not_proposed:
            where = f" of sheet {quoted(sheet)}" if sheet else ""
            shown = ", ".join(name[:_MOST_NAMED] for name in headers[:_MOST_NAMED])
            more = f" and {len(headers) - _MOST_NAMED} more" if len(headers) > _MOST_NAMED else ""
            lines.append(f"  # Not proposed{where}: {shown}{more}")
        return "\n".join(lines) + "\n"


def constant_column(target: str, value: str, *doubts: str, comment: str = "") -> ProposedColumn:
    """Return a column of which all rows have one value."""
    text = value if _WORDS.fullmatch(value) else quoted(value)
    return ProposedColumn(target, f"{{constant: {text}}}", (), comment, doubts, value)


def file_option(name: str, value: str, *doubts: str) -> ProposedColumn:
    """Return an option of the file; its value is YAML."""
    return ProposedColumn(name, value, doubts=doubts, constant=value)


def quoted(text: str) -> str:
    """Return a text in double quotes, as YAML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _counts(user_columns: Sequence[ColumnProfile]) -> str:
    least = min(user_columns, key=lambda profile: profile.confidence)
    first = user_columns[0]
    filled = f"{first.filled_count:,} of {first.row_count:,} filled, {first.different_count:,} distinct"
    return f"{least.confidence:.2f}, {filled}"
