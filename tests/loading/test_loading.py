from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.loading.load import LoadReport, collect_files, load_files
from auditlib.progress import SilentProgress
from auditlib.scratch import PREFIX
from auditlib.workspace import Workspace
from auditlib.workspace.folder import CONFIG_NAME
from tests.sources.documents.texts import RTF, clinical_document, docx, pdf, scan
from tests.x12_texts import professional_claims, remittance

HEADING = "encounter_id,encounter_class,admit_date,discharge_date,coder_id\n"
LOADED_AT = dt.datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - stored times carry no zone


def load(workspace: Workspace, *paths: Path) -> LoadReport:
    return load_files(workspace, paths, loaded_at=LOADED_AT)


def row_count(workspace: Workspace, table_name: str) -> int:
    counts = workspace.warehouse().query("queries/loading/table_counts")
    return int(counts.filter(pl.col("table_name") == table_name)["row_count"].item())


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_loaded_once_and_again_is_said_to_be_loaded(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "claims.edi", professional_claims([("A1", "100.00"), ("A2", "50.50")]))
    first, second = load(workspace, path), load(workspace, path)
    assert first.files.select("load_status", "claim_count", "charge_amount").row(0) == (
        "loaded",
        2,
        Decimal("150.50"),
    )
    assert second.files["load_status"].to_list() == ["already loaded"]
    assert row_count(workspace, "claim") == 2


def test_a_changed_file_of_the_same_name_is_a_new_file(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "claims.edi", professional_claims([("A1", "100.00")]))
    load(workspace, path)
    path.write_text(professional_claims([("A2", "60.00")]), encoding="utf-8")
    assert load(workspace, path).files["load_status"].to_list() == ["loaded"]
    assert row_count(workspace, "claim") == 2


