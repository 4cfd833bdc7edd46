"""The fields on which an audit is planned: their choices in plain words, and what they say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from auditlib.errors import AuditError, UsageError
from auditlib.review.blindness import BLIND_TO, BlindTo
from auditlib.review.plan import USUAL_REVIEW_COUNT, PlanRequest, SecondReviewRule
from auditlib.review.suggestion import MachineCoder
from auditlib.sampling import Universe
from auditlib.sampling.expectation import Expectation
from auditlib.sampling.universe import Unit
from auditlib.text import format_date

UNITS: Final[dict[Unit, str]] = {
    "encounter": "an encounter: one visit or stay, with all its codes",
    "claim": "a claim: one original bill to the primary payer",
    "line": "a claim line: one billed service",
    "code": "a code: one code of an encounter",
    "machine code": "a machine code: one code that a machine coder assigned",
}
RULES_IN_WORDS: Final[dict[SecondReviewRule, str]] = {
    "random": "of all charts, at random",
    "share": "of all charts, in even steps",
    "coder": "of each coder's charts",
    "finding": "of the charts in which a check found something",
    "disagreement": "of the charts in which the first reviewer changed something, once that is done",
}
BLIND_IN_WORDS: Final[dict[BlindTo, tuple[str, str]]] = {
    "codes": (
        "Codes",
        "hides the coder's codes, findings and suggested sentences: the reviewer codes the chart anew",
    ),
    "coder": ("Coder", "hides who coded the chart"),
    "payer": ("Payer", "hides the payer, the charge and what was paid or denied"),
    "findings": ("Findings", "hides what the checks found"),
    "first reviewer": ("Other reviewers", "hides who else reviews the chart and what they decided"),
    "machine suggestion": (
        "Suggestions",
        "hides the sentences that the program marks as evidence, and the codes that a machine coder suggests",
    ),
    "suggested codes": ("Suggested codes", "hides the codes that a machine coder suggests"),
}
LIMITED_RULES: Final[tuple[SecondReviewRule, ...]] = ("coder", "finding")
"""The rules that can be limited to some coders, or to some checks."""
OTHER_REVIEWERS: Final[BlindTo] = "first reviewer"
USUALLY_BLIND: Final[tuple[BlindTo, ...]] = (OTHER_REVIEWERS,)
CONFIDENCE: Final = 0.90
_BY_PRECISION: Final = "precision"
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class AuditToPlan:
    """An audit as the form says: a simple random sample, and who reviews it.

    Parameters
    ----------
    name
        Name of the audit.
    universe
        What is drawn from; the name of a frozen universe where one is chosen.
    size
        How many units, or the precision from which that is worked out.
    seed
        The seed, as typed.
    objective
        What the audit is to find out.
    review
        Who reviews.
    """

    name: str
    universe: Universe | str
    size: int | Expectation
    seed: str
    objective: str
    review: PlanRequest


class FieldsWrongError(UsageError):
    """Fields of the form that cannot be read.

    Parameters
    ----------
    problems
        By the field what is wrong with it.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("Some fields are not filled in yet.", hint=" ".join(self.problems.values()))


def choices() -> dict[str, object]:
    """Return the choices of the form as the browser shows them."""
    return {
        "units": [{"value": unit, "words": words} for unit, words in UNITS.items()],
        "rules": [
            {"value": rule, "words": words, "is_limited": rule in LIMITED_RULES}
            for rule, words in RULES_IN_WORDS.items()
        ],
        "blind": [
            {
                "value": level,
                "name": BLIND_IN_WORDS[level][0],
                "words": BLIND_IN_WORDS[level][1],
                "is_usual": level in USUALLY_BLIND,
            }
            for level in BLIND_TO
        ],
    }


def audit_of(values: Mapping[str, object]) -> AuditToPlan:
    """Return the audit that the fields say.

    Raises
    ------
    FieldsWrongError
        If fields are empty or cannot be read; all of them at once.
    """
    read = _Fields(values)
    name = read.text("name", "Give the audit a name, as 'Inpatient FY2026 Q1'.")
    universe = read.read("from_date", lambda: _universe(values))
    size = read.read("size", lambda: _size(values))
    seed = read.text("seed", "Give a seed: dice rolls, or a text agreed on before the universe was seen.")
    review = read.review()
    if read.problems or universe is None or size is None or review is None:
        raise FieldsWrongError(read.problems)
    return AuditToPlan(name, universe, size, seed, _text(values, "objective"), review)


def review_of(values: Mapping[str, object]) -> PlanRequest:
    """Return who reviews, as the fields say.

    Raises
    ------
    FieldsWrongError
        If fields are empty or cannot be read.
    """
    read = _Fields(values)
    review = read.review()
    if review is None:
        raise FieldsWrongError(read.problems)
    return review


