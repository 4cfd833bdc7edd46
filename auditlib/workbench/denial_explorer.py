"""The denial explorer on a workspace: its claims taken apart, its lists and samples written to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.measures.claim_waits import claim_waits, last_known_day
from auditlib.measures.denial_findings import answered_codes, findings_of
from auditlib.measures.denials import INITIAL_DENIAL_RATE, denial_rates
from auditlib.measures.denied_claim import denied_claim
from auditlib.measures.denied_lines import denied_lines
from auditlib.report.claim_list import write_claim_list
from auditlib.report.file_names import file_part
from auditlib.report.labels import named_rows
from auditlib.sampling.tickets import lowest_tickets
from auditlib.text import counted
from auditlib.warehouse import Warehouse
from auditlib.widgets.denial_explorer import ClaimParts, DenialExplorer
from auditlib.workbench.claim_work import WorkOnClaims
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.denials import Denials

SAMPLE_SIZE: Final = 30
FOLDER: Final = "denials"


def denial_explorer(context: Context, denials: Denials) -> DenialExplorer:
    """Return the explorer of the denied lines that are loaded now.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    denials
        Makes worklists, and enters what was done.
    """
    warehouse = context.warehouse
    with warehouse.kept_open():
        lines = denied_lines(warehouse)
        as_of = last_known_day(claim_waits(warehouse)) or context.now().date()
        codes = answered_codes(warehouse)
        answered = answered_claims(warehouse, lines)
    work = WorkOnClaims(context, denials, lines, as_of)
    return DenialExplorer(
        work.lines(),
        find=lambda: findings_of(lines, codes, seed=0),
        answered=answered,
        as_of=as_of,
        work=work,
        claim_parts=lambda claim_id: claim_parts(context, claim_id),
        write_worklist=lambda claims: write_worklist(
            context, claims, work.rows(claims["claim_id"].to_list())
        ),
        write_claims=lambda claims: write_claims(context, claims),
        draw_sample=lambda claims: draw_claims(context, claims),
        write_payer_page=lambda payer: write_payer_page(context, denials, payer),
    )


def answered_claims(warehouse: Warehouse, lines: pl.DataFrame) -> dict[str, int]:
    """Return how many claims each payer of denied lines answered, by the name that the lines have of it."""
    names = lines.select("payer_id", "payer_name").unique()
    rates = denial_rates(warehouse, by=("payer",)).filter(measure=INITIAL_DENIAL_RATE)
    counts = (
        rates.with_columns(pl.col("payer_id").fill_null("unknown"))
        .join(names, on="payer_id", suffix="_of_lines")
        .group_by("payer_name_of_lines")
        .agg(pl.col("denominator_count").sum())
    )
    return dict(counts.iter_rows())


def claim_parts(context: Context, claim_id: int) -> ClaimParts:
    """Return one claim with its tables, columns named as on all screens."""
    claim = denied_claim(context.warehouse, claim_id)
    tables = (
        ("Lines", claim.lines) if claim.lines.height else ("The claim as a whole", claim.answers),
        ("Adjustments", claim.adjustments),
        ("Remarks", claim.remarks),
        ("History", claim.history),
        ("Findings of our checks", claim.findings),
    )
    return ClaimParts(claim.encounter_id, [(title, named_rows(rows)) for title, rows in tables])


def write_worklist(context: Context, claims: pl.DataFrame, worklist: pl.DataFrame) -> str:
    """Write which of the claims there is work on, with deadlines, into the workspace's reports; say where.

    Raises
    ------
    UsageError
        If there is work on none of them.
    """
    rows = worklist.join(claims.select("claim_id"), on="claim_id", how="semi", maintain_order="left")
    if rows.is_empty():
        message = "There is nothing to work on: every selected claim is paid, or its work is closed."
        raise UsageError(message, hint="e writes the claims themselves.")
    path = _new_file(context, "worklist of denials", "xlsx")
    context.write_on_record("worklist of denials", path)
    write_claim_list(path, rows)
    rest = claims.height - rows.height
    left_out = f" {counted(rest, 'claim')} left out: paid, or closed." if rest else ""
    return f"{counted(rows.height, 'claim')} to work on, with deadlines, written to {path}.{left_out}"


def write_claims(context: Context, claims: pl.DataFrame) -> str:
    """Write the claims into the workspace's reports and say where."""
    path = _new_file(context, "denied claims", "csv")
    context.write_on_record("denied claims", path)
    write_claim_list(path, claims)
    return f"{counted(claims.height, 'claim')} written to {path}."


def draw_claims(context: Context, claims: pl.DataFrame) -> str:
    """Draw claims by ticket, write them into the workspace's reports and say how they were drawn."""
    seed = f"{context.now():%Y-%m-%d %H%M%S}"
    ids = claims["claim_id"].cast(pl.String)
    drawn = lowest_tickets(seed, ids).sort("ticket").head(SAMPLE_SIZE)
    path = _new_file(context, "sample of denied claims", "xlsx")
    context.write_on_record("sample of denied claims", path)
    write_claim_list(path, claims[drawn["row_number"].cast(pl.Int64) - 1])
    return (
        f"{drawn.height:,} of {claims.height:,} claims drawn by the lowest tickets of their ids, seed "
        f"'{seed}'; written to {path}. An estimate needs a universe that is frozen before: wb.samples.plan()."
    )


def write_payer_page(context: Context, denials: Denials, payer: str) -> str:
    """Write the page of a payer into the workspace's reports, as HTML and XLSX, and say where."""
    from auditlib.workbench.payer_page import page_of_payer  # noqa: PLC0415 - writers are slow to import

    page = page_of_payer(context, denials, payer)
    name = f"payer {file_part(payer)}"
    paths = [page.write(_new_file(context, name, ending)) for ending in ("html", "xlsx")]
    return f"Page of {payer} written to {paths[0]} and {paths[1].name}."


def _new_file(context: Context, name: str, ending: str) -> Path:
    folder = context.workspace.reports / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name} {context.now():%Y-%m-%d %H%M%S}.{ending}"
