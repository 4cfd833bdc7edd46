"""Small X12 files for tests, made of invented parts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

_ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*260115*0900*^*00501*000000001*0*T*:"
)


def professional_claims(
    claims: Sequence[tuple[str, str]],
    *,
    diagnosis: str = "I10",
    service_day: str = "20260110",
    provider: str = "1999999984",
    member: str = "M1",
) -> str:
    """Return an 837P of one-line claims given as (patient control number, charge)."""
    body = [
        "BHT*0019*00*1*20260115*0900*CH",
        "NM1*41*2*INVENTED BILLING*****46*1",
        "NM1*40*2*INVENTED PAYER*****46*2",
        "HL*1**20*1",
        f"NM1*85*2*INVENTED CLINIC*****XX*{provider}",
        "HL*2*1*22*0",
        "SBR*P*18*******CI",
        f"NM1*IL*1*INVENTED*PERSON****MI*{member}",
        "DMG*D8*19600101*F",
        "NM1*PR*2*INVENTED PAYER*****PI*P01",
    ]
    for number, charge in claims:
        body += [
            f"CLM*{number}*{charge}***11:B:1*Y*A*Y*Y",
            f"HI*ABK:{diagnosis}",
            "LX*1",
            f"SV1*HC:99213*{charge}*UN*1***1",
            f"DTP*472*D8*{service_day}",
        ]
    return _enveloped("HC", "005010X222A1", "837", body)


def remittance(payments: Sequence[tuple[str, str, str]], *, group: str = "CO", reason: str = "45") -> str:
    """Return an 835 of one-line payments given as (patient control number, charge, paid).

    What is not paid is adjusted under the one group and reason.
    """
    total = sum((Decimal(paid) for _, _, paid in payments), Decimal(0))
    body = [
        f"BPR*I*{total}*C*ACH************20260201",
        "TRN*1*TRACE1*1999999999",
        "N1*PR*INVENTED PAYER*XV*P01",
        "N1*PE*INVENTED CLINIC*XX*1999999984",
        "LX*1",
    ]
    for number, charge, paid in payments:
        rest = Decimal(charge) - Decimal(paid)
        body += [
            f"CLP*{number}*1*{charge}*{paid}*0*CI*ICN{number}*11*1",
            "NM1*QC*1*INVENTED*PERSON",
            f"SVC*HC:99213*{charge}*{paid}**1",
            "DTM*472*20260110",
            *([f"CAS*{group}*{reason}*{rest}"] if rest else []),
        ]
    return _enveloped("HP", "005010X221A1", "835", body)


def _enveloped(functional: str, guide: str, transaction: str, body: Sequence[str]) -> str:
    segments = [
        _ISA,
        f"GS*{functional}*SENDER*RECEIVER*20260115*0900*1*X*{guide}",
        f"ST*{transaction}*0001*{guide}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return "~\n".join(segments) + "~\n"
