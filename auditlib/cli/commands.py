"""One function a command: call the workbench, print, return the exit code."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

import polars as pl

from auditlib.cli.output import count_text, dollar_text, print_json, print_table, rate_text
from auditlib.progress import shown
from auditlib.sampling import Universe, sampling_memo, verify_manifest
from auditlib.workbench import Workbench
from auditlib.workbench.audits import manifest_path
from auditlib.workbench.demo import run_demo
from auditlib.workbench.lab import open_lab
from auditlib.workbench.loading import LoadReport
from auditlib.workbench.reporting import write_reports
from auditlib.workbench.summary import Summary, require_audit, summarise

DONE, DONE_WITH_REJECTS, BAD_INPUT = 0, 1, 3
_MOST_REASONS = 20


def demo(arguments: argparse.Namespace) -> int:
    """Walk the whole way on the embedded data."""
    with shown(quiet=arguments.json) as progress:
        demonstrated = run_demo(arguments.workspace, progress=progress)
    summary = summarise(demonstrated.workbench, demonstrated.audit)
    if arguments.json:
        print_json({**_summary_content(summary), "reports": [str(path) for path in demonstrated.reports]})
    else:
        _print_summary(summary)
        _print_reports(demonstrated.reports)
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


def load(arguments: argparse.Namespace) -> int:
    """Load files."""
    workbench = Workbench.open(arguments.workspace)
    with shown(quiet=arguments.json) as progress:
        report = workbench.load(arguments.paths, progress=progress)
    if arguments.json:
        print_json({"files": report.files, "rejected_count": report.rejected_count})
    else:
        _print_load(report)
    return DONE_WITH_REJECTS if report.rejected_count else DONE


def check(arguments: argparse.Namespace) -> int:
    """Run the checks."""
    workbench = Workbench.open(arguments.workspace)
    with shown(quiet=arguments.json) as progress:
        outcomes = workbench.check(progress=progress)
    if arguments.json:
        print_json({"checks": outcomes})
    else:
        _print_checks(outcomes)
    return DONE


def sample(arguments: argparse.Namespace) -> int:
    """Draw a sample."""
    workbench = Workbench.open(arguments.workspace)
    universe = Universe(
        name=arguments.name,
        unit=arguments.unit,
        from_date=arguments.from_date,
        to_date=arguments.to_date,
        payer_id=arguments.payer_id,
        coder_id=arguments.coder_id,
        encounter_class=arguments.encounter_class,
        stratify_by=arguments.stratify_by,
    )
    manifest = workbench.draw_sample(
        universe,
        name=arguments.name,
        seed=arguments.seed,
        sample_count=arguments.count,
        spare_count=arguments.spares,
        size_basis=arguments.size_basis,
    )
    path = manifest_path(workbench.workspace, arguments.name)
    if arguments.json:
        print_json(
            {
                "manifest": str(path),
                "content_sha256": manifest.content_sha256,
                "frame_sha256": manifest.frame.sha256,
                "frame_unit_count": manifest.frame.unit_count,
                "sample": [unit.unit_id for unit in manifest.selected if unit.role == "sample"],
                "spares": [unit.unit_id for unit in manifest.selected if unit.role == "spare"],
            }
        )
    else:
        print(sampling_memo(manifest))
        print(f"Manifest: {path}")
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
        print_json(_summary_content(found))
    else:
        _print_summary(found)
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
        _print_reports(paths)
    return DONE


def ledger_verify(arguments: argparse.Namespace) -> int:
    """Prove the ledger."""
    found = Workbench.open(arguments.workspace).workspace.ledger().verify()
    if arguments.json:
        print_json({"event_count": found.event_count, "head_hash": found.head_hash})
    else:
        print(
            f"Verified: {found.event_count:,} events, none altered or removed. Last hash {found.head_hash}."
        )
    return DONE


def lab(arguments: argparse.Namespace) -> int:
    """Open JupyterLab."""
    workspace = Workbench.open(arguments.workspace).workspace
    return open_lab(workspace, port=arguments.port, browser=not arguments.no_browser)


def _print_load(found: LoadReport) -> None:
    by_status = found.files.group_by("load_status", maintain_order=True).agg(
        pl.len().alias("file_count"),
        pl.col("claim_count").sum(),
        pl.col("line_count").sum(),
        pl.col("charge_amount").sum(),
        pl.col("rejected_count").sum(),
    )
    print_table(
        ("status", "files", "claims", "lines", "charges", "set aside"),
        [
            (
                row["load_status"],
                count_text(row["file_count"]),
                count_text(row["claim_count"]),
                count_text(row["line_count"]),
                dollar_text(row["charge_amount"]),
                count_text(row["rejected_count"]),
            )
            for row in by_status.iter_rows(named=True)
        ],
    )
    troubled = found.files.filter(pl.col("rejected_count") > 0)
    for row in troubled.head(_MOST_REASONS).iter_rows(named=True):
        more = f" (and {row['rejected_count'] - 1:,} more)" if row["rejected_count"] > 1 else ""
        print(f"  {row['file_name']}: {row['first_reason']}{more}")
    if troubled.height > _MOST_REASONS:
        print(f"  and {troubled.height - _MOST_REASONS:,} more files; --json lists them all")


def _print_checks(outcomes: pl.DataFrame) -> None:
    if outcomes.is_empty():
        print("  The checks have not run since the last load: auditlib check")
        return
    print_table(
        ("check", "title", "outcome", "findings", "of", "not checked"),
        [
            (
                row["check_id"],
                row["title"],
                row["outcome"],
                count_text(row["finding_count"]),
                count_text(row["eligible_count"]),
                count_text(row["not_checked_count"]),
            )
            for row in outcomes.iter_rows(named=True)
        ],
    )


def _print_summary(found: Summary) -> None:
    loaded = found.loaded
    print("Loaded")
    print(
        f"  {loaded.file_count:,} files: {loaded.encounter_count:,} encounters, {loaded.claim_count:,} claims "
        f"with {loaded.claim_line_count:,} lines, {dollar_text(loaded.claim_charge_amount)} charged;"
    )
    print(
        f"  {loaded.claim_payment_count:,} claim payments, {dollar_text(loaded.paid_amount)} paid; "
        f"{loaded.rejected_count:,} records set aside"
    )
    print("Checks")
    _print_checks(found.check_outcomes)
    print("Sample")
    if found.manifest is None:
        print("  none drawn yet: auditlib sample")
    else:
        drawn = sum(unit.role == "sample" for unit in found.manifest.selected)
        frame, design = found.manifest.frame, found.manifest.design
        unit = found.manifest.universe.unit
        print(
            f"  '{found.audit}': {drawn:,} of {frame.unit_count:,} {unit}s, {design.method}, seed {design.seed}"
        )
        print(f"  manifest {found.manifest_path}, SHA-256 {found.manifest.content_sha256}")
        print("Accuracy of coding (Wilson interval, 95 %)")
        for row in found.accuracy.iter_rows(named=True):
            print(f"  {row['measure']:<40}{rate_text(row)}")
    print("Denials of original claims to the primary payer (Wilson interval, 95 %)")
    for row in found.denials.iter_rows(named=True):
        print(f"  {row['measure']:<40}{rate_text(row)}")


def _print_reports(paths: list[Path]) -> None:
    print("Report")
    for path in paths:
        print(f"  {path}")


def _summary_content(found: Summary) -> dict[str, object]:
    return {
        "loaded": asdict(found.loaded),
        "totals": found.totals,
        "checks": found.check_outcomes,
        "audit": found.audit,
        "manifest": found.manifest_path,
        "manifest_sha256": None if found.manifest is None else found.manifest.content_sha256,
        "accuracy": found.accuracy,
        "denials": found.denials,
    }
