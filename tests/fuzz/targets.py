"""What must hold for any bytes: the project's own errors or rows that keep their contracts, nothing else."""

from __future__ import annotations

import datetime as dt
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from auditlib.billing.claim_file import claim_file_text
from auditlib.billing.correction import Purpose, correct_claim
from auditlib.billing.original import read_original_claims
from auditlib.billing.settings import read_export_settings
from auditlib.billing.verified import CodeValue, Supplement, VerifiedCode
from auditlib.codesets.readers.layouts import read_published
from auditlib.errors import AuditError
from auditlib.schema.core import CORE_TABLES, REJECTED_RECORD
from auditlib.sources.recognise import read_source
from auditlib.sources.tabular.mapping_file import parse_mapping, read_mapping
from auditlib.sources.tabular.proposal.suggestion import suggest_mapping
from auditlib.sources.tabular.table_mapping import TableMapping
from auditlib.sources.x12 import read_x12
from auditlib.sources.x12.write.envelope import Parties
from tests.fuzz import seeds

_CONTRACTS = {table.name: table for table in CORE_TABLES}
_FOLDER = Path(tempfile.mkdtemp(prefix="auditlib-fuzz-"))


class BrokenPromiseError(AssertionError):
    """A reader gave what no reader may give."""


def read_as_source(data: bytes, file_name: str, mapping: TableMapping | None = None) -> None:
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
        for batch in read_source(path, source_file_id=5, mapping=mapping):
            for name, frame in batch.frames.items():
                _require(_CONTRACTS[name].conform(frame).equals(frame), f"{name} breaks its contract")
                _require_places(frame, name, len(data))
            rejected = batch.rejected
            _require(
                REJECTED_RECORD.conform(rejected).equals(rejected), "rejected_record breaks its contract"
            )
            _require_places(rejected, "rejected_record", len(data))
            _require(bool(batch.format) and batch.transaction_count >= 0, "a batch without format or count")


def read_with_mapping(data: bytes, file_name: str) -> None:
    """Read a table by the mapping that is documented, and by the one that is suggested for it."""
    read_as_source(data, file_name, parse_mapping(seeds.mapping_seeds()[0].decode(), name="mapping.yaml"))
    with suppress(AuditError):
        suggested = suggest_mapping(_FOLDER / "E00001" / file_name)
        read_as_source(data, file_name, parse_mapping(suggested, name="suggested.yaml"))


def read_as_mapping(data: bytes, file_name: str) -> None:
    """Read bytes as a mapping, and a table by it."""
    path = _FOLDER / file_name
    path.write_bytes(data)
    with suppress(AuditError):
        read_as_source(seeds.mapped_table_seeds()[0], "claims.csv", read_mapping(path))


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


_ADDED = VerifiedCode("add", None, CodeValue("ICD-10-CM", "E6601", "secondary", "Y"))
_DELETED = VerifiedCode("delete", CodeValue("CPT", "99213", "procedure"), None)
_DOUBLED = VerifiedCode(
    "change",
    CodeValue("HCPCS", "J1100", "procedure", None, (), Decimal("2.5")),
    CodeValue("HCPCS", "J1100", "procedure", None, (), Decimal(5)),
)
_GIVEN = Supplement("ICN-1", "470")
_PARTIES = Parties(("ZZ", "A"), ("ZZ", "B"), "A", "B")


def correct_and_read_back(data: bytes, file_name: str) -> None:
    """Correct the claims of a file as `export` would, write them, and read them back.

    Raises
    ------
    BrokenPromiseError
        If what is written reads back as other claims.
    """
    path = _FOLDER / file_name
    path.write_bytes(data)
    with suppress(AuditError):
        frames = [
            batch.frames["claim"] for batch in read_x12(path, source_file_id=5) if "claim" in batch.frames
        ]
        offsets = [offset for frame in frames for offset in frame["source_offset"]]
        originals = list(read_original_claims(path, offsets))
        _require(len(originals) == len(offsets), "a claim is not found where its row says")
        for purpose in PURPOSES:
            done = [
                correct_claim(one, [_DELETED, _DOUBLED, _ADDED], purpose=purpose, supplement=_GIVEN)
                for one in originals
            ]
            ready = [claim for claim in done if not claim.gaps]
            text = claim_file_text(ready, parties=_PARTIES, control_number=1, made_on=dt.date(2026, 1, 1))
            written = path.with_name("written.edi")
            written.write_bytes(text.encode("latin-1"))
            again = sum(
                batch.frames["claim"].height
                for batch in read_x12(written, source_file_id=6)
                if "claim" in batch.frames
            )
            _require(again == len(ready), "what was written reads back as other claims")


def read_as_settings(data: bytes, file_name: str) -> None:
    """Read bytes as the settings of an export."""
    path = _FOLDER / file_name
    path.write_bytes(data)
    with suppress(AuditError):
        read_export_settings(path).supplement("E1")


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


PURPOSES: tuple[Purpose, ...] = ("replacement", "original", "void")
TARGETS = {
    "mapped_tables": Target(seeds.mapped_table_seeds, "lines", ("claims.csv",), read_with_mapping),
    "mappings": Target(seeds.mapping_seeds, "lines", ("mapping.yaml",), read_as_mapping),
    "corrections": Target(seeds.x12_seeds, "x12", ("claims.edi",), correct_and_read_back),
    "settings": Target(seeds.settings_seeds, "lines", ("settings.toml",), read_as_settings),
    "x12": Target(seeds.x12_seeds, "x12", ("claims.edi", "payments.835", "notes.txt")),
    "fhir": Target(seeds.fhir_seeds, "json", ("bundle.json", "claims.ndjson")),
    "fhir_bytes": Target(seeds.fhir_seeds, "lines", ("bundle.json", "claims.ndjson")),
    "rif": Target(seeds.rif_seeds, "lines", ("carrier.txt", "inpatient.csv")),
    "tables": Target(seeds.table_seeds, "lines", ("encounters.csv", "encounter_codes.txt")),
    "charts": Target(seeds.chart_seeds, "json", ("encounter.json", "documents.ndjson")),
    "documents": Target(seeds.document_seeds, "lines", ("physician_note.txt", "2_lab_report.xml")),
    "code_sets": Target(seeds.code_set_seeds, "lines", seeds.CODE_SET_NAMES, read_as_code_set),
}
