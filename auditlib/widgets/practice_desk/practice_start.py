"""The threshold of practice: who, which pack and mode; nothing is written before the button."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ipywidgets

from auditlib.practice.attempt import MODES
from auditlib.widgets.cell_output import output_html
from auditlib.widgets.guard import alert_html, guarded
from auditlib.widgets.practice_desk.practice_card import PracticeCard


class PracticeStart(ipywidgets.VBox):
    """Who practises, on which pack, in which mode, and a button that opens the desk below.

    Parameters
    ----------
    packs
        Names of the packs.
    learner
        The name that is proposed.
    open_card
        Opens the desk by pack, learner, mode and whether notes are messy; it goes on with an attempt that is
        not ended.
    """

    def __init__(
        self, packs: Sequence[str], *, learner: str, open_card: Callable[[str, str, str, bool], PracticeCard]
    ) -> None:
        self._open_card = open_card
        self.card: PracticeCard | None = None
        style = {"description_width": "initial"}
        self.pack = ipywidgets.Dropdown(options=list(packs), description="Pack", style=style)
        self.learner = ipywidgets.Text(value=learner, description="Learner", style=style)
        self.mode = ipywidgets.Dropdown(options=list(MODES), description="Mode", style=style)
        self.is_messy = ipywidgets.Checkbox(value=False, description="Messy notes", indent=False)
        self.button = ipywidgets.Button(
            description="Open the practice desk",
            button_style="primary",
            layout={"width": "auto", "flex": "0 0 auto"},
        )
        self.problem = ipywidgets.HTML()
        self.button.on_click(lambda _: self.start())
        # A narrow page takes two lines of fields before it cuts the words of the button.
        fields = ipywidgets.HBox(
            [self.pack, self.learner, self.mode, self.is_messy, self.button], layout={"flex_flow": "row wrap"}
        )
        super().__init__([fields, self.problem])

    def __repr__(self) -> str:
        return f"Practice: a desk that opens by its button; packs {', '.join(self.pack.options)}."

    def _repr_mimebundle_(self, **kwargs: dict) -> dict | None:
        bundle: dict | None = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle["text/html"] = output_html(self)
        return bundle

    def start(self) -> None:
        """Open the desk; what keeps it from opening is said below the button."""
        error = guarded(self._opened, screen="practice desk").get("error")
        if isinstance(error, dict):
            self.problem.value = alert_html(error)

    def _opened(self) -> dict[str, object]:
        learner = (self.learner.value or "").strip()
        if not learner:
            return {"error": {"message": "The learner has no name.", "hint": "Attempts are kept by name."}}
        self.card = self._open_card(self.pack.value, learner, self.mode.value, self.is_messy.value)
        self.children = (self.card,)
        return {}
