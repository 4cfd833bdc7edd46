"""Random hospital stays by seed, with what the edits judge at its boundaries."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from auditlib.schema.contract import Table
from auditlib.schema.core import CLAIM, CLAIM_DIAGNOSIS, CLAIM_PROCEDURE, PATIENT

AGES: Final = (0, 0, 1, 8, 9, 14, 15, 17, 18, 59, 60, 61, 64, 65, 90, 124, 125, -1)
STATUSES: Final = (
    "01",
    "02",
    "03",
    "06",
    "20",
    "30",
    "50",
    "61",
    "65",
    "66",
    "69",
    "70",
    "81",
    "95",
    "00",
    "08",
    "09",
)
ODD_STATUSES: Final = ("10", "40", "41", "42", "71", "72", "80", "96", "99")
WRONG_SURGERY: Final = ("Y6551", "Y6552", "Y6553")
VENTILATION: Final = "5A1955Z"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class CodePools:
    """Codes to draw from.

    Parameters
    ----------
    diagnoses, procedures
        Billable ICD-10-CM and ICD-10-PCS codes of all loaded releases.
    headers
        ICD-10-CM codes that need more characters.
    lists
        Codes of each loaded list of the editor, by its name.
    """

    diagnoses: Sequence[str]
    procedures: Sequence[str]
    headers: Sequence[str]
    lists: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay: its codes, its days, and the patient's birth and sex (F, M or U)."""

    claim_id: int
    born: dt.date
    sex: str
    admitted: dt.date
    discharged: dt.date
    status: str
    principal: str
    admitting: str | None
    secondary: tuple[str, ...]
    procedures: tuple[str, ...]

    @property
    def age_years(self) -> int:
        """Age in whole years on the day of admission."""
        return years_between(self.born, self.admitted)

    @property
    def last_age_years(self) -> int:
        """Age in whole years on the last day."""
        return years_between(self.born, self.discharged)


def years_between(first: dt.date, last: dt.date) -> int:
    """Return the whole years from one day to another; below 0 where the other comes before."""
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def draw_stays(seed: int, stay_count: int, first: dt.date, last: dt.date, pools: CodePools) -> list[Stay]:
    """Return random stays that end between two days.

    Parameters
    ----------
    seed
        The same seed and pools give the same stays.
    stay_count
        How many.
    first, last
        Days between which they end.
    pools
        The codes to draw from.
    """
    dice = random.Random(seed)
    boundaries = [
        day
        for year in range(first.year, last.year + 1)
        for month in (1, 4, 10)
        for day in (dt.date(year, month, 1), dt.date(year, month, 1) - dt.timedelta(days=1))
        if first <= day <= last
    ]
    return [_draw(dice, number, first, last, boundaries, pools) for number in range(1, stay_count + 1)]


def _draw(
    dice: random.Random,
    claim_id: int,
    first: dt.date,
    last: dt.date,
    boundaries: Sequence[dt.date],
    pools: CodePools,
) -> Stay:
    discharged = first + dt.timedelta(days=dice.randint(0, (last - first).days))
    if boundaries and dice.random() < 0.2:
        discharged = dice.choice(boundaries)
    admitted = discharged - dt.timedelta(days=dice.choice((0, 1, 2, 3, 4, 5, 14, dice.randint(0, 60))))
    principal = _principal(dice, pools)
    chosen = [_secondary(dice, principal, pools) for _ in range(dice.randint(0, 7))]
    return Stay(
        claim_id=claim_id,
        born=_born(dice, admitted, discharged),
        sex=dice.choices("FMU", (9, 9, 1))[0],
        admitted=admitted,
        discharged=discharged,
        status=dice.choice(STATUSES if dice.random() < 0.9 else ODD_STATUSES),
        principal=principal,
        admitting=_any(dice, pools) if dice.random() < 0.8 else None,
        secondary=tuple(chosen),
        procedures=tuple(_procedure(dice, pools) for _ in range(dice.choice((0, 0, 1, 2, 4)))),
    )


def _born(dice: random.Random, admitted: dt.date, discharged: dt.date) -> dt.date:
    age = dice.choice(AGES) if dice.random() < 0.6 else dice.randint(0, 100)
    if age < 0:
        return discharged + dt.timedelta(days=dice.randint(1, 40))
    # On the birthday, on the day before the next one, or between them; the 29th of February is left out.
    birthday = dt.date(admitted.year - age, admitted.month, min(admitted.day, 28))
    return birthday - dt.timedelta(days=dice.choice((0, dice.randint(0, 364), 330)))


def _principal(dice: random.Random, pools: CodePools) -> str:
    kind = dice.random()
    if kind < 0.12:
        return _of_list(dice, pools, "MCE principal external cause", "VWXY")
    for limit, name in (
        (0.18, "MCE principal manifestation"),
        (0.24, "MCE principal unacceptable"),
        (0.28, "MCE principal questionable admit"),
    ):
        if kind < limit:
            return _of_list(dice, pools, name, "")
    if kind < 0.32:
        return "Z5189"
    return _any(dice, pools)


