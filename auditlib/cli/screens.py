"""Screens that several commands show: the checks, the summary of a workspace, the reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from auditlib.cli.outcome import Table, count_text
from auditlib.text import format_dollars, format_share, up_to_unmapped

if TYPE_CHECKING:
    import polars as pl

    from auditlib.report.summary import Summary


def checks_screen(outcomes: pl.DataFrame) -> Iterator[object]:
    """Yield the outcome of every check."""
    if outcomes.is_empty():
        yield "  The checks have not run since the last load: auditlib check"
        return
    from auditlib.checks.check_outcomes import NOT_RUN, since_when

    yield Table(
        ("check", "title", "outcome", "findings", "accepted", "of", "not checked"),
        [
            (
                row["check_id"],
                row["title"],
                row["outcome"],
                count_text(row["finding_count"]),
                count_text(row["accepted_count"]),
                count_text(row["eligible_count"]),
                count_text(row["not_checked_count"]),
            )
            for row in outcomes.iter_rows(named=True)
            if row["outcome"] != NOT_RUN
        ],
    )
    if note := since_when(outcomes):
        yield f"  {note}"


def summary_screen(summary: Summary) -> Iterator[object]:
    """Yield the one-screen summary."""
    for warning in summary.warnings:
        yield f"Warning: {warning} See 'auditlib ledger verify'."
    yield "Loaded"
    yield from _loaded_lines(summary)
    yield "Checks"
    yield from checks_screen(summary.check_outcomes)
    yield "Sample"
    yield from _sample_lines(summary)
    if summary.audit is not None:
        yield "Accuracy of coding (95 % interval that takes charts as independent, not codes)"
        yield from _rate_lines(summary.accuracy)
        if summary.weights_note:
            yield f"  {summary.weights_note}"
        if summary.review_note:
            yield f"  {summary.review_note}"
    yield "Denials of original claims to the primary payer (Wilson interval, 95 %)"
    yield from _rate_lines(summary.denials)


def _loaded_lines(summary: Summary) -> Iterator[str]:
    loaded = summary.loaded
    yield (
        f"  {loaded.file_count:,} files: {loaded.encounter_count:,} encounters; "
        f"{loaded.claim_count:,} claims with {loaded.claim_line_count:,} lines, "
        f"{format_dollars(loaded.claim_charge_amount)} charged;"
    )
    yield (
        f"  {loaded.claim_payment_count:,} claim payments, {format_dollars(loaded.paid_amount)} paid; "
        f"{loaded.rejected_count:,} records not loaded"
    )


def _sample_lines(summary: Summary) -> Iterator[str]:
    if summary.manifest is None:
        yield "  none drawn yet: auditlib sample draw"
        return
    frame, design = summary.manifest.frame, summary.manifest.design
    units = f"{frame.unit_count:,} {summary.manifest.universe.unit}s"
    yield f"  '{summary.audit}': {design.sample_count:,} of {units}, {design.method}, seed {design.seed}"
    yield f"  manifest {summary.manifest_path}"
    yield f"  SHA-256 {summary.manifest.content_sha256}"
    if summary.draws:
        yield f"  {summary.draws}"


def _rate_lines(rates: pl.DataFrame) -> Iterator[str]:
    for row in rates.iter_rows(named=True):
        yield f"  {row['measure']:<40}{rate_text(row)}"


def rate_text(row: Mapping[str, object]) -> str:
    """Return a rate with its counts and interval, or why it is undefined."""
    rate, lower, upper = row["rate"], row["lower"], row["upper"]
    if not isinstance(rate, float) or not isinstance(lower, float) or not isinstance(upper, float):
        return f"undefined: {row['undefined_reason']}"
    return (
        f"{format_share(rate)} ({format_share(lower)} to {format_share(upper)}), "
        f"{row['numerator_count']:,} of {row['denominator_count']:,}"
        f"{up_to_unmapped(rate, row.get('rate_with_unmapped'))}"
    )


def summary_figures(summary: Summary) -> dict[str, object]:
    """Return the summary's figures for a program."""
    return {
        "loaded": asdict(summary.loaded),
        "totals": summary.totals,
        "checks": summary.check_outcomes,
        "audit": summary.audit,
        "manifest": summary.manifest_path,
        "manifest_sha256": None if summary.manifest is None else summary.manifest.content_sha256,
        "accuracy": summary.accuracy,
        "weights_note": summary.weights_note,
        "draws": summary.draws,
        "review_note": summary.review_note,
        "denials": summary.denials,
        "warnings": list(summary.warnings),
    }


def report_screen(paths: Iterable[str]) -> Iterator[str]:
    """Yield where the report is."""
    yield "Report"
    for path in paths:
        yield f"  {path}"
