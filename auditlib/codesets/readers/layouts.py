"""Recognise a publisher's file by what is in it, and read it; a ZIP is read as one whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.codesets.readers.edits_and_fees.add_on_text import is_add_on_text, read_add_on_text
from auditlib.codesets.readers.edits_and_fees.fee_files import (
    is_localities,
    is_outpatient_rates,
    is_relative_values,
    read_localities,
    read_outpatient_rates,
    read_relative_values,
)
from auditlib.codesets.readers.edits_and_fees.ncci import (
    is_add_on,
    is_mue,
    is_ptp,
    read_add_on,
    read_mue,
    read_ptp,
)
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.icd10.addenda import Addenda, check_addenda, is_addenda, read_addenda
from auditlib.codesets.readers.icd10.icd10_files import (
    is_codes_file,
    is_order_file,
    read_codes_file,
    read_order_file,
)
from auditlib.codesets.readers.icd10.icd10cm_index import is_index, read_index
from auditlib.codesets.readers.icd10.icd10cm_tabular import is_tabular, read_notes
from auditlib.codesets.readers.icd10.icd10pcs_tables import is_procedure_tables, read_procedure_tables
from auditlib.codesets.readers.lists.clinical_classes import is_clinical_classes, read_clinical_classes
from auditlib.codesets.readers.lists.code_editor import (
    is_editor_table,
    is_editor_text,
    read_editor_table,
    read_editor_text,
)
from auditlib.codesets.readers.lists.hcpcs import (
    is_hcpcs_table,
    is_hcpcs_text,
    read_hcpcs_table,
    read_hcpcs_text,
)
from auditlib.codesets.readers.lists.place_list import is_place_list, read_place_list
from auditlib.codesets.readers.lists.rule_lists import (
    PartOfListError,
    is_conversion,
    is_poa_exempt,
    read_conversion,
    read_poa_exempt,
)
from auditlib.codesets.readers.lists.titled_lists import (
    is_groups,
    is_listed,
    is_taxonomy,
    read_groups,
    read_listed,
    read_taxonomy,
)
from auditlib.codesets.readers.published import PublishedFile, published_files
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.codesets.readers.xml_files import xml_root
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE

_Reader = Callable[[PublishedFile, Stated], CodeSetRelease | list[CodeSetRelease]]
_Layout = tuple[str, Callable[[PublishedFile], bool], _Reader]
_WHAT_TO_DO: Final = (
    "Take the publisher's own file ('auditlib codesets status' names the page); "
    "for a table of codes and titles say --system, --code-column, --title-column and --from."
)
_PDF_START: Final = b"%PDF"
# Readers of fixed columns look at the first lines, which no table resembles: they are asked first.
_LAYOUTS: Final[tuple[_Layout, ...]] = (
    ("HCPCS table", is_hcpcs_table, read_hcpcs_table),
    ("PTP edits", is_ptp, read_ptp),
    ("medically unlikely edits", is_mue, read_mue),
    ("add-on codes", is_add_on, read_add_on),
    ("relative values", is_relative_values, read_relative_values),
    ("fee localities", is_localities, read_localities),
    ("POA-exempt list", is_poa_exempt, read_poa_exempt),
    ("Medicare Code Editor lists", is_editor_table, read_editor_table),
    ("conversion table", is_conversion, read_conversion),
    ("clinical classes", is_clinical_classes, read_clinical_classes),
    ("outpatient rates", is_outpatient_rates, read_outpatient_rates),
    ("places of service", is_place_list, read_place_list),
    ("taxonomy", is_taxonomy, read_taxonomy),
    ("diagnosis related groups", is_groups, read_groups),
)
_XML: Final[tuple[_Layout, ...]] = (
    ("tabular list", is_tabular, read_notes),
    ("index", is_index, read_index),
    ("procedure tables", is_procedure_tables, read_procedure_tables),
)
_PAGES: Final[tuple[_Layout, ...]] = (("places of service", is_place_list, read_place_list),)
_FIXED: Final[tuple[_Layout, ...]] = (
    ("order file", is_order_file, read_order_file),
    ("list of codes", is_codes_file, read_codes_file),
    ("HCPCS text", is_hcpcs_text, read_hcpcs_text),
    ("Medicare Code Editor definitions", is_editor_text, read_editor_text),
    ("add-on codes as text", is_add_on_text, read_add_on_text),
)


@dataclass(frozen=True, slots=True)
class ReadPath:
    """What a file, or a ZIP as a whole, held.

    Parameters
    ----------
    releases
        Its releases; each code set once.
    addenda
        Its addenda.
    passed_over
        Names of what was not read, each with the reason.
    """

    releases: tuple[CodeSetRelease, ...]
    addenda: tuple[Addenda, ...]
    passed_over: tuple[tuple[str, str], ...]


def read_published(path: Path, stated: Stated | None = None) -> ReadPath:
    """Read a file or ZIP.

    Parameters
    ----------
    path
        The file as the publisher gives it.
    stated
        What the user says of it.

    Raises
    ------
    BadInputError
        If nothing in it is recognised, or something that is recognised is not as it should be.
    """
    stated = stated or Stated()
    releases: list[CodeSetRelease] = []
    addenda: list[Addenda] = []
    passed: list[tuple[str, str]] = []
    files = list(published_files(path))
    # The plain text of a table says the same as the workbook beside it, and reads faster.
    for file in sorted(files, key=lambda file: file.is_workbook):
        layout, found = _read(file, stated)
        if isinstance(found, Addenda):
            addenda.append(found)
        elif found is None:
            passed.append((file.name, layout))
        else:
            _add(releases, found, passed)
    for found in addenda:
        for release in releases:
            if release.code_system == found.code_system and CODE in release.frames:
                check_addenda(found, release)
    if not releases and not addenda:
        message = f"{path.name} holds no code set whose layout is known."
        found_in = "; ".join(f"{name}: {reason}" for name, reason in passed[:4])
        raise BadInputError(message, hint=f"{found_in}. {_WHAT_TO_DO}")
    return ReadPath(tuple(releases), tuple(addenda), tuple(dict.fromkeys(passed)))


def _read(file: PublishedFile, stated: Stated) -> tuple[str, Sequence[CodeSetRelease] | Addenda | None]:
    if file.data.startswith(_PDF_START):
        return "a document", None
    if file.is_archive:
        return "a ZIP inside the ZIP: unpack it and load it for itself", None
    if file.is_page:
        return _read_by(_PAGES, file, stated)
    if xml_root(file) is not None:
        return _read_by(_XML, file, stated)
    if not file.is_workbook and is_addenda(file):
        return "addenda", read_addenda(file)
    return _read_by(_LAYOUTS if file.is_workbook else _FIXED + _LAYOUTS, file, stated)


def _read_by(
    layouts: Sequence[_Layout], file: PublishedFile, stated: Stated
) -> tuple[str, Sequence[CodeSetRelease] | None]:
    found = next(((name, read) for name, is_one, read in layouts if is_one(file)), None)
    if found is None and layouts is _PAGES:
        return "a page of the web, not a file: the terms may have to be accepted in a browser", None
    if found is None and layouts is not _XML and is_listed(file, stated):
        found = "codes with titles", read_listed
    if found is None:
        return "its layout is not known", None
    name, read = found
    try:
        return name, _several(read(file, stated))
    except PartOfListError as error:
        # Beside the whole list a ZIP holds its additions and deletions.
        if not file.is_member:
            raise
        return error.message, None


def _several(found: CodeSetRelease | list[CodeSetRelease]) -> list[CodeSetRelease]:
    return found if isinstance(found, list) else [found]


def _add(
    releases: list[CodeSetRelease], found: Sequence[CodeSetRelease], passed: list[tuple[str, str]]
) -> None:
    """Keep each release once; a list of codes beside the order file must agree with it."""
    for new in found:
        same = next(
            (old for old in releases if (old.code_system, old.release) == (new.code_system, new.release)),
            None,
        )
        if same is None:
            releases.append(new)
            continue
        _agree(same, new)
        kept, other = (new, same) if new.is_complete and not same.is_complete else (same, new)
        releases[releases.index(same)] = kept
        passed.append((other.file_name, f"the same release as {kept.file_name}"))


def _agree(one: CodeSetRelease, other: CodeSetRelease) -> None:
    if CODE in one.frames and CODE in other.frames:
        codes = [set(release.frames[CODE].filter("is_billable")["code"]) for release in (one, other)]
        differing = sorted(codes[0] ^ codes[1])
        said = f"{len(differing):,} codes, as {differing[0]}" if differing else ""
    else:
        counts = (one.row_count, other.row_count)
        said = "" if counts[0] == counts[1] else f"how much there is: {counts[0]:,} and {counts[1]:,} rows"
    if said:
        message = f"{one.file_name} and {other.file_name} disagree on {said}."
        raise BadInputError(message, hint="They are of different years, or one is cut off.")
