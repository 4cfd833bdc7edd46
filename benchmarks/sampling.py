"""Time the four things that must be quick in sampling, each beside a plain way to do it.

    python -m benchmarks.sampling [UNITS]

Goals: draw 400 of 10 million units with the frame's hash in 3 s; 1,000 simulated audits of a plan in 10 s;
exact limits in a universe of 2 billion in 0.1 s; say whether RAT-STATS could have drawn a claimed sample,
without its seed, in 1.5 s. The plain ways are timed on a part where they take too long, and scaled. Exit code
1 if a goal is missed by the clock and by processor time.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from scipy.stats import hypergeom

from auditlib.stats.intervals.hypergeometric import first_true, hypergeometric_limits
from auditlib.stats.ratstats.claimed_draw import verify_claimed_draw
from auditlib.stats.ratstats.random_numbers import draw_numbers
from benchmarks import design_lab, draw

FOUND, SAMPLED, UNIVERSE = 133, 666, 2_000_000_000
TAIL = Fraction(1, 20)
STREAMS, STREAMS_TRIED = 65_536, 512


@dataclass(frozen=True)
class Timed:
    """What was timed: wall-clock and processor seconds of ours, and processor seconds of the plain way.

    `cores` is how many do the work at once; `ratio` is of processor times.
    """

    name: str
    goal: float
    seconds: float
    processor: float
    peer: str
    peer_seconds: float
    cores: int = 1
    ratio: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the goal is met, by the clock or, on a busy machine, by what the processors did."""
        if self.seconds <= self.goal:
            return "met"
        return "met by processor time" if self.processor / self.cores <= self.goal else "MISSED"


def best_of(times: int, work: Callable[[], object]) -> tuple[float, float]:
    """Return the least wall-clock seconds and the least processor seconds."""
    runs = []
    for _ in range(times):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        runs.append((time.perf_counter() - wall, time.process_time() - processor))
    return min(wall for wall, _ in runs), min(processor for _, processor in runs)


def timed_draw(unit_count: int) -> Timed:
    """Draw and fingerprint; the plain way hashes line by line."""
    frame = draw.universe(unit_count)
    wall, processor = best_of(3, lambda: draw.drawn(frame))
    tenth = frame.head(max(400, unit_count // 10))
    _, peer = best_of(1, lambda: draw.naive(tenth))
    assert draw.drawn(tenth)[2] == draw.naive(tenth)[1]
    name = f"draw of {unit_count:,} units with hash"
    cores = min(2, os.cpu_count() or 1)
    return Timed(name, 3.0, wall, processor, "loop of hashlib", peer * unit_count / tenth.height, cores)


def timed_audits() -> Timed:
    """Simulate the slowest kind of plan; the plain way appraises one audit after the other."""
    lab, pattern = design_lab.desk(), design_lab.PATTERNS[1]
    slowest = max(
        best_of(1, partial(lab.simulate, plan, pattern, runs=design_lab.RUNS)) for plan in design_lab.PLANS
    )
    stratified = next(plan for plan in design_lab.PLANS if plan.method == "stratified")
    _, ours = best_of(2, partial(lab.simulate, stratified, pattern, runs=design_lab.RUNS))
    _, peer = best_of(1, partial(design_lab.peer, lab, stratified, pattern))
    peer_name = "loop over appraisals, one plan"
    return Timed("1,000 simulated audits", 10.0, *slowest, peer_name, peer, ratio=peer / ours)


def timed_limits() -> Timed:
    """Find exact limits; the plain way bisects with scipy's distribution."""

    def plain() -> tuple[int, int]:
        high = UNIVERSE - SAMPLED + FOUND
        lower = first_true(
            lambda items: hypergeom.sf(FOUND - 1, UNIVERSE, items, SAMPLED) > TAIL, FOUND, high
        )
        upper = first_true(
            lambda items: hypergeom.cdf(FOUND, UNIVERSE, items, SAMPLED) <= TAIL, FOUND, high + 1
        )
        return lower, upper - 1

    ours = hypergeometric_limits(FOUND, SAMPLED, UNIVERSE, tail=TAIL)
    assert all(abs(a - b) <= 1e-6 * UNIVERSE for a, b in zip(ours, plain(), strict=True))
    wall, processor = best_of(5, lambda: hypergeometric_limits(FOUND, SAMPLED, UNIVERSE, tail=TAIL))
    return Timed(
        "exact limits, N = 2 billion", 0.1, wall, processor, "bisection with scipy", best_of(3, plain)[1]
    )


def timed_claim() -> Timed:
    """Look for the stream of a claimed sample; the plain way draws with one seed after the other."""
    claimed = draw_numbers(48863.78, 1, 1000, sample_count=10).sample_sorted
    wall, processor = best_of(3, lambda: verify_claimed_draw([(1, 1000)], claimed))

    def plain() -> None:
        for seed in range(STREAMS_TRIED):
            assert draw_numbers(float(seed), 1, 1000, sample_count=10).sample_sorted

    _, peer = best_of(1, plain)
    return Timed(
        "claimed draw without seed", 1.5, wall, processor, "one seed after the other",
        peer * STREAMS / STREAMS_TRIED,
    )  # fmt: skip


def main() -> int:
    """Measure and print."""
    unit_count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    missed = 0
    print(f"{os.cpu_count()} cores; load of others and ours {os.getloadavg()[0]:.1f}")
    print("| what | goal | wall clock | processor | plain way | its processor time | ratio |")
    print("|---|---|---|---|---|---|---|")
    for found in (timed_draw(unit_count), timed_audits(), timed_limits(), timed_claim()):
        missed += found.verdict == "MISSED"
        ratio = found.ratio or found.peer_seconds / found.processor
        print(
            f"| {found.name} | {found.goal:g} s: {found.verdict} | {found.seconds:.3f} s "
            f"| {found.processor:.3f} s | {found.peer} | {found.peer_seconds:.2f} s | {ratio:.0f} |"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
