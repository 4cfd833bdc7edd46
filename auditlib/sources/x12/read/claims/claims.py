"""837 transactions to claims: loops found by position, values read column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import CLAIM
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.currency import EXPECTED_CURRENCY, IN_ANOTHER_CURRENCY
from auditlib.sources.x12.read.claims.claim_codes import (
    claim_diagnoses,
    claim_procedures,
    drg_codes,
    find_composites,
)
from auditlib.sources.x12.read.claims.claim_lines import ServiceLines, claim_line_frame, find_lines
from auditlib.sources.x12.read.claims.claim_loops import ClaimLoops, find_loops
from auditlib.sources.x12.read.claims.other_payers import other_payer_frames
from auditlib.sources.x12.read.claims.patients import patients
from auditlib.sources.x12.read.claims.value_codes import claim_code_frame, claim_tooth_frame
from auditlib.sources.x12.read.columns import Columns, conformed
from auditlib.sources.x12.read.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.read.scopes import NONE, first_known, first_of_each
from auditlib.sources.x12.read.segments import Codes, Segments, packed
from auditlib.sources.x12.read.values import Days, days, numbers, trimmed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditlib.sources.x12.read.transactions import Transactions

_FORM_BY_LINE = {packed("SV1"): "P", packed("SV2"): "I", packed("SV3"): "D"}
_FORM_BY_VERSION = {"X222|X098": "P", "X223|X096": "I", "X224|X097": "D"}
_INSTITUTIONAL = packed("A")
_PREDETERMINATION = packed("PB")
_BILL_LENGTH = 4


def read_claims(
    chunk: Segments, transactions: Transactions, rejects: Rejects, *, source_file_id: int
) -> Mapping[str, pl.DataFrame]:
    """Return the claim tables for the 837 transactions of a chunk."""
    loops = find_loops(chunk, transactions)
    segments, claim = loops.segments, loops.claim
    lines = find_lines(loops)
    offset = segments.offset(claim)
    claim_id = (source_file_id << OFFSET_BITS) + offset

    charge = numbers(segments, segments.element(claim, 2), 2)
    named = trimmed(segments, segments.element(claim, 1)).present
    foreign = segments.is_other_currency(loops.above(loops.billing_level, "CUR"))
    rejects.add(claim, foreign, f"claim {IN_ANOTHER_CURRENCY}", EXPECTED_CURRENCY)
    only_asks = segments.code(segments.element(claim, 19)) == _PREDETERMINATION
    reason = "claim not loaded: it is a predetermination (CLM19 PB), not a claim"
    rejects.add(claim, only_asks, reason, "a claim for services that were done")
    keep = charge.readable & named & ~foreign & ~only_asks
    rejects.add(claim, ~charge.readable, "claim not loaded: its charge CLM02 cannot be read", NOT_A_NUMBER)
    rejects.add(claim, ~charge.exact, "CLM02 has more than two decimals: rounded", "cents")
    reason = "claim not loaded: it has no patient control number CLM01"
    rejects.add(claim, ~named, reason, "1 to 38 characters")

    claim_days = _service_days(loops, rejects)
    line_frame, line_days = claim_line_frame(
        loops, lines, claim_days, rejects, claim_id=claim_id, keep=keep, source_file_id=source_file_id
    )
    patient_of_claim, patient_frame = patients(loops, rejects, source_file_id=source_file_id, keep=keep)
    composites = find_composites(loops, keep=keep, claim_id=claim_id, source_file_id=source_file_id)
    columns = _claim_columns(loops, rejects)
    columns.numbers(charge_amount=charge).whole(claim_id=claim_id, source_offset=offset)
    columns.days(
        from_date=first_known(claim_days.first, line_days[0]),
        to_date=first_known(claim_days.last, line_days[1]),
    )
    columns.constant(source_file_id=source_file_id).text(drg_code=drg_codes(composites, len(claim)))
    frame = _finished(columns.frame(rejects, claim), loops, lines).hstack(patient_of_claim)
    return {
        "patient": patient_frame,
        "claim": conformed(CLAIM, frame, keep),
        "claim_diagnosis": claim_diagnoses(composites, rejects),
        "claim_procedure": claim_procedures(composites, rejects),
        "claim_code": claim_code_frame(composites, rejects),
        "claim_line": line_frame,
        "claim_tooth": claim_tooth_frame(
            loops, lines, rejects, claim_id=claim_id, keep=keep, source_file_id=source_file_id
        ),
        **other_payer_frames(
            loops, lines, rejects, claim_id=claim_id, keep=keep, source_file_id=source_file_id
        ),
    }


def _service_days(loops: ClaimLoops, rejects: Rejects) -> Days:
    """Return the statement dates, or the claim's date of service."""
    statement, service = (loops.first_in_claim("DTP", qualifier) for qualifier in ("434", "472"))
    rows = np.where(statement != NONE, statement, service)
    read = days(loops.segments, loops.segments.element(rows, 3))
    rejects.add(rows, read.unreadable, "claim's date of service cannot be read", NOT_A_DATE)
    return read


