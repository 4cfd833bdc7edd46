"""What files say of themselves and of each other: notes, acknowledgments and balances."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures import balances
from auditlib.sources.x12 import Passage, Place, read_passages

if TYPE_CHECKING:
    from auditlib.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim or claim payment as its file has it.

    Attributes
    ----------
    kind
        claim or claim payment.
    row_id
        Its ``claim_id`` or ``remit_claim_id``.
    file_path
        The file.
    passages
        The headers and levels above it, and last the claim itself, each with its place and bytes.
    """

    kind: str
    row_id: int
    file_path: Path
    passages: tuple[Passage, ...]


class Examining:
    """The files of one workspace, held against themselves."""

    workspace: Workspace

    def file_notes(self) -> pl.DataFrame:
        """Return what disagrees with itself in X12 files: counts, control numbers, trailers, versions.

        Nothing was set aside for it; severity R asks for a person's eye, I informs.
        """
        return self.workspace.warehouse().query("queries/files/file_note")

    def acknowledgments(self) -> pl.DataFrame:
        """Return the verdicts of 999, 997 and TA1 files, with the loaded file that each is about.

        ``acknowledged_file_name`` is null where no loaded file, or more than one, could be meant.
        """
        return self.workspace.warehouse().query("queries/files/acknowledged")

    def balances(self, rule: str | None = None) -> pl.DataFrame:
        """Return what does not add up; see `auditlib.measures.balances.unbalanced`.

        Raises
        ------
        UsageError
            If there is no such rule.
        """
        if rule is not None and rule not in balances.BALANCE_RULES:
            message = f"There is no balancing rule '{rule}'."
            raise UsageError(message, hint=f"One of: {'; '.join(balances.BALANCE_RULES)}.")
        return balances.unbalanced(self.workspace.warehouse(), rule)

    def balance_totals(self) -> pl.DataFrame:
        """Return by file and rule how many were examined, how many add up, and the differences."""
        return balances.balance_totals(self.workspace.warehouse())

    def segments(self, number: str | int) -> tuple[ShownClaim, ...]:
        """Return the segments of claims and claim payments, byte for byte from the files they came from.

        Parameters
        ----------
        number
            A ``claim_id``, a ``remit_claim_id``, or a patient control number, of which all are returned.

        Raises
        ------
        UsageError
            If nothing that is loaded has that number, or it did not come from an X12 file.
        BadInputError
            If a file was moved or changed since it was loaded.
        """
        places = self.workspace.warehouse().query("queries/files/passage_place", {"number": str(number)})
        if places.is_empty():
            message = "No loaded claim or claim payment has that number."
            hint = "A claim_id, a remit_claim_id, or a patient control number (CLM01 or CLP01)."
            raise UsageError(message, hint=hint)
        lost = places.filter(pl.col("transaction_offset").is_null())
        if lost.height:
            name, kind = lost.select("file_name", "format").row(0)
            message = f"{name} ({kind}) has no X12 segments to show."
            hint = "Only claims of X12 files have; those loaded by an earlier version must be loaded again."
            raise UsageError(message, hint=hint)
        return tuple(_shown(row) for row in places.iter_rows(named=True))


def _shown(row: dict[str, Any]) -> ShownClaim:
    path = Path(row["file_path"])
    names = ("source_offset", "opening_offset", "group_offset", "transaction_offset", "byte_count", "sha256")
    place = Place(**{name: row[name] for name in names})
    return ShownClaim(row["kind"], row["row_id"], path, read_passages(path, place))
