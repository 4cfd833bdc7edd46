"""What rows of several tables owe each other: pointers, lines of adjustments, code systems by day."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.tabular.flat_export import HEADER, codes, mapping_of, read, reasons

POINTERS = [f"diagnosis_pointer_{number}" for number in range(1, 5)]
POINTED = mapping_of(diagnosis='"Dx {1-3}"', lines=", diagnosis_pointers: Ptr")
POINTED_HEADER = "Claim,DOS,CPT,Qty,Charge,Dx 1,Dx 2,Dx 3,Payer,Ptr"


def lines_of(rows: list[tuple[str, str]]) -> str:
    """Return records of one claim: the diagnoses of each, and its pointers."""
    return "".join(f"C1,2026-01-05,99213,1,10.00,{listed},P,{pointer}\n" for listed, pointer in rows)


@pytest.mark.parametrize(
    ("rows", "pointers"),
    [
        # The same list in every row: pointers stay.
        ([("I10,E11.9,", "A:B"), ("I10,E11.9,", "2")], [(1, 2), (2, None)]),
        # Each row has its own list.
        ([("I10,E11.9,", "1:2"), ("M17.11,,", "1"), ("J44.9,I10,", "B,A")], [(1, 2), (3, None), (1, 4)]),
        # A gap between the columns is a place.
        ([("I10,,E11.9", "1:3")], [(1, 2)]),
        # Only the first row lists the diagnoses.
        ([("I10,E11.9,", "2"), (",,", "1:2")], [(2, None), (1, 2)]),
    ],
)
def test_pointers_mean_the_diagnoses_of_the_claim(
    tmp_path: Path, rows: list[tuple[str, str]], pointers: list[tuple[int, int | None]]
) -> None:
    body = f"{POINTED_HEADER.replace(',', ';')}\n{lines_of(rows).replace(',', ';')}".replace("B;A", "B,A")
    batch = read(tmp_path / "x.csv", body, POINTED)
    assert batch.frames["claim_line"].select(POINTERS[:2]).rows() == pointers
    assert reasons(batch) == []


def test_a_pointer_at_no_diagnosis_of_its_row_is_noted(tmp_path: Path) -> None:
    body = f"{POINTED_HEADER}\n{lines_of([('I10,E11.9,', 'A'), ('M17.11,,', 'A:B')])}"
    batch = read(tmp_path / "x.csv", body, POINTED)
    assert batch.frames["claim_line"].select(POINTERS[:2]).rows() == [(1, None), (3, None)]
    ((number, reason),) = reasons(batch)
    assert number == 2
    assert reason.startswith("a diagnosis pointer points at no diagnosis of its row")


def test_lines_that_list_their_own_diagnoses_point_at_them(tmp_path: Path) -> None:
    rows = (
        "C1,2026-01-05,99214,1,210.00,I10,E11.9,P\nC1,2026-01-05,20610,1,180.50,M17.11,,P\n"
        "C2,2026-01-06,99213,1,80.00,I10,E11.9,P\nC2,2026-01-06,36415,1,9.00,I10,E11.9,P\n"
    )
    batch = read(tmp_path / "x.csv", f"{HEADER}\n{rows}", mapping_of())
    assert batch.frames["claim_line"].select(POINTERS[:2]).rows() == [
        (1, 2),
        (3, None),
        (None, None),
        (None, None),
    ]


@settings(max_examples=30, deadline=None)
@given(
    lists=st.lists(
        st.lists(st.sampled_from(["", "I10", "E11.9", "J44.9", "M17.11"]), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    ),
    data=st.data(),
)
def test_a_pointer_leads_to_the_code_that_stands_in_its_place(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[str]], data: st.DataObject
) -> None:
    lists = [["Z00.00", *listed[1:]] if not any(listed) else listed for listed in lists]
    places = [data.draw(st.sampled_from([n for n, code in enumerate(listed) if code])) for listed in lists]
    rows = [(",".join(listed), str(place + 1)) for listed, place in zip(lists, places, strict=True)]
    path = tmp_path_factory.mktemp("pointers") / "x.csv"
    batch = read(path, f"{POINTED_HEADER}\n{lines_of(rows)}", POINTED)
    by_number = dict(batch.frames["claim_diagnosis"].select("pointer_number", "code").rows())
    pointed = [by_number[number] for number in batch.frames["claim_line"]["diagnosis_pointer_1"]]
    expected = [listed[place].replace(".", "") for listed, place in zip(lists, places, strict=True)]
    assert pointed == expected


@pytest.mark.parametrize(
    ("system", "day", "code", "expected"),
    [
        ("ICD-9-CM", "2010-03-12", "V45.01", ("ICD-9-CM", "V4501")),
        ("ICD-9-CM", "2010-03-12", "250.00", ("ICD-9-CM", "25000")),
        ("ICD by day", "2015-09-30", "V45.01", ("ICD-9-CM", "V4501")),
        ("ICD by day", "2015-10-01", "I10", ("ICD-10-CM", "I10")),
        ("ICD-10-CM", "2015-10-01", "V45.01XA", ("ICD-10-CM", "V4501XA")),
        ("ICD-10-CM", "2015-09-30", "V45.01", "the code system is ICD-10, and the day of the claim before"),
        ("ICD-9-CM", "2015-10-01", "V45.01", "the code system is ICD-9, and the day of the claim not before"),
        ("ICD-9-CM", "2010-03-12", "8.45", "code has fewer than three digits before its point"),
        ("ICD by day", "2010-03-12", "8.45", "code has fewer than three digits before its point"),
        ("ICD by day", "2010-03-12", "I10", "code has no form that its code system allows"),
    ],
)
def test_the_day_decides_between_the_revisions_of_icd(
    tmp_path: Path, system: str, day: str, code: str, expected: tuple[str, str] | str
) -> None:
    batch = read(
        tmp_path / "x.csv", f"{HEADER}\nC1,{day},99213,1,10.00,{code},,P\n", mapping_of(system=system)
    )
    rows = batch.frames["claim_diagnosis"].select("code_system", "code").rows()
    if isinstance(expected, tuple):
        assert rows == [expected]
        assert reasons(batch) == []
    else:
        assert rows == []
        assert [reason.startswith(expected) for _, reason in reasons(batch)] == [True]


def test_a_stay_is_coded_by_its_last_day(tmp_path: Path) -> None:
    mapping = """tables:
  - table: encounter
    columns: {encounter_id: id, encounter_class: {constant: inpatient}, admit_date: adm, discharge_date: dis}
  - table: encounter_code
    columns: {encounter_id: id, code_system: {constant: ICD by day}, code: {column: dx, separator: semicolon}}
