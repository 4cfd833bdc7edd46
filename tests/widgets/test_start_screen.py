"""The start screen without a browser: what it shows, what it refuses, and what it writes only when asked."""

from __future__ import annotations

import datetime as dt
import errno
import re
import shutil
import sqlite3
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import comm
import pytest

from auditlib.errors import UsageError
from auditlib.progress import Progress
from auditlib.review.blindness import BLIND_TO
from auditlib.review.plan import RULES
from auditlib.sampling import SampleRequest, Universe
from auditlib.sampling.expectation import Expectation
from auditlib.widgets import (
    AccuracyScreen,
    AdjudicationScreen,
    DenialExplorer,
    PracticeStart,
    RebuttalScreen,
    ReviewStart,
    SamplePlanner,
    StartScreen,
    screen_progress,
)
from auditlib.widgets.guard import guarded
from auditlib.widgets.screen_progress import ScreenProgress
from auditlib.widgets.start_screen import plan_form
from auditlib.widgets.start_screen.plan_form import (
    BLIND_IN_WORDS,
    RULES_IN_WORDS,
    FieldsWrongError,
    audit_of,
    review_of,
)
from auditlib.workbench import Workbench, demo
from tests.made_once import demo_workspace, empty_workspace, workspace_with_code_sets
from tests.widgets.example_stays import bench_of, reviewed_stays
from tests.widgets.test_sample_planner import small_workbench
from tests.x12_texts import professional_claims

FORM = {
    "name": "q1",
    "objective": "",
    "universe": "",
    "unit": "encounter",
    "from_date": "",
    "to_date": "",
    "size_by": "count",
    "size": "12",
    "error_rate": "10",
    "half_width": "5",
    "seed": "41352",
    "reviewers": "R01, R02",
    "coder_ids": "",
    "second_share": "25",
    "rule": "random",
    "blind": ["first reviewer"],
}
Send = Callable[..., dict[str, Any] | None]


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Callable[[StartScreen], Send]:
    """Return what sends a screen the messages of a browser and gives back its answers."""
    outbox: list[dict[str, Any]] = []

    def publish(_comm: object, _kind: str, data: dict[str, Any] | None = None, **_: object) -> None:
        if data and data.get("method") == "custom":
            outbox.append(data["content"])

    monkeypatch.setattr(comm.DummyComm, "publish_msg", publish)
    numbers = count(1)

    def of_screen(screen: StartScreen) -> Send:
        def sent(kind: str, **message: object) -> dict[str, Any] | None:
            outbox.clear()
            content = {"kind": kind, "view": "view-1", "sequence": next(numbers), **message}
            screen.page._handle_msg(
                {"buffers": [], "content": {"data": {"method": "custom", "content": content}}}
            )
            if screen.page.counting is not None:
                screen.page.counting.join(60)
            return outbox[-1] if outbox else None

        return sent

    return of_screen


def written(bench: Workbench) -> tuple[int, list[str]]:
    """Return what the screen must leave as it is: the ledger's events and the files."""
    root = bench.workspace.root
    files = [str(path.relative_to(root)) for path in sorted(root.rglob("*")) if path.suffix != ".lock"]
    return bench.ledger.verify().event_count, [
        name for name in files if "-wal" not in name and "-shm" not in name
    ]


