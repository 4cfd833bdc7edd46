"""The proposed tables of claims: claim, lines, diagnoses, procedures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from auditlib.codes.systems import ICD9CM, ICD10CM, ICD10PCS
from auditlib.sources.tabular.proposal.column_choice import ColumnChoice
from auditlib.sources.tabular.proposal.column_profile import ColumnProfile, date_form_of
from auditlib.sources.tabular.proposal.entries import Entry, quoted
from auditlib.sources.tabular.proposal.header_words import header_words
from auditlib.sources.tabular.proposal.suggested_values import places_of_service

_FIRST_DAY_OF_ICD_10: Final = dt.date(2015, 10, 1)
_NO_ACCOUNT: Final = "no column is understood to have the account"
_MANY_CLAIMS: Final = 3
_MOST_POINTERS: Final = 4
_BY_DAY: Final = "ICD by day"
_RESEMBLES: Final = 0.9
"""Least confidence in a header that says more than it resembles."""
_HOSPITAL: Final = ("revenue code", "type of bill", "drg")


def proposed_claims(table: ColumnChoice) -> Iterator[Entry]:
    """Yield the tables that rows of charges or claims fill."""
    key = _claim_key(table)
    repeated = repeated_lines(table, key, diagnosis_of_a_row(table))
    money = _Charges(table.once(repeated.per), key, repeated.doubts)
    claim = Entry("claim", one_row_per="claim_id" if table.repeats(key) else None, once_per=repeated.per)
    fill_key(claim, "claim_id", [_key_with_doubts(table, key)] if key else [])
    account = _account(table)
    claim.take(
        "patient_control_number",
        account or key,
        (),
        *([] if account or not key else [f"{_NO_ACCOUNT}: '{key[0].header[:40]}' is taken"]),
    )
    _fill_form(claim, table)
    claim.take("patient_id", _patient(table, key))
    fill_each(
        claim, table,
        type_of_bill="type of bill",
        frequency_code="frequency", billing_provider_id="billing provider",
        rendering_provider_id="rendering provider",
        discharge_status_code="discharge status", drg_code="drg", submit_date="submit date",
    )  # fmt: skip
    fill_place_of_service(claim, table)
    claim.take("payer_id", payer_id(table))
    claim.take("payer_name", table.one("payer", "payer plan"))
    _fill_days(claim, table)
    money.fill_claim(claim)
    yield claim
    if services := table.services_of_one_row():
        yield from (_line_of(table, key, service, total=money.total) for service in services)
    elif table.has("procedure", "revenue code"):
        lines = _lines(table, key, money)
        lines.once_per = repeated.per
        yield lines
    per = "claim_id" if claim.one_row_per else None
    yield from code_entries(table, CodeHome("claim_diagnosis", "claim_id", key, per), "diagnosis")
    yield from code_entries(table, CodeHome("claim_procedure", "claim_id", key, per), "icd procedure")


@dataclass(frozen=True, slots=True)
class RepeatedLines:
    """The headers in which rows are alike that repeat one line, and what is in doubt; none if none repeat."""

    per: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def diagnosis_of_a_row(table: ColumnChoice) -> list[ColumnProfile]:
    """Return the only column of diagnoses, if it has one in each cell: rows may repeat a line for each."""
    columns = table.all("diagnosis")
    return columns if len(columns) == 1 and not columns[0].separators else []


def repeated_lines(
    table: ColumnChoice, key: Sequence[ColumnProfile], others: Sequence[ColumnProfile]
) -> RepeatedLines:
    """Return how rows repeat a line, once for each of its diagnoses or adjustments.

    Parameters
    ----------
    table
        The columns and rows.
    key
        The columns that make one claim or payment.
    others
        Columns of what a line may have several of, as its diagnoses.

    Notes
    -----
    Rows of one line number that are alike in service, units and charge are one line. Without line numbers,
    rows alike in all these that differ in a diagnosis or adjustment are taken for one, in doubt.
    """
    number = table.one("line number")
    of_line = [
        *table.all("procedure", "modifier", "service date", "units", "revenue code"),
        *_money_of(table),
    ]
    if not key or not others or not of_line or not table.has("procedure", "revenue code", *_MONEY):
        return RepeatedLines()
    by_number = tuple(dict.fromkeys(one.header for one in (*key, *number)))
    if number and number[0].filled_count and not table.is_one_row_each(by_number):
        return RepeatedLines(by_number) if table.is_one_each(by_number, of_line) else RepeatedLines()
    if number and number[0].filled_count:
        return RepeatedLines()
    alike = tuple(dict.fromkeys(one.header for one in (*key, *of_line)))
    differing = tuple(dict.fromkeys([*alike, *(one.header for one in others)]))
    if table.is_one_row_each(alike) or not table.is_one_row_each(differing):
        return RepeatedLines()
    what = others[0].header[:40]
    return RepeatedLines(alike, (f"rows alike but for '{what}' are taken for one line: are they?",))


_MONEY: Final = ("line charge", "claim charge", "unit price", "paid amount", "allowed amount")


def _money_of(table: ColumnChoice) -> list[ColumnProfile]:
    return table.all(*_MONEY)


def _claim_key(table: ColumnChoice) -> list[ColumnProfile]:
    """Return the column that makes claims: the account, if another header only resembles a claim's."""
    number, account = table.one("claim number"), table.one("account")
    if number and account and number[0].confidence < _RESEMBLES <= account[0].confidence:
        return number if table.repeats(number) else account
    return number or account or _key_of_last_resort(table)


