"""Service lines of 837 claims: SV1, SV2 and SV3 with their dates, references and drugs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import CLAIM_LINE
from auditlib.sources.x12.read.claims.claim_loops import LINE_LEVEL, LINE_TAGS, ClaimLoops
from auditlib.sources.x12.read.codes import PROCEDURE_SYSTEMS, procedure_systems
from auditlib.sources.x12.read.columns import Columns, conformed
from auditlib.sources.x12.read.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.read.scopes import (
    NONE,
    filled,
    first_of_each,
    number_within,
    owner_is_kept,
    span_of_owners,
)
from auditlib.sources.x12.read.segments import Codes, Field, Mask, Rows, Segments, packed
from auditlib.sources.x12.read.values import NO_DAY, DayNumbers, Days, days, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

# Element number by segment identifier; 0 if the segment has no such element.
_PROCEDURE = {"SV1": 1, "SV2": 2, "SV3": 1}
_CHARGE = {"SV1": 2, "SV2": 3, "SV3": 2}
_UNIT_CODE = {"SV1": 3, "SV2": 4, "SV3": 0}
_UNITS = {"SV1": 4, "SV2": 5, "SV3": 6}
_PLACE = {"SV1": 5, "SV2": 0, "SV3": 3}
_POINTERS = {"SV1": 7, "SV2": 0, "SV3": 11}
_REVENUE = {"SV1": 0, "SV2": 1, "SV3": 0}
_MOUTH = {"SV1": 0, "SV2": 0, "SV3": 4}


@dataclass(frozen=True, slots=True)
class ServiceLines:
    """The service lines of a chunk.

    Attributes
    ----------
    row
        Position of each SV1, SV2 or SV3.
    tag
        Its identifier: SV1, SV2 or SV3.
    claim
        Claim of each line.
    number
        Position in its claim, from 1.
    of_segment
        Line of each segment at line level, `NONE` elsewhere.
    """

    row: Rows
    tag: Codes
    claim: Rows
    number: Rows
    of_segment: Rows

    def element(self, segments: Segments, numbers_by_tag: Mapping[str, int]) -> Field:
        """Return an element of each line whose number depends on the segment."""
        number = np.zeros(len(self.row), dtype=np.int64)
        for tag, value in numbers_by_tag.items():
            number[self.tag == packed(tag)] = value
        if len(number) and (number == number[0]).all():
            field = segments.element(self.row, max(int(number[0]), 1))
        else:
            field = segments.element(self.row, np.maximum(number, 1))
        absent = number == 0
        return Field(field.start, np.where(absent, field.start, field.end)) if absent.any() else field


def find_lines(loops: ClaimLoops) -> ServiceLines:
    """Return the service lines of claims."""
    segments = loops.segments
    row = segments.rows(*LINE_TAGS)
    row = row[loops.scope.take(row) == LINE_LEVEL]
    marks = segments.rows("LX", "CLM", *LINE_TAGS)
    previous = marks.take(np.searchsorted(marks, row) - 1, mode="clip") if len(row) else row
    opened = segments.tag.take(previous) == packed("LX")
    claim = loops.of_segment.take(row)
    start = np.where(opened, previous, row)
    elsewhere = segments.rows("CLM", "HL", "ST", "SBR", "LX")
    of_segment = filled(len(segments), (elsewhere, NONE), (start, np.arange(len(row))))
    return ServiceLines(row, segments.tag.take(row), claim, number_within(claim), of_segment)


def claim_line_frame(
    loops: ClaimLoops,
    lines: ServiceLines,
    claim_days: Days,
    rejects: Rejects,
    *,
    claim_id: Rows,
    keep: Mask,
    source_file_id: int,
) -> tuple[pl.DataFrame, tuple[DayNumbers, DayNumbers]]:
    """Return the claim_line table, and the first and last service date of each claim's lines."""
    segments, row = loops.segments, lines.row
    candidates = segments.rows(*LINE_TAGS)
    stray = loops.scope.take(candidates) != LINE_LEVEL
    rejects.add(candidates, stray, "service line is outside any claim", "CLM before it")

    charge = numbers(segments, lines.element(segments, _CHARGE), 2)
    rejects.add(row, ~charge.readable, "service line not loaded: its charge cannot be read", NOT_A_NUMBER)
    rejects.add(row, ~charge.exact, "charge of the line has more than two decimals: rounded", "cents")
    units = numbers(segments, lines.element(segments, _UNITS), 4)
    rejects.add(row, units.unreadable, "units of the line cannot be read", NOT_A_NUMBER)
    first, last = _service_days(loops, lines, claim_days, rejects)

    procedure = segments.composite(lines.element(segments, _PROCEDURE))
    pointers = segments.composite(lines.element(segments, _POINTERS))
    columns = (
        Columns(segments)
        .code(code=procedure[2])
        .upper(**{f"modifier_{n}": procedure[n + 2] for n in range(1, 5)})
        .text(
            unit_code=lines.element(segments, _UNIT_CODE),
            revenue_code=lines.element(segments, _REVENUE),
            place_of_service=lines.element(segments, _PLACE),
            ndc=segments.element(_drugs(loops, lines), 3),
            line_control_number=segments.element(_first_of_line(loops, lines, "REF", "6R"), 2),
        )
        .numbers(unit_count=units, charge_amount=charge)
        .days(from_date=first, to_date=last)
        .whole(
            claim_id=claim_id.take(lines.claim), line_number=lines.number, source_offset=segments.offset(row)
        )
        .constant(source_file_id=source_file_id)
    )
    for number in range(1, 5):
        pointer = numbers(segments, pointers[number], 0)
        # A pointer that is not a number is 0; a missing one is null.
        columns.known(f"diagnosis_pointer_{number}", pointer.units, pointer.present)
    systems = procedure_systems(segments, segments.code(procedure[1]), procedure[2])
    columns.chosen("code_system", PROCEDURE_SYSTEMS, systems)
    _add_drug_units(columns, loops, lines, rejects)
    if (lines.tag == packed("SV3")).any():
        areas = segments.composite(lines.element(segments, _MOUTH))
        columns.upper(**{f"area_{n}": areas[n] for n in range(1, 6)})
        columns.gathered("oral_cavity_codes", *(f"area_{n}" for n in range(1, 6)))
    table = conformed(
        CLAIM_LINE, columns.frame(rejects, row), charge.readable & owner_is_kept(keep, lines.claim)
    )
    return table, span_of_owners(lines.claim, first, last, len(loops.claim))


