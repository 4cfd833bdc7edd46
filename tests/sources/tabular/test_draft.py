"""A proposed mapping is completed field by field, and nothing loads while something is in doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.sources.tabular.mapping_file import parse_mapping
from auditlib.sources.tabular.proposal import DraftField, MappingDraft, draft_mapping

TEXT = """\
Acct,DOS,CPT,Qty,Chg Amt,Dx 1,Dx 2,Ref,Batch
A1,01/05/2026,99213,1,110.00,I10,E11.9,Müller-7,17
A1,01/05/2026,36415,1,9.00,I10,E11.9,Otto 8,18
A2,01/06/2026,99214,2,150.00,J45.909,,X,19
"""


@pytest.fixture
def draft(tmp_path: Path) -> MappingDraft:
    path = tmp_path / "charges.csv"
    path.write_text(TEXT)
    return draft_mapping(path)


def field_of(draft: MappingDraft, name: str) -> DraftField:
    return next(one for one in draft.fields if one.name == name)


def test_an_untouched_draft_is_the_proposal(draft: MappingDraft) -> None:
    assert draft.text == draft.proposal.text


def test_forms_of_values_are_offered_and_no_value(draft: MappingDraft) -> None:
    samples = draft.columns_of(draft.proposal.entries[0]).samples
    assert samples["dos"] == ("99/99/9999",)
    assert samples["ref"] == ("Aaaaaa-9", "Aaaa 9", "A")
    assert not any(word in str(samples) for word in ("Müller", "Otto", "A1"))


def test_what_is_in_doubt_is_decided_before_a_mapping_comes_of_it(draft: MappingDraft) -> None:
    assert draft.open_fields
    with pytest.raises(UsageError, match=r"Still to be decided: .*claim\.form"):
        draft.mapping()
    for one in draft.open_fields:
        draft.confirm(one)
    assert draft.mapping().tables
    assert "CHECK:" not in draft.text
    draft.confirm(draft.fields[-1], is_right=False)


def test_another_column_brings_its_own_options(draft: MappingDraft) -> None:
    account = field_of(draft, "claim.patient_control_number")
    draft.choose(account, "ref")
    assert account.column.headers == ("ref",)
    assert 'patient_control_number: "ref"' in draft.text
    day = field_of(draft, "claim.from_date")
    before = day.column.value
    draft.choose(day, "batch")
    draft.choose(day, "dos")
    assert day.column.value == before
    with pytest.raises(UsageError, match="No column of the file is called 'nothing'"):
        draft.choose(day, "nothing")


def test_a_value_of_all_rows_is_written_down(draft: MappingDraft) -> None:
    form = field_of(draft, "claim.form")
    assert (form.column.constant, form.is_open) == ("P", True)
    draft.set_constant(form, ' I "x" ')
    assert not form.is_open
    assert form.column.constant == 'I "x"'
    rule = parse_mapping(draft.text, name="m").tables[0].fields["form"]
    assert rule.constant == 'I "x"'
    with pytest.raises(UsageError, match=r"claim\.form is empty"):
        draft.set_constant(form, "  ")


def test_unused_columns_fill_what_is_free(draft: MappingDraft) -> None:
    claim = draft.proposal.entries[0]
    assert set(draft.unused_headers(claim)) == {"ref", "batch"}
    added = draft.add(claim, "batch_number", "batch")
    assert added in draft.fields
    assert "batch" not in draft.unused_headers(claim)
    assert "Not proposed: ref" in draft.text
    with pytest.raises(UsageError, match="no free column 'batch_number'"):
        draft.add(claim, "batch_number", "ref")
    draft.leave_out(added)
    assert "batch_number" in draft.free_targets(claim)
    assert draft.text == draft.proposal.text


def test_options_of_the_file_are_decided_too(tmp_path: Path) -> None:
    path = tmp_path / "charges.csv"
    path.write_text("Claim ID;Date;CPT;Charge\nC1;05.01.2026;99213;1.110\nC2;06.01.2026;99214;2.120\n")
    draft = draft_mapping(path)
    decimal = field_of(draft, "file.decimal")
    assert decimal.is_missing
    draft.set_constant(decimal, "comma")
    assert "  decimal: comma\n" in draft.text
    assert not decimal.is_open
