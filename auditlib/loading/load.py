"""Load files into the warehouse: each once, all or nothing, with a record of everything that was not loaded.

Files are read into staging first; the warehouse is locked only for the moment in which the staged rows land.
More files than the memory allows land in parts, so that a load which was stopped goes on where it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.checks.lapsed_findings import NO_INPUT, let_findings_lapse
from auditlib.errors import AuditError, BadInputError, MissingExtraError
from auditlib.loading.distant_read import scan_files_on
from auditlib.loading.duplicates import find_duplicates
from auditlib.loading.explained_claims import take_out_explained
from auditlib.loading.file_report import OF_FILE, FileLoad, file_rows
from auditlib.loading.keyed_patients import mark_key, require_key, with_keyed_patients
from auditlib.loading.known_transactions import KnownTransactions
from auditlib.loading.load_part import in_parts, most_part_bytes
from auditlib.loading.originals import append_originals
from auditlib.loading.parallel_read import ScannedFile, scan_files
from auditlib.loading.shared_rows import SHARED, append_new
from auditlib.loading.staging import TABLES, Staging, rows_of
from auditlib.progress import Progress, SilentProgress
from auditlib.schema.core import ORIGINAL_TABLES, REJECTED_RECORD, SOURCE_FILE
from auditlib.scratch import scratch_folder
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.loose_documents import LOOSE_DOCUMENT
from auditlib.sources.find_files import NO_FILE_HINT, FoundFiles, collect_files, find_files
from auditlib.sources.tabular.table_mapping import TableMapping
from auditlib.warehouse import Warehouse, Writer, graph
from auditlib.warehouse.partial_build import run_touched
from auditlib.warehouse.rebuild import rebuild
from auditlib.warehouse.touched import Touched
from auditlib.workspace.folder import CONFIG_NAME, Workspace
from auditlib.workspace.load_lock import only_loader
from auditlib.workspace.pseudonym_key import PseudonymKey

__all__ = ["FileLoad", "LoadReport", "collect_files", "load_files"]

_READ_BEFORE: Final = (
    "the same bytes were loaded before and are not read again; to read them with this mapping, load into a "
    "new workspace"
)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The result of a load, one row per file.

    Parameters
    ----------
    files
        file_name, shown_name (its path below the folder named in the call), format, load_status, the counts
        and money of ``source_file``, those of 837 and 835 apart, and first_reason. ``load_status`` is also
        'already loaded' for a file whose bytes were loaded before, and 'already rejected' for a copy of a
        rejected file in the same load.
    """

    files: pl.DataFrame

    @property
    def rejected_count(self) -> int:
        """Number of records and whole files that were not loaded."""
        return int(self.files["rejected_count"].sum())

    @property
    def with_reasons(self) -> pl.DataFrame:
        """Files of which something was not loaded, or a mapping was not used, with the first reason."""
        is_not_read = (pl.col("load_status") == "already loaded") & pl.col("first_reason").is_not_null()
        return self.files.filter((pl.col("rejected_count") > 0) | is_not_read)

    @property
    def by_status(self) -> pl.DataFrame:
        """Counts and dollars by load status; encounters, documents, claims and claim payments stand apart."""
        return self.files.group_by("load_status", maintain_order=True).agg(
            pl.len().cast(pl.Int64).alias("file_count"),
            pl.col("encounter_count").sum(),
            pl.col("document_count").sum(),
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
    most_bytes: int | None = None,
) -> LoadReport:
    """Load files and folders of files; see the module's first lines.

    Parameters
    ----------
    workspace
        The workspace to load into.
    paths
        Files and folders.
    loaded_at
        The time of the load that is recorded, in UTC, without time zone.
    mapping
        How tables with other headers than the data dictionary's fill the core tables.
    dry_run
        Read the files and report what would be loaded, without changing the warehouse.
    progress
        Advanced for each file read and each table written.
    most_bytes
        How much is written in one transaction; more than that lands in parts of whole files, one after the
        other. By default what the memory allows.

    Raises
    ------
    UsageError
        If a path does not exist, or is a folder without files.
    StoreError
        If the warehouse is locked or damaged.
    """
    files = find_files(paths, workspace=workspace.root, mark=CONFIG_NAME)
    progress = progress or SilentProgress()
    loads: list[FileLoad] = []
    with only_loader(workspace):
        # Tables that an older version of auditlib did not make are added.
        warehouse = Warehouse.create(workspace.warehouse_path)
        if not dry_run:
            warehouse.require_finished()
        # What is only read takes little memory, and copies are found among all of it.
        parts = [files] if dry_run else list(in_parts(files, most_bytes=most_bytes or most_part_bytes()))
        for number, part in enumerate(parts, start=1):
            of_parts = f", part {number} of {len(parts)}" if len(parts) > 1 else ""
            loads += _load_part(
                workspace,
                warehouse,
                part,
                loaded_at=loaded_at,
                mapping=mapping,
                dry_run=dry_run,
                progress=progress,
                of_parts=of_parts,
            )
    # As named, whichever part a file landed in.
    places = {path: place for place, path in enumerate([*files.files, *files.troubles])}
    return LoadReport(_report_frame(sorted(loads, key=lambda load: places[load.path])))


