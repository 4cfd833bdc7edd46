"""The queue of the review desk, as JSON values: the charts once, then what became of some of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import polars as pl

from auditlib.review import MISSING
from auditlib.review.provider_query import COMPLETED_WITH_OPEN_QUERY, QUERY_OPEN
from auditlib.review.session import ChartState
from auditlib.text import format_dollars

Group = Literal["waiting", "to do", "done"]
TO_DO: Final = "to do"
#: What the queue is sorted and filtered by, with the column that withholds it.
_FACTS: Final = {
    "account": "account",
    "stratum": "stratum",
    "coder": "coder_id",
    "finding_count": "finding_count",
    "check_ids": "check_ids",
    "dollars": "charge_amount",
    "round": "round",
}


def queue_values(facts: pl.DataFrame | None, states: Mapping[str, ChartState]) -> dict[str, object]:
    """Return the queue as columns, in the order of the worklist.

    Parameters
    ----------
    facts
        Frame of `auditlib.audits.review_queue`, or None where only the states are known.
    states
        How far the reviewer is with each chart.

    Returns
    -------
    dict
        encounter_id, group and state; with facts also account, stratum, coder, finding_count, check_ids,
        dollars (a number to sort by) and dollar_words, round, and ``hidden``, the names of what is withheld
        of a chart.
    """
    ids = list(states)
    is_open = _open_charts(facts)
    pairs = [state_words(state, is_not_adjudicated=name in is_open) for name, state in states.items()]
    values: dict[str, object] = {
        "encounter_id": ids,
        "group": [group for group, _ in pairs],
        "state": [words for _, words in pairs],
    }
    if facts is None:
        return values
    in_order = pl.DataFrame({"encounter_id": ids}, schema={"encounter_id": pl.String()}).join(
        facts, on="encounter_id", how="left", maintain_order="left"
    )
    for name, column in _FACTS.items():
        values[name] = in_order[column].to_list()
    amounts = in_order["charge_amount"].to_list()
    values["dollars"] = in_order["charge_amount"].cast(pl.Float64).to_list()
    values["dollar_words"] = [None if amount is None else format_dollars(amount) for amount in amounts]
    names = {column: name for name, column in _FACTS.items()}
    values["hidden"] = [
        [names[column] for column in hidden or () if column in names]
        for hidden in in_order["hidden"].to_list()
    ]
    return values


def queue_changes(
    facts: pl.DataFrame | None, states: Mapping[str, ChartState], changed: Iterable[str]
) -> list[list[str]]:
    """Return encounter, group and state of the charts of which one of these may have changed."""
    is_open = _open_charts(facts)
    return [
        [name, *state_words(states[name], is_not_adjudicated=name in is_open)]
        for name in sorted(changed)
        if name in states
    ]


def state_words(state: ChartState, *, is_not_adjudicated: bool = False) -> tuple[Group, str]:
    """Return in which part of the queue a chart is, and its state in words.

    Examples
    --------
    >>> state_words(ChartState(8, decided_count=3))
    ('to do', '3 of 8 codes')
    >>> state_words(ChartState(8, decided_count=8, changed_count=2, is_completed=True))
    ('done', '2 changed')
    >>> state_words(ChartState(8, decided_count=3, open_query_count=1))
    ('waiting', 'query open')
    >>> state_words(ChartState(8, decided_count=8, is_completed=True, open_query_count=1))
    ('waiting', 'completed with an open query')
    """
    if state.record_status == MISSING:
        return "waiting" if state.is_completed else TO_DO, "record missing"
    if state.open_query_count:
        return "waiting", COMPLETED_WITH_OPEN_QUERY if state.is_completed else QUERY_OPEN
    if state.is_completed and is_not_adjudicated:
        return "waiting", "not adjudicated"
    if state.is_completed:
        return "done", f"{state.changed_count} changed" if state.changed_count else "agreed"
    return TO_DO, _words_to_do(state)


def _words_to_do(state: ChartState) -> str:
    if state.is_reopened:
        return "reopened"
    if state.decided_count or state.changed_count:
        return f"{state.decided_count} of {state.code_count} codes"
    return TO_DO


def _open_charts(facts: pl.DataFrame | None) -> frozenset[str]:
    return frozenset() if facts is None else frozenset(facts.filter("is_not_adjudicated")["encounter_id"])
