"""The workpaper of an audit: what anyone needs to draw, check and compute it again, and who signs for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.audits.draw_history import DrawHistory
from auditlib.audits.spares import SpareUse
from auditlib.estimation.audit_estimate import AuditEstimate
from auditlib.estimation.method_input import Figure
from auditlib.estimation.workpaper import number
from auditlib.ledger import LedgerCheck
from auditlib.report.contents import ReportContents, ReportTable, Section, Signature, SumOf
from auditlib.report.packs.programme_section import ProgrammeFigures, programme_sections
from auditlib.sampling import Manifest
from auditlib.text import counted, format_date, format_dollars, level

_CONFIDENTIALITY: Final = (
    "Confidential: this workpaper lists encounters or claims with their payments. Treat it as patient data."
)
_IN_STRATUM: Final = "items in stratum "
_LIMIT_RULES: Final = {"z": "normal (z)", "exact": "exact (hypergeometric)"}
_LABELS: Final = {
    "draw_number": "Draw",
    "paid_amount": "Paid",
    "audited_amount": "Audited",
    "difference_amount": "Difference",
    "error_kind": "Reason",
    "completed_date": "Reviewed",
    "figure": "Figure",
    "standard_error": "Standard error",
    "confidence": "Level",
    "sample_count": "Sampled, n",
    "unit_count": "Units, N",
    "error_count": "In error, e",
    "estimate": "N x e / n",
    "variance": "N (N - n) p (1 - p) / (n - 1)",
}


@dataclass(frozen=True, slots=True)
class WorkpaperFigures:
    """Everything that a workpaper says, before it is put into words.

    Parameters
    ----------
    audit, manifest
        The audit and the manifest of its sample.
    spare_uses, draw_history
        Uses of its spares, and draws that share units with its universe.
    units
        One row a drawn unit, from `auditlib.report.packs.unit_payments.unit_payments`.
    units_note
        What the dollars of the units rest on.
    estimate, why_no_estimate
        What the reviewed sample says of the universe; or None, and why.
    review_note, weights_note
        What does not count and why, and how charts are weighted.
    reviewers
        Who reviewed.
    rebuttal_note
        How many findings are in each state of rebuttal.
    ledger
        What the verified ledger holds.
    programme
        What its plan says, and the dollars by its rules; None for an audit without a plan.
    """

    audit: str
    manifest: Manifest
    spare_uses: Sequence[SpareUse]
    draw_history: DrawHistory
    units: pl.DataFrame
    units_note: str
    estimate: AuditEstimate | None
    why_no_estimate: str
    review_note: str
    weights_note: str
    reviewers: Sequence[str]
    rebuttal_note: str
    ledger: LedgerCheck
    programme: ProgrammeFigures | None = None


def workpaper(
    figures: WorkpaperFigures, *, made_at: dt.datetime, made_by: str, software_version: str
) -> ReportContents:
    """Return the sections of the workpaper.

    Parameters
    ----------
    figures
        What it says.
    made_at, made_by, software_version
        What it says of itself.
    """
    manifest = figures.manifest
    software = f"auditlib {software_version}"
    return ReportContents(
        title=f"Workpaper: {figures.audit}",
        subtitle=(
            f"{counted(manifest.design.sample_count, manifest.universe.unit)} of "
            f"{manifest.frame.unit_count:,} of the "
            f"universe '{manifest.universe.name}'"
        ),
        made_at=made_at,
        made_by=made_by,
        software_version=software,
        headline=(),
        confidentiality=_CONFIDENTIALITY,
        sections=(
            _universe(manifest),
            _sample(figures),
            *programme_sections(figures.programme),
            _estimate(figures),
            _cautions(figures),
            _provenance(figures, software),
            _units(figures),
            Section(
                "Signatures",
                signatures=(
                    Signature("Prepared by", made_by, is_dated=True),
                    Signature("Reviewed by", is_dated=True),
                ),
            ),
        ),
    )


def _universe(manifest: Manifest) -> Section:
    universe, frame = manifest.universe, manifest.frame
    filters = "; ".join(f"{given.name.replace('_', ' ')} = {given.value}" for given in universe.filters)
    charges = "not known" if frame.charge_amount is None else format_dollars(frame.charge_amount)
    days = (
        "not known"
        if frame.first_service_date is None or frame.last_service_date is None
        else f"{format_date(frame.first_service_date)} to {format_date(frame.last_service_date)}"
    )
    exclusions = "; ".join(f"{excluded.reason}: {excluded.unit_count:,}" for excluded in universe.exclusions)
    return Section(
        "Universe and frame",
        facts=(
            ("Asked", manifest.objective or "No objective was recorded with the draw."),
            ("Universe", universe.name),
            ("Filters", filters or "none"),
            ("Excluded", exclusions or "nothing"),
            ("Sampling unit", f"{universe.unit}, known by {universe.unit_key}"),
            ("Date basis", universe.date_basis or "none"),
            ("Units that occur twice", universe.deduplication),
            ("Source of the rows", universe.query or "not recorded"),
            ("Units", f"{frame.unit_count:,}"),
            ("Charges", charges),
            ("Days of service", days),
            ("Order of the frame", frame.order_rule),
            ("Frame", f"{frame.file_name}, SHA-256 {frame.sha256}"),
        ),
    )


def _sample(figures: WorkpaperFigures) -> Section:
    manifest = figures.manifest
    design = manifest.design
    strata = pl.DataFrame(
        [
            (one.stratum, one.unit_count, one.charge_amount, one.sample_count, one.spare_count)
            for one in manifest.strata
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
    seeds = f"'{design.seed}'" + (f" and '{design.second_seed}'" if design.second_seed else "")
    uses = [
        f"Spare {use.unit_in} for {use.unit_out}, by {use.actor}: {use.reason}" for use in figures.spare_uses
    ]
    return Section(
        "Sample",
        facts=(
            ("Design", design.method),
            ("Purpose", design.purpose),
            ("Size", f"{counted(design.sample_count, manifest.universe.unit)}. {manifest.size_basis}"),
            ("Seed", seeds),
            ("Source of random numbers", manifest.generator),
            ("Selection", manifest.ticket_rule),
            ("Spares", manifest.spare_policy),
            ("Spares used", f"{len(uses):,}"),
            (
                "Drawn",
                (
                    f"{format_date(manifest.drawn_at)}, {manifest.drawn_at:%H:%M} UTC, with auditlib "
                    f"{manifest.software_version}"
                ),
            ),
            ("Manifest", f"SHA-256 {manifest.content_sha256}"),
            ("Draw again", f"auditlib sample verify {figures.audit}"),
            ("Draws of this universe", figures.draw_history.sentence),
        ),
        tables=(ReportTable("Strata", strata, labels={"sample_count": "Sampled"}, row_limit=None),),
        row_notes=(
            *((f"Drawn by {manifest.drawn_by}.",) if manifest.drawn_by else ()),
            *uses,
        ),
    )


def _estimate(figures: WorkpaperFigures) -> Section:
    heading = "Estimate, with the formulas"
    estimate = figures.estimate
    if estimate is None:
        return Section(heading, paragraphs=(f"No estimate: {figures.why_no_estimate}",))
    found = estimate.units_in_error.found
    first = found.figures[0]
    return Section(
        heading,
        paragraphs=(
            (
                f"{estimate.error_count:,} of {estimate.looked_at_count:,} units looked at are in error; "
                "the estimate "
                f"covers {estimate.unit_count:,} units. Dollars are estimated by 'auditlib audit estimate' "
                "from the "
                "amounts of the units."
            ),
            *_formulas(estimate, first),
        ),
        tables=(
            *_stratum_table(estimate),
            ReportTable(
                "Estimates and limits",
                _limits(estimate),
                labels=_LABELS,
                note=f"Method: {found.method}, limits {estimate.units_in_error.sides}.",
                row_limit=None,
            ),
        ),
        row_notes=estimate.records,
    )


def _formulas(estimate: AuditEstimate, figure: Figure) -> tuple[str, ...]:
    """Return the estimate, its error and a limit, each with the values put in."""
    found = estimate.units_in_error.found
    formulas = []
    if found.items:
        one = found.items[0]
        if len(found.items) == 1:
            formulas.append(
                f"Units in error = N x e / n = {one.universe_count:,} x {one.item_count:,} / "
                f"{one.sample_count:,} = "
                f"{number(figure.point)}."
            )
        else:
            formulas.append(
                f"Units in error = sum over {len(found.items):,} strata of N x e / n = "
                f"{number(figure.point)}; standard "
                "error = square root of the sum of N (N - n) p (1 - p) / (n - 1), with p = e / n, = "
                f"{number(figure.standard_error)}."
            )
    else:
        formulas.append(
            f"Units in error, by the method '{found.method}': {number(figure.point)}, standard error "
            f"{number(figure.standard_error)}."
        )
    if figure.estimate is not None and figure.estimate.standard_error > 0:
        confidence = estimate.units_in_error.levels[-1]
        critical = figure.estimate.critical_value(confidence, sides=estimate.units_in_error.sides)
        formulas.append(
            f"Limits at {level(confidence)} = estimate -/+ {critical:.4f} x standard error = "
            f"{number(figure.point)} -/+ "
            f"{number(critical * figure.standard_error)}, before they are cut at what is possible."
        )
    return tuple(formulas)


def _stratum_table(estimate: AuditEstimate) -> tuple[ReportTable, ...]:
    items = estimate.units_in_error.found.items
    if not items:
        return ()
    rows = [
        (
            name,
            one.universe_count,
            one.sample_count,
            one.item_count,
            one.universe_count * one.item_count / one.sample_count,
            _variance(one.universe_count, one.sample_count, one.item_count),
        )
        for name, one in zip(_stratum_names(estimate), items, strict=True)
    ]
    frame = pl.DataFrame(
        rows,
        schema={
            "stratum": pl.String(),
            "unit_count": pl.Int64(),
            "sample_count": pl.Int64(),
            "error_count": pl.Int64(),
            "estimate": pl.Float64(),
            "variance": pl.Float64(),
        },
        orient="row",
    )
    return (ReportTable("By stratum", frame, labels=_LABELS, row_limit=None),)


def _stratum_names(estimate: AuditEstimate) -> list[str]:
    """Return the names of the strata of an attribute appraisal, which its figures hold."""
    found = estimate.units_in_error.found
    if len(found.items) == 1:
        return ["all"]
    names = [figure.name for figure in found.figures if figure.name.startswith(_IN_STRATUM)]
    return [name.removeprefix(_IN_STRATUM) for name in names[: len(found.items)]]


def _variance(unit_count: int, sample_count: int, error_count: int) -> float | None:
    if sample_count < 2:  # noqa: PLR2004 - one unit shows no spread
        return 0.0 if sample_count == unit_count else None
    share = error_count / sample_count
    return unit_count * (unit_count - sample_count) * share * (1 - share) / (sample_count - 1)


def _limits(estimate: AuditEstimate) -> pl.DataFrame:
    appraisal = estimate.units_in_error
    rows = [
        (
            figure.name,
            figure.point,
            figure.standard_error,
            level(limits["confidence"] or 0),
            limits["lower"],
            limits["upper"],
            _LIMIT_RULES.get(figure.rule, figure.rule),
        )
        for figure in appraisal.found.figures
        for limits in appraisal.limits(figure)
    ]
    return pl.DataFrame(
        rows,
        schema={
            "figure": pl.String(),
            "point": pl.Float64(),
            "standard_error": pl.Float64(),
            "at_level": pl.String(),
            "lower_limit": pl.Float64(),
            "upper_limit": pl.Float64(),
            "rule": pl.String(),
        },
        orient="row",
    )


def _cautions(figures: WorkpaperFigures) -> Section:
    cautions = [*figures.manifest.warnings]
    if figures.estimate is not None:
        cautions += [caution.message for caution in figures.estimate.units_in_error.cautions]
        cautions += figures.estimate.units_in_error.advice
        if figures.estimate.not_covered:
            cautions.append(
                f"Strata of which no unit was drawn, so that no figure covers them: "
                f"{', '.join(figures.estimate.not_covered)}."
            )
    stated = tuple(dict.fromkeys(filter(None, [*cautions, figures.weights_note])))
    # What is open names charts.
    return Section(
        "To be borne in mind",
        paragraphs=stated or ("No rule of caution fired.",),
        row_notes=(figures.review_note,) if figures.review_note else (),
    )


def _provenance(figures: WorkpaperFigures, software: str) -> Section:
    return Section(
        "What it rests on",
        facts=(
            ("Ledger", f"{figures.ledger.event_count:,} events; a whole chain"),
            ("Anchor of the ledger", figures.ledger.anchor),
            ("Reviewers", ", ".join(figures.reviewers) or "none yet"),
            ("Rebuttals", figures.rebuttal_note),
            (
                "Second reviews and adjudication",
                "see what is to be borne in mind" if figures.review_note else "nothing is open",
            ),
            ("Software", software),
        ),
    )


def _units(figures: WorkpaperFigures) -> Section:
    return Section(
        "Every unit in the order drawn",
        tables=(
            ReportTable(
                "Units",
                figures.units,
                labels=_LABELS,
                note=figures.units_note,
                row_limit=None,
                formulas={"audited_amount": SumOf(("paid_amount",), ("difference_amount",))},
            ),
        ),
    )
