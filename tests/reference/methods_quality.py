"""From a case's inputs to the public functions: intervals, agreement, code sets, charts, survival, money."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from auditlib.stats.agreement.coefficients import (
    LEVELS,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    pabak,
    ratings_of_table,
)
from auditlib.stats.agreement.set_agreement import compare_code_sets, match_codes
from auditlib.stats.intervals.proportion import Interval, clopper_pearson_interval, wilson_interval
from auditlib.stats.trends.control_charts import ControlChart, p_chart, u_chart
from auditlib.stats.trends.survival import SurvivalCurve, kaplan_meier, log_rank
from tests.reference.accuracy_targets import NHS_TARGETS
from tests.reference.remittance_balance import BalancedClaim, BalancedLine, expected_payment

Inputs = dict[str, Any]
Results = dict[str, Any]


def _limits(interval: Interval) -> Results:
    return {
        "lower": interval.lower,
        "upper": interval.upper,
        "primary": [interval.lower, interval.upper],
    }


def _confidence(inputs: Inputs) -> float:
    """Return the level that a case names in percent; the methods' own is 95."""
    return float(inputs.get("conf", inputs.get("confidence", 95))) / 100


def wilson(inputs: Inputs) -> Results:
    return _limits(wilson_interval(inputs["x"], inputs["n"], confidence=_confidence(inputs)))


def clopper_pearson(inputs: Inputs) -> Results:
    return _limits(clopper_pearson_interval(inputs["x"], inputs["n"], confidence=_confidence(inputs)))


def _first(inputs: Inputs, names: Sequence[str]) -> Any:  # noqa: ANN401 - a case's value may be anything
    """Return the value that a case gives under one of several names."""
    for name in names:
        if name in inputs:
            return inputs[name]
    raise KeyError(names[0])


def _table_of(inputs: Inputs) -> list[list[int]]:
    """Return the table of two raters, given as such or as the ratings of each."""
    for name in ("table", "matrix", "confusion", "counts", "crosstab"):
        if name in inputs:
            table: list[list[int]] = inputs[name]
            return table
    if "pairs" in inputs:
        pairs = [tuple(pair) for pair in inputs["pairs"]]
    else:
        first = _first(inputs, ("rater1", "rater_1", "rater_a", "a", "y1", "coder", "r1"))
        second = _first(inputs, ("rater2", "rater_2", "rater_b", "b", "y2", "auditor", "r2"))
        pairs = list(zip(first, second, strict=True))
    kinds = sorted({rating for pair in pairs for rating in pair}, key=str)
    return [[pairs.count((one, other)) for other in kinds] for one in kinds]


def two_raters(inputs: Inputs) -> Results:
    table = _table_of(inputs)
    plain, linear, quadratic = (
        cohen_kappa(table, weights="none"),
        cohen_kappa(table, weights="linear"),
        cohen_kappa(table, weights="quadratic"),
    )
    return {
        "kappa": plain.value,
        "unweighted": plain.value,
        "ase_unweighted": plain.standard_error,
        "weighted_linear": linear.value,
        "ase_weighted": linear.standard_error,
        "weighted_quadratic": quadratic.value,
        "ase_quadratic": quadratic.standard_error,
        "se": plain.standard_error,
        "ase": plain.standard_error,
        "observed": plain.observed,
        "po": plain.observed,
        "expected": plain.expected,
        "pe": plain.expected,
        "linear": linear.value,
        "quadratic": quadratic.value,
        "ac1": gwet_ac1(ratings_of_table(table), category_count=len(table)).value,
        "pabak": pabak(table).value,
        "primary": plain.value,
    }


def weighted_kappa(inputs: Inputs) -> Results:
    results = two_raters(inputs)
    return results | {"primary": results["weighted_linear"]}


def alpha(inputs: Inputs) -> Results:
    units = list(zip(*inputs["coders_by_units"], strict=True))
    numbers = all(isinstance(rating, int | float) for unit in units for rating in unit if rating is not None)
    levels = LEVELS if numbers else ("nominal",)
    values = {level: krippendorff_alpha(units, level=level).value for level in levels}
    return values | {"ac1": gwet_ac1(units).value, "primary": values["nominal"]}


