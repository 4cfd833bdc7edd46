"""`auditlib checks`: run them, list them, show one with its findings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from auditlib.cli.outcome import ExitCode, Outcome, Screen, Table, count_text
from auditlib.cli.screens import checks_screen
from auditlib.cli.session import InSession
from auditlib.cli.values import Day
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
        outcomes = workbench.checks.run(progress=progress)
    return Outcome(lambda: {"checks": outcomes.frame}, _run_screen(outcomes, session.command))


def _run_screen(outcomes: Result, command: str) -> Screen:
    yield from checks_screen(outcomes.frame)
    if outcomes.note:
        yield outcomes.note.replace("checks.list()", "'auditlib checks list'")
    yield (
        f"Next: {command} sample draw NAME --seed SEED --count COUNT; "
        f"or plan it on the start screen: {command} lab"
    )


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
    """List every check: what it came to when last run, and which command loads what it lacks."""
    from auditlib.checks import all_checks

    workbench = session.workbench_if_any()
    if workbench is None:
        checks = all_checks()
        rows = [(check.id, check.title, check.severity, check.authority) for check in checks]
        return Outcome(
            lambda: {"checks": [_check_figures(check) for check in checks]},
            (Table(("check", "title", "severity", "authority"), rows), _SEVERITIES),
        )
    listed = workbench.checks.list()
    figures = {check.id: _check_figures(check) for check in all_checks()}
    return Outcome(
        lambda: {
            "checks": [
                {**figures.get(row["check_id"], {}), **row, "id": row["check_id"]}
                for row in listed.frame.iter_rows(named=True)
            ]
        },
        _list_screen(listed),
    )


_SEVERITIES: Final = "Severity: F fatal, D denied, R review by a person, I information."


def _list_screen(listed: Result) -> Screen:
    rows = list(listed.frame.iter_rows(named=True))
    yield Table(
        ("check", "title", "sev.", "of", "findings", "accepted", "at stake", "not checked", "what it lacks"),
        [
            (
                row["check_id"],
                row["title"],
                row["severity"],
                _count(row["eligible_count"]),
                _count(row["finding_count"]),
                _count(row["accepted_count"]),
                "" if row["at_stake_amount"] is None else f"{row['at_stake_amount']:,.2f}",
                _count(row["not_checked_count"]),
                row["missing"] or (row["needs"] if row["not_checked_count"] else ""),
            )
            for row in rows
        ],
    )
    yield _SEVERITIES
    loads: dict[str, list[str]] = {}
    for row in rows:
        for command in filter(None, row["command"].split("; ")):
            loads.setdefault(command, []).append(row["check_id"])
    if loads:
        yield "Which command lets which checks check more ('auditlib codesets status': where a FILE is from):"
        yield Table(
            ("command", "checks"), [(command, ", ".join(checks)) for command, checks in loads.items()]
        )
    if listed.note:
        yield listed.note


def _count(count: int | None) -> str:
    return "" if count is None else count_text(count)


@app.command
def accept(
    check_id: Annotated[str | None, Parameter(name="CHECK")] = None,
    /,
    *,
    reason: str,
    claim: str | None = None,
    item: int | None = None,
    payer: str | None = None,
    code: str | None = None,
    until: Day | None = None,
    session: InSession,
) -> Outcome:
    """Accept findings with a reason: they stay counted, and are counted as accepted too.

    Parameters
    ----------
    check_id
        Its id, as DX-06; none for all checks of a claim.
    reason
        Why they are right as they are.
    claim
        Of this claim (patient control number) or encounter.
    item
        Of this line or diagnosis of the claim, by its position.
    payer
        Of this payer's claims, by its id.
    code
        About this code.
    until
        Last day on which it holds.
    """
    number = session.workbench_to_write().checks.accept(
        None if check_id is None else check_id.upper(),
        reason=reason,
        claim=claim,
        item_number=item,
        payer_id=payer,
        code=code,
        until=until,
    )
    return Outcome(
        lambda: {"acceptance_number": number},
        (f"Accepted; 'auditlib checks unaccept {number} --reason ...' withdraws it.",),
    )


@app.command
def accepted(*, session: InSession) -> Outcome:
    """List the accepted findings: what, why, by whom and until when."""
    result = session.workbench().checks.accepted()
    return Outcome(lambda: {"accepted": result.frame}, (result,))


@app.command
def unaccept(
    number: Annotated[int, Parameter(name="NUMBER")], /, *, reason: str, session: InSession
) -> Outcome:
    """Withdraw what was accepted, with a reason.

    Parameters
    ----------
    number
        Its number in `checks accepted`.
    reason
        Why it no longer holds.
    """
    session.workbench_to_write().checks.withdraw_acceptance(number, reason=reason)
    return Outcome(lambda: {"withdrawn": number}, (f"Exception {number} is withdrawn.",))


@app.command
def rules(*, session: InSession) -> Outcome:
    """List the rules of your own in the workspace's folder rules, and the rows and files that are none."""
    result = session.workbench().checks.rules()
    rejected = result.frame["fault"].drop_nulls().len()
    return Outcome(
        lambda: {"rules": result.frame, "rejected_count": rejected},
        (result,),
        ExitCode.DONE_WITH_RECORDS_NOT_LOADED if rejected else ExitCode.DONE,
    )


