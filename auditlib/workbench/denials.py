"""Denials and outcomes: how often, by whom, why, and what became of the claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from auditlib.measures import denials, outcomes
from auditlib.report.result import Result
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    import altair as alt

    By = denials.Dimension | Sequence[denials.Dimension]


class Denials:
    """The denials among the original claims to primary payers, each claim once."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def rate(self, by: By = ()) -> Result:
        """Return initial denial rates; by no dimension, of all claims together.

        By payer and month the rates have a picture.
        """
        dimensions = _several(by)
        rates = denials.denial_rates(self._context.warehouse, by=dimensions)
        picture = _months if dimensions == ("payer", "month") else None
        return Result(rates, "Denial rates", picture=picture)

    def reasons(self, by: By = ()) -> Result:
        """Return denials by reason, costliest first."""
        dimensions = _several(by)
        reasons = denials.denial_reasons(self._context.warehouse, by=dimensions)
        return Result(reasons, "Denials by reason", picture=None if dimensions else _pareto)

    def caught(self) -> Result:
        """Return the denials that a check of ours would have caught, by reason."""
        caught = denials.denials_caught(self._context.warehouse)
        return Result(caught, "Denials that our checks would have caught")

    def overturned(self, by: By = ()) -> Result:
        """Return the share of initial denials that were paid in the end."""
        rates = denials.overturn_rates(self._context.warehouse, by=_several(by))
        return Result(rates, "Denials paid in the end")

    def reduced(self) -> Result:
        """Return payments that were reduced and not refused, those that lack most first: no denials."""
        return Result(self._context.query("claims/reduced_payment"), "Reduced payments")

    def outcomes(self) -> Result:
        """Return what became of the claims, from submission to final outcome."""
        flow = outcomes.outcome_flow(self._context.warehouse)
        return Result(flow, "Paths of the claims", picture=_flow, row_limit=None)


def _several(by: By) -> tuple[denials.Dimension, ...]:
    return (by,) if isinstance(by, str) else tuple(by)


def _months(rates: pl.DataFrame) -> alt.TopLevelMixin:
    from auditlib.plots import denial_rate_by_month  # noqa: PLC0415 - altair is slow to import

    return denial_rate_by_month(rates)


def _pareto(reasons: pl.DataFrame) -> alt.TopLevelMixin:
    from auditlib.plots import denial_pareto  # noqa: PLC0415 - altair is slow to import

    return denial_pareto(reasons)


def _flow(flow: pl.DataFrame) -> alt.TopLevelMixin:
    from auditlib.plots import claim_flow  # noqa: PLC0415 - altair is slow to import

    return claim_flow(flow)
