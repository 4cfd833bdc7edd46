"""How many charts of the universe each reviewed chart represents, where they were not drawn alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.audits.audit import ENROLLEE, charts_of_units
from auditlib.audits.spares import SpareUse, units_looked_at
from auditlib.sampling import Manifest
from auditlib.text import counted
from auditlib.workspace.folder import Workspace

_ENROLLEES: Final = (
    "The sample is one of enrollees, all of whose charts are reviewed: rates are of these charts, each "
    "counted once."
)
_JUDGMENTAL: Final = "The units were chosen by judgment, not by chance: these rates describe them alone."
_BY_SIZE: Final = ("PPS", "risk-weighted", "monetary unit", "two-stage")
_WEIGHTED_BY_CHANCE: Final = (
    "Units were drawn with unequal chances: each chart is weighted by what it represents in the universe, so "
    "the rates are not the quotients of the counts."
)
_UNEQUAL: Final = (
    "Units were drawn with unequal chances, and these rates count every reviewed chart alike: they describe "
    "the sample."
)
_CLUSTERS: Final = " Intervals take charts, not the clusters they were drawn in, as independent."


@dataclass(frozen=True, slots=True)
class ChartWeights:
    """The weights of the reviewed charts of an audit.

    Parameters
    ----------
    frame
        ``encounter_id`` and ``weight``; None where every chart counts alike.
    note
        What the reader of a rate must know about the weighting; empty where charts were drawn alike.
    """

    frame: pl.DataFrame | None = None
    note: str = ""


def chart_weights(
    workspace: Workspace, manifest: Manifest, uses: Sequence[SpareUse], encounter_ids: Sequence[str]
) -> ChartWeights:
    """Return the weights of reviewed charts, by the design of their sample.

    Parameters
    ----------
    workspace
        The workspace, which says whose chart a sampled claim, line or code is in.
    manifest, uses
        The sample and the spares used.
    encounter_ids
        The charts that count.

    Notes
    -----
    Of a stratum of N units with n reviewed, each chart represents N / n; a unit outside the universe counts
    among the n, and its chart is not there. Strata whose n are within one unit of the same share of their N
    were sampled alike, and are not weighted. With unequal chances a chart represents 1 / chance. A chart
    that several sampled units share represents all of them.
    """
    method = manifest.design.method
    if method == "judgmental" or manifest.universe.unit == ENROLLEE:
        return ChartWeights(note=_JUDGMENTAL if method == "judgmental" else _ENROLLEES)
    looked_at = units_looked_at(manifest, uses)
    chart_of = charts_of_units(workspace, manifest.universe.unit, list(looked_at))
    counted_charts = set(encounter_ids)
    reviewed = [
        unit_id
        for unit_id, is_inside in looked_at.items()
        if is_inside and chart_of[unit_id] in counted_charts
    ]
    cluster_note = _CLUSTERS if method in ("cluster", "two-stage") else ""
    if method in _BY_SIZE:
        chance_of = {unit.unit_id: unit.inclusion_probability for unit in manifest.selected}
        represented = {name: float(1 / chance) for name in reviewed if (chance := chance_of[name])}
        if len(represented) < len(reviewed):
            return ChartWeights(note=_UNEQUAL + cluster_note)
        return ChartWeights(_frame(represented, chart_of), _WEIGHTED_BY_CHANCE + cluster_note)
    if method == "RHC":
        return ChartWeights(note=_UNEQUAL)
    stratum_of = {unit.unit_id: unit.stratum for unit in manifest.selected}
    outside = [unit_id for unit_id, is_inside in looked_at.items() if not is_inside]
    units_in = {stratum.stratum: stratum.unit_count for stratum in manifest.strata if stratum.unit_count}
    reviewed_in = Counter(stratum_of[unit_id] for unit_id in [*reviewed, *outside])
    share = reviewed_in.total() / sum(units_in.values())
    if not reviewed or all(abs(reviewed_in[name] - share * size) < 1 for name, size in units_in.items()):
        return ChartWeights(note=cluster_note.strip())
    represented = {
        unit_id: units_in[stratum_of[unit_id]] / reviewed_in[stratum_of[unit_id]] for unit_id in reviewed
    }
    return ChartWeights(_frame(represented, chart_of), _strata_note(units_in, reviewed_in))


def _frame(represented: dict[str, float], chart_of: dict[str, str]) -> pl.DataFrame:
    rows = [(chart_of[unit_id], weight) for unit_id, weight in represented.items()]
    frame = pl.DataFrame(rows, schema={"encounter_id": pl.String, "weight": pl.Float64}, orient="row")
    return frame.group_by("encounter_id", maintain_order=True).agg(pl.col("weight").sum())


def _strata_note(units_in: dict[str, int], reviewed_in: Counter[str]) -> str:
    note = (
        "Weighted by strata, which were not reviewed alike: each chart counts for the units of its stratum "
        "that it represents, so the rates are not the quotients of the counts."
    )
    absent = [name for name in units_in if not reviewed_in[name]]
    if absent:
        units = counted(sum(units_in[name] for name in absent), "unit")
        named = ", ".join(f"'{name}'" for name in absent)
        note += f" Not covered, because no chart of them is reviewed: {units} of {named}."
    return note
