"""A case pack: a folder with pack.toml and a folder for each case, read and validated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.errors import BadInputError
from auditlib.nearest import unknown_name
from auditlib.practice.case import (
    DIFFICULTIES,
    Acceptable,
    CaseKey,
    KeyItem,
    PlainCode,
    PracticeCase,
    Trap,
    plain_code,
)
from auditlib.practice.fields import Fields, read_fields, read_text, usage_as_input
from auditlib.review.chart import ChartDocument
from auditlib.review.code_entry import AssignedCode, CorrectedCode

PACK_FILE: Final = "pack.toml"
CASE_FILE: Final = "case.toml"
KEY_FILE: Final = "key.toml"
SEALED_FILE: Final = "keys.sealed"
CASES_FOLDER: Final = "cases"
PACK_FORMAT: Final = 1
ENCOUNTER_CLASSES: Final = ("office", "outpatient", "emergency", "inpatient", "telehealth")
DOCUMENT_TYPES: Final = ("physician note", "lab report", "discharge summary", "operative report", "other")
MOST_SEALED_BYTES: Final = 20_000_000
_MOST_CASES: Final = 500
_MOST_ENTRIES: Final = 100
_MOST_MINUTES: Final = 24 * 60
_CODE_FIELDS: Final = ("code_system", "code", "code_role", "poa_indicator", "modifiers", "unit_count")


@dataclass(frozen=True, slots=True)
class CasePack:
    """A pack of cases.

    Parameters
    ----------
    name
        Name of its folder.
    title, version, language
        Of the pack.
    cases
        The cases by id, in their order.
    keys
        The keys by id where they lie open in the pack; empty where they are sealed.
    minutes
        Time for all of its cases as a test.
    passing_share
        The score from which a test is passed.
    walk_case
        The case that is led through the eight steps, or None.
    digest
        SHA-256 over what the learner sees of it, in hexadecimal.
    sealed
        The sealed keys as they stand in the file, or None.
    """

    name: str
    title: str
    version: str
    language: str
    cases: Mapping[str, PracticeCase]
    keys: Mapping[str, CaseKey]
    minutes: int
    passing_share: float
    walk_case: str | None
    digest: str
    sealed: str | None = None

    @property
    def is_sealed(self) -> bool:
        """Whether its keys can be read with the teacher's passphrase only."""
        return self.sealed is not None

    def case(self, case_id: str) -> PracticeCase:
        """Return a case.

        Raises
        ------
        UsageError
            If there is none of that id.
        """
        if case_id not in self.cases:
            what = "case"
            raise unknown_name(what, case_id, list(self.cases))
        return self.cases[case_id]


def read_pack(folder: Path) -> CasePack:
    """Return the pack in a folder.

    Raises
    ------
    BadInputError
        If anything in it is not as `docs/practice.md` describes: the message has the file, the place in it
        and what was expected.
    """
    if not (folder / PACK_FILE).is_file():
        message = f"{folder} is no case pack: it has no {PACK_FILE}."
        raise BadInputError(message, hint="A pack is a folder with pack.toml and a folder cases.")
    text = read_text(folder, PACK_FILE, where=folder.name)
    fields = read_fields(text, PACK_FILE).only(
        "format", "title", "version", "language", "licence", "walk_case", "minutes", "passing_share"
    )
    if fields.values.get("format") != PACK_FORMAT:
        fields.refuse("'format' is not one that this auditlib reads", f"Write format = {PACK_FORMAT}.")
    sealed = (
        read_text(folder, SEALED_FILE, where=folder.name, most_bytes=MOST_SEALED_BYTES)
        if (folder / SEALED_FILE).exists()
        else None
    )
    digest = hashlib.sha256(text.encode())
    cases, keys = {}, {}
    for case_folder in _case_folders(folder):
        where = f"{CASES_FOLDER}/{case_folder.name}"
        case = _read_case(case_folder, where, digest)
        cases[case.case_id] = case
        has_key = (case_folder / KEY_FILE).exists()
        if has_key and sealed is not None:
            message = f"{where}: its key lies open beside the sealed keys."
            raise BadInputError(
                message, hint=f"Delete {KEY_FILE}, or {SEALED_FILE} if nothing is to be hidden."
            )
        if sealed is None:
            key_text = read_text(case_folder, KEY_FILE, where=where)
            keys[case.case_id] = read_key(key_text, case, f"{where}/{KEY_FILE}")
    walk_case = fields.text("walk_case", default="")
    if walk_case and walk_case not in cases:
        fields.refuse("'walk_case' names no case of the pack", f"Cases are: {', '.join(list(cases)[:20])}.")
    return CasePack(
        name=folder.name,
        title=fields.text("title"),
        version=fields.text("version"),
        language=fields.text("language", default="en"),
        cases=cases,
        keys=keys,
        minutes=int(fields.number("minutes", 1, _MOST_MINUTES)),
        passing_share=fields.number("passing_share", 0, 1),
        walk_case=walk_case or None,
        digest=digest.hexdigest(),
        sealed=sealed,
    )


