"""Levels of visits (evaluation and management): the code that problems, data, risk and minutes support."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from auditlib.errors import UsageError

DECISION_LEVELS: Final = ("straightforward", "low", "moderate", "high")
"""Levels of medical decision making, and of each of its elements, the lowest first."""
ELEMENTS: Final = ("problems", "data", "risk")
"""Elements of medical decision making; two of the three decide."""

VisitResult = Literal["supported", "over", "under", "undetermined", "not covered"]
VISIT_RESULTS: Final = ("supported", "over", "under", "undetermined", "not covered")

MOST_MINUTES: Final = 1_440
_OFFICE_DAY: Final = dt.date(2021, 1, 1)
_OTHER_DAY: Final = dt.date(2023, 1, 1)
_THRESHOLD_DAY: Final = dt.date(2024, 1, 1)
_TABLE: Final = Path(__file__).with_name("visit_levels.csv")
_OFFICE: Final = ("new office visit", "later office visit")
# Numbers of visits that these rules never had: their levels are of the guidelines before.
_GIVEN_UP: Final = frozenset(
    str(number)
    for numbers in (
        (99201, 99241, 99251, 99318, 99343),
        range(99217, 99221),
        range(99224, 99227),
        range(99324, 99329),
        range(99334, 99338),
    )
    for number in numbers
)


@dataclass(frozen=True, slots=True)
class VisitCode:
    """One code of a family of visits, and from when to when its level is chosen so.

    Parameters
    ----------
    family
        The kind of visit, in our own words.
    code
        Its CPT number.
    decision
        The least level of decision making, one of `DECISION_LEVELS`; None where it does not choose the code.
    minutes
        The least minutes on the day; None where time does not choose the code.
    first_day, last_day
        Days of service; no last day where the rule is in force.
    """

    family: str
    code: str
    decision: str | None
    minutes: int | None
    first_day: dt.date
    last_day: dt.date | None = None

    def is_in_force(self, day: dt.date) -> bool:
        """Return True if the level of the code is chosen so on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class VisitWork:
    """What the record of a visit shows, as ticked by whoever reviews it.

    Parameters
    ----------
    problems, data, risk
        The level of each element, one of `DECISION_LEVELS`; None where it was not ticked.
    minutes
        Minutes on the day that the record states, in whole minutes; None where it states none.

    Raises
    ------
    UsageError
        If a level is not known, or the minutes are not those of a day.
    """

    problems: str | None = None
    data: str | None = None
    risk: str | None = None
    minutes: int | None = None

    def __post_init__(self) -> None:
        for name in ELEMENTS:
            level = getattr(self, name)
            if level is not None and level not in DECISION_LEVELS:
                message = f"The level of the {name} of a visit is not known."
                raise UsageError(message, hint=f"Choose among: {', '.join(DECISION_LEVELS)}.")
        if self.minutes is not None and (
            isinstance(self.minutes, bool) or not 0 <= self.minutes <= MOST_MINUTES
        ):
            message = "The minutes of a visit are not those of a day."
            raise UsageError(message, hint=f"Whole minutes from 0 to {MOST_MINUTES:,}.")

    @property
    def is_empty(self) -> bool:
        """True if nothing is ticked."""
        return self.minutes is None and not any(self._ranks)

    @property
    def _ranks(self) -> list[int]:
        """Rank of each element from 1, 0 where it is not ticked."""
        return [0 if level is None else DECISION_LEVELS.index(level) + 1 for level in self._levels]

    @property
    def _levels(self) -> tuple[str | None, str | None, str | None]:
        return self.problems, self.data, self.risk

    @property
    def unticked(self) -> tuple[str, ...]:
        """The elements that are not ticked."""
        return tuple(name for name, rank in zip(ELEMENTS, self._ranks, strict=True) if not rank)

    @property
    def least_decision(self) -> int:
        """Rank of the decision making that is reached whatever is not ticked; 0 for none."""
        return sorted(self._ranks)[1]

    @property
    def most_decision(self) -> int:
        """Rank of the decision making that could be reached by what is not ticked."""
        return sorted(rank or len(DECISION_LEVELS) for rank in self._ranks)[1]

    @property
    def words(self) -> str:
        """What is ticked, in words: ``problems moderate, risk low, 25 minutes``."""
        levels = zip(ELEMENTS, self._levels, strict=True)
        said = [f"{name} {level}" for name, level in levels if level is not None]
        if self.minutes is not None:
            said.append(f"{self.minutes} minute{'' if self.minutes == 1 else 's'}")
        return ", ".join(said) or "nothing ticked"


