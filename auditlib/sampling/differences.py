"""Differences between a recorded draw and the files beside its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import polars as pl

from auditlib.errors import AuditError
from auditlib.sampling.blocks import BlockDifference, differing_blocks
from auditlib.sampling.frame import frame_sha256, read_text_table
from auditlib.sampling.manifest import Manifest, sample_bytes, selection_frame

DifferenceKind = Literal[
    "manifest edited",
    "frame missing",
    "frame unreadable",
    "frame row changed",
    "frame row missing",
    "frame row extra",
    "frame order",
    "frame columns",
    "frame rewritten",
    "frame hash edited",
    "seed edited",
    "counts edited",
    "selection edited",
    "draw not possible",
    "sample missing",
    "sample unreadable",
    "sample row changed",
    "sample row missing",
    "sample row extra",
    "sample rewritten",
    "statement edited",
    "memo edited",
    "memo rewritten",
    "not the recorded draw",
]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference from the time of the draw.

    Parameters
    ----------
    kind
        Kind of difference.
    subject
        Unit, stratum or file.
    sentence
        The difference in words.
    """

    kind: DifferenceKind
    subject: str
    sentence: str


def compare_frame(units: pl.DataFrame, manifest: Manifest) -> list[Difference]:
    """Return the differences of a canonical frame from the recorded one, by unit if possible."""
    recorded = manifest.frame
    if tuple(units.columns) != recorded.columns:
        sentence = (
            f"The frame has columns {', '.join(units.columns)}; recorded are {', '.join(recorded.columns)}."
        )
        return [Difference("frame columns", recorded.file_name, sentence)]
    blocks = differing_blocks(
        units, manifest.blocks, block_unit_count=manifest.block_unit_count, unit_count=recorded.unit_count
    )
    if not blocks:
        sentence = "Every part of the frame is as recorded; the recorded SHA-256 is not."
        return [Difference("frame hash edited", recorded.file_name, sentence)]
    selected = {unit.unit_id for unit in manifest.selected}
    differences = [difference for block in blocks for difference in _block_differences(block, selected)]
    dollars = _dollars_changed(units, recorded.charge_amount)
    if dollars:
        first = differences[0]
        differences[0] = Difference(first.kind, first.subject, f"{first.sentence} {dollars}")
    return differences


def _block_differences(block: BlockDifference, selected: set[str]) -> list[Difference]:
    present_ids = set(block.unit_ids)
    if block.expected_count == 1:
        differences = [
            Difference("frame row extra", unit_id, f"Unit {unit_id} is in the frame now and was not then.")
            for unit_id in block.unit_ids
            if unit_id != block.first_unit_id
        ]
        if block.first_unit_id not in present_ids:
            sentence = f"Unit {block.first_unit_id} was in the frame and is missing now."
            return [Difference("frame row missing", block.first_unit_id, sentence), *differences]
        if not differences:
            sentence = f"The row of unit {block.first_unit_id} was changed."
            return [Difference("frame row changed", block.first_unit_id, sentence)]
        return differences
    place = f"from {block.first_unit_id}" + (
        f" to before {block.last_unit_id}" if block.last_unit_id else " on"
    )
    within = {unit_id for unit_id in selected if block.holds(unit_id)}
    missing_ids = sorted(({block.first_unit_id} | within) - present_ids, key=str.encode)
    difference = len(present_ids) - block.expected_count
    kind: DifferenceKind = (
        "frame row missing"
        if difference < 0
        else "frame row extra"
        if difference > 0
        else "frame row changed"
    )
    change_texts = {
        "frame row missing": f"{-difference:,} of {block.expected_count:,} rows are missing",
        "frame row extra": f"{difference:,} rows were added to {block.expected_count:,}",
        "frame row changed": f"One or more of {block.expected_count:,} rows were changed",
    }[kind]
    touched = sorted(within & present_ids, key=str.encode)
    note = f" Gone: {', '.join(missing_ids)}." if missing_ids else ""
    note += f" Selected units among them: {', '.join(touched)}." if touched else ""
    return [Difference(kind, block.first_unit_id, f"{change_texts} among the units {place}.{note}")]


def _dollars_changed(units: pl.DataFrame, recorded: Decimal | None) -> str:
    if recorded is None:
        return ""
    change = Decimal(units["charge_amount"].sum()) - recorded
    return f"The frame's dollars changed by {change:+,.2f} in all." if change else ""


def compare_sample(content: bytes, manifest: Manifest, frame: pl.DataFrame | None) -> list[Difference]:
    """Return the differences of a sample file from the recorded selection, by unit."""
    name = manifest.sample_file_name
    is_frame_sound = frame is not None and frame_sha256(frame) == manifest.frame.sha256
    own = selection_frame(manifest.selected)
    if is_frame_sound and frame is not None and content == sample_bytes(manifest, frame):
        return []
    try:
        in_file = read_text_table(content, subject=f"sample file {name}")
        if is_frame_sound and frame is not None:
            expected = read_text_table(sample_bytes(manifest, frame), subject=f"sample file {name}")
        else:
            expected = own.cast(pl.String)
        in_file = in_file.select(expected.columns)
    except (AuditError, pl.exceptions.ColumnNotFoundError):
        sentence = "The sample file cannot be read, or lacks columns."
        return [Difference("sample unreadable", name, sentence)]
    differences = _compare_rows(in_file, expected)
    if differences or not is_frame_sound:
        return differences
    sentence = (
        "The sample's values are all the same, but the file was rewritten: order, line ends or quotes differ."
    )
    return [Difference("sample rewritten", name, sentence)]


def _compare_rows(in_file: pl.DataFrame, expected: pl.DataFrame) -> list[Difference]:
    rows_found = {row["unit_id"]: row for row in in_file.iter_rows(named=True)}
    rows_expected = {row["unit_id"]: row for row in expected.iter_rows(named=True)}
    differences = []
    for unit_id, row in rows_expected.items():
        if unit_id not in rows_found:
            sentence = f"Unit {unit_id} was drawn and is not in the sample file."
            differences.append(Difference("sample row missing", unit_id, sentence))
            continue
        changed = [column for column in row if rows_found[unit_id][column] != row[column]]
        if changed:
            sentence = f"Unit {unit_id} has other values in {', '.join(changed)}."
            differences.append(Difference("sample row changed", unit_id, sentence))
    for unit_id in rows_found:
        if unit_id not in rows_expected:
            sentence = f"Unit {unit_id} is in the sample file and was not drawn."
            differences.append(Difference("sample row extra", str(unit_id), sentence))
    if not differences and in_file.height != expected.height:
        differences.append(
            Difference("sample row extra", "sample", "A unit occurs twice in the sample file.")
        )
    return differences
