"""What becomes of a claim: answered, corrected, appealed, taken back, voided, passed to a second payer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tools.synthetic.adjudication import (
    Decision,
    Denial,
    decide,
    decide_secondary,
    denied_decision,
    duplicate_denial,
    find_denial,
    reversed_decision,
)
from tools.synthetic.billing import AS_OF, Claim, PriorPayment, Visit, batch_day, build_claim
from tools.synthetic.coding import CoderCode
from tools.synthetic.dice import Dice
from tools.synthetic.organisation import payers

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
_CORRECTED = {"16": 0.7, "97": 0.4, "4": 0.6, "11": 0.5, "252": 0.6}
_APPEALED = {"197": 0.33, "50": 0.27, "29": 0.12, "150": 0.24, "B12": 0.18}
_CHANCE_CODING_IS_CORRECTED = 0.78
_CHANCE_DENIED_AGAIN = 0.1
_CHANCE_LOST = 0.01
_CHANCE_SENT_TWICE = 0.011
_CHANCE_VOIDED = 0.008
_CHANCE_SECONDARY_DENIED = 0.05


@dataclass(frozen=True, slots=True)
class RemitClaim:
    """One claim payment of an 835: a claim, what was decided, when, and the payer's number for it."""

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

    @property
    def first_answer(self) -> RemitClaim | None:
        """The answer to the first claim, where there is one."""
        return self.remits[0] if self.remits else None

    def send(self, claim: Claim) -> bool:
        """Put a claim into its batch, if that batch leaves before the universe ends."""
        if claim.submit_date > AS_OF:
            return False
        self.claims.append(claim)
        return True

    def answer(self, *answers: RemitClaim) -> bool:
        """Put answers of one day into their remittance, if it comes before the universe ends."""
        if answers[0].paid_on > AS_OF:
            return False
        self.remits.extend(answers)
        return True


def bill(
    dice: Dice, visit: Visit, *, coded: Sequence[CoderCode], right: Sequence[CoderCode], coded_date: date
) -> Episode:
    """Follow the claim of one encounter from the first batch to the last payment."""
    episode = Episode(visit)
    claim = first_claim(dice, visit, coded, coded_date=coded_date)
    if not episode.send(claim):
        return episode
    decision = decide(dice, claim, find_denial(dice, claim, coded))
    answer = RemitClaim(claim, decision, answer_day(dice, claim), control_number(claim, 1))
    if dice.chance(_CHANCE_LOST) or not episode.answer(answer):
        return episode
    if visit.encounter_class != "inpatient" and dice.chance(_CHANCE_SENT_TWICE):
        _send_twice(dice, episode, answer, coded)
    elif decision.denial is not None:
        _pass_on(dice, episode, _rework(dice, episode, answer, right))
    elif visit.is_professional and dice.chance(_CHANCE_VOIDED):
        _void(dice, episode, answer)
    elif _is_taken_back(dice, coded):
        _take_back(dice, episode, answer)
    else:
        _pass_on(dice, episode, answer)
    return episode


def first_claim(
    dice: Dice, visit: Visit, coded: Sequence[CoderCode], *, coded_date: date, may_slip: bool = True
) -> Claim:
    """Return the first claim of an encounter, in the batch after its coding."""
    submit_date = batch_day(coded_date + timedelta(days=1))
    return build_claim(dice, visit, coded, submit_date=submit_date, may_slip=may_slip)


def answer_day(dice: Dice, claim: Claim) -> date:
    """Return the day of payment: the payer's next paying day after its time to decide."""
    decided = claim.submit_date + timedelta(days=dice.between(*payers()[claim.payer_id].days))
    return next_pay_day(claim.payer_id, decided)


def next_pay_day(payer_id: str, day: date) -> date:
    """Return the payer's first paying day from this day on."""
    return day + timedelta(days=(payers()[payer_id].pay_weekday - day.weekday()) % 7)


def control_number(claim: Claim, turn: int) -> str:
    """Return the payer's number for a claim: unique by encounter, payer and turn."""
    return f"{claim.payer_id[1:]}{claim.submit_date:%y%j}{claim.visit.encounter_id}{turn}"


def correct(
    dice: Dice, episode: Episode, answer: RemitClaim, right: Sequence[CoderCode], *, denial: Denial | None
) -> RemitClaim:
    """Send a replacement claim with the right codes; the payer reverses its answer and decides again."""
    claim = answer.claim
    again = build_claim(
        dice,
        claim.visit,
        right,
        submit_date=batch_day(answer.paid_on + timedelta(days=dice.between(5, 30))),
        frequency="7",
        original_reference=answer.payer_claim_control_number,
        may_slip=False,
    )
    paid_on = answer_day(dice, again)
    second = RemitClaim(again, decide(dice, again, denial), paid_on, control_number(again, 2))
    if not episode.send(again):
        return answer
    answers = [second]
    if payers()[claim.payer_id].reverses_denials or answer.decision.paid_cents:
        answers.insert(0, _reversal(answer, paid_on))
    return second if episode.answer(*answers) else answer


