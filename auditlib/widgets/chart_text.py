"""Chart text in a notebook: in a widget, whose text is in the kernel and not in the saved file."""

from __future__ import annotations

from typing import Any, Final

import ipywidgets

from auditlib.widgets.cell_output import output_html

NOT_SAVED: Final = "Chart text is shown on the screen only and not saved: run the cell to read it."


class ChartTextView(ipywidgets.HTML):
    """HTML with chart text, of which a saved notebook holds a sentence."""

    def __repr__(self) -> str:
        return NOT_SAVED

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - as IPython passes them
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        return {**bundle, "text/plain": NOT_SAVED, "text/html": output_html(self)}


def unsaved(html: str) -> dict[str, Any]:
    """Return what a cell shows of HTML with chart text, and what a saved notebook holds of it."""
    return ChartTextView(value=html)._repr_mimebundle_()
