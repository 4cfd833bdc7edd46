"""`auditlib audit rebuttals`, `rebut` and `decide`: what coders answer to findings, and what is decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from auditlib.cli.outcome import ExitCode, Outcome, Screen, Table
from auditlib.cli.session import InSession
from auditlib.cli.values import AsOf, AuditName, read_day
from auditlib.errors import UsageError
from auditlib.text import format_date

if TYPE_CHECKING:
    import polars as pl

    from auditlib.workbench.audit import Audit

_ANSWERS = {
    "agrees": "agrees",
    "disputes-finding": "disputes the finding",
    "disputes-cause": "disputes the cause",
}


def rebuttals(
    audit: AuditName = None,
    *,
    coder: str | None = None,
    out: Path | None = None,
    in_: Annotated[Path | None, Parameter(name="--in")] = None,
    days: int = 5,
    holiday: list[str] | None = None,
    late_reason: str | None = None,
    as_of: AsOf = None,
    scores: bool = False,
    session: InSession,
) -> Outcome:
    """List findings with their coders' answers, write them as a workbook, or enter one that came back.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    coder
        Only findings on this coder's codes; whose workbook.
    out
        Write a new workbook (.xlsx) for the coder; the days for the answers begin with the first.
    in_
        Enter the answers of a workbook that came back: all, or none if a row is refused.
    days
        Working days, Monday to Friday, for the answers.
    holiday
        A day that is none; may be given several times.
    late_reason
        Why answers after their last day are taken.
    as_of
        The day of states and days; today by default.
    scores
        Also the scores before and after the decisions.
    """
    if out is None and in_ is None:
        chosen = session.workbench().audit(audit)
        frame = chosen.rebuttals(as_of=as_of, coder=coder).frame
        compared = chosen.rebuttal.scores().frame if scores else None
        return Outcome(
            lambda: {"audit": chosen.name, "rebuttals": frame, "scores": compared},
            _rebuttal_screen(frame, compared),
        )
    if coder is None or (out is not None and in_ is not None):
        message = "A workbook is written for one coder, or entered for one."
        raise UsageError(message, hint="As in: --out FILE --coder C1, or --in FILE --coder C1.")
    chosen = session.workbench_to_write().audit(audit)
    if in_ is not None:
        return _entered(chosen, in_, coder, late_reason)
    assert out is not None  # noqa: S101 - refused above
    path = chosen.rebuttal.workbook(
        out, coder, working_days=days, holidays=[read_day(day) for day in holiday or ()]
    )
    frame = chosen.rebuttals(coder=coder).frame
    due = frame["due_date"].drop_nulls().max()
    by = f", answers by {format_date(due)}" if isinstance(due, dt.date) else ""
    return Outcome(
        lambda: {"audit": chosen.name, "path": str(path), "rebuttals": frame},
        (f"Written: {path}; {frame.filter('is_current').height:,} findings of coder {coder}{by}.",),
    )


def _entered(chosen: Audit, path: Path, coder: str, late_reason: str | None) -> Outcome:
    loaded = chosen.load_rebuttals(path, coder, late_reason=late_reason)
    rows = [
        (
            "" if row["row_number"] is None else str(row["row_number"]),
            row["encounter_id"] or "",
            row["answer"] or "",
            row["fate"],
            row["problem"] or "",
        )
        for row in loaded.fates.iter_rows(named=True)
    ]
    return Outcome(
        lambda: {
            "audit": chosen.name,
            "entered_count": loaded.entered_count,
            "is_refused": loaded.is_refused,
            "rows": loaded.fates,
        },
        (Table(("row", "encounter", "answer", "fate", "problem"), rows), loaded.sentence),
        ExitCode.BAD_INPUT if loaded.is_refused else ExitCode.DONE,
    )


def _rebuttal_screen(frame: pl.DataFrame, scores: pl.DataFrame | None) -> Screen:
    from auditlib.text import format_share

    rows = [
        (
            row["finding_id"],
            row["encounter_id"],
            row["coder_id"] or "",
            row["before"],
            row["after"],
            row["state"] if row["is_current"] else f"{row['state']} (finding changed since)",
            "" if row["day_count"] is None else str(row["day_count"]),
            "" if row["due_date"] is None else str(row["due_date"]),
            row["decision_reason"] or row["coder_evidence"] or "",
        )
        for row in frame.iter_rows(named=True)
    ]
    yield Table(
        ("finding", "encounter", "coder", "billed", "audited", "rebuttal", "days", "by", "words"), rows
    )
    if scores is not None:
        yield Table(
            ("of", "name", "measure", "before", "after"),
            [
                (
                    row["score_of"],
                    row["name"],
                    row["measure"],
                    *(
                        "undefined" if row[f"{side}_rate"] is None else format_share(row[f"{side}_rate"])
                        for side in ("before", "after")
                    ),
                )
                for row in scores.iter_rows(named=True)
            ],
        )


def rebut(
    finding: str,
    answer: Literal["agrees", "disputes-finding", "disputes-cause", "withdrawn"],
    *,
    coder: str,
    evidence: str | None = None,
    late_reason: str | None = None,
    audit: AuditName = None,
    session: InSession,
) -> Outcome:
    """Enter a coder's answer to one finding.

    Parameters
    ----------
    finding
        Its id, as 'audit rebuttals' lists it.
    answer
        What the coder answers; withdrawn takes an answer back that is not decided.
    coder
        Who answers.
    evidence
        Why, in words; needed for a dispute.
    late_reason
        Why an answer after its last day is taken.
    audit
        Name of the audit; by default the latest sample.
    """
    chosen = session.workbench_to_write().audit(audit)
    if answer == "withdrawn":
        chosen.rebuttal.entry().require_own(chosen.rebuttal.entry().finding(finding), coder)
        chosen.rebuttal.withdraw(finding)
        said = "withdrawn"
    else:
        said = _ANSWERS[answer]
        chosen.rebuttal.answer(finding, said, coder=coder, evidence=evidence, late_reason=late_reason)
    return Outcome(
        lambda: {"audit": chosen.name, "finding_id": finding, "coder_id": coder, "answer": said},
        (f"Entered in '{chosen.name}', finding {finding}: coder {coder}, {said}.",),
    )


def decide(
    finding: str,
    decision: Literal["stands", "upheld", "withdrawn"],
    *,
    reason: str,
    cause: str | None = None,
    error_kind: str | None = None,
    code: str | None = None,
    decided_by: str | None = None,
    own_finding_reason: str | None = None,
    audit: AuditName = None,
    session: InSession,
) -> Outcome:
    """Decide on a coder's dispute: the finding stands, or the dispute is upheld and another verdict counts.

    Parameters
    ----------
    finding
        Its id, as 'audit rebuttals' lists it.
    decision
        Upheld without a cause, error kind or code: the coder was right. Withdrawn opens the dispute again.
    reason
        Why, in words that go back to the coder.
    cause
        The cause that counts instead.
    error_kind
        The error kind that counts instead.
    code
        The corrected code that counts instead.
    decided_by
        Who decides; by default the user.
    own_finding_reason
        Why who reviewed or adjudicated the chart decides on it.
    audit
        Name of the audit; by default the latest sample.
    """
    chosen = session.workbench_to_write().audit(audit)
    if decision == "withdrawn":
        chosen.rebuttal.withdraw_decision(
            finding, reason=reason, decided_by=decided_by, own_finding_reason=own_finding_reason
        )
    else:
        chosen.rebuttal.decide(
            finding,
            decision,
            reason=reason,
            cause=cause,
            error_kind=error_kind,
            code=code,
            decided_by=decided_by,
            own_finding_reason=own_finding_reason,
        )
    return Outcome(
        lambda: {"audit": chosen.name, "finding_id": finding, "decision": decision},
        (f"Entered in '{chosen.name}', finding {finding}: {decision}.",),
    )
