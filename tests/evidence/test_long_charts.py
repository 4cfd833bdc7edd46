"""Charts of megabytes and texts that are none: what is read grows with the text, and not with its square."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from auditlib.evidence import (
    ChartIndex,
    ChartText,
    CodeMeaning,
    Span,
    chart_sentence,
    forms,
    passages,
    sentence_index,
    support,
)
from auditlib.evidence.compounds import american
from auditlib.evidence.naming import said_stems
from auditlib.evidence.sentences import find_sentences
from auditlib.evidence.words import words_of
from tests.evidence.authored import CHARTS, read_chart

TITLE = "Type 2 diabetes mellitus with diabetic chronic kidney disease"
OTHER_TITLES = (
    "Essential (primary) hypertension",
    "Acute on chronic systolic (congestive) heart failure",
    "Family history of malignant neoplasm of breast",
    "Pneumonia, unspecified organism",
    "Displaced fracture of lateral malleolus of left fibula, initial encounter for closed fracture",
    "Chronic kidney disease, stage 3b",
    "Long term (current) use of insulin",
    "Nicotine dependence, cigarettes, uncomplicated",
    "Urinary tract infection, site not specified",
)


@pytest.mark.parametrize("text", ["." * 400_000, "no " * 100_000, "diabetes " * 30_000, "x\r\n" * 60_000])
def test_no_text_takes_the_square_of_its_length(text: str) -> None:
    # With the square, each of these would take minutes.
    index = ChartIndex([ChartText(1, text)])
    assert len(index.support_for(CodeMeaning(TITLE))) <= 20


def test_a_text_without_ends_is_read_in_pieces_that_cut_no_word() -> None:
    text = "diabetes " * 3_000
    spans = find_sentences(text)
    assert {piece for span in spans for piece in span.of(text).split()} == {"diabetes"}
    assert sum(len(span.of(text).split()) for span in spans) == 3_000
    assert max(span.end - span.start for span in spans) <= 4_000


def test_of_very_many_sentences_those_that_say_most_of_a_code_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[int] = []
    statuses = chart_sentence.statuses
    monkeypatch.setattr(
        chart_sentence, "statuses", lambda words, text: read.append(1) or statuses(words, text)
    )
    plain = "Diabetes is stable.\n\n" * 5_000
    whole = "Type 2 diabetes mellitus with diabetic chronic kidney disease.\n\n"
    found = ChartIndex([ChartText(1, plain + whole)]).support_for(CodeMeaning(TITLE))
    assert found[0].sentence == whole.strip()
    assert len(read) <= 2 * sentence_index._MOST_READ


def _texts(path: Path) -> list[ChartText]:
    return [ChartText(number, text) for number, text in enumerate(read_chart(path).texts, start=1)]


def _answers(index: ChartIndex) -> list[object]:
    meanings = [CodeMeaning(title) for title in (TITLE, *OTHER_TITLES)]
    return [(index.support_for(meaning), index.meat(meaning)) for meaning in meanings]


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.stem)
def test_a_chart_that_is_read_by_passages_says_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ChartIndex(_texts(path))
    expected = (_answers(whole), whole.assessed())
    named = [whole.confidence(CodeMeaning(title)) for title in OTHER_TITLES]
    monkeypatch.setattr(support, "_LONG_CHART_CHARACTERS", 0)
    by_passages = ChartIndex(_texts(path))
    assert (_answers(by_passages), by_passages.assessed()) == expected
    # How many sentences the chart has is estimated.
    assert [by_passages.confidence(CodeMeaning(title)) for title in OTHER_TITLES] == pytest.approx(
        named, abs=0.05
    )
    assert whole.stems <= by_passages.stems


def test_every_word_is_found_for_the_stems_that_it_stands_for() -> None:
    words = {
        word
        for path in CHARTS
        for text in read_chart(path).texts
        for word in re.findall(r"[a-z]+", text.lower())
    }
    words |= {
        "haemorrhage",
        "oedema",
        "stenosis",
        "nephrolithiasis",
        "cholecystectomized",
        "strokes",
        "renal",
    }
    for word in words:
        read = words_of(word)
        for item in {*said_stems(read), *(item for each in read for item in each.stems)}:
            found = forms.forms_of(item)
            is_said_by_phrase = any(
                item in meant for phrase, meant in passages.phrases() if phrase == (american(word),)
            )
            has_letters = any(letters in f"\n{word}\n" for letters in found.letters)
            assert word in found.words or has_letters or is_said_by_phrase, (word, item)


PLANTED = "\n\nGout of the left great toe, painful.\n\n"


def _long(*planted: str) -> str:
    """A note of 1.2 million characters, most of it of other things, with sentences planted far apart."""
    other = "Seen for a cough. Lungs clear. Return if fever.\n\n" * 8_000
    return other + other.join(planted) + other


def test_a_long_chart_has_what_one_sentence_of_it_says() -> None:
    text = _long(PLANTED)
    found = ChartIndex([ChartText(1, "Nothing."), ChartText(2, text)]).support_for("Gout, unspecified")
    assert [(each.document_number, each.span.of(text)) for each in found] == [(2, PLANTED.strip())]


def test_a_long_chart_takes_back_what_a_later_sentence_takes_back() -> None:
    text = _long(PLANTED, "\n\nThe gout was entered in error.\n\n")
    found = ChartIndex([ChartText(1, text)]).support_for("Gout, unspecified")
    assert {each.status for each in found} == {"corrected"}


def test_a_long_chart_knows_the_heading_above_a_passage() -> None:
    text = _long("\n\nFamily History:\n\n", PLANTED, "\n\nAssessment:\n\nGout, controlled.\n\n")
    index = ChartIndex([ChartText(1, text)])
    statuses = {each.span.of(text): each.status for each in index.support_for("Gout, unspecified")}
    assert statuses == {PLANTED.strip(): "family history", "Gout, controlled.": "support"}
    assert "A" in index.meat(CodeMeaning("Gout, unspecified"))


def test_a_place_of_a_long_chart_is_read_whatever_else_says_more_of_the_code() -> None:
    text = _long("\n\nNo gout today.\n\n") + PLANTED * 2_000
    place = text.index("No gout")
    index = ChartIndex([ChartText(1, text)])
    assert "negated" not in {each.status for each in index.support_for("Gout, unspecified")}
    assert [each.status for each in index.support_at("Gout, unspecified", 1, Span(place, place + 7))] == [
        "negated"
    ]


def test_five_megabytes_are_read_within_a_second_for_a_code() -> None:
    words = "".join(
        f"Seen on day {day} for cough {day % 977}x{day % 89}. No fever.\n\n" for day in range(110_000)
    )
    begun = time.process_time()
    found = ChartIndex([ChartText(1, words + PLANTED)]).support_for("Gout, unspecified")
    assert len(words) > 4_000_000
    assert found
    # Four times what it takes, since the machine may be shared.
    assert time.process_time() - begun < 4.0
