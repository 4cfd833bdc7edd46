"""Files looked at a few ahead of the one whose turn it is: all are hashed and small ones read, in parallel.

What is given comes in the order of the files, so that nothing depends on which was ready first.
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
class Looked:
    """One file as it was found.

    Attributes
    ----------
    sha256, byte_count
        Of its bytes.
    read_ahead
        What a small file held; None where it was not read.
    error
        Why reading ended early, or why its bytes cannot be read at all, or None.
    """

    sha256: str
    byte_count: int
    read_ahead: tuple[SourceBatch, ...] | None = None
    error: AuditError | OSError | None = None

    def batches(self, path: Path, source_file_id: int, mapping: TableMapping | None) -> Iterator[SourceBatch]:
        """Yield what the file holds, reading it now if it was not read ahead."""
        if self.read_ahead is None:
            yield from read_source(path, source_file_id=source_file_id, mapping=mapping)
            return
        yield from self.read_ahead
        if self.error is not None:
            raise self.error


def look_ahead(
    paths: Sequence[Path],
    first_id: int,
    *,
    is_loaded: Callable[[str, Path], bool],
    mapping: TableMapping | None = None,
) -> Iterator[Looked]:
    """Yield each file as it was found, in order.

    Parameters
    ----------
    paths
        The files.
    first_id
        Number of the first file; the others count on.
    is_loaded
        Tells by hash and path that a file was loaded before and need not be read; asked on other threads.
    mapping
        How tables of other headers fill the core tables.
    """

    def look(path: Path, source_file_id: int) -> Looked:
        try:
            sha256, byte_count = _sha256(path), path.stat().st_size
        except OSError as error:
            return Looked("", 0, error=error)
        if byte_count > _SMALL_BYTE_COUNT or len(paths) == 1 or is_loaded(sha256, path):
            return Looked(sha256, byte_count)
        batches: list[SourceBatch] = []
        try:
            batches.extend(read_source(path, source_file_id=source_file_id, mapping=mapping))
        except (AuditError, OSError) as error:
            return Looked(sha256, byte_count, tuple(batches), error)
        return Looked(sha256, byte_count, tuple(batches))

    worker_count = min(os.cpu_count() or 1, _MOST_WORKERS, max(len(paths), 1))
    pool = ThreadPoolExecutor(worker_count, thread_name_prefix="files")
    pending: deque[Future[Looked]] = deque()
    try:
        for number, path in enumerate(paths):
            pending.append(pool.submit(look, path, first_id + number))
            if len(pending) > 2 * worker_count:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        # Not waited for: a key that stops the loading would be caught here, where nobody can hear of it.
        pool.shutdown(wait=False, cancel_futures=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
