"""Diagnoses and procedures of RIF claims: numbered columns to rows, with code system by version."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from auditlib.codes.systems import ICD9CM, ICD10CM, ICD10PCS
from auditlib.schema.core import CLAIM_DIAGNOSIS, CLAIM_PROCEDURE
from auditlib.sources.rif.dates import day
from auditlib.sources.rif.layout import (
    ADMITTING,
    CAUSES,
    DIAGNOSES,
    FIRST_CAUSE,
    PRINCIPAL,
    PROCEDURES,
    REASONS,
    CodeColumn,
)

_KEY = "claim_offset"
_CODE = ["code_system", "code"]
_ICD10_STARTS = pl.date(2015, 10, 1)
_VERSIONS = ("0", "9")


def diagnoses(claims: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the diagnoses of claims: principal, other, admitting, reasons for visit, external causes.

    Notes
    -----
    The principal diagnosis has a separate column and, in most files, is repeated in the list; it is loaded
    once, with the POA indicator from the list, and so is the first external cause. A line's diagnosis that
    its claim does not have is added as secondary. ``pointer_number`` counts only principal and secondary
    ones.
    """
    principal = _slots(claims, (PRINCIPAL,), "principal")
    listed = _slots(claims, DIAGNOSES, "secondary")
    causes = _slots(claims, CAUSES, "external cause")
    first_cause = _slots(claims, (FIRST_CAUSE,), "external cause").join(
        causes, on=[_KEY, *_CODE], how="anti", maintain_order="left"
    )
    heads, others = _principal_first(principal, listed)
    numbered = pl.concat([heads, others]).sort(_KEY, maintain_order=True)
    of_lines = _of_lines(lines, numbered)
    numbered = pl.concat([numbered, of_lines]).sort(_KEY, maintain_order=True)
    numbered = numbered.with_columns(pl.int_range(1, pl.len() + 1).over(_KEY).alias("pointer_number"))
    rest = pl.concat(
        [
            _slots(claims, (ADMITTING,), "admitting"),
            _slots(claims, REASONS, "reason for visit"),
            first_cause,
            causes,
        ]
    ).with_columns(pl.lit(None, pl.Int64).alias("pointer_number"))
    rows = pl.concat([numbered, rest]).sort(_KEY, maintain_order=True)
    return rows.with_columns(pl.int_range(1, pl.len() + 1).over(_KEY).alias("diagnosis_number"))


def diagnosis_frame(rows: pl.DataFrame, source_file_id: int, shift: int) -> pl.DataFrame:
    """Return the rows of ``claim_diagnosis``."""
    return CLAIM_DIAGNOSIS.conform(
        rows.select(
            (pl.col(_KEY) + shift).alias("claim_id"),
            "diagnosis_number",
            "pointer_number",
            *_CODE,
            "code_role",
            pl.col("extra").str.to_uppercase().alias("poa_indicator"),
            pl.lit(source_file_id).alias("source_file_id"),
            pl.col(_KEY).alias("source_offset"),
        )
    )


def procedure_frame(claims: pl.DataFrame, source_file_id: int, shift: int) -> pl.DataFrame:
    """Return the rows of ``claim_procedure``; the first of a claim is the principal one."""
    rows = _slots(claims, PROCEDURES, "other", ICD10PCS).sort(_KEY, maintain_order=True)
    rows = rows.with_columns(pl.int_range(1, pl.len() + 1).over(_KEY).alias("procedure_number"))
    is_first = pl.col("procedure_number") == 1
    return CLAIM_PROCEDURE.conform(
        rows.select(
            (pl.col(_KEY) + shift).alias("claim_id"),
            "procedure_number",
            *_CODE,
            pl.when(is_first).then(pl.lit("principal")).otherwise("code_role").alias("code_role"),
            day("extra").alias("procedure_date"),
            pl.lit(source_file_id).alias("source_file_id"),
            pl.col(_KEY).alias("source_offset"),
        )
    )


def pointers(lines: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Return each line's pointer: the number of the claim's diagnosis with the line's code."""
    numbered = rows.drop_nulls("pointer_number").unique([_KEY, *_CODE], keep="first", maintain_order=True)
    matched = _line_codes(lines).join(
        numbered.select(_KEY, *_CODE, "pointer_number"), on=[_KEY, *_CODE], how="left", maintain_order="left"
    )
    return matched["pointer_number"].alias("diagnosis_pointer_1")


def _slots(
    claims: pl.DataFrame, columns: Sequence[CodeColumn], role: str, icd10: str = ICD10CM
) -> pl.DataFrame:
    """Return one row for each code column of each claim that is filled, in column order.

    Version 9 is ICD-9-CM and 0 is ICD-10; if it is empty, the claim's last day decides.
    """
    return pl.concat(
        claims.filter(pl.col(one.code).is_not_null()).select(
            _KEY,
            _system(one.version, icd10),
            _plain(one.code).alias("code"),
            pl.lit(role).alias("code_role"),
            (pl.col(one.extra) if one.extra else pl.lit(None, pl.String)).alias("extra"),
        )
        for one in columns
    ).drop_nulls("code")


def _plain(column: str) -> pl.Expr:
    code = pl.col(column).str.replace_all(r"[. ]", "").str.to_uppercase()
    return pl.when(code != "").then(code)


def _system(version: str, icd10: str) -> pl.Expr:
    stated_version = pl.when(pl.col(version).is_in(_VERSIONS)).then(version)
    is_9 = pl.coalesce(stated_version == "9", pl.col("to_date") < _ICD10_STARTS).fill_null(value=False)
    return pl.when(is_9).then(pl.lit(ICD9CM)).otherwise(pl.lit(icd10)).alias("code_system")


def _principal_first(principal: pl.DataFrame, listed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the principal diagnosis of each claim, and the others without its repetition."""
    keys = [_KEY, *_CODE]
    listed = listed.with_columns(
        (pl.int_range(pl.len()).over(keys) == 0).alias("is_first"),
    )
    same = listed.filter("is_first").join(principal.select(keys), on=keys, how="semi")
    heads = principal.join(
        same.select(*keys, pl.col("extra").alias("told")), on=keys, how="left", maintain_order="left"
    ).with_columns(pl.coalesce("told", "extra").alias("extra"))
    repeats = same.select(keys).with_columns(pl.lit(value=True).alias("is_first"))
    others = listed.join(repeats, on=[*keys, "is_first"], how="anti", maintain_order="left")
    return heads.drop("told"), others.drop("is_first")


def _line_codes(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the diagnosis of each line, or null."""
    return lines.select(
        _KEY, _system("LINE_ICD_DGNS_VRSN_CD", ICD10CM), _plain("LINE_ICD_DGNS_CD").alias("code")
    )


def _of_lines(lines: pl.DataFrame, numbered: pl.DataFrame) -> pl.DataFrame:
    """Return the diagnoses of lines that are missing from their claims."""
    keys = [_KEY, *_CODE]
    return (
        _line_codes(lines)
        .drop_nulls("code")
        .unique(keys, keep="first", maintain_order=True)
        .join(numbered, on=keys, how="anti", maintain_order="left")
        .with_columns(pl.lit("secondary").alias("code_role"), pl.lit(None, pl.String).alias("extra"))
    )
