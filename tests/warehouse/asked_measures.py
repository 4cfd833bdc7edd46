"""The measures as a workbench asks for them, with the parameters and frames that it gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from unittest.mock import patch

import polars as pl

from auditlib.errors import AuditError
from auditlib.measures import denial_findings, totals
from auditlib.warehouse import Warehouse
from auditlib.warehouse.store import Frames, Params
from auditlib.workbench import Workbench

_CALLS: tuple[Callable[[Workbench], object], ...] = (
    lambda wb: wb.denials.rate(),
    lambda wb: wb.denials.reasons(),
    lambda wb: wb.denials.caught(),
    lambda wb: wb.denials.by_check(),
    lambda wb: wb.denials.against_audits(),
    lambda wb: wb.denials.reduced(),
    lambda wb: wb.denials.takebacks(),
    lambda wb: wb.denials.payments(),
    lambda wb: wb.denials.outcomes(),
    lambda wb: wb.denials.lines(),
    lambda wb: wb.denials.metrics(),
    lambda wb: wb.denials.why_totals_differ(),
    lambda wb: wb.denials.time_to_settlement(),
    lambda wb: wb.denials.findings(),
    lambda wb: wb.denials.records(),
    lambda wb: wb.claims.totals(),
    lambda wb: wb.claims.positions(),
    lambda wb: wb.claims.visit_levels(dt.date(2026, 1, 1)),
    lambda wb: wb.checks.back_test(),
    lambda wb: wb.checks.financial_effect(),
    lambda wb: wb.files.balance_totals(),
    lambda wb: wb.accuracy().rates(),
    lambda wb: wb.accuracy().errors(),
    lambda wb: wb.accuracy().weights,
    lambda wb: wb.reports.summary(),
    lambda wb: wb.audit().stay_accuracy(),
    lambda wb: wb.audit().errors(),
    lambda wb: denial_findings.answered_codes(wb.workspace.warehouse()),
    lambda wb: totals.unmatched_payments(wb.workspace.warehouse()),
)


@dataclass(frozen=True)
class Asked:
    name: str
    params: dict[str, object]
    frames: dict[str, pl.DataFrame]


def asked_measures(workbench: Workbench) -> dict[str, Asked]:
    """Return one question of each measure that the calls ask."""
    asked: dict[str, Asked] = {}
    query = Warehouse.query

    def noting(
        self: Warehouse, name: str, params: Params | None = None, *, frames: Frames | None = None
    ) -> pl.DataFrame:
        if name.startswith("measures/"):
            asked[name] = Asked(name, dict(params or {}), dict(frames or {}))
        return query(self, name, params, frames=frames)

    with patch.object(Warehouse, "query", noting):
        for call in _CALLS:
            try:
                call(workbench)
            except AuditError:
                continue
    return asked
