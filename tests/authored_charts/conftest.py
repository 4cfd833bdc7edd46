"""The authored charts and ICD-10-CM, each read from its own files without the project's readers."""

from __future__ import annotations

import importlib.util
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "data"
CHART_IDS = tuple(f"A{number:04}" for number in range(1, 15))
_RANGE = re.compile(r"\(([^()]*[A-Z][0-9][^()]*)\)")
_CODE = re.compile(r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{0,4})?-?$")


@dataclass(frozen=True)
class Chart:
    """One authored chart: what the coder saw and coded, and what would have been right."""

    encounter: dict[str, Any]
    key: dict[str, Any]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Tabular:
    """ICD-10-CM as the published files list it."""

    listed: frozenset[str]
    excludes1: dict[str, tuple[tuple[str, str], ...]]
    ancestors: dict[str, tuple[str, ...]]

    def is_billable(self, code: str) -> bool:
        return code in self.listed and not any(
            f"{code}{more}" in self.listed
            or f"{code}X{more}" in self.listed
            or f"{code}XX{more}" in self.listed
            for more in "0123456789ABCDEFGHJKMNPQRSTUVWXYZ"
        )

    def excludes(self, code: str, other: str) -> bool:
        """Tell whether an Excludes1 note over ``code`` names ``other``."""
        known = next(code[:length] for length in range(len(code), 2, -1) if code[:length] in self.ancestors)
        barred = [pair for place in self.ancestors[known] for pair in self.excludes1.get(place, ())]
        return any(first <= other[: len(first)] and other[: len(last)] <= last for first, last in barred)


@pytest.fixture(scope="session")
def authored() -> dict[str, Chart]:
    found = {}
    for chart_id in CHART_IDS:
        home = DATA / "charts" / chart_id
        encounter = json.loads((home / "encounter.json").read_text(encoding="utf-8"))
        key = json.loads((DATA / "answer_keys" / f"{chart_id}.json").read_text(encoding="utf-8"))
        texts = tuple((home / entry["file"]).read_text(encoding="utf-8") for entry in encounter["documents"])
        found[chart_id] = Chart(encounter, key, texts)
    return found


@pytest.fixture(scope="session")
def tabular() -> Tabular:
    package = importlib.util.find_spec("simple_icd_10_cm")
    assert package is not None
    assert package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0]) / "data"
    listed = frozenset((folder / "code-list-April-2026.txt").read_text(encoding="utf-8-sig").split())
    excludes1: dict[str, tuple[tuple[str, str], ...]] = {}
    ancestors: dict[str, tuple[str, ...]] = {}

    def enter(element: ET.Element, name: str, above: tuple[str, ...]) -> tuple[str, ...]:
        notes = [note.text or "" for kind in element.findall("excludes1") for note in kind.findall("note")]
        excludes1[name] = tuple(pair for note in notes for pair in _pairs(note))
        ancestors[name] = (*above, name)
        for child in element.findall("diag"):
            enter(child, (child.findtext("name") or "").replace(".", ""), ancestors[name])
        return ancestors[name]

    for chapter in ET.parse(folder / "icd10c-tabular-April-1-2026.xml").getroot().iter("chapter"):
        above = enter(chapter, f"chapter {chapter.findtext('name')}", ())
        for section in chapter.findall("section"):
            enter(section, f"section {section.get('id')}", above)
    return Tabular(listed, excludes1, ancestors)


def _pairs(note: str) -> list[tuple[str, str]]:
    """Return the codes and ranges that stand in brackets in a note, as first and last prefix."""
    pairs = []
    for inside in _RANGE.findall(note):
        for part in re.split(r"[,;]\s*", inside):
            ends = [end for end in re.split(r"(?<=[0-9A-Z.])-(?=[A-Z])", part.strip()) if _CODE.match(end)]
            if ends:
                first, last = (end.rstrip("-").replace(".", "") for end in (ends[0], ends[-1]))
                pairs.append((first, last))
    return pairs
