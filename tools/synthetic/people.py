"""The patients: invented names, insurance, and which of them comes in when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from tools.synthetic.dice import Dice
from tools.synthetic.organisation import payers

ADULT_AGE = 18
_DAYS_A_YEAR = 365.25
_LAST_NAMES = (
    "MOCKINGBIRD",
    "TESTCASE",
    "PRETENDLEY",
    "FAUXWELL",
    "SAMPLESON",
    "INVENTOLA",
    "DUMMYTON",
    "FABLEMAN",
    "MAKEUP",
    "NONESUCH",
    "UNREALSKI",
    "IMAGINARI",
    "DEMOVITCH",
    "EXAMPLEZ",
    "SYNTHFIELD",
    "STORYMAN",
    "FICTIVE",
    "PHONYMOUS",
    "SHAMBERG",
    "NOTAPERSON",
    "MYTHSON",
    "FIGMENT",
    "WHATSIT",
    "THINGUMBOB",
    "DREAMWELL",
    "BOGUSKI",
    "NOWHERE",
    "ANYBODY",
    "TALESPIN",
    "PLACEMAN",
)
_FIRST_NAMES = (
    "ACORN",
    "BASIL",
    "CLOVER",
    "DAMSON",
    "ELDER",
    "FENNEL",
    "GINGER",
    "HAZEL",
    "INDIGO",
    "JUNIPER",
    "KELP",
    "LAUREL",
    "MAPLE",
    "NUTMEG",
    "OLIVE",
    "PEPPER",
    "QUINCE",
    "RHUBARB",
    "SORREL",
    "THYME",
    "UMBER",
    "VERBENA",
    "WILLOW",
    "YARROW",
    "ZINNIA",
    "ALMOND",
    "BRAMBLE",
    "CARAWAY",
    "DILL",
    "FERN",
)
_STREETS = ("FABLE LANE", "MAKE BELIEVE STREET", "NOWHERE COURT", "PRETEND AVENUE", "STORY ROAD")
_MEDICARE_AGE = 65
_TRIES = 14


@dataclass(slots=True)
class Patient:
    """One invented patient; ``visits`` are the days on which the patient was already here."""

    last_name: str
    first_name: str
    sex: str
    birth_date: date
    street: str
    member_id: str
    payer_id: str
    secondary_payer_id: str | None
    subscriber_first_name: str | None
    visits: list[tuple[date, date]] = field(default_factory=list)

    def age_on(self, day: date) -> int:
        """Return the age in whole years."""
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday

    def is_free(self, first: date, last: date) -> bool:
        """Tell whether no other visit lies within a day of these days."""
        margin = timedelta(days=1)
        return all(last + margin < start or end + margin < first for start, end in self.visits)


def new_patient(dice: Dice, *, sex: str, birth_date: date, first_day: date) -> Patient:
    """Invent a patient with name and insurance."""
    age = (first_day - birth_date).days / _DAYS_A_YEAR
    shares = {payer.payer_id: payer.share for payer in payers().values()}
    if age >= _MEDICARE_AGE:
        shares = {payer_id: share * (5 if payer_id == "P01" else 1) for payer_id, share in shares.items()}
    else:
        shares["P01"] = 2
    payer_id = dice.weighted(shares)
    secondary = None
    if payer_id != "P07" and dice.chance(0.42 if payer_id == "P01" else 0.06):
        others = {
            p.payer_id: p.secondary for p in payers().values() if p.secondary and p.payer_id != payer_id
        }
        secondary = dice.weighted(others)
    return Patient(
        last_name=dice.pick(_LAST_NAMES),
        first_name=dice.pick(_FIRST_NAMES),
        sex=sex,
        birth_date=birth_date,
        street=f"{dice.between(1, 980)} {dice.pick(_STREETS)}",
        member_id=f"{payer_id[1:]}M{dice.digits(8)}",
        payer_id=payer_id,
        secondary_payer_id=secondary,
        subscriber_first_name=dice.pick(_FIRST_NAMES) if age < ADULT_AGE else None,
    )


class Population:
    """All patients so far; a visit is given to one who fits, or to a new one."""

    def __init__(self) -> None:
        self._patients: list[Patient] = []

    def patient_for(
        self, dice: Dice, *, ages: tuple[int, int], sexes: str, first: date, last: date
    ) -> Patient:
        """Return a patient of fitting age and sex who is not already here in these days."""
        sex = sexes[dice.below(len(sexes))]
        if self._patients and dice.chance(0.6):
            for _ in range(_TRIES):
                patient = dice.pick(self._patients)
                fits = patient.sex == sex and ages[0] <= patient.age_on(first) <= ages[1]
                if fits and patient.is_free(first, last):
                    patient.visits.append((first, last))
                    return patient
        days_old = dice.between(int(ages[0] * _DAYS_A_YEAR) + 1, int((ages[1] + 1) * _DAYS_A_YEAR) - 2)
        patient = new_patient(dice, sex=sex, birth_date=first - timedelta(days=days_old), first_day=first)
        patient.visits.append((first, last))
        self._patients.append(patient)
        return patient
