from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from auditlib.loading.load import LoadReport, load_files
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.workspace import Workspace
from tests.x12_texts import professional_claims

CLAIMS = (
    "claim_id,form,charge_amount,from_date,patient_id\nC1,P,12.50,2026-01-05,M1\nC2,P,3.00,2026-01-06,M2\n"
)
LINES = "claim_id,code,charge_amount\nC1,99213,10.00\nC1,36415,2.50\nC2,99214,3.00\n"
DIAGNOSES = "claim_id,code_system,code\nC1,ICD-10-CM,I10\nC2,ICD-10-CM,E11.9\n"


def load(workspace: Workspace, *paths: Path, mapping: str | None = None, dry_run: bool = False) -> LoadReport:
    return load_files(
        workspace,
        paths,
        loaded_at=dt.datetime(2026, 11, 23, 9, 0),  # noqa: DTZ001 - stored times carry no zone
        mapping=None if mapping is None else parse_mapping(mapping, name="map.yaml"),
        dry_run=dry_run,
    )


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def counts(workspace: Workspace) -> dict[str, tuple[int, Decimal]]:
    totals = workspace.warehouse().query("queries/files/money_totals")
    return {
        row["table_name"]: (row["row_count"], row["charge_amount"])
        for row in totals.iter_rows(named=True)
        if row["row_count"]
    }


def rejected(workspace: Workspace) -> list[tuple[str, str]]:
    return workspace.warehouse().query("queries/files/rejected_record").select("file_name", "reason").rows()


def test_claims_in_tables_become_encounters_with_their_codes(workspace: Workspace, tmp_path: Path) -> None:
    # In whatever order the files are named, lines find their claims.
    load(workspace, written(tmp_path, "a.csv", LINES), written(tmp_path, "Claim Diagnosis.csv", DIAGNOSES),
         written(tmp_path, "c.csv", CLAIMS))  # fmt: skip
    assert rejected(workspace) == []
    assert counts(workspace) == {"claim": (2, Decimal("15.50")), "claim_line": (3, Decimal("15.50"))}
    codes = workspace.warehouse().query("queries/encounters/chart_code", {"encounter_ids": ["C1"]})
    assert codes["code"].to_list() == ["I10", "99213", "36415"]


def test_a_header_that_fits_two_tables_is_told_apart_by_the_name_or_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = load(workspace, written(tmp_path, "codes.csv", DIAGNOSES))
    assert "fits claim_diagnosis and claim_procedure alike" in report.files["first_reason"].item()


def test_lines_may_come_in_a_later_load_and_never_without_their_claim(
    workspace: Workspace, tmp_path: Path
) -> None:
    lines = written(tmp_path, "lines.csv", LINES + "C9,99215,1.00\n")
    load(workspace, written(tmp_path, "claims.csv", CLAIMS))
    report = load(workspace, lines)
    assert report.files.select("load_status", "rejected_count").row(0) == ("loaded with rejects", 1)
    assert rejected(workspace) == [("lines.csv", "No claim with its claim_id is loaded.")]
    assert counts(workspace)["claim_line"] == (3, Decimal("15.50"))


def test_what_another_table_gave_before_is_not_loaded(workspace: Workspace, tmp_path: Path) -> None:
    load(workspace, written(tmp_path, "claims.csv", CLAIMS))
    again = written(tmp_path, "again.csv", CLAIMS.replace("C2", "C3").replace("12.50", "99.00"))
    assert load(workspace, again).rejected_count == 1
    assert rejected(workspace) == [("again.csv", "A file loaded before has the same claim_id.")]
    assert counts(workspace)["claim"] == (3, Decimal("18.50"))


def test_tables_and_x12_stand_side_by_side(workspace: Workspace, tmp_path: Path) -> None:
    x12 = written(tmp_path, "claims.edi", professional_claims([("A1", "100.00")]))
    load(workspace, x12, written(tmp_path, "claims.csv", CLAIMS), written(tmp_path, "lines.csv", LINES))
    assert counts(workspace)["claim"] == (3, Decimal("115.50"))
    assert counts(workspace)["claim_line"] == (4, Decimal("115.50"))


MAPPING = """tables:
  - table: encounter
    columns: {encounter_id: visit, encounter_class: {constant: office}, admit_date: day}
"""


