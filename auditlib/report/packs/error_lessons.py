"""What each error kind teaches: whose rule it is, and what to look for in the record next time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from auditlib.codes.systems import CPT, HCPCS, ICD10CM, ICD10PCS

_SERVICES: Final = (CPT, HCPCS)
_GUIDELINES: Final = "ICD-10-CM Official Guidelines for Coding and Reporting"


@dataclass(frozen=True, slots=True)
class Lesson:
    """The rule behind an error kind, and what to look for.

    Parameters
    ----------
    rule
        The rule in the project's words.
    authority
        Whose rule it is, with the section.
    look_for
        What to look for in the record next time.
    """

    rule: str
    authority: str
    look_for: str


_DIAGNOSES: Final = {
    "wrong code": Lesson(
        "A code says what the provider documented of this visit, verified in the tabular list.",
        f"{_GUIDELINES}, section I.B.1",
        "Read the assessment and plan of this visit, find the term in the index, and confirm the code and "
        "its "
        "notes in the tabular list before it is assigned.",
    ),
    "missed code": Lesson(
        "Every documented condition that coexists at the visit and affects the care is coded.",
        f"{_GUIDELINES}, sections III and IV.J",
        "Look for conditions that were monitored, evaluated, assessed or treated, and for orders and drugs "
        "without a condition that explains them.",
    ),
    "unsupported code": Lesson(
        "A condition is coded if the provider documented it for this visit and it affected the care.",
        f"{_GUIDELINES}, sections III and IV.J",
        "Find the sentence of this visit that names the condition and what was done about it. A problem "
        "list, a "
        "history or text carried forward is not enough.",
    ),
    "not specific": Lesson(
        "A diagnosis is coded to the most characters and the most detail that the record supports.",
        f"{_GUIDELINES}, section I.B.2",
        "Look for side, site, type, stage, cause and the encounter's order (initial, subsequent, sequela). "
        "If "
        "the record lacks the detail, ask the provider.",
    ),
    "sequencing": Lesson(
        "The reason found after study for the stay, or chiefly responsible for the visit, comes first; notes "
        "such as code first decide before that.",
        f"{_GUIDELINES}, sections II and IV.G",
        "Ask which condition, after study, brought the patient; then read the code first and use additional "
        "code notes.",
    ),
    "POA": Lesson(
        "A condition is present on admission if it existed when the order for inpatient care was written, "
        "even "
        "if it was diagnosed later.",
        f"{_GUIDELINES}, appendix I",
        "Compare the first mention and the first signs of the condition with the time of the admission "
        "order. "
        "If that cannot be told, ask the provider.",
    ),
}
_OF_SERVICES: Final = {
    "wrong code": Lesson(
        "A service is coded by what was done and documented; an office visit's level by medical decision "
        "making or by time on that day.",
        "CPT guidelines of the section (evaluation and management: since 2021)",
        "For a visit, find the problems addressed, the data reviewed and the risk, or the minutes. For a "
        "procedure, find site, approach and extent in the note.",
    ),
    "missed code": Lesson(
        "Every separately reportable service that was done and documented is billed.",
        "CPT guidelines of the section; NCCI Policy Manual, chapter I",
        "Read the orders, the procedure note and the list of drugs given against the lines of the claim.",
    ),
    "unsupported code": Lesson(
        "A service is billed if the record shows that it was done, not only that it was ordered or planned.",
        "Social Security Act, section 1833(e); CPT guidelines of the section",
        "Find the note, result or signature that shows the service was done on that day.",
    ),
    "not specific": Lesson(
        "A service takes the code that names it; an unlisted or unspecified one only if no other fits.",
        "CPT guidelines, instructions for use of the code book",
        "Find approach, extent, site and side in the note and compare them with the codes beside the one "
        "chosen.",
    ),
    "sequencing": Lesson(
        "Where the order of services decides the payment, the service with the most work comes first.",
        "Rules of the payer for several procedures",
        "Compare the order of the lines with the procedure note.",
    ),
    "modifier": Lesson(
        "A modifier says something that the record must show: another site or side, another session, or a "
        "separate evaluation.",
        "NCCI Policy Manual, chapter I, modifiers; CPT, appendix A",
        "Find the sentence that shows why the service is separate, or which side it was. Without it, no "
        "modifier; with it, never without one.",
    ),
    "units": Lesson(
        "Units are counts of what the code's description names once: a dose, a number of minutes, a "
        "specimen.",
        "Description of the code; NCCI Policy Manual, chapter I, medically unlikely edits",
        "Find the amount given or the number done, and divide it by what one unit of the code is.",
    ),
}
_PROCEDURES: Final = {
    "wrong code": Lesson(
        "Each character of a procedure code is chosen by the definition of its value from what the operative "
        "report says.",
        "ICD-10-PCS Official Guidelines for Coding and Reporting, sections A and B",
        "Find the objective of the procedure, body part, approach, device and qualifier in the body of the "
        "operative report, not in its title.",
    ),
}
_ANY: Final = Lesson(
    "A code says what the record of this visit shows.",
    "Rules of the code set",
    "Read the record of this visit against the code's description and notes before it is assigned.",
)


def lesson_of(error_kind: str, code_system: str) -> Lesson:
    """Return the lesson of an error kind for codes of a system."""
    if code_system in _SERVICES:
        found = _OF_SERVICES
    elif code_system == ICD10PCS:
        found = {**_OF_SERVICES, **_PROCEDURES}
    elif code_system == ICD10CM:
        found = _DIAGNOSES
    else:
        found = {}
    return found.get(error_kind, _ANY)
