"""Write claims, payments and replacements: ``python -m benchmarks.x12.replacements 1000000 FOLDER``.

Of eight in a hundred claims the payer denies the first submission and the provider replaces it, half under
the same account number and half under another one; some replacements are denied and replaced again, so that
chains of up to four claims hang on the payer's control numbers. Files come in pairs of an 837P and an 835,
each of ten thousand claims; the same count gives the same bytes. Then, for seconds and memory:
``/usr/bin/time -v auditlib -w WORKSPACE load FOLDER``.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.x12.generate import CLAIMS_PER_TRANSACTION, DIAGNOSES, FIRST_NAMES, PROCEDURES, SURNAMES

BLOCK_CLAIM_COUNT = 10_000
BLOCK_MARK = "@@@@"
LONGEST_CHAIN = 4
LINE_COUNT = 4
ACCOUNTS = "01*999988880*DA*1*1999999999**01*999977770*DA*2"


@dataclass(frozen=True, slots=True)
class Submission:
    """One claim as sent, with what the payer made of it."""

    number: str
    member: str
    name: str
    payer: int
    day: str
    submitted: str
    lines: tuple[tuple[str, int], ...]
    diagnoses: tuple[str, ...]
    frequency: str
    refers_to: str
    control: str
    is_denied: bool


def episode(draw: random.Random, first: int) -> Iterator[Submission]:
    """Give one claim and all that replace it; ``first`` numbers the first of them within the block."""
    day = f"2026{draw.randint(1, 6):02d}{draw.randint(1, 28):02d}"
    payer = draw.randint(1, 8)
    lines = tuple((draw.choice(PROCEDURES), draw.randint(1000, 40000)) for _ in range(LINE_COUNT))
    diagnoses = tuple(draw.sample(DIAGNOSES, 4))
    name = f"{draw.choice(SURNAMES)}*{draw.choice(FIRST_NAMES)}"
    has_new_numbers = draw.choice((True, False))
    refers_to = ""
    for step in range(LONGEST_CHAIN):
        is_denied = draw.random() < (0.3 if step else 0.08)
        control = f"I{BLOCK_MARK}{first + step:05d}"
        yield Submission(
            number=f"B{BLOCK_MARK}{first + (step if has_new_numbers else 0):05d}",
            member=f"M{BLOCK_MARK}{first:05d}",
            name=name,
            payer=payer,
            day=day,
            submitted=f"2026{7 + step:02d}15",
            lines=lines,
            diagnoses=diagnoses,
            frequency="7" if step else "1",
            refers_to=refers_to,
            control=control,
            is_denied=is_denied,
        )
        if not is_denied:
            return
        refers_to = control


def submissions(seed: int, count: int) -> list[Submission]:
    """Return the submissions of one block, in the order of their submission."""
    draw = random.Random(seed)
    sent: list[Submission] = []
    while len(sent) < count:
        sent += episode(draw, len(sent) + 1)
    return sorted(sent[:count], key=lambda claim: claim.submitted)


def claim_segments(claim: Submission, level: int) -> list[str]:
    """Return the segments of one subscriber with one professional claim."""
    total = sum(charge for _, charge in claim.lines)
    segments = [
        f"HL*{level}*1*22*0",
        "SBR*P*18*******CI",
        f"NM1*IL*1*{claim.name}****MI*{claim.member}",
        "N3*1 LONG STREET",
        "N4*OLDTOWN*OH*43001",
        "DMG*D8*19700215*F",
        f"NM1*PR*2*PAYER {claim.payer}*****PI*P{claim.payer:04d}",
        f"CLM*{claim.number}*{total / 100:.2f}***11:B:{claim.frequency}*Y*A*Y*Y",
        *([f"REF*F8*{claim.refers_to}"] if claim.refers_to else []),
        "HI*ABK:" + claim.diagnoses[0] + "".join(f"*ABF:{code}" for code in claim.diagnoses[1:]),
        "NM1*82*1*CARER*ROWAN****XX*1999999992",
        "PRV*PE*PXC*207Q00000X",
    ]
    for line, (code, charge) in enumerate(claim.lines, 1):
        segments += [
            f"LX*{line}",
            f"SV1*HC:{code}:25*{charge / 100:.2f}*UN*1***1:2",
            f"DTP*472*D8*{claim.day}",
            f"REF*6R*{claim.number}{line:02d}",
        ]
    return segments


def payment_segments(draw: random.Random, claim: Submission) -> tuple[list[str], int]:
    """Return the segments of the payment that answers a claim, and what it pays in cents."""
    lines: list[str] = []
    paid = shared = 0
    for code, charge in claim.lines:
        written_off, share = (charge, 0) if claim.is_denied else (charge // 3, charge // 5)
        pays = charge - written_off - share
        paid, shared = paid + pays, shared + share
        reason = draw.choice(("16", "197", "50")) if claim.is_denied else "45"
        lines += [
            f"SVC*HC:{code}:25*{charge / 100:.2f}*{pays / 100:.2f}**1",
            f"DTM*472*{claim.day}",
            f"CAS*CO*{reason}*{written_off / 100:.2f}",
            *([f"CAS*PR*1*{share / 100:.2f}*1"] if share else []),
        ]
    total = sum(charge for _, charge in claim.lines)
    status = "4" if claim.is_denied else "1"
    amounts = f"{total / 100:.2f}*{paid / 100:.2f}*{shared / 100:.2f}"
    head = [
        f"CLP*{claim.number}*{status}*{amounts}*12*{claim.control}*11*{claim.frequency}",
        f"NM1*QC*1*{claim.name}****MI*{claim.member}",
        f"DTM*232*{claim.day}",
        f"DTM*233*{claim.day}",
    ]
    return head + lines, paid


def interchange(code: str, version: str, transactions: list[list[str]]) -> str:
    """Return transactions as one interchange, its block number still a mark."""
    sender = "ZZ*BENCHSENDER    *ZZ*BENCHRECEIVER  "
    out = [
        f"ISA*00*          *00*          *{sender}*260101*0800*^*00501*00000{BLOCK_MARK}*0*T*:",
        f"GS*{code}*BENCHSENDER*BENCHRECEIVER*20260101*0800*1*X*{version}",
    ]
    for control, segments in enumerate(transactions, 1):
        first = f"ST*837*{control:04d}*{version}" if code == "HC" else f"ST*835*{control:04d}"
        out += [first, *segments, f"SE*{len(segments) + 2}*{control:04d}"]
    return "~\n".join([*out, f"GE*{len(transactions)}*1", f"IEA*1*00000{BLOCK_MARK}", ""])


def _days(claims: list[Submission]) -> Iterator[tuple[str, list[Submission]]]:
    for day in sorted({claim.submitted for claim in claims}):
        of_day = [claim for claim in claims if claim.submitted == day]
        for start in range(0, len(of_day), CLAIMS_PER_TRANSACTION):
            yield day, of_day[start : start + CLAIMS_PER_TRANSACTION]


def claim_file(claims: list[Submission]) -> str:
    """Return an 837P of one block, its block number still a mark."""
    transactions = []
    for control, (day, sent) in enumerate(_days(claims), 1):
        segments = [
            f"BHT*0019*00*{BLOCK_MARK}{control}*{day}*0800*CH",
            "NM1*41*2*BENCH BILLING*****46*B1",
            "PER*IC*BENCH DESK*TE*5555550100",
            "NM1*40*2*BENCH HOUSE*****46*B2",
            "HL*1**20*1",
            "NM1*85*2*BENCH CLINIC*****XX*1999999984",
            "N3*1 SHORT STREET",
            "N4*OLDTOWN*OH*430010001",
            "REF*EI*990000001",
        ]
        for level, claim in enumerate(sent, 2):
            segments += claim_segments(claim, level)
        transactions.append(segments)
    return interchange("HC", "005010X222A1", transactions)


def payment_file(claims: list[Submission]) -> str:
    """Return an 835 of one block, its block number still a mark: a transaction a payer and day."""
    draw = random.Random(2)
    transactions = []
    for day in sorted({claim.submitted for claim in claims}):
        for payer in range(1, 9):
            answered = [claim for claim in claims if claim.submitted == day and claim.payer == payer]
            if not answered:
                continue
            total, payments = 0, ["LX*1"]
            for claim in answered:
                segments, paid = payment_segments(draw, claim)
                payments += segments
                total += paid
            pay_day = f"{day[:6]}28"
            transactions.append(
                [
                    f"BPR*I*{total / 100:.2f}*C*ACH*CCP*{ACCOUNTS}*{pay_day}",
                    f"TRN*1*TRACE{BLOCK_MARK}{payer}{day}*1999999999",
                    f"DTM*405*{pay_day}",
                    f"N1*PR*PAYER {payer}",
                    "N3*2 SHORT STREET",
                    "N4*OLDTOWN*OH*43001",
                    f"REF*2U*P{payer:04d}",
                    "PER*BL*BENCH DESK*TE*5555550100",
                    "N1*PE*BENCH CLINIC*XX*1999999984",
                    *payments,
                ]
            )
    return interchange("HP", "005010X221A1", transactions)


def write(claim_count: int, folder: Path) -> None:
    """Write as many pairs of files as the claims need."""
    folder.mkdir(parents=True, exist_ok=True)
    size = min(claim_count, BLOCK_CLAIM_COUNT)
    claims = submissions(1, size)
    texts = {"837": claim_file(claims), "835": payment_file(claims)}
    for block in range(max(claim_count // size, 1)):
        for kind, text in texts.items():
            path = folder / f"{block:04d}.{kind}"
            path.write_text(text.replace(BLOCK_MARK, f"{block:04d}"), encoding="ascii", newline="")
    replacement_count = sum(claim.frequency == "7" for claim in claims)
    print(f"{claim_count} claims, {replacement_count} of each {size} replace another one")


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("claims", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    write(arguments.claims, arguments.folder)


if __name__ == "__main__":
    main()
