"""Make claims and load them into a new workspace: python -m benchmarks.checks.made_claims WORKSPACE.

The claims are those of ``benchmarks.made``, with 20,000 different diagnoses. With --ncci FOLDER the tables
of its ``ncci_ptp_prac_*.parquet``, ``ncci_mue_prac_*.csv`` and ``ncci_aoc_*.csv`` hold on the days of the
claims, and the procedures are codes that they name. The files are deleted once they are loaded.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from pathlib import Path

import polars as pl

from auditlib.loading.load import load_files
from auditlib.schema import ALL_TABLES
from auditlib.warehouse import Writer, graph
from auditlib.workbench import Workbench
from benchmarks.made.claims import DAYS, FIRST_DAY
from benchmarks.made.codes import CodePool, usual_codes
from benchmarks.made.parts import Plan, write

LAST_DAY = FIRST_DAY + dt.timedelta(days=DAYS)
PROCEDURES, DIFFERENT_DIAGNOSES = 4_000, 20_000
SEED = 15
LOADED_AT = dt.datetime(2026, 11, 1)  # noqa: DTZ001 - stored times carry no zone
_TABLES = {table.full_name: table for table in ALL_TABLES}


def make(workspace: Path, claim_count: int, ncci: Path | None) -> None:
    """Make the workspace, its tables and its claims, and build the models."""
    made = Workbench.create(workspace, user="benchmark").workspace
    with made.warehouse().writing() as writer:
        procedures = usual_codes().procedures
        if ncci is not None:
            procedures = (*procedures[:10], *_load_edits(writer, ncci))
        codes = (
            writer.query("queries/codesets/search_code")
            .filter(pl.col("code_system") == "ICD-10-CM", "is_billable", pl.col("effective_to") >= LAST_DAY)[
                "code"
            ]
            .sort()
        )
    diagnoses = codes.sample(min(DIFFERENT_DIAGNOSES, len(codes)), seed=SEED, shuffle=True).to_list()
    with tempfile.TemporaryDirectory(dir=workspace.parent) as folder:
        pool = CodePool(tuple(diagnoses), procedures)
        for _ in write(Plan(claim_count, SEED), Path(folder), codes=pool, processes=2):
            pass
        load_files(made, [Path(folder)], loaded_at=LOADED_AT)
    # The edits are changed tables too: what follows from both is built.
    with made.warehouse().writing() as writer:
        graph.run(writer)


def _load_edits(writer: Writer, ncci: Path) -> tuple[str, ...]:
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
    return tuple(named.unique().sort().sample(PROCEDURES, seed=SEED, shuffle=True).to_list())


def _only(folder: Path, pattern: str) -> Path:
    return next(iter(sorted(folder.glob(pattern))))


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
