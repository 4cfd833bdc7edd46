"""Load files into the warehouse: each once, all or nothing, with what was set aside on record.

Files are read into staging first; the warehouse is locked only for the moment in which the staged rows land.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from auditlib.errors import AuditError, BadInputError, StoreLockedError, UsageError
from auditlib.progress import Progress, SilentProgress
from auditlib.schema.core import CLAIM_ENCOUNTER, CORE_TABLES, DERIVED_TABLES, REJECTED_RECORD, SOURCE_FILE
from auditlib.schema.mart import CLAIM_OUTCOME, FINDING, FINDING_SUMMARY
from auditlib.sources.batch import SourceBatch
from auditlib.sources.charts import chart_files
from auditlib.sources.recognise import read_source
from auditlib.warehouse import Warehouse, Writer
from auditlib.workbench.workspace import Workspace

_HASH_CHUNK_BYTES = 1 << 20
_LOADER_WAIT_SECONDS = 600
_TABLES = {table.name: table for table in CORE_TABLES}
# Tables in which two files may name the same thing: (key, whether the second one is worth telling).
_SHARED_KEYS = {"patient": False, "encounter": True, "encounter_code": True, "document": True}


@dataclass(slots=True)
class FileLoad:
    """What became of one file: its row of ``source_file`` while it is being counted."""

    path: Path
    sha256: str
    source_file_id: int
    byte_count: int
    format: str = "unknown"
    status: str = "rejected"
    transaction_count: int = 0
    encounter_count: int = 0
    claim_count: int = 0
    line_count: int = 0
    rejected_count: int = 0
    charge_amount: Decimal = Decimal("0.00")
    paid_amount: Decimal = Decimal("0.00")
    first_reason: str | None = None


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, a row a file.

    Parameters
    ----------
    files
        file_name, format, load_status, the counts and money of ``source_file``, and first_reason.
        ``load_status`` is also 'already loaded' for a file whose bytes were loaded before.
    """

    files: pl.DataFrame

    @property
    def rejected_count(self) -> int:
        """Records and whole files that were set aside."""
        return int(self.files["rejected_count"].sum())

    @property
    def by_status(self) -> pl.DataFrame:
        """Counts and dollars of the files by what became of them; claims and claim payments apart."""
        is_claim, is_payment = pl.col("format").str.starts_with("837"), pl.col("format") == "835"
        return self.files.group_by("load_status", maintain_order=True).agg(
            pl.len().cast(pl.Int64).alias("file_count"),
            pl.col("encounter_count").sum(),
            pl.col("claim_count").filter(is_claim).sum(),
            pl.col("charge_amount").filter(is_claim).sum(),
            pl.col("claim_count").filter(is_payment).sum().alias("payment_count"),
            pl.col("paid_amount").sum(),
            pl.col("rejected_count").sum(),
        )


@dataclass(slots=True)
class _Staging:
    """Parquet files that wait for the transaction in which they land."""

    folder: Path
    parts: dict[str, list[Path]] = field(default_factory=dict)

    def add(self, table_name: str, frame: pl.DataFrame) -> None:
        if frame.is_empty():
            return
        paths = self.parts.setdefault(table_name, [])
        path = self.folder / f"{table_name}-{len(paths):05d}.parquet"
        _TABLES[table_name].conform(frame).write_parquet(path, compression="lz4")
        paths.append(path)


def collect_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files that the paths name; a folder gives all its files, sorted, hidden ones left out.

    Raises
    ------
    UsageError
        If a path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (file for file in sorted(path.rglob("*")) if file.is_file())
            found |= dict.fromkeys(
                file
                for file in inside
                if not any(part.startswith(".") for part in file.relative_to(path).parts)
            )
        elif path.is_file():
            found[path] = None
        else:
            message = f"There is no file or folder {path}."
            raise UsageError(message)
    return _without_chart_parts(list(found))


def _without_chart_parts(files: list[Path]) -> list[Path]:
    # The documents that an encounter.json names are read with their chart, not as files of their own.
    parts = frozenset[Path]().union(*(chart_files(file) for file in files if file.name == "encounter.json"))
    return [file for file in files if file.resolve() not in parts]


