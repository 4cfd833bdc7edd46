"""Where a corrected payment comes from, and which sources a programme takes."""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import Final


class PriceSource(Enum):
    """A source of corrected payments; its value is how results and the command line name it."""

    SCHEDULE = "schedule"
    """Medicare's own rates: physician fee schedule, outpatient rates, weight of the group times base rate."""
    CONTRACT = "contract"
    """The user's fee table of the payer's contract."""
    USUAL = "usual"
    """What the payer itself usually allowed for the code in the workspace."""
    ENTERED = "entered"
    """Entered by a reviewer beside the code."""
    NOTHING_DUE = "nothing due"
    """Nothing is paid for a code that is deleted, or whose record is missing by the programme's rule."""
    NO_EFFECT = "no effect"
    """A code that sets no price by itself, as a diagnosis of a service or of a stay whose DRG is judged."""

    @property
    def is_estimate(self) -> bool:
        """Whether the amount is estimated, and not what the payer's rule gives."""
        return self is PriceSource.USUAL


DEFAULT_SOURCES: Final = (PriceSource.SCHEDULE, PriceSource.CONTRACT)
"""The sources that are tried without being asked for, in their order."""
_NO_ESTIMATES: Final = MappingProxyType(
    {
        "PIM": "Medicare Program Integrity Manual, chapter 8",
        "OIG": "the OIG's audits",
        "SDP": "the OIG's self-disclosure protocol",
        "CIA": "a corporate integrity agreement",
    }
)


def refused_source(source: PriceSource, programme: str | None, reason: str | None) -> str | None:
    """Return why a source may not price the units of a programme, or None where it may.

    Parameters
    ----------
    source
        The source.
    programme
        PIM, OIG, SDP, CIA or another; None for an audit of one's own.
    reason
        Why the source is chosen nevertheless.

    Examples
    --------
    >>> refused_source(PriceSource.USUAL, "CIA", "no contract fee is known") is None
    True
    >>> refused_source(PriceSource.USUAL, "CERT", None) is None
    True
    """
    if not source.is_estimate or programme is None or programme.upper() not in _NO_ESTIMATES:
        return None
    if reason is not None and reason.strip():
        return None
    demand = _NO_ESTIMATES[programme.upper()]
    return (
        f"What a payer usually allows is an estimate, and a demand under {demand} rests on what the payer's "
        "own rules give."
    )
