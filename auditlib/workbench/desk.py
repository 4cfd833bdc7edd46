"""The desk: start screen and reviews as an app in a browser, without code cells, by Voila."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from auditlib.address_grammars import leave_out_address_grammars
from auditlib.errors import MissingExtraError
from auditlib.workbench.lab import lab_environment, require_port
from auditlib.workbench.workbench import Workbench
from auditlib.workspace.folder import Workspace

if TYPE_CHECKING:
    from auditlib.widgets import StartScreen

Theme = Literal["light", "dark"]
APP: Final = Path(__file__).parent / "desk_app"
_FROM_VARIABLE: Final = "AUDITLIB_DESK_FROM"


def require_desk() -> None:
    """Refuse the desk where what serves it is not installed.

    Raises
    ------
    MissingExtraError
        If Voila is not installed.
    """
    if find_spec("voila") is None:
        purpose = "Opening the desk"
        raise MissingExtraError(purpose, "desk")


def open_desk(workspace: Workspace, *, port: int, browser: bool, theme: Theme) -> None:
    """Serve the desk of a workspace until it is stopped from the keyboard.

    Parameters
    ----------
    workspace
        The workspace.
    port
        First port to try, on this machine's own address alone.
    browser
        Whether to open a browser; its address is printed in any case.
    theme
        The colours.

    Raises
    ------
    UsageError
        If the port is no port.
    MissingExtraError
        If Voila is not installed.
    """
    require_port(port)
    require_desk()
    # Kernels inherit it; templates are looked for where JUPYTER_PATH says, before all other places.
    places = [str(APP), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    os.environ.update(lab_environment(workspace))
    os.environ.update({"JUPYTER_PATH": os.pathsep.join(places), _FROM_VARIABLE: str(Path.cwd())})
    leave_out_address_grammars()
    from auditlib.workbench.desk_server import serve  # noqa: PLC0415 - it imports the extra

    serve(APP / "desk.ipynb", port=port, browser=browser, theme=theme)


def desk_screen() -> StartScreen:
    """Return what the app shows, in the kernel of a page: the start screen of the workspace."""
    # Paths that are typed there mean what they mean where the command was typed.
    os.chdir(os.environ.get(_FROM_VARIABLE, "."))
    return Workbench.open().start()
