"""Sample requests from the command line and the planner, and their designs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

import polars as pl

from auditlib.errors import UsageError
from auditlib.sampling.dollar_strata import dollar_stratum_names
from auditlib.sampling.plan import Allocation, Design, Generator, Method, Numbering, Purpose

DesignName = Literal[
    "simple",
    "stratified",
    "systematic",
    "cluster",
    "two-stage",
    "pps",
    "monetary",
    "risk",
    "rhc",
    "sequential",
    "judgmental",
]
AllocationName = Literal["proportional", "neyman", "quota"]

METHODS: Final[dict[DesignName, Method]] = {
    "simple": "simple random",
    "stratified": "stratified random",
    "systematic": "systematic",
    "cluster": "cluster",
    "two-stage": "two-stage",
    "pps": "PPS",
    "monetary": "monetary unit",
    "risk": "risk-weighted",
    "rhc": "RHC",
    "sequential": "sequential",
    "judgmental": "judgmental",
}
DRAWS_NOT_UNITS: Final = ("cluster", "two-stage", "monetary", "rhc")
"""Designs that draw clusters, dollars or groups instead of units."""
BY_SIZE: Final = ("pps", "monetary", "risk", "rhc", "sequential")
"""Designs in which a unit's chance depends on a measure of size."""
LAVALLEE_HIDIROGLOU: Final = "lavallee-hidiroglou"
CUMULATIVE_ROOT: Final = "root-f"
_ALLOCATIONS: Final[dict[AllocationName, Allocation]] = {
    "proportional": "proportional",
    "neyman": "Neyman",
    "quota": "quota",
}


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """A request for a sample.

    Parameters
    ----------
    design
        How units are selected.
    seed
        The seed, as typed.
    count
        Number of units to review, or of clusters, dollars or groups if the design draws those; under a quota,
        for every stratum.
    spare_count
        Spares: of the whole draw, or of each stratum.
    allocation, minimum_per_stratum, certainty_strata
        Allocation of a stratified sample.
    dollar_strata
        Empty if the universe has strata; otherwise the boundaries of strata by dollars: a rule
        (lavallee-hidiroglou or root-f), or amounts separated by commas.
    dollar_stratum_count
        Number of strata for a rule.
    is_top_certain
        Whether every unit of the top stratum is reviewed, as Lavallee-Hidiroglou's rule assumes.
    order_by, numbering
        Columns that order a systematic sample or number RAT-STATS' units, and what its numbers mean.
    cluster_column, units_per_cluster
        Column that defines the clusters, and number of units drawn in a second stage.
    size_column
        Measure of size; a risk-weighted sample has its own.
    generator, second_seed
        Source of random numbers; the second seed is RAT-STATS' RHC's.
    purpose
        What the sample is for.
    listed, reason
        Units of a judgmental sample, and why they were chosen.
    """

    design: DesignName
    seed: str = ""
    count: int = 0
    spare_count: int = 0
    allocation: AllocationName = "proportional"
    minimum_per_stratum: int = 2
    certainty_strata: tuple[str, ...] = ()
    dollar_strata: str = ""
    dollar_stratum_count: int = 3
    is_top_certain: bool = False
    order_by: tuple[str, ...] = ()
    numbering: Numbering = "rows"
    cluster_column: str = ""
    units_per_cluster: int = 0
    size_column: str = "charge_amount"
    generator: Generator = "hash tickets"
    second_seed: str = ""
    purpose: Purpose = "estimate"
    listed: tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        if self.design not in METHODS:
            message = f"There is no design '{self.design}'."
            raise UsageError(message, hint=f"Designs are {', '.join(METHODS)}.")


def usual_allocation(dollar_strata: str) -> AllocationName:
    """Return the default allocation: the one that the boundary rule assumes."""
    return "neyman" if dollar_strata == LAVALLEE_HIDIROGLOU else "proportional"


def design_of(request: SampleRequest, frame: pl.DataFrame) -> Design:
    """Return the design of a request for a frame; only strata by dollars depend on the frame.

    Raises
    ------
    UsageError
        If there is no seed, or the strata by dollars are not possible.
    """
    name = request.design
    if not request.seed and name != "judgmental":
        message = "A draw needs a seed."
        hint = "Give one (--seed): dice rolls, or a text agreed on before the universe was seen."
        raise UsageError(message, hint=hint)
    is_stratified = name == "stratified"
    is_quota = is_stratified and request.allocation == "quota"
    is_counted_otherwise = name in DRAWS_NOT_UNITS or is_quota or name == "judgmental"
    size_column = "risk_weight" if name == "risk" else request.size_column
    boundaries, rule = _boundaries(request, frame) if is_stratified and request.dollar_strata else ((), "")
    top = dollar_stratum_names(boundaries)[-1:] if boundaries and request.is_top_certain else ()
    return Design(
        method=METHODS[name],
        seed=request.seed,
        sample_count=0 if is_counted_otherwise else request.count,
        spare_count=request.spare_count,
        allocation=_ALLOCATIONS[request.allocation] if is_stratified else "none",
        minimum_per_stratum=request.minimum_per_stratum if is_stratified and not is_quota else 0,
        certainty_strata=tuple(sorted((*request.certainty_strata, *top), key=str.encode)),
        generator=request.generator,
        second_seed=request.second_seed,
        per_stratum=request.count if is_quota else 0,
        boundaries=boundaries,
        boundary_rule=rule,
        order_by=request.order_by,
        numbering=request.numbering,
        cluster_column=request.cluster_column if name in {"cluster", "two-stage"} else "",
        size_column=size_column if name in BY_SIZE else "",
        draw_count=request.count if name in DRAWS_NOT_UNITS else 0,
        units_per_cluster=request.units_per_cluster if name == "two-stage" else 0,
        listed=request.listed,
        reason=request.reason,
        purpose=request.purpose,
    )


def _boundaries(request: SampleRequest, frame: pl.DataFrame) -> tuple[tuple[Decimal, ...], str]:
    dollar_strata = request.dollar_strata
    if dollar_strata not in {LAVALLEE_HIDIROGLOU, CUMULATIVE_ROOT}:
        try:
            amounts = tuple(Decimal(text).quantize(Decimal("0.01")) for text in dollar_strata.split(","))
        except InvalidOperation:
            amounts = ()
        if not amounts or not all(amount.is_finite() for amount in amounts):
            message = f"'{dollar_strata}' are no boundaries."
            hint = f"Write {LAVALLEE_HIDIROGLOU}, {CUMULATIVE_ROOT}, or amounts as 100,2500."
            raise UsageError(message, hint=hint)
        return amounts, "given amounts"
    if "charge_amount" not in frame.columns or frame.is_empty():
        message = "This universe has no charges to cut strata by."
        raise UsageError(message)
    from auditlib.sampling.boundaries import (  # noqa: PLC0415 - numpy is slow to import
        cumulative_root_boundaries,
        lavallee_hidiroglou_boundaries,
    )

    count = request.dollar_stratum_count
    if dollar_strata == LAVALLEE_HIDIROGLOU:
        rule = f"Lavallee-Hidiroglou, {count} strata, for a variation of 5 % of the total"
        return lavallee_hidiroglou_boundaries(frame["charge_amount"], count), rule
    rule = f"cumulative root of the frequencies, {count} strata"
    return cumulative_root_boundaries(frame["charge_amount"], count), rule