def test_the_same_file_twice_in_one_load_counts_once(workspace: Workspace, tmp_path: Path) -> None:
    text = professional_claims([("A1", "100.00")])
    report = load(workspace, written(tmp_path, "a.edi", text), written(tmp_path, "b.edi", text))
    assert report.files["load_status"].to_list() == ["loaded", "already loaded"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.837", b"", "empty"),
        ("blank.837", b" \r\n ", "empty"),
        ("archive.837", b"PK\x03\x04" + b"\x00" * 50, "ZIP"),
        ("report.835", b"%PDF-1.7 ...", "PDF"),
        ("wide.txt", "ISA*00*".encode("utf-16"), "UTF-16"),
        ("noise.edi", bytes(range(256)) * 8, "format that is not known"),
        ("table.csv", b"a,b,c\n1,2,3\n", "format that is not known"),
        (
            "visits.csv",
            b"encounter_id,encounter_class,discharge_date\nE1,office,2026-01-05\n",
            "columns of the table 'encounter' and lacks",
        ),
    ],
)
def test_what_is_no_input_is_not_loaded_with_a_reason(
    workspace: Workspace, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    report = load(workspace, path)
    assert report.files["load_status"].to_list() == ["rejected"]
    assert words in report.files["first_reason"].item()
    assert workspace.warehouse().query("queries/files/rejected_record").height == report.rejected_count == 1


def test_a_rejected_file_may_be_tried_again(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "x.edi", "nothing that load knows")
    load(workspace, path)
    assert load(workspace, path).files["load_status"].to_list() == ["rejected"]
    assert row_count(workspace, "source_file") == row_count(workspace, "rejected_record") == 1


def test_an_absent_path_is_wrong_use(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        load(workspace, tmp_path / "none.edi")


def test_hidden_files_and_parts_of_charts_are_no_files_of_their_own(tmp_path: Path) -> None:
    written(tmp_path, ".hidden/x.edi", "x")
    chart = written(
        tmp_path,
        "A1/encounter.json",
        '{"encounter_id": "A1", "encounter_class": "office", "documents": [{"file": "note.txt"}]}',
    )
    written(tmp_path, "A1/note.txt", "x")
    beside = written(tmp_path, "A1/later.txt", "x")
    assert collect_files([tmp_path]) == [chart, beside]


def test_a_claim_without_encounter_file_becomes_an_encounter_and_gives_way_to_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    load(workspace, written(tmp_path, "claims.edi", professional_claims([("A1", "100.00")])))
    derived = (
        workspace.warehouse()
        .query("queries/encounters/chart_header", {"encounter_ids": ["A1"]})
        .row(0, named=True)
    )
    assert (derived["encounter_class"], derived["coder_id"]) == ("office", None)
    codes = workspace.warehouse().query("queries/encounters/chart_code", {"encounter_ids": ["A1"]})
    assert codes.select("code_number", "code_system", "code").rows() == [
        (1, "ICD-10-CM", "I10"),
        (2, "CPT", "99213"),
    ]
    encounters = HEADING + "A1,office,2026-01-10,2026-01-10,C01\n"
    load(workspace, written(tmp_path, "encounters.csv", encounters))
    encounter = (
        workspace.warehouse()
        .query("queries/encounters/chart_header", {"encounter_ids": ["A1"]})
        .row(0, named=True)
    )
    assert encounter["coder_id"] == "C01"
    assert row_count(workspace, "encounter") == 1
    assert row_count(workspace, "encounter_code") == 0


def test_codes_of_a_coders_file_stay_whether_its_encounter_is_loaded_or_not(
    workspace: Workspace, tmp_path: Path
) -> None:
    def codes() -> list[tuple[object, ...]]:
        answer = workspace.warehouse().query("queries/encounters/chart_code", {"encounter_ids": ["A1"]})
        return answer.select("code_number", "code_system", "code").rows()

    load(workspace, written(tmp_path, "claims.edi", professional_claims([("A1", "100.00")])))
    coded = "encounter_id,code_system,code\nA1,ICD-10-CM,E11.9\nA1,CPT,99214\n"
    load(workspace, written(tmp_path, "codes.csv", coded))
    as_coded = [(1, "ICD-10-CM", "E119"), (2, "CPT", "99214")]
    assert codes() == as_coded
    load(
        workspace,
        written(tmp_path, "more.edi", professional_claims([("A2", "50.00")], service_day="20260112")),
    )
    assert codes() == as_coded
    load(workspace, written(tmp_path, "encounters.csv", HEADING + "A1,office,2026-01-10,2026-01-10,C01\n"))
    assert codes() == as_coded


def test_an_encounter_given_twice_is_not_loaded_the_second_time(workspace: Workspace, tmp_path: Path) -> None:
    first = written(tmp_path, "1.csv", HEADING + "A1,office,2026-01-10,2026-01-10,C01\n")
    second = written(
        tmp_path,
        "2.csv",
        HEADING + "A1,office,2026-01-10,2026-01-10,C02\nA2,office,2026-01-10,2026-01-10,C02\n",
    )
    load(workspace, first)
    load(workspace, second)
    assert row_count(workspace, "encounter") == 2
    rejected = workspace.warehouse().query("queries/files/rejected_record")
    assert rejected["file_name"].to_list() == ["2.csv"]
    assert "before" in rejected["reason"].item()


def test_what_another_file_gave_before_is_counted_with_its_file(workspace: Workspace, tmp_path: Path) -> None:
    load(workspace, written(tmp_path, "1.csv", HEADING + "A1,office,2026-01-10,2026-01-10,C01\n"))
    rows = "A1,office,2026-01-10,2026-01-10,C02\nA2,office,2026-01-10,2026-01-10,C02\n"
    report = load(workspace, written(tmp_path, "2.csv", HEADING + rows))
    columns = ("load_status", "encounter_count", "rejected_count")
    assert report.files.select(columns).row(0) == ("loaded with rejects", 1, 1)
    assert report.rejected_count == 1
    assert "before" in report.files["first_reason"].item()
    files = workspace.warehouse().query("queries/files/source_file")
    assert files.select(columns).rows()[1] == ("loaded with rejects", 1, 1)


def test_a_file_that_holds_nothing_new_is_rejected_and_says_so_each_time(
    workspace: Workspace, tmp_path: Path
) -> None:
    visit = {"resourceType": "Encounter", "id": "E1", "status": "finished", "class": {"code": "AMB"}}
    for name, day in (("1.json", "2026-01-10"), ("2.json", "2026-01-11")):
        written(tmp_path, name, json.dumps({**visit, "period": {"start": day, "end": day}}))
    note, copy = tmp_path / "in" / "note.xml", tmp_path / "again" / "note.xml"
    note.parent.mkdir()
    copy.parent.mkdir()
    note.write_bytes(clinical_document(encounter_id="A1"))
    copy.write_bytes(clinical_document(encounter_id="A1") + b"\n")
    first = load(workspace, tmp_path / "1.json", note)
    assert first.files["load_status"].to_list() == ["loaded"] * 2
    for _ in range(2):
        again = load(workspace, tmp_path / "2.json", copy).files
        assert again["load_status"].to_list() == ["rejected"] * 2
        assert again["encounter_count"].to_list() == [0, 0]
        assert [reason.split(" has")[0] for reason in again["first_reason"]] == ["A file loaded before"] * 2
    assert row_count(workspace, "encounter") == row_count(workspace, "document") == 1
    # A rejected file leaves no transaction behind of which another file could be called a copy.
    assert row_count(workspace, "source_transaction") == 1
    assert row_count(workspace, "source_file") == 4


class _Unlinking(SilentProgress):
    """Takes a file away once the files were found, before they are read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self, step: str, *, total: int) -> None:
        super().start(step, total=total)
        self.path.unlink(missing_ok=True)


def test_a_file_that_vanishes_is_not_loaded_alone(workspace: Workspace, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        written(tmp_path, f"in/{number}.edi", professional_claims([(f"A{number}", "1.00")]))
    second, again = tmp_path / "in" / "2.edi", professional_claims([("A2", "1.00")])
    report = load_files(workspace, [tmp_path / "in"], loaded_at=LOADED_AT, progress=_Unlinking(second))
    assert report.files["load_status"].to_list() == ["loaded", "rejected", "loaded"]
    assert "cannot be read" in report.files["first_reason"][1]
    written(tmp_path, "in/2.edi", again)
    load(workspace, second)
    statuses = workspace.warehouse().query("queries/files/source_file")["load_status"].to_list()
    assert statuses == ["loaded", "loaded", "loaded"]


def test_a_folder_without_files_is_wrong_use(workspace: Workspace, tmp_path: Path) -> None:
    written(tmp_path, "in/.hidden", "x")
    with pytest.raises(UsageError, match="no files"):
        load(workspace, tmp_path / "in")


def test_a_link_is_followed_where_it_is_given_and_not_out_of_a_folder(
    workspace: Workspace, tmp_path: Path
) -> None:
    written(tmp_path, "there/a.edi", professional_claims([("A1", "1.00")]))
    written(tmp_path, "in/b.edi", professional_claims([("A2", "1.00")]))
    given, inside = tmp_path / "given", tmp_path / "in" / "linked"
    for link in (given, inside):
        link.symlink_to(tmp_path / "there", target_is_directory=True)
    (tmp_path / "in" / "file.edi").symlink_to(tmp_path / "there" / "a.edi")
    assert load(workspace, given).files["load_status"].to_list() == ["loaded"]
    report = load(workspace, tmp_path / "in")
    statuses = dict(report.files.select("shown_name", "load_status").iter_rows())
    assert statuses == {"b.edi": "loaded", "linked": "rejected", "file.edi": "rejected"}
    assert all("not followed" in reason for reason in report.files["first_reason"].drop_nulls())


def test_what_is_no_file_in_a_folder_is_told_and_stops_nothing(workspace: Workspace, tmp_path: Path) -> None:
    written(tmp_path, "in/a.edi", professional_claims([("A1", "1.00")]))
    (tmp_path / "in" / "itself").symlink_to("itself")
    (tmp_path / "in" / "nowhere").symlink_to("missing")
    (tmp_path / "in" / "up").symlink_to(".", target_is_directory=True)
    os.mkfifo(tmp_path / "in" / "pipe.837")
    report = load(workspace, tmp_path / "in")
    reasons = dict(report.files.select("shown_name", "first_reason").iter_rows())
    assert sorted(reasons) == ["a.edi", "itself", "nowhere", "pipe.837"]
    assert reasons["a.edi"] is None
    assert "back to itself" in reasons["itself"]
    assert "nowhere" in reasons["nowhere"]
    assert "a pipe" in reasons["pipe.837"]
    with pytest.raises(UsageError, match="a pipe"):
        load(workspace, tmp_path / "in" / "pipe.837")
    with pytest.raises(UsageError, match="There is no file or folder"):
        load(workspace, tmp_path / "in" / "missing")


def test_a_folder_that_may_be_listed_but_not_entered_stops_nothing(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "in/a.edi", professional_claims([("A1", "1.00")]))
    closed = written(tmp_path, "in/closed/b.edi", professional_claims([("A2", "1.00")]))
    # As root may enter every folder, the refusal is made here.
    for name in ("stat", "lstat"):
        asked = getattr(os, name)

        def refused(path: str | Path, *, asked: Callable[..., object] = asked, **options: object) -> object:
            if str(path) == str(closed):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return asked(path, **options)

        monkeypatch.setattr(os, name, refused)
    reasons = dict(load(workspace, tmp_path / "in").files.select("shown_name", "first_reason").iter_rows())
    assert reasons["a.edi"] is None
    assert "Permission denied" in reasons["closed/b.edi"]
    with pytest.raises(UsageError, match="Permission denied"):
        load(workspace, closed)


def test_a_name_that_no_file_can_have_does_not_stop_the_folder(workspace: Workspace, tmp_path: Path) -> None:
    written(tmp_path, "in/a.edi", professional_claims([("A1", "1.00")]))
    rows = f"document_id,encounter_id,document_type,file\nD1,E1,other,{'n' * 300}.txt\n"
    written(tmp_path, "in/documents.csv", rows)
    report = load(workspace, tmp_path / "in")
    statuses = dict(report.files.select("shown_name", "load_status").iter_rows())
    assert statuses["a.edi"] == "loaded"
    assert statuses["documents.csv"] != "loaded"


def test_the_workspace_is_no_input(workspace: Workspace, tmp_path: Path) -> None:
    written(tmp_path, "claims/a.edi", professional_claims([("A1", "1.00")]))
    assert load(workspace, tmp_path).files["shown_name"].to_list() == ["claims/a.edi"]
    with pytest.raises(UsageError, match="no files"):
        load(workspace, workspace.root)


def test_another_workspace_in_a_folder_is_named_and_none_of_its_files_are_loaded(
    workspace: Workspace, tmp_path: Path
) -> None:
    written(tmp_path, "claims/a.edi", professional_claims([("A1", "1.00")]))
    written(tmp_path, "claims/w-demo/lake/b.edi", professional_claims([("B1", "1.00")]))
    written(tmp_path, f"claims/w-demo/{CONFIG_NAME}", "version = 1\n")
    report = load(workspace, tmp_path / "claims")
    assert report.files.select("shown_name", "load_status").rows() == [
        ("a.edi", "loaded"),
        ("w-demo", "rejected"),
    ]
    assert "another workspace" in report.files["first_reason"][1]
    assert row_count(workspace, "claim") == 1


def test_a_resaved_file_is_not_loaded_and_names_the_first(workspace: Workspace, tmp_path: Path) -> None:
    text = professional_claims([("A1", "100.00"), ("A2", "50.00")])
    load(workspace, written(tmp_path, "first.edi", text))
    resaved = text.replace("\n", "\r\n").replace("*000000001", "*000000002")
    assert resaved != text
    report = load(workspace, written(tmp_path, "resaved.edi", resaved))
    file_row = report.files.row(0, named=True)
    assert (file_row["load_status"], file_row["claim_count"]) == ("rejected", 0)
    assert file_row["rejected_count"] == 1
    assert "first.edi" in file_row["first_reason"]
    assert row_count(workspace, "claim") == 2


def test_only_the_repeated_transactions_of_a_file_are_not_loaded(
    workspace: Workspace, tmp_path: Path
) -> None:
    paid = remittance([("A1", "100.00", "80.00")])
    new = professional_claims([("A2", "50.00")])
    load(workspace, written(tmp_path, "paid.edi", paid))
    report = load(workspace, written(tmp_path, "both.edi", paid + new + new))
    counted = ("load_status", "transaction_count", "claim_count", "charge_amount", "paid_amount")
    assert report.files.select(counted).row(0) == (
        "loaded with rejects",
        1,
        1,
        Decimal("50.00"),
        Decimal("0.00"),
    )
    reasons = workspace.warehouse().query("queries/files/rejected_record")["reason"].to_list()
    assert ["paid.edi" in reasons[0], "both.edi" in reasons[1]] == [True, True]
    totals = workspace.warehouse().query("queries/files/money_totals")
    counts = dict(totals.select("table_name", "row_count").iter_rows())
    assert (counts["claim"], counts["remit_claim"], counts["claim_line"]) == (1, 1, 1)


def test_the_same_rejected_bytes_twice_are_one_file(workspace: Workspace, tmp_path: Path) -> None:
    written(tmp_path, "in/1.edi", "nothing that load knows")
    written(tmp_path, "in/2.edi", "nothing that load knows")
    report = load(workspace, tmp_path / "in")
    assert report.files["load_status"].to_list() == ["rejected", "already rejected"]
    assert report.rejected_count == 1
    assert row_count(workspace, "source_file") == row_count(workspace, "rejected_record") == 1


def test_payments_find_their_claims(workspace: Workspace, tmp_path: Path) -> None:
    claims = written(tmp_path, "c.edi", professional_claims([("A1", "100.00"), ("A2", "50.00")]))
    paid = written(tmp_path, "r.edi", remittance([("A1", "100.00", "80.00"), ("A2", "50.00", "0.00")]))
    load(workspace, paid, claims)
    links = workspace.warehouse().query("queries/encounters/encounter_outcome", {"encounter_id": "A1"})
    assert links["paid_amount"].to_list() == [Decimal("80.00")]


def encounters_of(workspace: Workspace) -> list[tuple[str, str | None]]:
    """Return the encounters with the provider that billed each."""
    rows = workspace.warehouse().query("queries/sampling/universe_encounter", dict.fromkeys(UNIVERSE_FILTERS))
    return [
        (
            unit,
            workspace.warehouse()
            .query("queries/encounters/chart_header", {"encounter_ids": [unit]})["facility_id"]
            .item(),
        )
        for unit in rows["unit_id"]
    ]


UNIVERSE_FILTERS = ("from_date", "to_date", "payer_id", "coder_id", "encounter_class")


def test_claims_of_two_patients_under_one_control_number_are_two_encounters(
    workspace: Workspace, tmp_path: Path
) -> None:
    same = [("1", "100.00")]
    load(workspace, written(tmp_path, "a.edi", professional_claims(same)))
    assert encounters_of(workspace) == [("1", "1999999984")]
    other = professional_claims([("1", "70.00")], member="M2", provider="1888888886", diagnosis="E119")
    load(workspace, written(tmp_path, "b.edi", other))
    again = professional_claims([("1", "101.00")], service_day="20260111")
    load(workspace, written(tmp_path, "c.edi", again))
    (first, first_provider), (second, second_provider) = encounters_of(workspace)
    assert (first, first_provider, second_provider) == ("1", "1999999984", "1888888886")
    assert second.startswith("1~1888888886~")
    assert len(second.rsplit("~", 1)[1]) == 16
    warehouse = workspace.warehouse()
    claims = {
        unit: warehouse.query("queries/encounters/encounter_claim", {"encounter_id": unit})[
            "charge_amount"
        ].to_list()
        for unit in (first, second)
    }
    assert claims == {first: [Decimal("100.00"), Decimal("101.00")], second: [Decimal("70.00")]}
    codes = warehouse.query("queries/encounters/chart_code", {"encounter_ids": [second]})["code"].to_list()
    assert codes == ["E119", "99213"]


def test_a_payment_goes_to_the_encounter_whose_claim_it_answers(workspace: Workspace, tmp_path: Path) -> None:
    load(
        workspace,
        written(tmp_path, "a.edi", professional_claims([("1", "100.00")])),
        written(tmp_path, "b.edi", professional_claims([("1", "70.00")], member="M2")),
        written(tmp_path, "r.edi", remittance([("1", "70.00", "60.00"), ("1", "33.00", "3.00")])),
    )
    paid = {
        unit: workspace.warehouse().query("queries/encounters/encounter_payment", {"encounter_id": unit})[
            "paid_amount"
        ]
        for unit, _ in encounters_of(workspace)
    }
    # The second payment has the payer's control number of the first: it answers the same claim.
    assert [amounts.to_list() for amounts in paid.values()] == [[], [Decimal("60.00"), Decimal("3.00")]]


@pytest.mark.field
def test_no_encounter_of_real_claims_joins_two_patients(workspace: Workspace, field_data: Path) -> None:
    load(workspace, field_data / "x12" / "oopfactory")
    assert row_count(workspace, "claim") > row_count(workspace, "encounter") > 50
    encounters = [unit for unit, _ in encounters_of(workspace)]
    assert len({unit.split("~")[0] for unit in encounters}) < len(set(encounters)) == len(encounters)


KILLED_LOAD = """
import datetime as dt, os, signal, sys
from pathlib import Path
from auditlib.warehouse import store
from auditlib.workspace import Workspace
from auditlib.loading.load import load_files

append = store.Writer.append

def die(self, table, frame):
    append(self, table, frame)
    if table.name == "source_file":
        os.kill(os.getpid(), signal.SIGKILL)

store.Writer.append = die
load_files(Workspace.open(Path(sys.argv[1])), [Path(sys.argv[2])], loaded_at=dt.datetime(2026, 11, 23))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_a_load_killed_in_the_middle_leaves_the_warehouse_as_before(
    workspace: Workspace, tmp_path: Path
) -> None:
    load(workspace, written(tmp_path, "a.edi", professional_claims([("A1", "100.00")])))
    second = written(tmp_path, "b.edi", professional_claims([("A2", "60.00")]))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_LOAD, str(workspace.root), str(second)], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert row_count(workspace, "claim") == row_count(workspace, "source_file") == 1
    (left,) = (path for path in workspace.root.iterdir() if path.name.startswith(PREFIX))
    # The next command, whatever it does.
    Workspace.open(workspace.root)
    assert not left.exists()
    assert load(workspace, second).files["load_status"].to_list() == ["loaded"]
    assert not [path for path in workspace.root.iterdir() if path.name.startswith(PREFIX)]


# Between two looks, as people leave them: without it this process takes the time that the loads need.
PAUSE_SECONDS = 0.02
LOAD_EACH = """
import datetime as dt, sys
from pathlib import Path
from auditlib.workspace import Workspace
from auditlib.loading.load import load_files

workspace = Workspace.open(Path(sys.argv[1]))
for path in sys.argv[2:]:
    load_files(workspace, [Path(path)], loaded_at=dt.datetime(2026, 11, 23))
"""


def test_a_reader_waits_for_a_load_and_a_load_for_a_reader(workspace: Workspace, tmp_path: Path) -> None:
    files = [
        written(tmp_path, f"{number}.edi", professional_claims([(f"A{number}", "10.00")]))
        for number in range(6)
    ]
    loaders = [
        subprocess.Popen([sys.executable, "-c", LOAD_EACH, str(workspace.root), *map(str, part)])
        for part in (files[:3], files[3:])
    ]
    give_up_at = time.monotonic() + 120
    seen = set()
    while any(loader.poll() is None for loader in loaders):
        assert time.monotonic() < give_up_at
        seen.add(row_count(workspace, "claim"))
        time.sleep(PAUSE_SECONDS)
    assert [loader.returncode for loader in loaders] == [0, 0]
    assert row_count(workspace, "claim") == len(files)
    assert max(seen) <= len(files)


def document_rows(workspace: Workspace) -> list[tuple[str, str]]:
    warehouse = workspace.warehouse()
    return [
        (name, f"{name}:{number}")
        for name in ("A1", "A2")
        for number in warehouse.query("queries/encounters/encounter_document", {"encounter_id": name})[
            "document_number"
        ]
    ]


def test_the_same_text_in_two_charts_is_a_document_of_each(workspace: Workspace, tmp_path: Path) -> None:
    paths = [written(tmp_path, f"{name}/lab_report.txt", "Culture: no growth.") for name in ("A1", "A2")]
    assert load(workspace, *paths).files["load_status"].to_list() == ["loaded", "loaded"]
    assert document_rows(workspace) == [("A1", "A1:1"), ("A2", "A2:1")]
    again = written(tmp_path, "elsewhere/A1/lab_report.txt", "Culture: no growth.")
    assert load(workspace, *paths, again).files["load_status"].to_list() == ["already loaded"] * 3


def test_a_chart_folder_may_hold_pdf_rtf_and_c_cda(workspace: Workspace, tmp_path: Path) -> None:
    home = tmp_path / "A0001"
    home.mkdir()
    (home / "cut.pdf").write_bytes(pdf("Plan")[:200])
    (home / "locked.pdf").write_bytes(pdf("Plan", password="pw"))
    (home / "01_note.pdf").write_bytes(pdf("Progress note\nSeen today"))
    (home / "02_surgery.rtf").write_bytes(RTF)
    (home / "03_ccd.xml").write_bytes(clinical_document())
    (home / "04_wide.txt").write_bytes("Chief complaint: cough\r\nPlan: rest".encode("utf-16"))
    report = load(workspace, tmp_path)
    statuses = dict(report.files.select("shown_name", "load_status").iter_rows())
    assert [name for name, status in statuses.items() if status == "rejected"] == [
        "A0001/cut.pdf",
        "A0001/locked.pdf",
    ]
    reasons = report.files.filter(load_status="rejected")["first_reason"].to_list()
    assert reasons == ["the PDF is damaged or cut off", "the PDF is encrypted: it needs a password"]
    chart = workspace.warehouse().query("queries/encounters/encounter_document", {"encounter_id": "A0001"})
    assert chart.select("document_number", "document_type").rows() == [
        (1, "physician note"),
        (2, "operative report"),
        (3, "discharge summary"),
        (4, "physician note"),
    ]


def test_a_list_of_documents_without_the_extra_can_be_loaded_whole_later(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "note.pdf").write_bytes(pdf("Progress note"))
    line = '{"encounter_id": "A1", "documents": [{"text": "Plan: rest"}, {"file": "note.pdf"}]}\n'
    listed = written(tmp_path, "documents.ndjson", line)
    with monkeypatch.context() as missing:
        missing.setitem(sys.modules, "pypdfium2", None)
        report = load(workspace, listed)
    assert report.files["load_status"].to_list() == ["rejected"]
    assert "auditlib[documents]" in report.files["first_reason"].item()
    assert load(workspace, listed).files["load_status"].to_list() == ["loaded"]
    assert document_rows(workspace) == [("A1", "A1:1"), ("A1", "A1:2")]


def test_names_with_blanks_and_ampersands_go_to_the_encounter_of_their_folder_or_list(
    workspace: Workspace, tmp_path: Path
) -> None:
    home = tmp_path / "A 1"
    home.mkdir()
    (home / "H&P.pdf").write_bytes(pdf("Seen today"))
    (home / "OP REPORT 1.pdf").write_bytes(pdf("Done"))
    (home / "progress note.pdf").write_bytes(pdf("Better"))
    (home / "discharge_summary_final.docx").write_bytes(docx("<w:p><w:r><w:t>Home</w:t></w:r></w:p>"))
    (home / "things we noted.txt").write_text("Words.")
    listed = tmp_path / "listed"
    listed.mkdir()
    (listed / "H&P of B 2.pdf").write_bytes(pdf("Also seen"))
    written(listed, "list.csv", "encounter_id,file\nB & 2,H&P of B 2.pdf\n")
    report = load(workspace, tmp_path)
    assert report.rejected_count == 0, report.files["first_reason"].to_list()
    rows = workspace.warehouse().query("queries/encounters/encounter_document", {"encounter_id": "A 1"})
    assert rows.select("title", "document_type").rows() == [
        ("H&P", "physician note"),
        ("Op report", "operative report"),
        ("Discharge summary final", "discharge summary"),
        ("Progress note", "physician note"),
        ("Things we noted", "other"),
    ]
    (other,) = workspace.warehouse().query(
        "queries/encounters/encounter_document", {"encounter_id": "B & 2"}
    )["document_type"]
    assert other == "physician note"


def test_a_workspace_keeps_the_pages_of_a_file_that_is_gone(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("A1/note.pdf", "A2/note.pdf"):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_bytes(pdf("One two", "three"))
    blank = scan("", form="PNG")
    (tmp_path / "A1" / "a.png").write_bytes(blank)
    (tmp_path / "A1" / "b.png").write_bytes(blank + b"\n")
    load(workspace, tmp_path)
    shutil.rmtree(tmp_path / "A1")
    shutil.rmtree(tmp_path / "A2")
    warehouse = workspace.warehouse()
    # The same file in two charts is stored once; two scans without text are two documents.
    with duckdb.connect(str(workspace.warehouse_path), read_only=True) as store:
        counts = [
            store.sql(f"select count(*) from core.{name}").fetchall()[0][0]
            for name in ("document", "document_original", "document_page", "document_word")
        ]
    assert counts == [4, 3, 4, counts[3]]
    params = {"encounter_id": "A2", "document_number": 1}
    original = warehouse.query("queries/encounters/document_original", params)
    assert original["content"].item() == pdf("One two", "three")
    words = warehouse.query("queries/encounters/document_page_word", {**params, "page_number": 2})
    assert words.select("text_start", "text_end").rows() == [(9, 14)]


def test_the_report_of_a_load_counts_documents(workspace: Workspace, tmp_path: Path) -> None:
    written(tmp_path, "A1/lab_report.txt", "Na 140")
    written(tmp_path, "A1/physician_note.txt", "Plan: rest")
    report = load(workspace, tmp_path)
    assert report.files["document_count"].to_list() == [1, 1]
    assert report.by_status.select("file_count", "document_count", "note_count").rows() == [(2, 2, 0)]
    listed = workspace.warehouse().query("queries/files/source_file")
    assert listed.select("file_name", "document_count").rows() == [
        ("lab_report.txt", 1),
        ("physician_note.txt", 1),
    ]


def test_documents_of_one_encounter_in_two_folders_are_numbered_through(
    workspace: Workspace, tmp_path: Path
) -> None:
    written(tmp_path, "A1/lab_report.txt", "Na 140")
    written(tmp_path, "A1/physician_note.txt", "Plan: rest")
    for name, code in (("a.xml", "18842-5"), ("b.xml", "11504-8")):
        body = (
            f"<structuredBody><component><section><text>{name}</text></section></component></structuredBody>"
        )
        path = tmp_path / "exported" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(clinical_document(encounter_id="A1", code=code, body=body))
    assert load(workspace, tmp_path).rejected_count == 0
    again = tmp_path / "again" / "a.xml"
    again.parent.mkdir()
    again.write_bytes((tmp_path / "exported" / "a.xml").read_bytes())
    assert load(workspace, again).rejected_count == 1
    chart = workspace.warehouse().query("queries/encounters/encounter_document", {"encounter_id": "A1"})
    assert chart.select("document_number", "document_type").rows() == [
        (1, "lab report"),
        (2, "physician note"),
        (3, "discharge summary"),
        (4, "operative report"),
    ]
