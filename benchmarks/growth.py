"""How cost grows with claims: ``python -m benchmarks.growth FOLDER 100000 1000000`` (``make bench-10m``).

Each size is made, loaded, checked, sampled and summarised, each step by a process of its own on two
processors, and set beside the smallest size. What FOLDER holds already is used: a part of the files that is
there is not made again, nor is a step repeated whose figures are in ``figures.json``, so that a run that was
stopped goes on where it was. ``--figure`` draws docs/figures/growth.svg from the table in docs/speed.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import altair as alt

from auditlib.plots.renderer import svg_of
from auditlib.plots.theme import finished, inline
from benchmarks.made.parts import Plan, part_paths, write
from benchmarks.measure import ROOT, run_module
from benchmarks.table import machine

SIZES = (100_000, 1_000_000, 10_000_000)
PROCESSORS = 2
MOST_MB = 8_000
MOST_TIMES = 1.3
PAGE, FIGURE = ROOT / "docs" / "speed.md", ROOT / "docs" / "figures" / "growth.svg"
BEGIN, END = "<!-- growth: made by benchmarks.growth -->", "<!-- growth: end -->"
HEADINGS = (
    "claims", "step", "processor s", "microseconds a claim", "times those of the fewest", "exponent",
    "s on the clock", "MB of memory",
)  # fmt: skip
LOAD, CHECK, SAMPLE, SUMMARY = "load", "check", "sample", "summary"
VERBS: dict[str, tuple[str, ...]] = {
    CHECK: ("check",),
    SAMPLE: ("sample", "draw", "growth", "--seed", "20", "--count", "200", "--spares", "20"),
    SUMMARY: ("workspace", "summary"),
}
TOGETHER = "all four"


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took at one size."""

    claims: int
    name: str
    processor: float
    clock: float
    peak_mb: float


def measured(folder: Path, sizes: list[int]) -> list[Step]:
    """Run the steps that have no figures yet, the smaller sizes first; return all."""
    kept = folder / "figures.json"
    steps = [Step(**one) for one in json.loads(kept.read_text())] if kept.exists() else []
    files = folder / "files"
    for claims in sorted(sizes):
        workspace = folder / f"workspace-{claims}"
        for name in (LOAD, *VERBS):
            if any((step.claims, step.name) == (claims, name) for step in steps):
                continue
            if name == LOAD:
                _prepare(files, workspace, claims)
                verb: tuple[object, ...] = ("load", _only_parts_of(files, folder, claims))
            else:
                verb = VERBS[name]
            print(f"{claims:,} claims: {name}", file=sys.stderr, flush=True)
            ran = run_module("auditlib", "-w", workspace, *verb, patience=86_400)
            if ran.fault:
                message = f"{name} of {claims:,} claims: {ran.fault}"
                raise SystemExit(message)
            steps.append(Step(claims, name, ran.taken.processor, ran.taken.clock, ran.taken.peak_mb))
            kept.write_text(json.dumps([asdict(step) for step in steps], indent=1))
    return [step for step in steps if step.claims in sizes]


def _prepare(files: Path, workspace: Path, claims: int) -> None:
    """Make the files that are not there, and a new workspace."""
    for number, is_new in write(Plan(claims), files, processes=PROCESSORS):
        if is_new:
            print(f"part {number + 1} made", file=sys.stderr, flush=True)
    shutil.rmtree(workspace, ignore_errors=True)
    run_module("auditlib", "-w", workspace, "workspace", "create")


def _only_parts_of(files: Path, folder: Path, claims: int) -> Path:
    """Return a folder with the first parts, which a larger size has too."""
    some = folder / f"files-{claims}"
    shutil.rmtree(some, ignore_errors=True)
    some.mkdir()
    for number in range(Plan(claims).part_count):
        for path in part_paths(files, number).values():
            (some / path.name).hardlink_to(path)
    return some


