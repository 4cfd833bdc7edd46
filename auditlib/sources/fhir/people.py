"""People and organizations of claims: patients by pseudonym, providers by NPI, payers by name.

They are contained in the claim, resources of the same file, or named by the reference alone.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.schema.core import PATIENT
from auditlib.sources.fhir.facts import target_of
from auditlib.sources.paid_claims import patient_pseudonyms

_KEY = "source_offset"
_NPI = "us-npi"
_NPI_TYPE = "npi"
_SEXES = {"male": "M", "female": "F", "other": "U", "unknown": "U"}


def contained(resources: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each contained resource: reference, position, number (an NPI first) and facts."""
    rows = (
        resources.select(_KEY, "contained")
        .drop_nulls("contained")
        .explode("contained", empty_as_null=False)
        .with_columns(pl.int_range(pl.len(), dtype=pl.Int64).over(_KEY).alias("position"))
        .unnest("contained")
        .with_columns((pl.lit("#") + pl.col("id")).alias("reference"))
        .unique([_KEY, "reference"], keep="first", maintain_order=True)
    )
    numbers = first_numbers(rows, [_KEY, "reference"])
    return rows.select(_KEY, "reference", "position", "resourceType", "birthDate", "gender").join(
        numbers, on=[_KEY, "reference"], how="left", nulls_equal=True, maintain_order="left"
    )


def first_numbers(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return the first number of each resource, an NPI before any other: the keys, ``value``, ``is_npi``."""
    return (
        rows.select(*keys, "identifier")
        .drop_nulls("identifier")
        .explode("identifier", empty_as_null=False)
        .unnest("identifier")
        .drop_nulls("value")
        .with_columns(pl.col("system").str.ends_with(_NPI).fill_null(value=False).alias("is_npi"))
        .sort("is_npi", descending=True, maintain_order=True)
        .unique(keys, keep="first", maintain_order=True)
        .select(*keys, "value", "is_npi")
    )


def referred(
    frame: pl.DataFrame, element: str, within: pl.DataFrame, bundled: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return what each reference leads to: ``number``, ``is_npi``, ``target``, ``name`` and ``position``.

    Parameters
    ----------
    frame
        Rows with ``source_offset`` and the reference.
    element
        Its column.
    within
        The resources contained in each claim, by `contained`.
    bundled
        The other resources of the file, by `directory`.
    """
    fields = pl.col(element).struct
    system = fields.field("identifier").struct.field("system")
    references = frame.select(
        _KEY,
        fields.field("reference").str.strip_chars().alias("reference"),
        fields.field("identifier").struct.field("value").alias("stated_number"),
        (system.str.ends_with(_NPI) | system.str.ends_with("_npi_num")).alias("stated_is_npi"),
    ).with_columns(pl.col("reference").str.replace(r"/_history/[^/]*$", "").alias("unversioned"))
    joined = references.join(
        within.select(_KEY, "reference", "position", "value", "is_npi"),
        on=[_KEY, "reference"],
        how="left",
        maintain_order="left",
    ).join(
        no_directory() if bundled is None else bundled,
        left_on="unversioned",
        right_on="address",
        how="left",
        maintain_order="left",
    )
    inside = pl.col("reference").str.starts_with("#").fill_null(value=False)
    is_npi = pl.coalesce("stated_is_npi", "is_npi", "bundled_is_npi").fill_null(value=False)
    return joined.select(
        _KEY,
        pl.coalesce("stated_number", "value", "bundled_number").alias("number"),
        is_npi.alias("is_npi"),
        pl.when(~inside).then(pl.coalesce("bundled_id", target_of("reference"))).alias("target"),
        pl.col("bundled_name").alias("name"),
        "position",
    )


def no_directory() -> pl.DataFrame:
    """Return an empty directory: see `auditlib.sources.fhir.directory`."""
    return pl.DataFrame(schema=DIRECTORY)


DIRECTORY: Final = pl.Schema(
    {
        "address": pl.String(),
        "bundled_id": pl.String(),
        "bundled_number": pl.String(),
        "bundled_is_npi": pl.Boolean(),
        "bundled_name": pl.String(),
    }
)
"""What a file's own resources say of those that claims refer to, one row for each address of one."""


def names_inside(resources: pl.DataFrame, referred_to: pl.DataFrame) -> pl.Series:
    """Return the name of the contained resource that each reference leads to, null where it has none.

    A name is text of an organization and a structure of a person: it is read from the resource's text
    (``__text``), at the ``position`` that `referred` returns.
    """
    wanted = resources.select(_KEY, "__text").with_columns(referred_to["position"])
    parts = [
        rows.select(_KEY, pl.col("__text").str.json_path_match(f"$.contained[{position}].name").alias("name"))
        for (position,), rows in wanted.drop_nulls("position").group_by(["position"])
    ]
    names = pl.concat([pl.DataFrame(schema={_KEY: pl.Int64(), "name": pl.String()}), *parts])
    plain = names.filter(
        ~pl.col("name").str.contains(r"^\s*[\[{]") & (pl.col("name").str.strip_chars() != "")
    )
    return resources.select(_KEY).join(plain, on=_KEY, how="left", maintain_order="left")["name"]


def patient_ids(
    resources: pl.DataFrame,
    element: str,
    within: pl.DataFrame | None = None,
    bundled: pl.DataFrame | None = None,
) -> pl.Series:
    """Return the pseudonym of each resource's patient; null without a patient.

    It is made from the id of the referenced resource, else from the number in the reference or of the
    contained patient.
    """
    known = within if within is not None else no_people()
    references = referred(resources, element, known, bundled)
    return patient_pseudonyms(
        references.select(pl.coalesce("target", "number").alias("patient_id")).to_series()
    )


def no_people() -> pl.DataFrame:
    """Return the empty result of `contained`, for resources that contain no others."""
    return pl.DataFrame(
        schema={
            _KEY: pl.Int64(),
            "reference": pl.String(),
            "position": pl.Int64(),
            "value": pl.String(),
            "is_npi": pl.Boolean(),
        }
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
    ids = resources.select(pl.coalesce("id", target_of("full_url")).alias("patient_id")).to_series()
    rows = resources.with_columns(patient_pseudonyms(ids))
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
