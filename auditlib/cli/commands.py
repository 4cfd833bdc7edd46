"""One function a command: call the workbench, print, return the exit code."""

from __future__ import annotations

import argparse

from auditlib.audits.integrity import read_anchors
from auditlib.cli.output import count_text, print_json, print_table
from auditlib.cli.screens import (
    print_checks,
    print_ledger,
    print_reports,
    print_summary,
    summary_content,
)
from auditlib.progress import shown
from auditlib.sampling import verify_manifest
from auditlib.workbench import Workbench
from auditlib.workbench.demo import run_demo
from auditlib.workbench.lab import open_lab
from auditlib.workbench.reporting import write_reports
from auditlib.workbench.summary import require_audit, summarise

DONE, BAD_INPUT = 0, 3


def demo(arguments: argparse.Namespace) -> int:
    """Walk the whole way on the embedded data."""
    with shown(quiet=arguments.json) as progress:
        demonstrated = run_demo(arguments.workspace, progress=progress)
    summary = summarise(demonstrated.workbench, demonstrated.audit)
    if arguments.json:
        print_json({**summary_content(summary), "reports": [str(path) for path in demonstrated.reports]})
    else:
        print_summary(summary)
        print_reports(demonstrated.reports)
        print(f"\nGo on with: auditlib lab {arguments.workspace}")
    return DONE


def init(arguments: argparse.Namespace) -> int:
    """Make a workspace."""
    with shown(quiet=arguments.json) as progress:
        workbench = Workbench.create(arguments.workspace, progress=progress)
    releases = workbench.releases()
    if arguments.json:
        print_json({"workspace": str(arguments.workspace), "releases": releases})
        return DONE
    print(f"Workspace {arguments.workspace} is ready. Code sets:")
    print_table(
        ("code set", "release", "from", "to", "codes"),
        [
            (
                row["code_system"],
                row["release"],
                str(row["effective_from"]),
                str(row["effective_to"] or "open"),
                count_text(row["row_count"]),
            )
            for row in releases.iter_rows(named=True)
        ],
    )
    return DONE


def check(arguments: argparse.Namespace) -> int:
    """Run the checks."""
    workbench = Workbench.open(arguments.workspace)
    with shown(quiet=arguments.json) as progress:
        outcomes = workbench.check(progress=progress)
    if arguments.json:
        print_json({"checks": outcomes})
    else:
        print_checks(outcomes)
    return DONE


def sample_verify(arguments: argparse.Namespace) -> int:
    """Draw a sample again and compare."""
    verification = verify_manifest(arguments.manifest)
    if arguments.json:
        print_json(
            {
                "is_verified": verification.is_verified,
                "differences": [
                    {"kind": found.kind, "subject": found.subject, "sentence": found.sentence}
                    for found in verification.differences
                ],
            }
        )
    else:
        print(verification.summary)
    return DONE if verification.is_verified else BAD_INPUT


def summary(arguments: argparse.Namespace) -> int:
    """Show the one-screen summary."""
    found = summarise(Workbench.open(arguments.workspace), arguments.audit)
    if arguments.json:
        print_json(summary_content(found))
    else:
        print_summary(found)
    return DONE


def report(arguments: argparse.Namespace) -> int:
    """Write the report."""
    workbench = Workbench.open(arguments.workspace)
    audit = require_audit(workbench, arguments.audit)
    with shown(quiet=arguments.json) as progress:
        paths = write_reports(workbench, audit, progress=progress)
    if arguments.json:
        print_json({"audit": audit, "reports": [str(path) for path in paths]})
    else:
        print_reports(paths)
    return DONE


def ledger_verify(arguments: argparse.Namespace) -> int:
    """Prove the ledger."""
    workbench = Workbench.open(arguments.workspace)
    found = workbench.verify_ledger(since=arguments.since)
    compared_count = len(read_anchors(workbench.workspace)) + (arguments.since is not None)
    if arguments.json:
        print_json(
            {
                "event_count": found.event_count,
                "head_hash": found.head_hash,
                "anchor": found.anchor,
                "compared_anchor_count": compared_count,
            }
        )
    else:
        print_ledger(found, compared_count)
    return DONE


def lab(arguments: argparse.Namespace) -> int:
    """Open JupyterLab."""
    workspace = Workbench.open(arguments.workspace).workspace
    return open_lab(workspace, port=arguments.port, browser=not arguments.no_browser)
