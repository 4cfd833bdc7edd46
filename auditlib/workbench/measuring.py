"""What can be measured of a workspace, as frames and as charts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits import audit as audits
from auditlib.codes import shown_codes
from auditlib.estimation import stopping_bound as sequential
from auditlib.estimation.appraisal import LEVELS
from auditlib.estimation.audit_bound import bound_of_audit
from auditlib.estimation.audit_estimate import Asked, Estimated, estimate
from auditlib.measures import accuracy, denials, outcomes, totals
from auditlib.stats.estimators.estimate import Sides
from auditlib.workspace.folder import Workspace

if TYPE_CHECKING:
    # Altair is slow to import: only a session that draws pays for it.
    import altair as alt


class Measuring:
    """The measures of one workspace; accuracy is of the audit named, the rest of all that is loaded."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def reviewed(self, audit: str) -> audits.Reviewed:
        """Return the verdicts and completed charts of an audit."""
        return audits.reviewed(self.workspace, audit)

    def verdicts(self, audit: str, *, encounter_id: str | None = None) -> pl.DataFrame:
        """Return the verdicts of an audit, or those on one encounter, as they are read."""
        verdicts = self.reviewed(audit).verdicts
        if encounter_id is not None:
            verdicts = verdicts.filter(encounter_id=encounter_id)
        return verdicts.select(
            "encounter_id",
            "code_number",
            shown_codes("code_system", "code"),
            "action",
            shown_codes("corrected_code_system", "corrected_code"),
            "error_kind",
            "cause",
            "comment",
        )

    def code_accuracy(self, audit: str, *by: accuracy.Dimension) -> pl.DataFrame:
        """Return code-over-code accuracy, precision and Jaccard of an audit; by no dimension, overall."""
        found = self.reviewed(audit)
        return accuracy.code_accuracy(self.workspace.warehouse(), found.verdicts, found.charts, by=by)

    def record_accuracy(self, audit: str, *by: accuracy.Dimension) -> pl.DataFrame:
        """Return record-over-record accuracy of an audit; by no dimension, overall."""
        found = self.reviewed(audit)
        return accuracy.record_accuracy(self.workspace.warehouse(), found.verdicts, found.charts, by=by)

    def error_shares(self, audit: str, by: accuracy.ErrorDimension = "error_kind") -> pl.DataFrame:
        """Return an audit's errors by kind, cause or another dimension."""
        found = self.reviewed(audit)
        return accuracy.error_shares(self.workspace.warehouse(), found.verdicts, found.charts, by=by)

    def estimate(
        self,
        audit: str,
        *,
        amounts: Path | str | None = None,
        missing: Sequence[str] = (),
        programme: str | None = None,
        confidence: Sequence[float] = LEVELS,
        sides: Sides = "two-sided",
        all_methods: bool = False,
    ) -> Estimated:
        """Return the units, and with amounts the dollars, in error in the universe of a reviewed sample.

        See `auditlib.estimation.audit_estimate.estimate`.
        """
        asked = Asked(
            None if amounts is None else Path(amounts), missing, programme, confidence, sides, all_methods
        )
        return estimate(self.workspace, audit, asked)

    def running_bound(
        self,
        audit: str,
        *,
        threshold: float = 0.05,
        confidence: float = 0.90,
        amounts: Path | str | None = None,
        missing: Sequence[str] = (),
    ) -> sequential.RunningBound:
        """Return whether a review may stop; see docs/sequential.md and `auditlib.estimation.audit_bound`."""
        return bound_of_audit(
            self.workspace,
            audit,
            threshold=threshold,
            confidence=confidence,
            amounts=None if amounts is None else Path(amounts),
            missing=missing,
        )

    def running_bound_chart(
        self,
        audit: str,
        *,
        threshold: float = 0.05,
        confidence: float = 0.90,
        amounts: Path | str | None = None,
        missing: Sequence[str] = (),
    ) -> alt.LayerChart:
        """Return that bound after each chart, with the sentence, as a chart."""
        from auditlib.plots import enable_renderer  # noqa: PLC0415 - see above
        from auditlib.plots.sequential import running_bound_chart  # noqa: PLC0415

        enable_renderer()
        bound = self.running_bound(
            audit, threshold=threshold, confidence=confidence, amounts=amounts, missing=missing
        )
        return running_bound_chart(
            bound.looks,
            threshold=threshold,
            confidence=confidence,
            sentence=bound.sentence,
            quantity=bound.quantity,
        )

    def denial_rates(self, *by: denials.Dimension) -> pl.DataFrame:
        """Return initial denial rates; by no dimension, of all claims together."""
        return denials.denial_rates(self.workspace.warehouse(), by=by)

    def denial_reasons(self, *by: denials.Dimension) -> pl.DataFrame:
        """Return denials by reason, costliest first."""
        return denials.denial_reasons(self.workspace.warehouse(), by=by)

    def denials_caught(self) -> pl.DataFrame:
        """Return the denials that a check of ours would have caught, by reason."""
        return denials.denials_caught(self.workspace.warehouse())

    def overturn_rates(self, *by: denials.Dimension) -> pl.DataFrame:
        """Return the share of initial denials that were paid in the end."""
        return denials.overturn_rates(self.workspace.warehouse(), by=by)

    def outcome_flow(self) -> pl.DataFrame:
        """Return what became of the claims, from submission to final outcome."""
        return outcomes.outcome_flow(self.workspace.warehouse())

    def unmatched_payments(self) -> pl.DataFrame:
        """Return the share of claim payments that no loaded claim answers to."""
        return totals.unmatched_payments(self.workspace.warehouse())

    def accuracy_chart(self, audit: str, *, reference: float | None = None) -> alt.LayerChart:
        """Return code-over-code accuracy of each coder with its interval, as a chart."""
        from auditlib.plots import accuracy_by_coder, enable_renderer  # noqa: PLC0415 - see above

        enable_renderer()
        rates = self.code_accuracy(audit, "coder_id")
        return accuracy_by_coder(rates, measure=accuracy.CODE_OVER_CODE, reference=reference)

    def error_chart(self, audit: str) -> alt.LayerChart:
        """Return the errors of an audit by kind, as a chart."""
        from auditlib.plots import enable_renderer, errors_by_kind  # noqa: PLC0415 - see above

        enable_renderer()
        return errors_by_kind(self.error_shares(audit))

    def denial_pareto(self) -> alt.HConcatChart | alt.LayerChart:
        """Return denials by reason, costliest first with their cumulative share, as a chart."""
        from auditlib.plots import denial_pareto, enable_renderer  # noqa: PLC0415 - see above

        enable_renderer()
        return denial_pareto(self.denial_reasons())

    def denial_month_chart(self) -> alt.FacetChart | alt.LayerChart:
        """Return the initial denial rate by payer and month of submission, as a chart."""
        from auditlib.plots import denial_rate_by_month, enable_renderer  # noqa: PLC0415 - see above

        enable_renderer()
        return denial_rate_by_month(self.denial_rates("payer", "month"))

    def outcome_chart(self) -> alt.LayerChart:
        """Return what became of the claims, as a flow."""
        from auditlib.plots import claim_flow, enable_renderer  # noqa: PLC0415 - see above

        enable_renderer()
        return claim_flow(self.outcome_flow())
