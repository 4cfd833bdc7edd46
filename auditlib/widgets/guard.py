"""What goes wrong while a screen is answered is shown on the screen, for Jupyter hides it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Final

from auditlib.errors import AuditError

_LOGGER: Final = logging.getLogger(__name__)


def guarded(work: Callable[[], dict[str, object]], *, screen: str) -> dict[str, object]:
    """Return what the work gives, or its error as message and hint under ``error``."""
    try:
        return work()
    except AuditError as error:
        return {"error": {"message": error.message, "hint": error.hint}}
    except OSError as error:
        # A full disk, a folder that may only be read: the system's own words, and no defect of ours.
        where = f" ({error.filename})" if error.filename else ""
        return {"error": {"message": f"{error.strerror or type(error).__name__}{where}.", "hint": None}}
    except Exception as error:  # noqa: BLE001 - Jupyter would swallow it; the user must see that it failed
        place = traceback.extract_tb(error.__traceback__)[-1]
        # The exception's own words may repeat chart text; where it happened is enough to mend it.
        where = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
        _LOGGER.warning("The %s failed: %s", screen, where)
        return {"error": {"message": f"The workbench failed: {where}.", "hint": "Please report this line."}}


def alert_html(error: dict[str, object]) -> str:
    """Return such an error as HTML that a screen reader speaks, in the colour of the theme's errors."""
    hint = f"<div>{escape(str(error['hint']))}</div>" if error.get("hint") else ""
    colour = "var(--jp-error-color1, #b42318)"
    return f'<div role="alert" style="color:{colour}">{escape(str(error["message"]))}{hint}</div>'
