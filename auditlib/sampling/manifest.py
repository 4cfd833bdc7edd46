"""The manifest: one JSON file that describes a draw exactly enough to repeat it.

Three files are stored together: ``<name>.manifest.json``, ``<name>.frame.csv`` (the canonical frame, so that
``sha256sum`` gives the hash in the manifest) and ``<name>.sample.csv`` (the selected rows). Where one of the
two holds a cell that a spreadsheet would run, a guarded copy lies beside it: ``<name>.sample.to-open.csv``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.sampling.blocks import frame_blocks
from auditlib.sampling.frame import ORDER_RULE, canonical_frame, csv_bytes, frame_bytes, guarded_twin
from auditlib.sampling.plan import Design, Drawn, selected_rows
from auditlib.sampling.ratstats_numbers import GENERATOR as RATSTATS_GENERATOR
from auditlib.sampling.ratstats_numbers import RULE as RATSTATS_RULE
from auditlib.sampling.records import LATER, from_json, to_json
from auditlib.sampling.tickets import GENERATOR, NO_GENERATOR, TICKET_RULE, TICKET_RULES

FORMAT: Final = "auditlib sample manifest 1"
MANIFEST_ENDING: Final = ".manifest.json"

DEFAULT_SPARE_POLICY: Final = (
    "A spare may take the place of a unit only if the unit turns out not to belong to the universe, in the "
    "order of selection, and each use is recorded. A missing or incomplete record is never replaced: it "
    "counts as an error."
)
DEFAULT_DEDUPLICATION: Final = "Each unit_id occurs once in the frame; a repeated one is refused, not merged."

LATER_COLUMNS: Final = ("cluster", "hit_count", "inclusion_probability")
_LONGEST_NAME = 100
_STATED_SHA256 = re.compile(rb'\n  "content_sha256": "([0-9a-f]{64})"')
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,119}")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of the universe, as stated."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A number of units excluded from the universe, and why."""

    reason: str
    unit_count: int


@dataclass(frozen=True, slots=True)
class UniverseRecord:
    """The universe as recorded in the manifest.

    Parameters
    ----------
    name
        Name of the universe.
    unit
        Sampling unit in words, as encounter.
    unit_key
        What identifies a unit.
    query
        Source of the rows: a named query, or the user's file.
    filters
        The conditions, as stated.
    stratify_by
        Column with the strata, or null.
    date_basis
        Meaning of the date filters and of ``service_date``.
    deduplication
        Treatment of units that occur more than once.
    exclusions
        Excluded units, each counted under the first reason that applies.
    """

    name: str
    unit: str
    unit_key: str = "unit_id"
    query: str = ""
    filters: tuple[Filter, ...] = ()
    stratify_by: str | None = None
    date_basis: str = ""
    deduplication: str = DEFAULT_DEDUPLICATION
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """The frame as recorded in the manifest; ``order_rule`` also defines the unit numbers."""

    file_name: str
    unit_count: int
    charge_amount: Decimal | None
    first_service_date: dt.date | None
    last_service_date: dt.date | None
    columns: tuple[str, ...]
    order_rule: str
    sha256: str


@dataclass(frozen=True, slots=True)
class StratumRecord:
    """One stratum: its size and dollars, and its sample and spare counts."""

    stratum: str
    unit_count: int
    charge_amount: Decimal | None
    sample_count: int
    spare_count: int


