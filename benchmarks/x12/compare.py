"""Read the same generated files with the reader and with others: ``python benchmarks/x12/compare.py``.

The others are the limit (DuckDB reads the same bytes into one text column), plain Python cutting the text
into elements and keeping none, and pyx12's segment reader if it is installed. All take turns, several times;
the best of each counts, in megabytes a second of time on the clock and of processor time: on a busy machine
only the second can be compared.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import duckdb
from generate import generate

from auditlib.sources.x12 import read_x12

KINDS = ("837P", "837I", "835")


def ours(path: Path) -> None:
    """Read every table of the file."""
    for _ in read_x12(path, source_file_id=1):
        pass


def text_column(path: Path) -> None:
    """Read the same bytes into one text column: what any reader has to do at least."""
    query = (
        "select count(*), sum(strlen(line)) from read_csv(?, columns = {'line': 'varchar'}, delim = '\x01',"
        " quote = '', escape = '', header = false, auto_detect = false, max_line_size = 1000000)"
    )
    with duckdb.connect() as connection:
        connection.execute(query, [str(path)]).fetchall()


def split(path: Path) -> None:
    """Cut the text into segments and elements, one segment at a time."""
    for segment in path.read_text(encoding="ascii").split("~"):
        segment.split("*")


def pyx12(path: Path) -> None:
    """Walk the segments with pyx12."""
    with import_module("pyx12.x12file").X12Reader(str(path)) as reader:
        for _ in reader:
            pass


def main() -> None:
    """Read the command line, generate, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=25)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    readers: list[Callable[[Path], None]] = [ours, text_column, split]
    if find_spec("pyx12"):
        readers.append(pyx12)
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = Path(folder) / kind
            generate(kind, int(arguments.megabytes * 1_000_000), path)
            clock = dict.fromkeys((reader.__name__ for reader in readers), float("inf"))
            processor = dict(clock)
            for _ in range(arguments.rounds):
                for reader in readers:
                    name, started, used = reader.__name__, time.perf_counter(), time.process_time()
                    reader(path)
                    clock[name] = min(clock[name], time.perf_counter() - started)
                    processor[name] = min(processor[name], time.process_time() - used)
            size = path.stat().st_size / 1_000_000
            for name, seconds in clock.items():
                per_processor = size / processor[name]
                print(f"{kind:5} {name:12} {size / seconds:7.1f} MB/s, processor {per_processor:7.1f} MB/s")


if __name__ == "__main__":
    main()