def multi_rater_ac1(inputs: Inputs) -> Results:
    """AC1 of several raters; who did not rate a unit left null, NaN or an empty text."""
    by_unit = next(
        (
            inputs[name]
            for name in (
                "units_by_coders",
                "units_by_raters",
                "subjects_by_raters",
                "ratings",
                "units",
                "data",
            )
            if name in inputs
        ),
        None,
    )
    if by_unit is None:
        by_coder = _first(
            inputs,
            ("coders_by_units", "raters_by_units", "raters_by_subjects", "coders", "raters", "reliability"),
        )
        rows = list(by_coder.values()) if isinstance(by_coder, dict) else by_coder
        by_unit = [list(unit) for unit in zip(*rows, strict=True)]
    units = [[None if rating in (None, "", "NA", "*") or rating != rating else rating for rating in unit]  # noqa: PLR0124 - NaN
             for unit in by_unit]  # fmt: skip
    categories = inputs.get("categories", inputs.get("category_count", inputs.get("k")))
    count = len(categories) if isinstance(categories, list) else categories
    found = gwet_ac1(units, category_count=count)
    return {
        "ac1": found.value,
        "gwet_ac1": found.value,
        "value": found.value,
        "coefficient": found.value,
        "observed": found.observed,
        "pa": found.observed,
        "po": found.observed,
        "expected": found.expected,
        "pe": found.expected,
        "primary": found.value,
    }


def fleiss(inputs: Inputs) -> Results:
    kappa = fleiss_kappa(inputs["counts"]).value
    return {"kappa": kappa, "primary": kappa}


def multilabel(inputs: Inputs) -> Results:
    def sets(rows: list[list[int]]) -> list[frozenset[int]]:
        return [frozenset(label for label, mark in enumerate(row) if mark) for row in rows]

    pred, true = _first(inputs, ("pred", "y_pred")), _first(inputs, ("true", "y_true"))
    result = compare_code_sets(sets(pred), sets(true))
    labels = [result.by_code.get(label) for label in range(len(true[0]))]
    return {
        "first_row": result.jaccard_by_chart()[0],
        "rows": result.jaccard_by_chart(),
        "samples": result.mean_jaccard(),
        "macro": result.macro_jaccard(),
        "micro": result.pooled.jaccard,
        "per_label": [None if match is None else match.jaccard for match in labels],
        "f1_per_label": [None if match is None else match.f1 for match in labels],
        "f1_micro": result.pooled.f1,
        "f1_macro": result.macro_f1(),
        "primary": result.mean_jaccard(),
    }


def f1_multilabel(inputs: Inputs) -> Results:
    """F1 by label, over all codes, and the mean over labels; a label that nobody gave counts as 0."""
    found = multilabel(inputs)
    by_label = [score or 0.0 for score in found["f1_per_label"]]
    macro = sum(by_label) / len(by_label)
    return found | {
        "per_label": by_label,
        "none": by_label,
        "f1_per_label": by_label,
        "micro": found["f1_micro"],
        "macro": macro,
        "f1_macro": macro,
        "primary": macro,
    }


def net_accuracy(inputs: Inputs) -> Results:
    match = match_codes(inputs["coder"], inputs["auditor"])
    return {
        "correct": match.correct_count,
        "not_supported": match.unsupported_count,
        "missed": match.missed_count,
        "net_correct": match.net_correct_count,
        "code_over_code_pct": None if match.recall is None else 100 * match.recall,
        "net_pct": None if match.net_accuracy is None else 100 * match.net_accuracy,
        "precision": match.precision,
        "recall": match.recall,
        "f1": match.f1,
        "jaccard": match.jaccard,
        "primary": match.recall,
    }


