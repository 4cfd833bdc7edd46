"""What an installation is said to take is what is declared: versions of Python, and extras."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

from tools.installed_size import PAGE, page_with, tables

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = set(PROJECT["optional-dependencies"])


def test_the_supported_versions_are_the_same_everywhere() -> None:
    declared = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))
    assert PROJECT["requires-python"] == f">={declared[0]}"
    jobs = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))["jobs"]
    for job in ("make", "windows"):
        assert jobs[job]["strategy"]["matrix"]["python"] == declared
    assert f"Python {', '.join(declared[:-1])} or {declared[-1]}" in PAGE.read_text(encoding="utf-8")


def test_the_page_has_every_extra_and_every_extra_that_an_error_names_exists() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert {name for name in EXTRAS if f"| `{name}` |" not in page} == set()
    for path in (ROOT / "auditlib").rglob("*.py"):
        named = re.findall(r"MissingExtraError\(\s*purpose,\s*\"(\w+)\"", path.read_text(encoding="utf-8"))
        assert set(named) <= EXTRAS, path


def test_the_tables_of_sizes_are_put_between_their_marks() -> None:
    sizes = {"core": {"polars": 178.2, "rich": 1.2, "numpy": 57.0}, "pdf": {"typst": 84.5}}
    page = page_with(tables(sizes), PAGE.read_text(encoding="utf-8"))
    assert "| core | 3 | 236 | polars, numpy, rich |\n| `pdf` | 1 | 84 | typst |\n" in page
    assert "| polars | 178 |\n| numpy | 57 |\n| 1 others | 1 |\n<!-- end -->" in page
    assert page_with(tables(sizes), page) == page
