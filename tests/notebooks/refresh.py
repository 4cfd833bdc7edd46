"""Run the notebooks on a fresh demo workspace and keep the outputs: ``python -m tests.notebooks.refresh``."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from auditlib.workbench.demo import run_demo
from auditlib.workbench.lab import WORKSPACE_VARIABLE

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# A widget cannot be shown without its kernel: the text beside it stays.
_LIVE_ONLY = "application/vnd.jupyter.widget-view+json"


def refresh() -> None:
    """Execute the notebooks in order and write them back without what differs from run to run."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        run_demo(workspace)
        os.environ[WORKSPACE_VARIABLE] = str(workspace)
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            NotebookClient(notebook, kernel_name="python3", store_widget_state=False).execute()
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
                for output in cell.get("outputs", []):
                    output.get("data", {}).pop(_LIVE_ONLY, None)
            notebook.metadata["language_info"] = {"name": "python"}
            nbformat.write(notebook, path)


if __name__ == "__main__":
    refresh()
