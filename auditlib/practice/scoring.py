"""How many of a case's codes a learner has right: credit code by code, and the score of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from auditlib.codes.systems import CPT, HCPCS, ICD10CM
from auditlib.errors import UsageError
from auditlib.practice.case import Acceptable, CaseKey, KeyItem, PlainCode, plain_code
from auditlib.review.code_entry import CorrectedCode

PARTIAL: Final = 0.5
"""Share of the credit that is left when the code is right and something beside it is wrong."""
RIGHT, PARTLY, OPTIONAL, WRONG, FATAL, MISSED = (
    "right",
    "partly right",
    "optional",
    "wrong",
    "fatal",
    "missed",
)
_PRINCIPAL: Final = "principal"
_LISTED: Final = frozenset({_PRINCIPAL, "secondary"})
_EXEMPT: Final = "1"


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """One code that was entered, or one item that was missed.

    Parameters
    ----------
    entered
        What was entered; None for a missed item.
    item_number
        Position of the item in the key, from 1; None for a code of no item.
    outcome
        right, partly right, optional, wrong, fatal or missed.
    credit
        What it earns, from 0 to 1.
    reasons
        What is wrong beside the code: sequence, POA, modifiers, units, or the rationale of an alternative.
    rationale, authority, support
        Of the key, where it says something of the code.
    overridden_from
        The credit before an instructor changed it; None where nobody did.
    """

    entered: CorrectedCode | None
    item_number: int | None
    outcome: str
    credit: float
    reasons: tuple[str, ...] = ()
    rationale: str = ""
    authority: str = ""
    support: str = ""
    overridden_from: float | None = None


@dataclass(frozen=True, slots=True)
class CaseScore:
    """The score of a case.

    Parameters
    ----------
    lines
        What was entered, in that order, then what was missed.
    weights
        Weight of each item of the key, in its order; 0 for an optional one.
    """

    lines: tuple[ScoredLine, ...]
    weights: tuple[float, ...]

    @property
    def earned(self) -> float:
        """The credit of the required items, each by its weight."""
        return sum(
            line.credit * self.weights[line.item_number - 1] for line in self.lines if line.item_number
        )

    @property
    def is_fatal(self) -> bool:
        """Whether a code was entered that makes the whole case wrong."""
        return any(line.outcome == FATAL and line.credit == 0 for line in self.lines)

    @property
    def extra_count(self) -> int:
        """Entered codes that the record does not support."""
        return sum(line.entered is not None and _is_extra(line) for line in self.lines)

    @property
    def out_of(self) -> float:
        """The larger of the key and of what was entered, in weights."""
        key = sum(self.weights)
        answered = sum(
            self.weights[line.item_number - 1]
            for line in self.lines
            if line.item_number and line.entered is not None and not _is_extra(line)
        )
        return max(key, answered + self.extra_count)

    @property
    def score(self) -> float:
        """Share of the credit, from 0 to 1: earned over the larger of the key and of what was entered."""
        return 0.0 if self.is_fatal else self.earned / self.out_of

    @property
    def entered_count(self) -> int:
        """Entered codes that count: optional ones do not."""
        return sum(line.entered is not None and line.outcome != OPTIONAL for line in self.lines)

    @property
    def right_count(self) -> int:
        """Required items with full credit."""
        return sum(line.outcome == RIGHT for line in self.lines)

    @property
    def key_count(self) -> int:
        """Required items of the key."""
        return sum(weight > 0 for weight in self.weights)


def _is_extra(line: ScoredLine) -> bool:
    # A code that an instructor gave credit is supported by that.
    return line.outcome in {WRONG, FATAL} and line.credit == 0


def score_case(entered: Sequence[CorrectedCode], key: CaseKey) -> CaseScore:
    """Return the score of what was entered for a case.

    Parameters
    ----------
    entered
        The codes in the order of the claim.
    key
        The key of the case.

    Notes
    -----
    Each entered code answers one item at most, so that the credit of all together is the largest. A right
    code with a wrong role, POA indicator, modifier, number of units or place in the order earns half; a wrong
    code earns nothing; an alternative earns what the key says. Optional items neither add nor hurt.
    The score is the credit over the larger of key and entry, so that more codes are no way to more credit.
    """
    earned = np.array([[_credit(code, item)[0] for item in key.items] for code in entered]).reshape(
        len(entered), len(key.items)
    )
    # What is required is answered before what is optional; a choice without credit still names its item.
    worth = np.array([_worth(item) for item in key.items])
    named = np.array([[_names(code, item) for item in key.items] for code in entered]).reshape(earned.shape)
    # scipy is slow to import, and every session imports the practice: only a score pays for it.
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to import

    rows, columns = linear_sum_assignment(earned * worth + named * 1e-6, maximize=True)
    item_of = {int(row): int(column) for row, column in zip(rows, columns, strict=True) if named[row, column]}
    has_one_principal = (
        sum(code.code_system == ICD10CM and code.code_role == _PRINCIPAL for code in entered) == 1
    )
    late = _out_of_order(entered, key)
    lines = []
    for position, code in enumerate(entered):
        if position in item_of:
            number = item_of[position]
            sequence_reasons = _sequence(code, key.items[number], late, has_one_principal=has_one_principal)
            lines.append(_answered(code, number + 1, key.items[number], sequence_reasons))
        else:
            lines.append(_unsupported(code, key))
    answered = {line.item_number for line in lines if line.credit > 0 or line.outcome == OPTIONAL}
    for number, item in enumerate(key.items, start=1):
        if not item.is_optional and number not in answered:
            lines.append(
                ScoredLine(None, number, MISSED, 0.0, (), item.rationale, item.authority, item.support)
            )
    return CaseScore(tuple(lines), tuple(0.0 if item.is_optional else item.weight for item in key.items))


def score_entry(code: CorrectedCode, entered: Sequence[CorrectedCode], key: CaseKey) -> ScoredLine:
    """Return how one entered code stands, beside all that is entered.

    Raises
    ------
    UsageError
        If it is not entered.
    """
    scored = score_case(entered, key)
    line = next((line for line in scored.lines if line.entered == code), None)
    if line is None:
        message = "The code is not entered."
        raise UsageError(message)
    return line


def with_credit(score: CaseScore, code: PlainCode, credit: float, *, item_number: int | None) -> CaseScore:
    """Return the score with a line's credit as an instructor set it; the old credit stays beside it.

    Parameters
    ----------
    score
        The score by the key.
    code
        The entered code, or the author's code of a missed item.
    credit
        From 0 to 1.
    item_number
        Position in the key of the item with that code, if it has one.

    Raises
    ------
    UsageError
        If nothing of the case has that code, or the credit is no share.
    """
    if not 0 <= credit <= 1:
        message = "The credit is not a share."
        raise UsageError(message, hint="From 0 (wrong) to 1 (right).")
    chosen = next(
        (line for line in score.lines if line.entered is not None and plain_code(line.entered) == code),
        None,
    ) or next((line for line in score.lines if item_number and line.item_number == item_number), None)
    if chosen is None:
        message = "No code that was entered or missed in this case is that one."
        raise UsageError(message, hint="Write the system before it, as in 'ICD-10-CM E11.22'.")
    changed = replace(
        chosen,
        credit=credit,
        outcome=chosen.outcome if chosen.item_number is None else _outcome(credit, chosen),
        overridden_from=chosen.credit if chosen.overridden_from is None else chosen.overridden_from,
    )
    return replace(score, lines=tuple(changed if line is chosen else line for line in score.lines))


def _outcome(credit: float, line: ScoredLine) -> str:
    if line.outcome == OPTIONAL:
        return OPTIONAL
    if credit in {0, 1}:
        return RIGHT if credit else (MISSED if line.entered is None else WRONG)
    return PARTLY


def _worth(item: KeyItem) -> float:
    return 1e-3 if item.is_optional else item.weight


def _names(code: CorrectedCode, item: KeyItem) -> bool:
    return any(plain_code(choice.code) == plain_code(code) for choice in item.choices)


def _credit(code: CorrectedCode, item: KeyItem) -> tuple[float, tuple[str, ...], Acceptable | None]:
    """Return the best credit of a code for an item, what is wrong beside it, and the choice that it is."""
    best: tuple[float, tuple[str, ...], Acceptable | None] = (0.0, (), None)
    for choice in item.choices:
        if plain_code(choice.code) != plain_code(code):
            continue
        wrong = _wrong_beside(code, choice)
        credit = choice.credit * (PARTIAL if wrong else 1.0)
        if best[2] is None or credit > best[0]:
            best = (credit, wrong, choice)
    return best


def _wrong_beside(code: CorrectedCode, choice: Acceptable) -> tuple[str, ...]:
    """Return what stands wrong beside a right code."""
    expected, wrong = choice.code, []
    if code.code_system == ICD10CM and code.code_role != expected.code_role:
        is_order = {code.code_role, expected.code_role} <= _LISTED
        wrong.append("sequence" if is_order else "role")
    # A code that is exempt is sent with the indicator 1 or with none.
    given = {None, _EXEMPT} if expected.poa_indicator == _EXEMPT else {expected.poa_indicator}
    if expected.poa_indicator is not None and code.poa_indicator not in given:
        wrong.append("POA")
    if code.code_system in {CPT, HCPCS}:
        if set(code.modifiers) - set(choice.optional_modifiers) != set(expected.modifiers) - set(
            choice.optional_modifiers
        ):
            wrong.append("modifiers")
        # No number of units is one unit.
        if expected.unit_count is not None and (code.unit_count or 1) != expected.unit_count:
            wrong.append("units")
    return tuple(wrong)


def _out_of_order(entered: Sequence[CorrectedCode], key: CaseKey) -> set[PlainCode]:
    """Return codes that are entered before one that must come first."""
    places: dict[PlainCode, int] = {}
    for place, code in enumerate(entered):
        places.setdefault(plain_code(code), place)
    return {
        later
        for first, later in key.orders
        if first in places and later in places and places[later] < places[first]
    }


def _sequence(
    code: CorrectedCode, item: KeyItem, late: set[PlainCode], *, has_one_principal: bool
) -> tuple[str, ...]:
    is_late = plain_code(code) in late
    # Where two codes may come first, one of them must.
    lacks_principal = item.code.code_role == _PRINCIPAL and not has_one_principal
    return ("sequence",) if is_late or lacks_principal else ()


def _answered(code: CorrectedCode, number: int, item: KeyItem, sequence: Sequence[str]) -> ScoredLine:
    credit, wrong, choice = _credit(code, item)
    wrong_beside = tuple(dict.fromkeys((*wrong, *sequence)))
    if sequence and not wrong:
        credit *= PARTIAL
    own = choice.rationale if choice else ""
    reasons = (*wrong_beside, *([own] if own else []))
    if item.is_optional:
        outcome = OPTIONAL
    elif credit == 0:
        outcome = WRONG
    else:
        outcome = RIGHT if credit == 1 else PARTLY
    return ScoredLine(code, number, outcome, credit, reasons, item.rationale, item.authority, item.support)


def _unsupported(code: CorrectedCode, key: CaseKey) -> ScoredLine:
    trap = next((trap for trap in key.traps if trap.code == plain_code(code)), None)
    if trap is not None:
        return ScoredLine(
            code, None, FATAL if trap.is_fatal else WRONG, 0.0, (), trap.rationale, trap.authority
        )
    named = [
        choice for item in key.items for choice in item.choices if plain_code(choice.code) == plain_code(code)
    ]
    words = "The record does not support this code."
    if named:
        # Its item is answered by another code already.
        words = named[0].rationale or "It is entered twice."
    return ScoredLine(code, None, WRONG, 0.0, (), words)


def scores_by_definition(scores: Sequence[CaseScore]) -> Mapping[str, tuple[float, float]]:
    """Return what goes by the name of accuracy, each as numerator and denominator over some cases.

    Parameters
    ----------
    scores
        The scores of the cases.

    Notes
    -----
    Sums over the cases, as in `auditlib.measures.scores.all_scores`, which has the same names for audits.
    Only 'practice score' gives partial credit.

    References
    ----------
    AHIMA, Benchmarking to Improve Coding Accuracy and Productivity (2009), for code over code.
    """
    right = float(sum(score.right_count for score in scores))
    entered = float(sum(score.entered_count for score in scores))
    key = float(sum(score.key_count for score in scores))
    larger = float(sum(max(score.entered_count, score.key_count) for score in scores))
    clean = sum(score.right_count == score.entered_count == score.key_count for score in scores)
    return {
        "practice score": (sum(score.score for score in scores), float(len(scores))),
        "code over code": (right, key),
        "penalised": (right - (entered - right), key),
        "larger of the two": (right, larger),
        "precision": (right, entered),
        "recall": (right, key),
        "F1": (2 * right, entered + key),
        "Jaccard": (right, entered + key - right),
        "record over record": (float(clean), float(len(scores))),
    }
