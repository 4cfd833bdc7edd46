"""The alphabetic indices of ICD-10-CM: index terms and their codes.

Four documents share one format: the index of diseases, the index of external causes, and the tables of
neoplasms and of drugs, with a code in each column. A cross-reference without a code is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.codes import form_of, normalised
from auditlib.codes.systems import ICD10CM
from auditlib.codesets.readers.fiscal_year import Stated, fiscal_days
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, file_release
from auditlib.codesets.readers.xml_files import parsed_xml, text_of, xml_root
from auditlib.errors import BadInputError
from auditlib.schema.ref_sets import INDEX_TERM

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET

_ROOT: Final = "ICD10CM.index"
_DEEPEST: Final = 15
_DISEASES: Final = "ICD-10-CM index"
_EXTERNAL_CAUSES: Final = "ICD-10-CM index of external causes"
_NEOPLASMS: Final = "ICD-10-CM table of neoplasms"
_DRUGS: Final = "ICD-10-CM table of drugs"
INDEX_SYSTEMS: Final = (_DISEASES, _EXTERNAL_CAUSES, _NEOPLASMS, _DRUGS)
# Words in the column headings of the tables; the index of diseases has no columns.
_BY_HEADING: Final = (("malignant", _NEOPLASMS), ("poisoning", _DRUGS))
_EXTERNAL_LETTERS: Final = r"^[V-Y]"


def is_index(file: PublishedFile) -> bool:
    """Return True if a file, by its root, is an alphabetic index or one of its tables."""
    return xml_root(file) == _ROOT


def read_index(file: PublishedFile, stated: Stated) -> CodeSetRelease:
    """Return the release of an index, one term per code that it leads to.

    Raises
    ------
    BadInputError
        If it belongs to another year than stated, or contains no codes.
    """
    root = parsed_xml(file.data, file.name)
    headings = {head.get("col", ""): text_of(head) for head in root.iterfind("indexHeading/head")}
    entries = [entry for term in root.iter("mainTerm") for entry in _entries(term, (), headings)]
    terms = (
        pl.DataFrame(entries, schema={"code": pl.String, "term": pl.String}, orient="row")
        # An entry may lead to a header code, written with a dash for the missing characters.
        .with_columns(pl.col("code").str.strip_chars(" -."))
        .with_columns(normalised("code"))
        .filter(form_of(ICD10CM).shaped("code"))
        .unique(maintain_order=True)
    )
    if terms.is_empty():
        message = f"{file.name} contains no codes."
        raise BadInputError(message, hint="It is truncated, or not an ICD-10-CM index: download it again.")
    name = _index_name(headings, terms["code"])
    version = text_of(root.find("version"))
    days = fiscal_days(ICD10CM, (version, *file.names), stated)
    frame = terms.with_columns(
        code_system=pl.lit(ICD10CM),
        index_name=pl.lit(name),
        effective_from=pl.lit(days.effective_from),
        effective_to=pl.lit(days.effective_to, pl.Date()),
        release=pl.lit(days.release),
    )
    return file_release(
        file,
        days,
        name,
        {INDEX_TERM: INDEX_TERM.conform(frame)},
        publisher="NCHS and CMS",
        row_count=frame.height,
    )


def _index_name(headings: Mapping[str, str], codes: pl.Series) -> str:
    heading_text = " ".join(headings.values()).lower()
    for sign, name in _BY_HEADING:
        if sign in heading_text:
            return name
    is_external = codes.str.contains(_EXTERNAL_LETTERS).sum() * 2 > codes.len()
    return _EXTERNAL_CAUSES if is_external else _DISEASES


def _entries(
    element: ET.Element, above: Sequence[str], headings: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the codes of an entry and its subentries, each with its index term."""
    if len(above) >= _DEEPEST:
        message = f"The index is nested more than {_DEEPEST} deep below '{above[0]}'."
        raise BadInputError(message, hint="Take the publisher's file as downloaded.")
    path = (*above, text_of(element.find("title")))
    words = ", ".join(filter(None, path))
    for tag in ("code", "manif"):
        for code in element.findall(tag):
            yield text_of(code), words
    for cell in element.findall("cell"):
        yield text_of(cell), ", ".join(filter(None, (words, headings.get(cell.get("col", "")))))
    for below in element.findall("term"):
        yield from _entries(below, path, headings)