def _case_folders(folder: Path) -> list[Path]:
    cases = folder / CASES_FOLDER
    found = (
        sorted(path for path in cases.iterdir() if not path.name.startswith(".")) if cases.is_dir() else []
    )
    if not 0 < len(found) <= _MOST_CASES:
        message = f"{folder.name}: there are {len(found):,} cases in the folder {CASES_FOLDER}."
        raise BadInputError(message, hint=f"A pack has from 1 to {_MOST_CASES} cases, a folder each.")
    for path in found:
        if path.is_symlink() or not path.is_dir():
            message = f"{CASES_FOLDER}/{path.name} is not a folder."
            raise BadInputError(
                message, hint="Each case is a folder with case.toml, key.toml and its documents."
            )
    return found


def _read_case(folder: Path, where: str, digest: hashlib._Hash) -> PracticeCase:
    text = read_text(folder, CASE_FILE, where=where)
    digest.update(f"\0{folder.name}\0{text}".encode())
    fields = read_fields(text, f"{where}/{CASE_FILE}").only(
        "title", "encounter_class", "birth_date", "sex", "admit_date", "discharge_date", "difficulty",
        "skills", "carried_forward", "documents", "coded",
    )  # fmt: skip
    documents = []
    for number, entry in enumerate(fields.tables("documents", _MOST_ENTRIES), start=1):
        entry.only("file", "document_type", "title", "author_role", "written_at")
        name = entry.text("file")
        document_text = read_text(folder, name, where=entry.where)
        digest.update(f"\0{name}\0{document_text}".encode())
        documents.append(_document(entry, number, document_text))
    if not documents:
        fields.refuse("there is no document", "Add [[documents]] with a file that lies in the folder.")
    admitted, discharged = fields.day("admit_date"), fields.day("discharge_date")
    born = fields.day("birth_date")
    if not born <= admitted <= discharged:
        fields.refuse("the dates are not in their order", "birth_date, then admit_date, then discharge_date.")
    difficulty = fields.number("difficulty", DIFFICULTIES[0], DIFFICULTIES[-1])
    return PracticeCase(
        case_id=folder.name,
        title=fields.text("title"),
        encounter_class=fields.choice("encounter_class", ENCOUNTER_CLASSES),
        birth_date=born,
        sex=fields.choice("sex", ("F", "M", "U")),
        admit_date=admitted,
        discharge_date=discharged,
        difficulty=int(difficulty),
        skills=fields.words("skills"),
        documents=tuple(documents),
        coded=tuple(
            _assigned(number, _code(entry.only(*_CODE_FIELDS)))
            for number, entry in enumerate(fields.tables("coded", _MOST_ENTRIES), start=1)
        ),
        carried_forward=fields.words("carried_forward"),
    )


