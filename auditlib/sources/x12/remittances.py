"""835 transactions to remittances, claim payments, lines, adjustments and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import PROVIDER_ADJUSTMENT, REMIT_CLAIM, REMITTANCE
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.x12.adjustments import adjustment_frame, remark_frame
from auditlib.sources.x12.payment_loops import PaymentLoops, find_payments
from auditlib.sources.x12.payment_lines import remit_line_frame
from auditlib.sources.x12.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.scopes import kept, number_within
from auditlib.sources.x12.segments import Mask, Rows, Segments
from auditlib.sources.x12.values import NO_DAY, dates, days, numbers, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditlib.sources.x12.transactions import Transactions

_PAIR_LIMIT = 6


def read_remittances(
    segments: Segments, transactions: Transactions, rejects: Rejects, *, source_file_id: int
) -> Mapping[str, pl.DataFrame]:
    """Return the remittance tables of all 835 transactions of a chunk."""
    loops = find_payments(segments, transactions)
    shift = source_file_id << OFFSET_BITS
    remittance_id = shift + segments.offset(loops.transaction)
    remit_claim_id = shift + segments.offset(loops.payment)
    header, is_paid = _remittance_frame(segments, loops, rejects)
    keep = _readable_payments(segments, loops, rejects, is_paid=is_paid)
    lines, line_dates = remit_line_frame(segments, loops, rejects, keep=keep, remit_claim_id=remit_claim_id, source_file_id=source_file_id)
    claims = _remit_claim_frame(segments, loops, rejects, line_dates.first, line_dates.last).with_columns(
        pl.Series("remit_claim_id", remit_claim_id),
        pl.Series("remittance_id", remittance_id[loops.transaction_of_payment]),
    )
    origin = pl.lit(source_file_id).alias("source_file_id")
    own = loops.transaction >= segments.context_count
    header = header.with_columns(origin, pl.Series("remittance_id", remittance_id))
    return {
        "remittance": REMITTANCE.conform(header.filter(pl.Series(own & is_paid))),
        "remit_claim": REMIT_CLAIM.conform(claims.with_columns(origin).filter(pl.Series(keep))),
        "remit_line": lines,
        "adjustment": adjustment_frame(segments, loops, rejects, keep=keep, remit_claim_id=remit_claim_id, source_file_id=source_file_id),
        "remark": remark_frame(segments, loops, keep=keep, remit_claim_id=remit_claim_id, source_file_id=source_file_id),
        "provider_adjustment": _provider_adjustment_frame(
            segments, loops, rejects, is_paid=is_paid, remittance_id=remittance_id, source_file_id=source_file_id
        ),
    }


def _remittance_frame(segments: Segments, loops: PaymentLoops, rejects: Rejects) -> tuple[pl.DataFrame, Mask]:
    """Return headers of all transactions, and which of them have a readable payment."""
    bpr = loops.first_in_header("BPR")
    amount = numbers(segments, segments.element(bpr, 2), 2)
    reason = "remittance set aside with its claim payments: BPR02 cannot be read or is missing"
    rejects.add(loops.transaction[~amount.readable], reason, NOT_A_NUMBER)
    rejects.add(bpr[~amount.exact], "BPR02 has more than two decimals: rounded", "cents")
    paid = days(segments, segments.element(bpr, 16))
    rejects.add(bpr[paid.unreadable], "date of payment BPR16 cannot be read", NOT_A_DATE)
    produced = days(segments, segments.element(loops.first_in_header("DTM", "405"), 2))
    payer = loops.first_in_header("N1", "PR")
    payee = loops.first_in_header("N1", "PE")
    other_id = loops.first_in_header("REF", "2U")
    named = segments.element(payer, 4)
    frame = texts(
        segments,
        {
            "payer_name": segments.element(payer, 2),
            "payer_id": named.where(named.present, segments.element(other_id, 2)),
            "payee_id": segments.element(payee, 4),
            "trace_number": segments.element(loops.first_in_header("TRN"), 2),
        },
    ).with_columns(
        dates(np.where(paid.first != NO_DAY, paid.first, produced.first)).alias("payment_date"),
        amount.series().alias("payment_amount"),
        pl.Series("source_offset", segments.offset(loops.transaction)),
    )
    return frame, amount.readable


def _readable_payments(segments: Segments, loops: PaymentLoops, rejects: Rejects, *, is_paid: Mask) -> Mask:
    """Tell which claim payments have all that they must have."""
    keep = is_paid[loops.transaction_of_payment]
    for number, name in ((3, "charge CLP03"), (4, "payment CLP04")):
        value = numbers(segments, segments.element(loops.payment, number), 2)
        rejects.add(loops.payment[~value.readable], f"claim payment set aside: its {name} cannot be read", NOT_A_NUMBER)
        rejects.add(loops.payment[~value.exact], f"{name[-5:]} has more than two decimals: rounded", "cents")
        keep = keep & value.readable
    named = segments.element(loops.payment, 1).present
    reason = "claim payment set aside: it has no patient control number CLP01"
    rejects.add(loops.payment[~named], reason, "1 to 38 characters")
    return keep & named


def _remit_claim_frame(
    segments: Segments, loops: PaymentLoops, rejects: Rejects, first_line_day: np.ndarray, last_line_day: np.ndarray
) -> pl.DataFrame:
    payment = loops.payment
    share = numbers(segments, segments.element(payment, 5), 2)
    rejects.add(payment[share.unreadable], "patient responsibility CLP05 cannot be read", NOT_A_NUMBER)
    dated = {qualifier: loops.first_in_payment("DTM", qualifier) for qualifier in ("232", "233", "050")}
    read = {qualifier: days(segments, segments.element(rows, 2)) for qualifier, rows in dated.items()}
    for qualifier, value in read.items():
        rejects.add(dated[qualifier][value.unreadable], "date of the claim payment cannot be read", NOT_A_DATE)
    first, last = read["232"].first, read["233"].first
    first = np.where(first != NO_DAY, first, first_line_day)
    last = np.where(last != NO_DAY, last, last_line_day)
    last = np.where(last != NO_DAY, last, read["232"].last)
    return texts(
        segments,
        {
            "patient_control_number": segments.element(payment, 1),
            "claim_status_code": segments.element(payment, 2),
            "filing_code": segments.element(payment, 6),
            "payer_claim_control_number": segments.element(payment, 7),
            "facility_code": segments.element(payment, 8),
            "frequency_code": segments.element(payment, 9),
            "drg_code": segments.element(payment, 11),
        },
    ).with_columns(
        numbers(segments, segments.element(payment, 3), 2).series().alias("charge_amount"),
        numbers(segments, segments.element(payment, 4), 2).series().alias("paid_amount"),
        share.series().alias("patient_responsibility_amount"),
        dates(first).alias("from_date"),
        dates(last).alias("to_date"),
        dates(read["050"].first).alias("received_date"),
        pl.Series("source_offset", segments.offset(payment)),
    )


def _provider_adjustment_frame(
    segments: Segments, loops: PaymentLoops, rejects: Rejects, *, is_paid: Mask, remittance_id: Rows, source_file_id: int
) -> pl.DataFrame:
    """Return the provider_adjustment table: up to six pairs to a PLB segment."""
    plb = loops.rows("PLB")
    row = np.repeat(plb, _PAIR_LIMIT)
    pair = np.tile(np.arange(_PAIR_LIMIT, dtype=np.int64), len(plb))
    why, much = segments.element(row, 3 + 2 * pair), segments.element(row, 4 + 2 * pair)
    used = why.present | much.present
    row, why, much = row[used], why.pick(used), much.pick(used)
    amount = numbers(segments, much, 2)
    rejects.add(row[~amount.readable], "provider adjustment set aside: its amount cannot be read", NOT_A_NUMBER)
    rejects.add(row[~amount.exact], "amount of PLB has more than two decimals: rounded", "cents")
    year_end = days(segments, segments.element(row, 2))
    rejects.add(row[year_end.unreadable], "fiscal period date PLB02 cannot be read", NOT_A_DATE)
    transaction = loops.transaction_of(row)
    frame = texts(
        segments,
        {
            "provider_id": segments.element(row, 1),
            "reason_code": segments.component(why, 1),
            "reference_number": segments.component(why, 2),
        },
    ).with_columns(
        pl.Series("remittance_id", remittance_id[transaction]),
        pl.Series("adjustment_number", number_within(transaction)),
        dates(year_end.first).alias("fiscal_period_date"),
        amount.series().alias("adjustment_amount"),
        pl.lit(source_file_id).alias("source_file_id"),
        pl.Series("source_offset", segments.offset(row)),
    )
    return PROVIDER_ADJUSTMENT.conform(frame.filter(pl.Series(amount.readable & kept(is_paid, transaction))))
