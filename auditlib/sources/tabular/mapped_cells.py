"""Records of a user's table to the cells of a core table, by a mapping; all values stay text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from auditlib.codes import normalised
from auditlib.schema.contract import Column, ColumnType
from auditlib.sources.rejected_rows import Rule, apply_rules, rejected_rows
from auditlib.sources.tabular.amounts import (
    WIDEST,
    DecimalMark,
    amount,
    decimal_mark,
    is_ambiguous,
    product,
)
from auditlib.sources.tabular.day_ranges import day_of_range
from auditlib.sources.tabular.delimited import plain_name
from auditlib.sources.tabular.table_mapping import Decimals, FieldRule, TableRule
from auditlib.sources.tabular.user_tables import is_user_id, list_targets, needed_cells

# The day of a time with a zone is the one that is written.
_ISO: Final = (
    r"^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?))?)?$"
)
_SWAPPED: Final = {"%m": "%d", "%d": "%m"}
# A code of five characters and its modifiers: each after something, or all of them without.
_CODE_AND_MODIFIERS: Final = (
    r"^\s*([A-Za-z0-9]{5})((?:[\s,:;/*+-]+[A-Za-z0-9]{2}){1,4}|(?:[A-Za-z0-9]{2}){1,4}"
    r"|[\s,:;/*+-]+(?:[0-9]{2}){2,4})\s*$"
)
_MOST_PARTS: Final = 1_000
# The quantity that an amount is multiplied by, beside it.
_FACTOR: Final = "__raw_times_"
_ZERO: Final = r"^[-$(\s]*(0+([.,]0*)?|-)[)\s]*$"
_GROUP_AND_REASON: Final = r"^(?i)(CO|PR|OA|PI|CR)\s*-?\s*([A-Z]?[0-9]{1,3})$"
_REASON_AND_AMOUNT: Final = (
    r"^(?i)\s*((?:CO|PR|OA|PI|CR)\s*-?\s*[A-Z]?[0-9]{1,3})[\s:=(/]+(-?\$?-?[0-9.,]*[0-9])\)?\s*$"
)
# A number that a workbook or Parquet file stores as one never ends with a zero after its point.
_STORED_FRACTION: Final = r"\.\d*[1-9]$"
_SCIENTIFIC: Final = r"^-?\d+(\.\d*)?[Ee][+-]\d+$"
_DATE_LIKE: Final = (
    r"^(\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}-[A-Za-z]{3}(-\d{2,4})?|"
    r"[A-Za-z]{3}-\d{2})$"
)
# Letters of no month begin a number, as HFM-3301.
_SHORT_DATE: Final = (r"(?i)^(\d{1,2}-MONTH(-\d{2,4})?|MONTH-(\d{2}|(19|20)\d{2}))$").replace(
    "MONTH", "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_FEW_DIGITS: Final = r"^\d{1,4}$"
_SHORT_ICD_9: Final = r"^\d{1,2}(\.\d*)?$"
_APOSTROPHE: Final = r"^['\u2018\u2019]\s*"
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
_SAYS_SERVICE: Final = ("code", "revenue_code", "ndc")
_UNITED: Final = frozenset({"claim_diagnosis", "claim_procedure", "encounter_code"})
_USUAL_TAKES: Final = {"from_date": "min", "to_date": "max"}
_DATES: Final = frozenset({ColumnType.DATE, ColumnType.TIMESTAMP})


@dataclass(frozen=True, slots=True)
class AmountStyle:
    """How the amounts of a file are written.

    Attributes
    ----------
    stated
        Decimal mark that the mapping states for all amounts.
    proven
        Decimal mark that amounts of the file prove, for columns that do not prove their own.
    is_typed
        True if the file stores numbers as numbers, so that they have a decimal point.
    """

    stated: Decimals | None = None
    proven: Decimals | None = None
    is_typed: bool = False


def amount_headers(rules: Sequence[TableRule], kinds: Collection[ColumnType] = _AMOUNTS) -> list[str]:
    """Return the normalized headers that rules take amounts or quantities from."""
    headers = []
    for rule in rules:
        types = {column.name: column.type for column in rule.table.columns}
        for name, field_rule in rule.fields.items():
            if types.get(name) in kinds:
                headers += [plain_name(header) for header in field_rule.columns]
    return list(dict.fromkeys(headers))


def mapped_cells(
    rules: Sequence[TableRule],
    records: pl.DataFrame,
    *,
    source_file_id: int,
    segment: str,
    style: AmountStyle | None = None,
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
    style
        How its amounts are written; by default each column decides for itself.

    Notes
    -----
    Rows come in the order of rules, records, headers of a list and values of a cell; an empty place gives no
    row.
    """
    frames, rejected = [], []
    for rule in rules:
        rows = placed_rows(rule, records)
        rows, uneven = apply_rules(source_file_id, segment, *cut_rows(rule, rows))
        rows = _with_amounts_apart(rule, rows)
        cells, broken = apply_rules(source_file_id, segment, *_converted(rule, rows, style or AmountStyle()))
        broken = pl.concat([uneven, broken])
        cells = cells.drop(name for name in cells.columns if name.startswith("__raw_"))
        if rule.one_row_per is not None:
            cells, differing = _one_row_per(rule, rule.one_row_per, cells, source_file_id, segment)
            broken = pl.concat([broken, differing])
        frames.append(cells.drop("__place"))
        rejected.append(broken)
    united = pl.concat(frames, how="diagonal")
    if rules[0].table.name == "adjustment":
        united = _without_repeated_adjustments(_with_groups_apart(united), [frame.height for frame in frames])
    cells, mangled = apply_rules(source_file_id, segment, united, list(_mangled(rules, frames)))
    return cells, pl.concat([*rejected, mangled])


