"""Rows of totals, repeated headers and footers are no records, and a record that only resembles one is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.tabular.flat_export import HEADER, claims, mapping_of, read, reasons

C1 = "C1,2026-01-05,99213,1,110.00,I10,,P\n"
C1_SECOND = "C1,2026-01-05,36415,1,9.00,I10,,P\n"
C2 = "C2,2026-01-06,99212,1,80.00,J06.9,,P\n"
BOTH = [("C1", "119.00"), ("C2", "80.00")]
BY_SUM, BY_LABEL = "a row of totals, by its sum", "a row of totals, by its label"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{C1}{C1_SECOND}{C2},,,3,199.00,,,\n", [(4, BY_SUM)]),
        (f"{C1}{C1_SECOND}C1,,,,119.00,,,\n{C2}C2,,,,80.00,,,\n,,,,199.00,,,\n",
         [(3, BY_SUM), (5, BY_SUM), (6, BY_SUM)]),
        (f"{C1}{C1_SECOND}C1 Total,,,,119.00,,,\n{C2}C2 Total,,,,80.00,,,\nGrand Total,,,,199.00,,,\n",
         [(3, BY_LABEL), (5, BY_LABEL), (6, BY_LABEL)]),
        (f"{C1}{C1_SECOND}{C2},,Total,,200.00,,,\n", [(4, BY_LABEL)]),
        (f'{C1}{C1_SECOND}{C2},,,,"$199.00",,,\n', [(4, BY_SUM)]),
        (f"{C1}{C1_SECOND}C1,2026-01-05,,,119.00,,,P\n{C2}", [(3, BY_SUM)]),
        (f"{C1}{C1_SECOND}{C2}Summe,,,,199.00,,,\n", [(4, BY_LABEL)]),
        (f"{C1}{C1_SECOND}{C2}Average,,,,66.33,,,\n", [(4, BY_LABEL)]),
        (f"{C1}{C1_SECOND}Page 1 of 2,,,,,,,\n{HEADER}\n{C2}",
         [(3, "a heading or footer: only one cell is filled"), (4, "the header again")]),
    ],
)  # fmt: skip
def test_what_is_no_record_is_listed_and_counts_nothing(
    tmp_path: Path, body: str, expected: list[tuple[int, str]]
) -> None:
    batch = read(tmp_path / "x.csv", f"{HEADER}\n{body}", mapping_of())
    assert claims(batch) == BOTH
    assert batch.frames["claim_line"].height == 3
    assert reasons(batch) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # A claim with a day and a code equals the sum of those above by chance.
        (f"{C1}C2,2026-01-06,99214,1,110.00,I10,,P\n", [("C1", "110.00"), ("C2", "110.00")]),
        (f"{C1}{C1_SECOND}C3,2026-01-06,99214,1,119.00,I10,,P\n", [("C1", "119.00"), ("C3", "119.00")]),
        # A second line without a day has a code.
        (f"{C1}C1,,36415,1,110.00,I10,,P\n", [("C1", "220.00")]),
        # One line with a day, without a code, and as much as the line above.
        (f"{C1}C1,2026-01-05,,1,110.00,I10,,P\n", [("C1", "220.00")]),
        # The payer's name is no label.
        (f"{C1}C1,,,1,5.00,,,P\n".replace(",P\n", ",Total Health\n"), [("C1", "115.00")]),
    ],
)
def test_a_record_that_resembles_a_total_is_loaded(
    tmp_path: Path, body: str, expected: list[tuple[str, str]]
) -> None:
    batch = read(tmp_path / "x.csv", f"{HEADER}\n{body}", mapping_of())
    assert claims(batch) == expected
    assert reasons(batch) == []


def test_a_description_that_begins_with_total_is_no_label(tmp_path: Path) -> None:
    rows = f"{C1[:-1]},Visit\nC1,,,1,5.00,,,P,Total knee tray\n,,,,115.00,,,,TOTAL\n"
    batch = read(tmp_path / "x.csv", f"{HEADER},Description\n{rows}", mapping_of())
    assert claims(batch) == [("C1", "115.00")]
    assert reasons(batch) == [(3, BY_LABEL)]


def test_a_mapping_says_which_rows_are_totals(tmp_path: Path) -> None:
    body = f"{HEADER},Kind\n" + "".join(
        f"{line[:-1]},{kind}\n" for line, kind in ((C1, "D"), (C2, "d"), ("C9" + C1[2:], "T"), (C1, "SUB"))
    )
    by_words = mapping_of(file='total_rows: {"Kind": [t, Sub]}')
    batch = read(tmp_path / "x.csv", body, by_words)
    assert claims(batch) == [("C1", "110.00"), ("C2", "80.00")]
    assert reasons(batch) == [(3, "a row of totals, by the mapping"), (4, "a row of totals, by the mapping")]


def test_a_mapping_says_that_no_row_is_a_total(tmp_path: Path) -> None:
    body = f"{HEADER}\nTotal{C1[2:]}"
    assert claims(read(tmp_path / "x.csv", body, mapping_of())) == []
    batch = read(tmp_path / "x.csv", body, mapping_of(file="total_rows: none"))
    assert claims(batch) == [("Total", "110.00")]


def test_empty_cells_take_the_value_above_only_where_the_mapping_says_so(tmp_path: Path) -> None:
    rows = f"{C1},,36415,1,9.00,M17.11,,\n,,,,119.00,,,\nC2,,,,,,,\n,2026-01-06,99212,1,80.00,J06.9,,P\n"
    body = f"{HEADER}\n{rows}"
    batch = read(tmp_path / "x.csv", body, mapping_of(file="fill_down: [Claim, DOS]"))
    assert claims(batch) == BOTH
    assert reasons(batch) == [(3, BY_SUM), (4, "a heading or footer: only one cell is filled")]
    assert claims(read(tmp_path / "x.csv", body, mapping_of())) == [("C1", "110.00")]


def test_a_subtotal_of_a_check_is_not_paid_twice(tmp_path: Path) -> None:
    key = "remit_claim_id: {join: [Check, Acct]}"
    mapping = f"""tables:
  - table: remittance
    one_row_per: remittance_id
    columns: {{remittance_id: Check, payment_amount: {{column: Paid, take: sum}}}}
  - table: remit_claim
    columns:
      {key}
      remittance_id: Check
      patient_control_number: Acct
      charge_amount: Billed
      paid_amount: Paid
