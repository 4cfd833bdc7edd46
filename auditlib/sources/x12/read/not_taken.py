"""The elements of an X12 file that the readers do not take, with how often each occurs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import polars as pl

from auditlib.sources.x12.read.chunks import read_chunks
from auditlib.sources.x12.read.claims.claim_codes import one_code_each
from auditlib.sources.x12.read.claims.claim_loops import (
    CLAIM_LEVEL,
    HEADER,
    LINE_LEVEL,
    OTHER_PAYER,
    find_loops,
)
from auditlib.sources.x12.read.codes import CLAIM_CODE_KINDS, DIAGNOSIS_ROLES, PROCEDURE_ROLES
from auditlib.sources.x12.read.payments.payment_loops import find_payments
from auditlib.sources.x12.read.scopes import filled, number_within
from auditlib.sources.x12.read.segments import Field, Segments, packed
from auditlib.sources.x12.read.taken_elements import ENVELOPE, ElementPlace, Taken, taken_elements
from auditlib.sources.x12.read.transactions import find_transactions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from auditlib.sources.x12.read.segments import Mask, Rows
    from auditlib.sources.x12.read.transactions import Transactions

    # The place of each segment, the segment where that began, and all segments where places begin.
    _Places: TypeAlias = tuple[Rows, Rows, Rows]
    _PlaceFinder: TypeAlias = Callable[[Segments, Segments, Transactions], _Places]

_CLAIM_PLACES = (
    "header",
    "billing",
    "subscriber",
    "insured",
    "patient",
    "claim",
    "other payer",
    "line",
    "decision",
)
_PAYMENT_PLACES = ("header", "payment", "line")
_STATUS_PLACES = ("header", "source", "receiver", "provider", "patient", "receiver answer", "answer", "line")
_ACKNOWLEDGMENT_PLACES = ("header", "group", "transaction", "error")
_BILLING, _SUBSCRIBER, _INSURED, _PATIENT, _CLAIM, _OTHER, _LINE, _DECISION = range(1, 9)
_PAYMENT, _PAYMENT_LINE = 1, 2
_SOURCE, _RECEIVER, _PROVIDER, _ANSWERED, _RECEIVER_ANSWER, _ANSWER, _ANSWER_LINE = range(1, 8)
_GROUP, _TRANSACTION, _ERROR = range(1, 4)
_NAMING = ("NM1", "N1")
_DATE_OR_PERIOD = 3
_SPACE = 32
# Stands for a component: no composite has so many.
_TIME = 99
# Where X214 begins in 005010X214.
_GUIDE_AT = 6
_PROVIDERS = ("85", "71", "82")
_QUALIFIED = ("NM1", "N1", "PRV", "REF", "DTP", "DTM", "AMT", "QTY", "LQ", "HI")
_COMPOSITES = {
    "CLM": (5, 11),
    "HI": tuple(range(1, 13)),
    "SV1": (1, 7),
    "SV2": (2,),
    "SV3": (1, 4, 11),
    "SVC": (1, 6),
    "SVD": (3,),
    "STC": (1, 10, 11),
    "IK4": (1,),
    "AK4": (1,),
    "TOO": (3,),
    "CTP": (5,),
    "PLB": tuple(range(3, 14, 2)),
}
_HI_KINDS = {
    **dict.fromkeys(DIAGNOSIS_ROLES, "diagnosis"),
    **dict.fromkeys(PROCEDURE_ROLES, "procedure"),
    **dict.fromkeys(CLAIM_CODE_KINDS, "condition or value"),
}
_NAMES = ("transaction_kind", "place", "entity", "segment", "qualifier", "element")
_PLACES_SCHEMA = {**dict.fromkeys((*_NAMES, "repeats"), pl.String), "source_offset": pl.Int64}


def elements_not_taken(path: Path) -> pl.DataFrame:
    """Return the elements of a file that have a value and are not loaded.

    Those of a transaction of a kind that is not loaded, as 834, are all listed.

    Parameters
    ----------
    path
        An X12 file.

    Returns
    -------
    polars.DataFrame
        A row for each transaction_kind (``envelope`` around transactions), place, entity (NM101 or N101
        above it), segment, qualifier and element (N403, SV101-7), with occurrence_count and first_offset
        in the file, the most frequent first.

    Raises
    ------
    BadInputError
        If the file cannot be opened or is not X12.
    """
    counts = [
        occurrences.filter(pl.col("repeats") == "")
        .group_by(_NAMES)
        .agg(
            pl.len().cast(pl.Int64).alias("occurrence_count"),
            pl.col("source_offset").min().alias("first_offset"),
        )
        for occurrences in _of_chunks(path)
    ]
    empty = pl.DataFrame(
        schema={**dict.fromkeys(_NAMES, pl.String), "occurrence_count": pl.Int64, "first_offset": pl.Int64}
    )
    return (
        pl.concat([empty, *counts])
        .group_by(_NAMES)
        .agg(pl.col("occurrence_count").sum(), pl.col("first_offset").min())
        .sort("occurrence_count", *_NAMES, descending=[True, *(False for _ in _NAMES)])
    )


def places_not_taken(path: Path) -> pl.DataFrame:
    """Return each element that is not loaded, its source_offset and what it ``repeats`` (empty: nothing)."""
    return pl.concat([pl.DataFrame(schema=_PLACES_SCHEMA), *_of_chunks(path)])


def _of_chunks(path: Path) -> Iterator[pl.DataFrame]:
    for chunk in read_chunks(path):
        segments = Segments(chunk)
        transactions = find_transactions(segments)
        if (transactions.of_segment < 0).any():
            yield _left(segments, transactions, ENVELOPE)
        for number in np.unique(transactions.kind).tolist():
            yield _left(segments, transactions, number.to_bytes(4, "little").strip(b"\0").decode("latin-1"))


@cache
def _taken_as(kind: str, at: ElementPlace, *, is_eligible: bool) -> Taken | None:
    """Return the declaration that takes the element, or None."""
    if at.segment == "HI":
        element = "n-" + at.element.partition("-")[2]
        at = at._replace(qualifier=_HI_KINDS.get(at.qualifier, at.qualifier), element=element)
    holding = (one for one in taken_elements(kind) if one.holds(at) and (is_eligible or not one.first_only))
    return next(holding, None)


def _left(chunk: Segments, transactions: Transactions, kind: str) -> pl.DataFrame:
    """Return the chunk's own elements with a value that are not taken."""
    is_around = transactions.of_segment < 0
    segments = chunk.only(is_around if kind == ENVELOPE else transactions.mask(kind))
    place_names, find_places = _FINDERS.get(kind, _NO_PLACES)
    place, instance, marks = find_places(segments, chunk, transactions)
    named = segments.rows(*_NAMING)
    names = segments.code(segments.element(named, 1)).astype(np.int64)
    entity = filled(len(segments), (marks, 0), (named, names))

    row, number, field = _elements(segments)
    is_composite = np.zeros(len(row), dtype=np.bool_)
    for tag, numbers in _COMPOSITES.items():
        is_composite |= (segments.tag.take(row) == packed(tag)) & np.isin(number, numbers)
    components = segments.composite(field)
    first_of_row = segments.code(segments.element(row, 1))
    is_health_code = segments.tag.take(row) == packed("HI")
    qualifier = np.where(is_health_code, segments.code(components[1]), first_of_row)
    qualifier[~np.isin(segments.tag.take(row), [packed(tag) for tag in _QUALIFIED])] = 0
    has_parts = components[2].present | is_composite | (components[1].end < field.end)
    parts = []
    for component in range(components.most + 1):
        value = components[component] if component else field
        used = value.present & (has_parts if component else ~has_parts) & (row >= segments.context_count)
        is_blank = (segments.buffer.take(value.start, mode="clip") == _SPACE) & (
            segments.buffer.take(value.end - 1, mode="clip") == _SPACE
        )
        used &= ~is_blank
        parts.append(
            pl.DataFrame(
                {
                    "row": row[used],
                    "number": number[used],
                    "component": np.full(int(used.sum()), component, dtype=np.int64),
                    "qualifier": qualifier[used],
                    "source_offset": segments.file_offset(value.start[used]),
                }
            )
        )
    # Of a date with a time the day is loaded: the time is a part of its own.
    is_timed = (
        (segments.tag.take(row) == packed("DTP"))
        & (number == _DATE_OR_PERIOD)
        & (row >= segments.context_count)
    )
    is_timed &= segments.code(segments.element(row, 2)) == packed("DT")
    timed = (
        parts[0].clear()
        if not is_timed.any()
        else pl.DataFrame(
            {
                "row": row[is_timed],
                "number": number[is_timed],
                "component": np.full(int(is_timed.sum()), _TIME, dtype=np.int64),
                "qualifier": qualifier[is_timed],
                "source_offset": segments.file_offset(field.start[is_timed]),
            }
        )
    )
    frame = pl.concat([*parts, timed])
    at = frame["row"].to_numpy()
    tags = segments.tag.take(at)
    is_name = np.isin(tags, [packed(one) for one in _NAMING])
    frame = frame.with_columns(
        place=pl.Series(place.take(at)),
        entity=pl.Series(np.where(is_name, 0, np.maximum(entity.take(at), 0))),
        segment=pl.Series(tags),
        is_eligible=pl.Series(_is_eligible(segments, transactions, instance).take(at)),
    )
    keys = ["place", "entity", "segment", "qualifier", "number", "component", "is_eligible"]
    patterns = frame.group_by(keys).agg("source_offset")
    suffix = (
        pl.when(pl.col("component") == _TIME)
        .then(pl.lit(" time"))
        .when(pl.col("component") > 0)
        .then(pl.format("-{}", "component"))
        .otherwise(pl.lit(""))
    )
    patterns = patterns.with_columns(
        pl.lit(kind).alias("transaction_kind"),
        pl.Series("place", [place_names[index] for index in patterns["place"].to_list()], dtype=pl.String),
        *(_text(patterns[name]) for name in ("entity", "segment", "qualifier")),
        (pl.col("number").cast(pl.String) + suffix).alias("element"),
    )
    taken = [
        _taken_as(kind, ElementPlace(*at), is_eligible=is_eligible)
        for *at, is_eligible in patterns.select(*_NAMES[1:], "is_eligible").iter_rows()
    ]
    padded = pl.col("number").cast(pl.String).str.zfill(2)
    left = patterns.with_columns(
        pl.Series("repeats", [one.repeats if one else "" for one in taken], dtype=pl.String),
        element=pl.col("segment") + padded + suffix,
    ).filter(pl.Series([one is None or bool(one.repeats) for one in taken], dtype=pl.Boolean))
    return left.select(*_PLACES_SCHEMA).explode("source_offset")


