"""What the coders make of the charts: each has a rate and habits, and eight kinds of error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tools.synthetic.clinical import Diagnosis, Procedure, clinic, undotted
from tools.synthetic.dice import Dice
from tools.synthetic.encounters import Code, GoldCode, coder_rate

_CAUSES = {
    "wrong code": {"coder oversight": 5, "coder rule": 5, "documentation conflicting": 2},
    "missed code": {
        "coder oversight": 8,
        "documentation missing": 1,
        "template or computer-assisted coding": 2,
    },
    "unsupported code": {
        "template or computer-assisted coding": 6,
        "coder rule": 3,
        "documentation missing": 3,
    },
    "not specific": {"coder rule": 5, "coder oversight": 5, "template or computer-assisted coding": 2},
    "sequencing": {"coder rule": 8, "documentation conflicting": 2},
    "modifier": {"coder rule": 6, "system or charge master": 4},
    "units": {"coder oversight": 5, "system or charge master": 5},
    "POA": {"coder oversight": 5, "documentation missing": 4},
}
_UNSUPPORTED_DIAGNOSES = (
    "E55.9",
    "K21.9",
    "E78.5",
    "G47.33",
    "J30.2",
    "E03.9",
    "K59.00",
    "R53.83",
    "M81.0",
    "F41.1",
)
_UNSUPPORTED_SERVICES = {"office": ("36415", "93000", "81002"), "emergency": ("93010", "71046", "96361")}
_OLD_CODE_MONTHS = (date(2025, 10, 1), date(2025, 12, 31))
_LONGEST_CODE = 7
_CHANCE_OF_OLD_CODE = 0.8
_CHANCE_OF_CLASH = 0.75
_CHANCE_OF_DUPLICATE = 0.2
_CHANCE_OF_TYPO = 0.14


@dataclass(frozen=True, slots=True)
class CoderCode:
    """A code as the coder gave it: which gold code it stands for, and what is wrong with it."""

    code: Code
    gold_number: int | None
    points: str
    unit_cents: int
    error_kind: str | None = None
    cause: str | None = None
    way: str | None = None


@dataclass(frozen=True, slots=True)
class Coding:
    """A coder's answer for one encounter; ``missed`` are gold codes (number, cause) that were left out."""

    codes: tuple[CoderCode, ...]
    missed: tuple[tuple[int, str], ...]


def code_encounter(
    dice: Dice, gold: Sequence[GoldCode], *, coder_id: str, coded_date: date, encounter_class: str
) -> Coding:
    """Code one encounter the way this coder does on this day."""
    rate, habits = coder_rate(coder_id, coded_date)
    work = _Work(dice, gold, encounter_class)
    is_early = _OLD_CODE_MONTHS[0] <= coded_date <= _OLD_CODE_MONTHS[1]
    for number, row in enumerate(gold):
        old = row.entry.old if isinstance(row.entry, Diagnosis) else None
        if old and is_early and dice.chance(_CHANCE_OF_OLD_CODE):
            work.put_wrong(number, undotted(old), cause="guideline change", way="old")
            continue
        if dice.chance(rate):
            kinds = {kind: weight for kind, weight in habits.items() if work.can(kind, number)}
            work.err(dice.weighted(kinds), number)
        else:
            work.keep(number)
    return work.coding()


