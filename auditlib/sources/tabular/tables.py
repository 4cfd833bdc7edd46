"""The reader of tables: CSV, Excel and Parquet, under the data dictionary's names or a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from auditlib.errors import BadInputError
from auditlib.schema.contract import ColumnType, Table
from auditlib.schema.core import REJECTED_RECORD
from auditlib.sources.batch import SourceBatch
from auditlib.sources.rejected_rows import rejected_row, rejected_rows
from auditlib.sources.tabular.coded_encounter import read_codes, read_encounters
from auditlib.sources.tabular.contract_rows import read_rows
from auditlib.sources.tabular.delimited import Records, header_names, read_records
from auditlib.sources.tabular.mapped_cells import mapped_cells
from auditlib.sources.tabular.table_mapping import TableMapping, TableRule, direct_rule
from auditlib.sources.tabular.user_tables import cells_of, table_of_header, tables_of_header, user_tables
from auditlib.sources.tabular.workbooks import PARQUET_MAGIC, is_workbook, read_parquet, read_workbook

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
    header = header_names(head, separator=mapping.separator, header_row=mapping.header_row)
    return bool(header) and not any(rule.missing_from(header) for rule in mapping.tables)


def may_be_table(path: Path, head: bytes) -> bool:
    """Return True if an unrecognised file is probably a table, by its extension or because it is text."""
    return path.suffix.lower() in _SUFFIXES and bool(header_names(head)) and bool(head.strip())


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
            separator=mapping.separator,
            sheet=mapping.sheet,
        )
    )
    for sheet, records in sheets_found:
        rules = _rules(path, sheet, records, mapping, troubles)
        if rules:
            batch = _batch(rules, records, source_file_id, is_mapped=mapping is not None)
            read.append(batch.format)
            yield batch
        elif not records.columns:
            read.append("unknown")
            yield SourceBatch("unknown", 0, {}, records.rejected)
    if not read:
        message = f"{path.name}: {troubles[0] if troubles else 'there is no table with a header and rows'}."
        raise BadInputError(message, hint=_hint(mapping))
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
    separator: str | None = None,
    sheet: str | None = None,
) -> Iterator[tuple[str, Records]]:
    """Yield the sheets of a table with their names; a file without sheets is one sheet without a name."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == PARQUET_MAGIC:
        yield "", read_parquet(path, source_file_id=source_file_id)
    elif magic == _ZIP_MAGIC:
        yield from read_workbook(path, source_file_id=source_file_id, sheet=sheet, header_row=header_row)
    else:
        content = path.read_bytes()
        # Records are named after the table only if the header identifies it.
        known = table_of_header(header_names(content, separator=separator, header_row=header_row))
        yield (
            "",
            read_records(
                content,
                source_file_id=source_file_id,
                kind=_segment(known) if known else "record",
                separator=separator,
                header_row=header_row,
            ),
        )


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
    rules: tuple[TableRule, ...], records: Records, source_file_id: int, *, is_mapped: bool
) -> SourceBatch:
    frames: dict[str, pl.DataFrame] = {}
    rejected = [records.rejected]
    frame, foreign = _in_dollars(rules, records.frame, source_file_id)
    rejected.append(foreign)
    tables = list(dict.fromkeys(rule.table for rule in rules))
    if not is_mapped:
        rejected.append(_unread(rules[0], records, source_file_id))
    for table in tables:
        mine = [rule for rule in rules if rule.table == table]
        segment = _segment(table)
        cells, broken = mapped_cells(mine, frame, source_file_id=source_file_id, segment=segment)
        rejected.append(broken)
        rejected.append(_add(frames, table, cells, source_file_id))
    name = tables[0].name.replace("_", " ") if len(tables) == 1 else "mapped"
    return SourceBatch(
        f"{name}{TABLE_FORMAT_END}",
        records.frame.height + records.rejected.filter(~pl.col("segment").is_in(["file", "header"])).height,
        frames,
        pl.concat(rejected).sort("source_offset", maintain_order=True),
        has_user_keys=True,
    )


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
        frames["encounter_code"], rejected = read_codes(cells, source_file_id=source_file_id)
        return rejected
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
