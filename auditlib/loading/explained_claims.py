"""A Claim and the ExplanationOfBenefit that names it are one claim: what the latter repeats is taken out."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from auditlib.loading.file_report import FileLoad
from auditlib.schema.core import CLAIM, CLAIM_DIAGNOSIS, CLAIM_LINE, CLAIM_PROCEDURE
from auditlib.warehouse import Writer, graph
from auditlib.warehouse.partial_build import run_touched
from auditlib.warehouse.touched import Touched

_NAMED = "core.named_claim"
_ADDRESSED = frozenset({"claim_address", "answered_address"})
_READ = frozenset(f"core.{name}" for name in _ADDRESSED)


def take_out_explained(
    writer: Writer, tables: Iterable[str], loads: list[FileLoad], touched: Touched | None
) -> None:
    """Delete the claims of ExplanationOfBenefit resources whose Claim is loaded; the answers stay.

    Parameters
    ----------
    writer
        The transaction, with the rows of the load.
    tables
        Names of the tables to which the load added rows.
    loads
        Its files, whose counts are lowered; ``source_file`` does not hold them yet.
    touched
        What the load touches, if only that is rebuilt.
    """
    if _ADDRESSED.isdisjoint(tables):
        return
    if touched is not None:
        run_touched(writer, changed=_READ, wanted={_NAMED})
    else:
        graph.run(writer, wanted={_NAMED})
    claims = writer.query("queries/loading/explained_claims")
    if claims.is_empty():
        return
    keys = claims.select("claim_id")
    lines = writer.query("queries/loading/lines_of_claims", frames={"asked": keys})
    for load in loads:
        removed = {"claim": claims, "claim_line": lines}
        load.discount(
            {
                name: frame.filter(pl.col("source_file_id") == load.source_file_id)
                for name, frame in removed.items()
            }
        )
    if touched is not None:
        touched.note_claims(keys)
    for table in (CLAIM, CLAIM_LINE, CLAIM_DIAGNOSIS, CLAIM_PROCEDURE):
        writer.remove(table, keys)
    files = claims["source_file_id"].unique().to_list()
    writer.run("statements/recount_explained_files", {"source_file_ids": files})
