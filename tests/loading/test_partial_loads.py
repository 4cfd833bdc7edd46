"""Files loaded one after the other give the derived tables of one load of all of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.loading import load as load_module
from auditlib.loading.attached_document import remove_attachment, write_attachment
from auditlib.loading.load import load_files
from auditlib.schema.mart import MODEL_BUILD
from auditlib.warehouse import graph, touched
from auditlib.warehouse.rebuild import rebuild
from auditlib.warehouse.store import Writer
from auditlib.workspace import Workspace
from tests.made_once import empty_workspace
from tests.x12_texts import professional_claims, remittance
from tools.colliding_numbers import World, world, write

EXAMPLES = int(os.environ.get("AUDITLIB_LOAD_EXAMPLES", "1"))
LOADED_AT = dt.datetime(2026, 3, 1)  # noqa: DTZ001 - the store keeps UTC without its zone
HEADING = "encounter_id,encounter_class,admit_date,discharge_date,coder_id"
CODES = "encounter_id,code_system,code,code_source,coder_name,coder_version"
BUILT = tuple(dict.fromkeys(one.table for one in graph.models() if not one.is_for_checks))
BUILT_WITH_CHECKS = tuple(dict.fromkeys(one.table for one in graph.models()))


def made_files(draw: random.Random, folder: Path) -> list[Path]:
    """Write claims, payments, encounters, notes, a model's codes and payments broken off, and mix them."""
    whole = world(draw.randrange(1000), 25)
    draw.shuffle(whole.payments)
    parts = 3
    for part in range(parts):
        of_part = World(draw, whole.claims[part::parts], whole.payments[part::parts])
        (folder / str(part)).mkdir()
        write(of_part, folder / str(part))
    complete = folder / "0" / "payments.835"
    (folder / "broken_off.835").write_bytes(complete.read_bytes()[: -draw.randrange(100, 2000)])
    rows = [f"{claim.number},office,2026-01-10,2026-01-10,C01" for claim in whole.claims[::4]]
    encounters, codes = folder / "encounters.csv", folder / "codes.csv"
    encounters.write_text("\n".join([HEADING, *dict.fromkeys(rows), ""]))
    coded = [f"{claim.number},CPT,99213,model,Codewise,2.1" for claim in whole.claims[::8]]
    codes.write_text("\n".join([CODES, *dict.fromkeys(coded), ""]))
    for claim in whole.claims[::6]:
        note = folder / "notes" / claim.number / "1.txt"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"Total time on the day of the visit: {draw.randrange(20, 60)} minutes.")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    draw.shuffle(files)
    # Codes of encounters that are not loaded yet would be rejected.
    first, last = sorted((files.index(encounters), files.index(codes)))
    files[first], files[last] = encounters, codes
    return files


def build_for_checks(workspace: Workspace) -> None:
    """Build what a run of the checks builds."""
    with workspace.warehouse().writing() as writer:
        graph.run(writer, changed=())


def built_by_an_earlier_version(workspace: Workspace, model: str) -> None:
    """Let the rows of a model be those of another SELECT."""
    with workspace.warehouse().writing() as writer:
        writer.remove(MODEL_BUILD, pl.DataFrame({"model": [model]}))
        row = {"model": [model], "sql_sha256": ["0" * 64], "code_sets": [None]}
        writer.append(MODEL_BUILD, pl.DataFrame(row, schema=MODEL_BUILD.polars_schema))


def built(workspace: Workspace, names: tuple[str, ...] = BUILT) -> dict[str, pl.DataFrame]:
    found = {}
    with workspace.warehouse()._reading() as connection:
        for name in names:
            frame = connection.select(f"select * from {name}", None)
            found[name] = frame.sort(frame.columns, nulls_last=True)
    return found


