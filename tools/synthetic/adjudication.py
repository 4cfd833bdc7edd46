"""How payers decide a claim: denials that follow from errors or come anyway, allowed, paid, owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tools.synthetic.billing import Claim, Line
from tools.synthetic.coding import CoderCode, code_is_visit
from tools.synthetic.dice import Dice
from tools.synthetic.organisation import Payer, payers

Adjustment = tuple[str, str, int]
JUMP_PAYER, JUMP_MONTH, JUMP_REASON, JUMP_PERCENT = "P04", "2026-03", "197", 46
UNITS_REASON = "151"
_STAY_DISCOUNT = 10
_SEQUESTRATION_PAYER = "P01"
_GROUPS = {"18": "OA", "22": "OA", "27": "PR", "31": "PR", "96": "PR", "204": "PR", "150": "PI", "B12": "PI"}
_REMARKS = {
    "22": "MA04",
    "50": "N115",
    "96": "N30",
    "97": "M15",
    "146": "M76",
    "151": "N362",
    "204": "N130",
    "252": "M127",
}
_FIRST_QUARTER = {1, 2, 3}
_LINE_REASONS = {"97", "50", "11"}
_MISSING_REMARKS = ("N290", "M76", "MA130", "N382")
_INVALID_WAYS = {"typo", "old", "header"}


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a claim, or some of its lines, is not paid."""

    reason: str
    remark: str | None
    line_numbers: tuple[int, ...] | None
    cause: str
    group: str | None = None

    @property
    def group_code(self) -> str:
        """Who bears it: as given, else the usual group of the reason."""
        return self.group or _GROUPS.get(self.reason, "CO")


