"""ICD-10 addenda: the codes that a year adds and deletes, to verify its list of codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.codesets.readers.published import PublishedFile
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import BadInputError
from auditlib.schema.ref import CODE

_LINE: Final = re.compile(
    r"(?P<action>Add|Delete|Revise from|Revise to):\s+(?:(?P<flag>[01]) )?(?P<code>[A-Z0-9]{3,7})\s"
)
_TOTAL: Final = re.compile(r"\s*(?P<count>[0-9]+) codes in (?P<name>\S+)")
_PCS_LENGTH: Final = 7


@dataclass(frozen=True, slots=True)
class Addenda:
    """The changes in a year's addenda.

    Parameters
    ----------
    file_name
        The file.
    code_system
        ICD-10-CM or ICD-10-PCS.
    added, deleted
        Codes that became billable, and that no longer are.
    billable_count
        Number of billable codes, or None if the addenda does not state it.
    """

    file_name: str
    code_system: str
    added: frozenset[str]
    deleted: frozenset[str]
    billable_count: int | None

    def check(self, billable: frozenset[str], name: str) -> None:
        """Raise if a list of billable codes does not agree with the addenda.

        Raises
        ------
        BadInputError
            If it does not; the message names a code or the counts.
        """
        hint = "They belong to different years, or the file is truncated."
        for code in sorted(self.added - billable):
            message = f"{name} does not have {code}, which {self.file_name} adds."
            raise BadInputError(message, hint=hint)
        for code in sorted(self.deleted & billable):
            message = f"{name} has {code}, which {self.file_name} deletes."
            raise BadInputError(message, hint=hint)
        if self.billable_count not in {None, len(billable)}:
            counted = f"{self.file_name} counts {self.billable_count:,}"
            message = f"{name} holds {len(billable):,} billable codes; {counted}."
            raise BadInputError(message, hint=hint)


def is_addenda(file: PublishedFile) -> bool:
    """Return True if a file, by its first line, is an addenda; a short one is mostly totals."""
    return _LINE.match(file.data[:200].decode("latin-1").lstrip()) is not None


def check_addenda(addenda: Addenda, release: CodeSetRelease) -> None:
    """Raise if a release does not agree with an addenda."""
    codes = release.frames[CODE].filter("is_billable")["code"]
    addenda.check(frozenset(codes), release.file_name)


def read_addenda(file: PublishedFile) -> Addenda:
    """Return an addenda, of an order file or of a list of codes, with the totals at its end if there are any.

    Raises
    ------
    BadInputError
        If a line before the totals is not an addenda line.
    """
    actions: dict[str, set[str]] = {"Add": set(), "Delete": set(), "Revise from": set(), "Revise to": set()}
    count: int | None = None
    in_totals = False
    for number, line in enumerate(file.lines, start=1):
        match = _LINE.match(line)
        # The totals follow the first blank line.
        in_totals = in_totals or not line.strip()
        if in_totals:
            if total := _TOTAL.match(line):
                count = int(total["count"])
        elif match is None:
            message = f"{file.name}: line {number} is not a line of an addenda."
            raise BadInputError(
                message, hint="Expected Add:, Delete:, Revise from: or Revise to: and a code."
            )
        elif match["flag"] != "0":
            actions[match["action"]].add(match["code"])
    # A code with a new title may be deleted and added again.
    added, deleted = actions["Add"] - actions["Delete"], actions["Delete"] - actions["Add"]
    is_pcs = any(code[0].isdigit() for code in added | deleted)
    if is_pcs:
        # Header codes of procedures are recognised only by their length.
        added = {code for code in added if len(code) == _PCS_LENGTH}
        deleted = {code for code in deleted if len(code) == _PCS_LENGTH}
    return Addenda(file.name, ICD10PCS if is_pcs else ICD10CM, frozenset(added), frozenset(deleted), count)