def _load_part(
    workspace: Workspace,
    warehouse: Warehouse,
    files: FoundFiles,
    *,
    loaded_at: dt.datetime,
    mapping: TableMapping | None,
    dry_run: bool,
    progress: Progress,
    of_parts: str,
) -> list[FileLoad]:
    """Load files in one transaction; the files of a part that landed stay, whatever becomes of the next."""
    with scratch_folder(workspace.root, "staging") as folder:
        staging = Staging(folder)
        with warehouse.kept_open():
            key = require_key(workspace, warehouse)
            loaded = {
                _identity(row["sha256"], Path(row["file_path"]), row["format"]): row["load_status"]
                for row in warehouse.query("queries/loading/known_files").iter_rows(named=True)
            }
            next_id = int(warehouse.query("queries/loading/next_source_file_id").item())
            known = KnownTransactions.of(warehouse, next_id)
        progress.start(f"Reading files{of_parts}", total=len(files.files))
        loads: list[FileLoad] = []
        before = dict(loaded)
        scans = _scans(workspace, list(files.files), next_id, partial(_is_loaded, before), mapping)
        for (path, shown_name), scanned in zip(files.files.items(), scans, strict=True):
            load = FileLoad(path, shown_name, next_id + len(loads), _unread_sha256(path))
            _load(load, scanned, staging, loaded, known, earlier=loads, mapping=mapping, key=key)
            loads.append(load)
            staging.settle()
            progress.advance()
        for path, reason in files.troubles.items():
            load = FileLoad(path, files.names[path], next_id + len(loads), _unread_sha256(path))
            _reject(load, BadInputError(reason, hint=NO_FILE_HINT), staging)
            loads.append(load)
        if not dry_run:
            progress.start(f"Writing the warehouse{of_parts}", total=len(staging.parts) + 2)
            _land(
                warehouse,
                staging,
                loads,
                known,
                key=key,
                loaded_at=loaded_at,
                progress=progress,
                of_parts=of_parts,
            )
    return loads


def _scans(
    workspace: Workspace,
    paths: list[Path],
    first_id: int,
    is_loaded: Callable[[str, Path], bool],
    mapping: TableMapping | None,
) -> Iterator[ScannedFile]:
    """Hash and read files: here, or on the machines of the workspace's engine."""
    engine = workspace.warehouse().engine
    if engine is None:
        return scan_files(paths, first_id, is_loaded=is_loaded, mapping=mapping)
    return scan_files_on(engine, paths, first_id, is_loaded=is_loaded, mapping=mapping)


def _identity(sha256: str, path: Path, file_format: str) -> str:
    """Return a file's identity: the hash of its bytes, for a loose document with its encounter's folder."""
    return f"{sha256}|{path.parent.name}" if file_format == LOOSE_DOCUMENT else sha256


