"""Human-coded cases in the form of CodiEsp: `train/trainD.tsv` and `train/text_files_en/CASE.txt`."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from auditlib.audits.sibling_titles import SiblingTitles
from auditlib.codes.systems import ICD10CM
from auditlib.evidence import CodeMeaning
from auditlib.warehouse import Warehouse

DAY: Final = dt.date(2026, 1, 5)
CATEGORY_LENGTH: Final = 3
OTHERS_PER_CODE: Final = 2

Kind = Literal["own", "of another case", "sibling"]


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its text, and its diagnoses in stored form."""

    name: str
    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A code asked of a case: its own, one of another case, or a sibling of the own code ``of``."""

    case: str
    of: str
    kind: Kind
    code: str


def read_cases(folder: Path, part: str) -> list[Case]:
    """Return the cases of a part of the corpus, in order of their names."""
    codes: dict[str, dict[str, None]] = {}
    with (folder / part / f"{part}D.tsv").open(encoding="utf-8", newline="") as file:
        for case, code in csv.reader(file, delimiter="\t"):
            codes.setdefault(case, {})[code.upper().replace(".", "")] = None
    texts = folder / part / "text_files_en"
    return [
        Case(name, (texts / f"{name}.txt").read_text(encoding="utf-8"), tuple(found))
        for name, found in sorted(codes.items())
    ]


class Meanings:
    """Titles, siblings and terms of the loaded diagnoses, headers among them."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._siblings = SiblingTitles(warehouse)
        rows = warehouse.query("queries/codesets/search_code")
        diagnoses = rows.filter(code_system=ICD10CM).sort("effective_from", "release", "code")
        self._titles: dict[str, str] = dict(diagnoses.select("code", "long_description").iter_rows())
        self._billable: dict[str, list[str]] = {}
        for code in diagnoses.filter("is_billable")["code"].unique().sort():
            self._billable.setdefault(code[:CATEGORY_LENGTH], []).append(code)
        self._read: dict[str, CodeMeaning] = {}

    @property
    def titles(self) -> Mapping[str, str]:
        """The titles by code."""
        return self._titles

    def siblings(self, code: str) -> Sequence[str]:
        """Return the billable codes of the category of a code."""
        return self._billable.get(code[:CATEGORY_LENGTH], [])

    def of(self, code: str) -> CodeMeaning:
        """Return the meaning of a code."""
        if code not in self._read:
            self._siblings.read([(ICD10CM, code)])
            self._read[code] = self._siblings.meaning(ICD10CM, code, self._titles[code], DAY)
        return self._read[code]


def questions(cases: Sequence[Case], meanings: Meanings, seed: int) -> Iterator[tuple[Case, list[Asked]]]:
    """Return for each case its own codes, each with two of other cases and two of its category.

    Codes that no loaded title describes are left out.
    """
    draw = random.Random(seed)
    everywhere = [code for case in cases for code in case.codes if code in meanings.titles]
    for case in cases:
        asked = []
        for code in case.codes:
            if code not in meanings.titles:
                continue
            asked.append(Asked(case.name, code, "own", code))
            siblings = [each for each in meanings.siblings(code) if each not in case.codes]
            for _ in range(OTHERS_PER_CODE):
                other = draw.choice(everywhere)
                while other in case.codes:
                    other = draw.choice(everywhere)
                asked.append(Asked(case.name, code, "of another case", other))
                if siblings:
                    asked.append(Asked(case.name, code, "sibling", draw.choice(siblings)))
        yield case, asked
