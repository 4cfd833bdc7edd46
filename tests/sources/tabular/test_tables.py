from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import BadInputError
from auditlib.schema.contract import Table
from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular import workbooks
from auditlib.sources.tabular.contract_rows import read_rows, user_id_number
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.tables import looks_like_table, read_table
from auditlib.sources.tabular.user_tables import cells_of, needed_cells, table_of_header, user_tables
from tests.tables import TABLES


def mapped(path: Path, content: str | bytes, mapping: str) -> SourceBatch:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    batch = next(read_table(path, source_file_id=3, mapping=parse_mapping(mapping, name="map.yaml")))
    for name, frame in batch.frames.items():
        assert frame.schema == TABLES[f"core.{name}"].polars_schema
    return batch


def one_table(table: str, *columns: str, head: str = "") -> str:
    return f"{head}tables:\n  - table: {table}\n    columns:\n" + "".join(
        f"      {line}\n" for line in columns
    )


LINE = ("claim_id: id", "charge_amount: {constant: 1}")


def line_cells(tmp_path: Path, cell: str, *columns: str) -> SourceBatch:
    return mapped(tmp_path / "x.csv", f'id,x\nA,"{cell}"\n', one_table("claim_line", *LINE, *columns))


def test_every_table_that_a_file_fills_may_be_given_and_is_known_by_its_own_header() -> None:
    assert {"patient", "encounter", "encounter_code", "document", "claim", "claim_line", "claim_diagnosis",
            "remittance", "remit_claim", "remit_line", "adjustment"} <= set(user_tables())  # fmt: skip
    assert not {"source_file", "rejected_record", "claim_link", "diagnosis"} & set(user_tables())
    for name, table in user_tables().items():
        found = table_of_header(cells_of(table))
        assert found is not None
        assert found.name == name
        assert needed_cells(table) <= set(cells_of(table))


def test_a_parquet_of_claims_under_the_dictionarys_names(tmp_path: Path) -> None:
    path = tmp_path / "claims.parquet"
    pl.DataFrame(
        {
            "claim_id": ["A", "B", "B"],
            "form": ["P", "x", "I"],
            "charge_amount": [12.5, 3.0, 1.0],
            "from_date": [dt.date(2026, 1, 5)] * 3,
            "discharge_status_code": ["01", None, "02"],
            "mood": ["x", "y", "z"],
        }
    ).write_parquet(path)
    (batch,) = read_table(path, source_file_id=3)
    assert (batch.format, batch.transaction_count, batch.has_user_keys) == ("claim table", 3, True)
    claims = batch.frames["claim"]
    assert claims.select("claim_id", "patient_control_number", "charge_amount", "to_date").rows() == [
        (user_id_number("claim_id", "A"), "A", Decimal("12.50"), dt.date(2026, 1, 5)),
        (user_id_number("claim_id", "B"), "B", Decimal("1.00"), dt.date(2026, 1, 5)),
    ]
    assert claims.select("frequency_code", "payer_sequence", "discharge_status_code").row(0) == (
        "1",
        "P",
        "01",
    )
    assert batch.rejected.select("segment", "record_number", "reason").rows() == [
        ("header", 1, "columns that were not read: mood"),
        ("claim", 2, "form is not known"),
    ]


def test_the_number_for_a_users_id_never_meets_one_made_of_a_position() -> None:
    assert (
        user_id_number("claim_id", "A")
        == user_id_number("claim_id", "A")
        != user_id_number("remit_claim_id", "A")
    )
    assert (1 << 62) <= user_id_number("claim_id", "A") < (1 << 63)