class _Work:
    """The coder's list while it is made."""

    def __init__(self, dice: Dice, gold: Sequence[GoldCode], encounter_class: str) -> None:
        self._dice = dice
        self._gold = gold
        self._class = encounter_class
        self._codes: list[CoderCode] = []
        self._missed: list[tuple[int, str]] = []
        self._taken = {(row.code.code_system, row.code.code) for row in gold}
        self._swap: int | None = None

    def coding(self) -> Coding:
        codes = list(self._codes)
        if self._swap is not None:
            codes = self._swapped(codes, self._swap)
        return Coding(tuple(codes), tuple(self._missed))

    def keep(self, number: int) -> None:
        row = self._gold[number]
        self._codes.append(CoderCode(row.code, number, row.points, _unit_cents(row.entry)))

    def can(self, kind: str, number: int) -> bool:
        """Tell whether this kind of error is possible for this gold code."""
        row = self._gold[number]
        entry, role = row.entry, row.code.code_role
        if isinstance(entry, Diagnosis):
            return {
                "wrong code": bool(self._free(entry.wrong)) or len(row.code.code) < _LONGEST_CODE,
                "missed code": role in {"secondary", "external cause"},
                "unsupported code": role != "admitting",
                "not specific": bool(self._free([entry.vague, entry.header])),
                "sequencing": role == "secondary" and self._swap is None,
                "POA": row.code.poa_indicator is not None,
            }.get(kind, False)
        is_pcs = row.code.code_system == "ICD-10-PCS"
        left_out = {missed for missed, _ in self._missed}
        services = sum(
            not isinstance(other.entry, Diagnosis) for n, other in enumerate(self._gold) if n not in left_out
        )
        return {
            "wrong code": bool(self._free(entry.wrong)),
            "missed code": services > 1,
            "unsupported code": self._class in _UNSUPPORTED_SERVICES,
            "modifier": not is_pcs and (bool(row.code.modifiers) or code_is_visit(row.code.code)),
            "units": not is_pcs and (row.code.unit_count or 1) > 1,
        }.get(kind, False)

    def err(self, kind: str, number: int) -> None:
        """Make one error of this kind at this gold code."""
        row = self._gold[number]
        cause = self._dice.weighted(_CAUSES[kind])
        if kind == "missed code":
            self._missed.append((number, cause))
        elif kind == "unsupported code":
            self.keep(number)
            self._add_unsupported(number, cause)
        elif kind == "sequencing":
            self.keep(number)
            self._swap = number
        elif kind == "POA":
            other = "N" if row.code.poa_indicator == "Y" else "Y"
            wrong = self._dice.weighted({other: 6, "U": 4})
            self._put(number, replace(row.code, poa_indicator=wrong), kind, cause)
        elif kind == "units":
            units = row.code.unit_count or 1
            self._put(
                number, replace(row.code, unit_count=self._dice.pick((1, units * 2, units + 1))), kind, cause
            )
        elif kind == "modifier":
            self._put(number, replace(row.code, modifiers=self._wrong_modifiers(row.code)), kind, cause)
        elif kind == "not specific":
            self._put_vague(number, cause)
        else:
            self._put_wrong_code(number, cause)

    def put_wrong(self, number: int, code: str, *, cause: str, way: str) -> None:
        """Put this code in the place of the gold one."""
        self._put(number, replace(self._gold[number].code, code=code), "wrong code", cause, way)

    def _put(self, number: int, code: Code, kind: str, cause: str, way: str | None = None) -> None:
        row = self._gold[number]
        self._taken.add((code.code_system, code.code))
        entry = clinic().procedures.get(code.code, row.entry)
        cents = _unit_cents(entry if isinstance(entry, Procedure) else row.entry)
        self._codes.append(CoderCode(code, number, row.points, cents, kind, cause, way))

    def _put_vague(self, number: int, cause: str) -> None:
        entry = self._gold[number].entry
        if not isinstance(entry, Diagnosis):
            return
        ways = {"header": 18, "vague": 82}
        options = {
            way: value
            for way, value in (("header", entry.header), ("vague", entry.vague))
            if self._free([value])
        }
        way = self._dice.weighted({way: ways[way] for way in options})
        code = replace(self._gold[number].code, code=undotted(options[way] or ""))
        self._put(number, code, "not specific", cause, way)

    def _put_wrong_code(self, number: int, cause: str) -> None:
        row = self._gold[number]
        free = self._free(row.entry.wrong)
        is_diagnosis = isinstance(row.entry, Diagnosis)
        typo_is_possible = is_diagnosis and len(row.code.code) < _LONGEST_CODE
        if typo_is_possible and (not free or self._dice.chance(_CHANCE_OF_TYPO)):
            # A billable code has no longer one: a further digit never makes a valid code.
            self.put_wrong(
                number, row.code.code + str(self._dice.below(10)), cause="coder oversight", way="typo"
            )
        else:
            self.put_wrong(number, self._dice.pick(free), cause=cause, way="other")

    def _wrong_modifiers(self, code: Code) -> tuple[str, ...]:
        if not code.modifiers:
            return ("25",)
        sides = {"RT": "LT", "LT": "RT"}
        if code.modifiers[-1] in sides and self._dice.chance(0.5):
            return (*code.modifiers[:-1], sides[code.modifiers[-1]])
        return (
            code.modifiers[:-1]
            if code.modifiers[-1] in sides or len(code.modifiers) == 1
            else code.modifiers[1:]
        )

    def _add_unsupported(self, number: int, cause: str) -> None:
        row = self._gold[number]
        entry = row.entry
        if not isinstance(entry, Diagnosis):
            free = self._free(_UNSUPPORTED_SERVICES[self._class])
            if free:
                service = clinic().procedures[self._dice.pick(free)]
                system = "CPT"
                units = 1
                code = Code(system, service.code, "procedure", code_date=row.code.code_date, unit_count=units)
                self._append_unsupported(code, _unit_cents(service), cause, "service")
            return
        poa = row.code.poa_indicator and "Y"
        if entry.clash and self._free([entry.clash]) and self._dice.chance(_CHANCE_OF_CLASH):
            code = Code("ICD-10-CM", undotted(entry.clash), "secondary", poa_indicator=poa)
            self._append_unsupported(code, 0, cause, "clash")
        elif self._dice.chance(_CHANCE_OF_DUPLICATE):
            code = replace(
                row.code, code_role="secondary" if row.code.code_role == "principal" else row.code.code_role
            )
            self._append_unsupported(code, 0, cause, "duplicate")
        else:
            free = self._free(_UNSUPPORTED_DIAGNOSES)
            if free:
                code = Code("ICD-10-CM", self._dice.pick(free), "secondary", poa_indicator=poa)
                self._append_unsupported(code, 0, cause, "extra")

    def _append_unsupported(self, code: Code, cents: int, cause: str, way: str) -> None:
        self._taken.add((code.code_system, code.code))
        self._codes.append(CoderCode(code, None, "", cents, "unsupported code", cause, way))

    def _free(self, candidates: Sequence[str | None]) -> list[str]:
        used = {code for _, code in self._taken}
        return [undotted(code) for code in candidates if code and undotted(code) not in used]

    def _swapped(self, codes: list[CoderCode], number: int) -> list[CoderCode]:
        """Let a secondary diagnosis and the principal one change places."""
        later = next(n for n, row in enumerate(codes) if row.gold_number == number)
        first = next((n for n, row in enumerate(codes) if row.gold_number == 0), None)
        if first is None or codes[first].error_kind or codes[later].error_kind:
            return codes
        cause = self._dice.weighted(_CAUSES["sequencing"])

        def moved(row: CoderCode, role: str) -> CoderCode:
            return replace(row, code=replace(row.code, code_role=role), error_kind="sequencing", cause=cause)

        codes[first], codes[later] = moved(codes[later], "principal"), moved(codes[first], "secondary")
        return codes


def code_is_visit(code: str) -> bool:
    """Tell whether a service is a visit, to which modifier 25 belongs."""
    return code.startswith(("9920", "9921", "9928"))


def _unit_cents(entry: Diagnosis | Procedure) -> int:
    return entry.charge_cents if isinstance(entry, Procedure) else 0
