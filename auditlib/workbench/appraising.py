"""Appraisals of a CSV file of reviewed units, by every method of RAT-STATS and a few that it lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from auditlib.errors import BadInputError, UsageError
from auditlib.stats.attribute_appraisal import (
    AttributeStratum,
    appraise_attribute,
    appraise_attribute_strata,
)
from auditlib.stats.estimate import Caution, Estimate, LimitRule, Sides
from auditlib.stats.expansion import ExpandedTotal
from auditlib.stats.multistage import (
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
from auditlib.stats.ratio_estimator import PairStratum, appraise_ratio
from auditlib.stats.unequal_probability import appraise_unequal
from auditlib.stats.variable_appraisal import (
    Moments,
    SampleSummary,
    ValueStratum,
    appraise_poststrata,
    appraise_strata,
    appraise_unknown_universe,
    appraise_values,
    differences,
)
from auditlib.workbench.number_table import NumberTable


@dataclass(frozen=True, slots=True)
class Figure:
    """One appraised quantity; `limits` gives its interval at a level."""

    name: str
    point: float
    standard_error: float
    rule: str
    limits: Callable[[float, Sides], tuple[float, float]]
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Appraised:
    """What a file of reviewed units says of its universe.

    Parameters
    ----------
    method
        Name of the method.
    figures
        The quantities, the most important first.
    moments
        Shape of the sampled values, for an unrestricted variable appraisal.
    strata
        The sampled values with their universe counts, if the methods of several programmes apply to them.
    items
        Counts by stratum, if the sample is one of attributes.
    """

    method: str
    figures: tuple[Figure, ...]
    moments: Moments | None = None
    strata: tuple[ValueStratum, ...] = ()
    items: tuple[AttributeStratum, ...] = ()
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Given:
    """A file and what was said beside it: units in the universe, dollars in the universe, rule of limits."""

    table: NumberTable
    universe_count: int | None = None
    base_total: float | None = None
    limits: LimitRule | None = None

    def universe(self) -> int:
        """Return the number of units in the universe, from the argument or the file's column."""
        if self.universe_count is not None:
            return self.universe_count
        if self.table.has("universe_count"):
            return self.table.only("universe_count")
        message = "How many units has the universe?"
        raise UsageError(message, hint="Give --universe, or a column 'universe_count'.")


def _figure(name: str, estimate: Estimate) -> Figure:
    def limits(confidence: float, sides: Sides) -> tuple[float, float]:
        interval = estimate.interval(confidence, sides=sides)
        return interval.lower, interval.upper

    degrees = estimate.degrees_of_freedom
    rule = "z" if degrees is None else f"t({degrees:g})"
    return Figure(name, estimate.point, estimate.standard_error, rule, limits, estimate.cautions)


def values_of(table: NumberTable) -> list[float]:
    """Return the values of a file: `value`, or `examined` minus `audited`."""
    if table.has("examined", "audited"):
        return differences(table.numbers("examined"), table.numbers("audited"))
    if not table.has("value"):
        message = f"{table.name} has neither a column 'value' nor 'examined' and 'audited'."
        raise BadInputError(message, hint=f"Its columns are {', '.join(table.rows.columns)}.")
    return table.numbers("value")


def _value_strata(table: NumberTable) -> list[tuple[str, ValueStratum]]:
    return [
        (part.texts("stratum")[0], ValueStratum(values_of(part), part.only("universe_count")))
        for part in table.groups(["stratum"])
    ]


def _attribute(given: Given) -> Appraised:
    table = given.table
    if table.has("item_count", "sample_count"):
        items, sample = sum(table.counts("item_count")), sum(table.counts("sample_count"))
    else:
        found = table.counts("is_error")
        if not set(found) <= {0, 1}:
            message = f"{table.name}: column 'is_error' holds other values than 0 and 1."
            raise BadInputError(message, hint="1 is a unit in error, 0 one without.")
        items, sample = sum(found), len(found)
    appraisal = appraise_attribute(items, sample_count=sample, universe_count=given.universe())

    def limits(confidence: float, sides: Sides) -> tuple[float, float]:
        found = appraisal.limits(confidence, sides=sides)
        return found.lower, found.upper

    figure = Figure(
        "items in error", appraisal.projected_count, appraisal.count_standard_error, "exact", limits
    )
    counts = AttributeStratum(items, sample, appraisal.universe_count)
    return Appraised("attribute, unrestricted (exact hypergeometric)", (figure,), items=(counts,))


