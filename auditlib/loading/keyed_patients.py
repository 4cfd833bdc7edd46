"""Patients under pseudonyms that nobody can make without the workspace's key.

Readers know a patient by a hash of what a file says of them: whoever guesses a birth date and a member number
makes the same hash. So what is stored is the keyed hash (HMAC-SHA-256) of that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from auditlib.errors import StoreError
from auditlib.schema.core import CORE_TABLES, DERIVED_TABLES, EARLIER_PSEUDONYM, PSEUDONYM_KEY
from auditlib.schema.core_columns import PATIENT_KEYS
from auditlib.sources.batch import SourceBatch
from auditlib.warehouse import Warehouse, Writer
from auditlib.warehouse.rebuild import rebuild
from auditlib.workspace import Workspace
from auditlib.workspace.load_lock import only_loader
from auditlib.workspace.pseudonym_key import LOST_KEY_HINT, PseudonymKey, make_key

KEYED_COLUMNS: Final = (
    "patient_id",
    *(column.name for column in PATIENT_KEYS if column.name.endswith("_key")),
)
"""Columns that hold a patient's pseudonym, or the hash of a name or member number."""

_TABLES: Final = tuple(
    (table, column)
    for table in CORE_TABLES
    if table not in {*DERIVED_TABLES, EARLIER_PSEUDONYM}
    for column in KEYED_COLUMNS
    if column in table.column_names
)


@dataclass(frozen=True, slots=True)
class KeyState:
    """Under which key the patients of a warehouse stand.

    Attributes
    ----------
    check
        The key's check, or None if no key was used yet.
    has_files
        Whether files are loaded.
    """

    check: str | None
    has_files: bool

    @property
    def is_unkeyed(self) -> bool:
        """Whether an earlier version of auditlib stored plain hashes."""
        return self.check is None and self.has_files


def with_keyed_patients(batch: SourceBatch, key: PseudonymKey) -> SourceBatch:
    """Return what a reader gave, with the keyed hashes in place of the plain ones."""
    frames = {
        name: frame.with_columns(
            key.keyed_values(frame[column]) for column in KEYED_COLUMNS if column in frame.columns
        )
        for name, frame in batch.frames.items()
    }
    return replace(batch, frames=frames)


def require_key(workspace: Workspace, warehouse: Warehouse) -> PseudonymKey:
    """Return the key under which the patients of the next load get their pseudonyms.

    Raises
    ------
    StoreError
        If an earlier version stored plain hashes, or the key is gone or another workspace's.
    """
    state = _state(warehouse)
    if state.is_unkeyed:
        message = "Patients of this workspace stand under hashes without a key, of an earlier version."
        raise StoreError(
            message,
            hint=f"Run 'auditlib -w {workspace.root} workspace upgrade'; samples and verdicts stay.",
        )
    key = workspace.pseudonym_key()
    _require_same(key, state)
    return key


def mark_key(writer: Writer, key: PseudonymKey) -> None:
    """Note in the warehouse under which key its patients stand."""
    writer.replace(PSEUDONYM_KEY, pl.DataFrame({"key_check": [key.check]}))


def key_patients(workspace: Workspace, *, secret: bytes | None = None) -> bool:
    """Put keyed hashes in the place of the plain ones of an earlier version; return whether there were any.

    Ids of encounters stay, also where a pseudonym is part of one: samples and verdicts name them.

    Parameters
    ----------
    workspace
        The workspace.
    secret
        The key of a workspace that has none; random by default.

    Raises
    ------
    StoreError
        If the key is gone or another workspace's.
    """
    warehouse = workspace.warehouse()
    state = _state(warehouse)
    if state.check is not None:
        # Only the key itself will do: a new one would lie where the lost one belongs.
        _require_same(workspace.pseudonym_key(), state)
        return False
    with only_loader(workspace):
        # On disk before any pseudonym is made with it; another process may have done it meanwhile.
        key = make_key(workspace.pseudonym_key_path, secret)
        if not _state(warehouse).is_unkeyed:
            return False
        with warehouse.writing(finishing=True) as writer:
            named = writer.query("queries/loading/patient_in_encounter_id")["patient_id"]
            for table, column in _TABLES:
                plain = writer.distinct_values(table, column)
                writer.replace_values(table, column, plain, key.keyed_values(plain))
            writer.replace(
                EARLIER_PSEUDONYM,
                pl.DataFrame({"patient_id": key.keyed_values(named), "earlier_patient_id": named}),
            )
            mark_key(writer, key)
            rebuild(writer, changed={table.full_name for table, _ in (*_TABLES, (EARLIER_PSEUDONYM, ""))})
    return True


def _state(warehouse: Warehouse) -> KeyState:
    (row,) = warehouse.query("queries/loading/pseudonym_key").iter_rows(named=True)
    return KeyState(row["key_check"], bool(row["has_files"]))


def _require_same(key: PseudonymKey, state: KeyState) -> None:
    if state.check is not None and state.check != key.check:
        message = "The key of the pseudonyms is not the one under which the patients of this workspace stand."
        raise StoreError(message, hint=LOST_KEY_HINT)
