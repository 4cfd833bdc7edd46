from __future__ import annotations

import polars as pl
import pytest

from auditlib.sources.patient_keys import patient_keys


def keys(
    member: str | None = None, family: str | None = None, given: str | None = None
) -> dict[str, str | None]:
    frame = pl.DataFrame(
        {"member": [member], "family": [family], "given": [given]},
        schema=dict.fromkeys(("member", "family", "given"), pl.String),
    )
    return patient_keys(frame).row(0, named=True)


@pytest.mark.parametrize("written", ["001234567", "XYZ1234567", "xyz-1234567", " 1234567 "])
def test_a_member_number_has_one_key_however_it_is_written(written: str) -> None:
    assert keys(written)["member_key"] == keys("1234567")["member_key"]


def test_a_number_with_the_digits_of_a_person_has_the_key_without_them_as_its_stem() -> None:
    assert keys("XYZ123456701")["member_stem_key"] == keys("1234567")["member_key"]
    assert keys("1234567")["member_stem_key"] is None
    assert keys("XYZ123456701")["member_key"] != keys("XYZ123456702")["member_key"]


def test_a_masked_number_has_its_end_only() -> None:
    masked = keys("*****4567")
    assert (masked["member_key"], masked["member_end"]) == (None, keys("1234567")["member_end"])


def test_neither_a_name_nor_a_number_is_kept() -> None:
    values = " ".join(str(value) for value in keys("XYZ123456701", "Washington", "Georgina").values()).upper()
    assert "123456701" not in values
    assert "WASH" not in values
    assert "GEORG" not in values


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        # Of the rules of the National Archives: a letter beside one of its class, and H or W between them.
        ("Washington", "W252"),
        ("Gutierrez", "G362"),
        ("Pfister", "P236"),
        ("Jackson", "J250"),
        ("Tymczak", "T522"),
        ("Ashcraft", "A261"),
        ("Lee", "L000"),
    ],
)
def test_the_sound_of_a_name(name: str, sound: str) -> None:
    assert keys(family=name)["family_name_sound"] == sound.rstrip("0")


def test_titles_middle_names_and_punctuation_make_no_other_name() -> None:
    assert keys(family="O'Brien Jr.")["family_name_key"] == keys(family="OBRIEN")["family_name_key"]
    assert keys(given="Jane M")["given_name_key"] == keys(given="jane")["given_name_key"]


def test_nothing_has_no_keys() -> None:
    assert set(keys().values()) == {None}
    assert set(keys("", " ", "-").values()) == {None}
