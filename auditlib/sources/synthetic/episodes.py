"""What becomes of a claim: sent, answered, corrected, appealed, taken back, voided, passed to a second payer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from auditlib.sources.synthetic.adjudication import (
    Decision,
    Denial,
    decide,
    decide_secondary,
    denied_decision,
    duplicate_denial,
    find_denial,
    reversed_decision,
)
from auditlib.sources.synthetic.billing import AS_OF, Claim, PriorPayment, Visit, batch_day, build_claim
from auditlib.sources.synthetic.coding import CoderCode
from auditlib.sources.synthetic.dice import Dice
from auditlib.sources.synthetic.organisation import payers

_CODING_CAUSES = {
    "wrong code",
    "not specific",
    "unsupported code",
    "sequencing",
    "modifier",
    "units",
    "POA",
    "pointer",
}
_CORRECTABLE = {"16": 0.7, "97": 0.4, "4": 0.6, "11": 0.5, "252": 0.6}
_APPEALED = {"197": 0.55, "50": 0.45, "29": 0.2, "150": 0.4, "B12": 0.3}


@dataclass(frozen=True, slots=True)
class RemitClaim:
    """One claim payment of an 835."""

    claim: Claim
    decision: Decision
    paid_on: date
    payer_claim_control_number: str


@dataclass(slots=True)
class Episode:
    """Everything that was sent and answered for one encounter."""

    visit: Visit
    claims: list[Claim] = field(default_factory=list)
    remits: list[RemitClaim] = field(default_factory=list)
    first_denial: Denial | None = None

    def send(self, claim: Claim) -> bool:
        """Put a claim into its batch, if that batch leaves before the universe ends."""
        if claim.submit_date > AS_OF:
            return False
        self.claims.append(claim)
        return True

    def answer(self, claim: Claim, decision: Decision, paid_on: date, *, number: str) -> bool:
        """Put an answer into its remittance, if it comes before the universe ends."""
        if paid_on > AS_OF:
            return False
        self.remits.append(RemitClaim(claim, decision, paid_on, number))
        return True


def bill(
    dice: Dice, visit: Visit, *, coded: Sequence[CoderCode], right: Sequence[CoderCode], coded_date: date
) -> Episode:
    """Follow the claim of one encounter from the first batch to the last payment."""
    episode = Episode(visit)
    submit = batch_day(coded_date + timedelta(days=1))
    claim = build_claim(dice, visit, coded, submit_date=submit)
    if not episode.send(claim):
        return episode
    denial = find_denial(dice, claim, coded)
    decision = decide(dice, claim, denial)
    paid_on = answer_day(dice, claim)
    number = control_number(claim, 1)
    if dice.chance(0.01) or not episode.answer(claim, decision, paid_on, number=number):
        return episode
    episode.first_denial = decision.denial
    if dice.chance(0.011):
        _send_twice(dice, episode, claim, coded, paid_on)
        return episode
    if decision.denial is not None:
        claim, decision, paid_on, number = _rework(dice, episode, claim, decision, right, paid_on, number)
    elif visit.is_professional and dice.chance(0.008):
        _void(dice, episode, claim, decision, paid_on, number)
        return episode
    elif _is_taken_back(dice, coded):
        _take_back(dice, episode, claim, decision, paid_on, number)
        return episode
    _pass_on(dice, episode, claim, decision, paid_on, number)
    return episode


def answer_day(dice: Dice, claim: Claim) -> date:
    """Return the day of payment: the payer's next paying day after its time to decide."""
    payer = payers()[claim.payer_id]
    decided = claim.submit_date + timedelta(days=dice.between(*payer.days))
    return decided + timedelta(days=(payer.pay_weekday - decided.weekday()) % 7)


def control_number(claim: Claim, turn: int) -> str:
    """Return the payer's number for a claim: unique by encounter, payer and turn."""
    return f"{claim.payer_id[1:]}{claim.submit_date:%y%j}{claim.visit.encounter_id}{turn}"


def next_pay_day(payer_id: str, day: date) -> date:
    """Return the payer's first paying day from this day on."""
    return day + timedelta(days=(payers()[payer_id].pay_weekday - day.weekday()) % 7)


def correct(
    dice: Dice,
    episode: Episode,
    claim: Claim,
    decision: Decision,
    right: Sequence[CoderCode],
    paid_on: date,
    number: str,
    *,
    denial: Denial | None,
) -> tuple[Claim, Decision, date, str]:
    """Send a replacement claim with the right codes; the payer reverses the first answer and decides again."""
    again = build_claim(
        dice,
        claim.visit,
        right,
        submit_date=batch_day(paid_on + timedelta(days=dice.between(5, 30))),
        frequency="7",
        original_reference=number,
        may_slip=False,
    )
    again_decision = decide(dice, again, denial)
    again_on = answer_day(dice, again)
    if not episode.send(again) or again_on > AS_OF:
        return claim, decision, paid_on, number
    if payers()[claim.payer_id].reverses_denials or decision.paid_cents:
        episode.answer(claim, reversed_decision(decision), again_on, number=number)
    again_number = control_number(again, 2)
    episode.answer(again, again_decision, again_on, number=again_number)
    return again, again_decision, again_on, again_number


