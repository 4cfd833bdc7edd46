"""How benchmarks take time, and hand their figures on.

Seconds of the processors are those of all threads and, of another process, of all that it started and waited
for. They change less with what else a machine does than seconds on the clock.
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import Final, TypeVar

Made = TypeVar("Made")
ROOT: Final = Path(__file__).parents[1]
_MARK: Final = "figure"
_KILOBYTES_A_MEGABYTE: Final = 1000


@dataclass(frozen=True, slots=True)
class Taken:
    """What work took.

    Attributes
    ----------
    clock, processor
        Seconds.
    peak_mb
        Most memory at once, in megabytes, of the largest process; 0 for work in this process.
    """

    clock: float
    processor: float
    peak_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that ran: what it took and printed, and what went wrong (empty: nothing)."""

    taken: Taken
    output: str
    fault: str

    @property
    def figures(self) -> dict[str, float]:
        """What the program handed on by `put`."""
        parts = (line.split("\t") for line in self.output.splitlines() if line.startswith(f"{_MARK}\t"))
        return {name: float(value) for _, name, value in parts}


def timed(work: Callable[[], Made]) -> tuple[Made, Taken]:
    """Return what the work gives, and what it took."""
    clock, processor = time.perf_counter(), time.process_time()
    made = work()
    return made, Taken(time.perf_counter() - clock, time.process_time() - processor)


def run(
    command: Sequence[str], *, patience: float = 600, environment: Mapping[str, str] | None = None
) -> Ran:
    """Run a program to its end, or for so many seconds."""
    with TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=output, stderr=errors, env={**os.environ, **(environment or {})}
        )
        late = Timer(patience, process.kill)
        late.start()
        _, status, used = os.wait4(process.pid, 0)
        was_in_time = late.is_alive()
        late.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        taken = Taken(
            time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / _KILOBYTES_A_MEGABYTE
        )
        output.seek(0)
        errors.seek(0)
        said = errors.read().split("\n")
        fault = "" if process.returncode == 0 else next((line for line in reversed(said) if line), "failed")
        return Ran(taken, output.read(), fault if was_in_time else f"not done within {patience:.0f} s")


def run_module(name: str, *arguments: object, patience: float = 600) -> Ran:
    """Run a module of Python with these arguments; ours are compiled, as in an installation."""
    _compile_ours()
    return run([sys.executable, "-m", name, *map(str, arguments)], patience=patience)


@cache
def _compile_ours() -> None:
    for folder in ("auditlib", "benchmarks"):
        compileall.compile_dir(ROOT / folder, quiet=2)


def put(name: str, value: float) -> None:
    """Hand a figure on to the program that runs this one."""
    print(f"{_MARK}\t{name}\t{value:.6g}", flush=True)
