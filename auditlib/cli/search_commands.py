"""The commands on code sets: search, and a code's page."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from auditlib.cli.output import print_json, print_table
from auditlib.workbench import Workbench

_DONE = 0


def search(arguments: argparse.Namespace) -> int:
    """Find codes."""
    found = Workbench.open(arguments.workspace).search(
        " ".join(arguments.words),
        date=arguments.date,
        code_system=arguments.code_system,
        billable_only=arguments.billable,
        limit=arguments.limit,
    )
    if arguments.json:
        print_json({"codes": found})
    elif found.is_empty():
        print("Nothing that is loaded fits.")
    else:
        print_table(
            ("code set", "code", "description", "billable"),
            [
                (
                    row["code_system"],
                    row["code"],
                    row["description"],
                    "yes" if row["is_billable"] else "no",
                )
                for row in found.iter_rows(named=True)
            ],
        )
    return _DONE


def code(arguments: argparse.Namespace) -> int:
    """Show a code's page."""
    page = Workbench.open(arguments.workspace).code_page(
        arguments.code, date=arguments.date, code_system=arguments.code_system
    )
    if arguments.json:
        print_json(asdict(page))
    else:
        print(page)
    return _DONE
