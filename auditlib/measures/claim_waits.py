"""How long claims wait: cohorts by month of submission, time to settlement, and what the first answer says.

The latest months are right-truncated: what takes long to answer is not there yet. Claims without an answer
stay in, as open until the day of looking.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import polars as pl

from auditlib.errors import UsageError
from auditlib.stats.trends.survival import aalen_johansen, kaplan_meier
from auditlib.warehouse import Warehouse

By = Literal["all", "payer", "month"]
COHORT_DAYS: Final = (30, 60, 90, 120)
STATES: Final = ("paid", "partly denied", "denied", "unpaid, reason unmapped")
"""What a first answer can be: the competing events, in the order of the columns."""

_GROUPS: Final = {
    "all": pl.lit("all claims"),
    "payer": pl.col("payer_name"),
    "month": pl.col("submit_date").dt.strftime("%Y-%m"),
}
_DENIED: Final = ("denied", "partly denied")


def claim_waits(warehouse: Warehouse) -> pl.DataFrame:
    """Return the days of each original claim to its primary payer: sent, answered, denied, settled.

    Returns
    -------
    polars.DataFrame
        claim_id, payer_id, payer_name, submit_date, charge_amount, first_response, first_response_date,
        is_reworked, final_outcome, settled_date (first day of an answer that stands and pays the claim, at
        least in part, or leaves it to the patient), first_denial_date and initial_denied_amount.
    """
    return warehouse.query("measures/claim_wait")


def last_known_day(waits: pl.DataFrame) -> dt.date | None:
    """Return the last day on which anything is known: that of the latest claim or answer."""
    days = waits.select(
        pl.max_horizontal(
            pl.col("submit_date", "first_response_date", "settled_date", "first_denial_date").max()
        )
    ).item()
    return days if isinstance(days, dt.date) else None


def time_to_settlement(
    waits: pl.DataFrame, as_of: dt.date, *, by: By = "all", confidence: float = 0.95
) -> pl.DataFrame:
    """Return the share of claims that are not settled so many days after submission (Kaplan-Meier).

    Parameters
    ----------
    waits
        As from `claim_waits`. Claims without a day of submission, or settled before it, are left out.
    as_of
        The day of looking, on which other claims are still open.
    by
        Curves for all claims, for each payer, or for each month of submission.
    confidence
        Level of the log-log limits.

    Returns
    -------
    polars.DataFrame
        group, day, open_share, lower, upper, standard_error (Greenwood), at_risk_count, settled_count; a
        group starts with day 0, and one in which nothing is settled has only that row.

    Raises
    ------
    UsageError
        If the day of looking is before the last day that is known.
    """
    _require_as_of(waits, as_of)
    event = pl.col("settled_date").is_not_null().cast(pl.Int64)
    rows = []
    for group, counted in _groups(waits, as_of, by, "settled_date", event):
        curve = kaplan_meier(
            counted["day"].to_list(), counted["event"].to_list(), counts=counted["n"].to_list()
        )
        rows.append((group, 0, 1.0, 1.0, 1.0, 0.0, int(counted["n"].sum()), 0))
        limits = curve.limits(confidence=confidence)
        for row in zip(
            curve.times,
            curve.survival,
            limits,
            curve.standard_errors,
            curve.at_risk_counts,
            curve.event_counts,
            strict=True,
        ):
            day, share, (lower, upper), error, at_risk, settled = row
            rows.append((group, int(day), share, lower, upper, error, at_risk, settled))
    return pl.DataFrame(
        rows,
        schema={
            "group": pl.String,
            "day": pl.Int64,
            "open_share": pl.Float64,
            "lower": pl.Float64,
            "upper": pl.Float64,
            "standard_error": pl.Float64,
            "at_risk_count": pl.Int64,
            "settled_count": pl.Int64,
        },
        orient="row",
    )


def first_answers_over_time(waits: pl.DataFrame, as_of: dt.date, *, by: By = "all") -> pl.DataFrame:
    """Return what the first answers say, so many days after submission, as competing events (Aalen-Johansen).

    Parameters
    ----------
    waits, as_of, by
        As for `time_to_settlement`; the event is the first answer.

    Returns
    -------
    polars.DataFrame
        group, day, paid_share, partly_denied_share, denied_share, unmapped_share and open_share, which add
        up to 1, and claim_count of the group.

    Raises
    ------
    UsageError
        As for `time_to_settlement`.
    """
    _require_as_of(waits, as_of)
    event = pl.coalesce(
        pl.when(pl.col("first_response") == state).then(pl.lit(number))
        for number, state in enumerate(STATES, start=1)
    )
    rows: list[tuple[object, ...]] = []
    for group, counted in _groups(waits, as_of, by, "first_response_date", event.fill_null(0)):
        found = aalen_johansen(
            counted["day"].to_list(),
            counted["event"].to_list(),
            kind_count=len(STATES),
            counts=counted["n"].to_list(),
        )
        count = int(counted["n"].sum())
        rows.append((group, 0, 0.0, 0.0, 0.0, 0.0, 1.0, count))
        for day, *shares in zip(found.times, *found.incidence, strict=True):
            rows.append((group, int(day), *shares, max(0.0, 1 - sum(shares)), count))
    shares_of = ("paid_share", "partly_denied_share", "denied_share", "unmapped_share", "open_share")
    return pl.DataFrame(
        rows,
        schema={"group": pl.String, "day": pl.Int64}
        | dict.fromkeys(shares_of, pl.Float64)
        | {"claim_count": pl.Int64},
        orient="row",
    )


def cohorts(waits: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Return for each month of submission what was answered and denied within 30, 60, 90 and 120 days.

    Parameters
    ----------
    waits, as_of
        As for `time_to_settlement`.

    Returns
    -------
    polars.DataFrame
        month, within_days, claim_count (submitted), answered_count, denied_count (first answer, in full or in
        part), settled_count and is_complete: whether every claim of the month is that old on the day of
        looking. Where it is not, the counts are too low: compare only complete ones.

    Raises
    ------
    UsageError
        As for `time_to_settlement`.
    """
    _require_as_of(waits, as_of)
    sent = waits.filter(pl.col("submit_date").is_not_null()).with_columns(
        month=pl.col("submit_date").dt.truncate("1mo")
    )

    def within(date: str, days: int) -> pl.Expr:
        return (pl.col(date) - pl.col("submit_date")).dt.total_days() <= days

    parts = [
        sent.group_by("month").agg(
            pl.lit(days).cast(pl.Int64).alias("within_days"),
            pl.len().cast(pl.Int64).alias("claim_count"),
            within("first_response_date", days).sum().cast(pl.Int64).alias("answered_count"),
            (within("first_response_date", days) & pl.col("first_response").is_in(_DENIED))
            .sum()
            .cast(pl.Int64)
            .alias("denied_count"),
            within("settled_date", days).sum().cast(pl.Int64).alias("settled_count"),
            ((pl.lit(as_of) - pl.col("submit_date").max()).dt.total_days() >= days).alias("is_complete"),
        )
        for days in COHORT_DAYS
    ]
    return pl.concat(parts).sort("month", "within_days")


def _groups(
    waits: pl.DataFrame, as_of: dt.date, by: By, date: str, event: pl.Expr
) -> list[tuple[str, pl.DataFrame]]:
    """Return for each group how many claims wait how many days with which event; a claim open is event 0."""
    counted = (
        waits.filter(pl.col("submit_date").is_not_null())
        .select(
            group=_GROUPS[by],
            day=(pl.coalesce(date, pl.lit(as_of)) - pl.col("submit_date")).dt.total_days(),
            event=pl.when(pl.col(date).is_not_null()).then(event).otherwise(0),
        )
        .filter(pl.col("day") >= 0)
        .group_by("group", "day", "event")
        .agg(pl.len().alias("n"))
        .sort("group", "day", "event")
    )
    return [(str(key[0]), frame) for key, frame in counted.group_by("group", maintain_order=True)]


def _require_as_of(waits: pl.DataFrame, as_of: dt.date) -> None:
    last = last_known_day(waits)
    if last is not None and as_of < last:
        message = f"The day of looking, {as_of}, is before the last day that is known, {last}."
        raise UsageError(message, hint=f"Give {last} or a later day.")
