"""What the fuzzers start from: small pieces of the project's own synthetic files, never real ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from auditlib.embedded import embedded_folder
from tests.codesets.publisher_files import order_lines
from tests.codesets.test_layouts import PTP_HEADER, PTP_ROWS, hcpcs_lines
from tests.sources.documents.texts import clinical_document
from tests.sources.fhir.test_charts import condition, note, visit
from tests.sources.fhir.texts import ICD10, bundle, concept, explanation
from tests.sources.rif.texts import CARRIER, INPATIENT, rif_text
from tests.sources.x12 import texts
from tests.sources.x12.test_answers import ACCEPTANCE, STATUSES

_ROOT = Path(__file__).parents[2]
_MOST_LINES = 60


def _heads(pattern: str, *, line_count: int = _MOST_LINES, file_count: int = 3) -> Iterator[bytes]:
    """Give the first lines of the first files of a pattern."""
    for path in sorted(embedded_folder("data").glob(pattern))[:file_count]:
        yield b"".join(path.read_bytes().splitlines(keepends=True)[:line_count])


def x12_seeds() -> list[bytes]:
    """Return claims and payments of every form, with several delimiters."""
    usual = [texts.professional(), texts.institutional(), texts.dental(), texts.remittance()]
    others = [
        texts.professional(element="|", component=">", terminator="\n", line_break=""),
        texts.remittance(element="+", component="^", terminator="'", line_break="\r\n"),
        texts.institutional(line_break="") + texts.remittance(line_break=""),
    ]
    answers = [
        texts.written(texts.group("HN", texts.transaction("277", STATUSES, version="005010X214"))),
        texts.written(texts.group("FA", texts.transaction("999", ACCEPTANCE, version="005010X231A1"))),
    ]
    return [*usual, *others, *answers, *_heads("claims/*.edi"), *_heads("remittances/*.edi")]


def table_seeds() -> list[bytes]:
    """Return tables of encounters and of their codes."""
    return [*_heads("encounters/*.csv", line_count=12)]


def chart_seeds() -> list[bytes]:
    """Return charts and lines of documents."""
    return [
        *_heads("charts/*/encounter.json", line_count=10_000),
        *_heads("encounters/*.ndjson", line_count=2),
    ]


def fhir_seeds() -> list[bytes]:
    """Return a Bundle and lines of claims, an answer, an encounter, its codes and documents."""
    chart = [visit(), condition("C2", concept(ICD10, "I10")), note("text/html", b"<p>Well.</p>")]
    answer = {
        "resourceType": "ClaimResponse",
        "status": "active",
        "identifier": [{"value": "PAYER-7"}],
        "payment": {"amount": {"value": 10}},
        "item": explanation()["item"],
    }
    claim = explanation(resourceType="Claim", total={"value": 200.1})
    mixed = [explanation(), claim, answer, *chart]
    lines = b"\n".join(json.dumps(one).encode() for one in [explanation(), explanation(id="E2"), answer])
    return [json.dumps(bundle(*mixed)).encode(), lines, json.dumps(explanation()).encode()]


def rif_seeds() -> list[bytes]:
    """Return carrier claims of two lines, and inpatient stays."""
    second = CARRIER | {"LINE_NUM": "2"}
    return [
        rif_text(CARRIER, second, CARRIER | {"CLM_ID": "C2", "CLM_DISP_CD": "03"}).encode(),
        rif_text(INPATIENT, INPATIENT | {"CLM_ID": "I2"}, line_end="\r\n", closed="|").encode(),
    ]


def document_seeds() -> list[bytes]:
    """Return the texts of authored charts, and a clinical document."""
    plain = [path.read_bytes()[:2_000] for path in sorted(embedded_folder("data").glob("charts/A0001/*.txt"))]
    return [*plain, clinical_document()]


def settings_seeds() -> list[bytes]:
    """Return the settings files that the documentation shows."""
    return _documented("export.md", "toml")


def mapping_seeds() -> list[bytes]:
    """Return the mapping of a table that the documentation shows, without its titles above the header."""
    full = _documented("loading.md", "yaml")[0]
    return [full[full.index(b"tables:") :], full]


def mapped_table_seeds() -> list[bytes]:
    """Return a table that fits that mapping, and others that do not."""
    table = [
        "Claim #,Acct No,Payer,MRN,DOS,CPT,Mods,Qty,Chg Amt,Dx Ptr,Dx 1,Dx 2,Dx 3,Dx 4",
        'C1,A1,INVENTED,M1,01/05/2026,99213,"25, 59",1,100.00,12,I10,E11.9,,',
        "C1,A1,INVENTED,M1,01/05/2026,36415,,2,18.50,1,I10,E11.9,,",
        "C2,A2,INVENTED,M2,01/06/2026,00100,26,1,1000,1,K40.90,,,",
    ]
    return ["\n".join([*table, ""]).encode(), *table_seeds()]


def _documented(page: str, language: str) -> list[bytes]:
    blocks = (_ROOT / "docs" / page).read_text(encoding="utf-8").split(f"```{language}\n")[1:]
    return [block.split("```")[0].encode() for block in blocks]


def code_set_seeds() -> list[bytes]:
    """Return short publishers' files of invented content, and tables of the project's own."""
    own = [path.read_bytes()[:3_000] for path in sorted(Path(embedded_folder("codesets")).glob("*.csv"))[:4]]
    units = [
        "HCPCS/CPT Code,Outpatient Hospital Services MUE Values,MUE Adjudication Indicator,MUE Rationale",
        "00100,3,1 Line Edit,Nature of Service",
    ]
    tables = [order_lines(2026), PTP_HEADER + PTP_ROWS, hcpcs_lines(), units]
    return [*("\r\n".join([*lines, ""]).encode() for lines in tables), *own]


CODE_SET_NAMES = (
    "icd10cm_order_2026.txt",
    "ccipra-v322r0-f1.TXT",
    "HCPC2026_JAN_ANWEB.txt",
    "MCR_MUE_OutpatientHospitalServices_Eff_10-01-2026.csv",
)
