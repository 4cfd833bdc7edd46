"""Run the notebooks on a fresh demo workspace and keep the outputs.

``python -m tests.notebooks.refresh`` refreshes all, ``python -m tests.notebooks.refresh 03_sample`` one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from auditlib.workbench.demo import run_demo
from auditlib.workspace.locate import WORKSPACE_VARIABLE

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# A widget cannot be shown without its kernel: the text beside it stays.
_LIVE_ONLY = "application/vnd.jupyter.widget-view+json"


WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def refresh(names: Sequence[str] = ()) -> None:
    """Execute the notebooks (all, or those named) in order; write them without what differs by run."""
    known = {path.stem: path for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"There is no notebook {', '.join(unknown)}. There are {', '.join(known)}.")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        run_demo(workspace)
        os.environ[WORKSPACE_VARIABLE] = str(workspace)
        for path in (known[name] for name in known if not names or name in names):
            notebook = nbformat.read(path, as_version=4)
            NotebookClient(notebook, kernel_name="python3", store_widget_state=False).execute()
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
                for output in cell.get("outputs", []):
                    # A widget's number is another in every run, and without its kernel it shows nothing.
                    output.get("data", {}).pop(WIDGET_VIEW, None)
                for output in cell.get("outputs", []):
                    output.get("data", {}).pop(_LIVE_ONLY, None)
            notebook.metadata["language_info"] = {"name": "python"}
            nbformat.write(notebook, path)


if __name__ == "__main__":
    refresh(sys.argv[1:])
