from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.evidence import Span, find_sentences, locate


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in find_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n\n ", []),
        ("-----\n***", []),
        ("No end", ["No end"]),
        ("Chest pain. Worse today!  Why? Unknown.", ["Chest pain.", "Worse today!", "Why?", "Unknown."]),
        ("Seen by Dr. Lee vs. Dr. J. Q. Hall. Stable.", ["Seen by Dr. Lee vs. Dr. J. Q. Hall.", "Stable."]),
        ("A1c 7.2 today. Approx. 5 days.", ["A1c 7.2 today.", "Approx. 5 days."]),
        ("Metoprolol 25 mg p.o. b.i.d. with food.", ["Metoprolol 25 mg p.o. b.i.d. with food."]),
        ("Lidocaine 10 mL. Closed reduction.", ["Lidocaine 10 mL.", "Closed reduction."]),
        ("Low vitamin D. Started D3.", ["Low vitamin D.", "Started D3."]),
        ("Has hepatitis C. Treated.", ["Has hepatitis C.", "Treated."]),
        ('He said "no pain." Then left.', ['He said "no pain."', "Then left."]),
        ("1. HTN\n2) T2DM\n- COPD\n• CKD\nA. Colon", ["HTN", "T2DM", "COPD", "CKD", "Colon"]),
        ("ASSESSMENT:\nGout", ["ASSESSMENT:", "Gout"]),
        ("Allergies: none\nSmoker", ["Allergies: none", "Smoker"]),
        ("The knee is\nswollen and red.", ["The knee is\nswollen and red."]),
        ("The knee is\n\nswollen.", ["The knee is", "swollen."]),
        ("The knee is\r\nswollen.\r\n\r\nNext.", ["The knee is\r\nswollen.", "Next."]),
        ("Na   140\nK   3.1  L\neGFR 38", ["Na   140", "K   3.1  L", "eGFR 38"]),
        ("Creatinine 1.4 H\neGFR 38", ["Creatinine 1.4 H", "eGFR 38"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_line_break_in_wrapped_prose_ends_nothing() -> None:
    text = (
        "The patient was brought in by ambulance after a fall at home and was seen by\n"
        "Orthopedics in the emergency department. Films show a fracture of the distal\n"
        "radius."
    )
    assert len(sentences(text)) == 2


@given(st.text(st.sampled_from("aB .,:;\n\r\t-1)é|"), max_size=200))
def test_sentences_are_ordered_trimmed_and_keep_every_word(text: str) -> None:
    spans = find_sentences(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(span.of(text) == span.of(text).strip() for span in spans)
    covered = set().union(*(range(span.start, span.end) for span in spans))
    assert not any(character == "é" for at, character in enumerate(text) if at not in covered)


def test_locate_is_tolerant_of_white_space_only() -> None:
    text = "First.  The knee\n   is swollen (left)."
    assert locate("The knee is swollen (left).", text) == Span(8, len(text))
    assert locate("  The knee\n   is swollen ", text) == Span(8, 30)
    assert locate("The knee was swollen", text) is None
    assert locate("the knee", text) is None
    assert locate(" \n", text) is None


@given(st.text(st.sampled_from("ab.()*+ \n\t"), max_size=60), st.data())
def test_every_sentence_is_located_however_it_is_spaced(text: str, data: st.DataObject) -> None:
    for span in find_sentences(text):
        gap = data.draw(st.sampled_from([" ", "\n", "  \t"]))
        respaced = gap.join(span.of(text).split())
        found = locate(respaced, text)
        assert found is not None
        assert found.of(text).split() == respaced.split()
