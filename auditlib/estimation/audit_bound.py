"""The running bound of an audit from the ledger's verdicts: whether the review may stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from auditlib.audits import audit as audits
from auditlib.audits.integrity import require_recorded_draw
from auditlib.audits.spares import SPARE_USED, spare_uses, units_looked_at, units_to_review
from auditlib.errors import UsageError
from auditlib.estimation.file_contradictions import amount_sentences
from auditlib.estimation.missing_records import missing_rule_of
from auditlib.estimation.sampled_file import sample_frame
from auditlib.estimation.stopping_bound import RunningBound, running_bound, running_dollar_bound
from auditlib.estimation.units_in_error import read_amounts, require_in_sample, unit_errors
from auditlib.review.final_verdicts import missing_sentences
from auditlib.sampling import read_manifest
from auditlib.sampling.frame import canonical_frame
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.workspace.folder import Workspace


def bound_of_audit(
    workspace: Workspace,
    audit: str,
    *,
    threshold: float,
    confidence: float,
    amounts: Path | None,
    missing: Sequence[str] = (),
    missing_rule: MissingRecordRule | None = None,
) -> RunningBound:
    """Return the limits after each chart reviewed so far.

    Parameters
    ----------
    workspace, audit
        The sample: simple random for the share of charts in error, sequential for the share of dollars.
    threshold, confidence
        Share to decide about, fixed before the review, and two-sided level for all looks together.
    amounts
        For a sequential sample a CSV with unit_id, examined (what was paid or charged) and audited (what
        should have been). A completed chart without error needs no row; one in error counts only once it has
        a row. Amounts of a unit whose chart is not completed do not count; the sentence says how many.
    missing
        Units whose record was not found, beside those of which a reviewer said so.
    missing_rule
        How missing records count; by default as errors for the full charge.

    Raises
    ------
    UsageError
        If the design has no running bound, amounts are given where charts are counted, or missing records are
        to be excluded: the order drawn has no gaps.
    BadInputError
        If the file has units that are not in the sample, or impossible amounts.

    Notes
    -----
    A claim or line is without error if its chart is. A unit that a spare replaced is not in the universe; it
    keeps its place in the order as a unit without error.
    """
    path = audits.manifest_path(workspace, audit)
    manifest = read_manifest(path)
    require_recorded_draw(workspace, audit)
    uses = spare_uses(workspace.ledger().events(audit=audit, kinds=[SPARE_USED]), audit)
    require_in_sample(missing, units_to_review(manifest, uses))
    selected = [unit.unit_id for unit in manifest.selected]
    rule = missing_rule_of(None, missing_rule)
    reviewed = audits.reviewed(workspace, audit, missing_rule=rule)
    unit = manifest.universe.unit
    errors = unit_errors(workspace, reviewed, unit, selected)
    chart_of = audits.charts_of_units(workspace, unit, selected)
    stated_missing = [name for name in selected if chart_of.get(name) in reviewed.final.missing_charts]
    further = [name for name in missing if name not in stated_missing]
    missing = [*stated_missing, *further]
    if rule == "excluded" and (missing or not reviewed.final.uncounted_codes.is_empty()):
        message = "Missing records cannot be excluded from a running bound: the order drawn has no gaps."
        raise UsageError(message, hint="Count them as errors, or as not reviewed.")
    sentences = (*filter(None, [reviewed.final.note]), *missing_sentences(further, rule))
    if rule == "not-reviewed":
        errors = {name: is_wrong for name, is_wrong in errors.items() if name not in missing}
        missing = []
    if manifest.design.method != "sequential":
        if amounts is not None:
            message = f"Sample '{audit}' is {manifest.design.method}: its running bound counts charts."
            raise UsageError(message, hint="Omit the amounts; 'auditlib audit estimate' takes them.")
        looked_at = units_looked_at(manifest, uses)
        replaced = {unit: False for unit, belongs in looked_at.items() if not belongs}
        counted = running_bound(
            manifest,
            errors | replaced | dict.fromkeys(missing, True),
            threshold=threshold,
            confidence=confidence,
            spares=[use.unit_in for use in uses],
        )
        return replace(counted, outside_count=len(replaced), records=sentences)
    stated: dict[str, tuple[float, float]] = {}
    if amounts is not None:
        stated = read_amounts(amounts, selected, hint=f"The sample is '{manifest.name}'.")
    # An amount without a completed review is nobody's finding.
    not_reviewed = [unit for unit in stated if unit not in errors and unit not in missing]
    # Underpayments are not offset.
    overpaid = {
        unit: max(0.0, examined - audited)
        for unit, (examined, audited) in stated.items()
        if unit in errors or unit in missing
    }
    frame = canonical_frame(sample_frame(path, manifest))
    _require_possible(stated, frame)
    in_full = missing if rule == "error-in-full" else []
    not_found = frame.filter(pl.col("unit_id").is_in(in_full))
    # A verdict without an error means 0 dollars in error; the dollars of an error are only in the file.
    without_error = {unit: 0.0 for unit, is_in_error in errors.items() if not is_in_error}
    bound = running_dollar_bound(
        manifest,
        frame,
        without_error
        | overpaid
        | {unit: float(charge) for unit, charge in not_found.select("unit_id", "charge_amount").iter_rows()},
        threshold=threshold,
        confidence=confidence,
    )
    sentences = (*sentences, *amount_sentences(list(stated.values())))
    return replace(bound, not_reviewed_count=len(not_reviewed), records=sentences)


def _require_possible(stated: Mapping[str, tuple[float, float]], frame: pl.DataFrame) -> None:
    """Raise if an overpayment is larger than the charge, also where it does not count yet."""
    charges = dict(frame.select("unit_id", "charge_amount").iter_rows())
    for unit, (examined, audited) in stated.items():
        if max(0.0, examined - audited) > float(charges[unit] or 0):
            message = f"The error of {unit} must lie between 0 and the amount charged for it."
            raise UsageError(message, hint="Correct its amounts in the file.")
