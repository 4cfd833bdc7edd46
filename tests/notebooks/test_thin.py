from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
MOST_LINES = 12
ALLOWED_ROOTS = {"auditlib", "datetime"}
FORBIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_prose_and_calls(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        assert len(cell.source.splitlines()) <= MOST_LINES
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, FORBIDDEN)
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = (
                    [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                )
                assert {name.partition(".")[0] for name in names} <= ALLOWED_ROOTS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_committed_and_hold_no_address_of_a_machine(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    text = path.read_text(encoding="utf-8")
    for sign in ("/tmp/", "/home/", "/root/", "object at 0x", "cdn.jsdelivr", "Traceback"):
        assert sign not in text


def test_the_start_and_the_walk_through_come_before_the_steps() -> None:
    numbers = [path.stem[:2] for path in NOTEBOOKS]
    assert numbers == ["00", *(f"{number:02}" for number in range(9))]
    assert NOTEBOOKS[0].stem == "00_start"
