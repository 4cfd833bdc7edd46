"""835 transactions to remittances, claim payments, lines, adjustments and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import PROVIDER_ADJUSTMENT, REMIT_CLAIM, REMITTANCE
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.currency import EXPECTED_CURRENCY, IN_ANOTHER_CURRENCY
from auditlib.sources.patient_keys import patient_keys
from auditlib.sources.x12.read.columns import Columns, conformed
from auditlib.sources.x12.read.payments.adjustments import adjustment_frame, amount_frame, remark_frame
from auditlib.sources.x12.read.payments.payment_lines import remit_line_frame
from auditlib.sources.x12.read.payments.payment_loops import PaymentLoops, find_payments
from auditlib.sources.x12.read.payments.provider_summaries import provider_summary_frame
from auditlib.sources.x12.read.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.read.scopes import NONE, first_known, number_within, owner_is_kept
from auditlib.sources.x12.read.segments import Mask, Rows, Segments, packed
from auditlib.sources.x12.read.values import DayNumbers, Numbers, days, numbers, trimmed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditlib.sources.x12.read.transactions import Transactions

_MOST_PAIRS = 6


def read_remittances(
    chunk: Segments, transactions: Transactions, rejects: Rejects, *, source_file_id: int
) -> Mapping[str, pl.DataFrame]:
    """Return the remittance tables for the 835 transactions of a chunk."""
    loops = find_payments(chunk, transactions)
    shift = source_file_id << OFFSET_BITS
    remittance_id = shift + loops.segments.offset(loops.transaction)
    remit_claim_id = shift + loops.segments.offset(loops.payment)
    remittances, is_paid = _remittances(loops, rejects)
    element, payment = loops.segments.element, loops.payment
    charge, paid = (numbers(loops.segments, element(payment, number), 2) for number in (3, 4))
    keep = owner_is_kept(is_paid, loops.transaction_of_payment) & charge.readable & paid.readable
    keep &= _named_payments(loops, rejects, charge, paid)
    lines, line_days = remit_line_frame(
        loops, rejects, keep=keep, remit_claim_id=remit_claim_id, source_file_id=source_file_id
    )
    claims = _remit_claims(loops, rejects, line_days).numbers(charge_amount=charge, paid_amount=paid)
    claims.whole(
        remit_claim_id=remit_claim_id, remittance_id=remittance_id.take(loops.transaction_of_payment)
    ).constant(source_file_id=source_file_id)
    remittances.whole(remittance_id=remittance_id).constant(source_file_id=source_file_id)
    own = loops.transaction >= chunk.context_count
    return {
        "remittance": conformed(
            REMITTANCE,
            remittances.frame(rejects, loops.transaction).with_columns(
                pl.col("payee_tax_id").str.replace_all("-", "")
            ),
            own & is_paid,
        ),
        "remit_claim": conformed(REMIT_CLAIM, _with_patient_keys(claims.frame(rejects, payment)), keep),
        "remit_line": lines,
        "adjustment": adjustment_frame(
            loops, rejects, keep=keep, remit_claim_id=remit_claim_id, source_file_id=source_file_id
        ),
        "remark": remark_frame(
            loops, keep=keep, remit_claim_id=remit_claim_id, source_file_id=source_file_id
        ),
        "provider_adjustment": _provider_adjustments(
            loops, rejects, is_paid=is_paid, remittance_id=remittance_id, source_file_id=source_file_id
        ),
        "provider_summary": provider_summary_frame(
            loops, rejects, is_paid=is_paid, remittance_id=remittance_id, source_file_id=source_file_id
        ),
        "remit_amount": amount_frame(
            loops,
            rejects,
            is_paid=is_paid,
            keep=keep,
            remittance_id=remittance_id,
            remit_claim_id=remit_claim_id,
            source_file_id=source_file_id,
        ),
    }


def _remittances(loops: PaymentLoops, rejects: Rejects) -> tuple[Columns, Mask]:
    """Return the headers of all transactions, and a mask of those with a readable payment amount."""
    segments, element = loops.segments, loops.segments.element
    bpr = loops.first_in_header("BPR")
    amount = numbers(segments, element(bpr, 2), 2)
    reason = "remittance not loaded with its claim payments: BPR02 cannot be read or is missing"
    rejects.add(loops.transaction, ~amount.readable, reason, NOT_A_NUMBER)
    foreign = segments.is_other_currency(loops.first_in_header("CUR"))
    reason = f"remittance with its claim payments {IN_ANOTHER_CURRENCY}"
    rejects.add(loops.transaction, foreign, reason, EXPECTED_CURRENCY)
    rejects.add(bpr, ~amount.exact, "BPR02 has more than two decimals: rounded", "cents")
    paid = days(segments, element(bpr, 16))
    rejects.add(bpr, paid.unreadable, "date of payment BPR16 cannot be read", NOT_A_DATE)
    produced = days(segments, element(loops.first_in_header("DTM", "405"), 2))
    payer, payee = loops.first_in_header("N1", "PR"), loops.first_in_header("N1", "PE")
    payer_id = element(payer, 4)
    kind = segments.code(element(payee, 3))
    npi, tax_number = (element(np.where(kind == packed(one), payee, NONE), 4) for one in ("XX", "FI"))
    tax_id = element(loops.first_in_header("REF", "TJ"), 2)
    columns = (
        Columns(segments)
        .text(
            payer_name=element(payer, 2),
            payer_id=payer_id.where(payer_id.present, element(loops.first_in_header("REF", "2U"), 2)),
            payee_id=element(payee, 4),
            payee_npi=npi,
            payee_tax_id=tax_id.where(tax_id.present, tax_number),
            trace_number=element(loops.first_in_header("TRN"), 2),
        )
        .numbers(payment_amount=amount)
        .days(payment_date=first_known(paid.first, produced.first))
        .whole(source_offset=segments.offset(loops.transaction))
    )
    return columns, amount.readable & ~foreign


def _with_patient_keys(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.hstack(patient_keys(frame)).drop("member", "family", "given")


def _named_payments(loops: PaymentLoops, rejects: Rejects, charge: Numbers, paid: Numbers) -> Mask:
    """Return a mask of claim payments with a control number; reject those without required values."""
    payment = loops.payment
    for value, name in ((charge, "charge CLP03"), (paid, "payment CLP04")):
        reason = f"claim payment not loaded: its {name} cannot be read"
        rejects.add(payment, ~value.readable, reason, NOT_A_NUMBER)
        rejects.add(payment, ~value.exact, f"{name[-5:]} has more than two decimals: rounded", "cents")
    named = trimmed(loops.segments, loops.segments.element(payment, 1)).present
    reason = "claim payment not loaded: it has no patient control number CLP01"
    rejects.add(payment, ~named, reason, "1 to 38 characters")
    return named


def _remit_claims(loops: PaymentLoops, rejects: Rejects, line_days: tuple[DayNumbers, DayNumbers]) -> Columns:
    segments, element, payment = loops.segments, loops.segments.element, loops.payment
    share = numbers(segments, element(payment, 5), 2)
    rejects.add(payment, share.unreadable, "patient responsibility CLP05 cannot be read", NOT_A_NUMBER)
    rows = {qualifier: loops.first_in_payment("DTM", qualifier) for qualifier in ("232", "233", "050")}
    read = {qualifier: days(segments, element(date_rows, 2)) for qualifier, date_rows in rows.items()}
    for qualifier, value in read.items():
        reason = "date of the claim payment cannot be read"
        rejects.add(rows[qualifier], value.unreadable, reason, NOT_A_DATE)
    last = first_known(first_known(read["233"].first, line_days[1]), read["232"].last)
    patient, subscriber, forwarded_to = (loops.first_in_payment("NM1", one) for one in ("QC", "IL", "TT"))
    member = element(patient, 9)
    return (
        Columns(segments)
        .text(
            patient_control_number=element(payment, 1),
            claim_status_code=element(payment, 2),
            filing_code=element(payment, 6),
            payer_claim_control_number=element(payment, 7),
            facility_code=element(payment, 8),
            frequency_code=element(payment, 9),
            drg_code=element(payment, 11),
            crossover_payer_id=element(forwarded_to, 9),
            crossover_payer_name=element(forwarded_to, 3),
            member=member.where(member.present, element(subscriber, 9)),
            family=element(patient, 3),
            given=element(patient, 4),
        )
        .numbers(patient_responsibility_amount=share)
        .days(
            from_date=first_known(read["232"].first, line_days[0]),
            to_date=last,
            received_date=read["050"].first,
        )
        .whole(source_offset=segments.offset(payment))
    )


def _provider_adjustments(
    loops: PaymentLoops, rejects: Rejects, *, is_paid: Mask, remittance_id: Rows, source_file_id: int
) -> pl.DataFrame:
    """Return the provider_adjustment table, with up to six rows per PLB segment."""
    segments = loops.segments
    plb = loops.rows("PLB")
    row = np.repeat(plb, _MOST_PAIRS)
    pair = np.tile(np.arange(_MOST_PAIRS, dtype=np.int64), len(plb))
    why, much = segments.element(row, 3 + 2 * pair), segments.element(row, 4 + 2 * pair)
    used = why.present | much.present
    row, much = row[used], much.pick(used)
    composite = segments.composite(why.pick(used))
    amount = numbers(segments, much, 2)
    reason = "provider adjustment not loaded: its amount cannot be read"
    rejects.add(row, ~amount.readable, reason, NOT_A_NUMBER)
    rejects.add(row, ~amount.exact, "amount of PLB has more than two decimals: rounded", "cents")
    year_end = days(segments, segments.element(row, 2))
    rejects.add(row, year_end.unreadable, "fiscal period date PLB02 cannot be read", NOT_A_DATE)
    transaction = loops.transaction_of(row)
    columns = (
        Columns(segments)
        .text(provider_id=segments.element(row, 1), reason_code=composite[1], reference_number=composite[2])
        .numbers(adjustment_amount=amount)
        .days(fiscal_period_date=year_end.first)
        .whole(
            remittance_id=remittance_id.take(transaction),
            adjustment_number=number_within(transaction),
            source_offset=segments.offset(row),
        )
        .constant(source_file_id=source_file_id)
    )
    return conformed(
        PROVIDER_ADJUSTMENT,
        columns.frame(rejects, row),
        amount.readable & owner_is_kept(is_paid, transaction),
    )
