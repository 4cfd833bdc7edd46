"""Every page has its place on the site, and what the site makes of the code can be made."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import auditlib
from auditlib.cli.grammar import command_names
from tools.site import references
from tools.site.navigation import FRONT, in_order, pages
from tools.site.notebooks import as_markdown
from tools.site.outside import asked_outside
from tools.site.references import GENERATED, commands, nouns, python_names


def test_every_page_stands_once_in_the_navigation() -> None:
    assert {page: count for page, count in Counter(in_order()).items() if count != 1} == {}
    assert sorted(in_order()) == pages()


def test_a_page_without_an_entry_and_one_that_is_not_there_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / FRONT).write_text(
        "- [One](one.md#part): text with [a link](three.md)\n| [Two](two.md) | x |\n"
    )
    (tmp_path / "docs" / "three.md").write_text("# Three\n")
    assert list(in_order(tmp_path)) == [FRONT, "docs/one.md", "docs/two.md"]
    assert "docs/three.md" in pages(tmp_path)


def test_every_command_has_its_help_in_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    def printed(words: list[str]) -> int:
        print(f"Help of {' '.join(words)}")  # noqa: T201 - as a command does
        return 0

    # What each prints is looked at in tests/cli.
    monkeypatch.setattr(references, "main", printed)
    text = commands()
    for name in command_names():
        assert f"\n### {name}\n\n```\nHelp of {name} --help\n```\n" in text


def test_every_public_name_and_noun_is_in_the_reference_of_python() -> None:
    text = python_names()
    for name in auditlib.__all__:
        assert f":: auditlib.{name}\n" in text or name.startswith("_")
    assert set(nouns()) == {name for name in vars(auditlib.Workbench) if f"### wb.{name}\n" in text}
    assert {"files", "checks", "samples", "denials", "practice"} <= set(nouns())


def test_what_is_generated_has_a_page() -> None:
    assert set(GENERATED) <= set(pages())


def test_what_a_site_would_fetch_from_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<link rel="stylesheet" href="own.css"><script src="https://cdn.example/x.js"></script>'
        '<a href="https://example.org">a person follows a link</a><img src="//host/x.png">'
    )
    (tmp_path / "own.css").write_text("a { background: url(https://fonts.example/x) } b { fill: url(x.png) }")
    assert asked_outside(tmp_path) == [
        "own.css: https://fonts.example/x",
        "page.html: https://cdn.example/x.js",
        "page.html: //host/x.png",
    ]


def test_a_notebook_shows_its_cells_and_what_a_page_can_show_of_their_outputs() -> None:
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": ["Screen()"]}
    outputs = [
        {"data": {"text/html": ["<p>a</p>\n", "\n", "<p>b</p>"], "text/plain": ["a"]}},
        {"data": widget},
        {"data": {"image/png": "aGk=\n"}},
        {"text": ["said\n"]},
    ]
    cells = [
        {"cell_type": "markdown", "source": ["# One\n", "two"]},
        {"cell_type": "code", "source": ["wb.list()"], "outputs": outputs},
    ]
    fence = "~" * 9
    assert as_markdown(json.dumps({"cells": cells})).split("\n\n" + fence) == [
        "# One\ntwo",
        f"python\nwb.list()\n{fence}",
        f"{{raw}} html\n<p>a</p>\n\n<p>b</p>\n{fence}",
        f'{{raw}} html\n<img alt="" src="data:image/png;base64,aGk=">\n{fence}',
        f"text\nsaid\n{fence}\n",
    ]
