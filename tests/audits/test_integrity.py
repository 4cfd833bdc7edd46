"""What a verified ledger proves: the chain whole, nothing rewritten before an anchor, every draw there."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import polars as pl
import pytest

from auditlib.audits.draw_record import units_sha256
from auditlib.audits.integrity import write_anchor
from auditlib.cli.main import main
from auditlib.errors import LedgerBrokenError, StoreError, StoreLockedError, UsageError
from auditlib.ledger import Ledger, LedgerCheck, chain
from auditlib.report.contents import Fact
from auditlib.sampling import Manifest, SampleRequest, Universe
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from auditlib.workspace.clock import utc_now
from tests.made_once import copied
from tests.without_permissions import open_folder, run_without_permissions
from tests.x12_texts import professional_claims


def make_folders(home: Path) -> None:
    workspace = Workspace.create(home / "workspace")
    claims = home / "claims.edi"
    claims.write_text(professional_claims([(f"A{number:02}", "100.00") for number in range(12)]))
    Workbench(workspace, user="Ada").files.load(claims)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    home = copied("twelve-claims", make_folders, tmp_path)
    return Workbench(Workspace.open(home / "workspace"), user="Ada")


def draw(bench: Workbench, name: str = "first", seed: str = "7") -> Manifest:
    return bench.samples.draw(Universe("all"), SampleRequest("simple", seed=seed, count=5), name=name)


def rewrite(bench: Workbench, actor: str) -> None:
    """Put in the place of the ledger another, whole one, which says that someone else did it all."""
    path = bench.workspace.root / "ledger.db"
    events = Ledger(path).events()
    path.unlink()
    for leftover in path.parent.glob("ledger.db-*"):
        leftover.unlink()
    forged = Ledger(path)
    for event in events:
        forged.append(
            kind=event.kind,
            audit=event.audit,
            subject=event.subject,
            actor=actor,
            payload=event.payload,
            recorded_at=event.recorded_at,
        )


def test_a_chain_rewritten_as_a_whole_is_found_by_the_anchor_that_a_report_left(bench: Workbench) -> None:
    draw(bench)
    bench.reports.write("first")
    # The draw, and that a report was written.
    assert bench.ledger.verify().event_count == 2
    rewrite(bench, "someone else")
    with pytest.raises(LedgerBrokenError, match="event 1: it differs"):
        bench.ledger.verify()
    with pytest.raises(LedgerBrokenError, match="event 1: it differs"):
        bench.reports.write("first")


def test_the_report_prints_the_token_that_verify_takes(bench: Workbench) -> None:
    draw(bench)
    contents = bench.reports.contents("first")
    rests_on = next(each for each in contents.sections if each.heading.startswith("What this report"))
    facts = dict((fact.label, fact.value) if isinstance(fact, Fact) else fact for fact in rests_on.facts)
    assert facts["Anchor of the ledger"] == bench.ledger.verify().anchor


def test_the_command_takes_an_anchor_and_prints_one(
    bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    draw(bench)
    root = str(bench.workspace.root)
    assert main(["-w", root, "ledger", "verify", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["compared_anchor_count"] == said["proved_count"] == 1
    assert main(["-w", root, "ledger", "verify", "--since", said["anchor"]]) == 0
    shown = capsys.readouterr().out
    assert said["anchor"] in shown
    assert f"Not provable since {said['proved_until'][:10]}" in shown
    assert main(["-w", root, "ledger", "verify", "--since", "1:abc"]) == 2
    rewrite(bench, "someone else")
    assert main(["-w", root, "ledger", "verify"]) == 4
    assert "anchors.jsonl" in capsys.readouterr().err
    (bench.workspace.root / "anchors.jsonl").unlink()
    assert main(["-w", root, "ledger", "verify"]) == 0
    assert "no anchor to compare with" in capsys.readouterr().out
    assert main(["-w", root, "ledger", "verify", "--since", said["anchor"]]) == 4
    with pytest.raises(LedgerBrokenError):
        bench.ledger.verify(LedgerCheck.from_anchor(said["anchor"]))


def test_an_anchor_that_cannot_be_read_is_said(bench: Workbench) -> None:
    path = write_anchor(bench.workspace.reports, "first", bench.ledger.verify(), made_at=utc_now())
    assert bench.ledger.verify().event_count == 0
    for content in ("", "[]", "{}", '{"anchor": 5}', '{"anchor": "1:abc"}'):
        path.write_text(content)
        with pytest.raises(StoreError, match=r"first\.anchor\.json"):
            bench.ledger.verify()


def test_anchors_are_kept_elsewhere_too_where_the_workspace_says_so(
    bench: Workbench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = bench.workspace.root
    with (root / "workspace.toml").open("a") as config:
        config.write(f'[anchors]\nfiles = ["{(elsewhere / "october.jsonl").as_posix()}"]\nminutes = 5\n')
    configured = Workbench(Workspace.open(root), user="Ada")
    draw(configured)
    assert main(["-w", str(root), "ledger", "anchor"]) == 0
    anchor = configured.ledger.verify().anchor
    assert capsys.readouterr().out.rstrip().endswith(f"workspace {anchor}")
    assert len((elsewhere / "october.jsonl").read_text().splitlines()) == 2
    (root / "anchors.jsonl").unlink()
    rewrite(configured, "someone else")
    with pytest.raises(LedgerBrokenError, match=r"line 1 of .*october.jsonl"):
        configured.ledger.verify()
    # A place that cannot be reached is said, and nothing is made in its stead.
    shutil.rmtree(elsewhere)
    assert main(["-w", str(root), "ledger", "anchor"]) == 4
    assert "Keep it elsewhere yourself" in capsys.readouterr().err
    assert not elsewhere.exists()
    (note,) = configured.ledger.verify().notes
    assert "end at event 0, those in the workspace at 1" in note
    with (root / "workspace.toml").open("a") as config:
        config.write("minutse = 6\n")
    with pytest.raises(StoreError, match="not a list of files and a number of minutes"):
        Workspace.open(root)


@pytest.fixture
def october(bench: Workbench, tmp_path: Path) -> Path:
    """A file of anchors elsewhere that the workspace of `bench` names, with one line."""
    path = tmp_path / "elsewhere.jsonl"
    with (bench.workspace.root / "workspace.toml").open("a") as config:
        config.write(f'[anchors]\nfiles = ["{path.as_posix()}"]\n')
    draw(opened(bench.workspace.root))
    assert len(path.read_text().splitlines()) == 1
    return path


def opened(root: Path) -> Workbench:
    return Workbench(Workspace.open(root), user="Ada")


def complete(bench: Workbench, chart: str) -> None:
    bench.workspace.ledger().append(
        kind="chart completed", audit="first", subject=chart, actor="Ada", payload={}, recorded_at=bench.now()
    )


def test_a_copy_writes_nothing_into_the_anchors_of_the_workspace_it_was_made_of(
    bench: Workbench, october: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = opened(bench.workspace.root)
    shutil.copytree(live.workspace.root, tmp_path / "copy")
    copy = opened(tmp_path / "copy")
    kept = october.read_bytes()
    # The copy decides first: its events are those of the live one up to there.
    complete(copy, "E1")
    assert october.read_bytes() == kept
    assert "holds the anchors of the ledger" in " ".join(copy.ledger.verify().notes)
    assert main(["-w", str(copy.workspace.root), "ledger", "anchor"]) == 4
    assert "a copy of that workspace names files of its own" in capsys.readouterr().err
    for chart in ("E2", "E3"):
        complete(live, chart)
    assert len(october.read_text().splitlines()) == 3
    check = live.ledger.verify()
    assert (check.proved_count, check.notes) == (3, ())
    # Now both went their own ways, and the copy says why its ledger does not fit.
    with pytest.raises(LedgerBrokenError, match="holds the anchors of the ledger"):
        copy.ledger.verify()
    assert main(["-w", str(copy.workspace.root), "ledger", "anchor", "--moved-here"]) == 4
    assert len(october.read_text().splitlines()) == 3
    complete(copy, "E4")
    config = copy.workspace.root / "workspace.toml"
    config.write_text(config.read_text().replace("elsewhere.jsonl", "of_the_copy.jsonl"))
    assert opened(copy.workspace.root).ledger.verify().event_count == 3


def test_a_workspace_that_was_moved_goes_on_with_its_anchors_once_it_says_so(
    bench: Workbench, october: Path, tmp_path: Path
) -> None:
    root = tmp_path / "moved"
    bench.workspace.root.rename(root)
    moved = opened(root)
    complete(moved, "E1")
    assert len(october.read_text().splitlines()) == 1
    assert "ledger anchor --moved-here" in " ".join(moved.ledger.verify().notes)
    assert main(["-w", str(root), "ledger", "anchor", "--moved-here"]) == 0
    complete(moved, "E2")
    assert len(october.read_text().splitlines()) == 3
    check = moved.ledger.verify()
    assert (check.proved_count, check.notes) == (3, ())


@pytest.mark.parametrize("machine", ["the same", "another"])
def test_a_copy_in_the_place_of_the_live_one_is_known_by_its_machine_or_by_its_events(
    bench: Workbench, october: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    root = bench.workspace.root
    shutil.copytree(root, tmp_path / "earlier")
    complete(opened(root), "E1")
    kept = october.read_bytes()
    root.rename(tmp_path / "live")
    (tmp_path / "earlier").rename(root)
    if machine == "another":
        monkeypatch.setattr(chain, "_machine", lambda: "another")
    complete(opened(root), "E2")
    assert october.read_bytes() == kept
    with pytest.raises(LedgerBrokenError, match=r"elsewhere\.jsonl"):
        opened(root).ledger.verify()


def test_a_draw_that_failed_at_the_ledger_is_recorded_when_asked_for_again(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_given: object, **_named: object) -> None:
        message = "in use by another process"
        raise StoreLockedError(message)

    with monkeypatch.context() as locked:
        locked.setattr(Ledger, "append", fail)
        with pytest.raises(StoreLockedError):
            draw(bench)
    with pytest.raises(LedgerBrokenError, match="'first' has a manifest, but"):
        bench.ledger.verify()
    assert main(["-w", str(bench.workspace.root), "workspace", "summary"]) == 0
    assert "Warning: The sample 'first'" in capsys.readouterr().out
    with pytest.raises(UsageError, match="with another draw"):
        draw(bench, seed="8")
    manifest = draw(bench)
    frame_ids = bench.universes.frame(Universe("all")).frame["unit_id"].to_list()
    (event,) = bench.workspace.ledger().events()
    assert event.payload == {
        "manifest_sha256": manifest.content_sha256,
        "frame_sha256": manifest.frame.sha256,
        "units_sha256": units_sha256(pl.Series(frame_ids[::-1])),
        "unit": "encounter",
        "unit_count": 12,
        "sample_count": 5,
        "design": "simple random",
        "seed": "7",
    }
    assert draw(bench) == manifest
    assert bench.ledger.verify().event_count == 1
    assert bench.samples.names() == ["first"]
    assert main(["-w", str(bench.workspace.root), "workspace", "summary"]) == 0
    assert "Warning" not in capsys.readouterr().out


def test_another_ledger_in_its_place_is_not_verified(bench: Workbench) -> None:
    draw(bench)
    path = bench.workspace.root / "ledger.db"
    path.unlink()
    with pytest.raises(StoreError, match="There is no ledger"):
        bench.ledger.verify()
    with pytest.raises(StoreError, match="There is no ledger"):
        draw(bench, name="second")
    assert not (bench.workspace.manifests / "second.manifest.json").exists()
    Ledger(path)
    with pytest.raises(LedgerBrokenError, match="event 1: it was removed from the end"):
        bench.ledger.verify()
    (bench.workspace.root / "anchors.jsonl").unlink()
    with pytest.raises(LedgerBrokenError, match="does not hold its draw"):
        bench.ledger.verify()


def test_a_manifest_other_than_the_one_recorded_is_found(bench: Workbench) -> None:
    draw(bench)
    path = bench.workspace.manifests / "first.manifest.json"
    path.write_text(path.read_text().replace('"content_sha256": "', '"content_sha256": "0'))
    with pytest.raises(LedgerBrokenError, match="not the one whose draw was recorded"):
        bench.ledger.verify()


@pytest.mark.parametrize("name", ["CON", "nul", "Aux.2026", "com1", "LPT9", "PRN .x", "October."])
def test_a_name_that_windows_cannot_keep_is_refused(bench: Workbench, name: str) -> None:
    with pytest.raises(UsageError, match="Windows"):
        draw(bench, name=name)
    assert not any(bench.workspace.manifests.iterdir())


def test_names_that_differ_in_case_only_are_refused(bench: Workbench) -> None:
    draw(bench, name="Q1")
    with pytest.raises(UsageError, match="named 'Q1' already"):
        draw(bench, name="q1")
    draw(bench, name="Q10")
    draw(bench, name="Q1")
    assert bench.samples.names() == ["Q1", "Q10"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions otherwise")
def test_a_workspace_that_may_only_be_read_is_verified_and_reported_on(bench: Workbench) -> None:
    draw(bench)
    with open_folder() as folder:
        root = Path(shutil.copytree(bench.workspace.root, folder / "workspace"))
        (out := folder / "out").mkdir()
        out.chmod(0o777)
        for path in (root, *root.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        commands = [
            ["ledger", "verify"],
            ["workspace", "summary"],
            ["report", "first", "--format", "html", "--folder", str(out)],
            ["report", "first", "--format", "html"],
            ["ledger", "anchor"],
        ]
        program = (
            "import json, sys\nfrom auditlib.cli import main\n"
            "print([main(['-w', sys.argv[1], *words]) for words in json.loads(sys.argv[2])])"
        )
        said = run_without_permissions(sys.executable, "-c", program, str(root), json.dumps(commands))
        assert "[0, 0, 0, 4, 4]" in said, said
        assert {path.name for path in out.iterdir()} == {"first.html", "first.anchor.json"}
        for word in ("damaged", "move it", "defect", "Traceback"):
            assert word not in said
