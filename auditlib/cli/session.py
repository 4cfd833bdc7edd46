"""What every command gets beside its own arguments: the workspace, the progress bars, the choice of JSON."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from cyclopts import Parameter

from auditlib.progress import Progress, shown

if TYPE_CHECKING:
    from auditlib.workbench import Workbench
    from auditlib.workspace.locate import FoundWorkspace

USUAL_FOLDER: Final = Path("workspace")
"""Where the demo goes, and where a screen looks for a workspace, if none is named."""


@dataclass(frozen=True, slots=True)
class Session:
    """What was typed before the noun.

    Parameters
    ----------
    named
        The folder after ``-w``, or None.
    as_json
        Whether figures are printed for a program.
    engine
        What runs checks and measures, as ``spark:sc://host:15002``; None is the workspace's own DuckDB.
    """

    named: Path | None
    as_json: bool
    engine: str | None = None

    @property
    def command(self) -> str:
        """How a next command begins, with the workspace as it was typed: so it can be typed in turn."""
        return "auditlib" if self.named is None else in_workspace(self.named)

    def workbench(self) -> Workbench:
        """Open the workspace to read it."""
        return _opened(self._found().path, self.engine)

    def workbench_to_write(self) -> Workbench:
        """Open the workspace to write into it, and say which one that is."""
        found = self._found()
        workbench = _opened(found.path, self.engine)
        say_workspace(found.path, found.how)
        return workbench

    def workbench_to_start(self) -> Workbench:
        """Open the workspace whose screens are to be shown; one that is not there yet is made, without files.

        If none was named and none is found, it is `workspace` in the current folder.
        """
        from auditlib.errors import UsageError

        try:
            found = self._found()
            path, how = found.path, str(found.how)
        except UsageError:
            path, how = USUAL_FOLDER, "the usual folder"
        if path.exists() and not (path.is_dir() and not any(path.iterdir())):
            workbench = _opened(path, self.engine)
            say_workspace(path, how)
            return workbench
        from auditlib.workbench import Workbench

        say_workspace(path, f"{how}; made now, without files")
        with self.progress() as progress:
            return Workbench.create(path, progress=progress)

    def workbench_if_any(self) -> Workbench | None:
        """Open the workspace to read it, or return None where there is none and none was named."""
        from auditlib.errors import UsageError

        if self.named is not None:
            return self.workbench()
        try:
            return self.workbench()
        except UsageError:
            return None

    def progress(self) -> AbstractContextManager[Progress]:
        """Return bars, or silence where figures are printed for a program."""
        return shown(quiet=self.as_json)

    def _found(self) -> FoundWorkspace:
        from auditlib.workspace.locate import find_workspace

        return find_workspace(self.named, environment=os.environ, start=Path.cwd())


def in_workspace(path: Path) -> str:
    """Return how a command on a workspace begins."""
    return f'auditlib -w "{path}"' if " " in str(path) else f"auditlib -w {path}"


def say_workspace(path: Path, how: str) -> None:
    """Say which workspace is written into, beside the figures and not among them."""
    print(f"Workspace {path} ({how}).", file=sys.stderr)


def _opened(path: Path, engine: str | None) -> Workbench:
    from auditlib.workbench import Workbench

    return Workbench.open(path, engine=engine)


InSession: TypeAlias = Annotated[Session, Parameter(parse=False)]
"""The parameter by which a command gets its session; it is no option."""
