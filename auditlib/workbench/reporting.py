"""The report of an audit: what was loaded, checked, sampled, decided and measured."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from auditlib.audits.integrity import verify_chain, write_anchor
from auditlib.checks import all_checks
from auditlib.ledger import LedgerCheck
from auditlib.measures import accuracy, denials, outcomes, totals
from auditlib.progress import Progress, SilentProgress
from auditlib.report.contents import ReportChart, ReportContents, ReportTable, Section
from auditlib.report.formatting import written_rate
from auditlib.report.html import write_html
from auditlib.report.xlsx import write_xlsx
from auditlib.sampling import Manifest
from auditlib.version import __version__
from auditlib.workbench.facade import Workbench

_PARTS = 5
_WRITTEN = 2


def write_reports(workbench: Workbench, audit: str, *, progress: Progress | None = None) -> list[Path]:
    """Write the report of an audit as HTML and XLSX into the workspace, and return the paths.

    Raises
    ------
    UsageError
        If no sample has that name.
    """
    told = progress or SilentProgress()
    told.start("Writing the report", total=_PARTS + _WRITTEN)
    contents, ledger = _contents(workbench, audit, told)
    folder = workbench.workspace.reports
    # Both are written aside first, so that the page and the workbook that lie there are of one report.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as aside:
        written = []
        for ending, write in (("html", write_html), ("xlsx", write_xlsx)):
            written.append(write(Path(aside) / f"{audit}.{ending}", contents))
            told.advance()
        paths = [path.replace(folder / path.name) for path in written]
    write_anchor(workbench.workspace, audit, ledger, made_at=workbench.now())
    return paths


def report_contents(workbench: Workbench, audit: str, *, progress: Progress | None = None) -> ReportContents:
    """Return all that the report of an audit says."""
    return _contents(workbench, audit, progress or SilentProgress())[0]


def _contents(workbench: Workbench, audit: str, told: Progress) -> tuple[ReportContents, LedgerCheck]:
    manifest = workbench.manifest(audit)
    sections = []
    for section in (
        _loaded(workbench),
        _checks(workbench),
        _sample(manifest),
        _accuracy(workbench, audit),
        _denials(workbench),
    ):
        sections.append(section)
        told.advance()
    # Verified after everything is read: the anchor covers whatever the report says.
    ledger = verify_chain(workbench.workspace)
    sections += [_outcomes(workbench), _record(workbench, manifest, ledger), _methods()]
    contents = ReportContents(
        title=f"Coding audit: {audit}",
        subtitle=_subtitle(manifest),
        made_at=workbench.now(),
        made_by=workbench.user,
        software_version=f"auditlib {__version__}",
        headline=_headline(workbench, audit),
        sections=tuple(sections),
    )
    return contents, ledger


def _subtitle(manifest: Manifest) -> str:
    drawn = manifest.design.sample_count
    unit = manifest.universe.unit
    return f"{drawn:,} of {manifest.frame.unit_count:,} {unit}s of the universe '{manifest.universe.name}'"


def _headline(workbench: Workbench, audit: str) -> tuple[tuple[str, str], ...]:
    coded = workbench.code_accuracy(audit).filter(pl.col("measure") == accuracy.CODE_OVER_CODE)
    denied = workbench.denial_rates().filter(pl.col("measure") == denials.INITIAL_DENIAL_RATE)
    return (
        ("Code over code", _rate(coded)),
        ("Charts without error", _rate(workbench.record_accuracy(audit))),
        ("Initial denial rate", _rate(denied)),
    )


def _rate(rates: pl.DataFrame) -> str:
    if rates.is_empty():
        return "nothing measured"
    return written_rate(*rates.select("rate", "lower", "upper", "undefined_reason").row(0))


def _loaded(workbench: Workbench) -> Section:
    warehouse = workbench.workspace.warehouse()
    return Section(
        "What was loaded",
        tables=(
            ReportTable("Files by format", totals.file_totals(warehouse), holds_people=False),
            ReportTable("Claims by form", totals.claim_totals(warehouse)),
            ReportTable("Payments without a claim", workbench.unmatched_payments()),
            ReportTable(
                "Set aside",
                workbench.rejected_records(),
                note="Every record that was not loaded, with its place in the file and the reason.",
                holds_people=False,
            ),
            ReportTable(
                "Code sets in force",
                workbench.releases().drop("file_name", "sha256"),
                note="A code is judged by the release in force on its date of service.",
                holds_people=False,
            ),
        ),
    )


_NOT_CHECKED = "The checks have not run since the last load: nothing can be said here."
_CHECKS = """
    Each check has a denominator: the units to which its rule applies. 'Not checked' means that a table the
    rule needs is not loaded for the date; it is neither a pass nor a failure.
