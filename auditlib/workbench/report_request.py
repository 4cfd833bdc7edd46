"""What is asked of a report: which pack, of whom, in which formats, as of which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypedDict, get_args

from auditlib.errors import UsageError
from auditlib.measures.people import PersonKind
from auditlib.report.suppress import SMALL_COUNTS_WITHHELD, require_smallest_count
from auditlib.stats.arguments import one_of, probability
from auditlib.stats.estimators.missing_records import MissingRecordRule

Pack = Literal["audit", "scorecard", "education", "denials", "workpaper"]
PACKS: Final[tuple[Pack, ...]] = get_args(Pack)
TARGET: Final = 0.95
_OF_PEOPLE: Final = ("scorecard", "education")
_FORMATS: Final[Mapping[Pack, tuple[str, ...]]] = {
    "audit": ("html", "xlsx"),
    "scorecard": ("html", "xlsx"),
    "education": ("docx", "pdf"),
    "denials": ("html", "xlsx"),
    "workpaper": ("html", "xlsx"),
}


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What is asked of a report.

    Parameters
    ----------
    pack
        audit, scorecard, education, denials or workpaper.
    formats
        Formats to write; empty for those that the pack usually has.
    coder, provider
        Whose scorecard or letter; None for all coders.
    as_of
        The day of the report; None for now.
    suppress_below
        Withhold counts of 1 to one less than this; None shows all.
    deidentified
        Leave out what names a patient, a chart or a person, in the files and in their names (safe harbor).
    pseudonymised
        Give ids and people codes made with the workspace's key, and move days by patient: still of patients.
    missing_rule
        How a missing record counts.
    target, chart_target
        Shares to reach of codes right and of charts paid rightly, between 0 and 1; None for no target.
    reaudit_on
        The day of the next review, for letters.
    chart_numbers
        Whether letters refer to charts by their number in the order of the draw.
    example_notes
        For one letter: number of an example to a text of the user's own.
    notes_by_person
        The same for several letters, by person.
    amounts
        Of a workpaper: a CSV file with unit_id, examined and audited, in the place of the verdicts' dollars.

    Raises
    ------
    UsageError
        If something asked for does not go with the pack.
    """

    pack: Pack = "audit"
    formats: Sequence[str] = ()
    coder: str | None = None
    provider: str | None = None
    as_of: dt.date | None = None
    suppress_below: int | None = None
    deidentified: bool = False
    pseudonymised: bool = False
    missing_rule: MissingRecordRule | None = None
    target: float | None = TARGET
    chart_target: float | None = None
    reaudit_on: dt.date | None = None
    chart_numbers: bool = False
    example_notes: Mapping[int, str] = field(default_factory=dict)
    notes_by_person: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    amounts: Path | None = None

    def __post_init__(self) -> None:
        one_of(self.pack, "pack", PACKS)
        for name in ("target", "chart_target"):
            if getattr(self, name) is not None:
                probability(getattr(self, name), name)
        if self.suppress_below is not None:
            require_smallest_count(self.suppress_below)
        if self.deidentified and self.pseudonymised:
            message = "A report is de-identified or pseudonymised, not both."
            raise UsageError(message, hint="What leaves the house without an agreement is de-identified.")
        if self.amounts is not None and self.pack != "workpaper":
            message = f"Amounts of units do not go with the pack '{self.pack}'."
            raise UsageError(message, hint="They are for the pack 'workpaper'.")
        if self.coder is not None and self.provider is not None:
            message = "A coder and a provider are named: a pack is about one of them."
            raise UsageError(message, hint="Leave one out.")
        if self.pack not in _OF_PEOPLE and (self.coder is not None or self.provider is not None):
            message = f"The pack '{self.pack}' is not about one person."
            raise UsageError(message, hint=f"Packs of one coder or provider: {', '.join(_OF_PEOPLE)}.")
        if self.pack != "education" and (
            self.reaudit_on or self.chart_numbers or self.example_notes or self.notes_by_person
        ):
            message = (
                f"A day of the next review, chart numbers and notes do not go with the pack '{self.pack}'."
            )
            raise UsageError(message, hint="They are for the pack 'education'.")
        if self.example_notes and self.person is None:
            message = "An example note is for one letter, and no coder or provider is named."
            raise UsageError(message, hint="Name one, or give a file of notes for several.")

    @property
    def person_kind(self) -> PersonKind:
        """Whether the pack is about coders or providers."""
        return "provider" if self.provider is not None else "coder"

    @property
    def person(self) -> str | None:
        """The person named; None for all."""
        return self.provider if self.provider is not None else self.coder

    @property
    def ending(self) -> tuple[str, ...]:
        """What a file's name says of ids in it."""
        if self.pseudonymised:
            return ("pseudonymised",)
        return ("deidentified",) if self.deidentified else ()

    @property
    def form(self) -> str:
        """What the access log says of ids in the files."""
        if self.ending:
            return self.ending[0]
        return "identified" if self.suppress_below is None else SMALL_COUNTS_WITHHELD

    @property
    def formats_to_write(self) -> Sequence[str]:
        """The formats asked for, or those that the pack usually has."""
        return self.formats or _FORMATS[self.pack]


class ReportOptions(TypedDict, total=False):
    """The fields of `ReportRequest` as keyword arguments, but for the rule for missing records."""

    pack: Pack
    formats: Sequence[str]
    coder: str | None
    provider: str | None
    as_of: dt.date | None
    suppress_below: int | None
    deidentified: bool
    pseudonymised: bool
    target: float | None
    chart_target: float | None
    reaudit_on: dt.date | None
    chart_numbers: bool
    example_notes: Mapping[int, str]
    notes_by_person: Mapping[str, Mapping[int, str]]
    amounts: Path | None


class MadeBy(TypedDict):
    """What a report says of itself."""

    made_at: dt.datetime
    made_by: str
    software_version: str
