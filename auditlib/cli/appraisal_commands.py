"""The command that estimates a universe from a file of reviewed units."""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict, dataclass

from auditlib.cli.output import print_json, print_table
from auditlib.errors import UsageError
from auditlib.stats.estimate import LimitRule, Sides
from auditlib.stats.programmes import PROGRAMMES, OverpaymentFinding, overpayment
from auditlib.workbench.appraising import LIMIT_CHOICES, Appraised, Figure, Given
from auditlib.workbench.appraising import appraise as appraise_file
from auditlib.workbench.number_table import read_number_table
from auditlib.workbench.robust import HoldingBound, bounds_that_hold
from auditlib.workbench.sampled_file import with_design

DONE = 0
_LEVELS = (0.80, 0.90, 0.95)


@dataclass(frozen=True, slots=True)
class _Screen:
    """All that is shown of one appraisal."""

    found: Appraised
    levels: tuple[float, ...]
    sides: Sides
    other: Appraised | None
    holding: list[HoldingBound]
    demanded: OverpaymentFinding | None


def appraise(arguments: argparse.Namespace) -> int:
    """Estimate a universe from a file of reviewed units."""
    table = read_number_table(arguments.file)
    universe = arguments.universe
    if arguments.manifest is not None:
        table, universe = with_design(table, arguments.manifest, method=arguments.method)
    given = Given(table, universe, arguments.base_total, arguments.limits)
    found = appraise_file(arguments.method, given)
    levels = tuple(arguments.confidence or _LEVELS)
    other = _other_rule(arguments.method, given, found)
    holding = bounds_that_hold(found, levels, sides=arguments.sides)
    demanded = None
    if arguments.programme is not None:
        if not found.strata:
            message = f"A programme's figure needs the method variable or stratified, not {arguments.method}."
            raise UsageError(message)
        programme = PROGRAMMES[arguments.programme]
        demanded = overpayment(found.strata, programme=programme, limits=arguments.limits)
    screen = _Screen(found, levels, arguments.sides, other, holding, demanded)
    if arguments.json:
        print_json(_content(screen))
    else:
        _print(screen)
    return DONE


def _other_rule(method: str, given: Given, found: Appraised) -> Appraised | None:
    """Return the appraisal by z where t was used, and by t where z was; None where there is no choice."""
    if method not in LIMIT_CHOICES:
        return None
    rule: LimitRule = "t" if found.figures[0].rule == "z" else "z"
    return appraise_file(method, Given(given.table, given.universe_count, given.base_total, rule))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _limits(figure: Figure, screen: _Screen) -> list[dict[str, float | None]]:
    rows = []
    for level in screen.levels:
        lower, upper = figure.limits(level, screen.sides)
        rows.append({"confidence": level, "lower": _finite(lower), "upper": _finite(upper)})
    return rows


def _content(screen: _Screen) -> dict[str, object]:
    found, other, demanded = screen.found, screen.other, screen.demanded
    return {
        "method": found.method,
        "sides": screen.sides,
        "cautions": [asdict(caution) for caution in found.figures[0].cautions],
        "moments": None if found.moments is None else asdict(found.moments),
        "figures": [
            {
                "name": figure.name,
                "point": figure.point,
                "standard_error": figure.standard_error,
                "rule": figure.rule,
                "limits": _limits(figure, screen),
            }
            for figure in found.figures
        ],
        "other_rule": None
        if other is None
        else {"rule": other.figures[0].rule, "limits": _limits(other.figures[0], screen)},
        "bounds_that_hold": [
            {**asdict(bound), "lower": _finite(bound.lower), "upper": _finite(bound.upper)}
            for bound in screen.holding
        ],
        "programme": None if demanded is None else _programme(demanded),
    }


def _programme(demanded: OverpaymentFinding) -> dict[str, object]:
    rule = demanded.programme
    return {
        "name": rule.name,
        "netting": rule.netting,
        "demand_is": rule.demand,
        "confidence": rule.confidence,
        "sides": rule.sides,
        "authority": rule.authority,
        "missing_record_rule": rule.missing_record_rule,
        "demand": demanded.demand,
        "point": demanded.estimate.point,
        "lower": _finite(demanded.interval.lower),
        "upper": _finite(demanded.interval.upper),
        "sample_count": demanded.sample_count,
        "minimum_sample_count": rule.minimum_sample_count,
        "is_sample_large_enough": demanded.is_sample_large_enough,
    }


def _text(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "open"
    return f"{value:,.4f}" if abs(value) < 1 else f"{value:,.2f}"


def _print(screen: _Screen) -> None:
    found = screen.found
    cautions = found.figures[0].cautions
    print(f"Appraisal: {found.method}, {screen.sides}")
    if cautions:
        print("Before you rely on it:")
        for caution in cautions:
            print(f"  - {caution.message}")
    if found.moments is not None:
        shape = found.moments
        print(
            f"  {shape.value_count:,} units, {shape.nonzero_count:,} of them not 0; "
            f"skewness {_text(shape.skewness)}, kurtosis {_text(shape.kurtosis)}"
        )
    print_table(
        ("figure", "point", "standard error", "level", "lower", "upper", "rule"),
        [
            (
                figure.name,
                _text(figure.point),
                _text(figure.standard_error),
                f"{row['confidence']:.6g}",
                _text(row["lower"]),
                _text(row["upper"]),
                figure.rule,
            )
            for figure in found.figures
            for row in _limits(figure, screen)
        ],
    )
    if screen.other is not None:
        figure = screen.other.figures[0]
        for row in _limits(figure, screen):
            limits = f"{_text(row['lower'])} to {_text(row['upper'])}"
            print(f"With {figure.rule} instead, {row['confidence']:.6g}: {limits}")
    if screen.holding:
        print("What holds instead:" if cautions else "For comparison:")
    for bound in screen.holding:
        print(f"  {bound.method}, {bound.confidence:.6g}: {_text(bound.lower)} to {_text(bound.upper)}")
    if screen.demanded is not None:
        _print_demand(screen.demanded)


def _print_demand(demanded: OverpaymentFinding) -> None:
    rule = demanded.programme
    terms = f"{rule.demand}, {rule.netting}, {rule.confidence:.0%} {rule.sides}"
    print(f"{rule.name}: {_text(demanded.demand)} ({terms})")
    print(f"  Authority: {rule.authority}")
    print(f"  A missing record: {rule.missing_record_rule}")
    if not demanded.is_sample_large_enough:
        print(f"  The sample of {demanded.sample_count:,} is below its {rule.minimum_sample_count:,}.")
