"""`auditlib codesets`: releases of code sets, what the claims need of them, and the codes in them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from auditlib.cli.outcome import ExitCode, Outcome, Screen, Table, count_text
from auditlib.cli.session import InSession
from auditlib.cli.values import Day, FromDay, ToDay
from auditlib.nearest import unknown_name

if TYPE_CHECKING:
    import polars as pl

    from auditlib.codesets.library.load_code_sets import CodeSetReport
    from auditlib.workbench import Workbench

app = App(name="codesets")

_MOST_SHOWN: Final = 40
_NOT_LOADED: Final = ("refused", "skipped")


@app.command(name="list")
def list_(*, session: InSession) -> Outcome:
    """Show the releases that are loaded, and the days on which each is effective."""
    releases = session.workbench().codesets.list().frame
    rows = [
        (
            row["code_system"],
            row["release"],
            str(row["effective_from"]),
            str(row["effective_to"] or "open"),
            count_text(row["row_count"]),
            row["file_name"],
        )
        for row in releases.iter_rows(named=True)
    ]
    headings = ("code set", "release", "from", "to", "rows", "file")
    return Outcome(lambda: {"releases": releases}, (Table(headings, rows),))


@app.command
def status(*, session: InSession) -> Outcome:
    """Show every code set that is known, what is loaded of it and how to get it."""
    code_sets = session.workbench().codesets.status().frame
    rows = [
        (row["id"], row["publisher"], row["releases"] or "none", _how_to_get(row))
        for row in code_sets.iter_rows(named=True)
    ]
    headings = ("id", "publisher", "loaded", "how to get it")
    return Outcome(lambda: {"code_sets": code_sets}, (Table(headings, rows),))


def _how_to_get(row: dict[str, object]) -> str:
    if row["how"] == "embedded":
        return ""
    if row["how"] == "optional":
        return f"extra {row['extra']}, then add-optional"
    return "fetch, or load a file" if row["can_be_fetched"] else "load a file"


@app.command
def coverage(*, session: InSession) -> Outcome:
    """Show which days of the claims have which code sets, and what is therefore not checked."""
    months = session.workbench().codesets.coverage().frame
    return Outcome(lambda: {"coverage": months}, (_coverage_part(months),))


def _coverage_part(months: pl.DataFrame) -> object:
    if months.is_empty():
        return "No claim or chart is loaded: there is nothing to cover."
    return Table(
        ("code set", "month", "items", "not checked", "releases", "checks", "meaning"),
        [
            (
                row["code_system"],
                f"{row['used_month']:%Y-%m}" if row["used_month"] else "no date",
                count_text(row["item_count"]),
                count_text(row["not_checked_count"]),
                row["releases"] or "none",
                row["check_ids"],
                row["consequence"],
            )
            for row in months.iter_rows(named=True)
        ],
    )


@app.command
def load(
    paths: Annotated[list[Path], Parameter(name="PATH")],
    /,
    *,
    supersede: bool = False,
    from_date: FromDay = None,
    to_date: ToDay = None,
    release: str | None = None,
    setting: Literal["practitioner", "hospital"] | None = None,
    system: str | None = None,
    code_column: str | None = None,
    title_column: str | None = None,
    session: InSession,
) -> Outcome:
    """Load publishers' files, ZIPs as published, or folders of them.

    Parameters
    ----------
    paths
        Files, ZIPs, folders.
    supersede
        Let a corrected file take the place of the release of its days.
    from_date
        First day of the release.
    to_date
        Its last day.
    release
        Its name.
    setting
        Of a file of edits.
    system
        Code system of a list of codes and titles.
    code_column
        Header of its codes.
    title_column
        Header of its titles.
    """
    from auditlib.codesets.readers.fiscal_year import Stated

    stated = Stated(
        release=release,
        effective_from=from_date,
        effective_to=to_date,
        setting=setting,
        code_system=system,
        code_column=code_column,
        title_column=title_column,
    )
    workbench = session.workbench_to_write()
    with session.progress() as progress:
        report = workbench.codesets.load(paths, stated=stated, supersede=supersede, progress=progress)
    return _load_outcome(report)


@app.command(name="add-optional")
def add_optional(*, session: InSession) -> Outcome:
    """Load what the installed extras bring, older versions included."""
    workbench = session.workbench_to_write()
    with session.progress() as progress:
        report = workbench.codesets.add_optional(progress=progress)
    return _load_outcome(report)


@app.command
def fetch(
    name: Annotated[str, Parameter(name="CODE_SET")],
    year: Annotated[int, Parameter(name="YEAR")],
    /,
    *,
    month: str | None = None,
    url: str | None = None,
    session: InSession,
) -> Outcome:
    """Download a release from its publisher and load it.

    Parameters
    ----------
    name
        Its id in `codesets status`, or how that begins.
    year
        Fiscal or calendar year, as 2027.
    month
        Of a quarterly release: january, april, july or october.
    url
        Another address than the publisher's usual one.
    """
    workbench = session.workbench_to_write()
    with session.progress() as progress:
        report = workbench.codesets.fetch(name, year, month=month, url=url, progress=progress)
    return _load_outcome(report)


def _load_outcome(report: CodeSetReport) -> Outcome:
    if report.refused.is_empty():
        exit_code = ExitCode.DONE
    else:
        exit_code = ExitCode.DONE_WITH_RECORDS_NOT_LOADED if report.is_any_loaded else ExitCode.BAD_INPUT
    return Outcome(
        lambda: {"files": report.rows, "refused_count": report.refused.height},
        _load_screen(report),
        exit_code,
    )


def _load_screen(report: CodeSetReport) -> Screen:
    kept = [row for row in report.rows.iter_rows(named=True) if row["load_status"] not in _NOT_LOADED]
    if kept:
        yield Table(
            ("code set", "release", "from", "to", "rows", "status"),
            [
                (
                    row["code_system"],
                    row["release"],
                    str(row["effective_from"] or ""),
                    str(row["effective_to"] or ""),
                    count_text(row["row_count"] or 0),
                    row["load_status"],
                )
                for row in kept
            ],
        )
    for row in report.rows.iter_rows(named=True):
        if row["load_status"] == "skipped":
            yield f"  skipped {row['file_name']}: {row['reason']}"
    for row in report.refused.iter_rows(named=True):
        yield f"Refused {row['file_name']}: {row['reason']}"
        if row["hint"]:
            yield f"  {row['hint']}"


@app.command
def diff(
    old: Annotated[str, Parameter(name="OLD")],
    new: Annotated[str, Parameter(name="NEW")],
    /,
    *,
    system: str | None = None,
    session: InSession,
) -> Outcome:
    """Show what one release changed against another.

    Parameters
    ----------
    old
        Release, as FY2025.
    new
        Release, as FY2026.
    system
        One code system; by default every one that has both.
    """
    workbench = session.workbench()
    _require_system(workbench, system)
    changes = workbench.codesets.diff(old, new, code_system=system).frame
    return Outcome(lambda: {"changes": changes}, _diff_screen(changes))


def _diff_screen(changes: pl.DataFrame) -> Screen:
    totals = Counter(changes.select("code_system", "change_kind").iter_rows())
    yield Table(
        ("code set", "change", "codes"),
        [(system, kind, count_text(count)) for (system, kind), count in sorted(totals.items())],
    )
    rows = [
        (row["code"], row["change_kind"], row["replacements"] or "", row["after"] or row["before"] or "")
        for row in changes.iter_rows(named=True)
        if row["change_kind"] in {"deleted", "added"}
    ]
    rows.sort(key=lambda row: row[1] != "deleted")
    yield Table(("code", "change", "replaced by", "title"), rows[:_MOST_SHOWN])
    if len(rows) > _MOST_SHOWN:
        yield f"  and {len(rows) - _MOST_SHOWN:,} more: --json gives all."


@app.command
def search(
    words: Annotated[list[str], Parameter(name="WORD")],
    /,
    *,
    date: Day | None = None,
    system: str | None = None,
    billable: bool = False,
    limit: int = 20,
    session: InSession,
) -> Outcome:
    """Find codes by their start or by words, misspelled or abbreviated too.

    Parameters
    ----------
    words
        A code, its start, or words in any order.
    date
        Only codes in force on this day.
    system
        Only this code system, as ICD-10-CM.
    billable
        Leave header codes out.
    limit
        How many codes at most.
    """
    workbench = session.workbench()
    _require_system(workbench, system)
    result = workbench.codesets.search(
        " ".join(words), date=date, code_system=system, billable_only=billable, limit=limit
    )
    parts = (_search_part(result.frame, result.note), *([result.note] if len(result) and result.note else []))
    return Outcome(lambda: {"codes": result.frame, "note": result.note}, parts)


def _search_part(codes: pl.DataFrame, note: str) -> object:
    if codes.is_empty() and note:
        return f"No code found. {note}"
    if codes.is_empty():
        return "No code found. What is not loaded is not searched: 'auditlib codesets status' lists it."
    return Table(
        ("code set", "code", "description", "billable"),
        [
            (row["code_system"], row["code"], row["description"], "yes" if row["is_billable"] else "no")
            for row in codes.iter_rows(named=True)
        ],
    )


@app.command
def show(
    code: Annotated[str, Parameter(name="CODE")],
    /,
    *,
    date: Day | None = None,
    system: str | None = None,
    session: InSession,
) -> Outcome:
    """Show a code's page: title, tree, notes, days, replacements.

    Parameters
    ----------
    code
        With or without its dot.
    date
        As in force on this day.
    system
        Its code system, as ICD-10-CM, where several have the code.
    """
    from dataclasses import asdict

    workbench = session.workbench()
    _require_system(workbench, system)
    page = workbench.codesets.page(code, date=date, code_system=system)
    return Outcome(lambda: asdict(page), (str(page),))


def _require_system(workbench: Workbench, system: str | None) -> None:
    """Refuse a code system of which nothing is loaded."""
    if system is None:
        return
    loaded = workbench.codesets.list().frame["code_system"].unique().sort().to_list()
    if system not in loaded:
        unknown = unknown_name("code system", system, loaded, listed_by="auditlib codesets list")
        raise unknown