@dataclass(frozen=True, slots=True)
class VisitLevel:
    """What a record supports of a billed visit.

    Parameters
    ----------
    result
        supported; over or under: the billed code is above or below the supported one; undetermined: what is
        not ticked could decide; not covered: no rule here is for the code on that day.
    billed, supported
        The codes; no supported one where it is undetermined or not covered, or no code of the family is
        reached.
    decided_by
        The elements that decide, or ``time``, or both where they reach the same code.
    sentence
        All of it in words.
    """

    result: VisitResult
    billed: str
    supported: str | None
    decided_by: tuple[str, ...]
    sentence: str


@cache
def visit_codes() -> tuple[VisitCode, ...]:
    """Return the codes of visits with their rules, from the table beside this module.

    Notes
    -----
    Office visits are chosen by decision making or minutes on the day from 2021-01-01, the others from
    2023-01-01 (CPT E/M guidelines of these years, taken over by CMS in the physician fee schedules of 2021
    and 2023). Emergency visits know no time, discharge days nothing else. The ranges of office minutes became
    least minutes on 2024-01-01, the lower end of each; 99306 and 99308 rose that day by 5 minutes.
    """
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            VisitCode(
                row["family"],
                row["code"],
                row["decision"] or None,
                int(row["minutes"]) if row["minutes"] else None,
                dt.date.fromisoformat(row["first_day"]),
                dt.date.fromisoformat(row["last_day"]) if row["last_day"] else None,
            )
            for row in csv.DictReader(stream)
        )


def is_visit_code(code: str) -> bool:
    """Return True if a CPT number is of a visit whose level the rules here decide, on some day."""
    return code in _GIVEN_UP or any(known.code == code for known in visit_codes())


def visit_level(
    billed: str, service_date: dt.date, work: VisitWork, codes: Sequence[VisitCode] | None = None
) -> VisitLevel:
    """Return the code that a record supports for a visit, and whether the billed one is over or under it.

    The supported code is the higher one of two: by decision making, which is the level that two of three
    elements meet or exceed; and by time, which is the highest code whose minutes are met or exceeded.

    Parameters
    ----------
    billed
        The billed CPT number.
    service_date
        The day of service, whose rules count.
    work
        What the record shows. Elements that are not ticked are unknown: a code is called over only if none
        of them could support it. Minutes that are not ticked support nothing, but for discharge days.
    codes
        The codes and their rules; those of `visit_codes` by default.

    Returns
    -------
    VisitLevel
        The answer, with its sentence.

    Examples
    --------
    >>> shown = visit_level("99214", dt.date(2025, 3, 4), VisitWork("moderate", "low", "low", 25))
    >>> shown.result, shown.supported, shown.decided_by
    ('over', '99213', ('data', 'risk', 'time'))
    """
    known = visit_codes() if codes is None else codes
    mine = next((rule for rule in known if rule.code == billed and rule.is_in_force(service_date)), None)
    if mine is None:
        return VisitLevel("not covered", billed, None, (), _not_covered(billed, service_date, known))
    family = [rule for rule in known if rule.family == mine.family and rule.is_in_force(service_date)]
    has_decision = any(rule.decision for rule in family)
    has_time = any(rule.minutes is not None for rule in family)
    by_decision = _by_decision(family, work.least_decision) if has_decision else -1
    by_time = _by_time(family, work.minutes) if has_time else -1
    # A code that asks for neither, as 99211, is the floor of its family.
    floor = 0 if family[0].decision is None and family[0].minutes is None else -1
    if not has_decision and work.minutes is not None:
        by_time = max(by_time, floor)
    least = max(by_decision, by_time, floor)
    could = _by_decision(family, work.most_decision) if has_decision else -1
    if not has_decision and work.minutes is None:
        could = len(family) - 1
    most = max(could, by_time, floor)
    place = family.index(mine)
    supported = family[least].code if least >= 0 else None
    decided_by = _decided_by(work, least, by_decision, by_time)
    ticked = f"{billed} on {service_date.isoformat()}, {mine.family}: {work.words}."
    if place > most:
        said = f"The record supports {supported}" if supported else "The record supports no code of its kind"
        sentence = f"{ticked} {said}{_reason(work, decided_by)}; {billed} is over it."
        return VisitLevel("over", billed, supported, decided_by, sentence)
    if place < least:
        sentence = (
            f"{ticked} The record supports {supported}{_reason(work, decided_by)}; {billed} is under it."
        )
        return VisitLevel("under", billed, supported, decided_by, sentence)
    if place == least:
        more = "" if least == most else " A higher code is not ruled out, because not all is ticked."
        sentence = f"{ticked} The record supports {billed}{_reason(work, decided_by)}.{more}"
        return VisitLevel("supported", billed, billed, decided_by, sentence)
    open_part = " and ".join(work.unticked) if has_decision else "time"
    return VisitLevel(
        "undetermined", billed, None, (), f"{ticked} Undetermined: {open_part} could still support {billed}."
    )


