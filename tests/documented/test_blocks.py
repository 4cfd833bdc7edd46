"""Every block of the documents runs, or is listed with the reason why it cannot.

Commands run in this process on a copy of the demo with two more audits, in the order of their page; code in
Python runs as in a notebook; queries run on the demo; files are read by what takes them.
"""

from __future__ import annotations

import io
import re
import shlex
import tomllib
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import duckdb
import pytest

from auditlib.billing.settings import read_export_settings
from auditlib.checks import all_checks
from auditlib.checks.configuration import read_configuration
from auditlib.cli import main
from auditlib.review.own_kinds import own_kinds_from
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.documented.blocks import ROOT, Block, blocks, blocks_of, documented, pages
from tests.documented.situations import SITUATIONS, Situation, W, bench_of, reviewed_workspace
from tests.documented.typed import parsed
from tests.made_once import demo_workspace, made_once, workspace_with_code_sets

RUN_BY = {
    "docs/new_user_walks.md": "tests/documented/new_user_walks.py",
    "README.md": "tests/readme_commands.py",
    "docs/reference/walk.md": "tests/readme_commands.py",
    "data/README.md": "tests/synthetic",
    "docs/machine_coders.md": "tests/workbench/test_machine_coders.py",
    "docs/practice.md": "tests/practice/test_docs.py",
}
"""Pages whose commands another test runs."""

CANNOT_RUN = {
    "git clone": "needs the network, and a repository's address of one's own",
    "make": "builds an environment from a package index",
    "pip install": "needs a package index",
    "pip download": "needs a package index",
    "auditlib codesets fetch": "needs the network; tests/codesets/test_fetching.py has a server of its own",
    "auditlib codesets add-optional": "takes long; tests/cli/test_codesets_cli.py adds some of the sets",
    "auditlib demo": "takes as long as all else together; tests/test_installed.py runs it",
    "auditlib --engine spark": "needs a Spark; tests/warehouse/test_spark.py runs it where there is one",
}
"""How commands begin that run nowhere, and why."""


def reason_not_to_run(words: list[str]) -> str | None:
    """Return why a command runs nowhere, or None if it can."""
    return next((why for begin, why in CANNOT_RUN.items() if " ".join(words).startswith(begin)), None)


# Blocks that are files, or texts.


def _tables_load(folder: Path) -> None:
    names = {"claim_id,form,": "claim.csv", "claim_id,code,": "claim_line.csv"}
    for begin, name in names.items():
        (folder / name).write_text(documented("docs/loading.md", begin), encoding="utf-8")
    bench = Workbench.open(workspace_with_code_sets(folder / W))
    assert bench.files.load([folder / name for name in names.values()]).rejected_count == 0
    assert bench.claims.totals().frame.height


def _documents_load(folder: Path) -> None:
    (folder / "scans").mkdir()
    # What the list names need not be a PDF here: a document is known by its content.
    (folder / "scans" / "0001.pdf").write_text("PROGRESS NOTE\nSeen for hypertension.\n", encoding="utf-8")
    (folder / "documents.ndjson").write_text(
        documented("docs/loading.md", '{"encounter_id"'), encoding="utf-8"
    )
    (folder / "encounter.csv").write_text(
        "encounter_id,encounter_class,coder_id,admit_date,discharge_date\nE1001,office,C1,2026-01-05,2026-01-05\n",
        encoding="utf-8",
    )
    bench = Workbench.open(workspace_with_code_sets(folder / W))
    assert bench.files.load([folder / "encounter.csv", folder / "documents.ndjson"]).rejected_count == 0


def _mapping_is_read(_: Path) -> None:
    assert len(parse_mapping(documented("docs/loading.md", "file:"), name="map.yaml").tables) == 3


def _mapping_of_payments_is_read(_: Path) -> None:
    text = "tables:\n" + documented("docs/loading.md", "  - table: adj")
    assert len(parse_mapping(text, name="map.yaml").tables) == 3


def _loaded_as_code_set(page: str, begin: str, *words: str) -> Callable[[Path], None]:
    def load(folder: Path) -> None:
        workspace_with_code_sets(folder / W)
        (folder / "table.csv").write_text(documented(page, begin), encoding="utf-8")
        assert main(["-w", str(folder / W), "codesets", "load", str(folder / "table.csv"), *words]) == 0

    return load


