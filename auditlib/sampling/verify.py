"""Verification of a sample: draw it again from manifest and frame, and report every difference.

This needs only the three files, without workspace or network.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from auditlib.errors import AuditError
from auditlib.sampling.design import draw
from auditlib.sampling.differences import Difference, compare_frame, compare_sample
from auditlib.sampling.frame import canonical_frame, frame_sha256, read_text_table
from auditlib.sampling.manifest import Manifest, read_manifest, selected_units, stratum_records
from auditlib.sampling.tickets import ticket

_FEW = 12


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of `verify_manifest`: verified if nothing differs."""

    manifest: Manifest
    differences: tuple[Difference, ...]

    @property
    def is_verified(self) -> bool:
        """True if the draw is the same and every file is unchanged."""
        return not self.differences

    @property
    def summary(self) -> str:
        """The result in one paragraph."""
        name, units = self.manifest.name, self.manifest.frame.unit_count
        if self.is_verified:
            drawn = sum(unit.role == "sample" for unit in self.manifest.selected)
            return (
                f"Verified: the frame of {units:,} units has the recorded SHA-256, and the recorded seed and "
                f"design draw the same {drawn:,} units and {len(self.manifest.selected) - drawn:,} spares of "
                f"'{name}'."
            )
        lines = [f"Not verified: '{name}' differs from what was drawn in {len(self.differences):,} places."]
        lines += [f"- {difference.kind}: {difference.sentence}" for difference in self.differences[:_FEW]]
        if len(self.differences) > _FEW:
            lines.append(f"- and {len(self.differences) - _FEW:,} more.")
        return "\n".join(lines)


def verify_manifest(path: Path) -> Verification:
    """Return the differences of a manifest's draw and files from a repeated draw.

    Parameters
    ----------
    path
        The manifest; frame and sample are looked for in its folder.

    Raises
    ------
    BadInputError
        If the manifest itself cannot be read.
    """
    manifest = read_manifest(path)
    differences: list[Difference] = []
    frame = None
    frame_path = path.parent / manifest.frame.file_name
    if frame_path.is_file():
        frame, frame_differences = _read_frame(frame_path.read_bytes(), manifest)
        differences += frame_differences
    else:
        differences.append(
            Difference(
                "frame missing", manifest.frame.file_name, "The frame file is not beside the manifest."
            )
        )
    differences = verify_draw(manifest, frame) + differences
    sample_path = path.parent / manifest.sample_file_name
    if sample_path.is_file():
        differences += compare_sample(sample_path.read_bytes(), manifest, frame)
    else:
        differences.append(
            Difference(
                "sample missing", manifest.sample_file_name, "The sample file is not beside the manifest."
            )
        )
    return Verification(manifest, tuple(differences))


def verify_draw(manifest: Manifest, frame: pl.DataFrame | None) -> list[Difference]:
    """Return the differences of a manifest from its own hash, from a frame, and from a repeated draw.

    Parameters
    ----------
    manifest
        The manifest.
    frame
        The frame, in any row and column order; without it only the manifest itself is checked.
    """
    differences = []
    if manifest.own_sha256() != manifest.content_sha256:
        differences.append(
            Difference(
                "manifest edited", manifest.name, "The manifest's text was changed after it was written."
            )
        )
    differences += _check_tickets(manifest) + _check_counts(manifest)
    if frame is None:
        return differences
    units = canonical_frame(frame)
    if frame_sha256(units) != manifest.frame.sha256:
        return differences + compare_frame(units, manifest)
    return differences + _redraw(manifest, units)


def _check_tickets(manifest: Manifest) -> list[Difference]:
    if manifest.design.generator != "hash tickets" or manifest.design.method == "judgmental":
        # Only a repeated draw can show it.
        return []
    wrong = [unit for unit in manifest.selected if ticket(manifest.design.seed, unit.unit_id) != unit.ticket]
    if wrong and len(wrong) == len(manifest.selected):
        sentence = "No recorded ticket comes from the recorded seed: the seed is not the one that was used."
        return [Difference("seed edited", manifest.design.seed, sentence)]
    return [
        Difference(
            "selection edited", unit.unit_id, f"Unit {unit.unit_id} does not have the recorded ticket."
        )
        for unit in wrong
    ]


