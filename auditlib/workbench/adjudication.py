"""The adjudication of one audit by one person, as the adjudication screen shows and records it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.audits.adjudication import adjudicate, withdraw_adjudication
from auditlib.audits.audit import Reviewed
from auditlib.audits.chart_reader import read_chart
from auditlib.audits.judged_items import JudgedItem, as_on_claim, judged_items
from auditlib.audits.sentence_status import status_of_evidence
from auditlib.audits.sibling_titles import SiblingTitles
from auditlib.errors import UsageError
from auditlib.ledger import Event
from auditlib.review import Chart, Verdict
from auditlib.review.adjudication import require_reason
from auditlib.review.adjudicator_blindness import blindness_of_adjudicator
from auditlib.review.blindness import REVIEWERS, UNBLINDED, Blindness, opened_levels
from auditlib.review.person import is_one_of
from auditlib.review.plan import current_plan
from auditlib.review.stay_verdict import StayVerdict
from auditlib.stats.intervals.proportion import wilson_interval
from auditlib.text import counted, format_share
from auditlib.widgets.adjudication_screen.to_adjudicate import ChartToAdjudicate
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit

_LEVEL_WORDS: Final = {
    "codes": "the coder's codes",
    "coder": "coder",
    "payer": "payer, charge, outcome",
    "findings": "findings of checks",
    "first reviewer": "each other's verdicts",
    "machine suggestion": "suggested sentences and codes",
    "suggested codes": "suggested codes",
}
_UNDONE: Final = "Undone by the adjudicator on the screen."


class ChartAdjudication:
    """What one person adjudicates of an audit.

    Parameters
    ----------
    context
        The workspace, the adjudicator as user, and the clock.
    audit
        The audit as the adjudicator sees it.
    events
        Gives the events of the audit as they are now.
    """

    def __init__(self, context: Context, audit: Audit, events: Callable[[], Sequence[Event]]) -> None:
        self._context = context
        self._audit = audit
        self._events = events
        self._charts: dict[str, tuple[Blindness, Chart]] = {}
        self._agreement: tuple[pl.DataFrame, str] | None = None
        self._found: tuple[int, Reviewed] | None = None
        self._siblings = SiblingTitles(context.warehouse)

    @property
    def audit(self) -> str:
        """Name of the audit."""
        return self._audit.name

    @property
    def adjudicator(self) -> str:
        """Who decides."""
        return self._context.user

    def reading(self) -> AbstractContextManager[None]:
        """Return what keeps the warehouse open for many questions."""
        return self._context.warehouse.kept_open()

    def refresh(self) -> None:
        """Read documents and reviews anew, as they may have been loaded since."""
        self._found = None
        self._charts = {}
        self._siblings = SiblingTitles(self._context.warehouse)

    def charts(self) -> Sequence[ChartToAdjudicate]:
        """Return the charts that this person may adjudicate, with disagreements decided or open."""
        items = self._differing().filter(~pl.col("encounter_id").is_in(self._own_charts()))
        counts = (
            items.unique(["encounter_id", "item"])
            .group_by("encounter_id")
            .agg(pl.col("adjudicator").is_null().sum().alias("open_count"), pl.len().alias("item_count"))
            .sort("encounter_id")
        )
        return [ChartToAdjudicate(*row) for row in counts.iter_rows()]

    def own_chart_count(self) -> int:
        """Return how many charts with disagreements this person reviewed or coded, and may not adjudicate."""
        return len(self._own_charts())

    def chart(self, encounter_id: str) -> Chart:
        """Return a chart without what is hidden; the same object while it is the same."""
        blindness = blindness_of_adjudicator(self._events(), self.audit, self.adjudicator, encounter_id)
        self._context.chart_shown(encounter_id, "adjudication", audit=self.audit)
        known = self._charts.get(encounter_id)
        if known is None or known[0] != blindness:
            chart = blindness.of_chart(
                read_chart(self._context.warehouse, encounter_id, acceptances=self._context.acceptances)
            )
            # Only the chart on the screen is kept.
            self._charts = {encounter_id: (blindness, chart)}
        return self._charts[encounter_id][1]

    def items(self, encounter_id: str) -> Sequence[JudgedItem]:
        """Return what the reviewers judged of a chart, as it is now."""
        chart = self.chart(encounter_id)
        return judged_items(
            self._context.workspace,
            self._reviewed(),
            encounter_id,
            billed={code.assigned.code_number: as_on_claim(code.assigned) for code in chart.codes},
            with_names=REVIEWERS in self._opened(),
        )

    def agreement(self) -> str:
        """Return how far the reviewers agree, per code and per chart, in words with counts and limits."""
        found = self._reviewed()
        if self._agreement is None or self._agreement[0] is not found.verdicts:
            from auditlib.measures.auditor_agreement import auditor_agreement  # noqa: PLC0415 - scipy is slow

            self._agreement = (
                found.verdicts,
                _agreement_words(auditor_agreement(found.verdicts, found.charts).pairs),
            )
        return self._agreement[1]

    def hidden_from_reviewers(self) -> Sequence[str]:
        """Return what the reviewers judged without, in words."""
        plan = current_plan(self._events())
        return [] if plan is None else [_LEVEL_WORDS[level] for level in plan.blindness.levels]

    def hidden(self, encounter_id: str | None) -> Sequence[str]:
        """Return the levels that are hidden from the adjudicator."""
        levels = blindness_of_adjudicator(self._events(), self.audit, self.adjudicator, encounter_id).levels
        return [*(() if REVIEWERS in self._opened() else (REVIEWERS,)), *levels]

    def evidence_status(self, chart: Chart, item: JudgedItem, letter: str) -> str:
        """Return what the sentence of a reviewer says of the code, in words."""
        evidence = next(one.evidence for one in item.judgements if one.label == letter)
        return status_of_evidence(chart, item.code_number, evidence, self._siblings)

    def decide(
        self,
        encounter_id: str,
        item: str,
        follow: str | Verdict | StayVerdict,
        *,
        reason: str,
        recorded_at: dt.datetime,
    ) -> None:
        """Record a decision; see `auditlib.audits.adjudication.adjudicate`."""
        adjudicate(
            self._context.workspace,
            self.audit,
            encounter_id=encounter_id,
            code=item,
            follow=follow,
            reason=reason,
            adjudicator=self.adjudicator,
            recorded_at=recorded_at,
        )

    def withdraw(self, encounter_id: str, item: str, *, recorded_at: dt.datetime) -> None:
        """Record that a decision is taken back."""
        withdraw_adjudication(
            self._context.workspace,
            self.audit,
            encounter_id=encounter_id,
            code=item,
            reason=_UNDONE,
            adjudicator=self.adjudicator,
            recorded_at=recorded_at,
        )

    def unblind(self, encounter_id: str, level: str, *, reason: str, recorded_at: dt.datetime) -> None:
        """Record that something hidden is opened: of this chart, or the reviewers' names of the audit.

        Raises
        ------
        UsageError
            If it is not hidden, or there is no reason.
        """
        require_reason(reason, "An unblinding")
        hidden = self.hidden(encounter_id)
        if level not in hidden:
            message = f"'{level}' is not hidden from {self.adjudicator} in this audit."
            raise UsageError(message, hint=f"Hidden are: {', '.join(hidden) or 'nothing'}.")
        self._context.ledger.append(
            kind=UNBLINDED,
            audit=self.audit,
            subject=self.audit if level == REVIEWERS else encounter_id,
            actor=self.adjudicator,
            payload={"level": level, "reason": reason},
            recorded_at=recorded_at,
        )

    def _reviewed(self) -> Reviewed:
        """Return the reviews as the ledger is now, read once an event."""
        event_count = len(self._events())
        if self._found is None or self._found[0] != event_count:
            self._found = (event_count, self._audit.reviewed)
        return self._found[1]

    def _differing(self) -> pl.DataFrame:
        return self._reviewed().disagreements

    def _own_charts(self) -> list[str]:
        differing = self._differing()["encounter_id"].unique().sort().to_list()
        charts = self._reviewed().charts.filter(pl.col("encounter_id").is_in(differing))
        coded = self._context.query("audits/people_of_encounters", {"encounter_ids": differing})
        people = [
            *charts.select("encounter_id", "reviewer").rows(),
            *coded.select("encounter_id", "coder_id").rows(),
        ]
        own = {chart for chart, person in people if person and is_one_of(self.adjudicator, [person])}
        return [chart for chart in differing if chart in own]

    def _opened(self) -> frozenset[str]:
        return opened_levels(self._events(), self.adjudicator).get(self.audit, frozenset())


def _agreement_words(pairs: pl.DataFrame) -> str:
    """Return the agreement of all pairs of reviewers, without any name."""
    if pairs.is_empty():
        return "No chart was judged by two reviewers."
    row = pairs.row(-1, named=True)
    if row["share"] is None:
        return f"{counted(row['chart_count'], 'chart')} judged by two hold no codes."
    limits = "" if row["ac1_lower"] is None else f" ({row['ac1_lower']:.2f} to {row['ac1_upper']:.2f})"
    coefficients = [
        "" if row["ac1"] is None else f"AC1 {row['ac1']:.2f}{limits}",
        "kappa undefined" if row["kappa"] is None else f"kappa {row['kappa']:.2f}",
    ]
    same_charts = row["chart_count"] - row["differing_chart_count"]
    share = wilson_interval(same_charts, row["chart_count"])
    words = (
        f"{row['same_count']:,} of {row['code_count']:,} codes judged the same "
        f"({format_share(row['share'])}), {', '.join(filter(None, coefficients))}; "
        f"{same_charts:,} of {counted(row['chart_count'], 'chart')} the same throughout "
        f"({format_share(same_charts / row['chart_count'])}, {100 * share.lower:.0f} to "
        f"{100 * share.upper:.0f} %)"
    )
    return words.replace("-", "\N{MINUS SIGN}")