def test_a_workbook_gives_every_sheet_and_says_which_it_did_not_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "mm/dd/yyyy"})
    claims, lines = book.add_worksheet("Claims"), book.add_worksheet("Lines")
    claims.write_row(0, 0, ["claim_id", "form", "charge_amount", "from_date", None])
    claims.write_row(1, 0, ["A", "P", 0.1 + 0.2])
    claims.write_datetime(1, 3, dt.datetime(2026, 1, 5), day)  # noqa: DTZ001 - a workbook knows no zones
    lines.write_row(0, 0, ["claim_id", "code", "charge_amount"])
    lines.write_row(1, 0, ["A", 99213, 0.3])
    lines.write_row(2, 0, ["A", "00100", "$1,204.50"])
    lines.write_row(3, 0, ["A", 100, "(3.00)"])
    lines.write_row(4, 0, ["A", "1.00E+02", 1])
    lines.write_row(5, 0, ["A", "5-Jan", 1])
    book.add_worksheet("Notes").write(0, 0, "exported today")
    book.add_worksheet("Empty")
    book.close()
    assert looks_like_table(path, path.read_bytes()[:100])
    claim, line, rest = read_table(path, source_file_id=3)
    assert claim.frames["claim"].select("charge_amount", "from_date").row(0) == (
        Decimal("0.30"),
        dt.date(2026, 1, 5),
    )
    codes = line.frames["claim_line"].select("code", "code_system", "charge_amount", "source_offset").rows()
    assert codes == [("99213", "CPT", Decimal("0.30"), 1), ("00100", "CPT", Decimal("1204.50"), 2)]
    assert line.rejected["reason"].to_list() == [
        "code has fewer than five digits: its leading zeros are lost",
        "code is a number in scientific form, as Excel makes of some codes",
        "code is a date, as Excel makes of some codes",
    ]
    assert ["sheet 'Notes'" in reason for reason in rest.rejected["reason"]] == [True]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("patient_control_number", "1.23457E+11", "patient_control_number is a number in scientific form"),
        ("claim_id", "1E+05", "claim_id is a number in scientific form"),
        ("billing_provider_id", "1.23E+09", "billing_provider_id is a number in scientific form"),
        ("payer_id", "2-Jan", "payer_id is a date"),
        ("patient_id", "Jan-02", "patient_id is a date"),
        ("drg_code", "01/02/2026", "drg_code is a date"),
        ("type_of_bill", "13", "type_of_bill has lost its leading zeros"),
    ],
)
def test_what_excel_damaged_is_not_loaded_and_the_cell_is_named(
    tmp_path: Path, column: str, cell: str, reason: str
) -> None:
    path = tmp_path / "claims.csv"
    ids = "" if column in {"claim_id", "patient_control_number"} else "claim_id,"
    good = "X1," if ids else ""
    path.write_text(
        f"{ids}{column},form,charge_amount,from_date\n{good}{cell},P,100,2026-01-05\n"
        f"{good.replace('1', '2')}117,P,100,2026-01-05\n",
        encoding="utf-8",
    )
    (batch,) = read_table(path, source_file_id=3)
    assert batch.frames["claim"].height == 1
    (row,) = batch.rejected.rows(named=True)
    assert row["record_number"] == 1
    assert row["reason"].startswith(reason)
    assert cell not in row["reason"]


