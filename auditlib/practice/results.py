"""What attempts come to: scores of cases and learners, with the credits that an instructor changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.codes import shown_code
from auditlib.errors import AuditError, UsageError
from auditlib.ledger import Event
from auditlib.practice.attempt import (
    ATTEMPT_SUFFIX,
    CALIBRATION,
    Attempt,
    attempt_files,
    entered_code,
    read_attempt,
    read_start,
)
from auditlib.practice.case import CaseKey, PlainCode, PracticeCase, plain_code
from auditlib.practice.pack import CasePack
from auditlib.practice.scoring import (
    OPTIONAL,
    RIGHT,
    CaseScore,
    ScoredLine,
    score_case,
    scores_by_definition,
    with_credit,
)
from auditlib.review.adjudication import require_reason
from auditlib.review.code_entry import CODE_SYSTEMS, CorrectedCode
from auditlib.stats.agreement.agreement_interval import agreement_interval
from auditlib.stats.agreement.coefficients import cohen_kappa

CREDIT_OVERRIDDEN: Final = "practice credit overridden"
LEARNER_COLUMNS: Final = {
    "attempt": pl.String(),
    "learner": pl.String(),
    "mode": pl.String(),
    "case_count": pl.Int64(),
    "completed_count": pl.Int64(),
    "score": pl.Float64(),
    "is_passed": pl.Boolean(),
    "score_before_overrides": pl.Float64(),
    "minutes": pl.Float64(),
    "withdrawn_count": pl.Int64(),
    "late_count": pl.Int64(),
    "is_handed_in": pl.Boolean(),
    "last_hash": pl.String(),
}
LINE_COLUMNS: Final = {
    "attempt": pl.String(),
    "learner": pl.String(),
    "case_id": pl.String(),
    "code_system": pl.String(),
    "code": pl.String(),
    "item_number": pl.Int64(),
    "outcome": pl.String(),
    "credit": pl.Float64(),
    "credit_before_override": pl.Float64(),
    "reasons": pl.String(),
    "rationale": pl.String(),
    "authority": pl.String(),
    "override_reason": pl.String(),
    "overridden_by": pl.String(),
    "overridden_at": pl.Datetime("us"),
}
AGREEMENT_COLUMNS: Final = {
    "attempt": pl.String(),
    "auditor": pl.String(),
    "code_count": pl.Int64(),
    "agreed_count": pl.Int64(),
    "kappa": pl.Float64(),
    "kappa_lower": pl.Float64(),
    "kappa_upper": pl.Float64(),
    "note": pl.String(),
}
DIFFERENCE_COLUMNS: Final = {
    "attempt": pl.String(),
    "auditor": pl.String(),
    "case_id": pl.String(),
    "code": pl.String(),
    "gold": pl.String(),
    "auditor_says": pl.String(),
}


@dataclass(frozen=True, slots=True)
class CreditOverride:
    """An instructor's change of a credit: who, when, why.

    ``attempt`` is the attempt's name, ``code`` what was entered, or the author's code of a missed item.
    """

    attempt: str
    case_id: str
    code: PlainCode
    credit: float
    reason: str
    actor: str
    recorded_at: datetime

    def to_payload(self) -> dict[str, object]:
        """Return what the event of the ledger holds."""
        require_reason(self.reason, "A changed credit")
        system, code = self.code
        return {
            "case_id": self.case_id,
            "code_system": system,
            "code": code,
            "credit": self.credit,
            "reason": self.reason,
        }


def overrides_of(events: Sequence[Event]) -> list[CreditOverride]:
    """Return the overrides of a ledger, oldest first."""
    return [
        CreditOverride(
            attempt=event.subject,
            case_id=str(event.payload["case_id"]),
            code=(str(event.payload["code_system"]), str(event.payload["code"])),
            credit=float(str(event.payload["credit"])),
            reason=str(event.payload["reason"]),
            actor=event.actor,
            recorded_at=event.recorded_at,
        )
        for event in events
        if event.kind == CREDIT_OVERRIDDEN
    ]


def read_code(words: str) -> PlainCode:
    """Return a code as a person writes it, as ``ICD-10-CM E11.22``.

    Raises
    ------
    UsageError
        If the system is missing.
    """
    system, _, code = words.strip().partition(" ")
    if system not in CODE_SYSTEMS or not code:
        message = "The code has no system before it."
        raise UsageError(message, hint=f"One of {', '.join(CODE_SYSTEMS)}, as in 'ICD-10-CM E11.22'.")
    return system, code.replace(".", "").strip().upper()


@dataclass(frozen=True, slots=True)
class ScoredAttempt:
    """An attempt with its scores.

    Parameters
    ----------
    name
        Name of its file, without the ending.
    attempt
        What the file says.
    scores
        The score of each case, overrides included.
    by_key
        The same before any override.
    overrides
        Those that count.
    """

    name: str
    attempt: Attempt
    scores: Mapping[str, CaseScore]
    by_key: Mapping[str, CaseScore]
    overrides: tuple[CreditOverride, ...] = ()

    @property
    def score(self) -> float:
        """Mean score of its cases; one that was never begun scores nothing."""
        return sum(score.score for score in self.scores.values()) / len(self.scores)

    @property
    def score_by_key(self) -> float:
        """The same before any override."""
        return sum(score.score for score in self.by_key.values()) / len(self.by_key)


def score_attempt(
    name: str, attempt: Attempt, keys: Mapping[str, CaseKey], overrides: Sequence[CreditOverride] = ()
) -> ScoredAttempt:
    """Return an attempt with its scores; of two overrides of a code the later one counts."""
    by_key = {case_id: score_case(entered, keys[case_id]) for case_id, entered in attempt.entered.items()}
    scores, used = dict(by_key), []
    for override in overrides:
        if override.attempt != name or override.case_id not in scores:
            continue
        number = item_number_of(override.code, keys[override.case_id])
        score = scores[override.case_id]
        scores[override.case_id] = with_credit(score, override.code, override.credit, item_number=number)
        used.append(override)
    return ScoredAttempt(name, attempt, scores, by_key, tuple(used))


def item_number_of(code: PlainCode, key: CaseKey) -> int | None:
    """Return the position of the item whose first choice is a code, from 1; None if no item has it."""
    return next((n for n, item in enumerate(key.items, start=1) if plain_code(item.code) == code), None)


def score_folder(
    folder: Path, pack: CasePack, keys: Mapping[str, CaseKey], overrides: Sequence[CreditOverride] = ()
) -> tuple[list[ScoredAttempt], dict[str, str]]:
    """Return the attempts at a pack in a folder, scored, and what could not be read, with the reason.

    Attempts at other packs are left alone.
    """
    scored, problems = [], {}
    for path in attempt_files(folder):
        try:
            if read_start(path).pack_name != pack.name:
                continue
            attempt = read_attempt(path, pack)
            scored.append(score_attempt(path.name.removesuffix(ATTEMPT_SUFFIX), attempt, keys, overrides))
        except AuditError as error:
            # One bad file must not keep a class from its scores.
            problems[path.name] = str(error)
    return scored, problems


def learner_frame(scored: Sequence[ScoredAttempt], passing_share: float) -> pl.DataFrame:
    """Return a row an attempt: score, time, and what a teacher looks at."""
    rows = [
        (
            each.name,
            each.attempt.start.learner,
            each.attempt.start.mode,
            len(each.scores),
            len(each.attempt.completed),
            each.score,
            each.score >= passing_share,
            each.score_by_key,
            sum(each.attempt.seconds.values()) / 60,
            each.attempt.withdrawn_count,
            each.attempt.late_count,
            each.attempt.is_handed_in,
            each.attempt.last_hash,
        )
        for each in scored
    ]
    return pl.DataFrame(rows, schema=LEARNER_COLUMNS, orient="row")


def line_frame(scored: Sequence[ScoredAttempt], keys: Mapping[str, CaseKey]) -> pl.DataFrame:
    """Return a row for each code that was entered or missed, with rationale and overrides."""
    rows = [
        _line_row(each, case_id, line, keys[case_id])
        for each in scored
        for case_id, score in each.scores.items()
        for line in score.lines
    ]
    return pl.DataFrame(rows, schema=LINE_COLUMNS, orient="row")


def definition_frame(scored: Sequence[ScoredAttempt]) -> pl.DataFrame:
    """Return what goes by the name of accuracy, each by its definition, over all cases of some attempts."""
    scores = [score for each in scored for score in each.scores.values()]
    rows = [
        (name, numerator, denominator, numerator / denominator if denominator else None)
        for name, (numerator, denominator) in scores_by_definition(scores).items()
    ]
    names = {"score": pl.String, "numerator": pl.Float64, "denominator": pl.Float64, "value": pl.Float64}
    return pl.DataFrame(rows, schema=names, orient="row")


def skill_frame(scored: Sequence[ScoredAttempt], pack: CasePack) -> pl.DataFrame:
    """Return the mean score of each skill, the weakest first: what to practise next."""
    rows = [
        (skill, score.score)
        for each in scored
        for case_id, score in each.scores.items()
        for skill in pack.case(case_id).skills
    ]
    frame = pl.DataFrame(rows, schema={"skill": pl.String, "score": pl.Float64}, orient="row")
    return (
        frame.group_by("skill").agg(case_count=pl.len(), score=pl.col("score").mean()).sort("score", "skill")
    )


def agreement_frames(
    scored: Sequence[ScoredAttempt], pack: CasePack, keys: Mapping[str, CaseKey], *, confidence: float = 0.95
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return how each auditor of a calibration agrees with gold, and the codes on which they differ.

    Gold says of a coder's code that it is right where the key gives it full credit beside what else the coder
    assigned, and wrong otherwise; optional codes are not judged. The auditor says right by agreeing.

    Parameters
    ----------
    scored
        Attempts; those that are no calibration are left out.
    pack, keys
        The pack and its keys.
    confidence
        Level of the limits of kappa.
    """
    agreements, differences = [], []
    for each in scored:
        if each.attempt.start.mode != CALIBRATION:
            continue
        table = [[0, 0], [0, 0]]
        for case_id, pairs in each.attempt.judged.items():
            is_right = _gold(pack.case(case_id), keys[case_id])
            for assigned, corrected in pairs:
                gold = is_right.get(assigned.code_number)
                if gold is None:
                    continue
                is_agreed = corrected is not None and not corrected.differs_from(assigned)
                table[not gold][not is_agreed] += 1
                if gold != is_agreed:
                    shown = f"{assigned.code_system} {shown_code(assigned.code_system, assigned.code)}"
                    words = ("right" if gold else "wrong", _said(corrected, is_agreed=is_agreed))
                    differences.append((each.name, each.attempt.start.learner, case_id, shown, *words))
        agreements.append((each.name, each.attempt.start.learner, *_kappa(table, confidence)))
    return (
        pl.DataFrame(agreements, schema=AGREEMENT_COLUMNS, orient="row"),
        pl.DataFrame(differences, schema=DIFFERENCE_COLUMNS, orient="row"),
    )


