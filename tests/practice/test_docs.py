"""Every command of docs/practice.md runs, in its order, and the workbench answers as its page says."""

from __future__ import annotations

import io
import json
import re
import shlex
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditlib.cli import main
from auditlib.errors import UsageError
from auditlib.practice.attempt import open_session, start_attempt
from auditlib.practice.pack import read_pack
from auditlib.workbench import Workbench
from auditlib.workbench.practice import OPEN_KEYS
from tests.made_once import workspace_with_code_sets
from tests.practice.examples import NOON, PASSPHRASE, WALK, entry

PAGE = Path(__file__).parents[2] / "docs" / "practice.md"


def commands() -> list[list[str]]:
    blocks = re.findall(
        r"^```\n(auditlib .*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return [shlex.split(line, comments=True)[1:] for block in blocks for line in block.splitlines() if line]


def class_of_four(folder: Path) -> None:
    """Four learners hand in attempts at the sealed pack, of whom each knows one code more."""
    pack = read_pack(folder / "exam")
    for number in range(4):
        path = start_attempt(
            folder / "class",
            pack,
            learner=f"L{number}",
            mode="test",
            recorded_at=NOON,
            case_ids=["C01", "C02"],
        )
        session = open_session(path, pack)
        for words in WALK[:number]:
            session.decide(entry("C01", words), recorded_at=NOON + timedelta(minutes=1))


def run(words: list[str]) -> tuple[int, str]:
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        code = main(words)
    return code, printed.getvalue()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    pytest.importorskip("cryptography")
    root = workspace_with_code_sets(tmp_path_factory.mktemp("practice") / "w")
    (root / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    said = {}
    with chdir(root):
        for words in commands():
            if "items" in words:
                class_of_four(root)
            code, text = run(words)
            assert code == 0, f"{words}: {text}"
            said[" ".join(words)] = text
    said["root"] = str(root)
    return said


def test_every_command_of_the_page_runs(printed: dict[str, str]) -> None:
    assert OPEN_KEYS in printed["practice list"]
    assert "Twisted ankle" in printed["practice list casebook"]
    scored = printed["practice score casebook"]
    assert "casebook.practice.Ada.1" in scored
    assert "Skills, the weakest first" in scored
    assert "laterality" in scored
    sealed = printed["practice seal casebook --out exam --passphrase-file passphrase.txt"]
    assert "Hand out this folder" in sealed
    checked = printed["practice check exam --passphrase-file passphrase.txt"]
    assert "not checked" in checked
    assert "not in force" not in checked
    items = printed["practice items exam --attempts class --passphrase-file passphrase.txt"]
    assert "4 learners" in items
    root = Path(printed["root"])
    assert (root / "lines.csv").read_text(encoding="utf-8").startswith("attempt,learner,case_id,")


def test_a_changed_credit_stays_beside_the_old_one_and_on_record(printed: dict[str, str]) -> None:
    wb = Workbench.open(printed["root"])
    scores = wb.practice.scores()
    row = scores.learners.frame.filter(scores.learners.frame["attempt"] == "casebook.practice.Ada.1")
    assert row.select("score_before_overrides", "score").row(0) == pytest.approx((0.0, 1 / 3 / 2))
    changed = scores.lines.frame.filter(scores.lines.frame["override_reason"].is_not_null())
    columns = ("case_id", "code", "credit", "credit_before_override", "override_reason")
    assert changed.select(columns).rows() == [("C01", "20610", 1.0, 0.0, "RT is on the claim form")]
    assert wb.practice.overrides().frame.height == 1
    with chdir(printed["root"]):
        shown = run(["practice", "score", "casebook", "--learner", "Ada"])[1]
    assert "20610 in C01: changed by" in shown
    with pytest.raises(UsageError, match="reason"):
        wb.practice.override("casebook.practice.Ada.1", "C01", "CPT 20610", credit=1, reason=" ")
    for names, words in (
        (("nobody", "C01", "CPT 20610"), "attempt"),
        (("casebook.practice.Ada.1", "C99", "CPT 20610"), "case"),
        (("casebook.practice.Ada.1", "C01", "20610"), "system"),
    ):
        with pytest.raises(UsageError, match=words):
            wb.practice.override(*names, credit=1, reason="x")


def test_a_program_gets_the_figures(printed: dict[str, str]) -> None:
    with chdir(printed["root"]):
        code, text = run(["--json", "practice", "score", "casebook"])
    figures = json.loads(text)
    assert (code, figures["not_read"]) == (0, {})
    assert {row["score"] for row in figures["definitions"]} >= {"code over code", "practice score"}


def test_the_desk_goes_on_with_an_attempt_that_is_not_ended(printed: dict[str, str]) -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    wb = Workbench.open(printed["root"], user="Bea", clock=lambda: now)
    start = wb.practice.desk()
    assert "casebook" in repr(start)
    assert not list(wb.practice.folder.glob("*Bea*"))
    for _ in range(2):
        start = wb.practice.desk()
        start.start()
    assert [path.name for path in wb.practice.folder.glob("*Bea*.attempt")] == [
        "casebook.practice.Bea.1.attempt"
    ]


def test_wrong_use_is_refused_in_words(printed: dict[str, str]) -> None:
    wb = Workbench.open(printed["root"])
    with pytest.raises(UsageError, match="casebok"):
        wb.practice.pack("casebok")
    with pytest.raises(UsageError, match="no folder"):
        wb.practice.scores(attempts="nowhere")
    with chdir(printed["root"]):
        assert run(["practice", "score", "exam", "--passphrase-file", "absent.txt"])[0] == 3
        assert run(["practice", "start", "casebook", "--mode", "test"])[0] == 2
