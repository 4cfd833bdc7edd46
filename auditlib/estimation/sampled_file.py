"""A file of reviewed units held against the manifest of the sample that it should be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.method_input import Given
from auditlib.estimation.number_table import NumberTable
from auditlib.sampling import Manifest, read_manifest
from auditlib.sampling.extrapolation import require_extrapolation
from auditlib.sampling.frame import canonical_frame, frame_sha256, read_text_table


def with_design(table: NumberTable, path: Path, *, method: str) -> tuple[NumberTable, int]:
    """Return the file with the columns that the design gives, and the number of units in the universe.

    Each unit of the sample must be in the file once; a record that was not found is a row, in error in full.

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
        message = f"{table.name} names a unit twice."
        raise BadInputError(message, hint="One row a reviewed unit.")
    strangers = [unit for unit in reviewed if unit not in sample and unit not in spares]
    if strangers:
        message = f"{len(strangers):,} units of {table.name} are not in the sample, as {strangers[0]}."
        raise BadInputError(message, hint=f"The sample is that of {path.name}.")
    if len(reviewed) != len(sample):
        message = f"{table.name} has {len(reviewed):,} units; the sample has {len(sample):,}."
        raise BadInputError(
            message, hint="A missing record is never left out: give it a row, in error for the full amount."
        )
    units = {**sample, **spares}
    sizes = {stratum.stratum: stratum.unit_count for stratum in manifest.strata}
    given: dict[str, list[object]] = {}
    if method in {"stratified", "ratio"}:
        given["stratum"] = [units[unit].stratum for unit in reviewed]
        given["universe_count"] = [str(sizes[units[unit].stratum]) for unit in reviewed]
    if method == "unequal":
        chances = [units[unit].inclusion_probability for unit in reviewed]
        if None in chances:
            message = "The manifest records no inclusion probabilities."
            raise UsageError(message, hint="Use the method variable or stratified.")
        given["inclusion_probability"] = [str(chance) for chance in chances]
    universe_count = manifest.frame.unit_count
    if method in {"cluster", "two-stage", "rhc"}:
        frame = sample_frame(path, manifest)
        design = manifest.design
        if method == "rhc":
            sizes_of = dict(zip(frame["unit_id"], frame[design.size_column], strict=True))
            chosen = [(units[unit], Decimal(sizes_of[unit])) for unit in reviewed]
            given["size"] = [str(size) for _, size in chosen]
            given["group_size"] = [str(size / (unit.inclusion_probability or 1)) for unit, size in chosen]
            given["group_count"] = [str((unit.cluster or "").split(" ")[-2]) for unit, _ in chosen]
        else:
            counts = Counter(frame[design.cluster_column])
            name = "primary" if method == "two-stage" else "cluster"
            given[name] = [units[unit].cluster for unit in reviewed]
            given["size"] = [str(counts[units[unit].cluster]) for unit in reviewed]
            universe_count = len(counts)
    columns = [pl.Series(name, values, dtype=pl.String) for name, values in given.items()]
    return NumberTable(table.name, table.rows.with_columns(columns)), universe_count


def frame_payments(given: Given, path: Path) -> Given:
    """Return what was given with the payments that the frame beside a manifest knows.

    Those of the units not reviewed are taken where the file's `examined` is the frame's charge of every
    reviewed unit; otherwise the frame holds other amounts, and nothing is added.
    """
    manifest = read_manifest(path)
    if not given.table.has("examined") or "charge_amount" not in manifest.frame.columns:
        return given
    frame = sample_frame(path, manifest)
    charges = dict(zip(frame["unit_id"], frame["charge_amount"], strict=True))
    reviewed = dict(zip(given.table.texts("unit_id"), given.table.texts("examined"), strict=True))
    if any(not charges[unit] or Decimal(charges[unit]) != Decimal(paid) for unit, paid in reviewed.items()):
        return given
    rest = frame.filter(~pl.col("unit_id").is_in(list(reviewed))).rename({"charge_amount": "paid"})
    if rest.is_empty() or (rest["paid"].is_null() | (rest["paid"] == "")).any():
        return given
    base_total = given.base_total
    if base_total is None and manifest.frame.charge_amount is not None:
        base_total = float(manifest.frame.charge_amount)
    return replace(given, base_total=base_total, unreviewed=NumberTable(manifest.frame.file_name, rest))


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
    if frame_sha256(canonical_frame(frame)) != manifest.frame.sha256:
        message = f"The frame {beside.name} is not the one that was drawn from."
        raise BadInputError(message, hint="Restore the file; 'auditlib sample verify' shows what differs.")
    return frame
