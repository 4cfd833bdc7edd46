"""The header of a SQL file: its first lines, ``-- key: value``, each key once.

A line ``--   more`` goes on with the value before it; an empty comment line, or the first SQL, ends it all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final, NoReturn

from auditlib.errors import BadInputError

_ENTRY: Final = re.compile(r"-- (?P<key>[a-z]+): (?P<value>\S.*)")
_MORE: Final = re.compile(r"--   (?P<value>\S.*)")


def read_header(
    file_name: str, sql: str, *, required: Collection[str], optional: Collection[str] = ()
) -> Mapping[str, tuple[str, int]]:
    """Return each key's value and the number of the line where it begins.

    Raises
    ------
    BadInputError
        If a line is no entry, or a key is unknown, repeated or absent; the message says where.
    """
    entries: dict[str, tuple[str, int]] = {}
    keys = (*required, *optional)
    key = ""
    for line, text in enumerate(sql.splitlines(), start=1):
        if text.rstrip() == "--" or not text.startswith("--"):
            break
        if key and (more := _MORE.fullmatch(text.rstrip())):
            entries[key] = (f"{entries[key][0]} {more['value']}", entries[key][1])
            continue
        entry = _ENTRY.fullmatch(text.rstrip())
        if entry is None:
            refuse(file_name, line, "this is no 'key: value'", "an empty comment line ends the header")
        key = entry["key"]
        if key not in keys:
            refuse(file_name, line, f"the key '{key}' is unknown", f"keys are {', '.join(keys)}")
        if key in entries:
            refuse(file_name, line, f"the key '{key}' is given twice", "each key once")
        entries[key] = (entry["value"], line)
    absent = [key for key in required if key not in entries]
    if absent:
        message = f"{file_name}: the header lacks {', '.join(absent)}."
        raise BadInputError(message, hint=f"The header has {', '.join(required)}.")
    return entries


def refuse(file_name: str, line: int, fault: str, expected: str) -> NoReturn:
    """Say what is wrong in one line of a header.

    Raises
    ------
    BadInputError
        Always.
    """
    message = f"{file_name}, line {line}: {fault}."
    raise BadInputError(message, hint=f"Expected: {expected}.")
