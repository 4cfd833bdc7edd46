"""The screen on which a coding manager sees where accuracy stands; every number opens its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar, Final, get_args

from auditlib.errors import UsageError
from auditlib.measures.judged_codes import MonthBasis
from auditlib.measures.target_rates import SCORES
from auditlib.widgets.accuracy_screen.element import html_of
from auditlib.widgets.accuracy_screen.figures import AccuracyFigures, ScreenRequest
from auditlib.widgets.accuracy_screen.page import answer_of, page
from auditlib.widgets.accuracy_screen.rows_behind import rows_behind
from auditlib.widgets.bundle import script, style
from auditlib.widgets.screen import Screen

_MONTHS: Final[tuple[MonthBasis, ...]] = get_args(MonthBasis)


class AccuracyScreen(Screen):
    """The accuracy of coding on one page, from the answer down to the charts.

    Parameters
    ----------
    figures_of
        Gives the figures of what is chosen.
    request
        What is chosen at first.

    Notes
    -----
    The output of the cell holds the page as HTML, so that a notebook reads without its kernel; the rows
    behind the numbers, with charts and codes, travel in messages only.
    """

    _esm = script("accuracy_screen")
    _css = style("accuracy_screen")
    screen_name: ClassVar[str] = "accuracy screen"

    def __init__(
        self, figures_of: Callable[[ScreenRequest], AccuracyFigures], request: ScreenRequest
    ) -> None:
        self._figures_of = figures_of
        self.figures = figures_of(request)
        super().__init__()

    def __repr__(self) -> str:
        return " ".join(answer_of(self.figures))

    def _repr_mimebundle_(self, **kwargs: dict) -> tuple[dict, dict] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            look = style("accuracy_screen").read_text(encoding="utf-8")
            whole = html_of(page(self.figures))
            bundle[0]["text/html"] = (
                f'<style>{look}</style><div class="auditlib-screen auditlib-accuracy">{whole}</div>'
            )
        return bundle

    def _answer(self, message: Mapping[str, object]) -> dict[str, object] | None:
        kind = message.get("kind")
        if kind == "ready":
            return {"kind": "page", "page": page(self.figures)}
        if kind == "choose":
            return {"kind": "page", **self._guarded(lambda: self._chosen(message))}
        if kind == "open":
            return {"kind": "rows", **self._guarded(lambda: self._opened(message))}
        return None

    def _chosen(self, message: Mapping[str, object]) -> dict[str, object]:
        values = message.get("values")
        chosen = chosen_request(self.figures.request, values if isinstance(values, dict) else {})
        self.figures = self._figures_of(chosen)
        return {"page": page(self.figures)}

    def _opened(self, message: Mapping[str, object]) -> dict[str, object]:
        rows = message.get("rows")
        return {"rows": rows_behind(self.figures, rows if isinstance(rows, dict) else {})}


def chosen_request(before: ScreenRequest, values: Mapping[str, object]) -> ScreenRequest:
    """Return what the fields of the screen say; a field that is missing leaves its value.

    Raises
    ------
    UsageError
        If a field cannot be read.
    """
    request = before
    if isinstance(text := values.get("target"), str):
        request = replace(request, target=_target(text))
    if isinstance(text := values.get("since"), str):
        request = replace(request, since=_day(text))
    if isinstance(text := values.get("until"), str):
        request = replace(request, until=_day(text))
    if (score := values.get("score")) in SCORES:
        request = replace(request, score="payment" if score == "payment" else "codes")
    for month in _MONTHS:
        if values.get("month") == month:
            request = replace(request, month=month)
    audit = values.get("audits")
    # An asterisk leaves several audits as they are.
    if isinstance(audit, str) and audit != "*":
        request = replace(request, audits=[audit] if audit else None)
    return request


def _target(text: str) -> float | None:
    written = text.strip().rstrip("%").strip().replace(",", ".")
    if not written:
        return None
    try:
        percent = float(written)
    except ValueError:
        percent = -1.0
    if not 0 < percent < 100:  # noqa: PLR2004 - per cent
        message = f"'{text.strip()}' is no target."
        raise UsageError(message, hint="Write per cent between 0 and 100, as 95; leave it empty for none.")
    return percent / 100


def _day(text: str) -> dt.date | None:
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        message = f"'{text}' is no date."
        raise UsageError(message, hint="Write it as 2026-01-31.") from None