def _gold(case: PracticeCase, key: CaseKey) -> dict[int, bool]:
    """Return whether each of the coder's codes is right, by its position; optional ones are absent."""
    score = score_case([entered_code(assigned) for assigned in case.coded], key)
    return {
        assigned.code_number: line.outcome == RIGHT
        for assigned, line in zip(case.coded, score.lines, strict=False)
        if line.outcome != OPTIONAL
    }


def _said(corrected: CorrectedCode | None, *, is_agreed: bool) -> str:
    if is_agreed:
        return "agree"
    return "delete" if corrected is None else f"change to {shown_code(corrected.code_system, corrected.code)}"


def _kappa(table: Sequence[Sequence[int]], confidence: float) -> tuple[object, ...]:
    count, agreed = sum(map(sum, table)), table[0][0] + table[1][1]
    try:
        kappa = cohen_kappa(table).value
    except UsageError as error:
        return count, agreed, None, None, None, error.message
    try:
        limits = agreement_interval(table, "kappa", confidence=confidence)
    except UsageError as error:
        return count, agreed, kappa, None, None, error.message
    return count, agreed, kappa, limits.lower, limits.upper, ""


def _line_row(each: ScoredAttempt, case_id: str, line: ScoredLine, key: CaseKey) -> tuple[object, ...]:
    code = line.entered or key.items[(line.item_number or 1) - 1].code
    override = next(
        (one for one in reversed(each.overrides) if one.case_id == case_id and one.code == plain_code(code)),
        None,
    )
    is_changed = line.overridden_from is not None and override is not None
    return (
        each.name,
        each.attempt.start.learner,
        case_id,
        code.code_system,
        shown_code(code.code_system, code.code),
        line.item_number,
        line.outcome,
        line.credit,
        line.overridden_from,
        "; ".join(line.reasons),
        line.rationale,
        line.authority,
        override.reason if is_changed and override else None,
        override.actor if is_changed and override else None,
        override.recorded_at.replace(tzinfo=None) if is_changed and override else None,
    )
