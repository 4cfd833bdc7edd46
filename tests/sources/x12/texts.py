"""X12 texts for the tests: invented people, payers and numbers, with any delimiters."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from auditlib.sources.x12 import read_x12

OF_FILE = ("source_transaction", "envelope", "file_note")
BILLING = [
    "BHT*0019*00*77*20260210*0900*CH",
    "NM1*41*2*QUIET BILLING*****46*Q1",
    "NM1*40*2*LOUD HOUSE*****46*L1",
    "HL*1**20*1",
    "NM1*85*2*HILLTOP CLINIC*****XX*1999999984",
]
SUBSCRIBER = [
    "HL*2*1*22*0",
    "SBR*P*18*******CI",
    "NM1*IL*1*MAPLE*OLIVE****MI*M-1",
    "DMG*D8*19600229*F",
    "NM1*PR*2*FIRST PAYER*****PI*P0001",
]
PROFESSIONAL_CLAIM = [
    "CLM*E1*150.5***11:B:1*Y*A*Y*Y",
    "HI*ABK:E11.9*abf:I10*ABF:J449",
    "NM1*82*1*CARER*ROWAN****XX*1999999992",
    "LX*1",
    "SV1*HC:99213:25:GT:59:76*100*UN*1***1:2",
    "DTP*472*D8*20260105",
    "REF*6R*L1",
    "LX*2",
    "SV1*HC:j1100*50.5*UN*2.5*12**3",
    "DTP*472*RD8*20260106-20260107",
    "LIN**N4*00409123401",
    "CTP****2*ML",
]
DEPENDENT = ["HL*3*2*23*0", "PAT*19", "NM1*QC*1*MAPLE*OSCAR", "DMG*D8*20150301*M"]
COORDINATED_CLAIM = [
    "CLM*E2*80***22:B:7*Y*A*Y*Y",
    "REF*F8*OLD-REFERENCE",
    "HI*ABK:Z0000",
    "SBR*S*18*******MB",
    "CAS*CO*45*10",
    "NM1*IL*1*ELM*IVY****MI*OTHER",
    "NM1*PR*2*OTHER PAYER*****PI*P9999",
    "REF*F8*OTHER-REFERENCE",
    "LX*1",
    "SV1*HC:99499*80*UN*1***1",
    "DTP*472*D8*20260110",
    "SVD*P9999*70*HC:99499**1",
    "CAS*CO*45*10",
    "DTP*573*D8*20260201",
]
INSTITUTIONAL_CLAIM = [
    "CLM*S1*9000***11:A:1**A*Y*Y",
    "DTP*096*TM*1030",
    "DTP*434*RD8*20260101-20260104",
    "DTP*435*DT*202601010815",
    "CL1*1*1*01",
    "HI*ABK:M1711:::::::Y",
    "HI*ABJ:M1711*APR:R079",
    "HI*ABF:I10:::::::N*ABN:W010XXA:::::::Y",
    "HI*DR:470",
    "HI*BBR:0SRD0JZ:D8:20260102*BBQ:0SRC0JZ:D8:20260103",
    "HI*BH:11:D8:20260101",
    "NM1*71*1*SURGEON*SAM****XX*1999999992",
    "LX*1",
    "SV2*0120**6000*DA*3",
    "LX*2",
    "SV2*0360*HC:27447:RT*3000*UN*1",
    "DTP*472*D8*20260102",
]
DENTAL_CLAIM = [
    "CLM*D1*210***11:B:1*Y*A*Y*Y",
    "DTP*472*D8*20260115",
    "HI*ABK:K0262",
    "LX*1",
    "SV3*AD:D2391*210****1*****1",
    "TOO*JP*12*L",
]
PAYMENT_HEADER = [
    "BPR*I*120.25*C*ACH*CCP*01*999988880*DA*1*19**01*999977770*DA*2*20260301",
    "TRN*1*CHECK-9*1999999999",
    "DTM*405*20260228",
    "N1*PR*FIRST PAYER",
    "REF*2U*P0001",
    "N1*PE*HILLTOP CLINIC*XX*1999999984",
    "LX*1",
    "TS3*1999999984*11*20261231*1*200",
]
PAYMENTS = [
    "CLP*E1*1*150.5*95.25*20*12*ICN1*11*1**470",
    "CAS*OA*23*5.25",
    "NM1*QC*1*MAPLE*OLIVE****MI*M-1",
    "MIA*0****MA01***************MA02*N1",
    "MOA***N130*MA67",
    "DTM*232*20260105",
    "DTM*233*20260107",
    "DTM*050*20260215",
    "SVC*HC:99213:25*100*75**1*HC:99214*2",
    "DTM*472*20260105",
    "CAS*CO*45*20**1*-1.5*2*97*1.5",
    "CAS*PR*1*5",
    "REF*6R*L1",
    "AMT*B6*80",
    "LQ*HE*N115",
    "LQ*RX*75",
    "SVC*NU:0250*50.5*20.25",
    "DTM*150*20260106",
    "DTM*151*20260107",
    "CAS*PR*2*15",
    "CAS*CO*45*15.25*3",
    "CLP*E9*22*-60*-30**12*ICN2",
    "CAS*CO*45*-30",
    "CLP*E9*4*60*0*0*12*ICN3",
    "CAS*CO*16*60",
    "LQ*HE*M76",
]
PLB = ["PLB*1999999984*20261231*WO:REF-1*-50*L6*-5"]


def transaction(kind: str, body: list[str], *, version: str = "", number: str = "0001") -> list[str]:
    """Return a body inside ST and SE."""
    head = f"ST*{kind}*{number}*{version}" if version else f"ST*{kind}*{number}"
    return [head, *body, f"SE*{len(body) + 2}*{number}"]


def group(code: str, *transactions: list[str], version: str = "005010X222A1") -> list[str]:
    """Return transactions inside GS and GE."""
    segments = [segment for one in transactions for segment in one]
    return [f"GS*{code}*SEND*TAKE*20260210*0900*1*X*{version}", *segments, f"GE*{len(transactions)}*1"]


def written(
    *segments: list[str],
    element: str = "*",
    component: str = ":",
    terminator: str = "~",
    line_break: str = "\n",
) -> bytes:
    """Return groups inside ISA and IEA, with these delimiters."""
    parties = "*00*          *00*          *ZZ*SEND           *ZZ*TAKE           "
    isa = f"ISA{parties}*260210*0900*^*00501*000000001*0*T*"
    body = [segment for one in segments for segment in one]
    text = "\n".join([isa + ":", *body, "IEA*1*000000001"])
    table = str.maketrans({"*": element, ":": component})
    return (text.translate(table).replace("\n", terminator + line_break) + terminator + line_break).encode()


def professional(**delimiters: str) -> bytes:
    """Return an 837P with a subscriber's claim, and a dependent's claim that another payer saw."""
    body = [*BILLING, *SUBSCRIBER, *PROFESSIONAL_CLAIM, *DEPENDENT, *COORDINATED_CLAIM]
    return written(group("HC", transaction("837", body, version="005010X222A1")), **delimiters)


def institutional(**delimiters: str) -> bytes:
    """Return an 837I with one inpatient claim."""
    body = [*BILLING, *SUBSCRIBER, *INSTITUTIONAL_CLAIM]
    version = "005010X223A2"
    return written(group("HC", transaction("837", body, version=version), version=version), **delimiters)


def dental(**delimiters: str) -> bytes:
    """Return an 837D with one claim."""
    body = [*BILLING, *SUBSCRIBER, *DENTAL_CLAIM]
    version = "005010X224A2"
    return written(group("HC", transaction("837", body, version=version), version=version), **delimiters)


def remittance(**delimiters: str) -> bytes:
    """Return an 835 with a payment, a reversal and a denial."""
    body = [*PAYMENT_HEADER, *PAYMENTS, *PLB]
    return written(group("HP", transaction("835", body), version="005010X221A1"), **delimiters)


def loaded(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the tables without those that keep account of the file itself."""
    return {name: frame for name, frame in tables.items() if name not in OF_FILE and frame.height}


def read(
    data: bytes, folder: Path, **settings: int
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, list[str]]:
    """Read bytes as a file and return its tables, its rejected rows and the formats of its batches."""
    path = folder / "one.edi"
    path.write_bytes(data)
    tables: dict[str, list[pl.DataFrame]] = {}
    rejected: list[pl.DataFrame] = []
    formats: list[str] = []
    for batch in read_x12(path, source_file_id=5, **settings):
        formats.append(batch.format)
        rejected.append(batch.rejected)
        for name, frame in batch.frames.items():
            tables.setdefault(name, []).append(frame)
    return {name: pl.concat(frames) for name, frames in tables.items()}, pl.concat(rejected), formats
