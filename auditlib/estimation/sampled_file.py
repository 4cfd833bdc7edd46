"""The one gate for reviewed units of a drawn sample: what they must be, and the columns of their design."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.audits.spare_file import read_spare_file, spare_file_path
from auditlib.audits.spares import units_looked_at
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.method_input import ReviewedUnits
from auditlib.estimation.number_table import NumberTable
from auditlib.sampling import Manifest, read_manifest
from auditlib.sampling.extrapolation import require_extrapolation
from auditlib.sampling.frame import read_text_table
from auditlib.sampling.manifest import SelectedUnit, StratumRecord
from auditlib.sampling.verify import verify_draw
from auditlib.text import counted

OUTSIDE_RULE: Final = (
    "A unit that turned out not to be in the universe proves that a part of the frame is outside: it counts "
    "as looked at, with nothing in error, and the spare that took its place counts with its own result."
)
_BY_STRATUM: Final = frozenset({"stratified", "attribute-stratified", "ratio", "regression", "net"})
_BY_CLUSTER: Final = frozenset({"cluster", "two-stage", "rhc"})
_MEASURES: Final = ("value", "is_error")


@dataclass(frozen=True, slots=True)
class SampledUnits:
    """Reviewed units that passed the gate.

    Parameters
    ----------
    table
        One row per unit looked at, with the columns of the design.
    universe_count
        Units of the universe that the estimate covers (primary units, if of stages).
    unit_count
        Units of the frame that the estimate covers.
    outside
        Units that a spare replaced because they are not in the universe.
    not_covered
        Strata of which no unit was drawn.
    """

    table: NumberTable
    universe_count: int
    unit_count: int
    outside: frozenset[str]
    not_covered: tuple[StratumRecord, ...]

    @property
    def sentences(self) -> list[str]:
        """What was done about units outside and strata without a sampled unit."""
        return [*outside_sentences(self.table.rows.height, len(self.outside)), *uncovered(self.not_covered)]


def outside_sentences(looked_at_count: int, outside_count: int) -> list[str]:
    """Return how units outside the universe count; nothing if there are none."""
    if not outside_count:
        return []
    share = outside_count / looked_at_count
    found = f"{outside_count:,} of {looked_at_count:,} units looked at are not in the universe ({share:.1%})."
    basis = (
        f"The estimate therefore rests on {looked_at_count:,} units, not on the "
        f"{looked_at_count - outside_count:,} that were reviewed."
    )
    return [f"{found} {OUTSIDE_RULE} {basis}"]


def uncovered(strata: tuple[StratumRecord, ...]) -> list[str]:
    """Return a sentence for each stratum without a sampled unit."""
    return [
        f"Not covered: stratum '{stratum.stratum}' of {counted(stratum.unit_count, 'unit')}. No unit of it "
        "was drawn, so no figure here includes it."
        for stratum in strata
    ]


def with_design(
    table: NumberTable,
    path: Path,
    *,
    method: str,
    looked_at: Mapping[str, bool] | None = None,
    stated_universe: int | None = None,
) -> SampledUnits:
    """Return reviewed units with the columns of their sample's design, if they are that sample.

    Parameters
    ----------
    table
        One row per reviewed unit. A record that was not found is a row in error in full.
    path
        The manifest.
    method
        The appraisal.
    looked_at
        The units looked at, as `units_looked_at` returns them, where the ledger is at hand; None takes the
        spares used from the file beside the manifest.
    stated_universe
        Units of the universe as the user states them.

    Raises
    ------
    UsageError
        If the sample is judgmental, the method does not fit the design, or the stated universe is not the
        frame.
    BadInputError
        If the manifest was edited; if a drawn unit is missing, a unit is repeated, was not drawn or is a
        spare whose use is in no ledger; or if the file states other strata or counts than the draw has.
    """
    manifest = read_manifest(path)
    require_extrapolation(manifest, method=method)
    for difference in verify_draw(manifest, None):
        message = f"The manifest {path.name} is not as it was written: {difference.sentence}"
        raise BadInputError(message, hint="Restore it; 'auditlib sample verify' names every difference.")
    if looked_at is None:
        looked_at = units_looked_at(manifest, read_spare_file(path, manifest))
    table = NumberTable(
        table.name, table.rows.with_columns(pl.Series("unit_id", table.texts("unit_id"), dtype=pl.String()))
    )
    _require_drawn_units(table, manifest, looked_at, path)
    table = _with_outside_units(table, path, manifest, looked_at, method=method)
    units = {unit.unit_id: unit for unit in manifest.selected}
    reviewed = table.texts("unit_id")
    not_covered = tuple(
        stratum for stratum in manifest.strata if stratum.unit_count and not stratum.sample_count
    )
    unit_count = manifest.frame.unit_count - sum(stratum.unit_count for stratum in not_covered)
    if method in _BY_CLUSTER:
        columns, universe_count = _cluster_columns(path, manifest, [units[unit] for unit in reviewed], method)
    else:
        columns = _unit_columns(manifest, [units[unit] for unit in reviewed], method)
        universe_count = unit_count
    _require_as_drawn(table, columns, manifest)
    _require_universe(stated_universe, manifest, universe_count if method in _BY_CLUSTER else None)
    added = [pl.Series(name, values, dtype=pl.String) for name, values in columns.items()]
    outside = frozenset(unit for unit, belongs in looked_at.items() if not belongs)
    rows = NumberTable(table.name, table.rows.with_columns(added))
    return SampledUnits(rows, universe_count, unit_count, outside, not_covered)


def _require_drawn_units(
    table: NumberTable, manifest: Manifest, looked_at: Mapping[str, bool], path: Path
) -> None:
    reviewed = table.texts("unit_id")
    repeated = [unit for unit, count in Counter(reviewed).items() if count > 1]
    if repeated:
        message = f"{table.name} has {counted(len(repeated), 'unit')} more than once, as {repeated[0]}."
        raise BadInputError(message, hint="Give one row per reviewed unit.")
    drawn = {unit.unit_id: unit.role for unit in manifest.selected}
    strangers = [unit for unit in reviewed if unit not in drawn]
    if strangers:
        message = f"{len(strangers):,} units of {table.name} are not in the sample, as {strangers[0]}."
        raise BadInputError(message, hint=f"The sample is the one of {path.name}.")
    unused = [unit for unit in reviewed if unit not in looked_at]
    if unused:
        message = (
            f"{len(unused):,} units of {table.name} are spares without a use in the ledger, as {unused[0]}."
        )
        hint = (
            "A spare counts only in the place of a unit that is not in the universe: record the use by "
            f"'auditlib sample spare', and keep {spare_file_path(path).name} beside the manifest."
        )
        raise BadInputError(message, hint=hint)
    given = set(reviewed)
    absent = [unit for unit, belongs in looked_at.items() if belongs and unit not in given]
    if absent:
        message = (
            f"{len(absent):,} of {len(looked_at):,} units of the sample are not in {table.name}, "
            f"as {absent[0]}."
        )
        raise BadInputError(
            message, hint="A missing record is never omitted: give it a row in error for the full amount."
        )


def _with_outside_units(
    table: NumberTable, path: Path, manifest: Manifest, looked_at: Mapping[str, bool], *, method: str
) -> NumberTable:
    """Return the table with a row at zero for every unit that is not in the universe."""
    outside = [unit for unit, belongs in looked_at.items() if not belongs]
    if not outside:
        return table
    is_outside = pl.col("unit_id").is_in(outside)
    listed = NumberTable(table.name, table.rows.filter(is_outside))
    _require_nothing(listed)
    given = set(listed.texts("unit_id"))
    absent = [unit for unit in outside if unit not in given]
    known = {"unit_id", "examined", "audited", *_MEASURES}
    further = [name for name in _needed_columns(method) if table.has(name) and name not in known]
    if absent and further:
        message = f"{table.name} has no row for {absent[0]}, which is not in the universe."
        raise BadInputError(
            message, hint=f"Give it a row with its {', '.join(further)} and nothing in error."
        )
    added = {
        name: absent if name == "unit_id" else ["0"] * len(absent)
        for name in table.rows.columns
        if name in known
    }
    rows = pl.concat(
        [table.rows, pl.DataFrame(added, schema=dict.fromkeys(added, pl.String()))], how="diagonal"
    )
    if table.has("examined", "audited"):
        charges = _charges(path, manifest, outside, is_needed=method in {"ratio", "regression"})
        unchanged = pl.col("unit_id").replace_strict(charges, default=None)
        is_known = is_outside & unchanged.is_not_null()
        rows = rows.with_columns(
            pl.when(is_known).then(unchanged).otherwise(pl.col(name)).alias(name)
            for name in ("examined", "audited")
        )
    return NumberTable(table.name, rows)


def _needed_columns(method: str) -> tuple[str, ...]:
    if method == "post-stratified":
        return ("stratum", "universe_count")
    return ("base",) if method in {"ratio", "regression"} else ()


def _require_nothing(listed: NumberTable) -> None:
    pairs = [listed.numbers(name) for name in _MEASURES if listed.has(name)]
    if listed.has("examined", "audited"):
        before, after = listed.numbers("examined"), listed.numbers("audited")
        pairs.append([first - second for first, second in zip(before, after, strict=True)])
    for values in pairs:
        wrong = [unit for unit, value in zip(listed.texts("unit_id"), values, strict=True) if value != 0]
        if wrong:
            message = f"{listed.name}: {wrong[0]} is not in the universe, and has an error all the same."
            raise BadInputError(
                message, hint="A unit that a spare replaced counts with nothing in error, or is left out."
            )


def _charges(path: Path, manifest: Manifest, unit_ids: list[str], *, is_needed: bool) -> dict[str, str]:
    """Return what was charged for units of the frame; nothing where the frame does not say."""
    is_beside = (path.parent / manifest.frame.file_name).exists()
    if "charge_amount" not in manifest.frame.columns or (not is_beside and not is_needed):
        return {}
    frame = sample_frame(path, manifest).filter(pl.col("unit_id").is_in(unit_ids))
    charges = dict(frame.select("unit_id", "charge_amount").iter_rows())
    return {unit: charge for unit, charge in charges.items() if charge}


def frame_charges(path: Path, unit_ids: list[str]) -> dict[str, str]:
    """Return what was charged for units by the frame beside a manifest; nothing where it does not say."""
    return _charges(path, read_manifest(path), unit_ids, is_needed=False)


def _unit_columns(
    manifest: Manifest, reviewed: list[SelectedUnit], method: str
) -> dict[str, list[str | None]]:
    columns: dict[str, list[str | None]] = {}
    sizes = {stratum.stratum: stratum.unit_count for stratum in manifest.strata}
    if method in _BY_STRATUM:
        columns["stratum"] = [unit.stratum for unit in reviewed]
        columns["universe_count"] = [str(sizes[unit.stratum]) for unit in reviewed]
    if method == "unequal":
        chances = [unit.inclusion_probability for unit in reviewed]
        if None in chances:
            message = "The manifest has no inclusion probabilities."
            raise UsageError(message, hint="Use the method variable or stratified.")
        columns["inclusion_probability"] = [str(chance) for chance in chances]
    return columns


def _cluster_columns(
    path: Path, manifest: Manifest, reviewed: list[SelectedUnit], method: str
) -> tuple[dict[str, list[str | None]], int]:
    frame, design = sample_frame(path, manifest), manifest.design
    if method == "rhc":
        sizes_of = dict(zip(frame["unit_id"], frame[design.size_column], strict=True))
        chosen = [(unit, Decimal(sizes_of[unit.unit_id])) for unit in reviewed]
        return {
            "size": [str(size) for _, size in chosen],
            "group_size": [str(size / (unit.inclusion_probability or 1)) for unit, size in chosen],
            "group_count": [str((unit.cluster or "").split(" ")[-2]) for unit, _ in chosen],
        }, manifest.frame.unit_count
    counts = Counter(frame[design.cluster_column])
    name = "primary" if method == "two-stage" else "cluster"
    return {
        name: [unit.cluster for unit in reviewed],
        "size": [str(counts[unit.cluster]) for unit in reviewed],
    }, len(counts)


def _require_as_drawn(
    table: NumberTable, columns: Mapping[str, list[str | None]], manifest: Manifest
) -> None:
    """Raise if the file states a stratum, a count or a chance that the draw does not have."""
    drawn = dict(columns)
    if manifest.design.method == "stratified random":
        stratum_of = {unit.unit_id: unit.stratum for unit in manifest.selected}
        drawn["stratum"] = [stratum_of[unit] for unit in table.texts("unit_id")]
    elif not drawn and table.has("universe_count") and not table.has("stratum"):
        drawn["universe_count"] = [str(manifest.frame.unit_count)] * table.rows.height
    for name, values in drawn.items():
        if not table.has(name):
            continue
        stated = [None if text is None else text.strip() for text in table.rows[name]]
        for unit, own, right in zip(table.texts("unit_id"), stated, values, strict=True):
            # A row added for a unit outside the universe states nothing.
            if own is not None and not _is_same(own, right):
                message = f"{table.name}: {unit} has the {name} '{own}'; it was drawn with '{right}'."
                raise BadInputError(
                    message, hint=f"Leave the column '{name}' out: the manifest has it, as drawn."
                )


def _is_same(stated: str, drawn: str | None) -> bool:
    if stated == drawn:
        return True
    try:
        return Decimal(stated) == Decimal(drawn or "")
    except ArithmeticError:
        return False


def _require_universe(stated: int | None, manifest: Manifest, cluster_count: int | None) -> None:
    units = manifest.frame.unit_count
    if stated is None or stated in {units, cluster_count}:
        return
    message = f"The universe is stated with {stated:,} units; the frame of the sample holds {units:,}."
    raise UsageError(message, hint="Omit --universe: the manifest has it, as drawn.")


def frame_payments(units: ReviewedUnits, path: Path, sampled: SampledUnits) -> ReviewedUnits:
    """Return reviewed units with the payments in the frame beside a manifest.

    The payments of unreviewed units are added only if the file's `examined` equals the frame's charge for
    every reviewed unit; otherwise the frame has other amounts.
    """
    manifest = read_manifest(path)
    if not units.table.has("examined"):
        return units
    # Where a universe is one of paid units its frame has what was paid; else the charges may be that.
    column = next((name for name in ("paid_amount", "charge_amount") if name in manifest.frame.columns), None)
    if column is None:
        return units
    frame = sample_frame(path, manifest)
    left_out = {stratum.stratum for stratum in sampled.not_covered}
    if left_out:
        frame = frame.filter(~pl.col("stratum").is_in(list(left_out)))
    charges = dict(zip(frame["unit_id"], frame[column], strict=True))
    reviewed = dict(zip(units.table.texts("unit_id"), units.table.texts("examined"), strict=True))
    if any(not charges[unit] or Decimal(charges[unit]) != Decimal(paid) for unit, paid in reviewed.items()):
        return units
    rest = frame.filter(~pl.col("unit_id").is_in(list(reviewed))).rename({column: "paid"})
    if (rest["paid"].is_null() | (rest["paid"] == "")).any():
        return units
    base_total = units.base_total
    if base_total is None:
        base_total = float(sum(map(Decimal, frame[column]), Decimal(0)))
    unreviewed = units.unreviewed
    if unreviewed is None and not rest.is_empty():
        unreviewed = NumberTable(manifest.frame.file_name, rest)
    return replace(units, base_total=base_total, unreviewed=unreviewed)


def sample_frame(path: Path, manifest: Manifest) -> pl.DataFrame:
    """Return the frame beside a manifest as text, verified by its SHA-256.

    Raises
    ------
    BadInputError
        If the frame is missing, or is not the one that the sample was drawn from.
    """
    beside = path.parent / manifest.frame.file_name
    try:
        content = beside.read_bytes()
    except OSError as error:
        message = f"The frame {beside.name} is not beside the manifest."
        raise BadInputError(message, hint="Restore the file; this needs the units of the frame.") from error
    frame = read_text_table(content, subject=f"frame file {beside.name}")
    if hashlib.sha256(content).hexdigest() != manifest.frame.sha256:
        message = f"The frame {beside.name} is not the one that was drawn from."
        raise BadInputError(message, hint="Restore the file; 'auditlib sample verify' shows what differs.")
    return frame
