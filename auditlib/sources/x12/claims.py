"""837 transactions to claims: loops told apart by position, values read column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from auditlib.schema.core import CLAIM
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.x12.claim_codes import claim_diagnoses, claim_procedures, drg_codes
from auditlib.sources.x12.claim_lines import ServiceLines, claim_line_frame, find_lines
from auditlib.sources.x12.claim_loops import ClaimLoops, find_loops
from auditlib.sources.x12.patients import patients
from auditlib.sources.x12.rejects import NOT_A_DATE, NOT_A_NUMBER, Rejects
from auditlib.sources.x12.scopes import NONE, first_of_each
from auditlib.sources.x12.segments import Segments, packed
from auditlib.sources.x12.values import NO_DAY, Days, dates, days, numbers, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditlib.sources.x12.transactions import Transactions

_FORM_BY_VERSION = {"P": "X222|X098", "I": "X223|X096", "D": "X224|X097"}


def read_claims(
    segments: Segments, transactions: Transactions, rejects: Rejects, *, source_file_id: int
) -> Mapping[str, pl.DataFrame]:
    """Return the claim tables of all 837 transactions of a chunk."""
    loops = find_loops(segments, transactions)
    lines = find_lines(segments, loops)
    claim_id = (source_file_id << OFFSET_BITS) + segments.offset(loops.claim)

    charge = numbers(segments, segments.element(loops.claim, 2), 2)
    control_number = segments.element(loops.claim, 1)
    keep = charge.readable & control_number.present
    reason = "claim set aside: its charge CLM02 cannot be read"
    rejects.add(loops.claim[~charge.readable], reason, NOT_A_NUMBER)
    reason = "claim set aside: it has no patient control number CLM01"
    rejects.add(loops.claim[~control_number.present], reason, "1 to 38 characters")
    rejects.add(loops.claim[~charge.exact], "CLM02 has more than two decimals: rounded", "cents")

    claim_dates = _service_dates(segments, loops, rejects)
    line_frame, line_dates = claim_line_frame(
        segments, loops, lines, claim_dates, rejects, claim_id=claim_id, keep=keep, source_file_id=source_file_id
    )
    patient_id, patient_frame = patients(segments, loops, rejects, source_file_id=source_file_id, keep=keep)
    frame = _claim_frame(segments, loops, lines, rejects).with_columns(
        pl.Series("claim_id", claim_id),
        pl.Series("source_offset", segments.offset(loops.claim)),
        pl.lit(source_file_id).alias("source_file_id"),
        patient_id.alias("patient_id"),
        charge.series().alias("charge_amount"),
        dates(_first_known(claim_dates.first, line_dates.first)).alias("from_date"),
        dates(_first_known(claim_dates.last, line_dates.last)).alias("to_date"),
        drg_codes(segments, loops).alias("drg_code"),
    )
    return {
        "patient": patient_frame,
        "claim": CLAIM.conform(frame.filter(pl.Series(keep))),
        "claim_diagnosis": claim_diagnoses(segments, loops, rejects, claim_id=claim_id, keep=keep, source_file_id=source_file_id),
        "claim_procedure": claim_procedures(segments, loops, rejects, claim_id=claim_id, keep=keep, source_file_id=source_file_id),
        "claim_line": line_frame,
    }


def _first_known(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.where(first != NO_DAY, first, second)


def _service_dates(segments: Segments, loops: ClaimLoops, rejects: Rejects) -> Days:
    """Statement dates, or the date of service given for the whole claim."""
    found = [loops.first_in_claim("DTP", qualifier) for qualifier in ("434", "472")]
    rows = np.where(found[0] != NONE, found[0], found[1])
    read = days(segments, segments.element(rows, 3))
    rejects.add(rows[read.unreadable], "claim's date of service cannot be read", NOT_A_DATE)
    return read


def _claim_frame(segments: Segments, loops: ClaimLoops, lines: ServiceLines, rejects: Rejects) -> pl.DataFrame:
    place = segments.element(loops.claim, 5)
    cl1 = loops.first_in_claim("CL1")
    reference = loops.first_in_claim("REF", "F8")
    admitted = loops.first_in_claim("DTP", "435")
    admit = days(segments, segments.element(admitted, 3))
    rejects.add(admitted[admit.unreadable], "admission date cannot be read", NOT_A_DATE)
    batch = loops.header_of_transaction("BHT")
    submitted = days(segments, segments.element(batch, 4))
    rejects.add(np.unique(batch[submitted.unreadable]), "date of the batch BHT04 cannot be read", NOT_A_DATE)
    billing = loops.billing_provider()
    rendering = loops.rendering_provider()
    payer = loops.payer()
    frame = texts(
        segments,
        {
            "patient_control_number": segments.element(loops.claim, 1),
            "facility": segments.component(place, 1),
            "place_qualifier": segments.component(place, 2),
            "frequency_code": segments.component(place, 3),
            "payer_id": segments.element(payer, 9),
            "payer_name": segments.element(payer, 3),
            "payer_sequence": segments.element(loops.payer_sequence(), 1),
            "original_reference_number": segments.element(reference, 2),
            "discharge_status_code": segments.element(cl1, 3),
            "billing_provider_id": segments.element(billing, 9),
            "rendering_provider_id": segments.element(rendering, 9),
        },
    )
    form = _forms(segments, loops, lines, frame["place_qualifier"])
    bill = pl.col("facility") + pl.col("frequency_code").fill_null("")
    institutional = pl.col("form") == "I"
    return frame.select(
        pl.exclude("facility", "place_qualifier"),
        form,
        pl.Series("admit_date", dates(admit.first)),
        pl.Series("submit_date", dates(submitted.first)),
    ).with_columns(
        frame.with_columns(form).select(
            pl.when(institutional)
            .then(pl.when(bill.str.len_bytes() == 4).then(bill.str.strip_prefix("0")).otherwise(bill))  # noqa: PLR2004 - 0111
            .alias("type_of_bill"),
            pl.when(~institutional).then(pl.col("facility")).alias("place_of_service"),
        )
    )


def _forms(segments: Segments, loops: ClaimLoops, lines: ServiceLines, place_qualifier: pl.Series) -> pl.Series:
    """Form of each claim: what its lines are, else what ST03 or GS08 names, else the qualifier of its place."""
    count = len(loops.claim)
    own = np.zeros(count, dtype=np.uint32)
    first_line = first_of_each(np.arange(len(lines.row)), lines.claim, count)
    has_line = first_line >= 0
    own[has_line] = segments.tag[lines.row[first_line[has_line]]]
    group = segments.rows("GS")
    ahead = np.searchsorted(group, loops.transaction_start) - 1
    group_of_claim = np.where(ahead >= 0, group[np.maximum(ahead, 0)], NONE) if len(group) else np.full(count, NONE)
    versions = texts(segments, {"st": segments.element(loops.transaction_start, 3), "gs": segments.element(group_of_claim, 8)})
    version = pl.coalesce("st", "gs")
    by_line = pl.Series("line", own).replace_strict(
        {packed("SV1"): "P", packed("SV2"): "I", packed("SV3"): "D"}, default=None, return_dtype=pl.String
    )
    by_version = pl.coalesce(
        pl.when(source.str.contains(pattern)).then(pl.lit(form))
        for source in (version, pl.col("gs"))
        for form, pattern in _FORM_BY_VERSION.items()
    )
    by_place = pl.when(pl.col("place") == "A").then(pl.lit("I")).otherwise(pl.lit("P"))
    return versions.with_columns(by_line, place_qualifier.alias("place")).select(
        pl.coalesce(pl.col("line"), by_version, by_place).alias("form")
    )["form"]
