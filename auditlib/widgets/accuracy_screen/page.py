"""The page of the accuracy screen: the answer first, then each question with its answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from auditlib.measures.target_rates import CODES_RIGHT, LEAST_CHARTS, PAID_RIGHTLY, TOO_FEW
from auditlib.text import MONTHS, counted, format_share
from auditlib.widgets.accuracy_screen.answers import agreement_sentence, standing
from auditlib.widgets.accuracy_screen.definitions import MONTHS_FOR_LIMITS, definitions
from auditlib.widgets.accuracy_screen.element import NUMBER, Child, Element, element, table
from auditlib.widgets.accuracy_screen.figures import AccuracyFigures, Trend
from auditlib.widgets.accuracy_screen.marks import (
    control_chart,
    dollar_bar,
    interval_mark,
    scale_floor,
    scale_heads,
)
from auditlib.widgets.accuracy_screen.rows_behind import IN_REVIEWERS_LIST

_SCORE_NAMES: Final = {"codes": "Codes right", "payment": "Charts paid rightly"}
_UNITS: Final = {"codes": "codes", "payment": "charts"}
_COUNTED: Final = {
    "codes": "code over code; interval by chart",
    "payment": "no error that changes the payment",
}
_MEASURES: Final = {"codes": CODES_RIGHT, "payment": PAID_RIGHTLY}
_SCORE_OF: Final = {measure: score for score, measure in _MEASURES.items()}
_NEXT_WITHOUT_AUDIT: Final = (
    "Plan one and review its charts: keys '2' and 'r' on the start screen, or wb.samples.draw and "
    "wb.audit(NAME).review(). 'auditlib demo' makes a workspace with finished audits."
)
_QUESTIONS: Final = (
    "Where do we stand against our target?",
    "Is it changing?",
    "Who needs help with what?",
    "Which errors cost most?",
    "How good are the auditors?",
)
_LEAST_P_VALUE: Final = 0.001


def answer_of(figures: AccuracyFigures) -> tuple[str, str]:
    """Return where we stand, and what the answer rests on."""
    if not figures.audit_names:
        return "There is no audit yet.", _NEXT_WITHOUT_AUDIT
    if figures.charts.is_empty():
        audits = counted(len(_chosen_audits(figures)), "audit")
        return (
            f"No chart that counts is reviewed to the end yet in {audits}.",
            "Open a review: 'r' on the start screen, or wb.audit(NAME).review(). Or choose other days above.",
        )
    chosen = figures.scores.filter(measure=_MEASURES[figures.request.score])
    return standing(chosen.row(0, named=True), is_payment=figures.request.score == "payment")


def page(figures: AccuracyFigures) -> Element:
    """Return the whole page."""
    if not figures.audit_names or figures.charts.is_empty():
        return _page("Coding accuracy", figures, _empty(*answer_of(figures)))
    return _page(
        f"Coding accuracy, {_period(figures)}",
        figures,
        _standing(figures),
        _changing(figures),
        _coders(figures),
        _errors(figures),
        _auditors(figures),
        _definitions(),
    )


def _page(title: str, figures: AccuracyFigures, answer: Child, *parts: Child) -> Element:
    note = element("p", {"class": "foot note"}, figures.note) if figures.note else None
    return element(
        "div", {"class": "page"}, element("h2", {}, title), _choices(figures), answer, note, *parts
    )


def _empty(answer: str, next_step: str) -> Element:
    return element(
        "section",
        {"aria-label": "What is missing"},
        element("p", {"class": "answer"}, element("b", {}, answer), f" {next_step}"),
        element("p", {"class": "foot"}, "Then this screen answers:"),
        element("ul", {}, *(element("li", {}, question) for question in _QUESTIONS)),
    )


def _choices(figures: AccuracyFigures) -> Element:
    """Return the fields by which the figures are chosen; they need a kernel."""
    request = figures.request
    audits = [
        ("", f"All audits, {len(figures.audit_names)}"),
        *((name, name) for name in figures.audit_names),
    ]
    named = list(request.audits or ())
    several = [("*", f"{len(named)} audits")] if len(named) > 1 else []
    months = [
        ("service", "by day of service"),
        ("coding", "by day of coding"),
        ("review", "by day of review"),
    ]
    return element(
        "form",
        {"class": "choices", "aria-label": "What is shown"},
        _choice("audits", "Audits", [*several, *audits], "*" if several else "".join(named)),
        _choice("score", "Score", list(_SCORE_NAMES.items()), request.score),
        _field(
            "target", "Target, %", "" if request.target is None else f"{100 * request.target:.10g}", size=5
        ),
        _field("since", "Since", f"{request.since or ''}", kind="date"),
        _field("until", "Until", f"{request.until or ''}", kind="date"),
        _choice("month", "Months", months, request.month),
    )


def _choice(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> Element:
    return element(
        "label",
        {"class": "field"},
        element("span", {}, label),
        element(
            "select",
            {"name": name},
            *(
                element(
                    "option", {"value": value, "selected": "selected" if value == chosen else None}, words
                )
                for value, words in options
            ),
        ),
    )


def _field(name: str, label: str, value: str, *, kind: str = "text", size: int | None = None) -> Element:
    return element(
        "label",
        {"class": "field"},
        element("span", {}, label),
        element("input", {"name": name, "type": kind, "value": value, "size": size}),
    )


# Where do we stand


def _standing(figures: AccuracyFigures) -> Element:
    answer, reason = answer_of(figures)
    return _section(
        _QUESTIONS[0],
        element(
            "p",
            {"class": "answer"},
            element("b", {}, answer),
            f" {reason}",
            f" {figures.without_coder}" if figures.without_coder else None,
        ),
        _table(
            [
                _Head("Score"),
                _Head("Result", is_number=True),
                _Head("95 % interval, %", is_number=True),
                _Head("Right of judged", is_number=True),
                _Head("Last 3 months", is_number=True),
                _Head("Target", is_number=True),
                _Head("Target met?"),
                _Head("How it is counted", hides_first=True),
            ],
            [_score_row(row, figures) for row in figures.scores.iter_rows(named=True)],
        ),
        _unpriced(figures),
        hides_head=True,
    )


def _score_row(row: Mapping[str, object], figures: AccuracyFigures) -> list[Child]:
    score = _SCORE_OF[str(row["measure"])]
    unit = {"unit": "charts"} if score == "payment" else {}
    right = {"state": "paid rightly", **unit} if score == "payment" else {"state": "right"}
    recent = figures.recent.filter(measure=row["measure"]).to_dicts()
    wrong = {"state": "not known to be paid rightly" if score == "payment" else "errors", **unit}
    return [
        element("b", {}, _SCORE_NAMES[score]),
        _number(_rate(row), wrong, "strong"),
        _interval(row),
        element(
            "span",
            {},
            _number(f"{row['numerator_count']:,}", right),
            " of ",
            _number(f"{row['denominator_count']:,}", _whole_of(score)),
            f" {_UNITS[score]}",
        ),
        _number(_rate(recent[0]), {"period": "last 3 months", **wrong}) if recent else "fewer months",
        "none set" if row["target"] is None else format_share(float(str(row["target"]))),
        _state(row),
        _quiet(_COUNTED[score]),
    ]


def _whole_of(score: str) -> dict[str, str]:
    """Return which rows the denominator of a score counts: a deleted code is in no reviewer's list."""
    return {"unit": "charts"} if score == "payment" else {"state": IN_REVIEWERS_LIST}


