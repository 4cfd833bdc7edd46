"""Designs and purposes in the words of a workpaper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from auditlib.sampling.plan import Design
from auditlib.text import counted

PURPOSES: Final = {
    "estimate": "",
    "discovery": " It is a discovery sample: it asks whether there are errors; it is not sized to "
    "estimate them.",
    "probe": " It is a probe: it serves to plan the sample proper.",
}


def _systematic(design: Design, unit: str) -> str:
    order = ", ".join((*design.order_by, "unit_id"))
    return (
        f"A systematic sample of {counted(design.sample_count, unit)}: from a random start every unit at "
        f"a fixed interval of the frame, ordered by {order}."
    )


def _cluster(design: Design, unit: str) -> str:
    clusters = counted(design.draw_count, "cluster")
    return (
        f"A cluster sample: {clusters} by {design.cluster_column} were drawn at random, and each is reviewed "
        f"whole, {counted(design.sample_count, unit)} in all."
    )


def _two_stage(design: Design, unit: str) -> str:
    clusters = counted(design.draw_count, "cluster")
    return (
        f"A two-stage sample: {clusters} by {design.cluster_column} were drawn at random, and of each up to "
        f"{counted(design.units_per_cluster, unit)}, {design.sample_count:,} in all."
    )


def _by_size(design: Design, unit: str) -> str:
    return (
        f"A sample of {counted(design.sample_count, unit)} with chances in proportion to "
        f"{design.size_column}; units too large for their share are certain. Each unit's chance is recorded."
    )


def _monetary(design: Design, unit: str) -> str:
    return (
        f"A monetary-unit sample: {design.draw_count:,} dollars of {design.size_column} at a fixed interval "
        f"from a random start, which fell on {counted(design.sample_count, unit)}."
    )


def _rhc(design: Design, unit: str) -> str:
    return (
        f"A Rao-Hartley-Cochran sample: the universe was cut at random into "
        f"{counted(design.draw_count, 'group')}, and of each one {unit} was drawn with chances "
        f"in proportion to {design.size_column}."
    )


def _sequential(design: Design, unit: str) -> str:
    return (
        f"A sequential sample of at most {counted(design.sample_count, unit)}: each next one was drawn from "
        f"those left with chances in proportion to {design.size_column}. They are reviewed in the order "
        "drawn, and the review may stop as soon as the running bound decides its question; the limits hold "
        "at every look."
    )


def _judgmental(design: Design, unit: str) -> str:
    return (
        f"**A judgmental sample** of {counted(design.sample_count, unit)}, chosen and not drawn. What is "
        "found in it holds for these units alone: no total, rate or interval of the universe may be computed "
        "from it."
    )


OTHER_DESIGNS: Final[dict[str, Callable[[Design, str], str]]] = {
    "systematic": _systematic,
    "cluster": _cluster,
    "two-stage": _two_stage,
    "PPS": _by_size,
    "risk-weighted": _by_size,
    "monetary unit": _monetary,
    "RHC": _rhc,
    "sequential": _sequential,
    "judgmental": _judgmental,
}