def nhs_targets(_inputs: Inputs) -> Results:
    short = {"diagnosis": "dx", "procedure": "proc"}
    return {
        f"{rank}_{short[kind]}": [target.level_2_percent, target.level_3_percent]
        for target in NHS_TARGETS
        for rank, kind in [target.position.split()]
    }


class _Chart(dict[str, Any]):
    """Results of a chart; ucl_first3 names the first three limits."""

    def __missing__(self, key: str) -> list[float]:
        found = re.fullmatch(r"(\w+)_first(\d+)", key)
        if not found:
            raise KeyError(key)
        values: list[float] = self[f"all_{found[1]}"]
        return values[: int(found[2])]


def _chart(chart: ControlChart, *, has_one_size: bool) -> Results:
    return _Chart(
        cl=chart.centre,
        ucl=chart.upper[0] if has_one_size else list(chart.upper),
        lcl=chart.lower[0] if has_one_size else list(chart.lower),
        all_ucl=list(chart.upper),
        all_lcl=list(chart.lower),
        signals=sum(chart.is_signal),
        primary=chart.centre,
    )


def _sizes(inputs: Inputs, count: int) -> tuple[list[int], bool]:
    given = inputs["n"]
    return (given, False) if isinstance(given, list) else ([given] * count, True)


def p_limits(inputs: Inputs) -> Results:
    counts = inputs["count"]
    totals, has_one_size = _sizes(inputs, len(counts))
    results = _chart(p_chart(counts, totals), has_one_size=has_one_size)
    if "exclude_for_revised" in inputs:
        # The case numbers its periods from 1.
        excluded = [period - 1 for period in inputs["exclude_for_revised"]]
        revised = _chart(p_chart(counts, totals, excluded=excluded), has_one_size=has_one_size)
        results |= {f"{name}_rev": revised[name] for name in ("cl", "ucl", "lcl")}
    return results


_DEFECTS = ("count", "counts", "defects", "c", "nonconformities", "errors", "x")
_SIZES = ("n", "sizes", "size", "inspection_units", "units", "area", "areas", "opportunities")


def u_limits(inputs: Inputs) -> Results:
    """Defects per unit: two lists, or one record for each sampled unit; perhaps the size that is one unit."""
    records = next(
        (
            value
            for value in inputs.values()
            if isinstance(value, list) and value and isinstance(value[0], dict)
        ),
        None,
    )
    if records is not None:
        defects = [_first(record, _DEFECTS) for record in records]
        sizes: Any = [_first(record, _SIZES) for record in records]
    else:
        defects, sizes = _first(inputs, _DEFECTS), _first(inputs, _SIZES)
    unit = inputs.get("unit", inputs.get("unit_size", inputs.get("per", 1)))
    has_one_size = not isinstance(sizes, list)
    totals = [sizes / unit] * len(defects) if has_one_size else [size / unit for size in sizes]
    chart = _chart(u_chart(defects, totals), has_one_size=has_one_size)
    return _Chart(
        chart | {"ubar": chart["cl"], "u_bar": chart["cl"], "centre": chart["cl"], "center": chart["cl"]}
    )


def laney(inputs: Inputs) -> Results:
    totals, has_one_size = _sizes(inputs, len(inputs["r"]))
    prime = p_chart(inputs["r"], totals, kind="Laney p'")
    results = _chart(prime, has_one_size=has_one_size)
    results["sigma_z"] = prime.sigma_z
    results["signals_p"] = sum(p_chart(inputs["r"], totals).is_signal)
    results["signals_pprime"] = sum(prime.is_signal)
    return results


class _Curve(dict[str, Any]):
    """A survival curve by time; times between two events have the value of the earlier one."""

    def __init__(self, curve: SurvivalCurve) -> None:
        super().__init__()
        self._curve = curve

    def __missing__(self, key: str) -> float | None:
        if key == "median":
            return self._curve.median()
        return self._curve.at(float(key))