def _state(row: Mapping[str, object]) -> Child:
    state = row["target_state"]
    if state is None:
        return _quiet("no target")
    words = f"{state} ({row['chart_count']} charts)" if state == TOO_FEW else str(state)
    return element("b", {}, words) if state in ("met", "not met") else words


def _unpriced(figures: AccuracyFigures) -> Element | None:
    unpriced = figures.charts.filter(pl.col("unpriced_error_count") > 0)
    if unpriced.is_empty():
        return None
    charts, errors = unpriced.height, int(unpriced["unpriced_error_count"].sum())
    return element(
        "p",
        {"class": "foot"},
        _number(counted(errors, "error"), {"state": "unpriced"}),
        f" in {counted(charts, 'chart')} {'is' if errors == 1 else 'are'} not priced: whether these charts "
        "were paid rightly is not known.",
    )


# Is it changing


def _changing(figures: AccuracyFigures) -> Element:
    department, *changed = figures.trends
    heads = [f"The department: {_change_in_words(department)}."]
    heads += [f"Coder {trend.coder}: {_change_in_words(trend)}." for trend in changed]
    charts = [_figure(trend, figures) for trend in figures.trends]
    months = department.frame.height
    few = (
        element(
            "p", {"class": "foot"}, f"{counted(months, 'month')}: limits from {MONTHS_FOR_LIMITS} months on."
        )
        if not _has_limits(department)
        else None
    )
    return _section(f"Is it changing? {' '.join(heads)}", element("div", {"class": "charts"}, *charts), few)


