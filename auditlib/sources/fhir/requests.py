"""The addresses under which claims are known, and those by which answers name the claim that they answer."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from auditlib.schema.core import ANSWERED_ADDRESS, CLAIM_ADDRESS
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.fhir.claims import control_numbers
from auditlib.sources.fhir.decoding import decoded
from auditlib.sources.fhir.elements import ELEMENTS
from auditlib.sources.fhir.people import contained, patient_ids

_KEY = "source_offset"
_CLAIM = "Claim"
_NUMBERS = pl.Schema({"address": pl.String(), "answered_number": pl.String()})
_HISTORY = r"/_history/([^/]*)/?$"
_ID = r"(?:^|/)Claim/([^/?#]+)$"
_OF_SERVER = r"^https:"


def claim_addresses(claims: pl.DataFrame) -> pl.DataFrame:
    """Return ``source_offset`` and ``address`` of Claim resources, one row for each address of one.

    Notes
    -----
    An address is the type with the id, the full URL in a Bundle, the same with the version, or an identifier
    with and without its system. ``*/Claim/id`` is that of a claim whose server is not known: an absolute
    reference may mean it.
    """
    url = _unversioned(_plain("full_url"))
    there = claims.select(
        _KEY,
        url.alias("url"),
        pl.coalesce("id", url.str.extract(_ID, 1)).alias("id"),
        pl.coalesce(
            pl.col("meta").struct.field("versionId"), pl.col("full_url").str.extract(_HISTORY, 1)
        ).alias("version"),
    )
    is_of_server = pl.col("url").str.contains(_OF_SERVER).fill_null(value=False)
    plain = pl.concat(
        there.select(_KEY, "version", address.alias("address"))
        for address in (
            pl.format("Claim/{}", "id"),
            pl.col("url"),
            pl.when(~is_of_server).then(pl.format("*/Claim/{}", "id")),
        )
    )
    versioned = plain.select(_KEY, pl.format("{}/_history/{}", "address", "version").alias("address"))
    rows = pl.concat([plain.drop("version"), versioned, _identifier_addresses(claims)])
    return rows.drop_nulls("address").unique(maintain_order=True)


def numbers_of_claims(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return ``address`` and ``answered_number`` (the control number) of the Claims of a file."""
    parts = [pl.DataFrame(schema=_NUMBERS)]
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
        numbers = claims.select(_KEY).with_columns(control_numbers(claims).alias("answered_number"))
        addresses = claim_addresses(claims)
        parts.append(addresses.join(numbers, on=_KEY, how="left").select(list(_NUMBERS)))
    return pl.concat(parts).unique(maintain_order=True)


def answered_addresses(answers: pl.DataFrame, element: str) -> pl.DataFrame:
    """Return the addresses by which answers name their claim: ``source_offset``, ``preference``, ``address``.

    Parameters
    ----------
    answers
        ClaimResponse or ExplanationOfBenefit resources.
    element
        The reference: ``request`` or ``claim``.

    Notes
    -----
    The reference counts before the identifier, one with its version before those without. A relative one is
    of the server of the answer, if the full URL tells it. An absolute one may mean a claim whose server is
    not known, and no claim of another server. A claim contained in the answer is known by its number.
    """
    request = pl.col(element).struct
    identifier = request.field("identifier").struct
    asked = answers.select(
        _KEY,
        _normal(request.field("reference")).alias("asked"),
        identifier.field("system").str.strip_chars().alias("system"),
        identifier.field("value").str.strip_chars().alias("value"),
        _plain("full_url").str.extract(r"^(https:.*)/[A-Za-z]+/[^/]+$", 1).alias("base"),
    ).with_columns(
        _unversioned(pl.col("asked")).alias("reference"),
        pl.col("asked").str.extract(_HISTORY, 1).alias("version"),
    )
    reference = pl.col("reference")
    target = reference.str.extract(_ID, 1)
    is_relative = reference.str.contains(r"^Claim/[^/?#]+$")
    is_absolute = reference.str.contains(_OF_SERVER)
    uuid = reference.str.extract(r"^urn:(?:uuid|oid):(.+)$", 1)
    searched = reference.str.extract(r"\?identifier=([^&]+)$", 1).str.replace_all("%7C", "|", literal=True)
    has_system = searched.str.contains("|", literal=True)
    in_full = pl.format("{}/{}", "base", "reference")
    of_unknown_server = pl.format("*/Claim/{}", target)
    names = (
        pl.when(is_relative).then(in_full),
        pl.when(~(is_relative & pl.col("base").is_not_null())).then(reference),
        pl.when(is_absolute | (is_relative & pl.col("base").is_not_null())).then(of_unknown_server),
        pl.when(is_relative).then(pl.format("urn:uuid:{}", target)),
        pl.format("*/Claim/{}", uuid),
    )
    is_search = searched.is_not_null()
    by_name = [
        *(pl.when(~is_search).then(pl.format("{}/_history/{}", name, "version")) for name in names),
        *(pl.when(~is_search).then(name) for name in names),
    ]
    by_number = [
        pl.format("identifier:{}", pl.when(has_system).then(searched)),
        pl.format("identifier:|{}", pl.when(~has_system).then(searched)),
        pl.format("identifier:{}|{}", "system", "value"),
        pl.when(pl.col("system").is_null()).then(pl.format("identifier:|{}", "value")),
    ]
    inside = (
        contained(answers)
        .filter(pl.col("resourceType") == _CLAIM)
        .join(asked.select(_KEY, "reference"), on=[_KEY, "reference"], how="semi")
        .select(
            _KEY,
            pl.lit(0, pl.Int64).alias("preference"),
            pl.format("identifier:|{}", "value").alias("address"),
        )
    )
    rows = pl.concat(
        [
            inside,
            *(
                asked.select(_KEY, pl.lit(place, pl.Int64).alias("preference"), name.alias("address"))
                for place, name in enumerate([*by_name, *by_number], start=1)
            ),
        ]
    )
    is_inside = pl.col("address").str.starts_with("#")
    return rows.drop_nulls("address").filter(~is_inside).unique([_KEY, "address"], keep="first")


