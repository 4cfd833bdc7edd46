"""Chart text in a notebook: in a widget, whose text is in the kernel and not in the saved file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from auditlib.widgets.screen import Screen

NOT_SAVED: Final = "Chart text is shown on the screen only and not saved: run the cell to read it."
_SCRIPT: Final = """
function render({ model, el }) {
  const show = (message) => {
    el.innerHTML = message.html;
  };
  model.on("msg:custom", show);
  model.send({ kind: "ready" });
  return () => model.off("msg:custom", show);
}
export default { render };
"""


class ChartTextView(Screen):
    """HTML with chart text, of which a saved notebook holds a sentence, with the state of widgets or without.

    Parameters
    ----------
    html
        What is shown; texts in it are escaped.
    """

    _esm = _SCRIPT
    screen_name = "chart text"

    def __init__(self, html: str) -> None:
        super().__init__()
        self._html = html

    def _answer(self, message: Mapping[str, object]) -> dict[str, object] | None:
        return {"html": self._html} if message.get("kind") == "ready" else None

    def __repr__(self) -> str:
        return NOT_SAVED


def unsaved(html: str) -> dict[str, Any]:
    """Return what a cell shows of HTML with chart text, and what a saved notebook holds of it."""
    bundle, _ = ChartTextView(html)._repr_mimebundle_() or ({}, {})
    return {**bundle, "text/plain": NOT_SAVED}
