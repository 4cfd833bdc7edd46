from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.codes import (
    Code,
    form_of,
    normalise_code,
    normalised,
    npi_check_digit,
    procedure_kind,
    shown_code,
    shown_codes,
)
from auditlib.codesets.readers.embedded import embedded_icd10cm
from auditlib.errors import BadInputError, UsageError
from auditlib.schema.ref import CODE

# System, what is written, what is stored, what is shown.
WRITTEN = [
    ("ICD-10-CM", "E11.65", "E1165", "E11.65"),
    ("ICD-10-CM", " i10 ", "I10", "I10"),
    ("ICD-10-CM", "s72.001a", "S72001A", "S72.001A"),
    ("ICD-10-CM", "c4a.9", "C4A9", "C4A.9"),
    ("ICD-10-CM", "qa0.0101", "QA00101", "QA0.0101"),
    ("ICD-10-PCS", "0dtj4zz", "0DTJ4ZZ", "0DTJ4ZZ"),
    ("ICD-9-CM", "250.00", "25000", "250.00"),
    ("ICD-9-CM", "v58.67", "V5867", "V58.67"),
    ("ICD-9-CM", "E885.9", "E8859", "E885.9"),
    ("ICD-9-CM procedure", "47.09", "4709", "47.09"),
    ("CPT", "99213", "99213", "99213"),
    ("CPT", "100", "00100", "00100"),
    ("CPT", "0001u", "0001U", "0001U"),
    ("HCPCS", "g0463", "G0463", "G0463"),
    ("modifier", "lt", "LT", "LT"),
    ("modifier", "25", "25", "25"),
    ("revenue code", "450", "0450", "0450"),
    ("type of bill", "0131", "0131", "0131"),
    ("place of service", "2", "02", "02"),
    ("discharge status", "1", "01", "01"),
    ("MS-DRG", "65", "065", "065"),
    ("CARC", "45", "45", "45"),
    ("CARC", "b7", "B7", "B7"),
    ("RARC", "ma130", "MA130", "MA130"),
    ("provider taxonomy", "207r00000x", "207R00000X", "207R00000X"),
    ("NPI", "1234567893", "1234567893", "1234567893"),
    ("NDC", "0777-3105-02", "00777310502", "00777-3105-02"),
    ("NDC", "50242-040-62", "50242004062", "50242-0040-62"),
    ("NDC", "60575-4112-1", "60575411201", "60575-4112-01"),
    ("NDC", "60575-4112-01", "60575411201", "60575-4112-01"),
]
SYSTEMS = sorted({system for system, *_ in WRITTEN})
NOT_ONES = [
    ("ICD-10-CM", ["", "99213", "A0", "A0.1", "a00", "0DTJ4ZZ", "A00000000", "E1165\n", "\u0416111"]),
    ("ICD-10-PCS", ["0DTJ4Z", "0DTI4ZZ", "ODTJ4ZZ", "0DTJ4ZZZ"]),
    ("ICD-9-CM", ["25", "250000", "V5", "E88", "A250"]),
    ("ICD-9-CM procedure", ["4", "47091", "V12"]),
    ("CPT", ["9921", "992133", "A0001", "0001\uff11"]),
    ("HCPCS", ["99213", "G046", "GG463"]),
    ("modifier", ["L", "LTT", "L-"]),
    ("revenue code", ["450", "04500", "045X"]),
    ("type of bill", ["131", "01", "01311"]),
    ("MS-DRG", ["65", "0650", "A65"]),
    ("CARC", ["", "1234", "AB1"]),
    ("RARC", ["15", "M", "X15"]),
    ("provider taxonomy", ["207R00000", "207R00000Y"]),
    ("NPI", ["1234567890", "123456789", "3234567893"]),
    # Ten digits without hyphens: which part is short cannot be told.
    ("NDC", ["0777310502", "0777-3105-02", "777-3105-2"]),
]
texts = st.text(st.sampled_from("ABEGINOTUVX0123456789aem. -\u00e9\uff11"), max_size=12)


@pytest.mark.parametrize(("system", "written", "stored", "shown"), WRITTEN)
def test_a_code_has_one_stored_and_one_shown_form(system: str, written: str, stored: str, shown: str) -> None:
    form = form_of(system)
    assert form.parse(written) == Code(system, stored)
    assert form.format(stored) == shown_code(system, stored) == shown
    assert form.normalise(shown) == stored


@pytest.mark.parametrize(("system", "text"), [(system, text) for system, texts in NOT_ONES for text in texts])
def test_what_cannot_be_a_code_of_the_system(system: str, text: str) -> None:
    assert not form_of(system).has_shape(text)


