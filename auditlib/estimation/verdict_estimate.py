"""The dollars of a universe by the verdicts' own payment differences, where nothing is left to guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.audit_estimate import AuditEstimate, EstimateRequest, estimate
from auditlib.estimation.units_in_error import UnitAmounts
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.text import counted, format_dollars, level
from auditlib.workspace.folder import Workspace

CONFIDENCE: Final = 0.90
_UNKNOWN: Final = {
    "payment_difference": "Not every finding of {} is priced, as of {}.",
    "paid_amount": "The payment of {} is not known, as of {}.",
}


@dataclass(frozen=True, slots=True)
class VerdictEstimate:
    """The net dollars of a universe, or why they are not estimated.

    Parameters
    ----------
    estimated
        The estimate by the design of the draw; None where there is none.
    reason
        Why there is none, in a sentence; empty where there is one.
    row_notes
        Sentences that name units.
    """

    estimated: AuditEstimate | None
    reason: str = ""
    row_notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The point and its interval with its level; empty where there is no estimate."""
        if self.estimated is None or self.estimated.dollars_in_error is None:
            return ""
        dollars = self.estimated.dollars_in_error
        figure = dollars.found.figures[0]
        point = f"Net overpaid in the universe: {_dollars(figure.point)}"
        if dollars.is_census:
            return f"{point}; every unit was reviewed, so that nothing is left to chance."
        limits = dollars.limits(figure)[0]
        lower, upper = (_dollars(limits[side]) for side in ("lower", "upper"))
        return (
            f"{point}, with a two-sided interval of {lower} to {upper} at {level(CONFIDENCE)} "
            f"({dollars.found.method}, limits by {figure.rule})."
        )

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is to be known before relying on it."""
        if self.estimated is None or self.estimated.dollars_in_error is None:
            return ()
        dollars = self.estimated.dollars_in_error
        said = (*(caution.message for caution in dollars.cautions), *dollars.advice, *self.estimated.records)
        return tuple(dict.fromkeys(said))


def estimate_by_verdicts(
    workspace: Workspace, audit: str, units: pl.DataFrame, *, missing_rule: MissingRecordRule
) -> VerdictEstimate:
    """Return the net dollars of the universe by what was paid for each unit and what its findings change.

    Parameters
    ----------
    workspace, audit
        The audit.
    units
        The drawn units that count: unit_id, paid_amount, and payment_difference, null where it is not known.
    missing_rule
        How a missing record counts.

    Notes
    -----
    Nothing is estimated unless every finding is priced and every payment known: a finding left out would be
    one at nothing.
    """
    if units.is_empty():
        return VerdictEstimate(None, "No unit that was drawn is reviewed to the end yet.")
    for column, said in _UNKNOWN.items():
        unknown = units.filter(pl.col(column).is_null())
        if unknown.height:
            named = (counted(unknown.height, "unit"), unknown["unit_id"][0])
            return VerdictEstimate(None, said.format(*named))
    audited = (pl.col("paid_amount") - pl.col("payment_difference")).cast(pl.Decimal(18, 2))
    amounts = UnitAmounts.by_verdicts(units.with_columns(audited_amount=audited))
    request = EstimateRequest(amounts=amounts, missing_rule=missing_rule, levels=(CONFIDENCE,))
    try:
        return VerdictEstimate(estimate(workspace, audit, request))
    except (UsageError, BadInputError) as error:
        return VerdictEstimate(None, error.message)


def _dollars(amount: float | None) -> str:
    return "no limit" if amount is None else format_dollars(round(amount, 2))