def _elements(segments: Segments) -> tuple[Rows, Rows, Field]:
    """Return segment, number and bytes of each element; of HI, of each code."""
    rows = np.flatnonzero(segments.tag != 0)
    row = np.repeat(rows, segments.count.take(rows) - 1)
    field = segments.element(row, number_within(row))
    is_health_code = segments.tag.take(row) == packed("HI")
    health_row, health_field = one_code_each(segments, row[is_health_code], field.pick(is_health_code))
    other = field.pick(~is_health_code)
    row = np.concatenate((row[~is_health_code], health_row))
    number = np.concatenate((number_within(row[: len(other.start)]), number_within(health_row)))
    start = np.concatenate((other.start, health_field.start))
    return row, number, Field(start, np.concatenate((other.end, health_field.end)))


def _is_eligible(segments: Segments, transactions: Transactions, instance: Rows) -> Mask:
    """Return which segments are the first of their kind in their place, and of the kind that is taken.

    Of a provider of a claim the reader takes an NPI only, of LIN an NDC only; of a 277CA the number of a
    claim is that of its trace.
    """
    rows = np.arange(len(segments), dtype=np.int64)
    qualifier = segments.code(segments.element(rows, 1)).astype(np.int64)
    is_provider = (segments.tag == packed("NM1")) & np.isin(qualifier, [packed(one) for one in _PROVIDERS])
    without_npi = is_provider & (segments.code(segments.element(rows, 8)) != packed("XX"))
    without_ndc = (segments.tag == packed("LIN")) & (segments.code(segments.element(rows, 2)) != packed("N4"))
    is_account = (segments.tag == packed("REF")) & (qualifier == packed("EJ"))
    is_account &= _is_claim_acknowledgment(segments, transactions)
    qualifier[~np.isin(segments.tag, [packed(tag) for tag in _QUALIFIED])] = 0
    frame = pl.DataFrame({"instance": instance, "tag": segments.tag, "qualifier": qualifier})
    is_first: Mask = frame.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_numpy()
    is_eligible: Mask = is_first & ~without_npi & ~without_ndc & ~is_account
    return is_eligible


