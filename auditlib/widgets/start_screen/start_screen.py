"""The screen on which everybody starts; nothing is written before a button that says so is pressed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, Protocol

import ipywidgets

from auditlib.audits.audit_progress import AuditProgress
from auditlib.errors import UsageError
from auditlib.progress import Progress
from auditlib.review.plan import USUAL_REVIEW_COUNT, PlanRequest
from auditlib.widgets.bundle import script, style
from auditlib.widgets.cell_output import output_html
from auditlib.widgets.screen import Screen
from auditlib.widgets.screen_progress import ScreenProgress
from auditlib.widgets.start_screen.figures import REBUT, StartFigures, page_values
from auditlib.widgets.start_screen.plan_form import (
    BLIND_IN_WORDS,
    AuditToPlan,
    FieldsWrongError,
    audit_of,
    choices,
    review_of,
)

_WRITING: Final = ("plan", "assign", "review", "load", "checks", "report", "demo")
ROOMS: Final = {"denials": "Denials", "accuracy": "Accuracy", "practice": "Practice"}
"""What is open whatever audits there are, each with the title above it."""


class StartActions(Protocol):
    """What the start screen can do, as the workbench does it."""

    def figures(self, user: str) -> StartFigures:
        """Return what the screen shows to a person."""

    def count_gaps(self) -> None:
        """Count what is not checked for want of code sets; it may take seconds."""

    def outlook(self, audit: AuditToPlan) -> str:
        """Return in words what would be drawn; nothing is written."""

    def plan(self, audit: AuditToPlan, user: str) -> None:
        """Draw the sample and record who reviews it."""

    def assign(self, audit: str, request: PlanRequest, user: str) -> str:
        """Record who reviews an audit, and return that in words."""

    def reviewers(self, audit: str, user: str) -> Sequence[str]:
        """Return the reviewers of an audit's plan as far as the person may know them."""

    def desk(self, audit: str, reviewer: str) -> object:
        """Open the review screen and return it."""

    def show(self, audit: str, does: str, user: str) -> object:
        """Return the screen on which a person decides the disagreements or disputes of an audit."""

    def planner(self, user: str) -> object:
        """Return the screen for all designs of samples."""

    def room(self, name: str, user: str) -> object:
        """Return the screen of denials, of accuracy or of practice."""

    def load(self, path: str, *, is_code_set: bool, progress: Progress) -> str:
        """Load files, and return in words what came of it."""

    def run_checks(self, progress: Progress) -> str:
        """Run the checks, and return in words what they found."""

    def estimate(self, audit: str, user: str) -> object:
        """Return what an audit's sample says of its universe."""

    def report(self, audit: str, user: str, progress: Progress) -> str:
        """Write an audit's report, and return in words where."""

    def make_demo(self, folder: str, progress: Progress) -> str:
        """Make the demo in a folder of its own and show it; return in words where it is."""

    def leave_demo(self) -> None:
        """Show one's own workspace again."""


