"""ICD-10-CM from its tabular list: codes, notes, exclusions and seventh characters.

The XML has the tree without codes that need a seventh character; the list of codes beside it says which of
those exist (not every seventh character of a category is valid for every code below it). Neither file has
dates per code: every code counts as valid for the whole release, so a code from a spring update would look
valid from the October before. The April 2026 files hold the codes of October 2025.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.codes import form_of, normalise_code
from auditlib.codes.systems import ICD10CM
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.icd10.excludes import excluded_ranges
from auditlib.codesets.readers.icd10.first_day import notes_days
from auditlib.codesets.readers.icd10.known_releases import check_marks
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.codesets.readers.xml_files import parsed_xml, text_of, xml_root
from auditlib.errors import BadInputError
from auditlib.schema import Table
from auditlib.schema.ref import CODE_BLOCK, CODE_EXCLUSION, CODE_NOTE, SEVENTH_CHARACTER

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

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
_KIND_ORDER: Final = {kind: number for number, kind in enumerate(_NOTE_KINDS.values())}
NOTES_SYSTEM: Final = "ICD-10-CM notes"
_ROOT: Final = "ICD10CM.tabular"
_PLACES_BEFORE_SEVENTH: Final = 6
_DEEPEST: Final = 12
_TEXT: Final = pl.String()


@dataclass(frozen=True, slots=True)
class Tabular:
    """One edition of the tabular list.

    Parameters
    ----------
    version
        Fiscal year of the edition, as stated in the XML.
    codes
        ``code``, ``parent_code``, ``is_billable``, ``long_description``.
    notes
        ``code``, ``note_kind``, ``note_number``, ``note_text``.
    exclusions
        ``code``, ``code_from``, ``code_to``, ``excluded_from``, ``excluded_to``, ``note_number``.
    seventh_characters
        ``code``, ``character``, ``meaning``.
    blocks
        ``block``, ``block_kind``, ``title``, ``code_from``, ``code_to``: chapters and their sections.
    """

    version: str
    codes: pl.DataFrame
    notes: pl.DataFrame
    exclusions: pl.DataFrame
    seventh_characters: pl.DataFrame
    blocks: pl.DataFrame

    def note_frames(self, dated: Mapping[str, pl.Expr]) -> dict[Table, pl.DataFrame]:
        """Return notes, exclusions, seventh characters, chapters and sections for the ``ref`` tables.

        Parameters
        ----------
        dated
            The columns for code system, effective dates and release.
        """
        return {
            table: table.conform(frame.with_columns(**dated))
            for table, frame in (
                (CODE_NOTE, self.notes),
                (CODE_EXCLUSION, self.exclusions),
                (SEVENTH_CHARACTER, self.seventh_characters),
                (CODE_BLOCK, self.blocks),
            )
        }


@dataclass(slots=True)
class _Tree:
    """The contents of the XML, collected in one pass."""

    titles: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)
    characters: dict[str, dict[str, str]] = field(default_factory=dict)
    # In alphabetical order, in which ranges are looked up: a section may need several ranges.
    governed: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    notes: list[tuple[str, str, int, str]] = field(default_factory=list)
    blocks: list[tuple[str, str, str, str, str]] = field(default_factory=list)


def is_tabular(file: PublishedFile) -> bool:
    """Return True if a file, by its root, is a tabular list."""
    return xml_root(file) == _ROOT


def read_notes(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the notes, exclusions and seventh characters of the publisher's tabular list.

    It does not list the codes with seventh characters; therefore codes are loaded from the order file.

    Raises
    ------
    BadInputError
        If it belongs to another year than stated, or not valid.
    """
    tabular = read_tabular(file)
    # The year is stated in the XML; the file's name may have the date of an update.
    days = notes_days(
        ICD10CM, (tabular.version, *file.names), stated, tabular.codes.filter("is_billable")["code"]
    )
    check_marks(ICD10CM, days.fiscal_year, tabular.codes.filter("is_billable")["code"], file.name)
    dated = {
        "code_system": pl.lit(ICD10CM),
        "effective_from": pl.lit(days.effective_from),
        "effective_to": pl.lit(days.effective_to, pl.Date()),
        "release": pl.lit(days.release),
    }
    return file_release(
        file,
        days,
        NOTES_SYSTEM,
        tabular.note_frames(dated),
        publisher="NCHS and CMS",
        row_count=tabular.notes.height,
    )


def read_tabular(file: PublishedFile, code_list: PublishedFile | None = None) -> Tabular:
    """Return the contents of a tabular list.

    Parameters
    ----------
    file
        The tabular list as NCHS publishes it.
    code_list
        All codes, one per line, without dots; chapters and sections are skipped. Without it, every code that
        seventh characters could make, which is more than exist.

    Raises
    ------
    BadInputError
        If a file is not valid, or lists a code that does not fit the tabular list.
    """
    root = parsed_xml(file.data, file.name)
    version = root.findtext("version")
    if root.tag != _ROOT or version is None:
        message = f"{file.name} is not an ICD-10-CM tabular list: its root is '{root.tag}'."
        raise BadInputError(message, hint="Expected the root 'ICD10CM.tabular' with a version.")
    tree = _walked(root)
    if not tree.titles:
        message = f"{file.name} holds no codes."
        raise BadInputError(message, hint="It is truncated: get it again.")
    codes = _possible_codes(tree) if code_list is None else _listed_codes(code_list)
    return Tabular(
        version=version.strip(),
        codes=_code_frame(tree, codes, file.name if code_list is None else code_list.name),
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
        blocks=pl.DataFrame(
            tree.blocks,
            schema=dict.fromkeys(("block", "block_kind", "title", "code_from", "code_to"), _TEXT),
            orient="row",
        ),
    )


