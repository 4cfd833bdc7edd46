"""Earlier audits of the demo: a year of quarterly reviews, and two that look at one coder."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from auditlib.embedded import embedded_folder
from auditlib.progress import Progress, SilentProgress
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench.context import Clock
from auditlib.workbench.workbench import Workbench

_SEED: Final = "2026"


@dataclass(frozen=True, slots=True)
class EarlierAudit:
    """An audit before the demo's own: what was drawn, and the day of its draw and review."""

    name: str
    day: dt.date
    universe: Universe
    request: SampleRequest
    size_basis: str
    has_second_review: bool


def _quarter(name: str, day: dt.date, first: dt.date, last: dt.date) -> EarlierAudit:
    return EarlierAudit(
        name,
        day,
        Universe(name=f"Encounters of {name}", from_date=first, to_date=last, stratify_by="coder_id"),
        SampleRequest("stratified", seed=f"{_SEED} {name}", count=8, allocation="quota"),
        "Quality programme: eight charts a coder and quarter.",
        has_second_review=True,
    )


def _focus(name: str, day: dt.date, first: dt.date, last: dt.date) -> EarlierAudit:
    return EarlierAudit(
        name,
        day,
        Universe(name=name, from_date=first, to_date=last, coder_id="C07"),
        SampleRequest("simple", seed=f"{_SEED} {name}", count=60),
        "Quality programme: sixty charts of one coder and half-year.",
        has_second_review=False,
    )


EARLIER_AUDITS: Final = (
    _quarter("2025 Q4", dt.date(2026, 1, 19), dt.date(2025, 10, 1), dt.date(2025, 12, 31)),
    _quarter("2026 Q1", dt.date(2026, 4, 20), dt.date(2026, 1, 1), dt.date(2026, 3, 31)),
    _focus("C07 to March 2026", dt.date(2026, 4, 27), dt.date(2025, 10, 1), dt.date(2026, 3, 31)),
    _quarter("2026 Q2", dt.date(2026, 7, 20), dt.date(2026, 4, 1), dt.date(2026, 6, 30)),
    _quarter("2026 Q3", dt.date(2026, 10, 19), dt.date(2026, 7, 1), dt.date(2026, 9, 30)),
    _focus("C07 to September 2026", dt.date(2026, 10, 26), dt.date(2026, 4, 1), dt.date(2026, 9, 30)),
)


def review_earlier_audits(workbench: Workbench, *, progress: Progress | None = None) -> None:
    """Draw the earlier audits and replay their reviews, each on its day; again, nothing changes.

    Parameters
    ----------
    workbench
        The demo's, with the embedded data loaded and the demo's own audit not drawn yet.
    progress
        Advanced for each audit.
    """
    progress = progress or SilentProgress()
    second = embedded_folder("data") / "audit" / "second_reviews.ndjson"
    progress.start("replaying earlier audits", total=len(EARLIER_AUDITS))
    for earlier in EARLIER_AUDITS:
        moment = dt.datetime.combine(earlier.day, dt.time(9), dt.UTC)
        on_that_day = Workbench(workbench.workspace, user=workbench.user, clock=_stopped_at(moment))
        if earlier.name not in on_that_day.samples.names():
            on_that_day.samples.draw(
                earlier.universe, earlier.request, name=earlier.name, size_basis=earlier.size_basis
            )
            on_that_day.audit(earlier.name).replay()
            if earlier.has_second_review:
                on_that_day.audit(earlier.name).replay(second)
        progress.advance()


def _stopped_at(moment: dt.datetime) -> Clock:
    return lambda: moment
