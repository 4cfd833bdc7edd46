"""Service lines of 835 claim payments."""

from __future__ import annotations

import numpy as np
import polars as pl

from auditlib.schema.core import REMIT_LINE
from auditlib.sources.x12.read.codes import PROCEDURE_SYSTEMS, procedure_systems
from auditlib.sources.x12.read.columns import Columns, conformed
from auditlib.sources.x12.read.payments.payment_loops import PaymentLoops
from auditlib.sources.x12.read.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.read.scopes import first_known, owner_is_kept, span_of_owners
from auditlib.sources.x12.read.segments import Field, Mask, Rows, packed
from auditlib.sources.x12.read.values import DayNumbers, Days, Numbers, days, numbers

_REVENUE = packed("NU")
_ONE_UNIT = 10_000


def remit_line_frame(
    loops: PaymentLoops, rejects: Rejects, *, keep: Mask, remit_claim_id: Rows, source_file_id: int
) -> tuple[pl.DataFrame, tuple[DayNumbers, DayNumbers]]:
    """Return the remit_line table, and the first and last service date of each claim payment's lines."""
    segments, element, line = loops.segments, loops.segments.element, loops.line
    rows, stray = loops.stray("SVC")
    rejects.add(rows, stray, "service line is outside any claim payment", "CLP before it")
    charge, paid = numbers(segments, element(line, 2), 2), numbers(segments, element(line, 3), 2)
    for name, value in (("SVC02", charge), ("SVC03", paid)):
        rejects.add(
            line, ~value.readable, f"service line not loaded: its {name} cannot be read", NOT_A_NUMBER
        )
        rejects.add(line, ~value.exact, f"{name} has more than two decimals: rounded", "cents")
    allowed_row = loops.first_in_line("AMT", "B6")
    allowed = numbers(segments, element(allowed_row, 2), 2)
    rejects.add(allowed_row, allowed.unreadable, "allowed amount AMT*B6 cannot be read", NOT_A_NUMBER)
    first, last = _service_days(loops, rejects)

    procedure, submitted = segments.composite(element(line, 1)), segments.composite(element(line, 6))
    qualifier = segments.code(procedure[1])
    is_revenue = qualifier == _REVENUE
    revenue = element(line, 4)
    code = procedure[2]
    columns = (
        Columns(segments)
        .code(code=Field(code.start, np.where(is_revenue, code.start, code.end)), submitted_code=submitted[2])
        .upper(**{f"modifier_{n}": procedure[n + 2] for n in range(1, 5)})
        .text(
            revenue_code=revenue.where(revenue.present | ~is_revenue, code),
            line_control_number=element(loops.first_in_line("REF", "6R"), 2),
        )
        .numbers(
            charge_amount=charge,
            paid_amount=paid,
            allowed_amount=allowed,
            unit_count=_units(loops, rejects),
            submitted_unit_count=_submitted_units(loops, rejects),
        )
        .days(from_date=first, to_date=last)
        .whole(
            remit_claim_id=remit_claim_id.take(loops.payment_of_line),
            line_number=loops.line_number,
            source_offset=segments.offset(line),
        )
        .constant(source_file_id=source_file_id)
    )
    columns.chosen("code_system", PROCEDURE_SYSTEMS, procedure_systems(segments, qualifier, code))
    is_kept = charge.readable & paid.readable & owner_is_kept(keep, loops.payment_of_line)
    spans = span_of_owners(loops.payment_of_line, first, last, len(loops.payment))
    return conformed(REMIT_LINE, columns.frame(rejects, line), is_kept), spans


def _units(loops: PaymentLoops, rejects: Rejects) -> Numbers:
    """Return the paid units; a missing SVC05 means one."""
    units = numbers(loops.segments, loops.segments.element(loops.line, 5), 4)
    rejects.add(loops.line, units.unreadable, "paid units SVC05 cannot be read", NOT_A_NUMBER)
    filled = np.where(units.present, units.units, _ONE_UNIT)
    return Numbers(filled, units.present, units.readable | ~units.present, units.exact, units.scale)


def _submitted_units(loops: PaymentLoops, rejects: Rejects) -> Numbers:
    """Return the units as submitted, which a payer states only where it paid others."""
    units = numbers(loops.segments, loops.segments.element(loops.line, 7), 4)
    rejects.add(loops.line, units.unreadable, "submitted units SVC07 cannot be read", NOT_A_NUMBER)
    return units


def _service_days(loops: PaymentLoops, rejects: Rejects) -> tuple[DayNumbers, DayNumbers]:
    """Return the first and last date of service of each line: DTM*472, or DTM*150 and DTM*151."""
    read: dict[str, Days] = {}
    for qualifier in ("472", "150", "151"):
        rows = loops.first_in_line("DTM", qualifier)
        read[qualifier] = days(loops.segments, loops.segments.element(rows, 2))
        reason = "date of service of the line cannot be read"
        rejects.add(rows, read[qualifier].unreadable, reason, NOT_A_DATE)
    first = first_known(read["472"].first, read["150"].first)
    return first, first_known(first_known(read["472"].last, read["151"].last), first)
