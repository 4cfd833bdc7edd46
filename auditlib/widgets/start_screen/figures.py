"""What the start screen shows, as plain values, and the one thing to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import polars as pl

from auditlib.audits.audit_progress import (
    ADJUDICATION,
    CLOSED,
    DRAWN,
    FIRST_REVIEW,
    OWN_REVIEW,
    PLANNED,
    REBUTTAL,
    RECORDS_ASKED_FOR,
    SECOND_REVIEW,
    AuditProgress,
)
from auditlib.review.suggestion import MachineCoder
from auditlib.text import counted, format_date

_IN_REVIEW: Final = (RECORDS_ASKED_FOR, FIRST_REVIEW, SECOND_REVIEW, OWN_REVIEW)
_REVIEWED: Final = (ADJUDICATION, REBUTTAL, CLOSED)
_MOST_AFTER: Final = 2
REVIEW: Final = "review"
ASSIGN: Final = "assign"
ADJUDICATE: Final = "adjudicate"
REBUT: Final = "rebut"
CHECKS: Final = "checks"
ESTIMATE: Final = "estimate"
REPORT: Final = "report"


@dataclass(frozen=True, slots=True)
class Gap:
    """A code set that is used and not loaded for some days.

    Parameters
    ----------
    name
        What it is.
    not_checked_count
        Codes that are therefore not checked.
    first_month, last_month
        The months that they are of.
    command
        The command that loads it.
    licence
        Whose permission it needs.
    """

    name: str
    not_checked_count: int
    first_month: dt.date | None
    last_month: dt.date | None
    command: str
    licence: str


@dataclass(frozen=True, slots=True)
class StartFigures:
    """What the start screen shows.

    Parameters
    ----------
    workspace
        Name of the workspace's folder.
    user
        As whom the person is known here.
    as_of
        The day.
    contents
        What is loaded: see `auditlib.workbench.files.Files.contents`.
    code_sets
        The releases that are loaded: code_system, release, effective_from, effective_to, row_count.
    gaps
        Code sets that are missing; None while that is not counted.
    audits
        How far each audit is.
    universes
        Names of the frozen universes.
    open_versions
        Accepted versions of machine coders that codes of another version opened again.
    machine_coders
        The machine coders whose codes reviewers can be shown; none where they are hidden from the person.
    finding_count
        Findings of the checks; None if not all have run since what they read changed.
    reported
        Audits of which there is a report.
    folder
        The workspace's folder.
    demo_folder
        Where the demo would be made.
    own_workspace
        Of the demo, shown from a workspace of one's own: the name of that.
    """

    workspace: str
    user: str
    as_of: dt.date
    contents: pl.DataFrame
    code_sets: pl.DataFrame
    gaps: Sequence[Gap] | None
    audits: Sequence[AuditProgress]
    universes: Sequence[str]
    open_versions: Sequence[str] = ()
    machine_coders: Sequence[MachineCoder] = ()
    finding_count: int | None = None
    reported: Sequence[str] = ()
    folder: str = ""
    demo_folder: str = ""
    own_workspace: str = ""

    def count_of(self, content: str) -> int:
        """Return how many files, encounters, documents, claims or remittances there are."""
        return int(self.contents.filter(content=content)["item_count"].sum())

    @property
    def sentence(self) -> str:
        """What is here and what is next, in words."""
        counts = ", ".join(
            f"{count:,} {content}"
            for content, count in self.contents.select("content", "item_count").iter_rows()
        )
        audits = counted(len(self.audits), "audit")
        return f"Here: {counts}; {audits}. Next: {next_things(self)[0].words}."


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps from files to a report.

    Parameters
    ----------
    name
        What is done in it.
    state
        done, now (the first that is not done) or later.
    words
        What came of it; empty if nothing yet.
    """

    name: str
    state: str
    words: str


def steps(figures: StartFigures) -> list[Step]:
    """Return the steps from files to a report, and how far the workspace is."""
    drawn = [one for one in figures.audits if one.state != PLANNED]
    reviewed = _reviewed(figures)
    reported = [one for one in reviewed if one.audit in figures.reported]
    encounters = figures.count_of("encounters")
    came_of_it = {
        "load": counted(encounters, "encounter") if encounters else "",
        "check": "" if figures.finding_count is None else counted(figures.finding_count, "finding"),
        "sample": counted(len(drawn), "audit") if drawn else "",
        "review": f"{len(reviewed):,} reviewed" if reviewed else "",
        "estimate": f"{len(reported):,} estimated" if reported else "",
        "report": f"{len(reported):,} reported" if reported else "",
    }
    first = next((name for name, words in came_of_it.items() if not words), "")
    return [
        Step(name, "done" if words else "now" if name == first else "later", words)
        for name, words in came_of_it.items()
    ]


