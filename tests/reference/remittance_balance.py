"""Does a remittance add up: lines to claims, claims to the payment, to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from auditlib.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class BalancedLine:
    """Money of one service line: charge, payment and adjustments (positive lowers the payment)."""

    charge_amount: Decimal
    paid_amount: Decimal
    adjustment_amounts: Sequence[Decimal] = ()

    def difference(self) -> Decimal:
        """Return charge minus adjustments minus payment: 0 if the line balances."""
        return self.charge_amount - sum(self.adjustment_amounts, _NOTHING) - self.paid_amount


@dataclass(frozen=True, slots=True)
class BalancedClaim:
    """Money of one claim: charge, payment, claim-level adjustments, and its lines where given."""

    charge_amount: Decimal
    paid_amount: Decimal
    adjustment_amounts: Sequence[Decimal] = ()
    lines: Sequence[BalancedLine] = ()

    def difference(self) -> Decimal:
        """Return charge minus the adjustments of claim and lines minus payment: 0 if the claim balances.

        Notes
        -----
        The patient's responsibility is information here, not a term.

        References
        ----------
        ASC X12N 005010X221A1, section 1.10.2.1.
        """
        on_lines = sum((amount for line in self.lines for amount in line.adjustment_amounts), _NOTHING)
        return self.charge_amount - sum(self.adjustment_amounts, _NOTHING) - on_lines - self.paid_amount

    def charge_difference(self) -> Decimal:
        """Return the claim's charge minus that of its lines; 0 if there are none."""
        if not self.lines:
            return _NOTHING
        return self.charge_amount - sum((line.charge_amount for line in self.lines), _NOTHING)

    def is_balanced(self) -> bool:
        """Return whether claim and lines add up."""
        return (
            not self.difference()
            and not self.charge_difference()
            and not any(line.difference() for line in self.lines)
        )


def expected_payment(claim_payments: Iterable[Decimal], provider_adjustments: Iterable[Decimal]) -> Decimal:
    """Return what the payer should have paid in all.

    Parameters
    ----------
    claim_payments
        Payment of every claim.
    provider_adjustments
        Adjustments to the provider as a whole; a negative one raises the payment.

    References
    ----------
    ASC X12N 005010X221A1, section 1.10.2.1.3.
    """
    payments, adjustments = list(claim_payments), list(provider_adjustments)
    if not all(amount.is_finite() for amount in (*payments, *adjustments)):
        message = "A payment or adjustment is no amount."
        raise UsageError(message, hint="Leave out what was not paid, or write 0.")
    return sum(payments, _NOTHING) - sum(adjustments, _NOTHING)
