"""`auditlib workspace`: make one, see what is in it, open its notebooks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from auditlib.cli.outcome import Outcome, Table, count_text
from auditlib.cli.screens import summary_figures, summary_screen
from auditlib.cli.session import InSession, in_workspace, say_workspace
from auditlib.cli.values import AuditName, MissingRule
from auditlib.errors import UsageError

app = App(name="workspace")

DEFAULT_PORT = 8888


def folder_to_make(path: Path | None, named: Path | None, *, command: str) -> Path:
    """Return the folder that a new workspace is to be.

    Raises
    ------
    UsageError
        If none is given, or two different ones.
    """
    if path is not None and named is not None and path.absolute() != named.absolute():
        message = f"Two folders are named: {named} and {path}."
        raise UsageError(message, hint=f"Write auditlib {command} PATH, or auditlib -w PATH {command}.")
    chosen = path or named
    if chosen is None:
        message = "A new workspace needs a folder; the current one is not taken unasked."
        raise UsageError(message, hint=f"Write auditlib {command} PATH, or auditlib -w PATH {command}.")
    return chosen


@app.command
def create(path: Annotated[Path | None, Parameter(name="PATH")] = None, *, session: InSession) -> Outcome:
    """Make a workspace and load the embedded code sets.

    Parameters
    ----------
    path
        The new folder; or name it with -w. One that exists must be empty, or a workspace already.
    """
    root = folder_to_make(path, session.named, command="init")
    from auditlib.workbench import Workbench

    say_workspace(root, "given")
    with session.progress() as progress:
        workbench = Workbench.create(root, progress=progress)
    releases = workbench.codesets.list().frame
    rows = [
        (
            row["code_system"],
            row["release"],
            str(row["effective_from"]),
            str(row["effective_to"] or "open"),
            count_text(row["row_count"]),
        )
        for row in releases.iter_rows(named=True)
    ]
    return Outcome(
        lambda: {"workspace": str(root), "releases": releases},
        (
            f"Workspace {root} is ready. Code sets:",
            Table(("code set", "release", "from", "to", "codes"), rows),
            f"Next: {in_workspace(root)} load PATH...; or on the start screen: {in_workspace(root)} lab",
        ),
    )


@app.command
def upgrade(*, session: InSession) -> Outcome:
    """Bring a workspace of an earlier version up to date; samples, verdicts and reports stay as they are.

    Tables and columns that are missing are added, patients get keyed pseudonyms, and files become their
    owner's alone.
    """
    with session.progress() as progress:
        was_unkeyed = session.workbench_to_write().upgrade(progress=progress)
    said = (
        "Patients stand under keyed pseudonyms now; what was exported before names them otherwise."
        if was_unkeyed
        else "Its patients stand under keyed pseudonyms already."
    )
    return Outcome(lambda: {"was_unkeyed": was_unkeyed}, (f"The workspace is up to date. {said}",))


@app.command
def scan(*, also: list[Path] | None = None, session: InSession) -> Outcome:
    """Look for identifiers of patients in notebooks, reports, manifests, logs and temporary files.

    Prints file, kind and count, and never the value.

    Parameters
    ----------
    also
        A further file or folder to look into; may be given several times.
    """
    result = session.workbench().scan(also or ())
    return Outcome(lambda: {"identifiers": result.frame}, (result,))


@app.command
def encryption(*, session: InSession) -> Outcome:
    """Say whether the workspace lies on an encrypted volume, as far as the system tells."""
    from auditlib.workspace.encryption import volume_encryption

    found = volume_encryption(session.workbench().workspace.root)
    limits = (
        "An encrypted volume keeps a disk that is taken away from being read, and nothing from a program "
        "that runs while it is open. How to make one: docs/privacy.md."
    )
    return Outcome(
        lambda: {"answer": found.answer, "reason": found.reason},
        (
            f"The volume of this workspace: {found.answer}. {found.reason}",
            limits,
        ),
    )


@app.command
def summary(
    audit: AuditName = None, *, missing_rule: MissingRule | None = None, session: InSession
) -> Outcome:
    """Show on one screen what is loaded, checked, sampled and measured.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    missing_rule
        How a missing record counts; as an error in full by default.
    """
    shown = session.workbench().reports.summary(audit, missing_rule=missing_rule)
    return Outcome(lambda: summary_figures(shown), summary_screen(shown))


@app.command
def lake(*, session: InSession) -> Outcome:
    """Write what is loaded as Parquet files, by month, for Apache Spark, polars or DuckDB.

    Only what changed is written. The folder is the one that 'lake' in workspace.toml names.
    """
    with session.progress() as progress:
        written = session.workbench().write_lake(progress=progress)
    return Outcome(lambda: {"tables": written.frame}, (written,))


@app.command
def lab(*, port: int = DEFAULT_PORT, no_browser: bool = False, session: InSession) -> Outcome:
    """Open JupyterLab on the workspace's notebooks, on this machine only; the first is the start screen.

    A workspace that is not there yet is made, without files: the start screen loads yours or makes the demo.

    Parameters
    ----------
    port
        First port to try.
    no_browser
        Print the address instead of opening a browser.
    """
    from auditlib.workbench.lab import open_lab, require_port

    require_port(port)
    workspace = session.workbench_to_start().workspace
    exit_code = open_lab(workspace, port=port, browser=not no_browser)
    return Outcome(lambda: {"exit_code": exit_code}, (), exit_code)


@app.command
def desk(
    path: Annotated[Path | None, Parameter(name="WORKSPACE")] = None,
    *,
    port: int = DEFAULT_PORT,
    no_browser: bool = False,
    theme: Literal["light", "dark"] = "light",
    session: InSession,
) -> Outcome:
    """Open the start screen and the review desk in a browser, without code, on this machine only.

    A workspace that is not there yet is made, without files: the start screen loads yours or makes the demo.

    Parameters
    ----------
    path
        The workspace; or name it with -w.
    port
        First port to try.
    no_browser
        Print the address instead of opening a browser.
    theme
        The colours.
    """
    from auditlib.workbench.desk import open_desk, require_desk
    from auditlib.workbench.lab import require_port

    if path is not None and session.named is not None and path.absolute() != session.named.absolute():
        message = f"Two workspaces are named: {session.named} and {path}."
        raise UsageError(message, hint="Write auditlib desk PATH, or auditlib -w PATH desk.")
    opened = session if path is None else replace(session, named=path)
    # Nothing is made for a desk that cannot be opened.
    require_port(port)
    require_desk()
    open_desk(opened.workbench_to_start().workspace, port=port, browser=not no_browser, theme=theme)
    return Outcome(lambda: {"stopped": True}, ())
