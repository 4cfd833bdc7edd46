"""What codes in doubt are worth: single complications, refused lines, risk categories."""

from __future__ import annotations

import polars as pl

from auditlib.warehouse import Warehouse


def financial_effects(warehouse: Warehouse) -> pl.DataFrame:
    """Return what the groups, lines and risk categories in doubt are worth.

    Parameters
    ----------
    warehouse
        With the findings of the checks and the grouped stays.

    Returns
    -------
    polars.DataFrame
        One row an ``effect`` and ``subject``, with ``case_count``, ``weight_difference`` (relative weights),
        ``payment_difference`` and ``at_stake_amount`` (dollars); null where nothing shows it. Effects:
        'single complication' counts stays whose group is another without one diagnosis, by pair of groups;
        'refused lines' claims with findings of pairs and unit limits, each line once; 'risk category' years
        of patients whose category rests on findings of the OIG's patterns alone.

    References
    ----------
    CMS IPPS final rule, Table 5 (relative weights); CMS-HCC map of diagnoses, as loaded.
    """
    return warehouse.query("measures/financial_effect")