"""
    rows = "A1,2015-09-28,2015-10-02,I10;E11.9\nA2,2015-09-01,2015-09-02,401.9;250.00\n"
    batch = read(tmp_path / "x.csv", f"id,adm,dis,dx\n{rows}", mapping)
    assert batch.frames["encounter_code"].select("code_system", "code", "code_role").rows() == [
        ("ICD-10-CM", "I10", "principal"),
        ("ICD-10-CM", "E119", "secondary"),
        ("ICD-9-CM", "4019", "principal"),
        ("ICD-9-CM", "25000", "secondary"),
    ]
    of_patients = mapping.replace("encounter\n", "patient\n", 1).replace(
        "{encounter_id: id, encounter_class: {constant: inpatient}, admit_date: adm, discharge_date: dis}",
        "{patient_id: id}",
    )
    batch = read(tmp_path / "x.csv", f"id,adm,dis,dx\n{rows}", of_patients)
    assert codes(batch, "encounter_code") == []
    assert {reason for _, reason in reasons(batch)} == {"no day decides between ICD-9 and ICD-10"}


PAYMENT_KEY = "remit_claim_id: {join: [Check, Acct]}"
PAYMENTS = f"""tables:
  - table: remittance
    one_row_per: remittance_id
    columns: {{remittance_id: Check, payment_amount: {{column: Paid, take: sum}}}}
  - table: remit_claim
    one_row_per: remit_claim_id
    columns:
      {PAYMENT_KEY}
      remittance_id: Check
      patient_control_number: Acct
      charge_amount: {{column: Billed, take: sum}}
      paid_amount: {{column: Paid, take: sum}}
  - table: remit_line
    columns: {{{PAYMENT_KEY}, code: CPT, charge_amount: Billed, paid_amount: Paid}}
  - table: adjustment
    columns: {{{PAYMENT_KEY}, reason_code: [Adj 1, Adj 2], adjustment_amount: [Amt 1, Amt 2]}}
  - table: adjustment
    columns:
      {PAYMENT_KEY}
      group_code: {{constant: PR}}
      reason_code: {{constant: "1"}}
      adjustment_amount: Deductible
  - table: adjustment
    columns:
      {PAYMENT_KEY}
      group_code: {{constant: PR}}
      reason_code: {{constant: "2"}}
      adjustment_amount: Coins
  - table: remark
    columns: {{{PAYMENT_KEY}, remark_code: {{column: Remark, separator: [comma, blank]}}}}
"""
PAYMENT_HEADER = "Check,Acct,CPT,Billed,Paid,Adj 1,Amt 1,Adj 2,Amt 2,Deductible,Coins,Remark\n"


def test_deductible_and_coinsurance_are_adjustments_of_their_line(tmp_path: Path) -> None:
    rows = (
        'E1,A1,99213,110,48,CO-45,30.00,,,16.00,"$16.00","N130, MA01"\n'
        "E1,A1,36415,9,9,,,,,0.00,-,\n"
        "E1,A2,99212,80,0,CO16,80,,,,0,M51\n"
    )
    batch = read(tmp_path / "x.csv", PAYMENT_HEADER + rows, PAYMENTS)
    taken = batch.frames["adjustment"].sort("source_offset", "adjustment_number")
    assert [
        (line, group, reason, str(amount))
        for line, group, reason, amount in taken.select(
            "line_number", "group_code", "reason_code", "adjustment_amount"
        ).rows()
    ] == [
        (1, "CO", "45", "30.00"),
        (1, "PR", "1", "16.00"),
        (1, "PR", "2", "16.00"),
        (1, "CO", "16", "80.00"),
    ]
    assert batch.frames["remark"]["remark_code"].to_list() == ["N130", "MA01", "M51"]
    payment = batch.frames["remit_claim"].select("charge_amount", "paid_amount").sum().row(0)
    assert payment[0] - payment[1] == taken["adjustment_amount"].sum()
    assert reasons(batch) == []


def test_an_adjustment_in_two_columns_counts_once(tmp_path: Path) -> None:
    row = "E1,A1,99213,110,90,PR-1,10,PR-1,10,10.00,,\n"
    batch = read(tmp_path / "x.csv", PAYMENT_HEADER + row, PAYMENTS)
    # Two columns of one list are two adjustments; the column of its own repeats them.
    assert [str(amount) for amount in batch.frames["adjustment"]["adjustment_amount"]] == ["10.00", "10.00"]