def placed_rows(rule: TableRule, records: pl.DataFrame) -> pl.DataFrame:
    """Return the raw cells of a rule: a row for each record and place in its lists (``__place``)."""
    parts = list(_rows(rule, records_of(rule, records)))
    return pl.concat(parts).sort("record_number", "__place") if len(parts) > 1 else parts[0]


def records_of(rule: TableRule, records: pl.DataFrame) -> pl.DataFrame:
    """Return the records that a rule takes: of the kinds that it names, and of those alike the first."""
    chosen = records if rule.takes_all_records else records.filter(is_taken(rule))
    if rule.once_per:
        chosen = chosen.unique(
            [plain_name(name) for name in rule.once_per], keep="first", maintain_order=True
        )
    return chosen


def is_taken(rule: TableRule) -> pl.Expr:
    """Return whether each record is of the kinds from which a rule fills its table."""
    only = [_is_one_of(name, words) for name, words in rule.only_rows.items()]
    never = [_is_one_of(name, words) for name, words in rule.leave_out_rows.items()]
    filled = [pl.col(plain_name(name)).is_not_null() for name in rule.only_filled]
    return pl.all_horizontal(pl.lit(value=True), *only, *filled, *(~is_word for is_word in never))


def _is_one_of(header: str, words: Sequence[str]) -> pl.Expr:
    cell = pl.col(plain_name(header)).str.to_lowercase()
    return cell.is_in(list(words)).fill_null(value=False)


def first_alike(rules: Sequence[TableRule], records: pl.DataFrame) -> pl.DataFrame:
    """Return ``source_offset`` of each record and ``__first``, that of the record it repeats, or its own."""
    rule = next((rule for rule in rules if rule.once_per), None)
    own = pl.col("source_offset")
    first = own if rule is None else own.first().over([plain_name(name) for name in rule.once_per])
    return records.select(own, first.alias("__first"))


def _without_repeated_adjustments(rows: pl.DataFrame, heights: Sequence[int]) -> pl.DataFrame:
    """Return the rows without those that repeat what an earlier entry says of the same record.

    A deductible may come in its own column and among the adjustments.
    """
    entry = pl.Series("__entry", np.repeat(np.arange(len(heights)), heights))
    same = ["source_offset", "group_code", "reason_code", "__amount"]
    value = pl.col("adjustment_amount").cast(WIDEST, strict=False)
    rows = rows.with_columns(entry, value.alias("__amount"))
    is_first = pl.col("__entry") == pl.col("__entry").min().over(same)
    is_named = pl.col("reason_code").is_not_null()
    return rows.filter(is_first | ~is_named).drop("__entry", "__amount")