class _Fields:
    """Fields being read, and what is wrong with them."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values
        self.problems: dict[str, str] = {}

    def text(self, name: str, if_empty: str) -> str:
        text = _text(self._values, name)
        if not text:
            self.problems[name] = if_empty
        return text

    def read(self, name: str, work: Callable[[], _Value]) -> _Value | None:
        try:
            return work()
        except AuditError as error:
            self.problems[name] = f"{error.message} {error.hint or ''}".strip()
            return None

    def review(self) -> PlanRequest | None:
        values = self._values
        reviewers = _names(_text(values, "reviewers"))
        if not reviewers:
            self.problems["reviewers"] = "Name who reviews, as 'R01, R02'."
        share = self.read("second_share", lambda: _percent(values, "second_share", default=0.0))
        coders = self.read("coder_ids", lambda: _coder_ids(_text(values, "coder_ids")))
        count = self.read("review_count", lambda: _count(values, "review_count", default=USUAL_REVIEW_COUNT))
        shown = self.read("shown_share", lambda: _percent(values, "shown_share", default=1.0))
        if not reviewers or share is None or coders is None or count is None or shown is None:
            return None
        blind = values.get("blind")
        # Who reviews alone has no other reviewer: to hide one would hide the result for good.
        levels = tuple(
            level
            for level in BLIND_TO
            if isinstance(blind, list) and level in blind and (level != OTHER_REVIEWERS or len(reviewers) > 1)
        )
        usual: SecondReviewRule = "random"
        rule = next((rule for rule in RULES_IN_WORDS if rule == values.get("rule")), usual)
        return self.read(
            "reviewers",
            lambda: PlanRequest(
                reviewers,
                rule,
                second_share=share,
                review_count=count,
                seed=_text(values, "seed") or "1",
                only=_names(_text(values, "only")) if rule in LIMITED_RULES else (),
                coder_ids=coders,
                blind=levels,
                suggestions_of=_machine_coder(values),
                shown_share=shown,
            ),
        )


def _universe(values: Mapping[str, object]) -> Universe | str:
    frozen = _text(values, "universe")
    if frozen:
        return frozen
    usual: Unit = "encounter"
    unit = next((unit for unit in UNITS if unit == values.get("unit")), usual)
    first, last = _day(values, "from_date"), _day(values, "to_date")
    if first and last and first > last:
        message = "The first day is after the last."
        raise UsageError(message)
    days = " ".join(
        f"{word} {format_date(day)}" for word, day in (("from", first), ("to", last)) if day is not None
    )
    return Universe(f"{unit.capitalize()}s {days or 'of all days'}", unit=unit, from_date=first, to_date=last)


def _size(values: Mapping[str, object]) -> int | Expectation:
    if values.get("size_by") == _BY_PRECISION:
        return Expectation(
            error_rate=_percent(values, "error_rate"),
            width=2 * _percent(values, "half_width"),
            confidence=CONFIDENCE,
        )
    if not _text(values, "size"):
        message = "Say how many charts to review."
        raise UsageError(message, hint="Write a whole number, as 30.")
    return _count(values, "size", default=0)


def _count(values: Mapping[str, object], name: str, *, default: int) -> int:
    text = _text(values, name).replace(",", "")
    if not text:
        return default
    if not text.isdecimal() or not int(text):
        message = f"'{text}' is no number."
        raise UsageError(message, hint="Write a whole number, as 30.")
    return int(text)


def _machine_coder(values: Mapping[str, object]) -> MachineCoder | None:
    """Return the machine coder that is chosen, of whose name and version the field holds both."""
    name, sign, version = _text(values, "suggestions_of").partition("\t")
    return MachineCoder(name, version) if sign else None


def _percent(values: Mapping[str, object], name: str, *, default: float | None = None) -> float:
    text = _text(values, name).rstrip("%").strip().replace(",", ".")
    if not text and default is not None:
        return default
    if not re.fullmatch(r"100(\.0+)?|\d{1,2}(\.\d+)?", text):
        message = f"'{text}' is no percentage."
        raise UsageError(message, hint="Write a number from 0 to 100.")
    return float(text) / 100


def _day(values: Mapping[str, object], name: str) -> dt.date | None:
    text = _text(values, name)
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        message = f"'{text}' is no date."
        raise UsageError(message, hint="Write it as 2026-01-31.") from None


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in re.split(r"[,;\n]", text) if name.strip()))


def _coder_ids(text: str) -> dict[str, list[str]]:
    """Return by reviewer the coder ids of the same person, from 'R01 = C07, R02 = C11'."""
    coders: dict[str, list[str]] = {}
    for part in _names(text):
        reviewer, sign, coder = (word.strip() for word in part.partition("="))
        if not (reviewer and sign and coder):
            message = f"'{part}' does not say which coder a reviewer is."
            raise UsageError(message, hint="Write it as 'R01 = C07'.")
        coders.setdefault(reviewer, []).append(coder)
    return coders


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""
