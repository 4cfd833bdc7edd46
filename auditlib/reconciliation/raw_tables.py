"""A plain reader of users' tables: cells by their headers, and sums of the columns that a mapping names.

It shares no code with the reader by which tables are loaded; a mapping only names columns.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from auditlib.reconciliation.raw_records import MONEY, conformed
from auditlib.sources.tabular.table_mapping import FieldRule, TableMapping, TableRule

_SEPARATORS: Final = ",;\t|"
_BOM: Final = b"\xef\xbb\xbf"
_COMMA_MARK: Final = r"^-?\d{1,3}(\.\d{3})*,\d{1,2}$|^-?\d+,\d{1,2}$"
_EXACT: Final = pl.Decimal(38, 8)
_ZERO: Final = 0
_COVERS: Final = "__covers"
_COUNTED: Final = {"encounter": "encounter_id", "encounter_code": "code"}

AMOUNT_COLUMNS: Final = {
    "claim": {"charge_amount": "charge_amount"},
    "claim_line": {"charge_amount": "charge_amount"},
    "remittance": {"payment_amount": "other_amount"},
    "remit_claim": {
        "charge_amount": "charge_amount",
        "paid_amount": "paid_amount",
        "patient_responsibility_amount": "other_amount",
    },
    "remit_line": {"charge_amount": "charge_amount", "paid_amount": "paid_amount"},
    "adjustment": {"adjustment_amount": "other_amount"},
    "provider_adjustment": {"adjustment_amount": "other_amount"},
}
"""The columns of money of each core table, and the measures that they are summed in."""


def raw_table(path: Path, mapping: TableMapping | None, table_name: str) -> Iterator[pl.DataFrame]:
    """Yield the records of a table.

    Parameters
    ----------
    path
        A delimited file, a workbook or a Parquet file.
    mapping
        The mapping by which it was loaded, or None if its headers are the data dictionary's names.
    table_name
        The core table that it fills by its headers; a mapping goes before it.

    Yields
    ------
    polars.DataFrame
        `RAW_SCHEMA`.
    """
    for sheet, records in _sheets(path, mapping):
        if mapping is None:
            if table_name in _COUNTED:
                yield _counted(table_name, records)
            rules = {name: FieldRule((name,)) for name in records.columns}
            yield from _records_of(table_name, rules, None, records)
            continue
        for rule in _rules(mapping, sheet):
            yield from _records_of(rule.table.name, dict(rule.fields), rule.one_row_per, records, mapping)


def table_kinds(mapping: TableMapping | None, table_name: str) -> tuple[str, ...]:
    """Return the kinds of records that a table gives: those whose amounts or rows can be summed plainly."""
    known = (*AMOUNT_COLUMNS, *_COUNTED)
    if mapping is None:
        return (table_name,) if table_name in known else ()
    return tuple({rule.table.name: None for rule in mapping.tables if rule.table.name in AMOUNT_COLUMNS})


def _rules(mapping: TableMapping, sheet: str) -> Sequence[TableRule]:
    return [rule for rule in mapping.tables if rule.sheet is None or not sheet or rule.sheet == sheet]


def names_all_columns(path: Path, mapping: TableMapping) -> bool:
    """Return whether a table has every header that a mapping names for it."""
    return any(
        set(records.columns)
        >= {_plain(name) for rule in rules for one in rule.fields.values() for name in one.headers}
        for sheet, records in _sheets(path, mapping)
        if (rules := _rules(mapping, sheet))
    )


def has_own_headers(path: Path, table_name: str) -> bool:
    """Return whether a file has a column of the table that is summed or counted, by the table's own name."""
    summed = {*AMOUNT_COLUMNS.get(table_name, ()), *filter(None, [_COUNTED.get(table_name)])}
    return not summed or any(not summed.isdisjoint(records.columns) for _, records in _sheets(path, None))


def _plain(header: str) -> str:
    return " ".join(header.lower().split())


def _sheets(path: Path, mapping: TableMapping | None) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield each sheet's name and its cells as text, with ``source_offset``."""
    with path.open("rb") as file:
        magic = file.read(4)
    first = 0 if mapping is None else mapping.header_row - 1
    count = 1 if mapping is None else mapping.header_rows
    if magic == b"PAR1":
        frame = pl.read_parquet(path)
        texts = frame.select(pl.all().cast(pl.String, strict=False)).rename(_plain)
        yield (
            "",
            texts.with_columns(
                (pl.int_range(pl.len(), dtype=pl.Int64) + 1).alias("source_offset"),
                pl.lit(value=False).alias(_COVERS),
            ),
        )
    elif magic == b"PK\x03\x04":
        yield from _workbook(path, mapping, first, count)
    else:
        rows, offsets = _delimited(path, mapping, first)
        yield "", _framed(rows, offsets, first, count)


