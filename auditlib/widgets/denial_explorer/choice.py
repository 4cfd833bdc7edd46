"""What is chosen on the denial explorer, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from auditlib.measures.denied_selection import AGE, CATEGORY, MONTH, PAYER, DeniedSelection
from auditlib.text import MONTHS, counted

Basis: TypeAlias = Literal["dollars", "claims"]
Order: TypeAlias = Literal["denied", "expected", "deadline"]
ORDERS: Final[tuple[Order, ...]] = ("denied", "expected", "deadline")

TITLES: Final = {
    MONTH: "When were they denied?",
    PAYER: "Which payer?",
    CATEGORY: "Which kind of reason?",
    "reason": "Which reason?",
    "provider_id": "Which provider?",
    "code": "Which billed code?",
    "check_state": "Would a check of ours have found it?",
    "final_state": "What became of the lines?",
    AGE: "How old is what is not paid?",
    "amount_band": "How many dollars a line?",
    "stated_ground": "On which stated ground?",
    "answer": "Which answer denied first?",
}
"""The question that each dimension answers."""
CHIPS: Final = {
    MONTH: "denied in",
    PAYER: "payer",
    CATEGORY: "kind",
    "reason": "reason",
    "provider_id": "provider",
    "code": "code",
    "check_state": "check",
    "final_state": "became",
    AGE: "age",
    "amount_band": "dollars",
    "stated_ground": "ground",
    "answer": "by",
}
_MISSING: Final = {
    MONTH: "not dated",
    "provider_id": "no provider named",
    "code": "the claim as a whole",
}
_CENTS: Final = 100


@dataclass(frozen=True)
class Choice:
    """What is chosen on the screen.

    Parameters
    ----------
    wanted
        By dimension the numbers of the wanted values, in the order in which they were chosen.
    basis
        What the bars are long by.
    opened
        The dimensions that show all their bars.
    order
        What the claims are ordered by.
    """

    wanted: dict[str, tuple[int, ...]] = field(default_factory=dict)
    basis: Basis = "dollars"
    opened: frozenset[str] = frozenset()
    order: Order = "denied"

    def toggled(self, dimension: str, number: int) -> Choice:
        """Return the choice with a value more, or with one less."""
        before = self.wanted.get(dimension, ())
        after = tuple(one for one in before if one != number) if number in before else (*before, number)
        return self.with_values(dimension, after)

    def with_values(self, dimension: str, numbers: tuple[int, ...]) -> Choice:
        """Return the choice with these values of a dimension; none lets all through."""
        kept = {name: values for name, values in self.wanted.items() if name != dimension}
        return replace(self, wanted={**kept, dimension: numbers} if numbers else kept)

    def with_cell(self, payer: int, category: int) -> Choice:
        """Return the choice of one payer and one kind of reason; without both, if they are chosen."""
        is_chosen = self.is_cell(payer, category)
        payers, kinds = ((), ()) if is_chosen else ((payer,), (category,))
        return self.with_values(PAYER, payers).with_values(CATEGORY, kinds)

    def is_cell(self, payer: int, category: int) -> bool:
        """Return whether just this payer and this kind of reason are chosen."""
        return self.wanted.get(PAYER) == (payer,) and self.wanted.get(CATEGORY) == (category,)

    def filters(self, selection: DeniedSelection) -> dict[str, list[str | None]]:
        """Return the wanted values as filters of the selection."""
        return {
            name: [selection.values[name][number] for number in numbers]
            for name, numbers in self.wanted.items()
        }


def shown_value(dimension: str, value: str | None) -> str:
    """Return a value in words."""
    if value is None:
        return _MISSING.get(dimension, "not stated")
    if dimension == MONTH:
        return f"{MONTHS[int(value[5:7]) - 1]} {value[:4]}"
    if dimension == AGE and value[-1].isdigit():
        return f"{value} days"
    return value


def counts_in_words(claims: int, lines: int, cents: int) -> str:
    """Return what a bar comes to, for who hears it."""
    return f"{counted(claims, 'claim')}, {counted(lines, 'line')}, {dollars_of(cents)} denied"


def dollars_of(cents: int) -> str:
    """Return cents as whole dollars."""
    return dollars(Decimal(cents) / _CENTS)


def dollars(amount: Decimal) -> str:
    """Return an amount as whole dollars."""
    return f"${amount:,.0f}"
