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
