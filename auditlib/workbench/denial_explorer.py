"""The denial explorer on a workspace: its claims taken apart, its lists and samples written to files."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.measures.denial_findings import denial_findings
from auditlib.measures.denied_claim import denied_claim
from auditlib.measures.denied_lines import denied_lines
from auditlib.report.claim_list import write_claim_list
from auditlib.report.labels import label_of
from auditlib.sampling.tickets import lowest_tickets
from auditlib.widgets.denial_explorer import ClaimParts, DenialExplorer
from auditlib.workbench.context import Context

SAMPLE_SIZE: Final = 30
FOLDER: Final = "denials"
_NOT_SHOWN: Final = (
    "remit_claim_id",
    "chain_id",
    "source_file_id",
    "source_offset",
    "claim_id",
    "finding_id",
)


def denial_explorer(context: Context) -> DenialExplorer:
    """Return the explorer of the denied lines that are loaded now."""
    warehouse = context.warehouse
    return DenialExplorer(
        denied_lines(warehouse),
        findings=denial_findings(warehouse),
        claim_parts=lambda claim_id: claim_parts(context, claim_id),
        write_list=lambda claims, ending: write_list(context, claims, ending),
        draw_sample=lambda claims: draw_claims(context, claims),
    )


def claim_parts(context: Context, claim_id: int) -> ClaimParts:
    """Return one claim with its tables, columns named as on all screens."""
    claim = denied_claim(context.warehouse, claim_id)
    tables = (
        ("Lines", claim.lines),
        ("Adjustments", claim.adjustments),
        ("Remarks", claim.remarks),
        ("History", claim.history),
        ("Findings of our checks", claim.findings),
    )
    return ClaimParts(claim.encounter_id, [(title, _named(rows)) for title, rows in tables])


def write_list(context: Context, claims: pl.DataFrame, ending: str) -> str:
    """Write the claims into the workspace's reports and say where."""
    path = context.workspace.reports / FOLDER / f"denied claims {context.now():%Y-%m-%d %H%M%S}.{ending}"
    write_claim_list(path, claims)
    return f"{claims.height:,} claims written to {path}."


def draw_claims(context: Context, claims: pl.DataFrame) -> str:
    """Draw claims by ticket, write them into the workspace's reports and say how they were drawn."""
    seed = f"{context.now():%Y-%m-%d %H%M%S}"
    ids = claims["claim_id"].cast(pl.String)
    drawn = lowest_tickets(seed, ids).sort("ticket").head(SAMPLE_SIZE)
    path = context.workspace.reports / FOLDER / f"sample of denied claims {seed}.xlsx"
    write_claim_list(path, claims[drawn["row_number"].cast(pl.Int64) - 1])
    return (
        f"{drawn.height:,} of {claims.height:,} claims drawn by the lowest tickets of their ids, seed "
        f"'{seed}'; written to {path}. An estimate needs a universe that is frozen before: wb.samples.plan()."
    )


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows without what only the warehouse needs, and without columns that hold nothing."""
    shown = [
        name
        for name in rows.columns
        if name not in _NOT_SHOWN and (rows.is_empty() or rows[name].null_count() < rows.height)
    ]
    # Two columns may have one label, as an identifier and its name.
    labels: dict[str, str] = {}
    for name in shown:
        label = label_of(name)
        labels[name] = label if label not in labels.values() else name.replace("_", " ")
    return rows.select(shown).rename(labels)