def test_minutes_that_an_attached_record_states_count_at_once(tmp_path: Path) -> None:
    workspace = empty_workspace(tmp_path / "workspace")
    table = tmp_path / "encounters.csv"
    table.write_text(HEADING + "\nE1,office,2026-01-10,2026-01-10,C01\n")
    load_files(workspace, [table], loaded_at=LOADED_AT)
    note = tmp_path / "time.txt"
    note.write_text("Total time on the day of the visit: 35 minutes.")
    write_attachment(
        workspace, note, encounter_id="E1", document_number=1, name=note.name, loaded_at=LOADED_AT
    )
    assert built(workspace)["core.stated_minutes"]["minute_count"].to_list() == [35]
    sha256 = hashlib.sha256(note.read_bytes()).hexdigest()
    remove_attachment(workspace, encounter_id="E1", document_number=1, sha256=sha256)
    assert built(workspace)["core.stated_minutes"].is_empty()


def tables_due_in(workspace: Workspace, file: Path) -> set[str]:
    """Load a file and return which tables of models follow from what its load is found to change."""
    made: set[str] = set()

    def noting(work: Callable[..., None]) -> Callable[..., None]:
        def noted(writer: Writer, *, changed: frozenset[str], **settings: object) -> None:
            made.update(model.table for model in graph.chosen_for_loads(changed))
            work(writer, changed=changed, **settings)

        return noted

    with pytest.MonkeyPatch.context() as patch:
        for name in ("run_touched", "rebuild"):
            patch.setattr(load_module, name, noting(getattr(load_module, name)))
        load_files(workspace, [file], loaded_at=LOADED_AT)
    return made


