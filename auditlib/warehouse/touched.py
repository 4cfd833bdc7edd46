"""What a load touches: the keys of the rows that can be other ones after it.

A claim and a payment of one control number touch each other, and so do those of two numbers where a claim
refers to the payer's number of a payment, or a payment names a claim by its address; an encounter that a file
gives touches the claims of its number. The lists are temporary tables (`auditlib.warehouse.cuts`).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from auditlib.schema import Table
from auditlib.schema.core import CLAIM, ENCOUNTER, REMIT_CLAIM
from auditlib.warehouse import graph
from auditlib.warehouse.connection import most_write_bytes
from auditlib.warehouse.store import Writer

_CHANGED: Final = {
    "claim_id": "changed_claim",
    "remit_claim_id": "changed_payment",
    "remittance_id": "changed_remittance",
    "encounter_id": "changed_encounter",
    "patient_control_number": "changed_number",
}
_MOST_SHARE: Final = 0.2
# More rows than the memory holds at once are not rebuilt together, unless nearly all of them are new.
_MOST_OF_MANY: Final = 0.9
_MEMORY_OF_A_ROW: Final = 4_096
_ASKED: Final = "asked_key"


def most_rows() -> int:
    """Return how many claims, payments and encounters are rebuilt at once on this machine."""
    return most_write_bytes() // _MEMORY_OF_A_ROW


class Touched:
    """The keys that one load changes, and those that it touches.

    Parameters
    ----------
    writer
        Its transaction.

    Attributes
    ----------
    is_rebuilt_alone
        Whether what is touched is rebuilt alone, since that costs less than all, or since all is more than
        the memory holds; known once the new rows are noted.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.is_rebuilt_alone = False
        writer.run("statements/touched/begin")

    def give_way(self, encounter_ids: pl.Series) -> None:
        """Take out what models added of encounters that files give: rows of the same keys land there."""
        if encounter_ids.is_empty():
            return
        self._writer.show(_ASKED, pl.DataFrame({"key": encounter_ids}))
        self._writer.list_keys(_CHANGED["encounter_id"], "key", _ASKED, "true")
        # The latest built first: which rows are a model's own may depend on rows of an earlier one.
        for model in reversed(graph.models()):
            if model.part:
                condition = f"encounter_id in (select key from {_ASKED}) and {model.part}"
                self._writer.delete_where(graph.contract(model.table), condition)
        self._writer.drop_kept(_ASKED)

    def note_places(self, places: pl.DataFrame) -> None:
        """Note the rows of loaded files that `Writer.delete_places` is about to delete."""
        self._writer.show("outgoing_place", places)
        self._note(
            "exists (select 1 from outgoing_place as p where p.source_file_id = noted.source_file_id "
            "and noted.source_offset >= p.first_offset and noted.source_offset < p.end_offset)"
        )
        self._writer.drop_kept("outgoing_place")
        self._reach()

    def note_claims(self, keys: pl.DataFrame) -> None:
        """Note claims that are about to be deleted, by ``claim_id``."""
        self._writer.show(_ASKED, keys)
        self._writer.list_keys(_CHANGED["claim_id"], "claim_id", _ASKED, "true")
        self._writer.drop_kept(_ASKED)
        self._reach()

    def note_encounters(self, encounter_ids: pl.Series) -> None:
        """Note encounters of which documents came or went."""
        self._writer.show(_ASKED, pl.DataFrame({"key": encounter_ids}))
        self._writer.list_keys(_CHANGED["encounter_id"], "key", _ASKED, "true")
        self._writer.drop_kept(_ASKED)
        self._reach()

    def note_files(self, first_file_id: int, last_file_id: int) -> None:
        """Note the rows that some files gave."""
        self._note(f"noted.source_file_id between {int(first_file_id)} and {int(last_file_id)}")
        self._reach()

    def note_new(self, first_file_id: int) -> None:
        """Note the rows that a file and those after it gave."""
        self._note(f"noted.source_file_id >= {int(first_file_id)}")
        is_many = self._row_count() > most_rows()
        # What a first load touches is all that there is.
        if self._is_part(
            _MOST_OF_MANY if is_many else _MOST_SHARE, "changed_claim", "changed_payment", "changed_encounter"
        ):
            self._reach()
            self.is_rebuilt_alone = is_many or self._is_part(
                _MOST_SHARE, "touched_claim", "touched_payment", "touched_encounter", "related_claim"
            )

    def _is_part(self, share: float, *lists: str) -> bool:
        # Several tables list one key.
        keys = sum(self._writer.count(f"(select distinct key from {name})") for name in lists)
        return keys <= share * self._row_count()

    def _row_count(self) -> int:
        return sum(self._writer.count(table.full_name) for table in (CLAIM, REMIT_CLAIM, ENCOUNTER))

    def _note(self, condition: str) -> None:
        for table in _tables_of_files():
            for column, name in _CHANGED.items():
                if column in table.column_names:
                    self._writer.list_keys(name, f"noted.{column}", f"{table.full_name} as noted", condition)

    def _reach(self) -> None:
        self._writer.run("statements/touched/reach_accounts")
        while self._writer.count("new_account"):
            self._writer.run("statements/touched/reach_further")
        self._writer.run("statements/touched/reach")


@cache
def _tables_of_files() -> tuple[Table, ...]:
    """Return the tables that files fill and models read."""
    of_models = {model.table for model in graph.models() if not model.part}
    read = {name for model in graph.models() for name in model.depends_on} - of_models
    tables = (graph.contract(name) for name in sorted(read))
    return tuple(table for table in tables if {"source_file_id", "source_offset"} <= set(table.column_names))
