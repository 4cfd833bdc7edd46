"""JupyterLab on a workspace: on this machine only, behind a token, asking nobody for news."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from auditlib.embedded import embedded_folder
from auditlib.errors import UsageError
from auditlib.workspace.folder import Workspace
from auditlib.workspace.locate import WORKSPACE_VARIABLE

_SOCKET_NAME_LENGTH = len("/kernel-00000000-0000-0000-0000-000000000000-ipc-5")
_LONGEST_SOCKET_PATH = 100
JUPYTERLAB_START = (
    "from auditlib.address_grammars import leave_out_address_grammars as leave_out; leave_out(); "
    "from jupyterlab.labapp import main; main()"
)
_SETTINGS = Path(__file__).parent / "lab_settings"


def copy_notebooks(workspace: Workspace) -> Path:
    """Copy the notebooks that the workspace lacks into it; return their folder."""
    folder = workspace.root / "notebooks"
    folder.mkdir(exist_ok=True)
    for source in sorted(embedded_folder("notebooks").glob("*.ipynb")):
        target = folder / source.name
        if not target.exists():
            shutil.copyfile(source, target)
    return folder


def lab_command(folder: Path, *, port: int, browser: bool) -> list[str]:
    """Return the command that starts JupyterLab on a folder of notebooks."""
    from auditlib.workbench.guarded_notebooks import GuardedNotebooks  # noqa: PLC0415 - Jupyter is slow to import

    return [
        sys.executable,
        "-c",
        JUPYTERLAB_START,
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        "--ServerApp.default_url=/lab/tree/00_start.ipynb",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--LabApp.app_settings_dir={_SETTINGS}",
        f"--ServerApp.contents_manager_class={GuardedNotebooks.__module__}.{GuardedNotebooks.__name__}",
        *_where_posix(),
    ]


def lab_environment(workspace: Workspace) -> dict[str, str]:
    """Return the environment in which the notebooks find the workspace and this installation's kernel.

    What IPython keeps of the cells that were run is kept in the workspace, not in the user's own folder.
    """
    root = workspace.root.resolve()
    return {
        **os.environ,
        WORKSPACE_VARIABLE: str(root),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(root / ".ipython"),
    }


def require_port(port: int) -> None:
    """Refuse a number that is no port.

    Raises
    ------
    UsageError
        If it is none.
    """
    if not 0 < port < 1 << 16:
        message = f"{port} is no port number."
        raise UsageError(message, hint="Ports are 1 to 65535.")


def open_lab(workspace: Workspace, *, port: int, browser: bool) -> int:
    """Run JupyterLab until it is stopped; return its exit code.

    Raises
    ------
    UsageError
        If the port is no port.
    """
    require_port(port)
    folder = copy_notebooks(workspace)
    command = lab_command(folder, port=port, browser=browser)
    environment = lab_environment(workspace)
    if os.name == "posix":
        # JupyterLab takes this process's place: whoever ends the one ends the other, kernels included.
        os.execve(command[0], command, environment)  # noqa: S606 - our own words, no shell
    return wait_for(command, environment)


def wait_for(command: list[str], environment: Mapping[str, str]) -> int:
    """Run a command until it ends, and return its exit code; Ctrl-C is left to it, which gets it too.

    `subprocess.call` would kill JupyterLab a quarter of a second after Ctrl-C, with its kernels running.
    """
    with subprocess.Popen(command, env=environment) as running:  # noqa: S603 - our own words, no shell
        while True:
            with suppress(KeyboardInterrupt):
                return running.wait()


def _where_posix() -> list[str]:
    if not hasattr(os, "geteuid"):
        return []
    # Containers often have no user but root, and the server listens to this machine alone.
    return [*_kernel_sockets(), *(["--allow-root"] if os.geteuid() == 0 else [])]


def _kernel_sockets() -> list[str]:
    # Sockets in the file system are no ports for others to knock at; but a socket's path has its limit.
    return ["--KernelManager.transport=ipc"] if are_socket_paths_short(jupyter_runtime_dir()) else []


def are_socket_paths_short(folder: str) -> bool:
    """Return True if the sockets of a kernel can be files of a folder: the system limits their paths."""
    return len(folder) + _SOCKET_NAME_LENGTH <= _LONGEST_SOCKET_PATH
