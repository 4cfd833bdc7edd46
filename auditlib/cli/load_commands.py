"""The commands that bring files in and say what may come in."""

from __future__ import annotations

import argparse

from auditlib.cli.output import print_json
from auditlib.cli.screens import print_load, print_second_opinion
from auditlib.errors import UsageError
from auditlib.progress import shown
from auditlib.schema.dictionary import dictionary_page
from auditlib.sources.tabular.suggestion import suggest_mapping
from auditlib.workbench import Workbench

DONE, DONE_WITH_REJECTS = 0, 1


def load(arguments: argparse.Namespace) -> int:
    """Load files, or propose how a table could be loaded."""
    if arguments.suggest_mapping is not None:
        print(suggest_mapping(arguments.suggest_mapping), end="")
        return DONE
    if arguments.workspace is None or not arguments.paths:
        message = "A workspace and at least one file or folder are needed."
        raise UsageError(message, hint="auditlib load WORKSPACE PATH...")
    workbench = Workbench.open(arguments.workspace)
    with shown(quiet=arguments.json) as progress:
        report = workbench.load(
            arguments.paths,
            mapping=arguments.mapping,
            dry_run=arguments.dry_run,
            validate=arguments.validate,
            progress=progress,
        )
    if arguments.json:
        print_json({"files": report.files, "rejected_count": report.rejected_count})
    else:
        print_load(report)
        if arguments.validate:
            print_second_opinion(report.files)
        if arguments.dry_run:
            print("Nothing was loaded: this was a dry run.")
    return DONE_WITH_REJECTS if report.rejected_count else DONE


def dictionary(arguments: argparse.Namespace) -> int:
    """Write the data dictionary."""
    page = dictionary_page()
    if arguments.out is None:
        print(page, end="")
    else:
        arguments.out.write_text(page, encoding="utf-8")
        print(f"Written to {arguments.out}.")
    return DONE
