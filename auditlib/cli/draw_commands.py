"""The command that draws a sample, by any design."""

from __future__ import annotations

import argparse
from decimal import Decimal, InvalidOperation

from auditlib.cli.output import print_json
from auditlib.cli.screens import print_sample
from auditlib.errors import UsageError
from auditlib.sampling import Design, Universe
from auditlib.sampling.boundaries import cumulative_root_boundaries, lavallee_hidiroglou_boundaries
from auditlib.sampling.plan import Allocation, Method
from auditlib.workbench import Workbench
from auditlib.workbench.audits import draw_design, manifest_path, memo_path
from auditlib.workbench.clock import utc_now
from auditlib.workbench.facade import software_version

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
    if (design_name == "stratified") != (arguments.stratify_by is not None):
        message = "A stratified sample needs --stratify-by, and no other design has strata."
        raise UsageError(message)
    if not arguments.seed and design_name != "judgmental":
        message = "A draw needs a seed."
        raise UsageError(message, hint="Give --seed: dice rolls, chosen before the universe was seen.")
    is_by_dollars = arguments.stratify_by == "dollars"
    universe = Universe(
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
    boundaries = _boundaries(workbench, universe, arguments) if is_by_dollars else ()
    design = _design(arguments, design_name, boundaries)
    manifest = draw_design(
        workbench.workspace,
        universe,
        design,
        name=arguments.name,
        size_basis=arguments.size_basis,
        objective=arguments.objective,
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
    frame = workbench.frame(universe)
    if "charge_amount" not in frame.columns or frame.is_empty():
        message = "This universe has no charges to cut strata by."
        raise UsageError(message)
    cut = lavallee_hidiroglou_boundaries if given == "lavallee-hidiroglou" else cumulative_root_boundaries
    return cut(frame["charge_amount"], arguments.strata)