def read_key(text: str, case: PracticeCase, where: str) -> CaseKey:
    """Return the key of a case.

    Raises
    ------
    BadInputError
        If it is not as described, or a supporting sentence does not stand in the record.
    """
    fields = read_fields(text, where).only("items", "traps", "orders", "afterwards")
    record = "\n".join(document.text for document in case.documents)
    items = tuple(_item(entry, record) for entry in fields.tables("items", _MOST_ENTRIES))
    if not any(not item.is_optional for item in items):
        fields.refuse("no item is required", "Add [[items]] with the codes that the record supports.")
    traps = tuple(_trap(entry) for entry in fields.tables("traps", _MOST_ENTRIES))
    first_choices = {plain_code(item.code) for item in items}
    for trap in traps:
        if trap.code in first_choices:
            fields.refuse(f"{trap.code[1]} is an item and a trap", "A code is right or wrong.")
    return CaseKey(
        items=items,
        traps=traps,
        orders=_orders(fields, {plain_code(choice.code) for item in items for choice in item.choices}),
        afterwards=tuple(
            _document(
                entry.only("document_type", "title", "author_role", "written_at", "text"),
                len(case.documents) + number,
                entry.text("text", lines=True),
            )
            for number, entry in enumerate(fields.tables("afterwards", _MOST_ENTRIES), start=1)
        ),
    )


def _document(entry: Fields, number: int, text: str) -> ChartDocument:
    return ChartDocument(
        document_number=number,
        document_type=entry.choice("document_type", DOCUMENT_TYPES),
        title=entry.text("title"),
        text=text,
        author_role=entry.text("author_role"),
        written_at=entry.moment("written_at"),
    )


def _code(entry: Fields) -> CorrectedCode:
    values = {name: entry.values.get(name) for name in _CODE_FIELDS if name in entry.values}
    is_diagnosis = values.get("code_system") == "ICD-10-CM"
    values.setdefault("code_role", "secondary" if is_diagnosis else "procedure")
    return usage_as_input(entry, lambda: CorrectedCode.from_values(values))


def _assigned(number: int, code: CorrectedCode) -> AssignedCode:
    return AssignedCode(
        number,
        code.code_system,
        code.code,
        code.code_role,
        code.poa_indicator,
        code.modifiers,
        code.unit_count,
    )


def _item(entry: Fields, record: str) -> KeyItem:
    entry.only(
        *_CODE_FIELDS, "optional_modifiers", "is_optional", "weight", "rationale", "authority", "support",
        "alternatives",
    )  # fmt: skip
    support = entry.text("support", default="")
    if support and support not in record:
        entry.refuse("the supporting sentence does not stand in the record", "Copy it from a document.")
    first = Acceptable(_code(entry), 1.0, entry.words("optional_modifiers"))
    alternatives = tuple(
        Acceptable(
            _code(other.only(*_CODE_FIELDS, "credit", "optional_modifiers", "rationale")),
            other.number("credit", 0, 1),
            other.words("optional_modifiers"),
            other.text("rationale", default=""),
        )
        for other in entry.tables("alternatives", _MOST_ENTRIES)
    )
    return KeyItem(
        choices=(first, *alternatives),
        rationale=entry.text("rationale"),
        support=support,
        authority=entry.text("authority", default=""),
        is_optional=entry.flag("is_optional"),
        weight=entry.number("weight", 0.1, 100, default=1.0),
    )


def _trap(entry: Fields) -> Trap:
    entry.only("code_system", "code", "rationale", "authority", "is_fatal")
    return Trap(
        plain_code(
            _code(Fields(entry.where, {name: entry.values.get(name) for name in ("code_system", "code")}))
        ),
        entry.text("rationale"),
        entry.text("authority", default=""),
        entry.flag("is_fatal"),
    )


def _orders(fields: Fields, known: set[PlainCode]) -> tuple[tuple[PlainCode, PlainCode], ...]:
    expected = 'Pairs of codes of the key, as [["ICD-10-CM E11.22", "ICD-10-CM N18.32"]].'
    values = fields.values.get("orders", [])
    if not isinstance(values, list) or len(values) > _MOST_ENTRIES:
        fields.refuse("'orders' is no list of pairs", expected)
    orders = []
    for pair in values:
        if not isinstance(pair, list) or len(pair) != len(("first", "later")):
            fields.refuse("'orders' is no list of pairs", expected)
        first, later = (_named_code(each) for each in pair)
        if first not in known or later not in known:
            fields.refuse("'orders' names a code that is no item", expected)
        orders.append((first, later))
    return tuple(orders)


def _named_code(words: object) -> PlainCode:
    system, _, code = words.partition(" ") if isinstance(words, str) else ("", "", "")
    return system, code.replace(".", "").strip().upper()
