"""Small files in the formats that payers hand out, for the notebooks of docs/examples.

``python -m tools.example_files docs/examples/data --seed 2026``. Everything in them is invented; the same
seed writes the same bytes on every machine.

carrier.txt, outpatient.txt, inpatient.txt
    Claims with their answers as Medicare's research identifiable files: bars between cells, Medicare's column
    names, a row a line.
explanations.ndjson
    ExplanationOfBenefit resources of a plan, a line each, one claim in six denied.
verdicts.ndjson
    What an auditor found on the office visits of carrier.txt.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

FIRST_DAY: Final = dt.date(2026, 1, 5)
VISIT_COUNT: Final = 240
FACILITY_COUNT: Final = 30
EXPLANATION_COUNT: Final = 60
# Bare numbers of visits, dearer from one to the next, with invented amounts that are allowed for them.
VISITS: Final = {"99212": Decimal(58), "99213": Decimal(92), "99214": Decimal(130), "99215": Decimal(182)}
_LEVELS: Final = tuple(VISITS)
_DIAGNOSES: Final = ("I10", "E119", "E785", "J069", "M545", "N390", "R0789", "Z7901")
# Medicare pays four fifths of what it allows.
_PAID_SHARE: Final = Decimal("0.8")
_CHARGE_FACTOR: Final = Decimal("1.75")
_NPIS: Final = ("1999999984", "1999999992", "1999999976")


@dataclass(frozen=True)
class Visit:
    """An office visit as it was billed, and the level that its record supports."""

    number: str
    patient: str
    day: dt.date
    npi: str
    diagnoses: tuple[str, ...]
    level: str
    supported_level: str

    @property
    def overpaid_amount(self) -> Decimal:
        """What was paid less what the supported level would have brought."""
        return (VISITS[self.level] - VISITS[self.supported_level]) * _PAID_SHARE


def visits(chance: random.Random) -> list[Visit]:
    """Return office visits, of which one in four is billed a level too high and one in sixty too low."""
    made = []
    for number in range(VISIT_COUNT):
        supported = chance.choices(range(4), weights=(2, 6, 4, 1))[0]
        error = chance.choices((0, 1, -1), weights=(44, 15, 1))[0]
        billed = min(max(supported + error, 0), 3)
        made.append(
            Visit(
                number=f"V{number + 1:04}",
                patient=f"-{1000 + chance.randrange(150)}",
                day=_weekday(chance),
                npi=chance.choice(_NPIS),
                diagnoses=tuple(chance.sample(_DIAGNOSES, chance.randint(1, 3))),
                level=_LEVELS[billed],
                supported_level=_LEVELS[supported],
            )
        )
    return made


def carrier_rows(made: Sequence[Visit]) -> Iterator[dict[str, str]]:
    """Yield a row for each visit, in the columns of a carrier file."""
    for visit in made:
        allowed = VISITS[visit.level]
        charge, paid = allowed * _CHARGE_FACTOR, allowed * _PAID_SHARE
        yield {
            **_claim(visit.number, visit.patient, visit.day, visit.day, paid),
            "NCH_CLM_TYPE_CD": "71",
            "CLM_DISP_CD": "01",
            "CARR_CLM_PMT_DNL_CD": "1",
            "NCH_CARR_CLM_SBMTD_CHRG_AMT": _dollars(charge),
            "NCH_CARR_CLM_ALOWD_AMT": _dollars(allowed),
            **_diagnoses(visit.diagnoses, poa=False),
            "CARR_CLM_CNTL_NUM": f"C{visit.number}",
            "CARR_CLM_BLG_NPI_NUM": _NPIS[0],
            "LINE_NUM": "1",
            "PRF_PHYSN_NPI": visit.npi,
            "LINE_SRVC_CNT": "1",
            "LINE_PLACE_OF_SRVC_CD": "11",
            "LINE_1ST_EXPNS_DT": _day(visit.day),
            "LINE_LAST_EXPNS_DT": _day(visit.day),
            "HCPCS_CD": visit.level,
            "LINE_NCH_PMT_AMT": _dollars(paid),
            "LINE_BENE_PTB_DDCTBL_AMT": "0",
            "LINE_COINSRNC_AMT": _dollars(allowed - paid),
            "LINE_SBMTD_CHRG_AMT": _dollars(charge),
            "LINE_ALOWD_CHRG_AMT": _dollars(allowed),
            "LINE_ICD_DGNS_CD": visit.diagnoses[0],
            "LINE_ICD_DGNS_VRSN_CD": "0",
        }


def outpatient_rows(chance: random.Random) -> Iterator[dict[str, str]]:
    """Yield two rows a claim: an emergency visit and a chest film, under their revenue codes."""
    for number in range(FACILITY_COUNT):
        day = _weekday(chance)
        lines = (("0450", "99283", Decimal(240)), ("0320", "71046", Decimal(60)))
        paid = sum((amount for *_, amount in lines), Decimal(0))
        for place, (revenue, code, amount) in enumerate(lines, start=1):
            yield {
                **_claim(f"O{number + 1:04}", f"-{1000 + number}", day, day, paid),
                **_facility(f"O{number + 1:04}", "1", "3", day, paid * 3),
                "CLM_OP_PRVDR_PMT_AMT": _dollars(paid),
                **_diagnoses(("R0789", chance.choice(_DIAGNOSES[:3])), poa=False),
                "RSN_VISIT_CD1": "R0789",
                "CLM_LINE_NUM": str(place),
                "REV_CNTR": revenue,
                "REV_CNTR_DT": _day(day),
                "HCPCS_CD": code,
                "REV_CNTR_UNIT_CNT": "1",
                "REV_CNTR_PMT_AMT_AMT": _dollars(amount),
                "REV_CNTR_TOT_CHRG_AMT": _dollars(amount * 3),
            }


def inpatient_rows(chance: random.Random) -> Iterator[dict[str, str]]:
    """Yield a row a stay: room and board, with diagnoses present on admission and a DRG."""
    for number in range(FACILITY_COUNT):
        admitted, day_count = _weekday(chance), chance.randint(2, 7)
        left, paid = admitted + dt.timedelta(days=day_count), Decimal(7200)
        yield {
            **_claim(f"S{number + 1:04}", f"-{1040 + number}", admitted, left, paid),
            **_facility(f"S{number + 1:04}", "1", "1", left, paid * 2),
            "PTNT_DSCHRG_STUS_CD": "1",
            "CLM_ADMSN_DT": _day(admitted),
            "NCH_BENE_IP_DDCTBL_AMT": "1600",
            "NCH_BENE_PTA_COINSRNC_LBLTY_AM": "0",
            "CLM_DRG_CD": "194",
            "CLM_DRG_OUTLIER_STAY_CD": "0",
            "ADMTG_DGNS_CD": "R0600",
            **_diagnoses(("J189", "I10", "E119"), poa=True),
            "CLM_LINE_NUM": "1",
            "REV_CNTR": "0120",
            "REV_CNTR_DT": _day(admitted),
            "HCPCS_CD": "",
            "REV_CNTR_UNIT_CNT": str(day_count),
            "REV_CNTR_TOT_CHRG_AMT": _dollars(paid * 2),
        }


def verdict_lines(made: Sequence[Visit]) -> Iterator[dict[str, object]]:
    """Yield what the auditor found on each visit: its diagnoses stand, its level does or does not."""
    for visit in made:
        verdicts: list[dict[str, object]] = [
            {"code_number": number, "action": "agree"} for number in range(1, len(visit.diagnoses) + 1)
        ]
        number = len(visit.diagnoses) + 1
        if visit.level == visit.supported_level:
            verdicts.append({"code_number": number, "action": "agree"})
        else:
            verdicts.append(
                {
                    "code_number": number,
                    "action": "change",
                    "corrected": {
                        "code_system": "CPT",
                        "code": visit.supported_level,
                        "code_role": "procedure",
                        "unit_count": 1,
                    },
                    "error_kind": "wrong code",
                    "cause": "coder rule",
                    "comment": f"The record supports {visit.supported_level}.",
                    "payment_difference": _dollars(visit.overpaid_amount),
                }
            )
        yield {
            "encounter_id": visit.number,
            "reviewer": "Ines Stone",
            "record": {"status": "reviewed elsewhere", "place": "the clinic's own record system"},
            "verdicts": verdicts,
        }


def explanations(chance: random.Random) -> Iterator[dict[str, object]]:
    """Yield explanations of benefit of a plan, one in six of them denied for want of an authorization."""
    for number in range(EXPLANATION_COUNT):
        day, level = _weekday(chance), chance.choice(_LEVELS)
        allowed = VISITS[level]
        is_denied = number % 6 == 0
        charge, paid = allowed * _CHARGE_FACTOR, Decimal(0) if is_denied else allowed
        reduced = charge - paid
        yield {
            "resourceType": "ExplanationOfBenefit",
            "id": f"X{number + 1:04}",
            "status": "active",
            "use": "claim",
            "outcome": "complete",
            "type": _concept("http://terminology.hl7.org/CodeSystem/claim-type", "professional"),
            "patient": {"reference": f"Patient/P{chance.randrange(40):02}"},
            "billablePeriod": {"start": day.isoformat(), "end": day.isoformat()},
            "created": (day + dt.timedelta(days=20)).isoformat(),
            "insurer": {"identifier": {"value": "BIRCH"}, "display": "Birch Lake Plan"},
            "provider": {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": _NPIS[0]}},
            "identifier": [{"value": f"BIRCH-{number + 1:04}"}],
            "supportingInfo": [
                {
                    "sequence": 1,
                    "category": _concept(f"{_CARIN}/C4BBSupportingInfoType", "patientaccountnumber"),
                    "valueString": f"X{number + 1:04}",
                }
            ],
            "diagnosis": [
                {
                    "sequence": 1,
                    "diagnosisCodeableConcept": _concept(
                        "http://hl7.org/fhir/sid/icd-10-cm", chance.choice(_DIAGNOSES)
                    ),
                    "type": [_concept("http://terminology.hl7.org/CodeSystem/ex-diagnosistype", "principal")],
                }
            ],
            "item": [
                {
                    "sequence": 1,
                    "diagnosisSequence": [1],
                    "productOrService": _concept("http://www.ama-assn.org/go/cpt", level),
                    "servicedDate": day.isoformat(),
                    "locationCodeableConcept": _concept(
                        "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
                        "11",
                    ),
                    "quantity": {"value": 1},
                    "net": _money(charge),
                    "adjudication": [
                        {"category": _concept(_ADJUDICATION, "submitted"), "amount": _money(charge)},
                        {"category": _concept(_ADJUDICATION, "benefit"), "amount": _money(paid)},
                        {
                            "category": _concept(_ADJUDICATION, "noncovered"),
                            "amount": _money(reduced),
                            "reason": _concept(
                                "https://x12.org/codes/claim-adjustment-reason-codes",
                                "197" if is_denied else "45",
                            ),
                        },
                    ],
                }
            ],
            "payment": {"date": (day + dt.timedelta(days=21)).isoformat(), "amount": _money(paid)},
        }


_CARIN: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem"
_ADJUDICATION: Final = "http://terminology.hl7.org/CodeSystem/adjudication"


def _concept(system: str, code: str) -> dict[str, object]:
    return {"coding": [{"system": system, "code": code}]}


def _money(amount: Decimal) -> dict[str, object]:
    return {"value": float(amount), "currency": "USD"}


def _claim(number: str, patient: str, first: dt.date, last: dt.date, paid: Decimal) -> dict[str, str]:
    return {
        "DML_IND": "INSERT",
        "BENE_ID": patient,
        "CLM_ID": number,
        "FINAL_ACTION": "F",
        "CLM_FROM_DT": _day(first),
        "CLM_THRU_DT": _day(last),
        "NCH_WKLY_PROC_DT": _day(last + dt.timedelta(days=18)),
        "CLM_PMT_AMT": _dollars(paid),
    }


def _facility(
    number: str, facility_type: str, classification: str, last: dt.date, charge: Decimal
) -> dict[str, str]:
    return {
        "FI_DOC_CLM_CNTL_NUM": f"D{number}",
        "FI_CLM_PROC_DT": _day(last + dt.timedelta(days=18)),
        "CLM_FAC_TYPE_CD": facility_type,
        "CLM_SRVC_CLSFCTN_TYPE_CD": classification,
        "CLM_FREQ_CD": "1",
        "ORG_NPI_NUM": _NPIS[0],
        "AT_PHYSN_NPI": _NPIS[1],
        "CLM_TOT_CHRG_AMT": _dollars(charge),
    }


def _diagnoses(codes: Sequence[str], *, poa: bool) -> dict[str, str]:
    cells = {"PRNCPAL_DGNS_CD": codes[0], "PRNCPAL_DGNS_VRSN_CD": "0"}
    for place in range(1, 4):
        code = codes[place - 1] if place <= len(codes) else ""
        cells[f"ICD_DGNS_CD{place}"] = code
        cells[f"ICD_DGNS_VRSN_CD{place}"] = "0" if code else ""
        if poa:
            cells[f"CLM_POA_IND_SW{place}"] = "Y" if code else ""
    return cells


def _weekday(chance: random.Random) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=7 * chance.randrange(12) + chance.randrange(5))


def _day(day: dt.date) -> str:
    return day.strftime("%d-%b-%Y").upper()


def _dollars(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(["|".join(rows[0]), *("|".join(row.values()) for row in rows), ""])


def _lines(values: Iterator[dict[str, object]]) -> str:
    return "".join(json.dumps(value, separators=(",", ":")) + "\n" for value in values)


def example_files(seed: int) -> dict[str, str]:
    """Return the text of every file by its name."""
    chance = random.Random(seed)  # noqa: S311 - of invented claims
    made = visits(chance)
    return {
        "carrier.txt": _table(list(carrier_rows(made))),
        "outpatient.txt": _table(list(outpatient_rows(chance))),
        "inpatient.txt": _table(list(inpatient_rows(chance))),
        "verdicts.ndjson": _lines(verdict_lines(made)),
        "explanations.ndjson": _lines(explanations(chance)),
    }


def main() -> None:
    """Write the files into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=2026)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, text in example_files(arguments.seed).items():
        (arguments.folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