def _with_amounts_apart(rule: TableRule, rows: pl.DataFrame) -> pl.DataFrame:
    """Return adjustments with reason and amount apart where one cell has both, as CO-45 33.60."""
    reason, amount_rule = (rule.fields.get(name) for name in ("reason_code", "adjustment_amount"))
    is_in_one = reason and amount_rule and reason.columns and reason.columns == amount_rule.columns
    if rule.table.name != "adjustment" or not is_in_one:
        return rows
    return rows.with_columns(
        pl.coalesce(pl.col(name).str.extract(_REASON_AND_AMOUNT, part), name).alias(name)
        for part, name in ((1, "reason_code"), (2, "adjustment_amount"))
    )


def _with_groups_apart(rows: pl.DataFrame) -> pl.DataFrame:
    """Return adjustments with the group that is written before its reason, as CO-45, in its own column."""
    rows = rows.with_columns(
        pl.lit(None, pl.String).alias(name)
        for name in ("group_code", "reason_code", "adjustment_amount")
        if name not in rows.columns
    )
    group, reason = (pl.col("reason_code").str.extract(_GROUP_AND_REASON, part) for part in (1, 2))
    is_of_group = group.str.to_uppercase() == pl.coalesce("group_code", group).str.to_uppercase()
    return rows.with_columns(
        pl.coalesce("group_code", group).alias("group_code"),
        pl.when(is_of_group).then(reason).otherwise("reason_code").alias("reason_code"),
    )


def cut_rows(rule: TableRule, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Rule]]:
    """Return a row for each value of the cells that the mapping cuts, and the rule that they are as many."""
    lists = list_targets(rule.table)
    cut = [name for name, field_rule in rule.fields.items() if field_rule.separators and name not in lists]
    if not cut:
        return rows, []
    values = rows.with_columns(
        _split(pl.col(name), rule.fields[name].separators)
        .list.eval(pl.element().str.strip_chars())
        .list.eval(
            pl.when(~pl.element().str.to_lowercase().is_in(_empty_words(rule.fields[name]))).then(
                pl.element()
            )
        )
        .alias(name)
        for name in cut
    ).with_columns(pl.col(name).list.drop_nulls().alias(name) for name in cut if len(cut) == 1)
    maker = next((name for name in _MAKERS if name in cut), cut[0])
    count = pl.col(maker).list.len()
    is_uneven = [
        pl.col(name).list.len().is_not_null() & (pl.col(name).list.len() != count)
        for name in cut
        if name != maker
    ]
    uneven = pl.any_horizontal(is_uneven) if is_uneven else pl.lit(value=False)
    values = values.with_columns(uneven.fill_null(value=False).alias("__raw_uneven"))
    # A cell that is empty, or not as long as the code's, has a place for each code.
    values = values.with_columns(
        pl.when(pl.col("__raw_uneven") | pl.col(name).is_null())
        .then(pl.lit(None, pl.String).repeat_by(count.fill_null(1)))
        .otherwise(pl.col(name))
        .alias(name)
        for name in cut
        if name != maker
    )
    values = values.with_columns(pl.int_ranges(count.fill_null(1)).alias("__part"))
    values = values.with_columns(
        pl.when(count.fill_null(0) > 0)
        .then(pl.col(maker))
        .otherwise(pl.lit(None, pl.String).repeat_by(1))
        .alias(maker)
    ).with_columns(
        pl.when(pl.col("__part").list.len() > 0).then("__part").otherwise(pl.int_ranges(pl.lit(1)))
    )
    exploded = values.explode([*cut, "__part"])
    exploded = exploded.with_columns(
        (pl.col("__place").cast(pl.Int64) * _MOST_PARTS + pl.col("__part")).alias("__place")
    ).drop("__part")
    if rule.is_part or len(cut) > 1:
        exploded = exploded.filter(pl.col(maker).is_not_null())
    reason = (
        f"{' or '.join(name for name in cut if name != maker)} holds another number of values than {maker}"
    )
    found = Rule(pl.col("__raw_uneven"), reason, f"as many values as {maker}, or none")
    return exploded, [found]


