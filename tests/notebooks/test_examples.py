"""The worked examples of docs/examples: files that are made again alike, and cells that are explained.

`make test` runs the notebooks themselves and compares what they show.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tools.example_files import example_files

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def test_each_user_has_an_example() -> None:
    assert {path.stem for path in NOTEBOOKS} == {"auditor", "coding_manager", "denial_analyst", "student"}


def test_the_files_are_those_of_their_seed() -> None:
    made = example_files(2026)
    assert {path.name for path in (EXAMPLES / "data").iterdir()} == set(made)
    for name, text in made.items():
        assert (EXAMPLES / "data" / name).read_text(encoding="utf-8") == text, name


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short_explained_and_show_no_machine(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [(cell.cell_type, cell.source) for cell in notebook.cells]
    assert cells[0][0] == "markdown"
    # At most two calls stand under one explanation.
    for first, second, third in zip(cells, cells[1:], cells[2:], strict=False):
        assert "markdown" in {first[0], second[0], third[0]}, third[1]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert all(len(cell.source.splitlines()) <= 14 for cell in code)
    text = path.read_text(encoding="utf-8")
    for sign in ("/tmp/", "/dev/shm", "/home/", "/root/", "object at 0x", "Traceback"):
        assert sign not in text, sign
    assert text.count("*Look at*") >= 4
