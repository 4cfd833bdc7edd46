"""The same workspace gives the same files, whatever its folder, time zone, language and process."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from auditlib.report import WRITERS
from tests.made_once import demo_workspace
from tests.report.reports import findings, letter, report

ROOT = Path(__file__).parents[2]
WRITE = """
import datetime as dt, hashlib, json, sys, time
from pathlib import Path
from auditlib.report import WRITERS
from auditlib.workbench import Workbench

workspace, out = Path(sys.argv[1]), Path(sys.argv[2])
moment = dt.datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=dt.timezone.utc)
bench = Workbench.open(workspace, user="an auditor", clock=lambda: moment)
contents = bench.reports.contents()
texts = {}
for ending, write in WRITERS.items():
    for name, options in {"plain": {}, "outside": {"suppress_below": 11, "deidentified": True}}.items():
        path = write(out / f"{name}.{ending}", contents, **options)
        texts[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
print(json.dumps(texts))
"""


def hashes(workspace: Path, out: Path, **environment: str) -> dict[str, str]:
    """The SHA-256 of each file that another process writes of a workspace."""
    out.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", WRITE, str(workspace), str(out)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=out, check=True, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.slow
def test_copies_of_a_workspace_give_the_same_bytes(tmp_path: Path) -> None:
    here, there = tmp_path / "a" / "workspace", tmp_path / "another folder" / "w"
    for place in (here, there):
        demo_workspace(place)
    first = hashes(here, tmp_path / "one", TZ="Pacific/Auckland", LC_ALL="C", PYTHONHASHSEED="1")
    second = hashes(there, tmp_path / "two", TZ="America/Denver", LC_ALL="de_DE.UTF-8", PYTHONHASHSEED="2")
    assert first == second
    assert len(first) == 2 * len(WRITERS)
    for path in (tmp_path / "one").iterdir():
        held = path.read_bytes()
        assert str(tmp_path).encode() not in held
        assert str(ROOT).encode() not in held


@pytest.mark.parametrize("ending", WRITERS)
def test_a_report_and_a_letter_give_the_same_bytes_at_any_time(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for contents in (report(findings()), report(findings(), letter=letter())):
        hashes = set()
        for zone in ("Asia/Tokyo", "America/Lima"):
            monkeypatch.setenv("TZ", zone)
            if hasattr(time, "tzset"):
                time.tzset()
            path = WRITERS[ending](tmp_path / f"{zone[:4]}.{ending}", contents)
            hashes.add(hashlib.sha256(path.read_bytes()).hexdigest())
        assert len(hashes) == 1


def test_another_day_gives_other_bytes(tmp_path: Path) -> None:
    contents = report(findings())
    later = replace(contents, made_at=contents.made_at + dt.timedelta(days=1))
    for ending, write in WRITERS.items():
        first, second = (write(tmp_path / f"{n}.{ending}", c) for n, c in enumerate((contents, later)))
        assert first.read_bytes() != second.read_bytes()