def _claim_columns(loops: ClaimLoops, rejects: Rejects) -> Columns:
    segments, element = loops.segments, loops.segments.element
    place = segments.composite(element(loops.claim, 5))
    admitted = loops.first_in_claim("DTP", "435")
    admit = days(segments, element(admitted, 3))
    rejects.add(admitted, admit.unreadable, "admission date cannot be read", NOT_A_DATE)
    batch = loops.above(loops.transaction_start, "BHT")
    submitted = days(segments, element(batch, 4))
    rejects.add(batch, submitted.unreadable, "date of the batch BHT04 cannot be read", NOT_A_DATE)
    payer, subscriber = loops.payer(), loops.subscriber_information()
    columns = Columns(segments).text(
        patient_control_number=element(loops.claim, 1),
        facility=place[1],
        frequency_code=place[3],
        payer_id=element(payer, 9),
        payer_name=element(payer, 3),
        payer_sequence=element(subscriber, 1),
        filing_code=element(subscriber, 9),
        original_reference_number=element(loops.first_in_claim("REF", "F8"), 2),
        discharge_status_code=element(loops.first_in_claim("CL1"), 3),
        billing_provider_id=element(loops.billing_provider(), 9),
        billing_tax_id=element(loops.billing_tax_number(), 2),
        batch_number=element(batch, 3),
        rendering_provider_id=element(loops.rendering_provider(), 9),
        billing_taxonomy_code=element(loops.billing_specialty(), 3),
        rendering_taxonomy_code=element(loops.rendering_specialty(), 3),
        st_version=element(loops.transaction_start, 3),
        gs_version=element(loops.group_start, 8),
    )
    return columns.days(admit_date=admit.first, submit_date=submitted.first)


def _finished(frame: pl.DataFrame, loops: ClaimLoops, lines: ServiceLines) -> pl.DataFrame:
    """Return the table with the form of each claim, which decides the meaning of CLM05-1."""
    qualifier = loops.segments.code(loops.segments.composite(loops.segments.element(loops.claim, 5))[2])
    frame = frame.with_columns(_form(loops, lines, qualifier))
    bill = pl.col("facility") + pl.col("frequency_code").fill_null("")
    bill = pl.when(bill.str.len_bytes() == _BILL_LENGTH).then(bill.str.strip_prefix("0")).otherwise(bill)
    institutional = pl.col("form") == "I"
    return frame.with_columns(
        pl.col("billing_tax_id").str.replace_all("-", ""),
        pl.when(institutional).then(bill).alias("type_of_bill"),
        pl.when(~institutional).then(pl.col("facility")).alias("place_of_service"),
    ).drop("facility", "st_version", "gs_version")


def _form(loops: ClaimLoops, lines: ServiceLines, place_qualifier: Codes) -> pl.Expr:
    """Return the form by the claim's first line, else by ST03 or GS08, else by the qualifier in CLM05."""
    count = len(loops.claim)
    first_line = first_of_each(lines.row, lines.claim, count)
    tag = np.where(first_line >= 0, loops.segments.tag.take(first_line, mode="clip"), 0)
    by_line = pl.lit(pl.Series(tag)).replace_strict(_FORM_BY_LINE, default=None, return_dtype=pl.String)
    if count and (tag > 0).all():
        return by_line.alias("form")
    by_version = [
        pl.when(pl.col(source).str.contains(pattern)).then(pl.lit(form))
        for source in ("st_version", "gs_version")
        for pattern, form in _FORM_BY_VERSION.items()
    ]
    institutional = pl.lit(pl.Series(place_qualifier == _INSTITUTIONAL))
    by_place = pl.when(institutional).then(pl.lit("I")).otherwise(pl.lit("P"))
    return pl.coalesce(by_line, *by_version, by_place).alias("form")
