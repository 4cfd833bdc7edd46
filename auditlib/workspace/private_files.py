"""Files and folders that only their owner can read: what a workspace writes is of patients."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
_OTHERS: Final = 0o077


def write_privately() -> int:
    """Let this process, and what it starts, write files that only their owner can read; return what was.

    The setting is the process's own: a notebook's kernel that opens a workspace writes all its files so.
    """
    return os.umask(_OTHERS)


def make_private(root: Path) -> int:
    """Take a folder and all in it from everybody but its owner; return how many files and folders changed."""
    changed = 0
    for folder, _, names in os.walk(root):
        for path, mode in [
            (Path(folder), PRIVATE_FOLDER),
            *((Path(folder, name), PRIVATE_FILE) for name in names),
        ]:
            # Locks and logs of other processes come and go meanwhile.
            with suppress(FileNotFoundError):
                if not path.is_symlink() and path.stat().st_mode & _OTHERS:
                    path.chmod(mode)
                    changed += 1
    return changed
