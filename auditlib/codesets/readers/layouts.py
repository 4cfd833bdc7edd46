"""Recognise a publisher's file by its contents and read it; a ZIP is read as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.codesets.readers.edits_and_fees.add_on_text import is_add_on_text, read_add_on_text
from auditlib.codesets.readers.edits_and_fees.contract_fees import is_contract_fees, read_contract_fees
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
from auditlib.codesets.readers.edits_and_fees.provider_rates import is_provider_rates, read_provider_rates
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.icd10.addenda import Addenda, is_addenda, read_addenda
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
from auditlib.codesets.readers.lists.denial_reasons import is_own_reasons, read_own_reasons
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
from auditlib.codesets.readers.lists.service_lists import (
    is_own_lists,
    is_telehealth_list,
    read_own_lists,
    read_telehealth_list,
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
    "for a table of codes and titles state --system, --code-column, --title-column and --from."
)
_PDF_START: Final = b"%PDF"
_DOCUMENT: Final = "a document"
# Fixed-column layouts are tried first: no table resembles them.
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
    ("telehealth services", is_telehealth_list, read_telehealth_list),
    ("own lists of services", is_own_lists, read_own_lists),
    ("own denial reasons", is_own_reasons, read_own_reasons),
    ("contract fees", is_contract_fees, read_contract_fees),
    ("provider rates", is_provider_rates, read_provider_rates),
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
    ("HCPCS text", is_hcpcs_text, read_hcpcs_text),
    ("Medicare Code Editor definitions", is_editor_text, read_editor_text),
    ("add-on codes as text", is_add_on_text, read_add_on_text),
)


class DocumentsOnlyError(BadInputError):
    """A file or ZIP of the publisher with documents (PDF) and no code set."""


@dataclass(frozen=True, slots=True)
class ReadPath:
    """The contents of a file, or of a ZIP as a whole.

    Parameters
    ----------
    releases
        Its releases, one per code set.
    addenda
        Its addenda.
    passed_over
        Names of files that were not read, with reasons.
    """

    releases: tuple[CodeSetRelease, ...]
    addenda: tuple[Addenda, ...]
    passed_over: tuple[tuple[str, str], ...]


def read_published(path: Path, stated: Stated | None = None) -> ReadPath:
    """Return the contents of a file or ZIP.

    Parameters
    ----------
    path
        The publisher's file.
    stated
        What the user stated about the file.

    Raises
    ------
    DocumentsOnlyError
        If it holds documents only.
    BadInputError
        If nothing in it is recognised, or a recognised file is not valid.
    """
    stated = stated or Stated()
    releases: list[CodeSetRelease] = []
    addenda: list[Addenda] = []
    passed: list[tuple[str, str]] = []
    files = list(published_files(path))
    # An addenda shows the days of the list beside it; the text version of a table is faster to read.
    files.sort(key=lambda file: (not _is_addenda(file), file.is_workbook))
    for file in files:
        layout, contents = _read(file, stated, addenda)
        if isinstance(contents, Addenda):
            addenda.append(contents)
        elif contents is None:
            passed.append((file.name, layout))
        else:
            _add(releases, contents, passed)
    if not releases and not addenda and all(reason == _DOCUMENT for _, reason in passed):
        message = (
            f"{path.name} contains no code set with a known layout: it is a document, or holds only such."
        )
        raise DocumentsOnlyError(message, hint=_WHAT_TO_DO)
    if not releases and not addenda:
        message = f"{path.name} contains no code set with a known layout."
        found_in = "; ".join(f"{name}: {reason}" for name, reason in passed[:4])
        raise BadInputError(message, hint=f"{found_in}. {_WHAT_TO_DO}")
    return ReadPath(tuple(releases), tuple(addenda), tuple(dict.fromkeys(passed)))


def _is_addenda(file: PublishedFile) -> bool:
    return not file.is_workbook and is_addenda(file)


def _read(
    file: PublishedFile, stated: Stated, addenda: Sequence[Addenda]
) -> tuple[str, Sequence[CodeSetRelease] | Addenda | None]:
    if file.data.startswith(_PDF_START):
        return _DOCUMENT, None
    if file.is_archive:
        return "a ZIP inside the ZIP: unpack it and load it separately", None
    if file.is_page:
        return _read_by(_PAGES, file, stated)
    if xml_root(file) is not None:
        return _read_by(_XML, file, stated)
    if not file.is_workbook and (contents := _read_icd10(file, stated, addenda)) is not None:
        return "ICD-10 list", contents
    return _read_by(_LAYOUTS if file.is_workbook else _FIXED + _LAYOUTS, file, stated)


def _read_icd10(
    file: PublishedFile, stated: Stated, addenda: Sequence[Addenda]
) -> Sequence[CodeSetRelease] | Addenda | None:
    """Return an addenda, or a list of codes proved by the addenda beside it; None if it is neither."""
    if is_addenda(file):
        return read_addenda(file)
    if is_order_file(file):
        return [read_order_file(file, stated, addenda)]
    return [read_codes_file(file, stated, addenda)] if is_codes_file(file) else None


def _read_by(
    layouts: Sequence[_Layout], file: PublishedFile, stated: Stated
) -> tuple[str, Sequence[CodeSetRelease] | None]:
    layout = next(((name, read) for name, is_one, read in layouts if is_one(file)), None)
    if layout is None and layouts is _PAGES:
        return "a web page, not a file: the terms may have to be accepted in a browser", None
    if layout is None and layouts is not _XML and is_listed(file, stated):
        layout = "codes with titles", read_listed
    if layout is None:
        return "its layout is not known", None
    name, read = layout
    try:
        return name, _several(read(file, stated))
    except PartOfListError as error:
        # A ZIP may contain additions and deletions beside the whole list.
        if not file.is_member:
            raise
        return error.message, None


def _several(releases: CodeSetRelease | list[CodeSetRelease]) -> list[CodeSetRelease]:
    return releases if isinstance(releases, list) else [releases]


def _add(
    releases: list[CodeSetRelease], new_releases: Sequence[CodeSetRelease], passed: list[tuple[str, str]]
) -> None:
    """Add releases without duplicates; a list of codes beside the order file must agree with it."""
    for new in new_releases:
        same = next(
            (old for old in releases if (old.code_system, old.release) == (new.code_system, new.release)),
            None,
        )
        if same is None:
            releases.append(new)
            continue
        _agree(same, new)
        chosen, other = (new, same) if new.is_complete and not same.is_complete else (same, new)
        releases[releases.index(same)] = chosen
        passed.append((other.file_name, f"the same release as {chosen.file_name}"))


def _agree(one: CodeSetRelease, other: CodeSetRelease) -> None:
    if CODE in one.frames and CODE in other.frames:
        codes = [set(release.frames[CODE].filter("is_billable")["code"]) for release in (one, other)]
        differing = sorted(codes[0] ^ codes[1])
        difference = f"{len(differing):,} codes, as {differing[0]}" if differing else ""
    else:
        counts = (one.row_count, other.row_count)
        difference = (
            "" if counts[0] == counts[1] else f"the number of rows: {counts[0]:,} and {counts[1]:,} rows"
        )
    if difference:
        message = f"{one.file_name} and {other.file_name} disagree on {difference}."
        raise BadInputError(message, hint="They belong to different years, or one is truncated.")
