"""A few codes for the tests of the code browser; the title of one is hostile."""

from __future__ import annotations

import datetime as dt

import polars as pl

from auditlib.codesets.library.code_search import CodeSearch
from auditlib.schema.ref import CODE, CODE_NOTE, RELEASE
from auditlib.warehouse import Warehouse
from auditlib.widgets import CodeBrowser
from tests.widgets.example_charts import HOSTILE

DATED = {
    "code_system": "ICD-10-CM",
    "release": "FY2026",
    "effective_from": dt.date(2025, 10, 1),
    "effective_to": dt.date(2026, 9, 30),
}
CODES = (
    ("E11", "Type 2 diabetes mellitus", None, False),
    ("E112", "Type 2 diabetes mellitus with kidney complications", "E11", False),
    ("E1122", "Type 2 diabetes mellitus with diabetic chronic kidney disease", "E112", True),
    ("E119", "Type 2 diabetes mellitus without complications", "E11", True),
    ("I10", "Essential (primary) hypertension", None, True),
    ("Z99", HOSTILE, None, True),
)


def example_search() -> CodeSearch:
    warehouse = Warehouse.in_memory()
    names = ("code", "long_description", "parent_code", "is_billable")
    codes = [{**DATED, **dict(zip(names, row, strict=True))} for row in CODES]
    note = {**DATED, "code": "E1122", "note_kind": "use additional", "note_number": 1, "note_text": "N18.-"}
    release = {**DATED, "publisher": "p", "file_name": "f", "sha256": "0", "row_count": len(CODES)}
    loaded_at = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - stored without a zone
    with warehouse.writing() as writer:
        writer.append(CODE, CODE.conform(pl.DataFrame(codes)))
        writer.append(CODE_NOTE, CODE_NOTE.conform(pl.DataFrame([note])))
        writer.append(RELEASE, RELEASE.conform(pl.DataFrame([{**release, "loaded_at": loaded_at}])))
    return CodeSearch(warehouse)


def open_code_browser() -> CodeBrowser:
    return CodeBrowser(example_search(), date=dt.date(2026, 1, 1))
