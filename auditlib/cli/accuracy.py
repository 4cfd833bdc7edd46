"""`auditlib accuracy`: accuracy over all audits, against a target, by coder, month, code family and more."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from auditlib.cli.outcome import Outcome, Screen, Table, count_text
from auditlib.cli.session import InSession
from auditlib.cli.values import Day, MissingRule, Share

if TYPE_CHECKING:
    import polars as pl

    from auditlib.workbench.accuracy import Accuracy

By = Literal["coder", "provider", "specialty", "facility", "family", "month", "audit"]


def accuracy(
    *,
    by: By | None = None,
    score: Literal["codes", "payment"] = "codes",
    target: Share | None = None,
    month: Literal["service", "coding", "review"] = "service",
    since: Day | None = None,
    until: Day | None = None,
    audit: Annotated[list[str] | None, Parameter(name="--audit", consume_multiple=True)] = None,
    missing_rule: MissingRule | None = None,
    session: InSession,
) -> Outcome:
    """Show the accuracy of coding over all audits, each chart once, with counts and intervals.

    Parameters
    ----------
    by
        The dimension; by default all charts together.
    score
        Codes right, or charts paid rightly.
    target
        The share to reach: 0.95, 95 or 95%.
    month
        What makes a chart's month, and what --since and --until mean: service, coding or review.
    since, until
        First and last day, both included.
    audit
        Only this audit; may be given several times. By default all with a sample.
    missing_rule
        How a missing record counts; as an error in full by default.
    """
    asked = session.workbench().accuracy(
        by,
        month=month,
        since=since,
        until=until,
        score=score,
        target=target,
        audits=audit,
        missing_rule=missing_rule or "error-in-full",
    )
    return Outcome(lambda: _figures(asked), _screen(asked))


def _figures(asked: Accuracy) -> dict[str, object]:
    figures: dict[str, object] = {"sentence": asked.sentence, "accuracy": asked.frame, "note": asked.note}
    if asked.judged.charts.is_empty():
        return figures
    trend, compared, changes = asked.trend(), asked.coders(), asked.changes()
    return {
        **figures,
        "months": trend.frame,
        "trend": trend.sentence,
        "changes": changes.frame,
        "against_the_rest": compared.frame,
        "difference": compared.sentence,
        "errors": asked.errors().frame,
        "auditors": asked.auditors().frame,
        "scores": asked.scores().frame,
    }


def _screen(asked: Accuracy) -> Screen:
    frame = asked.frame
    if asked.judged.charts.is_empty():
        yield asked.result
        return
    yield asked.sentence
    yield rates_table(frame, asked.by)
    yield f"Changing? {asked.trend().sentence}"
    yield f"Since when, by coder? {asked.changes().note}"
    yield f"Against the rest? {asked.coders().sentence}"
    yield f"The auditors? {asked.auditors().sentence}"
    if asked.note:
        yield asked.note


def rates_table(rates: pl.DataFrame, by: By | None) -> Table:
    """Return rates as a person reads them: each beside its counts and interval."""
    from auditlib.measures.target_rates import COLUMN_OF
    from auditlib.text import format_share

    column = None if by is None else COLUMN_OF[by]
    rows = []
    for row in rates.iter_rows(named=True):
        value = "all" if column is None else row[column]
        name = value.strftime("%Y-%m") if isinstance(value, dt.date) else str(value or "not known")
        is_defined = row["rate"] is not None
        rows.append(
            (
                name,
                format_share(row["rate"]) if is_defined else "undefined",
                f"{format_share(row['lower'])} to {format_share(row['upper'])}"
                if is_defined
                else row["undefined_reason"],
                f"{count_text(row['numerator_count'])} of {count_text(row['denominator_count'])}",
                count_text(row["chart_count"]),
                count_text(row["unpriced_error_count"]),
                *(
                    "not known" if 0 < row["unpriced_error_count"] == row["error_count"] else f"{row[name]:,}"
                    for name in ("net_amount", "absolute_amount")
                ),
                row["target_state"] or "",
            )
        )
    heading = by or "charts"
    counts = ("counts", "charts", "errors not priced", "net $", "absolute $", "target")
    return Table((heading, rates["measure"][0] if rates.height else "rate", "interval", *counts), rows)