def _reversal(answer: RemitClaim, paid_on: date) -> RemitClaim:
    return replace(answer, decision=reversed_decision(answer.decision), paid_on=paid_on)


def _rework(dice: Dice, episode: Episode, answer: RemitClaim, right: Sequence[CoderCode]) -> RemitClaim:
    """Work a denial: correct the claim, appeal, or write it off; return the answer that stands."""
    denial = answer.decision.denial
    if denial is None:
        return answer
    is_coding = denial.cause in _CODING_CAUSES
    if dice.chance(_CHANCE_CODING_IS_CORRECTED if is_coding else _CORRECTED.get(denial.reason, 0)):
        again = replace(denial, line_numbers=None) if dice.chance(_CHANCE_DENIED_AGAIN) else None
        return correct(dice, episode, answer, right, denial=again)
    if not dice.chance(_APPEALED.get(denial.reason, 0)):
        return answer
    claim = answer.claim
    won_on = next_pay_day(claim.payer_id, answer.paid_on + timedelta(days=dice.between(30, 75)))
    won = RemitClaim(claim, decide(dice, claim, None), won_on, control_number(claim, 3))
    return won if episode.answer(_reversal(answer, won_on), won) else answer


def _send_twice(dice: Dice, episode: Episode, answer: RemitClaim, coded: Sequence[CoderCode]) -> None:
    """Send the same original claim once more, as a billing office does that has lost sight of the first."""
    claim = answer.claim
    later = batch_day(answer.paid_on + timedelta(days=dice.between(3, 30)))
    again = replace(
        build_claim(dice, claim.visit, coded, submit_date=later, may_slip=False), lines=claim.lines
    )
    if episode.send(again):
        decision = denied_decision(again, duplicate_denial())
        episode.answer(RemitClaim(again, decision, answer_day(dice, again), control_number(again, 4)))


def _void(dice: Dice, episode: Episode, answer: RemitClaim) -> None:
    """Cancel a claim that should not have been sent; the payer takes its payment back."""
    void = replace(
        answer.claim,
        frequency="8",
        original_reference=answer.payer_claim_control_number,
        submit_date=batch_day(answer.paid_on + timedelta(days=dice.between(7, 40))),
    )
    if episode.send(void):
        episode.answer(_reversal(answer, answer_day(dice, void)))


def _is_taken_back(dice: Dice, coded: Sequence[CoderCode]) -> bool:
    """Tell whether the payer looks again after paying: more often where a service was overstated."""
    overstated = any(
        row.error_kind in {"unsupported code", "wrong code"} and row.code.code_system != "ICD-10-CM"
        for row in coded
    )
    return dice.chance(0.12 if overstated else 0.006)


def _take_back(dice: Dice, episode: Episode, answer: RemitClaim) -> None:
    """Reverse a payment after the payer's own audit, and pay again without the first line."""
    claim = answer.claim
    back_on = next_pay_day(claim.payer_id, answer.paid_on + timedelta(days=dice.between(45, 150)))
    decision = decide(dice, claim, Denial("150", None, (1,), "payer audit"))
    episode.answer(_reversal(answer, back_on), RemitClaim(claim, decision, back_on, control_number(claim, 5)))


def _pass_on(dice: Dice, episode: Episode, answer: RemitClaim) -> None:
    """Send what the patient owes to the second payer, where there is one."""
    claim, decision = answer.claim, answer.decision
    second = claim.visit.patient.secondary_payer_id
    if second is None or decision.paid_cents <= 0 or decision.patient_cents <= 0:
        return
    prior = PriorPayment(
        payer_id=claim.payer_id,
        paid_on=answer.paid_on,
        payer_claim_control_number=answer.payer_claim_control_number,
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
        submit_date=batch_day(answer.paid_on + timedelta(days=dice.between(2, 9))),
        prior=prior,
    )
    if not episode.send(secondary):
        return
    settled = decide_secondary(dice, secondary)
    if dice.chance(_CHANCE_SECONDARY_DENIED):
        settled = replace(denied_decision(secondary, Denial("22", "MA04", None, "background")), status="2")
    episode.answer(RemitClaim(secondary, settled, answer_day(dice, secondary), control_number(secondary, 6)))
