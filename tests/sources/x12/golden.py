"""Published counts of real files beside what loading them gave, and the table of differences in the docs."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

# Column of GOLDEN.tsv to column of a load's report.
COLUMNS = {
    "isa": "interchange_count",
    "gs": "group_count",
    "st": "transaction_count",
    "clm": "submitted_claim_count",
    "lines837": "submitted_line_count",
    "clm02": "submitted_charge_amount",
    "line_chg": "submitted_line_charge_amount",
    "clp": "remit_claim_count",
    "svc": "remit_line_count",
    "clp03": "remit_charge_amount",
    "clp04": "remit_paid_amount",
    "bpr02": "payment_amount",
    "plb": "provider_adjustment_amount",
}
BALANCES = {
    "clm_balanced": "claim charge",
    "clp_balanced": "claim payment",
    "svc_balanced": "line payment",
    "tx_balanced": "remittance payment",
}
# File to the rule by which its counts differ.
RULES = {
    "pyx12/loop_counting2.txt": "byte for byte the same as `loop_counting.txt`: a file is loaded once",
    "pyx12/ordinal.txt": "its transaction is that of `ele.txt`, but for blanks: a transaction is loaded once",
}


def golden_rows(folder: Path) -> dict[str, dict[str, str]]:
    """Return the rows of GOLDEN.tsv by file."""
    with (folder / "GOLDEN.tsv").open(encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}


def differences(
    golden: Mapping[str, Mapping[str, str]], loaded: Mapping[str, Mapping[str, object]]
) -> dict[str, dict[str, tuple[str, str]]]:
    """Return by file and column what is published and what was loaded, where they differ; absent is 0."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for file, row in golden.items():
        for column, name in COLUMNS.items():
            given = str(loaded[file][name] or 0)
            if Decimal(row[column]) != Decimal(given):
                found.setdefault(file, {})[column] = (row[column], given)
    return found


def difference_table(found: Mapping[str, Mapping[str, tuple[str, str]]]) -> str:
    """Return the table as it stands in docs/x12.md."""
    rows = []
    for file, told in found.items():
        changes = ", ".join(f"{column} {published} -> {given}" for column, (published, given) in told.items())
        rows.append(f"| `{file}` | {changes} | {RULES.get(file, 'unexplained')} |")
    return "\n".join(["| file | published -> loaded | rule |", "| --- | --- | --- |", *rows])
