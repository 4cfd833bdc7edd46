"""Write made claims and remittances into files: ``python -m benchmarks.made 1000000 FOLDER``.

Each part is an 837P, an 837I and an 835 that belong together. The same seed gives the same bytes, whatever
else is written: a part that is there already is not written again, and ``--processes`` write several at once.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from benchmarks.made.claims import PART_CLAIM_COUNT
from benchmarks.made.codes import codes_of
from benchmarks.made.parts import Plan, write


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("claims", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part-claims", type=int, default=PART_CLAIM_COUNT)
    parser.add_argument("--parts", type=int, nargs=2, metavar=("FROM", "BEFORE"), help="only these parts")
    parser.add_argument("--diagnoses", type=Path, help="a file with a code a line, the frequent ones first")
    parser.add_argument("--procedures", type=Path, help="likewise")
    parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, 8))
    given = parser.parse_args()
    plan = Plan(given.claims, given.seed, given.part_claims)
    written = write(
        plan,
        given.folder,
        codes=codes_of(given.diagnoses, given.procedures),
        parts=range(*given.parts) if given.parts else None,
        processes=given.processes,
    )
    made = [is_new for _, is_new in written]
    size = sum(path.stat().st_size for path in given.folder.iterdir())
    print(f"{plan.claim_count:,} claims: {sum(made)} parts written, {len(made) - sum(made)} there before")
    print(f"{size / 1e6:,.0f} MB in {given.folder}")


if __name__ == "__main__":
    main()
