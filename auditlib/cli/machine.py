"""`auditlib machine`: versions of machine coders, how right they are, and their pull on reviewers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from auditlib.cli.outcome import Outcome, Screen, Table
from auditlib.cli.session import InSession
from auditlib.cli.values import Share
from auditlib.text import format_share

if TYPE_CHECKING:
    from auditlib.report.result import Result

app = App(name="machine")


@app.command(name="list")
def list_(*, session: InSession) -> Outcome:
    """List the versions of machine coders: their codes, and whether each is accepted or open again."""
    return _shown("versions", session.workbench().machine_coders.versions())


@app.command
def codes(encounter: str, *, session: InSession) -> Outcome:
    """List the codes that machine coders assigned to an encounter, with confidence and span.

    Parameters
    ----------
    encounter
        The encounter.
    """
    return _shown("codes", session.workbench().machine_coders.codes(encounter))


@app.command
def compare(audit: str, name: str, version: str, *, session: InSession) -> Outcome:
    """Compare a version and the coders on the charts of an audit, paired: rates, difference, McNemar's test.

    Parameters
    ----------
    audit
        The audit whose final verdicts count.
    name
        Name of the machine coder.
    version
        Its version or prompt id.
    """
    return _shown("rates", session.workbench().machine_coders.compare(audit, name, version))


@app.command
def calibration(audit: str, name: str, version: str, *, session: InSession) -> Outcome:
    """Say by band of the stated confidence how many of a version's codes are right.

    Parameters
    ----------
    audit
        The audit whose final verdicts count.
    name
        Name of the machine coder.
    version
        Its version or prompt id.
    """
    return _shown("bands", session.workbench().machine_coders.calibration(audit, name, version))


@app.command
def pull(audit: str, *, session: InSession) -> Outcome:
    """Say how much more often reviewers left a suggested code where it was shown than where it was hidden.

    Parameters
    ----------
    audit
        An audit whose plan shows suggestions on a share of its charts.
    """
    return _shown("pull", session.workbench().machine_coders.pull(audit))


@app.command
def accept(audit: str, *, threshold: Share = 0.05, confidence: Share = 0.95, session: InSession) -> Outcome:
    """Accept the version whose codes an audit sampled, if few enough are wrong; else say how far it is.

    Parameters
    ----------
    audit
        A simple random sample of the codes of one version.
    threshold
        Share of wrong codes that is too many.
    confidence
        Level at which the share is known to be below it.
    """
    accepted = session.workbench_to_write().machine_coders.accept(
        audit, threshold=threshold, confidence=confidence
    )
    figures = {
        "coder_name": accepted.coder.name,
        "coder_version": accepted.coder.version,
        "audit": accepted.audit,
        "accepted_on": accepted.accepted_on.isoformat(),
    }
    return Outcome(lambda: figures, (accepted.sentence,))


def _shown(name: str, result: Result) -> Outcome:
    return Outcome(lambda: {name: result.frame, "note": result.missing or result.note}, _screen(result))


def _screen(result: Result) -> Screen:
    if not result.frame.is_empty():
        names = [column for column in result.frame.columns if column not in result.hidden]
        yield Table(
            [name.replace("_", " ") for name in names],
            [
                [_cell(name, row[name], is_pull="pull" in names) for name in names]
                for row in result.frame.iter_rows(named=True)
            ],
        )
    if words := result.missing or result.note:
        yield words


def _cell(name: str, value: object, *, is_pull: bool) -> str:
    if value is None:
        return ""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if name == "p_value":
        return f"{value:.4f}"
    is_difference = name.startswith("difference") or (is_pull and name in {"pull", "lower", "upper"})
    return f"{100 * value:+.1f} points" if is_difference else format_share(value)
