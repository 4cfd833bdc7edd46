"""Charts of megabytes and texts that are none: what is read grows with the text, and not with its square."""

from __future__ import annotations

import pytest

from auditlib.evidence import ChartIndex, ChartText, CodeMeaning, support
from auditlib.evidence.sentences import find_sentences

TITLE = "Type 2 diabetes mellitus with diabetic chronic kidney disease"


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
    statuses = support.statuses
    monkeypatch.setattr(support, "statuses", lambda words, text: read.append(1) or statuses(words, text))
    plain = "Diabetes is stable.\n\n" * 5_000
    whole = "Type 2 diabetes mellitus with diabetic chronic kidney disease.\n\n"
    found = ChartIndex([ChartText(1, plain + whole)]).support_for(CodeMeaning(TITLE))
    assert found[0].sentence == whole.strip()
    assert len(read) <= 2 * support._MOST_READ
