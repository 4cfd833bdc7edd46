"""What somebody without permissions comes to: root, as tests run in a container, may write everywhere."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
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


def run_without_permissions(*command: str) -> str:
    """Run a program that may write only what its permissions say, root's too; return what it says."""
    preexec = _obey_permissions if os.geteuid() == 0 else None
    ran = subprocess.run(
        command, preexec_fn=preexec, capture_output=True, text=True, check=False, timeout=120
    )
    return ran.stdout + ran.stderr


def _obey_permissions() -> None:
    # What root starts may not override the permissions of files (prctl: drop a capability for good).
    drop_capability, override_permissions = 24, 1
    if ctypes.CDLL(None).prctl(drop_capability, override_permissions, 0, 0, 0):
        message = "permissions cannot be made to hold for root here"
        raise OSError(message)


def said_by_anybody(work: Callable[[], str]) -> str:
    """Return what is said by work in a process without permissions; it must use no library with threads."""
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
