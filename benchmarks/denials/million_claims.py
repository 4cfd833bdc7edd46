"""Write claims and payments with denials of many kinds.

    python -m benchmarks.denials.million_claims 1000000 FOLDER

The claims are those of ``benchmarks.x12.replacements``: of eight in a hundred the first submission is denied.
Here they have 56 payers, 3,000 providers, 400 codes, 30 reasons and two years, few of each with most of the
claims. Then ``auditlib -w WORKSPACE load FOLDER``.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.x12.generate import PROCEDURES
from benchmarks.x12.replacements import (
    BLOCK_CLAIM_COUNT,
    BLOCK_MARK,
    claim_file,
    payment_file,
    submissions,
)

SEEDS: Final = 8
PAYERS_A_BLOCK: Final = 8
PAYER_GROUPS: Final = 7
CODE_GROUPS: Final = 40
PROVIDERS: Final = 3000
REASONS: Final = (
    "16", "197", "50", "97", "18", "11", "4", "29", "96", "109", "22", "27", "151", "119", "204",
    "31", "B7", "236", "252", "226", "181", "146", "167", "198", "226", "B15", "107", "129", "140", "A1",
)  # fmt: skip


def block_texts(texts: dict[str, str], block: int) -> dict[str, str]:
    """Return the two files of a block with payers, providers, codes, reasons and year of its own."""
    draw = random.Random(block)
    group, code_group = (
        min(int(draw.expovariate(0.5)), PAYER_GROUPS - 1),
        int(draw.triangular(0, CODE_GROUPS, 0)),
    )
    year = draw.choice(("2025", "2026"))
    codes = {
        code: code if code_group == 0 else f"{10_000 + code_group * 10 + at}"
        for at, code in enumerate(PROCEDURES)
    }
    changes: list[tuple[str, Callable[[re.Match[str]], str] | str]] = [
        (r"PAYER (\d)", lambda found: f"PAYER {int(found[1]) + PAYERS_A_BLOCK * group}"),
        (r"\*P000(\d)", lambda found: f"*P{int(found[1]) + PAYERS_A_BLOCK * group:04d}"),
        (r"(?<=[*])2026(?=\d{4}[~*])", year),
        (r"HC:(\w{5})", lambda found: f"HC:{codes[found[1]]}"),
        ("1999999992", lambda _: f"1{int(draw.paretovariate(0.6)) % PROVIDERS:09d}"),
        (r"CAS\*CO\*(?:16|197|50)\*", lambda _: f"CAS*CO*{_reason(draw)}*"),
        (BLOCK_MARK, f"{block:04d}"),
    ]
    made = dict(texts)
    for pattern, change in changes:
        made = {kind: re.sub(pattern, change, text) for kind, text in made.items()}
    return made


def write(claim_count: int, folder: Path) -> None:
    """Write as many pairs of files as the claims need."""
    folder.mkdir(parents=True, exist_ok=True)
    size = min(claim_count, BLOCK_CLAIM_COUNT)
    blocks = max(claim_count // size, 1)
    for seed in range(min(SEEDS, blocks)):
        claims = submissions(seed + 1, size)
        texts = {"837": claim_file(claims), "835": payment_file(claims)}
        for block in range(seed, blocks, SEEDS):
            for kind, text in block_texts(texts, block).items():
                (folder / f"{block:04d}.{kind}").write_text(text, encoding="ascii", newline="")


def _reason(draw: random.Random) -> str:
    return REASONS[int(draw.triangular(0, len(REASONS), 0))]


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    write(arguments.claims, arguments.folder)


if __name__ == "__main__":
    main()
