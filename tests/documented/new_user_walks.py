"""Four users' first hours, with README alone at hand: commands, mistypings, and pictures of the screens.

``python -m tests.documented.new_user_walks FOLDER`` makes a folder for each user with files of their own,
types what is below, and writes what was printed into FOLDER/USER.txt. With ``--pictures`` it opens the desk
in Chromium too, presses keys, and keeps a picture of each screen in light and in dark. docs/new_user_walks.md
says where each walk stopped, and what was mended.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.example_files import example_files

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT: Final = Path(__file__).parents[2]
_TOKEN: Final = "a-walk"
_CHARGES: Final = """Acct No,MRN,DOS,Payer,CPT,Mod,Units,Chg Amt,Dx 1,Dx 2
7001,M1,01/05/2026,Birch Lake Plan,99213,25,1,$161.00,I10,E11.9
7001,M1,01/05/2026,Birch Lake Plan,36415,,1,$18.25,I10,
7002,M2,01/25/2026,Birch Lake Plan,99214,,1,$227.50,E11.9,
7003,M3,13/45/2026,Birch Lake Plan,99212,,1,$101.50,J06.9,
"""

# A line that begins with "?" is a mistyping, or asks too early: it must be refused, with what to do.
WALKS: Final[dict[str, tuple[str, ...]]] = {
    "auditor": (
        "? auditlib load carrier.txt",
        "auditlib init W",
        "auditlib -w W load carrier.txt outpatient.txt inpatient.txt",
        "? auditlib -w W load carier.txt",
        "auditlib -w W files list",
        "auditlib -w W check",
        "? auditlib -w W universe freeze visits --encounter-class office",
        "auditlib -w W universe freeze visits --class office",
        "auditlib -w W sample size attribute --rate 0.2 --width 0.2 --universe 240",
        "? auditlib -w W sample draw q1 --count 12 --universe visits",
        "auditlib -w W sample draw q1 --seed 41352 --count 12 --universe visits",
        "auditlib -w W sample verify q1",
        "auditlib -w W audit record q1",
        "? auditlib -w W audit estimate q1",
        "auditlib -w W audit list",
        "auditlib -w W ledger verify",
    ),
    "coding_manager": (
        "auditlib demo practice",
        "auditlib -w practice workspace summary",
        "auditlib -w practice accuracy --by coder --target 0.95",
        "auditlib -w practice accuracy --by month",
        "? auditlib -w practice accuracy --by codr",
        "auditlib -w practice audit compare",
        "auditlib -w practice audit rebuttals demo",
        "auditlib -w practice report demo --pack education --coder C10",
        "? auditlib -w practice report demo --pack education --coder C99",
    ),
    "denial_analyst": (
        "auditlib init W",
        "auditlib -w W load claims remittances explanations.ndjson",
        "? auditlib -w W load charges.csv",
        "auditlib -w W load --suggest-mapping charges.csv > map.yaml",
        "auditlib -w W load charges.csv --mapping map.yaml --dry-run",
        "auditlib -w W load charges.csv --mapping map.yaml",
        "auditlib -w W files not-loaded",
        "auditlib -w W denials rate --by payer",
        "? auditlib -w W denial rate",
        "? auditlib -w W denials rates",
        "auditlib -w W denials reasons",
        "auditlib -w W denials findings",
        "auditlib -w W check",
        "auditlib -w W denials caught",
        "auditlib -w W denials worklist --out work.xlsx",
        'auditlib -w W denials note E01481 "Authorization asked for."',
        "auditlib -w W denials takebacks",
        "auditlib -w W reconcile",
    ),
    "student": (
        "? auditlib practice start casebook --learner Ada",
        "auditlib init W",
        "auditlib -w W practice list",
        "auditlib -w W practice list casebook",
        "? auditlib -w W practice start casebok --learner Ada",
        "auditlib -w W practice start casebook --learner Ada --case C01",
        "auditlib -w W practice score casebook",
        "auditlib -w W codesets search osteoarthritis right knee",
        "auditlib -w W codesets show M17.11",
    ),
}
# What is pressed on the start screen of the desk, each on a fresh one, with a picture after each.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "auditor": ("Enter", "2", "r"),
    "coding_manager": ("4",),
    "denial_analyst": ("3",),
    "student": ("5",),
}


def lay_out(user: str, folder: Path) -> None:
    """Put a user's own files into an empty folder."""
    folder.mkdir(parents=True)
    files = example_files(2026)
    if user == "auditor":
        for name in ("carrier.txt", "outpatient.txt", "inpatient.txt"):
            (folder / name).write_text(files[name], encoding="utf-8")
    if user == "denial_analyst":
        (folder / "explanations.ndjson").write_text(files["explanations.ndjson"], encoding="utf-8")
        (folder / "charges.csv").write_text(_CHARGES, encoding="utf-8")
        for kind, names in {
            "claims": "837P_2026-0[23].edi",
            "remittances": "835_P0[48]_2026-0[2-5].edi",
        }.items():
            (folder / kind).mkdir()
            for path in (ROOT / "data" / kind).glob(names):
                shutil.copy(path, folder / kind)


