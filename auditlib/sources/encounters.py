"""Tables of coded encounters: ``encounters.csv`` and ``encounter_codes.csv``, recognised by their headers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from auditlib.schema.core import ENCOUNTER, ENCOUNTER_CODE, PATIENT
from auditlib.sources.batch import SourceBatch
from auditlib.sources.coded_encounter import CODE_CELLS, ENCOUNTER_CELLS, read_codes, read_encounters
from auditlib.sources.delimited import Records, header_names, read_records
from auditlib.sources.set_aside import set_aside_one, whole_file

_ENCOUNTER_NEEDS = frozenset({"encounter_id", "encounter_class", "admit_date"})
_CODE_NEEDS = frozenset({"encounter_id", "code_system", "code"})


def looks_like_encounter_table(head: bytes) -> bool:
    """Tell whether a file that starts so is a table of encounters."""
    return set(header_names(head)) >= _ENCOUNTER_NEEDS


def looks_like_encounter_code_table(head: bytes) -> bool:
    """Tell whether a file that starts so is a table of the codes of encounters."""
    return set(header_names(head)) >= _CODE_NEEDS


def read_encounter_table(path: Path, *, source_file_id: int) -> Iterator[SourceBatch]:
    """Yield the encounters and patients of a comma-separated table, one row an encounter.

    Parameters
    ----------
    path
        File with a header line that names at least ``encounter_id``, ``encounter_class`` and ``admit_date``,
        in any order. Every value is text: a code keeps its leading zeros.
    source_file_id
        Number of the file in the workspace.

    Yields
    ------
    SourceBatch
        One batch; ``source_offset`` is the byte at which the row starts.

    Notes
    -----
    A patient id of 16 hexadecimal digits is taken for a pseudonym; any other is hashed; an encounter without
    one has a patient of its own, pseudonymised from the encounter's id.
    """
    records = _read(path, source_file_id, "encounter", needs=_ENCOUNTER_NEEDS, cells=ENCOUNTER_CELLS)
    if not records.columns:
        frames = {"encounter": ENCOUNTER.empty(), "patient": PATIENT.empty()}
        yield SourceBatch("encounter table", 0, frames, records.rejected)
        return
    encounters = read_encounters(records.frame, source_file_id=source_file_id)
    yield SourceBatch(
        "encounter table",
        _record_count(records, "encounter"),
        {"encounter": encounters.encounter, "patient": encounters.patient},
        pl.concat([records.rejected, encounters.rejected]).sort("source_offset", maintain_order=True),
    )


def read_encounter_code_table(path: Path, *, source_file_id: int) -> Iterator[SourceBatch]:
    """Yield the codes of a comma-separated table, one row a code that a coder assigned.

    Parameters
    ----------
    path
        File with a header line that names at least ``encounter_id``, ``code_system`` and ``code``, in any
        order. Every value is text; codes may hold dots.
    source_file_id
        Number of the file in the workspace.

    Yields
    ------
    SourceBatch
        One batch; ``source_offset`` is the byte at which the row starts.
    """
    records = _read(path, source_file_id, "code", needs=_CODE_NEEDS, cells=CODE_CELLS)
    if not records.columns:
        yield SourceBatch(
            "encounter code table", 0, {"encounter_code": ENCOUNTER_CODE.empty()}, records.rejected
        )
        return
    codes, rejected = read_codes(records.frame, source_file_id=source_file_id)
    yield SourceBatch(
        "encounter code table",
        _record_count(records, "code"),
        {"encounter_code": codes},
        pl.concat([records.rejected, rejected]).sort("source_offset", maintain_order=True),
    )


def _read(
    path: Path, source_file_id: int, kind: str, *, needs: frozenset[str], cells: tuple[str, ...]
) -> Records:
    """Return the records of a table, or none and the reason why; a column nobody reads is reported."""
    records = read_records(path.read_bytes(), source_file_id=source_file_id, kind=kind)
    missing = sorted(needs - set(records.columns))
    if records.columns and missing:
        reason = f"the header does not name {', '.join(missing)}"
        return Records((), pl.DataFrame(), whole_file(source_file_id, reason, f"columns {', '.join(cells)}"))
    unread = [name for name in records.columns if name not in cells]
    if not unread:
        return records
    noted = set_aside_one(
        source_file_id,
        "header",
        reason=f"columns that were not read: {', '.join(name[:40] for name in unread[:20])}",
        expected=f"columns {', '.join(cells)}",
    )
    return Records(records.columns, records.frame, pl.concat([noted, records.rejected]))


def _record_count(records: Records, kind: str) -> int:
    return records.frame.height + records.rejected.filter(segment=kind).height
