"""`auditlib denials`: how often claims are denied, why, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import App, Parameter

from auditlib.cli.outcome import Outcome
from auditlib.cli.session import InSession

if TYPE_CHECKING:
    from auditlib.report.result import Result

app = App(name="denials")

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
    return _outcome("rates", session.workbench().denials.rate(by or ()))


@app.command
def reasons(*, by: By = None, session: InSession) -> Outcome:
    """Show denials by reason, costliest first.

    Parameters
    ----------
    by
        One or more of payer, month, form, that keep denials apart first.
    """
    return _outcome("reasons", session.workbench().denials.reasons(by or ()))


@app.command
def overturned(*, by: By = None, session: InSession) -> Outcome:
    """Show the share of initial denials that were paid in the end.

    Parameters
    ----------
    by
        One or more of payer, month, form; by default all denials together.
    """
    return _outcome("rates", session.workbench().denials.overturned(by or ()))


@app.command
def caught(*, session: InSession) -> Outcome:
    """Show the denials that a check of ours would have caught, by reason."""
    return _outcome("reasons", session.workbench().denials.caught())


@app.command
def reduced(*, session: InSession) -> Outcome:
    """Show payments that were reduced and not refused: another code, group or level, fewer units, bundled."""
    return _outcome("payments", session.workbench().denials.reduced())


@app.command
def outcomes(*, session: InSession) -> Outcome:
    """Show what became of the claims, from submission to final outcome."""
    return _outcome("paths", session.workbench().denials.outcomes())


def _outcome(name: str, result: Result) -> Outcome:
    return Outcome(lambda: {name: result.frame}, (result,))
