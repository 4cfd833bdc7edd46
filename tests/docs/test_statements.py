"""Each sentence of the README has the tests that prove it, or says why none is needed."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.docs.markdown_pages import sentences
from tests.test_habits import target_commands
from tools.site.navigation import ROOT

TABLE = "docs/developers/statements.md"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NO_STATEMENT = re.compile(r"no statement: \S.*")


def entries() -> dict[str, str]:
    rows = [row.split(" | ") for row in (ROOT / TABLE).read_text(encoding="utf-8").splitlines()]
    return {row[0].removeprefix("| "): row[1].removesuffix(" |") for row in rows if len(row) == 2}


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_table_has_every_sentence_of_the_readme_and_no_other() -> None:
    said, listed = set(sentences("README.md")), set(entries()) - {"sentence"}
    assert said - listed == set(), f"add them to {TABLE}, with the tests that prove them"
    assert listed - said == {"---"}


def test_every_test_that_is_named_exists() -> None:
    named = TEST.findall((ROOT / TABLE).read_text(encoding="utf-8"))
    assert len(named) > 50
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_every_entry_names_a_test_or_says_why_there_is_none() -> None:
    without = {
        sentence: proof
        for sentence, proof in entries().items()
        if sentence not in {"sentence", "---"} and not (NO_STATEMENT.fullmatch(proof) or TEST.search(proof))
    }
    assert without == {}


def test_make_knows_what_the_readme_names() -> None:
    named = set(re.findall(r"\bmake (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"demo", "lab", "docs"} <= named
    assert named <= set(target_commands())


def test_make_walks_the_demo_in_the_workspace_that_is_named() -> None:
    assert target_commands()["demo"] == [".venv/bin/auditlib demo workspace"]
    assert "WORKSPACE ?= workspace" in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