def _service_days(
    loops: ClaimLoops, lines: ServiceLines, claim_days: Days, rejects: Rejects
) -> tuple[DayNumbers, DayNumbers]:
    """Return the line's DTP*472, else the claim's."""
    dated = _first_of_line(loops, lines, "DTP", "472")
    dates = days(loops.segments, loops.segments.element(dated, 3))
    rejects.add(dated, dates.unreadable, "date of service of the line cannot be read", NOT_A_DATE)
    whole_claim = loops.first_in_claim("DTP", "472") != NONE
    if not whole_claim.any():
        return dates.first, dates.last
    inherits = whole_claim.take(lines.claim) & (dates.first == NO_DAY)
    first = np.where(inherits, claim_days.first.take(lines.claim), dates.first)
    return first, np.where(inherits, claim_days.last.take(lines.claim), dates.last)


def _first_of_line(loops: ClaimLoops, lines: ServiceLines, tag: str, *qualifiers: str) -> Rows:
    rows = loops.rows(tag, *qualifiers)
    return first_of_each(rows, lines.of_segment.take(rows), len(lines.row))


def _add_drug_units(columns: Columns, loops: ClaimLoops, lines: ServiceLines, rejects: Rejects) -> None:
    """Add drug units; most files have none, and then the columns stay null."""
    if not len(loops.rows("CTP")):
        return
    segments, dispensed = loops.segments, _first_of_line(loops, lines, "CTP")
    units = numbers(segments, segments.element(dispensed, 4), 4)
    rejects.add(dispensed, units.unreadable, "units of the drug CTP04 cannot be read", NOT_A_NUMBER)
    columns.numbers(ndc_unit_count=units)
    columns.text(ndc_unit_code=segments.composite(segments.element(dispensed, 5))[1])


def _drugs(loops: ClaimLoops, lines: ServiceLines) -> Rows:
    rows = loops.segments.qualified("LIN", "N4", number=2)
    return first_of_each(rows, lines.of_segment.take(rows), len(lines.row))
