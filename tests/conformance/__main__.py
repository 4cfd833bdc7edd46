"""`make conformance SEED=1`: our checks of hospital stays beside another program's Medicare Code Editor."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
from pathlib import Path

import polars as pl

from auditlib.checks import run_checks
from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.codesets.library.load_code_sets import load_code_sets
from auditlib.embedded import embedded_folder
from auditlib.warehouse import Warehouse, graph
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.conformance.agreement import OurAnswers, by_edit, compared
from tests.conformance.drawn_stays import CodePools, Stay, draw_stays, stay_tables
from tests.conformance.other_editor import other_editor

_LOADED_AT = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - stored times carry no zone


def main() -> int:
    """Load the lists, draw the stays, run both, and print what agrees; 1 if a difference is not explained."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--claims", type=int, default=20_000)
    parser.add_argument("--from", dest="first", type=dt.date.fromisoformat, default=dt.date(2021, 1, 1))
    parser.add_argument("--to", dest="last", type=dt.date.fromisoformat, default=dt.date(2026, 12, 31))
    parser.add_argument(
        "--folder", type=Path, default=Path(os.environ.get("AUDITLIB_FIELD_DATA", "../shared"))
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="auditlib-conformance-") as made:
        warehouse, report = load_lists(Path(made) / "workspace", arguments.folder)
        stays = draw_stays(
            arguments.seed, arguments.claims, arguments.first, arguments.last, pools_of(warehouse)
        )
        _judge(warehouse, stays)
        ours = answers_of(warehouse, stays)
        with other_editor() as editor:
            rows = compared(ours, editor.answers(stays), editor.is_valid)
    _print(report, rows, arguments)
    return 1 if "unexplained" in set(rows["reason"]) else 0


def load_lists(root: Path, folder: Path) -> tuple[Warehouse, pl.DataFrame]:
    """Make a workspace with the lists below a folder; return its warehouse and what was loaded."""
    Workbench.create(root)
    workspace = Workspace.open(root)
    report = load_code_sets(workspace, _of_these_systems(folder), loaded_at=_LOADED_AT).rows
    return Warehouse.create(workspace.warehouse_path), report


def _of_these_systems(folder: Path) -> list[Path]:
    """Return the files below a folder that may hold ICD-10 codes or the editor's lists, by their names."""
    lists = folder / "codesets" if (folder / "codesets").is_dir() else folder
    names = ("icd10cm", "icd10pcs", "icd-10", "_dx", "_pr", "mce")
    return sorted(
        path
        for path in lists.rglob("*")
        if path.is_file()
        and any(name in str(path.relative_to(lists)).lower() for name in names)
        and path.suffix.lower() in {".zip", ".txt", ".csv"}
        and "addenda" not in path.name.lower()
    )


def _select(warehouse: Warehouse, sql: str) -> pl.DataFrame:
    with warehouse._reading() as connection:
        return connection.select(sql, None)


def pools_of(warehouse: Warehouse) -> CodePools:
    """Return the codes and lists of a warehouse, to draw from."""
    codes = _select(warehouse, "select distinct code_system, code, is_billable from ref.code order by all")
    listed = _select(
        warehouse, "select distinct list_name, code_system, code from ref.code_list order by all"
    )
    lists: dict[str, list[str]] = {}
    for name, system, code in listed.iter_rows():
        is_of_procedures = system == ICD10PCS and name in {"MCE female only", "MCE male only"}
        lists.setdefault(f"procedures {name}" if is_of_procedures else name, []).append(code)
    return CodePools(
        diagnoses=codes.filter("is_billable", code_system=ICD10CM)["code"].to_list(),
        procedures=codes.filter("is_billable", code_system=ICD10PCS)["code"].to_list() or ["0DTJ4ZZ"],
        headers=codes.filter(~pl.col("is_billable"), code_system=ICD10CM)["code"].to_list(),
        lists=lists,
    )


def _judge(warehouse: Warehouse, stays: list[Stay]) -> None:
    with warehouse.writing() as writer:
        for table, frame in stay_tables(stays).items():
            writer.append(table, frame)
        graph.run(writer)
    run_checks(warehouse)


