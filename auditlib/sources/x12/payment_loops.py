"""Which claim payment and line of an 835 each segment stands in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from auditlib.sources.x12.scopes import NONE, first_of_each, number_within
from auditlib.sources.x12.segments import Mask, Rows, Segments

if TYPE_CHECKING:
    from auditlib.sources.x12.transactions import Transactions


@dataclass(frozen=True)
class PaymentLoops:
    """Loops of all claim payments of a chunk.

    Attributes
    ----------
    segments
        Segments of the 835 transactions of the chunk.
    transaction, payment, line
        Position of each ST, CLP and SVC.
    """

    segments: Segments
    transaction: Rows
    payment: Rows
    line: Rows

    @cached_property
    def transaction_of_payment(self) -> Rows:
        """Transaction of each claim payment."""
        return self.transaction_of(self.payment)

    @cached_property
    def payment_of_line(self) -> Rows:
        """Claim payment of each line."""
        return self.payment_of(self.line)

    @cached_property
    def line_number(self) -> Rows:
        """Position of each line in its claim payment, from 1."""
        return number_within(self.payment_of_line)

    def transaction_of(self, rows: Rows) -> Rows:
        """Transaction of each of these segments."""
        return np.searchsorted(self.transaction, rows, side="right") - 1

    def payment_of(self, rows: Rows) -> Rows:
        """Claim payment of each of these segments, `NONE` above the first of its transaction."""
        owner = np.searchsorted(self.payment, rows, side="right") - 1
        if len(self.transaction) == 1 or not len(owner):
            return owner
        starts = self.transaction.take(self.transaction_of(rows), mode="clip")
        return np.where(self._padded_payment.take(owner + 1) > starts, owner, NONE)

    def line_of(self, rows: Rows) -> Rows:
        """Line of each of these segments, `NONE` at the level of the claim payment or above."""
        owner = np.searchsorted(self.line, rows, side="right") - 1
        payment = self.payment_of(rows)
        start = np.where(payment >= 0, self._padded_payment.take(payment + 1), np.int64(1) << 62)
        return np.where(np.insert(self.line, 0, NONE).take(owner + 1) > start, owner, NONE)

    @cached_property
    def _padded_payment(self) -> Rows:
        return np.insert(self.payment, 0, NONE)

    def rows(self, tag: str, *qualifiers: str) -> Rows:
        """Segments with an identifier, and with one of the qualifiers in their first element."""
        return self.segments.qualified(tag, *qualifiers) if qualifiers else self.segments.rows(tag)

    def first_in_header(self, tag: str, *qualifiers: str) -> Rows:
        """For each transaction, the first such segment above its claim payments, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        owner = np.where(self.payment_of(rows) == NONE, self.transaction_of(rows), NONE)
        return first_of_each(rows, owner, len(self.transaction))

    def first_in_payment(self, tag: str, *qualifiers: str) -> Rows:
        """For each claim payment, the first such segment at its own level, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        owner = np.where(self.line_of(rows) == NONE, self.payment_of(rows), NONE)
        return first_of_each(rows, owner, len(self.payment))

    def first_in_line(self, tag: str, *qualifiers: str) -> Rows:
        """For each line, the first such segment, or `NONE`."""
        rows = self.rows(tag, *qualifiers)
        return first_of_each(rows, self.line_of(rows), len(self.line))

    def line_number_of(self, rows: Rows) -> Rows:
        """Line of each of these segments in its claim payment, 0 at claim level."""
        return np.insert(self.line_number, 0, 0).take(self.line_of(rows) + 1)

    def stray(self, tag: str) -> tuple[Rows, Mask]:
        """Segments with an identifier, and which of them stand above any claim payment."""
        rows = self.rows(tag)
        return rows, self.payment_of(rows) == NONE


def find_payments(segments: Segments, transactions: Transactions) -> PaymentLoops:
    """Tell the loops of all 835 transactions of a chunk apart."""
    segments = segments.only(transactions.mask("835"))
    loops = PaymentLoops(segments, segments.rows("ST"), segments.rows("CLP"), segments.rows("SVC"))
    line, stray = loops.stray("SVC")
    return PaymentLoops(segments, loops.transaction, loops.payment, line[~stray]) if stray.any() else loops
