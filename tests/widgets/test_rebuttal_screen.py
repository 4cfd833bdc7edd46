"""The rebuttal screen without a browser: answers, decisions, scores, files and corrective actions."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from auditlib.audits.rebuttal_file import ANSWER_HEAD, EVIDENCE_HEAD, FINDING_HEAD, FINDINGS_SHEET
from auditlib.measures.accuracy import CODE_OVER_CODE
from auditlib.measures.rebuttal_scores import score_if_upheld
from auditlib.sources.workbook_cells import read_cells
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.widgets.example_charts import HOSTILE
from tests.widgets.example_reviews import AUDIT, NOTE, NOW, open_rebuttals
from tests.widgets.screen_line import ScreenLine

OTHER_CAUSE = {
    "action": "change",
    "code_number": 3,
    "corrected": {"code_system": "ICD-10-CM", "code": "E66.811", "code_role": "secondary"},
    "error_kind": "not specific",
    "cause": "system or charge master",
    "comment": None,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "w"


@pytest.fixture
def line(root: Path) -> ScreenLine:
    return ScreenLine(open_rebuttals(root))


@pytest.fixture
def bench(line: ScreenLine, root: Path) -> Workbench:
    del line  # it made the workspace
    return Workbench(Workspace.open(root), user="Lee", clock=lambda: NOW)


def answered(sent: Path, back: Path, *answers: tuple[str, str]) -> Path:
    """Write a workbook that was sent with an answer and evidence for each finding, as a coder would."""
    cells = {place: cell.text for place, cell in read_cells(sent)[FINDINGS_SHEET].items()}
    head = next(row for (row, _), text in cells.items() if text == FINDING_HEAD)
    column = {text: place for (row, place), text in cells.items() if row == head}
    for number, values in enumerate(answers, start=1):
        for name, text in zip((ANSWER_HEAD, EVIDENCE_HEAD), values, strict=True):
            cells[head + number, column[name]] = text
    with xlsxwriter.Workbook(str(back)) as book:
        sheet = book.add_worksheet(FINDINGS_SHEET)
        for (row, place), text in cells.items():
            sheet.write_string(row - 1, place - 1, text)
    return back


def finding(line: ScreenLine, billed: str) -> dict[str, Any]:
    return dict(next(row for row in line.status["rows"] if row["before"] == billed))


def decide(line: ScreenLine, billed: str, decision: str, **more: object) -> dict[str, Any]:
    values = {
        "finding_id": finding(line, billed)["finding_id"],
        "decision": decision,
        "reason": "So.",
        **more,
    }
    return line.press("decide", **values)


def test_billed_and_audited_stand_side_by_side_with_answers(line: ScreenLine) -> None:
    assert repr(line.screen) == "Rebuttals of audit 'ortho': 8 findings in 5 charts, 2 disputed, 2 to decide."
    status = line.status
    assert status["encounter_id"] == "A0003"
    assert status["counts"] == "6 codes billed, 4 audited"
    assert status["changes"] == "2 changed · 2 deleted · 0 added · 0 resequenced · 2 as billed"
    assert status["answers"] == "Coder agrees with 2 of 4 findings, disputes 2"
    assert status["deadline"] == "Answer by Nov 30, 2026: every finding is answered"
    rows = [
        (row["before"], row["after"], row["change"], row["answer"], row["is_open"]) for row in status["rows"]
    ]
    assert rows == [
        ("M17.12", "M17.11", "changed", "agrees", False),
        ("S83.241A", "(nothing)", "deleted", "agrees", False),
        ("E66.9", "E66.811", "changed", "disputes the cause", True),
        ("99213-25", "(nothing)", "deleted", "disputes the finding", True),
        ("20610", "20610", "as billed", None, False),
        ("J3301-JZ x40", "J3301-JZ x40", "as billed", None, False),
    ]
    quoted = finding(line, "99213-25")["quoted"][0]
    assert quoted["sentence"] == "continues the weight program started at the last visit"
    place = quoted["passage"]
    assert NOTE[place["start"] : place["end"]] == quoted["sentence"]
    line.press("open", chart="1")
    assert (line.status["encounter_id"], line.status["coder"]) == ("A0002", "C04")
    assert line.status["deadline"] == "Not sent to the coder yet"


def test_an_upheld_dispute_changes_the_score_as_the_screen_said(line: ScreenLine, bench: Workbench) -> None:
    assert line.status["scores"][0] == ["This chart, as audited", "2 of 4", "50.0 %"]
    said = finding(line, "99213-25")["score_if_upheld"]
    assert said == [3, 5]
    assert finding(line, "E66.9")["score_if_upheld"] == [2, 4]
    answer = decide(line, "99213-25", "upheld", reason="Obesity was assessed.")
    assert "error" not in answer
    assert line.status["scores"][1] == ["This chart, as decided", "3 of 5", "60.0 %"]
    row = finding(line, "99213-25")
    assert (row["decision"], row["counts_as"], row["reason"]) == (
        "upheld",
        "99213-25, as billed",
        "Obesity was assessed.",
    )
    scores = bench.audit(AUDIT).rebuttal.scores().frame.filter(name="A0003", measure=CODE_OVER_CODE)
    assert scores.select("after_numerator_count", "after_denominator_count").row(0) == tuple(said)
    line.press("withdraw", finding_id=row["finding_id"])
    assert finding(line, "99213-25")["is_open"]
    assert len(line.status["scores"]) == 3
    assert "Nothing is decided" in line.press("withdraw", finding_id=row["finding_id"])["error"]["message"]


def test_another_cause_counts_and_a_finding_stands(line: ScreenLine, bench: Workbench) -> None:
    decide(line, "E66.9", "upheld", verdict=OTHER_CAUSE)
    assert finding(line, "E66.9")["counts_as"] == "E66.811 (not specific, system or charge master)"
    decide(line, "99213-25", "stands", reason="Continued, not evaluated.")
    assert finding(line, "99213-25")["decision"] == "stands"
    assert (line.status["open_count"], line.status["saved_at"]) == (0, "09:00:00")
    final = bench.audit(AUDIT).reviewed.final.verdicts.filter(encounter_id="A0003", code_number=3)
    assert final["cause"].to_list() == ["system or charge master"]
    assert final["action"].to_list() == ["change"]


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"decision": "stands", "reason": " "}, "reason of the decision is not valid"),
        ({"decision": "maybe"}, "decision"),
        ({"decision": "upheld", "verdict": OTHER_CAUSE}, "on another code"),
        ({"decision": "stands", "finding_id": "0" * 16}, "no finding of that id"),
        ({"decision": "stands", "encounter_id": "A0001"}, "was for the chart before"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(
    line: ScreenLine, message: dict[str, Any], problem: str
) -> None:
    answer = decide(line, "99213-25", **message)
    assert problem in answer["error"]["message"]
    assert finding(line, "99213-25")["is_open"]
    assert line.status["saved_at"] is None


def test_who_judged_the_chart_does_not_decide(root: Path) -> None:
    line = ScreenLine(open_rebuttals(root, "Zoe"))
    assert finding(line, "99213-25")["is_own"]
    answer = decide(line, "99213-25", "stands")
    assert "judged this chart" in answer["error"]["message"]


def test_a_workbook_goes_out_and_its_answers_come_in(
    line: ScreenLine, bench: Workbench, tmp_path: Path
) -> None:
    line.press("open", chart="A0002")
    path = str(tmp_path / "C04.xlsx")
    assert line.status["workbook"].endswith("rebuttal_ortho_C04.xlsx")
    answer = line.press("write", path=path, coder="C04", working_days="5")
    assert answer["notice"] == f"Written: {path}. 2 findings, answer by Nov 30, 2026."
    assert line.status["deadline"] == "Answer by Nov 30, 2026 (5 working days left)"
    assert (
        "no new .xlsx file"
        in line.press("write", path=path, coder="C04", working_days="5")["error"]["message"]
    )
    assert (
        "no whole number" in line.press("write", path=path, coder="C04", working_days="x")["error"]["message"]
    )
    assert (
        "no whole path"
        in line.press("write", path="C04.xlsx", coder="C04", working_days="5")["error"]["message"]
    )

    back = str(answered(Path(path), tmp_path / "back.xlsx", ("disputes the finding", ""), ("agrees", "")))
    answer = line.press("load", path=back, coder="C04", late_reason="")
    assert answer["notice"].startswith("Nothing of back.xlsx was entered: 1 row refused.")
    assert answer["fates"][0][2] == "refused. A dispute needs its evidence in words."
    dispute = ("disputes the finding", "The injection was decided today.")
    back = str(answered(Path(path), tmp_path / "back.xlsx", dispute, ("agrees", "")))
    answer = line.press("load", path=back, coder="C04", late_reason="")
    assert answer["notice"] == "2 answers of coder C04 entered from back.xlsx."
    assert answer["fates"] == []
    states = bench.audit(AUDIT).rebuttals(coder="C04").frame["state"].to_list()
    assert sorted(states) == ["agrees", "dispute open"]


def test_corrective_actions_go_from_plan_to_re_audit(line: ScreenLine, bench: Workbench) -> None:
    subjects = dict(line.status["subjects"])
    assert subjects["cause coder rule"] == "cause: coder rule (3 findings)"
    plan = {"subject": "cause coder rule", "action": "Teach modifier 25.", "owner": "Lee"}
    assert "is no date" in line.press("plan", due="soon", **plan)["error"]["message"]
    assert "exactly one" in line.press("plan", due="2026-12-31", **{**plan, "subject": "x"})["error"]["hint"]
    assert line.press("plan", due="2026-12-31", **plan)["notice"] == "Action A1 is planned."
    action = line.status["actions"][0]
    assert (action["about"], action["owner"], action["due"], action["state"]) == (
        "cause: coder rule",
        "Lee",
        "Dec 31, 2026",
        "open",
    )
    assert "is not done" in line.press("reaudit", action_id="A1", audit=AUDIT)["error"]["message"]
    line.press("finish", action_id="A1", result="Taught on Nov 23.")
    assert line.status["actions"][0]["done"] == "Nov 23, 2026: Taught on Nov 23."
    assert line.status["audits"] == []
    about = line.status["rows"][0]["finding_id"]
    line.press("plan", due="2026-12-01", **{**plan, "subject": f"finding {about}"})
    assert line.status["actions"][1]["about"].startswith("A0003: M17.12 to M17.11")
    line.press("withdraw action", action_id="A2", reason="Done with A1.")
    assert [action["action_id"] for action in line.status["actions"]] == ["A1"]
    assert bench.audit(AUDIT).actions().frame["action_id"].to_list() == ["A1"]


def test_hostile_text_is_in_no_output_of_the_cell(line: ScreenLine) -> None:
    line.press("open", chart="A0002")
    assert HOSTILE in json.dumps(line.status["rows"], ensure_ascii=False).replace('\\"', '"')
    bundle = line.screen._repr_mimebundle_()
    assert bundle is not None
    assert HOSTILE not in json.dumps(bundle[0])
    assert HOSTILE not in json.dumps(line.screen.get_state(), default=str)


def test_one_coders_charts_alone_and_an_audit_without_findings(bench: Workbench) -> None:
    one = ScreenLine(bench.audit(AUDIT).rebuttal_screen("C04"))
    assert (one.status["chart_count"], one.status["coder"]) == (2, "C04")
    none = ScreenLine(bench.audit(AUDIT).rebuttal_screen("C99"))
    assert none.status["nothing"] == "No completed chart of coder C99 has a finding to answer."
    assert none.status["encounter_id"] is None
    assert "not known" in none.press("dance")["error"]["message"]


@pytest.mark.parametrize(
    ("action", "becomes", "score"),
    [
        ("change", "agree", (3, 4)),
        ("delete", "agree", (3, 5)),
        ("add", None, (2, 3)),
        ("change", "change", (2, 4)),
        ("change", "delete", (2, 3)),
        ("delete", "change", (2, 5)),
        ("delete", "delete", (2, 4)),
        ("add", "add", (2, 4)),
    ],
)
def test_the_score_if_a_dispute_is_upheld(action: str, becomes: str | None, score: tuple[int, int]) -> None:
    assert score_if_upheld((2, 4), action, becomes) == score


def test_the_day_of_the_deadline_and_after_it(root: Path, line: ScreenLine) -> None:
    del line
    workspace = Workspace.open(root)
    for day, words in (
        (30, "Answer by Nov 30, 2026, today"),
        (1, "without an answer a finding is not disputed"),
    ):
        moment = dt.datetime(2026, 11 if day == 30 else 12, day, 9, tzinfo=dt.UTC)
        later = Workbench(workspace, user="Lee", clock=lambda moment=moment: moment)
        screen = ScreenLine(later.audit(AUDIT).rebuttal_screen())
        screen.press("open", chart="A0001")
        assert words in screen.status["deadline"]
