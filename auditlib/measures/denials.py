"""Denials: rates by payer, reasons, overturned denials, and denials that the checks would have caught.

Every figure counts original claims to the primary payer (rows of ``mart.claim_outcome``), each once. A denial
is the claim's first denial; its outcome is the claim's latest state.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from auditlib.measures.rates import CONFIDENCE, amount_shares, count_rates, total_by
from auditlib.warehouse import Warehouse

Dimension = Literal["payer", "month", "form"]
MonthBasis = Literal["submit", "response"]

INITIAL_DENIAL_RATE = "initial denial rate"
PARTIAL_DENIAL_RATE = "partial denial rate"
ANY_DENIAL_RATE = "initial denial rate, partial included"
DENIED_DOLLARS = "initially denied dollars"
OVERTURN_RATE = "overturned denials"
SHARE_OF_DENIALS = "share of denials"
CAUGHT_BY_CHECKS = "denials caught by checks"

UNMAPPED = "unmapped"
_NO_ANSWER = "no claim has been answered"
_NO_DENIAL = "no claim was denied"
_NO_REASONS = "no list of denial reasons is loaded"
_DENIAL_RESPONSES = ("denied", "partly denied")


def denial_rates(
    warehouse: Warehouse,
    *,
    by: Sequence[Dimension] = ("payer",),
    month_basis: MonthBasis = "submit",
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return initial denial rates: claims first answered with a denial over claims answered.

    Parameters
    ----------
    warehouse
        The warehouse with ``mart.claim_outcome``.
    by
        Dimensions; empty for all claims together.
    month_basis
        Whether months are those of submission or of the first response. By submission, the latest months are
        incomplete: late denials are still missing.
    confidence
        Two-sided level of the Wilson intervals.

    Returns
    -------
    polars.DataFrame
        Rates as from `auditlib.measures.rates.count_rates`; for each value of the dimensions one row for full
        denials, one for partial denials, and one for both together. ``rate_with_unmapped`` is the rate if
        what is unpaid for reasons of no list is denied too: the truth lies between the two.

    References
    ----------
    HFMA Claim Integrity Task Force, 2020: initial denials over claims, at claim level. Ours divides by the
    claims of the same cohort that were answered, not by the mean of the three months before.
    """
    columns = _columns(by)
    is_full, is_denied = (
        pl.col("first_response") == "denied",
        pl.col("first_response").is_in(_DENIAL_RESPONSES),
    )
    may_be_denied, is_unmapped = pl.col("may_be_denied"), pl.col("is_unmapped")
    counted = total_by(
        _cohorts(warehouse, month_basis).with_columns(
            answered_count=_count_where(pl.col("first_response") != "no response yet"),
            full_count=_count_where(is_full),
            partial_count=_count_where(pl.col("first_response") == "partly denied"),
            any_count=_count_where(is_denied),
            full_or_unmapped_count=_count_where(is_full | may_be_denied),
            partial_or_unmapped_count=_count_where((is_denied | is_unmapped) & ~is_full & ~may_be_denied),
            any_or_unmapped_count=_count_where(is_denied | is_unmapped),
        ),
        columns,
        [
            "answered_count",
            *(f"{name}{more}_count" for more in ("", "_or_unmapped") for name in ("full", "partial", "any")),
        ],
    )
    counted, empty = _judged(warehouse, counted, "answered_count", empty=_NO_ANSWER)
    parts = (
        (INITIAL_DENIAL_RATE, "full"),
        (PARTIAL_DENIAL_RATE, "partial"),
        (ANY_DENIAL_RATE, "any"),
    )
    return pl.concat(
        count_rates(
            counted,
            measure,
            by=columns,
            numerator=f"{part}_count",
            denominator="answered_count",
            empty=empty,
            confidence=confidence,
        ).with_columns(rate_with_unmapped=counted[f"{part}_or_unmapped_count"] / counted["answered_count"])
        for measure, part in parts
    ).with_columns(pl.col("rate_with_unmapped").fill_nan(None))