def _workbook(
    path: Path, mapping: TableMapping | None, first: int, count: int
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the sheets that are shown or that the mapping names; merged cells cover those below."""
    book = fastexcel.read_excel(str(path))
    named = set() if mapping is None else {mapping.sheet, *(rule.sheet for rule in mapping.tables)}
    for name in book.sheet_names:
        sheet = book.load_sheet(name, header_row=None, dtypes="string")
        if (sheet.visible != "visible" and name not in named) or not sheet.height:
            continue
        if mapping is not None and mapping.sheet is not None and mapping.sheet != name:
            continue
        rows = [list(row) for row in sheet.to_polars().iter_rows()]
        places = range(1 - first - count, len(rows) + 1 - first - count)
        yield name, _framed(rows, list(places), first, count, covers=True)


def _framed(
    rows: Sequence[Sequence[str | None]],
    offsets: Sequence[int],
    first: int,
    count: int,
    *,
    covers: bool = False,
) -> pl.DataFrame:
    """Return the rows below the header as columns under its names, and whether cells cover those below."""
    headers = [[cell or "" for cell in row] for row in rows[first : first + count]]
    if not headers:
        return pl.DataFrame(schema={"source_offset": pl.Int64(), _COVERS: pl.Boolean()})
    covering: list[list[str]] = []
    for header in headers[:-1]:
        name, covered = "", []
        for cell in header:
            name = cell or name
            covered.append(name)
        covering.append(covered)
    names = [_plain(" ".join(cells)) for cells in zip(*covering, headers[-1], strict=False)]
    body, places = rows[first + count :], offsets[first + count :]
    columns = {
        name: [(row[n] or "").strip() or None if n < len(row) else None for row in body]
        for n, name in enumerate(names)
        if name
    }
    schema: dict[str, pl.DataType] = dict.fromkeys(columns, pl.String())
    frame = pl.DataFrame(
        {**columns, "source_offset": list(places)}, schema={**schema, "source_offset": pl.Int64()}
    )
    return frame.with_columns(pl.lit(covers).alias(_COVERS))


def _delimited(
    path: Path, mapping: TableMapping | None, header_row: int
) -> tuple[list[list[str | None]], list[int]]:
    """Return the rows of a delimited file and the bytes at which they start."""
    data, encoding = _text(path, mapping)
    starts: list[int] = []
    end = b"\n" if b"\n" in data else b"\r"

    def lines() -> Iterator[str]:
        position = len(_BOM) if data.startswith(_BOM) else 0
        while position < len(data):
            after = data.find(end, position) + 1 or len(data)
            starts.append(position)
            yield data[position:after].rstrip(b"\r\n").decode(encoding, "replace") + "\n"
            position = after

    head = [line for line, _ in zip(lines(), range(header_row + 1), strict=False)]
    starts.clear()
    separator = mapping.separator if mapping is not None else None
    separator = separator or max(_SEPARATORS, key=(head[-1] if head else "").count)
    rows: list[list[str | None]] = []
    offsets: list[int] = []
    reader, seen = csv.reader(lines(), delimiter=separator), 0
    for row in reader:
        # Rows are counted from the first that is not empty, as a mapping counts them.
        if rows or any(cell.strip() for cell in row):
            rows.append(list(row))
            offsets.append(starts[seen])
        seen = reader.line_num
    return rows, offsets


def _text(path: Path, mapping: TableMapping | None) -> tuple[bytes, str]:
    """Return the bytes of a delimited file and their encoding; UTF-16 is made UTF-8."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16").encode(), "utf-8"
    if mapping is not None and mapping.encoding is not None:
        return data, mapping.encoding
    try:
        data.decode()
    except UnicodeDecodeError:
        return data, "cp1252"
    return data, "utf-8"


