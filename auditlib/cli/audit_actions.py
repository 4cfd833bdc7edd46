"""`auditlib audit actions` and `action`: what is done about findings, and whether a re-audit confirms it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from auditlib.cli.outcome import Outcome, Screen, Table
from auditlib.cli.session import InSession
from auditlib.cli.values import AsOf, AuditName, converted_day
from auditlib.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

_Due = Annotated[dt.date | None, Parameter(name="--due", converter=converted_day)]
_Done = Annotated[dt.date | None, Parameter(name="--on", converter=converted_day)]


def actions(audit: AuditName = None, *, as_of: AsOf = None, session: InSession) -> Outcome:
    """List the corrective actions: what, who, until when, state, and accuracy before and after a re-audit.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    as_of
        The day of the states; today by default.
    """
    chosen = session.workbench().audit(audit)
    listed = chosen.actions(as_of=as_of)
    return Outcome(
        lambda: {"audit": chosen.name, "actions": listed.frame},
        _action_screen(listed.frame, listed.missing or listed.note),
    )


def _action_screen(frame: pl.DataFrame, note: str) -> Screen:
    if not frame.is_empty():
        yield Table(
            ("id", "about", "action", "owner", "due", "state", "re-audit", "before and after"),
            [
                (
                    row["action_id"],
                    f"{row['about']} {row['name']}",
                    row["corrective_action"],
                    row["owner"],
                    str(row["due_date"]),
                    row["action_state"],
                    row["reaudit"] or "",
                    row["conclusion"] or "",
                )
                for row in frame.iter_rows(named=True)
            ],
        )
    if note:
        yield note


def action(
    action: str,
    *,
    owner: str | None = None,
    due: _Due = None,
    coder: str | None = None,
    cause: str | None = None,
    finding: str | None = None,
    done: str | None = None,
    on: _Done = None,
    reaudit: str | None = None,
    withdrawn: str | None = None,
    audit: AuditName = None,
    session: InSession,
) -> Outcome:
    """Plan a corrective action, or say of one that it is done, re-audited or withdrawn.

    Parameters
    ----------
    action
        What is to be done, in words; or the id of an action, as A1.
    owner
        Who does it.
    due
        The last day, as 2026-12-31 or 12/31/2026.
    coder
        The coder that it is about.
    cause
        The cause that it is about.
    finding
        The finding that it is about, by its id.
    done
        What came of it.
    on
        The day it was done; today by default.
    reaudit
        Name of the audit that looks again.
    withdrawn
        Why it is not to be done.
    audit
        Name of the audit; by default the latest sample.
    """
    steps = [step for step in (owner or due, done, reaudit, withdrawn) if step is not None]
    if len(steps) != 1 or (done is None and on is not None):
        message = "One step of an action is entered at a time."
        raise UsageError(
            message,
            hint="As in: 'Teach modifier 25' --owner Lee --due 2026-12-31 --coder C1; then A1 --done Taught; "
            "then A1 --reaudit q2.",
        )
    chosen = session.workbench_to_write().audit(audit)
    name = action
    if done is not None:
        chosen.corrective.done(action, result=done, on=on)
        said = "done"
    elif reaudit is not None:
        chosen.corrective.reaudit(action, reaudit)
        said = f"re-audited by '{reaudit}'"
    elif withdrawn is not None:
        chosen.corrective.withdraw(action, reason=withdrawn)
        said = "withdrawn"
    else:
        if owner is None or due is None:
            message = "A corrective action has an owner and a last day."
            raise UsageError(message, hint="Give --owner and --due.")
        name = chosen.corrective.plan(action, owner=owner, due=due, coder=coder, cause=cause, finding=finding)
        said = f"planned, {owner}, until {due}"
    return Outcome(
        lambda: {"audit": chosen.name, "action_id": name, "step": said},
        (f"Entered in '{chosen.name}', action {name}: {said}.",),
    )
