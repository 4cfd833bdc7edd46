"""Compare a file of reviewed units with the manifest of its sample."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.method_input import ReviewedUnits
from auditlib.estimation.number_table import NumberTable
from auditlib.sampling import Manifest, read_manifest
from auditlib.sampling.extrapolation import require_extrapolation
from auditlib.sampling.frame import read_text_table


def with_design(table: NumberTable, path: Path, *, method: str) -> tuple[NumberTable, int]:
    """Return the file with the columns of the sample's design, and the number of units in the universe.

    Each unit of the sample must be in the file once; a record that was not found is a row in error in full.

    Raises
    ------
    UsageError
        If the sample is judgmental, or the method does not fit the design.
    BadInputError
        If units are missing, repeated, or not in the sample.
    """
    manifest = read_manifest(path)
    require_extrapolation(manifest, method=method)
    reviewed = table.texts("unit_id")
    sample = {unit.unit_id: unit for unit in manifest.selected if unit.role == "sample"}
    spares = {unit.unit_id: unit for unit in manifest.selected if unit.role == "spare"}
    if len(set(reviewed)) < len(reviewed):
        message = f"{table.name} has a unit more than once."
        raise BadInputError(message, hint="Give one row per reviewed unit.")
    strangers = [unit for unit in reviewed if unit not in sample and unit not in spares]
    if strangers:
        message = f"{len(strangers):,} units of {table.name} are not in the sample, as {strangers[0]}."
        raise BadInputError(message, hint=f"The sample is the one of {path.name}.")
    if len(reviewed) != len(sample):
        message = f"{table.name} has {len(reviewed):,} units; the sample has {len(sample):,}."
        raise BadInputError(
            message, hint="A missing record is never omitted: give it a row in error for the full amount."
        )
    units = {**sample, **spares}
    sizes = {stratum.stratum: stratum.unit_count for stratum in manifest.strata}
    added_columns: dict[str, list[object]] = {}
    if method in {"stratified", "ratio"}:
        added_columns["stratum"] = [units[unit].stratum for unit in reviewed]
        added_columns["universe_count"] = [str(sizes[units[unit].stratum]) for unit in reviewed]
    if method == "unequal":
        chances = [units[unit].inclusion_probability for unit in reviewed]
        if None in chances:
            message = "The manifest has no inclusion probabilities."
            raise UsageError(message, hint="Use the method variable or stratified.")
        added_columns["inclusion_probability"] = [str(chance) for chance in chances]
    universe_count = manifest.frame.unit_count
    if method in {"cluster", "two-stage", "rhc"}:
        frame = sample_frame(path, manifest)
        design = manifest.design
        if method == "rhc":
            sizes_of = dict(zip(frame["unit_id"], frame[design.size_column], strict=True))
            chosen = [(units[unit], Decimal(sizes_of[unit])) for unit in reviewed]
            added_columns["size"] = [str(size) for _, size in chosen]
            added_columns["group_size"] = [
                str(size / (unit.inclusion_probability or 1)) for unit, size in chosen
            ]
            added_columns["group_count"] = [str((unit.cluster or "").split(" ")[-2]) for unit, _ in chosen]
        else:
            counts = Counter(frame[design.cluster_column])
            name = "primary" if method == "two-stage" else "cluster"
            added_columns[name] = [units[unit].cluster for unit in reviewed]
            added_columns["size"] = [str(counts[units[unit].cluster]) for unit in reviewed]
            universe_count = len(counts)
    columns = [pl.Series(name, values, dtype=pl.String) for name, values in added_columns.items()]
    return NumberTable(table.name, table.rows.with_columns(columns)), universe_count


def frame_payments(units: ReviewedUnits, path: Path) -> ReviewedUnits:
    """Return reviewed units with the payments in the frame beside a manifest.

    The payments of unreviewed units are added only if the file's `examined` equals the frame's charge for
    every reviewed unit; otherwise the frame has other amounts.
    """
    manifest = read_manifest(path)
    if not units.table.has("examined") or "charge_amount" not in manifest.frame.columns:
        return units
    frame = sample_frame(path, manifest)
    charges = dict(zip(frame["unit_id"], frame["charge_amount"], strict=True))
    reviewed = dict(zip(units.table.texts("unit_id"), units.table.texts("examined"), strict=True))
    if any(not charges[unit] or Decimal(charges[unit]) != Decimal(paid) for unit, paid in reviewed.items()):
        return units
    rest = frame.filter(~pl.col("unit_id").is_in(list(reviewed))).rename({"charge_amount": "paid"})
    if rest.is_empty() or (rest["paid"].is_null() | (rest["paid"] == "")).any():
        return units
    base_total = units.base_total
    if base_total is None and manifest.frame.charge_amount is not None:
        base_total = float(manifest.frame.charge_amount)
    return replace(units, base_total=base_total, unreviewed=NumberTable(manifest.frame.file_name, rest))


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
