"""Named facts in the lists of a claim resource: extensions, supporting information, types, totals.

The lists become rows (place, name, value, start, end), and requested names become columns.
"""

from __future__ import annotations

import polars as pl

from auditlib.sources.fhir.systems import codings_of

_KEY = "source_offset"
_COLUMNS = (_KEY, "name", "value", "start", "end")


def last_part(column: str) -> pl.Expr:
    """Return the part of a reference or URI after its last slash, colon or number sign."""
    return pl.col(column).str.strip_chars().str.extract(r"([^/:#]+)/?$", 1)


def target_of(column: str) -> pl.Expr:
    """Return the id that a reference leads to, without its version: of a search, the identifier's value."""
    reference = pl.col(column).str.strip_chars()
    searched = reference.str.extract(r"\?identifier=(?:[^|]*\|)?([^|&]+)$", 1)
    plain = reference.str.replace(r"/_history/[^/]*$", "")
    return pl.coalesce(searched, plain.str.extract(r"([^/:#]+)/?$", 1))


def facts_of(resources: pl.DataFrame) -> pl.DataFrame:
    """Return the named facts of claims, in list order."""
    parts = [_extensions(resources, pl.col("extension")), *_information(resources)]
    if "type" in resources.columns:
        parts.append(_types(resources))
    if "facility" in resources.columns:
        parts.append(_extensions(resources, pl.col("facility").struct.field("extension")))
    if resources.schema.get("total") == pl.List:
        parts.append(_totals(resources))
    if "benefitBalance" in resources.columns:
        parts.append(_balances(resources))
    return pl.concat(part.select(_as_text(name) for name in _COLUMNS) for part in parts)


def named(resources: pl.DataFrame, facts: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Return one row per resource with a column for each name, holding its first value."""
    requested = facts.filter(pl.col("name").is_in(names)).drop_nulls("value")
    first = requested.unique([_KEY, "name"], keep="first", maintain_order=True)
    wide = first.pivot(on="name", index=_KEY, values="value") if first.height else first.select(_KEY)
    missing = [pl.lit(None, pl.String).alias(name) for name in names if name not in wide.columns]
    wide = wide.with_columns(missing).select(_KEY, *names)
    return resources.select(_KEY).join(wide, on=_KEY, how="left", maintain_order="left")


def _as_text(name: str) -> pl.Expr:
    return pl.col(name) if name == _KEY else pl.col(name).cast(pl.String)


def _extensions(resources: pl.DataFrame, extensions: pl.Expr) -> pl.DataFrame:
    rows = (
        resources.select(_KEY, extensions.alias("extension"))
        .drop_nulls("extension")
        .explode("extension", empty_as_null=False)
        .unnest("extension")
    )
    values = [
        pl.col("valueCoding").struct.field("code"),
        pl.col("valueIdentifier").struct.field("value"),
        pl.col("valueMoney").struct.field("value"),
        "valueDate",
    ]
    return rows.select(
        _KEY,
        last_part("url").alias("name"),
        pl.coalesce(values).alias("value"),
        pl.lit(None).alias("start"),
        pl.lit(None).alias("end"),
    )


def _types(resources: pl.DataFrame) -> pl.DataFrame:
    """Return the codings of the claim's type, named after their code systems."""
    codings = codings_of(
        resources.select(_KEY, pl.col("type").struct.field("coding").alias("type")), "type", [_KEY]
    )
    return codings.select(
        _KEY,
        last_part("system").alias("name"),
        pl.col("code").alias("value"),
        pl.lit(None).alias("start"),
        pl.lit(None).alias("end"),
    )


def _information(resources: pl.DataFrame) -> list[pl.DataFrame]:
    """Return supporting information (information in STU3), named after each coding of its category."""
    parts = []
    for element in {"supportingInfo", "information"}.intersection(resources.columns):
        rows = (
            resources.select(_KEY, element)
            .drop_nulls(element)
            .explode(element, empty_as_null=False)
            .unnest(element)
            .with_row_index("__row")
        )
        values = codings_of(
            rows.select("__row", pl.col("code").struct.field("coding").alias("code")), "code", ["__row"]
        ).unique("__row", keep="first", maintain_order=True)
        names = codings_of(
            rows.select(_KEY, "__row", pl.col("category").struct.field("coding").alias("category")),
            "category",
            [_KEY, "__row"],
        )
        named_values = rows.join(
            values.select("__row", pl.col("code").alias("code_value")), on="__row", how="left"
        )
        period = pl.col("timingPeriod").struct
        named_values = named_values.select(
            "__row",
            pl.coalesce("code_value", "valueString", "timingDate", period.field("start")).alias("value"),
            period.field("start").alias("start"),
            period.field("end").alias("end"),
        )
        joined = names.join(named_values, on="__row", how="left", maintain_order="left")
        parts.append(joined.with_columns(last_part("code").alias("name")))
    return parts


def _totals(resources: pl.DataFrame) -> pl.DataFrame:
    """Return the totals as ``total submitted`` and so on, by the standard's codes alone."""
    rows = (
        resources.select(_KEY, "total")
        .drop_nulls("total")
        .explode("total", empty_as_null=False)
        .unnest("total")
        .with_row_index("__row")
    )
    names = codings_of(
        rows.select(_KEY, "__row", pl.col("category").struct.field("coding").alias("category")),
        "category",
        [_KEY, "__row"],
    )
    amounts = rows.select("__row", pl.col("amount").struct.field("value").alias("value"))
    return names.join(amounts, on="__row", how="left", maintain_order="left").with_columns(
        (pl.lit("total ") + last_part("code")).alias("name"),
        pl.lit(None).alias("start"),
        pl.lit(None).alias("end"),
    )


def _balances(resources: pl.DataFrame) -> pl.DataFrame:
    rows = resources.select(_KEY, "benefitBalance").drop_nulls("benefitBalance")
    rows = (
        rows.explode("benefitBalance", empty_as_null=False).unnest("benefitBalance").drop_nulls("financial")
    )
    rows = rows.explode("financial", empty_as_null=False).unnest("financial").with_row_index("__row")
    names = codings_of(
        rows.select(_KEY, "__row", pl.col("type").struct.field("coding").alias("type")),
        "type",
        [_KEY, "__row"],
    )
    amounts = rows.select("__row", pl.col("usedMoney").struct.field("value").alias("value"))
    return names.join(amounts, on="__row", how="left", maintain_order="left").with_columns(
        last_part("code").alias("name"), pl.lit(None).alias("start"), pl.lit(None).alias("end")
    )