def _reviewed(figures: StartFigures) -> list[AuditProgress]:
    return [one for one in figures.audits if _is_reviewed(one)]


def _is_reviewed(progress: AuditProgress) -> bool:
    """Return True if a sample was reviewed: encounters that were named stand for no universe."""
    return progress.state in _REVIEWED and progress.unit is not None


@dataclass(frozen=True, slots=True)
class NextThing:
    """Something to do.

    Parameters
    ----------
    words
        What it is.
    button
        What the button says that does it.
    does
        What the button does: review, assign, plan, load, checks, estimate, report, or adjudicate and rebut.
    audit
        The audit; empty if it is about none.
    """

    words: str
    button: str
    does: str
    audit: str = ""


def next_things(figures: StartFigures) -> list[NextThing]:
    """Return what there is to do, the first thing first."""
    if not figures.count_of("encounters"):
        return [NextThing("load your files", "Load files", "load")]
    things = list(filter(None, (next_of_audit(one, figures.user) for one in figures.audits)))
    if figures.finding_count is None:
        things.append(NextThing("run the checks on what is loaded", "Run the checks", CHECKS))
    if not figures.audits:
        things.append(NextThing("plan an audit", "Plan an audit", "plan"))
    reviewed = _reviewed(figures)
    if reviewed and not any(one.audit in figures.reported for one in reviewed):
        things.append(report_of(reviewed[-1]))
    things += [
        NextThing(
            f"{version} is accepted no more: audit the codes of the version in use", "Plan an audit", "plan"
        )
        for version in figures.open_versions
    ]
    if figures.gaps:
        names = figures.gaps[0].name
        others = f" and {len(figures.gaps) - 1:,} more" if len(figures.gaps) > 1 else ""
        things.append(NextThing(f"load the code set {names}{others}", "Load files", "load"))
    return things or [NextThing("nothing waits; plan an audit", "Plan an audit", "plan")]


def next_of_audit(progress: AuditProgress, user: str) -> NextThing | None:
    """Return what is next in an audit; None if it waits for nobody."""
    if not progress.waits_for:
        return None
    name, state = progress.audit, progress.state
    first = progress.waits_for[0]
    if state in _IN_REVIEW:
        return _review(progress, user)
    if state == REBUTTAL:
        due = f", due {format_date(progress.due_on)}" if progress.due_on else ""
        return NextThing(
            f"{first.what} of {first.who} in audit {name}{due}", "Open the rebuttals", REBUT, name
        )
    return {
        PLANNED: NextThing(f"draw a sample of the universe {name}", "Plan the audit", "plan", name),
        DRAWN: NextThing(f"say who reviews audit {name}", "Name reviewers", ASSIGN, name),
        ADJUDICATION: NextThing(f"decide {first.what} in audit {name}", "Decide", ADJUDICATE, name),
    }.get(state)


def next_at_will(progress: AuditProgress) -> NextThing | None:
    """Return what can be done in an audit that waits for nobody: send findings that no coder was sent."""
    count = progress.unsent_finding_count
    if not count:
        return None
    words = f"send {counted(count, 'finding')} of audit {progress.audit} to coders, or leave them"
    return NextThing(words, "Open the rebuttals", REBUT, progress.audit)


def report_of(progress: AuditProgress) -> NextThing:
    """Return the last thing to do in an audit that was reviewed."""
    words = f"estimate and report audit {progress.audit}"
    return NextThing(words, "Write the report", REPORT, progress.audit)


def doors_of(progress: AuditProgress) -> tuple[str, ...]:
    """Return what of an audit can be opened at any time, whatever is next in it."""
    if progress.state == PLANNED:
        return ()
    if progress.state == OWN_REVIEW:
        # Disagreements and findings are closed to who reviews blind.
        return (REVIEW,)
    # Who reviews named encounters is said where they are named.
    naming = () if progress.unit is None else (ASSIGN,)
    if progress.state == DRAWN:
        return (REVIEW, *naming)
    results = (ESTIMATE, REPORT) if _is_reviewed(progress) else ()
    return (REVIEW, ADJUDICATE, REBUT, *naming, *results)


