from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import BadInputError
from auditlib.review import CODE_ROLES
from auditlib.schema.core import ENCOUNTER, ENCOUNTER_CODE, PATIENT, REJECTED_RECORD
from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular.coded_encounter import (
    CODE_CELLS,
    ENCOUNTER_CELLS,
    pseudonym,
    read_codes,
)
from auditlib.sources.tabular.delimited import header_names
from auditlib.sources.tabular.tables import read_table
from auditlib.sources.tabular.user_tables import table_of_header

GOOD = {
    "encounter_id": "E00001",
    "encounter_class": "inpatient",
    "patient_id": "",
    "birth_date": "1950-04-03",
    "sex": "F",
    "admit_date": "2026-01-05",
    "discharge_date": "2026-01-09",
    "facility_id": "1999900012",
    "provider_id": "1999900020",
    "coder_id": "C01",
    "coded_date": "2026-01-12",
    "discharge_status_code": "01",
    "billed_drg_code": "064",
}
GOOD_CODE = {
    "encounter_id": "E00001",
    "code_number": "1",
    "code_system": "ICD-10-CM",
    "code": "e11.22",
    "code_role": "principal",
    "poa_indicator": "Y",
    "code_date": "",
    "modifier_1": "",
    "unit_count": "",
}


def table(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def encounters(folder: Path, *changes: Mapping[str, str]) -> SourceBatch:
    rows = [
        {**GOOD, "encounter_id": f"E{number:05}", **change} for number, change in enumerate(changes, start=1)
    ]
    (batch,) = read_table(table(folder / "encounters.csv", rows), source_file_id=7)
    return batch


def codes(folder: Path, *changes: Mapping[str, str]) -> SourceBatch:
    rows = [
        {**GOOD_CODE, "code_number": str(number), **change} for number, change in enumerate(changes, start=1)
    ]
    (batch,) = read_table(table(folder / "encounter_codes.csv", rows), source_file_id=7)
    return batch


def test_a_row_becomes_an_encounter_and_its_patient(tmp_path: Path) -> None:
    batch = encounters(tmp_path, {})
    assert batch.format == "encounter table"
    assert batch.transaction_count == 1
    header = ",".join(GOOD) + "\r\n"
    own_patient = hashlib.sha256(b"encounter|E00001").hexdigest()[:16]
    (encounter,) = batch.frames["encounter"].rows(named=True)
    assert encounter["patient_id"] == own_patient
    assert (encounter["admit_date"], encounter["discharge_date"]) == (
        dt.date(2026, 1, 5),
        dt.date(2026, 1, 9),
    )
    assert (encounter["billed_drg_code"], encounter["discharge_status_code"]) == ("064", "01")
    assert encounter["source_offset"] == len(header)
    assert batch.frames["patient"].rows() == [(own_patient, dt.date(1950, 4, 3), "F", 7, len(header))]


def test_columns_may_come_in_any_order_and_optional_ones_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "encounters.csv"
    path.write_bytes(b"\xef\xbb\xbfAdmit_Date,encounter_class,encounter_id\r\n2026-01-05,OFFICE,007\r\n")
    (batch,) = read_table(path, source_file_id=1)
    (encounter,) = batch.frames["encounter"].rows(named=True)
    assert (encounter["encounter_id"], encounter["encounter_class"]) == ("007", "office")
    assert encounter["discharge_date"] == dt.date(2026, 1, 5)
    assert encounter["coder_id"] is None
    assert batch.rejected.is_empty()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"encounter_id": " "}, "encounter_id is missing"),
        ({"encounter_id": "E" * 39}, "encounter_id is too long or holds control characters"),
        ({"encounter_id": "E\x001"}, "encounter_id is too long or holds control characters"),
        ({"coder_id": "C\x1b1"}, "coder_id holds control characters"),
        ({"encounter_class": "spa"}, "encounter_class is not known"),
        ({"encounter_class": ""}, "encounter_class is not known"),
        ({"admit_date": ""}, "admit_date is missing"),
        ({"admit_date": "01/05/2026"}, "admit_date is not a date"),
        ({"admit_date": "2026-02-30"}, "admit_date is not a date"),
        ({"admit_date": "0026-02-03", "discharge_date": ""}, "admit_date is not a date; an inpatient stay"),
        ({"birth_date": "1950"}, "birth_date is not a date"),
        ({"coded_date": "soon"}, "coded_date is not a date"),
        ({"discharge_date": ""}, "an inpatient stay without a discharge_date"),
        ({"discharge_date": "2026-01-04"}, "discharge_date is before admit_date"),
        ({"sex": "Q"}, "sex is not known"),
        ({"encounter_class": "spa", "sex": "Q"}, "encounter_class is not known; sex is not known"),
        ({"encounter_id": "E00001"}, "encounter_id occurs earlier in this file"),
    ],
)
def test_a_bad_row_is_not_loaded_with_its_reason_and_the_rest_is_loaded(
    tmp_path: Path, change: Mapping[str, str], reason: str
) -> None:
    batch = encounters(tmp_path, {}, change, {})
    assert batch.frames["encounter"]["encounter_id"].to_list() == ["E00001", "E00003"]
    assert batch.transaction_count == 3
    (rejected,) = batch.rejected.rows(named=True)
    assert rejected["reason"].startswith(reason)
    assert (rejected["segment"], rejected["record_number"], rejected["source_file_id"]) == ("encounter", 2, 7)
    content = (tmp_path / "encounters.csv").read_bytes()
    assert content[: rejected["source_offset"]].count(b"\r\n") == 2


