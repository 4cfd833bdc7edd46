"""The command that estimates a universe from a file of reviewed units."""

from __future__ import annotations

import argparse
from dataclasses import replace

from auditlib.cli.output import print_json, print_table
from auditlib.estimation.appraisal import LEVELS, Appraisal, make_appraisal
from auditlib.estimation.method_input import Given
from auditlib.estimation.number_table import read_number_table
from auditlib.estimation.sampled_file import frame_payments, with_design
from auditlib.estimation.workpaper import appraisal_workpaper, number
from auditlib.stats.estimators.programmes import OverpaymentFinding
from auditlib.workbench.facade import Workbench

DONE = 0
_SIDES = ("lower", "upper")


def appraise(arguments: argparse.Namespace) -> int:
    """Estimate a universe from a file of reviewed units."""
    table = read_number_table(arguments.file)
    basis = [f"Reviewed units: {table.name}, {table.rows.height:,} rows."]
    given = Given(table, arguments.universe, arguments.base_total, arguments.limits)
    if arguments.manifest is not None:
        table, universe = with_design(table, arguments.manifest, method=arguments.method)
        given = replace(given, table=table, universe_count=universe)
        given = frame_payments(given, arguments.manifest)
        basis.append(f"Sample and universe: {arguments.manifest.name}.")
    if arguments.unreviewed is not None:
        unreviewed = read_number_table(arguments.unreviewed, required=("paid",))
        given = replace(given, unreviewed=unreviewed)
        basis.append(f"Payments of the units not reviewed: {unreviewed.name}.")
    if given.universe_count is not None:
        basis.append(f"Units in the universe: {given.universe_count:,}.")
    appraisal = make_appraisal(
        arguments.method,
        given,
        levels=tuple(arguments.confidence or LEVELS),
        sides=arguments.sides,
        programme=arguments.programme,
        all_methods=arguments.all_methods,
    )
    if arguments.workpaper is not None:
        text = appraisal_workpaper(appraisal, title=f"Appraisal of {table.name}", basis=basis)
        arguments.workpaper.write_text(text, encoding="utf-8")
    if arguments.json:
        print_json(appraisal.to_values())
    else:
        print_appraisal(appraisal)
    return DONE


def estimate(arguments: argparse.Namespace) -> int:
    """Estimate the universe from a reviewed sample of the ledger."""
    found = Workbench.open(arguments.workspace).estimate(
        arguments.audit,
        amounts=arguments.amounts,
        missing=arguments.missing,
        programme=arguments.programme,
        confidence=tuple(arguments.confidence or LEVELS),
        sides=arguments.sides,
        all_methods=arguments.all_methods,
    )
    if arguments.workpaper is not None:
        arguments.workpaper.write_text(found.paper, encoding="utf-8")
    if arguments.json:
        print_json(found.to_values())
        return DONE
    share = f"{found.error_count:,} of {found.reviewed_count:,} reviewed units are in error"
    print(f"{found.audit}: {share}; {found.missing_count:,} of them records that were not found")
    for row in found.error_rates():
        lower, upper = (number(None if row[side] is None else 100 * (row[side] or 0)) for side in _SIDES)
        print(f"  Error rate of the universe, {row['confidence']:.6g}: {lower} % to {upper} %")
    print("Units in error")
    print_appraisal(found.units_in_error)
    if found.dollars_in_error is not None:
        print("Dollars in error")
        print_appraisal(found.dollars_in_error)
    return DONE


def print_appraisal(appraisal: Appraisal) -> None:
    """Print an appraisal: what speaks against it, its figures, and what holds instead."""
    found = appraisal.found
    print(f"Appraisal: {found.method}, {appraisal.sides}")
    if appraisal.cautions:
        doubt = " the textbook interval may cover less than it says on such a sample."
        print(f"Before you rely on it:{doubt if appraisal.may_fail else ''}")
    for caution in appraisal.cautions:
        print(f"  - {caution.message}")
    if found.moments is not None:
        shape = found.moments
        print(
            f"  {shape.value_count:,} units, {shape.nonzero_count:,} of them not 0; "
            f"skewness {number(shape.skewness)}, kurtosis {number(shape.kurtosis)}"
        )
    print_table(
        ("figure", "point", "standard error", "level", "lower", "upper", "rule"),
        [
            (
                figure.name,
                number(figure.point),
                number(figure.standard_error),
                f"{row['confidence']:.6g}",
                number(row["lower"]),
                number(row["upper"]),
                figure.rule,
            )
            for figure in found.figures
            for row in appraisal.limits(figure)
        ],
    )
    if appraisal.other is not None:
        figure = appraisal.other.figures[0]
        for row in appraisal.limits(figure):
            limits = f"{number(row['lower'])} to {number(row['upper'])}"
            print(f"With {figure.rule} instead, {row['confidence']:.6g}: {limits}")
    _print_beside(appraisal)
    if appraisal.demanded is not None:
        _print_demand(appraisal.demanded)


def _print_beside(appraisal: Appraisal) -> None:
    shown = [limits for limits in appraisal.beside if not limits.missing]
    if appraisal.beside:
        print("Instead of the textbook interval:" if appraisal.may_fail else "By other methods:")
    for advice in appraisal.advice:
        print(f"  {advice}")
    if shown:
        print_table(
            ("quantity", "method", "level", "lower", "upper", "guarantee"),
            [
                (
                    limits.quantity,
                    limits.method,
                    f"{limits.confidence:.6g}",
                    "none" if limits.lower is None else number(limits.lower),
                    "none" if limits.upper is None else number(limits.upper),
                    "holds" if limits.is_guaranteed else "comes nearer",
                )
                for limits in shown
            ],
        )
    absent = dict.fromkeys((limits.method, limits.missing) for limits in appraisal.beside if limits.missing)
    for method, reason in absent:
        print(f"  No {method}: {reason}")


def _print_demand(demanded: OverpaymentFinding) -> None:
    rule = demanded.programme
    terms = f"{rule.demand}, {rule.netting}, {rule.confidence:.0%} {rule.sides}"
    print(f"{rule.name}: {number(demanded.demand)} ({terms})")
    print(f"  Authority: {rule.authority}")
    print(f"  A missing record: {rule.missing_record_rule}")
    if not demanded.is_sample_large_enough:
        print(f"  The sample of {demanded.sample_count:,} is below its {rule.minimum_sample_count:,}.")
