"""Folders in which a process keeps what it is working on, named so that those of a killed one are known."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

PREFIX: Final = ".scratch-"
_OF_ANOTHER_MACHINE_SECONDS: Final = 7 * 24 * 3600


@contextmanager
def scratch_folder(parent: Path, kind: str) -> Iterator[Path]:
    """Make a folder that only its owner can read, and remove it at the end."""
    folder = parent / f"{scratch_name(kind)}-{uuid.uuid4().hex[:8]}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """Give a path to write to, and put the file in its place at the end.

    What killed processes left in that folder is removed.
    """
    remove_left(target.parent)
    with scratch_folder(target.parent, "file") as aside:
        written = aside / target.name
        yield written
        written.replace(target)


def scratch_name(kind: str) -> str:
    """Return the name of a folder of this process: what it is for, the machine, and the process."""
    return f"{PREFIX}{kind}-{_machine()}-{os.getpid()}"


def remove_left(parent: Path) -> int:
    """Remove the folders that killed processes left, and return how many.

    Those of a process that lives stay. Of another machine that shares the folder nobody here can know: what
    has not changed for a week goes.
    """
    removed = 0
    with os.scandir(parent) as entries:
        left = [
            entry.name for entry in entries if entry.name.startswith(PREFIX) and _is_left(Path(entry.path))
        ]
    for name in left:
        shutil.rmtree(parent / name, ignore_errors=True)
        removed += not (parent / name).exists()
    return removed


def _is_left(folder: Path) -> bool:
    _, machine, process = (*folder.name.removeprefix(PREFIX).split("-"), "", "")[:3]
    # On Windows no signal asks whether a process lives: all that is known is how old its folder is.
    if machine == _machine() and process.isdigit() and sys.platform != "win32":
        return not _is_alive(int(process))
    try:
        return time.time() - folder.stat().st_mtime > _OF_ANOTHER_MACHINE_SECONDS
    except OSError:
        return False


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@cache
def _machine() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
