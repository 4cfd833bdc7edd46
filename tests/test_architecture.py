from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest

import auditlib
from auditlib.cli.grammar import NOUNS

ROOT = Path(__file__).parents[1]
# Who may open connections: what fetches the lists that a user asks for, what reaches the Spark that a user
# names, and what asks for this machine's name. A ledger's server is reached by psycopg, for the ledger alone.
NETWORK_MODULES = (
    "ftplib",
    "http.client",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "urllib.request",
    "urllib3",
)
MAY_REACH_A_NETWORK = {
    "auditlib.codesets.readers.fetching",
    "auditlib.scratch",
    "auditlib.warehouse.spark_engine",
}
SLOW_MODULES = (
    "altair",
    "ipywidgets",
    "anywidget",
    "pandas",
    "scipy",
    "statsmodels",
    "psycopg",
    "duckdb",
    "polars",
)
CLI_SLOW_MODULES = ("altair", "ipywidgets", "anywidget", "pandas", "statsmodels")


def test_layers_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def loaded_by(statement: str) -> set[str]:
    script = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_package_loads_nothing_slow() -> None:
    assert loaded_by("import auditlib").isdisjoint(SLOW_MODULES)


def test_the_command_line_loads_neither_charts_nor_widgets() -> None:
    nouns = ", ".join(f"auditlib.cli.{noun}" for noun in NOUNS)
    assert loaded_by(f"import {nouns}").isdisjoint(CLI_SLOW_MODULES)


def test_every_public_name_is_there() -> None:
    assert all(getattr(auditlib, name) is not None for name in auditlib.__all__)
    with pytest.raises(AttributeError, match="nonesuch"):
        _ = auditlib.nonesuch


def test_the_version_is_that_of_the_installed_package() -> None:
    assert version("auditlib") == auditlib.__version__


def test_every_query_reads_only_the_layers_below_it() -> None:
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "auditlib" / "sql" / "checks").glob("*.sql")
        if "mart." in path.read_text(encoding="utf-8")
    ]
    assert not wrong


# Named by coming work, which is the only reason to keep them: whoever uses one takes it from the list.
AWAITED = {"auditlib.stats.agreement.set_agreement"}


def sources(folder: str) -> dict[str, Path]:
    """Return the file of every module below a folder, by the module's full name."""
    files = {}
    for path in (ROOT / folder).rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return files


@dataclass(frozen=True)
class Named:
    """What a module imports anywhere in it, every text in it, and the starts of texts put together in it."""

    imported: set[str]
    texts: set[str]
    starts: set[str]


def named_in(path: Path) -> Named:
    named = Named(set(), set(), set())
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named.imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            assert not node.level, "imports are absolute"
            named.imported.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            named.starts.add(str(node.values[0].value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # A module and what is in it, as in "auditlib.cli.files:load".
            named.texts.add(node.value.partition(":")[0])
    return named


@cache
def imports() -> dict[str, set[str]]:
    """Return the modules of the package that each module of it, and of the tools, imports or will import.

    What is imported late is named by a text ("auditlib.sampling"), or by the start of one
    (f"auditlib.cli.{name}") and a text of the same module or of one that it imports.
    """
    product = sources("auditlib")
    named = {name: named_in(path) for name, path in (product | sources("tools")).items()}
    graph = {}
    for name, own in named.items():
        texts = own.texts.union(*(named[other].texts for other in own.imported & product.keys()))
        late = own.texts | {start + text for start in own.starts for text in texts}
        graph[name] = (own.imported | late) & product.keys()
    return graph


def with_parents(name: str) -> set[str]:
    parts = name.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts) + 1)}


def reached() -> set[str]:
    """Return every module that one of the entrances imports, directly or not."""
    waiting = {"auditlib", "auditlib.__main__", "auditlib.cli", "auditlib.workbench", *sources("tools")}
    done: set[str] = set()
    while waiting:
        name = waiting.pop()
        done.add(name)
        waiting |= {above for other in imports()[name] for above in with_parents(other)} - done
    return done


def test_every_module_is_reached_from_an_entrance() -> None:
    assert sources("auditlib").keys() - reached() == AWAITED


def test_nothing_reaches_a_network_but_what_a_user_asks_for() -> None:
    named = {name: named_in(path).imported for name, path in sources("auditlib").items()}
    assert {
        name for name, wanted in named.items() if not wanted.isdisjoint(NETWORK_MODULES)
    } == MAY_REACH_A_NETWORK


def test_only_the_command_line_imports_the_workbench() -> None:
    importers = {
        name
        for name, wanted in imports().items()
        if any(other.startswith("auditlib.workbench") for other in wanted)
    }
    assert {name.split(".")[1] for name in importers - {"auditlib"}} == {"cli", "workbench"}


def test_the_life_of_a_claim_passes_modules_that_exist_each_once() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = page.partition("## The life of a claim")[2].partition("\n## ")[0].splitlines()
    modules = [row.split("`")[1] for row in rows if row.startswith("| ") and "`" in row.split("|")[2]]
    assert len(modules) > 20
    assert len(set(modules)) == len(modules)
    assert [module for module in modules if not (ROOT / "auditlib" / module).is_file()] == []
