"""Appraisals of reviewed units, by every method of RAT-STATS and a few others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.method_input import (
    Appraised,
    Figure,
    ReviewedUnits,
    figure,
    student_figure,
    values_of,
)
from auditlib.estimation.net_total import appraise_net
from auditlib.estimation.number_table import NumberTable
from auditlib.stats.estimators.attribute_appraisal import (
    AttributeAppraisal,
    AttributeStratum,
    appraise_attribute,
    appraise_attribute_strata,
)
from auditlib.stats.estimators.estimate import Estimate, Sides
from auditlib.stats.estimators.expansion import ExpandedTotal
from auditlib.stats.estimators.multistage import (
    ClusterStratum,
    PrimaryUnit,
    RhcUnit,
    SampledUnit,
    ShareAndTotal,
    rhc_total,
    stratified_cluster_share,
    stratified_cluster_total,
    stratified_multistage_total,
    three_stage_share,
    three_stage_total,
    two_stage_share,
    two_stage_total,
)
from auditlib.stats.estimators.ratio_estimator import PairStratum, appraise_ratio
from auditlib.stats.estimators.regression_estimator import appraise_regression
from auditlib.stats.estimators.unequal_probability import appraise_unequal
from auditlib.stats.estimators.variable_appraisal import (
    SampleSummary,
    ValueStratum,
    appraise_poststrata,
    appraise_strata,
    appraise_unknown_universe,
    appraise_values,
)


def _value_strata(table: NumberTable) -> list[tuple[str, ValueStratum]]:
    return [
        (part.texts("stratum")[0], ValueStratum(values_of(part), part.only("universe_count")))
        for part in table.groups(["stratum"])
    ]


def _items(table: NumberTable) -> tuple[int, int]:
    """Return the units in error and the units reviewed, from counts or from one row per unit."""
    if table.has("item_count", "sample_count"):
        return sum(table.counts("item_count")), sum(table.counts("sample_count"))
    found = table.counts("is_error")
    if not set(found) <= {0, 1}:
        message = f"{table.name}: column 'is_error' holds other values than 0 and 1."
        raise BadInputError(message, hint="1 is a unit in error, 0 one without.")
    return sum(found), len(found)


def _attribute(reviewed: ReviewedUnits) -> Appraised:
    items, sample = _items(reviewed.table)
    appraisal = appraise_attribute(items, sample_count=sample, universe_count=reviewed.universe())
    counted = _exact_count("items in error", appraisal)
    counts = AttributeStratum(items, sample, appraisal.universe_count)
    return Appraised("attribute, unrestricted (exact hypergeometric)", (counted,), items=(counts,))


def _exact_count(name: str, appraisal: AttributeAppraisal) -> Figure:
    def limits(confidence: float, sides: Sides) -> tuple[float, float]:
        found = appraisal.limits(confidence, sides=sides)
        return found.lower, found.upper

    return Figure(name, appraisal.projected_count, appraisal.count_standard_error, "exact", limits)


def _attribute_strata(reviewed: ReviewedUnits) -> Appraised:
    parts = reviewed.table.groups(["stratum"])
    names = [part.texts("stratum")[0] for part in parts]
    strata = [AttributeStratum(*_items(part), part.only("universe_count")) for part in parts]
    appraisal = appraise_attribute_strata(strata)
    figures = [figure("items in error", appraisal.total), figure("share in error", appraisal.share)]
    # Normal limits of a small stratum fall below the errors found in it; exact ones never do.
    figures += [
        _exact_count(
            f"items in stratum {name}",
            appraise_attribute(
                part.item_count, sample_count=part.sample_count, universe_count=part.universe_count
            ),
        )
        for name, part in zip(names, strata, strict=True)
    ]
    figures += [
        figure(f"items in stratum {name}, as RAT-STATS prints them", part)
        for name, part in zip(names, appraisal.strata, strict=True)
    ]
    freedom = sum(stratum.sample_count for stratum in strata) - len(strata)
    student = student_figure("items in error", appraisal.total, freedom)
    return Appraised("attribute, stratified", tuple(figures), items=tuple(strata), student=student)


def _share(method: str, result: ShareAndTotal, freedom: int) -> Appraised:
    figures = [figure("items in error", result.total), figure("share in error", result.share)]
    if result.unbiased_share is not None and result.ratio_total is not None:
        figures += [
            figure("share in error, unbiased", result.unbiased_share),
            figure("items in error, by the ratio", result.ratio_total),
        ]
    return Appraised(
        method,
        tuple(figures),
        student=student_figure("items in error", result.total, freedom),
    )


def _counted_units(table: NumberTable) -> list[SampledUnit]:
    columns = [table.counts(name) for name in ("size", "item_count", "sample_count")]
    return [
        SampledUnit.from_count(size, item_count=items, sample_count=sample, where=f"line {line}")
        for line, (size, items, sample) in enumerate(zip(*columns, strict=True), start=2)
    ]


def _attribute_two_stage(reviewed: ReviewedUnits) -> Appraised:
    table = reviewed.table
    result = two_stage_share(
        _counted_units(table),
        universe_count=reviewed.universe(),
        element_total=table.only("element_total") if table.has("element_total") else None,
    )
    return _share("attribute, two-stage", result, table.rows.height - 1)


def _attribute_three_stage(reviewed: ReviewedUnits) -> Appraised:
    units = [
        PrimaryUnit(part.only("secondary_count"), tuple(_counted_units(part)))
        for part in reviewed.table.groups(["primary"])
    ]
    result = three_stage_share(units, universe_count=reviewed.universe())
    return _share("attribute, three-stage", result, len(units) - 1)


def _attribute_cluster(reviewed: ReviewedUnits) -> Appraised:
    parts = reviewed.table.groups(["stratum"]) if reviewed.table.has("stratum") else [reviewed.table]
    strata = [
        ClusterStratum(
            part.counts("item_count"),
            part.counts("element_count"),
            part.only("universe_count") if part.has("universe_count") else reviewed.universe(),
            part.only("element_total") if part.has("element_total") else None,
        )
        for part in parts
    ]
    freedom = reviewed.table.rows.height - len(strata)
    return _share("attribute, clusters", stratified_cluster_share(strata), freedom)


def _variable(reviewed: ReviewedUnits) -> Appraised:
    values, universe = values_of(reviewed.table), reviewed.universe()
    result = appraise_values(values, universe_count=universe, limits=reviewed.limits or "t")
    figures = (figure("total", result.total), figure("mean", result.mean))
    strata = (ValueStratum(values, universe),)
    return Appraised("variable, unrestricted", figures, moments=result.moments, strata=strata)


def _variable_strata(reviewed: ReviewedUnits) -> Appraised:
    named = _value_strata(reviewed.table)
    strata = tuple(stratum for _, stratum in named)
    result = appraise_strata(strata, limits=reviewed.limits or "z")
    figures = [figure("total", result.total)]
    figures += [
        figure(f"total of stratum {name}", part.total)
        for (name, _), part in zip(named, result.strata, strict=True)
    ]
    return Appraised("variable, stratified", tuple(figures), strata=strata)


def _poststrata(reviewed: ReviewedUnits) -> Appraised:
    named = _value_strata(reviewed.table)
    strata = [stratum for _, stratum in named]
    universe = reviewed.universe_count or sum(stratum.universe_count for stratum in strata)
    result = appraise_poststrata(strata, universe_count=universe)
    figures = [figure("total", result.total)]
    figures += [
        figure(f"part of stratum {name}", part) for (name, _), part in zip(named, result.strata, strict=True)
    ]
    freedom = reviewed.table.rows.height - len(strata)
    return Appraised(
        "variable, post-stratified", tuple(figures), student=student_figure("total", result.total, freedom)
    )


def _valued_units(table: NumberTable, column: str) -> list[SampledUnit]:
    return [
        SampledUnit.from_values(part.only("size"), values_of(part), where=f"{column} {part.texts(column)[0]}")
        for part in table.groups([column])
    ]


def _of_stages(method: str, total: Estimate, freedom: int) -> Appraised:
    return Appraised(method, (figure("total", total),), student=student_figure("total", total, freedom))


def _two_stage(reviewed: ReviewedUnits) -> Appraised:
    units = _valued_units(reviewed.table, "primary")
    total = two_stage_total(units, universe_count=reviewed.universe())
    return _of_stages("variable, two-stage", total, len(units) - 1)


def _three_stage(reviewed: ReviewedUnits) -> Appraised:
    units = [
        PrimaryUnit(part.only("secondary_count"), tuple(_valued_units(part, "secondary")))
        for part in reviewed.table.groups(["primary"])
    ]
    total = three_stage_total(units, universe_count=reviewed.universe())
    return _of_stages("variable, three-stage", total, len(units) - 1)


def _cluster(reviewed: ReviewedUnits) -> Appraised:
    parts = reviewed.table.groups(["stratum"]) if reviewed.table.has("stratum") else [reviewed.table]
    strata = []
    for part in parts:
        totals = [sum(values_of(cluster)) for cluster in part.groups(["cluster"])]
        count = part.only("universe_count") if part.has("universe_count") else reviewed.universe()
        strata.append((totals, count))
    freedom = sum(len(totals) - 1 for totals, _ in strata)
    return _of_stages("variable, clusters", stratified_cluster_total(strata), freedom)


def _multistage(reviewed: ReviewedUnits) -> Appraised:
    parts = reviewed.table.groups(["stratum"])
    units = [_valued_units(part, "primary") for part in parts]
    estimates = [
        two_stage_total(primary, universe_count=part.only("universe_count"))
        for part, primary in zip(parts, units, strict=True)
    ]
    total = stratified_multistage_total(estimates)
    figures = [figure("total", total)]
    figures += [
        figure(f"total of stratum {part.texts('stratum')[0]}", estimate)
        for part, estimate in zip(parts, estimates, strict=True)
    ]
    freedom = sum(len(primary) - 1 for primary in units)
    return Appraised(
        "variable, stratified multistage", tuple(figures), student=student_figure("total", total, freedom)
    )


def _unknown_universe(reviewed: ReviewedUnits) -> Appraised:
    parts = {part.texts("kind")[0]: part for part in reviewed.table.groups(["kind"])}
    if set(parts) != {"container", "element"}:
        message = f"{reviewed.table.name}: column 'kind' must hold 'container' and 'element'."
        raise BadInputError(message, hint="Elements per container, and the value of each sampled element.")
    total = appraise_unknown_universe(
        SampleSummary.from_values(parts["container"].numbers("value")),
        SampleSummary.from_values(values_of(parts["element"])),
        container_count=reviewed.universe(),
    )
    fewest = min(part.rows.height for part in parts.values())
    return _of_stages("variable, unknown universe", total, fewest - 1)


def _rhc(reviewed: ReviewedUnits) -> Appraised:
    table = reviewed.table
    columns = [table.numbers(name) for name in ("size", "group_size")]
    errors = table.numbers("standard_error") if table.has("standard_error") else [0.0] * table.rows.height
    units = [
        RhcUnit(size, group_size, ExpandedTotal(total, error**2))
        for size, group_size, total, error in zip(*columns, values_of(table), errors, strict=True)
    ]
    total = rhc_total(units, group_counts=table.counts("group_count"))
    return _of_stages("variable, RHC", total, len(units) - 1)


def _pairs(reviewed: ReviewedUnits) -> list[PairStratum]:
    parts = reviewed.table.groups(["stratum"]) if reviewed.table.has("stratum") else [reviewed.table]
    strata = []
    for part in parts:
        bases = part.numbers("base") if part.has("base") else part.numbers("examined")
        count = part.only("universe_count") if part.has("universe_count") else reviewed.universe()
        strata.append(PairStratum(values_of(part), bases, count))
    return strata


def _regression(reviewed: ReviewedUnits) -> Appraised:
    if reviewed.base_total is None:
        message = "A regression needs the base (dollars paid) of the universe."
        raise UsageError(message, hint="Give --base-total, or the manifest of a frame with charges.")
    result = appraise_regression(
        _pairs(reviewed), base_total=reviewed.base_total, limits=reviewed.limits or "t"
    )
    return Appraised("regression (not in RAT-STATS)", (figure("total", result),))


def _ratio(reviewed: ReviewedUnits) -> Appraised:
    strata = _pairs(reviewed)
    result = appraise_ratio(strata, base_total=reviewed.base_total, limits=reviewed.limits or "z")
    figures = [figure("ratio", result.ratio)]
    if result.total is not None:
        figures.insert(0, figure("total", result.total))
    return Appraised("ratio (not in RAT-STATS)", tuple(figures))


def _unequal(reviewed: ReviewedUnits) -> Appraised:
    chances = reviewed.table.numbers("inclusion_probability")
    total = appraise_unequal(values_of(reviewed.table), chances, limits=reviewed.limits or "t")
    return Appraised("unequal probabilities (not in RAT-STATS)", (figure("total", total),))


METHODS: Final[dict[str, Callable[[ReviewedUnits], Appraised]]] = {
    "attribute": _attribute,
    "attribute-stratified": _attribute_strata,
    "attribute-two-stage": _attribute_two_stage,
    "attribute-three-stage": _attribute_three_stage,
    "attribute-cluster": _attribute_cluster,
    "variable": _variable,
    "stratified": _variable_strata,
    "post-stratified": _poststrata,
    "two-stage": _two_stage,
    "three-stage": _three_stage,
    "cluster": _cluster,
    "stratified-multistage": _multistage,
    "unknown-universe": _unknown_universe,
    "rhc": _rhc,
    "ratio": _ratio,
    "regression": _regression,
    "unequal": _unequal,
    "net": appraise_net,
}


def appraise(method: str, reviewed: ReviewedUnits) -> Appraised:
    """Return the appraisal of reviewed units by a method of `METHODS`.

    Raises
    ------
    UsageError
        If the method does not exist, or a limit rule was chosen for a method without a choice.
    BadInputError
        If a column is missing or has a value that is not a number.
    """
    if method not in METHODS:
        message = f"There is no appraisal '{method}'."
        raise UsageError(message, hint=f"Appraisals are {', '.join(METHODS)}.")
    if reviewed.limits is not None and method not in LIMIT_CHOICES:
        message = f"The limits of '{method}' are fixed."
        raise UsageError(message, hint=f"t or z can be chosen for {', '.join(LIMIT_CHOICES)}.")
    return METHODS[method](reviewed)


LIMIT_CHOICES: Final[Sequence[str]] = ("variable", "stratified", "ratio", "regression", "unequal")
