"""Diagnoses and ICD procedures of claim resources, with role and position."""

from __future__ import annotations

import polars as pl

from auditlib.schema.core import CLAIM_DIAGNOSIS, CLAIM_PROCEDURE
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.fhir.people import date
from auditlib.sources.fhir.systems import DIAGNOSIS_SYSTEMS, PROCEDURE_SYSTEMS, chosen, codings_of
from auditlib.sources.rejected_rows import RejectedRows

_KEY = "source_offset"
_ROLES = {
    "principal": "principal",
    "admitting": "admitting",
    "patientreasonforvisit": "reason for visit",
    "externalcauseofinjury": "external cause",
}
"""Roles by the codes of the standard and of CARIN, in order of preference; others are secondary."""

_POA_EXTENSION = r"/clm_(?:e_)?poa_ind_sw[0-9]+$"


def diagnosis_frame(resources: pl.DataFrame, rejects: RejectedRows, *, source_file_id: int) -> pl.DataFrame:
    """Return the rows of ``claim_diagnosis``; diagnoses in unknown code systems are rejected.

    Notes
    -----
    Of several principal diagnoses the one with the lowest sequence counts; if no diagnosis of a claim has a
    role, the first is principal. Lines point to the sequence.
    """
    rows = _members(resources, "diagnosis", "diagnosisCodeableConcept")
    codes, unknown = chosen(rows, "coding", ["__row"], DIAGNOSIS_SYSTEMS)
    _reject_unknown(rows, unknown, rejects, "diagnosis", DIAGNOSIS_SYSTEMS)
    rows = rows.join(_roles(rows), on="__row", how="left", maintain_order="left")
    rows = rows.join(_present(rows), on="__row", how="left", maintain_order="left")
    rows = rows.join(codes, on="__row", how="inner", maintain_order="left")
    principal = pl.col("role") == "principal"
    is_first_principal = principal & (
        pl.when(principal).then(pl.col("order")).rank("ordinal").over(_KEY) == 1
    )
    nobody = pl.col("role").is_null().all().over(_KEY)
    is_first = pl.col("order").rank("ordinal").over(_KEY) == 1
    role = (
        pl.when(is_first_principal | (nobody & is_first))
        .then(pl.lit("principal"))
        .when(principal | pl.col("role").is_null())
        .then(pl.lit("secondary"))
        .otherwise("role")
    )
    return CLAIM_DIAGNOSIS.conform(
        rows.select(
            (pl.col(_KEY) + (source_file_id << OFFSET_BITS)).alias("claim_id"),
            pl.int_range(1, pl.len() + 1).over(_KEY).alias("diagnosis_number"),
            pl.col("told_sequence").alias("pointer_number"),
            "code_system",
            "code",
            role.alias("code_role"),
            "poa_indicator",
            pl.lit(source_file_id).alias("source_file_id"),
            _KEY,
        )
    )


def procedure_frame(resources: pl.DataFrame, rejects: RejectedRows, *, source_file_id: int) -> pl.DataFrame:
    """Return the rows of ``claim_procedure``; procedures in unknown code systems are rejected."""
    rows = _members(resources, "procedure", "procedureCodeableConcept")
    codes, unknown = chosen(rows, "coding", ["__row"], PROCEDURE_SYSTEMS)
    _reject_unknown(rows, unknown, rejects, "procedure", PROCEDURE_SYSTEMS)
    rows = rows.join(codes, on="__row", how="inner", maintain_order="left")
    is_first = pl.col("order").rank("ordinal").over(_KEY) == 1
    return CLAIM_PROCEDURE.conform(
        rows.select(
            (pl.col(_KEY) + (source_file_id << OFFSET_BITS)).alias("claim_id"),
            pl.int_range(1, pl.len() + 1).over(_KEY).alias("procedure_number"),
            "code_system",
            "code",
            pl.when(is_first).then(pl.lit("principal")).otherwise(pl.lit("other")).alias("code_role"),
            date("date").alias("procedure_date"),
            pl.lit(source_file_id).alias("source_file_id"),
            _KEY,
        )
    )


def _members(resources: pl.DataFrame, element: str, concept: str) -> pl.DataFrame:
    """Return the members of a list in order of their sequence, those without one last."""
    rows = (
        resources.select(_KEY, "record_number", element)
        .drop_nulls(element)
        .explode(element, empty_as_null=False)
        .unnest(element)
        .with_row_index("__row")
        .with_columns(pl.col("sequence").cast(pl.Int64, strict=False).alias("told_sequence"))
    )
    order = pl.struct(pl.col("told_sequence").fill_null(1 << 40), "__row").rank("ordinal")
    return rows.with_columns(
        order.cast(pl.Int64).alias("order"), pl.col(concept).struct.field("coding").alias("coding")
    )


def _reject_unknown(
    rows: pl.DataFrame, unknown: pl.DataFrame, rejects: RejectedRows, what: str, systems: dict[str, str]
) -> None:
    rejects.add(
        what,
        rows.join(unknown, on="__row", how="semi"),
        f"{what} not loaded: its code is in no known code system",
        f"a code in {' or '.join(dict.fromkeys(systems.values()))}",
    )


def _roles(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the role of each diagnosis by `_ROLES`, and 'secondary' for other roles."""
    types = rows.select("__row", "type").drop_nulls("type").explode("type", empty_as_null=False)
    codes = codings_of(
        types.select("__row", pl.col("type").struct.field("coding").alias("type")), "type", ["__row"]
    )
    order = {code: number for number, code in enumerate(_ROLES)}
    return (
        codes.with_columns(
            pl.col("code")
            .replace_strict(order, default=len(order), return_dtype=pl.Int64)
            .alias("preference"),
            pl.col("code").replace_strict(_ROLES, default="secondary", return_dtype=pl.String).alias("role"),
        )
        .sort("preference", maintain_order=True)
        .unique("__row", keep="first", maintain_order=True)
        .select("__row", "role")
    )


def _present(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the POA indicator from onAdmission, else from Medicare's extension."""
    standard = codings_of(
        rows.select("__row", pl.col("onAdmission").struct.field("coding").alias("poa")), "poa", ["__row"]
    ).select("__row", "code")
    extended = (
        rows.select("__row", "extension")
        .drop_nulls("extension")
        .explode("extension", empty_as_null=False)
        .unnest("extension")
        .filter(pl.col("url").str.contains(_POA_EXTENSION))
        .select("__row", pl.col("valueCoding").struct.field("code").alias("code"))
    )
    both = pl.concat([standard, extended]).unique("__row", keep="first", maintain_order=True)
    return both.select("__row", pl.col("code").str.to_uppercase().alias("poa_indicator"))
