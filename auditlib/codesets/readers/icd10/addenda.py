"""ICD-10 addenda: the codes that a release adds and deletes, and its own count of the lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.codesets.readers.fiscal_year import NamedDays, days_in_names
from auditlib.codesets.readers.published import PublishedFile
from auditlib.errors import BadInputError

_LINE: Final = re.compile(
    r"(?P<action>Add|Delete|Revise from|Revise to):\s+(?:(?P<flag>[01]) )?(?P<code>[A-Z0-9]{3,7})\s"
)
_TOTAL: Final = re.compile(r"\s*(?P<count>[0-9,]+) (?P<what>codes|headers) in (?P<name>\S+)")
_TOTALS_BEGIN: Final = re.compile(r"\s*(?:Codes|Headers)\s*")
_PCS_LENGTH: Final = 7
_HINT: Final = "They belong to different years, or the file is truncated."


@dataclass(frozen=True, slots=True)
class Addenda:
    """The changes in a release's addenda.

    Parameters
    ----------
    file_name
        The file.
    code_system
        ICD-10-CM or ICD-10-PCS.
    added, deleted
        Codes that became billable, and that no longer are.
    billable_count, header_count
        Number of billable and of header codes after the changes, or None if the addenda does not state it.
    billable_count_before
        Number of billable codes before them, or None.
    name_before, name_after
        Names of the lists before and after, as the addenda states them; empty if it does not.
    """

    file_name: str
    code_system: str
    added: frozenset[str]
    deleted: frozenset[str]
    billable_count: int | None = None
    header_count: int | None = None
    billable_count_before: int | None = None
    name_before: str = ""
    name_after: str = ""

    @property
    def days_before(self) -> NamedDays:
        """What the name of the list before the changes says."""
        return days_in_names([self.name_before])

    @property
    def days_after(self) -> NamedDays:
        """What the name of the list after the changes says."""
        return days_in_names([self.name_after])

    @property
    def changes_nothing(self) -> bool:
        """True if it says that no code was added or deleted."""
        return not self.added and not self.deleted and self.billable_count == self.billable_count_before

    def check(self, billable: frozenset[str], name: str) -> None:
        """Raise if a list of billable codes does not agree with the addenda.

        Raises
        ------
        BadInputError
            If it does not; the message names a code or the counts.
        """
        for code in sorted(self.added - billable):
            message = f"{name} does not have {code}, which {self.file_name} adds."
            raise BadInputError(message, hint=_HINT)
        for code in sorted(self.deleted & billable):
            message = f"{name} has {code}, which {self.file_name} deletes."
            raise BadInputError(message, hint=_HINT)
        if self.billable_count not in {None, len(billable)}:
            counted = f"{self.file_name} counts {self.billable_count:,}"
            message = f"{name} holds {len(billable):,} billable codes; {counted}."
            raise BadInputError(message, hint=_HINT)

    def check_headers(self, header_count: int, name: str) -> None:
        """Raise if an order file does not have as many header codes as the addenda counts.

        Raises
        ------
        BadInputError
            If it does not; the message has both counts.
        """
        if self.header_count not in {None, header_count}:
            message = (
                f"{name} holds {header_count:,} header codes; {self.file_name} counts {self.header_count:,}."
            )
            raise BadInputError(message, hint=_HINT)

    def codes_before(self, billable: frozenset[str]) -> frozenset[str]:
        """Return the billable codes before the changes, from those after them."""
        return (billable - self.added) | self.deleted


def is_addenda(file: PublishedFile) -> bool:
    """Return True if a file, by its first lines, is an addenda; one without changes is totals only."""
    head = file.data[:400].decode("latin-1").lstrip()
    if _LINE.match(head):
        return True
    return _TOTALS_BEGIN.match(head) is not None and _TOTAL.search(head) is not None


def read_addenda(file: PublishedFile) -> Addenda:
    """Return an addenda, of an order file or of a list of codes, with the totals at its end if there are any.

    Raises
    ------
    BadInputError
        If a line before the totals is not an addenda line.
    """
    actions: dict[str, set[str]] = {"Add": set(), "Delete": set(), "Revise from": set(), "Revise to": set()}
    totals: dict[str, list[tuple[int, str]]] = {"codes": [], "headers": []}
    in_totals = False
    for number, line in enumerate(file.lines, start=1):
        match = _LINE.match(line)
        # The totals follow the first blank line.
        in_totals = in_totals or not line.strip() or _TOTALS_BEGIN.fullmatch(line) is not None
        if in_totals:
            if total := _TOTAL.match(line):
                totals[total["what"]].append((int(total["count"].replace(",", "")), total["name"]))
        elif match is None:
            message = f"{file.name}: line {number} is not a line of an addenda."
            raise BadInputError(
                message, hint="Expected Add:, Delete:, Revise from: or Revise to: and a code."
            )
        elif match["flag"] != "0":
            actions[match["action"]].add(match["code"])
    # A code with a new title may be deleted and added again.
    added, deleted = actions["Add"] - actions["Delete"], actions["Delete"] - actions["Add"]
    codes, headers = totals["codes"], totals["headers"]
    is_pcs = any(code[0].isdigit() for code in set().union(*actions.values())) or any(
        "pcs" in name.lower() for _, name in codes
    )
    if is_pcs:
        # Header codes of procedures are recognised only by their length.
        added = {code for code in added if len(code) == _PCS_LENGTH}
        deleted = {code for code in deleted if len(code) == _PCS_LENGTH}
    has_both = len(codes) > 1
    return Addenda(
        file_name=file.name,
        code_system=ICD10PCS if is_pcs else ICD10CM,
        added=frozenset(added),
        deleted=frozenset(deleted),
        billable_count=codes[-1][0] if codes else None,
        header_count=headers[-1][0] if headers else None,
        billable_count_before=codes[0][0] if has_both else None,
        name_before=codes[0][1] if has_both else "",
        name_after=codes[-1][1] if codes else "",
    )
