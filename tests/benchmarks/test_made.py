"""Made files are the same for the same seed, belong together, and are valid."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from auditlib.sources.x12 import read_x12
from auditlib.sources.x12.strict.strict_validation import ACCEPTED, validate_strictly
from auditlib.warehouse import Warehouse
from benchmarks.made.claims import npi
from benchmarks.made.codes import codes_of, usual_codes
from benchmarks.made.files import KINDS
from benchmarks.made.parts import Plan, file_of, part_paths, write
from tests.made_once import workspace_with_code_sets

PLAN = Plan(1_500, part_claim_count=600)


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    assert [number for number, is_new in write(PLAN, folder) if is_new] == [0, 1, 2]
    return folder


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pl.DataFrame]:
    """All tables of the three files of all parts; what is not loaded fails at once."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for number, path in enumerate(sorted(folder.iterdir()), 1):
        for batch in read_x12(path, source_file_id=number):
            assert batch.rejected.is_empty()
            for name, frame in batch.frames.items():
                parts.setdefault(name, []).append(frame.with_columns(part=pl.lit(path.stem)))
    return {name: pl.concat(frames) for name, frames in parts.items()}


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(folder: Path, tmp_path: Path) -> None:
    arguments = (str(PLAN.claim_count), tmp_path / "again", "--part-claims", str(PLAN.part_claim_count))
    command = [sys.executable, "-m", "benchmarks.made", *arguments, "--processes", "2"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "1,500 claims: 3 parts written, 0 there before" in printed
    assert texts(tmp_path / "again") == texts(folder)
    for _ in write(Plan(600, seed=2, part_claim_count=600), tmp_path / "other"):
        pass
    assert texts(tmp_path / "other")["00000.837P"] != texts(folder)["00000.837P"]


def test_a_part_alone_is_the_part_of_the_whole(folder: Path, tmp_path: Path) -> None:
    assert dict(write(PLAN, tmp_path, parts=range(1, 2))) == {1: True}
    assert texts(tmp_path) == {path.name: path.read_bytes() for path in part_paths(folder, 1).values()}


def test_what_is_missing_is_written_and_the_rest_left_alone(tmp_path: Path) -> None:
    plan = Plan(60, part_claim_count=20)
    assert all(is_new for _, is_new in write(plan, tmp_path))
    whole = texts(tmp_path)
    part_paths(tmp_path, 1)["835"].unlink()
    part_paths(tmp_path, 1)["837I"].rename(tmp_path / "00001.837I.unfinished")
    assert dict(write(plan, tmp_path)) == {0: False, 1: True, 2: False}
    assert texts(tmp_path) == whole


def test_the_files_hold_as_many_claims_as_asked_for(tables: dict[str, pl.DataFrame]) -> None:
    assert tables["claim"].height == PLAN.claim_count
    assert set(tables["claim"].group_by("part").len()["len"]) == {600, 300}


def test_each_payment_has_the_charge_of_its_claim_and_adds_up(tables: dict[str, pl.DataFrame]) -> None:
    claims = tables["claim"].select("patient_control_number", "charge_amount", "payer_id", "part")
    payers = tables["remittance"].select("remittance_id", "payer_id")
    payments = tables["remit_claim"].join(payers, on="remittance_id")
    same = payments.with_columns(pl.col("charge_amount").abs()).join(
        claims.unique(), on=["part", "patient_control_number", "payer_id", "charge_amount"], how="semi"
    )
    # The rest are payments of claims that were never sent.
    assert 0 < payments.height - same.height < payments.height / 100
    lines = tables["remit_line"].group_by("remit_claim_id").agg(pl.col("charge_amount", "paid_amount").sum())
    both = payments.join(lines, on="remit_claim_id")
    assert both.height == payments.height
    assert both.filter(
        (pl.col("charge_amount") != pl.col("charge_amount_right"))
        | (pl.col("paid_amount") != pl.col("paid_amount_right"))
    ).is_empty()


def test_each_remittance_pays_what_its_payments_and_adjustments_come_to(
    tables: dict[str, pl.DataFrame],
) -> None:
    paid = tables["remit_claim"].group_by("remittance_id").agg(pl.col("paid_amount").sum())
    adjusted = tables["provider_adjustment"].group_by("remittance_id").agg(pl.col("adjustment_amount").sum())
    remittances = (
        tables["remittance"].join(paid, on="remittance_id").join(adjusted, on="remittance_id", how="left")
    )
    assert remittances.height == tables["remittance"].height
    left = pl.col("payment_amount") - pl.col("paid_amount") + pl.col("adjustment_amount").fill_null(0)
    assert remittances.filter(left != 0).is_empty()
    assert remittances["payment_amount"].min() == 0


def test_claims_are_replaced_voided_reversed_and_billed_to_a_second_payer(
    tables: dict[str, pl.DataFrame],
) -> None:
    claims, payments = tables["claim"], tables["remit_claim"]
    assert set(claims["frequency_code"]) == {"1", "7", "8"}
    assert set(claims["form"]) == {"P", "I"}
    referring = claims.filter(pl.col("frequency_code") != "1")
    assert set(referring["original_reference_number"]) <= set(payments["payer_claim_control_number"])
    statuses = set(payments["claim_status_code"])
    assert statuses == {"1", "2", "4", "22"}
    reversed_controls = payments.filter(pl.col("claim_status_code") == "22")["payer_claim_control_number"]
    first = payments.filter(pl.col("claim_status_code") == "1")["payer_claim_control_number"]
    assert set(reversed_controls) <= set(first)
    second = claims.filter(pl.col("payer_sequence") == "S")
    assert second.height
    earlier = tables["claim_other_payer"].join(second, on="claim_id", how="semi")
    assert earlier.height == second.height


def test_account_numbers_collide_within_a_part_and_between_parts(tables: dict[str, pl.DataFrame]) -> None:
    numbers = (
        tables["claim"]
        .group_by("patient_control_number")
        .agg(pl.col("patient_id").n_unique().alias("patients"), pl.col("part").n_unique().alias("parts"))
    )
    assert numbers.filter(pl.col("patients") > 1, pl.col("parts") == 1).height
    assert numbers.filter(pl.col("parts") > 1).height


@pytest.mark.parametrize("kind", KINDS)
def test_pyx12_finds_each_kind_valid(kind: str, tmp_path: Path) -> None:
    for _ in write(Plan(90), tmp_path):
        pass
    verdict = validate_strictly(part_paths(tmp_path, 0)[kind])
    assert (verdict.verdict, verdict.first_error) == (ACCEPTED, None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_one_kind_has_about_the_asked_size(kind: str, tmp_path: Path) -> None:
    file_of(kind, 400_000, tmp_path / "one")
    assert (tmp_path / "one").stat().st_size == pytest.approx(400_000, rel=0.1)


def test_the_usual_diagnoses_are_billable_codes(tmp_path: Path) -> None:
    warehouse = Warehouse(workspace_with_code_sets(tmp_path / "w") / "warehouse.duckdb")
    codes = warehouse.query("queries/codesets/search_code")
    billable = codes.filter(pl.col("code_system") == "ICD-10-CM", "is_billable")["code"]
    assert set(usual_codes().diagnoses) - set(billable) == set()


def test_codes_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "codes").write_text("Z23\nI10\n", encoding="ascii")
    codes = codes_of(tmp_path / "codes", None)
    assert codes.diagnoses == ("Z23", "I10")
    assert codes.procedures == usual_codes().procedures


def test_provider_numbers_have_their_check_digit() -> None:
    for number in (npi(0), npi(12_345), npi(99_999)):
        digits = [int(digit) for digit in f"80840{number}"]
        doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
        assert (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
