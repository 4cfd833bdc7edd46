"""What a plan, a stopping bound and corrected claims of an audit are in a notebook: each with its display."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from auditlib.billing.corrected_claims import ClaimsOut
from auditlib.billing.export import Exported, export_837, export_csv
from auditlib.estimation.stopping_bound import RunningBound
from auditlib.report.result import Notice, Result
from auditlib.review.plan import ReviewPlan
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True, slots=True)
class PlannedReview:
    """Who reviews which chart: rows and sentence."""

    plan: ReviewPlan

    @property
    def frame(self) -> pl.DataFrame:
        """One row a chart and round."""
        return self.plan.frame

    @property
    def sentence(self) -> str:
        """The plan in words."""
        return self.plan.sentence

    def _result(self) -> Result:
        return Result(self.frame, "Review plan", note=self.sentence)

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()


class MayStop:
    """Whether a review may stop: the limits after each chart, and the sentence.

    Parameters
    ----------
    bound
        The running bound.
    """

    def __init__(self, bound: RunningBound) -> None:
        self.bound = bound

    @property
    def sentence(self) -> str:
        """Whether the review may stop, in words."""
        return self.bound.sentence

    @property
    def frame(self) -> pl.DataFrame:
        """One row a chart, with the limits after it."""
        return self.bound.looks

    def plot(self) -> alt.LayerChart:
        """Return the limits after each chart, with the sentence, as a chart."""
        from auditlib.plots import enable_renderer  # noqa: PLC0415 - altair is slow to import
        from auditlib.plots.sequential import running_bound_chart  # noqa: PLC0415

        enable_renderer()
        return running_bound_chart(
            self.bound.looks,
            threshold=self.bound.threshold,
            confidence=self.bound.confidence,
            sentence=self.bound.sentence,
            quantity=self.bound.quantity,
        )

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return Notice(self.sentence)._repr_html_()


@dataclass(frozen=True, slots=True)
class CorrectedClaims(ClaimsOut):
    """What a review sends to billing: shown, and written when asked.

    Parameters
    ----------
    context
        The workspace whose ledger records what is written, the user and the clock.
    """

    context: Context = field(kw_only=True)

    def export_837(self, path: Path | str, *, control_number: int | None = None) -> Exported:
        """Write the claims that are ready as one 837 file; see `auditlib.billing.export.export_837`."""
        return export_837(
            self.context.workspace,
            self,
            Path(path).expanduser(),
            actor=self.context.user,
            made_at=self.context.now(),
            control_number=control_number,
        )

    def export_csv(self, folder: Path | str) -> Exported:
        """Write claims, diagnoses, procedures and lines as CSV; see `auditlib.billing.export.export_csv`."""
        return export_csv(
            self.context.workspace,
            self,
            Path(folder).expanduser(),
            actor=self.context.user,
            made_at=self.context.now(),
        )

    def _result(self) -> Result:
        return Result(self.frame, f"Claims of '{self.audit}' for billing")

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()