@app.command(name="back-test")
def back_test(*, minutes: float = 5.0, by_reason: bool = False, session: InSession) -> Outcome:
    """Show what payers answered to the claims that each check finds: hits, dollars, false alarms, hours.

    Parameters
    ----------
    minutes
        Of a reviewer for one finding.
    by_reason
        The denied claims by denial reason.
    """
    result = session.workbench().checks.back_test(minutes_a_finding=minutes, by_reason=by_reason)
    return Outcome(lambda: {"checks": result.frame}, (result,))


@app.command(name="look-ahead")
def look_ahead(
    *, session: InSession, days: int | None = None, code_set: str | None = None, release: str | None = None
) -> Outcome:
    """Show what the checks would find under other edits: so many days later, or under one loaded release.

    Parameters
    ----------
    days
        By which every day of the claims moves, in a copy: 365 for last year's claims under this year's edits.
    code_set
        Code set of the release, as `auditlib codesets list` names it.
    release
        Holds on all days of the claims, in a copy: last year's claims under next quarter's edits.
    """
    workbench = session.workbench()
    with session.progress() as progress:
        result = workbench.checks.look_ahead(days, code_set=code_set, release=release, progress=progress)
    return Outcome(lambda: {"checks": result.frame}, (result,))


@app.command
def carried(document: Annotated[str, Parameter(name="DOCUMENT")], /, *, session: InSession) -> Outcome:
    """Show a note beside the earlier one that has most of its words, passage by passage.

    Parameters
    ----------
    document
        Id of a note, as a finding of NOTE-01 names it.
    """
    result = session.workbench().checks.carried_note(document)
    return Outcome(lambda: {"passages": result.frame}, (result,))


@app.command
def settings(*, session: InSession) -> Outcome:
    """List the severities and switches of the workspace's checks.toml, or say what is wrong in it."""
    result = session.workbench().checks.settings()
    return Outcome(lambda: {"settings": result.frame}, (result,))


@app.command
def test(*, session: InSession) -> Outcome:
    """Judge the cases of your own rules: tables named NAME.cases.csv or .xlsx in the folder rules."""
    result = session.workbench().checks.test_rules()
    is_wrong = not result.frame["is_met"].all()
    return Outcome(
        lambda: {"cases": result.frame}, (result,), ExitCode.BAD_INPUT if is_wrong else ExitCode.DONE
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
    own = session.workbench().checks.rules().frame["check_id"].drop_nulls().to_list() if check is None else []
    if check_id.upper() in own:
        found = session.workbench().checks.findings(check_id.upper())
        return Outcome(lambda: {"findings": found.frame}, (found.top(limit),))
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
