"""`auditlib files`: load files, and see what came of them and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from auditlib.cli.outcome import ExitCode, Outcome, Screen, Table, count_text
from auditlib.cli.session import InSession, Session
from auditlib.cli.values import NewFile
from auditlib.errors import UsageError
from auditlib.text import counted, format_dollars, printable

if TYPE_CHECKING:
    import polars as pl

    from auditlib.loading.load import LoadReport
    from auditlib.workbench.files import ShownClaim

app = App(name="files")

_MOST_REASONS: Final = 20


@app.command
def load(
    paths: Annotated[list[Path] | None, Parameter(name="PATH")] = None,
    /,
    *,
    mapping: Path | None = None,
    suggest_mapping: Annotated[Path | None, Parameter(name="--suggest-mapping")] = None,
    dry_run: bool = False,
    validate: bool = False,
    session: InSession,
) -> Outcome:
    """Load 837 and 835 files, charts, documents and tables (CSV, XLSX, Parquet).

    Parameters
    ----------
    paths
        Files, or folders of files.
    mapping
        How the columns of tables fill the core tables (YAML; docs/loading.md).
    suggest_mapping
        Print a proposal of such a file for this table, and load nothing.
    dry_run
        Say what would be loaded and what not, and load nothing.
    validate
        Also say what pyx12's strict validation makes of each X12 file.
    """
    if suggest_mapping is not None:
        return _suggested(suggest_mapping, session)
    if not paths:
        message = "At least one file or folder is needed."
        raise UsageError(message, hint="auditlib load PATH...")
    workbench = session.workbench() if dry_run else session.workbench_to_write()
    with session.progress() as progress:
        report = workbench.files.load(
            paths, mapping=mapping, dry_run=dry_run, validate=validate, progress=progress
        )
    return Outcome(
        lambda: {"files": report.files, "rejected_count": report.rejected_count},
        [
            *_load_screen(report, dry_run=dry_run, validate=validate),
            *([] if dry_run else _stray_lines(workbench.files.documents_without_encounter().frame)),
            *([] if dry_run else [_next_step(report, session.command)]),
        ],
        ExitCode.DONE_WITH_RECORDS_NOT_LOADED if report.rejected_count else ExitCode.DONE,
    )


def _next_step(report: LoadReport, command: str) -> str:
    """Return what to do next: nothing can be checked where no file was loaded."""
    if report.files["load_status"].str.ends_with("rejected").all():
        return f"Nothing was loaded. Every reason: {command} files not-loaded"
    return f"Next: {command} check"


def _suggested(path: Path, session: Session) -> Outcome:
    from auditlib.sources.tabular.proposal import suggest_mapping

    # A workspace is not needed; where there is one, codes are looked up in its code sets.
    workbench = session.workbench_if_any()
    mapping = suggest_mapping(path) if workbench is None else workbench.files.suggest_mapping(path)
    return Outcome(lambda: {"mapping": mapping}, (mapping.removesuffix("\n"),))


def _load_screen(report: LoadReport, *, dry_run: bool, validate: bool) -> Screen:
    yield Table(
        (
            "status",
            "files",
            "encounters",
            "documents",
            "claims",
            "charged",
            "payments",
            "paid",
            "not loaded",
            "file notes",
        ),
        [
            (
                row["load_status"],
                count_text(row["file_count"]),
                count_text(row["encounter_count"]),
                count_text(row["document_count"]),
                count_text(row["claim_count"]),
                format_dollars(row["charge_amount"]),
                count_text(row["payment_count"]),
                format_dollars(row["paid_amount"]),
                count_text(row["rejected_count"]),
                count_text(row["note_count"]),
            )
            for row in report.by_status.iter_rows(named=True)
        ],
    )
    troubled = report.with_reasons.rows(named=True)
    for row in troubled[:_MOST_REASONS]:
        more = f" (and {row['rejected_count'] - 1:,} more)" if row["rejected_count"] > 1 else ""
        yield printable(f"  {row['shown_name']}: {row['first_reason']}{more}")
    if len(troubled) > _MOST_REASONS:
        yield f"  and {len(troubled) - _MOST_REASONS:,} more files; --json lists them all"
    if validate:
        yield ""
        yield _second_opinion(report.files)
    if dry_run:
        yield "Nothing was loaded: this was a dry run."


def _stray_lines(strays: pl.DataFrame) -> Screen:
    """Yield a line about documents whose folder may be no encounter."""
    if strays.height:
        first = strays.row(0, named=True)
        documents = counted(int(strays["document_count"].sum()), "document")
        yield printable(
            f"  {documents} without a visit: no chart, table or claim "
            f"names the encounter, as '{first['encounter_id']}' of {first['first_file_name']}."
        )


def _second_opinion(files: pl.DataFrame) -> Table:
    """Show beside what became of each X12 file what the strict validator says of it."""
    return Table(
        ("file", "auditlib", "pyx12", "errors", "first"),
        [
            (
                row["shown_name"],
                row["load_status"],
                row["strict_verdict"],
                count_text(row["strict_error_count"]),
                row["strict_first_error"] or "",
            )
            for row in files.iter_rows(named=True)
            if row["strict_verdict"] is not None
        ],
    )


@app.command(name="list")
def list_(*, session: InSession) -> Outcome:
    """List every file that was given to load, with its format, counts and status."""
    files = session.workbench().files.list()
    return Outcome(lambda: {"files": files.frame}, (files,))


@app.command(name="not-loaded")
def not_loaded(*, limit: int = 50, session: InSession) -> Outcome:
    """List the records that were not loaded, each with its place and the reason.

    Parameters
    ----------
    limit
        How many to list at most.
    """
    records = session.workbench().files.not_loaded()
    if records.frame.is_empty():
        screen: object = "Every record of every file was loaded."
    else:
        screen = records.top(limit)
    return Outcome(lambda: {"not_loaded": records.frame}, (screen,))


@app.command
def presets() -> Outcome:
    """List the published layouts of tables that are mapped by themselves, each with its source."""
    from auditlib.sources.tabular.proposal import preset_list

    layouts = preset_list()
    rows = [
        (row["preset"], row["layout"], row["version"], row["fills"]) for row in layouts.iter_rows(named=True)
    ]
    return Outcome(
        lambda: {"presets": layouts},
        (
            Table(("preset", "layout", "version", "fills"), rows),
            *(f"  {row['preset']}: {row['source']}" for row in layouts.iter_rows(named=True)),
        ),
    )


@app.command
def notes(*, session: InSession) -> Outcome:
    """List what disagrees with itself in the files and was loaded all the same."""
    file_notes = session.workbench().files.notes().frame
    return Outcome(lambda: {"notes": file_notes}, _notes_screen(file_notes))


def _notes_screen(file_notes: pl.DataFrame) -> Screen:
    if file_notes.is_empty():
        yield "  Nothing: counts, control numbers and trailers of all files agree."
        return
    yield Table(
        ("note", "segment", "expected", "found", "severity", "where"),
        [
            (
                row["note_kind"],
                row["segment"],
                row["expected"],
                row["found"],
                row["severity"],
                place_text(row),
            )
            for row in file_notes.iter_rows(named=True)
        ],
    )


def place_text(row: dict[str, object]) -> str:
    """Return the file and byte at which a row stands."""
    return f"{row['file_name']}, byte {row['source_offset']:,}"


@app.command
def acknowledgments(*, session: InSession) -> Outcome:
    """List the verdicts of 999, 997 and TA1 files, and what each is about."""
    answers = session.workbench().files.acknowledgments().frame
    rows = [
        (
            row["acknowledgment_level"],
            row["code"] or row["transaction_kind"],
            row["control_number"] or "",
            row["status_code"] or "none",
            " ".join(
                filter(None, (row["error_codes"], f"({row['error_count']})" if row["error_count"] else ""))
            ),
            ""
            if row["received_count"] is None
            else f"{row['accepted_count'] or 0:,} of {row['received_count']:,}",
            row["acknowledged_file_name"] or _candidates(row["candidate_count"]),
            place_text(row),
        )
        for row in answers.iter_rows(named=True)
    ]
    headings = ("of", "kind", "control number", "verdict", "errors", "accepted", "about", "where")
    return Outcome(lambda: {"acknowledgments": answers}, (Table(headings, rows),))


def _candidates(candidate_count: int) -> str:
    return f"one of {candidate_count:,} loaded" if candidate_count else "nothing that is loaded"


@app.command
def balances(
    rule: Annotated[str | None, Parameter(name="RULE")] = None, *, limit: int = 50, session: InSession
) -> Outcome:
    """Say whether claims, payments, lines and remittances add up, to the cent.

    Parameters
    ----------
    rule
        List what breaks it, as 'claim payment'.
    limit
        How many to list at most.
    """
    files = session.workbench().files
    if rule is not None:
        unbalanced = files.balances(rule).frame
        return Outcome(lambda: {"unbalanced": unbalanced}, _unbalanced_screen(unbalanced, limit))
    totals = files.balance_totals().frame
    return Outcome(
        lambda: {"totals": totals, "unbalanced": files.balances().frame}, (_balance_table(totals),)
    )


def _balance_table(totals: pl.DataFrame) -> Table:
    summed = totals.drop("source_file_id", "file_name").group_by("balance_rule").sum().sort("balance_rule")
    return Table(
        ("rule", "examined", "add up", "do not", "difference", "without offsets"),
        [
            (
                row["balance_rule"],
                count_text(row["eligible_count"]),
                count_text(row["balanced_count"]),
                count_text(row["unbalanced_count"]),
                format_dollars(row["difference_amount"]),
                format_dollars(row["gross_difference_amount"]),
            )
            for row in summed.iter_rows(named=True)
        ],
    )


def _unbalanced_screen(unbalanced: pl.DataFrame, limit: int) -> Screen:
    yield Table(
        ("account", "line", "from its parts", "stated", "difference", "where"),
        [
            (
                row["patient_control_number"] or "",
                "" if row["line_number"] is None else count_text(row["line_number"]),
                format_dollars(row["computed_amount"]),
                format_dollars(row["stated_amount"]),
                format_dollars(row["difference_amount"]),
                place_text(row),
            )
            for row in unbalanced.head(limit).iter_rows(named=True)
        ],
    )
    if unbalanced.height > limit:
        yield f"  and {unbalanced.height - limit:,} more; --limit or --json lists them"


@app.command
def segments(
    number: Annotated[str | None, Parameter(name="NUMBER")] = None,
    /,
    *,
    not_taken: Annotated[str | None, Parameter(name="--not-taken")] = None,
    session: InSession,
) -> Outcome:
    """Show the segments of a claim or payment, byte for byte from its file, or what of a file is not loaded.

    Parameters
    ----------
    number
        An account, claim_id or remit_claim_id.
    not_taken
        An X12 file, or the name of a loaded one: list its elements that are not loaded, and how often they
        occur.
    """
    if (number is None) == (not_taken is None):
        message = "Either the number of a claim or payment is needed, or --not-taken with a file."
        raise UsageError(message, hint="auditlib files segments NUMBER")
    if not_taken is not None:
        elements = session.workbench().files.not_taken(not_taken).frame
        return Outcome(lambda: {"not_taken": elements}, _not_taken_screen(elements))
    claims = session.workbench().files.segments(str(number))
    return Outcome(
        lambda: {"claims": [_claim_figures(claim) for claim in claims]},
        (line for claim in claims for line in _claim_lines(claim)),
    )


def _not_taken_screen(elements: pl.DataFrame) -> Screen:
    if elements.is_empty():
        yield "  Nothing: every element is loaded."
        return
    yield Table(
        ("element", "of", "transaction", "in", "under", "times", "first at byte"),
        [
            (
                row["element"],
                "*".join(part for part in (row["segment"], row["qualifier"]) if part),
                row["transaction_kind"],
                row["place"],
                row["entity"],
                count_text(row["occurrence_count"]),
                count_text(row["first_offset"]),
            )
            for row in elements.iter_rows(named=True)
        ],
    )


def _claim_lines(claim: ShownClaim) -> Iterator[str]:
    yield printable(f"{claim.kind.capitalize()} {claim.row_id}, {claim.file_path}")
    for passage in claim.passages:
        yield f"  {passage.part}, byte {passage.source_offset:,}"
        for segment in passage.segments:
            yield printable(f"    {segment.decode('utf-8', 'replace')}")


def _claim_figures(claim: ShownClaim) -> dict[str, object]:
    """Return a claim's passages; bytes are given one character each (Latin-1), so that none is lost."""
    passages = [
        {"part": one.part, "source_offset": one.source_offset, "text": one.data.decode("latin-1")}
        for one in claim.passages
    ]
    place = {"kind": claim.kind, "row_id": claim.row_id, "file_path": str(claim.file_path)}
    return {**place, "passages": passages}


@app.command
def dictionary(*, out: NewFile | None = None, session: InSession) -> Outcome:
    """Write the data dictionary: every core table and column, with meaning, unit and source.

    Parameters
    ----------
    out
        The file to write; by default it is printed.
    """
    del session
    from auditlib.schema.dictionary import dictionary_page

    page = dictionary_page()
    if out is None:
        return Outcome(lambda: {"dictionary": page}, (page.removesuffix("\n"),))
    out.write_text(page, encoding="utf-8")
    return Outcome(lambda: {"path": str(out)}, (f"Written to {out}.",))
