"""What Medicare pays hospitals: outpatient services by their rate, stays by the weight of their group."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.pricing.cents import SCALE, cents, dollar_text, half_up, scaled, share_of
from auditlib.pricing.steps import NO_STEPS, refused, started, stepped

LABOR_SHARE: Final = 6_000
"""Share of an outpatient rate that the wage index adjusts."""
SEPARATE: Final = ("S", "T", "V")
COMPREHENSIVE: Final = "J1"
_TRANSFERS: Final = ("02", "82")
_POST_ACUTE: Final = ("03", "05", "06", "50", "51", "62", "63", "65", "83", "85", "86", "90", "91", "93")


def outpatient_prices(lines: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """Return what Medicare allows for lines of hospital outpatient bills.

    The rate is adjusted by the hospital's wage index: 60 % of it varies. N is packaged: nothing. S and V are
    paid for each unit; of several T of a claim the dearest unit in full, the others at half. A claim's one
    comprehensive service (J1) is paid, and packages its other lines of S, T and V. All other statuses,
    several J1, and modifiers 50, 52, 73 and 74 are not priced.

    Parameters
    ----------
    lines
        ``line_id``, ``claim_id``, ``code``, ``modifiers``, ``unit_count``, ``service_date`` and
        ``wage_index``.
    rates
        Rows of the query ``outpatient_rate_of_day``.

    Returns
    -------
    polars.DataFrame
        ``line_id``, ``amount`` (cents), ``stated_coinsurance`` (what the patient owes of it), ``origin``,
        ``steps``, ``release`` and ``reason``.

    References
    ----------
    42 CFR 419.32, 419.43 (wage adjustment, 60 %) and 419.44 (several procedures); Medicare Claims Processing
    Manual (100-04), chapter 4, sections 10.1.1 (status indicators), 10.5 (discounting) and 30 (coinsurance).
    """
    priced = lines.join(rates, on=("code", "service_date"), how="left", maintain_order="left").with_columns(
        reason=pl.lit(None, pl.String()), steps=NO_STEPS, wage=scaled("wage_index")
    )
    status = pl.col("status_indicator")
    day = pl.col("service_date").cast(pl.String())
    # 60 % of the rate by the wage index, 40 % as it is.
    factor = LABOR_SHARE * pl.col("wage") + (SCALE - LABOR_SHARE) * SCALE
    rate = half_up(cents("payment_amount") * factor, SCALE * SCALE)
    words = pl.format(
        "{}: outpatient rate {}, status {}: {} x (0.6 x {} + 0.4)",
        *("code", "release", "status_indicator"),
        dollar_text(cents("payment_amount")),
        pl.col("wage_index").cast(pl.String()),
    )
    priced = started(priced, "outpatient rate", rate, words).with_columns(
        copay=half_up(cents("copayment_amount") * factor, SCALE * SCALE)
    )
    priced = refused(
        priced, status.is_null(), pl.format("No outpatient rate of {} is loaded for {}.", "code", day)
    )
    j1_count = (status == COMPREHENSIVE).sum().over("claim_id")
    priced = refused(
        priced,
        (j1_count > 1) | ((status == COMPREHENSIVE) & (pl.col("unit_count") != 1)),
        "The claim has several comprehensive services (J1), whose complexity is not priced here.",
    )
    priced = refused(
        priced,
        ~status.is_in([*SEPARATE, "N", COMPREHENSIVE]),
        pl.format("{} has the status {}, which is not priced here.", "code", status),
    )
    is_paid = status.is_in([*SEPARATE, COMPREHENSIVE]) & ((j1_count == 0) | (status == COMPREHENSIVE))
    priced = refused(
        priced,
        is_paid
        & pl.col("modifiers").list.set_intersection(["50", "52", "73", "74"]).list.len().cast(pl.Boolean()),
        pl.format("{} has a modifier that changes its rate.", "code"),
    )
    priced = refused(
        priced, is_paid & pl.col("wage_index").is_null(), "No wage index of the hospital is loaded."
    )
    priced = refused(priced, is_paid & pl.col("amount").is_null(), pl.format("{} has no rate.", "code"))
    whole = pl.col("unit_count") % 1 == 0
    priced = refused(priced, is_paid & ~whole, pl.format("The units of {} are not a whole number.", "code"))
    # What is packaged needs no rate.
    is_packaged = status.is_not_null() & ~is_paid & pl.col("reason").is_null()
    priced = priced.with_columns(
        origin=pl.when(is_packaged)
        .then(pl.format("{}: outpatient rate {}, status {}", "code", "release", "status_indicator"))
        .otherwise("origin"),
        copay=pl.when(is_packaged).then(0).otherwise("copay"),
        unit_count=pl.col("unit_count").cast(pl.Int64(), strict=False),
    )
    said = (
        pl.when(status == "N")
        .then(pl.lit("packaged"))
        .otherwise(pl.lit("packaged into the comprehensive service of the claim"))
    )
    priced = stepped(priced, "packaged", pl.when(is_packaged).then(0), said)
    is_discounted = (status == "T") & is_paid & pl.col("reason").is_null()
    place = (
        pl.when(is_discounted).then("amount").rank("ordinal", descending=True).over("claim_id", is_discounted)
    )
    units = pl.col("unit_count")

    def discounted(amount: str) -> pl.Expr:
        half = share_of(pl.col(amount), 5_000)
        return pl.when(place == 1).then(pl.col(amount) + half * (units - 1)).otherwise(half * units)

    is_changed = is_discounted & ((place > 1) | (units > 1))
    all_units = (
        pl.when(is_changed)
        .then(discounted("amount"))
        .when(is_paid & (units > 1))
        .then(pl.col("amount") * units)
    )
    copay = (
        pl.when(is_changed)
        .then(discounted("copay"))
        .when(is_paid)
        .then(pl.col("copay") * units)
        .otherwise("copay")
    )
    said = (
        pl.when(is_changed)
        .then(pl.format("{} units as several procedures, all but the dearest at 50 %", units))
        .otherwise(pl.format("{} units", units))
    )
    priced = priced.with_columns(new_copay=copay)
    priced = stepped(priced, "units", all_units, said)
    is_priced = pl.col("reason").is_null()
    return priced.select(
        "line_id",
        *(pl.when(is_priced).then(name).alias(name) for name in ("amount", "origin", "steps")),
        *("release", "reason"),
        stated_coinsurance=pl.when(is_priced).then(pl.min_horizontal("new_copay", "amount")),
    )


def stay_prices(stays: pl.DataFrame, weights: pl.DataFrame) -> pl.DataFrame:
    """Return what Medicare allows for stays: the relative weight of the group times the hospital's base rate.

    A transfer, a discharge to post-acute care from a group on that list, and an outlier are not priced, nor
    is a stay without a base rate.

    Parameters
    ----------
    stays
        ``line_id``, ``drg`` (three digits), ``service_date`` (discharge), ``base_rate_amount``,
        ``rate_release``, ``discharge_status_code`` and ``is_outlier``.
    weights
        Rows of the query ``drg_weight_of_day``.

    Returns
    -------
    polars.DataFrame
        ``line_id``, ``amount`` (cents), ``origin``, ``steps``, ``release`` and ``reason``.

    References
    ----------
    42 CFR 412.2 and 412.60 (payment by group), 412.4 (transfers), 412.80 (outliers).
    """
    priced = stays.join(weights, on=("drg", "service_date"), how="left", maintain_order="left").with_columns(
        reason=pl.lit(None, pl.String()), steps=NO_STEPS
    )
    amount = half_up(cents("base_rate_amount") * scaled("weight"), SCALE)
    words = pl.format(
        "DRG {}: relative weights {}, {} x base rate {} ({})",
        *("drg", "release"),
        pl.col("weight").cast(pl.String()),
        dollar_text(cents("base_rate_amount")),
        "rate_release",
    )
    priced = started(priced, "weight and base rate", amount, words)
    status = pl.col("discharge_status_code").str.zfill(2)
    for condition, reason in (
        (pl.col("weight").is_null(), pl.format("No relative weight of DRG {} is loaded.", "drg")),
        (pl.col("base_rate_amount").is_null(), pl.lit("No base rate of the hospital is loaded.")),
        (status.is_in(_TRANSFERS), pl.lit("The patient was transferred, which is paid by the day.")),
        (
            status.is_in(_POST_ACUTE) & pl.col("is_post_acute").fill_null(value=True),
            pl.lit("The patient went to post-acute care, which may be paid by the day."),
        ),
        (pl.col("is_outlier"), pl.lit("The stay is an outlier.")),
    ):
        priced = refused(priced, condition, reason)
    is_priced = pl.col("reason").is_null()
    return priced.select(
        "line_id",
        *(pl.when(is_priced).then(name).alias(name) for name in ("amount", "origin", "steps")),
        "release",
        "reason",
    )
