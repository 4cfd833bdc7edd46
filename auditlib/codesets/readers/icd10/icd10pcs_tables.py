"""The tables of ICD-10-PCS: the valid characters of each position, and their combinations.

A table is named by its first three characters; each of its rows lists the characters of positions 4 to 7. A
code is valid if one row of its table has all four. Each position states its number of values, which verifies
the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.codes.systems import ICD10PCS
from auditlib.codesets.readers.fiscal_year import Stated, fiscal_days
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.codesets.readers.xml_files import parsed_xml, text_of, xml_root
from auditlib.errors import BadInputError
from auditlib.schema.ref_sets import PROCEDURE_AXIS

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

TABLES_SYSTEM: Final = "ICD-10-PCS tables"
_ROOT: Final = "ICD10PCS.tabular"
_TABLE_PLACES: Final = ("1", "2", "3")
_ROW_PLACES: Final = ("4", "5", "6", "7")
_Label = tuple[str, int, int, str, str, str, str | None]


def is_procedure_tables(file: PublishedFile) -> bool:
    """Return True if a file, by its root, holds the tables of ICD-10-PCS."""
    return xml_root(file) == _ROOT


def read_procedure_tables(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the release in the tables.

    Raises
    ------
    BadInputError
        If it belongs to another year than stated, or a position does not have the stated number of values.
    """
    root = parsed_xml(file.data, file.name)
    labels = [label for table in root.iter("pcsTable") for label in _labels(table, file.name)]
    if not labels:
        message = f"{file.name} holds no tables."
        raise BadInputError(
            message, hint="It is truncated, or not a file of ICD-10-PCS tables: download it again."
        )
    days = fiscal_days(ICD10PCS, (text_of(root.find("version")), *file.names), stated)
    frame = pl.DataFrame(
        labels,
        schema={
            "table_code": pl.String,
            "row_number": pl.Int64,
            "place": pl.Int64,
            "axis": pl.String,
            "character": pl.String,
            "label": pl.String,
            "definition": pl.String,
        },
        orient="row",
    ).with_columns(
        code_system=pl.lit(ICD10PCS),
        effective_from=pl.lit(days.effective_from),
        effective_to=pl.lit(days.effective_to, pl.Date()),
        release=pl.lit(days.release),
    )
    doubled = frame.filter(frame.select(PROCEDURE_AXIS.key).is_duplicated())
    if doubled.height:
        message = f"{file.name}: table {doubled['table_code'][0]} has a character more than once."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    return file_release(
        file,
        days,
        TABLES_SYSTEM,
        {PROCEDURE_AXIS: PROCEDURE_AXIS.conform(frame)},
        publisher="CMS",
        row_count=frame.height,
    )


def _labels(table: ET.Element, file_name: str) -> Iterator[_Label]:
    axes = {axis.get("pos", ""): axis for axis in table.findall("axis")}
    firsts = [axes[place].find("label") if place in axes else None for place in _TABLE_PLACES]
    table_code = "".join("" if first is None else first.get("code", "") for first in firsts)
    if len(table_code) != len(_TABLE_PLACES):
        message = f"{file_name}: a table does not name its first three characters; it gives '{table_code}'."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    for place in _TABLE_PLACES:
        yield from _axis(axes[place], table_code, 0)
    for number, row in enumerate(table.findall("pcsRow"), start=1):
        places = {axis.get("pos", ""): axis for axis in row.findall("axis")}
        if tuple(sorted(places)) != _ROW_PLACES or not all(map(_is_whole, places.values())):
            message = (
                f"{file_name}: row {number} of table {table_code} does not have the stated number of values."
            )
            raise BadInputError(message, hint="It is damaged: download it again.")
        for place in _ROW_PLACES:
            yield from _axis(places[place], table_code, number)


def _is_whole(axis: ET.Element) -> bool:
    count = str(len(axis.findall("label")))
    return axis.get("values", count) == count


def _axis(axis: ET.Element, table_code: str, row_number: int) -> Iterator[_Label]:
    definition = text_of(axis.find("definition")) or None
    name = text_of(axis.find("title")).lower()
    for label in axis.findall("label"):
        character = label.get("code", "").upper()
        place = int(axis.get("pos", "0"))
        yield table_code, row_number, place, name, character, text_of(label), definition
