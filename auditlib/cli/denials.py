"""`auditlib denials`: how often claims are denied, why, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import App, Parameter

from auditlib.cli.outcome import Outcome, Screen, Table, count_text
from auditlib.cli.screens import rate_text
from auditlib.cli.session import InSession
from auditlib.text import written_dollars

if TYPE_CHECKING:
    import polars as pl

app = App(name="denials", help="Denied claims.")

Dimension: TypeAlias = Literal["payer", "month", "form"]
By: TypeAlias = Annotated[list[Dimension] | None, Parameter(name="--by", consume_multiple=True)]


@app.command
def rate(*, by: By = None, session: InSession) -> Outcome:
    """Show initial denial rates of original claims to the primary payer, with Wilson intervals at 95 %.

    Parameters
    ----------
    by
        One or more of payer, month, form; by default all claims together.
    """
    rates = session.workbench().denial_rates(*(by or ()))
    return Outcome(lambda: {"rates": rates}, _rates_screen(rates, by or ()))


@app.command
def overturned(*, by: By = None, session: InSession) -> Outcome:
    """Show the share of initial denials that were paid in the end.

    Parameters
    ----------
    by
        One or more of payer, month, form; by default all denials together.
    """
    rates = session.workbench().overturn_rates(*(by or ()))
    return Outcome(lambda: {"rates": rates}, _rates_screen(rates, by or ()))


def _rates_screen(rates: pl.DataFrame, by: list[Dimension] | tuple[()]) -> Screen:
    keys = [name for name in rates.columns if name in _KEYS or name in by]
    yield Table(
        (*keys, "measure", "rate (95 %), of"),
        [
            (*(str(row[name] or "") for name in keys), row["measure"], rate_text(row))
            for row in rates.iter_rows(named=True)
        ],
    )


_KEYS = ("payer_id", "payer_name", "month", "form")


@app.command
def reasons(*, by: By = None, session: InSession) -> Outcome:
    """Show denials by reason, costliest first.

    Parameters
    ----------
    by
        One or more of payer, month, form, that keep denials apart first.
    """
    denials = session.workbench().denial_reasons(*(by or ()))
    return Outcome(lambda: {"reasons": denials}, (_frame_table(denials),))


@app.command
def caught(*, session: InSession) -> Outcome:
    """Show the denials that a check of ours would have caught, by reason."""
    denials = session.workbench().denials_caught()
    return Outcome(lambda: {"reasons": denials}, (_frame_table(denials),))


@app.command
def outcomes(*, session: InSession) -> Outcome:
    """Show what became of the claims, from submission to final outcome."""
    flow = session.workbench().outcome_flow()
    return Outcome(lambda: {"paths": flow}, (_frame_table(flow),))


def _frame_table(frame: pl.DataFrame) -> Table:
    """Show a frame under its column names in words."""
    headings = [name.removesuffix("_count").removesuffix("_amount").replace("_", " ") for name in frame.columns]
    return Table(
        headings, [[_cell(name, value) for name, value in row.items()] for row in frame.iter_rows(named=True)]
    )


def _cell(column: str, value: object) -> str:
    if value is None:
        return ""
    if column.endswith("_amount") and not isinstance(value, str):
        return written_dollars(value)  # type: ignore[arg-type]
    if isinstance(value, int) and not isinstance(value, bool):
        return count_text(value)
    return f"{100 * value:.1f} %" if isinstance(value, float) else str(value)