def _change_in_words(trend: Trend) -> str:
    if not _has_limits(trend):
        return "cannot be told yet"
    if trend.began is None:
        return "no signal"
    return f"yes, since {MONTHS[trend.began.month - 1]} {trend.began.year}"


def _has_limits(trend: Trend) -> bool:
    return trend.frame.height > 0 and trend.frame["lower"].null_count() == 0


def _figure(trend: Trend, figures: AccuracyFigures) -> Element:
    name = f"Coder {trend.coder}" if trend.coder else "Department"
    score = _SCORE_NAMES[figures.request.score].lower()
    label = f"{name}, {score} by month. {trend.sentence}"
    has_limits = _has_limits(trend)
    if trend.frame["rate"].null_count() == trend.frame.height:
        drawn: Child = element("p", {}, "No month to show.")
    else:
        behind = {
            **({"coder": trend.coder} if trend.coder else {}),
            **_whole_of(figures.request.score),
        }
        drawn = control_chart(
            trend.frame, target=figures.request.target, label=label, behind=behind, has_limits=has_limits
        )
    return element(
        "figure",
        {},
        element(
            "figcaption",
            {},
            element("b", {}, f"{name}, {score} by month"),
            element("span", {}, f"{trend.sentence} The scale does not start at 0."),
        ),
        drawn,
    )


# Who needs help with what


def _coders(figures: AccuracyFigures) -> Element:
    coders = figures.coders.sort("rate", "coder_id", nulls_last=True)
    lowest = coders["lower"].drop_nulls().min()
    floor = scale_floor(float(str(lowest)) if lowest is not None else 0.9, target=figures.request.target)
    unit = _UNITS[figures.request.score]
    rows = [_coder_row(row, figures, floor) for row in coders.iter_rows(named=True)]
    too_few = coders.filter(pl.col("chart_count") < LEAST_CHARTS)
    return _section(
        f"Who needs help with what? {figures.coders_sentence}",
        _table(
            [
                _Head("Coder"),
                _Head("", drawn=scale_heads(floor), kind="plot"),
                _Head("Right", is_number=True),
                _Head("95 % interval, %", is_number=True),
                _Head(f"Right of {unit}", is_number=True),
                _Head("Charts", is_number=True),
                _Head("Differs from the rest, or changed?", kind="words"),
                _Head("Error that stands out, of all errors", kind="words"),
            ],
            rows,
            chosen=[_stands_apart(row) for row in coders.iter_rows(named=True)],
        ),
        element(
            "p",
            {"class": "foot"},
            "Heavy line: target. Bars: 95 % intervals that count charts, not codes, as the units. Rows are "
            "in the order of the rate, which is no ranking: intervals do not say whether two coders differ."
            + (f" Too few: under {LEAST_CHARTS} charts." if too_few.height else ""),
        ),
    )


def _coder_row(row: Mapping[str, object], figures: AccuracyFigures, floor: float) -> list[Child]:
    coder = {"coder": str(row["coder_id"])}
    is_payment = figures.request.score == "payment"
    unit = {"unit": "charts"} if is_payment else {}
    right = {"state": "paid rightly" if is_payment else "right"}
    wrong = {"state": "not known to be paid rightly" if is_payment else "errors"}
    return [
        element("b", {}, str(row["coder_id"])),
        interval_mark(
            _share(row["rate"]), _share(row["lower"]), _share(row["upper"]),
            floor=floor, target=figures.request.target, is_signal=_stands_apart(row),
        ),
        _number(_rate(row), {**coder, **unit, **wrong}, "strong"),
        _interval(row),
        element(
            "span",
            {},
            _number(f"{row['numerator_count']:,}", {**coder, **unit, **right}),
            " of ",
            _number(f"{row['denominator_count']:,}", {**coder, **_whole_of(figures.request.score)}),
        ),
        _number(f"{row['chart_count']:,}", {**coder, "unit": "charts"}),
        _differs(row),
        _standing_out(row),
    ]  # fmt: skip


