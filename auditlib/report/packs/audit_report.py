"""The report of an audit: what was loaded, checked, sampled, decided and measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.audits.draw_history import DrawHistory
from auditlib.audits.spares import SpareUse, units_looked_at
from auditlib.checks import all_checks
from auditlib.checks.check_outcomes import since_when, what_was_judged
from auditlib.estimation.verdict_estimate import VerdictEstimate
from auditlib.ledger import LedgerCheck
from auditlib.measures import accuracy, denials
from auditlib.measures.judged_codes import JudgedCodes
from auditlib.report.contents import ReportContents, ReportTable, Section
from auditlib.report.formatting import format_rate
from auditlib.report.packs.charts import drawn
from auditlib.report.packs.query_section import query_section
from auditlib.report.packs.rebuttal_sections import action_sections, rebuttal_sections, rebuttal_summary
from auditlib.report.packs.requirement_section import requirement_section
from auditlib.report.packs.review_findings import (
    answer,
    findings_section,
    later_section,
    results_section,
    units_section,
)
from auditlib.report.packs.stay_section import stay_section
from auditlib.report.packs.unit_payments import payments_note
from auditlib.review import NO_RECORD
from auditlib.sampling import Manifest
from auditlib.stats.estimators.missing_records import MISSING_RECORD_RULES, MissingRecordRule
from auditlib.text import counted, up_to_unmapped


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """Everything that the report of an audit says, before it is put into words.

    Parameters
    ----------
    audit, manifest
        The audit and the manifest of its sample.
    spare_uses, draw_history
        Uses of its spares, oldest first, and the draws that share units with its universe.
    files, file_totals, claim_totals, unmatched_payments, rejected_records, releases
        What is loaded: each file, files by format, claims by form, payments without a claim, records that
        were not loaded, and code sets.
    check_outcomes, findings
        Each check with its outcome and counts, and what the checks found.
    review_findings, units
        Each code that the review found wrong, and every drawn unit with what its review found and what was
        paid for it; from `auditlib.report.packs.review_findings`.
    stay_changes, stay_rates, stay_coder_rates, stays_note
        The changes of discharge status and DRG, the shares of right ones overall and by coder, and which
        stays do not count.
    judged
        Every judged code with coder, provider and code family.
    owed
        The net dollars of the universe by the verdicts, or why they are not estimated.
    visit_levels
        The visits of which a reviewer ticked what their level rests on.
    not_adjudicated, dollars_not_agreed
        Charts whose reviewers differ, and a sentence on each finding on whose dollars only they differ.
    rebuttals, rebuttal_scores, actions
        Each finding with its coder's answer, the scores before and after, and the corrective actions.
    document_statements
        What reviewers said of the requirements of documents.
    queries, open_query_chart_count
        The queries to providers on the day of the report, and the charts completed while one is open.
    verdicts, charts, review_note
        Verdicts and completed charts of the review that count, and what does not count and why.
    records, not_stated, missing_rule
        Charts of whose record something was said, charts without documents of which nothing was, and how
        missing records count.
    accuracy, record_accuracy, coder_accuracy
        Code over code overall, charts without error overall, and both by coder.
    coder_pairs, coder_comparison
        Every pair of coders compared, and what that shows in words.
    weights_note
        How the charts behind the rates are weighted; empty where they count alike.
    errors_by_kind, errors_by_cause
        Shares of the errors.
    denial_rates, payer_denial_rates, month_denial_rates
        Initial denial rates overall, by payer, and by payer and month.
    denial_reasons, denials_caught, overturn_rates
        Denials by reason, those that our checks would have caught, and those paid in the end.
    outcome_flow
        What became of the claims.
    ledger
        What the verified ledger holds.
    """

    audit: str
    manifest: Manifest
    spare_uses: Sequence[SpareUse]
    draw_history: DrawHistory
    files: pl.DataFrame
    file_totals: pl.DataFrame
    claim_totals: pl.DataFrame
    unmatched_payments: pl.DataFrame
    rejected_records: pl.DataFrame
    releases: pl.DataFrame
    check_outcomes: pl.DataFrame
    findings: pl.DataFrame
    review_findings: pl.DataFrame
    units: pl.DataFrame
    stay_changes: pl.DataFrame
    stay_rates: pl.DataFrame
    stay_coder_rates: pl.DataFrame
    stays_note: str
    judged: JudgedCodes
    owed: VerdictEstimate
    visit_levels: pl.DataFrame
    not_adjudicated: pl.DataFrame
    dollars_not_agreed: Sequence[str]
    rebuttals: pl.DataFrame
    rebuttal_scores: pl.DataFrame
    actions: pl.DataFrame
    document_statements: pl.DataFrame
    queries: pl.DataFrame
    open_query_chart_count: int
    verdicts: pl.DataFrame
    review_note: str
    charts: pl.DataFrame
    records: pl.DataFrame
    not_stated: pl.DataFrame
    missing_rule: MissingRecordRule
    accuracy: pl.DataFrame
    record_accuracy: pl.DataFrame
    coder_accuracy: pl.DataFrame
    coder_pairs: pl.DataFrame
    coder_comparison: str
    weights_note: str
    errors_by_kind: pl.DataFrame
    errors_by_cause: pl.DataFrame
    denial_rates: pl.DataFrame
    payer_denial_rates: pl.DataFrame
    month_denial_rates: pl.DataFrame
    denial_reasons: pl.DataFrame
    denials_caught: pl.DataFrame
    overturn_rates: pl.DataFrame
    outcome_flow: pl.DataFrame
    ledger: LedgerCheck


def audit_report(
    figures: AuditFigures, *, made_at: dt.datetime, made_by: str, software_version: str
) -> ReportContents:
    """Return the sections of the report.

    Parameters
    ----------
    figures
        What it says.
    made_at, made_by, software_version
        What it says of itself.
    """
    software = f"auditlib {software_version}"
    return ReportContents(
        title=f"Coding audit: {figures.audit}",
        subtitle=_subtitle(figures.manifest),
        made_at=made_at,
        made_by=made_by,
        software_version=software,
        headline=_headline(figures),
        confidentiality=_unfolded(_CONFIDENTIALITY),
        sections=(
            answer(
                figures.manifest,
                figures.review_findings,
                figures.units,
                owed=figures.owed,
                rate=_rate(figures.record_accuracy) + _level(figures.record_accuracy),
                rate_note=figures.weights_note,
                missing_rule=figures.missing_rule,
                dollars_not_agreed=figures.dollars_not_agreed,
                stay_changes=figures.stay_changes,
            ),
            findings_section(figures.review_findings, figures.units),
            *stay_section(
                figures.stay_rates, figures.stay_coder_rates, figures.stay_changes, figures.stays_note
            ),
            results_section(figures.judged, figures.units, figures.manifest.universe.unit),
            later_section(figures.not_adjudicated, rebuttal_summary(figures.rebuttals), figures.visit_levels),
            *rebuttal_sections(figures.rebuttals, figures.rebuttal_scores),
            *action_sections(figures.actions),
            *requirement_section(figures.document_statements),
            *query_section(figures.queries, figures.open_query_chart_count),
            _accuracy(figures),
            _sample(figures.manifest, figures.spare_uses, figures.draw_history),
            _denials(figures),
            _outcomes(figures),
            _checks(figures),
            _loaded(figures),
            _record(figures, software),
            _methods(),
            units_section(
                figures.units,
                payments_note(figures.manifest.universe.unit),
                (
                    ("Software", software),
                    ("Sample manifest", f"SHA-256 {figures.manifest.content_sha256}"),
                    ("Anchor of the ledger", figures.ledger.anchor),
                    ("Code sets", _releases(figures.releases)),
                ),
            ),
        ),
    )


_CONFIDENTIALITY = """
    Confidential: this report names encounters with their codes, dates and dollars, and repeats what reviewers
    wrote, which may name patients. Treat it as patient data.
