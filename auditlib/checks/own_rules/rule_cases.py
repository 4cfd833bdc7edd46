"""The tests of own rules: a table of cases, each a claim, with the lines that a rule should find."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, NoReturn, TypeVar

import polars as pl

from auditlib.checks.own_rules.rule_folder import CASES_SUFFIX, FOLDER, OwnRules
from auditlib.checks.own_rules.rule_table import read_cells
from auditlib.checks.runner import run_own_rules
from auditlib.errors import BadInputError
from auditlib.schema import ALL_TABLES, ColumnType, Table
from auditlib.warehouse import Warehouse, graph

_Read = TypeVar("_Read")
_FILLED: Final = ("core.patient", "core.claim", "core.claim_line", "core.claim_diagnosis")
_TABLES: Final = {table.full_name: table for table in ALL_TABLES if table.full_name in _FILLED}
EXPECTED: Final = ("finding", "no finding")
_DOES_NOT_RUN: Final = "the rule does not run"
CASE_COLUMNS: Final = (
    *("rule", "case", "expected", "hcpcs", "units", "charge", "modifier", "icd", "payer", "filing_code"),
    *("place_of_service", "sex", "birth_date", "date", "form"),
)
_FILLERS: Final[Mapping[ColumnType, object]] = {
    ColumnType.TEXT: "",
    ColumnType.INTEGER: 0,
    ColumnType.MONEY: Decimal("0.00"),
    ColumnType.QUANTITY: Decimal(0),
    ColumnType.DATE: dt.date(2026, 1, 15),
    ColumnType.TIMESTAMP: dt.datetime(2026, 1, 15),  # noqa: DTZ001 - stored times carry no zone
    ColumnType.BOOLEAN: False,
    ColumnType.DOUBLE: 0.0,
}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One row of a table of cases: what was expected of the line, and what the rule said."""

    file_name: str
    row_number: int
    rule_id: str
    case: str
    expected: str
    result: str

    @property
    def is_met(self) -> bool:
        """Whether the rule said what was expected."""
        return self.expected == self.result


def run_cases(root: Path, rules: OwnRules) -> list[CaseResult]:
    """Judge every case of the folder of rules, each rule on its own cases, in a warehouse of their own.

    Parameters
    ----------
    root
        The folder of the workspace; cases are in tables named ``*.cases.csv`` or ``*.cases.xlsx``.
    rules
        The rules.

    Raises
    ------
    BadInputError
        If a table of cases cannot be read, or a row is wrong.
    """
    folder = root / FOLDER
    paths = sorted(folder.glob(f"*{CASES_SUFFIX}.*")) if folder.is_dir() else []
    rows = [(path.name, number, row) for path in paths for number, row in _rows(path, rules)]
    if not rows:
        return []
    warehouse = Warehouse.in_memory()
    claims = _fill(warehouse, rows)
    run_own_rules(warehouse, rules)
    found = set(warehouse.query("queries/checks/finding_place").iter_rows())
    summary = warehouse.query("queries/checks/finding_summary")
    # A rule that does not run finds nothing either: no case of it is met.
    failed = summary.filter(outcome="not checked", not_checked_count=0)["check_id"].to_list()
    results = []
    for (name, number, row), (claim_id, line_number) in zip(rows, claims, strict=True):
        rule_id = row["rule"].upper()
        # A finding of a claim as a whole, as of a rule of diagnoses, counts for each of its lines.
        is_found = (rule_id, claim_id, line_number) in found or (rule_id, claim_id, None) in found
        result = _DOES_NOT_RUN if rule_id in failed else "finding" if is_found else "no finding"
        results.append(CaseResult(name, number, rule_id, row["case"], row["expected"].lower(), result))
    return results


def _rows(path: Path, rules: OwnRules) -> list[tuple[int, dict[str, str]]]:
    cells = read_cells(path, columns=CASE_COLUMNS, required=("rule", "case", "expected"))
    rows = []
    for number, row in enumerate(cells.iter_rows(named=True), start=2):
        given = {name: value for name, value in row.items() if value}
        if not given:
            continue
        absent = [name for name in ("rule", "case", "expected") if name not in given]
        if absent:
            _refuse(
                path, number, f"{absent[0]} is empty", "a case has its rule, its name and what is expected"
            )
        if given["rule"].upper() not in rules.ids:
            _refuse(path, number, f"there is no rule {given['rule']}", "the id of a rule of this folder")
        if given["expected"].lower() not in EXPECTED:
            _refuse(path, number, f"expected is '{given['expected']}'", " or ".join(EXPECTED))
        rows.append((number, given))
    return rows