def test_two_accounts_damaged_to_one_number_are_no_claims(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rules = one_table(
        "claim", "patient_control_number: Acct", "form: {constant: P}", "charge_amount: {constant: 1}",
        "from_date: {constant: 2026-01-05}",
    )  # fmt: skip
    batch = mapped(path, "Acct\n1.23457E+11\n1.23457E+11\n123456789012\n", rules)
    assert batch.frames["claim"]["patient_control_number"].to_list() == ["123456789012"]
    assert {reason.partition(" is ")[0] for reason in batch.rejected["reason"]} == {
        "patient_control_number (column 'acct')"
    }


def test_codes_of_fixed_width_get_their_zeros_and_lose_a_fraction(tmp_path: Path) -> None:
    path = tmp_path / "claim_line.csv"
    path.write_text(
        "claim_id,code,revenue_code,place_of_service,charge_amount\nA,99213.0,450,2.0,1\n", encoding="utf-8"
    )
    (batch,) = read_table(path, source_file_id=3)
    assert batch.frames["claim_line"].select("code", "revenue_code", "place_of_service").rows() == [
        ("99213", "0450", "02")
    ]
    assert batch.rejected.is_empty()


def test_amounts_in_another_currency_are_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "claim.csv"
    day = "2026-01-05"
    rows = f"A,P,1,{day},USD\nB,P,1,{day},\nC,P,1,{day},cad\nD,P,1,{day},1234567\n"
    path.write_text(f"claim_id,form,charge_amount,from_date,currency\n{rows}", encoding="utf-8")
    (batch,) = read_table(path, source_file_id=3)
    assert batch.frames["claim"]["patient_control_number"].to_list() == ["A", "B"]
    assert batch.rejected.filter(segment="claim")["reason"].to_list() == [
        "The amounts are in CAD; the columns hold US dollars",
        "The amounts are in another currency; the columns hold US dollars",
    ]


@pytest.mark.field
def test_the_damaged_account_numbers_of_the_field_are_no_claims(field_data: Path) -> None:
    path = field_data / "field_cases" / "claims" / "excel_account_number" / "claim.csv"
    (batch,) = read_table(path, source_file_id=3)
    assert batch.frames["claim"].is_empty()
    assert batch.rejected["record_number"].to_list() == [1, 2]
    assert all("scientific form" in reason for reason in batch.rejected["reason"])


def test_one_named_sheet_below_a_title_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Other").write_row(0, 0, ["claim_id", "code"])
    sheet = book.add_worksheet("Charges")
    sheet.write(0, 0, "Charges of January")
    sheet.write_row(2, 0, ["Acct", "Chg"])
    sheet.write_row(3, 0, ["A", 5])
    book.close()
    told = one_table("claim_line", "claim_id: ACCT", "charge_amount: chg")
    mapping = parse_mapping(f"file: {{sheet: Charges, header_row: 3}}\n{told}", name="m")
    (batch,) = read_table(path, source_file_id=3, mapping=mapping)
    assert batch.frames["claim_line"]["charge_amount"].to_list() == [Decimal("5.00")]
    with pytest.raises(BadInputError, match="no sheet 'Chargs'"):
        list(
            read_table(
                path, source_file_id=3, mapping=parse_mapping(f"file: {{sheet: Chargs}}\n{told}", name="m")
            )
        )


def test_workbooks_that_would_take_all_memory_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "claim_id")
    sheet.write(1_048_575, 16_383, "far")
    book.close()
    with pytest.raises(BadInputError, match="far away"):
        list(read_table(path, source_file_id=3))
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 100)
    with pytest.raises(BadInputError, match="unpacks to more"):
        list(read_table(path, source_file_id=3))


