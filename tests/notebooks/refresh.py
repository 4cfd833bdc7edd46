"""Run the notebooks on a fresh demo workspace and keep the outputs.

``python -m tests.notebooks.refresh`` refreshes all, ``python -m tests.notebooks.refresh 03_sample`` one.
Those of docs/examples make workspaces of their own, from files beside them.
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

ROOT = Path(__file__).parents[2]
NOTEBOOKS = (ROOT / "notebooks", ROOT / "docs" / "examples")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def refresh(names: Sequence[str] = ()) -> None:
    """Execute the notebooks (all, or those named) in order; write them without what differs by run."""
    known = {path.stem: path for folder in NOTEBOOKS for path in sorted(folder.glob("*.ipynb"))}
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"There is no notebook {', '.join(unknown)}. There are {', '.join(known)}.")
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        if not names or any(known[name].parent == NOTEBOOKS[0] for name in names):
            run_demo(workspace)
        os.environ[WORKSPACE_VARIABLE] = str(workspace)
        for path in (known[name] for name in known if not names or name in names):
            notebook = nbformat.read(path, as_version=4)
            beside = {"metadata": {"path": str(path.parent)}}
            client = NotebookClient(
                notebook, kernel_name="python3", store_widget_state=False, resources=beside
            )
            client.execute()
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
                for output in cell.get("outputs", []):
                    # A widget's number is another in every run, and without its kernel it shows nothing.
                    output.get("data", {}).pop(WIDGET_VIEW, None)
            notebook.metadata["language_info"] = {"name": "python"}
            nbformat.write(notebook, path)


if __name__ == "__main__":
    refresh(sys.argv[1:])