@given(st.sampled_from(SYSTEMS), texts)
def test_storing_twice_is_storing_once(system: str, text: str) -> None:
    form = form_of(system)
    once = form.normalise(text)
    assert form.normalise(once) == once
    assert normalise_code(normalise_code(text)) == normalise_code(text)


@given(st.sampled_from([system for system in SYSTEMS if system != "NPI"]), st.data())
def test_showing_and_storing_are_inverse(system: str, data: st.DataObject) -> None:
    form = form_of(system)
    code = data.draw(st.from_regex(form.shape, fullmatch=True).filter(str.isascii))
    assert form.parse(form.format(code)).code == code


@given(st.sampled_from(SYSTEMS), st.lists(st.none() | texts, max_size=8))
def test_columns_follow_the_single_codes(system: str, written: list[str | None]) -> None:
    form = form_of(system)
    frame = pl.DataFrame({"code": written}, schema={"code": pl.String})
    stored = [form.normalise(text) or None if text is not None else None for text in written]
    assert frame.select(form.normalised("code"))["code"].to_list() == stored
    for answer, one in ((form.shaped("code"), form.has_shape), (form.formatted("code"), form.format)):
        expected = [None if text is None else one(text) for text in written]
        assert frame.select(answer)["code"].to_list() == expected


@given(st.lists(st.from_regex(r"[12][0-9]{8}", fullmatch=True), min_size=1), st.integers(0, 9))
def test_a_column_of_provider_numbers_is_proved_by_their_check_digits(first: list[str], shift: int) -> None:
    right = [nine + npi_check_digit(nine) for nine in first]
    wrong = [npi[:9] + str((int(npi[9]) + shift) % 10) for npi in right]
    shaped = pl.DataFrame({"npi": right + wrong}).select(form_of("NPI").shaped("npi"))["npi"].to_list()
    assert shaped == [True] * len(first) + [shift == 0] * len(first)


def test_an_empty_code_of_no_stated_system_becomes_null() -> None:
    frame = pl.DataFrame({"code": ["E11.65", " i10 ", "", " . ", None]}).select(normalised("code"))
    assert frame["code"].to_list() == ["E1165", "I10", None, None, None]


def test_the_system_beside_a_code_says_how_it_is_shown() -> None:
    systems = ["ICD-10-CM", "HCPCS", "ICD-9-CM", "HIPPS", None]
    frame = pl.DataFrame({"system": systems, "code": ["G0463", "G0463", "E8859", "1AA11", "G35"]})
    shown = frame.select(shown_codes("system", "code"))["code"].to_list()
    assert shown == ["G04.63", "G0463", "E885.9", "1AA11", "G35"]


def test_what_cannot_be_read_is_refused_without_repeating_it() -> None:
    with pytest.raises(BadInputError, match="cannot be a ICD-10-CM code") as refused:
        form_of("ICD-10-CM").parse("John Smith")
    assert "Smith" not in str(refused.value)
    with pytest.raises(UsageError, match="no code form"):
        form_of("ICD-11")


def test_kinds_of_procedure_codes_are_told_within_their_system() -> None:
    kinds = {code: procedure_kind("CPT", code) for code in ("99213", "2029F", "0075T", "0001U", "0002M")}
    assert len(set(kinds.values())) == 5
    assert procedure_kind("CPT", "G0463") is None
    assert procedure_kind("HCPCS", "G0463") == "level II"
    assert procedure_kind("ICD-10-CM", "G0463") is None


def test_thousands_of_diagnoses_have_the_shape_of_a_supply() -> None:
    codes = embedded_icd10cm().frames[CODE].filter(pl.col("effective_to") == pl.date(2026, 9, 30))
    diagnosis, supply = form_of("ICD-10-CM"), form_of("HCPCS")
    assert codes.select(diagnosis.shaped("code").all()).item()
    assert codes.filter("is_billable").select(supply.shaped("code").sum()).item() == 6761
    # The same code under its two systems is two values, shown in two ways.
    assert diagnosis.parse("G0463") != supply.parse("G0463")


def test_a_code_is_small_immutable_and_in_order() -> None:
    codes = [form_of("ICD-10-CM").parse(text) for text in ("A00.0", "E11.65", "I10")]
    assert all(one < other for one, other in pairwise(codes))
    assert not hasattr(codes[0], "__dict__")
    with pytest.raises(AttributeError):
        codes[0].code = "B00"  # type: ignore[misc]
