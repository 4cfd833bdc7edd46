"""The denial explorer on the demo: findings lead to their lines, claims open, files are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from auditlib.measures.denied_lines import claims_of, where
from auditlib.report.labels import label_of
from auditlib.workbench import Workbench
from auditlib.workbench.denial_explorer import claim_parts
from tests.made_once import demo_workspace
from tests.widgets.test_accuracy_screen import texts


@pytest.mark.slow
def test_a_finding_leads_to_its_claims_and_into_files(tmp_path: Path) -> None:
    bench = Workbench.open(demo_workspace(tmp_path / "w"))
    screen = bench.denials.explore()
    found = bench.denials.findings().frame
    assert found.height > 0
    lines = bench.denials.lines().frame
    for place, wanted in enumerate(found["filters"]):
        screen._answer({"kind": "finding", "value": place})
        assert screen.chosen_claims().rows() == claims_of(where(lines, wanted)).rows()

    claims = screen.chosen_claims()
    opened = screen._answer({"kind": "claim", "claim": claims["claim_id"][0]})
    assert opened is not None
    words = texts(opened["claim"])
    for part in ("Lines (", "Adjustments (", "Remarks (", "History (", "Findings of our checks ("):
        assert part in words

    for kind in ("worklist", "export", "sample"):
        said = screen._answer({"kind": kind})
        assert said is not None
        assert "error" not in said
    folder = bench.workspace.reports / "denials"
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".xlsx", ".xlsx"]
    (listed,) = folder.glob("*.csv")
    assert pl.read_csv(listed).height == claims.height
    # The worklist of the selection has what there is to do by when, as the worklist of all has.
    (work,) = folder.glob("worklist*.xlsx")
    rows = fastexcel.read_excel(work).load_sheet(0).to_polars()
    todo = bench.denials.worklist().frame.join(claims.select("claim_id"), on="claim_id", how="semi")
    assert rows[label_of("claim_id")].to_list() == todo["claim_id"].to_list()
    assert {label_of("action"), label_of("last_appeal_date")} <= set(rows.columns)


@pytest.mark.slow
def test_work_entered_on_the_screen_is_in_the_worklist_and_the_bars(tmp_path: Path) -> None:
    bench = Workbench.open(demo_workspace(tmp_path / "w"))
    screen = bench.denials.explore()
    todo = bench.denials.worklist().frame
    two = todo["claim_id"].head(2).to_list()

    def enter(gesture: str, claims: list[int], **said: str) -> dict[str, Any]:
        answer = screen._answer({"kind": "enter", "gesture": gesture, "claims": claims, "said": said})
        assert answer is not None
        return answer

    today = screen._answer({"kind": "ready"})["today"]  # type: ignore[index]
    assert enter("assign", two, assignee="Wenger")["words"] == "2 claims: assigned to Wenger."
    assert "error" not in enter("note", two, note="Called the payer.")
    assert "error" not in enter("appeal", two[:1], on=today, level_number="")
    assert "error" not in enter("outcome", two[:1], decision="partly won", on=today, amount="$1,200.50")
    assert "error" not in enter("ground", two[:1], ground="clinical validation")
    rows = bench.denials.worklist().frame.filter(pl.col("claim_id").is_in(two))
    assert rows["assignee"].to_list() == ["Wenger", "Wenger"]
    assert set(rows["last_note"]) == {"Called the payer."}
    assert set(rows["state"]) == {"partly won", "assigned"}
    stated = bench.denials.claims({"stated_ground": ["clinical validation"]}).frame
    assert stated["claim_id"].to_list() == two[:1]
    assert screen.selection.bars({})["stated_ground"].filter(value="clinical validation").height == 1

    for wrong in (
        enter("appeal", two, on="yesterday", level_number="1"),
        enter("appeal", two, on=today, level_number="0"),
        enter("close", two, closing="written off", on=today, amount="20"),
        enter("close", two[:1], closing="written off", on=today, amount="much"),
        enter("pay", two),
    ):
        assert wrong["error"]["hint"]
    # The first has an appeal of this level on record: so nothing is entered of the second either.
    both = enter("appeal", two[::-1], on=today, level_number="1")
    assert both["error"]["message"].startswith("Level 1 is out of order")
    states = bench.denials.worklist().frame.filter(claim_id=two[1])["state"].to_list()
    assert states == ["assigned"]
    assert "error" not in enter("close", two[1:], closing="written off", on=today, amount="20")
    assert two[1] not in bench.denials.worklist().frame["claim_id"]

    letter = screen._answer({"kind": "letter", "claim": todo["claim_id"][2]})
    assert letter is not None
    (written,) = (bench.workspace.reports / "denials").glob("appeal*.txt")
    assert " ".join(written.read_text(encoding="utf-8").split()) in texts(letter["claim"])


@pytest.mark.slow
def test_a_claim_without_lines_shows_its_answer_as_a_whole(tmp_path: Path) -> None:
    bench = Workbench.open(demo_workspace(tmp_path / "w"))
    whole = bench.denials.lines({"form": ["I"], "code": [None]}).frame
    without_lines = [
        one for one in whole["claim_id"].unique().sort() if bench.denials.claim(one).lines.is_empty()
    ]
    claim = without_lines[0]
    parts = dict(claim_parts(bench._context, claim).tables)
    assert "Lines" not in parts
    answers = parts["The claim as a whole"]
    assert answers.height > 0
    charged = bench.denials.claim(claim).outcome["charge_amount"].item()
    assert charged in answers[label_of("charge_amount")].to_list()