def with_totals(steps: list[Step]) -> list[Step]:
    """Return the steps with one more for each size, that of all its steps together."""
    added = []
    for claims in dict.fromkeys(step.claims for step in steps):
        of_size = [step for step in steps if step.claims == claims]
        seconds, clock = sum(step.processor for step in of_size), sum(step.clock for step in of_size)
        added.append(Step(claims, TOGETHER, seconds, clock, max(step.peak_mb for step in of_size)))
    return [*steps, *added]


def table(steps: list[Step]) -> list[dict[str, str]]:
    """Return the rows of the table; an exponent of 1 is a cost that grows as the claims do."""
    fewest = {step.name: step for step in sorted(steps, key=lambda step: -step.claims)}
    rows = []
    for step in sorted(steps, key=lambda step: (step.claims, step.name == TOGETHER)):
        first = fewest[step.name]
        times = step.processor / step.claims / (first.processor / first.claims)
        exponent = 1 + math.log(times) / math.log(step.claims / first.claims) if step is not first else None
        cells = (
            f"{step.claims:,}",
            step.name,
            f"{step.processor:.1f}",
            f"{1e6 * step.processor / step.claims:.0f}",
            f"{times:.2f}",
            "" if exponent is None else f"{exponent:.2f}",
            f"{step.clock:.0f}",
            f"{step.peak_mb:.0f}",
        )
        rows.append(dict(zip(HEADINGS, cells, strict=True)))
    return rows


def verdicts(steps: list[Step]) -> Iterator[str]:
    """Yield a sentence on the goal of each size beyond the fewest."""
    totals = [step for step in with_totals(steps) if step.name == TOGETHER]
    first = min(totals, key=lambda step: step.claims)
    for step in totals:
        if step is not first:
            times = step.processor / step.claims / (first.processor / first.claims)
            held = "met" if times <= MOST_TIMES else "not met"
            memory = "met" if step.peak_mb <= MOST_MB else "not met"
            yield (
                f"{step.claims:,} claims cost {times:.2f} times as much a claim as {first.claims:,} "
                f"(goal {MOST_TIMES}: {held}), with {step.peak_mb:,.0f} MB at the peak "
                f"(goal {MOST_MB:,}: {memory})."
            )


def committed() -> list[dict[str, str]]:
    """Return the rows of the table in the docs."""
    text = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    head, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, line, strict=True)) for line in body]


def figure() -> alt.LayerChart:
    """Return the figure of the committed table: both axes logarithmic."""
    rows = [
        {
            "claims": int(row["claims"].replace(",", "")),
            "step": row["step"],
            "seconds": float(row["processor s"].replace(",", "")),
        }
        for row in committed()
    ]
    base = alt.Chart(inline(rows)).encode(
        x=alt.X("claims:Q", scale=alt.Scale(type="log"), title="claims", axis=alt.Axis(format="~s")),
        y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="seconds of the processors"),
        color=alt.Color("step:N", title=None, legend=alt.Legend(orient="right")),
    )
    layers = [base.mark_line(strokeWidth=2), base.mark_point(filled=True, size=50)]
    most = max(int(str(row["claims"])) for row in rows)
    return finished(
        alt.LayerChart(layer=layers).properties(width=480, height=300),
        "What loading, checking, sampling and summarising cost, by the number of claims",
        "Both axes logarithmic: at a constant cost a claim, ten times as many cost ten times as much.",
        f"Up to {most:,} claims; the figures stand in docs/speed.md.",
    )


def main() -> None:
    """Read the command line, measure and print the table; or draw the figure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--figure", action="store_true")
    given = parser.parse_args()
    if given.figure:
        FIGURE.write_text(svg_of(figure()), encoding="utf-8")
        print(FIGURE.relative_to(ROOT))
        return
    if given.folder is None:
        parser.error("Name a folder with room for 1.4 GB of files a million claims.")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])
    given.folder.mkdir(parents=True, exist_ok=True)
    steps = measured(given.folder, list(given.sizes))
    print(machine(), end="\n\n")
    print(f"| {' | '.join(HEADINGS)} |\n|---:|---|---:|---:|---:|---:|---:|---:|")
    for row in table(with_totals(steps)):
        print(f"| {' | '.join(row.values())} |")
    print("", *verdicts(steps), sep="\n")


if __name__ == "__main__":
    main()