class StartPage(Screen):
    """The part of the start screen that stays: the overview, or above a review its name and the way back.

    Parameters
    ----------
    actions
        What it can do.
    user
        As whom the person is known until they say who they are.
    open_below
        Shows another screen below this one, or none.
    """

    _esm = script("start_screen")
    _css = style("start_screen")
    screen_name: ClassVar[str] = "start screen"

    def __init__(
        self,
        actions: StartActions,
        *,
        user: str,
        open_below: Callable[[ipywidgets.DOMWidget | None], None],
    ) -> None:
        self._actions, self._open_below = actions, open_below
        self._account = self._user = user
        self._answered: dict[str, int] = {}
        self._below: dict[str, str] | None = None
        #: Counts beside the work of the screen: over a million claims it takes seconds.
        self.counting: threading.Thread | None = None
        self.figures = actions.figures(user)
        super().__init__()

    def __repr__(self) -> str:
        return self.figures.sentence

    def _answer(self, message: Mapping[str, object]) -> dict[str, object] | None:
        kind = message.get("kind")
        if kind in _WRITING and not self._is_new(message):
            return None
        if kind == "gaps":
            self._count_gaps({name: message.get(name) for name in ("view", "sequence")})
            return None
        answers: dict[object, Callable[[Mapping[str, object]], dict[str, object]]] = {
            "ready": self._ready,
            "refresh": lambda _message: self._page(),
            "start": self._start,
            "other person": self._other_person,
            "check": self._check,
            "plan": self._plan,
            "assign": self._assign,
            "open": self._open,
            "review": self._review,
            "show": self._show,
            "planner": self._planner,
            "room": self._room,
            "load": self._load,
            "checks": self._checks,
            "estimate": self._estimate,
            "report": self._report,
            "demo": self._demo,
            "leave demo": self._leave_demo,
        }
        work = answers.get(kind)
        return None if work is None else {"answers": kind, **self._guarded(lambda: work(message))}

    def _is_new(self, message: Mapping[str, object]) -> bool:
        """Return False for a gesture that came before: two presses of one button are one."""
        view, sequence = message.get("view"), message.get("sequence")
        if not isinstance(view, str) or not isinstance(sequence, int):
            return False
        is_new = sequence > self._answered.get(view, 0)
        self._answered[view] = max(sequence, self._answered.get(view, 0))
        return is_new

    def _count_gaps(self, address: Mapping[str, object]) -> None:
        if self.counting is not None and self.counting.is_alive():
            return

        def counted() -> dict[str, object]:
            self._actions.count_gaps()
            return self._page()

        def count() -> None:
            self.send({**address, "answers": "gaps", **self._guarded(counted)})

        self.counting = threading.Thread(target=count, daemon=True)
        self.counting.start()

    def _page(self) -> dict[str, object]:
        self.figures = self._actions.figures(self._user)
        return {"page": page_values(self.figures)}

    def _ready(self, _message: Mapping[str, object]) -> dict[str, object]:
        return {**self._page(), "choices": choices(), "below": self._below}

    def _start(self, _message: Mapping[str, object]) -> dict[str, object]:
        self._below = None
        self._open_below(None)
        return {**self._page(), "below": None}

    def _other_person(self, message: Mapping[str, object]) -> dict[str, object]:
        name = message.get("name")
        self._user = name.strip() if isinstance(name, str) and name.strip() else self._account
        return self._start(message)

    def _check(self, message: Mapping[str, object]) -> dict[str, object]:
        """Say what the fields would do; of those for an audit that is drawn, who would review."""
        audit, values = message.get("audit"), _values(message)
        try:
            if isinstance(audit, str) and audit:
                return {"words": _words_of(review_of(values))}
            planned = audit_of(values)
            return {"words": f"{self._actions.outlook(planned)} {_words_of(planned.review)}"}
        except FieldsWrongError as error:
            return {"problems": error.problems}

    def _plan(self, message: Mapping[str, object]) -> dict[str, object]:
        try:
            planned = audit_of(_values(message))
        except FieldsWrongError as error:
            return {"problems": error.problems}
        self._actions.plan(planned, self._user)
        return self._opened(planned.name, planned.review.reviewers)

    def _assign(self, message: Mapping[str, object]) -> dict[str, object]:
        audit = self._named(message)
        try:
            request = review_of(_values(message))
        except FieldsWrongError as error:
            return {"problems": error.problems}
        self._actions.assign(audit.audit, request, self._user)
        return self._opened(audit.audit, request.reviewers)

    def _open(self, message: Mapping[str, object]) -> dict[str, object]:
        audit = self._named(message)
        return self._asked(audit.audit, self._actions.reviewers(audit.audit, self._user))

    def _opened(self, audit: str, reviewers: Sequence[str]) -> dict[str, object]:
        """Open the desk of the person, if it is known who they are; else ask."""
        if len(reviewers) == 1 or self._user in reviewers:
            return self._desk(audit, self._user if self._user in reviewers else reviewers[0])
        return {**self._page(), **self._asked(audit, reviewers)}

    def _asked(self, audit: str, reviewers: Sequence[str]) -> dict[str, object]:
        return {"who": {"audit": audit, "reviewers": list(reviewers), "user": self._user}}

    def _review(self, message: Mapping[str, object]) -> dict[str, object]:
        reviewer = message.get("reviewer")
        if not isinstance(reviewer, str) or not reviewer.strip():
            text = "It is not said who reviews."
            raise UsageError(text, hint="Every verdict is on record under a name.")
        return self._desk(self._named(message).audit, reviewer.strip())

    def _desk(self, audit: str, reviewer: str) -> dict[str, object]:
        desk = self._actions.desk(audit, reviewer)
        self._user = reviewer
        return self._shown_below(f"Review of {audit}", desk, reviewer, audit)

    def _show(self, message: Mapping[str, object]) -> dict[str, object]:
        audit, does = self._named(message), str(message.get("does"))
        title = f"{'Rebuttals' if does == REBUT else 'Disagreements'} of {audit.audit}"
        screen = self._actions.show(audit.audit, does, self._user)
        return self._shown_below(title, screen, self._user, audit.audit)

    def _planner(self, _message: Mapping[str, object]) -> dict[str, object]:
        return self._shown_below("All designs of samples", self._actions.planner(self._user), self._user)

    def _room(self, message: Mapping[str, object]) -> dict[str, object]:
        name = str(message.get("room"))
        if name not in ROOMS:
            text = "The screen named a room that there is not."
            raise UsageError(text, hint="Run the cell again.")
        return self._shown_below(ROOMS[name], self._actions.room(name, self._user), self._user)

    def _shown_below(
        self, title: str, screen: object, reviewer: str = "", audit: str = ""
    ) -> dict[str, object]:
        self._below = {"title": title, "reviewer": reviewer, "audit": audit}
        self._open_below(_as_widget(screen))
        return {"below": self._below}

    def _load(self, message: Mapping[str, object]) -> dict[str, object]:
        path = message.get("path")
        if not isinstance(path, str) or not path.strip():
            text = "It is not said which files."
            raise UsageError(text, hint="Type the path of a file or folder.")
        is_code_set = message.get("is_code_set") is True
        words = self._actions.load(path.strip(), is_code_set=is_code_set, progress=self._progress(message))
        return {**self._page(), "said": words}

    def _progress(self, message: Mapping[str, object]) -> ScreenProgress:
        return ScreenProgress(self.send, {name: message.get(name) for name in ("view", "sequence")})

    def _checks(self, message: Mapping[str, object]) -> dict[str, object]:
        words = self._actions.run_checks(self._progress(message))
        return {**self._page(), "said": words}

    def _estimate(self, message: Mapping[str, object]) -> dict[str, object]:
        audit = self._named(message).audit
        found = self._actions.estimate(audit, self._user)
        return self._shown_below(f"Estimate of {audit}", found, self._user, audit)

    def _report(self, message: Mapping[str, object]) -> dict[str, object]:
        words = self._actions.report(self._named(message).audit, self._user, self._progress(message))
        return {**self._page(), "said": words}

    def _demo(self, message: Mapping[str, object]) -> dict[str, object]:
        folder = message.get("folder")
        if not isinstance(folder, str) or not folder.strip():
            text = "It is not said where the demo goes."
            raise UsageError(text, hint="Type the path of a new folder.")
        words = self._actions.make_demo(folder.strip(), self._progress(message))
        return {**self._start(message), "said": words}

    def _leave_demo(self, message: Mapping[str, object]) -> dict[str, object]:
        self._actions.leave_demo()
        return self._start(message)

    def _named(self, message: Mapping[str, object]) -> AuditProgress:
        named = next((one for one in self.figures.audits if one.audit == message.get("audit")), None)
        if named is None:
            text = "The screen named an audit that it does not show."
            raise UsageError(text, hint="Run the cell again.")
        return named


