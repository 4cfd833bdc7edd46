"""The threshold of a review: nothing goes on record before the reviewer presses the button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import ipywidgets

from auditlib.widgets.cell_output import output_html
from auditlib.widgets.guard import alert_html, guarded
from auditlib.widgets.review_desk.review_card import ReviewCard


class ReviewStart(ipywidgets.VBox):
    """Who reviews, and a button that opens the review screen below.

    Parameters
    ----------
    title
        Which audit it is.
    reviewer
        The name that is proposed.
    open_card
        Opens the screen of the reviewer named; the ledger then records that the chart was opened.
    reviewers
        The reviewers of the plan, of whom one says who they are; empty if anybody may review.
    """

    def __init__(
        self,
        title: str,
        *,
        reviewer: str,
        open_card: Callable[[str], ReviewCard],
        reviewers: Sequence[str] = (),
    ) -> None:
        self._title, self._open_card = title, open_card
        self.card: ReviewCard | None = None
        self.reviewer = _name_choice(reviewers) if reviewers else _name_field(reviewer)
        self.button = ipywidgets.Button(
            description="Start the review", button_style="primary", layout={"width": "auto"}
        )
        self.problem = ipywidgets.HTML()
        self.button.on_click(lambda _: self.start())
        heading = ipywidgets.HTML(f"<strong>{escape(title)}</strong>")
        super().__init__([heading, ipywidgets.HBox([self.reviewer, self.button]), self.problem])

    def __repr__(self) -> str:
        return f"{self._title}: a screen that opens by its button."

    def _repr_mimebundle_(self, **kwargs: dict) -> dict | None:
        bundle: dict | None = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle["text/html"] = output_html(self)
        return bundle

    def start(self) -> None:
        """Open the review screen; what keeps it from opening is said below the button."""
        answer = guarded(self._opened, screen="review screen")
        error = answer.get("error")
        if isinstance(error, dict):
            self.problem.value = alert_html(error)

    def _opened(self) -> dict[str, object]:
        reviewer = (self.reviewer.value or "").strip()
        if not reviewer:
            is_choice = isinstance(self.reviewer, ipywidgets.RadioButtons)
            message = "Nobody is chosen." if is_choice else "The reviewer has no name."
            return {"error": {"message": message, "hint": "Every verdict is on record under a name."}}
        self.card = self._open_card(reviewer)
        self.children = (self.card,)
        return {}


def _name_field(reviewer: str) -> ipywidgets.Text:
    return ipywidgets.Text(value=reviewer, description="Reviewer", style={"description_width": "initial"})


def _name_choice(reviewers: Sequence[str]) -> ipywidgets.RadioButtons:
    return ipywidgets.RadioButtons(
        options=list(reviewers),
        # Who they are is theirs to say, unless there is nobody else.
        value=reviewers[0] if len(reviewers) == 1 else None,
        description="Who are you?",
        style={"description_width": "initial"},
        layout={"width": "max-content"},
    )