def test_one_patient_is_one_row_and_facts_that_contradict_are_reported(tmp_path: Path) -> None:
    mine = {"patient_id": "0123456789abcdef"}
    batch = encounters(
        tmp_path, {**mine, "sex": ""}, mine, {**mine, "birth_date": ""}, {**mine, "birth_date": "1951-04-03"}
    )
    assert batch.frames["encounter"].height == 4
    (patient,) = batch.frames["patient"].rows(named=True)
    assert (patient["patient_id"], patient["birth_date"], patient["sex"]) == (
        "0123456789abcdef",
        dt.date(1950, 4, 3),
        "F",
    )
    assert batch.rejected.select("segment", "record_number").rows() == [("patient", 4)]


def test_a_record_number_never_reaches_the_tables() -> None:
    assert pseudonym("E1", "MRN-12345") == pseudonym("E2", "MRN-12345") != pseudonym("E1", None)
    assert pseudonym("E1", "MRN-12345") == hashlib.sha256(b"patient|MRN-12345").hexdigest()[:16]
    assert pseudonym("E1", "00ff00ff00ff00ff") == "00ff00ff00ff00ff"


def test_codes_stay_text_and_keep_their_zeros(tmp_path: Path) -> None:
    batch = codes(
        tmp_path,
        {},
        {
            "code_system": "cpt",
            "code": "00100",
            "code_role": "",
            "poa_indicator": "",
            "modifier_1": "aa",
            "unit_count": "1.5",
        },
        {"code_system": "ICD10PCS", "code": "0fb44zz", "code_role": "procedure", "code_date": "2026-01-06"},
    )
    assert batch.format == "encounter code table"
    assert batch.rejected.is_empty()
    frame = batch.frames["encounter_code"]
    assert frame.select("code_number", "code_system", "code", "code_role").rows() == [
        (1, "ICD-10-CM", "E1122", "principal"),
        (2, "CPT", "00100", "procedure"),
        (3, "ICD-10-PCS", "0FB44ZZ", "procedure"),
    ]
    assert frame["modifier_1"].to_list() == [None, "AA", None]
    assert frame["unit_count"].to_list() == [None, Decimal("1.5000"), None]
    assert frame["code_date"].to_list() == [None, None, dt.date(2026, 1, 6)]


def test_codes_that_do_not_exist_are_loaded_for_the_checks_to_find(tmp_path: Path) -> None:
    batch = codes(tmp_path, {"code": "E11.2X2"}, {"code": "Z99.999"}, {"poa_indicator": "Q"})
    assert batch.frames["encounter_code"]["code"].to_list() == ["E112X2", "Z99999", "E1122"]
    assert batch.rejected.is_empty()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"encounter_id": ""}, "encounter_id is missing"),
        ({"code_number": "0"}, "code_number is not a position"),
        ({"code_number": "two"}, "code_number is not a position"),
        ({"code_number": ""}, "code_number is not a position"),
        ({"code_number": "1"}, "code_number occurs earlier in this encounter"),
        ({"code_system": "LOINC"}, "code_system is not known"),
        ({"code_system": ""}, "code_system is not known"),
        ({"code": "."}, "code is missing"),
        ({"code": "Y"}, "code has no form that its code system allows"),
        ({"code": "N/A"}, "code has no form that its code system allows"),
        ({"code": "HYPERTENSION"}, "code has no form that its code system allows"),
        ({"code": "<b>x</b>"}, "code has no form that its code system allows"),
        ({"code": "E119;I10"}, "code has no form that its code system allows"),
        ({"code_system": "CPT", "code": "99213-25"}, "code has no form that its code system allows"),
        ({"code_system": "HCPCS", "code": "VISIT"}, "code has no form that its code system allows"),
        ({"code_system": "ICD-10-PCS", "code": "0FB44ZO"}, "code has no form that its code system allows"),
        ({"code_role": ""}, "code_role is not known"),
        ({"code_role": "main"}, "code_role is not known"),
        ({"poa_indicator": "yes"}, "poa_indicator is not one letter or digit"),
        ({"code_date": "20260106"}, "code_date is not a date"),
        ({"modifier_1": "right"}, "modifier_1 is not a modifier"),
        ({"unit_count": "-1"}, "unit_count is not a quantity"),
        ({"unit_count": "1e3"}, "unit_count is not a quantity"),
        ({"unit_count": "1,5,5"}, "unit_count is not a quantity"),
    ],
)
def test_a_bad_code_is_not_loaded_with_its_reason_and_the_rest_is_loaded(
    tmp_path: Path, change: Mapping[str, str], reason: str
) -> None:
    batch = codes(tmp_path, {}, change, {})
    assert batch.frames["encounter_code"]["code_number"].to_list() == [1, 3]
    assert batch.rejected.select("segment", "record_number", "reason").rows() == [("code", 2, reason)]


