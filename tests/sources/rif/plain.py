"""The same counts as the reader's, made by plain loops over rows of the csv module."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path


def rows(path: Path) -> list[dict[str, str]]:
    """Every row by the names of the header."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="|", quoting=csv.QUOTE_NONE))


def amount(row: dict[str, str], *names: str) -> Decimal:
    """The first of these amounts that the row has."""
    told = [row[name].strip() for name in names if row.get(name, "").strip()]
    return Decimal(told[0]) if told else Decimal(0)


def code_of(row: dict[str, str], name: str, version: str) -> tuple[str, str] | None:
    """A code with its version, or none."""
    code = row.get(name, "").strip()
    return (code.upper(), row.get(version, "").strip()) if code else None


def diagnosis_count(claim: list[dict[str, str]]) -> int:
    """Diagnoses of a claim: the principal and the first cause once where their lists repeat them."""
    first = claim[0]
    listed = [code_of(first, f"ICD_DGNS_CD{n}", f"ICD_DGNS_VRSN_CD{n}") for n in range(1, 26)]
    causes = [code_of(first, f"ICD_DGNS_E_CD{n}", f"ICD_DGNS_E_VRSN_CD{n}") for n in range(1, 13)]
    visits = [code_of(first, f"RSN_VISIT_CD{n}", f"RSN_VISIT_VRSN_CD{n}") for n in range(1, 4)]
    listed, causes, visits = ([one for one in part if one] for part in (listed, causes, visits))
    count = len(listed) + len(causes) + len(visits)
    principal = code_of(first, "PRNCPAL_DGNS_CD", "PRNCPAL_DGNS_VRSN_CD")
    count += principal is not None and principal not in listed
    cause = code_of(first, "FST_DGNS_E_CD", "FST_DGNS_E_VRSN_CD")
    count += cause is not None and cause not in causes
    count += code_of(first, "ADMTG_DGNS_CD", "ADMTG_DGNS_VRSN_CD") is not None
    of_lines = {code_of(row, "LINE_ICD_DGNS_CD", "LINE_ICD_DGNS_VRSN_CD") for row in claim} - {None}
    return count + len(of_lines - {principal, *listed})


def facts(path: Path) -> Counter[str]:
    """Counts and dollars of a file."""
    claims: dict[str, list[dict[str, str]]] = {}
    for row in rows(path):
        claims.setdefault(row["CLM_ID"], []).append(row)
    found: Counter[str] = Counter()
    for claim in claims.values():
        first = claim[0]
        found.update(
            {
                "claim": 1,
                "line": len(claim),
                "diagnosis": diagnosis_count(claim),
                "procedure": sum(bool(first.get(f"ICD_PRCDR_CD{n}", "").strip()) for n in range(1, 26)),
                "present": sum(
                    bool(first.get(f"CLM_POA_IND_SW{n}", "").strip())
                    and bool(first.get(f"ICD_DGNS_CD{n}", "").strip())
                    for n in range(1, 26)
                ),
                "charge": amount(first, "CLM_TOT_CHRG_AMT", "NCH_CARR_CLM_SBMTD_CHRG_AMT"),
                "paid": amount(first, "CLM_PMT_AMT"),
                "line charge": sum(
                    (amount(row, "REV_CNTR_TOT_CHRG_AMT", "LINE_SBMTD_CHRG_AMT") for row in claim), Decimal(0)
                ),
                "line paid": sum(
                    (amount(row, "REV_CNTR_PMT_AMT_AMT", "LINE_NCH_PMT_AMT") for row in claim), Decimal(0)
                ),
            }
        )
    return found
