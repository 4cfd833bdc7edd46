"""Which files land together: as many X12 files as the memory allows, and all other files in the first part.

An X12 file holds all that its rows refer to. Tables refer to each other's rows, so that they land together.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from auditlib.sources import x12
from auditlib.sources.find_files import FoundFiles
from auditlib.warehouse.connection import most_write_bytes

_MEMORY_OF_A_BYTE: Final = 8
"""Bytes of memory that a byte of a file takes, while its rows and all that follows from them are written."""
_HEAD_BYTE_COUNT: Final = 4_096


def most_part_bytes() -> int:
    """Return how many bytes of X12 files may land in one transaction on this machine."""
    return most_write_bytes() // _MEMORY_OF_A_BYTE


def in_parts(files: FoundFiles, *, most_bytes: int) -> Iterator[FoundFiles]:
    """Yield the files in their order, in parts of at most so many bytes of X12, or of one larger file.

    Parameters
    ----------
    files
        What was found; its troubles go with the last part.
    most_bytes
        Bytes of the X12 files of a part.
    """
    sizes = {path: _x12_byte_count(path) for path in files.files}
    part = FoundFiles({path: files.files[path] for path, size in sizes.items() if size is None})
    byte_count = 0
    for path, size in sizes.items():
        if size is None:
            continue
        if byte_count and byte_count + size > most_bytes:
            yield _ordered(part, files)
            part, byte_count = FoundFiles(), 0
        part.files[path] = files.files[path]
        byte_count += size
    part.troubles.update(files.troubles)
    part.names.update(files.names)
    yield _ordered(part, files)


def _ordered(part: FoundFiles, files: FoundFiles) -> FoundFiles:
    in_order = {path: name for path, name in files.files.items() if path in part.files}
    return FoundFiles(in_order, part.troubles, part.names)


def _x12_byte_count(path: Path) -> int | None:
    """Return the size of an X12 file, and None of any other and of one that cannot be opened."""
    try:
        with path.open("rb") as file:
            is_x12 = x12.looks_like_x12(file.read(_HEAD_BYTE_COUNT))
        return path.stat().st_size if is_x12 else None
    except OSError:
        return None
