"""`auditlib checks`: run them, list them, show one with its findings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from auditlib.cli.outcome import Outcome, Screen, Table
from auditlib.cli.screens import checks_screen
from auditlib.cli.session import InSession
from auditlib.nearest import unknown_name

if TYPE_CHECKING:
    from auditlib.checks import Check
    from auditlib.report.result import Result

app = App(name="checks")


@app.command
def run(*, session: InSession) -> Outcome:
    """Run the coding checks on everything that is loaded."""
    workbench = session.workbench_to_write()
    with session.progress() as progress:
        outcomes = workbench.checks.run(progress=progress).frame
    return Outcome(lambda: {"checks": outcomes}, checks_screen(outcomes))


@app.command
def group(*, session: InSession) -> Outcome:
    """Group the hospital stays (MS-DRG) by the extra 'groupers', for the checks DRG-01 to DRG-03."""
    workbench = session.workbench_to_write()
    with session.progress() as progress:
        count = workbench.checks.group_stays(progress=progress)
    return Outcome(
        lambda: {"grouped_stays": count},
        (f"{count:,} stays are grouped. 'auditlib checks run' compares them with the bills.",),
    )


@app.command
def effect(*, session: InSession) -> Outcome:
    """Show what single complications, refused lines and risk categories in doubt are worth."""
    result = session.workbench().checks.financial_effect()
    return Outcome(lambda: {"effects": result.frame}, (result,))


@app.command(name="list")
def list_(*, session: InSession) -> Outcome:
    """List every check: what it looks for, how severe it is, and whose rule it is."""
    del session
    from auditlib.checks import all_checks

    checks = all_checks()
    rows = [(check.id, check.title, check.severity, check.authority) for check in checks]
    return Outcome(
        lambda: {"checks": [_check_figures(check) for check in checks]},
        (
            Table(("check", "title", "severity", "authority"), rows),
            "Severity: F fatal, D denied, R review by a person, I information.",
        ),
    )


def _check_figures(check: Check) -> dict[str, object]:
    return {name: value for name, value in asdict(check).items() if name != "query"}


@app.command
def show(
    check_id: Annotated[str, Parameter(name="CHECK")], /, *, limit: int = 50, session: InSession
) -> Outcome:
    """Show a check, and what it found as last run.

    Parameters
    ----------
    check_id
        Its id, as DX-06.
    limit
        How many findings to list at most.
    """
    from auditlib.checks import all_checks

    checks = {check.id: check for check in all_checks()}
    check = checks.get(check_id.upper())
    if check is None:
        unknown = unknown_name("check", check_id, checks, listed_by="auditlib checks list")
        raise unknown
    findings = session.workbench().checks.findings(check.id)
    return Outcome(
        lambda: {"check": _check_figures(check), "findings": findings.frame},
        _check_screen(check, findings, limit),
    )


def _check_screen(check: Check, findings: Result, limit: int) -> Screen:
    last = "open" if check.effective_to is None else str(check.effective_to)
    yield f"{check.id} {check.title}"
    yield f"  Severity {check.severity}; version {check.version}; in force {check.effective_from} to {last}"
    yield f"  Applies to: {check.unit}; {', '.join(check.settings)}"
    yield f"  Authority: {check.authority}"
    yield f"  Needs: {check.needs}"
    yield f"  What mends a finding: {check.fix}"
    if findings.missing is None and findings.frame.is_empty():
        yield "No findings: all that could be checked passed. 'auditlib check' has the counts."
    else:
        yield findings.top(limit)
