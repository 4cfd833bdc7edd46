"""The figures of the denials pack, read from the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlib.checks.check_outcomes import have_all_run
from auditlib.measures.denials import denials_caught_total, denied_dollars
from auditlib.report.packs.denials_pack import DenialFigures

if TYPE_CHECKING:
    from auditlib.workbench.workbench import Workbench


def denial_figures(workbench: Workbench) -> DenialFigures:
    """Return what the denials pack says of all claims that are loaded."""
    denials, warehouse = workbench.denials, workbench.workspace.warehouse()
    return DenialFigures(
        rates=denials.rate().frame,
        payer_rates=denials.rate("payer").frame,
        month_rates=denials.rate("month").frame,
        payer_month_rates=denials.rate(("payer", "month")).frame,
        dollars=denied_dollars(warehouse, by=()),
        reasons=denials.reasons().frame,
        payer_reasons=denials.reasons("payer").frame,
        overturned=denials.overturned().frame,
        payer_overturned=denials.overturned("payer").frame,
        caught=denials.caught().frame,
        caught_total=denials_caught_total(warehouse),
        outcome_flow=denials.outcomes().frame,
        has_checks=have_all_run(workbench.checks.outcomes().frame),
    )
