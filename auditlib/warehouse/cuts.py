"""Cuts: by which keys the rows of tables can be taken apart, so that a few are rebuilt and the rest stays.

A model says in its header by which cut its rows follow from rows of the same keys alone. Whatever it reads
beyond them, as a list of codes, it reads whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditlib.schema import Table


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to cut tables.

    Attributes
    ----------
    name
        What the header of a model calls it.
    read
        Of each column that holds keys, the list of those whose rows are read. A table is cut by the first of
        these columns that it has, and by the next one where that is null.
    made
        Of the same columns, the list of keys whose rows are made.
    within
        A cut whose rows include all of this one's, of tables that both cut by one column; empty for none.
    """

    name: str
    read: Mapping[str, str]
    made: Mapping[str, str]
    within: str = ""

    def reads(self, table: Table) -> tuple[str, ...]:
        """Return the conditions of the rows to read, which exclude each other; none if it is read whole."""
        return _conditions(table, self.read)

    def makes(self, table: Table) -> tuple[str, ...]:
        """Return the conditions of the rows to make."""
        return _conditions(table, self.made)

    def is_within(self, table: Table) -> bool:
        """Return whether its rows of a table are among those of the cut within which it lies."""
        if not self.within:
            return False
        first = next((name for name in self.read if name in table.column_names), "")
        return first in CUTS[self.within].read

    def copy_of(self, table: Table) -> str:
        """Return the name of a temporary table for the rows of a table."""
        return f"cut_{self.name}_{table.schema}_{table.name}"


def _conditions(table: Table, keys: Mapping[str, str]) -> tuple[str, ...]:
    conditions: list[str] = []
    null = ""
    columns = {column.name: column for column in table.columns}
    for name in (name for name in keys if name in columns):
        conditions.append(f"{null}{name} in (select key from {keys[name]})")
        if columns[name].required:
            break
        null += f"{name} is null and "
    return tuple(conditions)


_OF_ACCOUNT: Final = {
    "remit_claim_id": "touched_payment",
    "address": "touched_address",
    "claim_id": "touched_claim",
    "chain_id": "touched_claim",
    "head_id": "touched_claim",
    "encounter_id": "touched_encounter",
    "patient_control_number": "touched_number",
}
_OF_REMITTANCE: Final = {
    "remit_claim_id": "settled_payment",
    "remittance_id": "settled_remittance",
    "claim_id": "changed_claim",
}

CUTS: Final = {
    cut.name: cut
    for cut in (
        Cut("patient_control_number", _OF_ACCOUNT, _OF_ACCOUNT, "patient_id"),
        Cut("patient_id", {"claim_id": "related_claim"}, {"claim_id": "judged_claim"}),
        Cut("remittance_id", _OF_REMITTANCE, _OF_REMITTANCE),
    )
}
"""The cuts by name: the accounts that hang together, the patients of their claims, the remittances."""
