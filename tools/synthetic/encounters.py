"""Encounters with their gold codes: what a perfect coder assigns, and the sentence that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tools.synthetic.clinical import (
    SIDES,
    Clinic,
    Diagnosis,
    Procedure,
    Profile,
    clinic,
    code_system,
    sided,
    undotted,
)
from tools.synthetic.dice import Dice
from tools.synthetic.organisation import HOSPITAL, OFFICES, PROVIDERS, coders
from tools.synthetic.people import Patient, Population

FIRST_DAY = date(2025, 10, 1)
LAST_DAY = date(2026, 9, 30)
ENCOUNTER_COUNT = 3000
_CLASS_WEIGHTS = {"office": 60, "emergency": 20, "outpatient surgery": 10, "inpatient": 10}
_CODER_WEIGHTS = {
    "C01": 9,
    "C02": 12,
    "C03": 11,
    "C04": 11,
    "C05": 10,
    "C06": 10,
    "C07": 12,
    "C08": 9,
    "C09": 9,
    "C10": 7,
}
_STATUS_WEIGHTS = {"01": 70, "06": 14, "03": 13, "20": 3}
_RANGE = re.compile(r"\{([0-9.]+)\.\.([0-9.]+)\}")
_SATURDAY = 5
_MOST_DIAGNOSES = 11
_VISIT_CODES = ("9920", "9921", "9928")


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it is assigned."""

    code_system: str
    code: str
    code_role: str
    poa_indicator: str | None = None
    code_date: date | None = None
    modifiers: tuple[str, ...] = ()
    unit_count: int | None = None


@dataclass(frozen=True, slots=True)
class GoldCode:
    """A right code, with the sentence that supports it and the diagnoses that it is for, by prefix."""

    code: Code
    entry: Diagnosis | Procedure
    sentence: str
    points: str = ""


@dataclass(frozen=True, slots=True)
class Encounter:
    """One visit or stay, with its gold codes."""

    encounter_id: str
    encounter_class: str
    profile: Profile
    patient: Patient
    first: date
    last: date
    facility_id: str
    provider_id: str
    coder_id: str
    coded_date: date
    discharge_status_code: str | None
    gold: tuple[GoldCode, ...]


def draw_encounters(dice: Dice, *, encounter_count: int = ENCOUNTER_COUNT) -> Iterator[Encounter]:
    """Draw the encounters of the year, numbered by day."""
    plans = []
    for number in range(encounter_count):
        own = dice.fork(f"plan {number}")
        encounter_class = own.weighted(_CLASS_WEIGHTS)
        plans.append((_day_of(own, encounter_class), number, encounter_class))
    population = Population()
    for number, (first, plan_number, encounter_class) in enumerate(sorted(plans), start=1):
        own = dice.fork(f"encounter {plan_number}")
        yield _encounter(own, f"E{number:05d}", encounter_class, first, population)


def _day_of(dice: Dice, encounter_class: str) -> date:
    span = (LAST_DAY - FIRST_DAY).days
    day = FIRST_DAY + timedelta(days=dice.between(0, span))
    if encounter_class in {"office", "outpatient surgery"}:
        while day.weekday() >= _SATURDAY:
            day = FIRST_DAY + timedelta(days=dice.between(0, span))
    return day


def _encounter(
    dice: Dice, encounter_id: str, encounter_class: str, first: date, people: Population
) -> Encounter:
    tables = clinic()
    profiles = tables.profiles[encounter_class]
    profile = profiles[dice.weighted({n: row.weight for n, row in enumerate(profiles)})]
    is_stay = encounter_class == "inpatient"
    last = first + timedelta(days=dice.between(*profile.days)) if is_stay else first
    if last > LAST_DAY:
        first, last = first - (last - LAST_DAY), LAST_DAY
    patient = people.patient_for(dice, ages=profile.ages, sexes=profile.sex, first=first, last=last)
    facility_id = dice.pick(OFFICES).npi if encounter_class == "office" else HOSPITAL.npi
    status = None
    if is_stay:
        status = "01" if profile.sex == "F" else dice.weighted(_STATUS_WEIGHTS)
    return Encounter(
        encounter_id=encounter_id,
        encounter_class=encounter_class,
        profile=profile,
        patient=patient,
        first=first,
        last=last,
        facility_id=facility_id,
        provider_id=dice.pick(PROVIDERS[encounter_class]).npi,
        coder_id=dice.weighted(_CODER_WEIGHTS),
        coded_date=last + timedelta(days=dice.between(1, 5)),
        discharge_status_code=status,
        gold=gold_codes(dice, profile, tables, first=first),
    )


