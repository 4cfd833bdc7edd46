"""Who opened which chart, and who wrote rows of patients to files: events of the ledger, listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.errors import StoreError
from auditlib.ledger import Event
from auditlib.workspace import Workspace

CHART_SHOWN: Final = "chart shown"
ROWS_WRITTEN: Final = "rows written"
_BY_REVIEWERS: Final = "chart opened"
_CLAIMS: Final = "claims exported"
ACCESS_KINDS: Final = (CHART_SHOWN, ROWS_WRITTEN)
"""What is recorded for the access log alone."""
LISTED_KINDS: Final = (*ACCESS_KINDS, _BY_REVIEWERS, _CLAIMS)

# Access is of no audit's decisions, which refuse to be recorded over a newer event of their subject.
_AUDIT: Final = "access log"
OPENINGS: Final = (CHART_SHOWN, _BY_REVIEWERS)
"""That a chart was opened, by a reviewer or in another way."""
_SCHEMA: Final = {
    "first_at": pl.Datetime("us", "UTC"),
    "last_at": pl.Datetime("us", "UTC"),
    "actor": pl.String(),
    "access": pl.String(),
    "audit": pl.String(),
    "encounter_id": pl.String(),
    "screen": pl.String(),
    "file_names": pl.String(),
    "event_count": pl.Int64(),
}
_shown: set[tuple[Path, str, str, str]] = set()


@dataclass(frozen=True, slots=True)
class AccessFilter:
    """Which accesses are listed; None leaves out no one.

    Parameters
    ----------
    actor, audit, encounter_id
        Whose, of which audit, and of which chart.
    since, until
        First and last day, both included, in UTC.
    """

    actor: str | None = None
    audit: str | None = None
    encounter_id: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None


def record_chart_shown(
    workspace: Workspace,
    encounter_id: str,
    *,
    actor: str,
    screen: str,
    audit: str | None,
    recorded_at: dt.datetime,
) -> None:
    """Record that a chart is shown, once for each chart, user and screen of this process.

    In a workspace that may only be read nothing is recorded.

    Raises
    ------
    StoreError
        If it cannot be entered in a ledger that may be written to: then the chart may not be shown, for
        notebooks are saved without the text of those charts that the log says were opened.
    """
    key = (workspace.root.resolve(), actor, screen, encounter_id)
    if key in _shown or workspace.may_only_be_read:
        return
    with _or_not_at_all("No chart is shown"):
        workspace.ledger().append(
            kind=CHART_SHOWN,
            audit=_AUDIT,
            subject=encounter_id,
            actor=actor,
            payload={"audit": audit, "screen": screen},
            recorded_at=recorded_at,
        )
    _shown.add(key)


def record_rows_written(
    workspace: Workspace,
    what: str,
    paths: Sequence[Path],
    *,
    actor: str,
    audit: str | None,
    form: str,
    recorded_at: dt.datetime,
) -> None:
    """Record that files with rows of patients are written: before they are, so that none is without it.

    In a workspace that may only be read nothing is recorded.

    Parameters
    ----------
    workspace
        The workspace whose rows they are.
    what
        What was written, as 'report' or 'worklist of denials'.
    paths
        The files.
    actor, audit, recorded_at
        Who, of which audit, and when.
    form
        identified, pseudonymised, deidentified or small counts withheld.

    Raises
    ------
    StoreError
        If it cannot be entered in a ledger that may be written to: then nothing may be written.
    """
    if workspace.may_only_be_read:
        return
    with _or_not_at_all("No file with rows of patients is written"):
        workspace.ledger().append(
            kind=ROWS_WRITTEN,
            audit=_AUDIT,
            subject=what,
            actor=actor,
            payload={"audit": audit, "files": [path.name for path in paths], "form": form},
            recorded_at=recorded_at,
        )


@contextmanager
def _or_not_at_all(what: str) -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        message = f"{error.message} {what} that the access log cannot hold."
        raise type(error)(message, hint=error.hint) from error


def access_frame(events: Iterable[Event], chosen: AccessFilter) -> pl.DataFrame:
    """Return who opened which chart and wrote which files, the latest first.

    Parameters
    ----------
    events
        Of the ledger, those of `LISTED_KINDS`.
    chosen
        Which are listed.

    Returns
    -------
    polars.DataFrame
        first_at, last_at, actor, access (chart opened, or what was written), audit, encounter_id, screen,
        file_names and event_count: one row a user, chart, audit, screen and day, and one for each time that
        files were written.
    """
    rows = [_row(event) for event in events]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    day = pl.col("first_at").dt.date()
    conditions = [
        pl.col(name) == value
        for name, value in (
            ("actor", chosen.actor),
            ("audit", chosen.audit),
            ("encounter_id", chosen.encounter_id),
        )
        if value is not None
    ]
    conditions += [] if chosen.since is None else [day >= chosen.since]
    conditions += [] if chosen.until is None else [day <= chosen.until]
    listed = frame.filter(*conditions) if conditions else frame
    charts = listed.filter(pl.col("encounter_id").is_not_null())
    folded = charts.group_by(
        "actor", "access", "audit", "encounter_id", "screen", day.alias("day"), maintain_order=True
    ).agg(
        pl.col("first_at").min(),
        pl.col("last_at").max(),
        pl.col("file_names").first(),
        pl.col("event_count").sum(),
    )
    written = listed.filter(pl.col("encounter_id").is_null())
    return pl.concat([folded.select(*_SCHEMA), written]).sort("last_at", descending=True, maintain_order=True)


def _row(event: Event) -> tuple[object, ...]:
    payload = event.payload
    is_chart = event.kind in OPENINGS
    audit = payload.get("audit") if event.kind in ACCESS_KINDS else event.audit
    files = payload.get("files") or ()
    what = "chart opened" if is_chart else event.subject
    if event.kind == _CLAIMS:
        what = f"claims ({payload.get('form')})"
    return (
        event.recorded_at,
        event.recorded_at,
        event.actor,
        what,
        audit,
        event.subject if is_chart else None,
        payload.get("screen") or ("review desk" if is_chart else None),
        ", ".join(map(str, files)) or None if isinstance(files, Iterable) else None,
        1,
    )
