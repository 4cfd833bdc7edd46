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


PSU = [
    {"M": size, "m": sampled, "x": items}
    for size, sampled, items in (
        (50, 10, 4), (45, 9, 2), (52, 10, 5), (42, 8, 3), (40, 8, 2),
        (65, 13, 5), (48, 10, 3), (58, 12, 3), (66, 13, 4), (56, 11, 4),
    )
]  # fmt: skip
KNOWN = {"N": 90, "psu": PSU, "M_total": 4500}
CODERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
TREATED = {
    "time": [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
    "event": [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
}
PLACEBO = {
    "time": [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
    "event": [1] * 21,
}
SURVIVAL = {
    "6-MP": {"6": 0.857, "7": 0.807, "10": 0.753, "13": 0.690, "16": 0.627, "22": 0.538, "23": 0.448},
    "median": [23, 8],
    "chisq": 16.79,
}
CLOTH = {"defects": [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]}
METRES = [500, 400, 650, 500, 475, 500, 600, 525, 600, 625]
CLOTH_LIMITS = {"cl": 1.4233, "ucl_first3": [2.5550, 2.6886, 2.4159]}


@pytest.mark.parametrize(
    ("method", "inputs", "expected", "tolerance"),
    [
        ("cohen_kappa", {"table": [[20, 5], [10, 15]]}, {"kappa": 0.40, "po": 0.70, "pe": 0.50}, 0),
        ("cohen_kappa", {"rater1": list("aabb"), "rater2": list("aaba")}, 0.5, 0),
        ("cohen_kappa", {"pairs": [["a", "a"], ["a", "a"], ["b", "b"], ["b", "a"]]}, 0.5, 0),
        ("gwet_ac1_multi_rater_missing", {"coders_by_units": CODERS}, {"ac1": 0.77544}, 0),
        (
            "gwet_ac1_multi_rater_missing",
            {"ratings": [list(unit) for unit in zip(*CODERS, strict=True)], "categories": [1, 2, 3, 4, 5]},
            0.77544,
            0,
        ),
        (
            "f1_multilabel",
            {"y_true": [[0, 0, 0], [1, 1, 1], [0, 1, 1]], "y_pred": [[0, 0, 0], [1, 1, 1], [1, 1, 0]]},
            {"per_label": [0.667, 1.0, 0.667], "micro": 0.80, "macro": 0.778},
            0,
        ),
        ("u_chart_variable_n", CLOTH | {"sizes": [size / 50 for size in METRES]}, CLOTH_LIMITS, 1e-4),
        ("u_chart_variable_n", CLOTH | {"sizes": METRES, "unit": 50}, CLOTH_LIMITS, 1e-4),
        (
            "u_chart_variable_n",
            {
                "units": [
                    {"defects": defects, "size": size / 50}
                    for defects, size in zip(CLOTH["defects"], METRES, strict=True)
                ]
            },
            CLOTH_LIMITS,
            1e-4,
        ),
        ("kaplan_meier+logrank", {"6-MP": TREATED, "placebo": PLACEBO}, SURVIVAL, 0),
        ("kaplan_meier+logrank", {"groups": {"6-MP": TREATED, "placebo": PLACEBO}}, SURVIVAL, 0),
        (
            "kaplan_meier+logrank",
            {
                "time": [*TREATED["time"], *PLACEBO["time"]],
                "status": [*TREATED["event"], *PLACEBO["event"]],
                "group": ["6-MP"] * 21 + ["placebo"] * 21,
            },
            SURVIVAL | {"median": {"6-MP": 23, "placebo": 8}},
            0,
        ),
        (
            "attribute_two_stage_unbiased",
            KNOWN,
            {"percent": 35.26, "se_percent": 3.67, "total": 1587, "se_total": 165},
            0,
        ),
        (
            "attribute_two_stage_unbiased_and_ratio",
            KNOWN,
            {
                "unbiased": {"percent": 35.26, "total": 1587, "ci_total": {"95": [1263, 1911]}},
                "ratio": {"percent": 33.78, "se_percent": 2.85},
            },
            0,
        ),
        ("attribute_two_stage_ratio", KNOWN, {"percent": 33.78, "unbiased_percent": 35.26}, 0.0051),
    ],
)
def test_cases_of_other_shapes_are_answered(
    tmp_path: Path, method: str, inputs: dict[str, object], expected: object, tolerance: float
) -> None:
    case: dict[str, object] = {"id": "c", "method": method, "inputs": inputs, "expected": expected}
    path = tmp_path / "cases.json"
    assert graded(path, case | {"tolerance": tolerance})[0] in {"pass", "near"}, run_file(path)[0].reason