def _is_claim_acknowledgment(segments: Segments, transactions: Transactions) -> Mask:
    """Return which segments belong to a 277CA, by the version of its ST or GS."""
    if not len(transactions.start):
        return np.zeros(len(segments), dtype=np.bool_)
    of_transaction = np.zeros(len(transactions.start), dtype=np.bool_)
    for version in (segments.element(transactions.start, 3), segments.element(transactions.group, 8)):
        guide = Field(np.minimum(version.start + _GUIDE_AT, version.end), version.end)
        of_transaction |= segments.code(Field(guide.start, np.minimum(guide.start + 4, guide.end))) == packed(
            "X214"
        )
    of_segment = transactions.of_segment
    within: Mask = (of_segment >= 0) & of_transaction.take(of_segment, mode="clip")
    return within


def _text(codes: pl.Series) -> pl.Series:
    names = [int(code).to_bytes(4, "little").strip(b"\0").decode("latin-1") for code in codes.to_list()]
    return pl.Series(codes.name, names, dtype=pl.String)


def _claim_places(_: Segments, chunk: Segments, transactions: Transactions) -> _Places:
    """Return the place of each segment of an 837, where that begins, and where places begin."""
    loops = find_loops(chunk, transactions)
    segments = loops.segments
    levels, decided = segments.rows("HL"), segments.rows("SVD")
    level = segments.code(segments.element(levels, 3))
    has_dependents = segments.code(segments.element(levels, 4)) == packed("1")
    of_level = np.select(
        [
            level == packed("20"),
            (level == packed("22")) & has_dependents,
            level == packed("22"),
            level == packed("23"),
        ],
        [_BILLING, _INSURED, _SUBSCRIBER, _PATIENT],
        default=0,
    )
    scope = loops.scope.astype(np.int64)
    begins = segments.rows("CLM", "SBR", "LX", "SV1", "SV2", "SV3")
    begins = begins[scope.take(begins) != HEADER]
    lines = segments.rows("SV1", "SV2", "SV3")
    after_number = np.isin(begins, lines) & np.isin(begins - 1, segments.rows("LX"))
    begins = begins[~after_number]
    of_scope = {CLAIM_LEVEL: _CLAIM, OTHER_PAYER: _OTHER, LINE_LEVEL: _LINE}
    places = np.array([of_scope[int(one)] for one in (CLAIM_LEVEL, OTHER_PAYER, LINE_LEVEL)], dtype=np.int64)
    marks = (
        (segments.rows("ST"), 0),
        (levels, of_level),
        (begins, places.take(scope.take(begins) - CLAIM_LEVEL)),
        (decided, _DECISION),
    )
    return _filled(segments, marks)


