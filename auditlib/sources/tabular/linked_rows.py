"""Rows of several tables made of the same records: diagnosis pointers, lines of adjustments, code systems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from auditlib.codes import normalised
from auditlib.codes.systems import ICD9CM, ICD10CM, ICD10PCS
from auditlib.schema.core import REJECTED_RECORD
from auditlib.sources.rejected_rows import Rule, apply_rules, rejected_rows
from auditlib.sources.tabular.cell_rules import date_of
from auditlib.sources.tabular.mapped_cells import cut_rows, first_alike, placed_rows
from auditlib.sources.tabular.table_mapping import TableRule

FIRST_ICD10_DAY: Final = dt.date(2015, 10, 1)
"""First date of service, or of discharge, that is coded in ICD-10."""

BY_DAY: Final = "ICD BY DAY"
"""Code system in a mapping that the day decides, in upper case."""

_ICD10_SYSTEMS: Final = {"claim_diagnosis": ICD10CM, "encounter_code": ICD10CM, "claim_procedure": ICD10PCS}
_PARENTS: Final = {
    "claim_diagnosis": ("claim", "claim_id", ("to_date", "from_date")),
    "claim_procedure": ("claim", "claim_id", ("to_date", "from_date")),
    "encounter_code": ("encounter", "encounter_id", ("discharge_date", "admit_date")),
}
_POINTERS: Final = tuple(f"diagnosis_pointer_{number}" for number in range(1, 5))
_POINTED_ROLES: Final = frozenset({"principal", "secondary"})


def with_code_systems(
    name: str, cells: pl.DataFrame, parents: Mapping[str, pl.DataFrame], source_file_id: int, segment: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells of codes with the ICD system of their day, and rejected rows for those of another.

    Parameters
    ----------
    name
        Table of the codes.
    cells
        Its cells as text.
    parents
        Cells of claims or encounters of the same file, which have the days.
    source_file_id, segment
        File that they were read from, and the name of a record in its rejected row.
    """
    if name not in _PARENTS or "code_system" not in cells.columns:
        return cells, REJECTED_RECORD.empty()
    parent, key, dates = _PARENTS[name]
    days = _days(parents.get(parent), key, dates)
    dated = cells.join(days, on=key, how="left", maintain_order="left")
    system = pl.col("code_system").str.to_uppercase().str.replace_all(r"[-_ ]", "")
    is_by_day = system == BY_DAY.replace(" ", "")
    is_before = pl.col("__day") < FIRST_ICD10_DAY
    of_day = pl.when(is_before).then(pl.lit(ICD9CM)).otherwise(pl.lit(_ICD10_SYSTEMS[name]))
    rules = [
        Rule(
            is_by_day & pl.col("__day").is_null(),
            "no day decides between ICD-9 and ICD-10",
            f"the day of the {parent} in the same mapping, or the code system",
        ),
        Rule(
            system.str.starts_with("ICD10") & is_before,
            f"the code system is ICD-10, and the day of the {parent} before {FIRST_ICD10_DAY}",
            f"code_system {ICD9CM}, or 'constant: ICD by day' in the mapping",
        ),
        Rule(
            system.str.starts_with("ICD9") & ~is_before,
            f"the code system is ICD-9, and the day of the {parent} not before {FIRST_ICD10_DAY}",
            f"code_system {_ICD10_SYSTEMS[name]}, or 'constant: ICD by day' in the mapping",
        ),
    ]
    valid, rejected = apply_rules(source_file_id, segment, dated, rules)
    resolved = pl.when(is_by_day).then(of_day).otherwise("code_system")
    return valid.with_columns(resolved.alias("code_system")).drop("__day"), rejected


