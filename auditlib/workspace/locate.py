"""Which workspace is meant: the one named, else that of the environment, else the nearest one upwards."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from auditlib.errors import UsageError
from auditlib.workspace.folder import CONFIG_NAME

WORKSPACE_VARIABLE = "AUDITLIB_WORKSPACE"


@dataclass(frozen=True, slots=True)
class LocatedWorkspace:
    """A workspace's folder, and how it was chosen, in words."""

    path: Path
    how: str


def find_workspace(
    named: Path | None = None, *, environment: Mapping[str, str] | None = None, start: Path | None = None
) -> LocatedWorkspace:
    """Return the workspace that is meant.

    Parameters
    ----------
    named
        The folder that was named, or None.
    environment
        Environment variables; by default those of this process.
    start
        The folder from which the nearest workspace is looked for upwards; by default the current one.

    Raises
    ------
    UsageError
        If none is named and none lies at or above the current folder.
    """
    if named is not None:
        return LocatedWorkspace(named, "as named")
    variable = (os.environ if environment is None else environment).get(WORKSPACE_VARIABLE)
    if variable:
        return LocatedWorkspace(Path(variable), f"from {WORKSPACE_VARIABLE}")
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / CONFIG_NAME).is_file():
            return LocatedWorkspace(folder, "the nearest one from the current folder upwards")
    message = "No workspace was named, and none is at or above the current folder."
    hint = f"Name one with -w FOLDER, set {WORKSPACE_VARIABLE}, or make one with 'auditlib -w FOLDER init'."
    raise UsageError(message, hint=hint)
