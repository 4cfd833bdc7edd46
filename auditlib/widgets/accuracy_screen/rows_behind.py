"""The rows behind a number of the accuracy screen: codes, charts, or codes that two reviewers judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.text import counted, format_date
from auditlib.widgets.accuracy_screen.element import Element, element
from auditlib.widgets.accuracy_screen.figures import AccuracyFigures

MOST_ROWS: Final = 200
_FIELDS: Final = ("unit", "coder", "month", "kind", "reviewer", "second", "state", "period")
_COLUMN_OF: Final = {
    "coder": "coder_id",
    "kind": "error_kind",
    "reviewer": "reviewer",
    "second": "second_reviewer",
}
_IS_ERROR: Final = ~pl.col("is_right")
IN_REVIEWERS_LIST: Final = "in the reviewer's list"
_CODE_STATES: Final = {
    IN_REVIEWERS_LIST: pl.col("reviewer_code_count") > 0,
    "right": pl.col("is_right"),
    "errors": _IS_ERROR,
    "unpriced": _IS_ERROR & pl.col("payment_difference").is_null(),
    "priced": _IS_ERROR & pl.col("payment_difference").is_not_null(),
    "overpaid": pl.col("payment_difference") > 0,
    "underpaid": pl.col("payment_difference") < 0,
}
_CHART_STATES: Final = {
    "paid rightly": pl.col("paid_rightly_count") == 1,
    "not known to be paid rightly": pl.col("paid_rightly_count") == 0,
}
_REVIEW_STATES: Final = {"also by a second": pl.col("is_second")}
_SECOND_STATES: Final = {"the same": pl.col("is_same")}
_ADJUDICATED_STATES: Final = {"overruled": pl.col("is_overruled")}
_DISPUTE_STATES: Final = {"upheld": pl.col("is_upheld")}
_CODE_COLUMNS: Final = {
    "encounter_id": "Chart",
    "coder_id": "Coder",
    "service_date": "Service",
    "before": "Billed",
    "after": "Audited",
    "action": "Verdict",
    "error_kind": "Error",
    "cause": "Cause",
    "payment_difference": "Overpaid (under: \N{MINUS SIGN}), $",
    "reviewer": "Reviewer",
    "reviewed_date": "Reviewed",
    "audit": "Audit",
}
_CHART_COLUMNS: Final = {
    "encounter_id": "Chart",
    "coder_id": "Coder",
    "service_date": "Service",
    "reviewer_code_count": "Codes",
    "error_count": "Errors",
    "unpriced_error_count": "Not priced",
    "overpaid_amount": "Overpaid, $",
    "underpaid_amount": "Underpaid, $",
    "reviewer": "Reviewer",
    "reviewed_date": "Reviewed",
    "audit": "Audit",
}
_REVIEW_COLUMNS: Final = {
    "encounter_id": "Chart",
    "reviewer": "Reviewer",
    "completed_at": "Reviewed",
    "is_second": "Also by a second",
    "audit": "Audit",
}
_KIND_OF: Final = {
    **dict.fromkeys(("before", "after", "code"), "code"),
    **dict.fromkeys(("service_date", "reviewed_date", "completed_at"), "day"),
}
_SECOND_COLUMNS: Final = {
    "encounter_id": "Chart",
    "code": "Code",
    "first_reviewer": "Reviewer",
    "first_action": "Verdict",
    "second_reviewer": "Second reviewer",
    "second_action": "Second verdict",
    "is_same": "The same",
    "audit": "Audit",
}
_ADJUDICATED_COLUMNS: Final = {
    "encounter_id": "Chart",
    "item": "Place of the code, or what was added",
    "reviewer": "Reviewer",
    "is_overruled": "Overruled",
    "adjudicator": "Adjudicator",
    "reason": "Reason",
    "audit": "Audit",
}
_DISPUTE_COLUMNS: Final = {
    "encounter_id": "Chart",
    "code": "Code",
    "error_kind": "Error",
    "reviewer": "Reviewer",
    "is_upheld": "Upheld",
    "decided_by": "Decided by",
    "decision_reason": "Reason",
    "audit": "Audit",
}


def rows_behind(figures: AccuracyFigures, asked: Mapping[str, object]) -> Element:
    """Return a table of the rows that a number counts.

    Parameters
    ----------
    figures
        What the screen shows.
    asked
        The attribute ``rows`` of the number: unit (charts, reviews, second reviews, adjudicated codes,
        disputes; else codes), coder, month, kind, reviewer, second, state, period.

    Raises
    ------
    UsageError
        If a field or its value is none that the screen has.
    """
    if unknown := [name for name in asked if name not in _FIELDS]:
        message = f"The screen asked for rows by '{unknown[0]}', which it does not have."
        raise UsageError(message, hint="Run the cell again.")
    unit = str(asked.get("unit", "codes"))
    frame, columns, states, noun = {
        "second reviews": (figures.second_reviews, _SECOND_COLUMNS, _SECOND_STATES, "code"),
        "reviews": (figures.reviews, _REVIEW_COLUMNS, _REVIEW_STATES, "review"),
        "adjudicated codes": (figures.adjudicated, _ADJUDICATED_COLUMNS, _ADJUDICATED_STATES, "code"),
        "disputes": (figures.disputes, _DISPUTE_COLUMNS, _DISPUTE_STATES, "dispute"),
        "charts": (figures.charts, _CHART_COLUMNS, _CHART_STATES, "chart"),
    }.get(unit, (figures.codes, _CODE_COLUMNS, _CODE_STATES, "code"))
    frame = _chosen(frame, asked)
    if (state := asked.get("state")) is not None:
        if state not in states:
            message = f"The screen asked for {unit} that are '{state}'."
            raise UsageError(message, hint="Run the cell again.")
        frame = frame.filter(states[str(state)])
    words = [f"{name} {value}" for name, value in asked.items() if name in _COLUMN_OF or name == "month"]
    words += [str(asked[name]) for name in ("state", "period") if name in asked]
    return _table(frame, columns, f"{counted(frame.height, noun)}{': ' if words else ''}{', '.join(words)}")


def _chosen(frame: pl.DataFrame, asked: Mapping[str, object]) -> pl.DataFrame:
    """Return the rows of the coder, kind, reviewer, month and period that are asked for."""
    for name, column in _COLUMN_OF.items():
        if name in asked:
            # Of codes that two judged, the reviewer is the first of the pair.
            own = column if column in frame.columns else f"first_{column}"
            frame = frame.filter(pl.col(own) == str(asked[name]))
    if "month" in asked:
        frame = frame.filter(pl.col("month") == _day(asked["month"]))
    if "period" in asked:
        frame = frame.filter(pl.col("month") >= last_months(frame))
    return frame


def last_months(frame: pl.DataFrame, *, count: int = 3) -> dt.date:
    """Return the first of the last months of a frame with the column ``month``."""
    last = frame["month"].max()
    if not isinstance(last, dt.date):
        return dt.date.max
    months = 12 * last.year + last.month - 1 - (count - 1)
    return dt.date(months // 12, months % 12 + 1, 1)


def _day(value: object) -> dt.date:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        message = "The screen asked for a month that is no date."
        raise UsageError(message, hint="Run the cell again.") from None


def _table(frame: pl.DataFrame, columns: Mapping[str, str], title: str) -> Element:
    shown = frame.sort(*columns, nulls_last=True).head(MOST_ROWS)
    numbers = {name for name in columns if name.endswith(("_count", "_amount", "_difference"))}

    def cell(name: str, value: object) -> Element:
        kind = "num" if name in numbers else _KIND_OF.get(name)
        return element("td", {"class": kind}, _written(name, value))

    heads = [
        element("th", {"scope": "col", "class": "num" if name in numbers else None}, label)
        for name, label in columns.items()
    ]
    lines = [
        element("tr", {}, *(cell(name, value) for name, value in zip(columns, row, strict=True)))
        for row in shown.select(*columns).iter_rows()
    ]
    rest = frame.height - shown.height
    return element(
        "div",
        {},
        element("h4", {"tabindex": -1}, title),
        element(
            "div",
            # Who scrolls by keys must reach it.
            {"class": "table rows", "tabindex": 0, "role": "group", "aria-label": title},
            element(
                "table", {}, element("thead", {}, element("tr", {}, *heads)), element("tbody", {}, *lines)
            ),
        ),
        element("p", {"class": "foot"}, f"{shown.height:,} of {frame.height:,} rows.") if rest else None,
    )


def _written(name: str, value: object) -> str:
    if value is None:
        return "not priced" if name == "payment_difference" else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return f"{format_date(value)} {value:%H:%M}"
    if isinstance(value, dt.date):
        return format_date(value)
    if name.endswith(("_amount", "_difference")):
        return f"{value:,.2f}".replace("-", "\N{MINUS SIGN}")
    return f"{value:,}" if isinstance(value, int) else str(value)
