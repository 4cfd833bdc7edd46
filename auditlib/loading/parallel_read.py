"""Read files in parallel, a few ahead of the one being loaded: all are hashed, small ones are read.

Results come in the order of the files, whichever is ready first.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from auditlib.errors import AuditError
from auditlib.sources.batch import SourceBatch
from auditlib.sources.recognise import read_source
from auditlib.sources.tabular.table_mapping import TableMapping

_SMALL_BYTE_COUNT = 4 << 20
_MOST_WORKERS = 8


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """One file, hashed and, if it is small, read.

    Attributes
    ----------
    sha256, byte_count
        Hash and number of its bytes.
    batches_read
        The batches of a small file; None if it was not read.
    error
        Why reading stopped early or the bytes cannot be read at all, or None.
    """

    sha256: str
    byte_count: int
    batches_read: tuple[SourceBatch, ...] | None = None
    error: AuditError | OSError | None = None

    def batches(self, path: Path, source_file_id: int, mapping: TableMapping | None) -> Iterator[SourceBatch]:
        """Yield the file's batches, reading it now if it was not read in advance."""
        if self.batches_read is None:
            yield from read_source(path, source_file_id=source_file_id, mapping=mapping)
            return
        yield from self.batches_read
        if self.error is not None:
            raise self.error


def scan_files(
    paths: Sequence[Path],
    first_id: int,
    *,
    is_loaded: Callable[[str, Path], bool],
    mapping: TableMapping | None = None,
) -> Iterator[ScannedFile]:
    """Yield each file, hashed and perhaps read, in order.

    Parameters
    ----------
    paths
        The files.
    first_id
        Number of the first file; the others follow.
    is_loaded
        Returns True for the hash and path of a file that was loaded before and need not be read; called from
        other threads.
    mapping
        How tables with other headers fill the core tables.
    """
    most_bytes = _SMALL_BYTE_COUNT if len(paths) > 1 else 0

    def scan(path: Path, source_file_id: int) -> ScannedFile:
        return scan_file(path, source_file_id, is_loaded=is_loaded, mapping=mapping, most_bytes=most_bytes)

    worker_count = min(os.cpu_count() or 1, _MOST_WORKERS, max(len(paths), 1))
    pool = ThreadPoolExecutor(worker_count, thread_name_prefix="files")
    pending: deque[Future[ScannedFile]] = deque()
    try:
        for number, path in enumerate(paths):
            pending.append(pool.submit(scan, path, first_id + number))
            if len(pending) > 2 * worker_count:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        # No waiting here: it would swallow a keyboard interrupt.
        pool.shutdown(wait=False, cancel_futures=True)


def scan_file(
    path: Path,
    source_file_id: int,
    *,
    is_loaded: Callable[[str, Path], bool],
    mapping: TableMapping | None,
    most_bytes: int,
) -> ScannedFile:
    """Hash a file, and read it unless it is large or was loaded before."""
    try:
        sha256, byte_count = _sha256(path), path.stat().st_size
    except OSError as error:
        return ScannedFile("", 0, error=error)
    if byte_count > most_bytes or is_loaded(sha256, path):
        return ScannedFile(sha256, byte_count)
    batches: list[SourceBatch] = []
    try:
        batches.extend(read_source(path, source_file_id=source_file_id, mapping=mapping))
    except (AuditError, OSError) as error:
        return ScannedFile(sha256, byte_count, tuple(batches), error)
    return ScannedFile(sha256, byte_count, tuple(batches))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
