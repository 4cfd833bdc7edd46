"""Releases of code sets: name, effective dates and rows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from auditlib.codesets.readers.fiscal_year import ReleaseDays, fiscal_year_of
from auditlib.codesets.readers.icd10.addenda import Addenda
from auditlib.codesets.readers.published import PublishedFile
from auditlib.schema import Table
from auditlib.schema.ref import RELEASE


@dataclass(frozen=True, slots=True)
class CodeSetRelease:
    """One release of one code set, read and ready for the warehouse.

    Parameters
    ----------
    code_system
        Its name in `auditlib.codes.systems`.
    release
        Name of the release, as ``FY2026 April``.
    publisher
        Its publisher.
    effective_from, effective_to
        Effective dates: first and last day; None if there is no last day.
    file_name, sha256
        Name and hash of the file that it was read from.
    row_count
        Number of its codes or rows.
    frames
        Its rows, by table; the frames conform to their contracts.
    is_complete
        True if it holds the whole code set for its dates, including header codes.
    can_only_confirm
        True if it can confirm codes, but says nothing about codes that it does not have.
    addenda
        The addenda that was published with it, if there is one.
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
    addenda: Addenda | None = None

    @property
    def fiscal_year(self) -> int:
        """The fiscal year of its first day."""
        return fiscal_year_of(self.effective_from)

    def tables(self, *, loaded_at: dt.datetime) -> Iterator[tuple[Table, pl.DataFrame]]:
        """Yield the row of ``release``, then the release's frames."""
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


def file_release(
    file: PublishedFile,
    days: ReleaseDays,
    code_system: str,
    frames: Mapping[Table, pl.DataFrame],
    *,
    publisher: str,
    row_count: int,
    is_complete: bool = True,
    addenda: Addenda | None = None,
) -> CodeSetRelease:
    """Return the release read from a publisher's file; frames conform to their contracts."""
    return CodeSetRelease(
        code_system=code_system,
        release=days.release,
        publisher=publisher,
        effective_from=days.effective_from,
        effective_to=days.effective_to,
        file_name=file.name,
        sha256=file.sha256,
        row_count=row_count,
        frames=frames,
        is_complete=is_complete,
        addenda=addenda,
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