def _secondary(dice: random.Random, principal: str, pools: CodePools) -> str:
    kind = dice.random()
    if kind < 0.06:
        return principal
    if kind < 0.08:
        return dice.choice(WRONG_SURGERY)
    if kind < 0.12:
        return _of_list(dice, pools, "MCE unspecified laterality", "")
    if kind < 0.4:
        name = dice.choice(("newborn", "pediatric", "maternity", "adult", "female", "male"))
        return _of_list(dice, pools, f"MCE {name} only", "")
    return _any(dice, pools)


def _procedure(dice: random.Random, pools: CodePools) -> str:
    kind = dice.random()
    if kind < 0.05:
        return VENTILATION
    for limit, name in (
        (0.1, "MCE noncovered always"),
        (0.15, "MCE noncovered over60"),
        (0.22, "MCE limited coverage"),
        (0.3, "procedures MCE female only"),
        (0.38, "procedures MCE male only"),
    ):
        if kind < limit and pools.lists.get(name):
            return dice.choice(pools.lists[name])
    code = dice.choice(pools.procedures)
    return _changed(dice, code) if dice.random() < 0.1 else code


def _of_list(dice: random.Random, pools: CodePools, name: str, letters: str) -> str:
    """Return a code of a list; where it is not loaded, any code, or one that begins with the letters."""
    if pools.lists.get(name):
        return dice.choice(pools.lists[name])
    while True:
        code = dice.choice(pools.diagnoses)
        if not letters or code[0] in letters:
            return code


def _any(dice: random.Random, pools: CodePools) -> str:
    kind = dice.random()
    if kind < 0.03:
        return dice.choice(pools.headers)
    code = dice.choice(pools.diagnoses)
    if kind < 0.06:
        return _changed(dice, code)
    if kind < 0.08:
        return code[:-1] if len(code) > 3 else code
    return code


def _changed(dice: random.Random, code: str) -> str:
    place = dice.randrange(1, len(code))
    return code[:place] + dice.choice(_LETTERS + "0123456789") + code[place + 1 :]


def stay_tables(stays: Sequence[Stay]) -> dict[Table, pl.DataFrame]:
    """Return the stays as rows of the warehouse: patients, claims, diagnoses and procedures.

    External causes among the secondary diagnoses of every other claim have the role of one.
    """
    origin = {"source_file_id": pl.lit(0), "source_offset": pl.lit(0)}
    claims = pl.DataFrame(
        {
            "claim_id": [stay.claim_id for stay in stays],
            "patient_id": [f"P{stay.claim_id}" for stay in stays],
            "birth_date": [stay.born for stay in stays],
            "sex": [stay.sex for stay in stays],
            "admit_date": [stay.admitted for stay in stays],
            "to_date": [stay.discharged for stay in stays],
            "discharge_status_code": [stay.status for stay in stays],
        }
    ).with_columns(
        form=pl.lit("I"),
        type_of_bill=pl.lit("111"),
        frequency_code=pl.lit("1"),
        payer_id=pl.lit("MEDICARE"),
        patient_control_number="patient_id",
        charge_amount=pl.lit(Decimal(0)),
        from_date="admit_date",
        **origin,
    )
    diagnoses = [
        (stay.claim_id, number, code, _role(number, code, stay))
        for stay in stays
        for number, code in enumerate(
            (stay.principal, *stay.secondary, *([stay.admitting] if stay.admitting else [])), start=1
        )
    ]
    procedures = [
        (stay.claim_id, number, code)
        for stay in stays
        for number, code in enumerate(stay.procedures, start=1)
    ]
    diagnosis = pl.DataFrame(
        diagnoses, schema=["claim_id", "diagnosis_number", "code", "code_role"], orient="row"
    ).with_columns(code_system=pl.lit("ICD-10-CM"), **origin)
    procedure = pl.DataFrame(
        procedures, schema=["claim_id", "procedure_number", "code"], orient="row"
    ).with_columns(code_system=pl.lit("ICD-10-PCS"), code_role=pl.lit("other"), **origin)
    frames = {PATIENT: claims, CLAIM: claims, CLAIM_DIAGNOSIS: diagnosis, CLAIM_PROCEDURE: procedure}
    return {table: _conformed(table, frame) for table, frame in frames.items()}


def _role(number: int, code: str, stay: Stay) -> str:
    if number == 1:
        return "principal"
    if stay.admitting and number == len(stay.secondary) + 2:
        return "admitting"
    is_external = code[0] in "VWXY" and stay.claim_id % 2 == 0
    return "external cause" if is_external else "secondary"


def _conformed(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    return table.conform(frame.select(name for name in frame.columns if name in table.column_names))
