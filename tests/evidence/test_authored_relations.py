from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from auditlib.evidence import find_sentences, locate
from tests.evidence.authored import CHARTS, RELATIONS, read_chart


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.stem)
def test_each_expected_sentence_is_one_sentence_of_its_chart(path: Path) -> None:
    chart = read_chart(path)
    for expected in chart.expected:
        assert expected.relation in RELATIONS
        spans = [
            (text, span) for text in chart.texts if (span := locate(expected.sentence, text)) is not None
        ]
        assert len(spans) == 1, expected.sentence
        text, span = spans[0]
        assert [
            found for found in find_sentences(text) if found.start < span.end and span.start < found.end
        ] == [span] or _is_made_of_whole_sentences(text, span.start, span.end)


def _is_made_of_whole_sentences(text: str, start: int, end: int) -> bool:
    spans = [found for found in find_sentences(text) if found.start < end and start < found.end]
    return spans[0].start == start and spans[-1].end == end


def test_every_relation_is_tried_in_several_charts() -> None:
    charts_by_relation = Counter(
        relation
        for path in CHARTS
        for relation in {expected.relation for expected in read_chart(path).expected}
    )
    assert len(CHARTS) == 30
    assert set(charts_by_relation) == set(RELATIONS)
    assert min(charts_by_relation.values()) >= 6
