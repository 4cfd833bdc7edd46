"""What one part of the made claims holds: claims as they were sent, and what payers answered.

A part has a seed of its own, so that any part can be made without the others, and the same seed and number
give the same part. It is one clinic's; its patients come several times. Of a hundred first claims, about

- 8 are not answered;
- 10 are denied; of those two fifths are replaced, half under another account number, and a replacement may
  be denied and replaced again, so that chains of up to four claims hang on the payer's control numbers;
- 5 have one denied line;
- 2 are paid, reversed and paid less in the same remittance; fewer are reversed later and the dollars carried
  forward; fewer still are voided by the provider;
- 8 go to a second payer with what the first one paid, and most of those are answered;
- 4 have an account number that another claim has: that of another patient of the clinic, or one of the part
  before;
- and 1 in two hundred is paid although no claim was sent from here.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from benchmarks.made.codes import CodePool

PART_CLAIM_COUNT = 10_000
PAYERS, PAYERS_A_PART, CLINICS, PROVIDERS_A_CLINIC = 56, 8, 300, 12
FIRST_DAY, DAYS = dt.date(2025, 1, 1), 540
MIDDLE_OF_MONTH = 15
LONGEST_CHAIN = 4
VISITS_A_PATIENT = 4
PROFESSIONAL_LINES, INSTITUTIONAL_LINES = 4, 6
DIAGNOSES = 6
SURNAMES = (
    "ASHDOWN",
    "BRIARLEY",
    "COLDWELL",
    "DUNMOOR",
    "ELDERSON",
    "FARROWAY",
    "GREYLOCK",
    "HOLLIS",
    "INGRAM",
)
FIRST_NAMES = ("ADA", "BORIS", "CLEO", "DIMITRI", "EDNA", "FELIX", "GRETA", "HUGO", "IRIS", "JONAS", "KLARA")
REASONS = (
    "16", "197", "50", "97", "18", "11", "4", "29", "96", "109", "22", "27", "151", "119", "204",
    "31", "B7", "236", "252", "226", "181", "146", "167", "198", "B15", "107", "129", "140", "A1",
)  # fmt: skip
REVENUE_CODES = ("0120", "0250", "0300", "0360", "0450")

Form = Literal["P", "I"]
Adjustment = tuple[str, str, int]
"""Group, reason and cents."""


@dataclass(frozen=True, slots=True)
class Patient:
    """A member of a plan."""

    member: str
    name: str
    born: str
    sex: str
    street: int


@dataclass(frozen=True, slots=True)
class Line:
    """A service line; a professional one has no revenue code, an institutional one may have no procedure."""

    code: str
    modifier: str
    revenue: str
    cents: int
    units: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a payer made of a line: charge = paid + adjustments."""

    paid: int
    adjustments: tuple[Adjustment, ...]

    @property
    def share(self) -> int:
        """What the patient owes, in cents."""
        return sum(cents for group, _, cents in self.adjustments if group == "PR")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as sent. ``first_answer`` is what the first payer paid, where this one goes to a second."""

    form: Form
    account: str
    patient: Patient
    payer: int
    provider: str
    day: dt.date
    sent: dt.date
    place: str
    diagnoses: tuple[str, ...]
    lines: tuple[Line, ...]
    frequency: str = "1"
    refers_to: str = ""
    first_answer: Payment | None = None

    @property
    def cents(self) -> int:
        """The charge."""
        return sum(line.cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payer's answer to a claim; a reversal turns the dollars of an earlier one."""

    claim: Claim
    control: str
    day: dt.date
    status: str
    decisions: tuple[Decision, ...]
    is_carried_forward: bool = False

    @property
    def paid(self) -> int:
        """What is paid, in cents."""
        return sum(decision.paid for decision in self.decisions)

    @property
    def share(self) -> int:
        """What the patient owes, in cents."""
        return sum(decision.share for decision in self.decisions)

    @property
    def sign(self) -> int:
        """-1 for a reversal."""
        return -1 if self.status == "22" else 1


@dataclass(slots=True)
class Part:
    """One clinic's claims and the answers to them, in the order of their making."""

    number: int
    clinic: str
    claims: list[Claim] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


def npi(number: int) -> str:
    """Return ten digits that end with the check digit of provider numbers (Luhn, after 80840)."""
    digits = f"1999{number:05d}"
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::-2])
    plain = sum(int(digit) for digit in digits[-2::-2])
    return digits + str(-(24 + doubled + plain) % 10)


