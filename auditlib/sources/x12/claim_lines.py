"""Service lines of 837 claims: SV1, SV2 and SV3 with the dates, references and drugs that follow them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import CLAIM_LINE
from auditlib.sources.x12.claim_loops import LINE_LEVEL, LINE_TAGS, ClaimLoops
from auditlib.sources.x12.codes import normal_code, procedure_system
from auditlib.sources.x12.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.scopes import NONE, first_of_each, kept, number_within
from auditlib.sources.x12.segments import Field, Mask, Rows, Segments, packed
from auditlib.sources.x12.spans import span_of_owners
from auditlib.sources.x12.values import NO_DAY, Days, dates, days, numbers, texts

# Number of the element, by segment; 0 where the segment has none.
_PROCEDURE = {"SV1": 1, "SV2": 2, "SV3": 1}
_CHARGE = {"SV1": 2, "SV2": 3, "SV3": 2}
_UNIT_CODE = {"SV1": 3, "SV2": 4, "SV3": 0}
_UNITS = {"SV1": 4, "SV2": 5, "SV3": 6}
_PLACE = {"SV1": 5, "SV2": 0, "SV3": 3}
_POINTERS = {"SV1": 7, "SV2": 0, "SV3": 11}
_REVENUE = {"SV1": 0, "SV2": 1, "SV3": 0}
_COMPONENTS = {"qualifier": 1, "code": 2, "modifier_1": 3, "modifier_2": 4, "modifier_3": 5, "modifier_4": 6}

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ServiceLines:
    """Lines of a chunk.

    Attributes
    ----------
    row
        Position of each SV1, SV2 or SV3.
    start
        Position of its LX, or of itself where LX is missing.
    claim
        Claim of each.
    number
        Position in its claim, from 1.
    """

    row: Rows
    start: Rows
    claim: Rows
    number: Rows


def find_lines(segments: Segments, loops: ClaimLoops) -> ServiceLines:
    """Find the service lines that belong to claims."""
    row = segments.rows(*LINE_TAGS)
    row = row[loops.within[row] & (loops.scope[row] == LINE_LEVEL)]
    marks = segments.rows("LX", "CLM", *LINE_TAGS)
    previous = marks[np.maximum(np.searchsorted(marks, row) - 1, 0)] if len(row) else row
    opened = segments.tag[previous] == packed("LX")
    claim = loops.of_segment[row]
    return ServiceLines(row, np.where(opened, previous, row), claim, number_within(claim))


def claim_line_frame(
    segments: Segments,
    loops: ClaimLoops,
    lines: ServiceLines,
    claim_dates: Days,
    rejects: Rejects,
    *,
    claim_id: Rows,
    keep: Mask,
    source_file_id: int,
) -> tuple[pl.DataFrame, Days]:
    """Return the claim_line table, and the first and last day of the lines of each claim."""
    orphan = segments.rows(*LINE_TAGS)
    orphan = orphan[loops.within[orphan] & (loops.scope[orphan] != LINE_LEVEL)]
    rejects.add(orphan, "service line stands outside of any claim", "CLM before it")

    charge = numbers(segments, _by_tag(segments, lines.row, _CHARGE), 2)
    rejects.add(lines.row[~charge.readable], "service line set aside: its charge cannot be read", NOT_A_NUMBER)
    rejects.add(lines.row[~charge.exact], "charge of the line has more than two decimals: rounded", "cents")
    units = numbers(segments, _by_tag(segments, lines.row, _UNITS), 4)
    rejects.add(lines.row[units.unreadable], "units of the line cannot be read", NOT_A_NUMBER)

    dated = _first_of_line(loops, lines, "DTP", "472")
    found = days(segments, segments.element(dated, 3))
    rejects.add(dated[found.unreadable], "date of service of the line cannot be read", NOT_A_DATE)
    whole_claim = loops.first_in_claim("DTP", "472")[lines.claim] != NONE
    inherits = whole_claim & (found.first == NO_DAY)
    first = np.where(inherits, claim_dates.first[lines.claim], found.first)
    last = np.where(inherits, claim_dates.last[lines.claim], found.last)

    procedure = _by_tag(segments, lines.row, _PROCEDURE)
    pointers = _by_tag(segments, lines.row, _POINTERS)
    drug = _drug_rows(segments, loops, lines)
    frame = texts(
        segments,
        {
            **{name: segments.component(procedure, number) for name, number in _COMPONENTS.items()},
            "unit_code": _by_tag(segments, lines.row, _UNIT_CODE),
            "revenue_code": _by_tag(segments, lines.row, _REVENUE),
            "place_of_service": _by_tag(segments, lines.row, _PLACE),
            "ndc": segments.element(drug, 3),
            "line_control_number": segments.element(_first_of_line(loops, lines, "REF", "6R"), 2),
        },
    )
    is_kept = charge.readable & kept(keep, lines.claim)
    frame = (
        frame.with_columns(normal_code("code"), *(pl.col(f"modifier_{n}").str.to_uppercase() for n in range(1, 5)))
        .with_columns(
            procedure_system("qualifier", "code").alias("code_system"),
            *(_pointer(segments, segments.component(pointers, n)).alias(f"diagnosis_pointer_{n}") for n in range(1, 5)),
            pl.Series("claim_id", claim_id[lines.claim]),
            pl.Series("line_number", lines.number),
            dates(first).alias("from_date"),
            dates(last).alias("to_date"),
            units.series().alias("unit_count"),
            charge.series().alias("charge_amount"),
            pl.lit(source_file_id).alias("source_file_id"),
            pl.Series("source_offset", segments.offset(lines.row)),
        )
        .drop("qualifier")
        .filter(pl.Series(is_kept))
    )
    return CLAIM_LINE.conform(frame), span_of_owners(lines.claim, first, last, len(loops.claim))


def _by_tag(segments: Segments, rows: Rows, numbers_by_tag: Mapping[str, int]) -> Field:
    number = np.zeros(len(rows), dtype=np.int64)
    for tag, element in numbers_by_tag.items():
        number[segments.tag[rows] == packed(tag)] = element
    if (number == 0).any():
        field = segments.element(rows, np.maximum(number, 1))
        return Field(field.start, np.where(number == 0, field.start, field.end))
    return segments.element(rows, int(number[0]) if len(number) and (number == number[0]).all() else number)


def _pointer(segments: Segments, field: Field) -> pl.Series:
    value = numbers(segments, field, 0)
    pointed = pl.Series(value.units)
    return pl.select(pl.when(pl.Series(value.present)).then(pointed).alias("pointer"))["pointer"]


def _owners(loops: ClaimLoops, lines: ServiceLines, rows: Rows) -> Rows:
    """Line of each segment at line level, `NONE` where no line of its claim is open."""
    if not len(lines.start):
        return np.full(len(rows), NONE, dtype=np.int64)
    owner = np.searchsorted(lines.start, rows, side="right") - 1
    same = (owner >= 0) & (lines.claim[np.maximum(owner, 0)] == loops.of_segment[rows])
    return np.where(same & (loops.scope[rows] == LINE_LEVEL), owner, NONE)


def _first_of_line(loops: ClaimLoops, lines: ServiceLines, tag: str, *qualifiers: str) -> Rows:
    rows = loops.rows(tag, *qualifiers)
    return first_of_each(rows, _owners(loops, lines, rows), len(lines.row))


def _drug_rows(segments: Segments, loops: ClaimLoops, lines: ServiceLines) -> Rows:
    rows = segments.qualified("LIN", "N4", number=2)
    rows = rows[loops.within[rows]]
    return first_of_each(rows, _owners(loops, lines, rows), len(lines.row))