"""


def _releases(releases: pl.DataFrame) -> str:
    if releases.is_empty():
        return "none loaded"
    names = releases.select(pl.format("{} {}", "code_system", "release")).to_series()
    return "; ".join(names.unique().sort())


def _subtitle(manifest: Manifest) -> str:
    drawn = manifest.design.sample_count
    unit = manifest.universe.unit
    return f"{drawn:,} of {manifest.frame.unit_count:,} {unit}s of the universe '{manifest.universe.name}'"


def _headline(figures: AuditFigures) -> tuple[tuple[str, str], ...]:
    coded = figures.accuracy.filter(pl.col("measure") == accuracy.CODE_OVER_CODE)
    denied = figures.denial_rates.filter(pl.col("measure") == denials.INITIAL_DENIAL_RATE)
    return (
        ("Code over code", _rate(coded)),
        ("Charts without error", _rate(figures.record_accuracy)),
        ("Initial denial rate", _rate(denied)),
    )


def _rate(rates: pl.DataFrame) -> str:
    if rates.is_empty():
        return "nothing measured"
    with_unmapped = rates["rate_with_unmapped"][0] if "rate_with_unmapped" in rates.columns else None
    whole = format_rate(*rates.select("rate", "lower", "upper", "undefined_reason").row(0))
    return whole + up_to_unmapped(rates["rate"][0], with_unmapped)


def _level(rates: pl.DataFrame) -> str:
    has_limits = not rates.is_empty() and rates["lower"][0] is not None
    return ", with limits at 95 %" if has_limits else ""


def _loaded(figures: AuditFigures) -> Section:
    return Section(
        "What was loaded",
        tables=(
            ReportTable("Files by format", figures.file_totals, holds_people=False),
            ReportTable("Claims by form", figures.claim_totals),
            ReportTable("Payments without a claim", figures.unmatched_payments),
            ReportTable(
                "Not loaded",
                figures.rejected_records,
                note="Every record that was not loaded, with its place in the file and the reason.",
                holds_people=False,
            ),
            ReportTable(
                "Code sets in force",
                figures.releases.drop("file_name", "sha256"),
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

# They are of all that is loaded, and a workbook takes a minute for a million rows.
_MOST_FINDINGS: Final = 10_000
_NOT_REPORTED: Final = (
    "item_number",
    "finding_number",
    "release",
    "accepted_because",
    "accepted_by",
    "accepted_until",
)
_MORE_FINDINGS = (
    "Of {whole:,} findings the first {shown:,} are listed, of every check some: 'wb.checks.findings()' and "
    "'auditlib checks show' list the others."
)


def _of_checks(outcomes: pl.DataFrame) -> tuple[str, ...]:
    if outcomes.is_empty():
        return (_NOT_CHECKED,)
    judged = what_was_judged(outcomes)
    of_load = f"They judged {judged}." if judged else ""
    return tuple(filter(None, (_unfolded(_CHECKS), since_when(outcomes) or of_load)))


def _checks(figures: AuditFigures) -> Section:
    authorities = pl.DataFrame(
        [(check.id, check.version, check.authority) for check in all_checks()],
        schema=["check_id", "check_version", "authority"],
        orient="row",
    )
    outcomes = figures.check_outcomes.join(authorities, on="check_id", how="left", maintain_order="left")
    # The first findings of every check come first, so that a page that shows some shows all kinds.
    place_in_check = pl.int_range(pl.len()).over("check_id")
    listed = figures.findings
    if "accepted_because" in listed.columns:
        # That it is accepted; why and by whom is in the ledger and no part of a report that leaves the house.
        listed = listed.with_columns(is_accepted=pl.col("accepted_because").is_not_null())
    findings = listed.drop(_NOT_REPORTED, strict=False).sort(place_in_check, "check_id").head(_MOST_FINDINGS)
    more = figures.findings.height - findings.height
    note = _MORE_FINDINGS.format(whole=figures.findings.height, shown=findings.height) if more else ""
    return Section(
        "Checks",
        paragraphs=_of_checks(outcomes),
        tables=(
            ReportTable(
                "Outcome of each check", outcomes.drop("not_checked_reason", "loaded_through"), row_limit=None
            ),
            ReportTable("Findings of the checks", findings, note=note),
        ),
    )


def _sample(manifest: Manifest, uses: Sequence[SpareUse], history: DrawHistory) -> Section:
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
            ("Draws of this universe", history.sentence),
        ),
        tables=(
            ReportTable("Strata", strata, row_limit=None),
            *_other_draws(history),
        ),
        notes=(*manifest.warnings, *_outside(manifest, uses)),
    )


def _other_draws(history: DrawHistory) -> tuple[ReportTable, ...]:
    if history.is_single:
        return ()
    return (ReportTable("Draws that share units with this universe", history.draws, row_limit=None),)


def _outside(manifest: Manifest, uses: Sequence[SpareUse]) -> list[str]:
    """Return how many drawn units are not in the universe, and why each spare was used."""
    if not uses:
        return []
    looked_at = len(units_looked_at(manifest, uses))
    found = (
        f"{counted(len(uses), 'unit')} of {looked_at:,} units looked at are not in the universe; "
        "a spare took the place of each. An estimate counts all units looked at, those outside with nothing "
        "in error."
    )
    return [
        found,
        *(f"Spare {use.unit_in} for {use.unit_out}, by {use.actor}: {use.why}" for use in uses),
    ]


def _accuracy(figures: AuditFigures) -> Section:
    from auditlib.plots import accuracy_by_coder, errors_by_kind  # noqa: PLC0415 - altair is slow to import

    code_accuracy = figures.coder_accuracy.filter(pl.col("measure") != accuracy.RECORD_OVER_RECORD)
    return Section(
        "Accuracy of coding",
        paragraphs=(
            (
                f"{figures.charts.height:,} charts were reviewed to the end; "
                f"{figures.verdicts.filter(pl.col('action') != NO_RECORD).height:,} verdicts."
            ),
            *filter(None, (figures.weights_note, figures.review_note)),
            *_missing_rule(figures),
        ),
        charts=(
            drawn(
                "Code over code by coder",
                accuracy_by_coder(
                    code_accuracy, measure=accuracy.CODE_OVER_CODE, comparison=figures.coder_comparison
                ),
                "A dot for each coder's accuracy, with a bar for its interval.",
            ),
            drawn(
                "Errors by kind",
                errors_by_kind(figures.errors_by_kind),
                "A bar for the number of errors of each kind.",
            ),
        ),
        tables=(
            *_records(figures),
            ReportTable("Accuracy by coder", figures.coder_accuracy),
            ReportTable(
                "Coders compared",
                figures.coder_pairs.drop("p_value", "is_different"),
                note=figures.coder_comparison,
            ),
            ReportTable("Errors by kind", figures.errors_by_kind),
            ReportTable("Errors by cause", figures.errors_by_cause),
        ),
    )


def _missing_rule(figures: AuditFigures) -> tuple[str, ...]:
    if figures.records.is_empty():
        return ()
    how = MISSING_RECORD_RULES[figures.missing_rule]
    return (f"A missing record counts as {how.of_unit}. Source: {how.source}.",)


def _records(figures: AuditFigures) -> tuple[ReportTable, ...]:
    """Return the charts of whose record something was said, or should have been, with the places."""
    columns = ("encounter_id", "reviewer", "record_status", "record_place", "no_record_count")
    unsaid = figures.not_stated.select(
        "encounter_id",
        reviewer="reviewers",
        record_status=pl.lit("not said whether the record was seen"),
        record_place=pl.lit(None, pl.String),
        no_record_count=pl.lit(None, pl.Int64),
    )
    records = pl.concat([figures.records.select(columns), unsaid])
    if records.is_empty():
        return ()
    return (ReportTable("Records missing or elsewhere", records, row_limit=None),)


def _denials(figures: AuditFigures) -> Section:
    from auditlib.plots import denial_pareto, denial_rate_by_month  # noqa: PLC0415 - altair is slow to import

    return Section(
        "Denials",
        charts=(
            drawn(
                "Denials by reason",
                denial_pareto(figures.denial_reasons),
                "A bar for the denied dollars of each reason, costliest first, and their cumulative share.",
            ),
            drawn(
                "Initial denial rate by payer and month",
                denial_rate_by_month(figures.month_denial_rates),
                "A panel for each payer with its monthly denial rate and interval.",
            ),
        ),
        tables=(
            ReportTable("Denial rates by payer", figures.payer_denial_rates),
            ReportTable("Denials by reason", figures.denial_reasons),
            ReportTable(
                "Denials that our checks would have caught",
                figures.denials_caught,
                note=since_when(figures.check_outcomes),
            ),
            ReportTable("Denials paid in the end", figures.overturn_rates),
        ),
    )


def _outcomes(figures: AuditFigures) -> Section:
    from auditlib.plots import claim_flow  # noqa: PLC0415 - altair is slow to import

    return Section(
        "What became of the claims",
        charts=(
            drawn(
                "From submission to final outcome",
                claim_flow(figures.outcome_flow),
                "A band for each path of claims, as wide as the number of claims on it.",
            ),
        ),
        tables=(ReportTable("Paths of the claims", figures.outcome_flow, row_limit=None),),
    )


_USE_OF_THE_ANCHOR = """
    'auditlib ledger verify' with --since and the anchor proves that none of the events it counts was changed
    or removed since. Keep a copy away from the workspace.
