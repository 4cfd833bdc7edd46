"""TS3 segments of an 835: totals by provider and facility type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlib.schema.core import PROVIDER_SUMMARY
from auditlib.sources.x12.read.columns import Columns, conformed
from auditlib.sources.x12.read.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.read.scopes import owner_is_kept
from auditlib.sources.x12.read.values import days, numbers

if TYPE_CHECKING:
    import polars as pl

    from auditlib.sources.x12.read.payments.payment_loops import PaymentLoops
    from auditlib.sources.x12.read.segments import Mask, Rows


def provider_summary_frame(
    loops: PaymentLoops, rejects: Rejects, *, is_paid: Mask, remittance_id: Rows, source_file_id: int
) -> pl.DataFrame:
    """Return the provider_summary table."""
    segments, element = loops.segments, loops.segments.element
    row = loops.rows("TS3")
    if not len(row):
        return PROVIDER_SUMMARY.empty()
    year_end = days(segments, element(row, 3))
    rejects.add(row, year_end.unreadable, "fiscal period date TS303 cannot be read", NOT_A_DATE)
    count, charge = numbers(segments, element(row, 4), 0), numbers(segments, element(row, 5), 2)
    rejects.add(row, count.unreadable, "count of claims TS304 cannot be read", NOT_A_NUMBER)
    rejects.add(row, charge.unreadable, "charges of the provider TS305 cannot be read", NOT_A_NUMBER)
    transaction = loops.transaction_of(row)
    columns = (
        Columns(segments)
        .text(provider_id=element(row, 1), facility_code=element(row, 2))
        .days(fiscal_period_date=year_end.first)
        .known("claim_count", count.units, count.readable)
        .numbers(charge_amount=charge)
        .whole(
            remittance_id=remittance_id.take(transaction),
            source_offset=segments.offset(row),
        )
        .constant(source_file_id=source_file_id)
    )
    return conformed(PROVIDER_SUMMARY, columns.frame(rejects, row), owner_is_kept(is_paid, transaction))
