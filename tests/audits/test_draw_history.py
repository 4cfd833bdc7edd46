"""A second draw of the same universe is listed, whatever it is called and whatever became of its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.audits.audit import SAMPLE_DRAWN
from auditlib.audits.draw_history import THE_SAME, draw_history
from auditlib.cli.main import main
from auditlib.errors import UsageError
from auditlib.sampling import Manifest, SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.audits.test_integrity import make_folders
from tests.made_once import copied
from tests.x12_texts import professional_claims


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    home = copied("twelve-claims", make_folders, tmp_path)
    return Workbench(Workspace.open(home / "workspace"), user="Ada")


def draw(bench: Workbench, name: str, seed: str = "7", universe: Universe | None = None) -> Manifest:
    request = SampleRequest("simple", seed=seed, count=3)
    return bench.samples.draw(universe or Universe("all"), request, name=name)


def forget(bench: Workbench, name: str) -> None:
    for path in bench.workspace.manifests.glob(f"{name}.*"):
        path.unlink()


def relations(bench: Workbench, audit: str) -> dict[str, tuple[str, int | None]]:
    draws = draw_history(bench.workspace, audit).draws
    return {row["audit"]: (row["units_in_common"], row["shared_unit_count"]) for row in draws.to_dicts()}


def test_one_draw_is_said_to_be_the_only_one(bench: Workbench) -> None:
    draw(bench, "first")
    history = draw_history(bench.workspace, "first")
    assert history.sentence == "The ledger holds that this universe was drawn once."
    assert history.is_single
    with pytest.raises(UsageError, match="no draw of 'second'"):
        draw_history(bench.workspace, "second")


def test_draws_under_other_names_and_seeds_are_counted(bench: Workbench) -> None:
    for number, name in enumerate(("first", "second", "third"), start=1):
        draw(bench, name, seed=str(number), universe=Universe(f"universe of {name}"))
    history = draw_history(bench.workspace, "second")
    assert history.sentence == ("The ledger holds that this universe was drawn 3 times; this is the second.")
    assert history.draws["seed"].to_list() == ["1", "2", "3"]
    assert history.draws["draw_number"].to_list() == [1, 2, 3]


def test_another_query_and_strata_are_the_same_universe_by_its_units(bench: Workbench) -> None:
    draw(bench, "first")
    stratified = Universe("by class", stratify_by="encounter_class")
    bench.samples.draw(stratified, SampleRequest("stratified", seed="9", count=4), name="second")
    first, second = (bench.samples.manifest(name) for name in ("first", "second"))
    assert first.frame.sha256 != second.frame.sha256
    assert relations(bench, "first") == {"first": (THE_SAME, 12), "second": (THE_SAME, 12)}
    forget(bench, "second")
    assert relations(bench, "first")["second"] == (THE_SAME, 12)


def test_a_draw_whose_files_were_deleted_stays_listed_and_its_name_is_not_free(bench: Workbench) -> None:
    draw(bench, "first", seed="1")
    draw(bench, "second", seed="2")
    forget(bench, "first")
    history = draw_history(bench.workspace, "second")
    assert history.sentence.endswith("drawn 2 times; this is the second.")
    assert history.draws["seed"].to_list() == ["1", "2"]
    with pytest.raises(UsageError, match="whose manifest is no longer in the folder"):
        draw(bench, "first", seed="3")
    assert bench.samples.names() == ["second"]
    assert "draw of 'first', whose manifest is no longer" in repr(bench.samples.list())
    assert "draw of 'first', whose manifest is no longer" in " ".join(bench.reports.summary().warnings)
    assert bench.ledger.removed_draws()


def test_the_latest_draw_without_its_files_leaves_the_earlier_ones_usable(bench: Workbench) -> None:
    draw(bench, "first")
    draw(bench, "second", seed="2")
    forget(bench, "second")
    assert bench.audit().name == "first"
    assert bench.reports.summary().audit == "first"
    assert "2 times; this is the first" in bench.reports.summary().draws


def test_a_part_of_the_universe_and_a_wider_one_say_the_overlap(bench: Workbench, tmp_path: Path) -> None:
    draw(bench, "first")
    later = tmp_path / "later.edi"
    later.write_text(professional_claims([(f"B{number:02}", "100.00") for number in range(3)]))
    bench.files.load(later)
    draw(bench, "wider")
    assert relations(bench, "first")["wider"] == ("these units and others", 12)
    assert relations(bench, "wider")["first"] == ("a part of these units", 12)
    assert draw_history(bench.workspace, "wider").sentence == (
        "The ledger holds that this universe was drawn once. 1 draw of a part of it: 'first' (12 in common)."
    )


def test_claims_and_encounters_are_compared_by_their_charts(bench: Workbench) -> None:
    draw(bench, "first")
    draw(bench, "claims", universe=Universe("claims", unit="claim"))
    assert relations(bench, "first")["claims"] == (THE_SAME, 12)


def test_a_draw_of_which_nothing_is_left_but_an_old_event_is_not_known(bench: Workbench) -> None:
    draw(bench, "first")
    ledger = bench.workspace.ledger()
    ledger.append(
        kind=SAMPLE_DRAWN,
        audit="old",
        subject="old",
        actor="Ada",
        payload={"manifest_sha256": "0" * 64, "frame_sha256": "1" * 64},
        recorded_at=ledger.events()[-1].recorded_at,
    )
    history = draw_history(bench.workspace, "first")
    assert history.sentence == (
        "The ledger holds that this universe was drawn once. Whether 'old' shares units with it is not "
        "known: the frame is no longer in the folder as it was drawn."
    )


def test_a_frame_that_was_edited_since_is_no_proof(bench: Workbench) -> None:
    draw(bench, "first")
    draw(bench, "claims", universe=Universe("claims", unit="claim"))
    frame = bench.workspace.manifests / "claims.frame.csv"
    frame.write_text(frame.read_text().splitlines()[0] + "\n", encoding="utf-8")
    assert relations(bench, "first")["claims"][0].startswith("not known")


def test_whether_a_review_had_begun_is_said(bench: Workbench) -> None:
    draw(bench, "first")
    ledger = bench.workspace.ledger()
    ledger.append(
        kind="chart completed",
        audit="first",
        subject=bench.samples.manifest("first").selected[0].unit_id,
        actor="Ada",
        payload={},
        recorded_at=ledger.events()[-1].recorded_at,
    )
    draw(bench, "second", seed="2")
    draws = draw_history(bench.workspace, "second").draws
    assert draws["review_before"].to_list() == [
        "before any review of these units",
        "after the review of 'first' (1 chart completed) had begun",
    ]
    assert draws["reviewed_chart_count"].to_list() == [1, 0]


def test_the_command_and_the_report_say_it(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    draw(bench, "first")
    draw(bench, "second", seed="2")
    root = str(bench.workspace.root)
    assert main(["-w", root, "sample", "verify", "second"]) == 0
    printed = capsys.readouterr().out
    assert "drawn 2 times; this is the second." in printed
    assert "Every statement of the memo was computed again" in printed
    section = next(one for one in bench.reports.contents("second").sections if one.heading == "Sample")
    assert (
        "Draws of this universe",
        "The ledger holds that this universe was drawn 2 times; this is the second.",
    ) in (section.facts)
    assert section.tables[1].title == "Draws that share units with this universe"
