"""One document that is added to a chart by hand: read and written with its pages, all of it or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.loading.file_report import FileLoad, file_rows
from auditlib.loading.originals import append_original_rows
from auditlib.schema.core import DOCUMENT, ORIGINAL_TABLES, SOURCE_FILE
from auditlib.sources.batch import SourceBatch
from auditlib.sources.documents.chart_text import UnreadableError
from auditlib.sources.documents.document_frames import document_frames
from auditlib.sources.documents.loose_documents import LOOSE_DOCUMENT, attached_row
from auditlib.warehouse import Warehouse, Writer, graph
from auditlib.warehouse.partial_build import run_touched
from auditlib.warehouse.touched import Touched
from auditlib.workspace import Workspace
from auditlib.workspace.load_lock import only_loader

_READ: Final = "Text, RTF, DOCX, PDF, TIFF, PNG, JPEG, HTML or C-CDA, neither encrypted nor damaged."


def next_document_number(warehouse: Warehouse, encounter_id: str) -> int:
    """Return the number that the next document of a chart takes.

    Raises
    ------
    UsageError
        If the warehouse has no such encounter.
    """
    row = warehouse.query("queries/loading/next_document_number", {"encounter_id": encounter_id})
    if row.is_empty():
        message = f"There is no encounter {encounter_id} in this workspace."
        raise UsageError(message, hint="Load the file that holds it.")
    return int(row.item())


def read_attachment(
    path: Path, *, encounter_id: str, document_number: int, name: str, source_file_id: int = 0
) -> dict[str, pl.DataFrame]:
    """Return the rows of a document that is attached to a chart, by table.

    Parameters
    ----------
    path
        The file.
    encounter_id, document_number
        The chart, and its place there.
    name
        Name of the file as it was given, whose words are the title.
    source_file_id
        Number of the file in the workspace.

    Raises
    ------
    BadInputError
        If it cannot be read as a document.
    MissingExtraError
        If reading it needs the extra 'documents' and that is not installed.
    """
    try:
        row = attached_row(
            path,
            encounter_id=encounter_id,
            document_number=document_number,
            name=name,
            source_file_id=source_file_id,
        )
    except UnreadableError as error:
        message = f"The file cannot be attached: {error.reason}."
        raise BadInputError(message, hint=_READ) from error
    return document_frames([row])


def remove_attachment(workspace: Workspace, *, encounter_id: str, document_number: int, sha256: str) -> None:
    """Remove an attached document from the warehouse, with its pages unless another document has them.

    Nothing is removed if another file has that place by now, as after the warehouse was built anew.

    Parameters
    ----------
    workspace
        The workspace.
    encounter_id, document_number, sha256
        The document, and the hash of its file.
    """
    place = {"encounter_id": encounter_id, "document_number": document_number}
    with only_loader(workspace), workspace.warehouse().writing() as writer:
        held = writer.query("queries/loading/file_of_document", place)
        if held["sha256"].to_list() != [sha256]:
            return
        ids = held.select("original_id").drop_nulls()
        writer.remove(DOCUMENT, pl.DataFrame([place]))
        no_more = ids.join(writer.matching_keys(DOCUMENT, ids), on="original_id", how="anti")
        for table in ORIGINAL_TABLES:
            writer.remove(table, no_more)
        _rebuild_for(writer, encounter_id)


def write_attachment(
    workspace: Workspace,
    path: Path,
    *,
    encounter_id: str,
    document_number: int,
    name: str,
    loaded_at: dt.datetime,
) -> bool:
    """Write an attached document into the warehouse, unless it is there, and return whether it was written.

    What checks found stays as it is until they run again: reviewers are in the midst of their charts.

    Parameters
    ----------
    workspace
        The workspace.
    path, encounter_id, document_number, name
        As for `read_attachment`.
    loaded_at
        When, in UTC, without time zone.

    Raises
    ------
    UsageError
        If another document has that number by now.
    """
    data = path.read_bytes()
    load = FileLoad(path, name, 0, hashlib.sha256(data).hexdigest(), len(data))
    with only_loader(workspace):
        warehouse = workspace.warehouse()
        place = {"encounter_id": encounter_id, "document_number": document_number}
        held = warehouse.query("queries/loading/file_of_document", place)
        if held.height:
            if held["sha256"].item() == load.sha256:
                return False
            message = f"Document {document_number} of {encounter_id} is another one by now."
            raise UsageError(
                message, hint="Documents were loaded anew in another order: load this file as one of them."
            )
        load.source_file_id = int(warehouse.query("queries/loading/next_source_file_id").item())
        frames = read_attachment(
            path,
            encounter_id=encounter_id,
            document_number=document_number,
            name=name,
            source_file_id=load.source_file_id,
        )
        load.count(SourceBatch(LOOSE_DOCUMENT, 1, frames))
        file_row = file_rows([load]).with_columns(loaded_at=pl.lit(loaded_at))
        with warehouse.writing() as writer:
            writer.append(DOCUMENT, frames[DOCUMENT.name])
            for table in ORIGINAL_TABLES:
                if table.name in frames:
                    append_original_rows(writer, table, frames[table.name])
            writer.append(SOURCE_FILE, file_row.select(SOURCE_FILE.column_names))
            _rebuild_for(writer, encounter_id)
    return True


def _rebuild_for(writer: Writer, encounter_id: str) -> None:
    """Rebuild what follows from the documents of an encounter, or leave it to a rebuild that is due."""
    Touched(writer).note_encounters(pl.Series([encounter_id]))
    if graph.is_up_to_date(writer):
        run_touched(writer, changed={DOCUMENT.full_name})
    else:
        graph.leave_to_next_rebuild(writer, changed={DOCUMENT.full_name})
