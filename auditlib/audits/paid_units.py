"""What was paid for the units of a sample, as far as claims and remittances say."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from auditlib.warehouse import Warehouse


def paid_units(warehouse: Warehouse, unit: str, unit_ids: Sequence[str]) -> pl.DataFrame:
    """Return what payers paid in all for units, reversals netted.

    Parameters
    ----------
    warehouse
        With claims and remittances.
    unit
        What a unit is: encounter, claim, line or code.
    unit_ids
        The units.

    Returns
    -------
    polars.DataFrame
        ``unit_id`` and ``paid_amount``, null or without a row where it is not known, as of every line and
        code; of claims also ``chart_claim_count``, how many claims their chart has.
    """
    if unit == "encounter":
        paid = warehouse.query("queries/audits/paid_encounter", {"encounter_ids": list(unit_ids)})
        return paid.rename({"encounter_id": "unit_id"})
    if unit == "claim":
        return warehouse.query("queries/audits/paid_claim", {"unit_ids": list(unit_ids)})
    return pl.DataFrame(schema={"unit_id": pl.String(), "paid_amount": pl.Decimal(18, 2)})
