"""From a case's inputs to the public functions: random numbers, appraisals, sample sizes, programmes.

Every function returns all results its method prints, by name; "primary" is what a case with a bare value
means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

from auditlib.stats.estimators.attribute_appraisal import (
    AttributeStratum,
    appraise_attribute,
    appraise_attribute_strata,
)
from auditlib.stats.estimators.estimate import Estimate
from auditlib.stats.estimators.multistage import (
    ClusterStratum,
    PrimaryUnit,
    SampledUnit,
    ShareAndTotal,
    stratified_cluster_share,
    stratified_multistage_total,
    three_stage_share,
    three_stage_total,
    two_stage_share,
    two_stage_total,
)
from auditlib.stats.estimators.programmes import (
    CIA,
    OIG,
    PIM,
    SDP,
    financial_error_rate,
    full_sample_size,
    net_differences,
    overpayment,
)
from auditlib.stats.estimators.variable_appraisal import (
    SampleSummary,
    ValueStratum,
    appraise_poststrata,
    appraise_strata,
    appraise_unknown_universe,
    appraise_values,
    differences,
)
from auditlib.stats.ratstats.random_numbers import (
    draw_frames,
    draw_numbers,
    draw_sets,
    initial_state,
    select_rhc,
)
from auditlib.stats.sizes.sample_size import (
    attribute_sample_size,
    error_rate_sample_size,
    expected_difference,
    proportion_sample_size,
    variable_sample_size,
)
from auditlib.stats.sizes.stratified_size import PlannedStratum, stratified_sample_size
from tests.reference.hash_numbers import sha256_numbers
from tests.reference.r_random import r_permutation_order

Inputs = dict[str, Any]
Results = dict[str, Any]
USUAL_LEVELS = (80.0, 90.0, 95.0, 99.0)
# Those of the case that is computed: a file may ask for others.
LEVELS: ContextVar[tuple[float, ...]] = ContextVar("LEVELS", default=USUAL_LEVELS)


def _by_level(function: Callable[[float], object]) -> Results:
    return {f"{level:g}": function(level / 100) for level in LEVELS.get()}


def _estimate(estimate: Estimate) -> Results:
    def limits(confidence: float) -> list[float]:
        interval = estimate.interval(confidence)
        return [interval.lower, interval.upper]

    by_level = _by_level(limits)
    return {
        "point": estimate.point,
        "total": estimate.point,
        "se": estimate.standard_error,
        "se_total": estimate.standard_error,
        "ci": by_level,
        "ci_total": by_level,
        "precision": _by_level(estimate.precision),
        "pct": _by_level(estimate.precision_percent),
        "primary": estimate.point,
    } | {f"ci{level}": pair for level, pair in by_level.items()}


def _quantities(inputs: Inputs) -> tuple[int, int]:
    sequential = inputs.get("n_sequential", inputs.get("n", 0))
    return sequential, inputs.get("n_spares", inputs.get("n_random", 0))


def _units(draws: Sequence[Sequence[int]]) -> list[Any]:
    return [list(numbers) if len(numbers) > 1 else numbers[0] for numbers in draws]


def _draw(inputs: Inputs, ranges: Sequence[Sequence[int]]) -> Results:
    sample_count, spare_count = _quantities(inputs)
    drawn = draw_sets(inputs["seed"], ranges, sample_count=sample_count, spare_count=spare_count)
    order, spares = _units(drawn.selection_order), _units(drawn.spares)
    return {
        "selection_order": order,
        "sample_sorted": _units(drawn.sample_sorted),
        "spares": spares,
        "sum_of_numbers": drawn.sum_of_numbers,
        "initial_state": list(initial_state(inputs["seed"])),
        "primary": order + spares,
    }


def single_stage(inputs: Inputs) -> Results:
    return _draw(inputs, [(inputs["low"], inputs["high"])])


def sets(inputs: Inputs) -> Results:
    return _draw(inputs, inputs["ranges"])


def frames(inputs: Inputs) -> Results:
    sample_count, spare_count = _quantities(inputs)
    drawn = draw_frames(
        inputs["seed"],
        inputs["frames"],
        lines=inputs.get("lines"),
        sample_count=sample_count,
        spare_count=spare_count,
    )
    pairs = list(zip(drawn.selection_order, drawn.items, strict=True))
    # A quantity given as "n" is listed in the order of selection, sequential items are listed sorted.
    listed = pairs if "n" in inputs else sorted(pairs)
    return {
        "raw": list(drawn.selection_order),
        "raw_sorted": sorted(drawn.selection_order),
        "items": [list(item) for _, item in listed],
        "random_raw": list(drawn.spares),
        "random_items": [list(item) for item in drawn.spare_items],
        "primary": [list(item) for _, item in listed],
    }


def rhc_selection(inputs: Inputs) -> Results:
    selection = select_rhc(
        inputs["sizes"],
        group_count=inputs["n"],
        grouping_seed=inputs["seed1"],
        selection_seed=inputs["seed2"],
    )
    sizes = dict(zip(selection.selected, selection.group_sizes, strict=True))
    selected = list(selection.selected)
    return {
        "groups": [list(group) for group in selection.groups],
        "order": [unit for group in selection.groups for unit in group],
        "selected": selected[0] if len(selected) == 1 else selected,
        "selected_sorted": sorted(selected),
        "group_size_of_selected": {str(unit): size for unit, size in sizes.items()},
        "primary": selected,
    }


def seed_classes(inputs: Inputs) -> Results:
    draws = {
        draw_numbers(seed, inputs["low"], inputs["high"], sample_count=inputs["n"]).selection_order
        for seed in inputs["seeds"]
    }
    return {"primary": len(draws) == 1}


def rivest(inputs: Inputs) -> Results:
    return {"primary": sha256_numbers(inputs["seed"], total=inputs["total"], count=inputs["count"])}


class _Order(dict[str, Any]):
    """Results that name slices of an order: first6, spares_101_103."""

    def __missing__(self, key: str) -> list[int]:
        order: list[int] = self["primary"]
        if found := re.fullmatch(r"first_?(\d+)", key):
            return order[: int(found[1])]
        if found := re.fullmatch(r"\w+?_(\d+)_(\d+)", key):
            return order[int(found[1]) - 1 : int(found[2])]
        raise KeyError(key)


def r_order(inputs: Inputs) -> Results:
    kind = inputs.get("sample_kind", "Rejection")
    return _Order(primary=r_permutation_order(inputs["set_seed"], total=inputs["N"], kind=kind))


def attribute_unrestricted(inputs: Inputs) -> Results:
    appraisal = appraise_attribute(inputs["x"], sample_count=inputs["n"], universe_count=inputs["N"])
    is_one_sided = bool(inputs.get("one_sided")) or str(inputs.get("tail", "")).startswith("one")

    def limits(confidence: float) -> object:
        if not is_one_sided:
            found = appraisal.limits(confidence)
            return [found.lower, found.upper]
        # The side that is open to doubt: none found leaves the upper limit, all found the lower one.
        if inputs["x"] == inputs["n"]:
            return appraisal.limits(confidence, sides="lower").lower
        return appraisal.limits(confidence, sides="upper").upper

    return {
        "projected": appraisal.projected_count,
        "percent": 100 * appraisal.share,
        "se_percent": 100 * appraisal.share_standard_error,
        "se_quantity": appraisal.count_standard_error,
        "primary": appraisal.projected_count,
    } | _by_level(limits)


def attribute_stratified(inputs: Inputs) -> Results:
    appraisal = appraise_attribute_strata(
        [AttributeStratum(stratum["x"], stratum["n"], stratum["N"]) for stratum in inputs["strata"]]
    )
    total, share = appraisal.total, appraisal.share.scaled(100)
    strata = {f"stratum{number}": _estimate(part) for number, part in enumerate(appraisal.strata, start=1)}
    return (
        _estimate(total)
        | {
            "percent": share.point,
            "se_percent": share.standard_error,
            "precision_percent": _by_level(share.precision),
            "precision_qty": _by_level(total.precision),
            "lower_qty": _by_level(lambda level: total.interval(level).lower),
            "upper_qty": _by_level(lambda level: total.interval(level).upper),
            "lower_percent": _by_level(lambda level: share.interval(level).lower),
            "upper_percent": _by_level(lambda level: share.interval(level).upper),
        }
        | strata
    )


def _share_and_total(result: ShareAndTotal) -> Results:
    percent = result.share.scaled(100)
    return _estimate(result.total) | {
        "percent": percent.point,
        "se_percent": percent.standard_error,
        "ci_percent": _estimate(percent)["ci"],
        "primary": percent.point,
    }


# A case names the elements of the universe in one of these ways.
_ELEMENTS = ("M_total", "M0", "M", "total_M", "M_universe", "elements", "universe_elements", "K")


def _two_stage(inputs: Inputs) -> ShareAndTotal:
    units = [
        SampledUnit.from_count(unit["M"], item_count=unit["x"], sample_count=unit["m"])
        for unit in inputs["psu"]
    ]
    elements = next((inputs[name] for name in _ELEMENTS if name in inputs), None)
    return two_stage_share(units, universe_count=inputs["N"], element_total=elements)


def _in_percent(share: Estimate) -> Results:
    percent = _estimate(share.scaled(100))
    return percent | {
        "percent": percent["point"],
        "se_percent": percent["se"],
        "ci_percent": percent["ci"],
        "share": share.point,
        "se_share": share.standard_error,
    }


def attribute_two_stage(inputs: Inputs) -> Results:
    """The share by the ratio, and where the elements are known the unbiased one and both totals by name."""
    result = _two_stage(inputs)
    results = _share_and_total(result)
    results |= {"ci": results["ci_percent"], "ratio": _in_percent(result.share)}
    results |= {f"ratio_{name}": results["ratio"][name] for name in ("percent", "se_percent", "share")}
    results["unbiased"] = {}
    if result.unbiased_share is not None and result.ratio_total is not None:
        total = _estimate(result.total)
        results["unbiased"] = total | _in_percent(result.unbiased_share)
        results["unbiased"] |= {name: total[name] for name in ("total", "se_total", "ci_total")}
        results["ratio"] |= {
            name: _estimate(result.ratio_total)[name] for name in ("total", "se_total", "ci_total")
        }
        results |= {f"unbiased_{name}": value for name, value in results["unbiased"].items()}
    return results


def attribute_two_stage_known(inputs: Inputs) -> Results:
    """The unbiased share first, as RAT-STATS has it where the elements of the universe are known."""
    results = attribute_two_stage(inputs)
    unbiased = results["unbiased"]
    first = ("percent", "se_percent", "ci_percent", "share", "total", "se_total", "ci_total", "primary")
    return (
        results
        | {name: unbiased[name] for name in first}
        | {
            "ci": unbiased["ci_percent"],
            "point": unbiased["percent"],
            "se": unbiased["se_percent"],
        }
    )


def _primary_units(inputs: Inputs, unit: Callable[[Inputs, int], SampledUnit]) -> list[PrimaryUnit]:
    return [
        PrimaryUnit(primary["M"], tuple(unit(primary, position) for position in range(len(primary["B"]))))
        for primary in inputs["primary"].values()
    ]


def attribute_three_stage(inputs: Inputs) -> Results:
    units = _primary_units(
        inputs,
        lambda primary, position: SampledUnit.from_count(
            primary["B"][position],
            item_count=primary["x"][position],
            sample_count=primary["b"][position],
        ),
    )
    return _share_and_total(three_stage_share(units, universe_count=inputs["N"]))


def variable_three_stage(inputs: Inputs) -> Results:
    units = _primary_units(
        inputs,
        lambda primary, position: SampledUnit.from_values(primary["B"][position], primary["y"][position]),
    )
    return _estimate(three_stage_total(units, universe_count=inputs["N"]))


def attribute_stratified_cluster(inputs: Inputs) -> Results:
    return _share_and_total(
        stratified_cluster_share(
            [
                ClusterStratum(stratum["x"], stratum["M"], stratum["N"], stratum.get("M_total"))
                for stratum in inputs["strata"]
            ]
        )
    )


def variable_unrestricted(inputs: Inputs) -> Results:
    pairs = inputs.get("examined", ()), inputs.get("audited", ())
    values = inputs.get("values") or differences(*pairs)
    appraisal = appraise_values(values, universe_count=inputs["N"])
    shape = appraisal.moments
    return _estimate(appraisal.total) | {
        "mean": shape.mean,
        "sd": shape.standard_deviation,
        "skew": shape.skewness,
        "kurt": shape.kurtosis,
        "nonzero": shape.nonzero_count,
        "se_mean": appraisal.mean.standard_error,
        "t": _by_level(appraisal.total.critical_value),
    }


def variable_stratified(inputs: Inputs) -> Results:
    appraisal = appraise_strata(_strata(inputs))
    return _estimate(appraisal.total) | {
        f"stratum{number}": _estimate(part.total)
        | {"mean": part.moments.mean, "sd": part.moments.standard_deviation}
        for number, part in enumerate(appraisal.strata, start=1)
    }


def _strata(inputs: Inputs) -> list[ValueStratum]:
    return [ValueStratum(stratum["values"], stratum["N"]) for stratum in inputs["strata"]]


def variable_two_stage(inputs: Inputs) -> Results:
    units = [SampledUnit.from_values(unit["M"], unit["y"]) for unit in inputs["psu"]]
    return _estimate(two_stage_total(units, universe_count=inputs["N"]))


def variable_stratified_multistage(inputs: Inputs) -> Results:
    strata = [Estimate(stratum["point"], stratum["se"], None, "given") for stratum in inputs["strata"]]
    return _estimate(stratified_multistage_total(strata))


def variable_poststratified(inputs: Inputs) -> Results:
    appraisal = appraise_poststrata(_strata(inputs), universe_count=inputs["N"])
    return _estimate(appraisal.total) | {
        "stratum_se": [stratum.standard_error for stratum in appraisal.strata],
        "stratum_point": [stratum.point for stratum in appraisal.strata],
    }


def variable_unknown_universe(inputs: Inputs) -> Results:
    estimate = appraise_unknown_universe(
        SampleSummary(inputs["n1"], inputs["mean1"], inputs["sd1"]),
        SampleSummary(inputs["n2"], inputs["mean2"], inputs["sd2"]),
        container_count=inputs["N1"],
    )
    return _estimate(estimate)


def _grid(inputs: Inputs, size: Callable[[float, float], int]) -> Results:
    return {
        f"{percent:g}": [size(percent / 100, level / 100) for level in inputs["conf"]]
        for percent in inputs["precision_pct"]
    }


def size_variable(inputs: Inputs) -> Results:
    def size(precision: float, confidence: float) -> int:
        return variable_sample_size(
            mean=inputs["mean"],
            standard_deviation=inputs["sd"],
            universe_count=inputs["N"],
            precision=precision,
            confidence=confidence,
        ).count

    return _grid(inputs, size)


def size_error_rate(inputs: Inputs) -> Results:
    def size(precision: float, confidence: float) -> int:
        return error_rate_sample_size(
            error_rate=inputs["error_rate"],
            reported_total=inputs["total_reported"],
            reported_standard_deviation=inputs["sd_reported"],
            universe_count=inputs["N"],
            precision=precision,
            confidence=confidence,
        ).count

    difference = expected_difference(
        error_rate=inputs["error_rate"],
        reported_mean=inputs["total_reported"] / inputs["N"],
        reported_standard_deviation=inputs["sd_reported"],
    )
    return {
        "diff_mean": difference.mean,
        "diff_sd": difference.standard_deviation,
        "n": _grid(inputs, size),
    }


def size_stratified(inputs: Inputs) -> Results:
    strata = [PlannedStratum(stratum["N"], stratum["mean"], stratum["sd"]) for stratum in inputs["strata"]]

    def column(position: int) -> Results:
        return _grid(
            inputs,
            lambda precision, confidence: stratified_sample_size(
                strata, precision=precision, confidence=confidence
            ).counts[position],
        )

    total = _grid(
        inputs,
        lambda precision, confidence: (
            stratified_sample_size(strata, precision=precision, confidence=confidence).total
        ),
    )
    return {f"stratum{position + 1}": column(position) for position in range(len(strata))} | {"total": total}


def size_attribute(inputs: Inputs) -> Results:
    return {
        "primary": [
            attribute_sample_size(
                anticipated_rate=inputs["anticipated_rate"],
                universe_count=inputs["N"],
                width=inputs["precision_range"],
                confidence=level / 100,
            ).count
            for level in inputs["conf"]
        ]
    }


def size_proportion(inputs: Inputs) -> Results:
    size = proportion_sample_size(
        anticipated_rate=inputs["p"],
        precision=inputs["precision"],
        confidence=inputs["conf"] / 100,
        universe_count=inputs.get("N"),
    )
    return {"primary": size.count}


def pim_lower_limit(inputs: Inputs) -> Results:
    strata = [ValueStratum(inputs["values"], inputs["N"])]
    pim, oig = overpayment(strata, programme=PIM), overpayment(strata, programme=OIG)
    return {
        "point": pim.estimate.point,
        "cms_demand": pim.demand,
        "oig_two_sided90_lower": oig.interval.lower,
        "primary": pim.demand,
    }


def netting_rules(inputs: Inputs) -> Results:
    strata = [ValueStratum(inputs["diffs"], inputs["N"])]
    net = sum(net_differences(inputs["diffs"], netting=CIA.netting))
    rate = financial_error_rate(net, inputs["total_paid_in_sample"])
    return {
        "cia_net_financial_error_rate_pct": 100 * rate.rate,
        "cia_full_sample_required": rate.is_full_sample_required,
        "cia_full_sample_n_90_25": full_sample_size(inputs["diffs"], universe_count=inputs["N"]).count,
        "sdp_point_no_netting": overpayment(strata, programme=SDP).demand,
        "pim_point_net": overpayment(strata, programme=PIM).estimate.point,
        "pim_lower_90_onesided": overpayment(strata, programme=PIM).demand,
    }


def cia_threshold(inputs: Inputs) -> Results:
    nets = inputs["net"] if isinstance(inputs["net"], list) else [inputs["net"]]
    decisions = [financial_error_rate(net, inputs["total_paid"]).is_full_sample_required for net in nets]
    return {"primary": decisions if isinstance(inputs["net"], list) else decisions[0]}


SAMPLING_METHODS: dict[str, Callable[[Inputs], Results]] = {
    "ratstats_single_stage": single_stage,
    "ratstats_sets_of_two": sets,
    "ratstats_sets_of_three": sets,
    "ratstats_sets_of_four": sets,
    "ratstats_frames_single": frames,
    "ratstats_frames_sets_of_two": frames,
    "ratstats_rhc_selection": rhc_selection,
    "ratstats_seed_classes": seed_classes,
    "rivest_sha256_sampler_with_replacement": rivest,
    "R_sample_permutation_order": r_order,
    "attribute_unrestricted_hypergeometric": attribute_unrestricted,
    "attribute_unrestricted_hypergeometric_one_sided": attribute_unrestricted,
    "attribute_stratified_normal": attribute_stratified,
    "attribute_two_stage_ratio": attribute_two_stage,
    "attribute_two_stage_unbiased": attribute_two_stage_known,
    "attribute_two_stage_known_M": attribute_two_stage_known,
    "attribute_two_stage_M_known": attribute_two_stage_known,
    "attribute_two_stage_unbiased_known_M": attribute_two_stage_known,
    "attribute_two_stage_unbiased_and_ratio": attribute_two_stage_known,
    "attribute_two_stage": attribute_two_stage_known,
    "attribute_three_stage_ratio_and_unbiased_total": attribute_three_stage,
    "attribute_stratified_cluster": attribute_stratified_cluster,
    "variable_unrestricted_t": variable_unrestricted,
    "variable_stratified_z_overall_t_per_stratum": variable_stratified,
    "variable_two_stage_z": variable_two_stage,
    "variable_three_stage": variable_three_stage,
    "variable_stratified_multistage": variable_stratified_multistage,
    "variable_poststratified_z": variable_poststratified,
    "variable_unknown_universe_size": variable_unknown_universe,
    "sample_size_variable_unrestricted": size_variable,
    "sample_size_variable_expected_error_rate": size_error_rate,
    "sample_size_stratified_neyman": size_stratified,
    "sample_size_attribute_hypergeometric_width": size_attribute,
    "proportion_sample_size_normal": size_proportion,
    "cms_pim_lower_limit_one_sided_90": pim_lower_limit,
    "netting_rules_cia_sdp_pim": netting_rules,
    "cia_threshold_boundary": cia_threshold,
}
