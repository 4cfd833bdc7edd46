"""Load 837P files of growing size: ``python -m benchmarks.x12.grow [MEGABYTES ...]``.

Each is loaded into a new workspace by a process of its own. Printed are the seconds on the clock and of the
processors, what that is per megabyte, and the most memory that the process held: the cost of a megabyte
should stay the same, and a gigabyte should stay below two of memory. Last come 500 small files of all kinds
in one load.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.made.parts import file_of

_SMALL_FILES, _SMALL_BYTE_COUNT = 500, 50_000
_KINDS = ("837P", "837I", "835")


def measured(path: Path) -> str:
    """Load a file or folder and return a row of the table."""
    command = [sys.executable, str(Path(__file__).with_name("readers.py")), "auditlib_load", str(path), "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    outcome = json.loads(done.stdout.splitlines()[-1])
    if "error" in outcome:
        raise SystemExit(outcome["error"])
    files = [path] if path.is_file() else list(path.iterdir())
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    seconds, processor = outcome["seconds"][0], outcome["processor_seconds"][0]
    return (
        f"| {megabytes:.0f} | {len(files)} | {seconds:.1f} | {processor:.1f} "
        f"| {1000 * processor / megabytes:.0f} | {outcome['peak_megabytes']} |"
    )


def main() -> None:
    """Read the command line, generate, measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("megabytes", type=float, nargs="*", default=(1, 10, 100, 1000))
    arguments = parser.parse_args()
    print("| MB | files | seconds | processor seconds | processor ms per MB | peak memory, MB |")
    print("|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for size in arguments.megabytes:
            path = Path(folder) / "claims.837"
            file_of("837P", int(size * 1_000_000), path)
            print(measured(path), flush=True)
        many = Path(folder) / "many"
        many.mkdir()
        for number in range(_SMALL_FILES):
            kind = _KINDS[number % len(_KINDS)]
            file_of(kind, _SMALL_BYTE_COUNT, many / f"{number:03d}.{kind}", seed=number + 1)
        print(measured(many))


if __name__ == "__main__":
    main()