def _walked(root: ET.Element) -> _Tree:
    tree = _Tree()
    categories = sorted(_categories(root))
    for chapter in root.iter("chapter"):
        name = f"chapter {text_of(chapter.find('name'))}"
        title, _, span = text_of(chapter.find("desc")).rpartition("(")
        first, _, last = span.rstrip(")").partition("-")
        tree.governed[name] = ((first, last or first),)
        tree.blocks.append((name, "chapter", title.strip(), first, last or first))
        _gather_notes(tree, chapter, name)
        for section in chapter.iter("section"):
            section_id = section.get("id", "")
            first, _, last = section_id.partition("-")
            # A section of one category has the category's name: their notes must be kept apart.
            section_name = section_id if last else f"{first}-{first}"
            runs = _runs(first, last or first, _categories(section), categories)
            tree.governed[section_name] = runs
            title = text_of(section.find("desc")).rpartition("(")[0].strip()
            tree.blocks.extend((section_name, "section", title, *run) for run in runs)
            _gather_notes(tree, section, section_name)
            for category in section.findall("diag"):
                _gather_codes(tree, category, None)
    return tree


def _categories(element: ET.Element) -> set[str]:
    """Return the categories directly in the sections at or below an element."""
    return {
        normalise_code(text_of(category.find("name")))
        for section in element.iter("section")
        for category in section.findall("diag")
    }


def _runs(first: str, last: str, members: set[str], categories: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return a section as alphabetical ranges: D3A is not in D37-D48, so that is D37-D39 and D40-D48."""
    # A section that only groups others has no categories itself.
    if not members or members == {category for category in categories if first <= category <= last}:
        return ((first, last),)
    runs = []
    for is_member, run in groupby(categories, members.__contains__):
        if is_member:
            begin, *between = run
            runs.append((begin, between[-1] if between else begin))
    return tuple(runs)


def _gather_codes(tree: _Tree, element: ET.Element, parent: str | None, depth: int = 1) -> None:
    if depth > _DEEPEST:
        message = f"The tabular list is nested more than {_DEEPEST} deep below {parent}."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    code = normalise_code(text_of(element.find("name")))
    tree.titles[code] = text_of(element.find("desc"))
    tree.parents[code] = parent
    tree.governed[code] = ((code, code),)
    _gather_notes(tree, element, code)
    for definition in element.findall("sevenChrDef"):
        characters = tree.characters.setdefault(code, {})
        characters.update(
            {
                extension.get("char", "").upper(): text_of(extension)
                for extension in definition.findall("extension")
            }
        )
    for child in element.findall("diag"):
        _gather_codes(tree, child, code, depth + 1)


def _gather_notes(tree: _Tree, element: ET.Element, name: str) -> None:
    notes_by_kind: dict[str, list[str]] = {}
    for block in element:
        kind = _NOTE_KINDS.get(block.tag)
        if kind is not None:
            notes_by_kind.setdefault(kind, []).extend(filter(None, map(text_of, block.findall("note"))))
    for kind in sorted(notes_by_kind, key=_KIND_ORDER.__getitem__):
        tree.notes.extend(
            (name, kind, number, text) for number, text in enumerate(notes_by_kind[kind], start=1)
        )


def _listed_codes(code_list: PublishedFile) -> Sequence[str]:
    form = form_of(ICD10CM)
    codes = sorted({name for name in code_list.text.split() if form.has_shape(name)})
    if not codes:
        message = f"{code_list.name} holds no ICD-10-CM codes."
        raise BadInputError(message, hint="Expected one code per line, without dots.")
    return codes


def _possible_codes(tree: _Tree) -> Sequence[str]:
    """Return the codes of the tree, and those that seventh characters could make from its leaves."""
    parents = set(tree.parents.values())
    made = {
        code.ljust(_PLACES_BEFORE_SEVENTH, "X") + character
        for code in tree.titles
        if code not in parents
        for character in _characters_of(tree, code)
    }
    return sorted({*tree.titles, *made})


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
            message = f"{file_name} lists {code}, which does not fit the tabular list."
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
    """Return the code without its seventh character and the placeholder X before it."""
    base = code[:_PLACES_BEFORE_SEVENTH]
    while base not in titles:
        if len(code) <= _PLACES_BEFORE_SEVENTH or not base.endswith("X"):
            return None
        base = base[:-1]
    return base


def _characters_of(tree: _Tree, code: str) -> Mapping[str, str]:
    """Return the seventh characters that apply to a code, from its nearest ancestor."""
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
                for run in tree.governed[name]:
                    yield (name, *run, excluded.first, excluded.last, number)
