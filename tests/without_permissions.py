"""What somebody without permissions comes to: root, as tests run in a container, may write everywhere."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65534


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that every user can reach, as those of pytest are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)
        shutil.rmtree(folder)


def said_by_anybody(work: Callable[[], str]) -> str:
    """Return what is said by work in a process without permissions."""
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        if os.geteuid() == 0:
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        try:
            os.write(writable, work().encode())
        except BaseException as error:  # noqa: BLE001 - this process must not become another pytest
            os.write(writable, repr(error).encode())
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as said:
        text = said.read()
    os.waitpid(child, 0)
    return text
