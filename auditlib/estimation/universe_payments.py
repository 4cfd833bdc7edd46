"""What the payments of a universe show of an estimate: how often its limits would hold."""

from __future__ import annotations

from auditlib.estimation.method_input import Appraised, ReviewedUnits, values_of
from auditlib.estimation.number_table import NumberTable
from auditlib.stats.estimators.payment_forecast import (
    PaidStratum,
    PaymentForecast,
    SizeClasses,
    payment_forecast,
)


def forecast_by_payments(appraised: Appraised, units: ReviewedUnits) -> PaymentForecast | None:
    """Return how limits of a total of errors would do by what was paid for every unit of the universe.

    Parameters
    ----------
    appraised
        The appraisal of the units.
    units
        With the payments of the units that were not reviewed, by stratum where there are strata.

    Returns
    -------
    PaymentForecast or None
        None where the payments are not known for every unit, or the figure is no expanded total of them.
    """
    table = units.table
    if not appraised.strata or not table.has("examined", "audited") or units.unreviewed is None:
        return None
    if len(appraised.strata) == 1 and not table.has("stratum"):
        parts = [(table, units.unreviewed.numbers("paid"))]
    elif table.has("stratum") and units.unreviewed.has("stratum"):
        left = _by_stratum(units.unreviewed)
        parts = [(part, left.get(part.texts("stratum")[0], [])) for part in table.groups(["stratum"])]
    else:
        return None
    strata = []
    for (part, unreviewed), stratum in zip(parts, appraised.strata, strict=True):
        paid = part.numbers("examined")
        if len(paid) + len(unreviewed) != stratum.universe_count:
            return None
        strata.append(PaidStratum(values_of(part), paid, SizeClasses.of([*paid, *unreviewed])))
    return payment_forecast(strata)


def _by_stratum(unreviewed: NumberTable) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for stratum, paid in zip(unreviewed.texts("stratum"), unreviewed.numbers("paid"), strict=True):
        found.setdefault(stratum, []).append(paid)
    return found