def _review(progress: AuditProgress, user: str) -> NextThing:
    name, first = progress.audit, progress.waits_for[0]
    if progress.state == RECORDS_ASKED_FOR:
        return NextThing(f"get the {first.what} of audit {name}", "Open the audit", REVIEW, name)
    mine = next((one for one in progress.waits_for if one.who == user), None)
    others = "" if mine or not first.who else f", which wait for {first.who}"
    return NextThing(f"review {(mine or first).what} of audit {name}{others}", "Review", REVIEW, name)


def page_values(figures: StartFigures) -> dict[str, object]:
    """Return what the browser shows."""
    things = next_things(figures)
    return {
        "workspace": figures.workspace,
        "user": figures.user,
        "day": format_date(figures.as_of),
        "next": _thing_values(things[0]),
        "after": "; ".join(one.words for one in things[1 : 1 + _MOST_AFTER]),
        "audits": [_audit_values(one, figures) for one in figures.audits],
        "contents": list(_content_values(figures)),
        "code_sets": list(_release_values(figures.code_sets)),
        "gaps": None
        if figures.gaps is None
        else [
            {
                "name": gap.name,
                "words": f"{gap.not_checked_count:,} not checked",
                "months": _months(gap),
                "command": gap.command,
                "licence": gap.licence,
            }
            for gap in figures.gaps
        ],
        "universes": list(figures.universes),
        "machine_coders": [list(one) for one in figures.machine_coders],
        "steps": [asdict(step) for step in steps(figures)],
        "folder": figures.folder,
        "demo_folder": figures.demo_folder,
        "own_workspace": figures.own_workspace,
        "can_plan": bool(figures.count_of("encounters")),
        "days": _days_of(figures, "encounters"),
    }


def _thing_values(thing: NextThing) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(thing).items()}


def _audit_values(progress: AuditProgress, figures: StartFigures) -> dict[str, object]:
    thing = next_of_audit(progress, figures.user) or next_at_will(progress)
    if thing is None and _is_reviewed(progress) and progress.audit not in figures.reported:
        thing = report_of(progress)
    units = progress.state == PLANNED
    closed = (
        f"{counted(progress.unsent_finding_count, 'finding')} not sent to coders"
        if progress.unsent_finding_count
        else "nobody"
    )
    with_query = progress.open_query_chart_count
    return {
        "audit": progress.audit,
        "state": progress.state,
        "done": f"{counted(progress.chart_count, 'unit')}"
        if units
        else f"{progress.done_count:,} of {progress.chart_count:,}"
        + (f", {with_query:,} with an open query" if with_query else ""),
        "waits_for": [
            {"is_you": one.who == figures.user, "who": one.who, "what": one.what}
            for one in sorted(progress.waits_for, key=lambda one: one.who != figures.user)
        ],
        "nobody": "" if progress.waits_for else closed,
        "days": max((figures.as_of - progress.since).days, 0) if progress.waits_for else None,
        "since": format_date(progress.since),
        "due": "" if progress.due_on is None else format_date(progress.due_on),
        "next": None if thing is None else _thing_values(thing),
        "reviewers": list(progress.reviewers),
        "doors": list(doors_of(progress)),
    }


def _content_values(figures: StartFigures) -> Iterator[dict[str, object]]:
    missing = {
        "encounters": "auditlib load PATH",
        "documents": "auditlib load CHARTS",
        "claims": "auditlib load CLAIMS",
        "remittances": "auditlib load REMITTANCES",
    }
    for row in figures.contents.iter_rows(named=True):
        name, count, lacking = row["content"], row["item_count"], row["lacking_count"]
        note = f"{lacking:,} {row['lack']}" if lacking else ""
        yield {
            "name": name,
            "count": f"{count:,}",
            "days": _days_of(figures, name),
            "note": note,
            "command": missing.get(name, "") if not count else "",
        }


def _days_of(figures: StartFigures, content: str) -> str:
    row = figures.contents.filter(content=content).row(0, named=True)
    first, last = row["first_date"], row["last_date"]
    return "" if first is None else f"{format_date(first)} to {format_date(last)}"


def _release_values(releases: pl.DataFrame) -> Iterator[dict[str, str]]:
    for row in releases.iter_rows(named=True):
        first, last = format_date(row["effective_from"]), row["effective_to"]
        yield {
            "name": row["code_system"],
            "count": f"{row['row_count']:,}",
            "days": f"from {first}" if last is None else f"{first} to {format_date(last)}",
        }


def _months(gap: Gap) -> str:
    if gap.first_month is None or gap.last_month is None:
        return "on days not known"
    first, last = f"{gap.first_month:%b %Y}", f"{gap.last_month:%b %Y}"
    return first if first == last else f"{first} to {last}"
