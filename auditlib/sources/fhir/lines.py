"""Items of claim resources to service lines: codes, modifiers, pointers, days, units."""

from __future__ import annotations

import polars as pl

from auditlib.sources.fhir.people import date
from auditlib.sources.fhir.systems import (
    NDC_SYSTEMS,
    NOT_A_MODIFIER,
    PLACE_SYSTEMS,
    REVENUE_SYSTEMS,
    SERVICE_SYSTEMS,
    chosen,
    codings_of,
)
from auditlib.sources.paid_claims import quantity, revenue_code
from auditlib.sources.rejected_rows import RejectedRows

_KEY = "source_offset"
_MOST = 4
_NO_CODE = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def items_of(resources: pl.DataFrame) -> pl.DataFrame:
    """Return the items of claims, one row each, with ``line_number`` from 1 in file order."""
    return _with_names_of_both(_members(resources, "item"))


def added_items_of(resources: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Return the items that payers added, numbered on after those of their claims.

    ``sequence`` is that of the item that an added one stands for, if it is one, and ``replaces`` the
    sequences of all.
    """
    counts = items.group_by(_KEY).agg(pl.len().cast(pl.Int64).alias("item_count"))
    added = (
        _members(resources, "addItem")
        .join(counts, on=_KEY, how="left", maintain_order="left")
        .with_columns(
            pl.col("line_number") + pl.col("item_count").fill_null(0),
            pl.coalesce("itemSequence", "sequenceLinkId").alias("replaces"),
        )
    )
    one = pl.when(pl.col("replaces").list.len() == 1).then(pl.col("replaces").list.first())
    return _with_names_of_both(added.with_columns(one.alias("sequence")))


def _members(resources: pl.DataFrame, element: str) -> pl.DataFrame:
    rows = (
        resources.select(_KEY, "record_number", element)
        .drop_nulls(element)
        .explode(element, empty_as_null=False)
        .unnest(element)
        .with_row_index("__row")
    )
    return rows.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(_KEY).alias("line_number"))


def _with_names_of_both(rows: pl.DataFrame) -> pl.DataFrame:
    # STU3 has other names for the service and the pointers.
    return rows.with_columns(
        pl.coalesce("productOrService", "service").alias("product"),
        pl.coalesce("diagnosisSequence", "diagnosisLinkId").alias("pointers"),
    )


def submitted_codes(added: pl.DataFrame, items: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the billed code of the item that each added one stands for, by ``source_offset`` and line."""
    codes = items.select(_KEY, "line_number", "sequence").join(
        lines.select(_KEY, "line_number", pl.col("code").alias("submitted_code")), on=[_KEY, "line_number"]
    )
    codes = codes.unique([_KEY, "sequence"], keep="none").drop("line_number")
    return added.select(_KEY, "line_number", "sequence").join(
        codes, on=[_KEY, "sequence"], how="inner", maintain_order="left"
    )


def line_columns(items: pl.DataFrame, rejects: RejectedRows) -> pl.DataFrame:
    """Return the columns of lines except amounts, one row per item."""
    coded = items.with_columns(
        pl.col("product").struct.field("coding").alias("product_codes"),
        pl.col("revenue").struct.field("coding").alias("revenue_codes"),
        pl.col("locationCodeableConcept").struct.field("coding").alias("places"),
    )
    services, unknown = chosen(coded, "product_codes", ["__row"], SERVICE_SYSTEMS)
    drugs = _drugs(coded)
    absent = codings_of(coded, "product_codes", ["__row"]).filter(pl.col("system") == _NO_CODE)
    unknown = unknown.join(drugs, on="__row", how="anti").join(absent, on="__row", how="anti")
    rejects.add(
        "item",
        coded.join(unknown, on="__row", how="semi"),
        "the code of a line is in no known code system: the line has no code",
        "a code in CPT, HCPCS, HIPPS, CDT or NDC",
    )
    revenue, _ = chosen(coded, "revenue_codes", ["__row"], REVENUE_SYSTEMS)
    places, _ = chosen(coded, "places", ["__row"], PLACE_SYSTEMS)
    frame = items.select("__row", _KEY, "record_number", "line_number")
    for part in (
        services,
        revenue.select("__row", pl.col("code").alias("revenue_code")),
        places.select("__row", pl.col("code").alias("place_of_service")),
        drugs,
        _modifiers(coded, rejects),
    ):
        frame = frame.join(part, on="__row", how="left", maintain_order="left")
    return frame.with_columns(
        revenue_code("revenue_code"), *_days_and_units(items), *_pointers(items), _control_number(items)
    )


def _drugs(items: pl.DataFrame) -> pl.DataFrame:
    """Return the NDC of each line: of its product, of the product's extension, or of its first detail."""
    products = items.select("__row", pl.col("product").alias("one"))
    details = (
        items.select("__row", "detail")
        .drop_nulls("detail")
        .explode("detail", empty_as_null=False)
        .select("__row", pl.col("detail").struct.field("productOrService").alias("one"))
    )
    both = pl.concat([products, details]).with_row_index("__order")
    extended = (
        both.select("__row", "__order", pl.col("one").struct.field("extension").alias("extension"))
        .drop_nulls("extension")
        .explode("extension", empty_as_null=False)
        .select("__row", "__order", pl.col("extension").struct.field("valueCoding").alias("coding"))
        .unnest("coding")
    )
    standard = codings_of(
        both.with_columns(pl.col("one").struct.field("coding").alias("codes")), "codes", ["__row", "__order"]
    )
    return (
        pl.concat([standard, extended.select(standard.columns)])
        .filter(pl.col("system").is_in(list(NDC_SYSTEMS)) & pl.col("code").is_not_null())
        .sort("__order", maintain_order=True)
        .unique("__row", keep="first", maintain_order=True)
        .select("__row", pl.col("code").alias("ndc"))
    )


def _modifiers(items: pl.DataFrame, rejects: RejectedRows) -> pl.DataFrame:
    """Return up to four modifiers of each line, without units of measure listed as modifiers."""
    rows = (
        items.select("__row", "modifier")
        .drop_nulls("modifier")
        .explode("modifier", empty_as_null=False)
        .with_row_index("__concept")
    )
    codes = (
        codings_of(
            rows.select("__row", "__concept", pl.col("modifier").struct.field("coding").alias("coding")),
            "coding",
            ["__row", "__concept"],
        )
        .filter(pl.col("system").ne_missing(NOT_A_MODIFIER))
        .unique("__concept", keep="first", maintain_order=True)
        .with_columns(
            pl.int_range(1, pl.len() + 1).over("__row").alias("number"), pl.col("code").str.to_uppercase()
        )
    )
    rejects.add(
        "item",
        items.join(codes.filter(pl.col("number") > _MOST), on="__row", how="semi"),
        "a line has more than four modifiers: the first four are loaded",
        "at most four modifiers",
    )
    return codes.group_by("__row", maintain_order=True).agg(
        pl.col("code").filter(pl.col("number") == number).first().alias(f"modifier_{number}")
        for number in range(1, _MOST + 1)
    )


def _days_and_units(items: pl.DataFrame) -> list[pl.Series]:
    period, stated = pl.col("servicedPeriod").struct, pl.col("quantity").struct
    days = items.select(
        "servicedDate", period.field("start").alias("start"), period.field("end").alias("end")
    ).select(
        pl.coalesce(date("servicedDate"), date("start"), date("end")).alias("from_date"),
        pl.coalesce(date("end"), date("servicedDate"), date("start")).alias("to_date"),
    )
    units = items.select(
        stated.field("value").alias("unit_count"),
        pl.coalesce(stated.field("unit"), stated.field("code")).alias("unit"),
    ).select(
        quantity("unit_count"),
        pl.when(pl.col("unit_count").is_not_null())
        .then(pl.coalesce(pl.col("unit").str.to_uppercase(), pl.lit("UN")))
        .alias("unit_code"),
    )
    return [*days.get_columns(), *units.get_columns()]


def _pointers(items: pl.DataFrame) -> list[pl.Series]:
    """Return the sequences of the diagnoses that a line points to; 0 if not a number."""
    pointers = items.select(
        pl.col("pointers").list.get(number - 1, null_on_oob=True).alias(f"diagnosis_pointer_{number}")
        for number in range(1, _MOST + 1)
    )
    parsed = pl.all().cast(pl.Int64, strict=False)
    return pointers.select(pl.when(pl.all().is_not_null()).then(parsed.fill_null(0))).get_columns()


def _control_number(items: pl.DataFrame) -> pl.Series:
    return items["sequence"].alias("line_control_number")
