"""Names of document files: which exist of those that a list or a chart names, and what a name says."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

# A number of a few digits is the document's place in the chart; one that belongs to a date is not.
_DATE: Final = r"(?:\d{4}[-_.]?\d{2}[-_.]?\d{2}|\d{1,2}[-_.]\d{1,2}[-_.](?:\d{4}|\d{2}))(?!\d)"
_NUMBERED_NAME: Final = re.compile(
    rf"(?:(?P<date>{_DATE})[ _.-]*|(?P<number>[0-9]{{1,4}})[ _.-]+)?(?P<words>.*?)(?:[ _.-]*\(?[0-9]*\)?)"
)


class NameParts(NamedTuple):
    """What the name of a document's file says: a place in the chart, if it begins with one, and words."""

    number: int | None
    words: str


def name_parts(path: Path) -> NameParts:
    """Return the number that a file name begins with, if any, and its words in lower case.

    Examples
    --------
    >>> name_parts(Path("A0001/03_Lab-Report_2.pdf"))
    NameParts(number=3, words='lab report')
    >>> name_parts(Path("A0001/2026-01-05 H&P.pdf"))
    NameParts(number=None, words='h&p')
    """
    parts = _NUMBERED_NAME.fullmatch(path.stem.lower())
    if parts is None:
        return NameParts(None, path.stem.lower())
    number = int(parts["number"] or 0) or None
    return NameParts(number, re.sub(r"[ _-]+", " ", parts["words"]).strip())


def existing_files(folder: Path, names: Iterable[str]) -> frozenset[Path]:
    """Return the files of these names that exist, links followed.

    A name that no file can have (too long, with a zero byte, below a folder that cannot be entered) or a link
    that leads back to itself is skipped without an error.

    Parameters
    ----------
    folder
        Folder that the names are relative to.
    names
        The names in the list.
    """
    paths = (folder / name for name in names)
    # Path.is_file and Path.resolve raise for such names; os.path does not.
    files = (path for path in paths if os.path.isfile(path))  # noqa: PTH113 - see the line above
    return frozenset(real_path(file) for file in files)


def real_path(path: Path) -> Path:
    """Return the path with its links followed as far as possible; a link to itself stays."""
    return Path(os.path.realpath(path))