"""


def _record(figures: AuditFigures, software: str) -> Section:
    return Section(
        "What this report rests on",
        facts=(
            (
                "Ledger",
                (
                    f"{figures.ledger.event_count:,} events; a whole chain, "
                    "in agreement with earlier reports' anchors"
                ),
            ),
            ("Anchor of the ledger", figures.ledger.anchor),
            (
                "Use of the anchor",
                _unfolded(_USE_OF_THE_ANCHOR),
            ),
            ("Sample manifest", f"SHA-256 {figures.manifest.content_sha256}"),
            ("Software", software),
        ),
        tables=(
            ReportTable(
                "Files",
                figures.files.select("file_name", "format", "load_status", "sha256"),
                note="The SHA-256 of each file's bytes shows years later whether it is the same file.",
                holds_people=False,
            ),
        ),
    )


_METHODS = """
    Accuracy, code over code: codes on which the reviewer agrees, over the codes that the reviewer holds
    right. Record over record: charts without any error, over charts reviewed. Only charts reviewed to the
    end count, each by its latest completed review; a chart without documents counts only if its reviewer said
    whether the record is missing or where it was reviewed. A code that no record supports counts by the rule
    for missing records.

    Denials follow original claims to the primary payer, each once: a claim is denied where nothing was paid
    and the payer's reasons are denials; contractual reductions and the patient's share are not.

    Intervals are Wilson's at 95 %, without correction for the size of the universe. Codes of one chart are
    right or wrong together more often than codes of different charts, so intervals of rates per code rest on
    the spread between charts: on as many independent codes as the charts are worth, and fewer where charts
    are few. Jaccard's have the same width; it is no share of trials. Where strata were not sampled alike,
    rates are weighted by the units that each chart represents, and the report says so above the rates.

    Whether two coders differ is not read from overlapping intervals. Every pair is tested with charts as
    independent, not codes, and the chances are corrected for the number of pairs (Holm): where no coders
    differ, a difference is shown in at most 5 % of audits. Beside 'no difference shown' is the difference
    that these charts would have shown with a chance of 80 %.
"""


def _methods() -> Section:
    return Section("Methods and limits", paragraphs=tuple(map(_unfolded, _METHODS.split("\n\n"))))


def _unfolded(text: str) -> str:
    return " ".join(text.split())
