"""Write claims into a new workspace: python -m benchmarks.checks.made_claims WORKSPACE --claims 1000000.

Each professional claim has 4 lines and 6 diagnoses; the same count gives the same claims. With --ncci FOLDER
the tables of its ``ncci_ptp_prac_*.parquet``, ``ncci_mue_prac_*.csv`` and ``ncci_aoc_*.csv`` hold on the days
of the claims, and the procedures are codes that they name. Some lines repeat another of their claim.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from auditlib.schema import ALL_TABLES
from auditlib.warehouse import Warehouse, Writer, graph
from auditlib.workbench import Workbench

CLAIMS_AT_ONCE = 200_000
LINES, DIAGNOSES = 4, 6
FIRST_DAY, DAYS = dt.date(2026, 1, 1), 90
LAST_DAY = FIRST_DAY + dt.timedelta(days=DAYS - 1)
PROCEDURES, DIFFERENT_DIAGNOSES = 4_000, 20_000
SEED = 15
ONE_UNIT = 0.95
_TABLES = {table.full_name: table for table in ALL_TABLES}
_PLAIN_PROCEDURES = ("99213", "99214", "71046", "93000", "85025", "80053", "36415", "J1100", "97110", "20610")


def make(workspace: Path, claim_count: int, ncci: Path | None) -> None:
    """Make the workspace, its tables and its claims, and build the models."""
    warehouse = Workbench.create(workspace, user="benchmark").workspace.warehouse()
    procedures = list(_PLAIN_PROCEDURES)
    with warehouse.writing() as writer:
        if ncci is not None:
            procedures = _load_edits(writer, ncci)
        diagnoses = (
            writer.query("queries/codesets/search_code")
            .filter(pl.col("code_system") == "ICD-10-CM", "is_billable", pl.col("effective_to") >= LAST_DAY)[
                "code"
            ]
            .sort()
        )
        generator = np.random.default_rng(SEED)
        for first in range(0, claim_count, CLAIMS_AT_ONCE):
            count = min(CLAIMS_AT_ONCE, claim_count - first)
            _add_claims(
                writer,
                generator,
                first=first + 1,
                count=count,
                procedures=pl.Series(procedures),
                diagnoses=diagnoses,
                claim_count=claim_count,
            )
        _add_patients(writer, generator, claim_count)
    _build(warehouse)


def _load_edits(writer: Writer, ncci: Path) -> list[str]:
    """Load the full-size tables as those of the days of the claims; return codes that they name."""
    pairs = pl.read_parquet(_only(ncci, "ncci_ptp_prac_*.parquet")).filter(pl.col("deletion").is_null())
    kept = {"effective_from": FIRST_DAY, "effective_to": LAST_DAY}
    edit = pairs.unique(["column1", "column2"]).select(
        setting=pl.lit("practitioner"),
        column_1_code="column1",
        column_2_code="column2",
        modifier_indicator=pl.col("modifier").cast(pl.String),
        is_before_1996=pl.lit(value=False),
        release=pl.lit("pairs"),
        **{name: pl.lit(day) for name, day in kept.items()},
    )
    limits = pl.read_csv(_only(ncci, "ncci_mue_prac_*.csv"), infer_schema=False)
    mue = limits.unique("hcpcs_code").select(
        setting=pl.lit("practitioner"),
        code="hcpcs_code",
        most_unit_count=pl.col("mue_units").cast(pl.Int64),
        adjudication_indicator="mue_mai",
        release=pl.lit("limits"),
        **{name: pl.lit(day) for name, day in kept.items()},
    )
    add_ons = pl.read_csv(_only(ncci, "ncci_aoc_*.csv"), infer_schema=False)
    add_on = add_ons.unique(["add_on_code", "primary_code"]).select(
        "add_on_code",
        "primary_code",
        edit_type="aoc_edit_type",
        release=pl.lit("add-ons"),
        **{name: pl.lit(day) for name, day in kept.items()},
    )
    names = {"ref.ptp_edit": edit, "ref.mue": mue, "ref.add_on_code": add_on}
    for name, frame in names.items():
        writer.append(_TABLES[name], frame)
    about = {
        "publisher": "CMS",
        "file_name": "given",
        "sha256": "0",
        "loaded_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None),
    }
    systems = ("NCCI PTP practitioner", "MUE practitioner", "add-on codes")
    releases = [
        {**about, **kept, "code_system": system, "release": frame["release"][0], "row_count": frame.height}
        for system, frame in zip(systems, names.values(), strict=True)
    ]
    writer.append(_TABLES["ref.release"], pl.DataFrame(releases))
    named = pl.concat([edit["column_1_code"], edit["column_2_code"], mue["code"], add_on["add_on_code"]])
    return named.unique().sort().sample(PROCEDURES, seed=SEED, shuffle=True).to_list()


def _only(folder: Path, pattern: str) -> Path:
    return next(iter(sorted(folder.glob(pattern))))


def _skewed(generator: np.random.Generator, count: int, most: int) -> NDArray[np.int64]:
    """Return numbers from 0 to ``most`` of which the small ones are frequent."""
    return (most * generator.random(count) ** 3).astype(np.int64)


def _add_claims(
    writer: Writer,
    generator: np.random.Generator,
    *,
    first: int,
    count: int,
    procedures: pl.Series,
    diagnoses: pl.Series,
    claim_count: int,
) -> None:
    number = np.arange(first, first + count)
    day = np.datetime64(FIRST_DAY) + generator.integers(0, DAYS, count)
    patient = generator.integers(0, max(claim_count // 4, 1), count)
    provider = generator.integers(0, 2_000, count)
    claim = pl.DataFrame(
        {
            "claim_id": number,
            "patient_id": pl.Series(patient).cast(pl.String).str.zfill(9),
            "patient_control_number": pl.Series(number).cast(pl.String).str.zfill(10),
            "billing_provider_id": pl.Series(provider // 20).cast(pl.String),
            "rendering_provider_id": pl.Series(provider).cast(pl.String),
            "from_date": day,
            "to_date": day,
            "submit_date": day,
            "source_offset": number * 1000,
        }
    ).with_columns(
        form=pl.lit("P"),
        payer_id=pl.lit("1"),
        payer_name=pl.lit("A payer"),
        payer_sequence=pl.lit("P"),
        filing_code=pl.lit("MB"),
        frequency_code=pl.lit("1"),
        place_of_service=pl.lit("11"),
        charge_amount=pl.lit(400.0),
        source_file_id=pl.lit(1),
    )
    writer.append(
        _TABLES["core.claim"], claim.with_columns(pl.col("from_date", "to_date", "submit_date").cast(pl.Date))
    )
    chosen = _skewed(generator, count * LINES, len(procedures)).reshape(count, LINES)
    chosen[:, -1] = np.where(generator.random(count) < LINES / 50, chosen[:, 0], chosen[:, -1])
    marked = generator.random(count * LINES)
    line = pl.DataFrame(
        {
            "claim_id": np.repeat(number, LINES),
            "line_number": np.tile(np.arange(1, LINES + 1), count),
            "code": procedures.gather(chosen.ravel()),
            "modifier_1": pl.Series(np.searchsorted([0.05, 0.10, 0.15], marked)).replace_strict(
                {0: "59", 1: "25", 2: "LT", 3: None}, return_dtype=pl.String
            ),
            "unit_count": np.where(generator.random(count * LINES) < ONE_UNIT, 1.0, 2.0),
            "from_date": pl.Series(np.repeat(day, LINES)).cast(pl.Date),
            "diagnosis_pointer_1": generator.integers(1, DIAGNOSES + 1, count * LINES),
            "source_offset": np.repeat(number * 1000, LINES) + np.tile(np.arange(100, 100 + LINES), count),
        }
    ).with_columns(code_system=pl.lit("CPT"), charge_amount=pl.lit(100.0), source_file_id=pl.lit(1))
    writer.append(_TABLES["core.claim_line"], line)
    coded = _skewed(generator, count * DIAGNOSES, min(DIFFERENT_DIAGNOSES, len(diagnoses)))
    spread = np.random.default_rng(SEED).permutation(len(diagnoses))
    diagnosis = pl.DataFrame(
        {
            "claim_id": np.repeat(number, DIAGNOSES),
            "diagnosis_number": np.tile(np.arange(1, DIAGNOSES + 1), count),
            "code": diagnoses.gather(spread[coded]),
            "code_role": np.tile(["principal"] + ["secondary"] * (DIAGNOSES - 1), count),
            "source_offset": np.repeat(number * 1000, DIAGNOSES)
            + np.tile(np.arange(1, DIAGNOSES + 1), count),
        }
    ).with_columns(
        pointer_number="diagnosis_number", code_system=pl.lit("ICD-10-CM"), source_file_id=pl.lit(1)
    )
    writer.append(_TABLES["core.claim_diagnosis"], diagnosis)


def _add_patients(writer: Writer, generator: np.random.Generator, claim_count: int) -> None:
    count = max(claim_count // 4, 1)
    patient = pl.DataFrame(
        {
            "patient_id": pl.Series(np.arange(count)).cast(pl.String).str.zfill(9),
            "birth_date": pl.Series(np.datetime64("1935-01-01") + generator.integers(0, 32_000, count)).cast(
                pl.Date
            ),
            "sex": generator.choice(["F", "M"], count),
            "source_offset": np.arange(count),
        }
    ).with_columns(source_file_id=pl.lit(1))
    writer.append(_TABLES["core.patient"], patient)


def _build(warehouse: Warehouse) -> None:
    with warehouse.writing() as writer:
        graph.run(writer)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--ncci", type=Path)
    given = parser.parse_args()
    make(given.workspace, given.claims, given.ncci)


if __name__ == "__main__":
    main()
