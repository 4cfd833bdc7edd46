"""The claims of a file under the addresses by which responses refer to them."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from auditlib.sources.fhir.claims import control_numbers
from auditlib.sources.fhir.decoding import decoded
from auditlib.sources.fhir.elements import ELEMENTS
from auditlib.sources.fhir.people import contained

_KEY = "source_offset"
_CLAIM = "Claim"
_ADDRESSES = pl.Schema({"address": pl.String(), "version": pl.String(), "answered_number": pl.String()})
_HISTORY = r"/_history/([^/]*)$"


def claim_addresses(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return ``address``, ``version`` and ``answered_number`` (the control number) of the Claims of a file.

    An address is the type with the id, the full URL in a Bundle, or an identifier, with and without its
    system.
    """
    parts = [pl.DataFrame(schema=_ADDRESSES)]
    for frame in frames:
        texts = frame.filter(pl.col("resource_type") == _CLAIM).drop_nulls("text")
        if texts.is_empty():
            continue
        claims = (
            texts.with_columns(decoded(texts["text"], ELEMENTS[_CLAIM]).alias("resource"))
            .drop_nulls("resource")
            .drop("text", "resource_type")
            .unnest("resource")
        )
        claims = claims.with_columns(
            control_numbers(claims).alias("answered_number"),
            pl.col("meta").struct.field("versionId").alias("version"),
        )
        identifiers = _identifiers(claims)
        value = pl.lit("identifier:|") + pl.col("value")
        url = pl.col("full_url").str.strip_chars()
        for rows, address in (
            (claims, pl.lit("Claim/") + pl.col("id")),
            (claims, url.str.replace(_HISTORY, "")),
            (identifiers, pl.format("identifier:{}|{}", "system", "value")),
            (identifiers, value),
        ):
            parts.append(
                rows.select(address.alias("address"), "version", "answered_number").drop_nulls("address")
            )
    return pl.concat(parts).unique(maintain_order=True)


def _identifiers(claims: pl.DataFrame) -> pl.DataFrame:
    return (
        claims.select("version", "answered_number", "identifier")
        .drop_nulls("identifier")
        .explode("identifier", empty_as_null=False)
        .unnest("identifier")
    )


def answered_numbers(responses: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Return the control number (``answered_number``) of the claim that each response names.

    Notes
    -----
    The reference counts before the identifier, an absolute address before the type and id in it. A version
    chooses among claims under one address; where several numbers are left, none is taken. A claim contained
    in the response gives the first of its identifiers.
    """
    request = pl.col("request").struct
    identifier = request.field("identifier").struct
    told = responses.select(
        _KEY,
        request.field("reference").str.strip_chars().alias("reference"),
        identifier.field("system").alias("system"),
        identifier.field("value").alias("value"),
    ).with_columns(pl.col("reference").str.extract(_HISTORY, 1).alias("asked_version"))
    plain = pl.col("reference").str.replace(_HISTORY, "")
    searched = pl.col("reference").str.extract(r"\?identifier=([^&]+)$", 1)
    by_system = pl.when(pl.col("system").is_not_null()).then(pl.format("identifier:{}|{}", "system", "value"))
    addresses = (
        plain,
        plain.str.extract(r"(Claim/[^/?#]+)$", 1),
        pl.format("identifier:{}", pl.when(searched.str.contains("|", literal=True)).then(searched)),
        pl.format("identifier:|{}", pl.when(~searched.str.contains("|", literal=True)).then(searched)),
        by_system,
        pl.when(pl.col("system").is_null()).then(pl.format("identifier:|{}", "value")),
    )
    rows = pl.concat(
        told.select(_KEY, "asked_version", address.alias("address"), pl.lit(rank).alias("rank"))
        for rank, address in enumerate(addresses)
    ).drop_nulls("address")
    joined = rows.join(claims, on="address", how="inner").with_columns(
        (pl.col("asked_version") == pl.col("version")).fill_null(value=False).alias("is_version")
    )
    best = joined.filter(pl.col("rank") == pl.col("rank").min().over(_KEY))
    best = best.filter(pl.col("is_version") | ~pl.col("is_version").any().over(_KEY))
    one = best.select(_KEY, "answered_number").unique().unique(_KEY, keep="none")
    inside = (
        contained(responses)
        .drop_nulls("value")
        .filter(pl.col("resourceType") == _CLAIM)
        .join(told.select(_KEY, "reference"), on=[_KEY, "reference"], how="semi")
        .select(_KEY, pl.col("value").alias("answered_number"))
    )
    return pl.concat([one, inside]).unique(_KEY, keep="first")
