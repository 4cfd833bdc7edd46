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
from auditlib.sources.tabular.proposal.header_words import header_words

# Meaning of a column of amounts to the group and reason that its header says.
_NAMED: Final = {
    "deductible": ("PR", "1"),
    "coinsurance": ("PR", "2"),
    "copay": ("PR", "3"),
    "contractual": ("CO", "45"),
}
_NO_PAYMENT: Final = "no column has the payment: is nothing paid?"
_SHARE_OF_CLAIM: Final = "it is the same on all rows of each claim, and taken once: is it the claim's?"
_CHECK_WORDS: Final = frozenset({"check", "eft", "trace", "trn"})
_AMOUNT: Final = r"^\(?-?\$?\s*-?[\d.,]+\)?-?$"
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
    check = _check(table) or _without_check(table, account)
    icn = table.one("payer claim number")
    if not icn and table.has("account") and table.has("claim number"):
        own = "it could be the provider's own number of the claim"
        icn = [one.doubted(own) for one in table.one("claim number")]
    table = _without_totals(table, account)
    of_remittance = _of_a_remittance(table, check)
    makers = (*of_remittance, *account, *icn)
    key = tuple({one.header: one for one in makers}.values()) if check and account else ()
    charge = table.one("line charge", "claim charge")
    once_per = _repeated_for_adjustments(table, key, charge)
    payment = _Payment(table.once(once_per), key, tuple(charge), once_per)
    yield _remittance(payment, of_remittance)
    yield _claim_payment(payment, of_remittance, account, icn)
    if table.has("procedure"):
        yield _payment_lines(payment)
    yield from _adjustments(payment, table)
    if remarks := table.all("remark"):
        entry = Entry("remark", once_per=payment.once_with(remarks))
        payment.fill_key(entry)
        separators = sorted({separator for column in remarks for separator in column.separators})
        entry.take("remark_code", remarks, [f"separator: [{', '.join(separators)}]"] if separators else [])
        yield entry


def _without_totals(table: ColumnChoice, account: Sequence[ColumnProfile]) -> ColumnChoice:
    """Return the columns without payments of whole claims, where others have those of their lines."""
    paid = [one for one in table.all("paid amount") if one.filled_count]
    totals = [one.header for one in paid if table.same_on_all_rows(account, one)]
    if not totals or len(totals) == len(paid):
        return table
    return ColumnChoice([one for one in table.columns if one.header not in totals], table.records)


def _check(table: ColumnChoice) -> list[ColumnProfile]:
    """Return the column of checks: of several equally likely, the one whose header says check or trace."""
    best, said = table.one("check number", "payment date"), []
    if best and best[0].meaning == "check number":
        said = [
            one
            for one in table.all("check number")
            if one.filled_count and _CHECK_WORDS & set(header_words(one.header).words.split())
        ]
    if len(said) == 1 and said[0].header != best[0].header and said[0].confidence >= best[0].confidence:
        return [said[0].doubted(f"it could also be '{best[0].header[:40]}'")]
    return best


