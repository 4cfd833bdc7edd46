"""Every drawn unit with what was paid, what would have been right, and why they differ."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.report.packs.review_findings import MISSING_RESULT
from auditlib.stats.estimators.missing_records import MissingRecordRule

_MONEY: Final = pl.Decimal(18, 2)
_OF_WHOLE: Final = """
    Paid is what payers paid for the unit's claims in all, reversals netted; not known where a claim has no
    answer.
"""
_NO_RECORD: Final = "all that was paid, by the rule for missing records"
_CAPPED: Final = " | no more than was paid"
_OF_ENROLLEE: Final = """
    Paid is what a plan is paid a year for the risk categories as submitted, audited for those that records
    validate, each after the hierarchy.
"""
_OF_PART: Final = "What was paid for a {} is not recorded by itself."
_DIFFERENCE: Final = """
    The difference is the sum of what the verdicts say, on discharge status and DRG too, paid less right: plus
    is overpaid, minus underpaid. No unit is overpaid by more than was paid for it, where that is known. A
    unit has none where an error is not priced or the errors of a chart cannot be split among its units.
"""


def with_payments(
    units: pl.DataFrame,
    findings: pl.DataFrame,
    paid: pl.DataFrame,
    *,
    unit: str,
    missing_rule: MissingRecordRule,
    stay_changes: pl.DataFrame,
    is_capped: bool,
) -> pl.DataFrame:
    """Return the units with what was paid for each, what its errors change of it, and their kinds.

    Parameters
    ----------
    units
        From `auditlib.report.packs.review_findings.unit_results`.
    findings
        One row an error, with encounter_id, code_number, error_kind, payment_difference and
        payment_difference_basis.
    paid
        ``unit_id`` and ``paid_amount``, null or without a row where it is not known; of claims also
        ``chart_claim_count``, how many claims their chart has.
    unit
        The sampling unit.
    missing_rule
        How a missing record counts: as an error in full, all that was paid is its payment difference.
    stay_changes
        One row a changed fact of a stay, with encounter_id, fact and payment_difference; they count with the
        errors of the chart, and of no sampled code.
    is_capped
        Whether no unit is overpaid by more than was paid for it, or amounts stand as entered.

    Returns
    -------
    polars.DataFrame
        The units with ``error_kind``, ``paid_amount``, ``payment_difference`` and ``payment_origin`` (how the
        dollars of its findings came about) before the reviewer. The
        difference is null where the unit does not count, an error is not priced, or the dollars of a chart
        cannot be split among its units: several claims of it, or lines.
    """
    if unit == "code":
        place = pl.format("{}-{}", "encounter_id", "code_number")
        key, errors = "unit_id", findings.drop_nulls("code_number").with_columns(unit_id=place)
    else:
        of_stays = stay_changes.select(
            "encounter_id", "payment_difference", "payment_difference_basis", error_kind="fact"
        )
        key, errors = "encounter_id", pl.concat([findings.select(of_stays.columns), of_stays])
    difference = pl.col("payment_difference")
    by_unit = errors.group_by(key).agg(
        pl.len().alias("finding_count"),
        error_kind=pl.col("error_kind").unique().sort().str.join(", "),
        payment_origin=_origins(),
        # A sum over nulls would count what is not priced as nothing.
        found=pl.when(~difference.is_null().any()).then(difference.sum()),
    )
    has_own_dollars = pl.lit(unit in {"encounter", "code"})
    if unit == "claim":
        has_own_dollars = pl.col("chart_claim_count") == 1
    # What a payment took back in all, below 0, cannot be overpaid.
    most = pl.col("paid_amount").clip(lower_bound=0)
    is_more_than_paid = pl.lit(is_capped) & (pl.col("found") > most).fill_null(value=False)
    in_full = pl.col("paid_amount") if missing_rule == "error-in-full" else pl.lit(None)
    change = (
        pl.when(pl.col("error_count").is_null())
        .then(None)
        .when(pl.col("result") == MISSING_RESULT)
        .then(in_full)
        .when((pl.col("error_count") == 0) & pl.col("finding_count").is_null())
        .then(pl.lit(0))
        .when(has_own_dollars)
        .then(pl.when(is_more_than_paid).then(most).otherwise("found"))
    )
    place_of_reviewer = units.columns.index("reviewer")
    return (
        units.join(by_unit, on=key, how="left", maintain_order="left")
        .join(paid, on="unit_id", how="left", maintain_order="left")
        .with_columns(
            payment_difference=change.cast(_MONEY),
            payment_origin=pl.when(pl.col("result") == MISSING_RESULT)
            .then(pl.when(change.is_not_null()).then(pl.lit(_NO_RECORD)))
            .when(is_more_than_paid & (change == most))
            .then(pl.col("payment_origin") + _CAPPED)
            .otherwise("payment_origin"),
        )
        .select(
            *units.columns[:place_of_reviewer],
            *("error_kind", "paid_amount", "payment_difference", "payment_origin"),
            *units.columns[place_of_reviewer:],
        )
    )


def _origins() -> pl.Expr:
    """Return how the dollars of a unit's findings came about, and how many are not priced."""
    difference = pl.col("payment_difference")
    lacking = difference.null_count()
    said = pl.col("payment_difference_basis").filter(difference.is_not_null()).unique().sort()
    return pl.concat_str(
        said.str.join(" | "),
        pl.when(lacking > 0)
        .then(
            pl.format(
                "{}not priced: {} of {}",
                pl.when(lacking < pl.len()).then(pl.lit(" | ")).otherwise(pl.lit("")),
                lacking,
                pl.len(),
            )
        )
        .otherwise(pl.lit("")),
    )


def unit_payments(units: pl.DataFrame) -> pl.DataFrame:
    """Return the units of `with_payments` as a workpaper lists them.

    Returns
    -------
    polars.DataFrame
        draw_number, unit_id, stratum, role, paid_amount, audited_amount, difference_amount, result,
        error_kind, payment_origin, reviewer and completed_date. Paid less audited is the difference.
    """
    audited = pl.col("paid_amount") - pl.col("payment_difference")
    return units.select(
        *("draw_number", "unit_id", "stratum", "role", "paid_amount"),
        audited_amount=audited.cast(_MONEY),
        difference_amount="payment_difference",
        result="result",
        error_kind="error_kind",
        payment_origin="payment_origin",
        reviewer="reviewer",
        completed_date=pl.col("completed_at").dt.date(),
    )


def payments_note(unit: str) -> str:
    """Return what paid and difference of units rest on."""
    if unit == "enrollee":
        return " ".join(_OF_ENROLLEE.split())
    of_paid = _OF_WHOLE if unit in {"encounter", "claim"} else _OF_PART.format(unit)
    return " ".join(f"{of_paid} {_DIFFERENCE}".split())
