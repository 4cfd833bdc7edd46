"""The cells of a workbook that came back from a person: their texts, and which of them are formulas."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from auditlib.errors import BadInputError
from auditlib.sources.documents.chart_text import UnreadableError
from auditlib.sources.safe_xml import child, children, parse_xml

_LARGEST_PART: Final = 32 * 1024 * 1024
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EXPECTED: Final = "Give the .xlsx file as it was sent out, with the answers in it."
_DAMAGE: Final = (
    zipfile.BadZipFile,
    UnreadableError,
    OSError,
    EOFError,
    KeyError,
    ValueError,
    IndexError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class WorkbookCell:
    """A cell that is not empty: its text, stripped, and whether a formula made it."""

    text: str
    is_formula: bool


# The cells of a sheet by row and column, both from 1.
SheetCells = Mapping[tuple[int, int], WorkbookCell]


def read_cells(path: Path) -> dict[str, SheetCells]:
    """Return the cells of each sheet of an .xlsx file; nothing in it is calculated.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    BadInputError
        If it cannot be read, is no workbook, or unpacks to more than a person could have filled in.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower(): name for name in archive.namelist()}

            def part(name: str) -> bytes:
                with archive.open(names[name.lower()]) as opened:
                    data = opened.read(_LARGEST_PART + 1)
                if len(data) > _LARGEST_PART:
                    message = f"{path.name} unpacks to more than {_LARGEST_PART >> 20} MB."
                    raise BadInputError(message, hint=_EXPECTED)
                return data

            links = {
                link.get("Id"): (link.get("Target") or "").removeprefix("/xl/")
                for link in children(parse_xml(part("xl/_rels/workbook.xml.rels")), "Relationship")
            }
            shared: tuple[str, ...] = ()
            if "xl/sharedstrings.xml" in names:
                shared = tuple(
                    _text(item) for item in children(parse_xml(part("xl/sharedStrings.xml")), "si")
                )
            return {
                sheet.get("name", ""): _cells(part(f"xl/{links[sheet.get('id')]}"), shared)
                for sheet in children(parse_xml(part("xl/workbook.xml")), "sheets", "sheet")
            }
    except _DAMAGE as error:
        message = f"{path.name} is no workbook that can be read: damaged, protected, or of another kind."
        raise BadInputError(message, hint=_EXPECTED) from error


def _cells(data: bytes, shared: tuple[str, ...]) -> SheetCells:
    cells: dict[tuple[int, int], WorkbookCell] = {}
    for row in children(parse_xml(data), "sheetData", "row"):
        for cell in children(row, "c"):
            place = _REFERENCE.fullmatch(cell.get("r", ""))
            if place is None:
                continue
            is_formula = child(cell, "f") is not None
            value = child(cell, "v")
            text = "" if value is None else value.text or ""
            if cell.get("t") == "s" and text:
                text = shared[int(text)]
            elif cell.get("t") == "inlineStr":
                text = _text(child(cell, "is"))
            if is_formula or text.strip():
                cells[int(place[2]), _number(place[1])] = WorkbookCell(_unescaped(text).strip(), is_formula)
    return cells


def _text(element: Element | None) -> str:
    """Return the text of a string, with all its runs; what is said of its sound is no part of it."""
    runs = (*children(element, "t"), *children(element, "r", "t"))
    return "".join(run.text or "" for run in runs)


def _unescaped(text: str) -> str:
    """Return text with the characters that a workbook escapes, as a carriage return."""
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
