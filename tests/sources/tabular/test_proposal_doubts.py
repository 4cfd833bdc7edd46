"""What a proposed mapping marks CHECK, and what it takes for proven, by what the rows show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from auditlib.errors import BadInputError
from auditlib.sources.batch import SourceBatch
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal import Proposal, ProposedColumn, propose_mapping
from auditlib.sources.tabular.proposal.header_words import header_words, likenesses
from auditlib.sources.tabular.tables import read_table


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def proposed(tmp_path: Path, *lines: str) -> Proposal:
    return propose_mapping(written(tmp_path / "export.csv", *lines))


def column(proposal: Proposal, table: str, target: str) -> ProposedColumn:
    """Return how one column of a core table is filled."""
    (found,) = [
        one
        for entry in proposal.entries
        if entry.table == table
        for one in entry.columns
        if one.target == target
    ][:1]
    return found


def loaded(path: Path) -> SourceBatch:
    text = propose_mapping(path).text
    (batch,) = [
        batch
        for batch in read_table(path, source_file_id=3, mapping=parse_mapping(text, name="m"))
        if batch.frames
    ]
    return batch


LINES = "Claim No,Acct No,DOS,CPT,Units,Charge,Dx 1"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("ProcCode", "procedure code"),
        ("visitnumber", "visit number"),
        ("diagcode1", "dx code"),
        ("servicethru", "service through"),
        ("patientdob", "patient birth date"),
        ("Charge (USD)", "charge"),
        ("svc.date", "service date"),
        ("Billed CPT", "cpt"),
        ("Modifier_Two", "modifier"),
    ],
)
def test_headers_are_read_word_by_word(header: str, words: str) -> None:
    assert header_words(header).words == words


def test_a_run_of_letters_that_is_not_all_words_is_left_whole() -> None:
    assert header_words("xyzzyclaim").words == "xyzzyclaim"


@pytest.mark.parametrize("header", ["audited cpt", "corrected dx 1", "recommended drg", "patient last name"])
def test_findings_of_a_review_and_names_are_never_proposed(header: str) -> None:
    assert [name for name, _ in likenesses(header)] == ["left out"]


def test_codes_and_npis_are_proven_by_their_form_and_an_account_is_not(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, f"{LINES},Rendering NPI", "C1,A1,01/15/2026,99213,1,110.00,I10,1234567893")
    assert column(proposal, "claim_line", "code").comment.startswith("1.00")
    assert column(proposal, "claim_diagnosis", "code").comment.startswith("1.00")
    assert column(proposal, "claim", "rendering_provider_id").comment.startswith("1.00")
    for target in ("claim_id", "patient_control_number", "from_date", "charge_amount"):
        assert column(proposal, "claim", target).comment.startswith("0.95")
    # Ten digits that are no NPI prove nothing.
    other = proposed(tmp_path, f"{LINES},Rendering NPI", "C1,A1,01/15/2026,99213,1,110.00,I10,1234567890")
    assert column(other, "claim", "rendering_provider_id").comment.startswith("0.95")


def test_codes_are_looked_up_in_the_code_sets_that_are_loaded(tmp_path: Path) -> None:
    path = written(tmp_path / "export.csv", LINES, "C1,A1,01/15/2026,99213,1,110.00,I10")
    known = propose_mapping(path, {"ICD-10-CM": frozenset({"I10"})})
    assert not column(known, "claim_diagnosis", "code").doubts
    unknown = propose_mapping(path, {"ICD-10-CM": frozenset({"E119"})})
    assert column(unknown, "claim_diagnosis", "code").doubts == (
        "1 of 1 codes are in no loaded release of ICD-10-CM",
    )


@pytest.mark.parametrize(("day", "is_proven"), [("01/05/2026", False), ("01/15/2026", True)])
def test_day_and_month_are_proven_by_a_day_after_the_twelfth(
    tmp_path: Path, day: str, *, is_proven: bool
) -> None:
    proposal = proposed(tmp_path, LINES, f"C1,A1,{day},99213,1,110.00,I10")
    doubt = "day and month cannot be distinguished: no day is after the 12th"
    assert column(proposal, "claim", "from_date").doubts == (() if is_proven else (doubt,))


def test_days_before_months_are_proven_for_all_columns_of_the_file(tmp_path: Path) -> None:
    path = written(
        tmp_path / "export.csv",
        "Claim No,Service From,Service To,CPT,Charge",
        "C1,05/01/2026,16/01/2026,99213,110.00",
    )
    claim = loaded(path).frames["claim"]
    assert claim.select("from_date", "to_date").row(0) == (dt.date(2026, 1, 5), dt.date(2026, 1, 16))


def test_a_column_that_could_be_two_things_is_asked_for(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path,
        f"HAR,CSN,{LINES[18:]}",
        "H1,E1,01/15/2026,99213,1,110.00,I10",
        "H2,E2,01/16/2026,99213,1,1,I10",
    )
    assert column(proposal, "claim", "patient_control_number").doubts == ("it could also be 'csn'",)


def test_a_claim_without_a_day_or_a_charge_is_asked_for_and_loads_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "export.csv", "Claim No,Acct No,CPT,Charge", "C1,A1,99213,110.00")
    proposal = propose_mapping(path)
    assert "claim.from_date" in proposal.to_check
    with pytest.raises(BadInputError, match="FILL IN"):
        list(read_table(path, source_file_id=3, mapping=parse_mapping(proposal.text, name="m")))


@pytest.mark.parametrize(
    ("amounts", "first", "second"),
    [
        # A price of one unit is no charge.
        ("Units,Fee,Charge Amount", "3,10.00,30.00", "1,90.00,90.00"),
        # A total that differs within a claim is the charge of its lines.
        ("Total Charge", "30.00", "90.00"),
    ],
)
def test_the_charge_of_a_line_is_recognised(tmp_path: Path, amounts: str, first: str, second: str) -> None:
    frames = loaded(
        written(
            tmp_path / "export.csv",
            f"Claim No,Acct No,DOS,CPT,{amounts}",
            f"C1,A1,01/15/2026,J1885,{first}",
            f"C1,A1,01/15/2026,99213,{second}",
        )
    ).frames
    assert [str(amount) for amount in frames["claim"]["charge_amount"]] == ["120.00"]
    assert [str(amount) for amount in frames["claim_line"]["charge_amount"]] == ["30.00", "90.00"]


def test_a_total_that_lines_do_not_make_is_marked(tmp_path: Path) -> None:
    header = "Claim No,Acct No,DOS,CPT,Line Charge,Total Charge"
    rows = ["C1,A1,01/15/2026,J1885,30.00,120.00", "C1,A1,01/15/2026,99213,90.00,120.00"]
    assert not column(proposed(tmp_path, header, *rows), "claim", "charge_amount").doubts
    rows[1] = rows[1].replace("90.00", "80.00")
    assert column(proposed(tmp_path, header, *rows), "claim", "charge_amount").doubts == (
        "it is not the sum of the lines of each claim",
    )


@pytest.mark.parametrize(
    ("row", "doubt"),
    [
        ("C1,A1,01/15/2026,99213,1,110.00,E11.9", "rows alike but for 'dx 1' are taken for one line"),
        ("C1,A1,01/15/2026,99213,1,110.00,I10", "some rows are alike in service, day, units and charge"),
        ("C1,A1,01/15/2026,99213,1,-110.00,I10", "some amounts are below zero"),
    ],
)
def test_rows_that_repeat_or_reverse_a_line_are_marked(tmp_path: Path, row: str, doubt: str) -> None:
    first = "C1,A1,01/15/2026,99213,1,110.00,I10"
    marked = column(proposed(tmp_path, LINES, first, row), "claim_line", "charge_amount")
    assert any(one.startswith(doubt) for one in marked.doubts)
    other = "C1,A1,01/15/2026,36415,1,9.00,I10"
    assert not column(proposed(tmp_path, LINES, first, other), "claim_line", "charge_amount").doubts


def test_an_account_with_several_days_is_asked_about(tmp_path: Path) -> None:
    header = "Acct No,DOS,CPT,Charge"
    rows = ["A1,01/15/2026,99213,110.00", "A1,01/15/2026,36415,9.00"]
    assert not column(proposed(tmp_path, header, *rows), "claim", "claim_id").doubts
    rows[1] = rows[1].replace("01/15", "01/29")
    assert column(proposed(tmp_path, header, *rows), "claim", "claim_id").doubts == (
        "rows of one account have several days: is that one claim?",
    )


def test_payments_that_are_not_understood_are_not_taken_for_claims(tmp_path: Path) -> None:
    header = "Claim No,Acct No,Payer,DOS,CPT,Charge,Remark"
    proposal = proposed(tmp_path, header, "C1,A1,Invented,01/15/2026,99213,110.00,M51")
    assert column(proposal, "claim", "claim_id").doubts == (
        "'remark' is a column of payments: are these rows payments?",
    )


def test_days_that_are_not_understood_are_named(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, f"{LINES},Frob", "C1,A1,01/15/2026,99213,1,110.00,I10,01/20/2026")
    assert column(proposal, "claim", "to_date").doubts == ("'frob' holds days too, and is not understood",)


def test_several_diagnoses_in_a_cell_are_cut(tmp_path: Path) -> None:
    path = written(
        tmp_path / "export.csv",
        "Claim No,Acct No,DOS,CPT,Charge,Dx Codes",
        'C1,A1,01/15/2026,99213,110.00,"Z00.00,E78.5"',
        'C2,A2,01/15/2026,99213,110.00,"I10; E11.9"',
    )
    assert loaded(path).frames["claim_diagnosis"]["code"].to_list() == ["Z0000", "E785", "I10", "E119"]


def test_modifiers_behind_the_code_are_cut(tmp_path: Path) -> None:
    path = written(
        tmp_path / "export.csv", "Claim No,Acct No,DOS,CPT-Mod,Charge", "C1,A1,01/15/2026,99213-25,110.00"
    )
    line = loaded(path).frames["claim_line"]
    assert line.select("code", "modifier_1").rows() == [("99213", "25")]


@pytest.mark.parametrize(
    ("header", "first", "second", "day", "system", "is_marked"),
    [
        ("ICD9 Dx", "401.9", "V58.67", "03/14/2013", "ICD-9-CM", False),
        ("Dx", "401.9", "250.00", "03/14/2013", "ICD-9-CM", False),
        ("ICD9 Dx", "401.9", "250.00", "03/14/2019", "ICD-9-CM", True),
        ("Dx", "I10", "E11.9", "03/14/2019", "ICD-10-CM", False),
        ("Dx", "V58.67", "V45.01", "03/14/2019", "ICD-10-CM", True),
        ("Dx", "401.9", "I10", "03/14/2013", "ICD by day", True),
    ],
)
def test_the_revision_of_diagnoses_is_shown_by_header_values_and_day(
    tmp_path: Path, header: str, first: str, second: str, day: str, system: str, *, is_marked: bool
) -> None:
    rows = [f"C{number},A{number},{day},99213,1,110.00,{code}" for number, code in enumerate((first, second))]
    shown = column(proposed(tmp_path, LINES.replace("Dx 1", header), *rows), "claim_diagnosis", "code_system")
    assert shown.value == f"{{constant: {system}}}"
    assert bool(shown.doubts) is is_marked


PAYMENT = (
    "Check Number,Check Date,Payer,Acct No,DOS,CPT,Billed,Paid,Deductible,Coins,Adj Group,Adj Reason,Adj Amt"
)


def adjustments(tmp_path: Path, *rows: str) -> list[tuple[str, str, str]]:
    frame = loaded(written(tmp_path / "era.csv", PAYMENT, *rows)).frames["adjustment"]
    rows_found = frame.select("group_code", "reason_code", "adjustment_amount").rows()
    return sorted((group, reason, str(amount)) for group, reason, amount in rows_found)


def test_deductible_and_coinsurance_are_adjustments_of_the_patient(tmp_path: Path) -> None:
    row = "T1,02/16/2026,Invented,A1,01/15/2026,99213,110.00,54.00,10.00,16.00,CO,45,30.00"
    assert adjustments(tmp_path, row) == [
        ("CO", "45", "30.00"),
        ("PR", "1", "10.00"),
        ("PR", "2", "16.00"),
    ]
    assert not column(
        propose_mapping(written(tmp_path / "era.csv", PAYMENT, row)), "adjustment", "adjustment_amount"
    ).doubts


def test_what_is_among_the_reasons_is_not_counted_again(tmp_path: Path) -> None:
    row = "T1,02/16/2026,Invented,A1,01/15/2026,99213,110.00,94.00,0.00,16.00,PR,2,16.00"
    assert adjustments(tmp_path, row) == [("PR", "2", "16.00")]


def test_adjustments_that_do_not_balance_are_marked(tmp_path: Path) -> None:
    row = "T1,02/16/2026,Invented,A1,01/15/2026,99213,110.00,54.00,10.00,16.00,CO,45,29.00"
    proposal = propose_mapping(written(tmp_path / "era.csv", PAYMENT, row))
    assert column(proposal, "adjustment", "adjustment_amount").doubts == (
        "charge less payment is not the sum of the adjustments in all rows",
    )


def test_a_reason_with_its_group_is_cut_in_two(tmp_path: Path) -> None:
    header = "Check Number,Check Date,Payer,Acct No,DOS,CPT,Billed,Paid,Adj 1,Adj 1 Amt,Adj 2,Adj 2 Amt"
    row = "T1,02/16/2026,Invented,A1,01/15/2026,99213,110.00,64.00,CO-45,30.00,PR-2,16.00"
    frame = loaded(written(tmp_path / "era.csv", header, row)).frames["adjustment"]
    assert frame.select("group_code", "reason_code").rows() == [("CO", "45"), ("PR", "2")]


@pytest.mark.parametrize(("share", "is_marked"), [("16.00", False), ("15.00", True)])
def test_rows_that_repeat_a_payment_for_each_adjustment_count_once_where_sums_prove_it(
    tmp_path: Path, share: str, *, is_marked: bool
) -> None:
    header = "Check Number,Check Date,Payer,Acct No,DOS,CPT,Billed,Paid,Adj Group,Adj Reason,Adj Amt"
    start = "T1,02/16/2026,Invented,A1,01/15/2026,99213,110.00,64.00"
    path = written(tmp_path / "era.csv", header, f"{start},CO,45,30.00", f"{start},PR,2,{share}")
    marked = {
        "remittance.payment_amount",
        "remit_claim.charge_amount",
        "remit_line.paid_amount",
        "remit_line.code",
    }
    assert (propose_mapping(path).to_check & marked) == (marked if is_marked else set())
    frames = loaded(path).frames
    once = [] if is_marked else [("64.00", "110.00")]
    assert [
        (str(paid), str(charge))
        for paid, charge in frames["remit_claim"].select("paid_amount", "charge_amount").iter_rows()
        if not is_marked
    ] == once
    assert frames["remit_line"].height == (2 if is_marked else 1)
    assert frames["adjustment"]["line_number"].to_list() == ([1, 2] if is_marked else [1, 1])


def test_a_bill_type_on_paper_loses_its_leading_zero(tmp_path: Path) -> None:
    header = "Acct No,Type of Bill,Admit Date,Discharge Date,Revenue Code,Charge"
    path = written(tmp_path / "ub.csv", header, "A1,0111,01/15/2026,01/19/2026,0120,800.00")
    claim = loaded(path).frames["claim"]
    assert claim.select("type_of_bill", "from_date", "to_date").rows() == [
        ("111", dt.date(2026, 1, 15), dt.date(2026, 1, 19))
    ]


def test_a_decimal_comma_is_proposed_and_a_doubtful_one_asked_for(tmp_path: Path) -> None:
    header = LINES.replace(",", ";")
    path = written(tmp_path / "eu.csv", header, "C1;A1;16.01.2026;99213;1;1.110,50;I10")
    assert [option.line(0) for option in propose_mapping(path).file_options] == ["decimal: comma"]
    assert str(loaded(path).frames["claim"]["charge_amount"][0]) == "1110.50"


def test_a_summary_sheet_is_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    charges, summary = book.add_worksheet("Charges"), book.add_worksheet("Summary")
    charges.write_row(0, 0, LINES.split(","))
    charges.write_row(1, 0, ["C1", "A1", "2026-01-15", "99213", "1", "110.00", "I10"])
    summary.write_row(0, 0, ["Claims", "Charges", "Units"])
    summary.write_row(1, 0, ["1", "110.00", "1"])
    book.close()
    proposal = propose_mapping(path)
    assert {entry.sheet for entry in proposal.entries} == {"Charges"}
    assert any('Sheet "Summary" is left out' in note for note in proposal.notes)


def tables(field_data: Path, case: str) -> Path:
    (path,) = (field_data / "field_cases" / "tables" / case).iterdir()
    return path


@pytest.mark.field
def test_reported_exports_have_their_right_claims(field_data: Path) -> None:
    camel = loaded(tables(field_data, "sug_camel_case"))
    assert str(camel.frames["claim"]["charge_amount"].sum()) == "279.00"
    assert camel.frames["claim_line"]["modifier_1"].to_list() == ["25", None, None]
    athena = loaded(tables(field_data, "sug_athena")).frames
    assert athena["claim"]["from_date"].to_list() == [dt.date(2026, 1, 9), dt.date(2026, 1, 10)]
    assert athena["claim_diagnosis"]["code"].to_list() == ["Z0000", "E785", "Z0000"]
    assert athena["claim"]["patient_id"].null_count() == 0
    epic = loaded(tables(field_data, "sug_epic_line_dx")).frames["claim_diagnosis"]
    assert epic["code"].to_list() == ["I10", "E119", "M1711", "J029"]
    european = loaded(tables(field_data, "sug_european")).frames["claim"]
    assert [str(amount) for amount in european["charge_amount"]] == ["1110.50", "80.25"]
    hidden = loaded(tables(field_data, "sug_hidden_sheet")).frames["claim"]
    assert str(hidden["charge_amount"].sum()) == "199.00"
    merged = loaded(tables(field_data, "sug_merged_cells")).frames
    assert str(merged["claim"]["charge_amount"][0]) == "119.00"
    stay = loaded(tables(field_data, "sug_poa_as_dx")).frames
    assert stay["claim_diagnosis"]["poa_indicator"].to_list() == ["Y", "Y", "N", "Y"]
    assert stay["claim_procedure"]["procedure_date"].to_list() == [dt.date(2026, 1, 3)]
    with pytest.raises(BadInputError, match="names columns 4 and 6"):
        propose_mapping(tables(field_data, "sug_dup_header"))


@pytest.mark.field
def test_reported_payments_balance(field_data: Path) -> None:
    frames = loaded(tables(field_data, "sug_payments_pr")).frames
    found = frames["adjustment"].select("group_code", "reason_code", "adjustment_amount").rows()
    assert sorted((group, reason, str(amount)) for group, reason, amount in found) == [
        ("CO", "16", "80.00"),
        ("CO", "45", "30.00"),
        ("PR", "2", "16.00"),
    ]
    assert frames["remark"]["remark_code"].to_list() == ["M51"]
    assert frames["remit_claim"]["payer_claim_control_number"].to_list() == ["ICN1", "ICN2"]


def lines_of(path: Path) -> list[tuple[str, str | None, str]]:
    frame = loaded(path).frames["claim_line"]
    return [(row["code"], row["modifier_1"], str(row["charge_amount"])) for row in frame.to_dicts()]


def test_services_side_by_side_are_lines_with_their_own_modifiers_and_charges(tmp_path: Path) -> None:
    path = written(
        tmp_path / "cases.csv",
        "Case #,DOS,CPT 1,Mod 1,Fee 1,CPT 2,Mod 2,Fee 2,Dx 1,Total Billed",
        "S1,05/20/2026,29881,LT,4100.00,29876,59,1900.00,S83.242A,6000.00",
        "S2,05/21/2026,66984,RT,3200.00,,,,H25.11,3200.00",
    )
    assert sorted(lines_of(path)) == [
        ("29876", "59", "1900.00"), ("29881", "LT", "4100.00"), ("66984", "RT", "3200.00"),
    ]  # fmt: skip
    assert not column(propose_mapping(path), "claim", "charge_amount").doubts


def test_the_charge_of_a_visit_is_not_given_to_one_of_its_services(tmp_path: Path) -> None:
    for header, cells in (("CPT1,CPT2", "99214,36415"), ("CPT Codes", '"99214, 36415"')):
        path = written(
            tmp_path / "visits.csv",
            f"Claim ID,DOS,Total Charge,ICD1,{header}",
            f"P1,05/14/2026,250.00,I10,{cells}",
        )
        assert [(code, float(charge)) for code, _, charge in lines_of(path)] == [("99214", 0), ("36415", 0)]
        assert (
            "no column has the charge of each service"
            in column(propose_mapping(path), "claim_line", "charge_amount").doubts
        )


def test_a_code_without_further_words_is_a_service_beside_charges(tmp_path: Path) -> None:
    rows = ("A1,05/14/2026,99213,1,130.00", "A1,05/14/2026,83036,1,25.00")
    proposal = proposed(tmp_path, "Visit ID,DOS,Code,Quantity,Billed", *rows)
    assert not column(proposal, "claim_line", "code").doubts
    proposal = proposed(tmp_path, "Visit ID,DOS,Code,Quantity,Billed", *rows, "A2,05/15/2026,J3420,1,15.00")
    (doubt,) = column(proposal, "claim_line", "code").doubts
    assert "form of a diagnosis too" in doubt


@pytest.mark.parametrize(
    ("header", "word", "is_marked"),
    [("Status", "Voided", True), ("Void", "Y", True), ("Status", "Paid", False), ("Urgent", "Y", False)],
)
def test_rows_that_are_voided_are_asked_about(
    tmp_path: Path, header: str, word: str, *, is_marked: bool
) -> None:
    proposal = proposed(
        tmp_path, f"{LINES},{header}",
        f"C1,A1,05/14/2026,99213,1,90.00,I10,{word}", "C2,A2,05/15/2026,99214,1,120.00,I10,",
    )  # fmt: skip
    doubts = column(proposal, "claim", "claim_id").doubts
    assert any("voided or reversed" in doubt for doubt in doubts) == is_marked


def test_a_copy_of_a_diagnosis_is_left_out_and_external_causes_come_last(tmp_path: Path) -> None:
    path = written(
        tmp_path / "dx.csv",
        f"{LINES.removesuffix('Dx 1')}Primary Dx,External Cause Code,Reason for Visit Dx,Dx 1,Dx 2",
        "C1,A1,05/14/2026,99283,1,90.00,S93.401A,W19.XXXA,M25.571,S93.401A,I10",
        "C2,A2,05/15/2026,99284,1,120.00,J06.9,,R05.9,J06.9,",
    )
    codes = loaded(path).frames["claim_diagnosis"]["code"].to_list()
    assert codes == ["S93401A", "I10", "W19XXXA", "J069"]


def test_letters_are_places_and_pointers_as_on_the_paper_form(tmp_path: Path) -> None:
    path = written(
        tmp_path / "paper.csv",
        "Claim No,Acct No,DOS,Diag B,Diag A,Diag C,CPT,Dx Ptr,Charge,Freq",
        "C1,A1,05/14/2026,E78.5,I10,,99213,AB,130.00,1",
        "C2,A2,05/15/2026,,M17.11,,20610,A,180.00,7",
    )
    batch = loaded(path)
    assert batch.frames["claim_diagnosis"]["code"].to_list() == ["I10", "E785", "M1711"]
    assert batch.frames["claim_line"]["diagnosis_pointer_2"].to_list() == [2, None]
    assert batch.frames["claim"]["frequency_code"].to_list() == ["1", "7"]


def test_a_word_of_seven_letters_is_no_procedure(tmp_path: Path) -> None:
    rows = ("C1,A1,05/14/2026,99213,1,90.00,I10,Settled", "C2,A2,05/15/2026,99214,1,120.00,I10,Settled")
    proposal = proposed(tmp_path, f"{LINES},Billing Stage", *rows)
    assert "claim_procedure" not in [entry.table for entry in proposal.entries]


def test_an_account_is_the_claim_where_another_header_only_resembles_one(tmp_path: Path) -> None:
    rows = ("A1,05/14/2026,99213,110.00,X", "A1,05/14/2026,36415,9.00,Y", "A2,05/15/2026,99214,150.00,Z")
    proposal = proposed(tmp_path, "Acct,DOS,CPT,Charge,Ref", *rows)
    assert column(proposal, "claim", "claim_id").headers == ("acct",)


def test_what_differs_within_a_claim_is_marked(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path,
        "Claim No,Acct No,MRN,Payer,Service Date,CPT,Charge",
        "C1,A1,M1,Aetna,01/15/2026,99213,110.00",
        "C1,A1,M2,Aetna,01/15/2026,36415,14.00",
        "C2,A2,M3,Cigna,01/16/2026,99214,205.00",
    )
    assert column(proposal, "claim", "patient_id").doubts == ("rows of one have several values",)
    assert column(proposal, "claim", "payer_name").doubts == ()


def test_one_patient_of_all_claims_and_charges_like_codes_are_marked(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path,
        "Claim No,Acct No,MRN,Service Date,CPT,Charge",
        *(f"C{n},A{n},M1,01/{14 + n}/2026,99213,12073{n}" for n in range(3)),
    )
    assert column(proposal, "claim", "patient_id").doubts == ("all claims have the same",)
    assert (
        "the values have the form of codes: are they amounts?"
        in column(proposal, "claim_line", "charge_amount").doubts
    )


def test_a_number_of_seven_digits_is_no_code_of_icd_10_pcs(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path,
        "Acct No,Bill Type,Service Date,Procedure Code,CPT,Charge",
        "A1,131,01/15/2026,4500012,99284,1250.00",
        "A2,131,01/16/2026,3000085,85025,85.00",
    )
    assert not any(entry.table == "claim_procedure" for entry in proposal.entries)


def cases(tmp_path: Path, key: str) -> Path:
    """Write claims, their services and their diagnoses on three sheets of one workbook."""
    path = tmp_path / "cases.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, rows in {
        "Claims": [["Claim No", "MRN", "DOS", "Total Charges"], ["A1", "M1", "2026-03-02", 119]],
        "Lines": [["Claim No", "CPT", "Units", "Charge"], ["A1", "99213", 1, 110], ["A1", "36415", 1, 9]],
        "Codes": [[key, "ICD-10", "Text"], ["A1", "I10", "see chart"], ["A1", "E11.9", "see chart"]],
    }.items():  # fmt: skip
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    return path


def test_diagnoses_on_a_sheet_of_their_own_are_those_of_the_claims(tmp_path: Path) -> None:
    path = cases(tmp_path, "Claim No")
    mapping = parse_mapping(propose_mapping(path).text, name="m")
    frames = [batch.frames for batch in read_table(path, source_file_id=3, mapping=mapping)]
    codes = [code for one in frames if "claim_diagnosis" in one for code in one["claim_diagnosis"]["code"]]
    assert codes == ["I10", "E119"]


def test_codes_that_no_sheet_has_visits_for_are_marked(tmp_path: Path) -> None:
    proposal = propose_mapping(cases(tmp_path, "Encounter ID"))
    assert "days of the visits" in column(proposal, "encounter_code", "encounter_id").doubts[0]


def test_codes_without_days_are_marked(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, "Encounter ID,ICD-10-CM", "E1,I10", "E1,E11.9")
    assert "days of the visits" in column(proposal, "encounter_code", "encounter_id").doubts[0]


def test_days_that_are_not_understood_ask_for_the_first_day_of_the_visit(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, "Encounter ID,ICD-10-CM,Zzz", "E1,I10,2026-03-02", "E1,E11.9,2026-03-02")
    assert column(proposal, "encounter", "admit_date").value == '"FILL IN"'


def test_diagnoses_in_another_order_than_their_numbers_are_marked(tmp_path: Path) -> None:
    rows = ("E1,03/14/2026,2,I10", "E1,03/14/2026,1,E11.9")
    for given, is_marked in ((rows, True), (rows[::-1], False)):
        proposal = proposed(tmp_path, "Encounter ID,Admit Date,Dx Order,ICD-10-CM", *given)
        doubts = column(proposal, "encounter_code", "code").doubts
        assert ("another order" in " ".join(doubts)) is is_marked


def test_one_column_of_dollars_beside_services_is_their_charge_in_doubt(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path,
        "Acct No,DOS,CPT,Worth,Dx 1",
        "A1,2026-03-14,99213,110.00,I10",
        "A2,2026-03-15,36415,9.00,I10",
    )
    charge = column(proposal, "claim_line", "charge_amount")
    assert charge.headers == ("worth",)
    assert "is it the charge?" in charge.doubts[0]


def test_several_columns_of_unknown_dollars_ask_for_the_charge(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path, "Acct No,DOS,CPT,Worth,Zzz,Dx 1",
        "A1,2026-03-14,99213,110.00,9.00,I10", "A2,2026-03-15,36415,9.00,1.00,I10",
    )  # fmt: skip
    assert column(proposal, "claim", "charge_amount").value == '"FILL IN"'


def test_one_column_of_days_is_that_of_the_service_in_doubt(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path,
        "Claim No,MRN,Zzz,CPT,Charge",
        "C1,M1,02.14.2026,99213,110.00",
        "C2,M2,03.05.2026,36415,9.00",
    )
    first = column(proposal, "claim", "from_date")
    assert (first.headers, "%m.%d.%Y" in first.value) == (("zzz",), True)
    assert "are they of the service?" in first.doubts[0]


def test_words_are_no_days(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path, "Claim No,MRN,DOS,CPT,Charge,To do",
        "C1,M1,2026-03-14,99213,110.00,ask", "C2,M2,2026-03-15,36415,9.00,",
    )  # fmt: skip
    assert not any("to do" in entry.headers for entry in proposal.entries)


def test_a_kind_of_visit_without_a_known_class_is_marked(tmp_path: Path) -> None:
    for kind, doubts in (("Zoo", ("what do its other words mean?",)), ("AWV", ())):
        proposal = proposed(
            tmp_path, "Encounter ID,Visit Type,Date of Service,ICD-10 List", f"E1,{kind},2026-03-14,I10;E11.9"
        )
        assert column(proposal, "encounter", "encounter_class").doubts == doubts


def test_a_payers_own_codes_are_no_diagnoses(tmp_path: Path) -> None:
    for header, is_claim in (("Explanation", False), ("Dx", True)):
        proposal = proposed(
            tmp_path, f"Claim ID,DOS,CPT,Charges,Allowed,Member Liability,Amount Paid,{header}",
            "C1,2026-03-14,99213,110.00,60.00,10.00,50.00,Z12",
            "C2,2026-03-15,99214,120.00,60.00,10.00,50.00,Z12",
        )  # fmt: skip
        assert ("claim" in {entry.table for entry in proposal.entries}) is is_claim


@pytest.mark.parametrize(
    ("header", "day", "target"),
    [
        ("Balance", "DOS", "charge_amount"),
        ("Charge", "Posted", "from_date"),
        ("Charge", "Collected", "from_date"),
    ],
)
def test_what_is_no_charge_and_no_day_of_service_is_asked_for(
    tmp_path: Path, header: str, day: str, target: str
) -> None:
    days = ("52.00", "9.50") if day == "Collected" else ("2026-03-14", "2026-03-15")
    proposal = proposed(
        tmp_path,
        f"Claim No,MRN,{day},CPT,{header}",
        f"C1,M1,{days[0]},99213,110.00",
        f"C2,M2,{days[1]},36415,9.00",
    )
    assert column(proposal, "claim", target).value == '"FILL IN"'


def test_relative_values_are_no_dollars(tmp_path: Path) -> None:
    proposal = proposed(
        tmp_path,
        "Visit ID,MRN,DOS,CPT,wRVU,Dx 1",
        "V1,M1,2026-03-14,99213,1.30,I10",
        "V2,M2,2026-03-15,99214,1.92,I10",
    )
    assert "claim" not in {entry.table for entry in proposal.entries}


def test_a_practices_charges_with_what_was_paid_are_claims_in_doubt(tmp_path: Path) -> None:
    rest = "DOS,CPT,Charge,Allowed,Copay,Ins Paid"
    rows = (
        "V1,P1,2026-03-14,99213,150.00,98.00,20.00,78.00",
        "V2,P2,2026-03-16,99214,220.00,120.00,20.00,100.00",
    )
    practice = proposed(tmp_path, f"Visit ID,Chart Number,{rest}", *rows)
    assert "are these rows payments?" in column(practice, "claim", "claim_id").doubts[0]
    payer = proposed(tmp_path, f"Claim ID,Subscriber ID,{rest}", *rows)
    assert "claim" not in {entry.table for entry in payer.entries}