@dataclass(frozen=True, slots=True)
class SelectedUnit:
    """One selected unit, in order of selection within its stratum.

    Parameters
    ----------
    stratum, role, selection_number, unit_id, frame_number
        The unit, its role and its position.
    ticket
        Its value from the source of random numbers; empty if the unit itself was not drawn by chance.
    cluster
        The cluster or group from which it was selected.
    hit_count
        Number of its dollars that were drawn, in a monetary-unit sample.
    inclusion_probability
        Its inclusion probability, if probabilities differ; within its group under RHC.
    """

    stratum: str
    role: Literal["sample", "spare"]
    selection_number: int
    unit_id: str
    frame_number: int
    ticket: str
    cluster: str | None = field(default=None, metadata=LATER)
    hit_count: int | None = field(default=None, metadata=LATER)
    inclusion_probability: Decimal | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything needed to understand, defend and repeat a draw.

    ``size_basis`` explains the number of units; ``memo`` is the auditor's text on the design.
    ``content_sha256`` is the SHA-256 of this record with that field empty. ``blocks`` are fingerprints of
    parts of the frame, to locate later differences by unit (see
    `auditlib.sampling.blocks`).
    """

    format: str
    name: str
    objective: str
    software_version: str
    drawn_at: dt.datetime
    drawn_by: str
    universe: UniverseRecord
    frame: FrameRecord
    design: Design
    size_basis: str
    generator: str
    ticket_rule: str
    spare_policy: str
    memo: str
    warnings: tuple[str, ...]
    strata: tuple[StratumRecord, ...]
    selected: tuple[SelectedUnit, ...]
    sample_file_name: str
    content_sha256: str
    block_unit_count: int
    blocks: tuple[str, ...]

    def own_sha256(self) -> str:
        """Return the right value of ``content_sha256``."""
        return hashlib.sha256(to_json(replace(self, content_sha256="")).encode()).hexdigest()


def make_manifest(
    drawn: Drawn,
    *,
    name: str,
    universe: UniverseRecord,
    size_basis: str,
    software_version: str,
    drawn_at: dt.datetime,
    drawn_by: str = "",
    objective: str = "",
    spare_policy: str = DEFAULT_SPARE_POLICY,
    memo: str = "",
) -> Manifest:
    """Return the manifest of a draw.

    Parameters
    ----------
    drawn
        The draw, from `draw_simple` or `draw_stratified`.
    name
        Name of the sample and its files: letters, digits, spaces, dots, dashes and underscores.
    universe
        Record of the universe.
    size_basis
        Explanation of the number of units: probe, formula, confidence, precision, rounding, or a rule.
    software_version
        Version of auditlib.
    drawn_at
        Time of the draw; a time without a zone is UTC.
    drawn_by
        Who drew it.
    objective
        What the audit is to find out.
    spare_policy
        When a spare may be used.
    memo
        Further notes on the design.

    Raises
    ------
    UsageError
        If the name is not a valid file name, or the size basis is empty.
    """
    if not _NAME.fullmatch(name) or name != name.strip() or len(name) > _LONGEST_NAME:
        message = "A sample's name has letters, digits, spaces, dots, dashes and underscores, at most 100."
        raise UsageError(message, hint="For example 'Inpatient FY2026 Q1'.")
    if not size_basis.strip():
        message = "The manifest must explain the number of units."
        raise UsageError(
            message, hint="For example 'Audit plan: 30 charts per coder', or the formula and its inputs."
        )
    units = drawn.frame
    sha256, block_unit_count, blocks = frame_blocks(units)
    dates = units["service_date"] if "service_date" in units.columns else pl.Series(dtype=pl.Date)
    amounts = units["charge_amount"] if "charge_amount" in units.columns else None
    manifest = Manifest(
        format=FORMAT,
        name=name,
        objective=objective,
        software_version=software_version,
        drawn_at=drawn_at.replace(tzinfo=dt.UTC, microsecond=0)
        if drawn_at.tzinfo is None
        else drawn_at.astimezone(dt.UTC).replace(microsecond=0),
        drawn_by=drawn_by,
        universe=universe,
        frame=FrameRecord(
            file_name=f"{name}.frame.csv",
            unit_count=units.height,
            charge_amount=None if amounts is None else Decimal(amounts.sum()),
            first_service_date=_date(dates.min()),
            last_service_date=_date(dates.max()),
            columns=tuple(units.columns),
            order_rule=ORDER_RULE,
            sha256=sha256,
        ),
        design=drawn.design,
        size_basis=size_basis,
        generator=generator_of(drawn.design)[0],
        ticket_rule=generator_of(drawn.design)[1],
        spare_policy=spare_policy,
        memo=memo,
        warnings=drawn.warnings,
        strata=stratum_records(drawn),
        selected=selected_units(drawn),
        sample_file_name=f"{name}.sample.csv",
        content_sha256="",
        block_unit_count=block_unit_count,
        blocks=blocks,
    )
    return replace(manifest, content_sha256=manifest.own_sha256())


def generator_of(design: Design) -> tuple[str, str]:
    """Return the source of random numbers of a design, and its rule."""
    if design.method == "judgmental":
        return NO_GENERATOR, design.reason
    if design.generator == "RAT-STATS 2005-2010":
        return RATSTATS_GENERATOR, RATSTATS_RULE
    return GENERATOR, TICKET_RULES.get(design.method, TICKET_RULE)


def stratum_records(drawn: Drawn) -> tuple[StratumRecord, ...]:
    """Return the strata of a draw as records of the manifest."""
    return tuple(StratumRecord(**row) for row in drawn.strata.iter_rows(named=True))


def selected_units(drawn: Drawn) -> tuple[SelectedUnit, ...]:
    """Return the selected units of a draw as records of the manifest."""
    return tuple(
        SelectedUnit(**{**row, "inclusion_probability": Decimal(row["inclusion_probability"])})
        if row.get("inclusion_probability")
        else SelectedUnit(**row)
        for row in drawn.selected.iter_rows(named=True)
    )


def selection_frame(selected: tuple[SelectedUnit, ...]) -> pl.DataFrame:
    """Return selected units as a frame like `Drawn.selected`."""
    names = SelectedUnit.__slots__
    whole = {"selection_number", "frame_number", "hit_count"}
    frame = pl.DataFrame(
        [[_as_text(getattr(unit, name)) for name in names] for unit in selected],
        schema={name: pl.Int64 if name in whole else pl.String for name in names},
        orient="row",
    )
    unused = [name for name in LATER_COLUMNS if frame[name].null_count() == frame.height]
    return frame.drop(unused)


def _as_text(value: object) -> object:
    return f"{value:f}" if isinstance(value, Decimal) else value


def sample_bytes(manifest: Manifest, frame: pl.DataFrame) -> bytes:
    """Return the text of the sample file: the selection, each unit with its row of the frame."""
    return csv_bytes(selected_rows(frame, selection_frame(manifest.selected)))


def write_manifest(manifest: Manifest, frame: pl.DataFrame, folder: Path) -> Path:
    """Write manifest, frame and sample into a folder and return the manifest's path.

    Raises
    ------
    UsageError
        If the frame is not the one that was drawn from, or the folder has another sample of that name: a
        drawn sample is never replaced.
    """
    content = frame_bytes(frame)
    if hashlib.sha256(content).hexdigest() != manifest.frame.sha256:
        message = f"This frame is not the one that sample '{manifest.name}' was drawn from."
        raise UsageError(message, hint="Pass the frame of the draw.")
    path = folder / f"{manifest.name}{MANIFEST_ENDING}"
    contents = {
        folder / manifest.frame.file_name: content,
        folder / manifest.sample_file_name: sample_bytes(manifest, canonical_frame(frame)),
        path: to_json(manifest).encode(),
    }
    # The manifest is written last: frame and sample without one are leftovers of an interrupted draw.
    for target, text in contents.items() if path.exists() else ():
        if target.exists() and target.read_bytes() != text:
            message = f"{target.name} already exists and differs: a drawn sample is never replaced."
            raise UsageError(message, hint="Give the new sample another name.")
    folder.mkdir(parents=True, exist_ok=True)
    for name in (manifest.frame.file_name, manifest.sample_file_name):
        contents = {**guarded_twin(folder / name, contents[folder / name]), **contents}
    for target, text in contents.items():
        unfinished = target.with_name(f"{target.name}.part")
        unfinished.write_bytes(text)
        unfinished.replace(target)
    return path


def read_manifest(path: Path) -> Manifest:
    """Return the manifest in a file.

    Raises
    ------
    BadInputError
        If the file is absent, not a manifest, or of another version.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"The manifest {path.name} cannot be read."
        raise BadInputError(message, hint="Give the path of a file ending in .manifest.json.") from error
    manifest = from_json(text, Manifest, subject=f"manifest {path.name}")
    if manifest.format != FORMAT:
        message = f"The manifest {path.name} is of the format '{manifest.format}'."
        raise BadInputError(message, hint=f"This version reads '{FORMAT}'.")
    for name in (manifest.frame.file_name, manifest.sample_file_name):
        if not _NAME.fullmatch(name):
            message = f"The manifest {path.name} names a file outside its folder or an unfit name."
            raise BadInputError(message, hint="Frame and sample must be beside the manifest.")
    return manifest


def stated_sha256(path: Path) -> str | None:
    """Return the hash that a manifest states, if the file is to the byte what was hashed; None if it is not.

    A file whose lines end otherwise may still say what was hashed: `Manifest.own_sha256` tells, which takes
    a hundred times as long.
    """
    try:
        text = path.read_bytes()
    except OSError:
        return None
    stated = _STATED_SHA256.search(text)
    if stated is None:
        return None
    hashed = text[: stated.start(1)] + text[stated.end(1) :]
    return stated[1].decode() if hashlib.sha256(hashed).hexdigest().encode() == stated[1] else None


def _date(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None
