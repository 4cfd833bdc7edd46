"""Search vocabulary: abbreviations, everyday and clinical words with the code books' words.

A key is one or several words in lower case; its meanings are searched instead, each separately.
"""

from __future__ import annotations

from typing import Final

from auditlib.codesets.search.abbreviations import ABBREVIATIONS
from auditlib.codesets.search.anatomy import ANATOMY
from auditlib.codesets.search.drugs import GENERIC_NAMES
from auditlib.codesets.search.everyday import EVERYDAY
from auditlib.codesets.search.phrases import PHRASES

CLINICAL: Final[dict[str, tuple[str, ...]]] = {
    "acquired hypothyroidism": ("hypothyroidism",),
    "cancerous": ("malignant",),
    "community acquired pneumonia": ("pneumonia",),
    "hospital acquired pneumonia": ("pneumonia",),
    "deep vein thrombosis": ("embolism thrombosis deep veins",),
    "diabetes": ("diabetes mellitus", "type 2 diabetes mellitus"),
    "gonorrhea": ("gonococcal infection", "gonorrhea"),
    "chlamydia": ("chlamydial infection",),
    "embolic": ("embolism",),
    "embolic infarction": ("cerebral infarction embolism",),
    "hemiparesis": ("hemiplegia hemiparesis",),
    "hepatic": ("hepatic", "liver"),
    "lupus nephritis": ("systemic lupus erythematosus glomerular disease",),
    "nephrolithiasis": ("calculus of kidney",),
    "cholelithiasis": ("calculus of gallbladder", "cholelithiasis"),
    "old cerebrovascular accident": ("sequelae cerebral infarction",),
    "old cva": ("following cerebral infarction",),
    "old stroke": ("following cerebral infarction",),
    "perforated": ("perforation",),
    "renal": ("renal", "kidney"),
    "kidney": ("kidney", "renal"),
    "pulmonary": ("pulmonary", "lung"),
    "lung": ("lung", "pulmonary"),
    "cardiac": ("cardiac", "heart"),
    "sacrum": ("sacral region",),
    "sacral": ("sacral region",),
    "seropositive rheumatoid arthritis": ("rheumatoid arthritis with rheumatoid factor",),
    "seronegative rheumatoid arthritis": ("rheumatoid arthritis without rheumatoid factor",),
    "septicemia": ("sepsis",),
    "sigmoid diverticulitis": ("diverticulitis of large intestine",),
    "sigmoid": ("sigmoid", "large intestine"),
    "colon": ("colon", "large intestine"),
    "small bowel": ("small intestine",),
    "large bowel": ("large intestine",),
    "bowel": ("bowel", "intestine"),
    "arm": ("arm", "upper limb"),
    "leg": ("leg", "lower limb", "lower extremity"),
    "coumadin": ("anticoagulants",),
    "warfarin": ("anticoagulants",),
    "eliquis": ("anticoagulants",),
    "apixaban": ("anticoagulants",),
    "xarelto": ("anticoagulants",),
    "metformin": ("oral hypoglycemic drugs",),
    "chemo": ("antineoplastic chemotherapy",),
    "dialysis": ("dialysis",),
    "tobacco": ("tobacco", "nicotine"),
    "anaemia": ("anemia",),
    "haemorrhage": ("hemorrhage",),
    "oedema": ("edema",),
    "diarrhoea": ("diarrhea",),
    "tumour": ("neoplasm",),
    "leukaemia": ("leukemia",),
    "oesophagitis": ("esophagitis",),
}


def _united(*vocabularies: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return all keys with the meanings of every vocabulary, those of the first vocabulary first."""
    united: dict[str, tuple[str, ...]] = {}
    for vocabulary in vocabularies:
        for key, meanings in vocabulary.items():
            united[key] = tuple(dict.fromkeys((*united.get(key, ()), *meanings)))
    return united


_OWN: Final = {**ANATOMY, **CLINICAL, **EVERYDAY, **ABBREVIATIONS}
MEANINGS: Final[dict[str, tuple[str, ...]]] = _united(_OWN, PHRASES, GENERIC_NAMES)

UNSAID: Final = frozenset(
    {
        "a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being", "but",
        "by", "can", "cannot", "cause", "disease", "disorder", "due", "encounter", "feel", "feels", "for",
        "from", "get", "gets", "getting", "had", "has", "have", "having", "he", "her", "his", "i", "in",
        "initial", "is", "it", "keep", "keeps", "may", "me", "my", "no", "nos", "not", "of", "on", "or",
        "organism", "our", "out", "part", "patient", "pt", "she", "site", "so", "some", "something",
        "specified", "t", "that", "the", "their", "them", "then", "there", "they", "this", "to", "too",
        "unspecified", "very", "was", "when", "while", "who", "with", "without", "your",
    }
)  # fmt: skip
"""Words that titles have and searches omit, or the reverse; they weigh little."""
