"""Text cells to rows of any core table, checked by the table's contract."""

from __future__ import annotations

import hashlib
from typing import Final

import polars as pl

from auditlib.codes import normalised
from auditlib.schema.contract import Column, ColumnType, Table
from auditlib.schema.vocabulary import WORDS
from auditlib.sources.documents.document_types import OTHER, document_type
from auditlib.sources.rejected_rows import Rule, apply_rules
from auditlib.sources.tabular.cell_rules import (
    MODIFIER_FORM,
    code_form_rule,
    date_of,
    date_rule,
    first_of,
    with_cells,
)
from auditlib.sources.tabular.coded_encounter import id_rules, pseudonym
from auditlib.sources.tabular.user_tables import cells_of, is_user_id, needed_cells, position_column

USER_ID_BIT: Final = 1 << 62
"""Set in numbers that stand for a user's ids; ids made of file number and offset never have it."""

_FORMS: Final = {
    ColumnType.INTEGER: (r"^[0-9]{1,9}$", "a whole number"),
    ColumnType.MONEY: (r"^-?[0-9]{1,16}(\.[0-9]{1,2})?$", "an amount with at most two decimals"),
    ColumnType.QUANTITY: (r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$", "a number with at most four decimals"),
    ColumnType.DOUBLE: (r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$", "a number"),
    ColumnType.BOOLEAN: (r"^(?i)(true|false|1|0)$", "true or false"),
}
_TIME_FORM: Final = "%Y-%m-%dT%H:%M:%S"
_PLAIN_CODES: Final = ("code", "submitted_code")
_UPPER: Final = frozenset({"poa_indicator", "reason_code", "remark_code", "revenue_code", "ndc", "unit_code"})
_LONGEST_TEXT: Final = 200
# Columns that are only shown: a line end within a cell is a blank.
_SHOWN: Final = ("_name", "author_role", "title")
_DEFAULTS: Final = {
    ("claim", "frequency_code"): "1",
    ("claim", "payer_sequence"): "P",
}
_SAME_AS: Final = {
    ("claim", "claim_id"): "patient_control_number",
    ("claim", "patient_control_number"): "claim_id",
}


def read_rows(
    table: Table, cells: pl.DataFrame, *, source_file_id: int, segment: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of a table for the text cells of records, and rejected rows.

    Parameters
    ----------
    table
        Contract of the table.
    cells
        Some of the table's columns as text, ``source_offset`` and ``record_number``; dates as 2026-01-31.
    source_file_id
        File that they were read from.
    segment
        Name of a record in its rejected row.
    """
    prepared = _completed(table, with_cells(cells, cells_of(table)), frozenset(cells.columns))
    table_columns = [column for column in table.columns if column.name in prepared.columns]
    columns = [column for column in table_columns if column.name not in {"source_file_id", "source_offset"}]
    prepared = prepared.with_columns(_tidy(table, column) for column in columns)
    rules = [rule for column in columns for rule in _rules(table, column)]
    if {"code", "code_system"} <= set(prepared.columns):
        rules.append(code_form_rule("code"))
    if table.name == "claim":
        rules.append(
            Rule(pl.col("from_date").is_null(), "from_date is missing: a claim has a day", "a from_date")
        )
    valid, rejected = apply_rules(source_file_id, segment, prepared, rules)
    typed = valid.with_columns(_typed(column) for column in columns).with_columns(
        *(_numbers_for(valid, column.name) for column in columns if is_user_id(column)),
        *(_pseudonyms_for(valid) for column in columns if column.name == "patient_id"),
        pl.lit(source_file_id).alias("source_file_id"),
    )
    if {"from_date", "to_date"} <= set(typed.columns):
        # A start date without an end date means one day.
        typed = typed.with_columns(pl.coalesce("to_date", "from_date").alias("to_date"))
    first, repeated = first_of(
        typed,
        table.key,
        source_file_id,
        segment,
        f"{' and '.join(table.key)} occur earlier in this file"
        if len(table.key) > 1
        else f"{table.key[0]} occurs earlier in this file",
    )
    rows = table.conform(first.select(name for name in table.column_names if name in first.columns))
    return rows, pl.concat([rejected, repeated])


def _completed(table: Table, cells: pl.DataFrame, columns_in_file: frozenset[str]) -> pl.DataFrame:
    """Return the cells with defaults for columns that the file does not have."""
    for (name, column), other in _SAME_AS.items():
        if name == table.name:
            cells = cells.with_columns(pl.coalesce(column, other).alias(column))
    for (name, column), value in _DEFAULTS.items():
        if name == table.name and column not in columns_in_file:
            cells = cells.with_columns(pl.lit(value).alias(column))
    position = position_column(table)
    if position is not None and position.name not in columns_in_file:
        number = pl.int_range(1, pl.len() + 1).over(list(table.key[:-1]))
        cells = cells.with_columns(number.cast(pl.String).alias(position.name))
    if table.name in {"claim_diagnosis", "claim_procedure"} and "code_role" not in columns_in_file:
        later = "secondary" if table.name == "claim_diagnosis" else "other"
        is_first = pl.int_range(pl.len()).over("claim_id") == 0
        role = pl.when(is_first).then(pl.lit("principal")).otherwise(pl.lit(later))
        cells = cells.with_columns(role.alias("code_role"))
    if "pointer_number" in cells.columns and "pointer_number" not in columns_in_file:
        is_pointed_at = pl.col("code_role").str.to_lowercase().is_in(["principal", "secondary"])
        cells = cells.with_columns(pl.when(is_pointed_at).then("diagnosis_number").alias("pointer_number"))
    if table.name in {"claim_line", "remit_line"} and "code_system" not in columns_in_file:
        # As in X12: four digits and one more digit or letter are CPT, all else is HCPCS.
        is_cpt = pl.col("code").str.contains(r"^[0-9]{4}[0-9A-Za-z]$")
        system = pl.when(is_cpt).then(pl.lit("CPT")).otherwise(pl.lit("HCPCS"))
        cells = cells.with_columns(pl.when(pl.col("code").is_not_null()).then(system).alias("code_system"))
    if table.name == "claim":
        return _with_day(cells)
    return _completed_documents(cells) if table.name == "document" else cells


def _with_day(cells: pl.DataFrame) -> pl.DataFrame:
    """Return claims with a day: their first one, else that of admission, else their last one."""
    return cells.with_columns(pl.coalesce("from_date", "admit_date", "to_date").alias("from_date"))


def _completed_documents(cells: pl.DataFrame) -> pl.DataFrame:
    # The document type comes from the text, as for loose documents.
    types = [
        document_type(text or "", title=title) or OTHER
        for text, title in cells.select("text", "title").iter_rows()
    ]
    number = pl.int_range(1, pl.len() + 1).over("encounter_id").cast(pl.String)
    kind = pl.coalesce("document_type", pl.Series("document_type", types, dtype=pl.String))
    return cells.with_columns(
        kind.alias("document_type"), pl.coalesce("document_number", number).alias("document_number")
    ).with_columns(
        pl.format("{}:{}", "encounter_id", "document_number").alias("document_id"),
        pl.coalesce("title", pl.col("document_type").str.to_titlecase()).alias("title"),
    )


def _tidy(table: Table, column: Column) -> pl.Expr:
    """Return a cell in the form in which it is stored: codes upper-case, words as in their closed list."""
    cell = pl.col(column.name)
    words = WORDS.get((table.name, column.name))
    if words is not None:
        plain = cell.str.to_lowercase().str.replace_all(r"[-_ ]", "")
        stored = {word.lower().replace("-", "").replace(" ", ""): word for word in words}
        return plain.replace_strict(stored, default=pl.concat_str(pl.lit("?"), cell)).alias(column.name)
    if column.name in _PLAIN_CODES:
        return normalised(column.name)
    if column.name in _UPPER or column.name.startswith("modifier_"):
        return cell.str.to_uppercase()
    if column.name.startswith("diagnosis_pointer_"):
        letters = {chr(ord("A") + place): str(place + 1) for place in range(12)}
        return cell.str.to_uppercase().replace(letters)
    if column.type is ColumnType.TIMESTAMP:
        date, time = cell.str.slice(0, 10), cell.str.slice(11, 8)
        whole = pl.when(time.str.len_chars() == len("10:20")).then(pl.concat_str(time, pl.lit(":00")))
        return pl.concat_str(
            date,
            pl.lit("T"),
            pl.when(time == "").then(pl.lit("00:00:00")).otherwise(pl.coalesce(whole, time)),
        ).alias(column.name)
    return cell.str.replace_all(r"\s+", " ") if column.name.endswith(_SHOWN) else cell


def _rules(table: Table, column: Column) -> list[Rule]:
    name, cell = column.name, pl.col(column.name)
    if name == "encounter_id":
        return list(id_rules())
    is_needed = name in needed_cells(table) or name in table.key or (table.name, name) in _SAME_AS
    rules = [Rule(cell.is_null(), f"{name} is missing", f"a {name}")] if is_needed and column.required else []
    if column.type is ColumnType.DATE:
        return [*rules, date_rule(name)]
    if column.type is ColumnType.TIMESTAMP:
        is_none = cell.is_not_null() & cell.str.to_datetime(_TIME_FORM, strict=False).is_null()
        return [*rules, Rule(is_none, f"{name} is not a time", "a time such as 2026-01-31T14:30:00")]
    if column.type in _FORMS and not is_user_id(column):
        form, expected = _FORMS[column.type]
        return [*rules, Rule(~cell.str.contains(form), f"{name} is not {expected}", expected)]
    return [*rules, *_text_rules(table, column)]


def _text_rules(table: Table, column: Column) -> list[Rule]:
    name, cell = column.name, pl.col(column.name)
    words = WORDS.get((table.name, name))
    if words is not None:
        return [Rule(~cell.is_in(words), f"{name} is not known", f"one of {', '.join(words)}")]
    if name.startswith("modifier_"):
        return [Rule(~cell.str.contains(MODIFIER_FORM), f"{name} is not a modifier", "two letters or digits")]
    if name == "poa_indicator":
        is_other = ~cell.str.contains(r"^[A-Z0-9]$")
        return [Rule(is_other, f"{name} is not one letter or digit", "Y, N, U, W, 1 or empty")]
    if table.name == "document" and name == "text":
        return []
    return [
        Rule(
            cell.str.contains(r"\p{C}") | (cell.str.len_chars() > _LONGEST_TEXT),
            f"{name} is too long or holds control characters",
            f"at most {_LONGEST_TEXT} printable characters",
        )
    ]


def _typed(column: Column) -> pl.Expr:
    cell = pl.col(column.name)
    if column.type is ColumnType.DATE:
        return date_of(column.name).alias(column.name)
    if column.type is ColumnType.TIMESTAMP:
        return cell.str.to_datetime(_TIME_FORM, strict=False).alias(column.name)
    if column.type is ColumnType.BOOLEAN:
        return cell.str.to_lowercase().is_in(["true", "1"]).alias(column.name)
    return cell if column.type is ColumnType.TEXT or is_user_id(column) else cell.cast(column.type.polars)


def _numbers_for(rows: pl.DataFrame, name: str) -> pl.Expr:
    """Return the number for each of the user's ids, the same in every file and workspace."""
    ids = rows[name].drop_nulls().unique()
    # polars has no SHA-256: one hash per id.
    numbers = [user_id_number(name, user_id) for user_id in ids]
    return pl.col(name).replace_strict(ids, pl.Series(numbers, dtype=pl.Int64), default=None).alias(name)


def user_id_number(name: str, user_id: str) -> int:
    """Return the number for a user's id in a column: 61 bits of its SHA-256, and `USER_ID_BIT`."""
    digest = hashlib.sha256(f"{name}|{user_id}".encode()).digest()
    return USER_ID_BIT | int.from_bytes(digest[:8], "big") >> 3


def _pseudonyms_for(rows: pl.DataFrame) -> pl.Expr:
    ids = rows["patient_id"].drop_nulls().unique()
    names = pl.Series([pseudonym("", user_id) for user_id in ids], dtype=pl.String)
    return pl.col("patient_id").replace_strict(ids, names, default=None).alias("patient_id")
