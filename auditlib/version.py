"""Which version of the program goes on record."""

from __future__ import annotations

from importlib.metadata import version


def software_version() -> str:
    """Return the version of this program."""
    return version("auditlib")
