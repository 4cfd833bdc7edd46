"""`auditlib refunds`: overpayments with the last day to refund them, and what is entered of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import App, Parameter

from auditlib.cli.outcome import Outcome
from auditlib.cli.session import InSession
from auditlib.cli.values import AsOf, NewFile, converted_day, converted_dollars

if TYPE_CHECKING:
    from auditlib.report.result import Result

app = App(name="refunds")

Number: TypeAlias = Annotated[str, Parameter(name="NUMBER")]
Numbers: TypeAlias = Annotated[list[str], Parameter(name="NUMBER", consume_multiple=True)]
FirstDay: TypeAlias = Annotated[dt.date | None, Parameter(name="--first-day", converter=converted_day)]
On: TypeAlias = Annotated[dt.date, Parameter(name="--on", converter=converted_day)]
Started: TypeAlias = Annotated[dt.date, Parameter(name="--started", converter=converted_day)]
Ended: TypeAlias = Annotated[dt.date | None, Parameter(name="--ended", converter=converted_day)]
Due: TypeAlias = Annotated[dt.date, Parameter(name="--due", converter=converted_day)]
ContractDue: TypeAlias = Annotated[dt.date | None, Parameter(name="--contract-due", converter=converted_day)]
Dollars: TypeAlias = Annotated[Decimal, Parameter(name="--amount", converter=converted_dollars)]
StatedDollars: TypeAlias = Annotated[Decimal | None, Parameter(name="--amount", converter=converted_dollars)]
Audits: TypeAlias = Annotated[list[str] | None, Parameter(name="--audit", consume_multiple=True)]
Governs: TypeAlias = Literal["medicare", "medicaid", "medicare advantage", "contract"]
Method: TypeAlias = Literal[
    "claims adjustment",
    "credit balance",
    "self-reported refund",
    "process of the contractor",
    "OIG self-disclosure",
    "CMS self-referral disclosure",
    "as the contract says",
]


@app.command(name="list")
def list_(
    *,
    payer: str | None = None,
    audit: Audits = None,
    as_of: AsOf = None,
    out: NewFile | None = None,
    session: InSession,
) -> Outcome:
    """List overpayments by payer, with the last day to refund each; an aid, no legal advice.

    Parameters
    ----------
    payer
        Name or identifier of one payer.
    audit
        Audits whose findings count; by default all.
    as_of
        The day of looking; by default today.
    out
        A .html, .xlsx, .pdf or .docx file to write the listing to besides.
    """
    refunds = session.workbench().refunds
    listed = refunds.list(as_of, payer=payer, audits=audit)
    if out is not None:
        refunds.write(out, as_of, payer=payer, audits=audit)
    totals = refunds.totals(as_of, audits=audit)
    return Outcome(lambda: {"refunds": listed.frame, "totals": totals.frame}, (totals, listed))


@app.command
def identify(
    numbers: Numbers,
    /,
    *,
    on: On,
    reason: str,
    amount: StatedDollars = None,
    governed_by: Governs | None = None,
    contract_due: ContractDue = None,
    first_day: FirstDay = None,
    session: InSession,
) -> Outcome:
    """Enter that overpayments are identified: since 2025 known, before that determined and quantified.

    Parameters
    ----------
    numbers
        Patient control numbers, as the listing shows them.
    on
        The day, as 2026-12-31 or 12/31/2026.
    reason
        Why too much was paid.
    amount
        Dollars overpaid, instead of what audits find.
    governed_by
        medicare, medicaid, medicare advantage or contract, where the claim's filing indicator says otherwise.
    contract_due
        The last day by the contract.
    first_day
        First day of service, where a number is of several.
    """
    return _entered(
        session.workbench_to_write().refunds.identify(
            numbers,
            on,
            reason=reason,
            amount=amount,
            governed_by=governed_by,
            contract_due=contract_due,
            first_day=first_day,
        )
    )


@app.command
def investigate(
    numbers: Numbers,
    /,
    *,
    started: Started,
    ended: Ended = None,
    first_day: FirstDay = None,
    session: InSession,
) -> Outcome:
    """Enter the investigation of related overpayments, timely and in good faith; again, with its end.

    Parameters
    ----------
    numbers
        Patient control numbers.
    started
        The day on which it started.
    ended
        The day on which all related overpayments were calculated.
    first_day
        First day of service, where a number is of several.
    """
    refunds = session.workbench_to_write().refunds
    return _entered(refunds.investigate(numbers, started, ended, first_day=first_day))


@app.command(name="cost-report")
def cost_report(numbers: Numbers, /, *, due: Due, first_day: FirstDay = None, session: InSession) -> Outcome:
    """Enter when the corresponding cost report is due.

    Parameters
    ----------
    numbers
        Patient control numbers.
    due
        The day.
    first_day
        First day of service, where a number is of several.
    """
    return _entered(session.workbench_to_write().refunds.cost_report(numbers, due, first_day=first_day))


@app.command
def refunded(
    number: Number,
    /,
    *,
    on: On,
    amount: Dollars = Decimal(0),
    method: Method,
    first_day: FirstDay = None,
    session: InSession,
) -> Outcome:
    """Enter a refund, or a disclosure under a protocol.

    Parameters
    ----------
    number
        Patient control number.
    on
        The day on which it was reported and returned.
    amount
        Dollars returned; none with a disclosure.
    method
        How.
    first_day
        First day of service, where the number is of several.
    """
    refunds = session.workbench_to_write().refunds
    return _entered(refunds.refunded(number, on, amount, method, first_day=first_day))


@app.command
def undo(number: Number, /, *, first_day: FirstDay = None, session: InSession) -> Outcome:
    """Undo the latest entry on a claim; the entry and its undoing stay on record.

    Parameters
    ----------
    number
        Patient control number.
    first_day
        First day of service, where the number is of several.
    """
    return _entered(session.workbench_to_write().refunds.undo(number, first_day=first_day))


def _entered(result: Result) -> Outcome:
    return Outcome(lambda: {"ledger": result.frame}, (f"Entered in the ledger. {result.note}",))
