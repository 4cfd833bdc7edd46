"""Load, fetch and compare releases of code sets in a workspace, and report their coverage."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.checks import all_checks
from auditlib.checks.lapsed_findings import let_findings_lapse
from auditlib.codesets.library.release_registry import (
    NEW_EVERY_OCTOBER,
    loaded_by_user,
    name_replacements,
    place,
)
from auditlib.codesets.readers.fetching import fetch_first
from auditlib.codesets.readers.fiscal_year import Stated, fiscal_year_of, october_of
from auditlib.codesets.readers.layouts import DocumentsOnlyError, ReadPath, read_published
from auditlib.codesets.readers.lists.denial_reasons import read_denial_reasons
from auditlib.codesets.readers.manifest import code_set_named, known_code_sets
from auditlib.embedded import embedded_folder
from auditlib.errors import BadInputError, UsageError
from auditlib.progress import Progress, SilentProgress
from auditlib.schema.ref import CODE, DENIAL_REASON, RELEASE
from auditlib.schema.ref_sets import CONTRACT_FEE
from auditlib.sources.find_files import collect_files
from auditlib.warehouse import Warehouse, Writer
from auditlib.warehouse.rebuild import rebuild
from auditlib.workspace.folder import Workspace
from auditlib.workspace.load_lock import only_loader

REPORT_SCHEMA: Final = {
    "file_name": pl.String(),
    "code_system": pl.String(),
    "release": pl.String(),
    "effective_from": pl.Date(),
    "effective_to": pl.Date(),
    "row_count": pl.Int64(),
    "load_status": pl.String(),
    "reason": pl.String(),
    "hint": pl.String(),
}
# What a reason means decides what is a denial, a contract what is paid too little: models read both.
_READ_AT_LOAD: Final = frozenset({DENIAL_REASON, CONTRACT_FEE})
_CHANGES_NOTHING: Final = frozenset({"already loaded", "agrees", "skipped", "refused"})


@dataclass(frozen=True, slots=True)
class CodeSetReport:
    """The result of loading code sets.

    Parameters
    ----------
    rows
        One row for each release, and for each file that was refused or skipped: ``REPORT_SCHEMA``.
    """

    rows: pl.DataFrame

    @property
    def refused(self) -> pl.DataFrame:
        """The files that were refused, each with its reason."""
        return self.rows.filter(pl.col("load_status") == "refused")

    @property
    def is_any_loaded(self) -> bool:
        """True if at least one file is loaded now, newly or from before."""
        return self.rows.filter(~pl.col("load_status").is_in(["refused", "skipped"])).height > 0


def load_code_sets(
    workspace: Workspace,
    paths: Iterable[Path],
    *,
    loaded_at: dt.datetime,
    stated: Stated | None = None,
    supersede: bool = False,
    progress: Progress | None = None,
) -> CodeSetReport:
    """Load publishers' files, ZIPs and folders of them, each file completely or not at all.

    Parameters
    ----------
    workspace
        The workspace.
    paths
        Files and folders.
    loaded_at
        The time of the load to record, in UTC, without time zone.
    stated
        What the user states because the files do not say it.
    supersede
        True if a file may replace a release with the same effective dates.
    progress
        Advanced for each file.

    Raises
    ------
    UsageError
        If a path does not exist.
    """
    files = collect_files(paths)
    progress = progress or SilentProgress()
    progress.start("Loading code sets", total=len(files))
    rows: dict[int, list[dict[str, object]]] = {}
    waiting: list[tuple[int, Path, ReadPath]] = []
    with only_loader(workspace):
        # Tables that an older version of auditlib did not make are added.
        warehouse = Warehouse.create(workspace.warehouse_path)

        def land(number: int, path: Path, read: ReadPath) -> None:
            try:
                rows[number] = _land(
                    workspace, warehouse, path, read, supersede=supersede, loaded_at=loaded_at
                )
            except BadInputError as error:
                rows[number] = [_refused(path, error)]
            progress.advance()

        for number, path in enumerate(files):
            try:
                read = read_published(path, stated)
            except DocumentsOnlyError as error:
                # Publishers' documents lie beside their files: among several they are no fault.
                is_beside = len(files) > 1
                rows[number] = [_skipped(path, error) if is_beside else _refused(path, error)]
                progress.advance()
                continue
            except BadInputError as error:
                rows[number] = [_refused(path, error)]
                progress.advance()
                continue
            if _is_proved_by_others(read):
                waiting.append((number, path, read))
            else:
                land(number, path, read)
        for number, path, read in sorted(waiting, key=lambda one: _place_in_time(one[2])):
            land(number, path, read)
        if any(row["load_status"] not in _CHANGES_NOTHING for part in rows.values() for row in part):
            with warehouse.writing() as writer:
                name_replacements(writer)
    return CodeSetReport(
        pl.DataFrame([row for number in sorted(rows) for row in rows[number]], schema=REPORT_SCHEMA)
    )


def _refused(path: Path, error: BadInputError) -> dict[str, object]:
    return {"file_name": path.name, "load_status": "refused", "reason": error.message, "hint": error.hint}


def _skipped(path: Path, error: BadInputError) -> dict[str, object]:
    return {"file_name": path.name, "load_status": "skipped", "reason": error.message}


def _is_proved_by_others(read: ReadPath) -> bool:
    """Return True for ICD-10 lists and addenda: each year's is compared with the others."""
    return bool(read.addenda) or any(
        release.code_system in NEW_EVERY_OCTOBER and CODE in release.frames for release in read.releases
    )


