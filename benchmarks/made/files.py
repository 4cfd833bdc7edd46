"""The three files of a part: 837P, 837I and 835, as one interchange each.

Claims of one day make a transaction, payments of one payer and day another. pyx12 finds them valid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby, islice

from benchmarks.made.claims import Claim, Decision, Line, Part, Payment

KINDS = ("837P", "837I", "835")
CLAIMS_A_TRANSACTION = 1000
_VERSIONS = {"837P": "005010X222A1", "837I": "005010X223A2", "835": "005010X221A1"}
_ACCOUNTS = "01*999988880*DA*1*1999999999**01*999977770*DA*2"
_INTEREST = 50
_COINSURANCE = 100


def money(cents: int) -> str:
    """Return cents as dollars."""
    return f"{cents / 100:.2f}"


def part_texts(part: Part) -> dict[str, str]:
    """Return the text of each kind of file."""
    return {kind: part_text(part, kind) for kind in KINDS}


def part_text(part: Part, kind: str) -> str:
    """Return the text of one kind of file."""
    if kind == "835":
        transactions = [_remittance(part, number, *group) for number, group in enumerate(_remittances(part))]
    else:
        form = kind[-1]
        transactions = [
            _batch(part, day, claims)
            for day, claims in _batches([one for one in part.claims if one.form == form])
        ]
    version = _VERSIONS[kind]
    first = "ST*835*{:04d}" if kind == "835" else "ST*837*{:04d}*" + version
    control = f"{KINDS.index(kind) + 1}{part.number:08d}"
    group = "HP" if kind == "835" else "HC"
    parties = "ZZ*BENCHSENDER    *ZZ*BENCHRECEIVER  "
    lines = [
        f"ISA*00*          *00*          *{parties}*260101*0800*^*00501*{control}*0*T*:",
        f"GS*{group}*BENCHSENDER*BENCHRECEIVER*20260101*0800*1*X*{version}",
    ]
    for number, segments in enumerate(transactions, 1):
        lines += [first.format(number), *segments, f"SE*{len(segments) + 2}*{number:04d}"]
    return "~\n".join([*lines, f"GE*{len(transactions)}*1", f"IEA*1*{control}", ""])


def _batches(claims: list[Claim]) -> Iterator[tuple[dt.date, list[Claim]]]:
    for day, of_day in groupby(sorted(claims, key=lambda claim: claim.sent), key=lambda claim: claim.sent):
        while some := list(islice(of_day, CLAIMS_A_TRANSACTION)):
            yield day, some


def _batch(part: Part, day: dt.date, claims: list[Claim]) -> list[str]:
    segments = [
        f"BHT*0019*00*{part.number}-{day:%Y%m%d}*{day:%Y%m%d}*0800*CH",
        "NM1*41*2*BENCH BILLING*****46*B1",
        "PER*IC*BENCH DESK*TE*5555550100",
        "NM1*40*2*BENCH HOUSE*****46*B2",
        "HL*1**20*1",
        f"NM1*85*2*BENCH CLINIC*****XX*{part.clinic}",
        "N3*1 SHORT STREET",
        "N4*OLDTOWN*OH*430010001",
        "REF*EI*990000001",
    ]
    for level, claim in enumerate(claims, 2):
        segments += _subscriber(claim, level)
        segments += _professional(claim) if claim.form == "P" else _institutional(claim)
    return segments


def _subscriber(claim: Claim, level: int) -> list[str]:
    patient = claim.patient
    return [
        f"HL*{level}*1*22*0",
        f"SBR*{'S' if claim.first_answer else 'P'}*18*******CI",
        f"NM1*IL*1*{patient.name}****MI*{patient.member}",
        f"N3*{patient.street} LONG STREET",
        "N4*OLDTOWN*OH*43001",
        f"DMG*D8*{patient.born}*{patient.sex}",
        f"NM1*PR*2*PAYER {claim.payer}*****PI*P{claim.payer:04d}",
    ]


def _professional(claim: Claim) -> Iterator[str]:
    day = f"{claim.day:%Y%m%d}"
    yield f"CLM*{claim.account}*{money(claim.cents)}***{claim.place}:B:{claim.frequency}*Y*A*Y*Y"
    if claim.refers_to:
        yield f"REF*F8*{claim.refers_to}"
    yield "HI*ABK:" + "*ABF:".join(claim.diagnoses)
    yield f"NM1*82*1*CARER*ROWAN****XX*{claim.provider}"
    yield "PRV*PE*PXC*207Q00000X"
    answer = claim.first_answer
    if answer is not None:
        yield from _first_payer(claim, answer)
    for number, line in enumerate(claim.lines, 1):
        yield f"LX*{number}"
        yield f"SV1*{_procedure(line)}*{money(line.cents)}*UN*{line.units}***1:2"
        yield f"DTP*472*D8*{day}"
        yield f"REF*6R*{claim.account}{number:02d}"
        if answer is not None:
            decision = answer.decisions[number - 1]
            yield f"SVD*P{answer.claim.payer:04d}*{money(decision.paid)}*{_procedure(line)}**{line.units}"
            yield from _adjustments(decision, 1)
            yield f"DTP*573*D8*{answer.day:%Y%m%d}"


def _first_payer(claim: Claim, answer: Payment) -> Iterator[str]:
    first = answer.claim
    yield "SBR*P*18*******CI"
    yield f"AMT*D*{money(answer.paid)}"
    yield "OI***Y***Y"
    yield f"NM1*IL*1*{claim.patient.name}****MI*{claim.patient.member}"
    yield f"NM1*PR*2*PAYER {first.payer}*****PI*P{first.payer:04d}"


def _institutional(claim: Claim) -> Iterator[str]:
    day = f"{claim.day:%Y%m%d}"
    is_stay = claim.place == "11"
    yield f"CLM*{claim.account}*{money(claim.cents)}***{claim.place}:A:{claim.frequency}**A*Y*Y"
    yield f"DTP*434*RD8*{day}-{day}"
    if is_stay:
        yield f"DTP*435*DT*{day}0815"
    yield "CL1*1*1*01" if is_stay else "CL1*3*1*01"
    if claim.refers_to:
        yield f"REF*F8*{claim.refers_to}"
    principal, *others = claim.diagnoses
    present = ":::::::Y" if is_stay else ""
    yield f"HI*ABK:{principal}{present}"
    if is_stay:
        yield f"HI*ABJ:{principal}"
    yield "HI*" + "*".join(f"ABF:{code}{present}" for code in others)
    if is_stay:
        yield "HI*DR:291"
        yield f"HI*BBR:0SRD0JZ:D8:{day}"
    yield f"NM1*71*1*CARER*ROWAN****XX*{claim.provider}"
    for number, line in enumerate(claim.lines, 1):
        yield f"LX*{number}"
        procedure = _procedure(line) if line.code else ""
        yield f"SV2*{line.revenue}*{procedure}*{money(line.cents)}*UN*{line.units}"
        yield f"DTP*472*D8*{day}"
        yield f"REF*6R*{claim.account}{number:02d}"


def _procedure(line: Line) -> str:
    if not line.code:
        return f"NU:{line.revenue}"
    return f"HC:{line.code}:{line.modifier}" if line.modifier else f"HC:{line.code}"


def _adjustments(decision: Decision, sign: int) -> Iterator[str]:
    for group, reason, cents in decision.adjustments:
        # Most of what a patient owes is a deductible and the rest a coinsurance, in one segment.
        if group == "PR" and cents > _COINSURANCE:
            yield f"CAS*PR*1*{money(sign * (cents - _COINSURANCE))}**{reason}*{money(sign * _COINSURANCE)}"
        else:
            yield f"CAS*{group}*{reason}*{money(sign * cents)}"


def _remittances(part: Part) -> Iterator[tuple[dt.date, int, list[Payment]]]:
    def key(payment: Payment) -> tuple[dt.date, int]:
        return payment.day, payment.claim.payer

    for (day, payer), payments in groupby(sorted(part.payments, key=key), key=key):
        while some := list(islice(payments, CLAIMS_A_TRANSACTION)):
            yield day, payer, some


def _remittance(part: Part, number: int, day: dt.date, payer: int, payments: list[Payment]) -> list[str]:
    total = sum(one.sign * one.paid for one in payments)
    year_end = f"{day.year}1231"
    adjustments = [f"FB:{one.control}*{money(-one.paid)}" for one in payments if one.is_carried_forward]
    total += sum(one.paid for one in payments if one.is_carried_forward)
    if total > 0:
        adjustments.append(f"L6:INTEREST*{money(-_INTEREST)}")
        total += _INTEREST
    if total < 0:
        adjustments.append(f"FB:LATER*{money(total)}")
        total = 0
    way = f"I*{money(total)}*C*ACH*CCP*{_ACCOUNTS}" if total else "H*0.00*C*NON***********"
    segments = [
        f"BPR*{way}*{day:%Y%m%d}",
        f"TRN*1*TRACE{part.number:05d}{number:05d}*1999999999",
        f"DTM*405*{day:%Y%m%d}",
        f"N1*PR*PAYER {payer}",
        "N3*2 SHORT STREET",
        "N4*OLDTOWN*OH*43001",
        f"REF*2U*P{payer:04d}",
        "PER*BL*BENCH DESK*TE*5555550100",
        f"N1*PE*BENCH CLINIC*XX*{part.clinic}",
        "LX*1",
    ]
    for payment in payments:
        segments += _payment(payment)
    return [
        *segments,
        *(
            f"PLB*{part.clinic}*{year_end}*{'*'.join(adjustments[at : at + 6])}"
            for at in range(0, len(adjustments), 6)
        ),
    ]


def _payment(payment: Payment) -> Iterator[str]:
    claim, sign = payment.claim, payment.sign
    day = f"{claim.day:%Y%m%d}"
    amounts = "*".join(money(sign * cents) for cents in (claim.cents, payment.paid, payment.share))
    drg = "**291" if claim.form == "I" and claim.place == "11" else ""
    control = f"{payment.control}*{claim.place}*{claim.frequency}{drg}"
    yield f"CLP*{claim.account}*{payment.status}*{amounts}*12*{control}"
    yield f"NM1*QC*1*{claim.patient.name}****MI*{claim.patient.member}"
    yield f"DTM*232*{day}"
    yield f"DTM*233*{day}"
    yield f"DTM*050*{claim.sent:%Y%m%d}"
    for number, (line, decision) in enumerate(zip(claim.lines, payment.decisions, strict=True), 1):
        charge, paid = money(sign * line.cents), money(sign * decision.paid)
        revenue = line.revenue if line.code else ""
        yield f"SVC*{_procedure(line)}*{charge}*{paid}*{revenue}*{line.units}"
        yield f"DTM*472*{day}"
        yield from _adjustments(decision, sign)
        yield f"REF*6R*{claim.account}{number:02d}"
        allowed = decision.paid + decision.share
        if allowed:
            yield f"AMT*B6*{money(sign * allowed)}"
        else:
            yield "LQ*HE*N130"