def test_every_role_that_a_reviewer_can_give_is_taken_in_any_case(tmp_path: Path) -> None:
    batch = codes(tmp_path, *({"code_role": role.title()} for role in CODE_ROLES), {"code_role": "reason"})
    assert batch.frames["encounter_code"]["code_role"].to_list() == list(CODE_ROLES)
    refused = ("code_role is not known", "one of " + ", ".join(CODE_ROLES))
    assert batch.rejected.select("reason", "expected").rows() == [refused]


def test_without_numbers_and_roles_the_order_of_rows_gives_them(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(
        "code,code_system,encounter_id\n99213,CPT,A\nI10,ICD-10-CM,A\nE119,ICD-10-CM,B\nZ794,ICD-10-CM,A\n",
        encoding="utf-8",
    )
    (batch,) = read_table(path, source_file_id=1)
    assert batch.frames["encounter_code"].select(
        "encounter_id", "code_number", "code", "code_role"
    ).rows() == [
        ("A", 1, "99213", "procedure"),
        ("A", 2, "I10", "principal"),
        ("B", 1, "E119", "principal"),
        ("A", 3, "Z794", "secondary"),
    ]


def test_a_column_that_nobody_reads_is_reported_once_and_not_loaded(tmp_path: Path) -> None:
    batch = codes(tmp_path, {"poa": "Y", "note": "x"}, {"poa": "N", "note": "y"})
    assert batch.frames["encounter_code"].height == 2
    (rejected,) = batch.rejected.rows(named=True)
    assert rejected["reason"] == "columns that were not read: poa, note"
    assert rejected["segment"] == "header"
    assert batch.transaction_count == 2


@pytest.mark.parametrize("content", [b"encounter_id,code\nA,B\n", b"a;b\n1;2\n"])
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=r"x\.csv"):
        list(read_table(path, source_file_id=1))


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\xff\xfe\x00", b"code,code,encounter_id\n1,2,3\n", b",encounter_id\n1,2\n"]
)
def test_a_table_whose_header_is_none_is_one_rejected_record(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    (batch,) = read_table(path, source_file_id=1)
    assert not batch.frames
    assert batch.rejected["segment"].to_list() == ["file"]


def test_a_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(ENCOUNTER_CELLS), encoding="utf-8")
    (batch,) = read_table(path, source_file_id=1)
    assert batch.frames["encounter"].is_empty()
    assert batch.frames["patient"].is_empty()
    assert batch.rejected.is_empty()
    path.write_text(",".join(CODE_CELLS) + "\n", encoding="utf-8")
    (batch,) = read_table(path, source_file_id=1)
    assert batch.frames["encounter_code"].is_empty()


def test_tables_are_recognised_by_their_header() -> None:
    def recognised(head: bytes) -> str | None:
        table = table_of_header(header_names(head))
        return table.name if table else None

    assert (
        recognised(b"\xef\xbb\xbf" + ",".join(reversed(ENCOUNTER_CELLS)).encode() + b"\r\nA") == "encounter"
    )
    assert recognised(",".join(CODE_CELLS).encode()) == "encounter_code"
    assert recognised(b"ISA*00*encounter_id,encounter_class,admit_date~") is None


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(
                CODE_CELLS,
                st.none() | st.sampled_from(["1", "2", "ICD-10-CM", "principal", "x", "-1", "2026-01-01"]),
            )
        ),
        max_size=6,
    )
)
def test_every_code_is_loaded_or_not_loaded(rows: list[dict[str, str | None]]) -> None:
    cells = pl.DataFrame(rows, schema=dict.fromkeys(CODE_CELLS, pl.String())).with_columns(
        source_offset=pl.int_range(pl.len()), record_number=pl.int_range(1, pl.len() + 1)
    )
    codes = read_codes(cells, source_file_id=1)
    loaded, rejected = codes.encounter_code, codes.rejected
    places = [*loaded["source_offset"], *rejected["source_offset"]]
    assert sorted(places) == list(range(len(rows)))


def test_frames_keep_their_contracts(tmp_path: Path) -> None:
    batch = encounters(tmp_path, {}, {"sex": "Q"})
    assert batch.frames["encounter"].schema == ENCOUNTER.polars_schema
    assert batch.frames["patient"].schema == PATIENT.polars_schema
    assert batch.rejected.schema == REJECTED_RECORD.polars_schema
    assert codes(tmp_path, {}).frames["encounter_code"].schema == ENCOUNTER_CODE.polars_schema
