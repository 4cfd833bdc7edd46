"""What can be typed: nouns and verbs, help, wrong use, the workspace, completion."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from auditlib.cli import main
from auditlib.cli.app import build_app
from auditlib.cli.grammar import EXIT_CODES, NOUNS, SHORT_FORMS, command_names, first_page
from auditlib.cli.values import read_day
from auditlib.errors import UsageError
from auditlib.version import __version__
from auditlib.workspace.folder import Workspace


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("AUDITLIB_WORKSPACE", raising=False)

    def call(*words: object) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


def test_the_first_page_lists_what_is_registered() -> None:
    registered = build_app().resolved_commands()
    words = {name for name in registered if not name.startswith("-")}
    assert words == {*NOUNS, *SHORT_FORMS}
    for name, noun in NOUNS.items():
        verbs = {verb for verb in registered[name].resolved_commands() if not verb.startswith("-")}
        assert verbs == set(noun.verbs), name
        for verb in noun.verbs:
            assert verb in first_page()


@pytest.mark.parametrize("command", command_names())
def test_every_command_has_a_page_with_its_options_and_the_exit_codes(run: Run, command: str) -> None:
    page = run(*command.split(), "--help")
    assert page.code == 0
    assert page.out.startswith(f"Usage: auditlib {command}")
    unfolded = " ".join(page.out.split())
    assert EXIT_CODES in unfolded
    assert "--workspace, -w PATH" in unfolded
    assert "InlineText" not in page.out


def test_help_of_everything_and_the_version(run: Run) -> None:
    assert run("--help").out == run("-h").out == first_page() + "\n"
    assert "70 a defect of ours" in first_page()
    assert run("--version").out == f"auditlib {__version__}\n"
    nothing = run()
    assert (nothing.code, nothing.out, nothing.err) == (2, "", first_page() + "\n")
    no_verb = run("sample")
    assert no_verb.code == 2
    assert "draw" in no_verb.out


@pytest.mark.parametrize(
    ("words", "slow"),
    [
        (["--help"], ["cyclopts", "rich", "polars", "duckdb", "numpy"]),
        (["--version"], ["cyclopts", "rich", "polars", "duckdb", "numpy"]),
        (["sample", "draw", "--help"], ["polars", "duckdb", "numpy", "altair", "auditlib.workbench"]),
        (["sampel"], ["polars", "duckdb", "numpy", "altair", "auditlib.workbench"]),
        (
            ["ratstats", "verify", "3", "--bounds", "1-9"],
            ["polars", "duckdb", "altair", "auditlib.workbench"],
        ),
    ],
)
def test_what_needs_no_workspace_imports_none_of_its_stores(words: list[str], slow: list[str]) -> None:
    program = (
        "import json, sys; from auditlib.cli import main; main(sys.argv[2:]); "
        "print('\\n' + json.dumps([name for name in json.loads(sys.argv[1]) if name in sys.modules]))"
    )
    command = [sys.executable, "-c", program, json.dumps(slow), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sampel",), "Nearest: auditlib sample"),
        (("hisotry", "A1"), "auditlib claims history"),
        (("balance",), "auditlib files balances"),
        (("sample", "drwa"), "Nearest: auditlib sample draw"),
        (("-w", "w", "ledger", "verfy"), "Nearest: auditlib ledger verify"),
    ],
)
def test_a_mistyped_command_gets_the_nearest_ones(run: Run, words: tuple[str, ...], says: str) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.err.startswith("auditlib: There is no command '")
    assert says in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sample", "draw"), "--name"),
        (("sample", "draw", "x", "--count", "many"), "--count"),
        (("sample", "draw", "x", "--design", "simpel"), "simple"),
        (("sample", "draw", "x", "--count"), "--count"),
        (("claims", "history"), "NUMBER"),
        (("claims", "history", "a", "b"), "b"),
        (("ratstats", "verify", "1"), "--bounds"),
    ],
)
def test_wrong_use_is_said_in_one_style(run: Run, words: tuple[str, ...], says: str) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.out == ""
    first, hint = ran.err.splitlines()
    assert first.startswith("auditlib: ")
    assert says in first
    assert hint == f"  'auditlib {words[0]} {words[1]} --help' says what it takes."


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("sample", "draw", "x", "--cuont", "3"), "Nearest: --count"),
        (("ledger", "verify", "--sinc", "3:a"), "Nearest: --since"),
        (("workspace", "encryption", "--foo"), "'auditlib workspace encryption --help'"),
    ],
)
def test_a_mistyped_option_gets_the_nearest_ones_that_can_be_typed(
    run: Run, words: tuple[str, ...], nearest: str
) -> None:
    ran = run(*words)
    first, hint = ran.err.splitlines()
    typed = next(word for word in words if word.startswith("--"))
    assert (ran.code, first) == (2, f"auditlib: There is no option {typed}.")
    assert hint.startswith(f"  {nearest}")
    assert hint.endswith(f"'auditlib {words[0]} {words[1]} --help' says what it takes.")
    assert "--session" not in hint


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace; no test here writes into it but the checks, which find nothing."""
    return Workspace.create(tmp_path_factory.mktemp("cli") / "w").root


