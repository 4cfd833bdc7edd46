"""The passage of a chart's document that a verdict rests on, and whether the document still says so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

from auditlib.errors import UsageError

LONGEST_PASSAGE: Final = 2_000
NOT_LOADED: Final = "(its document is not loaded any more)"
CHANGED: Final = "(its document has changed since the verdict)"

_DOCUMENT_ID: Final = re.compile(r".+:[0-9]+", re.DOTALL)
_HASH_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class EvidencePassage:
    """A passage of a document, from character ``start`` to before ``end``.

    Parameters
    ----------
    document_id
        The document, as in ``core.document``.
    start, end
        Characters of the document's text.
    sha256
        SHA-256 of the passage in UTF-8, in hexadecimal, by which a changed document is noticed.

    Raises
    ------
    UsageError
        If this can be no passage of a document.
    """

    document_id: str
    start: int
    end: int
    sha256: str

    def __post_init__(self) -> None:
        if not isinstance(self.document_id, str) or not _DOCUMENT_ID.fullmatch(self.document_id):
            message = "The document of the evidence is not named."
            raise UsageError(message, hint="By its document_id, as E00001:2 for the second of the chart.")
        places = (self.start, self.end)
        if not all(isinstance(place, int) and not isinstance(place, bool) for place in places) or not (
            0 <= self.start < self.end <= self.start + LONGEST_PASSAGE
        ):
            message = "The evidence is no passage of its document."
            hint = f"From a character to a later one, at most {LONGEST_PASSAGE:,} characters."
            raise UsageError(message, hint=hint)
        if not isinstance(self.sha256, str) or not _is_hash(self.sha256):
            message = "The evidence has no hash of its passage."
            raise UsageError(message, hint="Make it by EvidencePassage.of, which reads the document.")

    @property
    def document_number(self) -> int:
        """The document's number in its chart."""
        return int(self.document_id.rpartition(":")[2])

    @classmethod
    def of(cls, document_id: str, text: str, start: int, end: int) -> EvidencePassage:
        """Return a passage of a document without the white space at its ends.

        Parameters
        ----------
        document_id
            The document.
        text
            Its text.
        start, end
            The passage's first character, and the one after its last.

        Raises
        ------
        UsageError
            If the passage does not lie in the document, is blank or is too long.
        """
        if not 0 <= start < end <= len(text):
            message = "The evidence does not lie in its document."
            raise UsageError(message, hint="Run the cell again: the document was loaded anew.")
        passage = text[start:end]
        start += len(passage) - len(passage.lstrip())
        end -= len(passage) - len(passage.rstrip())
        if start >= end:
            message = "The evidence holds no text."
            raise UsageError(message, hint="Select the sentence that the verdict rests on.")
        return cls(document_id, start, end, _sha256(text[start:end]))

    def is_in(self, text: str) -> bool:
        """Return True if the document's text has the passage in its place."""
        return self.end <= len(text) and _sha256(text[self.start : self.end]) == self.sha256

    def sentence(self, text: str | None) -> str:
        r"""Return the passage in one line, or in brackets why it cannot be shown.

        Parameters
        ----------
        text
            The document's text as it is now; None if it is not loaded.

        Examples
        --------
        >>> passage = EvidencePassage.of("E1:1", "Left knee\nis sore.", 0, 18)
        >>> passage.sentence("Left knee\nis sore."), passage.sentence("Right knee.")
        ('Left knee is sore.', '(its document has changed since the verdict)')
        """
        if text is None:
            return NOT_LOADED
        return " ".join(text[self.start : self.end].split()) if self.is_in(text) else CHANGED

    def to_values(self) -> dict[str, object]:
        """Return the passage as JSON values, the inverse of `from_values`."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: object) -> EvidencePassage:
        """Return the passage in JSON values from a file or a ledger event."""
        names = [field.name for field in fields(cls)]
        if not isinstance(values, Mapping) or set(values) != set(names):
            message = "The evidence cannot be read."
            raise UsageError(message, hint=f"Its fields are {', '.join(names)}.")
        return cls(**{name: values[name] for name in names})


def _sha256(passage: str) -> str:
    return hashlib.sha256(passage.encode("utf-8", "surrogatepass")).hexdigest()


def _is_hash(text: str) -> bool:
    return len(text) == _HASH_LENGTH and set(text) <= set("0123456789abcdef")