def _payment_places(_: Segments, chunk: Segments, transactions: Transactions) -> _Places:
    """Return the place of each segment of an 835, where that begins, and where places begin."""
    loops = find_payments(chunk, transactions)
    marks = ((loops.transaction, 0), (loops.payment, _PAYMENT), (loops.line, _PAYMENT_LINE))
    return _filled(loops.segments, marks)


def _status_places(segments: Segments, _: Segments, __: Transactions) -> _Places:
    """Return the place of each segment of a 277; an answer begins with its TRN."""
    levels = segments.rows("HL")
    level = segments.code(segments.element(levels, 3))
    whose = [(level == packed(code)) for code in ("20", "21", "19")]
    of_level = np.select(whose, [_SOURCE, _RECEIVER, _PROVIDER], default=_ANSWERED)
    traces = segments.rows("TRN")
    above = filled(len(segments), (segments.rows("ST"), 0), (levels, of_level)).take(traces)
    answers = np.select([above == _SOURCE, above == _RECEIVER], [_SOURCE, _RECEIVER_ANSWER], default=_ANSWER)
    marks = (
        (segments.rows("ST"), 0),
        (levels, of_level),
        (traces, answers),
        (segments.rows("SVC"), _ANSWER_LINE),
    )
    return _filled(segments, marks)


def _acknowledgment_places(segments: Segments, _: Segments, __: Transactions) -> _Places:
    """Return the place of each segment of a 999 or 997."""
    marks = (
        (segments.rows("ST"), 0),
        (segments.rows("AK1", "AK9"), _GROUP),
        (segments.rows("AK2", "IK5", "AK5"), _TRANSACTION),
        (segments.rows("IK3", "AK3", "IK4", "AK4"), _ERROR),
    )
    return _filled(segments, marks)


def _one_place(segments: Segments, _: Segments, __: Transactions) -> _Places:
    return _filled(segments, ((np.zeros(min(len(segments), 1), dtype=np.int64), 0),))


def _filled(segments: Segments, marks: tuple[tuple[Rows, Rows | int], ...]) -> _Places:
    place = np.maximum(filled(len(segments), *marks), 0)
    begins = np.sort(np.concatenate([rows for rows, _ in marks]))
    return place, filled(len(segments), (begins, begins)), begins


_FINDERS: Mapping[str, tuple[tuple[str, ...], _PlaceFinder]] = {
    "837": (_CLAIM_PLACES, _claim_places),
    "835": (_PAYMENT_PLACES, _payment_places),
    "277": (_STATUS_PLACES, _status_places),
    **dict.fromkeys(("999", "997"), (_ACKNOWLEDGMENT_PLACES, _acknowledgment_places)),
}
_NO_PLACES = (("",), _one_place)