def load_files(
    workspace: Workspace, paths: Iterable[Path], *, loaded_at: dt.datetime, progress: Progress | None = None
) -> LoadReport:
    """Load files and folders of files; see the module's first lines.

    Parameters
    ----------
    workspace
        Where to.
    paths
        Files and folders.
    loaded_at
        The time that goes on record, in UTC without a zone.
    progress
        Told of each file read and each table written.

    Raises
    ------
    UsageError
        If a path does not exist.
    StoreError
        If the warehouse is locked or damaged.
    """
    files = collect_files(paths)
    told = progress or SilentProgress()
    with only_loader(workspace), _staging(workspace) as staging:
        warehouse = workspace.warehouse()
        loaded = dict(warehouse.query("core/known_files").select("sha256", "load_status").iter_rows())
        next_id = int(warehouse.query("core/next_source_file_id").item())
        told.start("Reading files", total=len(files))
        loads: list[FileLoad] = []
        for path in files:
            load = FileLoad(path, _sha256(path), next_id + len(loads), path.stat().st_size)
            if loaded.get(load.sha256, "rejected") == "rejected":
                _read(load, staging)
                loaded[load.sha256] = load.status
            else:
                load.status = "already loaded"
            loads.append(load)
            told.advance()
        _land(warehouse, staging, loads, loaded_at=loaded_at, progress=told)
    return LoadReport(_report_frame(loads))


@contextmanager
def only_loader(workspace: Workspace) -> Iterator[None]:
    """Keep other loads into the workspace waiting, and give up after some minutes."""
    lock = FileLock(workspace.root / ".load.lock")
    try:
        with lock.acquire(timeout=_LOADER_WAIT_SECONDS):
            yield
    except Timeout as error:
        message = f"Another load into {workspace.root} has run for {_LOADER_WAIT_SECONDS // 60} minutes."
        raise StoreLockedError(message, hint="Wait for it, or end it, and load again.") from error


