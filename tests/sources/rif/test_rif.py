"""RIF files: what each column becomes, rows of one claim, cancelled claims, and what cannot be read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import BadInputError
from auditlib.sources.rif import looks_like_rif, read_rif
from auditlib.sources.rif.dates import day
from auditlib.sources.tabular.coded_encounter import pseudonym
from tests.reading import gathered, read_facts
from tests.sources.rif import plain
from tests.sources.rif.texts import CARRIER, INPATIENT, written


def _read(path: Path, **options: int) -> dict[str, pl.DataFrame]:
    return gathered(read_rif(path, source_file_id=1, **options))


def test_a_carrier_claim(tmp_path: Path) -> None:
    second = {"LINE_NUM": "2", "HCPCS_CD": "J1100", "LINE_ICD_DGNS_CD": "I10", "LINE_SBMTD_CHRG_AMT": "0"}
    path = written(tmp_path / "a.txt", CARRIER, CARRIER | second)
    found = _read(path)
    claim = found["claim"].row(0, named=True)
    start = path.read_bytes().index(b"\n") + 1
    expected = {
        "claim_id": (1 << 40) + start,
        "form": "P",
        "patient_control_number": "C1",
        "patient_id": pseudonym("", "-100"),
        "payer_id": "CMS",
        "billing_provider_id": "1234567893",
        "rendering_provider_id": "1999999992",
        "place_of_service": "11",
        "type_of_bill": None,
        "from_date": dt.date(2025, 10, 27),
        "to_date": dt.date(2025, 10, 28),
        "charge_amount": Decimal("245.04"),
        "source_offset": start,
    }
    assert {name: claim[name] for name in expected} == expected
    columns = ["diagnosis_number", "pointer_number", "code_system", "code", "code_role"]
    assert found["claim_diagnosis"].select(columns).rows() == [
        (1, 1, "ICD-10-CM", "I10", "principal"),
        (2, 2, "ICD-9-CM", "25000", "secondary"),
        # The first line names a diagnosis that the claim does not have.
        (3, 3, "ICD-10-CM", "E119", "secondary"),
    ]
    columns = ["line_number", "code_system", "code", "modifier_1", "diagnosis_pointer_1", "unit_count", "ndc"]
    assert found["claim_line"].select(columns).rows() == [
        (1, "CPT", "99213", "25", 3, Decimal(2), None),
        (2, "HCPCS", "J1100", "25", 1, Decimal(2), None),
    ]
    columns = ["claim_status_code", "paid_amount", "payer_claim_control_number"]
    assert found["remit_claim"].select(columns).rows() == [("1", Decimal("60.50"), "CTRL")]
    assert found["remittance"]["payment_date"].to_list() == [dt.date(2025, 11, 6)]
    adjustments = found["adjustment"].filter(line_number=1)
    assert adjustments.select("group_code", "reason_code", "adjustment_amount").rows() == [
        ("PR", "1", Decimal(20)),
        ("PR", "2", Decimal("15.12")),
    ]
    assert found["remit_line"]["allowed_amount"].to_list() == [Decimal("95.62")] * 2
    assert not found["rejected"].height


def test_an_inpatient_stay(tmp_path: Path) -> None:
    found = _read(written(tmp_path / "a.txt", INPATIENT, closed="|", line_end="\r\n"))
    claim = found["claim"].row(0, named=True)
    expected = {
        "form": "I",
        "type_of_bill": "111",
        "frequency_code": "1",
        "original_reference_number": "OLD",
        "discharge_status_code": "01",
        "drg_code": "470",
        "admit_date": dt.date(2025, 10, 1),
        "place_of_service": None,
    }
    assert {name: claim[name] for name in expected} == expected
    columns = ["code_system", "code", "code_role", "poa_indicator"]
    assert found["claim_diagnosis"].select(columns).rows() == [
        ("ICD-10-CM", "I214", "principal", "Y"),
        ("ICD-10-CM", "E119", "secondary", "N"),
        ("ICD-10-CM", "R079", "admitting", None),
        ("ICD-10-CM", "W19XXXA", "external cause", "1"),
    ]
    assert found["claim_procedure"].select("code_system", "code", "code_role", "procedure_date").rows() == [
        ("ICD-10-PCS", "02703ZZ", "principal", dt.date(2025, 10, 2))
    ]
    assert found["claim_line"].select("revenue_code", "code", "code_system").rows() == [("0120", None, None)]
    # There is no payment of the line: its reason stands at the claim, and its amount is not told.
    assert found["remit_line"].is_empty()
    columns = ["line_number", "group_code", "reason_code", "adjustment_amount"]
    assert found["adjustment"].select(columns).rows() == [
        (None, "PR", "1", Decimal(1600)),
        (None, "CO", "45", Decimal(0)),
    ]


def test_without_a_version_the_day_tells_and_groups_are_no_procedures(tmp_path: Path) -> None:
    old = INPATIENT | {"CLM_ID": "I2", "CLM_FROM_DT": "20150901", "CLM_THRU_DT": "20150930"}
    group = INPATIENT | {"CLM_ID": "I3", "REV_CNTR": "0023", "HCPCS_CD": "1AFK1"}
    found = _read(written(tmp_path / "a.txt", INPATIENT, old, group))
    systems = (
        found["claim_diagnosis"]
        .group_by("claim_id", maintain_order=True)
        .agg(pl.col("code_system").unique().first())
    )
    assert systems["code_system"].to_list() == ["ICD-10-CM", "ICD-9-CM", "ICD-10-CM"]
    assert found["claim_line"]["code_system"].to_list() == [None, None, "HIPPS"]


def test_cancelled_denied_superseded_and_deleted_claims(tmp_path: Path) -> None:
    rows = [
        CARRIER | {"CLM_ID": "cancelled", "CLM_DISP_CD": "03"},
        CARRIER | {"CLM_ID": "denied", "CARR_CLM_PMT_DNL_CD": "0", "CLM_PMT_AMT": "0"},
        CARRIER | {"CLM_ID": "superseded", "FINAL_ACTION": "N"},
        CARRIER | {"CLM_ID": "deleted", "DML_IND": "DELETE"},
        CARRIER | {"CLM_ID": "changed", "DML_IND": "UPDATE"},
    ]
    found = _read(written(tmp_path / "a.txt", *rows))
    assert found["claim"].select("patient_control_number", "frequency_code").rows() == [
        ("cancelled", "8"),
        ("denied", None),
        ("changed", None),
    ]
    columns = ["claim_status_code", "charge_amount", "paid_amount"]
    assert found["remit_claim"].select(columns).rows()[:2] == [
        ("22", Decimal("-245.04"), Decimal("-60.50")),
        ("4", Decimal("245.04"), Decimal(0)),
    ]
    cancelled = found["remit_claim"]["remit_claim_id"][0]
    assert found["adjustment"].filter(remit_claim_id=cancelled)["adjustment_amount"].to_list() == [
        Decimal(-20),
        Decimal("-15.12"),
    ]
    assert sorted(found["rejected"]["reason"].to_list()) == [
        "claim not loaded: it is not the final action on the claim",
        "claim not loaded: it was deleted",
    ]


def test_a_charge_that_is_not_told_is_that_of_the_lines_without_their_total(tmp_path: Path) -> None:
    untold = INPATIENT | {"CLM_TOT_CHRG_AMT": ""}
    rows = [
        untold | {"REV_CNTR": "0120", "REV_CNTR_TOT_CHRG_AMT": "60"},
        untold | {"REV_CNTR": "0250", "REV_CNTR_TOT_CHRG_AMT": "x"},
        untold | {"REV_CNTR": "0001", "REV_CNTR_TOT_CHRG_AMT": "60"},
        untold | {"CLM_ID": "none", "REV_CNTR_TOT_CHRG_AMT": ""},
        INPATIENT | {"CLM_ID": "dates", "CLM_FROM_DT": "31-FEB-2025", "REV_CNTR_TOT_CHRG_AMT": "1"},
    ]
    found = _read(written(tmp_path / "a.txt", *rows))
    assert found["claim"]["charge_amount"].to_list() == [Decimal(60), Decimal(10_000)]
    assert found["claim_line"]["charge_amount"].to_list() == [Decimal(60), 0, Decimal(60), Decimal(1)]
    assert sorted(found["rejected"]["reason"].to_list()) == [
        "a date of the claim cannot be read: left empty",
        "claim not loaded: its charge cannot be read, nor that of any of its lines",
        "the charge of a line cannot be read: taken as 0",
    ]


def test_lines_that_are_no_rows_are_not_loaded(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", CARRIER, CARRIER | {"CLM_ID": "C2"}, CARRIER | {"CLM_ID": "C3"})
    header, first, second, third, _ = path.read_bytes().split(b"\n")
    lines = [header, first, b"", first[:50], second.replace(b"I10", b"\xff10"), third, first, b"a|b"]
    path.write_bytes(b"\n".join(lines))
    found = _read(path)
    assert found["claim"]["patient_control_number"].to_list() == ["C1", "C3"]
    assert found["rejected"]["reason"].to_list() == [
        "the number of cells is not that of the header",
        "the row holds bytes that are not UTF-8",
        "a row of a claim that already ended",
        "the number of cells is not that of the header",
    ]
    offsets = [sum(len(line) + 1 for line in lines[:number]) for number in (3, 4, 6, 7)]
    assert found["rejected"]["source_offset"].to_list() == offsets


ROW = st.fixed_dictionaries(
    {
        "HCPCS_CD": st.sampled_from(["99213", "J1100", "0001F", ""]),
        "LINE_SBMTD_CHRG_AMT": st.decimals(0, 999, places=2).map(str),
        "LINE_NCH_PMT_AMT": st.decimals(0, 99, places=2).map(str),
        "LINE_ICD_DGNS_CD": st.sampled_from(["", "I10", "E119", "A00"]),
    }
)
CLAIM = st.fixed_dictionaries(
    {
        "PRNCPAL_DGNS_CD": st.sampled_from(["", "I10", "E119"]),
        "ICD_DGNS_CD1": st.sampled_from(["", "I10", "E119"]),
        "ICD_DGNS_CD2": st.sampled_from(["", "I10", "B20"]),
        "NCH_CARR_CLM_SBMTD_CHRG_AMT": st.decimals(0, 9999, places=2).map(str),
        "CLM_PMT_AMT": st.decimals(-99, 9999, places=2).map(str),
    }
)


@settings(max_examples=40, deadline=None)
@given(
    claims=st.lists(st.tuples(CLAIM, st.lists(ROW, min_size=1, max_size=4)), min_size=1, max_size=8),
    chunk=st.sampled_from([300, 2_000, 1 << 20]),
)
def test_any_claims_are_counted_as_by_a_plain_loop(claims: list, chunk: int) -> None:
    rows = [
        CARRIER | {"ICD_DGNS_VRSN_CD2": "0"} | claim | line | {"CLM_ID": str(number)}
        for number, (claim, lines) in enumerate(claims)
        for line in lines
    ]
    with TemporaryDirectory() as folder:
        path = written(Path(folder, "a.txt"), *rows)
        expected = plain.facts(path)
        content = path.read_bytes()
        batches = list(read_rif(path, source_file_id=1, chunk_byte_count=chunk))
    found = read_facts(batches)
    assert +Counter({name: found[name] for name in expected}) == +expected
    frames = gathered(batches)
    assert [content[at : at + 6] for at in frames["claim_line"]["source_offset"].to_list()] == [
        b"INSERT"
    ] * len(rows)
    assert frames["claim_line"].select("claim_id", "line_number").is_unique().all()
    # A line points to a diagnosis of its claim with the code that the line names.
    pointed = frames["claim_line"].join(
        frames["claim_diagnosis"],
        left_on=["claim_id", "diagnosis_pointer_1"],
        right_on=["claim_id", "pointer_number"],
        how="left",
    )
    assert pointed["code_right"].fill_null("").to_list() == [row["LINE_ICD_DGNS_CD"] for row in rows]


def test_a_file_that_ends_anywhere_never_crashes(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", CARRIER, CARRIER, INPATIENT, CARRIER | {"CLM_ID": "C2"})
    content = path.read_bytes()
    for cut in range(content.index(b"\n"), len(content), 37):
        path.write_bytes(content[:cut])
        found = _read(path)
        assert found["claim"].height <= 3


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("27-OCT-1999", dt.date(1999, 10, 27)),
        ("7-oct-1999", dt.date(1999, 10, 7)),
        ("27OCT1999", dt.date(1999, 10, 27)),
        ("19991027", dt.date(1999, 10, 27)),
        ("1999-10-27", dt.date(1999, 10, 27)),
        ("31-FEB-2020", None),
        ("27-XXX-1999", None),
        ("0", None),
        (None, None),
    ],
)
def test_days(told: str | None, expected: dt.date | None) -> None:
    frame = pl.DataFrame({"told": [told]}, schema={"told": pl.String})
    assert frame.select(day("told")).item() == expected


def test_a_rif_file_is_recognised_and_an_unknown_kind_is_a_clear_error(tmp_path: Path) -> None:
    assert looks_like_rif(b"\xef\xbb\xbfbene_id|clm_id|x\r\n")
    assert not looks_like_rif(b"BENE_ID,CLM_ID\n")
    path = tmp_path / "pde.txt"
    path.write_text("BENE_ID|CLM_ID|PDE_ID\n1|2|3\n")
    with pytest.raises(BadInputError, match=r"pde\.txt is a RIF file of an unknown kind"):
        list(read_rif(path, source_file_id=1))
    path.write_text("BENE_ID|CLM_ID|PRF_PHYSN_NPI|CLM_ID\n")
    with pytest.raises(BadInputError, match="has a column twice"):
        list(read_rif(path, source_file_id=1))
