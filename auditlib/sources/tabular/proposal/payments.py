"""The proposed tables of payments: remittance, claim payment, lines, adjustments, remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from auditlib.sources.tabular.proposal.claims import (
    fill_each,
    fill_key,
    fill_procedure,
    repeated_lines,
)
from auditlib.sources.tabular.proposal.column_choice import ColumnChoice
from auditlib.sources.tabular.proposal.column_profile import ColumnProfile
from auditlib.sources.tabular.proposal.entries import Entry

# Meaning of a column of amounts to the group and reason that its header says.
_NAMED: Final = {
    "deductible": ("PR", "1"),
    "coinsurance": ("PR", "2"),
    "copay": ("PR", "3"),
    "contractual": ("CO", "45"),
}
_GROUP_AND_REASON: Final = r"^(?i)(CO|PR|OA|PI|CR)[- ]?[A-Z]?\d{1,3}$"


@dataclass(frozen=True, slots=True)
class _Payment:
    """What makes one payment of one claim, and the columns that all its tables need."""

    table: ColumnChoice
    key: tuple[ColumnProfile, ...]
    charge: tuple[ColumnProfile, ...]
    once_per: tuple[str, ...] = ()

    def once_with(self, columns: Sequence[ColumnProfile]) -> tuple[str, ...]:
        """Return what identifies an adjustment or remark where rows repeat a line for each of them."""
        if not self.once_per:
            return ()
        return tuple(dict.fromkeys([*self.once_per, *(column.header for column in columns)]))

    def fill_key(self, entry: Entry, *doubts: str) -> None:
        if self.key:
            entry.join("remit_claim_id", self.key, *doubts)
        else:
            entry.missing("remit_claim_id", "the columns that make one payment of one claim")


def proposed_payments(table: ColumnChoice) -> Iterator[Entry]:
    """Yield the tables that rows of payments fill."""
    account = table.one("account", "claim number") or [
        one.doubted("it is the payer's number: no column has the provider's")
        for one in table.one("payer claim number")
    ]
    check = table.one("check number", "payment date") or _without_check(table, account)
    icn = table.one("payer claim number")
    if not icn and table.has("account") and table.has("claim number"):
        own = "it could be the provider's own number of the claim"
        icn = [one.doubted(own) for one in table.one("claim number")]
    key = tuple({one.header: one for one in (*check, *account, *icn)}.values()) if check and account else ()
    charge = table.one("line charge", "claim charge")
    once_per = _repeated_for_adjustments(table, key, charge)
    payment = _Payment(table.once(once_per), key, tuple(charge), once_per)
    yield _remittance(payment, check)
    yield _claim_payment(payment, check, account, icn)
    if table.has("procedure"):
        yield _payment_lines(payment)
    yield from _adjustments(payment, table)
    if remarks := table.all("remark"):
        entry = Entry("remark", once_per=payment.once_with(remarks))
        payment.fill_key(entry)
        separators = sorted({separator for column in remarks for separator in column.separators})
        entry.take("remark_code", remarks, [f"separator: [{', '.join(separators)}]"] if separators else [])
        yield entry


def _without_check(table: ColumnChoice, account: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return what makes a remittance where no column has the check or its day: the answer's day or claim."""
    answers = table.one("decision date") or account
    return [one.doubted("no column has the check or its day") for one in answers]


def _repeated_for_adjustments(
    table: ColumnChoice, key: Sequence[ColumnProfile], charge: Sequence[ColumnProfile]
) -> tuple[str, ...]:
    """Return the headers that identify a line whose rows repeat it for each adjustment, if sums prove it."""
    coded, paid = _coded(table), table.one("paid amount")
    if not key or not charge or not coded:
        return ()
    reasons = [column for group, reason, _ in coded for column in (group, reason) if column is not None]
    amounts = [amount for _, _, amount in coded]
    repeated = repeated_lines(table, key, [*reasons, *amounts, *table.all("remark")])
    if not repeated.per or table.balances(charge[0], paid[0], amounts):
        return ()
    proves = table.balances_by(repeated.per, charge[0], paid[0], amounts, reasons)
    return repeated.per if proves else ()


def _remittance(payment: _Payment, check: Sequence[ColumnProfile]) -> Entry:
    table = payment.table
    entry = Entry("remittance", one_row_per="remittance_id", once_per=payment.once_per)
    fill_key(entry, "remittance_id", check)
    fill_each(entry, table, payer_name="payer", payer_id="payer id", trace_number="check number")
    entry.take("payment_date", table.one("payment date", "decision date"))
    entry.take("payment_amount", table.one("paid amount"), ["take: sum"], *_repeated(payment))
    return entry


