from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.reference.run_cases import METHODS, differences, half_unit, main, run_file


def graded(path: Path, *cases: dict[str, object]) -> list[str]:
    path.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    return [outcome.grade for outcome in run_file(path)]


def test_published_digits_decide(tmp_path: Path) -> None:
    case: dict[str, object] = {"id": "w", "method": "wilson_95", "inputs": {"x": 81, "n": 263}}
    grades = graded(
        tmp_path / "cases.json",
        case | {"expected": [0.2553, 0.3662]},
        case | {"expected": [0.2554, 0.3662]},
        case | {"expected": [0.2554, 0.3662], "tolerance": 0.001},
        case | {"expected": [0.2554, 0.3662], "status": "not confirmed (misprint)"},
        case | {"expected": {"upper": 0.3662, "median": 1}},
        case | {"expected": [0.2553]},
    )
    assert grades == ["pass", "FAIL", "near", "open", "FAIL", "FAIL"]


def test_a_value_may_name_another_case(tmp_path: Path) -> None:
    grades = graded(
        tmp_path / "cases.json",
        {"id": "a", "method": "wilson_95", "inputs": {"x": 0, "n": 20}, "expected": [0, 0.1611]},
        {"id": "b", "method": "clopper_pearson_95", "inputs": {"x": "a", "n": 20}, "expected": [0, 0.1684]},
    )
    assert grades == ["pass", "pass"]


def test_bad_inputs_and_unknown_methods_fail_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    case: dict[str, object] = {"id": "x", "inputs": {"x": 5, "n": 2}, "expected": [0, 1]}
    graded(path, case | {"method": "wilson_95"}, case | {"method": "astrology"})
    reasons = [outcome.reason for outcome in run_file(path)]
    assert "larger than" in reasons[0]
    assert "no function" in reasons[1]
    assert main([str(path)]) == 1
    assert main([]) == 2


def test_levels_and_optional_fields_are_the_cases_own(tmp_path: Path) -> None:
    pair = {"examined": [100, 200, 300, 250], "audited": [100, 150, 300, 50], "N": 40}
    values = [0, 50, 0, 200]
    wanted = {"mean": 62.5, "ci": {"85": [-1040.0, 6040.0], "97.5": [-4460.0, 9460.0]}}
    case: dict[str, object] = {"id": "v", "method": "variable_unrestricted_t", "expected": wanted}
    grades = graded(
        tmp_path / "cases.json",
        case | {"inputs": pair, "tolerance": 4000},
        case | {"inputs": {"values": values, "N": 40}, "tolerance": 4000},
        {
            "id": "w",
            "method": "wilson_95",
            "inputs": {"x": 81, "n": 263, "conf": 90},
            "expected": [0.2633, 0.3566],
        },
    )
    assert grades == ["near", "near", "pass"]


def test_a_case_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    cases: list[dict[str, object]] = [
        {"id": "a", "method": "wilson_95", "inputs": None, "expected": [0, 1]},
        {"id": "b", "method": "wilson_95", "inputs": {"n": 5}, "expected": [0, 1]},
        {"id": "c", "method": "fleiss_kappa", "inputs": {"counts": "none"}, "expected": 1},
        {"method": "wilson_95", "inputs": {"x": 0, "n": 20}, "expected": [0, 0.1611]},
    ]
    assert graded(path, *cases) == ["FAIL", "FAIL", "FAIL", "pass"]
    assert "hold no 'x'" in run_file(path)[1].reason


def test_a_difference_is_explained_where_it_can_be(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    sizes = {"N": 10_000, "anticipated_rate": 0.2, "precision_range": 0.06, "conf": [80, 90]}
    labels = {"true": [[0, 1, 1], [1, 1, 0]], "pred": [[1, 1, 1], [1, 0, 0]]}
    graded(
        path,
        {
            "id": "s",
            "method": "sample_size_attribute_hypergeometric_width",
            "inputs": sizes,
            "expected": [314, 488],
            "tolerance": 6,
        },
        {"id": "j", "method": "jaccard_samples_macro", "inputs": labels, "expected": {"macro": 0.6666},
         "tolerance": 0.001},
    )  # fmt: skip
    first, second = run_file(path)
    assert "600, 601 items wide" in first.reason
    assert "cut off, not rounded" in second.reason


def test_whole_results_must_be_equal_and_measured_ones_round() -> None:
    assert list(differences(5, 5.4, tolerance=0)) == [None]
    assert list(differences(5, 6, tolerance=0)) != [None]
    assert list(differences([True], [1], tolerance=0)) != [None]
    assert half_unit(Decimal("0.20")) == pytest.approx(0.005)


@pytest.mark.field
def test_every_published_case_holds(field_data: Path) -> None:
    path = field_data / "reference" / "audit_statistics_cases.json"
    if not path.is_file():
        pytest.skip(f"no published cases at {path}")
    outcomes = run_file(path)
    assert not [outcome for outcome in outcomes if outcome.grade == "FAIL"]
    assert {outcome.method for outcome in outcomes} - METHODS.keys() <= {"clp02_denial_semantics"}
    assert sum(outcome.grade == "pass" for outcome in outcomes) >= 63


def test_a_published_size_beyond_the_universe_is_one_failed_line(tmp_path: Path) -> None:
    inputs = {"N": 400, "anticipated_rate": 0.05, "precision_range": 0.1, "conf": [90]}
    method = "sample_size_attribute_hypergeometric_width"
    path = tmp_path / "cases.json"
    assert graded(path, {"id": "s", "method": method, "inputs": inputs, "expected": [488]}) == ["FAIL"]
    assert "nothing explains" in run_file(path)[0].reason
