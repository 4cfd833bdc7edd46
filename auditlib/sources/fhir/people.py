"""People in claims: patients by pseudonym and providers by NPI, contained or referenced."""

from __future__ import annotations

import polars as pl

from auditlib.schema.core import PATIENT
from auditlib.sources.fhir.facts import last_part
from auditlib.sources.paid_claims import patient_pseudonyms

_KEY = "source_offset"
_NPI = "us-npi"
_NPI_TYPE = "npi"
_SEXES = {"male": "M", "female": "F", "other": "U", "unknown": "U"}


def contained(resources: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each contained resource: reference, number (an NPI first) and facts."""
    rows = (
        resources.select(_KEY, "contained")
        .drop_nulls("contained")
        .explode("contained", empty_as_null=False)
        .unnest("contained")
        .with_columns((pl.lit("#") + pl.col("id")).alias("reference"))
    )
    numbers = (
        rows.select(_KEY, "reference", "identifier")
        .drop_nulls("identifier")
        .explode("identifier", empty_as_null=False)
        .unnest("identifier")
        .drop_nulls("value")
        .with_columns(pl.col("system").str.ends_with(_NPI).fill_null(value=False).alias("is_npi"))
        .sort("is_npi", descending=True, maintain_order=True)
        .unique([_KEY, "reference"], keep="first", maintain_order=True)
    )
    return rows.select(_KEY, "reference", "resourceType", "birthDate", "gender").join(
        numbers.select(_KEY, "reference", "value", "is_npi"),
        on=[_KEY, "reference"],
        how="left",
        maintain_order="left",
    )


def referred(frame: pl.DataFrame, element: str, within: pl.DataFrame) -> pl.DataFrame:
    """Return the number and the target of each reference: ``number``, ``is_npi`` and ``target``."""
    fields = pl.col(element).struct
    system = fields.field("identifier").struct.field("system")
    references = frame.select(
        _KEY,
        fields.field("reference").str.strip_chars().alias("reference"),
        fields.field("identifier").struct.field("value").alias("told"),
        (system.str.ends_with(_NPI) | system.str.ends_with("_npi_num")).alias("told_npi"),
    )
    joined = references.join(
        within.select(_KEY, "reference", "value", "is_npi"),
        on=[_KEY, "reference"],
        how="left",
        maintain_order="left",
    )
    inside = pl.col("reference").str.starts_with("#").fill_null(value=False)
    return joined.select(
        _KEY,
        pl.coalesce("told", "value").alias("number"),
        pl.coalesce("told_npi", "is_npi").fill_null(value=False).alias("is_npi"),
        pl.when(~inside).then(last_part("reference")).alias("target"),
    )


def patient_ids(resources: pl.DataFrame, element: str, within: pl.DataFrame | None = None) -> pl.Series:
    """Return the pseudonym of each resource's patient; null without a patient.

    It is made from the id of the referenced resource, else from the number in the reference or of the
    contained patient.
    """
    known = within if within is not None else no_people()
    references = referred(resources, element, known)
    return patient_pseudonyms(
        references.select(pl.coalesce("target", "number").alias("patient_id")).to_series()
    )


def no_people() -> pl.DataFrame:
    """Return the empty result of `contained`, for resources that contain no others."""
    return pl.DataFrame(
        schema={_KEY: pl.Int64(), "reference": pl.String(), "value": pl.String(), "is_npi": pl.Boolean()}
    )


def contained_patients(
    resources: pl.DataFrame, within: pl.DataFrame, pseudonyms: pl.Series, *, source_file_id: int
) -> pl.DataFrame:
    """Return the rows of ``patient`` for patients contained in claims."""
    people = within.filter(pl.col("resourceType") == "Patient").unique(
        _KEY, keep="first", maintain_order=True
    )
    rows = resources.select(_KEY).with_columns(pseudonyms.alias("patient_id"))
    return _patient_rows(rows.join(people, on=_KEY, how="inner", maintain_order="left"), source_file_id)


def patients(resources: pl.DataFrame, *, source_file_id: int) -> pl.DataFrame:
    """Return the rows of ``patient`` for Patient resources."""
    rows = resources.with_columns(patient_pseudonyms(resources["id"]))
    return _patient_rows(rows, source_file_id)


def _patient_rows(rows: pl.DataFrame, source_file_id: int) -> pl.DataFrame:
    return PATIENT.conform(
        rows.filter(pl.col("patient_id").is_not_null())
        .select(
            "patient_id",
            date("birthDate").alias("birth_date"),
            pl.col("gender")
            .str.to_lowercase()
            .replace_strict(_SEXES, default=None, return_dtype=pl.String)
            .alias("sex"),
            pl.lit(source_file_id).alias("source_file_id"),
            _KEY,
        )
        .unique("patient_id", keep="first", maintain_order=True)
    )


def date(column: str) -> pl.Expr:
    """Return the local date of a FHIR date or time; null if it is not a full date."""
    text = pl.col(column).str.strip_chars().str.extract(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:$|T)", 1)
    return text.str.to_date("%Y-%m-%d", strict=False).alias(column)
