"""Accuracy over all audits and time: rates against a target, with the codes and charts behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits.all_audits import AllReviewed, all_reviewed, weights_of_audits
from auditlib.audits.chart_weights import ChartWeights
from auditlib.measures.judged_codes import JudgedCodes, MonthBasis, judged_codes
from auditlib.measures.target_rates import By, Score, target_rates
from auditlib.report.result import Result, missing
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    pass

_NO_REVIEW = "No chart of any audit is reviewed to the end yet. Open a review by wb.audit(NAME).review()."
_MONTHS_OF: dict[MonthBasis, str] = {
    "service": "Months are those of the last day of service.",
    "coding": "Months are those in which charts were coded.",
    "review": "Months are those in which reviews were completed (UTC).",
}


@dataclass(frozen=True, slots=True)
class AccuracyRequest:
    """What is asked of the accuracy over all audits.

    Parameters
    ----------
    month
        What months, ``since`` and ``until`` are counted by: service, coding or review.
    since, until
        First and last day, both included.
    audits
        Names of audits; None for all with a drawn sample.
    missing_rule
        How a missing record counts.
    """

    month: MonthBasis = "service"
    since: dt.date | None = None
    until: dt.date | None = None
    audits: Collection[str] | None = None
    missing_rule: MissingRecordRule = "error-in-full"


class Accuracy:
    """Accuracy over all audits: the judged codes, and every answer that rests on them.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    request
        Which audits and days, and by which months.
    by
        Dimension of `result`.
    score
        codes or payment.
    target
        The share to reach, or None.
    """

    def __init__(
        self,
        context: Context,
        request: AccuracyRequest,
        *,
        by: By | None = None,
        score: Score = "codes",
        target: float | None = None,
    ) -> None:
        self._context = context
        self.request = request
        self.by = by
        self.score: Score = score
        self.target = target

    @cached_property
    def reviewed(self) -> AllReviewed:
        """The final verdicts of the audits."""
        return all_reviewed(
            self._context.workspace, audits=self.request.audits, missing_rule=self.request.missing_rule
        )

    @cached_property
    def judged(self) -> JudgedCodes:
        """The judged codes and charts, each chart once: ``.codes`` and ``.charts``."""
        final = self.reviewed.final
        # A score of charts needs whole charts: one with codes that the rule leaves uncounted is not.
        charts = final.charts if self.score == "codes" else final.whole_charts
        return judged_codes(
            self._context.warehouse,
            final.verdicts,
            charts,
            month=self.request.month,
            since=self.request.since,
            until=self.request.until,
        )

    @cached_property
    def weights(self) -> ChartWeights:
        """How the charts of the audits are weighted."""
        return weights_of_audits(self._context.workspace, self.reviewed.final.charts)

    def rates(self, by: By | None = None, *, score: Score | None = None) -> pl.DataFrame:
        """Return the rates by a dimension; see `auditlib.measures.target_rates.target_rates`."""
        asked = self if score in (None, self.score) else self._with_score(score)
        return target_rates(
            asked.judged, by=by, score=asked.score, target=self.target, weights=self.weights.frame
        )

    def _with_score(self, score: Score) -> Accuracy:
        return Accuracy(self._context, self.request, by=self.by, score=score, target=self.target)

    @property
    def frame(self) -> pl.DataFrame:
        """The rates by the dimension asked for."""
        return self.rates(self.by)

    @property
    def note(self) -> str:
        """What the reader of the rates must know."""
        judged = self.judged
        parts = [self.reviewed.note, self.weights.note]
        if self.by == "month" or self.request.since or self.request.until:
            parts.append(_MONTHS_OF[self.request.month])
        if judged.undated_count:
            parts.append(f"Left out, because they have no such date: {judged.undated_count:,} charts.")
        if judged.repeated_count:
            parts.append(
                f"Charts that several audits reviewed: {judged.repeated_count:,}; each counts once, by the "
                "review that was completed last."
            )
        return " ".join(filter(None, parts))

    @property
    def result(self) -> Result:
        """The rates as a table."""
        title = "Codes right" if self.score == "codes" else "Charts paid rightly"
        frame = self.frame
        if self.judged.charts.is_empty():
            return missing(_NO_REVIEW, title, frame=frame)
        return Result(frame, title, note=self.note)

    def __repr__(self) -> str:
        return repr(self.result)

    def _repr_html_(self) -> str:
        return self.result._repr_html_()
