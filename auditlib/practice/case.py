"""A practice case and its key: what the learner sees, and what the case's author expects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from auditlib.codes import shown_code
from auditlib.review.chart import ChartDocument
from auditlib.review.code_entry import AssignedCode, CorrectedCode

DIFFICULTIES: Final = (1, 2, 3, 4)

# A code without what stands beside it: its system and the code as it is stored.
PlainCode = tuple[str, str]


def plain_code(code: CorrectedCode | AssignedCode) -> PlainCode:
    """Return system and code of an entry."""
    return code.code_system, code.code


@dataclass(frozen=True, slots=True)
class Acceptable:
    """One way to code an item.

    Parameters
    ----------
    code
        The code with role, POA indicator, modifiers and units. POA and units that are None are not judged.
    credit
        Share of the item's credit that it earns, from 0 to 1; 0 for a wrong code that is explained.
    optional_modifiers
        Modifiers that may stand beside those of the code, or not.
    rationale
        Why it earns that, where it is not the item's first choice.
    """

    code: CorrectedCode
    credit: float = 1.0
    optional_modifiers: tuple[str, ...] = ()
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class KeyItem:
    """One code that the record supports.

    Parameters
    ----------
    choices
        The author's code first, with full credit, then the alternatives.
    rationale
        Why it is the code.
    support
        The sentence of the record that supports it.
    authority
        The guideline or manual, by its section.
    is_optional
        True if it may be left out and never hurts.
    weight
        How much it counts beside the other items.
    """

    choices: tuple[Acceptable, ...]
    rationale: str
    support: str = ""
    authority: str = ""
    is_optional: bool = False
    weight: float = 1.0

    @property
    def code(self) -> CorrectedCode:
        """The author's code."""
        return self.choices[0].code


@dataclass(frozen=True, slots=True)
class Trap:
    """A code that the case invites and the record does not support.

    ``is_fatal`` if it makes the whole case wrong, as a cancer that nobody confirmed.
    """

    code: PlainCode
    rationale: str
    authority: str = ""
    is_fatal: bool = False


@dataclass(frozen=True, slots=True)
class CaseKey:
    """The key of a case.

    Parameters
    ----------
    items
        The codes that the record supports, in the order of the claim.
    traps
        Codes that are wrong and explained.
    orders
        Pairs of codes of which the first must be entered before the second.
    afterwards
        Documents that are shown once the case is completed, as the claim and the payer's answer.
    """

    items: tuple[KeyItem, ...]
    traps: tuple[Trap, ...] = ()
    orders: tuple[tuple[PlainCode, PlainCode], ...] = ()
    afterwards: tuple[ChartDocument, ...] = ()

    @property
    def required(self) -> tuple[KeyItem, ...]:
        """The items that count."""
        return tuple(item for item in self.items if not item.is_optional)

    def codes(self) -> set[PlainCode]:
        """Return every code that the key names, right or wrong."""
        choices = {plain_code(choice.code) for item in self.items for choice in item.choices}
        return choices | {trap.code for trap in self.traps}


@dataclass(frozen=True, slots=True)
class PracticeCase:
    """A case as the learner sees it.

    Parameters
    ----------
    case_id
        Name of its folder.
    title
        What it is about, without the answer.
    encounter_class, birth_date, sex, admit_date, discharge_date
        Facts of the encounter.
    difficulty
        From 1 (one step) to 4 (several rules at once).
    skills
        What it practises.
    documents
        The record.
    coded
        What a coder assigned, for calibration: the auditor judges it. Empty where the case is only coded.
    carried_forward
        Stale lines that a messy note repeats; none of them is to be coded.
    """

    case_id: str
    title: str
    encounter_class: str
    birth_date: date
    sex: str
    admit_date: date
    discharge_date: date
    difficulty: int
    skills: tuple[str, ...]
    documents: tuple[ChartDocument, ...]
    coded: tuple[AssignedCode, ...] = ()
    carried_forward: tuple[str, ...] = ()

    @property
    def age(self) -> int:
        """Age in years on the day of admission."""
        had_birthday = (self.admit_date.month, self.admit_date.day) >= (
            self.birth_date.month,
            self.birth_date.day,
        )
        return self.admit_date.year - self.birth_date.year - (not had_birthday)


def listed(codes: Collection[PlainCode]) -> str:
    """Return codes in words, as ``ICD-10-CM E11.22, CPT 99213``."""
    return ", ".join(f"{system} {shown_code(system, code)}" for system, code in sorted(codes))