def _identity_of(load: FileLoad) -> str:
    return _identity(load.sha256, load.path, load.format)


def _unread_sha256(path: Path) -> str:
    """Return a hash of the path of a file whose bytes cannot be read: a later try replaces this one."""
    return hashlib.sha256(f"unread|{path.absolute()}".encode(errors="surrogateescape")).hexdigest()


def _identities(sha256: str, path: Path) -> frozenset[str]:
    """Return the identities that a file of a format not known yet may have."""
    return frozenset({sha256, _identity(sha256, path, LOOSE_DOCUMENT)})


def _is_loaded(loaded: dict[str, str], sha256: str, path: Path) -> bool:
    return any(loaded.get(identity, "rejected") != "rejected" for identity in _identities(sha256, path))


def _load(
    load: FileLoad,
    scanned: ScannedFile,
    staging: Staging,
    loaded: dict[str, str],
    known: KnownTransactions,
    *,
    earlier: list[FileLoad],
    mapping: TableMapping | None,
    key: PseudonymKey,
) -> None:
    """Read a file unless its bytes were loaded before; of copies of a rejected file, record the first."""
    if not scanned.sha256 and isinstance(scanned.error, OSError):
        _reject(load, _unreadable(scanned.error), staging)
        return
    load.sha256, load.byte_count = scanned.sha256, scanned.byte_count
    if _is_loaded(loaded, load.sha256, load.path):
        load.status = "already loaded"
        if mapping is not None:
            load.first_reason = _READ_BEFORE
        return
    mark = staging.mark()
    _read(load, scanned, staging, mapping, key)
    _drop_duplicates(load, staging, mark, known.fingerprints)
    known.take_out_repeated(load, earlier, staging, mark)
    loaded[_identity_of(load)] = load.status
    # A document's identity includes its format, which is known only after reading.
    if load.status == "rejected" and _identity_of(load) in {_identity_of(one) for one in earlier}:
        staging.rewind(mark)
        load.status, load.rejected_count = "already rejected", 0


def _drop_duplicates(load: FileLoad, staging: Staging, mark: dict[str, int], known: dict[str, str]) -> None:
    """Remove from a file's staged rows the transactions that were loaded before."""
    parts = staging.since(mark)
    if load.status == "rejected":
        # A rejected file loaded no transaction that another file could duplicate.
        staging.rewind(mark, "source_transaction")
        return
    duplicates = find_duplicates(parts.pop("source_transaction", []), known, load.path.name)
    if not duplicates.count:
        return
    frames = {name: rows_of(staged) for name, staged in parts.items()}
    staging.rewind(mark)
    # Rows that describe the file as a whole stay.
    of_file = {name: frame for name, frame in frames.items() if name in OF_FILE}
    new_rows = {name: duplicates.without(frame)[0] for name, frame in frames.items() if name not in of_file}
    rejected = new_rows.pop("rejected_record", REJECTED_RECORD.empty())
    new = duplicates.without(duplicates.transactions)[0].drop("earlier_file")
    load.transaction_count -= duplicates.count
    batch = SourceBatch(
        load.format,
        load.transaction_count,
        {**of_file, **new_rows, "source_transaction": new},
        pl.concat([duplicates.rejected(), rejected]),
    )
    load.begin_again()
    _stage(load, batch, staging)
    load.status = "rejected" if load.status == "rejected" else "loaded with rejects"


def _unreadable(error: OSError) -> BadInputError:
    message = f"The file cannot be read: {error.strerror}."
    return BadInputError(message, hint="Give your user permission to read it.")