@dataclass(frozen=True, slots=True)
class LineResult:
    """A line as decided."""

    paid_cents: int
    allowed_cents: int
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A claim as decided: by line, or for the whole claim where ``lines`` is empty."""

    status: str
    paid_cents: int
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    lines: tuple[LineResult, ...]
    denial: Denial | None

    @property
    def patient_cents(self) -> int:
        """What the patient owes."""
        every = [*self.adjustments, *(row for line in self.lines for row in line.adjustments)]
        return sum(cents for group, _, cents in every if group == "PR")

    @property
    def is_denied(self) -> bool:
        """Whether nothing is paid and a denial is the reason."""
        return self.denial is not None and self.paid_cents == 0


def decide(dice: Dice, claim: Claim, denial: Denial | None) -> Decision:
    """Decide a claim to the primary payer, with the denial that was found, if any."""
    payer = payers()[claim.payer_id]
    deductible = 0
    if payer.coinsurance and dice.chance(0.2 if claim.submit_date.month in _FIRST_QUARTER else 0.06):
        deductible = 100 * dice.between(20, 240)
    copay = payer.copay * 100
    if claim.visit.encounter_class == "inpatient":
        return _claim_level(payer, claim, denial, deductible)
    results = []
    for number, line in enumerate(claim.lines, start=1):
        denied = denial is not None and (denial.line_numbers is None or number in denial.line_numbers)
        if denied and denial is not None and (denial.reason != UNITS_REASON or line.units == 1):
            results.append(_denied_line(line, denial))
            continue
        owes_copay = copay if line.code and code_is_visit(line.code) else 0
        cut = line.charge_cents * (line.units - 1) // line.units if denied else 0
        result = paid_line(payer, line, copay=owes_copay, deductible=deductible, cut=cut)
        deductible -= sum(
            cents for group, reason, cents in result.adjustments if (group, reason) == ("PR", "1")
        )
        results.append(result)
    paid = sum(line.paid_cents for line in results)
    status = payer.status_denied if denial and denial.line_numbers is None else "1"
    return Decision(status, paid, (), (), tuple(results), denial)


def find_denial(dice: Dice, claim: Claim, codes: Sequence[CoderCode]) -> Denial | None:
    """Tell why a payer denies a claim, or some of its lines, at the first look."""
    payer = payers()[claim.payer_id]
    found = _from_slips(dice, claim) or _from_codes(dice, payer, claim, codes)
    if found is not None:
        return found
    jumps = payer.payer_id == JUMP_PAYER and f"{claim.submit_date:%Y-%m}" == JUMP_MONTH
    if jumps and dice.chance(JUMP_PERCENT / 100):
        return Denial(JUMP_REASON, None, None, "authorization edit")
    if dice.chance(payer.audit / 100):
        return _denial(dice, dice.weighted(payer.reasons), claim, "background")
    return None


def duplicate_denial() -> Denial:
    """Return the denial of a claim that was sent before."""
    return Denial("18", None, None, "claim twice")


def denied_decision(claim: Claim, denial: Denial) -> Decision:
    """Decide a claim that is denied as a whole."""
    payer = payers()[claim.payer_id]
    if claim.visit.encounter_class == "inpatient":
        return _claim_level(payer, claim, denial, 0)
    lines = tuple(_denied_line(line, denial) for line in claim.lines)
    return Decision(payer.status_denied, 0, (), (), lines, denial)


def decide_secondary(dice: Dice, claim: Claim) -> Decision:
    """Decide a claim to the secondary payer: it covers what the primary payer left to the patient."""
    prior = claim.prior
    if prior is None:
        message = "a secondary claim carries the primary payer's decision"
        raise ValueError(message)
    covers = 100 if dice.chance(0.8) else 80
    if not prior.line_results:
        left = sum(cents for group, _, cents in prior.claim_adjustments if group == "PR")
        paid = left * covers // 100
        adjustments = _nonzero(("OA", "23", claim.charge_cents - left), ("PR", "2", left - paid))
        return Decision("2", paid, adjustments, (), (), None)
    results = []
    for line, (_, adjustments) in zip(claim.lines, prior.line_results, strict=True):
        left = sum(cents for group, _, cents in adjustments if group == "PR")
        paid = left * covers // 100
        rows = _nonzero(("OA", "23", line.charge_cents - left), ("PR", "2", left - paid))
        results.append(LineResult(paid, left, rows))
    return Decision("2", sum(line.paid_cents for line in results), (), (), tuple(results), None)


def reversed_decision(decision: Decision) -> Decision:
    """Return the decision with every sign turned: what takes it back."""

    def turned(rows: tuple[Adjustment, ...]) -> tuple[Adjustment, ...]:
        return tuple((group, reason, -cents) for group, reason, cents in rows)

    lines = tuple(
        LineResult(-line.paid_cents, -line.allowed_cents, turned(line.adjustments)) for line in decision.lines
    )
    return replace(
        decision,
        status="22",
        paid_cents=-decision.paid_cents,
        adjustments=turned(decision.adjustments),
        remarks=(),
        lines=lines,
    )


def _from_slips(dice: Dice, claim: Claim) -> Denial | None:
    if "pointer" in claim.slips and dice.chance(0.75):
        return Denial("16", "M76", (1,), "pointer")
    doubled = tuple(number for number, line in enumerate(claim.lines, start=1) if line.is_duplicate)
    if doubled and dice.chance(0.95):
        return Denial("18", None, doubled, "line twice")
    return None


def _from_codes(dice: Dice, payer: Payer, claim: Claim, codes: Sequence[CoderCode]) -> Denial | None:
    for row in codes:
        if row.error_kind is None:
            continue
        if row.way in _INVALID_WAYS:
            if dice.chance(0.8):
                reason = "146" if row.way != "header" or dice.chance(0.4) else "16"
                return Denial(reason, "M76", None, row.error_kind)
            continue
        if not dice.chance(payer.catches.get(row.error_kind, 0) / 100):
            continue
        found = _denial_of_kind(dice, payer, claim, row)
        if found is not None:
            return found
    return None


def _denial_of_kind(dice: Dice, payer: Payer, claim: Claim, row: CoderCode) -> Denial | None:
    kind = row.error_kind or ""
    if row.code.code_system in {"CPT", "HCPCS"}:
        reason = {"modifier": "4", "units": UNITS_REASON, "wrong code": "150", "unsupported code": "B12"}.get(
            kind
        )
        numbers = tuple(n for n, line in enumerate(claim.lines, start=1) if line.code == row.code.code)[:1]
        if reason is None or not numbers:
            return None
        return Denial(reason, _REMARKS.get(reason), numbers, kind)
    if kind == "not specific":
        return _denial(dice, payer.vague, claim, kind)
    if kind == "sequencing":
        return Denial("16", "MA63", None, kind)
    if kind == "POA":
        return Denial("16", "N434", None, kind)
    return _denial(dice, {"wrong code": "11", "unsupported code": "50"}.get(kind, "16"), claim, kind)


def _denial(dice: Dice, reason: str, claim: Claim, cause: str) -> Denial:
    remark = dice.pick(_MISSING_REMARKS) if reason == "16" else _REMARKS.get(reason)
    numbers: tuple[int, ...] | None = None
    if reason in _LINE_REASONS and len(claim.lines) > 1 and dice.chance(0.4):
        numbers = tuple(range(2, len(claim.lines) + 1))
    return Denial(reason, remark, numbers, cause)


def _denied_line(line: Line, denial: Denial) -> LineResult:
    remarks = (denial.remark,) if denial.remark else ()
    return LineResult(0, 0, ((denial.group_code, denial.reason, line.charge_cents),), remarks)


def paid_line(payer: Payer, line: Line, *, copay: int, deductible: int, cut: int) -> LineResult:
    """Pay a line; ``cut`` is the charge of the units that are not."""
    billed = line.charge_cents - cut
    allowed = billed * payer.allowed // 100
    owed_first = min(deductible, allowed)
    owed_copay = min(copay, allowed - owed_first)
    share = (allowed - owed_first - owed_copay) * payer.coinsurance // 100
    paid = allowed - owed_first - owed_copay - share
    held = paid * 2 // 100 if payer.payer_id == _SEQUESTRATION_PAYER else 0
    adjustments = _nonzero(
        ("CO", "45", billed - allowed),
        ("CO", UNITS_REASON, cut),
        ("CO", "253", held),
        ("PR", "1", owed_first),
        ("PR", "2", share),
        ("PR", "3", owed_copay),
    )
    remarks = (_REMARKS[UNITS_REASON],) if cut else ()
    return LineResult(paid - held, allowed, adjustments, remarks)


def _claim_level(payer: Payer, claim: Claim, denial: Denial | None, deductible: int) -> Decision:
    """Decide a stay: one price, adjusted for the claim as a whole."""
    charge = claim.charge_cents
    if denial is not None:
        remarks = (denial.remark,) if denial.remark else ()
        whole = replace(denial, line_numbers=None)
        adjustments = ((denial.group_code, denial.reason, charge),)
        return Decision(payer.status_denied, 0, adjustments, remarks, (), whole)
    allowed = charge * (payer.allowed - _STAY_DISCOUNT) // 100
    owed = min(allowed, 167_600 if payer.payer_id == _SEQUESTRATION_PAYER else deductible)
    share = 0 if payer.payer_id == _SEQUESTRATION_PAYER else (allowed - owed) * payer.coinsurance // 400
    paid = allowed - owed - share
    held = paid * 2 // 100 if payer.payer_id == _SEQUESTRATION_PAYER else 0
    taken = _nonzero(
        ("CO", "45", charge - allowed), ("CO", "253", held), ("PR", "1", owed), ("PR", "2", share)
    )
    return Decision("1", paid - held, taken, (), (), None)


def _nonzero(*rows: Adjustment) -> tuple[Adjustment, ...]:
    return tuple(row for row in rows if row[2])
