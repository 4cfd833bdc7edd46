"""Small claims and code sets for the checks' tests, and what a check says of them."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from auditlib.checks import check_named
from auditlib.checks.check_query import tables_of
from auditlib.checks.runner import compare_notes, judge, write_line_rules
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Warehouse, Writer, graph
from tests.checks.reading import rows_of

Rows = Sequence[Mapping[str, object]]
SYSTEMS = {None, "", "CPT", "HCPCS", "ICD-10-CM", "ICD-10-PCS", "MS-DRG"}
FIRST_DAY, LAST_DAY = dt.date(2025, 10, 1), dt.date(2026, 9, 30)


@dataclass(frozen=True)
class Result:
    """What one check said: its summary, and of its findings the columns that a test asks for."""

    outcome: str
    eligible_count: int
    not_checked_count: int
    not_checked_reason: str | None
    findings: list[dict[str, object]]

    def of(self, *columns: str) -> list[tuple[object, ...]]:
        return [tuple(finding[column] for column in columns) for finding in self.findings]


@cache
def _wordings() -> dict[str, list[re.Pattern[str]]]:
    """Return what the findings of each check say: `*` stands for a value, brackets for what may be absent."""
    patterns: dict[str, list[re.Pattern[str]]] = {}
    with Path(__file__).with_name("wording.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            parts = re.split(r"([*\[\]])", row["detail"])
            # No code, day or title has a tilde, with which mutants end a text.
            signs = {"*": "[^~]+", "[": "(", "]": ")?"}
            regex = "".join(signs.get(part) or re.escape(part) for part in parts)
            patterns.setdefault(row["check_id"], []).append(re.compile(regex))
    return patterns


def assert_worded(result: Result) -> None:
    """Fail unless each finding says what `wording.csv` lets its check say, of a known code system."""
    for finding in result.findings:
        wordings = _wordings()[str(finding["check_id"])]
        assert any(wording.fullmatch(str(finding["detail"])) for wording in wordings), finding["detail"]
        assert finding["code_system"] in SYSTEMS, finding["code_system"]


Judge = Callable[[str, Mapping[str, Rows]], Result]


def judged(warehouse: Warehouse, check_id: str) -> Result:
    return all_judged(warehouse, (check_id,))[check_id]


def all_judged(warehouse: Warehouse, check_ids: Sequence[str]) -> dict[str, Result]:
    with warehouse.writing() as writer:
        write_line_rules(writer)
        compare_notes(writer)
        return judged_within(writer, check_ids)


def judged_within(writer: Writer, check_ids: Sequence[str]) -> dict[str, Result]:
    """Build what some checks read, run them, and return what they say, all in one transaction."""
    checks = tuple(check_named(check_id) for check_id in check_ids)
    chosen = graph.needed_for(tables_of(checks))
    graph.forget(writer, chosen)
    for model in chosen:
        graph.build_whole(writer, model)
    writer.clear(FINDING)
    writer.clear(FINDING_SUMMARY)
    judge(writer, checks)
    finding, summary = rows_of(writer._connection, FINDING), rows_of(writer._connection, FINDING_SUMMARY)
    results = {}
    for row in summary.iter_rows(named=True):
        found = finding.filter(check_id=row["check_id"])
        assert row["finding_count"] == found.height <= row["eligible_count"]
        results[row["check_id"]] = Result(
            outcome=row["outcome"],
            eligible_count=row["eligible_count"],
            not_checked_count=row["not_checked_count"],
            not_checked_reason=row["not_checked_reason"],
            findings=found.to_dicts(),
        )
        assert_worded(results[row["check_id"]])
    return results


def release(
    name: str = "FY2026", *, first: dt.date = FIRST_DAY, last: dt.date | None = LAST_DAY
) -> dict[str, object]:
    return {"code_system": "ICD-10-CM", "release": name, "effective_from": first, "effective_to": last}


def code(
    name: str,
    *,
    billable: bool = True,
    of: str = "FY2026",
    parent: str | None = None,
    first: dt.date = FIRST_DAY,
    last: dt.date | None = LAST_DAY,
) -> dict[str, object]:
    return {
        "code_system": "ICD-10-CM",
        "code": name,
        "is_billable": billable,
        "parent_code": parent,
        "release": of,
        "effective_from": first,
        "effective_to": last,
    }


def diagnoses(
    *codes: str, claim_id: int = 1, role: str = "secondary", start: int = 1
) -> list[dict[str, object]]:
    """Diagnoses of one claim, each with the pointer that means it."""
    return [
        {
            "claim_id": claim_id,
            "diagnosis_number": number,
            "pointer_number": number if role in {"principal", "secondary"} else None,
            "code_system": "ICD-10-CM",
            "code": name,
            "code_role": role,
        }
        for number, name in enumerate(codes, start=start)
    ]


def claim(claim_id: int = 1, **columns: object) -> dict[str, object]:
    neutral: dict[str, object] = {
        "claim_id": claim_id,
        "form": "P",
        "patient_control_number": f"A{claim_id}",
        "patient_id": "patient one",
        "payer_id": "P01",
        "payer_sequence": "P",
        "frequency_code": "1",
        "submit_date": dt.date(2026, 1, 20),
        "billing_provider_id": "1234567893",
        "rendering_provider_id": "1234567893",
        "from_date": dt.date(2026, 1, 15),
        "to_date": dt.date(2026, 1, 15),
    }
    return neutral | columns


def line(line_number: int = 1, claim_id: int = 1, **columns: object) -> dict[str, object]:
    neutral: dict[str, object] = {
        "claim_id": claim_id,
        "line_number": line_number,
        "code_system": "HCPCS",
        "code": "G0463",
        "from_date": dt.date(2026, 1, 15),
        "unit_count": 1,
        "diagnosis_pointer_1": 1,
    }
    return neutral | columns
