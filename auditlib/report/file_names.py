"""Names of report files that every operating system takes, and that differ wherever the ids differ."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

_LONGEST: Final = 60
_HASH_LENGTH: Final = 8
_NOT_PLAIN: Final = re.compile(r"[^\w.-]+", re.ASCII)
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.ASCII | re.IGNORECASE)


def file_part(name: str) -> str:
    """Return a name as part of a file's name: as it is if every system takes it, else with a hash behind.

    Examples
    --------
    >>> file_part("C07"), file_part("../x")
    ('C07', 'x-d6b96a97')
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = _NOT_PLAIN.sub("_", plain).strip("._")[:_LONGEST].strip("._")
    if plain == name and not _RESERVED.fullmatch(name):
        return name
    return f"{plain or 'unnamed'}-{_hash(name)}"


def file_parts(names: Iterable[str]) -> dict[str, str]:
    """Return the part of each name; those that differ only in case get a hash: to some systems they are one.

    Examples
    --------
    >>> list(file_parts(["ab", "AB", "c"]).values())
    ['ab-fb8e20fc', 'AB-38164fbd', 'c']
    """
    parts = {name: file_part(name) for name in names}
    folded = [part.casefold() for part in parts.values()]
    return {
        name: f"{part}-{_hash(name)}" if folded.count(part.casefold()) > 1 else part
        for name, part in parts.items()
    }


def report_stem(*parts: str, taken: Collection[str] = ()) -> str:
    """Return the file name of a report without its ending.

    Parameters
    ----------
    parts
        Audit, pack and person, as `file_part` gives them.
    taken
        Names that other reports have: a stem that equals one in any case gets a hash.
    """
    stem = ".".join(parts)
    if stem.casefold() in {name.casefold() for name in taken}:
        return f"{stem}-{_hash('|'.join(parts))}"
    return stem


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_LENGTH]
