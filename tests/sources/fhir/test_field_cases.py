"""Answers of payers whose kinds once went wrong, as billing offices reported them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from auditlib.sources.fhir import read_fhir
from tests.reading import gathered

pytestmark = pytest.mark.field
CASES = Path("field_cases", "claims")


def read(field_data: Path, case: str) -> dict[str, pl.DataFrame]:
    (path,) = (field_data / CASES / case).iterdir()
    return gathered(read_fhir(path, source_file_id=1))


def test_a_response_finds_its_claim_by_id(field_data: Path) -> None:
    found = read(field_data, "fhir_claimresponse_by_id")
    assert found["remit_claim"]["patient_control_number"].to_list() == ["PCNg1"]
    assert found["adjustment"].select("reason_code", "adjustment_amount").rows() == [("197", Decimal(100))]


def test_the_denial_of_a_whole_claim_has_its_charge(field_data: Path) -> None:
    found = read(field_data, "fhir_header_denial")
    columns = ("line_number", "group_code", "reason_code", "adjustment_amount")
    assert found["adjustment"].select(columns).rows() == [(None, "OA", "197", Decimal(500))]
    assert found["claim_line"]["charge_amount"].to_list() == [Decimal(500)]
    assert found["rejected"].is_empty()


def test_a_line_that_the_payer_added_is_paid(field_data: Path) -> None:
    lines = read(field_data, "fhir_additem")["remit_line"]
    assert lines.select("code", "submitted_code", "paid_amount").rows() == [
        ("99213", None, Decimal(0)),
        ("99212", "99213", Decimal(75)),
    ]


def test_a_contained_insurer_has_its_name(field_data: Path) -> None:
    found = read(field_data, "fhir_contained_insurer")
    assert found["claim"]["payer_name"].to_list() == found["remittance"]["payer_name"].to_list() == ["BETA"]
