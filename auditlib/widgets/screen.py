"""What every screen does alike: it has words for its cell's output, and shows what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import anywidget

from auditlib.widgets.cell_output import output_html
from auditlib.widgets.guard import guarded


class Screen(anywidget.AnyWidget):
    """A screen with a script of its own, whose messages Python answers.

    Notes
    -----
    What is shown travels in messages and is no part of the widget's saved state: a notebook stored with its
    widgets holds no chart text.
    """

    #: How a message about a failure names the screen.
    screen_name: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(self._receive)

    def _repr_mimebundle_(self, **kwargs: dict) -> tuple[dict, dict] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/html"] = output_html(self)
        return bundle

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        """Answer one message of the browser; whatever it sent, the screen stays alive."""
        message: Mapping[str, object] = content if isinstance(content, dict) else {}
        address = {"view": message.get("view"), "sequence": message.get("sequence")}
        answer = self._answer(message)
        if answer is not None:
            self.send({**address, **answer})

    def _answer(self, message: Mapping[str, object]) -> dict[str, object] | None:
        """Return the answer to a message, or None if it deserves none."""
        raise NotImplementedError

    def _guarded(self, work: Callable[[], dict[str, object]]) -> dict[str, object]:
        return guarded(work, screen=self.screen_name)
