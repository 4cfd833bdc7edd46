"""The organizations, practitioners, coverages and patients of a file, by the addresses claims refer to."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from auditlib.sources.fhir.decoding import decoded
from auditlib.sources.fhir.elements import PATIENT, REFERRED
from auditlib.sources.fhir.facts import target_of
from auditlib.sources.fhir.people import DIRECTORY, first_numbers, no_directory, referred

_KEY = "source_offset"
_KINDS = {**REFERRED, "Patient": PATIENT}
_TEXT = pl.String()


def directory(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the directory of a file, in the columns of `DIRECTORY`.

    Parameters
    ----------
    frames
        The resources of the file, as `read_resources` gives them.

    Notes
    -----
    An address is the type with the id, or the full URL in a Bundle. Two resources under one address are none:
    which is meant is not known. A practitioner's role has the number of its practitioner, else of its
    organization; a coverage has the name and number of its first payer.
    """
    texts: dict[str, list[pl.DataFrame]] = {kind: [] for kind in _KINDS}
    for frame in frames:
        for kind, parts in texts.items():
            parts.append(frame.filter(pl.col("resource_type") == kind).drop_nulls("text"))
    kinds = {kind: pl.concat(parts) for kind, parts in texts.items() if any(part.height for part in parts)}
    known = no_directory()
    # A role leads to a practitioner, and a coverage to a payer: they come after these.
    for kind in ("Organization", "Practitioner", "Patient", "PractitionerRole", "Coverage"):
        if kind in kinds:
            known = pl.concat([known, _entries(kind, kinds[kind], known)])
    return known.unique("address", keep="none", maintain_order=True)


def _entries(kind: str, texts: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the entries of resources of one type, two for each that has an id and a full URL."""
    resources = (
        texts.with_columns(decoded(texts["text"], _KINDS[kind]).alias("resource"))
        .drop_nulls("resource")
        .drop("text", "resource_type")
        .unnest("resource")
        .with_columns(_number_and_name(kind))
    )
    if "identifier" in resources.columns:
        numbers = first_numbers(resources, [_KEY])
    else:
        numbers = pl.DataFrame(schema={_KEY: pl.Int64(), "value": _TEXT, "is_npi": pl.Boolean()})
    rows = resources.join(numbers, on=_KEY, how="left", maintain_order="left")
    rows = _through(rows, known.unique("address", keep="none"))
    entry = (
        pl.coalesce("id", target_of("full_url")).alias("bundled_id"),
        pl.col("value").alias("bundled_number"),
        pl.col("is_npi").alias("bundled_is_npi"),
        pl.col("name").alias("bundled_name"),
    )
    by_id = rows.drop_nulls("id").select((pl.lit(f"{kind}/") + pl.col("id")).alias("address"), *entry)
    url = pl.col("full_url").str.strip_chars().str.replace(r"/_history/[^/]*$", "")
    by_url = rows.drop_nulls("full_url").select(url.alias("address"), *entry)
    addresses = pl.concat([by_id, by_url]).unique(maintain_order=True)
    return addresses.cast(DIRECTORY)


def _number_and_name(kind: str) -> list[pl.Expr]:
    if kind == "Organization":
        return []
    first_payer = [pl.col("payor").list.first().alias("payer")] if kind == "Coverage" else []
    return [*first_payer, pl.lit(None, _TEXT).alias("name")]


def _through(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Fill number and name from what a resource itself refers to."""
    nothing = pl.DataFrame(
        schema={
            _KEY: pl.Int64(),
            "reference": _TEXT,
            "position": pl.Int64(),
            "value": _TEXT,
            "is_npi": pl.Boolean(),
        }
    )
    for element in ("practitioner", "organization", "payer"):
        if element not in rows.columns:
            continue
        there = referred(rows, element, nothing, known)
        display = rows.select(pl.col(element).struct.field("display").alias("display")).to_series()
        rows = rows.with_columns(
            pl.coalesce(rows["value"], there["number"]).alias("value"),
            pl.coalesce(rows["is_npi"], there["is_npi"]).alias("is_npi"),
            pl.coalesce(rows["name"], there["name"], display).alias("name"),
        )
    return rows