def _days(cells: pl.DataFrame | None, key: str, dates: Sequence[str]) -> pl.DataFrame:
    """Return the day of each claim or encounter: its last one, if it has several."""
    if cells is not None and key not in cells.columns and "patient_control_number" in cells.columns:
        cells = cells.rename({"patient_control_number": key})
    if cells is None or key not in cells.columns:
        return pl.DataFrame(schema={key: pl.String, "__day": pl.Date})
    known = [date_of(name) for name in dates if name in cells.columns]
    day = pl.coalesce(known) if known else pl.lit(None, pl.Date)
    return (
        cells.select(key, day.alias("__day")).drop_nulls(key).unique(key, keep="first", maintain_order=True)
    )


def with_line_numbers(
    rows: pl.DataFrame, lines: pl.DataFrame, line_rules: Sequence[TableRule], records: pl.DataFrame
) -> pl.DataFrame:
    """Return adjustments or remarks with the number of the line that their record made, if it made one.

    A record that repeats a line for another adjustment has the number of the line that the first record made.
    """
    numbers = lines.select("remit_claim_id", "source_offset", pl.col("line_number").alias("__line")).unique(
        ["remit_claim_id", "source_offset"], keep="first", maintain_order=True
    )
    if not any(rule.once_per for rule in line_rules):
        joined = rows.join(numbers, on=["remit_claim_id", "source_offset"], how="left", maintain_order="left")
        return joined.with_columns(pl.coalesce("line_number", "__line").alias("line_number")).drop("__line")
    firsts = first_alike(line_rules, records)
    joined = rows.join(firsts, on="source_offset", how="left", maintain_order="left").join(
        numbers.rename({"source_offset": "__first"}),
        on=["remit_claim_id", "__first"],
        how="left",
        maintain_order="left",
    )
    return joined.with_columns(pl.coalesce("line_number", "__line").alias("line_number")).drop(
        "__line", "__first"
    )


