"""`auditlib claims`: an account's history, what the claims come to, and the corrected ones for billing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from auditlib.cli.files import place_text
from auditlib.cli.outcome import Outcome, Screen, Table, count_text
from auditlib.cli.session import InSession
from auditlib.cli.values import converted_day
from auditlib.text import format_date, format_dollars

if TYPE_CHECKING:
    import polars as pl

app = App(name="claims")
app.command("auditlib.cli.audit:export", name="export", help="Same as audit export.")


@app.command
def history(number: Annotated[str, Parameter(name="NUMBER")], /, *, session: InSession) -> Outcome:
    """Show what was sent and answered on an account, in order, with the net payment.

    Parameters
    ----------
    number
        Patient control number, or encounter.
    """
    events = session.workbench().claims.history(number).frame
    return Outcome(lambda: {"events": events}, _history_screen(events))


def _history_screen(events: pl.DataFrame) -> Screen:
    for (chain_id,), chain in events.group_by("chain_id", maintain_order=True):
        yield "Payments that answer no loaded claim:" if chain_id is None else f"Claim {chain_id}:"
        yield Table(
            ("date", "event", "payer", "charge", "paid", "net paid", "adjustments", "where"),
            [
                (
                    "" if row["event_date"] is None else format_date(row["event_date"]),
                    row["event"],
                    row["payer_name"] or "",
                    format_dollars(row["charge_amount"]),
                    "" if row["paid_amount"] is None else format_dollars(row["paid_amount"]),
                    format_dollars(row["net_paid_amount"]),
                    row["adjustments"] or "",
                    place_text(row),
                )
                for row in chain.iter_rows(named=True)
            ],
        )


@app.command
def unmatched(*, session: InSession) -> Outcome:
    """List the payments that answer no loaded claim or fit several, with the reason."""
    result = session.workbench().claims.unmatched()
    return Outcome(lambda: {"payments": result.frame}, (result,))


@app.command
def rejections(*, session: InSession) -> Outcome:
    """Show the rejections before adjudication by reason, and the clean-claim rate."""
    account = session.workbench().claims
    reasons, rate = account.rejections(), account.clean_rate()
    return Outcome(lambda: {"rejections": reasons.frame, "clean_claims": rate.frame}, (reasons, rate))


@app.command
def positions(
    position: Annotated[str | None, Parameter(name="POSITION")] = None, *, limit: int = 50, session: InSession
) -> Outcome:
    """Show what the claims come to after reversals, and which payments found none.

    Parameters
    ----------
    position
        List the claims in it, as 'answered more than once'.
    limit
        How many claims at most.
    """
    account = session.workbench().claims
    if position is None:
        totals, methods = account.position_totals().frame, account.matching_methods().frame
        return Outcome(lambda: {"positions": totals, "payments": methods}, _totals_screen(totals, methods))
    claims = account.positions(position).frame
    listed = claims.head(limit)
    return Outcome(
        lambda: {"claim_count": claims.height, "claims": listed}, _listed_screen(listed, claims.height)
    )


@app.command
def levels(
    day: Annotated[dt.date, Parameter(name="DAY", converter=converted_day)], /, *, session: InSession
) -> Outcome:
    """Show the levels of each provider's visits before a day and from it on, with the interval of the change.

    Parameters
    ----------
    day
        First day of the second period, as the day of a new documentation tool: 2026-07-01 or 07/01/2026.
    """
    result = session.workbench().claims.visit_levels(day)
    return Outcome(
        lambda: {"levels": result.frame}, _levels_screen(result.frame, result.missing or result.note)
    )


def _levels_screen(frame: pl.DataFrame, note: str) -> Screen:
    if not frame.is_empty():
        yield Table(
            ("provider", "kind of visit", "level", "before", "after", "change", "95 % interval"),
            [
                (
                    row["provider_id"],
                    row["visit_kind"],
                    row["level"],
                    f"{row['before_count']:,} of {row['before_visit_count']:,}",
                    f"{row['after_count']:,} of {row['after_visit_count']:,}",
                    "" if row["difference"] is None else f"{100 * row['difference']:+.1f}",
                    "" if row["lower"] is None else f"{100 * row['lower']:+.1f} to {100 * row['upper']:+.1f}",
                )
                for row in frame.iter_rows(named=True)
            ],
        )
        yield "Changes are in percentage points."
    yield note


def _totals_screen(totals: pl.DataFrame, methods: pl.DataFrame) -> Screen:
    yield Table(
        ("net position", "claims", "charged", "paid", "patient's share", "claims that do not balance"),
        [
            (
                row["position"],
                count_text(row["claim_count"]),
                format_dollars(row["charge_amount"]),
                format_dollars(row["paid_amount"]),
                format_dollars(row["patient_responsibility_amount"]),
                count_text(row["unbalanced_claim_count"]),
            )
            for row in totals.iter_rows(named=True)
        ],
    )
    yield "Claim payments by how their claims were found:"
    yield Table(
        ("how", "payments", "paid"),
        [
            (row["link_method"], count_text(row["payment_count"]), format_dollars(row["paid_amount"]))
            for row in methods.iter_rows(named=True)
        ],
    )


def _listed_screen(listed: pl.DataFrame, claim_count: int) -> Screen:
    yield Table(
        ("account", "relation", "payer", "charged", "answered", "paid", "unbalanced"),
        [
            (
                row["patient_control_number"],
                row["relation"],
                row["payer_name"],
                format_dollars(row["charge_amount"]),
                format_dollars(row["adjudicated_amount"]),
                format_dollars(row["paid_amount"]),
                format_dollars(row["unbalanced_amount"]),
            )
            for row in listed.iter_rows(named=True)
        ],
    )
    if claim_count > listed.height:
        yield f"  {count_text(claim_count - listed.height)} more; --limit shows more."
