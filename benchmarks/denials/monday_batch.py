"""A batch of files as it comes on a Monday: ``python -m benchmarks.denials.monday_batch FOLDER``.

Claims of several payers and their payments with denials and replacements, payments without a claim, and
payments that are taken back and balanced by the next remittance (PLB). The same call gives the same bytes.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Final

from benchmarks.denials.million_claims import block_texts
from benchmarks.x12.replacements import (
    BLOCK_MARK,
    Submission,
    claim_file,
    interchange,
    payment_file,
    payment_segments,
    submissions,
)

BLOCKS: Final = 4
CLAIMS_A_BLOCK: Final = 900
WITHOUT_CLAIM: Final = 5
TAKEN_BACK: Final = 3
_MONEY_PLACES: Final = {"CLP": (3, 4, 5), "SVC": (2, 3), "CAS": (3,)}


def taken_back(segment: str) -> str:
    """Return a segment of a payment with its dollars turned, as a reversal repeats it."""
    parts = segment.split("*")
    for place in _MONEY_PLACES.get(parts[0], ()):
        parts[place] = f"{-float(parts[place]):.2f}"
    if parts[0] == "CLP":
        parts[2] = "22"
    return "*".join(parts)


def take_back_file(claims: list[Submission]) -> str:
    """Return an 835 that takes payments back; a forwarding balance (FB) makes its total 0."""
    transactions = []
    for claim in claims:
        segments, paid = payment_segments(random.Random(3), claim)
        transactions.append(
            [
                "BPR*H*0.00*C*NON************20261015",
                f"TRN*1*BACK{BLOCK_MARK}{claim.number[-5:]}*1999999999",
                "DTM*405*20261015",
                f"N1*PR*PAYER {claim.payer}",
                "N3*2 SHORT STREET",
                "N4*OLDTOWN*OH*43001",
                f"REF*2U*P{claim.payer:04d}",
                "PER*BL*BENCH DESK*TE*5555550100",
                "N1*PE*BENCH CLINIC*XX*1999999984",
                "LX*1",
                *map(taken_back, segments),
                f"PLB*1999999984*20261231*FB:{claim.control}*{-paid / 100:.2f}",
            ]
        )
    return interchange("HP", "005010X221A1", transactions)


def write(folder: Path) -> None:
    """Write the files of the batch."""
    folder.mkdir(parents=True, exist_ok=True)
    for block in range(BLOCKS):
        claims = submissions(block + 1, CLAIMS_A_BLOCK)
        paid = [claim for claim in claims if not claim.is_denied and claim.frequency == "1"]
        texts = {
            "claims.837": claim_file([one for one in claims if one not in paid[-WITHOUT_CLAIM:]]),
            "payments.835": payment_file(claims),
            "take-backs.835": take_back_file(paid[:TAKEN_BACK]),
        }
        for name, text in block_texts(texts, block).items():
            (folder / f"{block} {name}").write_text(text, encoding="ascii", newline="")


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args().folder)


if __name__ == "__main__":
    main()
