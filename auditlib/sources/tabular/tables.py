"""The reader of tables: CSV, Excel and Parquet, under the data dictionary's names or a mapping."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import polars as pl

from auditlib.errors import BadInputError
from auditlib.schema.contract import ColumnType, Table
from auditlib.schema.core import REJECTED_RECORD
from auditlib.sources.batch import SourceBatch
from auditlib.sources.rejected_rows import rejected_row, rejected_rows
from auditlib.sources.tabular.amounts import decimal_mark
from auditlib.sources.tabular.coded_encounter import read_codes, read_encounters
from auditlib.sources.tabular.contract_rows import read_rows
from auditlib.sources.tabular.delimited import Records, header_names, plain_name, read_records
from auditlib.sources.tabular.linked_rows import with_code_systems, with_line_numbers, with_pointers
from auditlib.sources.tabular.mapped_cells import AmountStyle, amount_headers, is_taken, mapped_cells
from auditlib.sources.tabular.table_mapping import Decimals, TableMapping, TableRule, direct_rule
from auditlib.sources.tabular.totals import without_totals
from auditlib.sources.tabular.user_tables import (
    cells_of,
    nearest_table,
    table_of_header,
    tables_of_header,
    user_tables,
)
from auditlib.sources.tabular.workbooks import (
    PARQUET_MAGIC,
    hidden_sheets,
    is_workbook,
    read_parquet,
    read_workbook,
)

TABLE_FORMAT_END = " table"
"""Suffix of ``source_file.format`` for files that this module read."""

_ZIP_MAGIC = b"PK\x03\x04"
_SUFFIXES = (".csv", ".tsv", ".txt", ".psv", ".dat")
_CURRENCY_HEADERS = ("currency", "currency_code", "currency code")
_DOLLARS = ("USD", "US$", "$", "US DOLLAR", "US DOLLARS")
_SEGMENTS = {"encounter_code": "code"}


def looks_like_table(path: Path, head: bytes, mapping: TableMapping | None = None) -> bool:
    """Return True if a file is a workbook, a Parquet file, or a delimited table that can be read.

    Parameters
    ----------
    path
        The file.
    head
        First bytes of the file; of a delimited table at least the header.
    mapping
        Mapping for tables with other column names than the data dictionary's.
    """
    if head.startswith(PARQUET_MAGIC):
        return True
    if head.startswith(_ZIP_MAGIC):
        return is_workbook(path)
    if tables_of_header(header_names(head)):
        return True
    if mapping is None:
        return False
    header = header_names(
        head,
        separator=mapping.separator,
        header_row=mapping.header_row,
        header_rows=mapping.header_rows,
        encoding=mapping.encoding,
    )
    return bool(header) and not any(rule.missing_from(header) for rule in mapping.tables)


def may_be_table(path: Path, head: bytes) -> bool:
    """Return True if an unrecognised file is probably a table, by its extension or because it is text."""
    return path.suffix.lower() in _SUFFIXES and bool(header_names(head)) and bool(head.strip())


def nearly_table(head: bytes) -> tuple[str, list[str]] | None:
    """Return the name of the core table that a delimited file nearly is, and the columns that it lacks."""
    found = nearest_table(header_names(head))
    return None if found is None else (found[0].name.replace("_", " "), found[1])


def read_table(
    path: Path, *, source_file_id: int, mapping: TableMapping | None = None
) -> Iterator[SourceBatch]:
    """Yield the rows of a user's table, one batch per sheet.

    Parameters
    ----------
    path
        A delimited file, an Excel workbook or a Parquet file.
    source_file_id
        Number of the file in the workspace.
    mapping
        How its columns fill the core tables; by default its headers are the data dictionary's names. A sheet
        without the mapping's columns is read by its headers, if they are such names.

    Raises
    ------
    BadInputError
        If no sheet can be read; the message says which columns were expected.
    """
    troubles: list[str] = []
    read: list[str] = []
    sheets_found = (
        sheets(path, source_file_id)
        if mapping is None
        else sheets(
            path,
            source_file_id,
            header_row=mapping.header_row,
            header_rows=mapping.header_rows,
            separator=mapping.separator,
            encoding=mapping.encoding,
            sheet=mapping.sheet,
            named=[rule.sheet for rule in mapping.tables if rule.sheet is not None],
        )
    )
    for sheet, records in sheets_found:
        rules = _rules(path, sheet, records, mapping, troubles)
        if rules:
            batch = _batch(rules, records, source_file_id, mapping)
            read.append(batch.format)
            yield batch
        elif not records.columns:
            read.append("unknown")
            yield SourceBatch("unknown", 0, {}, records.rejected)
    if not read:
        message = f"{path.name}: {troubles[0] if troubles else 'there is no table with a header and rows'}."
        raise BadInputError(message, hint=_hint(mapping))
    troubles += _hidden(path, mapping)
    for number, trouble in enumerate(troubles, start=1):
        noted = rejected_row(
            source_file_id, "sheet", number=number, reason=f"not read: {trouble}", expected=_hint(mapping)
        )
        yield SourceBatch(read[-1], 0, {}, noted)


def sheets(
    path: Path,
    source_file_id: int,
    *,
    header_row: int = 1,
    header_rows: int = 1,
    separator: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    named: Collection[str] = (),
) -> Iterator[tuple[str, Records]]:
    """Yield the sheets of a table with their names; a file without sheets is one sheet without a name.

    Hidden sheets of a workbook are left out, unless they are asked for by ``sheet`` or ``named``.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == PARQUET_MAGIC:
        yield "", read_parquet(path, source_file_id=source_file_id)
    elif magic == _ZIP_MAGIC:
        yield from read_workbook(
            path,
            source_file_id=source_file_id,
            sheet=sheet,
            named=named,
            header_row=header_row,
            header_rows=header_rows,
        )
    else:
        content = path.read_bytes()
        # Records are named after the table only if the header identifies it.
        known = table_of_header(
            header_names(
                content,
                separator=separator,
                header_row=header_row,
                header_rows=header_rows,
                encoding=encoding,
            )
        )
        yield (
            "",
            read_records(
                content,
                source_file_id=source_file_id,
                kind=_segment(known) if known else "record",
                separator=separator,
                header_row=header_row,
                header_rows=header_rows,
                encoding=encoding,
            ),
        )


