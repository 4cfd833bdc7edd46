"""The screen on which a denial analyst goes from a bar to its claims; every bar filters all the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from auditlib.errors import UsageError
from auditlib.measures.denied_lines import claims_of
from auditlib.measures.denied_selection import DIMENSIONS, DeniedSelection
from auditlib.widgets.accuracy_screen.element import Element, html_of
from auditlib.widgets.bundle import script, style
from auditlib.widgets.denial_explorer.choice import ORDERS, Choice
from auditlib.widgets.denial_explorer.claim_rows import (
    MOST_CLAIMS,
    ClaimParts,
    WorkShown,
    claim_page,
    claim_rows,
    letter_page,
)
from auditlib.widgets.denial_explorer.page import NOTHING, answer, found, looked_for, page
from auditlib.widgets.screen import Screen

_PAGES: Final = ("ready", "work", "toggle", "cell", "clear", "undo", "basis", "order", "expand", "finding")
"""What is asked that the whole page answers."""


class ClaimWork(Protocol):
    """What there is to do about claims, and where what was done is entered."""

    @property
    def note(self) -> str:
        """Where the chance of overturn comes from, or why there is none."""

    @property
    def today(self) -> dt.date:
        """The day that forms propose."""

    def lines(self) -> pl.DataFrame:
        """Return the denied lines, with the grounds that users stated."""

    def rows(self, claim_ids: Sequence[int] | None) -> pl.DataFrame:
        """Return the worklist of some claims, None for all, as `denial_worklist.worklist` gives it."""

    def enter(self, gesture: str, claim_ids: Sequence[int], said: Mapping[str, str]) -> str:
        """Enter in the ledger what was done about claims, and say it in a sentence."""

    def letter(self, claim_id: int) -> tuple[str, str]:
        """Write the draft of an appeal; return its text, and where it is."""

    def unmatched(self) -> pl.DataFrame:
        """Return the payments that no claim is behind, columns named as they are shown."""


class DenialExplorer(Screen):
    """Linked bars over denied lines, from the overview down to one claim and the work on it.

    Parameters
    ----------
    lines
        The denied lines, as from `auditlib.measures.denied_lines.denied_lines`.
    find
        Finds what stands out among them, as `auditlib.measures.denial_findings.findings_of` does: called in a
        thread of its own when the first page is shown, for it takes seconds; None looks for nothing.
    answered
        Answered claims of each payer by its name, denied or not.
    as_of
        The day from which ages are counted.
    work
        What there is to do about claims; None shows none and enters none.
    claim_parts
        Gives the parts of a claim by its id.
    write_worklist
        Writes which of the selected claims there is work on, with deadlines, and says where.
    write_claims
        Writes the selected claims and says where.
    draw_sample
        Draws a sample of the selected claims and says how.
    write_payer_page
        Writes the page of a payer and says where; None writes none.

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
        find: Callable[[], pl.DataFrame] | None = None,
        answered: Mapping[str, int] | None = None,
        as_of: dt.date | None = None,
        work: ClaimWork | None = None,
        claim_parts: Callable[[int], ClaimParts],
        write_worklist: Callable[[pl.DataFrame], str],
        write_claims: Callable[[pl.DataFrame], str],
        draw_sample: Callable[[pl.DataFrame], str],
        write_payer_page: Callable[[str], str] | None = None,
    ) -> None:
        self.selection = DeniedSelection(lines, as_of)
        self.choice = Choice()
        self._find = find
        self._found: Future[pl.DataFrame] | None = None
        self._answered = answered
        self._claim_work = work
        self._shows_work = False
        self._earlier: list[Choice] = []
        self._rows_of_work: dict[int, Mapping[str, object] | None] = {}
        self._orders: dict[str, npt.NDArray[np.float64]] = {}
        self._unmatched_payments: pl.DataFrame | None = None
        self._claim_parts = claim_parts
        self._write_payer_page = write_payer_page
        self._lists = {"worklist": write_worklist, "export": write_claims, "sample": draw_sample}
        super().__init__()

    def __repr__(self) -> str:
        return NOTHING if self.selection.named.is_empty() else answer(self.selection.whole)

    def _repr_mimebundle_(self, **kwargs: dict) -> tuple[dict, dict] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            look = style("denial_explorer").read_text(encoding="utf-8")
            whole = html_of(self._page(with_claims=False))
            bundle[0]["text/html"] = (
                f'<style>{look}</style><div class="auditlib-screen auditlib-denials">{whole}</div>'
            )
        return bundle

    def chosen_claims(self) -> pl.DataFrame:
        """Return the claims behind the selection, costliest first."""
        return claims_of(self.selection.chosen(self.choice.filters(self.selection)))

    def _answer(self, message: Mapping[str, object]) -> dict[str, object] | None:
        kind = str(message.get("kind"))
        shown: dict[str, tuple[str, Callable[[], dict[str, object]]]] = {
            **dict.fromkeys(_PAGES, ("page", lambda: self._page_after(message))),
            **{name: ("said", partial(self._said, write)) for name, write in self._lists.items()},
            "enter": ("page", lambda: self._entered(message)),
            "claim": ("claim", lambda: self._claim(message)),
            "letter": ("claim", lambda: self._letter(message)),
            "payer": ("said", self._payer_page),
            "findings": ("findings", lambda: {"section": self._findings_section()}),
        }
        if kind not in shown:
            return None
        answer_kind, work = shown[kind]
        return {"kind": answer_kind, **self._guarded(work)}

    def _page_after(self, message: Mapping[str, object]) -> dict[str, object]:
        self._change(message)
        # Chances are learned when the first page is on the screen already.
        self._shows_work = self._claim_work is not None and (self._shows_work or message["kind"] != "ready")
        today = None if self._claim_work is None else self._claim_work.today.isoformat()
        return {
            "page": self._page(with_claims=True),
            "today": today,
            "more": self._claim_work is not None and not self._shows_work,
        }

    def _page(self, *, with_claims: bool) -> Element:
        is_empty = self.selection.named.is_empty()
        return page(
            self.selection,
            self.choice,
            findings=self._findings_section() if with_claims else None,
            answered=self._answered,
            claims=self._claims() if with_claims and not is_empty else None,
            unmatched=self._unmatched() if with_claims else None,
        )

    def _look(self) -> Future[pl.DataFrame] | None:
        """Look for what stands out, once, beside whatever else is asked."""
        if self._found is None and self._find is not None:
            thread = ThreadPoolExecutor(1)
            self._found = thread.submit(self._find)
            thread.shutdown(wait=False)
        return self._found

    def _findings_section(self) -> Element | None:
        looked = self._look()
        if looked is None:
            return None
        return found(looked.result()) if looked.done() else looked_for()

    def _claims(self) -> Element:
        order = self.choice.order
        filters = self.choice.filters(self.selection)
        by = None if order == "denied" else self._ordered(order)
        count, claims = self.selection.first_claims(filters, most=MOST_CLAIMS, order=by)
        work = None
        if self._claim_work is not None and self._shows_work:
            self._learn_work(claims["claim_id"].to_list())
            known = {one: row for one in claims["claim_id"] if (row := self._rows_of_work[one]) is not None}
            work = WorkShown(known, self._claim_work.note)
        return claim_rows(count, claims, order, work)

    def _learn_work(self, claim_ids: Sequence[int]) -> None:
        """Ask once what there is to do about claims, until something is entered."""
        new = [one for one in claim_ids if one not in self._rows_of_work]
        if new and self._claim_work is not None:
            found = {row["claim_id"]: row for row in self._claim_work.rows(new).iter_rows(named=True)}
            self._rows_of_work |= {one: found.get(one) for one in new}

    def _ordered(self, order: str) -> npt.NDArray[np.float64]:
        """Return by what the claims are ordered, lowest first; what is not known comes last."""
        if self._claim_work is None:
            message = "There is no worklist to order by."
            raise UsageError(message, hint="Open the screen by wb.denials.explore().")
        if not self._orders:
            todo = self._claim_work.rows(None).select(
                "claim_id",
                expected=-pl.col("expected_amount").cast(pl.Float64),
                deadline=pl.col("days_left").cast(pl.Float64),
            )
            claims = pl.DataFrame({"claim_id": self.selection.claim_ids})
            joined = claims.join(todo, on="claim_id", how="left", maintain_order="left")
            self._orders = {
                name: joined[name].fill_null(float("inf")).to_numpy() for name in ("expected", "deadline")
            }
        return self._orders[order]

    def _unmatched(self) -> pl.DataFrame | None:
        if self._unmatched_payments is None and self._claim_work is not None:
            self._unmatched_payments = self._claim_work.unmatched()
        return self._unmatched_payments

    def _entered(self, message: Mapping[str, object]) -> dict[str, object]:
        """Enter what was done about claims, and show the page as it is now."""
        work = self._require_work()
        claims, said = message.get("claims"), message.get("said")
        if not isinstance(claims, list) or not isinstance(said, dict) or not claims:
            words = "No claim is chosen."
            raise UsageError(words, hint="Go to a claim by 0, or tick claims by Space.")
        for one in claims:
            self._require_denied(one)
        words = work.enter(
            str(message.get("gesture")), claims, {str(name): str(value) for name, value in said.items()}
        )
        self._rows_of_work.clear()
        self._orders.clear()
        self._unmatched_payments = None
        if message.get("gesture") == "ground":
            self._replace_lines(work.lines())
        return {**self._page_after({"kind": "ready"}), "words": words}

    def _replace_lines(self, lines: pl.DataFrame) -> None:
        """Take other values of the same lines; what is chosen stays chosen, where it is still there."""
        filters = self.choice.filters(self.selection)
        self.selection = DeniedSelection(lines, self.selection.as_of)
        numbers = self.selection.numbers
        kept = {
            name: tuple(numbers[name][value] for value in values if value in numbers[name])
            for name, values in filters.items()
        }
        self.choice = replace(self.choice, wanted={name: values for name, values in kept.items() if values})
        self._earlier.clear()

    def _letter(self, message: Mapping[str, object]) -> dict[str, object]:
        claim_id, account = self._require_denied(message.get("claim"))
        text, where = self._require_work().letter(claim_id)
        return {"claim": letter_page(account, text, where)}

    def _payer_page(self) -> dict[str, object]:
        payers = self.choice.filters(self.selection).get("payer_name", [])
        if len(payers) != 1 or payers[0] is None or self._write_payer_page is None:
            message = "The page is of one payer."
            raise UsageError(message, hint="Choose one payer in picture 2, and no other.")
        return {"words": self._write_payer_page(payers[0])}

    def _require_work(self) -> ClaimWork:
        if self._claim_work is None:
            message = "This screen enters nothing."
            raise UsageError(message, hint="Open it by wb.denials.explore().")
        return self._claim_work

    def _change(self, message: Mapping[str, object]) -> None:
        """Take a gesture over into the choice; what it was before can be had again."""
        kind, dimension = message["kind"], message.get("dimension")
        if kind in {"ready", "work"}:
            return
        if kind == "undo":
            self.choice = self._earlier.pop() if self._earlier else self.choice
            return
        before = self.choice
        if kind == "basis":
            self.choice = replace(before, basis="claims" if before.basis == "dollars" else "dollars")
            return
        if kind == "order":
            following = ORDERS[(ORDERS.index(before.order) + 1) % len(ORDERS)]
            self._ordered(following) if following != "denied" else None
            self.choice = replace(before, order=following)
            return
        if kind == "finding":
            self.choice = replace(before, wanted=self._wanted_of(message.get("value")))
        elif kind == "cell":
            payer = self._value("payer_name", message.get("payer"))
            self.choice = before.with_cell(payer, self._value("denial_category", message.get("category")))
        elif kind == "clear" and dimension is None:
            self.choice = replace(before, wanted={})
        else:
            self.choice = self._changed_in(before, str(kind), _dimension(dimension), message.get("value"))
        if self.choice.wanted != before.wanted:
            self._earlier.append(before)

    def _wanted_of(self, place: object) -> dict[str, tuple[int, ...]]:
        """Return the values that a finding is about."""
        looked = self._look()
        findings = None if looked is None else looked.result()
        if findings is None or not isinstance(place, int) or not 0 <= place < findings.height:
            message = "There is no such finding."
            raise UsageError(message, hint="Run the cell again: the lines are others now.")
        filters = self.selection.translated(findings["filters"][place])
        return {
            name: tuple(self.selection.numbers[name][value] for value in values)
            for name, values in filters.items()
        }

    def _changed_in(self, before: Choice, kind: str, dimension: str, value: object) -> Choice:
        if kind == "clear":
            return before.with_values(dimension, ())
        if kind == "expand":
            return replace(before, opened=before.opened ^ {dimension})
        return before.toggled(dimension, self._value(dimension, value))

    def _value(self, dimension: str, number: object) -> int:
        if not isinstance(number, int) or not 0 <= number < len(self.selection.values[dimension]):
            message = f"There is no such value of {dimension}."
            raise UsageError(message, hint="Run the cell again: the lines are others now.")
        return number

    def _claim(self, message: Mapping[str, object]) -> dict[str, object]:
        claim_id, account = self._require_denied(message.get("claim"))
        return {"claim": claim_page(account, self._claim_parts(claim_id))}

    def _require_denied(self, claim_id: object) -> tuple[int, str]:
        """Return a claim's id and what it is called, if it is one of the denied ones."""
        if isinstance(claim_id, int):
            rows = self.selection.named.filter(pl.col("claim_id") == claim_id)
            if rows.height:
                return claim_id, rows["patient_control_number"][0] or f"claim {claim_id}"
        words = "That claim is not among the denied ones."
        raise UsageError(words, hint="Run the cell again: the lines are others now.")

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
