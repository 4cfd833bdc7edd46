"""From the start of Python to the first chart of a notebook: python -m benchmarks.first_chart WORKSPACE."""

from __future__ import annotations

import sys
from pathlib import Path

from auditlib.workbench import Workbench
from benchmarks.denials.notebook_figures import shown


def main() -> None:
    """Make what a notebook shows of the denials by reason."""
    shown(Workbench.open(Path(sys.argv[1]), user="benchmark").denials.reasons().plot())


if __name__ == "__main__":
    main()
