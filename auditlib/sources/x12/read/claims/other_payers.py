"""Other payers of 837 claims (2320, 2330, 2430) and their adjudications of claim and lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import (
    CLAIM_ADJUSTMENT,
    CLAIM_AMOUNT,
    CLAIM_OTHER_PAYER,
    COORDINATION_TABLES,
    LINE_ADJUDICATION,
)
from auditlib.sources.x12.read.claims.claim_loops import HEADER, LINE_TAGS, OTHER_PAYER, ClaimLoops
from auditlib.sources.x12.read.codes import PROCEDURE_SYSTEMS, procedure_systems
from auditlib.sources.x12.read.columns import Columns, conformed
from auditlib.sources.x12.read.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.read.scopes import (
    NONE,
    filled,
    first_of_each,
    number_within,
    owner_is_kept,
    without,
)
from auditlib.sources.x12.read.stated_amounts import REMARK_ELEMENTS, stated_amounts
from auditlib.sources.x12.read.triplets import triplets
from auditlib.sources.x12.read.values import days, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditlib.schema import Table
    from auditlib.sources.x12.read.claims.claim_lines import ServiceLines
    from auditlib.sources.x12.read.segments import Mask, Rows
    from auditlib.sources.x12.read.values import Days, Numbers

_STATED = ("AMT", "QTY", "MIA", "MOA")
# Amounts of 2320 and 2430 with separate columns.
_PAID, _NON_COVERED, _REMAINING = "D", "A8", "EAF"


@dataclass(frozen=True, slots=True)
class _Coordination:
    """Other payers and line adjudications of the claims of a chunk.

    Attributes
    ----------
    loops, lines
        The claims and their lines.
    other, decided
        Position of each SBR below a claim, and of each SVD of a line.
    other_of_segment, decided_of_segment
        The SBR or SVD that each segment belongs to, `NONE` elsewhere.
    rejects
        Collects what cannot be read.
    claim_id, keep
        Id of each claim, and whether it is loaded.
    source_file_id
        File that they were read from.
    """

    loops: ClaimLoops
    lines: ServiceLines
    other: Rows
    other_of_segment: Rows
    decided: Rows
    decided_of_segment: Rows
    rejects: Rejects
    claim_id: Rows
    keep: Mask
    source_file_id: int

    def first_in_other(self, tag: str, *qualifiers: str) -> Rows:
        rows = self.loops.rows(tag, *qualifiers)
        return first_of_each(rows, self.other_of_segment.take(rows), len(self.other))

    def first_in_decided(self, tag: str, *qualifiers: str) -> Rows:
        rows = self.loops.rows(tag, *qualifiers)
        return first_of_each(rows, self.decided_of_segment.take(rows), len(self.decided))

    def claim_of(self, rows: Rows) -> Rows:
        return self.loops.of_segment.take(rows)

    def other_number_of(self, rows: Rows) -> Rows:
        """Return the position of the other payer in its claim, 0 if none."""
        number = number_within(self.claim_of(self.other))
        return np.insert(number, 0, 0).take(self.other_of_segment.take(rows) + 1)

    def decided_number_of(self, rows: Rows) -> Rows:
        number = number_within(self.claim_of(self.decided))
        return np.insert(number, 0, 0).take(self.decided_of_segment.take(rows) + 1)

    def line_number_of(self, rows: Rows) -> Rows:
        return np.insert(self.lines.number, 0, 0).take(self.lines.of_segment.take(rows) + 1)

    def days_of(self, rows: Rows, what: str) -> Days:
        """Return the date of each DTP."""
        dates = days(self.loops.segments, self.loops.segments.element(rows, 3))
        self.rejects.add(rows, dates.unreadable, f"{what} cannot be read", NOT_A_DATE)
        return dates

    def amounts_of(self, rows: Rows, what: str) -> Numbers:
        """Return the second element of each segment as an amount."""
        amounts = numbers(self.loops.segments, self.loops.segments.element(rows, 2), 2)
        self.rejects.add(rows, amounts.unreadable, f"{what} cannot be read", NOT_A_NUMBER)
        return amounts

    def table(self, table: Table, columns: Columns, rows: Rows, keep: Mask | None = None) -> pl.DataFrame:
        """Return the rows of loaded claims as a table."""
        claim = self.claim_of(rows)
        columns.whole(claim_id=self.claim_id.take(claim)).constant(source_file_id=self.source_file_id)
        is_kept = owner_is_kept(self.keep, claim)
        return conformed(
            table, columns.frame(self.rejects, rows), is_kept if keep is None else is_kept & keep
        )


def other_payer_frames(
    loops: ClaimLoops,
    lines: ServiceLines,
    rejects: Rejects,
    *,
    claim_id: Rows,
    keep: Mask,
    source_file_id: int,
) -> Mapping[str, pl.DataFrame]:
    """Return the tables of other payers, their line adjudications and adjustments, and stated amounts."""
    segments = loops.segments
    other = segments.rows("SBR")
    other = other[loops.scope.take(other) == OTHER_PAYER]
    if not len(other) and not any(len(segments.rows(tag)) for tag in ("SVD", "CAS", *_STATED)):
        return {table.name: table.empty() for table in COORDINATION_TABLES}
    elsewhere = segments.rows("ST", "HL", "CLM", "LX", *LINE_TAGS)
    other_of_segment = filled(len(segments), (elsewhere, NONE), (other, np.arange(len(other))))
    decided = segments.rows("SVD")
    is_placed = lines.of_segment.take(decided) != NONE
    rejects.add(decided, ~is_placed, "adjudication not loaded: it is outside any line", "a line before it")
    decided = decided[is_placed]
    elsewhere = segments.rows("ST", "HL", "CLM", "SBR", "LX", *LINE_TAGS)
    decided_of_segment = filled(len(segments), (elsewhere, NONE), (decided, np.arange(len(decided))))
    coordination = _Coordination(
        loops,
        lines,
        other,
        other_of_segment,
        decided,
        decided_of_segment,
        rejects,
        claim_id,
        keep,
        source_file_id,
    )
    return {
        "claim_other_payer": _other_payers(coordination),
        "line_adjudication": _adjudications(coordination),
        "claim_adjustment": _adjustments(coordination),
        "claim_amount": _amounts(coordination),
    }


def _other_payers(coordination: _Coordination) -> pl.DataFrame:
    if not len(coordination.other):
        return CLAIM_OTHER_PAYER.empty()
    segments, element, other = (
        coordination.loops.segments,
        coordination.loops.segments.element,
        coordination.other,
    )
    payer, insurance = coordination.first_in_other("NM1", "PR"), coordination.first_in_other("OI")
    remarks = {
        f"remark_{tag}_{number}": element(coordination.first_in_other(tag), number)
        for tag, numbers_of_tag in REMARK_ELEMENTS.items()
        for number in numbers_of_tag
    }
    columns = (
        Columns(segments)
        .upper(**remarks)
        .text(
            payer_sequence=element(other, 1),
            relationship_code=element(other, 2),
            group_number=element(other, 3),
            insurance_type_code=element(other, 5),
            filing_code=element(other, 9),
            payer_id=element(payer, 9),
            payer_name=element(payer, 3),
            payer_claim_control_number=element(coordination.first_in_other("REF", "F8"), 2),
            benefits_assignment_code=element(insurance, 3),
            release_code=element(insurance, 6),
        )
        .numbers(
            paid_amount=coordination.amounts_of(
                coordination.first_in_other("AMT", _PAID), "payment of another payer"
            ),
            non_covered_amount=coordination.amounts_of(
                coordination.first_in_other("AMT", _NON_COVERED), "amount that another payer does not cover"
            ),
            remaining_liability_amount=coordination.amounts_of(
                coordination.first_in_other("AMT", _REMAINING), "remaining liability of the patient"
            ),
        )
        .days(
            adjudication_date=coordination.days_of(
                coordination.first_in_other("DTP", "573"), "date of a decision"
            ).first
        )
        .whole(
            other_payer_number=number_within(coordination.claim_of(other)),
            source_offset=segments.offset(other),
        )
        .gathered("remark_codes", *remarks)
    )
    return coordination.table(CLAIM_OTHER_PAYER, columns, other)


def _adjudications(coordination: _Coordination) -> pl.DataFrame:
    if not len(coordination.decided):
        return LINE_ADJUDICATION.empty()
    segments, element, decided = (
        coordination.loops.segments,
        coordination.loops.segments.element,
        coordination.decided,
    )
    paid = coordination.amounts_of(decided, "adjudication not loaded: its payment SVD02")
    units = numbers(segments, element(decided, 5), 4)
    coordination.rejects.add(
        decided, units.unreadable, "units of an adjudication cannot be read", NOT_A_NUMBER
    )
    bundled = numbers(segments, element(decided, 6), 0)
    procedure = segments.composite(element(decided, 3))
    columns = (
        Columns(segments)
        .code(code=procedure[2])
        .upper(**{f"modifier_{number}": procedure[number + 2] for number in range(1, 5)})
        .text(payer_id=element(decided, 1), revenue_code=element(decided, 4))
        .numbers(
            paid_amount=paid,
            unit_count=units,
            remaining_liability_amount=coordination.amounts_of(
                coordination.first_in_decided("AMT", _REMAINING), "remaining liability of the patient"
            ),
        )
        .known("bundled_line_number", bundled.units, bundled.readable)
        .days(
            adjudication_date=coordination.days_of(
                coordination.first_in_decided("DTP", "573"), "date of a decision"
            ).first
        )
        .whole(
            line_number=coordination.line_number_of(decided),
            adjudication_number=number_within(coordination.claim_of(decided)),
            source_offset=segments.offset(decided),
        )
    )
    systems = procedure_systems(segments, segments.code(procedure[1]), procedure[2])
    columns.chosen("code_system", PROCEDURE_SYSTEMS, systems)
    return coordination.table(LINE_ADJUDICATION, columns, decided, paid.readable)


def _adjustments(coordination: _Coordination) -> pl.DataFrame:
    segments, scope = coordination.loops.segments, coordination.loops.scope
    cas = segments.rows("CAS")
    stray = scope.take(cas) < OTHER_PAYER
    coordination.rejects.add(cas, stray, "adjustment is outside any other payer of a claim", "SBR before it")
    cas = cas[~stray]
    if not len(cas):
        return CLAIM_ADJUSTMENT.empty()
    row, columns, is_readable = triplets(segments, cas, coordination.rejects)
    columns.positive(
        other_payer_number=coordination.other_number_of(row),
        line_number=coordination.line_number_of(row),
        adjudication_number=coordination.decided_number_of(row),
    ).whole(adjustment_number=number_within(coordination.claim_of(row)))
    return coordination.table(CLAIM_ADJUSTMENT, columns, row, is_readable)


def _amounts(coordination: _Coordination) -> pl.DataFrame:
    segments, scope = coordination.loops.segments, coordination.loops.scope
    rows = {tag: segments.rows(tag) for tag in _STATED}
    rows = {tag: row[scope.take(row) != HEADER] for tag, row in rows.items()}
    own_column = segments.qualified("AMT", _PAID, _NON_COVERED, _REMAINING)
    own_column = own_column[scope.take(own_column) >= OTHER_PAYER]
    rows["AMT"] = without(rows["AMT"], own_column)
    if not any(len(row) for row in rows.values()):
        return CLAIM_AMOUNT.empty()
    row, columns, is_readable = stated_amounts(segments, rows, coordination.rejects)
    columns.positive(
        other_payer_number=coordination.other_number_of(row), line_number=coordination.line_number_of(row)
    )
    return coordination.table(CLAIM_AMOUNT, columns, row, is_readable)
