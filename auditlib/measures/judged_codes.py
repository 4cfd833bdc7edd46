"""Every judged code of all audits, each chart once: what accuracy across audits and time rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from auditlib.codes.families import code_families
from auditlib.errors import UsageError
from auditlib.stats.arguments import one_of
from auditlib.warehouse import Warehouse

MonthBasis = Literal["service", "coding", "review"]

_DATE_OF: Final[dict[MonthBasis, str]] = {
    "service": "service_date",
    "coding": "coded_date",
    "review": "reviewed_date",
}
CHART_COLUMNS: Final = (
    "month",
    "coder_id",
    "provider_id",
    "specialty",
    "facility_id",
    "encounter_class",
    "service_date",
    "coded_date",
)


@dataclass(frozen=True, slots=True)
class JudgedCodes:
    """What the final verdicts of audits say of charts and codes, each chart once.

    Parameters
    ----------
    codes
        One row per judged code: audit, encounter_id, reviewer, reviewed_date, code_number, code_system, code,
        code_family, code_role, action, is_right, error_kind, cause, payment_difference, is_material (an error
        that changed the payment; null for one that is not priced), reviewer_code_count, coder_code_count,
        union_count, and of its chart month, coder_id, provider_id, specialty, facility_id, encounter_class,
        service_date, coded_date.
    charts
        One row per chart, also one without any code: audit, encounter_id, reviewer, earlier_audit_count
        (other audits that reviewed it), month, coder_id, provider_id, specialty, facility_id,
        encounter_class, service_date, coded_date, reviewed_date.
    month_basis
        What ``month`` is the month of: service, coding or review.
    undated_count
        Charts that were left out because they have no such date, where a first or last date was asked for.
    """

    codes: pl.DataFrame
    charts: pl.DataFrame
    month_basis: MonthBasis
    undated_count: int = 0

    @property
    def repeated_count(self) -> int:
        """Charts that more than one audit reviewed."""
        return self.charts.filter(pl.col("earlier_audit_count") > 0).height


def judged_codes(
    warehouse: Warehouse,
    verdicts: pl.DataFrame,
    charts: pl.DataFrame,
    *,
    month: MonthBasis = "service",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> JudgedCodes:
    """Return the judged codes and charts of final verdicts, each chart once.

    Parameters
    ----------
    warehouse
        The warehouse with encounters and their codes.
    verdicts, charts
        ``verdicts`` and ``charts`` of `auditlib.review.FinalVerdicts`, of one audit or of several.
    month
        By which date a chart belongs to a month: its last day of service, the day it was coded, or the day
        its review was completed (UTC).
    since, until
        First and last such date, both included.

    Notes
    -----
    A chart that several audits reviewed counts once, by the review that was completed last. A code that no
    record supports is a row with the action ``no record``; it is not right. A changed code has the family and
    role of the coder's code, an added one its own.

    Raises
    ------
    UsageError
        If ``month`` is none of these, or ``since`` is after ``until``.
    """
    one_of(month, "month", tuple(_DATE_OF))
    if since is not None and until is not None and since > until:
        message = f"The first day, {since}, is after the last one, {until}."
        raise UsageError(message, hint="Both days are included: since is the earlier one.")
    date = pl.col(_DATE_OF[month])
    dated = warehouse.query("measures/judged_chart", frames={"reviewed_chart": charts}).with_columns(
        month=date.dt.truncate("1mo")
    )
    undated_count = 0
    if since is not None or until is not None:
        undated_count = dated.filter(date.is_null()).height
        dated = dated.filter(date.is_between(since or dt.date.min, until or dt.date.max))
    codes = warehouse.query(
        "measures/judged_code",
        frames={"judged_chart": dated, "verdict": verdicts, "code_family": code_families()},
    )
    codes = codes.join(
        dated.select("encounter_id", *CHART_COLUMNS), on="encounter_id", how="inner", maintain_order="left"
    ).with_columns(
        is_material=pl.when(pl.col("is_right"))
        .then(pl.lit(value=False))
        .otherwise(pl.col("payment_difference") != 0)
    )
    return JudgedCodes(codes, dated, month, undated_count)