def test_a_load_makes_nothing_that_reads_none_of_what_it_changes(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    workspace = empty_workspace(tmp_path / "workspace")
    encounters = tmp_path / "encounters.csv"
    encounters.write_text(HEADING + "\nE1,office,2026-01-10,2026-01-10,C01\n")
    files = [*made_files(random.Random(4), tmp_path / "files"), encounters]
    load_files(workspace, files, loaded_at=LOADED_AT)
    note = tmp_path / "new" / "E1" / "1.txt"
    note.parent.mkdir(parents=True)
    note.write_text("Total time on the day of the visit: 35 minutes.")
    of_a_note = tables_due_in(workspace, note)
    assert of_a_note == {"core.stated_minutes", "core.leveled_visit"}
    claims = tmp_path / "claims.837"
    claims.write_text(professional_claims([("A1", "10.00")]))
    assert {"core.claim_role", "core.diagnosis"} <= tables_due_in(workspace, claims)


def test_a_note_leaves_the_codes_of_a_model_where_they_are(tmp_path: Path) -> None:
    workspace = empty_workspace(tmp_path / "workspace")
    encounters, codes = tmp_path / "encounters.csv", tmp_path / "codes.csv"
    encounters.write_text(HEADING + "\nE1,office,2026-01-10,2026-01-10,C01\n")
    codes.write_text(CODES + "\nE1,CPT,99213,model,Codewise,2.1\n")
    load_files(workspace, [encounters, codes], loaded_at=LOADED_AT)
    note = tmp_path / "E1" / "1.txt"
    note.parent.mkdir()
    note.write_text("Total time on the day of the visit: 35 minutes.")
    load_files(workspace, [note], loaded_at=LOADED_AT)
    audited = workspace.warehouse().query("queries/audits/encounter_codes_of", {"encounter_ids": ["E1"]})
    assert audited["code"].to_list() == ["99213"]


def test_a_record_attached_while_a_rebuild_is_due_counts_after_any_load(tmp_path: Path) -> None:
    workspace = empty_workspace(tmp_path / "workspace")
    encounters, note = tmp_path / "encounters.csv", tmp_path / "time.txt"
    encounters.write_text(HEADING + "\nE1,office,2026-01-10,2026-01-10,C01\n")
    note.write_text("Total time on the day of the visit: 35 minutes.")
    load_files(workspace, [encounters], loaded_at=LOADED_AT)
    built_by_an_earlier_version(workspace, "take_back")
    write_attachment(
        workspace, note, encounter_id="E1", document_number=1, name=note.name, loaded_at=LOADED_AT
    )
    payments = tmp_path / "payments.835"
    payments.write_text(remittance([("A1", "10.00", "8.00")]))
    load_files(workspace, [payments], loaded_at=LOADED_AT)
    assert built(workspace)["core.stated_minutes"]["minute_count"].to_list() == [35]


@pytest.mark.parametrize("is_upgraded", [False, True], ids=["next load", "upgrade"])
def test_what_only_checks_read_follows_a_model_of_which_another_version_made_the_rows(
    tmp_path: Path, *, is_upgraded: bool
) -> None:
    workspace = empty_workspace(tmp_path / "workspace")
    claims, payments = tmp_path / "claims.837", tmp_path / "payments.835"
    claims.write_text(professional_claims([("A1", "10.00")]))
    payments.write_text(remittance([("A1", "10.00", "8.00")]))
    load_files(workspace, [claims], loaded_at=LOADED_AT)
    build_for_checks(workspace)
    right = built(workspace, BUILT_WITH_CHECKS)["core.bill_diagnosis"]
    assert right.height
    with workspace.warehouse().writing() as writer:
        for name in ("core.diagnosis", "core.bill_diagnosis"):
            writer.delete_where(graph.contract(name), "true")
    built_by_an_earlier_version(workspace, "diagnosis")
    if is_upgraded:
        with workspace.warehouse().writing(finishing=True) as writer:
            rebuild(writer, changed=())
    else:
        load_files(workspace, [payments], loaded_at=LOADED_AT)
    build_for_checks(workspace)
    assert built(workspace, BUILT_WITH_CHECKS)["core.bill_diagnosis"].equals(right)


@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_split_of_files_into_loads_gives_the_tables_of_one_load(seed: int) -> None:
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        (folder / "files").mkdir()
        files = made_files(draw, folder / "files")
        at_once, in_turn = empty_workspace(folder / "at_once"), empty_workspace(folder / "in_turn")
        load_files(at_once, files, loaded_at=LOADED_AT)
        # However much of so little a load touches, it rebuilds that alone.
        patch.setattr(touched, "_MOST_SHARE", 9.0)
        while files:
            count = draw.randint(2, 5)
            load_files(in_turn, files[:count], loaded_at=LOADED_AT)
            files = files[count:]
            if draw.random() < 0.5:
                build_for_checks(in_turn)
        build_for_checks(at_once)
        build_for_checks(in_turn)
        expected, found = built(at_once, BUILT_WITH_CHECKS), built(in_turn, BUILT_WITH_CHECKS)
    different = [each for each in BUILT_WITH_CHECKS if not expected[each].equals(found[each])]
    assert not different, different


def test_files_that_land_in_parts_give_the_tables_of_one_transaction() -> None:
    draw = random.Random(20)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        # Files that are no X12 land first, and claims are numbered by files.
        files = sorted(
            made_files(draw, folder / "files"), key=lambda path: path.suffix not in {".csv", ".txt"}
        )
        at_once, in_parts = empty_workspace(folder / "at_once"), empty_workspace(folder / "in_parts")
        whole = load_files(at_once, files, loaded_at=LOADED_AT)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(touched, "_MOST_SHARE", 9.0)
            parted = load_files(in_parts, files, loaded_at=LOADED_AT, most_bytes=20_000)
        expected, found = built(at_once), built(in_parts)
    assert not [each for each in BUILT if not expected[each].equals(found[each])]
    counts = ["file_name", "line_count", "submitted_charge_amount", "paid_amount"]
    assert parted.files.select(counts).sort(counts).equals(whole.files.select(counts).sort(counts))


def test_what_landed_before_a_load_was_stopped_stays_and_the_next_load_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "files").mkdir()
    paths = []
    for number in range(4):
        paths.append(tmp_path / "files" / f"{number}.edi")
        paths[-1].write_text(professional_claims([(f"A{number}", "10.00")]))
    workspace, land, landed = empty_workspace(tmp_path / "workspace"), load_module._land, []

    def stopped_at_the_third(*args: object, **settings: object) -> None:
        if len(landed) == 2:
            raise KeyboardInterrupt
        landed.append(args)
        land(*args, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(load_module, "_land", stopped_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        load_files(workspace, paths, loaded_at=LOADED_AT, most_bytes=1)
    monkeypatch.undo()
    report = load_files(workspace, paths, loaded_at=LOADED_AT, most_bytes=1)
    assert report.files["load_status"].to_list() == ["already loaded"] * 2 + ["loaded"] * 2
    assert built(workspace)["core.claim_role"].height == 4
