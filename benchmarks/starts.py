"""What a command costs beside its work: python -m benchmarks.starts WORKSPACE VERB...

The command runs twice in this process. What the first run takes from the start of Python, without what the
second one takes, is start-up: imports, and what is made once.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

from auditlib.cli import main as command_line
from benchmarks.measure import put


def run(workspace: str, verb: list[str]) -> None:
    """Run the command as the program does, its output thrown away."""
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.suppress(SystemExit),
    ):
        command_line(["-w", workspace, *verb])


def main() -> None:
    """Read the arguments, run and print."""
    workspace, *verb = sys.argv[1:]
    run(workspace, verb)
    first = time.process_time()
    run(workspace, verb)
    again = time.process_time() - first
    print(f"{' '.join(verb)}: {first:.2f} s of the processors from the start, {again:.2f} s again")
    put("own, s", max(first - again, 0))


if __name__ == "__main__":
    main()
