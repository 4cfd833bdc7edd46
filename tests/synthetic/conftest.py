"""The committed data, the universe that wrote it, and ICD-10-CM as the installed package ships it."""

from __future__ import annotations

import importlib.util
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools.synthetic.universe import Universe, make_universe

_TARGETS = re.compile(r"\(([^()]*)\)")
_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")


@dataclass
class Tabular:
    """The classification: what is billable, and what each Excludes1 note names."""

    listed: set[str]
    chains: dict[str, list[str]] = field(default_factory=dict)
    excludes1: dict[str, list[str]] = field(default_factory=dict)
    headers: set[str] = field(default_factory=set)

    def is_billable(self, code: str) -> bool:
        plain = code.replace(".", "")
        return plain in self.listed and plain not in self.headers

    def is_header(self, code: str) -> bool:
        return code.replace(".", "") in self.headers

    def forbids(self, left: str, right: str) -> bool:
        """Whether an Excludes1 note above one of the codes names the other."""
        return any(
            _is_named(note, other)
            for code, other in ((left, right), (right, left))
            for above in self._above(code)
            for note in self.excludes1.get(above, [])
        )

    def _above(self, code: str) -> list[str]:
        while code and code not in self.chains:
            code = code[:-1].rstrip(".")
        return self.chains.get(code, [])


def _is_named(note: str, code: str) -> bool:
    plain = code.replace(".", "")
    for group in _TARGETS.findall(note):
        for target in group.split(","):
            text = target.strip()
            ends = [part.strip().rstrip(".-") for part in re.split(r"-(?=[A-Z])", text)]
            if not all(_CODE.fullmatch(part) for part in ends):
                continue
            low, high = ends[0].replace(".", ""), ends[-1].replace(".", "")
            if low <= plain[: len(low)] and plain[: len(high)] <= high:
                return True
    return False


@pytest.fixture(scope="session")
def tabular() -> Tabular:
    spec = importlib.util.find_spec("simple_icd_10_cm")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "data"
    names = (folder / "code-list-April-2026.txt").read_text(encoding="utf-8").split()
    tabular = Tabular({name for name in names if "-" not in name})
    for name in tabular.listed:
        tabular.headers.update(
            name[:length] for length in range(3, len(name)) if name[:length] in tabular.listed
        )
    root = ET.parse(folder / "icd10c-tabular-April-1-2026.xml").getroot()

    def walk(element: ET.Element, above: list[str]) -> None:
        name = {
            "diag": element.findtext("name"),
            "section": element.get("id"),
            "chapter": element.findtext("name"),
        }
        key = name.get(element.tag)
        if key is not None:
            key = key if element.tag == "diag" else f"{element.tag} {key}"
            above = [*above, key]
            tabular.chains[key] = above
            notes = [
                note.text or "" for block in element.findall("excludes1") for note in block.findall("note")
            ]
            tabular.excludes1[key] = notes
        for child in element:
            if child.tag in name:
                walk(child, above)

    walk(root, [])
    return tabular


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def universe(data_folder: Path) -> Universe:
    return make_universe(folder=data_folder)
