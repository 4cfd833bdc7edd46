"""The screen on which a denial analyst goes from a bar to its claims; every bar filters all the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures.denied_lines import claims_of
from auditlib.measures.denied_selection import DIMENSIONS, DeniedSelection
from auditlib.widgets.accuracy_screen.element import html_of
from auditlib.widgets.bundle import script, style
from auditlib.widgets.denial_explorer.page import NOTHING, Choice, ClaimParts, answer, claim_page, page
from auditlib.widgets.screen import Screen


class DenialExplorer(Screen):
    """Linked bars over denied lines, from the overview down to one claim.

    Parameters
    ----------
    lines
        The denied lines, as from `auditlib.measures.denied_lines.denied_lines`.
    findings
        What stands out among them, as from `auditlib.measures.denial_findings.denial_findings`.
    claim_parts
        Gives the parts of a claim by its id.
    write_worklist
        Writes which of the selected claims there is work on, with deadlines, and says where.
    write_claims
        Writes the selected claims and says where.
    draw_sample
        Draws a sample of the selected claims and says how.

    Notes
    -----
    The output of the cell holds the bars as HTML, so that a notebook reads without its kernel; accounts and
    claims travel in messages only.
    """

    _esm = script("denial_explorer")
    _css = style("denial_explorer")
    screen_name: ClassVar[str] = "denial explorer"

    def __init__(
        self,
        lines: pl.DataFrame,
        *,
        findings: pl.DataFrame | None = None,
        claim_parts: Callable[[int], ClaimParts],
        write_worklist: Callable[[pl.DataFrame], str],
        write_claims: Callable[[pl.DataFrame], str],
        draw_sample: Callable[[pl.DataFrame], str],
    ) -> None:
        self.selection = DeniedSelection(lines)
        self.choice = Choice()
        self._findings = findings
        self._earlier: list[Choice] = []
        self._claim_parts = claim_parts
        self._work = {"worklist": write_worklist, "export": write_claims, "sample": draw_sample}
        super().__init__()

    def __repr__(self) -> str:
        named = self.selection.named
        return NOTHING if named.is_empty() else answer(named)

    def _repr_mimebundle_(self, **kwargs: dict) -> tuple[dict, dict] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            look = style("denial_explorer").read_text(encoding="utf-8")
            whole = html_of(page(self.selection, self.choice, self._findings))
            bundle[0]["text/html"] = (
                f'<style>{look}</style><div class="auditlib-screen auditlib-denials">{whole}</div>'
            )
        return bundle

    def chosen_claims(self) -> pl.DataFrame:
        """Return the claims behind the selection, costliest first."""
        return claims_of(self.selection.chosen(self.choice.filters(self.selection)))

    def _answer(self, message: Mapping[str, object]) -> dict[str, object] | None:
        kind = message.get("kind")
        if kind in {"ready", "toggle", "clear", "undo", "basis", "expand", "finding"}:
            return {"kind": "page", **self._guarded(lambda: self._page_after(message))}
        if kind == "claim":
            return {"kind": "claim", **self._guarded(lambda: self._claim(message))}
        work = self._work.get(str(kind))
        return None if work is None else {"kind": "said", **self._guarded(lambda: self._said(work))}

    def _page_after(self, message: Mapping[str, object]) -> dict[str, object]:
        self._change(message)
        return {"page": page(self.selection, self.choice, self._findings)}

    def _change(self, message: Mapping[str, object]) -> None:
        """Take a gesture over into the choice; what it was before can be had again."""
        kind, dimension = message["kind"], message.get("dimension")
        if kind == "ready":
            return
        if kind == "undo":
            self.choice = self._earlier.pop() if self._earlier else self.choice
            return
        before = self.choice
        if kind == "basis":
            self.choice = replace(before, basis="claims" if before.basis == "dollars" else "dollars")
            return
        if kind == "finding":
            self.choice = replace(before, wanted=self._wanted_of(message.get("value")))
        elif kind == "clear" and dimension is None:
            self.choice = replace(before, wanted={})
        else:
            self.choice = self._changed_in(before, str(kind), _dimension(dimension), message.get("value"))
        if self.choice.wanted != before.wanted:
            self._earlier.append(before)

    def _wanted_of(self, place: object) -> dict[str, tuple[int, ...]]:
        """Return the values that a finding is about."""
        if self._findings is None or not isinstance(place, int) or not 0 <= place < self._findings.height:
            message = "There is no such finding."
            raise UsageError(message, hint="Run the cell again: the lines are others now.")
        filters = self.selection.translated(self._findings["filters"][place])
        return {
            name: tuple(self.selection.values[name].index(value) for value in values)
            for name, values in filters.items()
        }

    def _changed_in(self, before: Choice, kind: str, dimension: str, value: object) -> Choice:
        if kind == "clear":
            return before.with_values(dimension, ())
        if kind == "expand":
            return replace(before, opened=before.opened ^ {dimension})
        if not isinstance(value, int) or not 0 <= value < len(self.selection.values[dimension]):
            message = f"There is no such value of {dimension}."
            raise UsageError(message, hint="Run the cell again: the lines are others now.")
        return before.toggled(dimension, value)

    def _claim(self, message: Mapping[str, object]) -> dict[str, object]:
        claim_id = message.get("claim")
        rows = (
            self.selection.named.filter(pl.col("claim_id") == claim_id) if isinstance(claim_id, int) else None
        )
        if rows is None or rows.is_empty():
            words = "That claim is not among the denied ones."
            raise UsageError(words, hint="Run the cell again: the lines are others now.")
        account = rows["patient_control_number"][0] or f"claim {claim_id}"
        return {"claim": claim_page(account, self._claim_parts(int(rows["claim_id"][0])))}

    def _said(self, work: Callable[[pl.DataFrame], str]) -> dict[str, object]:
        claims = self.chosen_claims()
        if claims.is_empty():
            message = "No claim is selected."
            raise UsageError(message, hint="Take a filter off; Esc takes all off.")
        return {"words": work(claims)}


def _dimension(name: object) -> str:
    if name not in DIMENSIONS:
        message = "There is no such dimension."
        raise UsageError(message, hint=f"They are {', '.join(DIMENSIONS)}.")
    return str(name)