def test_the_overview_says_what_is_here_what_is_missing_and_what_is_next(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    before = written(bench)
    screen = bench.start()
    answer = send(screen)("ready")
    page = answer["page"]
    assert {row["name"]: (row["count"], row["days"]) for row in page["contents"]} == {
        "files": ("0", ""),
        "encounters": ("240", "Oct 1, 2025 to May 28, 2026"),
        "documents": ("240", ""),
        "claims": ("240", ""),
        "remittances": ("0", ""),
    }
    assert next(row["command"] for row in page["contents"] if row["name"] == "remittances")
    assert (page["next"]["words"], page["next"]["does"]) == ("run the checks on what is loaded", "checks")
    assert [level["value"] for level in answer["choices"]["blind"]] == list(BLIND_TO)
    assert repr(screen).endswith("Next: run the checks on what is loaded.")
    assert written(bench) == before


def test_every_level_of_blindness_and_every_rule_has_plain_words() -> None:
    assert set(BLIND_IN_WORDS) == set(BLIND_TO)
    assert set(RULES_IN_WORDS) == set(RULES)
    assert all(words.startswith("hides ") for _, words in BLIND_IN_WORDS.values())


def test_an_audit_is_planned_drawn_and_opened_and_a_double_click_draws_once(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    screen = bench.start()
    ask = send(screen)
    ask("ready")
    before = written(bench)
    checked = ask("check", audit="", values=FORM)
    assert checked["words"] == (
        "Draws 12 of 240 encounters as audit 'q1', seed 41352. 12 encounters, set by the auditor. "
        "Reviewed by R01, R02; 25 % get a second reviewer; hidden from reviewers: other reviewers."
    )
    assert written(bench) == before

    answer = ask("plan", audit="", values=FORM, sequence=1_000)
    assert answer["who"] == {"audit": "q1", "reviewers": ["R01", "R02"], "user": "R. Auditor"}
    once = written(bench)
    assert ask("plan", audit="", values=FORM, sequence=1_000) is None
    assert written(bench) == once
    assert bench.samples.names() == ["q1"]
    plan = bench.audit("q1").plan.plan
    assert (len(plan.rounds), plan.blindness.levels, plan.share) == (12, ("first reviewer",), 0.25)

    opened = ask("review", audit="q1", reviewer="R02", sequence=1_001)
    assert opened["below"] == {"title": "Review of q1", "reviewer": "R02", "audit": "q1"}
    assert isinstance(screen.below, ReviewStart)
    assert screen.below.card._session.reviewer == "R02"
    session = screen.below.card._session
    assert session.blindness(session.encounter_id).levels == ("first reviewer",)

    # Back at the start, R02 sees their own charts and nothing of R01.
    back = ask("start")
    assert screen.below is None
    own = len(plan.charts_of("R02"))
    row = back["page"]["audits"][0]
    assert (row["state"], row["done"], row["reviewers"]) == ("review", f"0 of {own}", ["R02"])
    assert "R01" not in str(back["page"])
    assert "R01" in str(ask("other person")["page"])
    assert ask("other person", name=" Zoe ")["page"]["user"] == "Zoe"


def test_a_plan_with_the_name_of_another_is_refused_with_what_to_do(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    ask = send(bench.start())
    ask("plan", audit="", values=FORM)
    before = written(bench)
    for name in ("q1", "Q1"):
        for kind in ("check", "plan"):
            error = ask(kind, audit="", values={**FORM, "name": name, "seed": "7"})["error"]
            assert error["message"] == (
                "There is an audit 'q1' already, drawn 2026-11-02 by R. Auditor; nothing was drawn now."
            )
            assert error["hint"] == "Open it from the list, or give the new audit another name."
    assert written(bench) == before


def test_an_only_reviewer_is_not_asked_who_they_are(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    screen = bench.start()
    answer = send(screen)("plan", audit="", values={**FORM, "reviewers": "R07", "second_share": ""})
    assert answer["below"] == {"title": "Review of q1", "reviewer": "R07", "audit": "q1"}
    assert screen.below.card._session.reviewer == "R07"


def test_a_drawn_sample_is_given_to_reviewers_who_are_not_its_coders(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(Universe("All"), SampleRequest("simple", seed="1", count=8), name="q2")
    ask = send(bench.start())
    page = ask("ready")["page"]
    assert page["next"]["words"] == "say who reviews audit q2"
    assert page["audits"][0]["state"] == "drawn"
    values = {"reviewers": "Ann; Bo", "coder_ids": "Ann = C00, Ann=C01, Ann=C02", "blind": []}
    assert ask("assign", audit="q2", values=values)["who"]["reviewers"] == ["Ann", "Bo"]
    coders = dict(
        bench._context.query(
            "audits/people_of_encounters",
            {"encounter_ids": list(bench.audit("q2").plan.plan.rounds)},
        )
        .select("encounter_id", "coder_id")
        .iter_rows()
    )
    for chart, names in bench.audit("q2").plan.plan.rounds.items():
        assert names == (("Bo",) if coders[chart] != "C03" else names)


def test_a_sample_whose_review_cannot_be_planned_stays_and_the_message_says_so(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    ask = send(bench.start())
    values = {**FORM, "reviewers": "Ann", "second_share": "", "coder_ids": "Ann=C00,Ann=C01,Ann=C02,Ann=C03"}
    error = ask("plan", audit="", values=values)["error"]
    assert error["message"].startswith("The sample 'q1' is drawn and on record; who reviews it is not.")
    assert error["hint"].endswith("Choose 'q1' in the list and name its reviewers.")
    assert ask("refresh")["page"]["audits"][0]["state"] == "drawn"


def test_fields_that_cannot_be_read_are_all_named_and_nothing_is_written(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    before = written(bench)
    ask = send(bench.start())
    values = {"size": "many", "from_date": "2026-13-01", "second_share": "200", "coder_ids": "R01"}
    for kind in ("check", "plan"):
        problems = ask(kind, audit="", values=values)["problems"]
        assert set(problems) == {
            "name",
            "from_date",
            "size",
            "seed",
            "reviewers",
            "second_share",
            "coder_ids",
        }
    for name in ("../x", "<script>alert(1)</script>", "a" * 101, "CON", "q1\n"):
        answer = ask("plan", audit="", values={**FORM, "name": name})
        assert name == "q1\n" or "error" in answer, name
    assert ask("plan", audit="", values={**FORM, "name": "q9", "size": "241"})["error"]["message"] == (
        "241 cannot be drawn: the universe has 240 encounters."
    )
    assert ask("plan", audit="", values={**FORM, "name": "q9", "from_date": "2031-01-01"})["error"]
    assert bench.samples.names() == ["q1"]
    assert written(bench)[0] == before[0] + 2


def test_a_size_by_precision_says_how_it_was_worked_out() -> None:
    form = audit_of({**FORM, "size_by": "precision", "unit": "claim", "to_date": "2026-03-31"})
    assert form.size == Expectation(error_rate=0.1, width=0.1, confidence=0.9)
    assert form.universe == Universe("Claims to Mar 31, 2026", unit="claim", to_date=dt.date(2026, 3, 31))
    with pytest.raises(FieldsWrongError, match="not filled in"):
        audit_of({**FORM, "size_by": "precision", "half_width": "wide"})
    with pytest.raises(UsageError):
        audit_of({**FORM, "from_date": "2026-02-01", "to_date": "2026-01-01"})
    assert plan_form.audit_of({**FORM, "universe": "fy2026"}).universe == "fy2026"


def test_more_reviewers_limits_and_a_machine_coder_are_said_on_the_form() -> None:
    values = {
        **FORM,
        "reviewers": "Ann, Bo, Cy",
        "review_count": "3",
        "rule": "finding",
        "only": "DX-06, CPT-01",
    }
    request = review_of({**values, "suggestions_of": "Code wise\t2.1", "shown_share": "50"})
    assert (request.review_count, request.only) == (3, ("DX-06", "CPT-01"))
    assert (str(request.suggestions_of), request.shown_share) == ("Code wise 2.1", 0.5)
    # What is limited to coders or checks is said of two rules alone.
    assert review_of({**values, "rule": "random"}).only == ()
    assert review_of(FORM).suggestions_of is None
    for wrong in (
        {"review_count": "4"},
        {"review_count": "two"},
        {"suggestions_of": "W\t1", "blind": ["suggested codes"]},
    ):
        with pytest.raises(FieldsWrongError):
            review_of({**values, **wrong})


def test_all_of_an_audit_and_of_the_workspace_can_be_opened_by_who_may(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    screen = bench.start()
    ask = send(screen)

    def doors() -> list[str]:
        return list(ask("start")["page"]["audits"][0]["doors"])

    bench.universes.freeze(Universe("frozen"))
    assert doors() == []
    bench.samples.draw("frozen", SampleRequest("simple", seed="1", count=2), name="q1")
    assert doors() == ["review", "assign"]
    bench.audit("q1").plan_review(["Ann", "Bo"], second_share=1, blind=["first reviewer"])
    assert doors() == ["review", "adjudicate", "rebut", "assign"]
    ask("show", audit="q1", does="rebut")
    assert isinstance(screen.below, RebuttalScreen)
    ask("other person", name="Ann")
    assert doors() == ["review"]
    assert "hidden in this audit" in ask("show", audit="q1", does="rebut")["error"]["message"]
    ask("other person", name="Zoe")
    for room, kind in (
        ("denials", DenialExplorer),
        ("accuracy", AccuracyScreen),
        ("practice", PracticeStart),
    ):
        assert ask("room", room=room)["below"]["reviewer"] == "Zoe"
        assert isinstance(screen.below, kind)
    assert ask("room", room="cellar")["error"]
    # What is drawn and planned goes on record under the name that was said.
    ask("start")
    ask("plan", audit="", values={**FORM, "name": "q2"})
    by = {(event.kind, event.actor) for event in bench.workspace.ledger().events(audit="q2")}
    assert by == {("sample drawn", "Zoe"), ("review planned", "Zoe")}


def test_a_closed_audit_offers_to_send_its_findings(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = bench_of(reviewed_stays(tmp_path / "w"))
    for item in ("2", "DRG"):
        bench.audit("q1").adjudicate("S1", item, follow="Ann", reason="So.")
    page = send(bench.start())("ready")["page"]
    row = page["audits"][0]
    assert (row["state"], row["nobody"]) == ("closed", "4 findings not sent to coders")
    assert row["next"]["words"] == "send 4 findings of audit q1 to coders, or leave them"
    # Nothing waits: it is offered, and is not the next thing of the workspace.
    assert "send" not in page["next"]["words"]


def test_precision_decides_the_size_that_is_drawn(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    ask = send(bench.start())
    values = {**FORM, "size_by": "precision", "half_width": "10"}
    words = ask("check", audit="", values=values)["words"]
    ask("plan", audit="", values=values)
    manifest = bench.samples.manifest("q1")
    assert f"Draws {manifest.design.sample_count} of 240 encounters" in words
    assert manifest.size_basis in words
    assert "10 % of the units expected in error" in manifest.size_basis


def test_hostile_names_travel_as_text_alone(tmp_path: Path, send: Callable[[StartScreen], Send]) -> None:
    bench = small_workbench(tmp_path / "w")
    hostile = "<img src=x onerror=window.hacked=1>"
    bench.audit(hostile, encounter_ids=["E001", "E002"]).plan_review(
        [f"{hostile}, R02"[:-5], "Bo"], second_share=0
    )
    screen = bench.start()
    page = send(screen)("ready")["page"]
    assert page["audits"][0]["audit"] == hostile
    shown = screen._repr_mimebundle_()["text/html"]
    assert "<img" not in shown
    assert send(screen)("open", audit=hostile)["who"]["reviewers"] == [hostile, "Bo"]
    send(screen)("review", audit=hostile, reviewer="Bo")
    assert screen.below.card._session.audit == hostile
    assert "error" in send(screen)("open", audit="no such audit")


@pytest.mark.parametrize("with_code_sets", [True, False])
def test_an_empty_workspace_says_load_your_files(
    tmp_path: Path, send: Callable[[StartScreen], Send], *, with_code_sets: bool
) -> None:
    root = tmp_path / "w"
    if with_code_sets:
        workspace_with_code_sets(root)
    else:
        empty_workspace(root)
    screen = Workbench.open(root).start()
    page = send(screen)("ready")["page"]
    assert page["next"] == {"words": "load your files", "button": "Load files", "does": "load", "audit": ""}
    assert (page["audits"], page["gaps"], page["can_plan"]) == ([], None, False)
    assert send(screen)("gaps")["page"]["gaps"] == []
    assert bool(page["code_sets"]) is with_code_sets
    assert [row["command"] != "" for row in page["contents"]] == [False, True, True, True, True]
    assert "no unit" in send(screen)("plan", audit="", values=FORM)["error"]["message"].lower()
    assert "nothing to draw from" in send(screen)("planner")["below"]["title"] or screen.below is not None


def test_a_workspace_without_code_sets_says_which_are_missing_and_what_loads_them(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    root = tmp_path / "w"
    empty_workspace(root)
    (root / "claims.837").write_text(
        professional_claims([("C1", "100.00"), ("C2", "50.00")]), encoding="ascii"
    )
    bench = Workbench.open(root)
    ask = send(bench.start())
    before = bench.ledger.verify().event_count
    loaded = ask("load", path=str(root / "claims.837"), is_code_set=False)
    assert loaded["said"] == "1 file loaded."
    assert loaded["page"]["gaps"] is None
    gaps = {gap["name"]: gap for gap in ask("gaps")["page"]["gaps"]}
    assert ask("refresh")["page"]["gaps"] == list(gaps.values())
    assert "auditlib codesets fetch" in gaps["ICD-10-CM"]["command"]
    assert gaps["CPT"]["command"] == "auditlib codesets load FILE"
    assert all("not checked" in gap["words"] for gap in gaps.values())
    assert bench.ledger.verify().event_count == before
    nothing = ask("load", path=str(root / "nothing here"), is_code_set=False)["error"]
    assert nothing["message"] == f"There is no file or folder {root / 'nothing here'}."
    (tmp_path / "empty").mkdir()
    without = ask("load", path=str(tmp_path / "empty"), is_code_set=False)["error"]
    assert without["message"] == f"There are no files in {tmp_path / 'empty'}."
    (tmp_path / "empty" / "photo.xyz").write_bytes(bytes(range(256)))
    unread = ask("load", path=str(tmp_path / "empty"), is_code_set=False)["said"]
    assert unread.startswith("1 file rejected. The first that was not loaded whole: ")
    assert ask("load", path="", is_code_set=True)["error"]["message"]


def test_a_read_only_ledger_shows_the_start_and_draws_nothing(
    tmp_path: Path, send: Callable[[StartScreen], Send], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = small_workbench(tmp_path / "w")
    ask = send(bench.start())
    ledger = bench.workspace.root / "ledger.db"
    ledger.chmod(0o444)
    _make_sqlite_read_only(monkeypatch)
    assert ask("ready")["page"]["can_plan"]
    error = ask("plan", audit="", values=FORM)["error"]
    assert "ledger" in error["message"].lower()
    assert list(bench.workspace.manifests.iterdir()) == []
    assert bench.samples.names() == []


def _make_sqlite_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connections refuse to write, as a file of another user does; root may write to any file."""
    connect = sqlite3.connect

    def read_only(path: str, **named: Any) -> sqlite3.Connection:  # noqa: ANN401 - as sqlite3 has it
        opened = connect(path, **named)
        opened.execute("pragma query_only = on")
        return opened

    monkeypatch.setattr(sqlite3.dbapi2, "connect", read_only)


def test_all_designs_open_in_place(tmp_path: Path, send: Callable[[StartScreen], Send]) -> None:
    screen = small_workbench(tmp_path / "w").start()
    ask = send(screen)
    ask("planner")
    assert isinstance(screen.below, SamplePlanner)
    planner = screen.below
    ask("start")
    assert (screen.below, planner.comm) == (None, None)


def test_disagreements_and_rebuttals_open_in_place(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    bench.samples.draw(Universe("All"), SampleRequest("simple", seed="1", count=2), name="q1")
    plan = bench.audit("q1").plan_review(["Ann", "Bo"], second_share=1).plan
    for chart in plan.rounds:
        bench.audit("q1").session("Ann").complete_chart(chart, recorded_at=bench.now(), go_on=False)
    bench.audit("q1").state_record(list(plan.rounds), "missing", reviewer="Bo")
    screen = bench.start()
    ask = send(screen)
    before = written(bench)
    thing = ask("ready")["page"]["next"]
    assert (thing["words"], thing["does"]) == ("decide 2 disagreements in audit q1", "adjudicate")
    assert ask("show", audit="q1", does="adjudicate")["below"] == {
        "title": "Disagreements of q1",
        "reviewer": "R. Auditor",
        "audit": "q1",
    }
    assert isinstance(screen.below, AdjudicationScreen)
    ask("start")
    ask("show", audit="q1", does="rebut")
    assert isinstance(screen.below, RebuttalScreen)
    assert written(bench) == before


def states(page: dict[str, Any]) -> dict[str, str]:
    return {step["name"]: step["state"] for step in page["steps"]}


def test_the_first_way_leads_from_files_to_a_report_and_names_each_next_step(
    tmp_path: Path, send: Callable[[StartScreen], Send]
) -> None:
    bench = small_workbench(tmp_path / "w")
    screen = bench.start()
    ask = send(screen)
    page = ask("ready")["page"]
    assert (page["next"]["does"], page["after"]) == ("checks", "plan an audit")
    assert states(page) == {
        "load": "done",
        "check": "now",
        **dict.fromkeys(("sample", "review", "estimate", "report"), "later"),
    }
    checked = ask("checks")
    assert checked["said"].split(" in ")[0].endswith("findings")
    assert "'auditlib checks list' says what each lacks" in checked["said"]
    assert checked["page"]["next"]["does"] == "plan"
    # The form as it is filled in hides other reviewers; Ann has none, and sees what comes of her review.
    ask("plan", audit="", values={**FORM, "size": "2", "reviewers": "Ann", "second_share": ""})
    page = ask("start")["page"]
    assert (states(page)["sample"], states(page)["review"]) == ("done", "now")
    for chart in bench.audit("q1").plan.plan.rounds:
        bench.audit("q1").session("Ann").complete_chart(chart, recorded_at=bench.now(), go_on=False)
    page = ask("start")["page"]
    assert page["next"] == {
        "words": "estimate and report audit q1",
        "button": "Write the report",
        "does": "report",
        "audit": "q1",
    }
    assert page["audits"][0]["doors"][-2:] == ["estimate", "report"]
    assert ask("estimate", audit="q1")["below"]["title"] == "Estimate of q1"
    assert "0 of 2 units in error, of 240 in the universe." in screen.below.value
    # Units are counted and shares are shares: no limit of a count is a percentage.
    assert re.search(r"items in error</td>.*?0\.0 to \d+\.\d</td>", screen.below.value, re.DOTALL)
    assert not list(bench.workspace.reports.iterdir())
    ask("start")
    (bench.workspace.reports / "q1.html").touch()
    page = ask("start")["page"]
    assert set(states(page).values()) == {"done"}
    assert page["next"]["does"] == "plan"


def test_the_demo_goes_into_a_folder_of_its_own_and_never_among_files_of_ones_own(
    tmp_path: Path, send: Callable[[StartScreen], Send], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = demo_workspace(tmp_path / "kept" / "demo")

    def copy_of_demo(root: Path, *, progress: Progress) -> None:
        progress.start("Loading", total=2)
        shutil.copytree(kept, root)
        progress.advance(2)

    monkeypatch.setattr(demo, "run_demo", copy_of_demo)
    bench = Workbench(empty_workspace(tmp_path / "mine"), user="R. Auditor")
    before = written(bench)
    screen = bench.start()
    ask = send(screen)
    page = ask("ready")["page"]
    assert page["next"]["does"] == "load"
    assert (states(page)["load"], page["own_workspace"]) == ("now", "")
    proposed = tmp_path / "mine-demo"
    assert page["demo_folder"] == str(proposed)
    # Proposed, and not made before somebody presses the button.
    assert not proposed.exists()
    for folder in (tmp_path / "mine", tmp_path / "mine" / "demo", tmp_path):
        assert "not apart from your own workspace" in ask("demo", folder=str(folder))["error"]["message"]
    assert ask("demo", folder=" ")["error"]["message"] == "It is not said where the demo goes."
    assert written(bench) == before

    made = ask("demo", folder=str(proposed))
    assert made["said"] == (
        f"The demo is in {proposed}, apart from your files. To open it with all notebooks: "
        f'auditlib -w "{proposed}" lab'
    )
    page = made["page"]
    assert (page["workspace"], page["own_workspace"], page["can_plan"]) == ("mine-demo", "mine", True)
    assert set(states(page).values()) == {"done"}
    report = proposed / "reports" / "demo.html"
    report.unlink()
    assert str(report) in ask("report", audit="demo")["said"]
    assert report.is_file()
    error = ask("load", path=str(tmp_path), is_code_set=False)["error"]
    assert error["hint"] == "Go back to mine, and load them there."
    back = ask("leave demo")["page"]
    assert (back["workspace"], back["own_workspace"], back["can_plan"]) == ("mine", "", False)
    assert written(bench) == before


def test_long_work_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, object]] = []
    moments = iter([0.0, 0.05, 0.05, 0.2, 0.2, 0.21])
    monkeypatch.setattr(screen_progress.time, "monotonic", lambda: next(moments, 0.22))
    progress = ScreenProgress(sent.append, {"view": "v", "sequence": 3})
    progress.start("Reading files", total=4)
    for _ in range(5):
        progress.advance()
    # Not more than ten times a second, the last part always, and never more than all.
    assert [message["done"] for message in sent] == [0, 3, 4, 4]
    assert sent[0] == {
        "view": "v",
        "sequence": 3,
        "answers": "progress",
        "step": "Reading files",
        "done": 0,
        "total": 4,
    }


def test_what_the_system_refuses_is_said_in_its_words() -> None:
    def refuse() -> dict[str, object]:
        raise PermissionError(errno.EACCES, "Permission denied", "/readonly/demo")

    assert guarded(refuse, screen="start screen")["error"] == {
        "message": "Permission denied (/readonly/demo).",
        "hint": None,
    }