def _settings_are_read(begin: str) -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        path = folder / "settings.toml"
        path.write_text(documented("docs/export.md", begin), encoding="utf-8")
        read_export_settings(path)

    return read


def _checks_are_set(folder: Path) -> None:
    (folder / "checks.toml").write_text(documented("docs/own_rules.md", "[[rule]]"), encoding="utf-8")
    assert len(read_configuration(folder, [check.id for check in all_checks()])) == 2


def _configured(folder: Path, text: str) -> Workspace:
    root = workspace_with_code_sets(folder / W)
    with (root / "workspace.toml").open("a", encoding="utf-8") as config:
        config.write("\n" + text)
    return Workspace.open(root)


def _lake_is_elsewhere(folder: Path) -> None:
    text = documented("docs/beyond_one_machine.md", "lake =")
    assert _configured(folder, text).lake_path == Path("/shared/audits/lake")


def _error_kinds_are_own(folder: Path) -> None:
    kinds = _configured(folder, documented("docs/review_desk.md", "[error_kinds]")).error_kinds
    assert own_kinds_from(dict(kinds)) == {"laterality": "not specific", "unbundled": "wrong code"}


def _anchors_are_elsewhere(folder: Path) -> None:
    text = documented("docs/security.md", "[anchors]")
    path = folder / "october.anchors.jsonl"
    workspace = _configured(folder, text.replace("/another/disk/october.anchors.jsonl", str(path)))
    assert main(["-w", str(workspace.root), "ledger", "anchor"]) == 0
    assert path.is_file()


def _equation_is_printed(_: Path) -> None:
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert main(["-w", str(made_once("notebooks", demo_workspace)), "reconcile"]) == 0
    words = documented("docs/reconcile.md", "Denied at first").split()
    assert " ".join(words) in " ".join(printed.getvalue().split())


def _pack_has_these_files(_: Path) -> None:
    named = re.findall(r"(?:pack|cases/\S+)\.(?:toml|txt)", documented("docs/practice.md", "pack.toml"))
    assert len(named) == 4
    assert all((ROOT / "data" / "practice" / "casebook" / name).is_file() for name in named)