@pytest.mark.parametrize(
    "words",
    [
        ("-w", "{w}", "ledger", "verify"),
        ("--workspace", "{w}", "ledger", "verify"),
        ("--workspace={w}", "ledger", "verify"),
        ("ledger", "verify", "-w", "{w}"),
        ("ledger", "-w", "{w}", "verify"),
    ],
)
def test_the_workspace_may_stand_before_the_noun_or_after(
    run: Run, workspace: Path, words: tuple[str, ...]
) -> None:
    ran = run(*(word.format(w=workspace) for word in words), "--json")
    assert (ran.code, json.loads(ran.out)["event_count"], ran.err) == (0, 0, "")


def test_the_workspace_is_found_as_git_finds_its_repository(
    run: Run, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Workspace.create(tmp_path / "other").root
    below = workspace / "reports" / "old"
    below.mkdir(exist_ok=True)
    monkeypatch.chdir(below)
    ran = run("check", "--json")
    assert ran.code == 0
    assert "checks" in json.loads(ran.out)
    assert ran.err == f"Workspace {workspace} (found from the current folder upwards).\n"
    monkeypatch.setenv("AUDITLIB_WORKSPACE", str(other))
    assert run("check", "--json").err == f"Workspace {other} (AUDITLIB_WORKSPACE).\n"
    assert run("-w", workspace, "check", "--json").err == f"Workspace {workspace} (given).\n"
    monkeypatch.delenv("AUDITLIB_WORKSPACE")
    monkeypatch.chdir(tmp_path)
    lost = run("check")
    assert lost.code == 2
    assert "No workspace was named" in lost.err


def test_a_new_workspace_needs_a_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDITLIB_WORKSPACE", str(tmp_path / "set"))
    refused = run("init")
    assert refused.code == 2
    assert "auditlib init PATH" in refused.err
    assert run("-w", "a", "init", "b").code == 2
    assert list(tmp_path.iterdir()) == []
    made = run("-w", "a", "init", "--json")
    assert made.code == 0
    assert made.err == "Workspace a (given).\n"
    assert json.loads(made.out)["workspace"] == "a"


@pytest.mark.parametrize("text", ["2026-01-31", "1/31/2026", "01/31/2026", "2026-1-31", " 2026-01-31 "])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text).isoformat() == "2026-01-31"