def _claim_payment(
    payment: _Payment,
    check: Sequence[ColumnProfile],
    account: Sequence[ColumnProfile],
    icn: Sequence[ColumnProfile],
) -> Entry:
    table = payment.table
    entry = Entry("remit_claim", one_row_per="remit_claim_id", once_per=payment.once_per)
    payment.fill_key(entry, "one payment of one claim on one check")
    fill_key(entry, "remittance_id", check)
    fill_key(entry, "patient_control_number", account)
    fill_each(entry, table, claim_status_code="claim status")
    entry.take("payer_claim_control_number", icn)
    entry.take("patient_responsibility_amount", table.one("patient responsibility"), ["take: sum"])
    entry.take("from_date", table.one("service date", "claim start"))
    ranges = [one for one in table.one("service date") if one.is_range]
    entry.take("to_date", table.one("service end", "claim end") or ranges)
    charge, paid = payment.charge, table.one("paid amount")
    if charge:
        entry.take("charge_amount", charge, ["take: sum"], *_repeated(payment))
    else:
        entry.missing("charge_amount", "what was charged")
    entry.take("paid_amount", paid, ["take: sum"], *_repeated(payment))
    return entry


def _repeated(payment: _Payment) -> list[str]:
    """Return the doubt that rows repeat an amount, for each adjustment of a line or each line of a claim."""
    table = payment.table
    account, paid = table.one("account", "claim number"), table.one("paid amount")
    lines = table.all("line number", "procedure", "modifier", "service date", "units")
    if table.has_alike_rows([*payment.key, *account, *lines, *payment.charge, *paid]):
        return ["some rows are alike in service and amounts: do rows repeat a line for each adjustment?"]
    if payment.charge and table.same_on_all_rows(account, payment.charge[0]):
        return ["it is the same on all rows of each claim: is it the claim's total?"]
    return []


def _payment_lines(payment: _Payment) -> Entry:
    table = payment.table
    line = Entry("remit_line", once_per=payment.once_per)
    payment.fill_key(line)
    doubts = _repeated(payment)
    fill_procedure(line, table, *doubts)
    fill_each(line, table, from_date="service date", unit_count="units", allowed_amount="allowed amount")
    line.take("charge_amount", payment.charge, (), *doubts)
    line.take("paid_amount", table.one("paid amount"), (), *doubts)
    return line


def _adjustments(payment: _Payment, table: ColumnChoice) -> Iterator[Entry]:
    """Yield the adjustments by group and reason, and those whose reason the header names."""
    coded = _coded(table)
    named = [column for name in _NAMED for column in table.one(name)]
    doubts: list[str] = []
    if payment.charge and (coded or named) and not payment.once_per:
        paid = table.one("paid amount")[0]
        amounts = [amount for _, _, amount in coded]
        if not table.balances(payment.charge[0], paid, [*amounts, *named]):
            doubts.append("charge less payment is not the sum of the adjustments in all rows")
            if coded and named and table.balances(payment.charge[0], paid, amounts):
                # The share of the patient is among the reasons already: columns with it would count it again.
                named, doubts = [], []
    if payment.once_per:
        # Each group of rows was shown to balance by its reasons alone.
        named = []
    for group, reason, amount in coded:
        parts = [column for column in (group, reason, amount) if column is not None]
        entry = Entry("adjustment", once_per=payment.once_with(parts))
        payment.fill_key(entry)
        if group is None:
            # The reader cuts CO-45 into its group and its reason.
            entry.take("reason_code", [reason])
        else:
            entry.take("group_code", [group])
            entry.take("reason_code", [reason])
        entry.take("adjustment_amount", [amount], (), *doubts)
        yield entry
    for column in named:
        group_code, reason_code = _NAMED[str(column.meaning)]
        entry = Entry("adjustment")
        payment.fill_key(entry)
        why = ["the header says no more than contractual"] if column.meaning == "contractual" else []
        entry.constant("group_code", group_code, *why)
        entry.constant("reason_code", reason_code, *why)
        entry.take("adjustment_amount", [column], (), *doubts)
        yield entry


def _coded(table: ColumnChoice) -> list[tuple[ColumnProfile | None, ColumnProfile, ColumnProfile]]:
    """Return group, reason and amount of each adjustment; the group is None where the reason holds it."""
    reasons, amounts = table.all("adjustment reason"), table.all("adjustment amount")
    groups = table.all("adjustment group")
    if not reasons or len(reasons) != len(amounts):
        return []
    if len(groups) == len(reasons):
        return list(zip(groups, reasons, amounts, strict=True))
    if all(table.is_all_of_form(reason, _GROUP_AND_REASON) for reason in reasons):
        return [(None, reason, amount) for reason, amount in zip(reasons, amounts, strict=True)]
    return []
