"""ICD-10-CM from its tabular list: codes, notes, exclusions and seventh characters.

The XML gives the tree without the codes that a seventh character makes; the list of codes beside it says
which of those exist (a list of seventh characters at a category is wider than what is valid below it).
Neither file dates a code: every code is taken to be valid for the whole release, so a code that came with a
spring update would look valid from the October before. The April 2026 files hold the codes of October 2025.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.codes import form_of, normalise_code
from auditlib.codes.systems import ICD10CM
from auditlib.codesets.excludes import excluded_ranges
from auditlib.errors import BadInputError

_NOTE_KINDS: Final = {
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code first",
    "useAdditionalCode": "use additional",
    "codeAlso": "code also",
    "includes": "includes",
    "inclusionTerm": "inclusion term",
    "notes": "note",
}
_PLACES_BEFORE_SEVENTH: Final = 6
_TEXT: Final = pl.String()


@dataclass(frozen=True, slots=True)
class Tabular:
    """One edition of the tabular list.

    Parameters
    ----------
    version
        Fiscal year of the edition, as the XML gives it.
    codes
        ``code``, ``parent_code``, ``is_billable``, ``long_description``.
    notes
        ``code``, ``note_kind``, ``note_number``, ``note_text``.
    exclusions
        ``code``, ``code_from``, ``code_to``, ``excluded_from``, ``excluded_to``, ``note_number``.
    seventh_characters
        ``code``, ``character``, ``meaning``.
    """

    version: str
    codes: pl.DataFrame
    notes: pl.DataFrame
    exclusions: pl.DataFrame
    seventh_characters: pl.DataFrame


@dataclass(slots=True)
class _Tree:
    """What one walk through the XML gathers."""

    titles: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    characters: dict[str, dict[str, str]] = field(default_factory=dict)
    governed: dict[str, tuple[str, str]] = field(default_factory=dict)
    notes: list[tuple[str, str, int, str]] = field(default_factory=list)


def read_tabular(xml_path: Path, code_list_path: Path) -> Tabular:
    """Read a tabular list.

    Parameters
    ----------
    xml_path
        The tabular list as NCHS publishes it.
    code_list_path
        All codes, one a line, without dots; chapters and sections among them are passed over.

    Raises
    ------
    BadInputError
        If a file is not what it should be, or lists a code that the tabular list cannot explain.
    """
    try:
        root = ET.parse(xml_path).getroot()  # noqa: S314 - an installed file, not one from outside
    except ET.ParseError as error:
        message = f"{xml_path.name} is not readable as XML: {error}."
        raise BadInputError(message, hint="Install the package that holds it again.") from error
    version = root.findtext("version")
    if root.tag != "ICD10CM.tabular" or version is None:
        message = f"{xml_path.name} is not an ICD-10-CM tabular list: its root is '{root.tag}'."
        raise BadInputError(message, hint="Expected the root 'ICD10CM.tabular' with a version.")
    tree = _walked(root)
    codes = _listed_codes(code_list_path)
    frame = _code_frame(tree, codes, code_list_path.name)
    return Tabular(
        version=version.strip(),
        codes=frame,
        notes=pl.DataFrame(
            tree.notes,
            schema={"code": _TEXT, "note_kind": _TEXT, "note_number": pl.Int64(), "note_text": _TEXT},
            orient="row",
        ),
        exclusions=_exclusion_frame(tree, codes),
        seventh_characters=pl.DataFrame(
            [(code, *pair) for code, characters in tree.characters.items() for pair in characters.items()],
            schema={"code": _TEXT, "character": _TEXT, "meaning": _TEXT},
            orient="row",
        ),
    )


def _walked(root: ET.Element) -> _Tree:
    tree = _Tree()
    for chapter in root.iter("chapter"):
        name = f"chapter {_text(chapter.find('name'))}"
        first, _, last = _text(chapter.find("desc")).rpartition("(")[2].rstrip(")").partition("-")
        tree.governed[name] = (first, last or first)
        _gather_notes(tree, chapter, name)
        for section in chapter.iter("section"):
            section_id = section.get("id", "")
            first, _, last = section_id.partition("-")
            # A section of one category bears the category's name: its own notes must not be taken for those.
            section_name = section_id if last else f"{first}-{first}"
            tree.governed[section_name] = (first, last or first)
            _gather_notes(tree, section, section_name)
            for category in section.findall("diag"):
                _gather_codes(tree, category, None)
    return tree


def _gather_codes(tree: _Tree, element: ET.Element, parent: str | None) -> None:
    code = normalise_code(_text(element.find("name")))
    tree.titles[code] = _text(element.find("desc"))
    tree.parents[code] = parent
    tree.governed[code] = (code, code)
    _gather_notes(tree, element, code)
    for definition in element.findall("sevenChrDef"):
        characters = tree.characters.setdefault(code, {})
        characters.update(
            {
                extension.get("char", "").upper(): _text(extension)
                for extension in definition.findall("extension")
            }
        )
    for child in element.findall("diag"):
        _gather_codes(tree, child, code)


def _gather_notes(tree: _Tree, element: ET.Element, name: str) -> None:
    for tag, kind in _NOTE_KINDS.items():
        notes = (note for block in element.findall(tag) for note in block.findall("note"))
        texts = filter(None, map(_text, notes))
        tree.notes.extend((name, kind, number, text) for number, text in enumerate(texts, start=1))


def _text(element: ET.Element | None) -> str:
    """Return all text inside an element, with single blanks: the files hold stray tabs and line ends."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _listed_codes(path: Path) -> Sequence[str]:
    names = path.read_text(encoding="utf-8-sig").split()
    form = form_of(ICD10CM)
    codes = sorted({name for name in names if form.has_shape(name)})
    if not codes:
        message = f"{path.name} holds no ICD-10-CM codes."
        raise BadInputError(message, hint="Expected one code a line, without dots.")
    return codes


