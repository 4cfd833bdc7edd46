"""Commands of sampling and estimating that need no workspace, or only read one."""

from __future__ import annotations

import argparse
from typing import TypeVar

from auditlib.cli.output import print_json, print_table
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.method_input import values_of
from auditlib.estimation.number_table import read_number_table
from auditlib.estimation.sizes import (
    Sizing,
    review_error_rate,
    size_attribute,
    size_discovery,
    size_error_rate,
    size_share,
    size_stratified,
    size_variable,
)
from auditlib.stats.arguments import whole
from auditlib.stats.estimators.variable_appraisal import SampleSummary
from auditlib.stats.sizes.stratified_size import PlannedStratum
from auditlib.workbench import Workbench

DONE = 0
_Value = TypeVar("_Value")


def size(arguments: argparse.Namespace) -> int:
    """Say how many units to review."""
    found = _sizing(arguments)
    if arguments.json:
        print_json(
            {
                "count": found.count,
                "formula": found.formula,
                "rounding": found.rounding,
                "unrounded": found.unrounded,
                "others": found.others,
                "notes": found.notes,
                "strata": found.strata,
            }
        )
        return DONE
    print(f"Review {found.count:,} units.")
    print(f"  Formula:  {found.formula}")
    print(f"  Rounding: {found.rounding} (unrounded {found.unrounded:,.3f})")
    if found.strata:
        print_table(("stratum", "units"), [(name, f"{count:,}") for name, count in found.strata.items()])
    for name, count in found.others.items():
        print(f"  By another rule: {count:,} ({name})")
    for note in found.notes:
        print(f"  Note: {note}")
    return DONE


def _sizing(arguments: argparse.Namespace) -> Sizing:
    confidence = arguments.confidence
    if arguments.kind == "stratified":
        return size_stratified(
            _planned(arguments), precision=arguments.precision, confidence=confidence, count=arguments.count
        )
    if arguments.kind == "variable" and (arguments.probe is not None or arguments.mean is not None):
        mean, deviation = arguments.mean, arguments.deviation
        if arguments.probe is not None:
            summary = SampleSummary.from_values(values_of(read_number_table(arguments.probe)))
            mean, deviation = summary.mean, summary.standard_deviation
        return size_variable(
            mean=mean,
            deviation=_required(deviation, "--deviation"),
            universe_count=_required(arguments.universe, "--universe"),
            precision=_required(arguments.precision, "--precision"),
            confidence=confidence,
        )
    rate = _rate(arguments)
    if arguments.kind == "variable":
        return size_error_rate(
            rate=rate,
            total=_required(arguments.total, "--total"),
            deviation=_required(arguments.deviation, "--deviation"),
            universe_count=whole(_required(arguments.universe, "--universe"), "--universe", minimum=1),
            precision=_required(arguments.precision, "--precision"),
            confidence=confidence,
        )
    if arguments.kind == "share":
        return size_share(
            rate=rate,
            universe_count=arguments.universe,
            precision=_required(arguments.precision, "--precision"),
            confidence=confidence,
        )
    universe = _required(arguments.universe, "--universe")
    if arguments.kind == "discovery":
        return size_discovery(rate=rate, universe_count=universe, confidence=confidence)
    return size_attribute(
        rate=rate,
        universe_count=universe,
        width=_required(arguments.width, "--width"),
        confidence=confidence,
    )


def _required(value: _Value | None, name: str) -> _Value:
    if value is None:
        message = f"This size needs {name}."
        raise UsageError(message, hint="auditlib size --help names every option.")
    return value


def _rate(arguments: argparse.Namespace) -> float:
    if arguments.history is None:
        return float(_required(arguments.rate, "--rate, --history, or for a variable --probe"))
    if arguments.rate is not None:
        message = "Give either --rate or --history."
        raise UsageError(message)
    return review_error_rate(Workbench.open(arguments.history).workspace, audit=arguments.audit)


def _planned(arguments: argparse.Namespace) -> dict[str, PlannedStratum]:
    table = read_number_table(_required(arguments.file, "a CSV file of strata"))
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
