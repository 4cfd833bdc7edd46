"""What must hold for any bytes: the project's own errors or rows that keep their contracts, nothing else."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from auditlib.codesets.layouts import read_published
from auditlib.errors import AuditError
from auditlib.schema.core import CORE_TABLES, REJECTED_RECORD
from auditlib.sources.recognise import read_source
from tests.fuzz import seeds

_CONTRACTS = {table.name: table for table in CORE_TABLES}
_FOLDER = Path(tempfile.mkdtemp(prefix="auditlib-fuzz-"))


class BrokenPromiseError(AssertionError):
    """A reader gave what no reader may give."""


def read_as_source(data: bytes, file_name: str) -> None:
    """Read bytes as `load` would, under a name.

    Raises
    ------
    BrokenPromiseError
        If a frame breaks its contract.
    """
    path = _FOLDER / "E00001" / file_name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    with suppress(AuditError):
        for batch in read_source(path, source_file_id=5):
            for name, frame in batch.frames.items():
                _require(_CONTRACTS[name].conform(frame).equals(frame), f"{name} breaks its contract")
                _require_places(frame, name, len(data))
            rejected = batch.rejected
            _require(
                REJECTED_RECORD.conform(rejected).equals(rejected), "rejected_record breaks its contract"
            )
            _require_places(rejected, "rejected_record", len(data))
            _require(bool(batch.format) and batch.transaction_count >= 0, "a batch without format or count")


def read_as_code_set(data: bytes, file_name: str) -> None:
    """Read bytes as `codesets load` would.

    Raises
    ------
    BrokenPromiseError
        If a frame breaks its contract.
    """
    path = _FOLDER / file_name
    path.write_bytes(data)
    with suppress(AuditError):
        for release in read_published(path).releases:
            for table, frame in release.frames.items():
                _require(table.conform(frame).equals(frame), f"{table.name} breaks its contract")


def _require(holds: bool, sentence: str) -> None:  # noqa: FBT001 - what an assertion takes
    if not holds:
        raise BrokenPromiseError(sentence)


def _require_places(frame: pl.DataFrame, name: str, byte_count: int) -> None:
    if "source_offset" in frame.columns:
        inside = frame["source_offset"].is_between(0, byte_count).all()
        _require(inside, f"{name} names a place outside of the file")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to fuzz: which seeds, which mutation, which names the file may have."""

    seeds: Callable[[], list[bytes]]
    mutation: str
    file_names: tuple[str, ...]
    read: Callable[[bytes, str], None] = read_as_source

    def run(self, data: bytes) -> None:
        """Read bytes under one of the names, always the same for the same bytes."""
        self.read(data, self.file_names[zlib.crc32(data) % len(self.file_names)])


TARGETS = {
    "x12": Target(seeds.x12_seeds, "x12", ("claims.edi", "payments.835", "notes.txt")),
    "tables": Target(seeds.table_seeds, "lines", ("encounters.csv", "encounter_codes.txt")),
    "charts": Target(seeds.chart_seeds, "json", ("encounter.json", "documents.ndjson")),
    "documents": Target(seeds.document_seeds, "lines", ("physician_note.txt", "2_lab_report.xml")),
    "code_sets": Target(seeds.code_set_seeds, "lines", seeds.CODE_SET_NAMES, read_as_code_set),
}