def denied_dollars(
    warehouse: Warehouse, *, by: Sequence[Dimension] = ("payer",), month_basis: MonthBasis = "submit"
) -> pl.DataFrame:
    """Return the share of answered charges that the first answer denied, in full or by line.

    Parameters are those of `denial_rates`; columns those of `auditlib.measures.rates.amount_shares`, and
    ``rate_with_unmapped`` as there.
    """
    columns = _columns(by)
    nothing = pl.lit(0, pl.Decimal(18, 2))
    answered = pl.col("first_response") != "no response yet"
    denied = pl.col("first_response").is_in(_DENIAL_RESPONSES)
    summed = total_by(
        _cohorts(warehouse, month_basis).with_columns(
            answered_amount=pl.when(answered).then(pl.col("charge_amount")).otherwise(nothing),
            initially_denied_amount=pl.when(denied).then(pl.col("denied_amount")).otherwise(nothing),
            unmapped_amount=pl.when(answered).then(pl.col("unmapped_amount")).otherwise(nothing),
        ),
        columns,
        ["answered_amount", "initially_denied_amount", "unmapped_amount"],
    )
    summed, empty = _judged(warehouse, summed, "answered_amount", empty="no charge has been answered")
    return amount_shares(
        summed,
        DENIED_DOLLARS,
        by=columns,
        numerator="initially_denied_amount",
        denominator="answered_amount",
        empty=empty,
    ).with_columns(
        rate_with_unmapped=(
            (summed["initially_denied_amount"] + summed["unmapped_amount"]).cast(pl.Float64)
            / summed["answered_amount"].cast(pl.Float64)
        ).fill_nan(None)
    )


