"""The files that a list of documents or a chart names, whatever its writer put in their place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def existing_files(folder: Path, names: Iterable[str]) -> frozenset[Path]:
    """Return the files of these names that exist, links followed.

    A name that no file can have (too long, with a zero byte, below a folder that may not be entered) or a
    link that leads back to itself is no file, and no error.

    Parameters
    ----------
    folder
        Where the names start from.
    names
        The names as the list gives them.
    """
    paths = (folder / name for name in names)
    # Path.is_file and Path.resolve raise for such names; their elders in os.path do not.
    files = (path for path in paths if os.path.isfile(path))  # noqa: PTH113 - see the line above
    return frozenset(real_path(file) for file in files)


def real_path(path: Path) -> Path:
    """Return the path with its links followed, as far as they lead: a link to itself stays what it is."""
    return Path(os.path.realpath(path))
