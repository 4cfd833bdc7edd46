"""The refund listing: payer by payer the claims, dollars, reasons, methods and last days of overpayments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl

from auditlib.measures.refunds import OUTSIDE, REFUNDED, REFUNDED_LATE, TAKEN_BACK, refund_totals
from auditlib.report.contents import ReportContents, ReportTable, Section
from auditlib.review.refund_rule import NO_ADVICE, SOURCES
from auditlib.text import counted, format_date, format_dollars

_CONFIDENTIAL: Final = "Confidential: the listing names accounts. No patient is named."
_NOT_OPEN: Final = (REFUNDED, REFUNDED_LATE, TAKEN_BACK, OUTSIDE)
_CLAIMS: Final = (
    *("patient_control_number", "from_date", "refund_state", "refund_due_date", "refund_reason"),
    *("overpaid_amount", "taken_back_amount", "refunded_amount", "to_refund_amount", "refund_method"),
)
_DAYS: Final = ("patient_control_number", "refund_rule", "identified_date", "look_back", "due_basis")
_DOLLARS: Final = ("overpaid_amount", "taken_back_amount", "refunded_amount", "to_refund_amount")


def refund_pack(
    listing: pl.DataFrame,
    *,
    notes: Sequence[str],
    as_of: dt.date,
    made_at: dt.datetime,
    made_by: str,
    software_version: str,
) -> ReportContents:
    """Return the sections of the refund listing, one a payer.

    Parameters
    ----------
    listing
        Rows of `auditlib.measures.refunds.refund_listing`.
    notes
        What is not listed, in sentences.
    as_of
        The day of looking.
    made_at, made_by, software_version
        What it says of itself.
    """
    open_ = listing.filter(~pl.col("refund_state").is_in(_NOT_OPEN))
    payers = listing.partition_by("payer_name", maintain_order=True)
    return ReportContents(
        title="Refund listing",
        subtitle=f"Overpayments of claims as of {format_date(as_of)}. {NO_ADVICE}",
        made_at=made_at,
        made_by=made_by,
        software_version=f"auditlib {software_version}",
        headline=(
            ("Overpaid claims", f"{listing.height:,}"),
            ("To refund", format_dollars(open_["to_refund_amount"].sum())),
            ("First last day", _first_day(open_)),
        ),
        confidentiality=_CONFIDENTIAL,
        sections=(_all_payers(listing, notes), *map(_of_payer, payers)),
    )


def _first_day(open_: pl.DataFrame) -> str:
    first = open_["refund_due_date"].drop_nulls().min()
    return format_date(first) if isinstance(first, dt.date) else "none is known"


def _all_payers(listing: pl.DataFrame, notes: Sequence[str]) -> Section:
    return Section(
        "By payer",
        paragraphs=(
            (
                "Overpaid is what final verdicts of audits find overpaid, or what was entered; underpayments "
                "are not offset. To refund is what is left of it, no more than was paid, after refunds and "
                "what the payer took back since the review."
            ),
        ),
        tables=(ReportTable("Claims and dollars by payer", refund_totals(listing), row_limit=None),),
        notes=(
            *notes,
            (
                "A refund whose amount is extrapolated from a sample describes sampling and extrapolation "
                "(42 CFR 401.305(d)(1)): the workpaper of the audit does."
            ),
            (
                "The suspensions for self-disclosure and for an extended repayment schedule (42 CFR "
                "401.305(b)(2)) are not computed."
            ),
        ),
    )


def _of_payer(listing: pl.DataFrame) -> Section:
    rules = listing["refund_rule"].unique(maintain_order=True)
    governed = ", ".join(listing["governed_by"].unique(maintain_order=True))
    name = listing["payer_name"][0]
    return Section(
        f"{name}: {counted(listing.height, 'claim')}",
        facts=(("Governed by", governed),),
        tables=(
            ReportTable(
                f"Claims of {name}",
                listing.select(_CLAIMS),
                row_limit=None,
                totals=_DOLLARS,
            ),
            ReportTable(f"Last days of {name}", listing.select(_DAYS), row_limit=None),
        ),
        notes=tuple(f"{rule.capitalize()}: {SOURCES[rule]}." for rule in rules),
    )