@pytest.mark.parametrize("name", ["cut.xlsx", "cut.parquet"])
def test_damaged_files_are_refused_by_name(tmp_path: Path, name: str) -> None:
    whole = tmp_path / name
    frame = pl.DataFrame({"claim_id": ["A"] * 50})
    frame.write_parquet(whole) if name.endswith("parquet") else frame.write_excel(whole)
    data = whole.read_bytes()
    path = tmp_path / f"x{name}"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInputError, match=rf"x{name} is a damaged"):
        list(read_table(path, source_file_id=3))


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
def test_any_common_separator_and_windows_1252_are_recognised(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "p.csv"
    rows = ["patient_id,sex,birth_date", "José,F,1950-01-02"]
    path.write_bytes("\r\n".join(rows).replace(",", separator).encode("cp1252"))
    (batch,) = read_table(path, source_file_id=3)
    (patient,) = batch.frames["patient"].rows(named=True)
    assert (patient["sex"], patient["birth_date"]) == ("F", dt.date(1950, 1, 2))
    assert len(patient["patient_id"]) == 16
    assert batch.rejected.is_empty()


@pytest.mark.parametrize(
    ("cell", "told", "expected"),
    [
        ("01/05/2026", 'from_date: {column: x, format: "%m/%d/%Y"}', dt.date(2026, 1, 5)),
        ("2026-01-05 00:00:00", 'from_date: {column: x, format: "%m/%d/%Y"}', dt.date(2026, 1, 5)),
        ("46027", "from_date: {column: x, format: excel}", dt.date(2026, 1, 5)),
        ("2026-01-05T10:00:00", "from_date: x", dt.date(2026, 1, 5)),
        ("20260105", 'from_date: {column: x, format: "%Y%m%d"}', dt.date(2026, 1, 5)),
        ("1204", "unit_count: {column: x, multiply_by: 0.01}", Decimal("12.0400")),
        ("1,204.5", "unit_count: x", Decimal("1204.5000")),
        ("N/A", "code: {column: x, empty: [n/a]}", None),
        ("100", "code: {column: x, pad: 5}", "00100"),
        ("office", "code: {column: x, values: {office: 99213}}", "99213"),
        ("450", "revenue_code: {column: x, pad: 4}", "0450"),
    ],
)
def test_values_become_what_the_mapping_says(tmp_path: Path, cell: str, told: str, expected: object) -> None:
    batch = line_cells(tmp_path, cell, told)
    assert batch.rejected.is_empty()
    assert batch.frames["claim_line"][told.partition(":")[0]].to_list() == [expected]


@pytest.mark.parametrize(
    ("cell", "told", "expected"),
    [
        ("25, 59", "modifiers: x", ["25", "59", None, None]),
        ("2559rt", "modifiers: x", ["25", "59", "RT", None]),
        ("25^59", 'modifiers: {column: x, separator: "^"}', ["25", "59", None, None]),
        ("12", "diagnosis_pointers: {column: x, width: 1}", [1, 2, None, None]),
        ("A:C", "diagnosis_pointers: x", [1, 3, None, None]),
        ("12", "diagnosis_pointers: x", [12, None, None, None]),
    ],
)
def test_a_cell_of_several_values_is_cut_apart(
    tmp_path: Path, cell: str, told: str, expected: list[object]
) -> None:
    stem = told.partition("s:")[0]
    rows = line_cells(tmp_path, cell, told).frames["claim_line"]
    assert list(rows.select(f"{stem}_{number}" for number in range(1, 5)).row(0)) == expected


@pytest.mark.parametrize(
    ("cell", "told", "reason"),
    [
        ("13/05/2026", 'from_date: {column: x, format: "%m/%d/%Y"}', "from_date (column 'x') is not a date"),
        ("05.01.2026", "from_date: x", "from_date is not a date"),
        ("x", "from_date: {column: x, format: excel}", "from_date (column 'x') is not a date of the form"),
        ("x", "unit_count: {column: x, multiply_by: 0.01}", "unit_count (column 'x') is not a number"),
        ("1.0051", "charge_amount: x", "charge_amount is not an amount with at most two decimals"),
        ("1.005", "charge_amount: x", "charge_amount (column 'x') has three digits after its only mark"),
        ("25 59 76 77 78", "modifiers: x", "modifiers (column 'x') holds more than 4 values"),
        ("right", "modifier_1: x", "modifier_1 is not a modifier"),
        ("LOINC", "code_system: x", "code_system is not known"),
        ("0", "line_number: x", None),
        ("two", "line_number: x", "line_number is not a whole number"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_conform_sets_its_record_aside(
    tmp_path: Path, cell: str, told: str, reason: str | None
) -> None:
    columns = [line for line in LINE if not told.startswith(line.partition(":")[0])]
    path = tmp_path / "x.csv"
    batch = mapped(path, f"id,x\nA,{cell}\n", one_table("claim_line", *columns, told))
    reasons = batch.rejected["reason"].to_list()
    assert [told.startswith(str(reason)) for told in reasons] == ([True] if reason else [])
    assert batch.frames["claim_line"].height == (reason is None)
    assert cell == "x" or cell not in " ".join(reasons)


FLAT = """tables:
  - table: claim
    one_row_per: claim_id
    columns:
      claim_id: {join: [acct, batch]}
      patient_control_number: acct
      form: {constant: P}
      payer_name: payer
      from_date: dos
      to_date: dos
      charge_amount: {column: chg, take: sum}
  - table: claim_line
    columns: {claim_id: {join: [acct, batch]}, code: cpt, charge_amount: chg}
  - table: claim_diagnosis
    one_row_per: claim_id
    columns:
      claim_id: {join: [acct, batch]}
      code_system: {constant: ICD-10-CM}
      code: "dx {1-3}"
"""


def test_a_flat_export_fills_claims_lines_and_wide_diagnoses(tmp_path: Path) -> None:
    content = (
        "acct,batch,payer,dos,chg,cpt,dx 1,dx 2,dx 3\n"
        "A,1,Invented,2026-01-06,10.00,99213,I10,,e11.9\n"
        "B,1,Invented,2026-01-05,7.00,99214,J45.909,,\n"
        "A,1,Other,2026-01-05,2.50,36415,I10,,E119\n"
    )
    batch = mapped(tmp_path / "x.csv", content, FLAT)
    assert batch.format == "mapped table"
    claims = batch.frames["claim"].select(
        "patient_control_number", "payer_name", "charge_amount", "from_date", "to_date"
    )
    assert claims.rows() == [
        ("A", "Invented", Decimal("12.50"), dt.date(2026, 1, 5), dt.date(2026, 1, 6)),
        ("B", "Invented", Decimal("7.00"), dt.date(2026, 1, 5), dt.date(2026, 1, 5)),
    ]
    assert batch.frames["claim_line"].select("line_number", "code").rows() == [
        (1, "99213"),
        (1, "99214"),
        (2, "36415"),
    ]
    diagnoses = batch.frames["claim_diagnosis"].select(
        "diagnosis_number", "pointer_number", "code", "code_role"
    )
    assert diagnoses.rows() == [
        (1, 1, "I10", "principal"),
        (2, 2, "E119", "secondary"),
        (1, 1, "J45909", "principal"),
    ]
    ids = set(batch.frames["claim"]["claim_id"])
    assert (
        ids == set(batch.frames["claim_line"]["claim_id"]) == set(batch.frames["claim_diagnosis"]["claim_id"])
    )
    assert batch.rejected.select("segment", "record_number", "reason").rows() == [
        ("claim", 3, "payer_name differs from an earlier row of the same claim_id"),
    ]


def test_two_entries_of_one_table_are_numbered_through(tmp_path: Path) -> None:
    mapping = """tables:
  - table: encounter_code
    columns: {encounter_id: acct, code_system: {constant: ICD-10-CM}, code: [dx1, dx2]}
  - table: encounter_code
    columns: {encounter_id: acct, code_system: {constant: CPT}, code: cpt}
"""
    batch = mapped(tmp_path / "x.csv", "acct,dx1,dx2,cpt\nA,I10,E11.9,99213\nB,I10,,00100\n", mapping)
    rows = (
        batch.frames["encounter_code"]
        .select("encounter_id", "code_number", "code", "code_role")
        .sort("encounter_id", "code_number")
    )
    assert rows.rows() == [
        ("A", 1, "I10", "principal"),
        ("A", 2, "E119", "secondary"),
        ("A", 3, "99213", "procedure"),
        ("B", 1, "I10", "principal"),
        ("B", 2, "00100", "procedure"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: it is empty"),
        ("tables: [}", "line 1: it is not YAML"),
        ("a: &x 1\nb: *x\n", "line 1: it uses an alias"),
        ("file: {}\n", "line 1: there is no list under"),
        ("tables: 3", "line 1: tables is not a list"),
        ("tables:\n  - table: claims\n    columns: {a: b}\n", "line 2: there is no table 'claims'"),
        ("tables:\n  - columns: {a: b}\n", "line 2: a table without 'table:'"),
        (one_table("patient", "patient_id: a", "sexes: b"), "line 5: table patient has no column 'sexes'"),
        (one_table("patient", "sex: a"), "line 4: table patient needs patient_id"),
        (one_table("patient", "patient_id: a", "patient_id: b"), "line 5: columns says 'patient_id' twice"),
        (one_table("patient", "patient_id: {column: a, constant: b}"), "line 4: patient_id has column and"),
        (one_table("patient", "patient_id: {colum: a}"), "line 4: patient_id has no part 'colum'"),
        (one_table("patient", "patient_id: {column: a, pad: x}"), "line 4: pad is 'x'"),
        (one_table("patient", "patient_id: {column: a, take: last}"), "line 4: take is 'last'"),
        (one_table("patient", "patient_id: {column: a, multiply_by: x}"), "line 4: multiply_by is 'x'"),
        (one_table("patient", "patient_id: {column: a, width: 2}"), "line 4: patient_id holds one value"),
        (one_table("patient", "patient_id: [[a]]"), "line 4: patient_id is not one word"),
        (one_table("patient", "patient_id: [a, b]", "sex: [a, b, c]"), "has lists of 2 and 3 headers"),
        (one_table("claim", "form: a", "charge_amount: b"), "table claim needs claim_id or"),
        (one_table("patient", "patient_id: a", head="file: {separator: x}\n"), "line 1: separator is none"),
        (
            "tables:\n  - table: patient\n    one_row_per: sex\n    columns: {patient_id: a}\n",
            "line 3: one_row_per names 'sex'",
        ),
        ("[" * 100_000, "line 1: its parts stand within parts too deep"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_mapping_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(BadInputError) as raised:
        parse_mapping(text, name="map.yaml")
    assert f"map.yaml, {message}" in raised.value.message or message in raised.value.message
    assert str(raised.value.hint).startswith("Expected ")


def test_headers_that_a_file_lacks_are_named_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"lacks columns that map.yaml names: 'Acct' \(line 4\)"):
        mapped(tmp_path / "x.csv", "id,x\n1,2\n", one_table("patient", "patient_id: Acct"))


def test_documents_of_a_table_are_typed_by_what_they_say(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(
        'encounter_id,text,written_at\nA,"Chief complaint: cough\nPlan: rest",2026-01-05 10:20\nA,x,\n',
        encoding="utf-8",
    )
    (batch,) = read_table(path, source_file_id=3)
    rows = batch.frames["document"].select("document_id", "document_type", "title", "written_at").rows()
    assert rows == [
        ("A:1", "physician note", "Physician Note", dt.datetime(2026, 1, 5, 10, 20)),  # noqa: DTZ001 - as written
        ("A:2", "other", "Other", None),
    ]


CELLS = st.one_of(
    st.none(), st.sampled_from(["A", "1", "P", "2026-01-01", "x", "-1", "ICD-10-CM", "99213", "1.00"])
)


@settings(deadline=None, max_examples=40)
@given(st.data(), st.sampled_from(sorted({*user_tables()} - {"encounter", "encounter_code"})))
def test_every_record_of_any_table_is_loaded_or_not_loaded(data: st.DataObject, name: str) -> None:
    table: Table = user_tables()[name]
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(cells_of(table), CELLS)), max_size=4))
    cells = pl.DataFrame(rows, schema=dict.fromkeys(cells_of(table), pl.String())).with_columns(
        source_offset=pl.int_range(pl.len()), record_number=pl.int_range(1, pl.len() + 1)
    )
    loaded, rejected = read_rows(table, cells, source_file_id=1, segment="record")
    assert sorted([*loaded["source_offset"], *rejected["source_offset"]]) == list(range(len(rows)))
    assert loaded.schema == table.polars_schema


def test_a_sheet_full_of_nothing_is_refused_in_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 20_000_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<c " * 8_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(BadInputError, match="unpacks to more than 19 MB"):
        list(read_table(path, source_file_id=3))


@pytest.mark.parametrize(
    ("cells", "bound"),
    [
        ([], 26 * 10_000),
        ([b"A1", b"Z9999"], 26 * 10_000),
        ([b"AB12345"], 52 * 20_000),
        ([b"CA1", b"A123456", b"A99999"], 104 * 200_000),
        ([b"A1048576"], 26 * 1_048_576),
        ([b"XFD1"], 16_384 * 10_000),
    ],
)
def test_the_bounds_of_a_sheet_hold_every_cell_that_it_names(cells: list[bytes], bound: int) -> None:
    extent = workbooks._Extent()
    for cell in cells:
        extent.extend(b'<row><c r="%s" t="s">' % cell)
    assert extent.cell_count == bound
