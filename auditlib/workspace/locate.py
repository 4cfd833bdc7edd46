"""Which workspace a command or a notebook works on, found as git finds its repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from auditlib.errors import UsageError
from auditlib.workspace.folder import CONFIG_NAME

WORKSPACE_VARIABLE: Final = "AUDITLIB_WORKSPACE"

HowFound = Literal["given", "AUDITLIB_WORKSPACE", "found from the current folder upwards"]


@dataclass(frozen=True, slots=True)
class FoundWorkspace:
    """A workspace's folder, and what it was found by."""

    path: Path
    how: HowFound


def find_workspace(named: Path | None, *, environment: Mapping[str, str], start: Path) -> FoundWorkspace:
    """Return the workspace named, else that of the environment, else the nearest above a folder.

    Parameters
    ----------
    named
        The folder that was given; whether it is a workspace shows when it is opened.
    environment
        Environment variables; ``AUDITLIB_WORKSPACE`` holds a folder.
    start
        The current folder; it and the folders above it are looked at, the nearest first.

    Raises
    ------
    UsageError
        If there is none.
    """
    if named is not None:
        return FoundWorkspace(named, "given")
    if from_environment := environment.get(WORKSPACE_VARIABLE):
        return FoundWorkspace(Path(from_environment), "AUDITLIB_WORKSPACE")
    absolute = start.absolute()
    for folder in (absolute, *absolute.parents):
        if (folder / CONFIG_NAME).is_file():
            return FoundWorkspace(folder, "found from the current folder upwards")
    message = f"No workspace was named, and neither {absolute} nor a folder above it is one."
    hint = f"Name it with -w WORKSPACE or in {WORKSPACE_VARIABLE}; 'auditlib init PATH' makes one."
    raise UsageError(message, hint=hint)
