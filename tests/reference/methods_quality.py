"""From a case's inputs to the public functions: intervals, agreement, code sets, charts, survival, money."""

from __future__ import annotations

import re
from collections.abc import Callable
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
from auditlib.stats.trends.survival import kaplan_meier, log_rank
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


def two_raters(inputs: Inputs) -> Results:
    table = inputs["table"]
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
        "observed": plain.observed,
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


def fleiss(inputs: Inputs) -> Results:
    kappa = fleiss_kappa(inputs["counts"]).value
    return {"kappa": kappa, "primary": kappa}


def multilabel(inputs: Inputs) -> Results:
    def sets(rows: list[list[int]]) -> list[frozenset[int]]:
        return [frozenset(label for label, mark in enumerate(row) if mark) for row in rows]

    result = compare_code_sets(sets(inputs["pred"]), sets(inputs["true"]))
    labels = [result.by_code.get(label) for label in range(len(inputs["true"][0]))]
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


def u_limits(inputs: Inputs) -> Results:
    totals, has_one_size = _sizes(inputs, len(inputs["count"]))
    return _chart(u_chart(inputs["count"], totals), has_one_size=has_one_size)


def laney(inputs: Inputs) -> Results:
    totals, has_one_size = _sizes(inputs, len(inputs["r"]))
    prime = p_chart(inputs["r"], totals, kind="Laney p'")
    results = _chart(prime, has_one_size=has_one_size)
    results["sigma_z"] = prime.sigma_z
    results["signals_p"] = sum(p_chart(inputs["r"], totals).is_signal)
    results["signals_pprime"] = sum(prime.is_signal)
    return results


def survival(inputs: Inputs) -> Results:
    results: Results = {}
    times, events, groups, medians = [], [], [], []
    # One curve may stand by itself, without the name of a group.
    arms = {"all": inputs} if "time" in inputs else inputs
    for name, arm in arms.items():
        curve = kaplan_meier(arm["time"], arm["event"])
        results[name] = {f"{time:g}": curve.at(time) for time in sorted(set(arm["time"]))}
        results["survival"] = list(curve.survival)
        medians.append(curve.median())
        times += arm["time"]
        events += arm["event"]
        groups += [name] * len(arm["time"])
    results["median"] = medians
    if len(arms) > 1:
        test = log_rank(times, events, groups)
        results |= {"chisq": test.chi_square, "p": test.p_value, "p_value": test.p_value}
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
