"""The demo: the whole way on the embedded data, as a user would walk it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from auditlib.embedded import embedded_folder
from auditlib.errors import UsageError
from auditlib.progress import Progress, SilentProgress
from auditlib.sampling import SampleRequest, Universe
from auditlib.workbench.demo_history import review_earlier_audits
from auditlib.workbench.demo_machine import audit_machine_coder
from auditlib.workbench.workbench import Workbench
from auditlib.workspace.folder import CONFIG_NAME
from auditlib.workspace.pseudonym_key import PSEUDONYM_KEY_NAME, read_key

DEMO_AUDIT = "demo"
DEMO_SEED = "2026"
DEMO_USER = "demo auditor"
DEMO_SAMPLE_COUNT = 100
DEMO_SPARE_COUNT = 1
# The embedded data are of one fiscal year; the demo takes place soon after it, always on the same day.
DEMO_MOMENT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
# No secret, so that the pseudonyms of made-up patients are the same on every machine.
_PSEUDONYM_SECRET = hashlib.sha256(b"auditlib demo").digest()
_LOADED = ("charts", "encounters", "claims", "remittances", "machine/codewise_2.1.csv")
_SIZE_BASIS = "Demonstration: ten charts a coder on average, in proportion to their work."


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What the demo left behind."""

    workbench: Workbench
    audit: str
    reports: list[Path]


def run_demo(root: Path, *, progress: Progress | None = None) -> Demonstrated:
    """Make a workspace, load, check, sample, replay the recorded audit, and report; again, nothing changes.

    Parameters
    ----------
    root
        Where the workspace is made.
    progress
        Told of every step.

    Raises
    ------
    UsageError
        If the folder holds something else, as a workspace of somebody's own, or the embedded data are not as
        they were made.
    """
    progress = progress or SilentProgress()
    _require_none_of_ones_own(root)
    # The demo shows the same on every machine, whatever extras are installed there.
    workbench = Workbench.create(
        root,
        progress=progress,
        user=DEMO_USER,
        clock=lambda: DEMO_MOMENT,
        extras=False,
        pseudonym_secret=_PSEUDONYM_SECRET,
    )
    data = embedded_folder("data")
    report = workbench.files.load([data / name for name in _LOADED], progress=progress)
    if report.rejected_count:
        message = f"{report.rejected_count} records of the embedded data were not loaded."
        raise UsageError(message, hint="Install auditlib again, or make the data anew: see data/README.md.")
    is_new = DEMO_AUDIT not in workbench.samples.names()
    if is_new:
        # They come first: answers are about the latest audit, the demo's own, unless another is named.
        review_earlier_audits(workbench, progress=progress)
        audit_machine_coder(workbench, progress=progress)
    # What is loaded puts an end to earlier findings.
    workbench.checks.run(progress=progress)
    if is_new:
        universe = Universe(name="Encounters of fiscal year 2026", stratify_by="coder_id")
        request = SampleRequest(
            "stratified", seed=DEMO_SEED, count=DEMO_SAMPLE_COUNT, spare_count=DEMO_SPARE_COUNT
        )
        workbench.samples.draw(universe, request, name=DEMO_AUDIT, size_basis=_SIZE_BASIS)
    workbench.audit(DEMO_AUDIT).replay(progress=progress)
    return Demonstrated(workbench, DEMO_AUDIT, workbench.reports.write(DEMO_AUDIT, progress=progress))


def _require_none_of_ones_own(root: Path) -> None:
    """Raise if there is a workspace that the demo did not make: invented data never go among real ones."""
    key = root / PSEUDONYM_KEY_NAME
    is_workspace = (root / CONFIG_NAME).is_file()
    if is_workspace and not (key.is_file() and read_key(key).secret == _PSEUDONYM_SECRET):
        message = f"{root} is a workspace of your own: the demo's invented data are never loaded into it."
        raise UsageError(message, hint=f"Name a new folder, as {root.with_name(f'{root.name}-demo')}.")
