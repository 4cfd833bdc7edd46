"""The chart of an encounter: short documents, each gold code's sentence in at least one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tools.synthetic.clinical import Procedure
from tools.synthetic.dice import Dice
from tools.synthetic.encounters import Encounter, GoldCode, sentence
from tools.synthetic.people import ADULT_AGE

_NOTE_TITLES = {
    "office": "Office note",
    "emergency": "Emergency note",
    "outpatient surgery": "Note before surgery",
    "inpatient": "History and physical",
}
_OPENINGS = ("Seen today.", "Seen alone.", "History from the patient.", "Chart read before the visit.")
_CHILD_OPENINGS = ("Seen with a parent.", "History from a parent.")
# Neutral on purpose: no diagnosis, no finding that could contradict a code.
_BACKGROUND = (
    "Medicine list gone over and current.",
    "No travel in the last month.",
    "Lives with family.",
    "Lives alone, manages well.",
    "Works part time.",
    "Walks most days.",
    "Papers from the last visit read.",
    "No new complaint besides.",
    "Understands the plan and agrees.",
    "Came with a list of questions.",
    "No change in the family history.",
)
_CHILD_BACKGROUND = (
    "Parents have no other worry.",
    "Vaccination card seen.",
    "Goes to day care or school.",
    "No travel in the last month.",
)
_CLOSINGS = {
    "office": (
        "Return in {2..6} months.",
        "Return if worse.",
        "Next visit in {3..12} weeks.",
        "Questions answered.",
    ),
    "emergency": ("Sent home with written advice.", "Home, to see the own doctor in {2..5} days."),
    "outpatient surgery": ("Fit for the planned procedure.", "Risks talked through, wants to go on."),
    "inpatient": ("Admitted.", "Admitted to the ward."),
}


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a chart."""

    document_type: str
    title: str
    author_role: str
    written_at: datetime
    text: str


def write_chart(dice: Dice, encounter: Encounter) -> tuple[Document, ...]:
    """Write the documents of an encounter in the order of their making."""
    gold = encounter.gold
    diagnoses = [row for row in gold if not isinstance(row.entry, Procedure)]
    procedures = [row for row in gold if isinstance(row.entry, Procedure)]
    hour = dice.between(8, 17)
    start = datetime.combine(encounter.first, time(hour, 5 * dice.below(12)))
    documents = [
        Document(
            "physician note",
            _NOTE_TITLES[encounter.encounter_class],
            "physician",
            start,
            _first_note(dice, encounter, diagnoses, procedures),
        )
    ]
    laboratory = _laboratory(dice, encounter)
    if laboratory:
        made = start + timedelta(minutes=dice.between(40, 170))
        documents.append(Document("lab report", "Laboratory results", "laboratory", made, laboratory))
    if encounter.profile.operation and procedures:
        documents.append(_operative_report(dice, encounter, diagnoses, procedures, start))
    if encounter.encounter_class == "inpatient":
        documents.append(_discharge_summary(dice, encounter, diagnoses, procedures))
    return tuple(documents)


def _first_note(
    dice: Dice, encounter: Encounter, diagnoses: list[GoldCode], procedures: list[GoldCode]
) -> str:
    profile = encounter.profile
    is_child = encounter.patient.age_on(encounter.first) < ADULT_AGE
    opening = dice.pick(_CHILD_OPENINGS if is_child else _OPENINGS)
    complaint = sentence(dice, profile.complaint)
    lines = [
        f"{_person(encounter)}. {complaint} {opening}",
        f"Background: {_two(dice, _CHILD_BACKGROUND if is_child else _BACKGROUND)}",
        f"Exam: {sentence(dice, profile.exam)}",
    ]
    stated = diagnoses
    if encounter.encounter_class == "inpatient":
        admitting = [row for row in diagnoses if row.code.code_role == "admitting"]
        lines[0] = " ".join([lines[0], *(row.sentence for row in admitting)])
        stated = [
            row for row in diagnoses if row.code.code_role != "admitting" and row.code.poa_indicator != "N"
        ]
    lines.append("Assessment:")
    lines.extend(f"{number}. {row.sentence}" for number, row in enumerate(stated, start=1))
    if encounter.encounter_class in {"office", "emergency"} and procedures:
        lines.append("Done: " + " ".join(row.sentence for row in procedures))
    lines.append(sentence(dice, _CLOSINGS[encounter.encounter_class]))
    return "\n".join(lines)


def _two(dice: Dice, sentences: tuple[str, ...]) -> str:
    first = dice.below(len(sentences))
    second = (first + dice.between(1, len(sentences) - 1)) % len(sentences)
    return f"{sentences[first]} {sentences[second]}"


def _person(encounter: Encounter) -> str:
    age = encounter.patient.age_on(encounter.first)
    if age < ADULT_AGE:
        return f"{age}-year-old {'girl' if encounter.patient.sex == 'F' else 'boy'}"
    return f"{age}-year-old {'woman' if encounter.patient.sex == 'F' else 'man'}"


def _laboratory(dice: Dice, encounter: Encounter) -> str | None:
    labs = encounter.profile.labs
    has_test = any(row.code.code.startswith("8") for row in encounter.gold if row.code.code_system == "CPT")
    if not labs or not (encounter.encounter_class == "inpatient" or has_test or dice.chance(0.5)):
        return None
    # What a note already gives a number to is left out: two numbers would contradict each other.
    stated = " ".join(row.sentence for row in encounter.gold).lower()
    values = [sentence(dice, (text,)) for text in labs if text.split()[0].lower() not in stated]
    if not values:
        return None
    results = "\n".join(values)
    return f"Sample of {encounter.first.isoformat()}.\n{results}\nReleased by the laboratory."


def _operative_report(
    dice: Dice, encounter: Encounter, diagnoses: list[GoldCode], procedures: list[GoldCode], start: datetime
) -> Document:
    day: date = procedures[0].code.code_date or encounter.first
    made = datetime.combine(day, start.time()) + timedelta(hours=dice.between(2, 4))
    lines = [
        f"Found: {diagnoses[0].sentence}",
        encounter.profile.operation,
        "Done: " + " ".join(row.sentence for row in procedures),
        f"Blood loss {dice.between(0, 6) * 10} mL. Counts right. No complication. To recovery awake.",
    ]
    return Document("operative report", "Operative report", "surgeon", made, "\n".join(lines))


def _discharge_summary(
    dice: Dice, encounter: Encounter, diagnoses: list[GoldCode], procedures: list[GoldCode]
) -> Document:
    made = datetime.combine(encounter.last, time(dice.between(10, 16), 5 * dice.below(12)))
    stated = [row for row in diagnoses if row.code.code_role != "admitting"]
    lines = [f"{_person(encounter)}, admitted {encounter.first.isoformat()}.", "Diagnoses:"]
    lines.extend(f"{number}. {row.sentence}" for number, row in enumerate(stated, start=1))
    if procedures:
        lines.append("Done: " + " ".join(row.sentence for row in procedures))
    lines.append(f"Course: {sentence(dice, (encounter.profile.course,))}")
    lines.append(_LEAVING.get(encounter.discharge_status_code or "", "Left in good order."))
    return Document("discharge summary", "Discharge summary", "physician", made, "\n".join(lines))


_LEAVING = {
    "01": "Went home with the medicine list, told what to watch for, own doctor within ten days.",
    "06": "Went home; a visiting nurse comes from tomorrow on.",
    "03": "Went to a nursing facility with the medicine list and a call to its nurse.",
    "20": "Died in hospital, family present.",
}
