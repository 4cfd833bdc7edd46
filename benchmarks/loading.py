"""What a small file costs in a large warehouse: python -m benchmarks.loading WORKSPACE CLAIMS.

A workspace that ``python -m benchmarks.made CLAIMS FOLDER`` was loaded into is copied; 83 claims with their
payments are loaded into the copy, then a month of a clinic (14 MB), whose account numbers collide with loaded
ones. Last come a thousand claims under one account number beside the same claims under numbers of their own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import shutil
import tempfile
from pathlib import Path

from auditlib.loading.load import load_files
from auditlib.warehouse import Warehouse, graph
from auditlib.workspace import Workspace
from benchmarks.made.claims import PART_CLAIM_COUNT
from benchmarks.made.parts import Plan, write
from benchmarks.measure import Taken, put, timed

SMALL, ALIKE = 83, 1_000
LOADED_AT = dt.datetime(2026, 11, 2)  # noqa: DTZ001 - stored times carry no zone


def loaded(workspace: Workspace, folder: Path) -> Taken:
    """Load a folder and return what that took."""
    return timed(lambda: load_files(workspace, [folder], loaded_at=LOADED_AT))[1]


def into(root: Path, claim_count: int) -> None:
    """Load a small file and a month into the workspace; parts of other numbers hold other claims."""
    workspace = Workspace.open(root)
    beyond = -(-claim_count // PART_CLAIM_COUNT)
    with tempfile.TemporaryDirectory(dir=root.parent) as made:
        for place, (name, count) in enumerate((("small file", SMALL), ("month", PART_CLAIM_COUNT))):
            folder = Path(made) / name
            number = beyond + place
            plan = Plan((number + 1) * count, part_claim_count=count)
            for _ in write(plan, folder, parts=range(number, number + 1)):
                pass
            taken = loaded(workspace, folder)
            print(f"{name}: {taken.processor:.2f} s of the processors, {taken.clock:.2f} s on the clock")
            put(f"{name}, processor s", taken.processor)


def under_one_number(folder: Path, count: int) -> None:
    """Load claims that share an account number, and the same ones that do not."""
    for name in ("apart", "alike"):
        files = folder / name
        for _ in write(Plan(count), files):
            pass
        if name == "alike":
            for path in files.iterdir():
                path.write_bytes(re.sub(rb"(?<=(?:CLM|CLP)\*)B\d{10}", b"B0000000001", path.read_bytes()))
        workspace = Workspace.create(folder / f"{name} workspace", fill=_build)
        taken = loaded(workspace, files)
        print(f"{count} claims {name}: {taken.processor:.2f} s of the processors")
        put(f"claims {name}, processor s", taken.processor)


def _build(warehouse: Warehouse) -> None:
    with warehouse.writing() as writer:
        graph.run(writer)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("claims", type=int, help="that it holds")
    parser.add_argument("--alike", type=int, default=ALIKE)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.workspace.parent) as folder:
        copy = Path(shutil.copytree(given.workspace, Path(folder) / "copy"))
        into(copy, given.claims)
        under_one_number(Path(folder), given.alike)


if __name__ == "__main__":
    main()
