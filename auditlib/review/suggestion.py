"""Codes that a machine coder suggests: on which charts they are shown, and what reviewers made of them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from auditlib.errors import UsageError
from auditlib.ledger import Event
from auditlib.text import counted

SUGGESTION_SHOWN: Final = "suggestion shown"
SUGGESTION_ACCEPTED: Final = "suggestion accepted"
SUGGESTION_OVERRIDDEN: Final = "suggestion overridden"

CodeKey = tuple[str, str]
"""Code system and code."""


class MachineCoder(NamedTuple):
    """One version of a machine coder: what an acceptance is about."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class SuggestedCode:
    """One code that a machine coder suggests.

    Parameters
    ----------
    code_system, code, code_role
        The code.
    description
        Its short title, or None where no code set has it.
    confidence_share
        How sure the machine says it is, from 0 to 1.
    document_number, start, end
        The passage that it names, from character ``start`` to before ``end``; None where it names none, or
        one outside the document.
    """

    code_system: str
    code: str
    code_role: str
    description: str | None = None
    confidence_share: float | None = None
    document_number: int | None = None
    start: int | None = None
    end: int | None = None

    @property
    def key(self) -> CodeKey:
        """Code system and code."""
        return (self.code_system, self.code)


@dataclass(frozen=True, slots=True)
class SuggestionPlan:
    """Whose suggestions the reviewers of an audit are shown, and on which charts.

    Parameters
    ----------
    coder
        The machine coder and its version.
    share
        Share of the charts on which its codes are shown.
    shown
        Those charts; on all others of the plan they are hidden.
    """

    coder: MachineCoder
    share: float
    shown: frozenset[str]

    @property
    def sentence(self) -> str:
        """The plan in words."""
        count = f"{counted(len(self.shown), 'chart')} (share {self.share:g})"
        return f"Codes of {self.coder} are shown on {count}, and hidden on the others."

    def to_payload(self) -> dict[str, object]:
        """Return the plan as JSON values."""
        return {
            "coder_name": self.coder.name,
            "coder_version": self.coder.version,
            "share": self.share,
            "shown": sorted(self.shown),
        }

    @classmethod
    def from_payload(cls, values: object) -> SuggestionPlan | None:
        """Return the plan in JSON values; None where there is none.

        Raises
        ------
        TypeError, KeyError, ValueError
            If they are not those of a plan.
        """
        if values is None:
            return None
        if not isinstance(values, Mapping) or not isinstance(values["shown"], list):
            raise TypeError
        coder = MachineCoder(str(values["coder_name"]), str(values["coder_version"]))
        return cls(coder, float(str(values["share"])), frozenset(map(str, values["shown"])))


def assign_suggestions(
    encounter_ids: Sequence[str],
    coder: MachineCoder,
    *,
    share: float,
    seed: str,
    earlier: SuggestionPlan | None = None,
    earlier_charts: Collection[str] = (),
) -> SuggestionPlan:
    """Return on which charts a machine coder's codes are shown: a random share, by the seed.

    Parameters
    ----------
    encounter_ids
        The charts.
    coder
        Whose codes.
    share
        Share of the charts, from 0 to 1, rounded to whole charts.
    seed
        Fixes the choice: tickets are SHA-256 of seed and chart, the lowest are shown.
    earlier, earlier_charts
        The plan before, and its charts: they stay shown or hidden, if it was of the same coder.

    Raises
    ------
    UsageError
        If the share is none, or the plan before was of another coder.
    """
    if not (math.isfinite(share) and 0 <= share <= 1):
        message = f"{share:g} is no share of charts."
        raise UsageError(message, hint="Give a number from 0 to 1, as 0.5 for a random half.")
    if earlier is not None and earlier.coder != coder:
        message = f"The reviewers of this audit are shown codes of {earlier.coder} already."
        raise UsageError(message, hint="Draw another sample for another version.")
    kept = frozenset() if earlier is None else frozenset(earlier_charts)
    new = [chart for chart in encounter_ids if chart not in kept]
    tickets = sorted(
        new, key=lambda chart: hashlib.sha256(f"{seed}\nsuggestion\n{chart}".encode()).hexdigest()
    )
    # Half of an odd number of charts is rounded up: round() would go to the even one.
    chosen = frozenset(tickets[: math.floor(share * len(new) + 0.5)])
    return SuggestionPlan(coder, share, chosen | (frozenset() if earlier is None else earlier.shown))


def shown_payload(coder: MachineCoder, suggestions: Iterable[SuggestedCode]) -> dict[str, object]:
    """Return the payload of the event that a chart's suggestions were shown."""
    return {
        "coder_name": coder.name,
        "coder_version": coder.version,
        "codes": [[one.code_system, one.code, one.confidence_share] for one in suggestions],
    }


@dataclass(slots=True)
class ShownSuggestions:
    """What one reviewer was shown of a chart, and what the completed review made of it.

    Parameters
    ----------
    coder
        Whose codes.
    codes
        What was shown.
    answers
        By code whether it was accepted; empty before the chart was completed.
    """

    coder: MachineCoder
    codes: tuple[CodeKey, ...]
    answers: dict[CodeKey, bool]


def fold_suggestions(
    events: Iterable[Event], shown: dict[str, ShownSuggestions]
) -> dict[str, ShownSuggestions]:
    """Apply one reviewer's events of one audit to what was shown before, by chart, and return it."""
    for event in events:
        payload = event.payload
        if event.kind == SUGGESTION_SHOWN:
            codes = payload["codes"]
            assert isinstance(codes, list)  # noqa: S101 - `shown_payload` wrote it
            coder = MachineCoder(str(payload["coder_name"]), str(payload["coder_version"]))
            earlier = shown.get(event.subject)
            answers = {} if earlier is None or earlier.coder != coder else earlier.answers
            keys = tuple((str(system), str(code)) for system, code, _ in codes)
            shown[event.subject] = ShownSuggestions(coder, keys, answers)
        elif event.kind in {SUGGESTION_ACCEPTED, SUGGESTION_OVERRIDDEN} and event.subject in shown:
            key = (str(payload["code_system"]), str(payload["code"]))
            shown[event.subject].answers[key] = event.kind == SUGGESTION_ACCEPTED
    return shown