def _rework(
    dice: Dice,
    episode: Episode,
    claim: Claim,
    decision: Decision,
    right: Sequence[CoderCode],
    paid_on: date,
    number: str,
) -> tuple[Claim, Decision, date, str]:
    """Work a denial: correct the claim, appeal, or write it off."""
    denial = decision.denial
    assert denial is not None  # noqa: S101 - the caller's condition, told to the type checker
    chance = 0.78 if denial.cause in _CODING_CAUSES else _CORRECTABLE.get(denial.reason, 0)
    if dice.chance(chance):
        second = denial if dice.chance(0.1) else None
        if second is not None and second.line_numbers is not None:
            second = replace(second, line_numbers=None)
        return correct(dice, episode, claim, decision, right, paid_on, number, denial=second)
    if dice.chance(_APPEALED.get(denial.reason, 0)) and dice.chance(0.6):
        won_on = next_pay_day(claim.payer_id, paid_on + timedelta(days=dice.between(30, 75)))
        won = decide(dice, claim, None)
        if won_on <= AS_OF:
            episode.answer(claim, reversed_decision(decision), won_on, number=number)
            episode.answer(claim, won, won_on, number=control_number(claim, 3))
            return claim, won, won_on, control_number(claim, 3)
    return claim, decision, paid_on, number


def _send_twice(
    dice: Dice, episode: Episode, claim: Claim, coded: Sequence[CoderCode], paid_on: date
) -> None:
    """Send the same original claim once more, as a billing office does that has lost sight of the first."""
    again = build_claim(
        dice,
        claim.visit,
        coded,
        submit_date=batch_day(paid_on + timedelta(days=dice.between(3, 30))),
        may_slip=False,
    )
    again = replace(again, lines=claim.lines)
    if episode.send(again):
        decision = denied_decision(again, duplicate_denial())
        episode.answer(again, decision, answer_day(dice, again), number=control_number(again, 4))


def _void(dice: Dice, episode: Episode, claim: Claim, decision: Decision, paid_on: date, number: str) -> None:
    """Cancel a claim that should not have been sent; the payer takes its payment back."""
    submit = batch_day(paid_on + timedelta(days=dice.between(7, 40)))
    void = replace(claim, frequency="8", original_reference=number, submit_date=submit)
    if episode.send(void):
        episode.answer(claim, reversed_decision(decision), answer_day(dice, void), number=number)


def _is_taken_back(dice: Dice, coded: Sequence[CoderCode]) -> bool:
    """Tell whether the payer looks again after paying: more often where a service was overstated."""
    overstated = any(
        row.error_kind in {"unsupported code", "wrong code"} and row.code.code_system != "ICD-10-CM"
        for row in coded
    )
    return dice.chance(0.12 if overstated else 0.006)


def _take_back(
    dice: Dice, episode: Episode, claim: Claim, decision: Decision, paid_on: date, number: str
) -> None:
    back_on = next_pay_day(claim.payer_id, paid_on + timedelta(days=dice.between(45, 150)))
    denial = Denial("150", None, (1,), "payer audit")
    if back_on <= AS_OF:
        episode.answer(claim, reversed_decision(decision), back_on, number=number)
        episode.answer(claim, decide(dice, claim, denial), back_on, number=control_number(claim, 5))


def _pass_on(
    dice: Dice, episode: Episode, claim: Claim, decision: Decision, paid_on: date, number: str
) -> None:
    """Send what the patient owes to the second payer, where there is one."""
    second = claim.visit.patient.secondary_payer_id
    if second is None or decision.paid_cents <= 0 or decision.patient_cents <= 0:
        return
    prior = PriorPayment(
        payer_id=claim.payer_id,
        paid_on=paid_on,
        payer_claim_control_number=number,
        paid_cents=decision.paid_cents,
        claim_adjustments=decision.adjustments,
        line_results=tuple((line.paid_cents, line.adjustments) for line in decision.lines),
    )
    secondary = replace(
        claim,
        payer_id=second,
        sequence="S",
        frequency="1",
        original_reference=None,
        submit_date=batch_day(paid_on + timedelta(days=dice.between(2, 9))),
        prior=prior,
    )
    if not episode.send(secondary):
        return
    answer = decide_secondary(dice, secondary)
    if dice.chance(0.05):
        answer = replace(denied_decision(secondary, Denial("22", "MA04", None, "background")), status="2")
    episode.answer(secondary, answer, answer_day(dice, secondary), number=control_number(secondary, 6))