def _rows(rule: TableRule, records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the raw cells, one frame for each position in the lists of headers."""
    count = max((len(field_rule.columns) for field_rule in rule.fields.values()), default=1)
    spread = [name for name, field_rule in rule.fields.items() if len(field_rule.columns) > 1]
    if rule.is_part and not spread:
        spread = [name for name in _MAKERS if name in rule.fields and name in needed_cells(rule.table)]
    if rule.other_places:
        # A place for a service that a record leaves empty is no line, if the record fills another.
        fills_other = pl.any_horizontal(_has_service(other) for other in rule.other_places)
        records = records.filter(_has_service(rule) | ~fills_other)
    for place in range(max(count, 1)):
        frame = records.select(
            *(_raw(name, field_rule, place).alias(name) for name, field_rule in rule.fields.items()),
            *(
                pl.col(plain_name(field_rule.times)).alias(f"{_FACTOR}{name}")
                for name, field_rule in rule.fields.items()
                if field_rule.times is not None
            ),
            "source_offset",
            "record_number",
            pl.lit(place).alias("__place"),
        )
        if _is_amount_of_one_reason(rule):
            frame = frame.filter(~pl.col("adjustment_amount").str.contains(_ZERO).fill_null(value=False))
        yield frame.filter(pl.any_horizontal(pl.col(spread).is_not_null())) if spread else frame


def _has_service(rule: TableRule) -> pl.Expr:
    """Return whether a record fills a rule's place for a service, with a code or a charge above zero."""
    codes = [name for part in _SAYS_SERVICE if part in rule.fields for name in rule.fields[part].columns]
    charges = rule.fields["charge_amount"].columns if "charge_amount" in rule.fields else ()
    amounts = [pl.col(plain_name(name)) for name in charges]
    return pl.any_horizontal(
        pl.lit(value=False),
        *(pl.col(plain_name(name)).is_not_null() for name in codes),
        *((amount.is_not_null() & ~amount.str.contains(_ZERO)).fill_null(value=False) for amount in amounts),
    )


def _is_amount_of_one_reason(rule: TableRule) -> bool:
    """Return True for a column such as the deductible, in which zero means that there is none."""
    reason = rule.fields.get("reason_code")
    return rule.table.name == "adjustment" and reason is not None and reason.constant is not None


def _raw(name: str, field_rule: FieldRule, place: int) -> pl.Expr:
    if field_rule.constant is not None:
        return pl.lit(field_rule.constant)
    if field_rule.join:
        return pl.concat_str(
            [_without_apostrophe(pl.col(plain_name(header))) for header in field_rule.join], separator="|"
        )
    cell = pl.col(plain_name(field_rule.columns[place if len(field_rule.columns) > 1 else 0]))
    if name not in _TEXTS:
        cell = _without_apostrophe(cell)
    if field_rule.empty:
        cell = pl.when(~cell.str.to_lowercase().is_in([word.lower() for word in field_rule.empty])).then(cell)
    if field_rule.values:
        # A word that the mapping does not translate stays; the contract's rules reject it if it does not fit.
        cell = cell.replace(dict(field_rule.values))
    return cell


def _without_apostrophe(cell: pl.Expr) -> pl.Expr:
    """Return a cell without the apostrophe by which Excel marks it as text."""
    plain = cell.str.replace(_APOSTROPHE, "")
    return pl.when(plain != "").then(plain)


def _converted(rule: TableRule, rows: pl.DataFrame, style: AmountStyle) -> tuple[pl.DataFrame, list[Rule]]:
    """Return the cells converted to the contract's form, and rules that find failed conversions."""
    columns = {column.name: column for column in rule.table.columns}
    rows = rows.with_columns(
        _restored(name, rows.columns)
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
        if column is not None and column.type in _AMOUNTS:
            mark = _mark_of(field_rule, rows[name], style)
            read = amount(pl.col(name), field_rule.multiply_by, mark)
            if field_rule.times is not None:
                quantity = amount(pl.col(f"{_FACTOR}{name}"), mark=decimal_mark(rows[f"{_FACTOR}{name}"]))
                read = product(read, quantity)
            changed.append(read.alias(name))
            rules.append(_ambiguity_rule(name, field_rule, mark, column.type, style))
        else:
            changed.append(_value(name, field_rule, column).alias(name))
        if field_rule.format or field_rule.multiply_by or field_rule.times:
            what = f"a date of the form {field_rule.format}" if field_rule.format else "a number"
            failed = pl.col(f"__raw_{name}").is_not_null() & pl.col(name).is_null()
            rules.append(Rule(failed, f"{name} {_column_named(field_rule)}is not {what}", what))
            days = rows.select(
                pl.col(name) if field_rule.day is None else day_of_range(pl.col(name), field_rule.day)
            ).to_series()
            if swapped := _other_date_form(field_rule.format, days):
                reason = f"{name} {_column_named(field_rule)}has days before months in all its rows"
                rules.append(
                    Rule(
                        pl.col(f"__raw_{name}").is_not_null(),
                        reason,
                        f"'format: \"{swapped}\"' in the mapping",
                    )
                )
    raw = [pl.col(name).alias(f"__raw_{name}") for name in rule.fields]
    plurals = [name for name in rule.fields if name in lists]
    converted = rows.with_columns(raw).with_columns(changed).drop(plurals)
    if rule.table.name != "claim_procedure" and {"code", "code_system"} <= set(rule.fields):
        rules.append(_short_icd_9_rule())
    if "code" in rule.fields and rule.fields["code"].has_modifiers:
        converted, most = _with_modifiers_of_code(converted, lists["modifiers"])
        rules.append(most)
    return converted, rules


def _short_icd_9_rule() -> Rule:
    # Where the day decides, a code that begins with a digit can only be of ICD-9.
    system = pl.col("code_system").str.to_uppercase().str.replace_all(r"[-_ ]", "")
    return Rule(
        system.str.contains("^ICD(9|BYDAY)") & pl.col("code").str.contains(_SHORT_ICD_9),
        "code has fewer than three digits before its point: its leading zeros are lost",
        "all three digits, or 'pad: 3' in the mapping where codes have no point",
    )


def _with_modifiers_of_code(rows: pl.DataFrame, targets: Sequence[str]) -> tuple[pl.DataFrame, Rule]:
    """Return the rows with the modifiers that follow a code in its cell, before those of other columns."""
    is_both = pl.col("code").str.contains(_CODE_AND_MODIFIERS)
    if "code_system" in rows.columns:
        is_both &= ~pl.col("code_system").str.to_uppercase().str.starts_with("ICD").fill_null(value=False)
    own = (
        pl.col("code")
        .str.extract(_CODE_AND_MODIFIERS, 2)
        .str.replace_all(r"[^A-Za-z0-9]", "")
        .str.extract_all("..")
    )
    others = [pl.col(name) for name in targets if name in rows.columns]
    united = pl.concat_list(own, *(pl.concat_list(other) for other in others))
    united = (
        united.list.eval(pl.element().str.to_uppercase()).list.drop_nulls().list.unique(maintain_order=True)
    )
    joined = rows.with_columns(pl.when(is_both).then(united).alias("__modifiers")).with_columns(
        pl.when(is_both)
        .then(pl.col("code").str.extract(_CODE_AND_MODIFIERS, 1))
        .otherwise("code")
        .alias("code"),
        *(
            pl.when(is_both)
            .then(pl.col("__modifiers").list.get(place, null_on_oob=True))
            .otherwise(pl.col(name) if name in rows.columns else pl.lit(None, pl.String))
            .alias(name)
            for place, name in enumerate(targets)
        ),
    )
    joined = joined.with_columns((pl.col("__modifiers").list.len() > len(targets)).alias("__raw_many"))
    reason = f"the code and its modifiers hold more than {len(targets)} modifiers"
    return joined.drop("__modifiers"), Rule(pl.col("__raw_many"), reason, f"at most {len(targets)}")


def _mark_of(field_rule: FieldRule, texts: pl.Series, style: AmountStyle) -> DecimalMark | None:
    """Return the decimal mark of a column: as the mapping states it, as its cells prove, or as others do."""
    if stated := field_rule.decimal or style.stated:
        return stated
    own = decimal_mark(texts)
    return style.proven or own if own in {None, "ambiguous"} else own


def _ambiguity_rule(
    name: str, field_rule: FieldRule, mark: DecimalMark | None, kind: ColumnType, style: AmountStyle
) -> Rule:
    raw = pl.col(f"__raw_{name}")
    unclear = is_ambiguous(raw, mark, is_money=kind is ColumnType.MONEY)
    if style.is_typed:
        unclear &= ~raw.str.contains(_STORED_FRACTION)
    reason = f"{name} {_column_named(field_rule)}has three digits after its only mark: decimals or thousands"
    return Rule(unclear, reason, "'decimal: comma' or 'decimal: point' under 'file:' in a mapping")


def _other_date_form(form: str | None, texts: pl.Series) -> str | None:
    """Return the form with day and month exchanged, if all dates have it and not all the stated one."""
    if form is None or not {"%m", "%d"} <= set(re.findall("%.", form)):
        return None
    swapped = re.sub("%[md]", lambda part: _SWAPPED[part[0]], form)
    cells = texts.drop_nulls().unique().to_frame("cell").filter(~pl.col("cell").str.contains(_ISO))
    read = cells.select(
        _date(pl.col("cell"), each, ColumnType.DATE).is_not_null().alias(each) for each in (form, swapped)
    )
    return swapped if read[swapped].all() and not read[form].all() else None


def _restored(name: str, columns: Sequence[str]) -> pl.Expr:
    """Return codes as they were before a program took them for numbers, where only one code is possible."""
    cell = pl.col(name).str.replace(_FLOAT, "$1")
    if name == "code" and "code_system" in columns:
        # The zeros of 250.00 are digits of a code of ICD-9.
        is_icd = pl.col("code_system").str.to_uppercase().str.starts_with("ICD").fill_null(value=False)
        cell = pl.when(is_icd).then(pl.col(name)).otherwise(cell)
    if name == "type_of_bill":
        # On paper it has a leading zero, which electronic claims leave out.
        cell = cell.str.replace(r"^0(\d{2}[0-9A-Za-z])$", "$1")
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
        if field_rule.day is not None:
            cell = day_of_range(cell, field_rule.day)
        return _date(cell, field_rule.format, kind)
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


def _parts(name: str, field_rule: FieldRule, count: int) -> tuple[list[pl.Expr], pl.Expr]:
    """Split a cell into its values; also return an expression that is true if there are too many."""
    cell = pl.col(f"__raw_{name}")
    if field_rule.width is not None:
        values = cell.str.replace_all(r"[^A-Za-z0-9]", "").str.extract_all(f".{{1,{field_rule.width}}}")
    elif field_rule.separators:
        values = _split(cell, field_rule.separators)
    else:
        # Modifiers may be written without a separator, as 2559.
        is_pairs = cell.str.contains(r"^([A-Za-z0-9]{2})+$") if name == "modifiers" else pl.lit(value=False)
        pairs = cell.str.extract_all(r"[A-Za-z0-9]{2}")
        values = pl.when(is_pairs).then(pairs).otherwise(cell.str.extract_all(r"[A-Za-z0-9]+"))
    values = values.list.eval(pl.element().str.strip_chars()).list.eval(
        pl.element().filter(pl.element() != "")
    )
    return [values.list.get(place, null_on_oob=True) for place in range(count)], values.list.len() > count


def _empty_words(field_rule: FieldRule) -> list[str]:
    """Return the words, in lower case, that mean no value: those of the mapping, and none at all."""
    return ["", *(word.lower() for word in field_rule.empty)]


def _split(cell: pl.Expr, separators: Sequence[str]) -> pl.Expr:
    """Return the values of a cell between any of the separators."""
    first, *others = separators
    for other in others:
        cell = cell.str.replace_all(other, first, literal=True)
    return cell.str.split(first)


def _one_row_per(
    rule: TableRule, key: str, rows: pl.DataFrame, source_file_id: int, segment: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one row per key, and rejected rows for values that differ and should not."""
    takes_in_mapping = {name: rule.fields[name].take for name in rows.columns if name in rule.fields}
    takes = {name: takes_in_mapping.get(name) or _USUAL_TAKES.get(name) for name in rows.columns}
    # Each position in a list of headers gives one row; codes given per line are united, each once.
    is_united = rule.table.name in _UNITED and "code" in rows.columns
    if is_united:
        rows = rows.with_columns(normalised("code"))
    keys, origin = [key, "code" if is_united else "__place"], ("source_offset", "record_number")
    plain = [name for name in rows.columns if takes[name] is None and name not in {*keys, *origin, "__place"}]
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
        total = cell.cast(WIDEST, strict=False)
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
