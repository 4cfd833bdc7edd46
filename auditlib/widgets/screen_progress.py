"""Progress of long work as messages to the screen that waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from auditlib.progress import Progress

_LEAST_SECONDS: Final = 0.1


class ScreenProgress(Progress):
    """Tells a screen which step of its work is going on and how far it is, a few times a second.

    Parameters
    ----------
    send
        Sends the screen a message.
    address
        Which view asked for the work, and by which message.
    """

    def __init__(self, send: Callable[[dict[str, object]], None], address: Mapping[str, object]) -> None:
        self._send, self._address = send, address
        self._step, self._total, self._done, self._said_at = "", 0, 0, 0.0

    def start(self, step: str, *, total: int) -> None:
        """Show a step that begins."""
        self._step, self._total, self._done = step, total, 0
        self._say()

    def advance(self, parts: int = 1) -> None:
        """Show that parts of the step are done, unless that was shown just now."""
        self._done += parts
        if self._done >= self._total or time.monotonic() - self._said_at >= _LEAST_SECONDS:
            self._say()

    def _say(self) -> None:
        self._said_at = time.monotonic()
        how_far = {"step": self._step, "done": min(self._done, self._total), "total": self._total}
        self._send({**self._address, "answers": "progress", **how_far})