def _hidden(path: Path, mapping: TableMapping | None) -> list[str]:
    """Return what to say of the hidden sheets of a workbook that were not read."""
    with path.open("rb") as file:
        if file.read(len(_ZIP_MAGIC)) != _ZIP_MAGIC or (mapping is not None and mapping.sheet is not None):
            return []
    named = {rule.sheet for rule in mapping.tables} if mapping is not None else set()
    return [
        f"sheet '{name}' is hidden: name it as 'sheet:' in a mapping to read it"
        for name in hidden_sheets(path)
        if name not in named
    ]


def _rules(
    path: Path, sheet: str, records: Records, mapping: TableMapping | None, troubles: list[str]
) -> tuple[TableRule, ...]:
    """Return the rules to read a sheet by: the mapping's, those of its headers, or none."""
    if not records.columns:
        return ()
    where = f"sheet '{sheet}'" if sheet else "the file"
    trouble = f"the header of {where} fits no table of the data dictionary"
    if mapping is not None:
        applicable = [
            rule for rule in mapping.tables if rule.sheet is None or rule.sheet == sheet or not sheet
        ]
        missing = {
            name: line for rule in applicable for name, line in rule.missing_from(records.columns).items()
        }
        options = (*mapping.fill_down, *mapping.total_rows)
        missing |= {name: mapping.line for name in options if plain_name(name) not in records.columns}
        if applicable and not missing:
            return tuple(applicable)
        missing_text = ", ".join(f"'{name[:40]}' (line {line})" for name, line in list(missing.items())[:10])
        trouble = (
            f"{where} lacks columns that {mapping.name} names: {missing_text}"
            if applicable
            else f"{where} is not in {mapping.name}"
        )
    table = table_of_header(records.columns, called=sheet or path.stem)
    if table is not None:
        return (direct_rule(table, records.columns, cells_of(table)),)
    if fitting := tables_of_header(records.columns):
        names = " and ".join(table.name for table in fitting)
        trouble = f"the header of {where} fits {names} alike: give it the name of one, or more columns"
    troubles.append(trouble)
    return ()


