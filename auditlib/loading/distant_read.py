"""Read files where they lie: on the machines of an engine, which see them under the same paths.

Each file is read whole by one of them with the readers that read it here; its rows come back and are staged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias, cast

from auditlib.errors import StoreError
from auditlib.loading.parallel_read import ScannedFile, scan_file
from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular.table_mapping import TableMapping
from auditlib.warehouse.engine import Engine

# What one job reads: its rows are in memory here, and Spark gives up answers of over 1 GB.
_MOST_BYTES: Final = 128 << 20
_MOST_FILES: Final = 512

_File: TypeAlias = tuple[int, Path]


def scan_files_on(
    engine: Engine,
    paths: Sequence[Path],
    first_id: int,
    *,
    is_loaded: Callable[[str, Path], bool],
    mapping: TableMapping | None = None,
) -> Iterator[ScannedFile]:
    """Yield each file as `scan_files` does, hashed and read on an engine, some at a time.

    Parameters
    ----------
    engine
        Sees the files under their paths. One of over 128 MB is hashed there and read here.
    paths, first_id, mapping
        As of `scan_files`.
    is_loaded
        As of `scan_files`; can be pickled.

    Raises
    ------
    StoreError
        If the engine does not see a file that is here.
    """
    scan = partial(_scan, is_loaded=is_loaded, mapping=mapping)
    ahead = ThreadPoolExecutor(1, thread_name_prefix="engine")
    try:
        # While the rows of some files are staged, the next are read.
        waiting = None
        for files in _in_parts(list(enumerate((path.absolute() for path in paths), start=first_id))):
            reading = ahead.submit(engine.call_each, scan, files)
            if waiting is not None:
                yield from _scanned(*waiting)
            waiting = files, reading.result
        if waiting is not None:
            yield from _scanned(*waiting)
    finally:
        # No waiting here: it would swallow a keyboard interrupt.
        ahead.shutdown(wait=False, cancel_futures=True)


def _scan(
    file: _File, *, is_loaded: Callable[[str, Path], bool], mapping: TableMapping | None
) -> Iterator[SourceBatch | ScannedFile]:
    """Yield the batches of a file, and what else there is to say of it."""
    source_file_id, path = file
    scanned = scan_file(path, source_file_id, is_loaded=is_loaded, mapping=mapping, most_bytes=_MOST_BYTES)
    yield from scanned.batches_read or ()
    yield scanned if scanned.batches_read is None else replace(scanned, batches_read=())


def _scanned(
    files: Sequence[_File], answers: Callable[[], list[list[SourceBatch | ScannedFile]]]
) -> Iterator[ScannedFile]:
    for (_, path), answer in zip(files, answers(), strict=True):
        *batches, last = answer
        scanned = cast("ScannedFile", last)
        if isinstance(scanned.error, FileNotFoundError) and path.exists():
            message = f"Spark's machines do not see {path.name} where this one does."
            hint = "Load from storage that all of them see under the same path, or without --engine."
            raise StoreError(message, hint=hint)
        read = tuple(batch for batch in batches if isinstance(batch, SourceBatch))
        yield scanned if scanned.batches_read is None else replace(scanned, batches_read=read)


def _in_parts(files: Sequence[_File]) -> Iterator[list[_File]]:
    part: list[_File] = []
    byte_count = 0
    for number, path in files:
        size = _size(path)
        if part and (len(part) == _MOST_FILES or byte_count + size > _MOST_BYTES):
            yield part
            part, byte_count = [], 0
        part.append((number, path))
        byte_count += size
    if part:
        yield part


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
