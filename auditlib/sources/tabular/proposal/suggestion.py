"""Propose a mapping for a user's table from its headers and the form of its values, as YAML to edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from auditlib.errors import BadInputError, UsageError
from auditlib.sources.tabular.delimited import Records, header_names
from auditlib.sources.tabular.proposal.claims import proposed_claims
from auditlib.sources.tabular.proposal.column_choice import ColumnChoice
from auditlib.sources.tabular.proposal.column_profile import KnownCodes, profiles
from auditlib.sources.tabular.proposal.draft import MappingDraft, SheetColumns
from auditlib.sources.tabular.proposal.encounters import proposed_documents, proposed_encounters
from auditlib.sources.tabular.proposal.entries import (
    FILL_IN,
    Entry,
    Proposal,
    ProposedColumn,
    file_option,
    quoted,
)
from auditlib.sources.tabular.proposal.header_words import likenesses
from auditlib.sources.tabular.proposal.payments import proposed_payments
from auditlib.sources.tabular.proposal.presets import preset_entries, preset_of_header
from auditlib.sources.tabular.tables import sheets
from auditlib.sources.tabular.user_tables import table_of_header

_OF_CLAIMS: Final = ("line charge", "claim charge", "unit price", "paid amount", "procedure", "diagnosis")
_TRIED_HEADER_ROWS: Final = 12
_SURE_HEADERS: Final = 3
_MOST_ROWS: Final = 5_000


def suggest_mapping(path: Path, known_codes: KnownCodes | None = None) -> str:
    """Return a proposed mapping for a table, as YAML to check and edit; see `propose_mapping`."""
    return propose_mapping(path, known_codes).text


def propose_mapping(path: Path, known_codes: KnownCodes | None = None) -> Proposal:
    """Return a proposed mapping for a table; see `draft_mapping`."""
    return draft_mapping(path, known_codes).proposal


def draft_mapping(path: Path, known_codes: KnownCodes | None = None) -> MappingDraft:
    """Return a proposed mapping for a table, to be completed.

    A header of a published layout is mapped by its preset; any other by its words and its values.

    Parameters
    ----------
    path
        A delimited file, an Excel workbook or a Parquet file.
    known_codes
        Code system to the codes of its loaded releases; codes of ICD in the file are looked up there.

    Raises
    ------
    UsageError
        If there is no such file.
    BadInputError
        If it is not a table, none of its columns is understood, or it is of a published layout of which
        nothing can be loaded.
    """
    if not path.is_file():
        message = f"There is no file {path}."
        raise UsageError(message, hint="Give one table: a CSV, XLSX or Parquet file.")
    _refuse_repeated_headers(path)
    header_row, sheets_read = _best_header(path)
    entries: list[Entry] = []
    offered: dict[str, SheetColumns] = {}
    notes: list[str] = []
    options = [file_option("header_row", str(header_row))] if header_row > 1 else []
    left_out: list[tuple[str, tuple[str, ...]]] = []
    by_sheet: list[tuple[str, tuple[str, ...], list[Entry]]] = []
    for sheet, records in sheets_read:
        table = ColumnChoice(
            profiles(records.frame, records.columns, known_codes), records.frame.head(_MOST_ROWS)
        )
        offered[sheet] = SheetColumns.of(records.frame, table.columns)
        preset = preset_of_header(records.columns)
        if preset is not None:
            notes += preset.notes
            mine = list(preset_entries(preset, table, path.name))
        else:
            mine = list(_entries(table))
            options += [option for option in _file_options(table, mine) if option not in options]
        for entry in mine:
            entry.sheet = sheet if len(sheets_read) > 1 else None
        by_sheet.append((sheet, records.columns, mine))
    is_whole = any(mine and not _asks(mine) for _, _, mine in by_sheet)
    for sheet, columns, mine in by_sheet:
        if is_whole and (not mine or _asks(mine)) and len(by_sheet) > 1:
            # A summary beside the sheet of claims has headers that resemble theirs.
            notes.append(f"Sheet {quoted(sheet)} is left out: it lacks what a claim, visit or payment has.")
            continue
        entries += mine
        named = {header for entry in mine for column in entry.columns for header in column.headers}
        rest = tuple(name for name in columns if name not in named)
        if rest:
            left_out.append((sheet, rest))
    if not entries:
        message = f"{path.name}: none of its columns is understood."
        raise BadInputError(message, hint="Write a mapping by hand: docs/loading.md shows one.")
    unique_notes = tuple(dict.fromkeys(notes))
    proposal = Proposal(path.name, tuple(entries), tuple(options), unique_notes, tuple(left_out))
    return MappingDraft(proposal, offered)


def _asks(entries: list[Entry]) -> bool:
    """Return True if a column without which nothing loads is not known."""
    return any(FILL_IN in column.value for entry in entries for column in entry.columns)


def _refuse_repeated_headers(path: Path) -> None:
    """Refuse a delimited file whose header, if most of it is understood, names two columns alike."""
    content = path.read_bytes()
    for row in range(1, _TRIED_HEADER_ROWS + 1):
        headers = [name for name in header_names(content, header_row=row) if name]
        repeated = [name for name in dict.fromkeys(headers) if headers.count(name) > 1]
        known = sum(bool(likenesses(name)) for name in headers) if repeated else 0
        if repeated and known >= _SURE_HEADERS and known * 2 > len(headers):
            places = " and ".join(str(place) for place, name in enumerate(headers, 1) if name == repeated[0])
            message = f"{path.name}: the header '{repeated[0][:40]}' names columns {places} of row {row}."
            raise BadInputError(
                message, hint="Give each column a name of its own, as 'dx code' and 'cpt code'."
            )


def _best_header(path: Path) -> tuple[int, list[tuple[str, Records]]]:
    """Return the row most like a header, and the sheets read below it."""
    best: tuple[float, int, list[tuple[str, Records]]] | None = None
    for row in range(1, _TRIED_HEADER_ROWS + 1):
        try:
            sheets_read = [
                (name, records) for name, records in sheets(path, 0, header_row=row) if records.columns
            ]
        except BadInputError:
            if row == 1:
                raise
            break
        if any(preset_of_header(records.columns) for _, records in sheets_read):
            return row, sheets_read
        known = sum(
            profile.meaning is not None
            for _, records in sheets_read
            for profile in profiles(records.frame.head(100), records.columns)
        )
        if best is None or known > best[0]:
            best = (known, row, sheets_read)
        # Three known headers in the first row suffice: exports seldom have fewer, titles never.
        if row == 1 and known >= _SURE_HEADERS:
            break
    if best is None or not best[0]:
        message = f"{path.name}: none of its first {_TRIED_HEADER_ROWS} rows is a header that is understood."
        raise BadInputError(message, hint="Write a mapping by hand: docs/loading.md shows one.")
    return best[1], best[2]


def _entries(table: ColumnChoice) -> Iterator[Entry]:
    if direct := table_of_header(profile.header for profile in table.columns):
        entry = Entry(direct.name)
        entry.columns = [
            ProposedColumn(
                profile.header, quoted(profile.header), (profile.header,), "the data dictionary's own name"
            )
            for profile in table.columns
            if profile.header in direct.column_names
        ]
        yield entry
    elif table.has("note text") and not table.has(*_OF_CLAIMS):
        yield from proposed_documents(table)
    elif table.has("paid amount") and table.has("check number", "adjustment reason", "payer claim number"):
        yield from proposed_payments(table)
    elif table.has("line charge", "claim charge", "unit price"):
        yield from proposed_claims(table)
    elif table.has("account", "claim number"):
        yield from proposed_encounters(table)


def _file_options(table: ColumnChoice, entries: list[Entry]) -> Iterator[ProposedColumn]:
    """Yield how the file is read, where its values show that it is not as usual."""
    match table.decimals():
        case "comma":
            yield file_option("decimal", "comma")
        case "ambiguous":
            yield file_option(
                "decimal", quoted(FILL_IN), "is 1.234 more than a thousand (comma), or not (point)?"
            )
    key = table.one("claim number", "account")
    if entries and entries[0].table == "claim" and key:
        lines = [*table.one("procedure"), *table.one("line charge")]
        if table.lacks_where(key[0], lines):
            yield file_option(
                "fill_down", f"[{quoted(key[0].header)}]", "rows without it belong to the row above"
            )