def with_pointers(
    rules: Sequence[TableRule],
    records: pl.DataFrame,
    lines: pl.DataFrame,
    diagnoses: pl.DataFrame,
    source_file_id: int,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return claim lines whose pointers mean diagnoses of the claim, and noted rows for pointers at none.

    Parameters
    ----------
    rules
        The rules of all tables that the records fill.
    records
        The records.
    lines, diagnoses
        Rows of ``claim_line`` and ``claim_diagnosis`` made of them.
    source_file_id
        File that they were read from.

    Notes
    -----
    A record's pointers count its own diagnoses, by the places of their columns; those of a record without
    diagnoses count the diagnoses of the first record of the claim that has some. Without pointers, lines of a
    claim whose diagnoses differ from line to line point at their own first four.
    """
    claim_lines = [rule for rule in rules if rule.table.name == "claim_line"]
    places = _places([rule for rule in rules if rule.table.name == "claim_diagnosis"], records)
    if any(rule.once_per for rule in claim_lines):
        places = _of_first_alike(places, first_alike(claim_lines, records))
    numbers = (
        diagnoses.filter(pl.col("code_role").is_in(_POINTED_ROLES))
        .select("claim_id", "code", pl.coalesce("pointer_number", "diagnosis_number").alias("number"))
        .unique(["claim_id", "code"], keep="first", maintain_order=True)
    )
    if any(name.startswith("diagnosis_pointer") for rule in claim_lines for name in rule.fields):
        return _renumbered(lines, records, places, numbers, source_file_id)
    return _pointing_at_own(lines, places, numbers), REJECTED_RECORD.empty()


def _of_first_alike(places: pl.DataFrame, firsts: pl.DataFrame) -> pl.DataFrame:
    """Return the diagnoses of records that repeat a line as those of its first record, each once."""
    united = (
        places.join(firsts, on="source_offset", maintain_order="left")
        .sort("source_offset", "place")
        .unique(["__first", "code"], keep="first", maintain_order=True)
    )
    return united.select(
        pl.col("__first").alias("source_offset"),
        pl.int_range(1, pl.len() + 1).over("__first").cast(pl.Int64).alias("place"),
        "code",
    )


def _renumbered(
    lines: pl.DataFrame,
    records: pl.DataFrame,
    places: pl.DataFrame,
    numbers: pl.DataFrame,
    source_file_id: int,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines with each pointer at a place of a record as the number of its diagnosis."""
    has_list = pl.col("source_offset").is_in(places["source_offset"].unique().implode())
    first_list = pl.col("source_offset").filter(has_list).min().over("claim_id")
    numbered = lines.with_row_index("row")
    pointed = (
        numbered.select(
            "row",
            "claim_id",
            *_POINTERS,
            pl.when(has_list).then("source_offset").otherwise(first_list).alias("source_offset"),
        )
        .unpivot(
            _POINTERS, index=["row", "claim_id", "source_offset"], variable_name="pointer", value_name="place"
        )
        .drop_nulls("place")
        .join(places, on=["source_offset", "place"], how="left")
        .join(numbers, on=["claim_id", "code"], how="left")
        .select("row", "pointer", "number")
    )
    for name in _POINTERS:
        own = pointed.filter(pl.col("pointer") == name).select("row", pl.col("number").alias(f"__{name}"))
        numbered = numbered.join(own, on="row", how="left", maintain_order="left")
    at_none = pointed.filter(pl.col("number").is_null()).select("row").unique()
    lost = numbered.join(at_none, on="row", how="semi").join(
        records.select("source_offset", "record_number"), on="source_offset"
    )
    noted = rejected_rows(
        source_file_id, "claim line", lost,
        reason="a diagnosis pointer points at no diagnosis of its row (the line was loaded without it)",
        expected="the place of a diagnosis in the row",
    )  # fmt: skip
    return numbered.with_columns(pl.col(f"__{name}").alias(name) for name in _POINTERS).select(
        lines.columns
    ), noted


def _pointing_at_own(lines: pl.DataFrame, places: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Return the lines pointing at their own diagnoses, in claims whose lines do not all have the same."""
    lists = places.sort("source_offset", "place").group_by("source_offset").agg(pl.col("code").str.join(" "))
    own = lines.select("claim_id", "source_offset").unique(maintain_order=True)
    differing = (
        own.join(lists, on="source_offset")
        .group_by("claim_id")
        .agg(pl.col("code").n_unique())
        .filter(pl.col("code") > 1)
    )
    pointers = (
        own.join(differing, on="claim_id", how="semi")
        .join(places, on="source_offset")
        .join(numbers, on=["claim_id", "code"])
        .sort("source_offset", "place")
        .group_by("claim_id", "source_offset")
        .agg(pl.col("number").unique(maintain_order=True))
        .with_columns(
            pl.col("number").list.get(place, null_on_oob=True).alias(f"__{name}")
            for place, name in enumerate(_POINTERS)
        )
        .drop("number")
    )
    joined = lines.join(pointers, on=["claim_id", "source_offset"], how="left", maintain_order="left")
    return joined.with_columns(pl.col(f"__{name}").alias(name) for name in _POINTERS).select(lines.columns)


def _places(rules: Sequence[TableRule], records: pl.DataFrame) -> pl.DataFrame:
    """Return each record's diagnoses by place: ``source_offset``, ``place`` from 1, ``code``."""
    parts, before = [], 0
    for rule in rules:
        role = rule.fields.get("code_role")
        if role is not None and role.constant is not None and role.constant.lower() not in _POINTED_ROLES:
            continue
        rows, _ = cut_rows(rule, placed_rows(rule, records))
        place = pl.col("__place").cast(pl.Int64) + 1
        if rule.fields["code"].separators:
            place = pl.col("__place").rank("ordinal").over("source_offset").cast(pl.Int64)
        parts.append(
            rows.filter(pl.col("code").is_not_null()).select(
                "source_offset", (place + before).alias("place"), normalised("code").alias("code")
            )
        )
        before += max(len(rule.fields["code"].columns), 1)
    schema = {"source_offset": pl.Int64, "place": pl.Int64, "code": pl.String}
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)
