"""How long code sets take to build, open, load and judge by: python -m benchmarks.codesets [ROWS].

Diagnoses are judged by code and day of service beside a bare range join of the same tables in DuckDB, and
beside `simple_icd_10_cm.is_valid_item`, which knows one release and no days. Official files are read from
the folder in AUDITLIB_FIELD_DATA (default ../shared) and left out without it. Times are seconds of processor,
of all threads together and the least of several runs: other work on the machine does not count.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import simple_icd_10_cm

from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.icd10.icd10_files import read_order_file
from auditlib.codesets.readers.published import PublishedFile, published_files
from auditlib.schema.core import DIAGNOSIS
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench
from benchmarks.search import QUERIES

FIELD_DATA = Path(os.environ.get("AUDITLIB_FIELD_DATA", Path(__file__).parents[2] / "shared"))
TIMES = 3
ROWS = 10_000_000
LOOKUPS = 500_000
OTHER_SHARE = 0.02
RANGE_JOIN = """
select count(*), count(code.code)
from core.diagnosis as diagnosis
left join ref.code as code
  on code.code_system = diagnosis.code_system
  and code.code = diagnosis.code
  and code.is_billable
  and diagnosis.service_date between code.effective_from and coalesce(code.effective_to, date '9999-12-31')
"""


def spent() -> float:
    """Return the seconds of processor that this process and its children have used."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def best(run: Callable[[], object], times: int = TIMES) -> float:
    """Return the least seconds of several runs."""
    seconds = []
    for _ in range(times):
        begun = spent()
        run()
        seconds.append(spent() - begun)
    return min(seconds)


def say(what: str, seconds: float, goal: str, ratio: str = "") -> None:
    """Print one row of the table."""
    print(f"| {what} | {seconds:,.3f} s | {ratio or '-'} | {goal} |", flush=True)


def diagnoses(warehouse: Warehouse, count: int) -> pl.DataFrame:
    """Return diagnoses of two fiscal years: mostly codes in force, one in fifty of another day or none."""
    codes = warehouse.query("queries/codesets/code_of_system", {"code_system": "ICD-10-CM"})
    billable = codes.filter("is_billable")["code"].unique().sort().to_numpy()
    others = codes.filter(~pl.col("is_billable"))["code"].unique().sort().to_numpy()
    random = np.random.default_rng(41352)
    is_other = random.random(count) < OTHER_SHARE
    chosen = np.where(is_other, random.choice(others, count), random.choice(billable, count))
    first = np.datetime64("2025-07-01")
    days = first + random.integers(0, 365, count).astype("timedelta64[D]")
    return pl.DataFrame({"code": chosen, "service_date": days}).select(
        claim_id=pl.int_range(1, count + 1),
        item_number=pl.lit(1, pl.Int64),
        code_system=pl.lit("ICD-10-CM"),
        code="code",
        code_role=pl.lit("principal"),
        service_date=pl.col("service_date").cast(pl.Date),
    )


def judge(warehouse: Warehouse, count: int) -> None:
    """Judge diagnoses by the three checks, beside the bare join and the lookup of the package."""
    rows = diagnoses(warehouse, count)
    with warehouse.writing() as writer:
        writer.append(DIAGNOSIS, rows)

    def bare() -> object:
        with duckdb.connect(str(warehouse.path), read_only=True) as connection:
            return connection.execute(RANGE_JOIN).fetchall()

    joined = best(bare)
    say(f"bare range join of {count:,} diagnoses in DuckDB", joined, "-", "1.00")
    whole = seconds = 0.0
    for check in ("dx_01", "dx_02", "dx_03"):
        seconds = best(lambda name=check: warehouse.query(f"checks/{name}"))  # type: ignore[misc]
        whole += seconds
        goal = "ratio up to 1.5" if check == "dx_03" else "-"
        name = check.upper().replace("_", "-")
        say(f"{name} on them, findings written out", seconds, goal, f"{seconds / joined:.2f}")
    say("all three checks", whole, "-", f"{whole / joined:.2f}")
    codes = rows["code"].head(LOOKUPS).to_list()
    simple_icd_10_cm.is_valid_item("A00")
    looked_up = best(lambda: [simple_icd_10_cm.is_valid_item(code) for code in codes]) / len(codes)
    print(
        f"| one code: DX-03 {seconds / count * 1e6:.3f} us, simple_icd_10_cm {looked_up * 1e6:.3f} us | - "
        f"| {seconds / count / looked_up:.2f} | ratio under 1 |"
    )


def order_file() -> None:
    """Load a whole year's order file into a new warehouse."""
    archive = FIELD_DATA / "codesets" / "icd10cm" / "cms_2026_dx.zip"
    if not archive.is_file():
        print("| no order file at hand | - | - | - |")
        return
    members = [one for one in published_files(archive) if one.name.endswith(".txt")]
    file = next(one for one in members if "order_2026" in one.name)

    def load(file: PublishedFile = file) -> None:
        warehouse = Warehouse.in_memory()
        release = read_order_file(PublishedFile(file.name, file.path, file.data), Stated())
        with warehouse.writing() as writer:
            for table, frame in release.tables(loaded_at=dt.datetime(2026, 1, 1)):  # noqa: DTZ001 - no zone
                writer.append(table, frame)

    say("order file of fiscal year 2026, read and written", best(load), "under 1 s")


def opening(workspace: Path) -> None:
    """Open a workspace in a new process, beside the import alone."""
    script = "import sys; from auditlib.workbench import Workbench; "
    used = f"{script}Workbench.open(sys.argv[1]).codesets.list().frame"
    alone = best(lambda: subprocess.run([sys.executable, "-c", script], check=True))
    opened = best(lambda: subprocess.run([sys.executable, "-c", used, str(workspace)], check=True))
    say("opening a workspace and listing its releases", max(opened - alone, 0.0), "nothing is parsed")


def searches(workbench: Workbench) -> None:
    """Search by the 150 authored texts, over all loaded systems."""
    search = workbench.codesets.code_search
    begun = spent()
    search.search("asthma")
    say(f"index over {search.code_count:,} codes, at the first search", spent() - begun, "-")
    seconds = []
    for query in pl.read_csv(QUERIES)["query"]:
        begun = spent()
        search.search(query)
        seconds.append(spent() - begun)
    median, high = np.percentile(seconds, [50, 95])
    say("a search, misspellings included: 50th percentile", float(median), "-")
    say("a search, misspellings included: 95th percentile", float(high), "under 0.030 s")


def run(folder: Path, count: int) -> None:
    """Print the table."""
    print("| what | time | ratio | goal |\n|---|---|---|---|")
    begun = spent()
    workbench = Workbench.create(folder / "workspace")
    say("first build of a workspace with all extras", spent() - begun, "under 10 s")
    opening(folder / "workspace")
    order_file()
    searches(workbench)
    judge(workbench.workspace.warehouse(), count)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