"""


def _checks(workbench: Workbench) -> Section:
    authorities = pl.DataFrame(
        [(check.id, check.version, check.authority) for check in all_checks()],
        schema=["check_id", "check_version", "authority"],
        orient="row",
    )
    outcomes_ = workbench.check_outcomes().join(authorities, on="check_id", how="left", maintain_order="left")
    # The first findings of every check come first, so that a page that shows some shows all kinds.
    place_in_check = pl.int_range(pl.len()).over("check_id")
    findings = workbench.findings().drop("item_number").sort(place_in_check, "check_id")
    return Section(
        "Checks",
        paragraphs=(_unfolded(_CHECKS),) if outcomes_.height else (_NOT_CHECKED,),
        tables=(
            ReportTable("Outcome of each check", outcomes_.drop("not_checked_reason"), row_limit=None),
            ReportTable(
                "Findings", findings, note="Severity: F fatal, D denied, R review by a person, I information."
            ),
        ),
    )


def _sample(manifest: Manifest) -> Section:
    strata = pl.DataFrame(
        [
            (
                stratum.stratum,
                stratum.unit_count,
                stratum.charge_amount,
                stratum.sample_count,
                stratum.spare_count,
            )
            for stratum in manifest.strata
        ],
        schema={
            "stratum": pl.String(),
            "unit_count": pl.Int64(),
            "charge_amount": pl.Decimal(18, 2),
            "sample_count": pl.Int64(),
            "spare_count": pl.Int64(),
        },
        orient="row",
    )
    filters = ", ".join(f"{given.name} {given.value}" for given in manifest.universe.filters) or "none"
    return Section(
        "Sample",
        facts=(
            ("Universe", f"{manifest.universe.name}; filters: {filters}"),
            ("Date basis", manifest.universe.date_basis),
            (
                "Frame",
                f"{manifest.frame.unit_count:,} {manifest.universe.unit}s, SHA-256 {manifest.frame.sha256}",
            ),
            ("Design", f"{manifest.design.method}, seed '{manifest.design.seed}'"),
            ("Selection", manifest.ticket_rule),
            ("Size", manifest.size_basis),
            ("Spares", manifest.spare_policy),
            ("Manifest", f"SHA-256 {manifest.content_sha256}"),
        ),
        tables=(ReportTable("Strata", strata, row_limit=None),),
        notes=manifest.warnings,
    )


def _accuracy(workbench: Workbench, audit: str) -> Section:
    found = workbench.reviewed(audit)
    by_coder = pl.concat(
        [workbench.code_accuracy(audit, "coder_id"), workbench.record_accuracy(audit, "coder_id")]
    )
    return Section(
        "Accuracy of coding",
        paragraphs=(
            f"{found.charts.height:,} charts were reviewed to the end; {found.verdicts.height:,} verdicts.",
        ),
        charts=(
            _chart(
                "Code over code by coder",
                workbench.accuracy_chart(audit),
                "A dot for each coder's accuracy, with a bar for its interval.",
            ),
            _chart(
                "Errors by kind", workbench.error_chart(audit), "A bar for the number of errors of each kind."
            ),
        ),
        tables=(
            ReportTable("Accuracy by coder", by_coder),
            ReportTable("Errors by kind", workbench.error_shares(audit)),
            ReportTable("Errors by cause", workbench.error_shares(audit, "cause")),
        ),
    )


def _denials(workbench: Workbench) -> Section:
    return Section(
        "Denials",
        charts=(
            _chart(
                "Denials by reason",
                workbench.denial_pareto(),
                "A bar for the denied dollars of each reason, costliest first, and their cumulative share.",
            ),
            _chart(
                "Initial denial rate by payer and month",
                workbench.denial_month_chart(),
                "A panel for each payer with its monthly denial rate and interval.",
            ),
        ),
        tables=(
            ReportTable("Denial rates by payer", workbench.denial_rates("payer")),
            ReportTable("Denials by reason", workbench.denial_reasons()),
            ReportTable("Denials that our checks would have caught", workbench.denials_caught()),
            ReportTable("Denials paid in the end", workbench.overturn_rates("payer")),
        ),
    )


def _outcomes(workbench: Workbench) -> Section:
    return Section(
        "What became of the claims",
        charts=(
            _chart(
                "From submission to final outcome",
                workbench.outcome_chart(),
                "A band for each path of claims, as wide as the number of claims on it.",
            ),
        ),
        tables=(
            ReportTable(
                "Paths of the claims", outcomes.outcome_flow(workbench.workspace.warehouse()), row_limit=None
            ),
        ),
    )


_USE_OF_THE_ANCHOR = """
    'auditlib ledger verify' with --since and the anchor proves that none of the events it counts was changed
    or removed since. Keep a copy away from the workspace.
"""


def _record(workbench: Workbench, manifest: Manifest, ledger: LedgerCheck) -> Section:
    return Section(
        "What this report rests on",
        facts=(
            (
                "Ledger",
                f"{ledger.event_count:,} events; a whole chain, in agreement with earlier reports' anchors",
            ),
            ("Anchor of the ledger", ledger.anchor),
            (
                "Use of the anchor",
                _unfolded(_USE_OF_THE_ANCHOR),
            ),
            ("Sample manifest", f"SHA-256 {manifest.content_sha256}"),
            ("Software", f"auditlib {__version__}"),
        ),
        tables=(
            ReportTable(
                "Files",
                workbench.files().select("file_name", "format", "load_status", "sha256"),
                note="The SHA-256 of each file's bytes shows years later whether it is the same file.",
                holds_people=False,
            ),
        ),
    )


_METHODS = """
    Accuracy, code over code: codes on which the reviewer agrees, over the codes that the reviewer holds
    right. Record over record: charts without any error, over charts reviewed. Only charts reviewed to the
    end count, each by its latest completed review.

    Denials follow original claims to the primary payer, each once: a claim is denied where nothing was paid
    and the payer's reasons are denials; contractual reductions and the patient's share are not.

    Intervals are Wilson's at 95 %, without correction for the size of the universe. Where intervals overlap,
    the figures do not rank anyone. Codes of one chart are not quite independent of each other, so intervals
    of rates per code are a little too narrow. A rate over all strata counts every chart alike, which suits a
    sample shared in proportion.
"""


def _methods() -> Section:
    return Section("Methods and limits", paragraphs=tuple(map(_unfolded, _METHODS.split("\n\n"))))


def _unfolded(text: str) -> str:
    return " ".join(text.split())


def _chart(title: str, chart: object, description: str) -> ReportChart:
    from auditlib.plots import svg_of  # noqa: PLC0415 - altair is slow to import

    return ReportChart(title, svg_of(chart), description)  # type: ignore[arg-type]
