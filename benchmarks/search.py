"""How long a search of the code sets takes, beside two naive ways: python -m benchmarks.search [WORKSPACE].

The searches are the 150 of tests/codesets/search_queries.csv. A peer that cannot find a misspelled or an
abbreviated word answers quickly and wrongly: the share of searches whose category is among the first five
stands beside the times.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import simple_icd_10_cm

from auditlib.progress import SilentProgress
from auditlib.warehouse import Warehouse
from auditlib.workbench import Workbench

QUERIES = Path(__file__).parents[1] / "tests" / "codesets" / "search_queries.csv"
FIRST = 5


def measured(name: str, search: Callable[[str], list[str]]) -> tuple[str, float, float, float]:
    """Return the name, the median and 95th percentile in milliseconds, and the share of hits."""
    queries = pl.read_csv(QUERIES)
    search("asthma")
    seconds, hits = [], 0
    for query, _, category in queries.iter_rows():
        begun = time.perf_counter()
        codes = search(query)
        seconds.append(time.perf_counter() - begun)
        hits += any(code.startswith(category) for code in codes[:FIRST])
    median, high = np.percentile(seconds, [50, 95]) * 1e3
    return name, float(median), float(high), hits / queries.height


def naive_filter(warehouse: Warehouse) -> Callable[[str], list[str]]:
    """Return the scan of all titles that one writes first: every word must be in it."""
    codes = warehouse.query("queries/codesets/search_code")

    def search(text: str) -> list[str]:
        title = pl.col("long_description").str.to_lowercase()
        every = [title.str.contains(word, literal=True) for word in text.lower().split()]
        found = codes.filter(*every).sort(pl.col("long_description").str.len_chars(), "code")
        return found["code"].head(FIRST).to_list()

    return search


def simple_search(text: str) -> list[str]:
    """Ask simple_icd_10_cm for the description of every code, and whether it holds every word."""
    words = text.lower().split()
    found = [
        code
        for code in simple_icd_10_cm.get_all_codes(with_dots=False)
        if all(word in simple_icd_10_cm.get_description(code).lower() for word in words)
    ]
    return found[:FIRST]


def run(workspace: Path) -> None:
    """Print the table."""
    workbench = Workbench.create(workspace, progress=SilentProgress())
    search = workbench.codesets.code_search
    begun = time.perf_counter()
    search.search("asthma")
    print(f"{search.code_count:,} codes; index built in {time.perf_counter() - begun:.2f} s\n")
    rows = [
        measured("auditlib", lambda text: [hit.code for hit in search.search(text, limit=20)]),
        measured("scan of titles (polars)", naive_filter(workbench.workspace.warehouse())),
        measured("simple_icd_10_cm", simple_search),
    ]
    own = rows[0]
    print(f"{'':26}{'p50 ms':>9}{'p95 ms':>9}{'p95 ratio':>11}{'in first 5':>12}")
    for name, median, high, share in rows:
        print(f"{name:26}{median:9.2f}{high:9.2f}{high / own[2]:11.2f}{share:12.1%}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder) / "workspace")
