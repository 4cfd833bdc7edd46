"""Whether one path lies in another by what the file system says, which may take two spellings for one."""

from __future__ import annotations

from pathlib import Path


def is_same_place(one: Path, other: Path) -> bool:
    """Return True if both lead to one file or folder, or are the same path to nothing.

    On macOS and Windows names that differ only in case are usually one place.
    """
    try:
        return one.samefile(other)
    except OSError:
        return one.resolve() == other.resolve()


def is_within(path: Path, folder: Path) -> bool:
    """Return True if a path, which may not be there yet, is a folder or lies in it."""
    real = path.resolve()
    return any(is_same_place(place, folder) for place in (real, *real.parents))
