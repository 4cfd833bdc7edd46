"""Where the loaded files are now, and which plain reader reads each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.progress import Progress
from auditlib.reconciliation.raw_records import RAW_SCHEMA
from auditlib.reconciliation.raw_fhir import raw_fhir
from auditlib.reconciliation.raw_rif import raw_rif
from auditlib.reconciliation.raw_x12 import raw_x12
from auditlib.sources.tabular.table_mapping import TableMapping
from auditlib.warehouse import Warehouse

COMPARED: Final = "compared"
ABSENT: Final = "not where it was loaded from"
CHANGED: Final = "changed since it was loaded"
NOT_SUMMED: Final = "its format has no plain reader"
NOTHING_LOADED: Final = "nothing of it was loaded"

_UNREAD: Final = "rejected"
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

_READERS: Final[tuple[tuple[str, Reader, tuple[str, ...]], ...]] = (
    ("83", raw_x12, _ALL_KINDS),
    # What FHIR and RIF say of adjustments is shared out by rule among the lines: there is no plain sum of it.
    ("RIF ", raw_rif, ("claim", "claim_line", "remittance", "remit_claim", "remit_line")),
    ("FHIR", raw_fhir, ("claim", "claim_line", "remittance", "remit_claim")),
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
    """

    files: pl.DataFrame
    records: pl.DataFrame

    @property
    def compared_kinds(self) -> pl.DataFrame:
        """Return the kinds of records that are summed of each file: source_file_id and record_kind."""
        rows = [
            (file_id, kind)
            for file_id, file_format, state in self.files.select(
                "source_file_id", "format", "state"
            ).iter_rows()
            if state == COMPARED
            for kind in _kinds(file_format)
        ]
        return pl.DataFrame(
            rows, schema={"source_file_id": pl.Int64(), "record_kind": pl.String()}, orient="row"
        )


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
    for row in files.iter_rows(named=True):
        path, state = _place(row, elsewhere)
        reader = _reader(row["format"])
        if row["load_status"] == _UNREAD:
            state = NOTHING_LOADED
        elif state == COMPARED and reader is None:
            state = NOT_SUMMED
        if state == COMPARED and reader is not None and path is not None:
            own = pl.lit(row["source_file_id"], pl.Int64).alias("source_file_id")
            parts += [frame.with_columns(own) for frame in reader(path)]
        states.append(state)
        progress.advance()
    listed = files.select("source_file_id", "file_name", "format").with_columns(
        state=pl.Series(states, dtype=pl.String)
    )
    return RawFiles(listed, pl.concat(parts))


def _kinds(file_format: str) -> tuple[str, ...]:
    """Return the kinds of records that are summed of a file of a format."""
    return next((kinds for start, _, kinds in _READERS if file_format.startswith(start)), ())


def _reader(file_format: str) -> Reader | None:
    return next((reader for start, reader, _ in _READERS if file_format.startswith(start)), None)


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
