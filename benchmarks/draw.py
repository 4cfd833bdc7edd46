"""Draw 400 of 10 million units and fingerprint the frame; beside it, a plain loop of hashlib.

    python benchmarks/draw.py [UNITS]

The limit is 3 s for 10 million units, frame hash included. The loop hashes the ids alone (a ticket each) and
the lines of the frame, one by one, on a tenth of the units; its time is multiplied by ten.
"""

from __future__ import annotations

import hashlib
import heapq
import os
import sys
import time

import polars as pl

from auditlib.sampling import Design, draw
from auditlib.sampling.blocks import frame_blocks

LIMIT_SECONDS = 3.0


def universe(unit_count: int) -> pl.DataFrame:
    """Return ids, charges and months of a synthetic universe, in order of the ids."""
    numbers = pl.int_range(0, unit_count, eager=True)
    return pl.DataFrame(
        {
            "unit_id": "E" + (numbers + 10_000_000).cast(pl.String),
            "service_month": "2026-" + (numbers % 9 + 1).cast(pl.String).str.zfill(2),
            "charge_amount": ((numbers * 7919) % 1_000_000).cast(pl.Decimal(18, 2)) / 100,
        }
    ).with_columns(pl.col("charge_amount").cast(pl.Decimal(18, 2)))


def drawn(frame: pl.DataFrame) -> tuple[float, float, list[str]]:
    """Return the seconds of the draw, those of the hash, and the sample."""
    begin = time.perf_counter()
    found = draw(frame, Design("simple random", "4613", 400))
    middle = time.perf_counter()
    frame_blocks(found.frame)
    return middle - begin, time.perf_counter() - middle, found.selected["unit_id"].to_list()


def naive(frame: pl.DataFrame) -> tuple[float, list[str]]:
    """Return the seconds of a plain loop over all units, and its sample."""
    begin = time.perf_counter()
    whole = hashlib.sha256()
    tickets = []
    for unit_id, month, charge in frame.iter_rows():
        whole.update(f"{unit_id},{month},{charge}\n".encode())
        tickets.append((hashlib.sha256(f"4613,{unit_id}".encode()).hexdigest(), unit_id))
    sample = [unit_id for _, unit_id in heapq.nsmallest(400, tickets)]
    return time.perf_counter() - begin, sample


def main() -> None:
    """Measure and print."""
    unit_count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    frame = universe(unit_count)
    begin = time.process_time()
    runs = [drawn(frame) for _ in range(3)]
    processor = (time.process_time() - begin) / len(runs)
    draw_seconds, hash_seconds, sample = min(runs, key=lambda run: run[0] + run[1])
    tenth = frame.head(max(400, unit_count // 10))
    naive_seconds, expected = naive(tenth)
    assert drawn(tenth)[2] == expected
    scale = unit_count / tenth.height
    total = draw_seconds + hash_seconds
    print(
        f"{unit_count:,} units: draw {draw_seconds:.2f} s + frame hash {hash_seconds:.2f} s = {total:.2f} s"
    )
    print(
        f"processor time {processor:.2f} s, on {os.cpu_count()} cores; others' load {os.getloadavg()[0]:.1f}"
    )
    print(
        f"plain loop of hashlib: {naive_seconds * scale:.1f} s, "
        f"{naive_seconds * scale / total:.1f} times as long"
    )
    print(
        f"limit {LIMIT_SECONDS:.1f} s: {'met' if total <= LIMIT_SECONDS else 'missed'}; {len(sample)} drawn"
    )


if __name__ == "__main__":
    main()
