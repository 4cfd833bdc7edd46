"""`auditlib demo`: the whole way on the embedded data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from auditlib.cli.outcome import Outcome
from auditlib.cli.screens import report_screen, summary_figures, summary_screen
from auditlib.cli.session import USUAL_FOLDER, InSession, in_workspace, say_workspace
from auditlib.cli.workspace import folder_to_make


def demo(path: Annotated[Path | None, Parameter(name="PATH")] = None, *, session: InSession) -> Outcome:
    """Walk the whole way on the embedded data, in a new workspace.

    Parameters
    ----------
    path
        The new folder; or name it with -w. By default `workspace` in the current folder.
    """
    is_usual = path is None and session.named is None
    root = USUAL_FOLDER if is_usual else folder_to_make(path, session.named, command="demo")
    from auditlib.workbench.demo import run_demo

    say_workspace(root, "the demo's usual folder" if is_usual else "given")
    with session.progress() as progress:
        demonstrated = run_demo(root, progress=progress)
    summary = demonstrated.workbench.reports.summary(demonstrated.audit)
    reports = [str(path) for path in demonstrated.reports]
    return Outcome(
        lambda: {**summary_figures(summary), "reports": reports},
        (
            *summary_screen(summary),
            *report_screen(reports),
            f"\nGo on with: {in_workspace(root)} lab",
        ),
    )