def walk(user: str, folder: Path) -> list[str]:
    """Type a user's commands in a folder; return what was typed and printed, and every surprise.

    A command that ends otherwise than it should is a surprise, and so is a refusal without what to do.
    """
    lines: list[str] = []
    environment = {name: value for name, value in os.environ.items() if name != "AUDITLIB_WORKSPACE"}
    for typed in WALKS[user]:
        is_refused = typed.startswith("? ")
        words = shlex.split(typed.removeprefix("? "))
        to_file = words[-1] if ">" in words else None
        words = words[: words.index(">")] if to_file else words
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=folder,
            env={**environment, "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
            capture_output=True,
            text=True,
            check=False,
        )
        lines += ["", f"$ {typed.removeprefix('? ')}", *done.stdout.splitlines(), *done.stderr.splitlines()]
        lines.append(f"[ended with {done.returncode} after {time.monotonic() - started:.1f} s]")
        if to_file:
            (folder / to_file).write_text(done.stdout, encoding="utf-8")
        # A message has a second line, indented: what to do.
        if is_refused != (done.returncode > 1) or (is_refused and "\n  " not in done.stderr):
            lines.append("SURPRISE")
    return lines


def pictures(user: str, workspace: Path, to: Path) -> list[str]:
    """Open the desk in both themes, press a user's keys, and keep a picture after each.

    Returns
    -------
    list of str
        Names of the pictures, and errors that the browser's console shows.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only pictures need it

    made: list[str] = []
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for theme in ("light", "dark"):
            with _desk(workspace, theme) as address:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.on("pageerror", _noting(made))
                for key in ("", *KEYS[user]):
                    page.goto(address)
                    page.locator(".auditlib-start .next").wait_for(timeout=90_000)
                    made.append(_pressed(page, key, to / f"{user}_{key or 'start'}_{theme}.png"))
                page.close()
        browser.close()
    return made


def _noting(made: list[str]) -> Callable[[object], None]:
    return lambda error: made.append(f"page error: {error}")


def _pressed(page: Page, key: str, picture: Path) -> str:
    if key:
        page.locator(".auditlib-start").focus()
        page.keyboard.press(key)
        page.wait_for_timeout(6_000)
    page.screenshot(path=picture)
    return picture.name


@contextmanager
def _desk(workspace: Path, theme: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = ["desk", str(workspace), "--no-browser", "--port", str(port), "--theme", theme]
    server = subprocess.Popen(
        [sys.executable, "-m", "auditlib", *words],
        env={**os.environ, "JUPYTER_TOKEN": _TOKEN, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/?token={_TOKEN}"
    try:
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(address: str) -> None:
    last = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(address, timeout=120):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > last:
                raise
            time.sleep(0.2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk as each user; return how many surprises there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--user", choices=WALKS, action="append")
    given = parser.parse_args(arguments)
    to = given.folder.absolute()
    surprises = 0
    for user in given.user or WALKS:
        lay_out(user, to / user)
        lines = walk(user, to / user)
        if given.pictures:
            workspace = to / user / ("practice" if user == "coding_manager" else "W")
            lines += ["", "Pictures:", *pictures(user, workspace, to)]
        (to / f"{user}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        surprises += lines.count("SURPRISE")
        sys.stdout.write(f"{user}: {len(WALKS[user])} commands, {lines.count('SURPRISE')} surprises\n")
    return surprises


if __name__ == "__main__":
    sys.exit(main())
