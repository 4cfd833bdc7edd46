"""The design of a draw, and its result."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

import polars as pl

from auditlib.sampling.records import LATER

ALL_UNITS: Final = "all units"
"""Name of the only stratum of an unstratified sample."""

Method = Literal[
    "simple random",
    "stratified random",
    "systematic",
    "cluster",
    "two-stage",
    "PPS",
    "monetary unit",
    "risk-weighted",
    "RHC",
    "sequential",
    "judgmental",
]
Allocation = Literal["none", "proportional", "by stratum", "Neyman", "quota"]
Generator = Literal["hash tickets", "RAT-STATS 2005-2010"]
Numbering = Literal["rows", "sets", "frames"]
Purpose = Literal["estimate", "discovery", "probe"]


@dataclass(frozen=True, slots=True)
class StratumCount:
    """The requested number of units of one stratum."""

    stratum: str
    sample_count: int


@dataclass(frozen=True, slots=True)
class Design:
    """Everything that a draw depends on besides the frame.

    Parameters
    ----------
    method
        How units are selected.
    seed
        The seed, as typed.
    sample_count
        Units to review, over all strata.
    spare_count
        Spares: of the whole draw in a simple sample, of each stratum in a stratified one.
    allocation
        How ``sample_count`` is shared among strata: by units, by units times spread of charges (Neyman), by
        count, or the same quota of each.
    stratum_counts
        The requested counts by stratum, or empty.
    minimum_per_stratum
        Least number of every stratum under proportional allocation; a smaller stratum is taken completely.
    certainty_strata
        Strata of which every unit is reviewed; their units count towards ``sample_count``.
    generator
        Source of random numbers.
    second_seed
        Seed of the selection within groups, for RAT-STATS' RHC.
    per_stratum
        Quota of every stratum; a smaller stratum is taken completely.
    boundaries
        Lower boundaries of the strata by dollars, except the first.
    boundary_rule
        Rule by which the boundaries were computed.
    order_by
        Columns that order the frame (systematic), or that number its units (RAT-STATS sets and frames).
    numbering
        Meaning of RAT-STATS' numbers: rows of the frame, sets, or concatenated frames.
    cluster_column, units_per_cluster
        Column that defines the clusters, and number of units to draw from each; 0 is all.
    size_column
        Measure of size, to which chances are proportional.
    draw_count
        Number of draws if they are not units: clusters, groups, or dollars.
    listed, reason
        Units of a judgmental sample and why they were chosen.
    purpose
        Purpose of the sample: estimate, discovery, or probe.
    """

    method: Method
    seed: str
    sample_count: int
    spare_count: int = 0
    allocation: Allocation = "none"
    stratum_counts: tuple[StratumCount, ...] = ()
    minimum_per_stratum: int = 0
    certainty_strata: tuple[str, ...] = ()
    generator: Generator = field(default="hash tickets", metadata=LATER)
    second_seed: str = field(default="", metadata=LATER)
    per_stratum: int = field(default=0, metadata=LATER)
    boundaries: tuple[Decimal, ...] = field(default=(), metadata=LATER)
    boundary_rule: str = field(default="", metadata=LATER)
    order_by: tuple[str, ...] = field(default=(), metadata=LATER)
    numbering: Numbering = field(default="rows", metadata=LATER)
    cluster_column: str = field(default="", metadata=LATER)
    size_column: str = field(default="", metadata=LATER)
    draw_count: int = field(default=0, metadata=LATER)
    units_per_cluster: int = field(default=0, metadata=LATER)
    listed: tuple[str, ...] = field(default=(), metadata=LATER)
    reason: str = field(default="", metadata=LATER)
    purpose: Purpose = field(default="estimate", metadata=LATER)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw with its design and frame.

    Parameters
    ----------
    design
        The design.
    frame
        The canonical frame.
    selected
        One row per selected unit: ``stratum``, ``role`` (sample or spare), ``selection_number`` (order of
        selection within the stratum, from 1), ``unit_id``, ``frame_number``, ``ticket``; ordered by stratum
        and selection number.
    strata
        One row per stratum: ``stratum``, ``unit_count``, ``charge_amount`` (null if the frame has none),
        ``sample_count``, ``spare_count``; ordered by stratum.
    warnings
        Warnings for users of the sample, one sentence each.
    """

    design: Design
    frame: pl.DataFrame
    selected: pl.DataFrame
    strata: pl.DataFrame
    warnings: tuple[str, ...] = ()

    @property
    def sample(self) -> pl.DataFrame:
        """The rows of the frame that are to be reviewed, with their selection."""
        return selected_rows(self.frame, self.selected.filter(pl.col("role") == "sample"))


def selected_rows(frame: pl.DataFrame, selected: pl.DataFrame) -> pl.DataFrame:
    """Return the selection with the frame's other columns beside it, in the order of the selection."""
    further = frame.drop("stratum", strict=False)
    return selected.join(further, on="unit_id", how="left", maintain_order="left")
