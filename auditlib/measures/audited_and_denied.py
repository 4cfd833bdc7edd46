"""Audited claims beside their denials: wrong against denied, and the dollars and days that go with errors.

An association and no more: charts that are drawn for their risk, payers and kinds of visits differ between
the two groups.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.stats.comparison.mean_difference import mean_difference_interval, mean_interval
from auditlib.stats.comparison.share_difference import difference_interval
from auditlib.stats.intervals.proportion import Interval, wilson_interval
from auditlib.stats.trends.survival import kaplan_meier, log_rank
from auditlib.warehouse import Warehouse

CAUTION: Final = (
    "An association, not an effect: claims whose audit found an error may differ in payer, kind of visit and "
    "amount, and charts are often drawn for their risk."
)
GROUPS: Final = ("audited wrong", "audited right")
DIFFERENCE: Final = "difference"
CODING: Final = ("coding", "bundling")
"""Categories of denials that are about codes."""
_DENIED: Final = ("denied", "partly denied")
_ANSWERED: Final = ("paid", *_DENIED)
_MONEY: Final = pl.Decimal(18, 2)
_HALF: Final = 0.5
"""The median is where the share that still waits falls to this."""


def audited_claims(
    warehouse: Warehouse, waits: pl.DataFrame, charts: pl.DataFrame, codes: pl.DataFrame
) -> pl.DataFrame:
    """Return the original claims of audited charts with their answers.

    Parameters
    ----------
    warehouse
        Holds outcomes of claims.
    waits
        As from `auditlib.measures.claim_waits.claim_waits`.
    charts, codes
        Of `auditlib.measures.judged_codes.JudgedCodes`: a chart is wrong if one of its codes is.

    Returns
    -------
    polars.DataFrame
        One row a claim: claim_id, encounter_id, group (of `GROUPS`), first_response, is_answered, is_denied
        (the first answer, in full or in part), is_coding_denied (its reason is of `CODING`), submit_date,
        settled_date, charge_amount, initial_denied_amount (dollars).
    """
    wrong = codes.group_by("encounter_id").agg(is_wrong=(~pl.col("is_right")).any())
    audited = charts.select("encounter_id").join(wrong, on="encounter_id", how="left")
    audited = audited.with_columns(pl.col("is_wrong").fill_null(value=False))
    claims = warehouse.query("measures/audited_claim", frames={"audited_chart": audited})
    days = waits.select("claim_id", "submit_date", "settled_date", "charge_amount", "initial_denied_amount")
    denied = pl.col("first_response").is_in(_DENIED)
    return claims.join(days, on="claim_id", how="left", maintain_order="left").select(
        "claim_id",
        "encounter_id",
        pl.when("is_wrong").then(pl.lit(GROUPS[0])).otherwise(pl.lit(GROUPS[1])).alias("group"),
        "first_response",
        pl.col("first_response").is_in(_ANSWERED).alias("is_answered"),
        denied.alias("is_denied"),
        (denied & pl.col("denial_category").is_in(CODING).fill_null(value=False)).alias("is_coding_denied"),
        *("submit_date", "settled_date", "charge_amount", "initial_denied_amount"),
    )


def audited_against_denied(claims: pl.DataFrame, *, only_coding: bool = False) -> pl.DataFrame:
    """Return how many audited claims are wrong or right, and denied or not at first: two by two.

    Parameters
    ----------
    claims
        As from `audited_claims`; those without an answer that decides are left out.
    only_coding
        Count as denied only what is denied for a reason of `CODING`.

    Returns
    -------
    polars.DataFrame
        A row for each of `GROUPS` and one for their difference: claim_count, denied_count,
        not_denied_count, denied_amount and charge_amount (dollars), rate (denied, 0 to 1), lower, upper
        (Wilson; of the difference Newcombe) and interval_method; a rate of no claims is null.
    """
    column = "is_coding_denied" if only_coding else "is_denied"
    answered = claims.filter("is_answered")
    rows: list[dict[str, object]] = []
    limits: list[tuple[float, Interval]] = []
    for group in GROUPS:
        of_group = answered.filter(group=group)
        denied = of_group.filter(column)
        counts: dict[str, object] = {
            "group": group,
            "claim_count": of_group.height,
            "denied_count": denied.height,
            "not_denied_count": of_group.height - denied.height,
            "denied_amount": denied["initial_denied_amount"].sum(),
            "charge_amount": of_group["charge_amount"].sum(),
        }
        if not of_group.height:
            rows.append(counts)
            continue
        rate, interval = denied.height / of_group.height, wilson_interval(denied.height, of_group.height)
        limits.append((rate, interval))
        rows.append(counts | _limits(rate, interval))
    if len(limits) == len(GROUPS):
        (wrong, of_wrong), (right, of_right) = limits
        found = difference_interval(right, of_right, wrong, of_wrong)
        rows.append({"group": DIFFERENCE} | _limits(wrong - right, found))
    return pl.DataFrame(
        rows,
        schema={
            "group": pl.String,
            **dict.fromkeys(("claim_count", "denied_count", "not_denied_count"), pl.Int64),
            **dict.fromkeys(("denied_amount", "charge_amount"), _MONEY),
            **dict.fromkeys(("rate", "lower", "upper"), pl.Float64),
            "interval_method": pl.String,
        },
    )


def _limits(rate: float, interval: Interval) -> dict[str, object]:
    return {
        "rate": rate,
        "lower": interval.lower,
        "upper": interval.upper,
        "interval_method": interval.method,
    }


def cost_of_errors(claims: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Return denied dollars and days to settlement of audited-wrong claims beside audited-right ones.

    Parameters
    ----------
    claims
        As from `audited_claims`.
    as_of
        The day of looking, until which claims that are not settled wait.

    Returns
    -------
    polars.DataFrame
        A row for each of `GROUPS` and one for their difference. Of answered claims: claim_count,
        denied_amount (dollars denied at first), denied_amount_per_claim with amount_lower and amount_upper
        (95 %; Student's t, of the difference Welch's). Of all with a day of submission: waiting_count,
        settled_count, median_days with days_lower and days_upper (Kaplan-Meier, 95 % by log-log limits; null
        where not reached), and in the row of the difference log_rank_p_value.
    """
    answered = claims.filter("is_answered")
    dollars = {
        group: answered.filter(group=group)["initial_denied_amount"].cast(pl.Float64).to_list()
        for group in GROUPS
    }
    waits = claims.filter(pl.col("submit_date").is_not_null()).with_columns(
        days=(pl.coalesce("settled_date", pl.lit(as_of)) - pl.col("submit_date")).dt.total_days(),
        event=pl.col("settled_date").is_not_null().cast(pl.Int64),
    )
    waits = waits.filter(pl.col("days") >= 0)
    rows: list[dict[str, object]] = [
        {
            "group": group,
            "claim_count": len(dollars[group]),
            "denied_amount": answered.filter(group=group)["initial_denied_amount"].sum(),
            **_mean(dollars[group]),
            **_days(waits.filter(group=group)),
        }
        for group in GROUPS
    ]
    wrong, right = (dollars[group] for group in GROUPS)
    last: dict[str, object] = {"group": DIFFERENCE}
    if min(len(wrong), len(right)) > 1:
        found = mean_difference_interval(wrong, right)
        last |= {
            "denied_amount_per_claim": sum(wrong) / len(wrong) - sum(right) / len(right),
            "amount_lower": found.lower,
            "amount_upper": found.upper,
        }
    # Where the groups cannot be compared there is no p.
    with suppress(UsageError):
        test = log_rank(waits["days"].to_list(), waits["event"].to_list(), waits["group"].to_list())
        last |= {"log_rank_p_value": test.p_value}
    return pl.DataFrame(
        [*rows, last],
        schema={
            "group": pl.String,
            "claim_count": pl.Int64,
            "denied_amount": _MONEY,
            **dict.fromkeys(("denied_amount_per_claim", "amount_lower", "amount_upper"), pl.Float64),
            **dict.fromkeys(("waiting_count", "settled_count"), pl.Int64),
            **dict.fromkeys(("median_days", "days_lower", "days_upper", "log_rank_p_value"), pl.Float64),
        },
    )


def _mean(values: Sequence[float]) -> dict[str, object]:
    if not values:
        return {}
    mean: dict[str, object] = {"denied_amount_per_claim": sum(values) / len(values)}
    if len(values) == 1:
        return mean
    interval = mean_interval(values)
    return mean | {"amount_lower": interval.lower, "amount_upper": interval.upper}


def _days(waits: pl.DataFrame) -> dict[str, object]:
    """Return the median days to settlement: the days at which the curve and its limits first reach a half."""
    counts: dict[str, object] = {"waiting_count": waits.height, "settled_count": int(waits["event"].sum())}
    if waits.is_empty():
        return counts
    curve = kaplan_meier(waits["days"].to_list(), waits["event"].to_list())
    limits = curve.limits()
    lower, upper = (_first_half(curve.times, [pair[side] for pair in limits]) for side in (0, 1))
    return counts | {"median_days": curve.median(), "days_lower": lower, "days_upper": upper}


def _first_half(times: Sequence[float], shares: Sequence[float]) -> float | None:
    return next((time for time, share in zip(times, shares, strict=True) if share <= _HALF), None)
