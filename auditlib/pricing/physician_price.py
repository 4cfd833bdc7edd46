"""What the physician fee schedule allows for the lines of a day, all rules applied in their order."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.pricing import procedure_rules as rules
from auditlib.pricing.physician_fee import with_fees

LINE: Final = {
    "line_id": pl.Int64(),
    "provider_day": pl.String(),
    "group_day": pl.String(),
    "service_date": pl.Date(),
    "code": pl.String(),
    "modifiers": pl.List(pl.String()),
    "unit_count": pl.Decimal(18, 4),
    "place_of_service": pl.String(),
    "taxonomy": pl.String(),
    "charge": pl.Int64(),
    "is_qualifying": pl.Boolean(),
    "locality": pl.String(),
    "work_index": pl.Decimal(18, 4),
    "practice_index": pl.Decimal(18, 4),
    "malpractice_index": pl.Decimal(18, 4),
}
"""Columns of the lines: all of a provider's day, since a line's rank depends on the others."""
PRICED: Final = ("line_id", "amount", "origin", "steps", "reason", "release", "locality", "is_facility")
_RULES: Final = (
    rules.without_reported,
    rules.with_global_share,
    rules.with_sides,
    rules.with_surgery_ranks,
    rules.with_part_reductions,
    rules.with_therapy_reduction,
    rules.with_units,
    rules.with_surgeons,
    rules.with_practitioner_share,
    rules.with_injections,
    rules.at_most_charged,
)


def physician_prices(lines: pl.DataFrame, fees: pl.DataFrame) -> pl.DataFrame:
    """Return what Medicare allows for lines of professional claims.

    Parameters
    ----------
    lines
        Columns of `LINE`.
    fees
        Columns of `auditlib.pricing.physician_fee.FEE_ROW`.

    Returns
    -------
    polars.DataFrame
        ``line_id``; ``amount`` in cents, null where it cannot be priced; ``origin``, ``steps``, ``release``,
        ``locality`` and ``is_facility``; and ``reason``, null where it is priced.

    Notes
    -----
    Each step is rounded to the cent. The provider is taken as participating: 95 % to others is not known
    here.
    """
    priced = with_fees(lines, fees)
    for rule in _RULES:
        priced = rule(priced)
    is_priced = pl.col("reason").is_null()
    return priced.select(
        "line_id",
        *(pl.when(is_priced).then(name).alias(name) for name in PRICED[1:4]),
        *PRICED[4:],
    )
