"""The commands that freeze a universe, draw a sample by any design, and use its spares."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from decimal import Decimal, InvalidOperation

from auditlib.cli.output import print_json
from auditlib.cli.screens import print_sample
from auditlib.errors import UsageError
from auditlib.sampling import Design, Universe
from auditlib.sampling.boundaries import cumulative_root_boundaries, lavallee_hidiroglou_boundaries
from auditlib.sampling.plan import Allocation, Method
from auditlib.wording import written_dollars
from auditlib.workbench import Workbench
from auditlib.workbench.audits import draw_design, manifest_path, memo_path
from auditlib.workbench.clock import utc_now
from auditlib.workbench.facade import software_version
from auditlib.workbench.spares import SPARE_USED, spare_uses, use_spare
from auditlib.workbench.universes import freeze_universe, frozen_universe

DONE = 0
_METHODS: dict[str, Method] = {
    "simple": "simple random",
    "stratified": "stratified random",
    "systematic": "systematic",
    "cluster": "cluster",
    "two-stage": "two-stage",
    "pps": "PPS",
    "monetary": "monetary unit",
    "risk": "risk-weighted",
    "rhc": "RHC",
    "judgmental": "judgmental",
}
_DRAWS_NOT_UNITS = ("cluster", "two-stage", "monetary", "rhc")
_ALLOCATIONS: dict[str, Allocation] = {"proportional": "proportional", "neyman": "Neyman", "quota": "quota"}


def sample(arguments: argparse.Namespace) -> int:
    """Draw a sample."""
    workbench = Workbench.open(arguments.workspace)
    design_name = arguments.design or ("simple" if arguments.stratify_by is None else "stratified")
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
    if not arguments.seed and design_name != "judgmental":
        message = "A draw needs a seed."
        raise UsageError(message, hint="Give --seed: dice rolls, chosen before the universe was seen.")
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
        has_risk=design_name == "risk",
    )
    boundaries = _boundaries(workbench, asked, arguments) if is_by_dollars else ()
    design = _design(arguments, design_name, boundaries)
    manifest = draw_design(
        workbench.workspace,
        asked,
        design,
        name=arguments.name,
        size_basis=arguments.size_basis,
        objective=arguments.objective,
        frozen=arguments.universe,
        software_version=software_version(),
        drawn_by=workbench.user,
        drawn_at=utc_now(),
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
    frozen = freeze_universe(workbench.workspace, asked, actor=workbench.user, frozen_at=utc_now())
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
    ledger = workbench.workspace.ledger()
    if arguments.unit is not None:
        use_spare(
            ledger,
            manifest,
            unit_id=arguments.unit,
            reason=arguments.reason,
            actor=workbench.user,
            recorded_at=utc_now(),
        )
    uses = spare_uses(ledger.events(audit=arguments.audit, kinds=[SPARE_USED]), arguments.audit)
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


def _design(arguments: argparse.Namespace, name: str, boundaries: tuple[Decimal, ...]) -> Design:
    is_stratified = name == "stratified"
    is_quota = is_stratified and arguments.allocation == "quota"
    is_counted_otherwise = name in _DRAWS_NOT_UNITS or is_quota or name == "judgmental"
    has_size = name in {"pps", "monetary", "risk", "rhc"}
    return Design(
        method=_METHODS[name],
        seed=arguments.seed,
        sample_count=0 if is_counted_otherwise else arguments.count,
        spare_count=arguments.spares,
        allocation=_ALLOCATIONS[arguments.allocation] if is_stratified else "none",
        minimum_per_stratum=arguments.minimum if is_stratified and not is_quota else 0,
        certainty_strata=tuple(sorted(arguments.certainty, key=str.encode)),
        generator="RAT-STATS 2005-2010" if arguments.generator == "ratstats" else "hash tickets",
        second_seed=arguments.second_seed,
        per_stratum=arguments.count if is_quota else 0,
        boundaries=boundaries,
        order_by=tuple((arguments.order_by or "").replace(",", " ").split()),
        numbering=arguments.numbering,
        cluster_column=arguments.cluster or "",
        size_column=("risk_weight" if name == "risk" else arguments.size_column) if has_size else "",
        draw_count=arguments.count if name in _DRAWS_NOT_UNITS else 0,
        units_per_cluster=arguments.per_cluster,
        listed=tuple(arguments.units),
        reason=arguments.reason,
        purpose=arguments.purpose,
    )


def _boundaries(
    workbench: Workbench, universe: Universe, arguments: argparse.Namespace
) -> tuple[Decimal, ...]:
    given = arguments.boundaries
    if given not in {"lavallee-hidiroglou", "root-f"}:
        try:
            return tuple(Decimal(text).quantize(Decimal("0.01")) for text in given.split(","))
        except InvalidOperation:
            message = f"'{given}' are no boundaries."
            raise UsageError(
                message, hint="Write lavallee-hidiroglou, root-f, or amounts as 100,2500."
            ) from None
    frame = (
        workbench.frame(universe)
        if arguments.universe is None
        else frozen_universe(workbench.workspace, arguments.universe)[1]
    )
    if "charge_amount" not in frame.columns or frame.is_empty():
        message = "This universe has no charges to cut strata by."
        raise UsageError(message)
    cut = lavallee_hidiroglou_boundaries if given == "lavallee-hidiroglou" else cumulative_root_boundaries
    return cut(frame["charge_amount"], arguments.strata)
