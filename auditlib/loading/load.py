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
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from auditlib.errors import AuditError, BadInputError, MissingExtraError
from auditlib.loading.duplicates import find_repeats
from auditlib.loading.file_report import OF_FILE, FileLoad, file_rows
from auditlib.loading.parallel_read import Looked, look_ahead
from auditlib.loading.shared_rows import SHARED, append_first, count_again
from auditlib.loading.staging import TABLES, Staging, rows_of
from auditlib.progress import Progress, SilentProgress
from auditlib.schema.core import REJECTED_RECORD, SOURCE_FILE
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.lone_documents import LONE_DOCUMENT
from auditlib.sources.find_files import NO_FILE_HINT, collect_files, find_files
from auditlib.sources.tabular.table_mapping import TableMapping
from auditlib.warehouse import Warehouse, graph
from auditlib.workspace.folder import Workspace
from auditlib.workspace.load_lock import only_loader

__all__ = ["FileLoad", "LoadReport", "collect_files", "load_files"]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, a row a file.

    Parameters
    ----------
    files
        file_name, shown_name (its path below the folder that was given), format, load_status, the counts and
        money of ``source_file``, those of 837 and 835 apart, and first_reason. ``load_status`` is also
        'already loaded' for a file whose bytes were loaded before, and 'already set aside' for one that
        repeats a rejected file of this load.
    """

    files: pl.DataFrame

    @property
    def rejected_count(self) -> int:
        """Records and whole files that were set aside."""
        return int(self.files["rejected_count"].sum())

    @property
    def by_status(self) -> pl.DataFrame:
        """Counts and dollars of the files by what became of them; claims and claim payments apart."""
        return self.files.group_by("load_status", maintain_order=True).agg(
            pl.len().cast(pl.Int64).alias("file_count"),
            pl.col("encounter_count").sum(),
            pl.col("submitted_claim_count").sum().alias("claim_count"),
            pl.col("submitted_charge_amount").sum().alias("charge_amount"),
            pl.col("remit_claim_count").sum().alias("payment_count"),
            pl.col("paid_amount").sum(),
            pl.col("rejected_count").sum(),
            pl.col("note_count").sum(),
        )


def load_files(
    workspace: Workspace,
    paths: Iterable[Path],
    *,
    loaded_at: dt.datetime,
    mapping: TableMapping | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
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
    mapping
        How tables of other headers than the data dictionary's fill the core tables.
    dry_run
        Read the files and tell what would become of them; the warehouse stays as it is.
    progress
        Told of each file read and each table written.

    Raises
    ------
    UsageError
        If a path does not exist, or is a folder without files.
    StoreError
        If the warehouse is locked or damaged.
    """
    found = find_files(paths, workspace=workspace.root)
    told = progress or SilentProgress()
    with only_loader(workspace), _staging(workspace) as staging:
        # A workspace made by an earlier version gains the tables it lacks.
        warehouse = Warehouse.create(workspace.warehouse_path)
        known = dict(warehouse.query("queries/loading/known_transactions").iter_rows())
        loaded = {
            _identity(row["sha256"], Path(row["file_path"]), row["format"]): row["load_status"]
            for row in warehouse.query("queries/loading/known_files").iter_rows(named=True)
        }
        next_id = int(warehouse.query("queries/loading/next_source_file_id").item())
        told.start("Reading files", total=len(found.files))
        loads: list[FileLoad] = []
        of_this_load: set[str] = set()
        before = dict(loaded)
        looks = look_ahead(
            list(found.files),
            next_id,
            is_loaded=lambda sha256, path: _is_loaded(before, sha256, path),
            mapping=mapping,
        )
        for (path, shown_name), looked in zip(found.files.items(), looks, strict=True):
            load = FileLoad(path, shown_name, next_id + len(loads), _unread_sha256(path))
            _load(load, looked, staging, loaded, known, of_this_load=of_this_load, mapping=mapping)
            of_this_load.add(_identity_of(load))
            loads.append(load)
            staging.settle()
            told.advance()
        for path, reason in found.troubles.items():
            load = FileLoad(path, found.names[path], next_id + len(loads), _unread_sha256(path))
            _set_aside(load, BadInputError(reason, hint=NO_FILE_HINT), staging)
            loads.append(load)
        if not dry_run:
            _land(warehouse, staging, loads, loaded_at=loaded_at, progress=told)
    return LoadReport(_report_frame(loads))


@contextmanager
def _staging(workspace: Workspace) -> Iterator[Staging]:
    shutil.rmtree(workspace.staging, ignore_errors=True)
    folder = workspace.staging / uuid.uuid4().hex
    folder.mkdir(parents=True)
    try:
        yield Staging(folder)
    finally:
        shutil.rmtree(workspace.staging, ignore_errors=True)


def _identity(sha256: str, path: Path, file_format: str) -> str:
    """Return what a file is known again by: its bytes, and for a lone document its encounter's folder too."""
    return f"{sha256}|{path.parent.name}" if file_format == LONE_DOCUMENT else sha256


def _identity_of(load: FileLoad) -> str:
    return _identity(load.sha256, load.path, load.format)


def _unread_sha256(path: Path) -> str:
    """Stand in for the hash of bytes that cannot be read: a later try takes the place of the earlier."""
    return hashlib.sha256(f"unread|{path.absolute()}".encode(errors="surrogateescape")).hexdigest()


def _is_loaded(loaded: dict[str, str], sha256: str, path: Path) -> bool:
    known_as = {sha256, _identity(sha256, path, LONE_DOCUMENT)}
    return any(loaded.get(identity, "rejected") != "rejected" for identity in known_as)


