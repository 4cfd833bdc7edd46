"""Existing files among the names in a document list or a chart."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def existing_files(folder: Path, names: Iterable[str]) -> frozenset[Path]:
    """Return the files of these names that exist, links followed.

    A name that no file can have (too long, with a zero byte, below a folder that cannot be entered) or a link
    that leads back to itself is skipped without an error.

    Parameters
    ----------
    folder
        Folder that the names are relative to.
    names
        The names in the list.
    """
    paths = (folder / name for name in names)
    # Path.is_file and Path.resolve raise for such names; os.path does not.
    files = (path for path in paths if os.path.isfile(path))  # noqa: PTH113 - see the line above
    return frozenset(real_path(file) for file in files)


def real_path(path: Path) -> Path:
    """Return the path with its links followed as far as possible; a link to itself stays."""
    return Path(os.path.realpath(path))
