"""The embedded code sets, with which every workspace starts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.codes.systems import ICD10CM
from auditlib.codesets.readers.icd10.icd10cm_tabular import read_tabular
from auditlib.codesets.readers.lists.denial_reasons import read_denial_reasons
from auditlib.codesets.readers.project_tables import (
    deleted_icd10cm,
    read_place_of_service,
)
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease, sha256_of
from auditlib.embedded import embedded_folder
from auditlib.errors import BadInputError, StoreError
from auditlib.progress import Progress, SilentProgress
from auditlib.schema import Table
from auditlib.schema.ref import CODE, CODE_NOTE

_PACKAGE: Final = "simple_icd_10_cm"
_PUBLISHER: Final = "NCHS and CMS"
_MONTH: Final = re.compile(r"(January|February|March|April|May|June|July|August|September|October)")
_FISCAL_YEAR: Final = re.compile(r"20[0-9]{2}")


def embedded_code_sets(
    *, loaded_at: dt.datetime, progress: Progress | None = None
) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Yield the rows of all embedded code sets, to append to the ``ref`` tables.

    Parameters
    ----------
    loaded_at
        The time of the load to record in ``ref.release``, in UTC, without time zone.
    progress
        Advanced for each code set.

    Yields
    ------
    tuple of Table and DataFrame
        Frames that conform to their contracts; a table may come several times.

    Raises
    ------
    StoreError
        If a file is missing from the installation.
    BadInputError
        If a file does not have the expected contents.
    """
    progress = progress or SilentProgress()
    readers: tuple[Callable[[], CodeSetRelease], ...] = (
        embedded_icd10cm,
        lambda: read_place_of_service(embedded_folder("codesets")),
        lambda: read_denial_reasons(embedded_folder("codesets")),
    )
    progress.start("Reading code sets", total=len(readers))
    for reader in readers:
        yield from reader().tables(loaded_at=loaded_at)
        progress.advance()


def embedded_icd10cm() -> CodeSetRelease:
    """Return ICD-10-CM from the files of the installed package simple-icd-10-cm, without importing it.

    Codes that the fiscal year deleted are included with their last day, to distinguish them from invalid
    codes; the release itself is effective only for its fiscal year.
    """
    xml_path, code_list_path = _package_files()
    tabular = read_tabular(_installed(xml_path), _installed(code_list_path))
    if _FISCAL_YEAR.fullmatch(tabular.version) is None:
        message = f"{xml_path.name} does not state its fiscal year: its version is '{tabular.version}'."
        raise BadInputError(message, hint="Expected a year, as 2026.")
    year = int(tabular.version)
    month = _MONTH.search(xml_path.name)
    release = f"FY{year} {month[0] if month else 'October'}"
    effective_from, effective_to = dt.date(year - 1, 10, 1), dt.date(year, 9, 30)
    deleted = deleted_icd10cm(embedded_folder("codesets"), tabular)
    dated = {
        "code_system": pl.lit(ICD10CM),
        "effective_from": pl.lit(effective_from),
        "effective_to": pl.lit(effective_to),
        "release": pl.lit(release),
    }
    notes = tabular.note_frames(dated)
    return CodeSetRelease(
        code_system=ICD10CM,
        release=release,
        publisher=_PUBLISHER,
        effective_from=effective_from,
        effective_to=effective_to,
        file_name=xml_path.name,
        sha256=sha256_of(xml_path),
        row_count=tabular.codes.height,
        frames={
            CODE: pl.concat([CODE.conform(tabular.codes.with_columns(**dated)), deleted["code"]]),
            **notes,
            CODE_NOTE: pl.concat([notes[CODE_NOTE], deleted["code_note"]]),
        },
    )


def installed_tabular() -> Path:
    """Return the path of the installed package's tabular list."""
    return _package_files()[0]


def _installed(path: Path) -> PublishedFile:
    return PublishedFile(path.name, path, path.read_bytes())


def _package_files() -> tuple[Path, Path]:
    spec = find_spec(_PACKAGE)
    folder = None if spec is None or spec.origin is None else Path(spec.origin).parent / "data"
    tables = sorted(folder.glob("*tabular*.xml")) if folder else []
    lists = sorted(folder.glob("code-list*.txt")) if folder else []
    if len(tables) != 1 or len(lists) != 1:
        message = f"The package {_PACKAGE} does not contain one tabular list and one list of codes."
        raise StoreError(message, hint="Install it again: uv pip install 'simple-icd-10-cm>=1.5'.")
    return tables[0], lists[0]
