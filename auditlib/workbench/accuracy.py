"""Accuracy over all audits and time: rates against a target, with the codes and charts behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import polars as pl

from auditlib.audits.all_audits import AllReviewed, all_reviewed, weights_of_audits
from auditlib.audits.chart_weights import ChartWeights
from auditlib.errors import UsageError
from auditlib.measures.judged_codes import JudgedCodes, MonthBasis, judged_codes
from auditlib.measures.overruled import disputes_sentence, overruled_sentence
from auditlib.measures.payment_errors import ErrorsBy, payment_errors
from auditlib.measures.scores import all_scores
from auditlib.measures.target_rates import COLUMN_OF, By, Score, chart_counts, target_rates
from auditlib.nearest import unknown_name
from auditlib.report.result import Notice, Result, missing
from auditlib.review.blindness import HIDDEN
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.text import counted, percent
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    # Altair and numpy are slow to import: only a session that draws or tests pays for them.
    import altair as alt

    from auditlib.measures.accuracy_trend import MonthChart
    from auditlib.measures.auditor_agreement import AuditorAgreement
    from auditlib.measures.compared_with_rest import RestComparison

_NO_REVIEW = "No chart of any audit is reviewed to the end yet. Open a review by wb.audit(NAME).review()."
_CHANGE_METHOD = (
    "A change is tested by the largest difference between the charts before and since any month, with whole "
    "charts permuted, corrected for the number tested (Holm): where nothing changed, one is shown in at most "
    "5 % of such answers."
)
_SCORE_TITLES: dict[Score, str] = {"codes": "Codes right", "payment": "Charts paid rightly"}
# Columns that a person reads of a score; the others are in .frame.
_SHOWN_AMOUNTS = ("net_amount", "absolute_amount")
_SHOWN: dict[Score, tuple[str, ...]] = {
    "codes": ("chart_count", "error_count", "unpriced_error_count", *_SHOWN_AMOUNTS),
    "payment": ("rate_with_unpriced", "unpriced_chart_count", *_SHOWN_AMOUNTS),
}
_RATE_COLUMNS = (
    "measure", "numerator_count", "denominator_count", "rate", "lower", "upper", "confidence",
    "interval_method", "undefined_reason",
)  # fmt: skip
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


@answers_on_record
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
        """The final verdicts of the audits.

        Raises
        ------
        UsageError
            If the user reviews one of them blind.
        """
        chosen: Collection[str | None] = self.request.audits or (None,)
        for audit in chosen:
            if levels := self._context.blindness(audit=audit).levels:
                message = f"Accuracy: {HIDDEN}. You review an audit blind to {', '.join(levels)}."
                raise UsageError(message, hint="Name the other audits, or open it by its unblind().")
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

    @cached_property
    def counts(self) -> pl.DataFrame:
        """One row per chart: see `auditlib.measures.target_rates.chart_counts`."""
        return chart_counts(self.judged)

    def changes(self, by: Literal["coder", "provider", "facility"] = "coder") -> Result:
        """Return for each coder whether and since when the accuracy changed, corrected for their number.

        See `auditlib.measures.accuracy_trend.changes`.
        """
        from auditlib.measures.accuracy_trend import changes  # noqa: PLC0415 - numpy is slow to import

        found = changes(self.counts, by=COLUMN_OF[by], score=self.score)
        shown = found.filter("is_change")["sentence"].to_list()
        tested = found["p_value"].drop_nulls().len()
        sentence = " ".join(shown) or f"No change is shown of {tested} tested."
        months = f"Months are those of {self.request.month}."
        return Result(
            found, f"Changes by {by}", note=f"{sentence} {months} {_CHANGE_METHOD}", hidden=("sentence",)
        )

    def trend(self, coder: str | None = None) -> Trend:
        """Return the months of all charts, or of one coder, as a control chart with what changed, and when.

        Raises
        ------
        UsageError
            If no chart that counts is of this coder.
        """
        from auditlib.measures.accuracy_trend import changes, month_chart  # noqa: PLC0415 - see above

        counts = self.counts if coder is None else self.counts.filter(coder_id=coder)
        if coder is not None and counts.is_empty():
            unknown = unknown_name("coder", coder, self.counts["coder_id"].unique().sort().to_list())
            raise unknown
        if coder is None:
            found = changes(counts.with_columns(who=pl.lit("All")), by="who", score=self.score)
        else:
            # Corrected for all coders: whoever looks at one has the others in mind.
            found = self.changes().frame.filter(coder_id=coder)
        change = found.row(0, named=True) if found.height else None
        began = change["began"] if change and change["is_change"] else None
        chart = month_chart(counts, score=self.score, as_of=self._context.now().date(), began=began)
        sentence = change["sentence"] if change else _NO_REVIEW
        return Trend(chart, coder, began, sentence, self.score, self.request.month, self.target)

    def coders(self, by: Literal["coder", "provider", "facility"] = "coder") -> Comparison:
        """Return whether anybody differs from the rest, with funnel limits.

        See `auditlib.measures.compared_with_rest.compare_with_rest`.
        """
        from auditlib.measures.compared_with_rest import compare_with_rest  # noqa: PLC0415 - scipy is slow

        found = compare_with_rest(self.counts, by=COLUMN_OF[by], score=self.score)
        return Comparison(found, self.score, self.target)

    def errors(self, by: ErrorsBy = "kind") -> Result:
        """Return the errors with what they did to the payment; see `auditlib.measures.payment_errors`."""
        return Result(payment_errors(self.judged, by=by), f"Errors by {by}", note=self.reviewed.note)

    def scores(self) -> Result:
        """Return every score that goes by the name of accuracy; see `auditlib.measures.scores`."""
        return Result(all_scores(self.judged), "Scores", note="Definitions: docs/measures/scores.md.")

    def auditors(self) -> Auditors:
        """Return how far reviewers agree on charts that two of them judged, whether or not they count."""
        from auditlib.measures.auditor_agreement import auditor_agreement  # noqa: PLC0415 - scipy is slow

        return Auditors(
            auditor_agreement(self.reviewed.verdicts, self.reviewed.charts),
            overruled_sentence(self.reviewed.final.disagreements),
            disputes_sentence(self.reviewed.disputes),
        )

    @property
    def sentence(self) -> str:
        """Where we stand, in words: the rate of all charts, its counts, and what it says of the target."""
        row = self.rates().row(0, named=True)
        if row["rate"] is None:
            return f"Undefined: {row['undefined_reason']}."
        unit = "codes" if self.score == "codes" else "charts"
        verb = "right" if self.score == "codes" else "paid rightly"
        counts = f"{row['numerator_count']:,} of {row['denominator_count']:,} {unit} {verb}"
        limits = f"{percent(row['lower'])} to {percent(row['upper'])}"
        open_count = row["unpriced_chart_count"]
        if self.score == "payment" and open_count:
            said = (
                f"Between {percent(row['rate'])} and {percent(row['rate_with_unpriced'])}: {counts}, "
                f"{open_count:,} with errors that are not priced ({limits})."
            )
        else:
            charts = counted(row["chart_count"], "chart")
            said = f"{percent(row['rate'])}: {counts} ({limits}), in {charts}."
        if self.target is None:
            return said
        return f"{said} Target of {percent(self.target)}: {row['target_state']}."

    def _with_score(self, score: Score) -> Accuracy:
        other = Accuracy(self._context, self.request, by=self.by, score=score, target=self.target)
        # One reading of the ledger serves every score.
        other.__dict__["reviewed"] = self.reviewed
        return other

    @property
    def frame(self) -> pl.DataFrame:
        """The rates by the dimension asked for."""
        return self.rates(self.by)

    @property
    def note(self) -> str:
        """What the reader of the rates must know."""
        judged = self.judged
        parts = [self.reviewed.note, self.weights.note]
        if self.weights.frame is not None:
            parts.append("Changes, months and comparisons with the rest count charts alike.")
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
        title = _SCORE_TITLES[self.score]
        frame = self.frame
        if self.judged.charts.is_empty():
            return missing(_NO_REVIEW, title, frame=frame)
        shown = {*_RATE_COLUMNS, *_SHOWN[self.score]}
        if self.by is not None:
            shown.add(COLUMN_OF[self.by])
        if self.target is not None:
            title = f"{title}, target {percent(self.target)}"
            shown.add("target_state")
        hidden = [name for name in frame.columns if name not in shown]
        note = " ".join(filter(None, (self.note, f"In .frame, too: {', '.join(hidden)}.")))
        # Dollars of which none is known are no 0.
        is_unknown = (pl.col("unpriced_error_count") > 0) & (
            pl.col("unpriced_error_count") == pl.col("error_count")
        )
        known = [pl.when(~is_unknown).then(name).alias(name) for name in _SHOWN_AMOUNTS]
        return Result(frame.with_columns(known), title, note=note, hidden=hidden)

    def plot(self) -> alt.LayerChart | Notice:
        """Return the picture that goes with the dimension: a funnel of people and places, else the months."""
        if self.judged.charts.is_empty():
            return Notice(_NO_REVIEW)
        if self.by in ("coder", "provider", "facility"):
            return self.coders(self.by).plot()
        return self.trend().plot()

    def __repr__(self) -> str:
        return repr(self.result)

    def _repr_html_(self) -> str:
        return self.result._repr_html_()


@dataclass(frozen=True, slots=True)
class Trend:
    """Months of accuracy: a control chart, and since when it changed.

    Parameters
    ----------
    chart
        The control chart.
    coder
        Whose charts; None for all.
    began
        First month of a change that is shown; None where none is.
    change_sentence
        What the test of a change shows, in words.
    score, month_basis, target
        As asked.
    """

    chart: MonthChart
    coder: str | None
    began: dt.date | None
    change_sentence: str
    score: Score
    month_basis: MonthBasis
    target: float | None

    @property
    def frame(self) -> pl.DataFrame:
        """One row per month: see `auditlib.measures.accuracy_trend.MonthChart`."""
        return self.chart.months

    @property
    def sentence(self) -> str:
        """Whether and since when it changed, and what the chart's rules say."""
        return f"{self.change_sentence} {self.chart.sentence}"

    def plot(self) -> alt.LayerChart:
        """Return the months as a control chart."""
        from auditlib.plots import enable_renderer  # noqa: PLC0415 - altair is slow to import
        from auditlib.plots.control_chart import control_chart  # noqa: PLC0415

        enable_renderer()
        whose = "" if self.coder is None else f" of {self.coder}"
        title = f"{_SCORE_TITLES[self.score]}{whose} by month of {self.month_basis}"
        sentences = (self.change_sentence, self.chart.sentence)
        return control_chart(self.frame, title=title, sentences=sentences, target=self.target)

    def _result(self) -> Result:
        return Result(self.frame, "Months", note=self.sentence)

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everybody compared with the rest: rows, sentence and funnel.

    Parameters
    ----------
    compared
        The comparison.
    score, target
        As asked.
    """

    compared: RestComparison
    score: Score
    target: float | None

    @property
    def frame(self) -> pl.DataFrame:
        """One row a person or place: see `auditlib.measures.compared_with_rest.RestComparison`."""
        return self.compared.rows

    @property
    def sentence(self) -> str:
        """Who differs from the rest, in words."""
        return self.compared.sentence

    def plot(self) -> alt.LayerChart:
        """Return the funnel."""
        from auditlib.plots import enable_renderer  # noqa: PLC0415 - altair is slow to import
        from auditlib.plots.funnel import funnel  # noqa: PLC0415

        enable_renderer()
        by = self.compared.by
        return funnel(
            self.frame,
            by=by,
            common_rate=self.compared.common_rate,
            design_effect=self.compared.design_effect,
            title=f"{_SCORE_TITLES[self.score]} by {by.removesuffix('_id')}, against the rest",
            unit="codes" if self.score == "codes" else "charts",
            sentences=(self.sentence,),
            target=self.target,
        )

    def _result(self) -> Result:
        note = f"{self.sentence} {self.compared.method}"
        return Result(self.frame, "Compared with the rest", note=note, hidden=("is_different", "p_value"))

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()


@dataclass(frozen=True, slots=True)
class Auditors:
    """How far the auditors agree, and in sentences what adjudicators and coders said of their verdicts."""

    agreement: AuditorAgreement
    overruled: str
    disputes: str

    @property
    def frame(self) -> pl.DataFrame:
        """One row a pair of reviewers: see `auditlib.measures.auditor_agreement.AuditorAgreement`."""
        return self.agreement.pairs

    @property
    def sentence(self) -> str:
        """How far the auditors agree, how often they were overruled and disputed rightly, in words."""
        return f"{self.agreement.sentence} {self.overruled} {self.disputes}"

    def _result(self) -> Result:
        if self.frame.is_empty():
            return missing(self.sentence, "Auditors", frame=self.frame)
        return Result(self.frame, "Auditors", note=self.sentence)

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()
