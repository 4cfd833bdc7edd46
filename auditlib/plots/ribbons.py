"""The geometry of an alluvial chart: positions of blocks and ribbons, in pixels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Node = tuple[int, str]
"""Stage number, counted from 0, and the value at that stage."""
Flow = tuple[Node, Node, str]
"""From one node to the next, on the way to an end."""


@dataclass(frozen=True, slots=True)
class Path:
    """One path through all stages with its size; the last step determines the colour."""

    steps: tuple[str, ...]
    size: float


@dataclass(frozen=True, slots=True)
class Block:
    """A value of a stage; ``top`` and ``bottom`` are pixels from the top of the chart."""

    node: Node
    size: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The flow from one block to the next on the way to one end."""

    start: Node
    stop: Node
    end: str
    size: float
    start_top: float
    stop_top: float
    thickness: float


@dataclass(frozen=True, slots=True)
class Layout:
    """All blocks and ribbons."""

    blocks: tuple[Block, ...]
    ribbons: tuple[Ribbon, ...]


def laid_out(paths: Sequence[Path], orders: Sequence[Sequence[str]], *, height: float, gap: float) -> Layout:
    """Return the positions of blocks and ribbons.

    Parameters
    ----------
    paths
        Paths of equal length with sizes above 0.
    orders
        For each stage its values from top to bottom; values that no path uses take no room.
    height
        Pixels for the sizes of the fullest stage with its gaps.
    gap
        Least pixels between the tops of neighbouring blocks beyond their size: room for a label.
    """
    sizes: dict[Node, float] = defaultdict(float)
    flows: dict[Flow, float] = defaultdict(float)
    for path in paths:
        for stage, value in enumerate(path.steps):
            sizes[stage, value] += path.size
        for stage, (value, following) in enumerate(zip(path.steps, path.steps[1:], strict=False)):
            flows[(stage, value), (stage + 1, following), path.steps[-1]] += path.size
    used = [[value for value in order if (stage, value) in sizes] for stage, order in enumerate(orders)]
    total = sum(path.size for path in paths)
    fullest = max(len(values) for values in used)
    scale = (height - gap * (fullest - 1)) / total
    blocks = {
        block.node: block
        for stage, values in enumerate(used)
        for block in _column([((stage, value), sizes[stage, value]) for value in values], scale, gap, height)
    }
    return Layout(tuple(blocks.values()), tuple(_ribbons(flows, blocks, orders, scale)))


def _column(sized: Sequence[tuple[Node, float]], scale: float, gap: float, height: float) -> list[Block]:
    """Stack the blocks of a stage, centred on the height of the chart."""
    need = sum(size * scale for _, size in sized) + gap * (len(sized) - 1)
    top = (height - need) / 2
    blocks = []
    for node, size in sized:
        blocks.append(Block(node, size, top, top + size * scale))
        top += size * scale + gap
    return blocks


def _ribbons(
    flows: Mapping[Flow, float], blocks: Mapping[Node, Block], orders: Sequence[Sequence[str]], scale: float
) -> list[Ribbon]:
    """Return the ribbons, which leave blocks in target order and arrive in source order."""
    rank = {
        (stage, value): number for stage, order in enumerate(orders) for number, value in enumerate(order)
    }
    last = len(orders) - 1
    leaving = sorted(flows, key=lambda flow: (rank[flow[0]], rank[flow[1]], rank[last, flow[2]]))
    arriving = sorted(flows, key=lambda flow: (rank[flow[1]], rank[flow[0]], rank[last, flow[2]]))
    thick = {flow: size * scale for flow, size in flows.items()}
    start_tops = _stacked([(flow, blocks[flow[0]]) for flow in leaving], thick)
    stop_tops = _stacked([(flow, blocks[flow[1]]) for flow in arriving], thick)
    return [Ribbon(*flow, flows[flow], start_tops[flow], stop_tops[flow], thick[flow]) for flow in leaving]


def _stacked(ordered: Sequence[tuple[Flow, Block]], thick: Mapping[Flow, float]) -> dict[Flow, float]:
    """Return the position of each flow within its block."""
    free: dict[Node, float] = {}
    tops = {}
    for flow, block in ordered:
        tops[flow] = free.get(block.node, block.top)
        free[block.node] = tops[flow] + thick[flow]
    return tops
