"""The order in which the words of a page are read: columns are read down, rows across."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.sources.documents.reading_order import Word, page_text

LETTER = 6.0


def words(picture: str, *, pitch: float = 14.0) -> list[Word]:
    """Return the words of a page drawn with letters, each as wide as the others."""
    found = []
    for number, line in enumerate(picture.strip("\n").split("\n")):
        at = 0
        for part in line.split(" "):
            if part:
                top = number * pitch
                found.append(Word(part, at * LETTER, top, (at + len(part)) * LETTER, top + 11))
            at += len(part) + 1
    return found


COLUMNS = """
PROGRESS NOTE                      ASSESSMENT
Patient denies                     Acute sinusitis.
chest pain and                     Plan: amoxicillin
shortness of breath.               for ten days.
No fever.                          Follow up in 2 wk.
"""
UNDER_A_HEADING = """
GENERAL HOSPITAL          Page 1 of 2          MRN 0001
OFFICE VISIT

The patient is a woman of sixty four       She was told to rest and to
years who comes with a cough since         drink. If fever comes, she is
three days. She has no fever and           to call. We will see her in
denies pain in the chest.                  two weeks.

Signed by the physician on the day of the visit, electronically.
"""
UNEVEN = """
The cough began three days             Acute sinusitis without
ago and is worse at night.             complication.
She has no fever and no
pain in the chest.
"""
THREE = """
The cough began three days      Lungs are clear and the     Acute sinusitis is most
ago and is worse at night       heart is regular without    likely and we treat it
although she sleeps.            a murmur today.             with rest.
"""
LABELS = """
Name:            Test Patient
Date of birth:   1962-03-04
Address:         12 Long Street near the
                 old bridge
Phone:           none
"""
LAB_TABLE = """
TEST             RESULT     UNITS      REFERENCE
Sodium           140        mmol/L     135-145
Potassium        4.1        mmol/L     3.5-5.0
Creatinine       1.4 H      mg/dL      0.5-1.1
"""
DRUG_TABLE = """
Metformin 500 mg             twice daily with meals
Lisinopril 20 mg             once daily
Insulin glargine             at bedtime, 10 units
"""
MIXED_DRUG_TABLE = """
Metformin 500 mg             Twice daily with the meals
Lisinopril 20 mg             once daily
Insulin glargine             At bedtime
"""
FORM = """
Allergies: penicillin           Smoking: never
Blood pressure: 150/90          Pulse: 72
Weight: 81 kg                   Height: 170 cm
"""
WRAPPED_VALUES = """
Diagnosis        Type 2 diabetes mellitus with diabetic chronic
                 kidney disease, stage 3a
Plan             Continue insulin and recheck the creatinine in
                 three months
"""


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (
            COLUMNS,
            ("PROGRESS NOTE\nPatient denies\nchest pain and\nshortness of breath.\nNo fever.\n\n"
            "ASSESSMENT\nAcute sinusitis.\nPlan: amoxicillin\nfor ten days.\nFollow up in 2 wk."),
        ),
        (
            UNDER_A_HEADING,
            ("GENERAL HOSPITAL  Page 1 of 2  MRN 0001\nOFFICE VISIT\n\n"
            "The patient is a woman of sixty four\nyears who comes with a cough since\n"
            "three days. She has no fever and\ndenies pain in the chest.\n\n"
            "She was told to rest and to\ndrink. If fever comes, she is\nto call. We will see her in\ntwo weeks.\n\n"  # noqa: E501 - a document in one line
            "Signed by the physician on the day of the visit, electronically."),
        ),
        (
            UNEVEN,
            ("The cough began three days\nago and is worse at night.\nShe has no fever and no\npain in the chest.\n\n"  # noqa: E501 - a document in one line
            "Acute sinusitis without\ncomplication."),
        ),
        (
            THREE,
            ("The cough began three days\nago and is worse at night\nalthough she sleeps.\n\n"
            "Lungs are clear and the\nheart is regular without\na murmur today.\n\n"
            "Acute sinusitis is most\nlikely and we treat it\nwith rest."),
        ),
    ],
    ids=["two columns", "columns under a head", "columns of different length", "three columns"],
)  # fmt: skip
def test_columns_are_read_one_after_the_other(picture: str, expected: str) -> None:
    assert page_text(words(picture)).text == expected


@pytest.mark.parametrize(
    "picture",
    [LABELS, LAB_TABLE, DRUG_TABLE, MIXED_DRUG_TABLE, FORM, WRAPPED_VALUES],
    ids=["labels", "laboratory", "drugs", "drugs in mixed letters", "form", "wrapped values"],
)
def test_tables_and_labels_with_their_values_are_read_across(picture: str) -> None:
    rows = [line.split() for line in picture.strip("\n").split("\n")]
    assert [line.split() for line in page_text(words(picture)).text.split("\n")] == rows


def test_columns_whose_lines_are_at_other_heights_are_read_down() -> None:
    left = words("The cough began three days\nago and is worse at night.\nShe has no fever.", pitch=22)
    right = words("Acute sinusitis.\nAmoxicillin for ten days.\nFollow up.", pitch=22)
    moved = [
        word._replace(
            left=word.left + 300, right=word.right + 300, top=word.top + 11, bottom=word.bottom + 11
        )
        for word in right
    ]
    text = page_text([*left, *moved]).text
    assert text.index("She has no fever.") < text.index("Acute sinusitis.")


def test_one_column_keeps_its_lines_and_paragraphs() -> None:
    picture = "One sentence here that goes\non in the next line.\n\nAnother  paragraph."
    assert page_text(words(picture)).text == picture.replace("  ", " ")


@given(st.sampled_from([COLUMNS, UNDER_A_HEADING, THREE, LABELS, LAB_TABLE, FORM]), st.randoms())
def test_the_order_in_which_words_come_is_no_matter(picture: str, order: random.Random) -> None:
    expected = page_text(words(picture))
    shuffled = words(picture)
    order.shuffle(shuffled)
    assert page_text(shuffled) == expected


@given(
    st.lists(
        st.builds(
            lambda text, left, top, width, height: Word(text, left, top, left + width, top + height),
            st.text("abcXYZ.:19", min_size=1, max_size=6),
            st.floats(0, 600),
            st.floats(0, 800),
            st.floats(1, 90),
            st.floats(1, 30),
        ),
        max_size=60,
    )
)
def test_every_word_of_any_page_is_read_once_and_stands_where_it_says(page: list[Word]) -> None:
    read = page_text(page)
    assert sorted(placed.word for placed in read.words) == sorted(page)
    assert [read.text[placed.start : placed.end] for placed in read.words] == [
        placed.word.text for placed in read.words
    ]
    assert read.text.split() == [placed.word.text for placed in read.words]