"""
    body = "Check,Acct,Billed,Paid\nE1,A1,110,64\nE1,A2,80,0\nE1,,190,64\nE2,A3,50,50\nE2,,50,50\n"
    batch = read(tmp_path / "x.csv", body, mapping)
    assert [str(amount) for amount in batch.frames["remittance"]["payment_amount"]] == ["64.00", "50.00"]
    assert reasons(batch) == [(3, BY_SUM), (5, BY_SUM)]


@settings(max_examples=25, deadline=None)
@given(amounts=st.lists(st.integers(1, 500), min_size=1, max_size=12), data=st.data())
def test_no_claim_with_a_day_and_a_code_is_ever_a_total(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int], data: st.DataObject
) -> None:
    body, running, since = [], 0, 0
    for number, each in enumerate(amounts):
        charge = data.draw(st.sampled_from([each, running or each, since or each]))
        body.append(f"C{number},2026-01-05,99213,1,{charge},I10,,P\n")
        running, since = running + charge, since + charge
        if data.draw(st.booleans()):
            body.append(f",,,,{since},,,\n")
            since = 0
    path = tmp_path_factory.mktemp("totals") / "x.csv"
    batch = read(path, f"{HEADER}\n{''.join(body)}", mapping_of())
    assert batch.frames["claim"].height == len(amounts)
    assert batch.frames["claim"]["charge_amount"].sum() == running
    assert {reason for _, reason in reasons(batch)} <= {BY_SUM}