def _batch(
    rules: tuple[TableRule, ...], records: Records, source_file_id: int, mapping: TableMapping | None
) -> SourceBatch:
    rejected = [records.rejected]
    style = _style(rules, records, mapping)
    records = _without_carried_amounts(rules, records)
    frame, no_records = without_totals(
        records,
        rules,
        style,
        source_file_id,
        words={} if mapping is None else mapping.total_rows,
        finds_totals=mapping is None or mapping.finds_totals,
        filled_down=[] if mapping is None else [plain_name(name) for name in mapping.fill_down],
    )
    frame, foreign = _in_dollars(rules, frame, source_file_id)
    frame, of_no_table = _of_some_table(rules, frame, source_file_id)
    rejected += [no_records, foreign, of_no_table]
    tables = list(dict.fromkeys(rule.table for rule in rules))
    if mapping is None:
        rejected.append(_unread(rules[0], records, source_file_id))
    cells: dict[str, pl.DataFrame] = {}
    for table in tables:
        mine = [rule for rule in rules if rule.table == table]
        cells[table.name], broken = mapped_cells(
            mine, frame, source_file_id=source_file_id, segment=_segment(table), style=style
        )
        rejected.append(broken)
    frames: dict[str, pl.DataFrame] = {}
    for table in tables:
        dated, other_system = with_code_systems(
            table.name, cells[table.name], cells, source_file_id, _segment(table)
        )
        rejected += [other_system, _add(frames, table, dated, source_file_id)]
    rejected.append(_linked(rules, frame, frames, source_file_id))
    name = tables[0].name.replace("_", " ") if len(tables) == 1 else "mapped"
    return SourceBatch(
        f"{name}{TABLE_FORMAT_END}",
        records.frame.height + records.rejected.filter(~pl.col("segment").is_in(["file", "header"])).height,
        frames,
        pl.concat(rejected).sort("source_offset", maintain_order=True),
        has_user_keys=True,
    )


