"""Accuracy of the discharge status and of the DRG of stays, apart from the accuracy of codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import polars as pl

from auditlib.codes.systems import DISCHARGE_STATUS, MS_DRG
from auditlib.measures.accuracy import WEIGHTED, Dimension
from auditlib.measures.rates import CONFIDENCE, clustered_rates, count_rates, total_by
from auditlib.warehouse import Warehouse

STAY_MEASURES: Final = {DISCHARGE_STATUS: "discharge status accuracy", MS_DRG: "DRG accuracy"}
"""The measure of each fact of a stay, by the system of its values."""


def stay_accuracy(
    warehouse: Warehouse,
    verdicts: pl.DataFrame,
    *,
    by: Sequence[Dimension] = (),
    weights: pl.DataFrame | None = None,
    confidence: float = CONFIDENCE,
) -> pl.DataFrame:
    """Return the share of judged stays whose discharge status, and whose DRG, is right as billed.

    Parameters
    ----------
    warehouse
        The warehouse with the encounters, including coder and coding date.
    verdicts
        `auditlib.review.final_stays.FinalStays.verdicts`: one row per stay and fact.
    by
        Dimensions of the rates; empty for all stays together.
    weights
        ``encounter_id`` and ``weight``, how many charts of the universe a chart represents; None counts all
        alike.
    confidence
        Two-sided level of the intervals.

    Returns
    -------
    polars.DataFrame
        Rates as from `auditlib.measures.rates.count_rates`, two for each value of the dimensions: right
        stays over judged stays. A stay whose fact nobody judged is in neither count.

    Notes
    -----
    A stay has one discharge status and one DRG, so that each is one trial: the interval is Wilson's.
    """
    judged = warehouse.query("measures/judged_stay", frames={"stay_verdict": verdicts})
    rates: Callable[..., pl.DataFrame] = count_rates
    if weights is not None:
        judged = judged.join(
            weights.select("encounter_id", "weight"), on="encounter_id", how="inner", maintain_order="left"
        )
        rates = partial(clustered_rates, interval_method=f"{WEIGHTED} Wilson")
    found = []
    for system, measure in STAY_MEASURES.items():
        own = judged.filter(code_system=system)
        counted = total_by(own, by, ["right_count", "stay_count"]) if weights is None else own
        found.append(
            rates(
                counted,
                measure,
                by=by,
                numerator="right_count",
                denominator="stay_count",
                empty=f"no {system} of a stay was judged to the end",
                confidence=confidence,
            )
        )
    return pl.concat(found)
