"""A panel for what a notebook must not do unasked: its fields, a button, and below it what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import ipywidgets

from auditlib.progress import Progress
from auditlib.widgets.cell_output import output_html
from auditlib.widgets.guard import alert_html, guarded


@dataclass(frozen=True, slots=True)
class TextField:
    """A line of text that the action needs.

    Parameters
    ----------
    name
        The action's argument.
    label
        What the panel calls it.
    placeholder
        An example, shown while it is empty.
    value
        What stands in it at first.
    """

    name: str
    label: str
    placeholder: str = ""
    value: str = ""


class ActionPanel(ipywidgets.VBox):
    """Fields and a button; nothing happens before the button is pressed.

    Parameters
    ----------
    title
        What the panel is for.
    button
        What the button says.
    action
        Called with the fields' values and ``progress``; what it returns is shown as HTML.
    fields
        What the action needs; every field must be filled in.
    """

    def __init__(
        self,
        title: str,
        *,
        button: str,
        action: Callable[..., object],
        fields: Sequence[TextField] = (),
    ) -> None:
        self._title, self._action, self._fields = title, action, tuple(fields)
        self.inputs = [
            ipywidgets.Text(
                value=field.value,
                placeholder=field.placeholder,
                description=field.label,
                style={"description_width": "initial"},
                layout={"width": "min(100%, 48em)"},
            )
            for field in self._fields
        ]
        self.button = ipywidgets.Button(
            description=button, button_style="primary", layout={"width": "auto", "align_self": "flex-start"}
        )
        self.progress = ipywidgets.HTML()
        self.outcome = ipywidgets.HTML()
        self.button.on_click(lambda _: self._run())
        heading = ipywidgets.HTML(f"<strong>{escape(title)}</strong>")
        super().__init__([heading, *self.inputs, self.button, self.progress, self.outcome])

    def __repr__(self) -> str:
        return f"{self._title}: a panel with the button '{self.button.description}'."

    def _repr_mimebundle_(self, **kwargs: dict) -> dict | None:
        bundle: dict | None = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle["text/html"] = output_html(self)
        return bundle

    def _run(self) -> None:
        self.button.disabled = True
        self.outcome.value = ""
        try:
            answer = guarded(self._answer, screen="panel")
        finally:
            self.button.disabled = False
            self.progress.value = ""
        error = answer.get("error")
        self.outcome.value = alert_html(error) if isinstance(error, dict) else str(answer["html"])

    def _answer(self) -> dict[str, object]:
        values = {
            field.name: line.value.strip() for field, line in zip(self._fields, self.inputs, strict=True)
        }
        for field in self._fields:
            if not values[field.name]:
                return {"error": {"message": f"{field.label} is empty.", "hint": field.placeholder}}
        result = self._action(**values, progress=PanelProgress(self.progress))
        display = getattr(result, "_repr_html_", None)
        return {"html": display() if display is not None else f"<p>{escape(str(result))}</p>"}


class PanelProgress(Progress):
    """Progress as one line of the panel."""

    def __init__(self, line: ipywidgets.HTML) -> None:
        self._line, self._step, self._total, self._done = line, "", 0, 0

    def start(self, step: str, *, total: int) -> None:
        """Show a step that begins."""
        self._step, self._total, self._done = step, total, 0
        self._show()

    def advance(self, parts: int = 1) -> None:
        """Show that parts of the step are done."""
        self._done += parts
        self._show()

    def _show(self) -> None:
        self._line.value = f"{escape(self._step)}: {self._done:,} of {self._total:,}"
