"""The result of loading one file: counted while reading, shown in the load report and ``source_file``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import polars as pl

from auditlib.schema.core import ORIGINAL_TABLES, SOURCE_FILE
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.named_files import real_path

_NO_DOLLARS = Decimal("0.00")
# Report column -> table whose rows are counted; report column -> table and column that are summed.
_ROWS = {
    "submitted_claim_count": "claim",
    "submitted_line_count": "claim_line",
    "remit_claim_count": "remit_claim",
    "remit_line_count": "remit_line",
    "document_count": "document",
    "note_count": "file_note",
}
_DOLLARS = {
    "submitted_charge_amount": ("claim", "charge_amount"),
    "submitted_line_charge_amount": ("claim_line", "charge_amount"),
    "remit_charge_amount": ("remit_claim", "charge_amount"),
    "remit_paid_amount": ("remit_claim", "paid_amount"),
    "payment_amount": ("remittance", "payment_amount"),
    "provider_adjustment_amount": ("provider_adjustment", "adjustment_amount"),
}
_WITH_ANSWERS = ("FHIR", "RIF")
OF_FILE = ("source_transaction", "envelope", "file_note")
"""Tables that describe the file itself; a file with rows in these tables alone has loaded nothing."""

# An original is written only for a document that is loaded.
_NO_CONTENT = frozenset({*OF_FILE, "rejected_record", *(table.name for table in ORIGINAL_TABLES)})


@dataclass(slots=True)
class FileLoad:
    """The result of loading one file.

    Parameters
    ----------
    path, shown_name
        The file, and its name on screens and in reports.
    source_file_id, sha256, byte_count
        As in ``source_file``.
    row_count
        Rows of the core tables, without those that describe the file itself and without originals.
    """

    path: Path
    shown_name: str
    source_file_id: int
    sha256: str
    byte_count: int = 0
    format: str = "unknown"
    status: str = "rejected"
    row_count: int = 0
    transaction_count: int = 0
    encounter_count: int = 0
    rejected_count: int = 0
    interchange_count: int | None = None
    group_count: int | None = None
    first_reason: str | None = None
    row_counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_ROWS, 0))
    dollars: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(_DOLLARS, _NO_DOLLARS))
    formats: dict[str, int] = field(default_factory=dict)

    def begin_again(self) -> None:
        """Reset all counts to zero."""
        self.status, self.first_reason = "rejected", None
        self.row_count = self.transaction_count = self.encounter_count = self.rejected_count = 0
        self.interchange_count = self.group_count = None
        self.row_counts, self.dollars = dict.fromkeys(_ROWS, 0), dict.fromkeys(_DOLLARS, _NO_DOLLARS)
        self.formats = {}

    def count(self, batch: SourceBatch) -> None:
        """Add the rows, dollars and rejected records of one batch."""
        self.transaction_count += batch.transaction_count
        self.formats[batch.format] = self.formats.get(batch.format, 0) + batch.transaction_count
        # A file of several formats takes the one with the most transactions; on a tie, the first.
        self.format = max(self.formats, key=self.formats.__getitem__)
        self.row_count += _row_count(batch.frames)
        if self.row_count:
            self.status = "loaded"
        for name, table in _ROWS.items():
            self.row_counts[name] += batch.frames[table].height if table in batch.frames else 0
        for name, (table, column) in _DOLLARS.items():
            if table in batch.frames:
                self.dollars[name] += Decimal(batch.frames[table][column].sum() or 0)
        self.encounter_count += batch.frames["encounter"].height if "encounter" in batch.frames else 0
        if "envelope" in batch.frames:
            levels = batch.frames["envelope"]["envelope_level"]
            self.interchange_count = (self.interchange_count or 0) + int((levels == "interchange").sum())
            self.group_count = (self.group_count or 0) + int((levels == "group").sum())
        if batch.rejected.height:
            self.rejected_count += batch.rejected.height
            self.first_reason = self.first_reason or batch.rejected["reason"][0]

    def discount(self, removed: Mapping[str, pl.DataFrame]) -> None:
        """Subtract rows that were counted, and are not loaded after all."""
        self.row_count -= _row_count(removed)
        self.encounter_count -= removed["encounter"].height if "encounter" in removed else 0
        for name, table in _ROWS.items():
            self.row_counts[name] -= removed[table].height if table in removed else 0
        for name, (table, column) in _DOLLARS.items():
            if table in removed:
                self.dollars[name] -= Decimal(removed[table][column].sum() or 0)
        if "source_transaction" in removed:
            self.transaction_count -= removed["source_transaction"].height
        if "rejected_record" in removed:
            self.rejected_count -= removed["rejected_record"].height

    def row(self) -> dict[str, object]:
        """Return the file's row in the load report, which includes the columns of ``source_file``."""
        rows, dollars = self.row_counts, self.dollars
        # A FHIR or RIF claim with its payment counts once; X12 claims and payments count separately.
        with_answers = self.format.startswith(_WITH_ANSWERS)
        claims, lines = rows["submitted_claim_count"], rows["submitted_line_count"]
        charges = dollars["submitted_charge_amount"]
        answers_count = not with_answers or not claims
        return {
            "source_file_id": self.source_file_id,
            "file_name": self.path.name,
            "shown_name": self.shown_name,
            "file_path": str(real_path(self.path)),
            "sha256": self.sha256,
            "format": self.format,
            "byte_count": self.byte_count,
            "interchange_count": self.interchange_count,
            "group_count": self.group_count,
            "transaction_count": self.transaction_count,
            "encounter_count": self.encounter_count,
            "claim_count": claims + rows["remit_claim_count"] * answers_count,
            "line_count": lines + rows["remit_line_count"] * answers_count,
            "charge_amount": charges + dollars["remit_charge_amount"] * answers_count,
            "paid_amount": dollars["remit_paid_amount"],
            "rejected_count": self.rejected_count,
            "load_status": self.status,
            "first_reason": self.first_reason,
            **rows,
            **dollars,
        }


def _row_count(frames: Mapping[str, pl.DataFrame]) -> int:
    return sum(frame.height for name, frame in frames.items() if name not in _NO_CONTENT)


def file_rows(loads: Iterable[FileLoad]) -> pl.DataFrame:
    """Return one row per file, in the order they were loaded."""
    money = SOURCE_FILE.polars_schema["paid_amount"]
    return pl.DataFrame(
        [load.row() for load in loads],
        schema={
            **{name: kind for name, kind in SOURCE_FILE.polars_schema.items() if name != "loaded_at"},
            "shown_name": pl.String(),
            "first_reason": pl.String(),
            **dict.fromkeys(_ROWS, pl.Int64()),
            **dict.fromkeys(_DOLLARS, money),
        },
    )
