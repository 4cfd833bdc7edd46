from __future__ import annotations

import csv
import doctest

import numpy as np
import pytest

from auditlib.codes import chronic
from auditlib.evidence import (
    Associations,
    ChartIndex,
    ChartText,
    CodeMeaning,
    compounds,
    confidence,
    naming_of,
)
from auditlib.evidence.confidence import log_odds, names_of_products, with_products
from auditlib.evidence.learnt import LEARNT_FEATURES
from auditlib.evidence.naming import FEATURES
from auditlib.evidence.words import stem

NOTE = """CLINIC NOTE
HPI: Woman of 64 years with type 2 diabetes mellitus with diabetic chronic kidney disease.
Her skin is pale and there is marked asthenia. Nephrolithiasis on the left. No hematuria.
"""
DIABETES = (
    "Type 2 diabetes mellitus without complications",
    "Type 2 diabetes mellitus with diabetic chronic kidney disease",
    "Type 2 diabetes mellitus with foot ulcer",
)


@pytest.fixture(scope="module")
def index() -> ChartIndex:
    return ChartIndex([ChartText(1, NOTE)])


def of(title: str, *siblings: str) -> CodeMeaning:
    return CodeMeaning(title, tuple(each for each in siblings if each != title))


def test_a_code_that_the_record_names_is_surer_than_its_siblings(index: ChartIndex) -> None:
    found = {title: index.confidence(of(title, *DIABETES)) for title in DIABETES}
    assert max(found, key=found.__getitem__) == DIABETES[1]
    assert found[DIABETES[1]] > 2 * found[DIABETES[2]]


@pytest.mark.parametrize("title", ["Pallor", "Weakness", "Calculus of kidney", "Hematuria, unspecified"])
def test_paraphrases_parts_of_words_and_negated_words_name_a_code(index: ChartIndex, title: str) -> None:
    assert index.confidence(of(title)) > index.confidence(of("Acute appendicitis with perforation"))
    assert naming_of(index.confidence(of(title))) != "not found"


@pytest.mark.parametrize("title", ["Displaced fracture of shaft of left clavicle", "Cannabis abuse"])
def test_what_no_sentence_names_is_not_found(index: ChartIndex, title: str) -> None:
    assert naming_of(index.confidence(of(title))) == "not found"
    assert index.support_for(title) == []


@pytest.mark.parametrize(("title", "status"), [("Pallor", "support"), ("Weakness", "negated")])
def test_a_sentence_in_other_words_says_how_it_says_it(title: str, status: str) -> None:
    found = ChartIndex([ChartText(1, "Skin pale and dry. No asthenia.")]).support_for(title)
    assert [each.status for each in found] == [status]
    assert found[0].highlights


def test_an_inclusion_term_finds_a_sentence_that_the_title_does_not() -> None:
    chart = ChartIndex([ChartText(1, "Seen for widow's peak syndrome.")])
    title = "Other specified disorders of nothing else"
    assert chart.support_for(CodeMeaning(title)) == []
    found = chart.support_for(CodeMeaning(title, (), ("Widow's peak syndrome",)))
    assert [each.status for each in found] == ["support"]


def test_an_empty_chart_names_nothing() -> None:
    assert naming_of(ChartIndex([]).confidence(of("Pallor"))) == "not found"


def test_each_weight_is_of_a_column_and_its_product() -> None:
    for file, names in (
        ("confidence_weights.csv", FEATURES),
        ("learnt_weights.csv", ("log odds", *LEARNT_FEATURES)),
    ):
        with (confidence._FOLDER / file).open(encoding="utf-8", newline="") as rows:
            assert [row["column"] for row in csv.DictReader(rows)] == ["constant", *names_of_products(names)]
    assert with_products(np.array([2.0, 3.0])).tolist() == [2, 3, 4, 6, 9]
    assert abs(log_odds(np.full(len(FEATURES), 1e9))) == confidence._FARTHEST


def test_words_that_go_with_a_code_in_ones_own_charts_make_it_surer() -> None:
    zebra, seen = stem("zebra"), stem("seen")
    charts = [({zebra, seen}, {"E785"}) for _ in range(20)] + [({seen}, {"I10"}) for _ in range(60)]
    learnt = Associations(charts)
    assert learnt.features("E785", {zebra})[0] == 1.0
    assert learnt.features("E780", {zebra})[:3] == [0.0, 0.0, 1.0]
    assert learnt.features("I10", {zebra}) == [0.0, 0.0, 0.0, 0.0]
    chart = ChartIndex([ChartText(1, "A zebra was seen.")])
    meaning = CodeMeaning("Hyperlipidemia, unspecified")
    assert chart.confidence(meaning, "E785", learnt) > chart.confidence(meaning, "I10", learnt)


@pytest.mark.parametrize("module", [compounds, confidence, chronic])
def test_examples_of_the_documentation(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
