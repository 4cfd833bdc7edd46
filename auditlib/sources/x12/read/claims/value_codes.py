"""Condition, occurrence, value and treatment codes of claims, and the teeth of dental lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from auditlib.schema.core import CLAIM_CODE, CLAIM_TOOTH
from auditlib.sources.x12.read.codes import CLAIM_CODE_KINDS
from auditlib.sources.x12.read.columns import Columns, conformed
from auditlib.sources.x12.read.rejects import NOT_A_DATE, NOT_A_NUMBER
from auditlib.sources.x12.read.scopes import NONE, number_within, owner_is_kept
from auditlib.sources.x12.read.segments import packed
from auditlib.sources.x12.read.values import days, numbers

if TYPE_CHECKING:
    import polars as pl

    from auditlib.sources.x12.read.claims.claim_codes import HealthCodes
    from auditlib.sources.x12.read.claims.claim_lines import ServiceLines
    from auditlib.sources.x12.read.claims.claim_loops import ClaimLoops
    from auditlib.sources.x12.read.rejects import Rejects
    from auditlib.sources.x12.read.segments import Mask, Rows

_CODE, _DATE, _AMOUNT = 2, 4, 5


def claim_code_frame(composites: HealthCodes, rejects: Rejects) -> pl.DataFrame:
    """Return the claim_code table."""
    slots = composites.under(CLAIM_CODE_KINDS)
    if not len(slots.row):
        return CLAIM_CODE.empty()
    coded, components, _ = slots.with_code(rejects, "condition, occurrence or value without a code")
    segments = coded.segments
    dated = days(segments, components[_DATE])
    rejects.add(coded.row, dated.unreadable, "date of an occurrence cannot be read", NOT_A_DATE)
    amount = numbers(segments, components[_AMOUNT], 2)
    rejects.add(coded.row, amount.unreadable, "amount of a value code cannot be read", NOT_A_NUMBER)
    kinds: list[str | None] = list(CLAIM_CODE_KINDS.values())
    known = np.array([packed(qualifier) for qualifier in CLAIM_CODE_KINDS])
    order = np.argsort(known)
    columns = (
        Columns(segments)
        .code(code=components[_CODE])
        .chosen("code_kind", kinds, order.take(np.searchsorted(known[order], coded.qualifier)))
        .days(from_date=dated.first, to_date=dated.last)
        .numbers(value_amount=amount)
        .whole(
            claim_id=coded.claim_id.take(coded.claim),
            claim_code_number=number_within(coded.claim),
            source_offset=segments.file_offset(coded.field.start),
        )
        .constant(source_file_id=coded.source_file_id)
    )
    return CLAIM_CODE.conform(columns.frame(rejects, coded.row))


def claim_tooth_frame(
    loops: ClaimLoops,
    lines: ServiceLines,
    rejects: Rejects,
    *,
    claim_id: Rows,
    keep: Mask,
    source_file_id: int,
) -> pl.DataFrame:
    """Return the claim_tooth table; a TOO segment is a tooth with up to five surfaces."""
    segments = loops.segments
    row = segments.rows("TOO")
    line = lines.of_segment.take(row)
    rejects.add(row, line == NONE, "tooth not loaded: it is outside any line", "a line before it")
    row, line = row[line != NONE], line[line != NONE]
    if not len(row):
        return CLAIM_TOOTH.empty()
    surfaces = segments.composite(segments.element(row, 3))
    columns = (
        Columns(segments)
        .upper(tooth_code=segments.element(row, 2), **{f"surface_{n}": surfaces[n] for n in range(1, 6)})
        .gathered("surface_codes", *(f"surface_{n}" for n in range(1, 6)))
        .whole(
            claim_id=claim_id.take(lines.claim.take(line)),
            line_number=lines.number.take(line),
            tooth_number=number_within(line),
            source_offset=segments.offset(row),
        )
        .constant(source_file_id=source_file_id)
    )
    return conformed(CLAIM_TOOTH, columns.frame(rejects, row), owner_is_kept(keep, lines.claim.take(line)))
