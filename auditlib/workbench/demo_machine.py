"""The machine coder of the demo: a version audited, accepted and reopened, and its pull on reviewers."""

from __future__ import annotations

import datetime as dt
from typing import Final

from auditlib.audits.suggested_codes import suggested_codes
from auditlib.embedded import embedded_folder
from auditlib.progress import Progress, SilentProgress
from auditlib.review.suggestion import MachineCoder
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench.workbench import Workbench

MACHINE_CODER: Final = MachineCoder("Codewise", "2.1")
CODES_AUDIT: Final = "Codewise 2.1"
PULL_AUDIT: Final = "Codewise 2.1 on the desk"
_NEXT_VERSION: Final = "codewise_2.2.csv"
_REVIEWER: Final = "R03"
_SEED: Final = "2026"
_FIRST_DAY: Final = dt.date(2026, 9, 1)
_CODE_COUNT: Final = 200
_CHART_COUNT: Final = 120
_DAYS: Final = {
    CODES_AUDIT: dt.date(2026, 11, 2),
    PULL_AUDIT: dt.date(2026, 11, 9),
    _NEXT_VERSION: dt.date(2026, 11, 16),
}


def audit_machine_coder(workbench: Workbench, *, progress: Progress | None = None) -> None:
    """Walk a machine coder's audit from its codes to the acceptance of a version and its reopening.

    Parameters
    ----------
    workbench
        The demo's, with the codes of version 2.1 loaded, and those of no later one.
    progress
        Advanced for each step.
    """
    progress = progress or SilentProgress()
    progress.start("auditing a machine coder", total=len(_DAYS))
    _audit_codes(_on(workbench, CODES_AUDIT))
    progress.advance()
    _measure_pull(_on(workbench, PULL_AUDIT))
    progress.advance()
    _on(workbench, _NEXT_VERSION).files.load(embedded_folder("data") / "machine" / _NEXT_VERSION)
    progress.advance()


def _on(workbench: Workbench, step: str) -> Workbench:
    moment = dt.datetime.combine(_DAYS[step], dt.time(9), dt.UTC)
    return Workbench(workbench.workspace, user=workbench.user, clock=lambda: moment)


def _audit_codes(workbench: Workbench) -> None:
    universe = Universe(f"Codes of {MACHINE_CODER}", unit="machine code", coder_id=str(MACHINE_CODER))
    workbench.samples.draw(
        universe,
        SampleRequest("simple", seed=_SEED, count=_CODE_COUNT),
        name=CODES_AUDIT,
        size_basis="Acceptance: at most 5 % of the codes wrong, at 95 %; stops as soon as that is decided.",
    )
    workbench.audit(CODES_AUDIT).replay()
    workbench.machine_coders.accept(CODES_AUDIT)


def _measure_pull(workbench: Workbench) -> None:
    universe = Universe("Encounters of September 2026", from_date=_FIRST_DAY, to_date=dt.date(2026, 9, 30))
    workbench.samples.draw(
        universe,
        SampleRequest("simple", seed=f"{_SEED} pull", count=_CHART_COUNT),
        name=PULL_AUDIT,
        size_basis="A hundred and twenty charts, half of them with the suggestions shown.",
    )
    audit = workbench.audit(PULL_AUDIT)
    audit.plan_review([_REVIEWER], second_share=0, seed=_SEED, suggestions_of=MACHINE_CODER, shown_share=0.5)
    session = audit.session(_REVIEWER)
    shown, hidden = [], []
    for chart in session.encounter_ids:
        if "suggested codes" in session.blindness(chart).hidden:
            hidden.append(chart)
            continue
        shown.append(chart)
        codes = suggested_codes(workbench.workspace.warehouse(), chart, MACHINE_CODER)
        session.show_suggestions(chart, MACHINE_CODER, codes, recorded_at=workbench.now())
    recorded = embedded_folder("data") / "audit"
    audit.replay(recorded / "with_suggestions.ndjson", encounter_ids=shown)
    audit.replay(recorded / "without_suggestions.ndjson", encounter_ids=hidden)