def _counted(table_name: str, records: pl.DataFrame) -> pl.DataFrame:
    """Return a record for each encounter, once, or for each code."""
    column = _COUNTED[table_name]
    rows = records.select("source_offset", pl.col(column)).drop_nulls(column)
    if table_name == "encounter":
        rows = rows.unique(column, keep="first", maintain_order=True)
    return conformed(rows.select("source_offset", pl.lit(table_name).alias("record_kind")))


def _records_of(
    table_name: str,
    fields: dict[str, FieldRule],
    key: str | None,
    records: pl.DataFrame,
    mapping: TableMapping | None = None,
) -> Iterator[pl.DataFrame]:
    """Yield the records of one core table: a row for each place in lists of headers, merged by the key."""
    measures = AMOUNT_COLUMNS.get(table_name, {})
    named = {name: rule for name, rule in fields.items() if name in measures}
    if not named:
        return
    owner = None if key is None else _owner(fields[key], mapping)
    # A charge that the mapping states for every row is one only where the row has a code.
    coded = fields.get("code", FieldRule()) if all(rule.constant for rule in named.values()) else FieldRule()
    count = max(len(rule.columns) for rule in (*named.values(), coded))
    for place in range(max(count, 1)):
        amounts = [
            _amount(rule, place, records.columns, mapping).alias(measures[name])
            for name, rule in named.items()
        ]
        keys = [] if owner is None else [owner.alias("key")]
        code = [pl.col(_plain(coded.columns[min(place, len(coded.columns) - 1)]))] if coded.columns else []
        rows = records.filter(*(one.is_not_null() for one in code)).select("source_offset", *keys, *amounts)
        given = [measures[name] for name in named]
        rows = rows.filter(pl.any_horizontal(pl.col(given).is_not_null()))
        if table_name == "adjustment" and fields.get("reason_code", FieldRule()).constant is not None:
            rows = rows.filter(pl.col("other_amount") != _ZERO)
        if owner is not None:
            takes = {measures[name]: rule.take for name, rule in named.items()}
            rows = (
                rows.drop_nulls("key")
                .group_by("key", maintain_order=True)
                .agg(pl.col("source_offset").first(), *(_taken(name, take) for name, take in takes.items()))
            )
        yield conformed(rows.with_columns(pl.lit(table_name).alias("record_kind")))


def _owner(rule: FieldRule, mapping: TableMapping | None) -> pl.Expr:
    """Return whose record a row is part of."""
    filled = () if mapping is None else mapping.fill_down
    cells = [
        pl.when(pl.lit(header in filled) | pl.col(_COVERS))
        .then(pl.col(_plain(header)).forward_fill())
        .otherwise(pl.col(_plain(header)))
        for header in rule.headers
    ]
    return pl.concat_str(cells, separator="|")


def _taken(name: str, take: str | None) -> pl.Expr:
    value = pl.col(name).drop_nulls()
    return {"sum": value.sum(), "min": value.min(), "max": value.max()}.get(take or "", value.first())


def _amount(rule: FieldRule, place: int, columns: Sequence[str], mapping: TableMapping | None) -> pl.Expr:
    """Return the amounts of a cell without signs of dollars and thousands, a decimal comma made a point."""
    if rule.constant is not None:
        return pl.lit(rule.constant).cast(_EXACT).cast(MONEY)
    header = _plain(rule.columns[place if len(rule.columns) > 1 else 0]) if rule.columns else ""
    if header not in columns:
        return pl.lit(None, MONEY)
    text = (
        pl.col(header)
        .replace(dict(rule.values) or {"": ""})
        .str.replace_all(r"(?i)usd?|[$\s\u00a0\u202f'\u2019]", "")
        .str.replace_all("[\u2212\u2012\u2013]", "-")
        .str.replace(r"^\((.*)\)$", "-$1")
        .str.replace(r"^(.+)-$", "-$1")
        .str.replace(r"^-$", "0")
        .str.replace(r"^\+", "")
    )
    stated = rule.decimal or (mapping.decimal if mapping is not None else None)
    with_comma = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    with_point = text.str.replace_all(",", "", literal=True)
    is_comma = pl.lit(stated == "comma") if stated else text.str.contains(_COMMA_MARK)
    value = pl.when(is_comma).then(with_comma).otherwise(with_point).cast(_EXACT, strict=False)
    if rule.multiply_by is not None:
        value = value * pl.lit(rule.multiply_by).cast(_EXACT)
    return value.round(2, mode="half_away_from_zero").cast(MONEY, strict=False)
