"""What the payer pays of an allowed amount: less deductible, coinsurance, copay and sequestration."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from auditlib.pricing.cents import dollar_text, percent_text, share_of
from auditlib.pricing.steps import refused, stepped

MEDICARE: Final = ("MA", "MB")
"""Claim filing indicators of Medicare's own payments."""
COINSURANCE: Final = 2_000
SEQUESTRATION: Final = (
    (dt.date(1900, 1, 1), 0),
    (dt.date(2013, 4, 1), 200),
    (dt.date(2020, 5, 1), 0),
    (dt.date(2022, 4, 1), 100),
    (dt.date(2022, 7, 1), 200),
)
"""What is taken off Medicare's payment, in ten-thousandths, from a day of service on."""
WITHOUT_SHARE: Final = (
    *("76706", "76977", "77063", "77067", "77078", "77080", "77081", "77085", "99406", "99407", "G0008"),
    *("G0009", "G0010", "G0101", "G0104", "G0105", "G0121", "G0130", "G0296", "G0402", "G0438", "G0439"),
    *("G0442", "G0443", "G0444", "G0446", "G0447", "Q0091"),
)
"""Preventive services for which Medicare's patients owe neither deductible nor coinsurance."""
SHARES: Final = ("allowed", "deductible", "coinsurance", "copay", "sequestered")


def payer_payments(lines: pl.DataFrame) -> pl.DataFrame:
    """Return what the payer pays of allowed amounts.

    The deductible is as the remittance says, at most the amount allowed. Medicare's patients owe 20 % of the
    rest, and nothing of a preventive service; of other payers coinsurance and sequestration are the shares
    that the remittance shows on the line, else those of the claim as a whole, and a copay is as it was.

    Parameters
    ----------
    lines
        With the columns of `auditlib.pricing.steps`, ``amount`` the amount allowed in cents; ``code``,
        ``filing_code``, ``service_date``; and in cents what the remittance says: ``allowed``,
        ``deductible``, ``coinsurance``, ``copay`` and ``sequestered`` of the line as billed (null where there
        is none), the same of the claim, as ``claim_allowed``, and ``stated_coinsurance`` where the rate
        itself states what the patient owes.

    Returns
    -------
    polars.DataFrame
        The lines, ``amount`` made the payer's payment.

    References
    ----------
    42 CFR 410.152(b) (80 % of the rest after the deductible) and (l) (preventive services), CMS Preventive
    Services (MLN006559); Budget Control Act of 2011, suspended by the CARES Act, phased in again by the
    Protecting Medicare and American Farmers from Sequester Cuts Act: on the payment after the patient's
    share, reported as reason 253.
    """
    is_medicare = pl.col("filing_code").is_in(MEDICARE).fill_null(value=False)
    is_free = is_medicare & pl.col("code").is_in(WITHOUT_SHARE)
    is_known = (pl.col("allowed") > 0).fill_null(value=False)
    lines = lines.with_columns(
        *(pl.when(is_known).then(name).otherwise(f"claim_{name}").alias(f"shown_{name}") for name in SHARES)
    )
    lines = refused(
        lines,
        ~is_medicare & (pl.col("amount") > 0) & ~(pl.col("shown_allowed") > 0).fill_null(value=False),
        "The patient's share is not known: no paid line of the claim shows it.",
    )
    deductible = (
        pl.when(is_free).then(0).otherwise(pl.min_horizontal(pl.col("deductible").fill_null(0), "amount"))
    )
    lines = lines.with_columns(owed_deductible=deductible)
    rest = pl.col("amount") - pl.col("owed_deductible")
    of_line = pl.col("shown_allowed") - pl.col("shown_deductible")
    coinsurance = (
        pl.when(is_free)
        .then(0)
        .when(pl.col("stated_coinsurance").is_not_null())
        .then(pl.min_horizontal("stated_coinsurance", rest))
        .when(is_medicare)
        .then(share_of(rest, COINSURANCE))
        .when(of_line > 0)
        .then(_ratio(rest, pl.col("shown_coinsurance"), of_line))
        .otherwise(0)
    )
    lines = lines.with_columns(owed_coinsurance=coinsurance)
    copay = pl.min_horizontal(pl.col("copay").fill_null(0), rest - pl.col("owed_coinsurance"))
    lines = lines.with_columns(owed_copay=pl.when(is_medicare).then(0).otherwise(copay))
    share = pl.sum_horizontal("owed_deductible", "owed_coinsurance", "owed_copay")
    said = pl.format(
        "less the patient's deductible {}, coinsurance {} and copay {}",
        *(dollar_text(pl.col(f"owed_{name}")) for name in ("deductible", "coinsurance", "copay")),
    )
    lines = stepped(lines, "patient's share", pl.when(share > 0).then(pl.col("amount") - share), said)
    statutory = pl.lit(0)
    for first, taken in SEQUESTRATION:
        statutory = pl.when(pl.col("service_date") >= first).then(taken).otherwise(statutory)
    paid_before = of_line - pl.col("shown_coinsurance") - pl.col("shown_copay")
    sequestered = (
        pl.when(is_medicare)
        .then(share_of(pl.col("amount"), statutory))
        .when(paid_before > 0)
        .then(_ratio(pl.col("amount"), pl.col("shown_sequestered"), paid_before))
        .otherwise(0)
    )
    words = (
        pl.when(is_medicare)
        .then(pl.format("less {} sequestration", percent_text(statutory)))
        .otherwise(pl.lit("less sequestration as the remittance shows it"))
    )
    lines = stepped(
        lines, "sequestration", pl.when(sequestered > 0).then(pl.col("amount") - sequestered), words
    )
    return lines.drop(pl.selectors.starts_with("owed_", "shown_"))


def _ratio(amount: pl.Expr, part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Return the same share of an amount as a part is of a whole, rounded half up."""
    safe = pl.when(whole > 0).then(whole)
    return (2 * amount * part + safe) // (2 * safe)
