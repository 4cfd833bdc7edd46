"""The lock that allows one load at a time per workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from auditlib.errors import StoreLockedError
from auditlib.workspace.folder import Workspace

_LOADER_WAIT_SECONDS = 600


@contextmanager
def only_loader(workspace: Workspace) -> Iterator[None]:
    """Hold the load lock of a workspace; raise after some minutes of waiting for another load."""
    lock = FileLock(workspace.root / ".load.lock")
    try:
        with lock.acquire(timeout=_LOADER_WAIT_SECONDS):
            yield
    except Timeout as error:
        message = f"Another load into {workspace.root} has run for {_LOADER_WAIT_SECONDS // 60} minutes."
        raise StoreLockedError(message, hint="Wait for it, or end it, and load again.") from error