def _layers_are_those_that_are_held(_: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    held = [layer for one in contracts if one["type"] == "layers" for layer in one["layers"]]
    drawn = documented("ARCHITECTURE.md", "  cli").splitlines()
    # The page leaves out what holds no idea of its own, and says what the others hold.
    assert len(drawn) == len(held)
    for row, layer in zip(drawn, held, strict=True):
        named = {part.strip() for part in re.split(r"\||  +", row)}
        assert named & {part.strip() for part in layer.split("|")}, row


def _models_are_drawn(_: Path) -> None:
    """tests/warehouse/test_graph.py compares the whole page with the models."""


def _formula(_: Path) -> None:
    """tests/stats/comparison computes it."""


FILES: dict[tuple[str, str], Callable[[Path], None]] = {
    ("ARCHITECTURE.md", "  cli"): _layers_are_those_that_are_held,
    ("docs/beyond_one_machine.md", "lake ="): _lake_is_elsewhere,
    ("docs/code_sets.md", "list,code"): _loaded_as_code_set(
        "docs/code_sets.md", "list,code", "--from", "2026-01-01", "--to", "2026-03-31"
    ),
    ("docs/export.md", "[submitter]                     #"): _settings_are_read(
        "[submitter]                     #"
    ),
    ("docs/export.md", "[submitter]\n"): _settings_are_read("[submitter]\n"),
    ("docs/loading.md", "claim_id,form,"): _tables_load,
    ("docs/loading.md", "claim_id,code,"): _tables_load,
    ("docs/loading.md", "file:"): _mapping_is_read,
    ("docs/loading.md", "  - table: adj"): _mapping_of_payments_is_read,
    ("docs/loading.md", '{"encounter_id"'): _documents_load,
    ("docs/measures/code_over_code.md", "design effect"): _formula,
    ("docs/models.md", "flowchart"): _models_are_drawn,
    ("docs/own_rules.md", "[[rule]]"): _checks_are_set,
    ("docs/practice.md", "pack.toml"): _pack_has_these_files,
    ("docs/pricing.md", "provider,contractor"): _loaded_as_code_set("docs/pricing.md", "provider,contractor"),
    ("docs/reconcile.md", "Denied at first"): _equation_is_printed,
    ("docs/review_desk.md", "[error_kinds]"): _error_kinds_are_own,
    ("docs/security.md", "[anchors]"): _anchors_are_elsewhere,
}
"""What is done with a block that is no command, query or code; by its page and how it begins."""


def _is_handled(block: Block) -> bool:
    return (
        block.is_of_commands()
        or block.language in {"python", "sql"}
        or any(page == block.page and block.text.startswith(begin) for page, begin in FILES)
    )


def test_every_block_is_run_or_listed() -> None:
    left = [f"{block.page}:{block.line}" for block in blocks() if not _is_handled(block)]
    assert not left, f"Neither run nor listed: {', '.join(left)}"
    for page, begin in FILES:
        assert documented(page, begin)
    for page, test in RUN_BY.items():
        assert (ROOT / test).exists(), page


def test_every_command_of_a_block_is_right_and_no_reason_is_left_over() -> None:
    # New users mistype: tests/documented/test_walks.py knows which of their commands are right.
    of_commands = [
        block for block in blocks() if block.is_of_commands() and block.page != "docs/new_user_walks.md"
    ]
    typed = [words for block in of_commands for words in block.commands()]
    reasons = set()
    for words in typed:
        reasons.add(reason_not_to_run(words))
        if words[0] == "auditlib":
            to_file = words.index(">") if ">" in words else None
            parsed(words[1:to_file])
        else:
            assert words[0] == "export" or reason_not_to_run(words) or "tools.synthetic" in words, words
    assert reasons - {None} == set(CANNOT_RUN.values())


@pytest.mark.parametrize(("page", "begin"), FILES, ids=lambda one: one.strip())
def test_a_file_of_a_page_is_taken(page: str, begin: str, tmp_path: Path) -> None:
    FILES[page, begin](tmp_path)


def _pages_with(kind: Callable[[Block], bool]) -> list[str]:
    return [page for page in pages() if page not in RUN_BY and any(map(kind, blocks_of(page)))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a reviewed workspace in it, which commands find."""
    root = reviewed_workspace(tmp_path / W)
    monkeypatch.setenv("AUDITLIB_WORKSPACE", str(root))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", _pages_with(Block.is_of_commands))
def test_the_commands_of_a_page_run_in_their_order(page: str, folder: Path) -> None:
    situation = SITUATIONS.get(page, Situation())
    with chdir(folder):
        if situation.files:
            situation.files(folder)
        for block in filter(Block.is_of_commands, blocks_of(page)):
            for words in block.commands():
                if words[0] == "auditlib" and reason_not_to_run(words) is None:
                    _run(words[1:], situation, folder)


def _run(words: list[str], situation: Situation, folder: Path) -> None:
    typed = shlex.join(words)
    for begin, step in situation.before.items():
        if typed.startswith(begin):
            step(folder)
    words = [situation.word(word, folder) for word in words]
    to_file = words[-1] if ">" in words else None
    printed, said = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(said):
        code = main(words[: words.index(">")] if to_file else words)
    expected = next((end for begin, end in situation.exit_codes.items() if typed.startswith(begin)), 0)
    assert code == expected, f"auditlib {typed}\n{printed.getvalue()[-800:]}{said.getvalue()}"
    assert printed.getvalue().strip(), typed
    if to_file:
        Path(to_file).write_text(printed.getvalue(), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [*_pages_with(lambda block: block.language == "python"), "docs/reference/walk.md"]
)
def test_the_code_of_a_page_runs(page: str, folder: Path) -> None:
    situation = SITUATIONS.get(page, Situation())
    names = {"wb": bench_of(folder)}
    with chdir(folder):
        for block in blocks_of(page):
            if block.language == "python":
                text = re.sub(r"\bE?\d{4,}\b", lambda match: situation.word(match[0], folder), block.text)
                exec(compile(text, f"{page}:{block.line}", "exec"), names)


def test_the_queries_of_pages_run_on_the_demo() -> None:
    warehouse = made_once("notebooks", demo_workspace) / "warehouse.duckdb"
    queries = [block for block in blocks() if block.language == "sql"]
    assert len(queries) >= len(all_checks())
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for block in queries:
            try:
                connection.execute(block.text).fetchall()
            except duckdb.Error as error:
                pytest.fail(f"{block.page}:{block.line}: {error}")