def gold_codes(dice: Dice, profile: Profile, tables: Clinic, *, first: date) -> tuple[GoldCode, ...]:
    """Draw the right codes of one encounter in their right order."""
    side = dice.pick(SIDES)
    inpatient = profile.encounter_class == "inpatient"
    chosen = [tables.diagnoses[code] for code in _linked(dice.weighted(profile.principal), side)]
    for key, probability in profile.also.items():
        if dice.chance(probability):
            _extend(chosen, [tables.diagnoses[code] for code in _linked(key, side)])
    present = len(chosen)
    for key, probability in profile.acquired.items():
        if dice.chance(probability):
            _extend(chosen, [tables.diagnoses[code] for code in _linked(key, side)])
    acquired = {row.code for row in chosen[present:]}
    gold = [
        _gold_diagnosis(dice, row, position, poa=_poa(row, row.code in acquired) if inpatient else None)
        for position, row in enumerate(sorted(chosen, key=_is_external_cause))
    ]
    if inpatient and profile.admitting:
        row = tables.diagnoses[sided(dice.pick(profile.admitting), side)]
        if row.code not in {entry.code for entry in chosen}:
            code = Code("ICD-10-CM", undotted(row.code), "admitting")
            gold.append(GoldCode(code, row, sentence(dice, row.says)))
    gold.extend(_gold_procedures(dice, profile, tables, chosen, side=side, first=first))
    return tuple(gold)


def sentence(dice: Dice, says: Sequence[str], *, units: int = 1, dose: int = 1) -> str:
    """Pick one sentence and draw its numbers."""

    def number(found: re.Match[str]) -> str:
        low, high = found.groups()
        if "." in low:
            tenths = dice.between(int(low.replace(".", "")), int(high.replace(".", "")))
            return f"{tenths // 10}.{tenths % 10}"
        return str(dice.between(int(low), int(high)))

    text = dice.pick(says).replace("{units}", str(units)).replace("{dose}", str(units * dose))
    return _RANGE.sub(number, text)


def _linked(key: str, side: str) -> list[str]:
    return sided(key, side).split("+")


def _extend(chosen: list[Diagnosis], rows: list[Diagnosis]) -> None:
    """Add linked diagnoses unless one of them cannot stand beside what is there."""
    if len(chosen) + len(rows) > _MOST_DIAGNOSES:
        return
    for row in rows:
        for other in chosen:
            if (
                other.code == row.code
                or other.code.startswith(row.not_with)
                or row.code.startswith(other.not_with)
            ):
                return
    chosen.extend(rows)


def _is_external_cause(row: Diagnosis) -> bool:
    return row.code[0] in "VWXY"


def _poa(row: Diagnosis, acquired: bool) -> str | None:  # noqa: FBT001 - private, one caller
    if row.exempt:
        return None
    return "N" if acquired else "Y"


def _gold_diagnosis(dice: Dice, row: Diagnosis, position: int, *, poa: str | None) -> GoldCode:
    role = "principal" if position == 0 else "external cause" if _is_external_cause(row) else "secondary"
    text = sentence(dice, row.says)
    if poa == "N":
        text = f"Not there on arrival, from day {dice.between(2, 3)}: {text}"
    return GoldCode(Code("ICD-10-CM", undotted(row.code), role, poa_indicator=poa), row, text)


def _gold_procedures(
    dice: Dice, profile: Profile, tables: Clinic, chosen: list[Diagnosis], *, side: str, first: date
) -> list[GoldCode]:
    done: list[tuple[Procedure, str, int, int]] = []
    for step in profile.steps:
        wanted = not step.only_with or any(row.code.startswith(step.only_with) for row in chosen)
        wanted = wanted and (not step.after or any(entry.code == step.after for entry, *_ in done))
        if wanted and dice.chance(step.chance):
            entry = tables.procedures[sided(dice.weighted(step.pick), side)]
            if all(entry.code != other.code for other, *_ in done):
                done.append((entry, step.points, dice.pick(entry.units), step.day))
    beside_minor = any(entry.minor for entry, *_ in done)
    gold = []
    for entry, points, units, day in done:
        system = code_system(entry.code)
        modifiers = tuple(sided(modifier, side) for modifier in entry.modifiers)
        if beside_minor and entry.code.startswith(_VISIT_CODES):
            modifiers = ("25", *modifiers)
        is_pcs = system == "ICD-10-PCS"
        code = Code(
            system,
            entry.code,
            "procedure",
            code_date=first + timedelta(days=day),
            modifiers=modifiers,
            unit_count=None if is_pcs else units,
        )
        says = tuple(sided(text, side) for text in entry.says)
        gold.append(GoldCode(code, entry, sentence(dice, says, units=units, dose=entry.dose), points))
    return gold


def coder_rate(coder_id: str, coded_date: date) -> tuple[float, dict[str, int]]:
    """Return a coder's chance of an error per gold code on a day, and the weights of the kinds."""
    coder = next(row for row in coders() if row.coder_id == coder_id)
    per_mille = coder.per_mille
    if coder.drift_month is not None:
        year, month = (int(part) for part in coder.drift_month.split("-"))
        months = (coded_date.year - year) * 12 + coded_date.month - month + 1
        per_mille += coder.drift_per_month * max(0, months)
    return per_mille / 1000, dict(coder.habits)
