"""A universe estimated from anybody's file of reviewed units: no workspace is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from auditlib.errors import UsageError
from auditlib.estimation.appraisal import Appraisal, make_appraisal
from auditlib.estimation.file_contradictions import (
    beyond_charges,
    require_agreeing_columns,
    require_one_name_per_group,
    require_one_row_per_unit,
    require_others,
    require_possible_base,
    row_sentences,
)
from auditlib.estimation.levels import LEVELS
from auditlib.estimation.method_input import ReviewedUnits
from auditlib.estimation.missing_records import counted_records, missing_rule_of, without_units
from auditlib.estimation.number_table import read_number_table
from auditlib.estimation.sampled_file import frame_charges, frame_payments, with_design
from auditlib.estimation.stated_universe import require_universe
from auditlib.estimation.workpaper import appraisal_workpaper
from auditlib.stats.arguments import finite
from auditlib.stats.estimators.estimate import LimitRule, Sides
from auditlib.stats.estimators.missing_records import MissingRecordRule


@dataclass(frozen=True, slots=True)
class FileAppraisal:
    """An appraisal of a file, what it rests on, and what became of missing records, a sentence each."""

    file_name: str
    appraisal: Appraisal
    basis: tuple[str, ...]
    records: tuple[str, ...]

    @property
    def paper(self) -> str:
        """The workpaper in Markdown."""
        title = f"Appraisal of {self.file_name}"
        return appraisal_workpaper(self.appraisal, title=title, basis=[*self.basis, *self.records])

    def to_values(self) -> dict[str, object]:
        """Return the appraisal as JSON values, with what it rests on and what became of missing records."""
        return {**self.appraisal.to_values(), "basis": list(self.basis), "records": list(self.records)}


def appraise_file(
    file: Path,
    *,
    method: str = "variable",
    universe_count: int | None = None,
    manifest: Path | None = None,
    base_total: float | None = None,
    limits: LimitRule | None = None,
    unreviewed: Path | None = None,
    confidence: Sequence[float] = LEVELS,
    sides: Sides = "two-sided",
    programme: str | None = None,
    missing_rule: MissingRecordRule | None = None,
    all_methods: bool = False,
    largest_underpayment: float | None = None,
) -> FileAppraisal:
    """Estimate a universe from a CSV file of reviewed units; docs/sampling.md has the columns.

    Parameters
    ----------
    file
        The reviewed units.
    method
        One of `auditlib.estimation.methods.METHODS`.
    universe_count
        Units in the universe (primary units, if of stages).
    manifest
        Manifest of the sample: then universe and design are its.
    base_total
        Of a ratio: dollars of the universe.
    limits
        t or z, instead of the rule that RAT-STATS has.
    unreviewed
        CSV with the payments of the units not reviewed (column paid, perhaps underpaid_at_most), for the
        minimum sum and the net total.
    confidence
        Levels between 0 and 1.
    sides
        Limits on both sides, or on one.
    programme
        Whose demand is computed too; it says how missing records count.
    missing_rule
        How a missing record counts without a programme; an error in full by default.
    all_methods
        Give the limits of other methods also where nothing warns.
    largest_underpayment
        The most by which any unit can have been paid too little, in dollars, for the net total.

    Raises
    ------
    UsageError
        If a level, the method or the programme does not exist, or something that the method needs is missing.
    BadInputError
        If a file does not hold what it should.
    """
    rule = missing_rule_of(programme, missing_rule)
    reviewed = read_number_table(file)
    require_agreeing_columns(reviewed)
    records = counted_records(reviewed, rule)
    table = records.table
    basis = [f"Reviewed units: {table.name}, {table.rows.height:,} rows.", *row_sentences(reviewed)]
    if largest_underpayment is not None:
        finite(largest_underpayment, "the largest underpayment", minimum=0)
        basis.append(f"Largest underpayment of a unit, as stated: {largest_underpayment:,.2f}.")
    given = ReviewedUnits(
        table, universe_count, base_total, limits, largest_underpayment=largest_underpayment
    )
    if manifest is not None:
        sampled = with_design(table, manifest, method=method, stated_universe=universe_count)
        if sampled.not_covered and base_total is not None:
            message = "The dollars of the universe are stated, but strata of it are not covered."
            raise UsageError(message, hint="Omit --base-total: the frame has the charges of each stratum.")
        left = without_units(sampled.table, records.excluded, method=method)
        given = replace(given, table=left, universe_count=sampled.universe_count)
        given = frame_payments(given, manifest, sampled)
        basis += [f"Sample and universe: {manifest.name}.", *sampled.sentences]
        if left.has("examined"):
            paid = dict(zip(left.texts("unit_id"), left.numbers("examined"), strict=True))
            basis += beyond_charges(paid, frame_charges(manifest, list(paid)))
    else:
        require_one_row_per_unit(table)
        require_one_name_per_group(table)
        if not table.has("unit_id"):
            basis.append("The file has no column 'unit_id': it does not show that each unit has one row.")
        require_universe(method, given)
        given = replace(given, table=without_units(table, records.excluded, method=method))
    if unreviewed is not None:
        payments = read_number_table(unreviewed, required=("paid",))
        require_others(payments, table)
        given = replace(given, unreviewed=payments)
        basis.append(f"Payments of the units not reviewed: {payments.name}.")
    require_possible_base(given)
    if given.universe_count is not None:
        basis.append(f"Units in the universe: {given.universe_count:,}.")
    appraisal = make_appraisal(
        method,
        given,
        levels=tuple(confidence),
        sides=sides,
        programme=programme,
        all_methods=all_methods,
    )
    return FileAppraisal(table.name, appraisal, tuple(basis), records.sentences)
