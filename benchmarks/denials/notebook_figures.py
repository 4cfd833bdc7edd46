"""How long each cell of the notebook of denials takes.

    python -m benchmarks.denials.notebook_figures WORKSPACE

Cells are run in order in one process, as a notebook runs them, and what each shows is made as a notebook
shows it. Nothing of the workspace is changed.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import time
from pathlib import Path
from typing import Any, Final

from auditlib.workspace.locate import WORKSPACE_VARIABLE
from benchmarks.measure import put

NOTEBOOK: Final = Path(__file__).parents[2] / "notebooks" / "06_denials_and_outcomes.ipynb"
_NAMED_PAYER: Final = re.compile(r'(?<=denials\.payer\()"[^"]*"')


def shown(value: object) -> None:
    """Make what a notebook shows of a value."""
    for name in ("_repr_mimebundle_", "_repr_html_"):
        maker = getattr(value, name, None)
        if maker is not None:
            maker()
            return
    repr(value)


def run(source: str, names: dict[str, Any]) -> None:
    """Run a cell, and show what its last line gives."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if isinstance(last, ast.Expr):
        shown(eval(compile(ast.Expression(last.value), "cell", "eval"), names))


def main() -> None:
    """Print seconds by cell, first and second time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    os.environ[WORKSPACE_VARIABLE] = str(parser.parse_args().workspace.resolve())
    cells = [
        "".join(cell["source"])
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    names: dict[str, Any] = {}
    longest = 0.0
    print("| cell | seconds | again |\n| --- | ---: | ---: |")
    for cell in cells:
        # The workspace has payers of its own: its first one stands for the demo's.
        source = _NAMED_PAYER.sub('wb.denials.rate("payer").frame["payer_name"][0]', cell)
        taken = []
        for _ in range(2):
            began = time.perf_counter()
            run(source, names)
            taken.append(time.perf_counter() - began)
        print(f"| `{cell.splitlines()[-1]}` | {taken[0]:.1f} | {taken[1]:.1f} |", flush=True)
        longest = max(longest, taken[0])
    put("longest cell, s", longest)


if __name__ == "__main__":
    main()