def _place_in_time(read: ReadPath) -> tuple[bool, dt.date, bool]:
    """Return a key by which years are loaded in their order, whole lists first and addenda alone last."""
    first = min((release.effective_from for release in read.releases), default=dt.date.max)
    return not read.releases, first, not any(release.is_complete for release in read.releases)


def _land(
    workspace: Workspace,
    warehouse: Warehouse,
    path: Path,
    read: ReadPath,
    *,
    supersede: bool,
    loaded_at: dt.datetime,
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    with warehouse.writing() as writer:
        for release in read.releases:
            status = place(writer, release, supersede=supersede, loaded_at=loaded_at)
            rows.append(
                {
                    "file_name": release.file_name,
                    "code_system": release.code_system,
                    "release": release.release,
                    "effective_from": release.effective_from,
                    "effective_to": release.effective_to,
                    "row_count": release.row_count,
                    "load_status": status,
                }
            )
        if not read.releases:
            rows += _compared(writer, read, path)
        if any(row["load_status"] not in _CHANGES_NOTHING for row in rows):
            let_findings_lapse(writer, writer.changed_tables)
            read_by_models = {
                table.full_name
                for release in read.releases
                for table in release.frames
                if table in _READ_AT_LOAD
            }
            _keep(workspace, path)
            if read_by_models:
                rebuild(writer, changed=read_by_models)
    passed: list[dict[str, object]] = [
        {"file_name": name, "load_status": "skipped", "reason": reason} for name, reason in read.passed_over
    ]
    return rows + passed


def _compared(writer: Writer, read: ReadPath, path: Path) -> list[dict[str, object]]:
    """Compare an addenda without its code list with the loaded releases; return report rows."""
    rows: list[dict[str, object]] = []
    known = writer.query("queries/codesets/registered_release")
    for addenda in read.addenda:
        problem: BadInputError | None = None
        years = addenda.days_after.fiscal_years
        for release, first in (
            known.filter(code_system=addenda.code_system).select("release", "effective_from").iter_rows()
        ):
            if years and fiscal_year_of(first) not in years:
                continue
            params = {"code_system": addenda.code_system, "release": release}
            codes = writer.query("queries/codesets/code_of_release", params).filter("is_billable")
            try:
                addenda.check(frozenset(codes["code"]), release)
            except BadInputError as error:
                problem = error
                continue
            agreement = {
                "code_system": addenda.code_system,
                "release": release,
                "load_status": "agrees",
            }
            reason = f"{len(addenda.added):,} additions and {len(addenda.deleted):,} deletions are in it"
            rows.append({"file_name": path.name, **agreement, "reason": reason})
        if not rows:
            message = (
                f"{path.name} is an addenda, and agrees with no loaded release of {addenda.code_system}."
            )
            hint = "Load the order file of its year; an addenda is only compared with it."
            raise BadInputError(message, hint=hint) from problem
    return rows


def _keep(workspace: Workspace, path: Path) -> None:
    """Copy the publisher's file into the workspace, named with the start of its hash."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    copy_path = workspace.releases / f"{digest[:12]}-{path.name}"
    if not copy_path.exists():
        workspace.releases.mkdir(exist_ok=True)
        shutil.copyfile(path, copy_path)


def code_set_status(workspace: Workspace) -> pl.DataFrame:
    """Return all known code sets, with loaded releases and how to get others."""
    releases = workspace.warehouse().query("queries/codesets/registered_release")
    rows = []
    for code_set in known_code_sets():
        mine = releases.filter(pl.col("code_system").is_in(code_set.loads))
        if code_set.how in {"embedded", "optional"}:
            mine = mine.filter(
                pl.col("file_name").is_in(code_set.files) & (pl.col("publisher") == code_set.publisher)
            )
        else:
            mine = loaded_by_user(mine)
        rows.append(
            {
                "id": code_set.id,
                "title": code_set.title,
                "publisher": code_set.publisher,
                "how": code_set.how,
                "extra": code_set.extra,
                "can_be_fetched": code_set.can_be_fetched,
                "release_count": mine.height,
                "releases": ", ".join(mine["release"].unique(maintain_order=True))
                or ("comes with the installation" if code_set.how == "embedded" else ""),
                "licence": code_set.licence,
                "page": code_set.page,
            }
        )
    return pl.DataFrame(rows)


def code_set_difference(
    workspace: Workspace, old: str, new: str, *, code_system: str | None = None
) -> pl.DataFrame:
    """Return the differences of two releases: code_system, change_kind, code, before, after, replacements.

    Parameters
    ----------
    workspace
        The workspace with both releases.
    old, new
        Names of the releases, or their start: FY2025.
    code_system
        One code system; by default every one that has both.

    Raises
    ------
    UsageError
        If no code system has both.
    """
    warehouse = workspace.warehouse()
    releases = warehouse.query("queries/codesets/registered_release")
    loaded = loaded_by_user(releases)
    systems = [code_system] if code_system else releases["code_system"].unique().sort().to_list()
    parts = []
    for system in systems:
        names = [_named(releases, loaded, system, name) for name in (old, new)]
        if None in names:
            continue
        codes = warehouse.query("queries/codesets/code_of_system", {"code_system": system})
        before, after = (codes.filter(pl.col("release") == name) for name in names)
        if before.height and after.height:
            parts.append(_difference(before, after).select(pl.lit(system).alias("code_system"), pl.all()))
    if not parts:
        message = f"No code set has codes of both {old} and {new}."
        raise UsageError(message, hint="'auditlib codesets list' shows the loaded releases.")
    replacements = warehouse.query("queries/codesets/replacement")
    return (
        pl.concat(parts)
        .join(replacements, on=["code_system", "code"], how="left")
        .with_columns(replacements=pl.when(pl.col("change_kind") == "deleted").then("replacements"))
        .sort("code_system", "change_kind", "code")
    )


def _named(releases: pl.DataFrame, loaded: pl.DataFrame, code_system: str, name: str) -> str | None:
    for frame in (loaded, releases):
        mine = frame.filter(pl.col("code_system") == code_system)["release"].to_list()
        matches = [one for one in mine if one == name] or [one for one in mine if one.startswith(f"{name} ")]
        if matches:
            return str(matches[0])
    return None


def _difference(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return the differences in billable codes; a code that became a header code counts as deleted."""
    columns = [name for name in CODE.column_names if name in {"code", "is_billable", "long_description"}]
    old, new = before.select(columns).unique("code"), after.select(columns).unique("code")
    both = old.join(new, on="code", how="full", suffix="_new", coalesce=True).with_columns(
        was=pl.col("is_billable").fill_null(value=False), now=pl.col("is_billable_new").fill_null(value=False)
    )
    kind = (
        pl.when(~pl.col("was") & pl.col("now"))
        .then(pl.lit("added"))
        .when(pl.col("was") & ~pl.col("now"))
        .then(pl.lit("deleted"))
        .when(pl.col("long_description").is_null())
        .then(pl.lit("heading added"))
        .when(pl.col("long_description_new").is_null())
        .then(pl.lit("heading deleted"))
        .when(pl.col("long_description") != pl.col("long_description_new"))
        .then(pl.lit("retitled"))
    )
    return both.select(
        change_kind=kind, code="code", before="long_description", after="long_description_new"
    ).filter(pl.col("change_kind").is_not_null())


def code_set_coverage(workspace: Workspace) -> pl.DataFrame:
    """Return, for each code set and month, how much the claims use it and how much is not checked.

    Returns
    -------
    DataFrame
        code_system, used_month (null if a claim has no date), item_count, not_checked_count, releases,
        check_ids (the checks that need the set), consequence in words.
    """
    used = workspace.warehouse().query("queries/codesets/coverage")
    checks = all_checks()
    systems = used["code_system"].unique()
    needing = {system: ", ".join(check.id for check in checks if system in check.needs) for system in systems}
    ids = pl.col("code_system").replace_strict(needing, default="", return_dtype=pl.String)
    whole = pl.col("not_checked_count") == pl.col("item_count")
    return used.with_columns(check_ids=ids).select(
        pl.exclude("can_only_confirm"),
        consequence=pl.when(pl.col("not_checked_count") == 0)
        .then(pl.lit("a release is effective for every item"))
        .when(pl.col("used_month").is_null())
        .then(pl.lit("not checked: the claims have no date"))
        .when("can_only_confirm")
        .then(pl.lit("not checked if the code is not in an old list, which can only confirm codes"))
        .when(whole)
        .then(pl.lit("not checked: no release is loaded for these days"))
        .otherwise(pl.lit("not checked in part: some days have no release")),
    )


def fetch_code_set(
    workspace: Workspace,
    name: str,
    year: int,
    *,
    loaded_at: dt.datetime,
    month: str | None = None,
    url: str | None = None,
    progress: Progress | None = None,
) -> CodeSetReport:
    """Download one release from its publisher and load it.

    Parameters
    ----------
    workspace
        The workspace.
    name
        Id of the code set in the manifest, or its start.
    year
        Fiscal or calendar year.
    loaded_at
        The time of the load to record, in UTC, without time zone.
    month
        Month of a quarterly release.
    url
        An address other than the publisher's usual one.
    progress
        Advanced for each kilobyte and file.

    Raises
    ------
    UsageError
        If the set is unknown or must be downloaded by hand; the hint says how.
    BadInputError
        If the download fails, or what was downloaded is not the file.
    """
    code_set = code_set_named(name)
    addresses = (url,) if url else code_set.addresses(year, month)
    downloads = workspace.releases / ".downloads"
    path = fetch_first(addresses, downloads, by_hand=code_set.by_hand(year, month), progress=progress)
    try:
        # The address is that of October's list; an update has one of its own.
        stated = Stated(asked_for=None if month else october_of(year))
        return load_code_sets(workspace, [path], loaded_at=loaded_at, stated=stated, progress=progress)
    finally:
        # A loaded file was copied to the releases; a refused one would be refused again.
        path.unlink(missing_ok=True)


def refresh_denial_reasons(writer: Writer, *, loaded_at: dt.datetime) -> None:
    """Put this version's list of denial reasons in the place of an earlier one's; a user's own list stays."""
    release = read_denial_reasons(embedded_folder("codesets"))
    system = pl.col("code_system") == release.code_system
    known = writer.query("queries/codesets/registered_release").filter(system)
    if known["sha256"].to_list() == [release.sha256]:
        return
    names = known.select("release")
    writer.remove(DENIAL_REASON, names)
    writer.remove(RELEASE, known.select("code_system", "release"))
    for table, frame in release.tables(loaded_at=loaded_at):
        writer.append(table, frame)
    let_findings_lapse(writer, {DENIAL_REASON.full_name})
    rebuild(writer, changed={DENIAL_REASON.full_name})