def _attribute_strata(given: Given) -> Appraised:
    table = given.table
    names = table.texts("stratum")
    columns = [table.counts(name) for name in ("item_count", "sample_count", "universe_count")]
    strata = [AttributeStratum(*row) for row in zip(*columns, strict=True)]
    appraisal = appraise_attribute_strata(strata)
    figures = [_figure("items in error", appraisal.total), _figure("share in error", appraisal.share)]
    figures += [
        _figure(f"items in stratum {name}", part) for name, part in zip(names, appraisal.strata, strict=True)
    ]
    return Appraised("attribute, stratified", tuple(figures), items=tuple(strata))


def _share(method: str, result: ShareAndTotal) -> Appraised:
    return Appraised(
        method, (_figure("items in error", result.total), _figure("share in error", result.share))
    )


def _counted_units(table: NumberTable) -> list[SampledUnit]:
    columns = [table.counts(name) for name in ("size", "item_count", "sample_count")]
    return [
        SampledUnit.from_count(size, item_count=items, sample_count=sample, where=f"line {line}")
        for line, (size, items, sample) in enumerate(zip(*columns, strict=True), start=2)
    ]


def _attribute_two_stage(given: Given) -> Appraised:
    found = two_stage_share(_counted_units(given.table), universe_count=given.universe())
    return _share("attribute, two-stage", found)


def _attribute_three_stage(given: Given) -> Appraised:
    units = [
        PrimaryUnit(part.only("secondary_count"), tuple(_counted_units(part)))
        for part in given.table.groups(["primary"])
    ]
    return _share("attribute, three-stage", three_stage_share(units, universe_count=given.universe()))


def _attribute_cluster(given: Given) -> Appraised:
    parts = given.table.groups(["stratum"]) if given.table.has("stratum") else [given.table]
    strata = [
        ClusterStratum(
            part.counts("item_count"),
            part.counts("element_count"),
            part.only("universe_count") if part.has("universe_count") else given.universe(),
            part.only("element_total") if part.has("element_total") else None,
        )
        for part in parts
    ]
    return _share("attribute, clusters", stratified_cluster_share(strata))


def _variable(given: Given) -> Appraised:
    values, universe = values_of(given.table), given.universe()
    found = appraise_values(values, universe_count=universe, limits=given.limits or "t")
    figures = (_figure("total", found.total), _figure("mean", found.mean))
    strata = (ValueStratum(values, universe),)
    return Appraised("variable, unrestricted", figures, moments=found.moments, strata=strata)


def _variable_strata(given: Given) -> Appraised:
    named = _value_strata(given.table)
    strata = tuple(stratum for _, stratum in named)
    found = appraise_strata(strata, limits=given.limits or "z")
    figures = [_figure("total", found.total)]
    figures += [
        _figure(f"total of stratum {name}", part.total)
        for (name, _), part in zip(named, found.strata, strict=True)
    ]
    return Appraised("variable, stratified", tuple(figures), strata=strata)


def _poststrata(given: Given) -> Appraised:
    named = _value_strata(given.table)
    strata = [stratum for _, stratum in named]
    universe = given.universe_count or sum(stratum.universe_count for stratum in strata)
    found = appraise_poststrata(strata, universe_count=universe)
    figures = [_figure("total", found.total)]
    figures += [
        _figure(f"part of stratum {name}", part) for (name, _), part in zip(named, found.strata, strict=True)
    ]
    return Appraised("variable, post-stratified", tuple(figures))


def _valued_units(table: NumberTable, column: str) -> list[SampledUnit]:
    return [
        SampledUnit.from_values(part.only("size"), values_of(part), where=f"{column} {part.texts(column)[0]}")
        for part in table.groups([column])
    ]


def _two_stage(given: Given) -> Appraised:
    total = two_stage_total(_valued_units(given.table, "primary"), universe_count=given.universe())
    return Appraised("variable, two-stage", (_figure("total", total),))


