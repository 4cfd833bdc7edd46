"""Commands and verdicts killed at any moment: python -m tests.soak --kills 200, which is make soak.

Every round starts one command, or one reviewer who records verdict after verdict, and kills it (SIGKILL)
after a while drawn by chance. What it wrote down as acknowledged must be in the ledger afterwards, the ledger
must verify, and the same command must run through when it is started again. Half of the kills are on a
workspace whose ledger is a SQLite file, half on one whose ledger is in PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from auditlib.workspace import Workspace
from tests.postgresql_server import PostgresqlMissingError, running_server
from tests.x12_texts import professional_claims

REVIEWER = "reviewer"
# Writes down each verdict once the session has acknowledged it.
REVIEWING = """
import sys
from auditlib import Workbench
from auditlib.review import Verdict
wb = Workbench.open(sys.argv[1], user="reviewer")
session = wb.audit("s0").session(encounter_ids=[f"C{number:02}" for number in range(12)])
number = int(sys.argv[2])
while True:
    for encounter_id in session.encounter_ids:
        session.state_record(encounter_id, "reviewed elsewhere", place=f"{number}", recorded_at=wb.now())
        for code in session.assigned(encounter_id):
            number += 1
            verdict = Verdict(encounter_id, "agree", code.code_number, code_system=code.code_system,
                              code=code.code, comment=f"look {number}")
            print(session.decide(verdict, recorded_at=wb.now()).event_number, flush=True)
"""
LONGEST_SECONDS = 4.0


@dataclass
class Soaked:
    """What came of the kills on one workspace."""

    acknowledged: set[int] = field(default_factory=set)
    found: set[int] = field(default_factory=set)
    kills: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    @property
    def lost(self) -> set[int]:
        return self.acknowledged - self.found


def make_workspace(root: Path, ledger_url: str | None) -> Workspace:
    Workspace.create(root)
    if ledger_url is not None:
        (root / "ledger.db").unlink()
        with (root / "workspace.toml").open("a") as config:
            config.write(f"ledger_url = {json.dumps(ledger_url)}\n")
    claims = [(f"C{number:02}", "100.00") for number in range(12)]
    (root / "claims.edi").write_text(professional_claims(claims))
    run_through(root, "load", str(root / "claims.edi"))
    return Workspace.open(root)


def commands(root: Path, elsewhere: Path, draw: random.Random) -> dict[str, Callable[[], list[str]]]:
    """Return what is killed, each as the words of a command."""
    number = iter(range(1, 10_000))
    return {
        "load": lambda: ["load", str(root / "claims.edi")],
        "check": lambda: ["check"],
        "sample": lambda: [
            "sample",
            "draw",
            f"s{next(number)}",
            "--count",
            "5",
            "--seed",
            str(draw.random()),
        ],
        "report": lambda: ["report", "s0"],
        "export": lambda: ["audit", "export", "s0"],
        "verify": lambda: ["ledger", "verify"],
        "anchor": lambda: ["ledger", "anchor"],
        "backup": lambda: ["backup", str(elsewhere), "--ledger-only"],
        "init": lambda: ["init", str(root)],
    }


def run_through(root: Path, *words: str) -> str:
    """Run a command to its end; return what it said if it failed."""
    command = [sys.executable, "-m", "auditlib", "-w", str(root), *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    return "" if ran.returncode in (0, 1) else f"{' '.join(words)}: {ran.stderr.strip().splitlines()[-2:]}"


def soak(
    workspace: Workspace, elsewhere: Path, kill_count: int, seed: int, *, verdict_share: float
) -> Soaked:
    """Kill so many processes, and compare what they acknowledged with what is found."""
    draw, soaked = random.Random(seed), Soaked()
    of_commands = commands(workspace.root, elsewhere, draw)
    if said := run_through(workspace.root, "sample", "draw", "s0", "--count", "5", "--seed", "1"):
        soaked.failed.append(said)
    for kill_number in range(kill_count):
        is_review = draw.random() < verdict_share
        name = "verdicts" if is_review else draw.choice(sorted(of_commands))
        words = [] if is_review else of_commands[name]()
        program = ["-c", REVIEWING, str(workspace.root), str(kill_number * 10_000)]
        command = program if is_review else ["-m", "auditlib", "-w", str(workspace.root), *words]
        process = subprocess.Popen(
            [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        acknowledged = []
        if is_review:
            acknowledged.append(process.stdout.readline())
            assert acknowledged[0].strip(), "the reviewer could not begin"
            time.sleep(draw.random() * 0.5)
        else:
            time.sleep(draw.random() * LONGEST_SECONDS)
        process.kill()
        output = process.stdout.read()
        process.wait()
        process.stdout.close()
        soaked.kills[name] += 1
        if is_review:
            soaked.acknowledged |= {int(line) for line in (*acknowledged, *output.split()) if line.strip()}
        ledger = workspace.ledger()
        ledger.verify()
        soaked.found = {event.event_number for event in ledger.events()}
        if words and name not in {"load", "init"} and (said := run_through(workspace.root, *words)):
            soaked.failed.append(said)
    return soaked


def main() -> int:
    """Read the arguments, and print what was acknowledged, found and lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=19)
    given = parser.parse_args()
    lost_count = failed_count = 0
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as running:
        home = Path(temporary)
        urls: dict[str, str | None] = {"SQLite": None}
        try:
            server = running.enter_context(running_server())
            urls["PostgreSQL"] = server.make_reviewers_ledger("soak")
        except PostgresqlMissingError as error:
            print(f"PostgreSQL: {error}")
            failed_count += 1
        for name, url in urls.items():
            workspace = make_workspace(home / name, url)
            half = given.kills // 2
            soaked = soak(workspace, home / f"{name} backups", half, given.seed, verdict_share=0.5)
            killed = ", ".join(f"{count} {what}" for what, count in soaked.kills.most_common())
            print(
                f"{name}: {half} killed ({killed}); "
                f"{len(soaked.acknowledged):,} acknowledged, "
                f"{len(soaked.acknowledged & soaked.found):,} found, {len(soaked.lost)} lost"
            )
            for said in soaked.failed:
                print(f"  failed afterwards: {said}")
            lost_count += len(soaked.lost)
            failed_count += len(soaked.failed)
    print(f"lost: {lost_count}; commands that failed afterwards: {failed_count}")
    return int(bool(lost_count or failed_count))


if __name__ == "__main__":
    sys.exit(main())