def _stands_apart(row: Mapping[str, object]) -> bool:
    return bool(row["is_different"]) or row["began"] is not None


def _differs(row: Mapping[str, object]) -> Child:
    if int(str(row["chart_count"])) < LEAST_CHARTS:
        return _quiet("too few")
    began = row["began"]
    if isinstance(began, dt.date):
        way = "lower" if float(str(row["after_rate"])) < float(str(row["before_rate"])) else "higher"
        return f"{way} since {MONTHS[began.month - 1]} {began.year}"
    p_value = row["adjusted_p_value"]
    if p_value is None:
        return _quiet("nobody to compare")
    if not row["is_different"]:
        return _quiet("cannot be told")
    way = "lower" if float(str(row["rate"])) < float(str(row["rest_rate"])) else "higher"
    p_text = "p < 0.001" if float(str(p_value)) < _LEAST_P_VALUE else f"p = {float(str(p_value)):.3f}"
    return f"yes, {way}, {p_text}"


def _standing_out(row: Mapping[str, object]) -> Child:
    if not row["kind_stands_out"]:
        return _quiet("nothing stands out")
    rows = {"coder": str(row["coder_id"]), "kind": str(row["error_kind"])}
    return element(
        "span",
        {},
        f"{_capital(str(row['error_kind']))} ",
        _number(f"{row['kind_count']:,} of {row['error_count']:,}", rows),
    )


# Which errors cost most


def _errors(figures: AccuracyFigures) -> Element:
    errors = figures.errors.sort("absolute_amount", "error_count", "value", descending=[True, True, False])
    if errors.is_empty():
        return _section("Which errors cost most? No error was found.")
    amounts = errors.select("underpaid_amount", "overpaid_amount")
    most_under, most_over = (_dollars(amounts[name].max()) for name in amounts.columns)
    rows = [
        _error_row(row, most_under=most_under, most_over=most_over) for row in errors.iter_rows(named=True)
    ]
    total = {name: errors[name].sum() for name in errors.columns if name.endswith(("_count", "_amount"))}
    foot = _error_row({"value": None, "codes": "", **total}, most_under=0, most_over=0)
    unpriced = int(total["unpriced_error_count"])
    return _section(
        f"Which errors cost most? {_costliest(errors)}",
        _table(
            [
                _Head("Error"),
                _Head("Codes", kind="code", hides_first=True),
                _Head("Errors", is_number=True),
                _Head("Not priced", is_number=True),
                _Head("Underpaid, $", is_number=True),
                _Head("", drawn=_bar_heads(most_under, most_over), kind="plot"),
                _Head("Overpaid, $", is_number=True),
                _Head("Net, $", is_number=True),
                _Head("Absolute, $", is_number=True),
            ],
            rows,
            foot=foot,
        ),
        element(
            "p",
            {"class": "foot"},
            "Dollars of the reviewed charts, not extrapolated."
            + (f" {counted(unpriced, 'error')} not priced: their dollars are not known." if unpriced else ""),
        ),
    )


def _costliest(errors: pl.DataFrame) -> str:
    whole = _dollars(errors["absolute_amount"].sum())
    first = errors.row(0, named=True)
    if not whole:
        most = errors.sort("error_count", "value", descending=[True, False]).row(0, named=True)
        frequent = f"{most['value']}, {counted(most['error_count'], 'error')}"
        return f"No dollars are known; the most frequent is {frequent}."
    share = _dollars(first["absolute_amount"]) / whole
    errors_of_it = counted(first["error_count"], "error")
    known = "known dollars" if errors["unpriced_error_count"].sum() else "dollars"
    return f"{_capital(first['value'])}: {errors_of_it}, {format_share(share)} of the {known}."


