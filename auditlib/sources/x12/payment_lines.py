"""Service lines of 835 claim payments."""

from __future__ import annotations

import numpy as np
import polars as pl

from auditlib.schema.core import REMIT_LINE
from auditlib.sources.x12.codes import normal_code, procedure_system
from auditlib.sources.x12.payment_loops import HEADER, PaymentLoops
from auditlib.sources.x12.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.scopes import kept
from auditlib.sources.x12.segments import Mask, Rows, Segments, packed
from auditlib.sources.x12.spans import span_of_owners
from auditlib.sources.x12.values import NO_DAY, Days, dates, days, numbers, texts

_COMPONENTS = {"qualifier": 1, "code": 2, "modifier_1": 3, "modifier_2": 4, "modifier_3": 5, "modifier_4": 6}
_REVENUE_QUALIFIER = packed("NU")


def remit_line_frame(
    segments: Segments,
    loops: PaymentLoops,
    rejects: Rejects,
    *,
    keep: Mask,
    remit_claim_id: Rows,
    source_file_id: int,
) -> tuple[pl.DataFrame, Days]:
    """Return the remit_line table, and the first and last day of the lines of each claim payment."""
    line = loops.line
    orphan = loops.rows("SVC")
    orphan = orphan[loops.scope[orphan] == HEADER]
    rejects.add(orphan, "service line stands outside of any claim payment", "CLP before it")
    charge = numbers(segments, segments.element(line, 2), 2)
    paid = numbers(segments, segments.element(line, 3), 2)
    for name, value in (("SVC02", charge), ("SVC03", paid)):
        rejects.add(line[~value.readable], f"service line set aside: its {name} cannot be read", NOT_A_NUMBER)
        rejects.add(line[~value.exact], f"{name} has more than two decimals: rounded", "cents")
    units = numbers(segments, segments.element(line, 5), 4)
    rejects.add(line[units.unreadable], "paid units SVC05 cannot be read", NOT_A_NUMBER)
    allowed_row = loops.first_in_line("AMT", "B6")
    allowed = numbers(segments, segments.element(allowed_row, 2), 2)
    rejects.add(allowed_row[allowed.unreadable], "allowed amount AMT*B6 cannot be read", NOT_A_NUMBER)
    first, last = _line_days(segments, loops, rejects)

    procedure = segments.element(line, 1)
    qualifier, code = segments.component(procedure, 1), segments.component(procedure, 2)
    is_revenue = segments.code(qualifier) == _REVENUE_QUALIFIER
    revenue = segments.element(line, 4)
    frame = texts(
        segments,
        {
            **{name: segments.component(procedure, number) for name, number in _COMPONENTS.items()},
            "revenue_code": revenue.where(revenue.present | ~is_revenue, code),
            "submitted_code": segments.component(segments.element(line, 6), 2),
            "line_control_number": segments.element(loops.first_in_line("REF", "6R"), 2),
        },
    )
    is_kept = charge.readable & paid.readable & kept(keep, loops.payment_of_line)
    frame = (
        frame.with_columns(
            pl.when(~pl.Series(is_revenue)).then(normal_code("code")).alias("code"),
            normal_code("submitted_code").alias("submitted_code"),
            *(pl.col(f"modifier_{n}").str.to_uppercase() for n in range(1, 5)),
        )
        .with_columns(
            procedure_system("qualifier", "code").alias("code_system"),
            pl.Series("remit_claim_id", remit_claim_id[loops.payment_of_line]),
            pl.Series("line_number", loops.line_number),
            charge.series().alias("charge_amount"),
            paid.series().alias("paid_amount"),
            allowed.series().alias("allowed_amount"),
            _one_where_absent(units.series(), units.present).alias("unit_count"),
            dates(first).alias("from_date"),
            dates(last).alias("to_date"),
            pl.lit(source_file_id).alias("source_file_id"),
            pl.Series("source_offset", segments.offset(line)),
        )
        .drop("qualifier")
        .filter(pl.Series(is_kept))
    )
    return REMIT_LINE.conform(frame), span_of_owners(loops.payment_of_line, first, last, len(loops.payment))


def _one_where_absent(units: pl.Series, present: Mask) -> pl.Series:
    """SVC05 is left out where it is one."""
    one = pl.lit(1).cast(units.dtype)
    return pl.select(pl.when(pl.Series(present)).then(units).otherwise(one).alias("units"))["units"]


def _line_days(segments: Segments, loops: PaymentLoops, rejects: Rejects) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of service of each line: DTM*472, or DTM*150 and DTM*151."""
    read: dict[str, Days] = {}
    for qualifier in ("472", "150", "151"):
        rows = loops.first_in_line("DTM", qualifier)
        read[qualifier] = days(segments, segments.element(rows, 2))
        rejects.add(rows[read[qualifier].unreadable], "date of service of the line cannot be read", NOT_A_DATE)
    first, last = read["472"].first, read["472"].last
    first = np.where(first != NO_DAY, first, read["150"].first)
    last = np.where(last != NO_DAY, last, read["151"].last)
    return first, np.where(last != NO_DAY, last, first)