def _of_some_table(
    rules: Sequence[TableRule], frame: pl.DataFrame, source_file_id: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the records of kinds that some table is filled from, and rejected rows for the others."""
    if any(rule.takes_all_records for rule in rules):
        return frame, REJECTED_RECORD.empty()
    taken = pl.any_horizontal(is_taken(rule) for rule in rules)
    rejected = rejected_rows(
        source_file_id,
        "row of another kind",
        frame.filter(~taken),
        reason="a row of a kind that fills no table, by the mapping",
        expected="rows of the kinds that the mapping names",
    )
    return frame.filter(taken), rejected


def _style(rules: Sequence[TableRule], records: Records, mapping: TableMapping | None) -> AmountStyle:
    """Return how the amounts of a sheet or file are written: as the mapping states, or as one proves."""
    stated = None if mapping is None else mapping.decimal
    columns = [name for name in amount_headers(rules) if name in records.columns]
    marks = {decimal_mark(records.frame[name]) for name in columns}
    proven = marks & {"comma", "point"} if "mixed" not in marks else set()
    only = cast("Decimals", proven.pop()) if len(proven) == 1 else None
    return AmountStyle(stated, only, is_typed=records.is_typed)


def _without_carried_amounts(rules: Sequence[TableRule], records: Records) -> Records:
    """Return the records with amounts of merged cells in their first row only, so that none counts twice."""
    amounts = set(amount_headers(rules))
    emptied = [
        pl.when(~pl.col("record_number").is_in(list(numbers))).then(pl.col(name)).alias(name)
        for name, numbers in records.merged.items()
        if name in amounts
    ]
    return replace(records, frame=records.frame.with_columns(emptied)) if emptied else records


def _linked(
    rules: Sequence[TableRule], records: pl.DataFrame, frames: dict[str, pl.DataFrame], source_file_id: int
) -> pl.DataFrame:
    """Connect rows of several tables that the same records made; return noted rows."""
    fields = {
        name: {field for rule in rules if rule.table.name == name for field in rule.fields} for name in frames
    }
    if "remit_line" in frames:
        for name in {"adjustment", "remark"} & set(frames):
            if "line_number" not in fields[name]:
                line_rules = [rule for rule in rules if rule.table.name == "remit_line"]
                frames[name] = with_line_numbers(frames[name], frames["remit_line"], line_rules, records)
    if not {"claim_line", "claim_diagnosis"} <= set(frames) or frames["claim_line"].is_empty():
        return REJECTED_RECORD.empty()
    frames["claim_line"], noted = with_pointers(
        rules, records, frames["claim_line"], frames["claim_diagnosis"], source_file_id
    )
    return noted


def _in_dollars(
    rules: tuple[TableRule, ...], frame: pl.DataFrame, source_file_id: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the records in US dollars or without a currency, and rejected rows for the others."""
    columns = [name for name in frame.columns if name in _CURRENCY_HEADERS]
    has_amounts = any(column.type is ColumnType.MONEY for rule in rules for column in rule.table.columns)
    if not columns or not has_amounts:
        return frame, REJECTED_RECORD.empty()
    currency = pl.coalesce(columns).str.to_uppercase()
    is_foreign = (~currency.is_in(_DOLLARS)).fill_null(value=False)
    # Only a currency's code is repeated: anything else could be a patient's value.
    shown = pl.when(currency.str.contains(r"^[A-Z]{3}$")).then(currency).otherwise(pl.lit("another currency"))
    foreign = frame.filter(is_foreign)
    rejected = rejected_rows(
        source_file_id,
        _segment(rules[0].table),
        foreign,
        reason=pl.format("The amounts are in {}; the columns hold US dollars", shown),
        expected="amounts in US dollars",
    )
    return frame.filter(~is_foreign), rejected


def _add(
    frames: dict[str, pl.DataFrame], table: Table, cells: pl.DataFrame, source_file_id: int
) -> pl.DataFrame:
    """Add the rows read from cells to the frames, and return the rejected rows."""
    if table.name == "encounter":
        encounters = read_encounters(cells, source_file_id=source_file_id)
        frames["encounter"], frames["patient"] = encounters.encounter, encounters.patient
        return encounters.rejected
    if table.name == "encounter_code":
        codes = read_codes(cells, source_file_id=source_file_id)
        frames["encounter_code"], frames["machine_code"] = codes.encounter_code, codes.machine_code
        return codes.rejected
    frames[table.name], rejected = read_rows(
        table, cells, source_file_id=source_file_id, segment=_segment(table)
    )
    return rejected


def _unread(rule: TableRule, records: Records, source_file_id: int) -> pl.DataFrame:
    """Return a rejected row that names the columns that were not read, once per sheet."""
    unread = [name for name in records.columns if name not in {*rule.fields, *_CURRENCY_HEADERS}]
    if not unread:
        return REJECTED_RECORD.empty()
    return rejected_row(
        source_file_id,
        "header",
        reason=f"columns that were not read: {', '.join(name[:40] for name in unread[:20])}",
        expected=f"columns {', '.join(cells_of(rule.table))}",
    )


def _segment(table: Table) -> str:
    return _SEGMENTS.get(table.name, table.name.replace("_", " "))


def _hint(mapping: TableMapping | None) -> str:
    if mapping is not None:
        return (
            "Expected a file with the columns that the mapping names. Put a header that contains : or # in "
            "quotes there."
        )
    return (
        f"Expected the columns of one of {', '.join(user_tables())} (docs/data_dictionary.md), or a mapping: "
        "'auditlib load --suggest-mapping PATH' proposes one."
    )
