"""How long a report takes, one process from its start: python -m benchmarks.report.packs [WORKSPACE].

Without a workspace the demo's is made first. Each pack is written in the formats that it usually has, and the
audit's in all four, each time by a new process, as 'auditlib report' runs. The least of the rounds is shown:
what comes on top is the machine's other work.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from auditlib.workbench.demo import run_demo

ASKED = (
    ("audit",),
    ("audit", "--format", "html,xlsx,pdf,docx"),
    ("scorecard",),
    ("education",),
    ("workpaper",),
    ("denials",),
)


def measured(workspace: Path, asked: tuple[str, ...], audit: str | None) -> tuple[float, float, float]:
    """Return seconds on the clock, seconds of the processors and megabytes at the peak of one process."""
    named = ["--audit", audit] if audit is not None and asked[0] != "denials" else []
    command = [sys.executable, "-m", "auditlib", "-w", str(workspace), "report", "--pack", *asked, *named]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def run(workspace: Path, audit: str | None, rounds: int) -> None:
    """Print the table."""
    print(f"{'pack':34}{'seconds':>9}{'processor s':>13}{'MB':>7}")
    for asked in ASKED:
        taken = [measured(workspace, asked, audit) for _ in range(rounds)]
        seconds, processor, megabytes = (min(values) for values in zip(*taken, strict=True))
        print(f"{' '.join(asked):34}{seconds:9.1f}{processor:13.1f}{megabytes:7.0f}", flush=True)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--audit")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if given.workspace is not None:
        run(given.workspace, given.audit, given.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        run_demo(Path(folder) / "demo")
        run(Path(folder) / "demo", given.audit, given.rounds)


if __name__ == "__main__":
    main()