@contextmanager
def _staging(workspace: Workspace) -> Iterator[_Staging]:
    shutil.rmtree(workspace.staging, ignore_errors=True)
    folder = workspace.staging / uuid.uuid4().hex
    folder.mkdir(parents=True)
    try:
        yield _Staging(folder)
    finally:
        shutil.rmtree(workspace.staging, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(load: FileLoad, staging: _Staging) -> None:
    try:
        for batch in read_source(load.path, source_file_id=load.source_file_id):
            _stage(load, batch, staging)
    except BadInputError as error:
        _set_aside(load, error, staging)
    except OSError as error:
        reason = f"The file cannot be read: {error.strerror}."
        _set_aside(load, BadInputError(reason, hint="A file that this user may read."), staging)
    if load.status == "rejected" and not load.rejected_count:
        message = f"{load.path.name} holds no record to load."
        hint = "At least one claim, payment or encounter."
        _set_aside(load, BadInputError(message, hint=hint), staging)
    elif load.status != "rejected" and load.rejected_count:
        load.status = "loaded with rejects"


def _stage(load: FileLoad, batch: SourceBatch, staging: _Staging) -> None:
    load.format = batch.format
    load.transaction_count += batch.transaction_count
    for name, frame in batch.frames.items():
        staging.add(name, frame)
        if frame.height:
            load.status = "loaded"
    for name in ("claim", "remit_claim"):
        if name in batch.frames:
            load.claim_count += batch.frames[name].height
            load.charge_amount += _dollars(batch.frames[name]["charge_amount"])
    if "remit_claim" in batch.frames:
        load.paid_amount += _dollars(batch.frames["remit_claim"]["paid_amount"])
    for name in ("claim_line", "remit_line"):
        load.line_count += batch.frames[name].height if name in batch.frames else 0
    load.encounter_count += batch.frames["encounter"].height if "encounter" in batch.frames else 0
    if batch.rejected.height:
        staging.add("rejected_record", batch.rejected)
        load.rejected_count += batch.rejected.height
        load.first_reason = load.first_reason or batch.rejected["reason"][0]


def _dollars(amounts: pl.Series) -> Decimal:
    return Decimal(amounts.sum() or 0)


def _set_aside(load: FileLoad, error: AuditError, staging: _Staging) -> None:
    row = {
        "source_file_id": load.source_file_id,
        "source_offset": 0,
        "segment": "file",
        "record_number": 0,
        "reason": error.message,
        "expected": error.hint or "",
    }
    staging.add("rejected_record", pl.DataFrame([row], schema=REJECTED_RECORD.polars_schema))
    load.rejected_count += 1
    load.first_reason = load.first_reason or error.message


def _land(
    warehouse: Warehouse,
    staging: _Staging,
    loads: list[FileLoad],
    *,
    loaded_at: dt.datetime,
    progress: Progress,
) -> None:
    new = [load for load in loads if load.status != "already loaded"]
    if not new:
        return
    progress.start("Writing the warehouse", total=len(staging.parts) + 2)
    with warehouse.writing() as writer:
        for forget in ("core/forget_rejected_records", "core/forget_rejected_files"):
            writer.run(forget, {"sha256s": [load.sha256 for load in new]})
        writer.run("core/forget_derived_encounters")
        for name, paths in staging.parts.items():
            if name in _SHARED_KEYS:
                _append_first(writer, name, paths, tell=_SHARED_KEYS[name])
            else:
                writer.append_parquet(_TABLES[name], paths)
            progress.advance()
        writer.append(SOURCE_FILE, _source_file_frame(new, loaded_at))
        progress.advance()
        rebuild_derived(writer)
        # Findings speak of what was loaded when the checks ran.
        writer.replace(FINDING, FINDING.empty())
        writer.replace(FINDING_SUMMARY, FINDING_SUMMARY.empty())
        progress.advance()


def _append_first(writer: Writer, name: str, paths: list[Path], *, tell: bool) -> None:
    """Append rows whose key no earlier row has; the others are set aside if that is worth telling."""
    table = _TABLES[name]
    keys = list(table.key)
    rows = pl.read_parquet(paths)
    known = writer.query(f"core/keys_of_{name}")
    first = rows.unique(keys, keep="first", maintain_order=True).join(known, on=keys, how="anti")
    writer.append(table, first)
    if tell and first.height < rows.height:
        again = rows.join(first, on=["source_file_id", "source_offset", *keys], how="anti")
        rejected = again.select(
            "source_file_id",
            "source_offset",
            segment=pl.lit(name.replace("_", " ")),
            record_number=pl.lit(0),
            reason=pl.lit(f"Another file gave the same {' and '.join(keys)} before."),
            expected=pl.lit("A row that was not loaded yet; to replace it, load into a new workspace."),
        ).unique(list(REJECTED_RECORD.key))
        writer.append(REJECTED_RECORD, rejected)


def rebuild_derived(writer: Writer) -> None:
    """Rebuild what follows from the loaded rows: encounters of bare claims, diagnoses, links and outcomes."""
    writer.run("core/forget_derived_encounters")
    # Encounters of bare claims are made of the claims' groups, and all the rest of what encounters there are.
    writer.derive(CLAIM_ENCOUNTER, "core/claim_encounter")
    writer.run("core/encounter_from_claim")
    for table in DERIVED_TABLES:
        if table is not CLAIM_ENCOUNTER:
            writer.derive(table, f"core/{table.name}")
    writer.derive(CLAIM_OUTCOME, "measures/claim_outcome")


def _source_file_frame(loads: list[FileLoad], loaded_at: dt.datetime) -> pl.DataFrame:
    return _rows(loads).with_columns(loaded_at=pl.lit(loaded_at)).select(SOURCE_FILE.column_names)


def _report_frame(loads: list[FileLoad]) -> pl.DataFrame:
    return _rows(loads).drop("source_file_id", "sha256")


def _rows(loads: list[FileLoad]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "source_file_id": load.source_file_id,
                "file_name": load.path.name,
                "file_path": str(load.path.resolve()),
                "sha256": load.sha256,
                "format": load.format,
                "byte_count": load.byte_count,
                "transaction_count": load.transaction_count,
                "encounter_count": load.encounter_count,
                "claim_count": load.claim_count,
                "line_count": load.line_count,
                "charge_amount": load.charge_amount,
                "paid_amount": load.paid_amount,
                "rejected_count": load.rejected_count,
                "load_status": load.status,
                "first_reason": load.first_reason,
            }
            for load in loads
        ],
        schema={
            **{name: kind for name, kind in SOURCE_FILE.polars_schema.items() if name != "loaded_at"},
            "first_reason": pl.String(),
        },
    )
