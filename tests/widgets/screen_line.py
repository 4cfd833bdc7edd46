"""The other end of a screen's line: sends what the browser would, and keeps what comes back."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from auditlib.widgets.screen import Screen


class ScreenLine:
    """A browser without a page."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.sent: list[dict[str, Any]] = []
        self._numbers = count(1)
        screen.send = lambda content, buffers=None: self.sent.append(content)  # noqa: ARG005 - as ipywidgets has it
        self.ready()

    def ready(self) -> dict[str, Any]:
        """Open the screen."""
        return self.ask(kind="ready")

    def ask(self, **message: object) -> dict[str, Any]:
        """Send a message and return its answer, which the browser could read."""
        self.screen._receive(self.screen, {"view": "v", **message}, [])
        return dict(json.loads(json.dumps(self.sent[-1])))

    def press(self, kind: str, **message: object) -> dict[str, Any]:
        """Send a gesture with the next number, about the chart on the screen unless another is named."""
        usual = {"sequence": next(self._numbers), "encounter_id": self.status["encounter_id"]}
        return self.ask(**{"kind": kind, **usual, **message})

    @property
    def status(self) -> dict[str, Any]:
        """What the screen shows now."""
        answers = [answer["status"] for answer in self.sent if "status" in answer]
        return dict(answers[-1]) if answers else {"encounter_id": None}

    def row(self, key: str) -> dict[str, Any]:
        """One row of the list."""
        return dict(next(row for row in self.status["rows"] if row["key"] == key))