def _code_frame(tree: _Tree, codes: Sequence[str], file_name: str) -> pl.DataFrame:
    parents: list[str | None] = []
    titles: list[str] = []
    for code in codes:
        if code in tree.titles:
            parents.append(tree.parents[code])
            titles.append(tree.titles[code])
            continue
        base = _base(code, tree.titles)
        meaning = None if base is None else _characters_of(tree, base).get(code[_PLACES_BEFORE_SEVENTH:])
        if base is None or meaning is None:
            message = f"{file_name} lists {code}, which the tabular list does not explain."
            raise BadInputError(message, hint="The list and the XML must be of the same edition.")
        parents.append(base)
        titles.append(f"{tree.titles[base]}, {meaning}")
    frame = pl.DataFrame(
        {"code": codes, "parent_code": parents, "long_description": titles},
        schema={"code": _TEXT, "parent_code": _TEXT, "long_description": _TEXT},
    )
    is_parent = pl.col("code").is_in(frame["parent_code"].drop_nulls().unique().implode())
    return frame.with_columns(is_billable=~is_parent)


def _base(code: str, titles: Mapping[str, str]) -> str | None:
    """Return the code that a seventh character was added to, without the X that fill up to it."""
    base = code[:_PLACES_BEFORE_SEVENTH]
    while base not in titles:
        if len(code) <= _PLACES_BEFORE_SEVENTH or not base.endswith("X"):
            return None
        base = base[:-1]
    return base


def _characters_of(tree: _Tree, code: str) -> Mapping[str, str]:
    """Return the list of seventh characters nearest above a code."""
    above: str | None = code
    while above is not None:
        if above in tree.characters:
            return tree.characters[above]
        above = tree.parents[above]
    return {}


def _exclusion_frame(tree: _Tree, codes: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(
        list(_exclusions(tree, codes)),
        schema={
            "code": _TEXT,
            "code_from": _TEXT,
            "code_to": _TEXT,
            "excluded_from": _TEXT,
            "excluded_to": _TEXT,
            "note_number": pl.Int64(),
        },
        orient="row",
    )


def _exclusions(tree: _Tree, codes: Sequence[str]) -> Iterator[tuple[str, str, str, str, str, int]]:
    for name, kind, number, text in tree.notes:
        if kind == "excludes1":
            for excluded in dict.fromkeys(excluded_ranges(text, codes)):
                yield (name, *tree.governed[name], excluded.first, excluded.last, number)
