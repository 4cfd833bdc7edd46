"""Which units of a reviewed sample are in error, and the amounts that a biller states for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import polars as pl

from auditlib.audits import audit as audits
from auditlib.audits.audit import Reviewed
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.number_table import read_number_table
from auditlib.measures import accuracy
from auditlib.measures.machine_coders import KEY, reviewed_codes
from auditlib.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class UnitAmounts:
    """What was paid for units and what would have been right, where no file of a biller states it.

    Parameters
    ----------
    name
        Where the amounts are from, for the workpaper.
    of_unit
        The examined and the audited amount of each unit, in dollars.
    """

    name: str
    of_unit: Mapping[str, tuple[float, float]]

    @classmethod
    def by_verdicts(cls, units: pl.DataFrame) -> Self:
        """Return the amounts that reviewers' verdicts give: unit_id, paid_amount and audited_amount."""
        columns = (units[name].cast(pl.Float64) for name in ("paid_amount", "audited_amount"))
        return cls("the verdicts", dict(zip(units["unit_id"], zip(*columns, strict=True), strict=True)))


def chart_errors(workspace: Workspace, reviewed: Reviewed) -> dict[str, bool]:
    """Return for each chart that counts if a code of it was changed, deleted, added or had no record."""
    charts = accuracy.chart_accuracy(
        workspace.warehouse(), reviewed.final.verdicts, reviewed.final.whole_charts
    )
    is_in_error = pl.col("clean_chart_count") == 0
    return dict(accuracy.with_code_counts(charts).select("encounter_id", is_in_error).iter_rows())


def unit_errors(
    workspace: Workspace, reviewed: Reviewed, unit: str, unit_ids: Sequence[str]
) -> dict[str, bool]:
    """Return for each unit with a completed chart if the chart is; of a machine code, if it is wrong."""
    if unit == "machine code":
        return machine_code_errors(workspace, reviewed, unit_ids)
    errors = chart_errors(workspace, reviewed)
    chart_of = audits.charts_of_units(workspace, unit, unit_ids)
    return {unit_id: errors[chart] for unit_id, chart in chart_of.items() if chart in errors}


def machine_code_errors(workspace: Workspace, reviewed: Reviewed, unit_ids: Sequence[str]) -> dict[str, bool]:
    """Return for each code of a machine coder on a chart that counts if the review does not leave it."""
    warehouse = workspace.warehouse()
    units = warehouse.query("queries/machine/machine_unit", {"unit_ids": list(unit_ids)})
    charts = reviewed.final.whole_charts["encounter_id"]
    judged = units.filter(pl.col("encounter_id").is_in(charts.implode()))
    codes = warehouse.query(
        "queries/audits/encounter_codes_of", {"encounter_ids": judged["encounter_id"].unique().to_list()}
    )
    left = reviewed_codes(reviewed.final.verdicts, codes)
    right = judged.join(left, on=list(KEY), how="semi")["unit_id"]
    return dict(judged.select("unit_id", is_wrong=~pl.col("unit_id").is_in(right.implode())).iter_rows())


def require_in_sample(missing: Collection[str], unit_ids: Collection[str]) -> None:
    """Raise if a missing record is not a unit of the sample.

    Raises
    ------
    UsageError
        If it is not; the message names the first.
    """
    strangers = sorted(set(missing) - set(unit_ids))
    if strangers:
        message = f"A missing record is not in the sample: {strangers[0]}."
        raise UsageError(message, hint="Name units as 'auditlib sample draw' and the manifest do.")


def read_amounts(path: Path, unit_ids: Collection[str], *, hint: str) -> dict[str, tuple[float, float]]:
    """Return the examined and the audited amount of each unit in a CSV file, in dollars.

    Parameters
    ----------
    path
        A CSV file with the columns unit_id, examined and audited.
    unit_ids
        The units that may be in it.
    hint
        What to do about a unit that is not among them.

    Raises
    ------
    BadInputError
        If the file cannot be read, has a unit more than once, or a unit that is not in the sample.
    """
    table = read_number_table(path, required=("unit_id", "examined", "audited"))
    names = table.texts("unit_id")
    repeated = next((name for name, count in Counter(names).items() if count > 1), None)
    if repeated is not None:
        message = f"{table.name} has the unit {repeated} more than once."
        raise BadInputError(message, hint="Give one row per unit.")
    known = set(unit_ids)
    strangers = [name for name in names if name not in known]
    if strangers:
        message = f"{len(strangers):,} units of {table.name} are not in the sample, as {strangers[0]}."
        raise BadInputError(message, hint=hint)
    return dict(
        zip(names, zip(table.numbers("examined"), table.numbers("audited"), strict=True), strict=True)
    )
