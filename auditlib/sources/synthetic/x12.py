"""Segments and envelopes of X12 005010: text, counts and control numbers."""

from __future__ import annotations

from datetime import date

ELEMENT, COMPONENT, REPETITION, TERMINATOR = "*", ":", "^", "~\n"
_SENDERS = {"HC": ("LARKBILL", "INVENTHOUSE"), "HP": ("INVENTHOUSE", "LARKBILL")}


def segment(*elements: object) -> str:
    """Return one segment; empty elements at its end are left out."""
    texts = ["" if element is None else str(element) for element in elements]
    while texts[-1] == "":
        texts.pop()
    return ELEMENT.join(texts)


def composite(*parts: object) -> str:
    """Return one composite element; empty parts at its end are left out."""
    texts = ["" if part is None else str(part) for part in parts]
    while texts and texts[-1] == "":
        texts.pop()
    return COMPONENT.join(texts)


def money(cents: int) -> str:
    """Return an amount without needless zeros, as the standard asks."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    if rest == 0:
        return f"{sign}{dollars}"
    return f"{sign}{dollars}.{rest:02d}".rstrip("0")


def day(value: date) -> str:
    """Return a date as eight digits."""
    return f"{value:%Y%m%d}"


class Interchange:
    """One file: an interchange with one functional group of transactions.

    Parameters
    ----------
    functional_code
        HC for claims, HP for remittances.
    version
        Implementation guide, as 005010X222A1.
    control_number
        Number of the interchange.
    made_on
        Day on which the file was made.
    """

    def __init__(self, functional_code: str, version: str, *, control_number: int, made_on: date) -> None:
        self._version = version
        self._control = control_number
        sender, receiver = _SENDERS[functional_code]
        self._segments = [
            segment(
                "ISA",
                "00",
                " " * 10,
                "00",
                " " * 10,
                "ZZ",
                f"{sender:<15}",
                "ZZ",
                f"{receiver:<15}",
                f"{made_on:%y%m%d}",
                "0600",
                REPETITION,
                "00501",
                f"{control_number:09d}",
                "0",
                "T",
                COMPONENT,
            ),
            segment(
                "GS", functional_code, sender, receiver, day(made_on), "0600", control_number, "X", version
            ),
        ]
        self._transaction_count = 0

    def add(self, transaction_set: str, body: list[str]) -> None:
        """Add one transaction, with its header and its counted trailer."""
        self._transaction_count += 1
        number = f"{self._transaction_count:04d}"
        version = self._version if transaction_set == "837" else None
        self._segments.append(segment("ST", transaction_set, number, version))
        self._segments.extend(body)
        self._segments.append(segment("SE", len(body) + 2, number))

    def text(self) -> str:
        """Return the whole file."""
        trailer = [
            segment("GE", self._transaction_count, self._control),
            segment("IEA", 1, f"{self._control:09d}"),
        ]
        return "".join(row + TERMINATOR for row in [*self._segments, *trailer])
