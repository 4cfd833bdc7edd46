"""Files loaded one after the other give the derived tables of one load of all of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.loading import load as load_module
from auditlib.loading.attached_document import remove_attachment, write_attachment
from auditlib.loading.load import load_files
from auditlib.warehouse import graph, touched
from auditlib.workspace import Workspace
from tests.made_once import empty_workspace
from tests.x12_texts import professional_claims
from tools.colliding_numbers import World, world, write

EXAMPLES = int(os.environ.get("AUDITLIB_LOAD_EXAMPLES", "1"))
LOADED_AT = dt.datetime(2026, 3, 1)  # noqa: DTZ001 - the store keeps UTC without its zone
HEADING = "encounter_id,encounter_class,admit_date,discharge_date,coder_id"
BUILT = tuple(dict.fromkeys(one.table for one in graph.models() if not one.is_for_checks))


def made_files(draw: random.Random, folder: Path) -> list[Path]:
    """Write claims, payments, encounters and a payment file whose transfer broke off, and mix them."""
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
    (folder / "encounters.csv").write_text("\n".join([HEADING, *dict.fromkeys(rows), ""]))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    draw.shuffle(files)
    return files


def built(workspace: Workspace) -> dict[str, pl.DataFrame]:
    found = {}
    with workspace.warehouse()._reading() as connection:
        for name in BUILT:
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
        expected, found = built(at_once), built(in_turn)
    different = [each for each in BUILT if not expected[each].equals(found[each])]
    assert not different, different


def test_files_that_land_in_parts_give_the_tables_of_one_transaction() -> None:
    draw = random.Random(20)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        # Files that are no X12 land first, and claims are numbered by files.
        files = sorted(made_files(draw, folder / "files"), key=lambda path: path.suffix != ".csv")
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
