"""`auditlib audit price`: what findings change in dollars, with the origin of each amount."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import polars as pl

from auditlib.cli.outcome import Outcome, Screen, Table
from auditlib.cli.session import InSession
from auditlib.cli.values import AuditName, Programme
from auditlib.text import counted, format_dollars

if TYPE_CHECKING:
    from decimal import Decimal

    from auditlib.workbench.priced_audit import PricedAudit

Source: TypeAlias = Literal["schedule", "contract", "usual"]
Net: TypeAlias = Literal["net", "overpayments-only", "gross"]


def price(
    audit: AuditName = None,
    *,
    source: list[Source] | None = None,
    programme: Programme | None = None,
    estimate_reason: str | None = None,
    refunds: Path | None = None,
    netting: Net | None = None,
    accept: bool = False,
    reviewer: str | None = None,
    session: InSession,
) -> Outcome:
    """Price the findings: what was paid, what would have been right, the difference, and how it came about.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    source
        Where prices come from, in the order in which they are tried; by default schedule, then contract.
        usual is what the payer itself usually allowed, an estimate.
    programme
        Programme whose netting counts; PIM, OIG, SDP and CIA take no estimates without a reason. A planned
        audit has its own.
    estimate_reason
        Why an estimate is used in such a programme.
    refunds
        CSV of unit_id, refunded_amount and reference: what was refunded already.
    netting
        How under- and overpayments of a unit are netted; as the programme does, else net.
    accept
        Enter the computed differences of the reviewer's verdicts into the ledger, with their origins.
    reviewer
        Whose verdicts get them; by default the user.
    """
    from auditlib.workbench.priced_audit import netting_named

    workbench = session.workbench_to_write() if accept else session.workbench()
    chosen = workbench.audit(audit)
    priced = chosen.price(
        sources=source or ["schedule", "contract"],
        programme=programme,
        estimate_reason=estimate_reason,
        refunds=refunds,
        netting=None if netting is None else netting_named(netting.replace("-", " ")),
    )
    accepted = priced.accept(reviewer=reviewer) if accept else None
    return Outcome(
        lambda: {
            "audit": chosen.name,
            "basis": priced.basis,
            "units": priced.units,
            "findings": priced.findings,
            "accepted_count": accepted,
        },
        _screen(priced, accepted, reviewer or workbench.user),
    )


def _screen(priced: PricedAudit, accepted: int | None, who: str) -> Screen:
    from auditlib.pricing.unit_amounts import NOT_REVIEWED

    yield priced.sentence
    reviewed = priced.units.filter(pl.col("reason").ne_missing(NOT_REVIEWED))
    units = reviewed.filter(
        pl.col("reason").is_not_null()
        | (pl.col("payment_difference") != 0)
        | (pl.col("underpaid_amount") > 0)
    )
    rows = [
        (
            row["unit_id"],
            *(_dollars(row[name]) for name in ("paid_amount", "audited_amount", "payment_difference")),
            _dollars(row["open_amount"]),
            ("estimate; " if row["is_estimate"] else "") + (row["origin"] or f"not priced: {row['reason']}"),
        )
        for row in units.iter_rows(named=True)
    ]
    yield Table(("unit", "paid", "audited", "difference", "open", "origin"), rows)
    yield (
        f"  Paid as reviewed: {counted(reviewed.height - units.height, 'other unit')}. "
        f"Not reviewed to the end: {counted(priced.units.height - reviewed.height, 'unit')}."
    )
    lacking = priced.not_priced
    if lacking.height:
        yield f"\nCannot be priced: {counted(lacking.height, 'finding')}."
        yield Table(
            ("encounter", "billed", "audited as", "why"),
            [
                (row["encounter_id"], row["before"] or "", row["after"] or "", row["reason"])
                for row in lacking.iter_rows(named=True)
            ],
        )
    if accepted is not None:
        yield f"\nEntered for {who}: the dollars of {counted(accepted, 'verdict')}, each with its origin."
        reviewers = sorted(priced.findings["reviewer"].drop_nulls().unique())
        if who not in reviewers:
            by = ", ".join(reviewers) or "nobody"
            yield f"  No finding is {who}'s. Findings are by: {by} (--reviewer)."


def _dollars(amount: Decimal | None) -> str:
    return "" if amount is None else format_dollars(amount)
