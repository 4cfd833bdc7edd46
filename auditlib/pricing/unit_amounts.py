"""What sampled units were paid and should have been paid: findings summed, netted, capped and offset."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from auditlib.errors import BadInputError
from auditlib.pricing.cents import MONEY
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.stats.estimators.programmes import Netting

UNIT: Final = {
    "unit_id": pl.String(),
    "encounter_id": pl.String(),
    "paid_amount": MONEY,
    "audited_amount": MONEY,
    "overpaid_amount": MONEY,
    "underpaid_amount": MONEY,
    "payment_difference": MONEY,
    "recouped_amount": MONEY,
    "refunded_amount": MONEY,
    "open_amount": MONEY,
    "is_estimate": pl.Boolean(),
    "origin": pl.String(),
    "reason": pl.String(),
}
"""Columns of `unit_amounts`."""
REFUND_COLUMNS: Final = ("unit_id", "refunded_amount", "reference")
NOT_REVIEWED: Final = "Its chart is not reviewed to the end."
_NO_FINDING: Final = "paid as reviewed: no error was found"
_MISSING: Final = "nothing is due without a record: all that was paid is in error"
_HINT: Final = f"Its columns are {', '.join(REFUND_COLUMNS)}; one row a refund, dollars as 104.50."


def unit_amounts(
    units: pl.DataFrame,
    findings: pl.DataFrame,
    offsets: pl.DataFrame,
    *,
    missing_rule: MissingRecordRule,
    netting: Netting,
) -> pl.DataFrame:
    """Return what each unit was paid, should have been paid, and what of the difference is open.

    Parameters
    ----------
    units
        ``unit_id``, ``encounter_id``, ``paid_amount`` (null where it is not known), ``is_reviewed`` and
        ``is_missing`` of its record.
    findings
        Rows of `auditlib.pricing.finding_price.priced_findings` with the ``unit_id`` that each belongs to.
    offsets
        ``unit_id``, ``recouped_amount`` and ``refunded_amount``: what the payer took back already, without a
        reversal that would show in what was paid, and what was refunded.
    missing_rule
        How a missing record counts.
    netting
        net: underpayments are set against overpayments; overpayments only; gross: both count.

    Returns
    -------
    polars.DataFrame
        Columns of `UNIT`. Overpayments and underpayments stand apart, overpayments capped at what was paid;
        ``payment_difference`` nets them by the rule, ``open_amount`` is an overpayment less what was taken
        back or refunded, never below 0. Either all of them and an ``origin``, or a ``reason`` for none.
    """
    difference = pl.col("payment_difference")
    by_unit = (
        findings.drop_nulls("unit_id")
        .group_by("unit_id", maintain_order=True)
        .agg(
            over=pl.when(difference > 0).then(difference).otherwise(0).sum(),
            under=pl.when(difference < 0).then(-difference).otherwise(0).sum(),
            is_estimate=pl.col("is_estimate").any(),
            finding_origin=pl.col("origin").drop_nulls().str.join(" | "),
            why_not=pl.col("reason").drop_nulls().unique(maintain_order=True).str.join(" "),
            is_priced=difference.is_not_null().all(),
        )
    )
    joined = units.join(by_unit, on="unit_id", how="left", maintain_order="left").join(
        offsets, on="unit_id", how="left", maintain_order="left"
    )
    paid = pl.col("paid_amount")
    in_full = pl.col("is_missing") & (missing_rule == "error-in-full")
    over = pl.when(in_full).then(paid).otherwise(pl.col("over").fill_null(0))
    capped = pl.when(over > paid).then(paid).otherwise(over)
    reason = (
        pl.when(~pl.col("is_reviewed"))
        .then(pl.lit(NOT_REVIEWED))
        .when(pl.col("is_missing") & (missing_rule != "error-in-full"))
        .then(pl.lit(f"Its record is missing, which is counted as '{missing_rule}'."))
        .when(in_full & paid.is_null())
        .then(pl.lit("Its record is missing, and what was paid for it is not known."))
        .when(~in_full & ~pl.col("is_priced"))
        .then("why_not")
    )
    rows = joined.with_columns(
        reason=reason,
        overpaid_amount=capped.cast(MONEY),
        underpaid_amount=pl.when(in_full).then(0).otherwise(pl.col("under").fill_null(0)).cast(MONEY),
        recouped_amount=pl.col("recouped_amount").fill_null(0).cast(MONEY),
        refunded_amount=pl.col("refunded_amount").fill_null(0).cast(MONEY),
        is_estimate=pl.col("is_estimate").fill_null(value=False) & ~in_full,
        origin=pl.when(in_full)
        .then(pl.lit(_MISSING))
        .when(pl.col("finding_origin").is_null())
        .then(pl.lit(_NO_FINDING))
        .otherwise(
            pl.concat_str(
                "finding_origin",
                pl.when(over > paid)
                .then(pl.lit("; at most what was paid for the unit"))
                .otherwise(pl.lit("")),
            )
        ),
    )
    signs = {"net": -1, "overpayments only": 0, "gross": 1}
    net = pl.col("overpaid_amount") + signs[netting] * pl.col("underpaid_amount")
    rows = rows.with_columns(payment_difference=net.cast(MONEY))
    offset = pl.col("recouped_amount") + pl.col("refunded_amount")
    left = pl.max_horizontal(pl.col("payment_difference") - offset, pl.lit(0).cast(MONEY))
    rows = rows.with_columns(
        open_amount=pl.when(pl.col("payment_difference") > 0)
        .then(left)
        .otherwise("payment_difference")
        .cast(MONEY),
        audited_amount=(paid - pl.col("overpaid_amount") + pl.col("underpaid_amount")).cast(MONEY),
    )
    is_priced = pl.col("reason").is_null()
    amounts = ("audited_amount", "overpaid_amount", "underpaid_amount", "payment_difference", "open_amount")
    return rows.with_columns(
        *(pl.when(is_priced).then(name).alias(name) for name in (*amounts, "origin"))
    ).select(pl.col(name).cast(kind) for name, kind in UNIT.items())


def read_refunds(path: Path) -> pl.DataFrame:
    """Return what was refunded for units, by a CSV of `REFUND_COLUMNS`; several refunds of a unit are summed.

    Raises
    ------
    BadInputError
        If the file or one of its rows cannot be read; the message names the row.
    """
    try:
        table = pl.read_csv(path.read_text(encoding="utf-8-sig").encode(), infer_schema=False)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise BadInputError(message, hint="Name the CSV file of refunds.") from error
    except (UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        message = f"{path.name} cannot be read as a CSV table in UTF-8."
        raise BadInputError(message, hint=_HINT) from error
    unknown = [name for name in table.columns if name not in REFUND_COLUMNS]
    absent = [name for name in REFUND_COLUMNS[:2] if name not in table.columns]
    if unknown or absent:
        wrong = f"an unknown column, '{unknown[0]}'" if unknown else f"no column '{absent[0]}'"
        message = f"{path.name} has {wrong}."
        raise BadInputError(message, hint=_HINT)
    amount = pl.col("refunded_amount").str.strip_chars().str.replace_all(r"[$,]", "")
    is_right = amount.str.contains(r"^\d{1,12}(\.\d{1,2})?$") & (pl.col("unit_id").str.strip_chars() != "")
    faulty = table.with_row_index("row", offset=2).filter(~is_right.fill_null(value=False))
    if faulty.height:
        message = f"Row {faulty['row'][0]} of {path.name} has no unit or no amount above 0."
        raise BadInputError(message, hint=_HINT)
    return (
        table.select(unit_id=pl.col("unit_id").str.strip_chars(), refunded_amount=amount.cast(MONEY))
        .group_by("unit_id", maintain_order=True)
        .agg(pl.col("refunded_amount").sum().cast(MONEY))
    )
