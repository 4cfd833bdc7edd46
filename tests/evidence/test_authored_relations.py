from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from auditlib.audits.sibling_titles import SiblingTitles
from auditlib.evidence import ChartIndex, ChartText, CodeMeaning, find_sentences, locate
from auditlib.warehouse import Warehouse
from tests.evidence.authored import CHARTS, RELATIONS, AuthoredChart, Expected, read_chart
from tests.made_once import workspace_with_code_sets

_DAY: Final = dt.date(2026, 6, 1)
_RELATIONS: Final = {
    "support": "supports",
    "contradicts": "contradicts",
    "negated": "negated",
    "past": "past",
    "family history": "family",
    "uncertain": "possible",
    "corrected": "corrected",
}
_LEAST_RIGHT: Final = 0.95
_LEAST_RIGHT_OF_A_KIND: Final = 0.85


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


class _Reader:
    """Reads how the sentences of authored charts stand to codes of the embedded code set."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._siblings = SiblingTitles(warehouse)
        expected = [each for path in CHARTS for each in read_chart(path).expected]
        self._siblings.read((each.code_system, each.code) for each in expected)
        codes = warehouse.query(
            "queries/codesets/category_title",
            {
                "categories": sorted({each.code[:3] for each in expected}),
                "code_systems": ["ICD-10-CM"],
            },
        )
        self._titles = dict(codes.select("code", "title").iter_rows())

    def relations(self, chart: AuthoredChart) -> list[tuple[Expected, str | None, str]]:
        index = ChartIndex([ChartText(number, text) for number, text in enumerate(chart.texts, start=1)])
        return [(each, *self._relation(index, each)) for each in chart.expected]

    def _relation(self, index: ChartIndex, expected: Expected) -> tuple[str | None, str]:
        title = expected.title or self._titles[expected.code]
        meaning = self._siblings.meaning(expected.code_system, expected.code, title, _DAY)
        wanted = " ".join(expected.sentence.split())
        for evidence in index.support_for(meaning, limit=200):
            sentence = " ".join(evidence.sentence.split())
            if sentence in wanted or wanted in sentence:
                return _RELATIONS[evidence.status], evidence.reason
        return None, ""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> _Reader:
    root = workspace_with_code_sets(tmp_path_factory.mktemp("evidence") / "workspace")
    return _Reader(Warehouse(root / "warehouse.duckdb"))


def test_the_sentences_of_thirty_charts_stand_to_their_codes_as_they_were_written(reader: _Reader) -> None:
    read = [(path.stem, *found) for path in CHARTS for found in reader.relations(read_chart(path))]
    asked = Counter(expected.relation for _, expected, _, _ in read)
    right = Counter(expected.relation for _, expected, relation, _ in read if relation == expected.relation)
    wrong = [
        (name, expected.code, expected.relation, relation)
        for name, expected, relation, _ in read
        if relation != expected.relation
    ]
    assert right.total() / asked.total() >= _LEAST_RIGHT, wrong
    assert {
        kind: right[kind] / count
        for kind, count in asked.items()
        if right[kind] / count < _LEAST_RIGHT_OF_A_KIND
    } == {}


def test_a_complication_contradicts_the_code_without_one_and_says_why(reader: _Reader) -> None:
    chart = read_chart(CHARTS[0])
    found = {expected.code: (relation, reason) for expected, relation, reason in reader.relations(chart)}
    assert found["E119"][0] == "contradicts"
    assert "kidney" in found["E119"][1]
    assert found["E1122"] == ("supports", "")


def test_what_the_next_sentence_takes_back_is_corrected(reader: _Reader) -> None:
    chart = read_chart(CHARTS[1])
    found = {
        (expected.code, expected.relation): relation for expected, relation, _ in reader.relations(chart)
    }
    assert found["K4090", "corrected"] == "corrected"
    assert found["K4090", "contradicts"] == "contradicts"


@pytest.mark.parametrize(
    ("title", "sentence", "status"),
    [
        ("Chronic kidney disease, stage 3b", "eGFR 44.", "support"),
        ("Chronic kidney disease, stage 3b", "eGFR 45.", "contradicts"),
        ("Chronic kidney disease, stage 3b", "eGFR 30.", "support"),
        ("Chronic kidney disease, stage 3b", "eGFR 29.", "contradicts"),
        ("Chronic kidney disease, stage 3b", "eGFR 90.", None),
        ("Unspecified systolic (congestive) heart failure", "Echo: LVEF 40 %.", "support"),
        ("Unspecified systolic (congestive) heart failure", "Echo: ejection fraction of 41 %.", None),
        ("Body mass index [BMI] 40.0-44.9, adult", "BMI 44.9.", "support"),
        ("Body mass index [BMI] 40.0-44.9, adult", "BMI 45.0.", "contradicts"),
        ("Body mass index [BMI] 70 or greater, adult", "BMI 69.", "contradicts"),
        ("Body mass index [BMI] 19.9 or less, adult", "BMI 18.", "support"),
    ],
)
def test_values_stand_for_what_they_measure(title: str, sentence: str, status: str | None) -> None:
    found = ChartIndex([ChartText(1, sentence)]).support_for(CodeMeaning(title))
    assert (found[0].status if found else None) == status
