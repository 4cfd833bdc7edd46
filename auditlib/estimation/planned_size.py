"""How many units to review, from what an auditor knows: a rate, a probe or strata."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.method_input import values_of
from auditlib.estimation.number_table import read_number_table
from auditlib.estimation.sizes import (
    Sizing,
    size_attribute,
    size_discovery,
    size_error_rate,
    size_net,
    size_share,
    size_stratified,
    size_variable,
)
from auditlib.stats.arguments import whole
from auditlib.stats.estimators.variable_appraisal import SampleSummary
from auditlib.stats.intervals.net_total import NetStratum
from auditlib.stats.sizes.stratified_size import PlannedStratum

SizeKind = Literal["attribute", "share", "discovery", "variable", "stratified", "net"]
_Value = TypeVar("_Value")


def planned_size(
    kind: SizeKind,
    strata: Path | None = None,
    *,
    universe_count: int | None = None,
    confidence: float = 0.90,
    precision: float | None = None,
    width: float | None = None,
    rate: float | None = None,
    mean: float | None = None,
    deviation: float | None = None,
    total: float | None = None,
    probe: Path | None = None,
    count: int | None = None,
    largest_underpayment: float | None = None,
) -> Sizing:
    """Return how many units to review, by which formula and rounding.

    Parameters
    ----------
    kind
        What is to be estimated.
    strata
        Of a stratified sample: a CSV file of its strata, or of a stratified probe.
    universe_count
        Units in the universe.
    confidence
        Two-sided level.
    precision
        Half width: of the total (0.25) or of a share (0.03). Net: how far the lower limit may lie below the
        total, 1 for a limit above 0.
    width
        Attribute: upper minus lower limit, 0.06 for six points.
    rate
        Expected share in error.
    mean, deviation
        Variable: mean and standard deviation per unit.
    total
        Variable, with a rate: dollars in the universe.
    probe
        CSV of a probe: 'value', or 'examined' and 'audited'; gives mean and deviation.
    count
        Stratified: share out this many units.
    largest_underpayment
        Net: the most dollars by which any unit can have been paid too little.

    Raises
    ------
    UsageError
        If something that the kind needs is missing or out of its range.
    BadInputError
        If a file does not hold what it should.
    """
    if kind == "stratified":
        planned = _planned_strata(_required(strata, "a CSV file of strata"))
        return size_stratified(planned, precision=precision, confidence=confidence, count=count)
    if kind == "net":
        worst = _required(largest_underpayment, "--largest-underpayment")
        return size_net(
            _net_strata(_required(probe, "--probe"), universe_count, worst),
            precision=_required(precision, "--precision"),
            confidence=confidence,
        )
    if kind == "variable":
        if probe is not None:
            summary = SampleSummary.from_values(values_of(read_number_table(probe)))
            mean, deviation = summary.mean, summary.standard_deviation
        return _variable_size(
            universe_count,
            mean,
            deviation,
            rate=rate,
            total=total,
            precision=precision,
            confidence=confidence,
        )
    expected = float(_required(rate, "--rate, --history, or for a variable --probe"))
    if kind == "share":
        return size_share(
            rate=expected,
            universe_count=universe_count,
            precision=_required(precision, "--precision"),
            confidence=confidence,
        )
    units = _required(universe_count, "--universe")
    if kind == "discovery":
        return size_discovery(rate=expected, universe_count=units, confidence=confidence)
    return size_attribute(
        rate=expected, universe_count=units, width=_required(width, "--width"), confidence=confidence
    )


def _variable_size(
    universe_count: int | None,
    mean: float | None,
    deviation: float | None,
    *,
    rate: float | None,
    total: float | None,
    precision: float | None,
    confidence: float,
) -> Sizing:
    """Return the size for a total, from the mean and deviation of errors, or their rate and the payments."""
    if mean is not None:
        return size_variable(
            mean=mean,
            deviation=_required(deviation, "--deviation"),
            universe_count=_required(universe_count, "--universe"),
            precision=_required(precision, "--precision"),
            confidence=confidence,
        )
    return size_error_rate(
        rate=float(_required(rate, "--rate, --history, or for a variable --probe")),
        total=_required(total, "--total"),
        deviation=_required(deviation, "--deviation"),
        universe_count=whole(_required(universe_count, "--universe"), "--universe", minimum=1),
        precision=_required(precision, "--precision"),
        confidence=confidence,
    )


def _required(value: _Value | None, name: str) -> _Value:
    if value is None:
        message = f"This size needs {name}."
        raise UsageError(message, hint="'auditlib sample size --help' names every option.")
    return value


def _net_strata(probe: Path, universe_count: int | None, worst: float) -> list[NetStratum]:
    table = read_number_table(probe)
    parts = table.groups(["stratum"]) if table.has("stratum") else [table]
    return [
        NetStratum(
            values_of(part),
            part.only("universe_count")
            if part.has("universe_count")
            else _required(universe_count, "--universe, or a column 'universe_count'"),
            worst,
        )
        for part in parts
    ]


def _planned_strata(file: Path) -> dict[str, PlannedStratum]:
    table = read_number_table(file)
    if table.has("universe_count", "mean", "standard_deviation"):
        columns = (
            table.counts("universe_count"),
            table.numbers("mean"),
            table.numbers("standard_deviation"),
        )
        planned = [PlannedStratum(*row) for row in zip(*columns, strict=True)]
        names = table.texts("stratum")
    else:
        # A stratified probe: one row a unit.
        parts = table.groups(["stratum"])
        names = [part.texts("stratum")[0] for part in parts]
        probes = [SampleSummary.from_values(values_of(part)) for part in parts]
        planned = [
            PlannedStratum(part.only("universe_count"), probe.mean, probe.standard_deviation)
            for part, probe in zip(parts, probes, strict=True)
        ]
    if len(set(names)) < len(names):
        message = f"{table.name} names a stratum twice."
        raise BadInputError(message, hint="One row a stratum.")
    return dict(zip(names, planned, strict=True))