def _key_of_last_resort(table: ColumnChoice) -> list[ColumnProfile]:
    """Return the payer's number of the claim, else the patient, where no column has claim or account."""
    payer_number = [one.doubted(_PAYERS_NUMBER) for one in table.one("payer claim number")]
    return payer_number or [one.doubted(_PATIENT_FOR_CLAIM) for one in table.one("patient", "member")]


_PAYERS_NUMBER: Final = "it is the payer's number: no column has the claim's own or the account"
_PATIENT_FOR_CLAIM: Final = "no column has the claim or the account: is each patient one claim?"


def _account(table: ColumnChoice) -> list[ColumnProfile]:
    """Return the column of the account: of several equally likely, the one whose header says account."""
    best = table.one("account")
    if best and table.has("claim number") and "appointment" in header_words(best[0].header).words.split():
        # What a scheduler counts is no account where the claim has a number of its own.
        return []
    said = [one for one in table.all("account") if "account" in header_words(one.header).words.split()]
    if (
        best
        and len(said) == 1
        and said[0].header != best[0].header
        and said[0].confidence == best[0].confidence
    ):
        return [said[0].doubted(f"it could also be '{best[0].header[:40]}'")]
    return best


def _lines(table: ColumnChoice, key: Sequence[ColumnProfile], money: _Charges) -> Entry:
    line = Entry("claim_line")
    fill_key(line, "claim_id", key)
    line.take("line_number", _line_number(table, key))
    fill_procedure(line, table, *money.doubts_of_rows)
    line.take("from_date", table.one("service date", "plain date"))
    line.take("to_date", table.one("service end"))
    if any(one.separators for one in table.one("procedure")):
        # What a row says of several services is no one line's.
        line.constant("charge_amount", "0.00", _NO_CHARGE_OF_ITS_OWN)
    else:
        line.take("unit_count", table.one("units"))
        money.fill_line(line)
    _fill_pointers(line, table.all("pointer"))
    fill_each(line, table, revenue_code="revenue code", ndc="ndc")
    fill_place_of_service(line, table)
    return line