def _error_row(row: Mapping[str, object], *, most_under: float, most_over: float) -> list[Child]:
    value = row["value"]
    kind = {} if value is None else {"kind": str(value)}
    under, over = _dollars(row["underpaid_amount"]), _dollars(row["overpaid_amount"])
    if row["unpriced_error_count"] == row["error_count"]:
        unknown = _quiet("not known")
        amounts: list[Child] = [unknown, "", unknown, unknown, unknown]
    else:
        amounts = [
            _number(_whole_dollars(under), {**kind, "state": "underpaid"}),
            "" if value is None else dollar_bar(under, over, most_under=most_under, most_over=most_over),
            _number(_whole_dollars(over), {**kind, "state": "overpaid"}),
            _number(_whole_dollars(_dollars(row["net_amount"])), {**kind, "state": "priced"}),
            _number(_whole_dollars(_dollars(row["absolute_amount"])), {**kind, "state": "priced"}, "strong"),
        ]
    return [
        element("b", {}, "All errors" if value is None else _capital(str(value))),
        element("span", {"class": "code"}, str(row["codes"])),
        _number(f"{row['error_count']:,}", {**kind, "state": "errors"}),
        _number(f"{row['unpriced_error_count']:,}", {**kind, "state": "unpriced"}),
        *amounts,
    ]


def _bar_heads(most_under: float, most_over: float) -> Element:
    whole = most_under + most_over
    if not whole:
        return _quiet("no dollars are known")
    return element(
        "span",
        {"class": "row"},
        element("span", {}, "underpaid"),
        element("span", {"class": "spring"}),
        element("span", {}, "overpaid"),
    )


# How good are the auditors


def _auditors(figures: AccuracyFigures) -> Element:
    return _section(
        f"How good are the auditors? {agreement_sentence(figures.pairs)}",
        _table(
            [
                _Head("Auditor"),
                _Head("Charts reviewed", is_number=True),
                _Head("Also reviewed by a second", is_number=True),
                _Head("Minutes a chart, median", is_number=True),
                _Head("Overruled by adjudicator", is_number=True),
                _Head("Disputes upheld", is_number=True),
            ],
            [_auditor_row(row, figures) for row in figures.auditors.iter_rows(named=True)],
        ),
        _pairs(figures.pairs),
    )


def _auditor_row(row: Mapping[str, object], figures: AccuracyFigures) -> list[Child]:
    own = pl.col("reviewer") == row["reviewer"]
    reviews = {"reviewer": str(row["reviewer"]), "unit": "reviews"}
    minutes = row["median_minutes"]
    return [
        element("b", {}, str(row["reviewer"])),
        _number(f"{row['chart_count']:,}", reviews),
        _number(f"{row['second_chart_count']:,}", {**reviews, "state": "also by a second"}),
        _quiet("not known") if minutes is None else f"{float(str(minutes)):.1f}",
        _part_of_decided(figures.adjudicated.filter(own), row, "adjudicated codes", "overruled"),
        _part_of_decided(figures.disputes.filter(own), row, "disputes", "upheld"),
    ]


def _part_of_decided(decided: pl.DataFrame, row: Mapping[str, object], unit: str, state: str) -> Child:
    if decided.is_empty():
        return _quiet("none decided")
    rows = {"reviewer": str(row["reviewer"]), "unit": unit}
    return element(
        "span",
        {},
        _number(f"{decided[f'is_{state}'].sum():,}", {**rows, "state": state}),
        " of ",
        _number(f"{decided.height:,}", rows),
    )


def _pairs(pairs: pl.DataFrame) -> Element | None:
    if pairs.is_empty():
        return None
    return _table(
        [
            _Head("Auditors who judged the same charts"),
            _Head("Charts", is_number=True),
            _Head("Codes judged the same", is_number=True),
            _Head("Share", is_number=True),
            _Head("AC1 (95 % interval)", is_number=True),
            _Head("Kappa", is_number=True),
        ],
        [_pair_row(row) for row in pairs.iter_rows(named=True)],
    )


def _pair_row(row: Mapping[str, object]) -> list[Child]:
    first, second = str(row["first_reviewer"]), str(row["second_reviewer"])
    # Nobody is paired with himself: that row is of all pairs together.
    is_all = first == second
    pair = {"unit": "second reviews", **({} if is_all else {"reviewer": first, "second": second})}
    share = row["share"]
    return [
        element("b", {}, "All pairs" if is_all else f"{first} and {second}"),
        f"{row['chart_count']:,}",
        element(
            "span",
            {},
            _number(f"{row['same_count']:,}", {**pair, "state": "the same"}),
            " of ",
            _number(f"{row['code_count']:,}", pair),
        ),
        _quiet("undefined: no codes") if share is None else format_share(float(str(share))),
        _coefficient(row, "ac1"),
        _coefficient(row, "kappa"),
    ]