def made_part(seed: int, number: int, claim_count: int, codes: CodePool) -> Part:
    """Return a part with so many claims, replacements and claims to second payers among them."""
    maker = _Maker(random.Random(f"{seed} {number}"), number, codes, max(claim_count // VISITS_A_PATIENT, 1))
    while len(maker.part.claims) < claim_count:
        maker.add_episode(claim_count - len(maker.part.claims))
    return maker.part


class _Maker:
    def __init__(self, draw: random.Random, number: int, codes: CodePool, patient_count: int) -> None:
        self._draw, self._number, self._codes = draw, number, codes
        clinic = int(CLINICS * draw.random() ** 2)
        self.part = Part(number, npi(90_000 + clinic))
        group = min(int(draw.expovariate(0.5)), PAYERS // PAYERS_A_PART - 1)
        self._first_payer = group * PAYERS_A_PART + 1
        self._providers = [npi(clinic * PROVIDERS_A_CLINIC + at) for at in range(PROVIDERS_A_CLINIC)]
        self._patients = [self._patient(at) for at in range(patient_count)]
        self._episodes = self._answers = 0
        self._last_account = self._account()

    def _happens(self, share: float) -> bool:
        return self._draw.random() < share

    def _patient(self, at: int) -> Patient:
        draw = self._draw
        return Patient(
            member=f"M{self._number:05d}{at:05d}",
            name=f"{draw.choice(SURNAMES)}*{draw.choice(FIRST_NAMES)}",
            born=f"19{draw.randint(30, 99)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}",
            sex=draw.choice("FM"),
            street=draw.randint(1, 9999),
        )

    def _account(self, *, of_part_before: bool = False) -> str:
        return f"B{self._number - (of_part_before and self._number > 0):05d}{self._episodes:05d}"

    def _control(self) -> str:
        self._answers += 1
        return f"I{self._number:05d}{self._answers:06d}"

    def _some(self, pool: tuple[str, ...], count: int) -> tuple[str, ...]:
        """Return different codes, of which the first of the pool are frequent."""
        chosen: dict[str, None] = {}
        while len(chosen) < min(count, len(pool)):
            chosen[pool[int(len(pool) * self._draw.random() ** 3)]] = None
        return tuple(chosen)

    def _first_claim(self) -> Claim:
        draw = self._draw
        self._episodes += 1
        # Numbers are used again: for another of the family, and where two clinics count alike.
        is_of_family, is_of_other_clinic = self._happens(0.02), self._happens(0.02)
        account = self._last_account if is_of_family else self._account(of_part_before=is_of_other_clinic)
        self._last_account = account
        day = FIRST_DAY + dt.timedelta(days=draw.randrange(DAYS))
        form: Form = "P" if self._happens(0.75) else "I"
        is_professional = form == "P"
        return Claim(
            form=form,
            account=account,
            patient=draw.choice(self._patients),
            payer=self._first_payer + int(PAYERS_A_PART * draw.random() ** 2),
            provider=draw.choice(self._providers),
            day=day,
            sent=_batch_day(day),
            place="11" if is_professional or self._happens(0.4) else "13",
            diagnoses=self._some(self._codes.diagnoses, DIAGNOSES),
            lines=tuple(self._professional_lines() if is_professional else self._institutional_lines()),
        )

    def _professional_lines(self) -> Iterator[Line]:
        draw = self._draw
        codes = self._some(self._codes.procedures, PROFESSIONAL_LINES)
        # Of fifty claims one has the same procedure twice.
        for code in (*codes[:-1], codes[0]) if self._happens(0.02) else codes:
            modifier = draw.choice(("25", "59", "LT")) if self._happens(0.15) else ""
            yield Line(code, modifier, "", draw.randint(1000, 40_000), draw.choice((1, 1, 1, 1, 1, 1, 2, 3)))

    def _institutional_lines(self) -> Iterator[Line]:
        draw = self._draw
        codes = self._some(self._codes.procedures, INSTITUTIONAL_LINES // 2)
        for at in range(INSTITUTIONAL_LINES):
            code = codes[at // 2] if at % 2 and at // 2 < len(codes) else ""
            cents = draw.randint(10_000, 900_000)
            yield Line(code, "", draw.choice(REVENUE_CODES), cents, draw.choice((1, 1, 2, 3)))

    def _reason(self) -> str:
        return REASONS[int(self._draw.triangular(0, len(REASONS), 0))]

    def _denied(self, line: Line) -> Decision:
        return Decision(0, (("CO", self._reason(), line.cents),))

    @staticmethod
    def _paid(line: Line) -> Decision:
        written_off, share = line.cents // 3, line.cents // 5
        return Decision(line.cents - written_off - share, (("CO", "45", written_off), ("PR", "2", share)))

    def _answer(self, claim: Claim, status: str, decisions: tuple[Decision, ...]) -> Payment:
        payment = Payment(claim, self._control(), _pay_day(claim.sent), status, decisions)
        self.part.payments.append(payment)
        return payment

    def add_episode(self, room: int) -> None:
        """Add a claim, its answers, and as many later claims as there is room for."""
        draw, claim = self._draw, self._first_claim()
        self.part.claims.append(claim)
        if self._happens(0.08):
            return
        if self._happens(0.11):
            self._add_denied(claim, room - 1)
            return
        decisions = [*map(self._paid, claim.lines)]
        if self._happens(0.06):
            at = draw.randrange(len(decisions))
            decisions[at] = self._denied(claim.lines[at])
        payment = self._answer(claim, "1", tuple(decisions))
        if self._happens(0.02):
            self._correct(payment)
        elif self._happens(0.005):
            self._take_back(payment)
        elif self._happens(0.005) and room > 1:
            self._void(payment)
        elif self._happens(0.13) and room > 1 and claim.form == "P":
            self._bill_second(payment)
        elif self._happens(0.006):
            # What is paid was never sent from here.
            self.part.claims.pop()

    def _add_denied(self, claim: Claim, room: int) -> None:
        has_new_numbers = self._happens(0.5)
        for step in range(LONGEST_CHAIN):
            is_denied = step == 0 or self._happens(0.3)
            decide = self._denied if is_denied else self._paid
            status = "4" if is_denied and self._happens(0.3) else "1"
            payment = self._answer(claim, status, tuple(map(decide, claim.lines)))
            is_last = room <= step or step == LONGEST_CHAIN - 1
            if not is_denied or is_last or not self._happens(0.4):
                return
            if has_new_numbers:
                self._episodes += 1
            claim = replace(
                claim,
                account=self._account() if has_new_numbers else claim.account,
                frequency="7",
                refers_to=payment.control,
                sent=_batch_day(payment.day),
            )
            self.part.claims.append(claim)

    def _correct(self, payment: Payment) -> None:
        """Reverse a payment, and pay the claim again without its last line."""
        later = _pay_day(payment.day)
        self.part.payments.append(replace(payment, status="22", day=later))
        last = self._denied(payment.claim.lines[-1])
        self.part.payments.append(
            replace(payment, control=self._control(), day=later, decisions=(*payment.decisions[:-1], last))
        )

    def _take_back(self, payment: Payment) -> None:
        later = _pay_day(payment.day).replace(day=MIDDLE_OF_MONTH)
        self.part.payments.append(replace(payment, status="22", day=later, is_carried_forward=True))

    def _void(self, payment: Payment) -> None:
        void = replace(payment.claim, frequency="8", refers_to=payment.control, sent=_batch_day(payment.day))
        self.part.claims.append(void)
        self.part.payments.append(replace(payment, status="22", day=_pay_day(void.sent)))

    def _bill_second(self, payment: Payment) -> None:
        """Send what the patient owes to a second payer, which mostly pays four fifths of it."""
        first = payment.claim
        second = replace(
            first,
            payer=self._first_payer + (first.payer - self._first_payer + 1) % PAYERS_A_PART,
            sent=_batch_day(payment.day),
            first_answer=payment,
        )
        self.part.claims.append(second)
        if self._happens(0.9):
            decided = zip(first.lines, payment.decisions, strict=True)
            self._answer(second, "2", tuple(_second_decision(line, one) for line, one in decided))


def _second_decision(line: Line, first: Decision) -> Decision:
    paid = first.share * 4 // 5
    left = first.share - paid
    adjustments = (("OA", "23", line.cents - first.share), ("PR", "2", left))
    return Decision(paid, tuple(one for one in adjustments if one[2]))


def _batch_day(day: dt.date) -> dt.date:
    """Return the first 1st or 15th of a month after the day."""
    if day.day < MIDDLE_OF_MONTH:
        return day.replace(day=MIDDLE_OF_MONTH)
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _pay_day(day: dt.date) -> dt.date:
    """Return the 28th of the next month."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=28)
