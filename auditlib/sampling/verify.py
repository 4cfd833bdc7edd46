"""Verification of a sample: draw it again from manifest and frame, and report every difference.

This needs only the files of the draw, without workspace or network. What the memo says is computed again too;
what no file can prove is named, with the command that proves it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.errors import AuditError
from auditlib.sampling.design import draw
from auditlib.sampling.differences import Difference, compare_frame, compare_sample
from auditlib.sampling.frame import ORDER_RULE, canonical_frame, frame_sha256, read_text_table
from auditlib.sampling.manifest import Manifest, generator_of, read_manifest, selected_units, stratum_records
from auditlib.sampling.memo_check import compare_memo, is_worded_alike, memo_file_name
from auditlib.sampling.plan import Drawn
from auditlib.sampling.tickets import ticket

_FEW = 12
NOT_PROVED: Final = (
    "drawn_at",
    "drawn_by",
    "software_version",
    "objective",
    "size_basis",
    "spare_policy",
    "memo (the auditor's note)",
    "universe: name, query, filters by columns that the frame lacks, date_basis, deduplication, exclusions",
)
"""Statements of manifest and memo that do not follow from the frame and the seed."""
_BY_THE_LEDGER: Final = (
    "Not proved by these files: when, by whom and with which version it was drawn, the objective, how the "
    "size was arrived at, the spare policy, the auditor's note, and of the universe its name, source and "
    "units left out. The ledger holds the SHA-256 of the whole manifest since the draw: 'auditlib -w "
    "WORKSPACE ledger verify' compares it, and with --since COUNT:HASH, kept outside, shows that the ledger "
    "is the same."
)
_FILTERED_COLUMNS: Final = ("coder_id", "payer_id", "encounter_class")


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of `verify_manifest`: verified if nothing differs.

    Parameters
    ----------
    manifest
        The manifest.
    differences
        What differs.
    has_memo
        Whether the memo is beside the manifest and was compared.
    draws
        How often a ledger holds that the universe was drawn; empty without a workspace.
    """

    manifest: Manifest
    differences: tuple[Difference, ...]
    has_memo: bool = False
    draws: str = ""

    @property
    def memo_sentence(self) -> str:
        """What was proved of the memo."""
        if not self.has_memo:
            return (
                f"The memo {memo_file_name(self.manifest)} is not beside the manifest and was not compared."
            )
        if is_worded_alike(self.manifest):
            return "Every statement of the memo was computed again and is the same."
        return (
            f"Every figure of the memo was computed again and is the same; version "
            f"{self.manifest.software_version} may have worded it otherwise, so words were not compared."
        )

    @property
    def is_verified(self) -> bool:
        """True if the draw is the same and every file is unchanged."""
        return not self.differences

    @property
    def summary(self) -> str:
        """The result in a paragraph, what is not proved, and the draws of the universe."""
        return "\n".join(filter(None, (self._result, self.draws)))

    @property
    def _result(self) -> str:
        name, units = self.manifest.name, self.manifest.frame.unit_count
        if self.is_verified:
            drawn = sum(unit.role == "sample" for unit in self.manifest.selected)
            return (
                f"Verified: the frame of {units:,} units has the recorded SHA-256, and the recorded seed and "
                f"design draw the same {drawn:,} units and {len(self.manifest.selected) - drawn:,} spares of "
                f"'{name}'. {self.memo_sentence}\n{_BY_THE_LEDGER}"
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
        The manifest; frame, sample and memo are looked for in its folder.

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
    memo_path = path.parent / memo_file_name(manifest)
    has_memo = memo_path.is_file()
    if has_memo:
        differences += compare_memo(memo_path.read_bytes(), manifest)
    return Verification(manifest, tuple(differences), has_memo)


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
    differences += _statements(manifest, drawn) + _filters(manifest, units)
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


def _statements(manifest: Manifest, drawn: Drawn) -> list[Difference]:
    """Return the statements of the manifest that follow from the draw and are not what it gives."""
    units = drawn.frame
    dates = units["service_date"] if "service_date" in units.columns else pl.Series(dtype=pl.Date)
    generator, rule = generator_of(drawn.design)
    stated: list[tuple[str, object, object]] = [
        ("first_service_date", manifest.frame.first_service_date, dates.min()),
        ("last_service_date", manifest.frame.last_service_date, dates.max()),
        ("generator", manifest.generator, generator),
    ]
    if is_worded_alike(manifest):
        # Another version may word these otherwise.
        stated += [
            ("order_rule", manifest.frame.order_rule, ORDER_RULE),
            ("ticket_rule", manifest.ticket_rule, rule),
            ("warnings", manifest.warnings, drawn.warnings),
        ]
    return [
        Difference("statement edited", name, f"The recorded {name} is not what frame and seed give.")
        for name, recorded, right in stated
        if recorded != right
    ]


def _filters(manifest: Manifest, units: pl.DataFrame) -> list[Difference]:
    """Return the recorded filters of the universe that the frame's own columns contradict."""
    differences = []
    for item in manifest.universe.filters:
        if item.name in _FILTERED_COLUMNS and item.name in units.columns:
            others = units.filter(pl.col(item.name).ne_missing(item.value)).height
        elif item.name in ("from_date", "to_date") and "service_date" in units.columns:
            day = pl.lit(item.value).str.to_date(strict=False)
            is_outside = (
                pl.col("service_date") < day if item.name == "from_date" else pl.col("service_date") > day
            )
            others = units.filter(is_outside).height
        else:
            continue
        if others:
            sentence = f"{others:,} units of the frame do not meet the recorded filter {item.name}."
            differences.append(Difference("statement edited", item.name, sentence))
    return differences


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
