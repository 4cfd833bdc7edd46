"""A release of a code set: what it is, which days it speaks for, and its rows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from auditlib.schema import Table
from auditlib.schema.ref import RELEASE


@dataclass(frozen=True, slots=True)
class CodeSetRelease:
    """One release of one code set, read and ready for the warehouse.

    Parameters
    ----------
    code_system
        As `auditlib.codes.systems` names it.
    release
        Name of the release, as ``FY2026 April``.
    publisher
        Who publishes it.
    effective_from, effective_to
        First and last day that it speaks for; no last day where it is open.
    file_name, sha256
        The file it was read from.
    row_count
        Codes in it.
    frames
        Its rows, by table; the frames conform to their contracts.
    is_complete
        True if it holds all that its code set says of its days, headings included.
    can_only_confirm
        True if it proves the codes that it holds, and says nothing of those that it lacks.
    """

    code_system: str
    release: str
    publisher: str
    effective_from: dt.date
    effective_to: dt.date | None
    file_name: str
    sha256: str
    row_count: int
    frames: Mapping[Table, pl.DataFrame]
    is_complete: bool = True
    can_only_confirm: bool = False

    def tables(self, *, loaded_at: dt.datetime) -> Iterator[tuple[Table, pl.DataFrame]]:
        """Give the release's own row first, then its frames."""
        row = {
            "code_system": self.code_system,
            "release": self.release,
            "publisher": self.publisher,
            "effective_from": self.effective_from,
            "effective_to": self.effective_to,
            "file_name": self.file_name,
            "sha256": self.sha256,
            "row_count": self.row_count,
            "loaded_at": loaded_at,
            "can_only_confirm": self.can_only_confirm,
        }
        yield RELEASE, RELEASE.conform(pl.DataFrame([row], schema=RELEASE.polars_schema))
        yield from self.frames.items()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
