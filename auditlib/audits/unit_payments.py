"""What was paid for the units of a sample, as far as claims and remittances say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from auditlib.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class UnitPayments:
    """Payments of the units of a sample, and of their charts.

    Parameters
    ----------
    units
        ``unit_id`` and ``paid_amount`` of each unit; null where the payment is not known, as of every line
        and code: their payment is not in the outcome of a claim.
    charts
        ``encounter_id``, ``claim_count`` and ``paid_amount`` of the charts with a claim.
    """

    units: pl.DataFrame
    charts: pl.DataFrame


def unit_payments(warehouse: Warehouse, unit: str, chart_of_unit: Mapping[str, str]) -> UnitPayments:
    """Return what the primary payers paid in the end for units, reversals taken off.

    Parameters
    ----------
    warehouse
        With claims and remittances.
    unit
        What a unit is: encounter, claim, line or code.
    chart_of_unit
        The encounter of each unit.
    """
    encounter_ids = sorted(set(chart_of_unit.values()))
    charts = warehouse.query("queries/audits/payment_of_chart", {"encounter_ids": encounter_ids})
    ids = pl.DataFrame({"unit_id": list(chart_of_unit)}, schema={"unit_id": pl.String()})
    if unit == "encounter":
        paid = charts.select("paid_amount", unit_id="encounter_id")
    elif unit == "claim":
        paid = warehouse.query("queries/audits/payment_of_claim", {"unit_ids": list(chart_of_unit)})
    else:
        paid = pl.DataFrame(schema={"unit_id": pl.String(), "paid_amount": pl.Decimal(18, 2)})
    known = paid.select("unit_id", "paid_amount")
    return UnitPayments(ids.join(known, on="unit_id", how="left", maintain_order="left"), charts)