def _fill(warehouse: Warehouse, rows: Sequence[tuple[str, int, Mapping[str, str]]]) -> list[tuple[int, int]]:
    """Fill the tables of claims; return the claim and line of each row."""
    tables: dict[str, list[dict[str, object]]] = {name: [] for name in _FILLED}
    numbers: dict[tuple[str, str, str], int] = {}
    line_counts: dict[int, int] = {}
    places = []
    for file_name, number, row in rows:
        claim_id = numbers.setdefault((file_name, row["rule"], row["case"]), len(numbers) + 1)
        day = _value(file_name, number, row, "date", dt.date.fromisoformat) or dt.date(2026, 1, 15)
        line_number = line_counts[claim_id] = line_counts.get(claim_id, 0) + 1
        if line_number == 1:
            birth = _value(file_name, number, row, "birth_date", dt.date.fromisoformat)
            patient = f"patient {claim_id}"
            tables["core.patient"].append({"patient_id": patient, "birth_date": birth, "sex": row.get("sex")})
            tables["core.claim"].append(_claim(row, claim_id, patient, day))
            tables["core.claim_diagnosis"] += [
                {
                    "claim_id": claim_id,
                    "diagnosis_number": place,
                    "pointer_number": place,
                    "code_system": "ICD-10-CM",
                    "code": code.upper().replace(".", ""),
                    "code_role": "principal" if place == 1 else "secondary",
                }
                for place, code in enumerate(_parts(row.get("icd", "")), start=1)
            ]
        modifiers = _parts(row.get("modifier", ""))
        tables["core.claim_line"].append(
            {
                "claim_id": claim_id,
                "line_number": line_number,
                "code_system": "HCPCS",
                "code": row.get("hcpcs", "").upper() or None,
                "from_date": day,
                "unit_count": _value(file_name, number, row, "units", Decimal),
                "charge_amount": _value(file_name, number, row, "charge", Decimal) or Decimal(0),
                "place_of_service": row.get("place_of_service"),
                **{f"modifier_{place}": text.upper() for place, text in enumerate(modifiers[:4], start=1)},
            }
        )
        places.append((claim_id, line_number))
    with warehouse.writing() as writer:
        for name, filled in tables.items():
            writer.append(_TABLES[name], _frame(_TABLES[name], filled))
        graph.run(writer)
    return places


def _claim(row: Mapping[str, str], claim_id: int, patient: str, day: dt.date) -> dict[str, object]:
    return {
        "claim_id": claim_id,
        "form": row.get("form", "P").upper(),
        "patient_control_number": f"CASE{claim_id}",
        "patient_id": patient,
        "payer_id": row.get("payer"),
        "payer_sequence": "P",
        "filing_code": row.get("filing_code", "").upper() or None,
        "frequency_code": "1",
        "place_of_service": row.get("place_of_service"),
        "billing_provider_id": "1234567893",
        "from_date": day,
        "to_date": day,
    }


def _frame(table: Table, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    filled = [
        {
            column.name: row.get(column.name, _FILLERS[column.type] if column.required else None)
            for column in table.columns
        }
        for row in rows
    ]
    return pl.DataFrame(filled, schema=table.polars_schema)


def _value(
    file_name: str, number: int, row: Mapping[str, str], name: str, read: Callable[[str], _Read]
) -> _Read | None:
    text = row.get(name)
    if text is None:
        return None
    try:
        return read(text.partition(" ")[0])
    except (ValueError, InvalidOperation):
        _refuse(Path(file_name), number, f"{name} is '{text}'", "a day as 2026-01-31, or a number")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[|;,]", text) if part.strip()]


def _refuse(path: Path, number: int, fault: str, expected: str) -> NoReturn:
    message = f"{path.name}, row {number}: {fault}."
    raise BadInputError(message, hint=f"Expected: {expected}.")
