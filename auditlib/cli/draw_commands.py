"""The commands that freeze a universe, draw a sample by any design, and use its spares."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from auditlib.audits.audit import manifest_path, memo_path
from auditlib.cli.output import print_json
from auditlib.cli.screens import print_sample
from auditlib.errors import UsageError
from auditlib.sampling import SampleRequest, Universe
from auditlib.sampling.request import DesignName, usual_allocation
from auditlib.text import written_dollars
from auditlib.workbench import Workbench

DONE = 0


def sample(arguments: argparse.Namespace) -> int:
    """Draw a sample."""
    workbench = Workbench.open(arguments.workspace)
    usual: DesignName = "simple" if arguments.stratify_by is None else "stratified"
    design_name: DesignName = arguments.design or usual
    is_frozen = arguments.universe is not None
    if is_frozen and any(
        (
            arguments.from_date,
            arguments.to_date,
            arguments.coder_id,
            arguments.payer_id,
            arguments.encounter_class,
        )
    ):
        message = "A frozen universe has its own filters."
        raise UsageError(message, hint="Leave the filters out, or freeze another universe.")
    if (design_name == "stratified") != (arguments.stratify_by is not None) and not is_frozen:
        message = "A stratified sample needs --stratify-by, and no other design has strata."
        raise UsageError(message)
    is_by_dollars = arguments.stratify_by == "dollars"
    asked = Universe(
        name=arguments.name,
        unit=arguments.unit,
        from_date=arguments.from_date,
        to_date=arguments.to_date,
        payer_id=arguments.payer_id,
        coder_id=arguments.coder_id,
        encounter_class=arguments.encounter_class,
        stratify_by=None if is_by_dollars else arguments.stratify_by,
        has_risk=design_name == "risk" or arguments.size_column.startswith("risk_"),
    )
    dollar_strata = arguments.boundaries if is_by_dollars else ""
    request = SampleRequest(
        design_name,
        seed=arguments.seed,
        count=arguments.count,
        spare_count=arguments.spares,
        allocation=arguments.allocation or usual_allocation(dollar_strata),
        minimum_per_stratum=arguments.minimum,
        certainty_strata=tuple(arguments.certainty),
        dollar_strata=dollar_strata,
        dollar_stratum_count=arguments.strata,
        is_top_certain=arguments.certain_top,
        order_by=tuple((arguments.order_by or "").replace(",", " ").split()),
        numbering=arguments.numbering,
        cluster_column=arguments.cluster or "",
        units_per_cluster=arguments.per_cluster,
        size_column=arguments.size_column,
        generator="RAT-STATS 2005-2010" if arguments.generator == "ratstats" else "hash tickets",
        second_seed=arguments.second_seed,
        purpose=arguments.purpose,
        listed=tuple(arguments.units),
        reason=arguments.reason,
    )
    manifest = workbench.draw(
        asked if arguments.universe is None else arguments.universe,
        request,
        name=arguments.name,
        size_basis=arguments.size_basis,
        objective=arguments.objective,
    )
    path = manifest_path(workbench.workspace, arguments.name)
    if arguments.json:
        print_json(
            {
                "manifest": str(path),
                "content_sha256": manifest.content_sha256,
                "design": manifest.design.method,
                "generator": manifest.generator,
                "frame_sha256": manifest.frame.sha256,
                "frame_unit_count": manifest.frame.unit_count,
                "sample": [unit.unit_id for unit in manifest.selected if unit.role == "sample"],
                "spares": [unit.unit_id for unit in manifest.selected if unit.role == "spare"],
                "strata": {stratum.stratum: stratum.sample_count for stratum in manifest.strata},
                "warnings": manifest.warnings,
            }
        )
    else:
        print_sample(manifest, path, memo_path(workbench.workspace, arguments.name))
    return DONE


def universe(arguments: argparse.Namespace) -> int:
    """Freeze a universe."""
    workbench = Workbench.open(arguments.workspace)
    asked = Universe(
        name=arguments.name,
        unit=arguments.unit,
        from_date=arguments.from_date,
        to_date=arguments.to_date,
        payer_id=arguments.payer_id,
        coder_id=arguments.coder_id,
        encounter_class=arguments.encounter_class,
        stratify_by=arguments.stratify_by,
        has_risk=arguments.risk,
    )
    frozen = workbench.freeze_universe(asked)
    record = frozen.universe
    if arguments.json:
        print_json(asdict(frozen))
        return DONE
    money = "" if frozen.charge_amount is None else f", {written_dollars(frozen.charge_amount)} charged"
    print(f"Universe '{record.name}': {frozen.unit_count:,} {record.unit}s{money}.")
    print(f"  Key {record.unit_key}; dates mean the {record.date_basis}.")
    for excluded in record.exclusions:
        print(f"  Left out: {excluded.unit_count:,}, {excluded.reason}")
    print(f"  SHA-256 {frozen.sha256}")
    return DONE


def spare(arguments: argparse.Namespace) -> int:
    """Use a spare, or list those used."""
    workbench = Workbench.open(arguments.workspace)
    manifest = workbench.manifest(arguments.audit)
    if arguments.unit is not None:
        workbench.use_spare(arguments.audit, arguments.unit, reason=arguments.reason)
    uses = workbench.spare_uses(arguments.audit)
    if arguments.json:
        print_json({"spare_policy": manifest.spare_policy, "uses": [asdict(use) for use in uses]})
        return DONE
    print(f"Policy: {manifest.spare_policy}")
    for use in uses:
        print(f"  {use.recorded_at:%Y-%m-%d %H:%M} {use.unit_in} for {use.unit_out}, by {use.actor}:")
        print(f"    {use.reason}")
    if not uses:
        print("  No spare was used.")
    return DONE


def bound(arguments: argparse.Namespace) -> int:
    """Say whether a review may stop."""
    found = Workbench.open(arguments.workspace).running_bound(
        arguments.audit,
        threshold=arguments.threshold,
        confidence=arguments.confidence,
        amounts=arguments.amounts,
        missing=arguments.missing,
    )
    if arguments.json:
        print_json({**asdict(found), "sentence": found.sentence})
    else:
        print(found.sentence)
    return DONE
