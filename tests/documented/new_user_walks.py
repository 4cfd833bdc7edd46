"""Four users' first hours, with README alone at hand: commands, mistypings, and pictures of the screens.

``python -m tests.documented.new_user_walks FOLDER`` makes the demo, and a folder for each user with files of
their own and a copy of the demo; it types what is below, and writes what was printed into FOLDER/USER.txt.
With ``--pictures`` it also walks the desk in Chromium (`tests.documented.desk_walks`) and keeps a picture of
each screen in light and in dark. docs/new_user_walks.md says where each walk stopped, and what was mended.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.documented.desk_walks import walk_desks
from tools.example_files import example_files
from tools.pictures import THEMES

ROOT: Final = Path(__file__).parents[2]
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
        "? auditlib -w demo universe freeze er --class emergancy",
        "auditlib -w demo universe freeze er --class emergency",
        "auditlib -w demo sample draw er --seed 41352 --count 30 --spares 5 --universe er",
        "auditlib -w demo sample verify er",
        "? auditlib -w demo audit estimate dmo",
        "auditlib -w demo audit estimate demo",
        "auditlib -w demo report demo",
        "auditlib -w demo ledger verify",
    ),
    "coding_manager": (
        "auditlib init W",
        "? auditlib -w W load encounter.csv",
        "auditlib -w W load encounters.csv encounter_codes.csv documents.ndjson",
        "auditlib -w W check",
        "? auditlib -w W audit compare",
        "? auditlib -w W sample draw coders --seed 2718 --count 40 --stratify-by coder",
        "auditlib -w W sample draw coders --seed 2718 --count 40 --stratify-by coder_id",
        "auditlib -w W audit list",
        "auditlib -w demo workspace summary",
        "auditlib -w demo audit list",
        "auditlib -w demo accuracy --target 0.95",
        "auditlib -w demo accuracy --by coder --target 0.95",
        "auditlib -w demo accuracy --by month",
        "? auditlib -w demo accuracy --by codr",
        "auditlib -w demo audit compare demo",
        "auditlib -w demo audit rebuttals demo",
        'auditlib -w demo report "2026 Q1" --pack scorecard',
        "auditlib -w demo report demo --pack education --coder C10",
        "? auditlib -w demo report demo --pack education --coder C99",
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
        "auditlib -w demo denials rate --by payer",
        "? auditlib -w demo denials rate --by pair",
        "auditlib -w demo denials findings",
        "auditlib -w demo denials caught",
        "auditlib -w demo checks back-test",
        "auditlib -w demo denials worklist",
        "auditlib -w demo report --pack denials",
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
        "? auditlib -w W codesets show M17.1X9",
        "auditlib -w W practice list course",
        "auditlib -w W practice start course --learner Ada --case C02",
        "? auditlib -w demo practice list casebock",
        "auditlib -w demo practice list casebook",
        "auditlib -w demo practice score casebook",
    ),
}
"""What each user types: W holds files of their own, demo is a copy of the demo."""
AFTER_THE_DESK: Final[dict[str, tuple[str, ...]]] = {
    "auditor": (
        "auditlib -w first audit list",
        "auditlib -w first audit estimate q1",
        "auditlib -w first report q1",
        "auditlib -w first ledger verify",
    ),
    "coding_manager": ("auditlib -w W accuracy --by coder",),
    "denial_analyst": ("auditlib -w W denials worklist",),
    "student": ("auditlib -w W practice score casebook --learner Ada",),
}
"""What is typed once the desk was walked, of what was done there."""


def lay_out(user: str, folder: Path) -> None:
    """Put a user's own files into an empty folder."""
    folder.mkdir(parents=True)
    files = example_files(2026)
    if user == "auditor":
        for name in ("carrier.txt", "outpatient.txt", "inpatient.txt"):
            (folder / name).write_text(files[name], encoding="utf-8")
    if user == "coding_manager":
        for path in (ROOT / "data" / "encounters").iterdir():
            shutil.copy(path, folder)
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
    if user == "student":
        # What a teacher hands out is a folder of cases.
        shutil.copytree(ROOT / "data" / "practice" / "casebook", folder / "course")


def type_in(folder: Path, commands: Sequence[str]) -> list[str]:
    """Type commands in a folder; return what was typed and printed, and every surprise.

    A command that ends otherwise than it should is a surprise, and so is a warning of the program's own, or a
    refusal without what to do.
    """
    lines: list[str] = []
    environment = {name: value for name, value in os.environ.items() if name != "AUDITLIB_WORKSPACE"}
    for typed in commands:
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
        # A load ends with 1 where something was not loaded, which is no refusal if other records were.
        is_otherwise = not done.returncode if is_refused else done.returncode > 1
        # A message has a second line, indented: what to do.
        is_helpless = is_refused and "\n  " not in done.stdout + done.stderr
        if is_otherwise or is_helpless or "Warning" in done.stderr:
            lines.append("SURPRISE")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk as each user; return how many surprises there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--user", choices=WALKS, action="append")
    parser.add_argument("--demo", type=Path, help="a demo that is there, instead of a new one")
    parser.add_argument("--pictures", action="store_true", help="walk the desk, too")
    parser.add_argument("--theme", choices=THEMES, action="append", help="of the desk; by default both")
    given = parser.parse_args(arguments)
    to = given.folder.absolute()
    to.mkdir(parents=True, exist_ok=True)
    demo = given.demo
    if demo is None:
        demo = to / "demo"
        (to / "demo.txt").write_text("\n".join(type_in(to, ["auditlib demo demo"])), encoding="utf-8")
    # Kernels of the desk are to run this tree.
    os.environ["PYTHONPATH"] = str(ROOT)
    surprises = 0
    for user in given.user or WALKS:
        folder = to / user
        lay_out(user, folder)
        shutil.copytree(demo, folder / "demo")
        lines = type_in(folder, WALKS[user])
        if given.pictures:
            themes = given.theme or THEMES
            lines += ["", "On the desk:", *walk_desks(user, folder, to, themes)]
            # In dark the desk works on copies.
            lines += type_in(folder, AFTER_THE_DESK[user]) if "light" in themes else []
        (to / f"{user}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        count = sum(line.startswith("SURPRISE") for line in lines)
        surprises += count
        sys.stdout.write(f"{user}: {len(WALKS[user])} commands, {count} surprises\n")
    return surprises


if __name__ == "__main__":
    sys.exit(main())
