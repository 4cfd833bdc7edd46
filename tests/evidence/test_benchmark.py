"""The comparison of the confidence with word overlap, on cases made here and on the real corpus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from auditlib.evidence import ChartIndex, ChartText
from auditlib.evidence.confidence import log_odds
from auditlib.warehouse import Warehouse
from benchmarks.evidence.baseline import overlap, words_in
from benchmarks.evidence.corpus import Asked, Case, Meanings, questions, read_cases
from benchmarks.evidence.figures import figures, threshold
from benchmarks.evidence.fitting import cross_fitted, fit
from tests.made_once import workspace_with_code_sets

CASES = 25


@pytest.fixture(scope="module")
def meanings(tmp_path_factory: pytest.TempPathFactory) -> Meanings:
    root = workspace_with_code_sets(tmp_path_factory.mktemp("benchmark") / "workspace")
    return Meanings(Warehouse(root / "warehouse.duckdb"))


def asked_of(*kinds: str) -> list[Asked]:
    return [Asked("a", "I10", kind, "I10") for kind in kinds]  # type: ignore[arg-type]


def test_figures_count_wins_against_others_and_siblings() -> None:
    asked = [*asked_of("own"), *asked_of(*["of another case"] * 4), *asked_of("sibling", "sibling")]
    found = figures(asked, np.array([3.0, 1.0, 2.0, 3.0, 4.0, 3.0, 0.0]))
    assert (found.area, found.pairs_won, found.recall) == (0.625, 0.75, 0.0)
    tied = figures(asked, np.array([4.0, 1.0, 2.0, 3.0, 4.0, 3.0, 0.0]))
    # One of four others ties with the own code: a fifth of it is 5 % of them.
    assert tied.recall == pytest.approx(0.2)
    assert threshold(asked, np.array([3.0, 1.0, 2.0, 3.0, 4.0, 3.0, 0.0])) == 4.0


def test_the_regression_finds_what_parts_own_codes_from_others() -> None:
    asked = [
        Asked(str(at % 50), "I10", "own" if at % 3 == 0 else "of another case", "I10") for at in range(600)
    ]
    own = np.array([each.kind == "own" for each in asked], dtype=float)
    noise = np.sin(np.arange(600.0))
    columns = np.column_stack([own + noise / 4, noise])
    start, weights = fit(columns, asked)
    assert weights[0] > 1
    odds = start + columns @ weights
    assert figures([*asked, *asked_of("own", "sibling")], np.append(odds, [9.0, 0.0])).area > 0.99
    assert np.corrcoef(cross_fitted(columns, asked), odds)[0, 1] > 0.99


def test_no_code_of_a_case_is_asked_as_anothers(meanings: Meanings) -> None:
    cases = [Case("a", "", ("I10", "E119", "T814XX")), Case("b", "", ("I10", "J189"))]
    asked = [each for _, found in questions(cases, meanings, 7) for each in found]
    assert {(each.case, each.code) for each in asked if each.kind == "own"} == {
        ("a", "I10"),
        ("a", "E119"),
        ("b", "I10"),
        ("b", "J189"),
    }
    for case in cases:
        others = [each for each in asked if each.case == case.name and each.kind != "own"]
        assert others
        assert not {each.code for each in others} & set(case.codes)
        assert all(each.code[:3] == each.of[:3] for each in others if each.kind == "sibling")


@pytest.mark.field
def test_the_confidence_tells_own_codes_better_than_shared_words(
    meanings: Meanings, field_data: Path
) -> None:
    cases = read_cases(field_data / "benchmarks_data" / "codiesp", "dev")[:CASES]
    asked, words, odds = [], [], []
    for case, found in questions(cases, meanings, 7):
        index = ChartIndex([ChartText(1, case.text)])
        asked += found
        words += [overlap(meanings.titles[each.code], words_in(case.text)) for each in found]
        odds += [log_odds(index.features(meanings.of(each.code))) for each in found]
    better, naive = figures(asked, np.array(odds)), figures(asked, np.array(words))
    assert better.area > naive.area + 0.05
    assert better.pairs_won > naive.pairs_won + 0.07
    assert better.recall > naive.recall + 0.1