def answers_of(warehouse: Warehouse, stays: list[Stay]) -> OurAnswers:
    """Return what was found of stays, which may be the first of many."""
    last = max(stay.claim_id for stay in stays)
    facts = pl.DataFrame(
        {
            "claim_id": [stay.claim_id for stay in stays],
            "day": [stay.discharged for stay in stays],
            "age_years": [stay.age_years for stay in stays],
            "last_age_years": [stay.last_age_years for stay in stays],
            "sex": [stay.sex for stay in stays],
        }
    )
    full_days = _select(
        warehouse,
        "select service_date as day from core.release_day where release is not null and not can_only_confirm",
    )
    unchecked = _select(
        warehouse,
        f"select distinct claim_id from core.icd_procedure where not is_checked and claim_id <= {last}",
    )["claim_id"]
    codes = _select(
        warehouse,
        "select claim_id, code_system, item_number, code, code_role = 'admitting' as is_admitting"
        f" from core.diagnosis where claim_id <= {last} union all"
        " select claim_id, 'ICD-10-PCS', item_number, code, false"
        f" from core.icd_procedure where claim_id <= {last}",
    )
    return OurAnswers(
        stays=facts.with_columns(
            has_diagnoses=pl.col("day").is_in(full_days["day"].implode()),
            has_procedures=~pl.col("claim_id").is_in(unchecked.implode()),
        ),
        codes=codes,
        findings=_select(warehouse, f"select * from mart.finding where claim_id <= {last}"),
        listed_days=_select(
            warehouse, "select service_date as day, list_name, release from core.list_release_day"
        ),
        list_codes=_select(warehouse, "select list_name, code_system, code, release from ref.code_list"),
        updates=_unloaded_updates(warehouse, facts["day"].unique()),
        listed_codes=_select(
            warehouse,
            "select code_system, code, effective_from as first_day, "
            "coalesce(effective_to, date '9999-12-31') as last_day from ref.code where is_billable",
        ),
    )


def _unloaded_updates(warehouse: Warehouse, days: pl.Series) -> pl.DataFrame:
    known = pl.read_csv(embedded_folder("codesets") / "icd10_release.csv", try_parse_dates=True).select(
        "code_system", known_from="effective_from"
    )
    loaded = _select(
        warehouse, "select code_system, effective_from, effective_to from ref.release order by effective_from"
    )
    return (
        pl.DataFrame({"day": days})
        .join(loaded, how="cross")
        .filter(
            pl.col("effective_from") <= pl.col("day"),
            pl.col("effective_to").fill_null(dt.date(9999, 12, 31)) >= pl.col("day"),
        )
        .group_by("day", "code_system")
        .agg(listed_from=pl.col("effective_from").max())
        .join(known, on="code_system")
        .filter(pl.col("known_from") > pl.col("listed_from"), pl.col("known_from") <= pl.col("day"))
        .select("day", "code_system", "listed_from")
        .unique()
    )


def _print(report: pl.DataFrame, rows: pl.DataFrame, arguments: argparse.Namespace) -> None:
    loaded = report.filter(pl.col("load_status").is_in(["loaded", "replaced"]))
    with pl.Config(tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=80, tbl_hide_dataframe_shape=True):
        print(
            f"Seed {arguments.seed}: {arguments.claims:,} stays, ended {arguments.first} to {arguments.last}."
        )
        print(loaded.select("code_system", "release", "effective_from", "effective_to", "row_count"))
        print(by_edit(rows))
        print(
            rows.filter(pl.col("is_checked"), pl.col("reason") != "agrees")
            .group_by("edit", "reason")
            .agg(stays=pl.len())
            .sort("edit", "reason")
        )
        unexplained = rows.filter(reason="unexplained")
        print(f"Unexplained differences: {unexplained.height}.")
        if unexplained.height:
            print(unexplained.head(20))


if __name__ == "__main__":
    raise SystemExit(main())
