"""Pseudonyms that nobody can make who does not have the workspace's key, and the step from those without."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from auditlib.errors import StoreError
from auditlib.loading import load as loading
from auditlib.loading.keyed_patients import KEYED_COLUMNS, key_patients
from auditlib.loading.load import load_files
from auditlib.sampling import SampleRequest, Universe
from auditlib.schema import CORE_TABLES
from auditlib.workbench import Workbench
from auditlib.workbench.demo import run_demo
from auditlib.workspace import Workspace
from auditlib.workspace.pseudonym_key import PSEUDONYM_KEY_NAME, make_key
from tests.made_once import empty_workspace
from tests.x12_texts import professional_claims

LOADED_AT = dt.datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001 - as the warehouse records it
HASH_LIKE = "0123456789abcdef"
ENCOUNTERS = f"""encounter_id,patient_id,encounter_class,admit_date,discharge_date
E1,MRN77,office,2026-01-10,2026-01-10
E2,{HASH_LIKE},office,2026-01-11,2026-01-11
"""


def load(workspace: Workspace, path: Path, text: str) -> None:
    path.write_text(text)
    load_files(workspace, [path], loaded_at=LOADED_AT)


def column(workspace: Workspace, table: str, name: str) -> list[str]:
    with workspace.warehouse()._open(read_only=True) as connection:
        return connection.select(f"select {name} from core.{table} order by 1", None)[name].to_list()


def test_patients_stand_under_the_hmac_of_what_a_file_says_also_where_that_looks_like_a_hash(
    workspace: Workspace, tmp_path: Path
) -> None:
    load(workspace, tmp_path / "encounters.csv", ENCOUNTERS)
    secret = bytes.fromhex((workspace.root / PSEUDONYM_KEY_NAME).read_text())
    plain = [hashlib.sha256(b"patient|MRN77").hexdigest()[:16], HASH_LIKE]
    expected = [hmac.new(secret, each.encode(), hashlib.sha256).hexdigest()[:16] for each in plain]
    assert column(workspace, "encounter", "patient_id") == sorted(expected)
    assert column(workspace, "patient", "patient_id") == sorted(expected)


def test_no_column_holds_a_hash_without_key(workspace: Workspace, tmp_path: Path) -> None:
    load(workspace, tmp_path / "a.edi", professional_claims([("A1", "100.00")]))
    words = ("M1", "INVENTED", "PERSON", "19600101|F|M1|PERSON|")
    plain = {hashlib.sha256(word.encode()).hexdigest()[:16] for word in words}
    stored = {
        value
        for table in CORE_TABLES
        for name in KEYED_COLUMNS
        if name in table.column_names
        for value in column(workspace, table.name, name)
    }
    assert len(stored - {None}) == 4
    assert not stored & plain


def test_two_workspaces_give_one_patient_two_pseudonyms_and_one_workspace_the_same(tmp_path: Path) -> None:
    seen = []
    for name in ("first", "second"):
        workspace = empty_workspace(tmp_path / name)
        (workspace.root / PSEUDONYM_KEY_NAME).unlink()
        make_key(workspace.pseudonym_key_path)
        for number, text in enumerate(("A1", "A2")):
            load(workspace, tmp_path / f"{name}{number}.edi", professional_claims([(text, "1.00")]))
        seen.append(column(workspace, "claim", "patient_id"))
    assert [len(set(patients)) for patients in seen] == [1, 1]
    assert seen[0] != seen[1]


def test_the_key_is_its_owners_alone_and_neither_lost_nor_another_one_is_taken(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = workspace.root / PSEUDONYM_KEY_NAME
    assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    load(workspace, tmp_path / "a.edi", professional_claims([("A1", "100.00")]))
    path.unlink()
    with pytest.raises(StoreError, match="is gone"):
        load(workspace, tmp_path / "b.edi", professional_claims([("A2", "100.00")]))
    with pytest.raises(StoreError, match="is gone"):
        key_patients(workspace)
    assert not path.exists()
    path.write_text("no key")
    with pytest.raises(StoreError, match="holds no key"):
        load(workspace, tmp_path / "b.edi", professional_claims([("A2", "100.00")]))
    path.unlink()
    make_key(path)
    with pytest.raises(StoreError, match="not the one"):
        load(workspace, tmp_path / "b.edi", professional_claims([("A2", "100.00")]))
    assert column(workspace, "claim", "patient_control_number") == ["A1"]


def test_an_earlier_workspace_is_upgraded_and_its_samples_and_verdicts_stay(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As the version before stored them: plain hashes, and no key.
    with monkeypatch.context() as earlier:
        earlier.setattr(loading, "with_keyed_patients", lambda batch, _key: batch)
        earlier.setattr(loading, "mark_key", lambda _writer, _key: None)
        earlier.setattr(loading, "require_key", lambda *_: make_key(workspace.pseudonym_key_path))
        # Two practices with one account number: the later encounter is named by its patient too.
        for number, member in enumerate(("M1", "M2")):
            text = professional_claims([("A1", "100.00")], provider=f"199999998{number}", member=member)
            load(workspace, tmp_path / f"{number}.edi", text)
    (workspace.root / PSEUDONYM_KEY_NAME).unlink()
    plain = column(workspace, "claim", "patient_id")
    encounters = column(workspace, "encounter", "encounter_id")
    assert plain[0] in encounters[1] or plain[1] in encounters[1]
    bench = Workbench.open(workspace.root, user="Ada")
    bench.samples.draw(Universe("all"), SampleRequest("simple", seed="5", count=2), name="q1")
    with pytest.raises(StoreError, match="workspace upgrade"):
        load(workspace, tmp_path / "new.edi", professional_claims([("A9", "1.00")]))

    assert bench.upgrade()
    keyed = column(workspace, "claim", "patient_id")
    assert not set(keyed) & set(plain)
    assert set(column(workspace, "patient", "patient_id")) == set(keyed)
    assert column(workspace, "encounter", "encounter_id") == encounters
    again = Workbench.open(workspace.root, user="Ada")
    assert again.audit("q1").verify().frame.is_empty()
    assert again.ledger.verify().event_count
    assert not again.upgrade()
    # Another load of the same patient meets the same pseudonym, and names no encounter anew.
    load(workspace, tmp_path / "new.edi", professional_claims([("A9", "1.00")], provider="1999999980"))
    assert len(set(column(workspace, "claim", "patient_id"))) == 2
    assert set(encounters) < set(column(workspace, "encounter", "encounter_id"))


def test_the_demo_has_one_key_on_every_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given: dict[str, object] = {}

    def stop(_root: Path, **named: object) -> None:
        given.update(named)
        message = "Enough is seen."
        raise StoreError(message)

    monkeypatch.setattr(Workbench, "create", stop)
    with pytest.raises(StoreError):
        run_demo(tmp_path / "demo")
    assert given["pseudonym_secret"] == hashlib.sha256(b"auditlib demo").digest()