def _by_decision(family: Sequence[VisitCode], rank: int) -> int:
    reached = (
        place
        for place, rule in enumerate(family)
        if rule.decision is not None and DECISION_LEVELS.index(rule.decision) < rank
    )
    return max(reached, default=-1)


def _by_time(family: Sequence[VisitCode], minutes: int | None) -> int:
    if minutes is None:
        return -1
    reached = (
        place for place, rule in enumerate(family) if rule.minutes is not None and minutes >= rule.minutes
    )
    return max(reached, default=-1)


def _decided_by(work: VisitWork, least: int, by_decision: int, by_time: int) -> tuple[str, ...]:
    decided: tuple[str, ...] = ()
    if least >= 0 and by_decision == least:
        level = DECISION_LEVELS[work.least_decision - 1]
        decided = tuple(name for name in ELEMENTS if getattr(work, name) == level)
    return (*decided, "time") if least >= 0 and by_time == least else decided


def _reason(work: VisitWork, decided_by: tuple[str, ...]) -> str:
    elements = [name for name in decided_by if name in ELEMENTS]
    reasons = []
    if elements:
        level = DECISION_LEVELS[work.least_decision - 1]
        verb = "decide" if len(elements) > 1 else "decides"
        reasons.append(f"{level} decision making ({' and '.join(elements)} {verb})")
    if "time" in decided_by:
        reasons.append("time")
    return f" by {' and by '.join(reasons)}" if reasons else ""


def _not_covered(billed: str, service_date: dt.date, known: Sequence[VisitCode]) -> str:
    day = service_date.isoformat()
    of_code = [rule for rule in known if rule.code == billed]
    if not of_code and billed not in _GIVEN_UP:
        return f"{billed} is not a visit whose level is chosen by decision making or time."
    is_office = billed == "99201" or any(rule.family in _OFFICE for rule in of_code)
    start = _OFFICE_DAY if is_office else _OTHER_DAY
    if service_date < start:
        return (
            f"{billed} on {day} is judged by the 1995/1997 guidelines, which are not covered: the rules here "
            f"are for days from {start.isoformat()}."
        )
    return f"{billed} was given up on {start.isoformat()}: it is no code for a visit on {day}."


def rule_in_words(billed: str, service_date: dt.date) -> str:
    """Return how the level of a billed visit is chosen on its day, in one sentence with its minutes.

    Examples
    --------
    >>> rule_in_words("99222", dt.date(2025, 3, 4)).partition(", ")[0]
    'first hospital visit: by decision making or time'
    """
    known = visit_codes()
    mine = next((rule for rule in known if rule.code == billed and rule.is_in_force(service_date)), None)
    if mine is None:
        return _not_covered(billed, service_date, known)
    family = [rule for rule in known if rule.family == mine.family and rule.is_in_force(service_date)]
    has_decision = any(rule.decision for rule in family)
    has_time = any(rule.minutes is not None for rule in family)
    how = "by decision making or time" if has_decision and has_time else "by decision making only"
    how = how if has_decision else "by time only"
    asked = (_asked(family, place, service_date) for place in range(len(family)))
    return f"{mine.family}: {how}, {', '.join(asked)}"


def _asked(family: Sequence[VisitCode], place: int, day: dt.date) -> str:
    rule = family[place]
    asked = [rule.decision] if rule.decision else []
    if rule.minutes is not None:
        following = family[place + 1] if place + 1 < len(family) else None
        is_range = rule.family in _OFFICE and day < _THRESHOLD_DAY and following is not None
        most = f" to {following.minutes - 1}" if is_range and following and following.minutes else ""
        asked.append(f"{rule.minutes}{most or ' or more'} minutes")
    return f"{rule.code} {' or '.join(asked) or 'neither'}"
