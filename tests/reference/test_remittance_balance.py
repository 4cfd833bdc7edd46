from __future__ import annotations

from decimal import Decimal

from tests.reference.remittance_balance import BalancedClaim, BalancedLine, expected_payment


def money(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


def test_claim_and_line_adjustments_are_taken_together() -> None:
    line = BalancedLine(Decimal(800), Decimal(500), money("300"))
    claim = BalancedClaim(Decimal(800), Decimal(450), money("50"), [line])
    assert claim.is_balanced()
    assert line.difference() == 0


def test_a_negative_adjustment_raises_the_payment() -> None:
    assert BalancedClaim(Decimal(541), Decimal(34), money("516", "-9")).is_balanced()


def test_a_cent_is_noticed_on_every_level() -> None:
    assert BalancedClaim(Decimal("10.00"), Decimal("9.99")).difference() == Decimal("0.01")
    short = BalancedLine(Decimal(4), Decimal(4))
    assert not BalancedClaim(Decimal(5), Decimal(5), [], [short]).is_balanced()
    crossed = [
        BalancedLine(Decimal(3), Decimal(2)),
        BalancedLine(Decimal(2), Decimal(3)),
    ]
    assert not BalancedClaim(Decimal(5), Decimal(5), [], crossed).is_balanced()


def test_provider_adjustments_have_the_opposite_sign() -> None:
    paid = expected_payment(money("138018.40", "11980.33"), money("-1.27"))
    assert paid == Decimal("150000.00")
    assert expected_payment(money("0", "0", "0"), money("-14", "14", "-14")) == 14