class StartScreen(ipywidgets.VBox):
    """Start: what is here and missing, every audit, one next thing; a review opens in place.

    Parameters
    ----------
    actions
        What the screen can do.
    user
        As whom the person is known until they say who they are.
    """

    def __init__(self, actions: StartActions, *, user: str) -> None:
        self.page = StartPage(actions, user=user, open_below=self._open_below)
        super().__init__([self.page])

    def __repr__(self) -> str:
        return repr(self.page)

    def _repr_mimebundle_(self, **kwargs: dict) -> dict | None:
        bundle: dict | None = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle["text/html"] = output_html(self)
        return bundle

    @property
    def below(self) -> ipywidgets.DOMWidget | None:
        """The screen that is open below the head, if any."""
        return self.children[1] if len(self.children) > 1 else None

    def _open_below(self, screen: ipywidgets.DOMWidget | None) -> None:
        before = self.below
        self.children = (self.page,) if screen is None else (self.page, screen)
        if before is not None:
            _close(before)


def _as_widget(screen: object) -> ipywidgets.DOMWidget:
    """Return a screen, or an answer as its HTML."""
    if isinstance(screen, ipywidgets.DOMWidget):
        return screen
    display = getattr(screen, "_repr_html_", None)
    return ipywidgets.HTML(str(screen) if display is None else display())


def _close(widget: ipywidgets.Widget) -> None:
    """Close a widget with all that is in it, so that a kernel of a long day does not keep them."""
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()


def _values(message: Mapping[str, object]) -> Mapping[str, object]:
    values = message.get("values")
    return values if isinstance(values, dict) else {}


def _words_of(request: PlanRequest) -> str:
    """Return who reviews, in words."""
    names = ", ".join(request.reviewers)
    share = f"{100 * request.share:g} % get a second reviewer" if request.share else "no second review"
    if request.share and request.review_count != USUAL_REVIEW_COUNT:
        share = f"{100 * request.share:g} % get {request.review_count} reviewers"
    hidden = ", ".join(BLIND_IN_WORDS[level][0].lower() for level in request.blind) or "nothing"
    of_machine = ""
    if request.suggestions_of is not None:
        of_machine = f"; codes of {request.suggestions_of} shown on {100 * request.shown_share:g} %"
    return f"Reviewed by {names}; {share}; hidden from reviewers: {hidden}{of_machine}."