def test_a_mapping_reads_the_tables_that_have_its_columns_and_leaves_other_files_alone(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    written(folder, "visits.csv", "visit,day\nV1,2026-01-05\n")
    written(folder, "claims.edi", professional_claims([("A1", "100.00")]))
    written(folder, "claims.csv", CLAIMS)
    written(folder, "other.csv", "alpha,beta\n1,2\n")
    report = load(workspace, folder, mapping=MAPPING)
    statuses = dict(report.files.select("shown_name", "load_status").iter_rows())
    assert statuses == {
        "claims.csv": "loaded",
        "claims.edi": "loaded",
        "other.csv": "rejected",
        "visits.csv": "loaded",
    }
    reasons = [reason for reason in report.files["first_reason"] if reason]
    assert ["'visit' (line 3)" in reason for reason in reasons] == [True]


def test_a_dry_run_tells_all_and_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    visits = written(tmp_path, "visits.csv", "visit,day\nV1,2026-01-05\nV2,soon\n")
    report = load(workspace, visits, mapping=MAPPING, dry_run=True)
    assert report.files.select("load_status", "encounter_count", "rejected_count").row(0) == (
        "loaded with rejects",
        1,
        1,
    )
    assert rejected(workspace) == []
    assert workspace.warehouse().query("queries/loading/known_files").is_empty()
    assert load(workspace, visits, mapping=MAPPING).files["load_status"].to_list() == ["loaded with rejects"]


def test_a_mapping_for_bytes_that_were_loaded_before_is_not_used_in_silence(
    workspace: Workspace, tmp_path: Path
) -> None:
    visits = written(tmp_path, "visits.csv", "visit,day\nV1,2026-01-05\n")
    assert load(workspace, visits, mapping=MAPPING).with_reasons.is_empty()
    (again,) = load(workspace, visits, mapping=MAPPING).with_reasons.rows(named=True)
    assert again["load_status"] == "already loaded"
    assert "load into a new workspace" in again["first_reason"]
    assert load(workspace, visits).with_reasons.is_empty()


LINES_ELSEWHERE = "claim_id,code,charge_amount,day\nC8,99213,10.00,2026-01-05\nC9,99215,1.00,2026-01-06\n"
AS_CLAIMS = """tables:
  - table: claim
    columns: {claim_id: claim_id, form: {constant: P}, from_date: day, charge_amount: charge_amount}
"""


def test_a_table_of_which_nothing_was_loaded_may_be_tried_again_with_a_mapping(
    workspace: Workspace, tmp_path: Path
) -> None:
    lines = written(tmp_path, "lines.csv", LINES_ELSEWHERE)
    first = load(workspace, lines).files.row(0, named=True)
    assert (first["load_status"], first["line_count"], first["rejected_count"]) == ("rejected", 0, 3)
    assert load(workspace, lines).files["load_status"].to_list() == ["rejected"]
    again = load(workspace, lines, mapping=AS_CLAIMS).files.row(0, named=True)
    assert (again["load_status"], again["claim_count"]) == ("loaded", 2)
    assert again["charge_amount"] == Decimal("11.00")
    assert rejected(workspace) == []
    files = workspace.warehouse().query("queries/files/source_file")
    assert files.select("load_status", "claim_count", "rejected_count").rows() == [("loaded", 2, 0)]
    # Now that its rows are loaded, the same bytes are not read again.
    assert load(workspace, lines).files["load_status"].to_list() == ["already loaded"]


def test_what_is_left_out_on_landing_is_in_no_count_and_no_sum_of_its_file(
    workspace: Workspace, tmp_path: Path
) -> None:
    load(workspace, written(tmp_path, "claims.csv", CLAIMS))
    counted = ("load_status", "claim_count", "charge_amount", "rejected_count")
    with_one_new = written(tmp_path, "more.csv", CLAIMS.replace("C2", "C3").replace("12.50", "99.00"))
    whole_again = written(tmp_path, "again.csv", CLAIMS + "\n")
    one_new, none_new = load(workspace, with_one_new, whole_again).files.select(counted).rows()
    assert one_new == ("loaded with rejects", 1, Decimal("3.00"), 1)
    assert none_new == ("rejected", 0, Decimal("0.00"), 2)
    assert counts(workspace)["claim"] == (3, Decimal("18.50"))
    files = workspace.warehouse().query("queries/files/source_file")
    assert files["charge_amount"].sum() == Decimal("18.50")


def test_a_copy_of_a_table_of_which_nothing_was_loaded_is_not_called_loaded(
    workspace: Workspace, tmp_path: Path
) -> None:
    paths = [written(tmp_path, name, LINES_ELSEWHERE) for name in ("1.csv", "2.csv")]
    report = load(workspace, *paths)
    assert report.files["load_status"].to_list() == ["rejected", "already rejected"]
    assert report.rejected_count == 3
