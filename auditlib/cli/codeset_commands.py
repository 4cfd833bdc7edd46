"""The commands about code sets: list, status, coverage, load, diff, fetch."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Final

import polars as pl

from auditlib.cli.output import count_text, print_json, print_table
from auditlib.codesets.library.load_code_sets import CodeSetReport
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.progress import shown
from auditlib.workbench import Workbench

_DONE, _SOME_REFUSED, _REFUSED = 0, 1, 3
_MOST_SHOWN: Final = 40


def codesets(arguments: argparse.Namespace) -> int:
    """Run the action."""
    workbench = Workbench.open(arguments.workspace)
    actions = {
        "list": _list,
        "status": _status,
        "coverage": _coverage,
        "load": _load,
        "add-optional": _add_optional,
        "diff": _diff,
        "fetch": _fetch,
    }
    return actions[arguments.action](workbench, arguments)


def _list(workbench: Workbench, arguments: argparse.Namespace) -> int:
    releases = workbench.releases()
    if arguments.json:
        print_json({"releases": releases})
        return _DONE
    print_table(
        ("code set", "release", "from", "to", "rows", "file"),
        [
            (
                row["code_system"],
                row["release"],
                str(row["effective_from"]),
                str(row["effective_to"] or "open"),
                count_text(row["row_count"]),
                row["file_name"],
            )
            for row in releases.iter_rows(named=True)
        ],
    )
    return _DONE


def _status(workbench: Workbench, arguments: argparse.Namespace) -> int:
    status = workbench.code_set_status()
    if arguments.json:
        print_json({"code_sets": status})
        return _DONE
    rows = []
    for row in status.iter_rows(named=True):
        get = (
            ""
            if row["how"] == "embedded"
            else f"extra {row['extra']}, then add-optional"
            if row["how"] == "optional"
            else "fetch, or load a file"
            if row["can_be_fetched"]
            else "load a file"
        )
        rows.append((row["id"], row["publisher"], row["releases"] or "none", get))
    print_table(("id", "publisher", "loaded", "how to get it"), rows)
    return _DONE


def _coverage(workbench: Workbench, arguments: argparse.Namespace) -> int:
    coverage = workbench.code_set_coverage()
    if arguments.json:
        print_json({"coverage": coverage})
        return _DONE
    if coverage.is_empty():
        print("No claim or chart is loaded: there is nothing to cover.")
        return _DONE
    print_table(
        ("code set", "month", "items", "not checked", "releases", "checks", "meaning"),
        [
            (
                row["code_system"],
                f"{row['used_month']:%Y-%m}" if row["used_month"] else "no date",
                count_text(row["item_count"]),
                count_text(row["not_checked_count"]),
                row["releases"] or "none",
                row["check_ids"],
                row["consequence"],
            )
            for row in coverage.iter_rows(named=True)
        ],
    )
    return _DONE


def _load(workbench: Workbench, arguments: argparse.Namespace) -> int:
    stated = Stated(
        release=arguments.release,
        effective_from=arguments.from_date,
        effective_to=arguments.to_date,
        setting=arguments.setting,
        code_system=arguments.system,
        code_column=arguments.code_column,
        title_column=arguments.title_column,
    )
    with shown(quiet=arguments.json) as progress:
        report = workbench.load_code_sets(
            arguments.paths, stated=stated, supersede=arguments.supersede, progress=progress
        )
    return _show_load(report, as_json=arguments.json)


def _add_optional(workbench: Workbench, arguments: argparse.Namespace) -> int:
    with shown(quiet=arguments.json) as progress:
        report = workbench.add_optional_code_sets(progress=progress)
    return _show_load(report, as_json=arguments.json)


def _fetch(workbench: Workbench, arguments: argparse.Namespace) -> int:
    with shown(quiet=arguments.json) as progress:
        report = workbench.fetch_code_set(
            arguments.name, arguments.year, month=arguments.month, url=arguments.url, progress=progress
        )
    return _show_load(report, as_json=arguments.json)


def _show_load(report: CodeSetReport, *, as_json: bool) -> int:
    if as_json:
        print_json({"files": report.rows, "refused_count": report.refused.height})
    else:
        shown_rows = report.rows.filter(~pl.col("load_status").is_in(["refused", "passed over"]))
        if shown_rows.height:
            print_table(
                ("code set", "release", "from", "to", "rows", "status"),
                [
                    (
                        row["code_system"],
                        row["release"],
                        str(row["effective_from"] or ""),
                        str(row["effective_to"] or ""),
                        count_text(row["row_count"] or 0),
                        row["load_status"],
                    )
                    for row in shown_rows.iter_rows(named=True)
                ],
            )
        for row in report.rows.iter_rows(named=True):
            if row["load_status"] == "passed over":
                print(f"  passed over {row['file_name']}: {row['reason']}")
        for row in report.refused.iter_rows(named=True):
            print(f"Refused {row['file_name']}: {row['reason']}")
            if row["hint"]:
                print(f"  {row['hint']}")
    if report.refused.is_empty():
        return _DONE
    return _SOME_REFUSED if report.is_any_kept else _REFUSED


def _diff(workbench: Workbench, arguments: argparse.Namespace) -> int:
    changes = workbench.code_set_difference(arguments.old, arguments.new, code_system=arguments.system)
    if arguments.json:
        print_json({"changes": changes})
        return _DONE
    totals = Counter(changes.select("code_system", "change_kind").iter_rows())
    print_table(
        ("code set", "change", "codes"),
        [(system, kind, count_text(count)) for (system, kind), count in sorted(totals.items())],
    )
    rows = [
        (row["code"], row["change_kind"], row["replacements"] or "", row["after"] or row["before"] or "")
        for row in changes.filter(pl.col("change_kind").is_in(["deleted", "added"])).iter_rows(named=True)
    ]
    rows.sort(key=lambda row: row[1] != "deleted")
    print_table(("code", "change", "replaced by", "title"), rows[:_MOST_SHOWN])
    if len(rows) > _MOST_SHOWN:
        print(f"  and {len(rows) - _MOST_SHOWN:,} more: --json gives all.")
    return _DONE