def _coefficient(row: Mapping[str, object], name: str) -> Child:
    value, lower, upper = row[name], row.get(f"{name}_lower"), row.get(f"{name}_upper")
    if value is None:
        return _quiet("undefined")
    limits = "" if lower is None else f" ({float(str(lower)):.2f} to {float(str(upper)):.2f})"
    return f"{float(str(value)):.2f}{limits}"


def _quiet(words: str) -> Element:
    return element("span", {"class": "quiet"}, words)


def _definitions() -> Element:
    return element(
        "section",
        {"class": "sec", "aria-label": "Definitions"},
        element(
            "p",
            {"class": "foot", "live": True},
            "Each number opens its rows: click it, or ",
            element("kbd", {}, "Enter"),
            " on it; ",
            element("kbd", {}, "Esc"), " closes them.",
        ),
        element(
            "details",
            {},
            element("summary", {}, "Definitions"),
            element(
                "dl",
                {},
                *(
                    part
                    for term, meaning in definitions()
                    for part in (element("dt", {}, term), element("dd", {}, meaning))
                ),
            ),
        ),
    )  # fmt: skip


# Parts


def _section(head: str, *parts: Child | None, hides_head: bool = False) -> Element:
    return element(
        "section",
        {"class": "sec", "aria-label": head.partition("?")[0] + "?"},
        element("h3", {"class": "hidden-head" if hides_head else None}, head),
        *parts,
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of a column; ``hides_first`` where there is little room."""

    words: str
    is_number: bool = False
    kind: str = ""
    hides_first: bool = False
    drawn: Element | None = None

    @property
    def classes(self) -> str | None:
        names = ["num" if self.is_number else "", self.kind, "wide" if self.hides_first else ""]
        return " ".join(filter(None, names)) or None


def _table(
    heads: Sequence[_Head],
    rows: Sequence[Sequence[Child]],
    *,
    chosen: Sequence[bool] = (),
    foot: Sequence[Child] | None = None,
) -> Element:
    def line(cells: Sequence[Child], attributes: Mapping[str, object] | None = None) -> Element:
        named = [
            element(
                "th" if place == 0 else "td",
                {"class": head.classes, "scope": "row" if place == 0 else None},
                cell,
            )
            for place, (head, cell) in enumerate(zip(heads, cells, strict=True))
        ]
        return element("tr", attributes, *named)

    marked = [*chosen, *(False for _ in rows[len(chosen) :])]
    return table(
        [element("th", {"scope": "col", "class": head.classes}, head.drawn or head.words) for head in heads],
        [line(row, {"class": "on"} if is_on else None) for row, is_on in zip(rows, marked, strict=True)],
        foot=None if foot is None else line(foot),
    )


def _number(words: str, rows: Mapping[str, str], kind: str | None = None) -> Element:
    return element(NUMBER, {"class": kind, "rows": dict(rows)}, words)


def _rate(row: Mapping[str, object]) -> str:
    rate = row["rate"]
    return f"undefined: {row['undefined_reason']}" if rate is None else format_share(float(str(rate)))


def _interval(row: Mapping[str, object]) -> str:
    lower, upper = row["lower"], row["upper"]
    if lower is None or upper is None:
        return ""
    return f"{100 * float(str(lower)):.1f} to {100 * float(str(upper)):.1f}"


def _share(value: object) -> float | None:
    return None if value is None else float(str(value))


def _dollars(value: object) -> float:
    return float(value) if isinstance(value, (Decimal, float, int)) else 0.0


def _whole_dollars(amount: float) -> str:
    return f"{amount:,.0f}".replace("-", "\N{MINUS SIGN}") if round(amount) else "0"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _period(figures: AccuracyFigures) -> str:
    months = figures.charts["month"].drop_nulls().unique().sort().to_list()
    if not months:
        return "no dates known"
    first, last = (f"{month:%B %Y}" for month in (months[0], months[-1]))
    return first if first == last else f"{first} to {last}"


def _chosen_audits(figures: AccuracyFigures) -> Sequence[str]:
    return figures.audit_names if figures.request.audits is None else tuple(figures.request.audits)
