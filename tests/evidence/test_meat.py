from __future__ import annotations

import doctest

import pytest

from auditlib.evidence import ChartIndex, ChartText, CodeMeaning, meat

COPD = CodeMeaning("Chronic obstructive pulmonary disease, unspecified")


@pytest.mark.parametrize(
    ("note", "letters"),
    [
        ("PMH: COPD.", ""),
        ("PMH: COPD, stable.", "M"),
        ("HPI: COPD, spirometry today.", "E"),
        ("A/P:\n1. COPD.", "A"),
        ("Assessment: COPD on tiotropium.", "AT"),
        ("A/P:\n1. COPD. Stable, spirometry reviewed, continue inhaler.", "MEAT"),
        ("A/P:\n1. COPD.\n2. HTN, stable, continue lisinopril.", "A"),
        ("A/P:\n1. COPD not addressed today.", ""),
        ("Denies COPD. Continue lisinopril.", ""),
        ("FAMILY HISTORY: COPD, stable.", ""),
    ],
)
def test_letters_come_from_sentences_that_support_the_code_and_what_follows_them(
    note: str, letters: str
) -> None:
    assert ChartIndex([ChartText(1, note)]).meat(COPD) == letters


def test_examples_of_the_documentation() -> None:
    assert doctest.testmod(meat).failed == 0