def _check_counts(manifest: Manifest) -> list[Difference]:
    differences = []
    for stratum in manifest.strata:
        for role, count in (("sample", stratum.sample_count), ("spare", stratum.spare_count)):
            listed = sum(unit.stratum == stratum.stratum and unit.role == role for unit in manifest.selected)
            if listed != count:
                sentence = (
                    f"Stratum '{stratum.stratum}' lists {listed:,} {role} units where {count:,} are recorded."
                )
                differences.append(Difference("counts edited", stratum.stratum, sentence))
    total, requested = sum(stratum.sample_count for stratum in manifest.strata), manifest.design.sample_count
    if total != requested:
        sentence = f"The design asks for {requested:,} units; the strata have {total:,}."
        differences.append(Difference("counts edited", "design", sentence))
    units = sum(stratum.unit_count for stratum in manifest.strata)
    if units != manifest.frame.unit_count:
        sentence = (
            f"The strata hold {units:,} units; the frame is recorded with {manifest.frame.unit_count:,}."
        )
        differences.append(Difference("counts edited", "frame", sentence))
    return differences


def _redraw(manifest: Manifest, units: pl.DataFrame) -> list[Difference]:
    try:
        drawn = draw(units, manifest.design)
    except AuditError as error:
        return [
            Difference(
                "draw not possible", manifest.name, f"The recorded design cannot be drawn: {error.message}"
            )
        ]
    differences = []
    recorded_strata = {stratum.stratum: stratum for stratum in manifest.strata}
    for stratum in stratum_records(drawn):
        if recorded_strata.get(stratum.stratum) != stratum:
            sentence = (
                f"The recorded counts or dollars of stratum '{stratum.stratum}' are not those of the frame."
            )
            differences.append(Difference("counts edited", stratum.stratum, sentence))
    amount = units["charge_amount"].sum() if "charge_amount" in units.columns else None
    if (units.height, amount) != (manifest.frame.unit_count, manifest.frame.charge_amount):
        sentence = "The recorded number of units or dollars of the frame is not that of the frame file."
        differences.append(Difference("counts edited", "frame", sentence))
    if any(difference.kind == "seed edited" for difference in _check_tickets(manifest)):
        return differences
    redrawn = {(unit.stratum, unit.unit_id): unit for unit in selected_units(drawn)}
    recorded = {(unit.stratum, unit.unit_id): unit for unit in manifest.selected}
    for key, unit in recorded.items():
        if key not in redrawn:
            sentence = f"Unit {unit.unit_id} is listed, but the draw does not select it."
            differences.append(Difference("selection edited", unit.unit_id, sentence))
        elif redrawn[key] != unit:
            sentence = (
                f"Unit {unit.unit_id} is drawn, but as {redrawn[key].role} {redrawn[key].selection_number:,}."
            )
            differences.append(Difference("selection edited", unit.unit_id, sentence))
    for key in redrawn.keys() - recorded.keys():
        sentence = f"The draw selects unit {key[1]}, which is not listed."
        differences.append(Difference("selection edited", key[1], sentence))
    return sorted(
        differences, key=lambda difference: (difference.kind, difference.subject, difference.sentence)
    )


def _read_frame(content: bytes, manifest: Manifest) -> tuple[pl.DataFrame | None, list[Difference]]:
    name = manifest.frame.file_name
    try:
        table = read_text_table(content, subject=f"frame file {name}")
        units = canonical_frame(table)
    except AuditError as error:
        return None, [Difference("frame unreadable", name, error.message)]
    if (
        frame_sha256(units) != manifest.frame.sha256
        or hashlib.sha256(content).hexdigest() == manifest.frame.sha256
    ):
        return units, []
    if table["unit_id"].to_list() != units["unit_id"].to_list():
        return units, [
            Difference("frame order", name, "The frame's rows are all there, but in another order.")
        ]
    sentence = (
        "The frame's values are the same, but the file was rewritten: columns, line ends or quotes differ."
    )
    return units, [Difference("frame rewritten", name, sentence)]
