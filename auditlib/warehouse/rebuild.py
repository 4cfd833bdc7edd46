"""Rebuild all rows of models: at once, or those of some files after those of others where memory is short."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl

from auditlib.progress import Progress, SilentProgress
from auditlib.warehouse import graph
from auditlib.warehouse.partial_build import rebuild_touched
from auditlib.warehouse.store import Writer
from auditlib.warehouse.touched import Touched, most_rows

_LAST_FILE_ID: Final = 2**63 - 1


def rebuild(
    writer: Writer,
    *,
    changed: Collection[str] | None = None,
    progress: Progress | None = None,
    step: str = "Deriving what follows",
) -> None:
    """Rebuild as `graph.run_but_for_checks` does, in less memory where there are many rows.

    Rows of more files than the memory holds are made one group of files after the other, each with all that
    hangs together with it. That takes longer, and makes the same rows. As what a transaction makes takes
    memory until it ends, all that it has done so far lands with the first group: call this last. A rebuild
    that was stopped leaves the models marked as unfinished: nothing reads or writes the warehouse until an
    upgrade has made them all.

    Parameters
    ----------
    writer, changed
        As `graph.run_but_for_checks` takes them.
    progress
        Advanced for each group of files.
    step
        How the step is called.
    """
    groups = _groups(writer.query("queries/loading/row_counts"), most_rows())
    chosen = graph.to_rebuild(writer, changed, graph.tables_but_for_checks())
    progress = progress or SilentProgress()
    if len(groups) == 1 or not chosen:
        progress.start(step, total=1)
        graph.run_but_for_checks(writer, changed=changed)
        graph.drop_unfinished(writer)
        progress.advance()
        return
    progress.start(step, total=len(groups))
    graph.empty_for_checks(writer, changed=changed)
    graph.mark_unfinished(writer, chosen)
    # What an earlier SELECT made is gone first, also of keys of which this one makes nothing.
    graph.forget(writer, chosen)
    for model in chosen:
        if not model.part:
            writer.clear(graph.contract(model.table))
    for first_file_id, last_file_id in groups:
        Touched(writer).note_files(first_file_id, last_file_id)
        rebuild_touched(writer, chosen)
        writer.land()
        progress.advance()
    graph.record_build(writer, chosen)
    graph.drop_unfinished(writer)


def _groups(row_counts: pl.DataFrame, most: int) -> list[tuple[int, int]]:
    """Return ranges of files that cover all: of as many rows as may be, and of one file at least."""
    before = pl.col("row_count").cum_sum() - pl.col("row_count")
    firsts = row_counts.group_by(before // most, maintain_order=True).agg(pl.col("source_file_id").min())
    begins = [0, *firsts["source_file_id"].to_list()[1:]]
    return list(zip(begins, [*(begin - 1 for begin in begins[1:]), _LAST_FILE_ID], strict=True))