@pytest.mark.parametrize("text", ["31/1/2026", "2026-02-30", "1/31/26", "Jan 31, 2026", "20260131", ""])
def test_any_other_day_is_refused_with_both_forms(run: Run, text: str) -> None:
    with pytest.raises(UsageError):
        read_day(text)
    ran = run("codesets", "search", "x", "--date", text)
    assert ran.code == 2
    assert "as 2026-01-31" in ran.err
    assert "as 1/31/2026" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("audit", "report", "q9"), "There is no audit 'q9'"),
        (("sample", "draw", "x", "--universe", "q9"), "There is no frozen universe 'q9'"),
        (("universe", "diff", "q9"), "There is no frozen universe 'q9'"),
        (("sample", "draw", "x", "--payer", "P9"), "There is no payer 'P9'"),
        (("universe", "freeze", "x", "--coder", "C9"), "There is no coder 'C9'"),
        (("codesets", "search", "x", "--system", "ICD10"), "There is no code system 'ICD10'"),
        (("checks", "show", "DX-6"), "Nearest: DX-06"),
        (("claims", "positions", "payed"), "answered and paid"),
        (("files", "balances", "payments"), "claim payment"),
    ],
)
def test_a_name_that_does_not_exist_is_said_before_anything_runs(
    run: Run, workspace: Path, words: tuple[str, ...], says: str
) -> None:
    ran = run("-w", workspace, *words)
    assert ran.code == 2
    assert says in ran.err
    assert "\N{BOX DRAWINGS HEAVY HORIZONTAL}" not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("load", "{none}"),
        ("load", "{w}", "--mapping", "{none}"),
        ("codesets", "load", "{none}"),
        ("codesets", "fetch", "nothing", "2026"),
        ("audit", "export", "--out", "{none}/deeper/x.edi"),
        ("audit", "export", "--settings", "{none}"),
        ("audit", "report"),
        ("audit", "estimate", "--workpaper", "{none}/deeper/x.md"),
        ("ratstats", "appraise", "{none}", "--workpaper", "{none}/deeper/x.md"),
        ("files", "dictionary", "--out", "{none}/deeper/x.md"),
        ("demo", "{file}"),
    ],
)
def test_no_bar_runs_before_the_arguments_are_right(
    run: Run, workspace: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("x")
    names = {"none": tmp_path / "none", "w": workspace, "file": tmp_path / "file"}
    ran = run("-w", workspace, *(word.format(**names) for word in words))
    assert ran.code in {2, 3}
    assert ran.out == ""
    assert "\N{BOX DRAWINGS HEAVY HORIZONTAL}" not in ran.err


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("workspace", "summary"), {"loaded", "totals", "checks", "audit", "manifest", "warnings"}),
        (("files", "list"), {"files"}),
        (("files", "not-loaded"), {"not_loaded"}),
        (("files", "presets"), {"presets"}),
        (("files", "notes"), {"notes"}),
        (("files", "acknowledgments"), {"acknowledgments"}),
        (("files", "balances"), {"totals", "unbalanced"}),
        (("files", "balances", "claim payment"), {"unbalanced"}),
        (("files", "dictionary"), {"dictionary"}),
        (("codesets", "list"), {"releases"}),
        (("codesets", "status"), {"code_sets"}),
        (("codesets", "coverage"), {"coverage"}),
        (("codesets", "search", "x"), {"codes", "note"}),
        (("claims", "positions"), {"positions", "payments"}),
        (("claims", "positions", "taken back"), {"claim_count", "claims"}),
        (("check",), {"checks"}),
        (("checks", "run"), {"checks"}),
        (("checks", "list"), {"checks"}),
        (("checks", "accepted"), {"accepted"}),
        (("checks", "rules"), {"rules", "rejected_count"}),
        (("checks", "test"), {"cases"}),
        (("checks", "settings"), {"settings"}),
        (("checks", "back-test"), {"checks"}),
        (("checks", "back-test", "--by-reason"), {"checks"}),
        (("checks", "look-ahead", "--days", "30"), {"checks"}),
        (("checks", "show", "dx-06"), {"check", "findings"}),
        (("universe", "list"), {"universes"}),
        (("sample", "list"), {"samples"}),
        (("audit", "list"), {"audits"}),
        (("denials", "rate", "--by", "payer", "month"), {"rates"}),
        (("denials", "reasons"), {"reasons"}),
        (("denials", "overturned"), {"rates"}),
        (("denials", "caught"), {"reasons"}),
        (("denials", "outcomes"), {"paths"}),
        (("denials", "metrics"), {"metrics"}),
        (("denials", "lines", "--by", "payer_name", "--only", "denial_month=2026-03"), {"bars"}),
        (("denials", "claims", "--only", "reason_code=197", "is_initial=yes"), {"claims"}),
        (("denials", "findings"), {"findings"}),
        (("denials", "aged"), {"ages"}),
        (("denials", "differ"), {"steps"}),
        (("denials", "waits", "--by", "payer"), {"waits"}),
        (("denials", "cohorts"), {"cohorts"}),
        (("denials", "worklist", "--order", "deadline"), {"worklist"}),
        (("ledger", "verify"), {"event_count", "head_hash", "anchor", "compared_anchor_count"}),
    ],
)
def test_every_answer_is_a_screen_and_json(
    run: Run, workspace: Path, words: tuple[str, ...], keys: set[str]
) -> None:
    shown = run("-w", workspace, *words)
    assert shown.code == 0
    assert shown.out.strip()
    assert keys <= json.loads(run("-w", workspace, *words, "--json").out).keys()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_written_for_a_shell_and_parses(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    # Installing also adds a line to the shell's start-up file, in the home folder.
    monkeypatch.setenv("HOME", str(tmp_path))
    script = tmp_path / f"auditlib.{shell}"
    ran = run("--install-completion", "--shell", shell, "--output", script)
    text = script.read_text()
    for word in ("ratstats", "appraise", "not-loaded", "init", "--workpaper"):
        assert word in text
    assert ran.code == 0
    program = shutil.which(shell)
    if program is not None:
        subprocess.run([program, "-n", str(script)], check=True)
    elif shell == "bash":
        pytest.skip("there is no bash here")
