"""The table of all benchmarks: each figure beside its peer or limit of the same run, and its goal."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HEADINGS = (
    "| what | size | figure | beside it, in the same run | times | goal | |\n|---|---|---:|---|---:|---|---|"
)
Kind = Literal["at most", "at least"]
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Goal:
    """A number that a figure, or the ratio to its peer, may not pass.

    Parameters
    ----------
    limit, unit
        ``1, "processor s"``; the unit ``times`` is the ratio of the peer's figure to ours.
    kind
        Which side of the limit is good.
    at
        Where the goal holds: "1 million claims".
    """

    limit: float
    unit: str
    kind: Kind = "at most"
    at: str = ""

    def is_met(self, value: float) -> bool:
        """Return True if the value is on the good side."""
        return value <= self.limit if self.kind == "at most" else value >= self.limit

    def __str__(self) -> str:
        """Return the goal in words."""
        place = f" at {self.at}" if self.at else ""
        return f"{self.kind} {self.limit:g} {self.unit}{place}"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of ours, its peer's, and whether the goal is met; ``fault`` is why there is none.

    Where the goal is so many times, it is about ``ratio``: at least so many times is the peer's figure over
    ours, at most so many times is ours over the peer's.
    """

    what: str
    size: str
    goal: Goal | None
    figure: float | None = None
    unit: str = ""
    peer: str = ""
    peer_figure: float | None = None
    fault: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times one figure is the other."""
        if self.figure is None or not self.peer_figure or not self.figure:
            return None
        is_more_good = self.goal is None or self.goal.kind == "at least"
        return self.peer_figure / self.figure if is_more_good else self.figure / self.peer_figure

    @property
    def verdict(self) -> str:
        """Whether the goal is met."""
        judged = self.ratio if self.goal is not None and self.goal.unit == "times" else self.figure
        if self.fault or judged is None:
            return "not measured"
        if self.goal is None:
            return "shown"
        return "met" if self.goal.is_met(judged) else "**not met**"

    def __str__(self) -> str:
        """Return the row of a table in Markdown."""
        ratio = "" if self.ratio is None else shown(self.ratio)
        peer = (
            self.peer if self.peer_figure is None else f"{self.peer}: {shown(self.peer_figure)} {self.unit}"
        )
        figure = (
            f"{shown(self.figure)} {self.unit}" if self.figure is not None and not self.fault else self.fault
        )
        goal = "" if self.goal is None else str(self.goal)
        cells = (self.what, self.size, figure, peer, ratio, goal, self.verdict)
        return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def shown(value: float) -> str:
    """Return a number with three digits that count."""
    if value == 0:
        return "0"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    return f"{value:,.{max(_DIGITS - max(whole, 1), 0)}f}" if whole else f"{value:.{_DIGITS}g}"


def markdown(rows: Iterable[Row]) -> str:
    """Return the table, its rows in order."""
    return "\n".join([HEADINGS, *map(str, rows)])


def machine() -> str:
    """Return the machine in one sentence."""
    name = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), name)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} processors ({name}), {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}; load of the machine {os.getloadavg()[0]:.1f}"
    )
