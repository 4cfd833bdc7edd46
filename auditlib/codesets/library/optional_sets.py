"""Load the code sets of installed extras into a workspace, when it is created or on demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final

import polars as pl

from auditlib.checks.lapsed_findings import let_findings_lapse
from auditlib.codesets.library.load_code_sets import REPORT_SCHEMA, CodeSetReport
from auditlib.codesets.readers import optional
from auditlib.codesets.readers.manifest import code_set_named
from auditlib.codesets.readers.optional import OptionalSet, read_optional
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.errors import UsageError
from auditlib.progress import Progress, SilentProgress
from auditlib.schema.ref import CODE
from auditlib.warehouse import Warehouse, Writer
from auditlib.workspace.folder import Workspace
from auditlib.workspace.load_lock import only_loader

_OPEN: Final = dt.date(9999, 12, 31)


def add_optional(
    workspace: Workspace,
    *,
    loaded_at: dt.datetime,
    only: Collection[str] = (),
    progress: Progress | None = None,
) -> CodeSetReport:
    """Load all code sets of the installed extras that the workspace does not have, including older versions.

    Parameters
    ----------
    workspace
        The workspace.
    loaded_at
        The time of the load to record, in UTC, without time zone.
    only
        Only the sets of these ids; empty for all.
    progress
        Advanced for each set.

    Raises
    ------
    UsageError
        If no extra with code sets is installed.
    """
    sets = [one for one in optional.OPTIONAL_SETS if not only or one.id in only]
    if not any(one.folder for one in sets):
        message = "No extra with code sets is installed."
        extras = ",".join(dict.fromkeys(one.extra for one in sets))
        raise UsageError(message, hint=f"Install them: uv pip install 'auditlib[{extras}]'.")
    with only_loader(workspace):
        # Tables that an older version of auditlib did not make are added.
        warehouse = Warehouse.create(workspace.warehouse_path)
        with warehouse.writing() as writer:
            rows = append_optional(writer, sets, loaded_at=loaded_at, older_too=True, progress=progress)
            if any(row["load_status"] == "loaded" for row in rows):
                let_findings_lapse(writer, writer.changed_tables)
    return CodeSetReport(pl.DataFrame(rows, schema=REPORT_SCHEMA))


def append_optional(
    writer: Writer,
    sets: Sequence[OptionalSet] = (),
    *,
    loaded_at: dt.datetime,
    older_too: bool = False,
    progress: Progress | None = None,
) -> list[dict[str, object]]:
    """Load the code sets of the installed extras; return a row of ``REPORT_SCHEMA`` per release or package.

    A release is not loaded if an official one is effective on its dates.
    """
    progress = progress or SilentProgress()
    sets = sets or optional.OPTIONAL_SETS
    progress.start("Adding code sets of extras", total=len(sets))
    rows: list[dict[str, object]] = []
    for one in sets:
        if one.folder is None:
            reason = f"it comes with an extra: {code_set_named(one.id).installed_by}"
            rows.append({"file_name": one.package, "load_status": "skipped", "reason": reason})
        else:
            rows += _append(writer, one, loaded_at=loaded_at, older_too=older_too)
        progress.advance()
    return rows


def _append(
    writer: Writer, one: OptionalSet, *, loaded_at: dt.datetime, older_too: bool
) -> list[dict[str, object]]:
    code_set = code_set_named(one.id)
    known = writer.query("queries/codesets/registered_release")
    mine = known.filter(
        pl.col("file_name").is_in(code_set.files) & (pl.col("publisher") == code_set.publisher)
    )
    if mine.height == len(code_set.files):
        columns = [name for name in REPORT_SCHEMA if name in mine.columns]
        return mine.select(*columns, load_status=pl.lit("already loaded")).to_dicts()
    rows: list[dict[str, object]] = []
    for older in (False, True) if older_too else (False,):
        for release in read_optional(one, older=older):
            status = _status(known, release)
            if status == "loaded":
                for table, frame in release.tables(loaded_at=loaded_at):
                    writer.append(table, frame)
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
    return rows


def _status(known: pl.DataFrame, release: CodeSetRelease) -> str:
    mine = known.filter(pl.col("code_system") == release.code_system)
    if mine.filter(pl.col("release") == release.release).height:
        return "already loaded"
    last = release.effective_to or _OPEN
    rivals = mine.filter(
        (pl.col("publisher") != release.publisher)
        & (pl.col("effective_from") <= last)
        & (pl.col("effective_to").fill_null(_OPEN) >= release.effective_from)
    )
    if rivals.height and CODE in release.frames:
        return f"superseded by {rivals['release'][0]}"
    return "loaded"
