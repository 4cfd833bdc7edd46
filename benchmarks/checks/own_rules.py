"""How long 1,000 rules of a table take on a million claims: ``python -m benchmarks.checks.own_rules FOLDER``.

The claims have 4 lines and 6 diagnoses each, of 5,000 procedures and 5,000 diagnoses; a folder keeps them.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from auditlib.checks.own_rules.judge_table_rules import judge_table_rules
from auditlib.checks.own_rules.rule_table import CodePattern, TableRule
from auditlib.schema import ALL_TABLES
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Warehouse, graph

CLAIM_COUNT, LINE_COUNT, DIAGNOSIS_COUNT, RULE_COUNT = 1_000_000, 4, 6, 1_000
_PIECE = 200_000
_Values = pl.Series | str | int
_TABLES = {table.full_name: table for table in ALL_TABLES}
_NO_SCALE = {"VARCHAR": "", "BIGINT": 0, "DECIMAL(18,2)": 0, "DECIMAL(18,4)": 0, "BOOLEAN": False}


def _rows(name: str, columns: Mapping[str, _Values], count: int) -> pl.DataFrame:
    table = _TABLES[name]
    frame = pl.DataFrame({"_": pl.int_range(count, eager=True)}).with_columns(
        **{key: value if isinstance(value, pl.Series) else pl.lit(value) for key, value in columns.items()}
    )
    for column in table.columns:
        if column.name not in frame.columns:
            neutral = _NO_SCALE.get(column.type.value, dt.date(2026, 1, 15)) if column.required else None
            frame = frame.with_columns(pl.lit(neutral).alias(column.name))
    return frame.select(
        pl.col(column.name).cast(table.polars_schema[column.name]) for column in table.columns
    )


def make(folder: Path) -> Warehouse:
    """Return the warehouse of a folder, with the claims in it."""
    path = folder / "own_rules.duckdb"
    if path.exists():
        return Warehouse(path)
    folder.mkdir(parents=True, exist_ok=True)
    warehouse = Warehouse.create(path)
    rng = np.random.default_rng(15)
    procedures = np.array([f"Q{number:04d}" for number in range(5000)])
    diagnoses = np.array([f"{letter}{number:03d}" for letter in "ABCDE" for number in range(1000)])
    days = np.datetime64("2026-01-01") + np.arange(180)
    for first in range(1, CLAIM_COUNT + 1, _PIECE):
        ids = np.arange(first, first + _PIECE)
        day = rng.choice(days, _PIECE)
        claims: dict[str, _Values] = {
            "claim_id": pl.Series(ids),
            "form": "P",
            "patient_control_number": pl.Series(ids).cast(pl.String),
            "patient_id": pl.Series(ids % 300_000).cast(pl.String),
            "payer_id": pl.Series(rng.choice(["P01", "P02", "P03"], _PIECE)),
            "payer_sequence": "P",
            "frequency_code": "1",
            "filing_code": pl.Series(rng.choice(["MB", "MC", "CI"], _PIECE)),
            "place_of_service": "11",
            "billing_provider_id": "1234567893",
            "from_date": pl.Series(day),
        }
        lines: dict[str, _Values] = {
            "claim_id": pl.Series(np.repeat(ids, LINE_COUNT)),
            "line_number": pl.Series(np.tile(np.arange(1, LINE_COUNT + 1), _PIECE)),
            "code_system": "HCPCS",
            "code": pl.Series(rng.choice(procedures, _PIECE * LINE_COUNT)),
            "modifier_1": pl.Series(rng.choice(["25", "59", "26", "LT"], _PIECE * LINE_COUNT)),
            "from_date": pl.Series(np.repeat(day, LINE_COUNT)),
            "unit_count": 1,
        }
        coded: dict[str, _Values] = {
            "claim_id": pl.Series(np.repeat(ids, DIAGNOSIS_COUNT)),
            "diagnosis_number": pl.Series(np.tile(np.arange(1, DIAGNOSIS_COUNT + 1), _PIECE)),
            "code_system": "ICD-10-CM",
            "code": pl.Series(rng.choice(diagnoses, _PIECE * DIAGNOSIS_COUNT)),
            "code_role": "secondary",
        }
        with warehouse.writing() as writer:
            for name, columns, count in (
                ("core.claim", claims, _PIECE),
                ("core.claim_line", lines, _PIECE * LINE_COUNT),
                ("core.claim_diagnosis", coded, _PIECE * DIAGNOSIS_COUNT),
            ):
                writer.append(_TABLES[name], _rows(name, columns, count))
    patients = {
        "patient_id": pl.int_range(300_000, eager=True).cast(pl.String),
        "birth_date": pl.Series(np.datetime64("1940-01-01") + rng.integers(0, 30_000, 300_000)),
        "sex": pl.Series(rng.choice(["F", "M"], 300_000)),
    }
    with warehouse.writing() as writer:
        writer.append(_TABLES["core.patient"], _rows("core.patient", patients, 300_000))
        graph.run(writer, wanted={"core.standing_claim", "core.diagnosis"})
    return warehouse


def rules() -> list[TableRule]:
    """Return 1,000 rules: of a code, a start or a range; some with modifiers, diagnoses, payers, ages."""
    made = []
    for number in range(RULE_COUNT):
        code = f"Q{number * 5:04d}"
        hcpcs = (
            CodePattern(code, code),
            CodePattern(code[:4], code[:4] + "~"),
            CodePattern(code, f"Q{number * 5 + 4:04d}"),
        )[number % 3]
        diagnosis = f"{'ABCDE'[number % 5]}{number % 10}"
        made.append(
            TableRule(
                rule_id=f"R{number}",
                message="A rule of the office",
                action="review",
                hcpcs=(hcpcs,),
                icd=(CodePattern(diagnosis, diagnosis + "~"),) if number % 4 == 0 else (),
                payer_ids=("P01",) if number % 2 else (),
                filing_codes=(),
                modifiers=("25", "59") if number % 5 == 0 else (),
                absent_modifiers=(),
                add_modifier=None,
                places=(),
                sex="F" if number % 7 == 0 else None,
                first_age_years=18 if number % 6 == 0 else None,
                last_age_years=None,
                first_day=dt.date(2026, 1, 1),
                last_day=None,
            )
        )
    return made


def main(arguments: Sequence[str]) -> None:
    """Print the seconds of one pass of all rules."""
    warehouse = make(Path(arguments[0]))
    began, processor = time.perf_counter(), time.process_time()
    with warehouse.writing() as writer:
        writer.clear(FINDING)
        writer.clear(FINDING_SUMMARY)
        judge_table_rules(writer, rules())
    seconds, of_processor = time.perf_counter() - began, time.process_time() - processor
    found = warehouse.query("queries/checks/finding_summary")
    print(
        f"{RULE_COUNT:,} rules on {CLAIM_COUNT:,} claims: {seconds:.1f} s, "
        f"{of_processor:.1f} s of processor; "
        f"{found['eligible_count'].sum():,} lines under a rule, {found['finding_count'].sum():,} findings."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
