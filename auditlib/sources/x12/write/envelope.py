"""Interchanges to write: parties, groups by guide, transactions with counted trailers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from auditlib.sources.x12.write.segment import Delimiters, Segment, day, segment

_CONTROL_LIMIT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Parties:
    """Sender and receiver of an interchange, as in ISA and GS.

    Parameters
    ----------
    sender, receiver
        Qualifier and id of ISA05 to ISA08.
    group_sender, group_receiver
        GS02 and GS03.
    usage
        T for tests, P for production.
    """

    sender: tuple[str, str]
    receiver: tuple[str, str]
    group_sender: str
    group_receiver: str
    usage: str = "T"


@dataclass(frozen=True, slots=True)
class Group:
    """Transactions of one guide.

    Parameters
    ----------
    functional_code
        HC for claims, HP for remittances.
    version
        Implementation guide, as 005010X222A1.
    transactions
        Transaction set and segments of each, without ST and SE.
    """

    functional_code: str
    version: str
    transactions: list[tuple[str, list[Segment]]] = field(default_factory=list)

    def segments(
        self, parties: Parties, *, control_number: int, made_on: date, made_at: str
    ) -> Iterable[Segment]:
        """Return the group with its header and its counted trailer."""
        yield segment(
            "GS",
            self.functional_code,
            parties.group_sender,
            parties.group_receiver,
            day(made_on),
            made_at,
            control_number,
            "X",
            self.version,
        )
        for count, (transaction_set, body) in enumerate(self.transactions, start=1):
            version = self.version if transaction_set == "837" else None
            yield segment("ST", transaction_set, f"{count:04d}", version)
            yield from body
            yield segment("SE", len(body) + 2, f"{count:04d}")
        yield segment("GE", len(self.transactions), control_number)


def interchange_text(
    groups: list[Group],
    parties: Parties,
    *,
    control_number: int,
    made_on: date,
    made_at: str = "0600",
    delimiters: Delimiters | None = None,
) -> str:
    """Return one file: an interchange with its groups.

    Parameters
    ----------
    groups
        The groups.
    parties
        Sender and receiver.
    control_number
        Number of the interchange and of its first group.
    made_on, made_at
        Date, and time as HHMM, of the file.
    delimiters
        By default characters that occur in no value.
    """
    rows: list[Segment] = []
    for number, group in enumerate(groups):
        rows.extend(
            group.segments(parties, control_number=control_number + number, made_on=made_on, made_at=made_at)
        )
    cuts = delimiters or Delimiters.free_of(rows)
    control = f"{control_number % _CONTROL_LIMIT:09d}"
    header = segment(
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        parties.sender[0],
        f"{parties.sender[1]:<15}",
        parties.receiver[0],
        f"{parties.receiver[1]:<15}",
        f"{made_on:%y%m%d}",
        made_at,
        cuts.repetition,
        "00501",
        control,
        "0",
        parties.usage,
        cuts.component,
    )
    return cuts.text([header, *rows, segment("IEA", len(groups), control)])
