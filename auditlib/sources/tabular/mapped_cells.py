"""Records of a user's table to the cells of a core table, by a mapping; all values stay text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import polars as pl

from auditlib.schema.contract import Column, ColumnType
from auditlib.sources.rejected_rows import Rule, apply_rules, rejected_rows
from auditlib.sources.tabular.delimited import plain_name
from auditlib.sources.tabular.table_mapping import FieldRule, TableRule
from auditlib.sources.tabular.user_tables import is_user_id, list_targets, needed_cells

_ISO: Final = r"^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
_THOUSANDS: Final = r"^-?\d{1,3}(,\d{3})+(\.\d+)?$"
_SCIENTIFIC: Final = r"^-?\d+(\.\d*)?[Ee][+-]\d+$"
_DATE_LIKE: Final = (
    r"^(\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}-[A-Za-z]{3}(-\d{2,4})?|"
    r"[A-Za-z]{3}-\d{2})$"
)
_SHORT_DATE: Final = r"^(\d{1,2}-[A-Za-z]{3}(-\d{2,4})?|[A-Za-z]{3}-\d{2,4})$"
_FEW_DIGITS: Final = r"^\d{1,4}$"
_FLOAT: Final = r"^(\d+)\.0+$"
# A code of fixed width that Excel took for a number can only have lost zeros on its left.
_FIXED_WIDTHS: Final = {
    "revenue_code": 4,
    "place_of_service": 2,
    "discharge_status_code": 2,
    "drg_code": 3,
    "billed_drg_code": 3,
}
_LOST_ZEROS: Final = {
    "type_of_bill": (r"^\d{1,2}$", "three digits"),
    "ndc": (r"^\d{1,9}$", "eleven digits, or 'pad: 11' in the mapping"),
}
_TEXTS: Final = frozenset({"text", "title"})
_CODES: Final = frozenset(
    {"code", "submitted_code", "revenue_code", "reason_code", "remark_code", "ndc", "drg_code",
     "billed_drg_code", "type_of_bill", "place_of_service", "discharge_status_code"}
)  # fmt: skip
_EXCEL_DAY_ZERO: Final = pl.date(1899, 12, 30)
_AMOUNTS: Final = frozenset({ColumnType.MONEY, ColumnType.QUANTITY, ColumnType.DOUBLE})
# Columns without which a record gives no row, if the same records fill other tables too.
_MAKERS: Final = ("code", "adjustment_amount", "remark_code", "text")
_USUAL_TAKES: Final = {"from_date": "min", "to_date": "max"}
_WIDEST: Final = pl.Decimal(38, 8)
_DATES: Final = frozenset({ColumnType.DATE, ColumnType.TIMESTAMP})


def mapped_cells(
    rules: Sequence[TableRule], records: pl.DataFrame, *, source_file_id: int, segment: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells of one core table and rejected rows.

    Parameters
    ----------
    rules
        The mapping's rules for the table, in order.
    records
        Columns under their normalized names, ``source_offset`` and ``record_number``.
    source_file_id
        File that they were read from.
    segment
        Name of a record in its rejected row.

    Notes
    -----
    Rows come in the order of rules, records and headers of a list; an empty place in a list gives no row.
    """
    frames, rejected = [], []
    for rule in rules:
        parts = list(_rows(rule, records))
        rows = pl.concat(parts).sort("record_number", "__place") if len(parts) > 1 else parts[0]
        cells, broken = apply_rules(source_file_id, segment, *_converted(rule, rows))
        cells = cells.drop(name for name in cells.columns if name.startswith("__raw_"))
        if rule.one_row_per is not None:
            cells, differing = _one_row_per(rule, rule.one_row_per, cells, source_file_id, segment)
            broken = pl.concat([broken, differing])
        frames.append(cells.drop("__place"))
        rejected.append(broken)
    cells, mangled = apply_rules(
        source_file_id, segment, pl.concat(frames, how="diagonal"), list(_mangled(rules, frames))
    )
    return cells, pl.concat([*rejected, mangled])


