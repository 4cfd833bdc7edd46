"""Where the files that travel with the package are: code-set tables, demo data and notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from auditlib.errors import StoreError

_PACKAGE = Path(__file__).resolve().parent


def embedded_folder(name: Literal["codesets", "data", "notebooks"]) -> Path:
    """Return the folder of embedded files, in a clone or in an installed wheel.

    Raises
    ------
    StoreError
        If neither place holds the folder, as after a damaged installation.
    """
    for candidate in (_PACKAGE / "_embedded" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    message = f"The embedded folder '{name}' is missing from this installation."
    raise StoreError(message, hint="Install auditlib again.")
