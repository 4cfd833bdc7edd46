"""Which code systems a search looks like, so that one that is not loaded can be named."""

from __future__ import annotations

import re
from typing import Final

from auditlib.codes.systems import CPT, HCPCS, ICD10CM, ICD10PCS
from auditlib.codesets.search.words import words_in

# A modifier may follow, as in 99213-25.
_MODIFIER: Final = r"(?:[-\s](?:[A-Z]\d|\d{2}|[A-Z]{2}))*"
_FORMS: Final = (
    (re.compile(rf"(?:\d{{5}}|\d{{4}}[FTU]){_MODIFIER}"), (CPT,)),
    (re.compile(rf"[A-V]\d{{4}}{_MODIFIER}"), (HCPCS,)),
    (re.compile(r"(?=.*\d)[0-9B-DF-HX][0-9A-HJ-NP-Z]{6}"), (ICD10PCS,)),
    (re.compile(r"[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}"), (ICD10CM,)),
)
_VISITS: Final = frozenset(
    tuple(words_in(text))
    for text in (
        "office visit", "new patient", "established patient", "e/m", "e m", "visit level", "level 3",
        "level 4", "level 5", "consult", "consultation", "ed visit", "er visit",
        "emergency department visit", "hospital visit", "critical care", "discharge day",
        "observation care", "telehealth visit", "home visit", "nursing facility visit", "prolonged service",
        "preventive visit", "physical therapy", "therapeutic exercise", "manual therapy", "venipuncture",
        "blood draw", "ekg", "ecg", "electrocardiogram", "stress test", "spirometry", "cbc", "cmp", "bmp",
        "lipid panel", "a1c", "urinalysis", "strep test", "x ray", "xray", "psychotherapy",
        "vaccine administration", "anesthesia", "chemo infusion", "iv push", "joint injection",
        "trigger point injection", "nerve block", "epidural",
    )
)  # fmt: skip
_PROCEDURES: Final = frozenset(
    {
        "replacement", "repair", "removal", "excision", "resection", "insertion", "biopsy", "bypass",
        "fusion", "reduction", "amputation", "transplant", "drainage", "debridement", "ablation",
        "catheterization", "intubation", "transfusion", "ultrasound", "mri", "ct", "cta", "tomography",
        "mammogram", "radiograph", "endoscopy", "surgery", "laparoscopic", "open", "arthrodesis",
        "ligation", "stent", "graft", "closure", "implantation", "egd", "placement", "creation", "line",
        "lap", "laparoscopy", "chole", "appy", "bx", "resect", "excise", "puncture", "drain", "inspection",
        "measurement", "ventilation", "vent", "restoration", "reposition", "extraction", "robotic",
        "bronch", "bal", "lp", "cardioversion", "delivery", "section", "cath", "cabg", "orif", "ercp",
        "pci", "turp", "ecmo", "cholecystectomy", "dialysis", "hemodialysis",
    }
)  # fmt: skip
_PROCEDURE_ENDINGS: Final = (
    "scopy",
    "ectomy",
    "plasty",
    "otomy",
    "ostomy",
    "ography",
    "centesis",
    "desis",
    "pexy",
)
_NOT_PROCEDURES: Final = frozenset({"photography", "geography", "demography"})
_SUPPLIES: Final = frozenset(
    {
        "wheelchair", "walker", "cane", "crutches", "commode", "ambulance", "nebulizer", "oxygen",
        "concentrator", "cpap", "bipap", "brace", "orthosis", "prosthesis", "catheter", "ostomy",
        "dressing", "injection", "inj", "syringe", "strips", "lancets", "glucometer", "hospice", "dme",
    }
)  # fmt: skip
# Words that make a state, injury or complication of what would else be a procedure.
_DIAGNOSES: Final = frozenset(
    {
        "status", "history", "hx", "presence", "complication", "infection", "malfunction", "failure",
        "pain", "dependence", "dependent", "encounter", "s", "aftercare", "displacement", "breakdown",
        "situ", "screening",
    }
)  # fmt: skip


def systems_meant(text: str) -> tuple[str, ...]:
    """Return the code systems that a search looks like; none if it may be of any.

    Examples
    --------
    >>> systems_meant("99213-25"), systems_meant("office visit")
    (('CPT',), ('CPT',))
    >>> systems_meant("knee arthroscopy"), systems_meant("standard wheelchair")
    (('CPT', 'ICD-10-PCS'), ('HCPCS',))
    >>> systems_meant("colostomy status"), systems_meant("asthma")
    ((), ())
    """
    typed = text.strip().upper()
    for form, systems in _FORMS:
        if form.fullmatch(typed):
            return systems
    words = words_in(text)
    phrases = {tuple(words[at : at + length]) for at in range(len(words)) for length in (1, 2, 3)}
    if phrases & _VISITS:
        return (CPT,)
    if not _DIAGNOSES.isdisjoint(words):
        return ()
    if any(map(_is_procedure, words)):
        return (CPT, ICD10PCS)
    return () if _SUPPLIES.isdisjoint(words) else (HCPCS,)


def is_procedure(text: str) -> bool:
    """Return True if a search names a procedure and no diagnosis.

    Examples
    --------
    >>> is_procedure("lap chole"), is_procedure("knee pain"), is_procedure("stent malfunction")
    (True, False, False)
    """
    words = words_in(text)
    return _DIAGNOSES.isdisjoint(words) and any(map(_is_procedure, words))


def _is_procedure(word: str) -> bool:
    return word in _PROCEDURES or (word.endswith(_PROCEDURE_ENDINGS) and word not in _NOT_PROCEDURES)