def _of_a_remittance(table: ColumnChoice, check: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return what makes a remittance: the check, and the payer too where several payers share one."""
    payer = table.one("payer", "payer id")
    if not check or not payer or not table.varies_within(check, payer[0]):
        return list(check)
    if not table.is_always_filled(payer[0]):
        return [check[0].doubted(f"rows of one have several in '{payer[0].header[:40]}'")]
    return [check[0], payer[0]]


def _fill_remittance(entry: Entry, check: Sequence[ColumnProfile]) -> None:
    if len(check) > 1:
        entry.join("remittance_id", check, *check[0].doubts)
    else:
        fill_key(entry, "remittance_id", check)


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
    if not paid or not repeated.per or table.balances(charge[0], paid[0], amounts):
        return ()
    proves = table.balances_by(repeated.per, charge[0], paid[0], amounts, reasons)
    return repeated.per if proves else ()


def _remittance(payment: _Payment, check: Sequence[ColumnProfile]) -> Entry:
    table = payment.table
    entry = Entry("remittance", one_row_per="remittance_id", once_per=payment.once_per)
    _fill_remittance(entry, check)
    fill_each(entry, table, payer_name="payer", payer_id="payer id")
    entry.take("trace_number", _check(table) if table.has("check number") else [])
    entry.take("payment_date", table.one("payment date", "decision date"))
    if paid := table.one("paid amount"):
        entry.take("payment_amount", paid, ["take: sum"], *_repeated(payment))
    else:
        entry.constant("payment_amount", "0.00", _NO_PAYMENT)
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
    _fill_remittance(entry, check)
    fill_key(entry, "patient_control_number", account)
    fill_each(entry, table, claim_status_code="claim status")
    entry.take("payer_claim_control_number", icn)
    _fill_responsibility(entry, table, account)
    entry.take("from_date", table.one("service date", "claim start"))
    ranges = [one for one in table.one("service date") if one.is_range]
    entry.take("to_date", table.one("service end", "claim end") or ranges)
    charge, paid = payment.charge, table.one("paid amount")
    if charge:
        entry.take("charge_amount", charge, ["take: sum"], *_repeated(payment))
    else:
        entry.missing("charge_amount", "what was charged")
    if paid:
        entry.take("paid_amount", paid, ["take: sum"], *_repeated(payment))
    else:
        entry.constant("paid_amount", "0.00", _NO_PAYMENT)
    return entry


def _fill_responsibility(entry: Entry, table: ColumnChoice, account: Sequence[ColumnProfile]) -> None:
    """Fill the patient's share: the sum of the lines', or once what all rows of a claim repeat."""
    share = table.one("patient responsibility")
    if share and table.same_on_all_rows(account, share[0]):
        entry.take("patient_responsibility_amount", share, (), _SHARE_OF_CLAIM)
    else:
        entry.take("patient_responsibility_amount", share, ["take: sum"])


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
    fill_each(line, table, from_date="service date", allowed_amount="allowed amount")
    line.take("unit_count", table.one("units", "paid units"))
    line.take("charge_amount", payment.charge, (), *doubts)
    if paid := table.one("paid amount"):
        line.take("paid_amount", paid, (), *doubts)
    else:
        line.constant("paid_amount", "0.00", _NO_PAYMENT)
    return line


def _adjustments(payment: _Payment, table: ColumnChoice) -> Iterator[Entry]:
    """Yield the adjustments by group and reason, and those whose reason the header names."""
    coded = _coded(table)
    named = [column for name in _NAMED for column in table.one(name)]
    doubts: list[str] = []
    payments = table.one("paid amount")
    if payment.charge and payments and (coded or named) and not payment.once_per:
        paid = payments[0]
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
    for column in table.all("adjustments"):
        entry = Entry("adjustment", once_per=payment.once_with([column]))
        payment.fill_key(entry)
        options = [f"separator: [{', '.join(column.separators)}]"] if column.separators else []
        # The reader cuts CO-45 33.60 into its group, its reason and its amount.
        entry.take("reason_code", [column], options)
        entry.take("adjustment_amount", [column], options)
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


def _amounts_after(table: ColumnChoice, reasons: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return the column of amounts right of each reason, in doubt; none if one has none."""
    places = {column.header: place for place, column in enumerate(table.columns)}
    after = [table.columns[places[one.header] + 1 : places[one.header] + 2] for one in reasons]
    found = [
        one.doubted("is it the amount of the reason before it?")
        for columns in after
        for one in columns
        if one.meaning in {None, "line charge"} and table.is_all_of_form(one, _AMOUNT)
    ]
    return found if len(found) == len(reasons) else []


def _coded(table: ColumnChoice) -> list[tuple[ColumnProfile | None, ColumnProfile, ColumnProfile]]:
    """Return group, reason and amount of each adjustment; the group is None where the reason holds it."""
    reasons, amounts = table.all("adjustment reason"), table.all("adjustment amount")
    groups = table.all("adjustment group")
    if reasons and not amounts:
        amounts = _amounts_after(table, reasons)
    if not reasons or len(reasons) != len(amounts):
        return []
    if len(groups) == len(reasons):
        return list(zip(groups, reasons, amounts, strict=True))
    if all(table.is_all_of_form(reason, _GROUP_AND_REASON) for reason in reasons):
        return [(None, reason, amount) for reason, amount in zip(reasons, amounts, strict=True)]
    return []
