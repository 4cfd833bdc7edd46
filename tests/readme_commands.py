"""The commands of the walk, the README's among them, run by ``python -m tests.readme_commands FOLDER``.

They are taken from its code blocks; the files that they name are made, and words in capitals replaced.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from pathlib import Path
from unittest import mock

from auditlib.cli import main
from auditlib.review import Verdict
from auditlib.workbench import Workbench

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
WALK = ROOT / "docs" / "reference" / "walk.md"
_ACCOUNT = "A0001"
_MOMENT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
_CLAIMED = "718 643 247 236 821 650 257 141 301 22"


def commands_of(page: Path) -> Iterator[list[str]]:
    """Yield the words of every command line in a page's code blocks, its comment left out."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] in {"auditlib", "export"}:
                yield words


def prepare(folder: Path) -> None:
    """Put the files that the walk names into a folder: one month of the embedded data, and small tables."""
    for kind, names in {"claims": "837*_2025-11.edi", "remittances": "835_*_2025-1[12].edi"}.items():
        (folder / kind).mkdir()
        for path in (ROOT / "data" / kind).glob(names):
            shutil.copy(path, folder / kind)
    for name in ("A0001", "A0011"):
        shutil.copytree(ROOT / "data" / "charts" / name, folder / "charts" / name)
    texts = {
        "charges.csv": "Acct No,DOS,CPT,Chg Amt,Dx 1\nZ1,01/05/2026,99213,$10.00,I10\n",
        "cpt.csv": "Code,Title\n99213,Invented title of a visit\n",
        "probe.csv": "examined,audited\n100,80\n120,120\n90,45\n110,110\n95,0\n",
        "reviewed.csv": "examined,audited\n" + "400,300\n" * 12 + "400,400\n" * 38,
        "claimed.txt": _CLAIMED.replace(" ", "\n") + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def review(folder: Path) -> None:
    """Do what an auditor does in notebook 04, and price what was found."""
    audit = Workbench.open(folder / "W").audit("q1")
    session = audit.session("auditor")
    for encounter_id in session.encounter_ids:
        if session.encounter_id != encounter_id or not session.is_opened(encounter_id):
            session.open_chart(encounter_id, recorded_at=_MOMENT)
        if session.needs_record_statement(encounter_id):
            session.state_record(encounter_id, "reviewed elsewhere", place="paper chart", recorded_at=_MOMENT)
        for code in session.assigned(encounter_id):
            verdict = Verdict(
                encounter_id,
                "agree",
                code_number=code.code_number,
                code_system=code.code_system,
                code=code.code,
            )
            session.decide(verdict, recorded_at=_MOMENT)
        session.complete_chart(encounter_id, recorded_at=_MOMENT, go_on=False)
    rows = "".join(f"{encounter_id},100,100\n" for encounter_id in session.encounter_ids)
    (folder / "priced.csv").write_text("unit_id,examined,audited\n" + rows, encoding="utf-8")


def own_word(word: str, folder: Path) -> str:
    """Return a user's own word in the place of one in capitals."""
    if word == "NUMBER":
        return _ACCOUNT
    if word == "UNIT":
        manifest = Workbench.open(folder / "W").audit("q1").manifest
        return next(unit.unit_id for unit in manifest.selected if unit.role == "sample")
    if word == "BACKUP":
        (backup,) = (folder / "backups").iterdir()
        return str(backup)
    if word == "COUNT:HASH":
        return str(Workbench.open(folder / "W").ledger.verify().anchor)
    return word


def run_readme(folder: Path) -> list[str]:
    """Run every command in a folder, and return them; in place of JupyterLab and desk, the review is done.

    Raises
    ------
    AssertionError
        If a command does not end with 0.
    """
    prepare(folder)
    done = []

    def reviewed_in_lab(*_: object, **__: object) -> int:
        review(folder)
        return 0

    with (
        chdir(folder),
        mock.patch("auditlib.workbench.lab.open_lab", reviewed_in_lab),
        mock.patch("auditlib.workbench.desk.open_desk"),
        mock.patch.dict(os.environ),
    ):
        for program, *words in commands_of(WALK):
            if program == "export":
                os.environ.update([words[0].split("=", 1)])
                continue
            arguments = [own_word(word, folder) for word in words]
            written_to = arguments[-1] if ">" in arguments else None
            printed = io.StringIO()
            with redirect_stdout(printed):
                code = main(arguments[: arguments.index(">")] if written_to else arguments)
            assert code == 0, f"{' '.join(arguments)} ended with {code}"
            if written_to:
                Path(written_to).write_text(printed.getvalue(), encoding="utf-8")
            done.append(" ".join(arguments))
    return done


if __name__ == "__main__":
    sys.stdout.write("\n".join(run_readme(Path(sys.argv[1]))) + "\n")
