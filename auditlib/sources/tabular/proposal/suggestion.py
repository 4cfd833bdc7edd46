"""Propose a mapping for a user's table from its headers and the form of its values, as YAML to edit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.sources.tabular.delimited import Records, header_names
from auditlib.sources.tabular.proposal.claims import (
    CodeHome,
    code_entries,
    has_answers_beside_charges,
    proposed_claims,
)
from auditlib.sources.tabular.proposal.column_choice import ColumnChoice
from auditlib.sources.tabular.proposal.column_profile import KnownCodes, are_understood, profiles
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
from auditlib.sources.tabular.proposal.row_kinds import RowKinds, row_kinds
from auditlib.sources.tabular.tables import sheets
from auditlib.sources.tabular.user_tables import table_of_header

_OF_CLAIMS: Final = ("line charge", "claim charge", "unit price", "paid amount", "procedure", "diagnosis")
_CHARGED: Final = ("line charge", "claim charge", "unit price")
_MANY_PER_KEY: Final = frozenset({"claim_diagnosis", "claim_procedure", "encounter_code"})
_SPANNED: Final = frozenset({"from_date", "to_date"})
"""The first and last day of rows that differ."""
_DIFFERS: Final = "rows of one have several values"
_TRIED_HEADER_ROWS: Final = 12
_SURE_HEADERS: Final = 3
_MOST_ROWS: Final = 5_000


def suggest_mapping(path: Path, known_codes: KnownCodes | None = None) -> str:
    """Return a proposed mapping for a table, as YAML to check and edit; see `propose_mapping`."""
    return propose_mapping(path, known_codes).text


def propose_mapping(path: Path, known_codes: KnownCodes | None = None) -> Proposal:
    """Return a proposed mapping for a table; see `draft_mapping`."""
    return draft_mapping(path, known_codes).proposal


class _ProposedSheet(NamedTuple):
    """A sheet by its name: its headers, its columns of charges, and the tables proposed from them."""

    name: str
    headers: tuple[str, ...]
    table: ColumnChoice
    entries: list[Entry]


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
    header_row, header_rows, sheets_read = _best_header(path)
    entries: list[Entry] = []
    offered: dict[str, SheetColumns] = {}
    notes: list[str] = []
    rows = (("header_row", header_row), ("header_rows", header_rows))
    options = [file_option(name, str(number)) for name, number in rows if number > 1]
    left_out: list[tuple[str, tuple[str, ...]]] = []
    by_sheet: list[_ProposedSheet] = []
    for sheet, records in sheets_read:
        table, kinds = _table_of_charges(records, known_codes)
        offered[sheet] = SheetColumns.of(records.frame, table.columns)
        preset = preset_of_header(records.columns)
        if preset is not None:
            notes += preset.notes
            mine = list(preset_entries(preset, table, path.name))
        else:
            mine = list(_entries(table))
            _fill_kinds(mine, kinds)
            if kinds.diagnoses:
                mine = _with_rows_of_diagnoses(mine, table, records.frame.head(_MOST_ROWS), kinds)
            options += [option for option in _file_options(table, mine) if option not in options]
        for entry in mine:
            _doubt_what_differs(table, entry)
        by_sheet.append(_ProposedSheet(sheet, records.columns, table, mine))
    whole = [one.entries for one in by_sheet if one.entries and not _asks(one.entries)]
    is_whole, keys = bool(whole), {header for mine in whole for header in _claim_headers(mine)}
    for sheet, columns, table, own in by_sheet:
        mine = _lines_alone(own, keys) if is_whole and _asks(own) else _codes_of_claims(table, own, keys)
        if is_whole and (not mine or _asks(mine)) and len(by_sheet) > 1:
            # A summary beside the sheet of claims has headers that resemble theirs.
            notes.append(f"Sheet {quoted(sheet)} is left out: it lacks what a claim, visit or payment has.")
            continue
        entries += [replace(entry, sheet=sheet if len(by_sheet) > 1 else None) for entry in mine]
        named = {header for entry in mine for header in entry.headers}
        rest = tuple(name for name in columns if name not in named)
        if rest:
            left_out.append((sheet, rest))
    if not entries:
        message = f"{path.name}: none of its columns is understood."
        raise BadInputError(message, hint="Write a mapping by hand: docs/loading.md shows one.")
    unique_notes = tuple(dict.fromkeys(notes))
    proposal = Proposal(path.name, tuple(entries), tuple(options), unique_notes, tuple(left_out))
    return MappingDraft(proposal, offered)


def _table_of_charges(records: Records, known_codes: KnownCodes | None) -> tuple[ColumnChoice, RowKinds]:
    """Return the columns of a sheet, judged by its rows of charges alone where it has others too."""
    head = records.frame.head(_MOST_ROWS)
    columns = profiles(head, records.columns, known_codes)
    if down := ColumnChoice(columns, head).filled_down():
        head = head.with_columns(pl.col(down).forward_fill())
        columns = [
            replace(column, is_filled_down=column.header in down)
            for column in profiles(head, records.columns, known_codes)
        ]
    kinds = row_kinds(head, columns)
    if not (kinds.only or kinds.leave_out or kinds.filled):
        return ColumnChoice(columns, head), RowKinds()
    charges = kinds.of(head)
    if charges.is_empty() or charges.height == head.height:
        return ColumnChoice(columns, head), RowKinds()
    filled = {column.header for column in columns if column.is_filled_down}
    columns = [
        replace(column, is_filled_down=column.header in filled)
        for column in profiles(charges, records.columns, known_codes)
    ]
    return ColumnChoice(columns, charges), kinds


def _doubt_what_differs(table: ColumnChoice, entry: Entry) -> None:
    """Mark what is one value of a claim or payment, and differs among the rows that make it."""
    key = next((one.headers for one in entry.columns if one.target == entry.one_row_per), ())
    if not key or entry.table in _MANY_PER_KEY:
        return
    for place, one in enumerate(entry.columns):
        is_single = len(one.headers) == 1 and one.headers[0] not in key and "take:" not in one.value
        if is_single and one.target not in _SPANNED and table.differs_within(key, one.headers[0]):
            entry.columns[place] = replace(one, doubts=(*one.doubts, _DIFFERS))


def _with_rows_of_diagnoses(
    entries: list[Entry], table: ColumnChoice, records: pl.DataFrame, kinds: RowKinds
) -> list[Entry]:
    """Return a claim's entries with its diagnoses from the rows that a column of code systems says are some.

    The codes of these rows stand in the column that has the services in the others.
    """
    code = table.one("procedure")
    claim = next((entry for entry in entries if entry.table == "claim"), None)
    if claim is None or not code:
        return entries
    (words,) = kinds.diagnoses.values()
    rows = replace(kinds, only=kinds.diagnoses).of(records)
    (column,) = profiles(rows.select(code[0].header), [code[0].header])
    systems = [word for word in words if "9" in word]
    diagnoses = Entry("claim_diagnosis", claim.one_row_per, only_rows=kinds.diagnoses)
    diagnoses.columns = [one for one in claim.columns if one.target == "claim_id"]
    diagnoses.constant("code_system", "ICD-10-CM" if not systems else "ICD by day")
    diagnoses.take("code", [replace(column, doubts=())], (), "rows of diagnoses are taken in their order")
    return [entry for entry in entries if entry.table != "claim_diagnosis"] + [diagnoses]


def _fill_kinds(entries: Sequence[Entry], kinds: RowKinds) -> None:
    """Say at each table from which rows it is filled."""
    for entry in entries:
        entry.only_rows, entry.leave_out_rows, entry.only_filled = kinds.only, kinds.leave_out, kinds.filled
        if kinds.doubts and entry.columns:
            first = entry.columns[0]
            entry.columns[0] = replace(first, doubts=(*kinds.doubts, *first.doubts))


def _asks(entries: list[Entry]) -> bool:
    """Return True if a column without which nothing loads is not known."""
    return any(FILL_IN in column.value for entry in entries for column in entry.columns)


def _claim_headers(entries: Sequence[Entry]) -> Sequence[str]:
    """Return the header that makes the claims of a sheet."""
    columns = next((entry.columns for entry in entries if entry.table == "claim"), [])
    return next((one.headers for one in columns if one.target == "claim_id"), ())


def _lines_alone(entries: list[Entry], keys: Collection[str]) -> list[Entry]:
    """Return the lines of a sheet whose claims are on another, by a header that both sheets have."""
    header = _claim_headers(entries)
    if len(header) != 1 or header[0] not in keys:
        return entries
    parts = [entry for entry in entries if entry.table != "claim"]
    return parts if any(entry.table == "claim_line" for entry in parts) and not _asks(parts) else entries


def _codes_of_claims(table: ColumnChoice, entries: list[Entry], keys: Collection[str]) -> list[Entry]:
    """Return the codes of a sheet as those of claims on another, by a header that both sheets have."""
    key = [one for one in table.one("account", "claim number") if one.header in keys]
    if not key or not entries or any(entry.table != "encounter_code" for entry in entries):
        return entries
    per = "claim_id" if table.repeats(key) else None
    codes = [
        *code_entries(table, CodeHome("claim_diagnosis", "claim_id", key, per), "diagnosis"),
        *code_entries(table, CodeHome("claim_procedure", "claim_id", key, per), "icd procedure"),
    ]
    return codes or entries


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


def _best_header(path: Path) -> tuple[int, int, list[tuple[str, Records]]]:
    """Return the row most like a header, the number of rows that it spans, and the sheets read below it."""
    best: tuple[tuple[int, int], int, list[tuple[str, Records]]] | None = None
    for row in range(1, _TRIED_HEADER_ROWS + 1):
        try:
            every = list(sheets(path, 0, header_row=row, header_rows=1))
            read = _with_columns(every)
        except BadInputError:
            if row == 1:
                raise
            break
        if any(preset_of_header(records.columns) for _, records in read):
            return row, 1, read
        understood = _understood(read)
        known, most = _known_headers(understood)
        # Of headers that are understood alike, the one of a single row is preferred.
        if best is None or (known, -1) > best[0]:
            best = ((known, -1), row, read)
        # Three known headers in the first row suffice: exports seldom have fewer, titles never.
        largest = max(
            zip(read, understood, strict=True), key=lambda sheet: sheet[0][1].frame.height, default=None
        )
        if row == 1 and largest and len(read) == len(every) and sum(largest[1]) >= _SURE_HEADERS:
            break
        if known < max(most, 1) and (both := _below_two(path, row)):
            two = (_known_headers(_understood(both))[0], -2)
            if two > best[0]:
                best = (two, row, both)
    if best is None or not best[0][0]:
        message = f"{path.name}: none of its first {_TRIED_HEADER_ROWS} rows is a header that is understood."
        raise BadInputError(message, hint="Write a mapping by hand: docs/loading.md shows one.")
    (_, rows), row, read = best
    return row, -rows, read


def _with_columns(read: Iterable[tuple[str, Records]]) -> list[tuple[str, Records]]:
    return [(name, records) for name, records in read if records.columns]


def _below_two(path: Path, row: int) -> list[tuple[str, Records]]:
    """Return the sheets below a header of two rows; none if they are no header."""
    try:
        return _with_columns(sheets(path, 0, header_row=row, header_rows=2))
    except BadInputError:
        return []


def _understood(read: list[tuple[str, Records]]) -> list[list[bool]]:
    """Return of the headers of each sheet whether they are understood."""
    return [are_understood(records.frame.head(100), records.columns) for _, records in read]


def _known_headers(understood: list[list[bool]]) -> tuple[int, int]:
    """Return how many headers are understood, and how many there are, of the sheet with most of them.

    Sheets of parameters and totals beside the charges have headers in other rows.
    """
    return max(((sum(known), len(known)) for known in understood), default=(0, 0))


def _entries(table: ColumnChoice) -> Iterator[Entry]:
    direct = table_of_header(profile.header for profile in table.columns)
    own = {profile.header for profile in table.columns} & set(direct.column_names if direct else ())
    # A few names in common with a small table, as claim_id and payer_name, do not make it one.
    if direct and len(own) * 2 > len(table.columns):
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
    elif _has_payments(table):
        if _says_what_was_billed(table):
            yield from proposed_claims(table)
        if not _says_what_was_billed(table) or table.has("account"):
            yield from proposed_payments(table)
    elif (table.has(*_CHARGED) or _has_unknown_charges(table)) and not _is_abstract(table):
        yield from proposed_claims(table)
    elif table.has("account", "claim number"):
        yield from proposed_encounters(table)


def _has_payments(table: ColumnChoice) -> bool:
    if table.has_filled("adjustment reason") and table.has_filled("adjustment amount"):
        # A report of denials has what was denied, and not always what was paid.
        return table.has_filled("paid amount") or not table.has_filled("diagnosis", "unit price")
    if not table.has_filled("paid amount"):
        return False
    if table.has_filled("adjustments"):
        return True
    has_no_codes = not table.has_filled("diagnosis", "pointer")
    is_answer = has_no_codes and table.has_filled("payment date")
    # What a payer allows, pays and leaves to the patient is its answer, though its check is not named.
    # A practice's own report of charges may have the same, and also its accounts or charts.
    is_answer |= has_answers_beside_charges(table) and not table.has("account", "patient")
    return is_answer or table.has_filled("check number", "adjustment reason", "payer claim number")


def _says_what_was_billed(table: ColumnChoice) -> bool:
    """Return True if rows of payments also have what only a claim has: diagnoses beside charges."""
    services = ("procedure", "revenue code", "type of bill", "drg")
    return table.has_filled("diagnosis") and table.has_filled(*services) and table.has_filled(*_CHARGED)


def _has_unknown_charges(table: ColumnChoice) -> bool:
    """Return True if services stand beside dollars whose header is not understood."""
    services = table.has_filled("procedure", "revenue code") and not table.has("coder", "coded date", "code")
    return services and bool(table.unknown_amounts())


def _is_abstract(table: ColumnChoice) -> bool:
    """Return True if rows are stays or visits as a coder left them, though a column has their charges."""
    return table.has("coder", "coded date") and not table.has(
        "claim number", "payer", "payer plan", "procedure", "revenue code", "line charge", "type of bill"
    )


def _file_options(table: ColumnChoice, entries: list[Entry]) -> Iterator[ProposedColumn]:
    """Yield how the file is read, where its values show that it is not as usual."""
    match table.decimals():
        case "comma":
            yield file_option("decimal", "comma")
        case "ambiguous":
            yield file_option(
                "decimal", quoted(FILL_IN), "is 1.234 more than a thousand (comma), or not (point)?"
            )
    down = [column.header for column in table.columns if column.is_filled_down]
    if entries and down:
        names = ", ".join(map(quoted, down))
        yield file_option("fill_down", f"[{names}]", "rows without it belong to the row above")
