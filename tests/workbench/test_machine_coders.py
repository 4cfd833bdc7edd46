"""A machine coder's audit on the demo, from its codes to the acceptance of a version and its reopening."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from auditlib.cli.main import main
from auditlib.errors import UsageError
from auditlib.sampling import SampleRequest, Universe
from auditlib.widgets.start_screen.figures import next_things
from auditlib.workbench import Workbench
from auditlib.workbench.demo import DEMO_MOMENT
from auditlib.workbench.demo_machine import CODES_AUDIT, PULL_AUDIT
from auditlib.workbench.start import Start
from tests.made_once import demo_workspace

PAGE = Path(__file__).parents[2] / "docs" / "machine_coders.md"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_workspace(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def bench(root: Path) -> Workbench:
    return Workbench.open(root, user="demo auditor", clock=lambda: DEMO_MOMENT)


def test_a_version_is_accepted_and_reopened_by_another_ones_codes(bench: Workbench) -> None:
    versions = bench.machine_coders.versions()
    columns = ("coder_version", "acceptance_state", "audit")
    assert sorted(versions.frame.select(columns).rows()) == [
        ("2.1", "reopened", CODES_AUDIT),
        ("2.2", "not accepted", None),
    ]
    assert "Codes of version 2.2 were loaded since" in versions.note
    kinds = [event.kind for event in bench.workspace.ledger().events(audit=CODES_AUDIT)]
    assert kinds.count("machine coder accepted") == kinds.count("machine coder reopened") == 1
    (reopened,) = bench.workspace.ledger().events(kinds=["machine coder reopened"])
    assert reopened.payload["other_versions"] == {"2.2": 363}


def test_the_start_screen_says_that_a_version_is_open_again(bench: Workbench) -> None:
    things = next_things(Start(bench._context, bench).figures("somebody"))
    assert "Codewise 2.1 is accepted no more" in " ".join(one.words for one in things)


def test_the_start_screen_offers_machine_coders_to_who_may_know_them(bench: Workbench) -> None:
    start = Start(bench._context, bench)
    offered = [str(one) for one in start.figures("somebody").machine_coders]
    assert sorted(offered) == ["Codewise 2.1", "Codewise 2.2"]
    # R03 reviews an audit in which suggested codes are hidden.
    assert list(start.figures("R03").machine_coders) == []


def test_the_acceptance_rests_on_the_running_bound(bench: Workbench) -> None:
    bound = bench.audit(CODES_AUDIT).may_stop(threshold=0.05, confidence=0.9)
    (accepted,) = bench.workspace.ledger().events(kinds=["machine coder accepted"])
    assert accepted.payload["upper_limit"] < 0.05
    assert accepted.payload["reviewed_count"] == 200
    # The fixed sample's estimate counts the same wrong codes, not charts in error.
    assert bench.audit(CODES_AUDIT).estimate().error_count == accepted.payload["error_count"]
    assert re.search(r"You may stop: after \d+ machine codes the share of machine codes in error", str(bound))
    with pytest.raises(UsageError, match=r"not accepted\. Go on: after 200 machine codes"):
        bench.machine_coders.accept(CODES_AUDIT, threshold=0.005)
    with pytest.raises(UsageError, match="is of encounters, not of a machine coder's codes"):
        bench.machine_coders.accept("demo")


def test_machine_and_coders_are_compared_on_the_same_charts(bench: Workbench) -> None:
    found = bench.machine_coders.compare(CODES_AUDIT, "Codewise", "2.1")
    first = found.frame.row(0, named=True)
    assert first["coder_total"] == first["machine_total"] > 500
    assert first["difference_lower"] < first["difference"] < first["difference_upper"]
    bands = bench.machine_coders.calibration(CODES_AUDIT, "Codewise", "2.1").frame
    assert bands["code_count"].sum() == found.frame.row(1, named=True)["machine_total"]
    with pytest.raises(UsageError, match=r"Codewise 2\.3"):
        bench.machine_coders.compare(CODES_AUDIT, "Codewise", "2.3")


def test_the_planted_pull_is_found_with_its_interval(bench: Workbench) -> None:
    row = (
        bench.machine_coders.pull(PULL_AUDIT)
        .frame.filter(suggestions="the coder has it not")
        .row(0, named=True)
    )
    assert row["lower"] < row["pull"] < row["upper"]
    assert row["pull"] > 0.1
    plan = bench.audit(PULL_AUDIT).plan.plan
    assert len(plan.suggestions.shown) == len(plan.rounds) // 2
    events = bench.workspace.ledger().events(audit=PULL_AUDIT, kinds=["suggestion shown"])
    assert {event.subject for event in events} <= plan.suggestions.shown
    with pytest.raises(UsageError, match="shows no suggested codes"):
        bench.machine_coders.pull("demo")


def test_who_reviews_without_the_suggestions_is_refused_them(root: Path) -> None:
    reviewer = Workbench.open(root, user="R03", clock=lambda: DEMO_MOMENT)
    for call in (
        reviewer.machine_coders.versions,
        lambda: reviewer.machine_coders.codes("E02714"),
        lambda: reviewer.machine_coders.pull(PULL_AUDIT),
        lambda: reviewer.universes.frame(Universe("machine", unit="machine code")),
        lambda: reviewer.machine_coders.accept(CODES_AUDIT),
    ):
        with pytest.raises(UsageError, match="hidden in this audit"):
            call()


def test_a_sample_of_machine_codes_is_stratified_by_confidence(bench: Workbench) -> None:
    universe = Universe(
        "by confidence", unit="machine code", coder_id="Codewise 2.2", stratify_by="confidence_band"
    )
    frame = bench.universes.frame(universe).frame
    assert frame.height == 363
    assert {"50 to 70 %", "70 to 90 %", "90 to 95 %", "95 % and more"} <= set(frame["stratum"])
    manifest = bench.samples.draw(
        universe, SampleRequest("stratified", seed="5", count=40, allocation="quota"), name="by confidence"
    )
    assert manifest.universe.unit == "machine code"
    assert bench.samples.verify("by confidence") is not None
    with pytest.raises(UsageError, match="confidence of a machine coder is known of its codes"):
        bench.universes.frame(Universe("x", stratify_by="confidence_band"))


def test_every_command_of_the_page_answers(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines() if line.startswith("auditlib ")]
    assert len(commands) >= 8
    for command in commands:
        words = shlex.split(command, comments=True)[1:]
        code = main(["-w", str(root), *words])
        printed = capsys.readouterr()
        assert code == 0, (command, printed.err)
        assert printed.out.strip(), command
    assert main(["-w", str(root), "--json", "machine", "list"]) == 0
    assert json.loads(capsys.readouterr().out)["versions"][0]["coder_name"] == "Codewise"
