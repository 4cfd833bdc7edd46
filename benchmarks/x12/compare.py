"""Read and load the same generated files with auditlib, with other readers and at the limit, in one run.

``python -m benchmarks.x12.compare`` installs the other readers into ``.venv/peers-*``, each with what it
needs, generates an 837P, an 837I and an 835 in a small and a large size, lets all readers take turns in
processes of their own, and prints for each kind a table in Markdown: the best speed of each in a process that
has read before, the whole process from its start, both by processor time, and how many times as long each
took as auditlib with the same bytes in the same run. A reader too slow for the large file is compared on the
small one.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.made.parts import file_of
from benchmarks.measure import run
from benchmarks.table import machine

KINDS = ("837P", "837I", "835")
ENVIRONMENTS = Path(sys.executable).parent.parent


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader: where it comes from, and what it does.

    Parameters
    ----------
    name
        Function of ``readers.py``.
    what
        What comes out of it.
    requirements
        What its environment holds; none is the environment of auditlib.
    kinds
        What it reads.
    """

    name: str
    what: str
    requirements: tuple[str, ...] = ()
    kinds: tuple[str, ...] = KINDS
    is_load: bool = False

    @property
    def python(self) -> str:
        """The interpreter of its environment."""
        if not self.requirements:
            return sys.executable
        return str(ENVIRONMENTS / f"peers-{self.name.split('_')[0]}" / "bin" / "python")


_LINUXFORHEALTH = ("linuxforhealth-x12==0.57.0", "pydantic<2")
_CLAIMS = ("837P", "837I")
READERS = (
    Reader("auditlib", "every table"),
    Reader("duckdb_text_column", "limit: bytes to one text column"),
    Reader("python_split", "segments cut, none kept"),
    Reader("linuxforhealth_segments", "segments cut", _LINUXFORHEALTH),
    Reader("linuxforhealth_models", "validated models", _LINUXFORHEALTH),
    Reader("pyx12_segments", "segments cut", ("pyx12==4.0.0",)),
    Reader("pyx12_validation", "a verdict", ("pyx12==4.0.0",)),
    Reader("hccinfhir_lines", "lines, no money", ("hccinfhir==0.4.0",), _CLAIMS),
    Reader(
        "edi_835_parser", "payments, lines, adjustments", ("edi-835-parser==1.8.0", "pandas==2.3.3"), ("835",)
    ),
    Reader("oxedi", "payments, lines, adjustments", ("oxedi==0.6.0",), ("835",)),
    Reader("oxedi_claims", "claims, lines, diagnoses, few columns", ("oxedi==0.6.0",), ("837P",)),
    Reader("auditlib_load", "loaded, with derived tables", is_load=True),
    Reader("duckdb_text_table", "limit: bytes to a table of one column", is_load=True),
)


_HEADINGS = (
    "| reader | what comes out | MB | MB a processor second, warm | times as long as auditlib | "
    "processor s of the whole process | times as long as auditlib | MB of memory |"
)


@dataclass(slots=True)
class Result:
    """Best seconds of a reader on a file, or why there are none.

    ``clock`` and ``processor`` are those of reading in a process that has read the file before; ``whole`` is
    the processor time of a process that reads it once, from its start to its end.
    """

    clock: float = float("inf")
    processor: float = float("inf")
    whole: float = float("inf")
    peak_mb: float = float("inf")
    read: str = ""
    error: str = ""


def install(readers: list[Reader]) -> None:
    """Make the environments that are absent."""
    uv = str(ENVIRONMENTS / "bin" / "uv")
    for reader in readers:
        if reader.requirements and not Path(reader.python).exists():
            folder = str(Path(reader.python).parent.parent)
            subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
            install = [uv, "pip", "install", "--quiet", "--python", reader.python, *reader.requirements]
            subprocess.run(install, check=True)


def take_turn(reader: Reader, path: Path, patience: float, result: Result) -> None:
    """Read the file in two processes of the reader's own, once and three times, and keep the best."""
    for rounds in (1, 3):
        program = (reader.python, str(Path(__file__).with_name("readers.py")))
        ran = run((*program, reader.name, str(path), str(rounds)), patience=patience)
        if ran.fault:
            # One that read once in time and not three times has its figures of once.
            result.error = "" if rounds > 1 else ran.fault[:200]
            return
        outcome = json.loads(ran.output.splitlines()[-1])
        result.error = outcome.get("error", "")
        result.read = outcome.get("read", "")
        if result.error:
            return
        result.clock = min(result.clock, *outcome["seconds"])
        result.processor = min(result.processor, *outcome["processor_seconds"])
        if rounds == 1:
            result.whole = min(result.whole, ran.taken.processor)
            result.peak_mb = min(result.peak_mb, ran.taken.peak_mb)


def measured(
    kind: str, paths: dict[float, Path], readers: list[Reader], rounds: int, patience: float
) -> dict[tuple[str, float], Result]:
    """Return the results by reader and size; all take turns, and the slow leave the larger file out."""
    results: dict[tuple[str, float], Result] = {}
    small, large = min(paths), max(paths)
    for _ in range(rounds):
        for reader in (reader for reader in readers if kind in reader.kinds):
            for size, path in paths.items():
                result = results.setdefault((reader.name, size), Result())
                known = results[reader.name, small]
                is_slow = size > small and known.clock * large / small > patience / 4
                if not (known.error or result.error or is_slow):
                    take_turn(reader, path, patience, result)
    return results


def compared(
    kind: str, paths: dict[float, Path], readers: list[Reader], rounds: int, patience: float
) -> list[str]:
    """Return the rows of the table of one kind."""
    results = measured(kind, paths, readers, rounds, patience)
    small, large = min(paths), max(paths)
    rows = []
    for reader in (reader for reader in readers if kind in reader.kinds):
        counterpart = "auditlib_load" if reader.is_load else "auditlib"
        both_read_large = max(results[name, large].clock for name in (reader.name, counterpart)) < float(
            "inf"
        )
        size = large if both_read_large else small
        result, ours = results[reader.name, size], results[counterpart, size]
        if result.clock == float("inf"):
            rows.append(f"| {reader.name} | {reader.what} | {size:g} | fails: {result.error} | | | | |")
            continue
        megabytes = paths[size].stat().st_size / 1e6
        cells = (
            reader.name,
            f"{reader.what}: {result.read}",
            f"{size:g}",
            f"{megabytes / result.processor:.1f}",
            f"{result.processor / ours.processor:.2f}",
            f"{result.whole:.2f}",
            f"{result.whole / ours.whole:.2f}",
            f"{result.peak_mb:.0f}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def main() -> None:
    """Read the command line, install, generate, measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=float, nargs=2, default=(2, 26), metavar=("SMALL", "LARGE"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patience", type=float, default=120, help="seconds that a reader may take")
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--only", nargs="+", default=[reader.name for reader in READERS])
    arguments = parser.parse_args()
    readers = [reader for reader in READERS if reader.name in {"auditlib", "auditlib_load", *arguments.only}]
    install(readers)
    print(machine(), end="\n\n")
    with tempfile.TemporaryDirectory() as folder:
        for kind in arguments.kinds:
            paths = {size: Path(folder) / f"{kind}-{size:g}" for size in arguments.megabytes}
            for size, path in paths.items():
                file_of(kind, int(size * 1_000_000), path)
            print(f"{kind}\n\n{_HEADINGS}\n|---|---|---:|---:|---:|---:|---:|---:|")
            print(*compared(kind, paths, readers, arguments.rounds, arguments.patience), sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