def _line_number(table: ColumnChoice, key: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return the column that numbers a claim's lines; one that repeats in a claim is in doubt, or is none."""
    found = table.one("line number")
    if not found or not key or not found[0].filled_count:
        return found
    names = list(dict.fromkeys([key[0].header, found[0].header]))
    if table.is_one_row_each(names) or diagnosis_of_a_row(table):
        return found
    if found[0].confidence < _RESEMBLES:
        return []
    return [found[0].doubted("several rows of a claim have one number")]


def fill_place_of_service(entry: Entry, table: ColumnChoice, own: Sequence[ColumnProfile] = ()) -> None:
    """Fill the place of service, from its own column if it has one; words of no known code stay empty."""
    place = own or table.one("place of service")
    if not place or not place[0].words:
        entry.take("place_of_service", place)
        return
    meant = places_of_service(place[0].words)
    unknown = [word for word in place[0].words if word not in meant]
    if not meant:
        return
    pairs = ", ".join(f"{quoted(word)}: {quoted(code)}" for word, code in meant.items() if word != code)
    options = [f"values: {{{pairs}}}"] if pairs else []
    options += [f"empty: [{', '.join(map(quoted, unknown))}]"] if unknown else []
    entry.take("place_of_service", place, options, *(["what do its other words mean?"] if unknown else []))


def _fill_pointers(line: Entry, pointers: Sequence[ColumnProfile]) -> None:
    """Fill a line's pointers from one column, or from one for each pointer."""
    numbers = [pointer.number for pointer in pointers]
    if len(pointers) > 1 and numbers == list(range(1, len(pointers) + 1)):
        for pointer in pointers[:_MOST_POINTERS]:
            line.take(f"diagnosis_pointer_{pointer.number}", [pointer])
        return
    best = max(pointers, key=lambda pointer: (pointer.confidence, pointer.filled_count), default=None)
    if best is not None:
        others = [f"it could also be '{other.header[:40]}'" for other in pointers if other is not best]
        line.take("diagnosis_pointers", [best], (), *others[:2])


def _patient(table: ColumnChoice, key: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return the column of the patient, in doubt where many claims would all be of one."""
    patient = table.one("patient", "member")
    if patient and key and patient[0].different_count == 1 and key[0].different_count >= _MANY_CLAIMS:
        return [patient[0].doubted("all claims have the same")]
    return patient


def payer_id(table: ColumnChoice) -> list[ColumnProfile]:
    """Return the column of the payer's id; none if rows of one payer mostly have their own, as members do."""
    found, payer = table.one("payer id"), table.one("payer", "payer plan")
    if found and not payer:
        return [found[0].doubted("is it the payer's, or the member's?")]
    if not found or found[0].header == payer[0].header:
        return found
    is_of_members = found[0].different_count > 2 * payer[0].different_count
    return [] if is_of_members and table.varies_within(payer, found[0]) else found


def _line_of(
    table: ColumnChoice,
    key: Sequence[ColumnProfile],
    service: Mapping[str, Sequence[ColumnProfile]],
    *,
    total: Sequence[ColumnProfile],
) -> Entry:
    """Return the lines that one of several columns of services makes, with the columns beside it."""
    line = Entry("claim_line")
    fill_key(line, "claim_id", key)
    line.take("code", service["procedure"], _cut_or_with_modifiers(service["procedure"][0]))
    _fill_modifiers(line, service.get("modifier", []))
    for target, name in (("unit_count", "units"), ("charge_amount", "line charge"), ("ndc", "ndc")):
        columns = service.get(name, [])
        if columns and columns[0].header not in {one.header for one in total}:
            line.take(target, columns[:1])
    line.take("revenue_code", service.get("revenue code", [])[:1])
    _fill_pointers(line, service.get("pointer", []))
    if not any(one.target == "charge_amount" for one in line.columns):
        line.constant("charge_amount", "0.00", _NO_CHARGE_OF_ITS_OWN)
    days = service.get("service date", [])[:1] or table.one("service date", "plain date")
    line.take("from_date", days or _surgery_day(table))
    line.take("to_date", service.get("service end", [])[:1] or table.one("service end"))
    fill_place_of_service(line, table, service.get("place of service", [])[:1])
    return line


def _cut_or_with_modifiers(procedure: ColumnProfile) -> list[str]:
    options = [f"separator: [{', '.join(procedure.separators)}]"] if procedure.separators else []
    return [*options, *(["has_modifiers: true"] if procedure.has_modifiers else [])]


def has_answers_beside_charges(table: ColumnChoice) -> bool:
    """Return True if rows say what a payer allowed and paid and the patient owes, and no diagnosis."""
    return (
        table.has_filled("paid amount")
        and table.has_filled("allowed amount")
        and table.has_filled(*_OF_PATIENT)
        and not table.has_filled("diagnosis", "pointer")
    )


_OF_PATIENT: Final = ("patient responsibility", "deductible", "coinsurance", "copay")


def _key_with_doubts(table: ColumnChoice, key: Sequence[ColumnProfile]) -> ColumnProfile:
    """Return the column that makes claims, in doubt where its rows or other columns contradict it."""
    voids = [f"'{one.header[:40]}' says that some rows are voided or reversed" for one in table.voiding()]
    key = [key[0].doubted(*voids[:1])]
    if table.has("check number", "payment date", "adjustment reason", "remark") and table.has("payer"):
        paid = [one.header for one in table.all("check number", "adjustment reason", "remark")]
        if paid:
            key = [key[0].doubted(f"'{paid[0][:40]}' is a column of payments: are these rows payments?")]
    if has_answers_beside_charges(table):
        paid = [one.header for one in table.all("paid amount") if one.filled_count]
        return key[0].doubted(f"'{paid[0][:40]}' is a column of payments: are these rows payments?")
    if key[0].meaning == "claim number" and not table.repeats(key) and table.repeats(table.one("account")):
        return key[0].doubted("each row has its own, and accounts have several: is it the number of a line?")
    days = table.one("service date", "plain date")
    if key[0].meaning == "account" and days and not table.has("admit date", *_HOSPITAL):
        found = table.days(days[0]).alias("__day")
        if table.varies_within(key, days[0]) and found.drop_nulls().n_unique() > 1:
            return key[0].doubted("rows of one account have several days: is that one claim?")
    return key[0]


_FORM_WORDS: Final = {
    "professional": "P", "prof": "P", "p": "P", "837p": "P", "837-p": "P", "cms-1500": "P", "cms1500": "P",
    "hcfa-1500": "P", "hcfa1500": "P", "1500": "P", "hcfa": "P",
    "institutional": "I", "inst": "I", "i": "I", "837i": "I", "837-i": "I", "ub-04": "I", "ub04": "I",
    "ub": "I", "ub4": "I", "dental": "D", "d": "D", "837d": "D", "837-d": "D", "pharmacy": "R", "r": "R",
}  # fmt: skip


def _fill_form(claim: Entry, table: ColumnChoice) -> None:
    if forms := table.one("claim form"):
        meant = [(word, _FORM_WORDS.get(word.lower())) for word in forms[0].words]
        pairs = ", ".join(f'"{word}": {form}' for word, form in meant if form is not None and word != form)
        unknown = ["what do its other words mean?"] if any(form is None for _, form in meant) else []
        claim.take("form", forms, [f"values: {{{pairs}}}"] if pairs else [], *unknown)
        return
    is_hospital = table.has(*_HOSPITAL)
    claim.constant("form", "I" if is_hospital else "P", "P professional, I institutional, D dental")


def _surgery_day(table: ColumnChoice) -> list[ColumnProfile]:
    """Return the day of surgery, where no ICD procedure has it."""
    return [] if table.has("icd procedure") else table.one("icd procedure date")


def _fill_days(claim: Entry, table: ColumnChoice) -> None:
    """Fill the first and last day of claims: the claim's own, a stay's, or those of its lines."""
    is_hospital = table.has(*_HOSPITAL)
    stay_start = table.one("admit date") if is_hospital else []
    stay_end = table.one("discharge date") if is_hospital else []
    service = table.one("service date")
    visit = [] if is_hospital else table.one("admit date")
    plain = [one.doubted("the header does not say which day it is") for one in table.one("plain date")]
    plain += [one.doubted("the header says the day of surgery") for one in _surgery_day(table)]
    starts = [*table.one("claim start"), *stay_start, *service, *visit, *plain]
    service_ends = [*table.one("service end"), *service, *visit, *plain]
    ends = [*table.one("claim end"), *stay_end, *service_ends, *starts]
    unknown = table.unknown_days()
    is_of_others = any(_NO_SERVICE_DAY & set(header_words(one.header).words.split()) for one in unknown)
    if not starts and len(unknown) == 1 and not is_of_others:
        (only,) = unknown
        form = date_form_of(table.records[only.header])
        starts = [replace(only, confidence=_GUESSED, date_form=form).doubted(_ONLY_DAYS)]
        ends += starts
    if not starts:
        claim.missing("from_date", "a claim needs its first day, and no column is understood to have it")
        return
    start = next((column for column in starts if table.is_always_filled(column)), starts[0])
    if stay_start and start.header == stay_start[0].header and service:
        early = (table.days(service[0]) < table.days(start)).fill_null(value=False)
        if early.any():
            start = start.doubted("some services are before it")
    end = next((column for column in ends if table.is_always_filled(column)), ends[0])
    if stay_end and start in service:
        end = next((column for column in service_ends if table.is_always_filled(column)), end)
    doubts = ["rows do not fill it"] if not table.is_always_filled(start) else []
    before = (table.days(end) < table.days(start)).fill_null(value=False)
    if before.any():
        end = end.doubted("some rows end before they begin")
    other_days = [
        f"'{one.header[:40]}' holds days too, and is not understood"
        for one in table.unknown_days()
        if one.header not in {start.header, end.header}
    ]
    claim.take("from_date", [start], (), *doubts, *other_days)
    lasts = (
        ["no column is understood to have the last day"] if is_hospital and end.header == start.header else []
    )
    claim.take("to_date", [end], (), *lasts, *other_days)
    if is_hospital:
        claim.take("admit_date", stay_start)


_ONLY_DAYS: Final = "its header is not understood, and no other column holds days: are they of the service?"
_GUESSED: Final = 0.55
"""Confidence in a column that its values alone suggest."""
_NO_CHARGE_OF_ITS_OWN: Final = "no column has the charge of each service"
_PRICE_OR_CHARGE: Final = "is it the price of one unit, or of the line?"
# Dollars that are no charge, and days that are not those of the service, whatever else their headers say.
_NO_CHARGE: Final = frozenset(
    {"balance", "due", "cost", "tax", "paid", "payment", "adjustment", "write", "off", "expected", "variance",
     "credit", "refund", "allowed", "copay", "reimbursement", "interest", "discount", "owed", "collected"}
)  # fmt: skip
_NO_SERVICE_DAY: Final = frozenset(
    {"post", "posted", "posting", "entry", "entered", "created", "updated", "modified", "due", "statement",
     "printed", "run", "export", "file", "batch", "keyed", "load", "loaded", "signed", "reported", "bill",
     "sent", "received", "paid", "payment", "closed", "print", "report", "deposit", "submitted"}
)  # fmt: skip
_ONLY_AMOUNTS: Final = "its header is not understood, and no other column holds dollars: is it the charge?"
_POSTED: Final = "transaction amount"
_NOT_SAID: Final = frozenset({"amount", "amt", "total", "total amount", "$"})


class _Charges:
    """Which column has the charge of a claim, and which that of a line, as their sums and products show."""

    def __init__(
        self, table: ColumnChoice, key: Sequence[ColumnProfile], doubts_of_rows: Sequence[str] = ()
    ) -> None:
        self._repeats = table.repeats(key)
        self.doubts_of_rows = list(doubts_of_rows)
        prices, lines, totals = _by_meaning(table, key)
        self.line, self.total = _best(table, lines), _best(table, totals)
        if not (prices or self.line or self.total):
            self.line = _only_amounts(table)
        elif not self.line:
            self.line = _priced(table, key, prices, self.total)
        elif self.total and _is_price(table, key, self.line[0], self.total[0]):
            self.line = [replace(self.line[0], times=table.one("units")[0].header)]
        doubts = _doubts_of_amounts(table, [*self.line, *self.total])
        self._total_doubts, self._line_doubts = list(doubts), [*doubts_of_rows, *doubts]
        charges = [one["line charge"][0] for one in table.services_of_one_row() if "line charge" in one]
        if len(charges) > 1 and self.total:
            adds_up = table.balances(self.total[0], charges[0], charges[1:])
        else:
            adds_up = not (key and self.line and self.total) or table.adds_up(
                key, self.line[0], self.total[0]
            )
        if self.total and self.line and not adds_up:
            self._total_doubts.insert(0, "it is not the sum of the lines of each claim")
        if self.line and not self.total and table.same_on_all_rows(key, self.line[0]):
            self._line_doubts.append("it is the same on all rows of each claim: is it the claim's total?")
        if self.line and table.has_alike_rows([*key, *_of_a_line(table), *self.line]):
            alike = "some rows are alike in service, day, units and charge: do rows repeat a line?"
            self.doubts_of_rows.append(alike)
            self._line_doubts.append(alike)
        is_unclear = self.line and self.line[0].times is None and not prices
        if is_unclear and _says_fee(self.line[0]) and _has_several_units(table):
            self._line_doubts.append(_PRICE_OR_CHARGE)

    def fill_claim(self, claim: Entry) -> None:
        """Fill the charge of a claim: its own, or the sum of its lines."""
        if self.total:
            claim.take("charge_amount", self.total, (), *dict.fromkeys(self._total_doubts))
        elif self.line:
            extra = ["take: sum"] if self._repeats else []
            claim.take("charge_amount", self.line, extra, *self._line_doubts)
        else:
            claim.missing("charge_amount", "no column is understood to have the charge")

    def fill_line(self, line: Entry) -> None:
        """Fill the charge of a line."""
        if self.line:
            line.take("charge_amount", self.line, (), *self._line_doubts)
        elif self._repeats:
            line.take(
                "charge_amount", self.total, (), "it is the claim's total: no column has the lines' charges"
            )
        else:
            line.take("charge_amount", self.total)


def _only_amounts(table: ColumnChoice) -> list[ColumnProfile]:
    """Return the only column of dollars as the charge, in doubt; none if there are several."""
    found = table.unknown_amounts()
    if len(found) != 1 or _NO_CHARGE & set(header_words(found[0].header).words.split()):
        return []
    return [replace(found[0], confidence=_GUESSED).doubted(_ONLY_AMOUNTS)]


def _says_fee(column: ColumnProfile) -> bool:
    return bool({"fee", "price", "rate"} & set(header_words(column.header).words.split()))


def _has_several_units(table: ColumnChoice) -> bool:
    """Return True if the units of a row are not always one."""
    units = table.one("units")
    return bool(units) and not table.is_all_of_form(units[0], r"^1([.,]0*)?$")


def _priced(
    table: ColumnChoice,
    key: Sequence[ColumnProfile],
    prices: Sequence[ColumnProfile],
    total: Sequence[ColumnProfile],
) -> list[ColumnProfile]:
    """Return the price of one unit as the charge of a line, times its units where there are several."""
    if not prices:
        return []
    price, units = prices[0], table.one("units")
    if not units or not _has_several_units(table):
        return [price] if units else [price.doubted(_PRICE_OR_CHARGE)]
    times = replace(price, times=units[0].header)
    if total:
        # The claim's total shows whether prices or charges make it.
        if key and table.adds_up(key, times, total[0]):
            return [times]
        if key and table.adds_up(key, price, total[0]):
            return [price]
    return [times.doubted(_PRICE_OR_CHARGE)]


def _is_price(
    table: ColumnChoice, key: Sequence[ColumnProfile], line: ColumnProfile, total: ColumnProfile
) -> bool:
    """Return True if a column makes each claim's total only when it is multiplied by the units."""
    units = table.one("units")
    if not key or not units or not _has_several_units(table) or table.adds_up(key, line, total):
        return False
    return table.adds_up(key, replace(line, times=units[0].header), total)


def _by_meaning(
    table: ColumnChoice, key: Sequence[ColumnProfile]
) -> tuple[list[ColumnProfile], list[ColumnProfile], list[ColumnProfile]]:
    """Return the columns of prices of a unit, of charges of lines and of totals of claims."""
    prices, lines, totals = (table.all(name) for name in ("unit price", "line charge", "claim charge"))
    # A price times the units of its row is the charge of the row.
    products = [
        (price, total)
        for units in table.one("units")
        for price in (*prices, *lines)
        for total in (*lines, *totals)
        if price.header != total.header and table.multiplies(price, units, total)
    ]
    if products:
        prices, lines = [products[0][0]], [products[0][1]]
        totals = [total for total in totals if total.header != lines[0].header]
    if not lines and totals and table.repeats(key) and table.varies_within(key, totals[0]):
        # What differs from row to row of a claim is not its total.
        lines, totals = totals[:1], []
    return prices, lines, totals


def _doubts_of_amounts(table: ColumnChoice, charges: Sequence[ColumnProfile]) -> list[str]:
    doubts = []
    if any(table.has_negative(one) for one in charges):
        doubts.append("some amounts are below zero: are payments or reversals among the rows?")
    if kinds := [one for one in table.all("transaction type") if one.different_count > 1]:
        doubts.append(f"'{kinds[0].header[:40]}' says that rows are of several kinds")
    if charges and (charges[0].header in _NOT_SAID or header_words(charges[0].header).words == _POSTED):
        doubts.append("the header does not say that it is the charge")
    return doubts


def _of_a_line(table: ColumnChoice) -> list[ColumnProfile]:
    """Return the columns in which two lines of a claim differ, in one at least."""
    return table.all("line number", "procedure", "modifier", "service date", "units", "revenue code")


def _best(table: ColumnChoice, columns: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return the likeliest of some columns of amounts, in doubt where others differ from it."""
    if not columns:
        return []
    return ColumnChoice(
        [column for column in table.columns if any(column.header == one.header for one in columns)],
        table.records,
    ).one(*dict.fromkeys(str(column.meaning) for column in columns))


def fill_procedure(entry: Entry, table: ColumnChoice, *doubts_of_rows: str) -> None:
    """Fill the code of a service and its modifiers, cut from it where it holds them.

    Parameters
    ----------
    entry
        The table of services.
    table
        The columns and rows.
    doubts_of_rows
        What is in doubt of each row, as whether it repeats a line.
    """
    procedure, modifiers = table.one("procedure"), table.all("modifier")
    if procedure and procedure[0].separators:
        entry.take(
            "code",
            procedure,
            _cut_or_with_modifiers(procedure[0]),
            "each is a service without a charge of its own",
        )
        return
    if procedure and procedure[0].has_modifiers:
        doubts = ["modifiers stand behind the code and in columns of their own"] if modifiers else []
        entry.take("code", procedure, ["has_modifiers: true"], *doubts, *doubts_of_rows)
        return
    entry.take("code", procedure, (), *doubts_of_rows)
    _fill_modifiers(entry, modifiers)


def _fill_modifiers(entry: Entry, modifiers: Sequence[ColumnProfile]) -> None:
    """Fill modifiers from one column that may hold several, or from one for each."""
    if len(modifiers) == 1:
        entry.take("modifiers", modifiers)
        return
    for number, profile in enumerate(modifiers[:4], start=1):
        entry.take(f"modifier_{number}", [profile])


@dataclass(frozen=True, slots=True)
class CodeHome:
    """The target table of codes, and the key that groups them by encounter or claim."""

    target: str
    key_column: str
    key: Sequence[ColumnProfile]
    per: str | None


def code_entries(table: ColumnChoice, home: CodeHome, what: str) -> Iterator[Entry]:
    """Yield the tables of diagnoses or ICD procedures; those beside a column of days or indicators first."""
    user_columns = table.all(what)
    if not user_columns:
        return
    user_columns = _in_order_of_the_claim(table, user_columns)
    user_columns, system, doubts = _system(table, user_columns, what)
    beside = "poa" if what == "diagnosis" else "icd procedure date"
    paired = [(column, _beside(table, beside, column, user_columns)) for column in user_columns]
    with_pair = [(column, other) for column, other in paired if other is not None]
    without = [column for column, other in paired if other is None]
    target = "poa_indicator" if what == "diagnosis" else _day_column(home.target)
    for columns, others in (
        ([column for column, _ in with_pair], [other for _, other in with_pair]),
        (without, []),
    ):
        if not columns:
            continue
        entry = Entry(home.target, one_row_per=home.per)
        fill_key(entry, home.key_column, home.key)
        entry.constant("code_system", system, *doubts)
        separators = sorted({separator for column in columns for separator in column.separators})
        alone = ["others have a column beside them, and these have none"] if with_pair and not others else []
        options = [f"separator: [{', '.join(separators)}]"] if separators else []
        if systems := sorted({word for column in columns for word in column.system_words}):
            options.append(f"empty: [{', '.join(map(quoted, systems))}]")
        entry.take("code", columns, options, *alone, *_another_order(table, home, columns))
        marks = sorted({mark for other in others for mark in other.separators})
        entry.take(target, others, [f"separator: [{', '.join(marks)}]"] if marks else [])
        yield entry


def _another_order(table: ColumnChoice, home: CodeHome, columns: Sequence[ColumnProfile]) -> list[str]:
    """Return the doubt that rows with one code each come in another order than a column numbers them."""
    if home.per is None or len(columns) > 1 or not table.varies_within(home.key, columns[0]):
        return []
    return [
        f"rows come in another order than '{one.header[:40]}' numbers them"
        for one in table.columns
        if _ORDER_WORDS & set(header_words(one.header).words.split())
        and table.is_all_of_form(one, r"^\d{1,2}$")
        and table.falls_within(home.key, one)
    ][:1]


_ORDER_WORDS: Final = frozenset({"sequence", "order", "rank", "position", "number", "line"})


def _in_order_of_the_claim(table: ColumnChoice, columns: list[ColumnProfile]) -> list[ColumnProfile]:
    """Return columns of codes without those that repeat another, external causes last."""
    repeating = [
        later.header
        for place, later in enumerate(columns)
        if any(table.is_copy(later, earlier) for earlier in columns[:place])
    ]
    kept = [column for column in columns if column.header not in repeating]
    return sorted(kept, key=lambda one: "external" in header_words(one.header).words.split())


def _day_column(table: str) -> str:
    return "code_date" if table == "encounter_code" else "procedure_date"


def _beside(
    table: ColumnChoice, meaning: str, column: ColumnProfile, columns: Sequence[ColumnProfile]
) -> ColumnProfile | None:
    """Return the indicator or day of a code: that of its place among them, or with its number."""
    others = table.all(meaning)
    if len(others) == len(columns):
        return others[list(columns).index(column)]
    same = [other for other in others if other.number == column.number]
    return same[0] if len(same) == 1 and [one.number for one in columns].count(column.number) == 1 else None


def _system(
    table: ColumnChoice, columns: list[ColumnProfile], what: str
) -> tuple[list[ColumnProfile], str, list[str]]:
    """Return the columns of one revision of ICD, the revision, and what is in doubt."""
    tenth = ICD10CM if what == "diagnosis" else ICD10PCS
    found = {column.code_system for column in columns} - {None}
    doubts = [] if found else ["no value shows the revision of ICD"]
    by_header = [column for column in columns if column.code_system == ICD9CM]
    if found == {ICD9CM, ICD10CM} and len(by_header) < len(columns):
        rest = [column for column in columns if column.code_system != ICD9CM]
        first_of_rest = [column for column in rest if column.number <= 1]
        if first_of_rest:
            # Both revisions side by side, as in exports of 2015.
            return rest, tenth, ["columns of ICD-9-CM beside these are left out"]
    if found == {ICD9CM}:
        if what == "diagnosis" and not _is_before_icd_10(table):
            doubts.append("ICD-9-CM is billed for days before 2015-10-01 only")
        return columns, ICD9CM, doubts
    if found in ({ICD10CM}, set()):
        return columns, tenth, doubts
    return columns, _BY_DAY, ["codes of both revisions: the day of the claim decides"]


def _is_before_icd_10(table: ColumnChoice) -> bool:
    days = table.one("service date", "claim start", "admit date", "discharge date")
    latest = table.days(days[0]).max() if days else None
    return isinstance(latest, dt.date) and latest < _FIRST_DAY_OF_ICD_10


def fill_each(entry: Entry, table: ColumnChoice, **targets: str) -> None:
    """Fill columns, each from the likeliest column of a meaning."""
    for target, name in targets.items():
        entry.take(target, table.one(name))


def fill_key(entry: Entry, target: str, key: Sequence[ColumnProfile]) -> None:
    """Fill the column that groups rows, or ask for it."""
    if key:
        entry.take(target, key)
    else:
        entry.missing(target, "the column that groups the rows")