def _load(
    load: FileLoad,
    looked: Looked,
    staging: Staging,
    loaded: dict[str, str],
    known: dict[str, str],
    *,
    of_this_load: set[str],
    mapping: TableMapping | None,
) -> None:
    """Read a file unless its bytes were loaded before; of what is set aside twice in a load, keep one."""
    if not looked.sha256 and isinstance(looked.error, OSError):
        _set_aside(load, _unreadable(looked.error), staging)
        return
    load.sha256, load.byte_count = looked.sha256, looked.byte_count
    if _is_loaded(loaded, load.sha256, load.path):
        load.status = "already loaded"
        return
    mark = staging.mark()
    _read(load, looked, staging, mapping)
    _set_repeats_aside(load, staging, mark, known)
    loaded[_identity_of(load)] = load.status
    # The name of a text says what it is: only when read is it known whether bytes are set aside again.
    if load.status == "rejected" and _identity_of(load) in of_this_load:
        staging.rewind(mark)
        load.status, load.rejected_count = "already set aside", 0


def _set_repeats_aside(load: FileLoad, staging: Staging, mark: dict[str, int], known: dict[str, str]) -> None:
    """Take out of what is staged of a file the transactions that were loaded before."""
    parts = staging.since(mark)
    if load.status == "rejected":
        # Of a transaction that gave nothing there is nothing to repeat.
        staging.rewind(mark, "source_transaction")
        return
    repeats = find_repeats(parts.pop("source_transaction", []), known, load.path.name)
    if not repeats.count:
        return
    frames = {name: rows_of(staged) for name, staged in parts.items()}
    staging.rewind(mark)
    # What is said of the file as a whole stays true of it.
    told = {name: frame for name, frame in frames.items() if name in OF_FILE}
    kept = {name: repeats.without(frame)[0] for name, frame in frames.items() if name not in told}
    rejected = kept.pop("rejected_record", REJECTED_RECORD.empty())
    new = repeats.without(repeats.transactions)[0].drop("earlier_file")
    load.transaction_count -= repeats.count
    again = SourceBatch(
        load.format,
        load.transaction_count,
        {**told, **kept, "source_transaction": new},
        pl.concat([repeats.rejected(), rejected]),
    )
    load.begin_again()
    _stage(load, again, staging)
    load.status = "rejected" if load.status == "rejected" else "loaded with rejects"


def _unreadable(error: OSError) -> BadInputError:
    message = f"The file cannot be read: {error.strerror}."
    return BadInputError(message, hint="A file that this user may read.")


def _read(load: FileLoad, looked: Looked, staging: Staging, mapping: TableMapping | None) -> None:
    mark = staging.mark()
    try:
        for batch in looked.batches(load.path, load.source_file_id, mapping):
            _stage(load, batch, staging)
    except MissingExtraError as error:
        # Nothing of the file is kept, so that it can be loaded whole once the extra is installed.
        staging.rewind(mark)
        load.begin_again()
        _set_aside(load, error, staging)
    except BadInputError as error:
        _set_aside(load, error, staging)
    except OSError as error:
        _set_aside(load, _unreadable(error), staging)
    if load.status == "rejected" and not load.rejected_count:
        message = f"{load.path.name} holds no record to load."
        hint = "At least one claim, payment or encounter."
        _set_aside(load, BadInputError(message, hint=hint), staging)
    elif load.status != "rejected" and load.rejected_count:
        load.status = "loaded with rejects"


def _stage(load: FileLoad, batch: SourceBatch, staging: Staging) -> None:
    load.count(batch)
    for name, frame in batch.frames.items():
        staging.add(name, frame, is_given=batch.may_repeat)
    staging.add("rejected_record", batch.rejected)


def _set_aside(load: FileLoad, error: AuditError, staging: Staging) -> None:
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
    load.first_reason = load.first_reason or " ".join(filter(None, (error.message, error.hint)))


def _land(
    warehouse: Warehouse,
    staging: Staging,
    loads: list[FileLoad],
    *,
    loaded_at: dt.datetime,
    progress: Progress,
) -> None:
    new = [load for load in loads if load.status not in {"already loaded", "already set aside"}]
    if not new:
        return
    progress.start("Writing the warehouse", total=len(staging.parts) + 2)
    with warehouse.writing() as writer:
        tried = [sha256 for load in new for sha256 in (load.sha256, _unread_sha256(load.path))]
        # The files themselves last: by them the rest is found.
        for rows in ("records", "envelope", "file_note", "files"):
            writer.run(f"statements/forget_rejected_{rows}", {"sha256s": tried})
        graph.forget_parts(writer)
        # In the order of the contracts: a row whose parent is not loaded is told by then.
        for (name, is_given), paths in staging.in_order():
            if is_given or name in SHARED:
                count_again(new, append_first(writer, name, paths, new), is_encounter=name == "encounter")
            else:
                writer.append_parquet(TABLES[name], paths)
            progress.advance()
        writer.append(SOURCE_FILE, _source_file_frame(new, loaded_at))
        progress.advance()
        graph.run(writer)
        # Findings speak of what was loaded when the checks ran.
        writer.replace(FINDING, FINDING.empty())
        writer.replace(FINDING_SUMMARY, FINDING_SUMMARY.empty())
        progress.advance()


def _source_file_frame(loads: list[FileLoad], loaded_at: dt.datetime) -> pl.DataFrame:
    return file_rows(loads).with_columns(loaded_at=pl.lit(loaded_at)).select(SOURCE_FILE.column_names)


def _report_frame(loads: list[FileLoad]) -> pl.DataFrame:
    return file_rows(loads).drop("source_file_id", "sha256")