def answered_numbers(responses: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Return the control number (``answered_number``) of the claim in the file that each response names.

    Where several numbers are left, none is taken. A claim contained in the response gives the first of its
    identifiers.
    """
    asked = answered_addresses(responses, "request")
    joined = asked.join(numbers, on="address", how="inner")
    best = joined.filter(pl.col("preference") == pl.col("preference").min().over(_KEY))
    one = best.select(_KEY, "answered_number").unique().unique(_KEY, keep="none")
    inside = asked.filter(pl.col("preference") == 0).select(
        _KEY, pl.col("address").str.strip_prefix("identifier:|").alias("answered_number")
    )
    return pl.concat([one, inside]).unique(_KEY, keep="first", maintain_order=True)


def claim_address_frame(
    claims: pl.DataFrame, bundled: pl.DataFrame, kept: pl.DataFrame, *, source_file_id: int
) -> pl.DataFrame:
    """Return the rows of ``claim_address`` of those of the Claims that are loaded (``kept``)."""
    rows = claim_addresses(claims).join(kept.select(_KEY), on=_KEY, how="semi")
    return CLAIM_ADDRESS.conform(_placed(rows, claims, bundled, "claim_id", source_file_id))


def answered_address_frame(
    answers: pl.DataFrame, element: str, bundled: pl.DataFrame, kept: pl.DataFrame, *, source_file_id: int
) -> pl.DataFrame:
    """Return the rows of ``answered_address`` of those of the answers that are loaded (``kept``)."""
    rows = answered_addresses(answers, element).join(kept.select(_KEY), on=_KEY, how="semi")
    return ANSWERED_ADDRESS.conform(_placed(rows, answers, bundled, "remit_claim_id", source_file_id))


def _placed(
    rows: pl.DataFrame, resources: pl.DataFrame, bundled: pl.DataFrame, key: str, source_file_id: int
) -> pl.DataFrame:
    """Return addresses with the key of their row, their place and the patient whom the resource names by id.

    A patient who is contained, known by a number only or in another Bundle has no id to compare.
    """
    reference = pl.col("patient").struct.field("reference").str.strip_chars()
    is_inside = reference.str.starts_with("#") | reference.str.contains("?", literal=True)
    is_elsewhere = reference.str.starts_with("urn:") & ~reference.is_in(bundled["address"].implode())
    patients = resources.select(_KEY, (is_inside | is_elsewhere).fill_null(value=True).alias("is_unknown"))
    patients = patients.with_columns(
        patient_ids(resources, "patient", contained(resources), bundled).alias("patient_id")
    )
    known = patients.filter(~pl.col("is_unknown")).select(_KEY, "patient_id")
    return (
        rows.join(known, on=_KEY, how="left")
        .with_columns(
            (pl.col(_KEY) + (source_file_id << OFFSET_BITS)).alias(key),
            pl.lit(source_file_id, pl.Int64).alias("source_file_id"),
        )
        .sort(_KEY, "address")
    )


def _identifier_addresses(claims: pl.DataFrame) -> pl.DataFrame:
    identifiers = (
        claims.select(_KEY, "identifier")
        .drop_nulls("identifier")
        .explode("identifier", empty_as_null=False)
        .unnest("identifier")
        .select(_KEY, pl.col("system", "value").str.strip_chars())
        .filter(pl.col("value") != "")
    )
    names = (pl.format("identifier:{}|{}", "system", "value"), pl.format("identifier:|{}", "value"))
    return pl.concat(identifiers.select(_KEY, name.alias("address")) for name in names)


def _plain(column: str) -> pl.Expr:
    return _normal(pl.col(column))


def _normal(url: pl.Expr) -> pl.Expr:
    """Return a reference without blanks and a slash at its end; urn in lower case, http as https."""
    text = url.str.strip_chars().str.strip_chars_end("/").str.replace(r"^(?i)https?:", "https:")
    is_urn = text.str.to_lowercase().str.starts_with("urn:uuid:")
    text = pl.when(is_urn).then(text.str.to_lowercase()).otherwise(text)
    return pl.when(text != "").then(text)


def _unversioned(url: pl.Expr) -> pl.Expr:
    return url.str.replace(_HISTORY, "")