def overturn_rates(
    warehouse: Warehouse,
    *,
    by: Sequence[Dimension] = ("payer",),
    month_basis: MonthBasis = "submit",
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return overturned denials: claims denied at first, in full or in part, whose latest state is paid.

    Parameters and columns are those of `denial_rates`; the denominator is the claims denied at first.
    """
    columns = _columns(by)
    denied = pl.col("first_response").is_in(_DENIAL_RESPONSES)
    counted = total_by(
        _cohorts(warehouse, month_basis).with_columns(
            denied_count=_count_where(denied),
            overturned_count=_count_where(denied & (pl.col("final_outcome") == "paid")),
        ),
        columns,
        ["overturned_count", "denied_count"],
    )
    return count_rates(
        counted,
        OVERTURN_RATE,
        by=columns,
        numerator="overturned_count",
        denominator="denied_count",
        empty=_NO_DENIAL,
        confidence=confidence,
    )


def denial_reasons(
    warehouse: Warehouse, *, by: Sequence[Dimension] = (), month_basis: MonthBasis = "submit"
) -> pl.DataFrame:
    """Return the denials by reason, costliest first, for the Pareto chart.

    Parameters
    ----------
    warehouse
        Holds ``mart.claim_outcome`` and ``ref.denial_reason``.
    by
        Dimensions to group by first.
    month_basis
        As for `denial_rates`.

    Returns
    -------
    polars.DataFrame
        The dimensions, reason_label, denial_category, reason_codes (as 'CO-16'; several where the list gives
        them one label), denied_count, denied_amount, overturned_count, and the shares count_share and
        amount_share of the group. Reasons that are not on the project's list are one row, 'unmapped'.

    Notes
    -----
    A claim counts under the reason of its first denial with the largest amount. A claim that was paid at
    first and denied in the end is counted here, though no initial denial rate holds it. A claim that was paid
    and stays paid is not, though its second submission was refused.
    """
    columns = _columns(by)
    first_denied = pl.col("first_response").is_in(_DENIAL_RESPONSES)
    last_denied = pl.col("final_outcome").is_in(_DENIAL_RESPONSES)
    counts = warehouse.query("measures/denial_count")
    if "payer" in by:
        counts = counts.join(warehouse.query("measures/payer_name"), on="payer_id", how="left")
    denials = counts.filter(pl.col("denied_amount") > 0, first_denied | last_denied).with_columns(
        month=pl.col(f"{month_basis}_month")
    )
    summed = (
        denials.with_columns(
            reason=pl.concat_str(pl.col("denial_group_code"), pl.col("denial_reason_code"), separator="-"),
            overturned_count=_count_where(first_denied & (pl.col("final_outcome") == "paid")),
        )
        .group_by([*columns, "reason_label", "denial_category"])
        .agg(
            pl.col("reason").drop_nulls().unique().sort().str.join(", ").alias("reason_codes"),
            pl.col("claim_count").sum().alias("denied_count"),
            pl.col("denied_amount").sum().cast(pl.Decimal(18, 2)),
            pl.col("overturned_count").sum(),
        )
    )
    all_count, all_amount = pl.col("denied_count").sum(), pl.col("denied_amount").cast(pl.Float64).sum()
    return summed.with_columns(
        count_share=pl.col("denied_count") / (all_count.over(columns) if columns else all_count),
        amount_share=pl.col("denied_amount").cast(pl.Float64)
        / (all_amount.over(columns) if columns else all_amount),
    ).sort(
        [*columns, "denied_amount", "denied_count", "reason_label"],
        descending=[*(False for _ in columns), True, True, False],
    )


def denials_caught(warehouse: Warehouse, *, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """Return, for each reason, the denials whose claim has a finding of a check for that reason.

    Parameters
    ----------
    warehouse
        Holds ``mart.claim_outcome``, ``mart.finding`` and ``ref.denial_reason``.
    confidence
        Two-sided level of the Wilson intervals.

    Returns
    -------
    polars.DataFrame
        Rates with the dimensions reason_label, denial_reason_code, checked_count (denials for whose reason
        some check ran), denied_amount and caught_amount; costliest reason first.
    """
    caught = warehouse.query("measures/denial_caught")
    return count_rates(
        caught,
        CAUGHT_BY_CHECKS,
        by=["reason_label", "denial_reason_code", "checked_count", "denied_amount", "caught_amount"],
        numerator="caught_count",
        denominator="denied_count",
        empty=_NO_DENIAL,
        confidence=confidence,
    )


def denials_caught_total(warehouse: Warehouse, *, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """Return one rate: the share of all denials that the checks would have caught."""
    caught = warehouse.query("measures/denial_caught")
    return count_rates(
        total_by(
            caught, [], ["caught_count", "denied_count", "checked_count", "denied_amount", "caught_amount"]
        ),
        CAUGHT_BY_CHECKS,
        by=["checked_count", "denied_amount", "caught_amount"],
        numerator="caught_count",
        denominator="denied_count",
        empty=_NO_DENIAL,
        confidence=confidence,
    )


def _judged(
    warehouse: Warehouse, counted: pl.DataFrame, denominator: str, *, empty: str
) -> tuple[pl.DataFrame, str]:
    """Return the counts and the reason why a rate is undefined: no denials, or no list of denial reasons."""
    if warehouse.query("measures/denial_reason_count").item():
        return counted, empty
    figures = [name for name in counted.columns if name.endswith(("_count", "_amount"))]
    return counted.with_columns((pl.col(figures) * 0).cast(counted.schema[denominator])), _NO_REASONS


def _cohorts(warehouse: Warehouse, month_basis: MonthBasis) -> pl.DataFrame:
    counts = warehouse.query("measures/response_count")
    # A payer's name may be spelled differently: the identifier decides, and the first name is used.
    names = counts.group_by("payer_id").agg(pl.col("payer_name").min())
    return (
        counts.drop("payer_name")
        .join(names, on="payer_id", how="left")
        .with_columns(month=pl.col(f"{month_basis}_month"))
    )


def _columns(by: Sequence[Dimension]) -> list[str]:
    return [column for name in by for column in (("payer_id", "payer_name") if name == "payer" else (name,))]


def _count_where(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.col("claim_count")).otherwise(0)
