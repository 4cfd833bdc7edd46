"""Write 837P, 837I and 835 files of any size: ``python -m benchmarks.x12.generate 835 25 out.835``.

The same kind, size and seed give the same bytes. Names and identifiers are invented; every amount balances,
and pyx12 finds them valid.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path

CLAIMS_PER_TRANSACTION = 1000
DIAGNOSES = ("E119", "I10", "J449", "M545", "R079", "Z0000", "N390", "K219", "E785", "F329")
PROCEDURES = ("99213", "99214", "80053", "85025", "36415", "93000", "71046", "J1100", "G0439", "90686")
SURNAMES = ("ASHDOWN", "BRIARLEY", "COLDWELL", "DUNMOOR", "ELDERSON", "FARROWAY", "GREYLOCK")
FIRST_NAMES = ("ADA", "BORIS", "CLEO", "DIMITRI", "EDNA", "FELIX", "GRETA")
REVENUE_CODES = ("0120", "0250", "0300", "0360")
REASONS = ("45", "97", "16", "197", "50")


def _date(draw: random.Random) -> str:
    return f"2026{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"


def _head(code: str, version: str) -> list[str]:
    isa = (
        "ISA*00*          *00*          *ZZ*BENCHSENDER    *ZZ*BENCHRECEIVER  "
        "*260101*0800*^*00501*000000001*0*T*:"
    )
    return [isa, f"GS*{code}*BENCHSENDER*BENCHRECEIVER*20260101*0800*1*X*{version}"]


def _tail(transaction_count: int) -> list[str]:
    return [f"GE*{transaction_count}*1", "IEA*1*000000001"]


def _subscriber(draw: random.Random, level: int) -> list[str]:
    return [
        f"HL*{level}*1*22*0",
        "SBR*P*18*******CI",
        f"NM1*IL*1*{draw.choice(SURNAMES)}*{draw.choice(FIRST_NAMES)}****MI*M{draw.randint(0, 10**9):09d}",
        f"N3*{draw.randint(1, 9999)} LONG STREET",
        "N4*OLDTOWN*OH*43001",
        f"DMG*D8*19{draw.randint(30, 99)}{_date(draw)[4:]}*{draw.choice('FM')}",
        f"NM1*PR*2*PAYER {draw.randint(1, 8)}*****PI*P{draw.randint(1, 8):04d}",
    ]


def professional_claim(draw: random.Random, number: int) -> list[str]:
    """Return the segments of one subscriber with one professional claim of four lines."""
    charges = [draw.randint(1000, 40000) for _ in range(4)]
    day = _date(draw)
    codes = draw.sample(DIAGNOSES, 4)
    segments = [
        *_subscriber(draw, (number - 1) % CLAIMS_PER_TRANSACTION + 2),
        f"CLM*B{number:09d}*{sum(charges) / 100:.2f}***11:B:1*Y*A*Y*Y",
        "HI*ABK:" + codes[0] + "".join(f"*ABF:{code}" for code in codes[1:]),
        "NM1*82*1*CARER*ROWAN****XX*1999999992",
        "PRV*PE*PXC*207Q00000X",
    ]
    for line, charge in enumerate(charges, 1):
        segments += [
            f"LX*{line}",
            f"SV1*HC:{draw.choice(PROCEDURES)}:25*{charge / 100:.2f}*UN*{draw.randint(1, 3)}***1:2",
            f"DTP*472*D8*{day}",
            f"REF*6R*{number:09d}{line:02d}",
        ]
    return segments


def institutional_claim(draw: random.Random, number: int) -> list[str]:
    """Return the segments of one subscriber with one inpatient claim of six lines."""
    charges = [draw.randint(10000, 900000) for _ in range(6)]
    day = _date(draw)
    codes = draw.sample(DIAGNOSES, 6)
    segments = [
        *_subscriber(draw, (number - 1) % CLAIMS_PER_TRANSACTION + 2),
        f"CLM*B{number:09d}*{sum(charges) / 100:.2f}***11:A:1**A*Y*Y",
        f"DTP*434*RD8*{day}-{day}",
        f"DTP*435*DT*{day}0815",
        "CL1*1*1*01",
        f"HI*ABK:{codes[0]}:::::::Y",
        f"HI*ABJ:{codes[0]}",
        "HI*" + "*".join(f"ABF:{code}:::::::N" for code in codes[1:]),
        "HI*DR:291",
        f"HI*BBR:0SRD0JZ:D8:{day}",
        "NM1*71*1*CARER*ROWAN****XX*1999999992",
    ]
    for line, charge in enumerate(charges, 1):
        procedure = f"HC:{draw.choice(PROCEDURES)}" if line % 2 else ""
        segments += [
            f"LX*{line}",
            f"SV2*{draw.choice(REVENUE_CODES)}*{procedure}*{charge / 100:.2f}*UN*{draw.randint(1, 3)}",
            f"DTP*472*D8*{day}",
        ]
    return segments


def claim_payment(draw: random.Random, number: int) -> tuple[list[str], int]:
    """Return the segments of one claim payment of four lines, and what it pays in cents."""
    lines: list[str] = []
    charged = paid = shared = 0
    day = _date(draw)
    for line in range(1, 5):
        charge = draw.randint(1000, 40000)
        written_off, share = charge // 3, charge // 5
        pays = charge - written_off - share
        charged, paid, shared = charged + charge, paid + pays, shared + share
        lines += [
            f"SVC*HC:{draw.choice(PROCEDURES)}:25*{charge / 100:.2f}*{pays / 100:.2f}**{draw.randint(1, 3)}",
            f"DTM*472*{day}",
            f"CAS*CO*{draw.choice(REASONS)}*{written_off / 100:.2f}",
            f"CAS*PR*1*{(share - 100) / 100:.2f}*1*2*1*1",
            f"REF*6R*{number:09d}{line:02d}",
            f"AMT*B6*{(charge - written_off) / 100:.2f}",
            "LQ*HE*N130",
        ]
    head = [
        f"CLP*B{number:09d}*1*{charged / 100:.2f}*{paid / 100:.2f}*{shared / 100:.2f}*12*I{number:09d}*11*1",
        f"NM1*QC*1*{draw.choice(SURNAMES)}*{draw.choice(FIRST_NAMES)}****MI*M{draw.randint(0, 10**9):09d}",
        f"DTM*232*{day}",
        f"DTM*233*{day}",
        f"DTM*050*{day}",
    ]
    return head + lines, paid


def _claim_file(
    claim: Callable[[random.Random, int], list[str]],
    version: str,
    byte_count: int,
    draw: random.Random,
    number: int,
) -> Iterator[str]:
    yield from _head("HC", version)
    written, control = 0, 0
    while written < byte_count:
        control += 1
        transaction = [
            f"ST*837*{control:04d}*{version}",
            f"BHT*0019*00*{control}*20260101*0800*CH",
            "NM1*41*2*BENCH BILLING*****46*B1",
            "PER*IC*BENCH DESK*TE*5555550100",
            "NM1*40*2*BENCH HOUSE*****46*B2",
            "HL*1**20*1",
            "NM1*85*2*BENCH CLINIC*****XX*1999999984",
            "N3*1 SHORT STREET",
            "N4*OLDTOWN*OH*430010001",
            "REF*EI*990000001",
        ]
        for _ in range(CLAIMS_PER_TRANSACTION):
            number += 1
            segments = claim(draw, number)
            transaction += segments
            written += sum(map(len, segments)) + len(segments)
            if written >= byte_count:
                break
        yield from transaction
        yield f"SE*{len(transaction) + 1}*{control:04d}"
    yield from _tail(control)


def _remittance_file(byte_count: int, draw: random.Random, number: int) -> Iterator[str]:
    yield from _head("HP", "005010X221A1")
    written, control = 0, 0
    while written < byte_count:
        control += 1
        total, claims = 0, ["LX*1"]
        for _ in range(CLAIMS_PER_TRANSACTION):
            number += 1
            segments, paid = claim_payment(draw, number)
            claims += segments
            total += paid
            written += sum(map(len, segments)) + len(segments)
            if written >= byte_count:
                break
        accounts = "01*999988880*DA*1*1999999999**01*999977770*DA*2"
        transaction = [
            f"ST*835*{control:04d}",
            f"BPR*I*{(total + 5000) / 100:.2f}*C*ACH*CCP*{accounts}*20260201",
            f"TRN*1*TRACE{control:06d}*1999999999",
            "DTM*405*20260201",
            "N1*PR*PAYER 1",
            "N3*2 SHORT STREET",
            "N4*OLDTOWN*OH*43001",
            "REF*2U*P0001",
            "PER*BL*BENCH DESK*TE*5555550100",
            "N1*PE*BENCH CLINIC*XX*1999999984",
            *claims,
            "PLB*1999999984*20261231*L6:INTEREST*-50",
        ]
        yield from transaction
        yield f"SE*{len(transaction) + 1}*{control:04d}"
    yield from _tail(control)


def generate(kind: str, byte_count: int, path: Path, *, seed: int = 1) -> None:
    """Write a file of about that many bytes; ``kind`` is 837P, 837I or 835."""
    draw = random.Random(seed)
    # Files of different seeds hold different claims.
    first = (seed - 1) * 1_000_000
    segments = {
        "837P": lambda: _claim_file(professional_claim, "005010X222A1", byte_count, draw, first),
        "837I": lambda: _claim_file(institutional_claim, "005010X223A2", byte_count, draw, first),
        "835": lambda: _remittance_file(byte_count, draw, first),
    }[kind]()
    with path.open("w", encoding="ascii", newline="") as file:
        for segment in segments:
            file.write(segment + "~\n")


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("837P", "837I", "835"))
    parser.add_argument("megabytes", type=float)
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    generate(arguments.kind, int(arguments.megabytes * 1_000_000), arguments.path, seed=arguments.seed)


if __name__ == "__main__":
    main()
