"""A real JupyterLab, driven by Chromium; skipped without a browser unless AUDITLIB_REQUIRE_BROWSER=1."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from auditlib.workbench.lab import JUPYTERLAB_START

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TOKEN = "a-token-for-this-test-run"
ROOT = Path(__file__).parents[2]
START_SECONDS = 60
STEP_MILLISECONDS = 30_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.ui)


def unavailable(reason: str) -> None:
    """Skip, or fail where the run demands a browser."""
    if os.environ.get("AUDITLIB_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{reason}, and AUDITLIB_REQUIRE_BROWSER=1 demands it")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = os.environ.get("AUDITLIB_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        unavailable("there is no Chromium on this machine")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the tests must collect without it
    except ImportError:
        unavailable("playwright is not installed")
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, as whom containers run; only our own pages are opened.
        launched = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield launched
        launched.close()


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its folder of notebooks, and its address."""

    folder: Path
    url: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def lab(browser: object) -> Iterator[Lab]:
    del browser  # no server without a browser to look at it
    # Kernel sockets are files below this folder, and a socket's path has about a hundred characters.
    home = Path(tempfile.mkdtemp(prefix="lab", dir="/tmp" if os.name == "posix" else None))
    folder = home / "notebooks"
    folder.mkdir()
    settings = home / "app" / "overrides.json"
    settings.parent.mkdir()
    no_news = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
    }
    settings.write_text(json.dumps(no_news))
    port = free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "run"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [
        sys.executable, "-c", JUPYTERLAB_START, "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True", f"--LabApp.app_settings_dir={settings.parent}",
        "--LabApp.extension_manager=readonly", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--KernelManager.transport=ipc", "--KernelRestarter.time_to_dead=0.3",
    ]  # fmt: skip
    log = home / "log.txt"
    with log.open("w") as output:
        server = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=folder
        )
    try:
        _wait_for_server(server, f"http://127.0.0.1:{port}", log)
        yield Lab(folder, f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def _wait_for_server(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/api?token={TOKEN}", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


class NotebookPage:
    """A notebook open in JupyterLab, with the review screen as output of its only cell."""

    def __init__(self, page: Page, kernel_file: Path) -> None:
        self.page = page
        self._kernel_file = kernel_file

    def run_all(self) -> None:
        self.wait_for_kernel()
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")

    def wait_for_kernel(self) -> None:
        self.page.wait_for_function(
            "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=STEP_MILLISECONDS,
        )

    @property
    def kernel_id(self) -> int:
        return int(self._kernel_file.read_text())

    def kill_kernel(self) -> None:
        os.kill(self.kernel_id, signal.SIGKILL)

    def wait_for_restart(self) -> None:
        """Wait until the server has put a new kernel in the place of the killed one, and close its dialog."""
        dialog = self.page.locator(".jp-Dialog")
        dialog.wait_for(timeout=STEP_MILLISECONDS)
        dialog.get_by_role("button").last.click()
        self.wait_for_kernel()

    @property
    def cell_count(self) -> int:
        return int(self.page.locator(".jp-Cell").count())


def open_in(page: Page, name: str) -> None:
    """Open a notebook in the JupyterLab of a page, and look at it."""
    page.evaluate(
        """async path => {
            const {commands, shell} = window.jupyterapp;
            shell.expandLeft();
            await commands.execute('docmanager:open', {path});
        }""",
        name,
    )
    page.wait_for_function("path => window.jupyterapp.shell.currentWidget?.context?.path === path", arg=name)


def use_theme(page: Page, name: str) -> None:
    """Change the theme, as 'JupyterLab Dark', wait until it stands, and leave the focus where it was.

    JupyterLab hides all it shows for a frame, from which the focus can be lost: keys would go nowhere.
    """
    focused = page.evaluate_handle("document.activeElement")
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name)
    page.locator(f"body[data-jp-theme-name='{name}']").wait_for(state="attached")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.locator(".jp-LabShell").wait_for()
    focused.evaluate("element => element.focus({preventScroll: true})")


def close_all_in(page: Page) -> None:
    """Close every notebook of a page without saving it, and end the kernels."""
    page.evaluate(
        """async () => {
            const {serviceManager, shell} = window.jupyterapp;
            [...shell.widgets('main')].forEach(widget => widget.dispose());
            await serviceManager.sessions.shutdownAll();
        }"""
    )


class SharedPage:
    """JupyterLab loaded once, which costs more than most tests: each opens its notebook in it."""

    def __init__(self, browser: Browser, lab: Lab) -> None:
        self._browser = browser
        self._lab = lab
        self._page: Page | None = None

    def open(self, name: str, *, width: int, height: int) -> Page:
        """Open a notebook as the only one."""
        if self._page is None:
            self._page = self._browser.new_page()
            self._page.set_default_timeout(STEP_MILLISECONDS)
            self._page.goto(f"{self._lab.url}/lab?token={TOKEN}&reset")
            # Before the scripts have run there is neither a splash nor an application.
            self._page.wait_for_function("window.jupyterapp?.restored")
            self._page.evaluate("window.jupyterapp.restored.then(() => true)")
            self._page.locator("#jupyterlab-splash").wait_for(state="detached")
        self._page.set_viewport_size({"width": width, "height": height})
        self._page.mouse.move(0, 0)
        open_in(self._page, name)
        return self._page

    def leave(self, *, is_sound: bool) -> None:
        """Close the notebook and end its kernel; after a test that failed, close the whole page."""
        if self._page is None:
            return
        close_all_in(self._page)
        if not is_sound or self._page.locator(".jp-Dialog").count():
            self.close()

    def close(self) -> None:
        if self._page is not None:
            self._page.close()
        self._page = None


@pytest.fixture(scope="session")
def shared_page(browser: Browser, lab: Lab) -> Iterator[SharedPage]:
    shared = SharedPage(browser, lab)
    yield shared
    shared.close()


_HAS_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[_HAS_FAILED] = True
    return report


@pytest.fixture
def open_notebook(
    request: pytest.FixtureRequest, browser: Browser, lab: Lab, shared_page: SharedPage, tmp_path: Path
) -> Iterator[Callable[..., NotebookPage]]:
    """Open a notebook of some cells and run it: in the page that tests share, or in one of its own."""
    own_pages: list[Page] = []
    opened: list[NotebookPage] = []

    def start(*cells: str, width: int = 1280, height: int = 900, in_own_page: bool = False) -> NotebookPage:
        kernel_file = tmp_path / "kernel.txt"
        note = f"import os, pathlib; pathlib.Path({str(kernel_file)!r}).write_text(str(os.getpid())); "
        sources = [note + cells[0], *cells[1:]]
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        name = f"{tmp_path.name}-{len(opened)}.ipynb"
        (lab.folder / name).write_text(nbformat.writes(notebook))
        if in_own_page or opened:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(STEP_MILLISECONDS)
            own_pages.append(page)
            page.goto(f"{lab.url}/lab/tree/{name}?token={TOKEN}&reset")
            page.wait_for_function("window.jupyterapp !== undefined")
            page.locator("#jupyterlab-splash").wait_for(state="detached")
        else:
            page = shared_page.open(name, width=width, height=height)
        opened.append(NotebookPage(page, kernel_file))
        opened[-1].run_all()
        return opened[-1]

    yield start
    for page in own_pages:
        page.evaluate("window.jupyterapp?.serviceManager.sessions.shutdownAll()")
        page.close()
    shared_page.leave(is_sound=not request.node.stash.get(_HAS_FAILED, False))
