"""Why a published figure is not ours to the digit, where that can be computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from auditlib.stats.estimators.variable_appraisal import appraise_values
from auditlib.stats.intervals.hypergeometric import hypergeometric_limits, tail_level

if TYPE_CHECKING:
    from tests.reference.run_cases import Difference

# A misprint changes one figure by less than this.
_MOST_CENTS = 100


def explained(method: str, case: dict[str, Any], found: Sequence[Difference]) -> str:
    """Return a sentence on the differences of a case; empty if there is nothing to say."""
    if all(is_cut_off(difference) for difference in found):
        return "; the published digits are cut off, not rounded"
    if method == "variable_unrestricted_t" and "misprint" in str(case.get("status", "")):
        return misprints(case)
    if method == "sample_size_attribute_hypergeometric_width":
        return widths(case)
    return ""


def is_cut_off(difference: Difference) -> bool:
    """Whether the computed figure begins with the published digits."""
    expected, computed = difference.expected, difference.computed
    if not isinstance(expected, Decimal) or not isinstance(computed, float):
        return False
    exponent = expected.as_tuple().exponent
    assert isinstance(exponent, int)
    return math.trunc(computed * 10.0**-exponent + 1e-9) == int(expected.scaleb(-exponent))


def misprints(case: dict[str, Any]) -> str:
    """Return which single values, changed by less than a unit, would give every published figure."""
    values, universe = list(map(float, case["inputs"]["values"])), int(case["inputs"]["N"])
    published = case["expected"]
    wanted = round(published["mean"] * len(values), 2)
    fitting = []
    for position, value in enumerate(values):
        for cents in range(-_MOST_CENTS, _MOST_CENTS + 1):
            if abs(sum(values) + cents / 100 - wanted) > 0.005 * len(values):
                continue
            changed = [*values[:position], round(value + cents / 100, 2), *values[position + 1 :]]
            if _gives(changed, universe, published):
                fitting.append(f"item {position + 1} {value:g} -> {changed[position]:g}")
    return (
        f"; the listing adds up to {sum(values):.2f}, its published mean to {wanted:.2f}: no reading of it "
        f"gives both. Every published figure comes out with one changed value: {', '.join(fitting) or 'none'}"
    )


def _gives(values: list[float], universe: int, published: dict[str, Any]) -> bool:
    found = appraise_values(values, universe_count=universe)
    shape, total = found.moments, found.total
    if shape.standard_deviation is None or shape.skewness is None or shape.kurtosis is None:
        return False
    pairs = [
        (published["mean"], shape.mean, 2),
        (published["sd"], shape.standard_deviation, 2),
        (published["skew"], shape.skewness, 2),
        (published["kurt"], shape.kurtosis, 2),
    ]
    for level, (lower, upper) in published["ci"].items():
        limits = total.interval(float(level) / 100)
        pairs += [(lower, limits.lower, 0), (upper, limits.upper, 0)]
    return all(abs(said - ours) <= 0.5 * 10.0**-digits + 1e-9 for said, ours, digits in pairs)


def widths(case: dict[str, Any]) -> str:
    """Return the exact widths at the published sizes beside the width that was asked for."""
    inputs = case["inputs"]
    universe, rate = int(inputs["N"]), float(inputs["anticipated_rate"])
    found = []
    for level, size in zip(inputs["conf"], case["expected"], strict=True):
        items = math.floor(size * rate + 0.5)
        tail = tail_level(level / 100, one_sided=False)
        low, high = hypergeometric_limits(items, size, universe, tail=tail)
        found.append(str(high - low))
    asked = inputs["precision_range"] * universe
    return (
        f"; at the published sizes the exact intervals are {', '.join(found)} items wide, asked for were "
        f"{asked:g}: the program stops at a size that gives the width to an item, ours is the smallest that "
        "keeps it"
    )
