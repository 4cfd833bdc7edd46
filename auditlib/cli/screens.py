"""What the commands show: a load, the checks, the summary of a workspace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import polars as pl

from auditlib.cli.output import count_text, print_table, rate_text
from auditlib.ledger import LedgerCheck
from auditlib.loading.load import LoadReport
from auditlib.sampling import Manifest
from auditlib.text import seen, written_dollars
from auditlib.workbench.summary import Summary

_MOST_REASONS = 20


def print_load(found: LoadReport) -> None:
    """Print what became of the files of a load."""
    print_table(
        ("status", "files", "encounters", "claims", "charged", "payments", "paid", "set aside", "notes"),
        [
            (
                row["load_status"],
                count_text(row["file_count"]),
                count_text(row["encounter_count"]),
                count_text(row["claim_count"]),
                written_dollars(row["charge_amount"]),
                count_text(row["payment_count"]),
                written_dollars(row["paid_amount"]),
                count_text(row["rejected_count"]),
                count_text(row["note_count"]),
            )
            for row in found.by_status.iter_rows(named=True)
        ],
    )
    troubled = found.files.filter(pl.col("rejected_count") > 0)
    for row in troubled.head(_MOST_REASONS).iter_rows(named=True):
        more = f" (and {row['rejected_count'] - 1:,} more)" if row["rejected_count"] > 1 else ""
        print(seen(f"  {row['shown_name']}: {row['first_reason']}{more}"))
    if troubled.height > _MOST_REASONS:
        print(f"  and {troubled.height - _MOST_REASONS:,} more files; --json lists them all")


def print_second_opinion(files: pl.DataFrame) -> None:
    """Print beside what became of each X12 file what the strict validator says of it."""
    print()
    print_table(
        ("file", "auditlib", "pyx12", "errors", "first"),
        [
            (
                row["shown_name"],
                row["load_status"],
                row["strict_verdict"],
                count_text(row["strict_error_count"]),
                row["strict_first_error"] or "",
            )
            for row in files.filter(pl.col("strict_verdict").is_not_null()).iter_rows(named=True)
        ],
    )


def print_checks(outcomes: pl.DataFrame) -> None:
    """Print the outcome of every check."""
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


def print_sample(manifest: Manifest, path: Path, memo: Path) -> None:
    """Print what was drawn, stratum by stratum, and where the record is."""
    design, frame = manifest.design, manifest.frame
    print(
        f"Drew {design.sample_count:,} of {frame.unit_count:,} {manifest.universe.unit}s, {design.method}, "
        f"seed {design.seed}."
    )
    print_table(
        ("stratum", "units", "charges", "sample", "spares"),
        [
            (
                stratum.stratum,
                count_text(stratum.unit_count),
                "" if stratum.charge_amount is None else written_dollars(stratum.charge_amount),
                count_text(stratum.sample_count),
                count_text(stratum.spare_count),
            )
            for stratum in manifest.strata
        ],
    )
    for warning in manifest.warnings:
        print(f"  Note: {warning}")
    print(f"Manifest: {path}")
    print(f"Memo:     {memo}")


def print_summary(found: Summary) -> None:
    """Print the one-screen summary."""
    for warning in found.warnings:
        print(f"Warning: {warning} See 'auditlib ledger verify'.")
    print("Loaded")
    print("\n".join(_loaded_lines(found)))
    print("Checks")
    print_checks(found.check_outcomes)
    print("Sample")
    print("\n".join(_sample_lines(found)))
    if found.audit is not None:
        print("Accuracy of coding (Wilson interval, 95 %)")
        _print_rates(found.accuracy)
    print("Denials of original claims to the primary payer (Wilson interval, 95 %)")
    _print_rates(found.denials)


def _loaded_lines(found: Summary) -> Iterable[str]:
    loaded = found.loaded
    yield (
        f"  {loaded.file_count:,} files: {loaded.encounter_count:,} encounters; "
        f"{loaded.claim_count:,} claims with {loaded.claim_line_count:,} lines, "
        f"{written_dollars(loaded.claim_charge_amount)} charged;"
    )
    yield (
        f"  {loaded.claim_payment_count:,} claim payments, {written_dollars(loaded.paid_amount)} paid; "
        f"{loaded.rejected_count:,} records set aside"
    )


def _sample_lines(found: Summary) -> Iterable[str]:
    if found.manifest is None:
        yield "  none drawn yet: auditlib sample"
        return
    frame, design = found.manifest.frame, found.manifest.design
    units = f"{frame.unit_count:,} {found.manifest.universe.unit}s"
    yield f"  '{found.audit}': {design.sample_count:,} of {units}, {design.method}, seed {design.seed}"
    yield f"  manifest {found.manifest_path}"
    yield f"  SHA-256 {found.manifest.content_sha256}"


def _print_rates(rates: pl.DataFrame) -> None:
    for row in rates.iter_rows(named=True):
        print(f"  {row['measure']:<40}{rate_text(row)}")


def print_reports(paths: list[Path]) -> None:
    """Print where the report is."""
    print("Report")
    for path in paths:
        print(f"  {path}")


def print_ledger(found: LedgerCheck, compared_count: int) -> None:
    """Print what was proved of the ledger, and the anchor to keep."""
    print(f"The chain is whole: {found.event_count:,} events, and the draw of every sample is among them.")
    if compared_count:
        named = "the anchor" if compared_count == 1 else f"any of {compared_count:,} anchors"
        print(f"Nothing before {named} was rewritten.")
    else:
        print("There is no anchor to compare with: a chain rewritten as a whole would look the same.")
    print(f"Anchor: {found.anchor}")
    print("Keep it away from this folder, and give it later with --since.")


def summary_content(found: Summary) -> dict[str, object]:
    """Return the summary as it is printed in JSON."""
    return {
        "loaded": asdict(found.loaded),
        "totals": found.totals,
        "checks": found.check_outcomes,
        "audit": found.audit,
        "manifest": found.manifest_path,
        "manifest_sha256": None if found.manifest is None else found.manifest.content_sha256,
        "accuracy": found.accuracy,
        "denials": found.denials,
        "warnings": list(found.warnings),
    }
