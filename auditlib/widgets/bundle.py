"""The scripts and styles of the screens, as ``make bundle`` made them from ``auditlib/widgets/js``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"


def script(name: str) -> Path:
    """Return the path of a screen's script."""
    return STATIC / f"{name}.js"


def style(name: str) -> Path:
    """Return the path of a screen's style sheet."""
    return STATIC / f"{name}.css"