def _rows(rule: TableRule, records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the raw cells, one frame for each position in the lists of headers."""
    count = max((len(field_rule.columns) for field_rule in rule.fields.values()), default=1)
    spread = [name for name, field_rule in rule.fields.items() if len(field_rule.columns) > 1]
    if rule.is_part and not spread:
        spread = [name for name in _MAKERS if name in rule.fields and name in needed_cells(rule.table)]
    for place in range(max(count, 1)):
        frame = records.select(
            *(_raw(field_rule, place).alias(name) for name, field_rule in rule.fields.items()),
            "source_offset",
            "record_number",
            pl.lit(place).alias("__place"),
        )
        yield frame.filter(pl.any_horizontal(pl.col(spread).is_not_null())) if spread else frame


def _raw(field_rule: FieldRule, place: int) -> pl.Expr:
    if field_rule.constant is not None:
        return pl.lit(field_rule.constant)
    if field_rule.join:
        return pl.concat_str([pl.col(plain_name(name)) for name in field_rule.join], separator="|")
    cell = pl.col(plain_name(field_rule.columns[place if len(field_rule.columns) > 1 else 0]))
    if field_rule.empty:
        cell = pl.when(~cell.str.to_lowercase().is_in([word.lower() for word in field_rule.empty])).then(cell)
    if field_rule.values:
        # A word that the mapping does not translate stays; the contract's rules reject it if it does not fit.
        cell = cell.replace(dict(field_rule.values))
    return cell


def _converted(rule: TableRule, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Rule]]:
    """Return the cells converted to the contract's form, and rules that find failed conversions."""
    columns = {column.name: column for column in rule.table.columns}
    rows = rows.with_columns(
        _restored(name)
        for name, field_rule in rule.fields.items()
        if name in _CODES and field_rule.constant is None
    )
    lists = list_targets(rule.table)
    changed: list[pl.Expr] = []
    rules: list[Rule] = []
    for name, field_rule in rule.fields.items():
        if name in lists:
            parts, too_many = _parts(name, field_rule, len(lists[name]))
            changed += [part.alias(target) for part, target in zip(parts, lists[name], strict=True)]
            reason = f"{name} {_column_named(field_rule)}holds more than {len(lists[name])} values".replace(
                "  ", " "
            )
            rules.append(Rule(too_many, reason, f"at most {len(lists[name])}"))
            continue
        column = columns.get(name)
        converted = _value(name, field_rule, column)
        changed.append(converted.alias(name))
        if field_rule.format is not None or field_rule.multiply_by is not None:
            what = f"a date of the form {field_rule.format}" if field_rule.format else "a number"
            failed = pl.col(f"__raw_{name}").is_not_null() & pl.col(name).is_null()
            rules.append(Rule(failed, f"{name} {_column_named(field_rule)}is not {what}", what))
    raw = [pl.col(name).alias(f"__raw_{name}") for name in rule.fields]
    plurals = [name for name in rule.fields if name in lists]
    return rows.with_columns(raw).with_columns(changed).drop(plurals), rules


def _restored(name: str) -> pl.Expr:
    """Return codes as they were before a program took them for numbers, where only one code is possible."""
    cell = pl.col(name).str.replace(_FLOAT, "$1")
    width = _FIXED_WIDTHS.get(name)
    return (
        cell
        if width is None
        else pl.when(cell.str.contains(r"^\d+$")).then(cell.str.zfill(width)).otherwise(cell)
    )


def _column_named(field_rule: FieldRule) -> str:
    """Return the header of the user's file for a message, if there is exactly one."""
    return f"(column '{field_rule.columns[0][:40]}') " if len(field_rule.columns) == 1 else ""


def _value(name: str, field_rule: FieldRule, column: Column | None) -> pl.Expr:
    cell = pl.col(name)
    if field_rule.pad is not None:
        cell = pl.when(cell.str.contains(r"^\d+$")).then(cell.str.zfill(field_rule.pad)).otherwise(cell)
    # birth_date and sex are columns of patient, but an encounter table has them too.
    kind = (
        column.type if column is not None else ColumnType.DATE if name.endswith("_date") else ColumnType.TEXT
    )
    if kind in _DATES:
        return _date(cell, field_rule.format, kind)
    if kind in _AMOUNTS:
        return _amount(cell, field_rule.multiply_by)
    if kind is ColumnType.INTEGER and column is not None and not is_user_id(column):
        return cell.str.replace(r"\.0+$", "")
    return cell


def _date(cell: pl.Expr, form: str | None, kind: ColumnType) -> pl.Expr:
    if form is None:
        return cell if kind is ColumnType.TIMESTAMP else cell.str.replace(_ISO, "$1")
    if form == "excel":
        days = cell.cast(pl.Float64, strict=False)
        date = (_EXCEL_DAY_ZERO + pl.duration(days=days.floor().cast(pl.Int64, strict=False))).dt.strftime(
            "%Y-%m-%d"
        )
        return pl.when(days.is_between(1, 100_000)).then(date)
    # A cell that Excel stores as a date is already in ISO form.
    is_iso = cell.str.contains(_ISO)
    if kind is ColumnType.TIMESTAMP:
        converted = cell.str.to_datetime(form, strict=False).dt.strftime("%Y-%m-%dT%H:%M:%S")
        return pl.when(is_iso).then(cell).otherwise(converted)
    parsed = (cell.str.to_datetime if "%H" in form or "%I" in form else cell.str.to_date)(form, strict=False)
    return pl.when(is_iso).then(cell.str.replace(_ISO, "$1")).otherwise(parsed.dt.strftime("%Y-%m-%d"))


def _amount(cell: pl.Expr, factor: str | None) -> pl.Expr:
    """Return amounts without formatting: $1,234.50, (12.00) and 12.00- are 1234.50, -12.00 and -12.00."""
    plain = (
        cell.str.replace_all(r"[$\s]", "").str.replace(r"^\((.*)\)$", "-$1").str.replace(r"^(.*)-$", "-$1")
    )
    plain = pl.when(plain.str.contains(_THOUSANDS)).then(plain.str.replace_all(",", "")).otherwise(plain)
    plain = plain.str.replace(r"^(-?)\.", "${1}0.").str.replace(r"(\.\d\d)0+$", "$1").str.replace(r"^\+", "")
    if factor is None:
        return plain
    product = plain.cast(_WIDEST, strict=False) * pl.lit(Decimal(factor), dtype=_WIDEST)
    return product.cast(pl.String).str.replace(r"(\.\d\d\d*?)0+$", "$1")


def _parts(name: str, field_rule: FieldRule, count: int) -> tuple[list[pl.Expr], pl.Expr]:
    """Split a cell into its values; also return an expression that is true if there are too many."""
    cell = pl.col(f"__raw_{name}")
    if field_rule.width is not None:
        values = cell.str.replace_all(r"[^A-Za-z0-9]", "").str.extract_all(f".{{1,{field_rule.width}}}")
    elif field_rule.separator is not None:
        values = cell.str.split(field_rule.separator)
    else:
        # Modifiers may be written without a separator, as 2559.
        is_pairs = cell.str.contains(r"^([A-Za-z0-9]{2})+$") if name == "modifiers" else pl.lit(value=False)
        pairs = cell.str.extract_all(r"[A-Za-z0-9]{2}")
        values = pl.when(is_pairs).then(pairs).otherwise(cell.str.extract_all(r"[A-Za-z0-9]+"))
    values = values.list.eval(pl.element().str.strip_chars()).list.eval(
        pl.element().filter(pl.element() != "")
    )
    return [values.list.get(place, null_on_oob=True) for place in range(count)], values.list.len() > count


def _one_row_per(
    rule: TableRule, key: str, rows: pl.DataFrame, source_file_id: int, segment: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one row per key, and rejected rows for values that differ and should not."""
    takes_in_mapping = {name: rule.fields[name].take for name in rows.columns if name in rule.fields}
    takes = {name: takes_in_mapping.get(name) or _USUAL_TAKES.get(name) for name in rows.columns}
    # Each position in a list of headers gives one row.
    keys, origin = [key, "__place"], ("source_offset", "record_number")
    plain = [name for name in rows.columns if takes[name] is None and name not in {*keys, *origin}]
    firsts = [pl.col(name).drop_nulls().first().over(keys).alias(f"__first_{name}") for name in plain]
    known = rows.with_columns(*firsts)
    is_odd = [(pl.col(name) != pl.col(f"__first_{name}")).fill_null(value=False) for name in plain]
    odd = known.filter(pl.any_horizontal(is_odd)) if plain else known.clear()
    noted = rejected_rows(
        source_file_id,
        segment,
        odd,
        reason=pl.format(
            "{} differs from an earlier row of the same " + key,
            pl.concat_str(
                [pl.when(other).then(pl.lit(name)) for name, other in zip(plain, is_odd, strict=True)],
                separator=", ",
                ignore_nulls=True,
            ),
        ) if plain else "",
        expected="one value in all rows of the key (the first was loaded), or 'take:' in the mapping",
    )  # fmt: skip
    aggregates = [
        _taken(name, take) if take else pl.col(name).drop_nulls().first()
        for name, take in takes.items()
        if name not in {*keys, *origin}
    ]
    whole = rows.filter(pl.col(key).is_not_null())
    merged = whole.group_by(keys, maintain_order=True).agg(
        *aggregates, *(pl.col(name).first() for name in origin)
    )
    # A row without the key stays, for the contract's rule to reject.
    lost = rows.filter(pl.col(key).is_null())
    return pl.concat([merged.select(rows.columns), lost]), noted


def _taken(name: str, take: str) -> pl.Expr:
    cell = pl.col(name)
    if take == "sum":
        total = cell.cast(_WIDEST, strict=False)
        # A sum with a part that is not a number becomes text, which the contract's rule rejects.
        is_whole = (cell.is_not_null() & total.is_null()).sum() == 0
        text = total.sum().cast(pl.String).str.replace(r"(\.\d\d)0+$", "$1")
        return pl.when(is_whole).then(text).otherwise(pl.lit("?")).alias(name)
    return {"min": cell.min, "max": cell.max}.get(take, cell.drop_nulls().first)()


def _mangled(rules: Sequence[TableRule], frames: Sequence[pl.DataFrame]) -> Iterator[Rule]:
    """Yield rules that find identifiers and codes damaged by Excel: numbers, dates, lost leading zeros.

    An identifier may look like a date; a code or an identifier in scientific form has lost its digits.
    """
    names = list(dict.fromkeys(name for frame in frames for name in frame.columns))
    columns = {column.name: column for rule in rules for column in rule.table.columns}
    whole = "the value as text, as in a column that was formatted as text before it was filled"
    for name in (name for name in names if _is_identifier(name, columns)):
        cell, named = pl.col(name), f"{name}{_headers(rules, name)}"
        is_number = cell.str.contains(_SCIENTIFIC)
        yield Rule(is_number, f"{named} is a number in scientific form, as Excel makes of some codes", whole)
        is_code = name in _CODES or name.startswith("modifier_")
        is_date = cell.str.contains(_DATE_LIKE if is_code else _SHORT_DATE)
        yield Rule(is_date, f"{named} is a date, as Excel makes of some codes", whole)
        if name in _LOST_ZEROS:
            short, expected = _LOST_ZEROS[name]
            yield Rule(cell.str.contains(short), f"{named} has lost its leading zeros", expected)
    if "code" in names:
        system = (
            pl.col("code_system").str.to_uppercase().fill_null("CPT")
            if "code_system" in names
            else pl.lit("CPT")
        )
        is_short = system.is_in(["CPT", "HCPCS"]) & pl.col("code").str.contains(_FEW_DIGITS)
        yield Rule(
            is_short,
            "code has fewer than five digits: its leading zeros are lost",
            "all five digits, or 'pad: 5' in the mapping",
        )


def _is_identifier(name: str, columns: Mapping[str, Column]) -> bool:
    """Return True if a column holds an identifier or a code, which Excel may have taken for a number."""
    column = columns.get(name)
    return (
        name not in _TEXTS
        and (column is None or column.type is ColumnType.TEXT or is_user_id(column))
        and not name.endswith("_date")
        and name not in {"source_offset", "record_number"}
    )


def _headers(rules: Sequence[TableRule], name: str) -> str:
    """Return the user's header of a column for a message, if it has another name than the column."""
    headers = {
        plain_name(header) for rule in rules if name in rule.fields for header in rule.fields[name].columns
    }
    header = next(iter(headers), name)
    return f" (column '{header[:40]}')" if len(headers) == 1 and header != name else ""