def _three_stage(given: Given) -> Appraised:
    units = [
        PrimaryUnit(part.only("secondary_count"), tuple(_valued_units(part, "secondary")))
        for part in given.table.groups(["primary"])
    ]
    total = three_stage_total(units, universe_count=given.universe())
    return Appraised("variable, three-stage", (_figure("total", total),))


def _cluster(given: Given) -> Appraised:
    parts = given.table.groups(["stratum"]) if given.table.has("stratum") else [given.table]
    strata = []
    for part in parts:
        totals = [sum(values_of(cluster)) for cluster in part.groups(["cluster"])]
        count = part.only("universe_count") if part.has("universe_count") else given.universe()
        strata.append((totals, count))
    return Appraised("variable, clusters", (_figure("total", stratified_cluster_total(strata)),))


def _multistage(given: Given) -> Appraised:
    parts = given.table.groups(["stratum"])
    estimates = [
        two_stage_total(_valued_units(part, "primary"), universe_count=part.only("universe_count"))
        for part in parts
    ]
    figures = [_figure("total", stratified_multistage_total(estimates))]
    figures += [
        _figure(f"total of stratum {part.texts('stratum')[0]}", estimate)
        for part, estimate in zip(parts, estimates, strict=True)
    ]
    return Appraised("variable, stratified multistage", tuple(figures))


def _unknown_universe(given: Given) -> Appraised:
    parts = {part.texts("kind")[0]: part for part in given.table.groups(["kind"])}
    if set(parts) != {"container", "element"}:
        message = f"{given.table.name}: column 'kind' must hold 'container' and 'element'."
        raise BadInputError(message, hint="Elements per container, and the value of each sampled element.")
    total = appraise_unknown_universe(
        SampleSummary.from_values(parts["container"].numbers("value")),
        SampleSummary.from_values(values_of(parts["element"])),
        container_count=given.universe(),
    )
    return Appraised("variable, unknown universe", (_figure("total", total),))


def _rhc(given: Given) -> Appraised:
    table = given.table
    columns = [table.numbers(name) for name in ("size", "group_size")]
    errors = table.numbers("standard_error") if table.has("standard_error") else [0.0] * table.rows.height
    units = [
        RhcUnit(size, group_size, ExpandedTotal(total, error**2))
        for size, group_size, total, error in zip(*columns, values_of(table), errors, strict=True)
    ]
    total = rhc_total(units, group_counts=table.counts("group_count"))
    return Appraised("variable, RHC", (_figure("total", total),))


def _ratio(given: Given) -> Appraised:
    parts = given.table.groups(["stratum"]) if given.table.has("stratum") else [given.table]
    strata = []
    for part in parts:
        bases = part.numbers("base") if part.has("base") else part.numbers("examined")
        count = part.only("universe_count") if part.has("universe_count") else given.universe()
        strata.append(PairStratum(values_of(part), bases, count))
    found = appraise_ratio(strata, base_total=given.base_total, limits=given.limits or "z")
    figures = [_figure("ratio", found.ratio)]
    if found.total is not None:
        figures.insert(0, _figure("total", found.total))
    return Appraised("ratio (not in RAT-STATS)", tuple(figures))


def _unequal(given: Given) -> Appraised:
    chances = given.table.numbers("inclusion_probability")
    total = appraise_unequal(values_of(given.table), chances, limits=given.limits or "t")
    return Appraised("unequal probabilities (not in RAT-STATS)", (_figure("total", total),))


METHODS: Final[dict[str, Callable[[Given], Appraised]]] = {
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
    "unequal": _unequal,
}


def appraise(method: str, given: Given) -> Appraised:
    """Return the appraisal of a file by a method of `METHODS`.

    Raises
    ------
    UsageError
        If the method does not exist, or takes no choice between t and z and one was made.
    BadInputError
        If the file lacks a column or holds what is no number.
    """
    if method not in METHODS:
        message = f"There is no appraisal '{method}'."
        raise UsageError(message, hint=f"Appraisals are {', '.join(METHODS)}.")
    if given.limits is not None and method not in LIMIT_CHOICES:
        message = f"The limits of '{method}' are fixed."
        raise UsageError(message, hint=f"t or z can be chosen for {', '.join(LIMIT_CHOICES)}.")
    return METHODS[method](given)


LIMIT_CHOICES: Final[Sequence[str]] = ("variable", "stratified", "ratio", "unequal")
