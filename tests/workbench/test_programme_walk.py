"""Whole audits by programme on the demo, from plan to workpaper, by the walk and by commands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from auditlib.cli import main
from auditlib.codesets.readers import optional
from auditlib.errors import BadInputError, UsageError
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workbench.demo import DEMO_MOMENT, run_demo
from auditlib.workbench.programme_findings import with_amounts
from auditlib.workbench.programme_walk import (
    ENROLLEES,
    FAILS,
    FIRST_ROUND,
    FULL,
    MANUAL,
    PASSES,
    SECOND_ROUND,
    WALK_USER,
    walk_programmes,
)
from tests.made_once import made_once

FIGURES = {"point": r"Point = [^$]* =", "lower": r"Limits: lower", "demand": r"Figure by [^$]*: the [a-z ]+,"}
RSCRIPT = shutil.which("Rscript")


# Tests run without the sets of extras; the map of risk categories is one of them.
REAL_SETS = optional.OPTIONAL_SETS
HAS_MAP = any(one.id == "hcc" and one.folder is not None for one in REAL_SETS)
needs_map = pytest.mark.skipif(not HAS_MAP, reason="the extra 'groupers' is not installed")


def walked(to: Path) -> None:
    demo = made_once("demo", run_demo)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optional, "OPTIONAL_SETS", REAL_SETS)
        walk_programmes(demo, to, moment=DEMO_MOMENT)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    root = tmp_path_factory.mktemp("walk") / "w"
    shutil.copytree(made_once("walked", walked), root)
    return Workbench.open(root, user=WALK_USER, clock=lambda: DEMO_MOMENT)


@pytest.fixture
def command(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any, str]]:
    def call(*words: object) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = main(["-w", str(bench.workspace.root), *map(str, words), "--json"])
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if captured.out else None, captured.err

    return call


def dollars_said(paper: str, words: str) -> float:
    """Return the dollars that a workpaper says after some words."""
    found = re.search(rf"{words} (-?)\$([0-9,]+\.[0-9]{{2}})", paper)
    assert found is not None
    return float(found[1] + found[2].replace(",", ""))


def computed_again(files: list[Path]) -> list[dict[str, str]]:
    """Return what the scripts among the files print."""
    printed = []
    for path in files:
        if path.suffix == ".py":
            words = [sys.executable, "-I"]
        elif path.suffix == ".R" and RSCRIPT is not None:
            words = [RSCRIPT, "--vanilla"]
        else:
            continue
        done = subprocess.run([*words, str(path)], capture_output=True, text=True, check=True)
        printed.append(dict(line.split() for line in done.stdout.splitlines()))
    assert len(printed) == (2 if RSCRIPT else 1)
    return printed


@pytest.mark.parametrize("name", [FULL, MANUAL, pytest.param(ENROLLEES, marks=needs_map)])
def test_a_workpaper_states_everything_and_its_scripts_agree(
    command: Callable[..., tuple[int, Any, str]],
    bench: Workbench,
    name: str,
) -> None:
    code, written, _ = command("audit", "report", name, "--pack", "workpaper", "--format", "html")
    assert code == 0
    files = [Path(path) for path in written["reports"]]
    paper = files[0].read_text(encoding="utf-8")
    manifest = bench.audit(name).manifest
    for text in (manifest.frame.sha256, str(manifest.design.seed), manifest.generator, "Prepared by"):
        assert text in paper
    for text in ("Point = ", "Standard error = ", "Limits at ", "Figure by ", "_recompute.R"):
        assert text in paper
    assert paper.count(manifest.selected[-1].unit_id) >= 1
    said = {what: dollars_said(paper, words) for what, words in FIGURES.items()}
    assert said["point"] != 0
    for printed in computed_again(files):
        assert {what: float(printed[what]) for what in said} == pytest.approx(said, abs=0.01)


def test_a_round_is_not_extrapolated_and_has_no_scripts(
    command: Callable[..., tuple[int, Any, str]],
) -> None:
    code, written, _ = command("audit", "report", FIRST_ROUND, "--pack", "workpaper", "--format", "html")
    assert code == 0
    (paper,) = (Path(path) for path in written["reports"])
    assert "Not extrapolated" in paper.read_text(encoding="utf-8")


def test_the_full_sample_begins_with_the_discovery_sample_and_its_verdicts(bench: Workbench) -> None:
    first, full = bench.audit(FAILS), bench.audit(FULL)
    units = [unit.unit_id for unit in first.manifest.selected]
    assert [unit.unit_id for unit in full.manifest.selected][: len(units)] == units
    columns = ("unit_id", "result", "payment_difference")
    before = first.units().frame.select(columns)
    assert full.units().frame.select(columns).head(len(units)).equals(before)
    assert before.filter(result="record missing").height == 3
    lost = before.filter(result="record missing")["unit_id"]
    paid = full.units().frame.filter(pl.col("unit_id").is_in(lost.implode()))
    assert paid["payment_difference"].equals(paid["paid_amount"], check_names=False)


def test_a_universe_of_paid_claims_counts_what_it_leaves_out(bench: Workbench) -> None:
    record = bench.audit(PASSES).manifest.universe
    left_out = {one.reason: one.unit_count for one in record.exclusions}
    every = bench.universes.frame(
        Universe("all", unit="claim", coder_id="C02", encounter_class="office")
    ).frame.height
    gone = left_out["paid nothing, or less than nothing"] + left_out["without a payer's answer"]
    assert bench.audit(PASSES).manifest.frame.unit_count == every - gone
    assert gone > 0


@needs_map
def test_enrollees_without_a_category_are_counted(bench: Workbench) -> None:
    manifest = bench.audit(ENROLLEES).manifest
    (left_out,) = (one for one in manifest.universe.exclusions if "risk category" in one.reason)
    assert left_out.unit_count > 0
    units = bench.audit(ENROLLEES).units().frame
    assert units["paid_amount"].min() > 0  # type: ignore[operator]
    assert "vacated on 2025-09-25" in " ".join(bench.programmes.of(ENROLLEES).sentences())
    assert units.filter(pl.col("payment_difference") != 0).height == units.filter(result="in error").height
    assert units["payment_origin"].is_null().equals(units["payment_difference"].is_null(), check_names=False)


def test_commands_plan_explain_and_refuse(command: Callable[..., tuple[int, Any, str]]) -> None:
    code, explained, _ = command("audit", "plan", "--programme", "cia")
    with_options = command("audit", "plan", "--programme", "cia", "--seed", "7")[1]
    assert with_options["lines"][:-1] == explained["lines"]
    assert with_options["lines"][-1].startswith("Nothing is planned: a plan needs a name")
    assert code == 0
    assert any("not confirmed" in line for line in explained["lines"])
    few = ("audit", "plan", "few", "--programme", "cia", "--count", 10, "--payer", "P01", "--seed", "7")
    assert command(*few)[0] == 2
    code, planned, _ = command(*few, "--reason", "A trial.")
    assert code == 0
    assert len(planned["sample"]) == 10
    assert planned["deviations"] == ["10 units are fewer than 100"]
    assert "A trial." in planned["lines"][-1]
    assert command("audit", "next", PASSES)[1]["is_finished"]
    assert command("audit", "next", FAILS)[1]["full_sample_count"] == 142
    second = command("audit", "next", SECOND_ROUND)[1]
    assert "Not extrapolated" in second["sentences"][1]
    assert second["rounds"][0].startswith(f"{FIRST_ROUND} 5.0 %, {SECOND_ROUND} 5.0 %")
    code, _, err = command("audit", "plan", "no", "--programme", "pim", "--payer", "P01", "--seed", "1")
    assert (code, "after a finding" in err) == (2, True)
    assert len(command("audit", "programmes")[1]["programmes"]) == 11


def test_the_figure_is_the_plans_unless_a_reason_is_given(bench: Workbench) -> None:
    audit = bench.audit(MANUAL)
    with pytest.raises(UsageError, match="was planned by 'pim'"):
        audit.estimate(programme="SDP")
    other = audit.estimate(programme="SDP", reason="We disclose instead.", confidence=(0.9,))
    assert any("We disclose instead." in one for one in other.records)
    assert "We disclose instead." in other.paper
    assert "amounts of the verdicts: examined less audited" in other.paper


def test_no_figure_is_demanded_from_a_discovery_sample(bench: Workbench) -> None:
    done = bench.audit(FAILS).estimate(confidence=(0.9,))
    assert done.dollars_in_error is not None
    assert done.dollars_in_error.demanded is None
    assert "no figure is demanded from it" in done.paper
    assert "Figure demanded" not in done.paper
    with pytest.raises(UsageError, match="was planned by 'cia-discovery'"):
        bench.audit(FAILS).estimate(programme="CIA")
    full = bench.audit(FULL).estimate(confidence=(0.9,)).dollars_in_error
    assert full is not None
    assert full.demanded is not None


@pytest.mark.parametrize(
    ("programme", "further", "said"),
    [
        ("cia-discovery", {"follows": FAILS, "count": 60}, "takes 142 units, not 60"),
        ("cia-discovery", {"follows": FULL}, "is a full sample already"),
        ("tpe", {"follows": FAILS}, "cannot follow 'cia fails', an audit by 'cia-discovery'"),
        ("sdp", {"follows": MANUAL}, "cannot follow"),
        ("oig", {"payment_year": 2024}, "'oig' does not go by a payment year"),
        ("oig", {"ground": "failed education", "goal": 0.1}, "a ground or evidence, a topic or goal"),
    ],
)
def test_what_belongs_to_another_programme_is_refused(
    bench: Workbench, programme: str, further: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        bench.programmes.plan("strange", programme, **further)


def test_prices_of_a_planned_audit_go_by_its_programme(bench: Workbench, tmp_path: Path) -> None:
    audit = bench.audit(MANUAL)
    with pytest.raises(UsageError, match="a demand under Medicare Program Integrity Manual"):
        audit.price(sources=["usual"])
    assert "because: no schedule" in audit.price(sources=["usual"], estimate_reason="no schedule").basis
    with pytest.raises(BadInputError, match=r"gone\.csv cannot be read: No such file"):
        audit.price(refunds=tmp_path / "gone.csv")


def test_a_plan_stated_again_says_that_it_is_drawn(
    bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "-w",
        str(bench.workspace.root),
        "audit",
        "plan",
        "again",
        "--programme",
        "tpe",
        "--payer",
        "P01",
    ]
    for seed, said in (([], "Nothing is drawn yet"), (["--seed", "5"], "Drew 30"), ([], "is drawn already")):
        assert main([*words, *seed]) == 0
        assert said in capsys.readouterr().out
    assert main([*words, "--netting", "gross"]) == 2
    assert "no contract is stated" in capsys.readouterr().err


def test_a_draw_follows_its_plan(bench: Workbench) -> None:
    bench.programmes.plan("planned", "sdp", payer_id="P01", count=100)
    for seed in ("0", "00.0", " "):
        with pytest.raises(UsageError, match="not zero"):
            bench.programmes.draw("planned", seed=seed)
    universe = bench.programmes.of("planned").universe
    with pytest.raises(UsageError, match="not as planned: units 99, planned 100"):
        bench.samples.draw(universe, SampleRequest("simple", seed="5", count=99), name="planned")
    with pytest.raises(UsageError, match="passed"):
        bench.programmes.plan("more", "cia-discovery", follows=PASSES)
    with pytest.raises(UsageError, match="planned before that"):
        bench.programmes.plan(PASSES, "cia", payer_id="P01")
    with pytest.raises(UsageError, match="No audit 'nothing' is planned"):
        bench.programmes.draw("nothing", seed="1")


def test_amounts_of_a_biller_take_the_place_of_the_verdicts(bench: Workbench, tmp_path: Path) -> None:
    audit = bench.audit(PASSES)
    unit = audit.units().frame.filter(result="no error")["unit_id"][0]
    file = tmp_path / "amounts.csv"
    file.write_text(f"unit_id,examined,audited\n{unit},500.00,0.00\n", encoding="utf-8")
    done = audit.findings(amounts=file)
    assert done.step is not None
    assert done.step.sample_count is not None
    stated = with_amounts(audit.units().frame, file).filter(payment_origin="stated in the file of amounts")
    assert stated["unit_id"].to_list() == [unit]