def _read(
    load: FileLoad, scanned: ScannedFile, staging: Staging, mapping: TableMapping | None, key: PseudonymKey
) -> None:
    mark = staging.mark()
    try:
        for batch in scanned.batches(load.path, load.source_file_id, mapping):
            # Before anything is on disk.
            _stage(load, with_keyed_patients(batch, key), staging)
    except MissingExtraError as error:
        # Nothing of the file is staged, so that all of it can be loaded once the extra is installed.
        staging.rewind(mark)
        load.begin_again()
        _reject(load, error, staging)
    except BadInputError as error:
        _reject(load, error, staging)
    except OSError as error:
        _reject(load, _unreadable(error), staging)
    if load.status == "rejected" and not load.rejected_count:
        message = f"{load.path.name} has no records to load."
        hint = "At least one claim, payment or encounter."
        _reject(load, BadInputError(message, hint=hint), staging)
    elif load.status != "rejected" and load.rejected_count:
        load.status = "loaded with rejects"


def _stage(load: FileLoad, batch: SourceBatch, staging: Staging) -> None:
    load.count(batch)
    for name, frame in batch.frames.items():
        staging.add(name, frame, has_user_keys=batch.has_user_keys)
    staging.add("rejected_record", batch.rejected)


def _reject(load: FileLoad, error: AuditError, staging: Staging) -> None:
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
    known: KnownTransactions,
    *,
    key: PseudonymKey,
    loaded_at: dt.datetime,
    progress: Progress,
    of_parts: str,
) -> None:
    new = [load for load in loads if load.status not in {"already loaded", "already rejected"}]
    if not new:
        return
    with warehouse.writing() as writer:
        mark_key(writer, key)
        tried = [sha256 for load in new for sha256 in (load.sha256, _unread_sha256(load.path))]
        # The rows of the files go last: the other deletes look them up.
        for rows in ("records", "envelope", "file_note", "files"):
            writer.run(f"statements/delete_rejected_{rows}", {"sha256s": tried})
        touched = Touched(writer)
        touched.give_way(staging.values("encounter_id"))
        known.replace(writer, touched)
        # Parents before children, as in the contracts: a row whose parent is not loaded is found here.
        for (name, has_user_keys), paths in staging.in_order():
            if has_user_keys or name in SHARED:
                append_new(writer, name, paths, new)
            elif TABLES[name] in ORIGINAL_TABLES:
                append_originals(writer, TABLES[name], paths)
            else:
                writer.append_parquet(TABLES[name], paths)
            progress.advance()
        _reject_without_rows(writer, loads)
        touched.note_new(min(load.source_file_id for load in new))
        is_partial = touched.is_rebuilt_alone and graph.is_up_to_date(writer)
        take_out_explained(writer, staging.parts, new, touched if is_partial else None)
        writer.append(SOURCE_FILE, _source_file_frame(new, loaded_at))
        progress.advance()
        changed = writer.changed_tables - NO_INPUT
        let_findings_lapse(writer, changed | graph.outdated_tables(writer))
        progress.advance()
        if is_partial:
            progress.start(f"Deriving what follows{of_parts}", total=1)
            run_touched(writer, changed=changed)
            progress.advance()
        else:
            rebuild(writer, changed=changed, progress=progress, step=f"Deriving what follows{of_parts}")


def _reject_without_rows(writer: Writer, loads: list[FileLoad]) -> None:
    """Reject the files of which no row was new, or none had its parent: they may be tried again."""
    without_rows = [load for load in loads if load.status == "loaded with rejects" and not load.row_count]
    for load in without_rows:
        load.status = "rejected"
    ids = [load.source_file_id for load in without_rows]
    writer.run("statements/delete_transactions_of_files", {"source_file_ids": ids})
    rejected = {_identity_of(load) for load in without_rows}
    for load in loads:
        if load.status == "already loaded" and rejected & _identities(load.sha256, load.path):
            load.status, load.first_reason = "already rejected", None


def _source_file_frame(loads: list[FileLoad], loaded_at: dt.datetime) -> pl.DataFrame:
    return file_rows(loads).with_columns(loaded_at=pl.lit(loaded_at)).select(SOURCE_FILE.column_names)


def _report_frame(loads: list[FileLoad]) -> pl.DataFrame:
    return file_rows(loads).drop("source_file_id", "sha256")