class _Medians(list[float | None]):
    """Medians in the order of the arms, or by their names."""

    def __init__(self, medians: Sequence[float | None], names: Sequence[str]) -> None:
        super().__init__(medians)
        self._names = list(names)

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - a place, a slice or a name
        return super().__getitem__(self._names.index(key) if isinstance(key, str) else key)


_TIMES = ("time", "times", "t", "weeks", "months", "days", "duration")
_EVENTS = ("event", "events", "status", "observed", "died")


def _arms(inputs: Inputs) -> dict[str, Inputs]:
    """Return the arms of a case: by name, in a list, by a column of groups, or one alone."""
    for name in ("groups", "arms"):
        if isinstance(inputs.get(name), dict):
            return dict(inputs[name])
    if any(name in inputs for name in _TIMES):
        groups = inputs.get("group", inputs.get("groups", inputs.get("arm")))
        if not isinstance(groups, list):
            return {"all": inputs}
        times, events = _first(inputs, _TIMES), _first(inputs, _EVENTS)
        rows = list(zip(groups, times, events, strict=True))
        return {
            str(group): {
                "time": [time for own, time, _ in rows if own == group],
                "event": [int(event) for own, _, event in rows if own == group],
            }
            for group in dict.fromkeys(groups)
        }
    return {name: arm for name, arm in inputs.items() if isinstance(arm, dict)}


def survival(inputs: Inputs) -> Results:
    results: Results = {}
    times, events, groups, medians = [], [], [], []
    arms = _arms(inputs)
    for name, arm in arms.items():
        arm_times, arm_events = _first(arm, _TIMES), [int(event) for event in _first(arm, _EVENTS)]
        curve = kaplan_meier(arm_times, arm_events)
        results[name] = _Curve(curve)
        results["survival"] = list(curve.survival)
        medians.append(curve.median())
        times += arm_times
        events += arm_events
        groups += [name] * len(arm_times)
    results["median"] = results["medians"] = _Medians(medians, list(arms))
    if len(arms) > 1:
        test = log_rank(times, events, groups)
        results |= {
            "chisq": test.chi_square,
            "chi2": test.chi_square,
            "p": test.p_value,
            "p_value": test.p_value,
        }
    return results


def _money(amount: float) -> Decimal:
    return Decimal(str(amount))


def balancing(inputs: Inputs) -> Results:
    claims = [
        BalancedClaim(
            _money(claim["charge"]),
            _money(claim["paid"]),
            [_money(amount) for amount in claim.get("cas", [])],
            [
                BalancedLine(
                    _money(line["charge"]),
                    _money(line["paid"]),
                    [_money(amount) for amount in line.get("cas", [])],
                )
                for line in claim.get("lines", [])
            ],
        )
        for claim in inputs["claims"]
    ]
    payment = expected_payment((claim.paid_amount for claim in claims), map(_money, inputs.get("plb", [])))
    return {
        "claims_balance": [claim.is_balanced() for claim in claims],
        "transaction_balance": payment == _money(inputs["bpr02"]),
        "computed_bpr": float(payment),
        "primary": float(payment),
    }


QUALITY_METHODS: dict[str, Callable[[Inputs], Results]] = {
    "wilson_95": wilson,
    "clopper_pearson_95": clopper_pearson,
    "cohen_kappa": two_raters,
    "gwet_ac1_multi_rater_missing": multi_rater_ac1,
    "f1_multilabel": f1_multilabel,
    "cohen_kappa+gwet_ac1+pabak": two_raters,
    "cohen_kappa_weighted_linear": weighted_kappa,
    "krippendorff_alpha": alpha,
    "fleiss_kappa": fleiss,
    "jaccard_samples_macro": multilabel,
    "net_code_accuracy": net_accuracy,
    "nhs_coding_audit_thresholds": nhs_targets,
    "p_chart_constant_n": p_limits,
    "p_chart_variable_n": p_limits,
    "u_chart_constant_n": u_limits,
    "u_chart_variable_n": u_limits,
    "laney_p_prime": laney,
    "kaplan_meier+logrank": survival,
    "835_balancing": balancing,
}
