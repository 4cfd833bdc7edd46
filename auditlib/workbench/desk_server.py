"""The server of the desk: Voila for one notebook, on this machine only, behind a token."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
import webbrowser
from html import escape
from pathlib import Path
from typing import Final

from jupyter_core.utils import run_sync
from traitlets.config import Config
from voila.app import Voila

from auditlib.workbench.lab import are_socket_paths_short

_ADDRESS: Final = "127.0.0.1"
# Scripts and styles of screens are in the page; all that it asks for comes from the server that made it.
_CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",
        f"connect-src 'self' data: blob: ws://{_ADDRESS}:*",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'self'",
    )
)
# How long a page may be without its connection before its Python process is ended.
_CLOSED_PAGE_SECONDS: Final = 30
_LAB_EXTENSIONS: Final = [
    "@voila-dashboards/widgets-manager8",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
]


class DeskServer(Voila):  # type: ignore[misc]  # Voila is not typed
    """Voila without the settings of other apps, which prints its address with the token."""

    opens_browser = True

    def load_config_file(self, *_words: object, **_named: object) -> None:
        """Leave the settings that somebody made for other apps alone."""

    def launch_browser(self) -> None:
        """Print the address, and open it unless that is not wanted; called once the server listens."""
        token = self.identity_provider.token
        address = f"{self.connection_url}?token={token}"
        print(f"The desk is at {address}\nCtrl-C stops it.", flush=True)  # noqa: T201 - a command prints
        if self.opens_browser:
            # The token must not be a word of another program's command line, which everybody can read.
            page = Path(self.connection_dir) / "open.html"
            page.write_text(
                f'<!doctype html><meta http-equiv="refresh" content="0;url={escape(address)}">',
                encoding="utf-8",
            )
            threading.Thread(target=webbrowser.open, args=(page.as_uri(),), daemon=True).start()

    def stop(self) -> None:
        """End the kernels, then remove what they were spoken to through."""
        run_sync(self.kernel_manager.shutdown_all)(now=True)
        shutil.rmtree(self.connection_dir, ignore_errors=True)


def serve(notebook: Path, *, port: int, browser: bool, theme: str) -> None:
    """Serve a notebook as an app until it is stopped."""
    settings = Config()
    settings.Voila.ip = _ADDRESS
    settings.Voila.port = port
    settings.Voila.auto_token = True
    settings.Voila.log_level = "ERROR"
    settings.Voila.tornado_settings = {"headers": {"Content-Security-Policy": _CONTENT_POLICY}}
    settings.VoilaConfiguration.template = "auditlib"
    settings.VoilaConfiguration.theme = theme
    settings.VoilaConfiguration.file_allowlist = []
    settings.VoilaConfiguration.extension_allowlist = _LAB_EXTENSIONS
    settings.VoilaConfiguration.http_keep_alive_timeout = 10
    # A closing page asks for the end of its kernel, but a killed browser sends no such request.
    settings.MappingKernelManager.cull_idle_timeout = _CLOSED_PAGE_SECONDS
    settings.MappingKernelManager.cull_interval = _CLOSED_PAGE_SECONDS // 3
    if os.name == "posix" and are_socket_paths_short(tempfile.gettempdir()):
        # Sockets in the file system are no ports for others to knock at.
        settings.KernelManager.transport = "ipc"
    DeskServer.opens_browser = browser
    DeskServer.launch_instance(argv=[str(notebook)], config=settings)
    sys.stdout.flush()
