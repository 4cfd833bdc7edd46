"""Where the loaded files are now, and which plain reader reads each."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.progress import Progress
from auditlib.reconciliation.raw_charts import raw_chart, raw_document_file, raw_documents
from auditlib.reconciliation.raw_fhir import raw_fhir
from auditlib.reconciliation.raw_records import RAW_SCHEMA
from auditlib.reconciliation.raw_rif import raw_rif
from auditlib.reconciliation.raw_tables import has_own_headers, names_all_columns, raw_table, table_kinds
from auditlib.reconciliation.raw_x12 import raw_x12
from auditlib.sources.tabular.table_mapping import TableMapping
from auditlib.warehouse import Warehouse

COMPARED: Final = "compared"
ABSENT: Final = "not where it was loaded from: name its folder with --files"
CHANGED: Final = "changed since it was loaded"
NOT_SUMMED: Final = "no record of it holds money"
NO_MAPPING: Final = "loaded by a mapping: name it with --mapping"
NOT_READ: Final = "the plain reader cannot read it"
NOTHING_LOADED: Final = "nothing of it was loaded"

_UNREADABLE: Final = (OSError, ValueError, csv.Error, pl.exceptions.PolarsError)
_REJECTED: Final = "rejected"
_TABLE_END: Final = " table"
_MAPPED: Final = "mapped table"
_ALL_KINDS: Final = (
    "claim",
    "claim_line",
    "remittance",
    "remit_claim",
    "remit_line",
    "adjustment",
    "provider_adjustment",
)

Reader = Callable[[Path], Iterator[pl.DataFrame]]
Kinds = tuple[str, ...]

_READERS: Final[tuple[tuple[str, Reader, Kinds], ...]] = (
    ("837", raw_x12, _ALL_KINDS),
    ("835", raw_x12, _ALL_KINDS),
    # What FHIR and RIF say of adjustments is shared out by rule among the lines: there is no plain sum of it.
    ("RIF ", raw_rif, ("claim", "claim_line", "remittance", "remit_claim", "remit_line")),
    ("FHIR", raw_fhir, ("claim", "claim_line", "remittance", "remit_claim")),
    ("chart", raw_chart, ("encounter", "encounter_code", "document")),
    ("document file", raw_document_file, ("document",)),
    ("document", raw_documents, ("document",)),
)


@dataclass(frozen=True, slots=True)
class RawFiles:
    """The loaded files as they are on the disk.

    Attributes
    ----------
    files
        A row a file: source_file_id, file_name, format, and ``state``, which is one of the constants of this
        module.
    records
        `RAW_SCHEMA` with ``source_file_id``, of the files that are compared.
    compared_kinds
        The kinds of records that are summed of each file: source_file_id and record_kind.
    """

    files: pl.DataFrame
    records: pl.DataFrame
    compared_kinds: pl.DataFrame


def read_raw_files(
    warehouse: Warehouse, *, folder: Path | None, mappings: Sequence[TableMapping], progress: Progress
) -> RawFiles:
    """Read every loaded file plainly, where it was loaded from or in a folder.

    Parameters
    ----------
    warehouse
        Holds ``core.source_file``.
    folder
        Where the files lie now, at any depth; a file there counts if its bytes are those that were loaded.
    mappings
        The mappings by which tables were loaded.
    progress
        Advanced for each file.
    """
    files = warehouse.query("queries/reconciliation/loaded_file")
    elsewhere = _by_name(folder)
    progress.start("Summing the raw files", total=files.height)
    states: list[str] = []
    parts = [pl.DataFrame(schema={**RAW_SCHEMA, "source_file_id": pl.Int64()})]
    compared: list[tuple[int, str]] = []
    for row in files.iter_rows(named=True):
        file_id = row["source_file_id"]
        path, state = _place(row, elsewhere)
        if path is not None:
            try:
                reader, kinds, state = _reader(path, row["format"], mappings)
                frames = [_of_file(frame, file_id, kinds) for frame in reader(path)] if kinds else []
            except _UNREADABLE:
                frames, kinds, state = [], (), NOT_READ
            compared += [(file_id, kind) for kind in kinds]
            parts += frames
        if row["load_status"] == _REJECTED and state != COMPARED:
            state = NOTHING_LOADED
        states.append(state)
        progress.advance()
    listed = files.select("source_file_id", "file_name", "format").with_columns(
        state=pl.Series(states, dtype=pl.String)
    )
    schema = {"source_file_id": pl.Int64(), "record_kind": pl.String()}
    return RawFiles(listed, pl.concat(parts), pl.DataFrame(compared, schema=schema, orient="row"))


def _of_file(frame: pl.DataFrame, file_id: int, kinds: Kinds) -> pl.DataFrame:
    return frame.filter(pl.col("record_kind").is_in(list(kinds))).with_columns(
        pl.lit(file_id, pl.Int64).alias("source_file_id")
    )


def _reader(path: Path, file_format: str, mappings: Sequence[TableMapping]) -> tuple[Reader, Kinds, str]:
    """Return the reader for a file, the kinds of records that it gives, and the state of the file."""
    if file_format.endswith(_TABLE_END):
        fitting = [mapping for mapping in mappings if names_all_columns(path, mapping)]
        name = file_format.removesuffix(_TABLE_END).replace(" ", "_")
        # A mapping that fills one table gives the file that table's name.
        if not fitting and (file_format == _MAPPED or not has_own_headers(path, name)):
            return raw_x12, (), NO_MAPPING
        mapping = fitting[0] if fitting else None
        kinds = table_kinds(mapping, name)
        return partial(raw_table, mapping=mapping, table_name=name), kinds, COMPARED if kinds else NOT_SUMMED
    for start, reader, kinds in _READERS:
        if file_format.startswith(start):
            return reader, kinds, COMPARED
    return raw_x12, (), NOT_SUMMED


def _by_name(folder: Path | None) -> Mapping[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")) if folder is not None else ():
        if path.is_file():
            found.setdefault(path.name, []).append(path)
    return found


def _place(row: Mapping[str, str], elsewhere: Mapping[str, list[Path]]) -> tuple[Path | None, str]:
    """Return where a file is with the bytes that were loaded, or why it is not compared."""
    present = [
        path for path in (*elsewhere.get(row["file_name"], ()), Path(row["file_path"])) if path.is_file()
    ]
    for path in present:
        if _sha256(path) == row["sha256"]:
            return path, COMPARED
    return None, CHANGED if present else ABSENT


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
