"""The clinical tables: what each kind of encounter shows, which codes say so, how they are mistaken."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "tables"
SIDES = ("right", "left")
CLASSES = {
    "office": "office",
    "emergency": "emergency",
    "surgery": "outpatient surgery",
    "inpatient": "inpatient",
}
_SIDED = re.compile(r"<(\w+)\|(\w+)>")
_PCS_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis code, the sentences that support it, and the wrong turns."""

    code: str
    says: tuple[str, ...]
    vague: str | None
    header: str | None
    old: str | None
    wrong: tuple[str, ...]
    clash: str | None
    not_with: tuple[str, ...]
    severity: str | None
    exempt: bool


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure, supply or service: sentences, charge of one unit in cents, and the wrong turns."""

    code: str
    says: tuple[str, ...]
    charge_cents: int
    wrong: tuple[str, ...]
    units: tuple[int, ...]
    dose: int
    revenue: str | None
    modifiers: tuple[str, ...]
    minor: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One procedure that a profile may hold."""

    pick: Mapping[str, int]
    chance: float
    points: str
    only_with: str
    after: str
    day: int


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of encounter."""

    name: str
    encounter_class: str
    weight: int
    ages: tuple[int, int]
    sex: str
    principal: Mapping[str, int]
    also: Mapping[str, float]
    acquired: Mapping[str, float]
    steps: tuple[Step, ...]
    complaint: tuple[str, ...]
    exam: tuple[str, ...]
    labs: tuple[str, ...]
    operation: str
    course: str
    days: tuple[int, int]
    drg: tuple[str, ...]
    admitting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clinic:
    """All clinical tables."""

    diagnoses: Mapping[str, Diagnosis]
    procedures: Mapping[str, Procedure]
    profiles: Mapping[str, tuple[Profile, ...]]


def sided(text: str, side: str) -> str:
    """Resolve ``<right|left>`` and ``{side}`` for one side."""
    chosen = _SIDED.sub(lambda found: found.group(1 + SIDES.index(side)), text)
    return chosen.replace("{side}", side).replace("{Side}", side.capitalize())


def code_system(code: str) -> str:
    """Name the system of a procedure code by its shape."""
    if len(code) == _PCS_LENGTH:
        return "ICD-10-PCS"
    return "HCPCS" if code[0].isalpha() else "CPT"


def undotted(code: str) -> str:
    """Return the code as it is stored."""
    return code.replace(".", "")


def read_table(name: str) -> dict[str, Any]:
    """Return one of the tables that lie beside this module."""
    return tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def clinic() -> Clinic:
    """Return the clinical tables, read once."""
    diagnoses: dict[str, Diagnosis] = {}
    for key, row in read_table("diagnoses").items():
        for side in SIDES if _SIDED.search(key) else SIDES[:1]:
            diagnosis = _diagnosis(key, row, side)
            diagnoses[diagnosis.code] = diagnosis
    procedures: dict[str, Procedure] = {}
    for key, row in read_table("procedures").items():
        for side in SIDES if _SIDED.search(key) else SIDES[:1]:
            procedure = _procedure(key, row, side, both=not _SIDED.search(key))
            procedures[procedure.code] = procedure
    profiles = {
        encounter_class: tuple(_profile(row, encounter_class) for row in read_table(table)["profile"])
        for table, encounter_class in CLASSES.items()
    }
    return Clinic(diagnoses, procedures, profiles)


def _diagnosis(key: str, row: dict[str, Any], side: str) -> Diagnosis:
    other_side = SIDES[1 - SIDES.index(side)]
    wrong = tuple(row.get("wrong", ()))
    if _SIDED.search(key):
        wrong = (sided(key, other_side), *wrong)
    return Diagnosis(
        code=sided(key, side),
        says=tuple(sided(text, side) for text in row["says"]),
        vague=row.get("vague"),
        header=row.get("header"),
        old=row.get("old"),
        wrong=wrong,
        clash=row.get("clash"),
        not_with=tuple(row.get("not_with", ())),
        severity=row.get("severity"),
        exempt=row.get("exempt", False),
    )


def _procedure(key: str, row: dict[str, Any], side: str, *, both: bool) -> Procedure:
    def text(value: str) -> str:
        return value if both else sided(value, side)

    return Procedure(
        code=sided(key, side),
        says=tuple(text(value) for value in row["says"]),
        charge_cents=row["charge"] * 100,
        wrong=tuple(text(value) for value in row.get("wrong", ())),
        units=tuple(row.get("units", (1,))),
        dose=row.get("dose", 1),
        revenue=row.get("revenue"),
        modifiers=tuple(row.get("modifiers", ())),
        minor=row.get("minor", False),
    )


def _profile(row: dict[str, Any], encounter_class: str) -> Profile:
    steps = tuple(
        Step(
            pick=step["pick"],
            chance=step.get("chance", 1.0),
            points=step.get("points", ""),
            only_with=step.get("with", ""),
            after=step.get("after", ""),
            day=step.get("day", 0),
        )
        for step in row["procedures"]
    )
    return Profile(
        name=row["name"],
        encounter_class=encounter_class,
        weight=row["weight"],
        ages=(row["ages"][0], row["ages"][1]),
        sex=row.get("sex", "FM"),
        principal=row["principal"],
        also={code: chance for code, chance in row.get("also", {}).items() if chance},
        acquired=row.get("acquired", {}),
        steps=steps,
        complaint=tuple(row["complaint"]),
        exam=tuple(row["exam"]),
        labs=tuple(row.get("labs", ())),
        operation=row.get("operation", ""),
        course=row.get("course", ""),
        days=tuple(row.get("days", (0, 0))),
        drg=tuple(row.get("drg", ())),
        admitting=tuple(row.get("admitting", ())),
    )
