"""What the accuracy screen shows, as frames and sentences: filled by the workbench, drawn by the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from auditlib.measures.judged_codes import MonthBasis
from auditlib.measures.target_rates import Score


@dataclass(frozen=True, slots=True)
class ScreenRequest:
    """What is chosen on the screen.

    Parameters
    ----------
    target
        Share to reach, or None where none is set.
    score
        codes or payment.
    since, until
        First and last day, both included.
    audits
        Names of audits; None for all.
    month
        By which date a chart belongs to a month.
    """

    target: float | None = 0.95
    score: Score = "codes"
    since: dt.date | None = None
    until: dt.date | None = None
    audits: Collection[str] | None = None
    month: MonthBasis = "service"


@dataclass(frozen=True, slots=True)
class Trend:
    """A control chart of the department, or of one coder.

    Parameters
    ----------
    coder
        Whose codes they are; None for all together.
    frame
        One row a month: month, right_count, code_count, chart_count, rate, centre, lower, upper, is_outside,
        signal, is_complete.
    sentence
        What it shows.
    began
        The month since which it differs, or None.
    """

    coder: str | None
    frame: pl.DataFrame
    sentence: str
    began: dt.date | None


@dataclass(frozen=True, slots=True)
class AccuracyFigures:
    """All figures of the screen.

    Parameters
    ----------
    request
        What was chosen.
    audit_names
        All audits with a drawn sample, oldest first.
    without_coder
        The score without the one coder who differs, in a sentence; empty if there is none.
    note
        What does not count, and how months are counted.
    scores
        Rows of `auditlib.measures.target_rates.target_rates`, one a score.
    recent
        The same of the last three months; empty with fewer than four.
    trends
        That of the department, then those of coders who changed.
    coders
        One row a coder: the columns of `target_rates`, with rest_rate, adjusted_p_value, is_different; began
        (null where no change is shown), before_rate and after_rate; and of the kind of error by which the
        coder stands out error_kind, kind_count and kind_stands_out.
    coders_sentence
        Whether coders differ.
    errors
        One row a kind: value, codes (examples), error_count, unpriced_error_count, overpaid_amount,
        underpaid_amount, net_amount, absolute_amount.
    auditors
        One row a reviewer: `auditlib.measures.overruled.overruled_reviewers`.
    pairs
        One row a pair of reviewers: `auditlib.measures.auditor_agreement.AGREEMENT_COLUMNS`.
    codes
        The judged codes with ``before``, ``after`` and ``comment``.
    charts
        The judged charts with their counts: `auditlib.measures.target_rates.chart_counts`.
    reviews
        One row a completed review: audit, encounter_id, reviewer, completed_at, is_second (another reviewer
        completed the chart, too).
    second_reviews
        One row a code that two reviewers judged: audit, encounter_id, first_reviewer, second_reviewer, code,
        first_action, second_action, is_same.
    adjudicated
        One row a reviewer and code that an adjudicator decided: audit, encounter_id, item (the code's place,
        or what was added), reviewer, adjudicator, reason, is_overruled.
    disputes
        The findings whose dispute was decided: `auditlib.audits.rebuttals.DISPUTE_COLUMNS`.
    """

    request: ScreenRequest
    audit_names: tuple[str, ...]
    without_coder: str
    note: str
    scores: pl.DataFrame
    recent: pl.DataFrame
    trends: tuple[Trend, ...]
    coders: pl.DataFrame
    coders_sentence: str
    errors: pl.DataFrame
    auditors: pl.DataFrame
    pairs: pl.DataFrame
    codes: pl.DataFrame
    charts: pl.DataFrame
    reviews: pl.DataFrame
    second_reviews: pl.DataFrame
    adjudicated: pl.DataFrame
    disputes: pl.DataFrame
