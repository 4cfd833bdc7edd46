"""Send verified codes to billing: show what would be written, or write it."""

from __future__ import annotations

import argparse

import polars as pl

from auditlib.billing.corrected_claims import AS_BILLED, READY, ClaimsOut
from auditlib.billing.export import Exported
from auditlib.cli.output import count_text, print_json, print_table
from auditlib.progress import shown
from auditlib.workbench import Workbench
from auditlib.workbench.summary import require_audit

DONE, DONE_WITH_REJECTS = 0, 1


def export(arguments: argparse.Namespace) -> int:
    """Write corrected claims, or show them where no path is named."""
    workbench = Workbench.open(arguments.workspace)
    audit = require_audit(workbench, arguments.audit)
    with shown(quiet=arguments.json) as progress:
        claims = workbench.claims_out(
            audit,
            purpose=arguments.purpose,
            settings=arguments.settings,
            encounter_ids=arguments.encounter,
            reviewer=arguments.reviewer,
            progress=progress,
        )
    exported = _write(workbench, claims, arguments) if arguments.out is not None else None
    if arguments.json:
        print_json(
            {
                "audit": audit,
                "purpose": claims.purpose,
                "claims": claims.frame,
                "ready_count": len(claims.ready),
                "missing_count": claims.missing_count,
                "settings_to_fill": claims.settings_to_fill,
                "paths": [str(path) for path in exported.paths] if exported else [],
                "control_number": exported.control_number if exported else None,
            }
        )
    else:
        _print_claims(claims, exported)
    return DONE_WITH_REJECTS if claims.missing_count else DONE


def _write(workbench: Workbench, claims: ClaimsOut, arguments: argparse.Namespace) -> Exported:
    if arguments.form == "csv":
        return workbench.export_csv(claims, arguments.out)
    return workbench.export_837(claims, arguments.out, control_number=arguments.control_number)


def _print_claims(claims: ClaimsOut, exported: Exported | None) -> None:
    """Print what each claim is, then what is still needed."""
    shown_rows = claims.frame.filter(pl.col("status") != AS_BILLED).to_dicts()
    print_table(
        ("encounter", "claim", "status", "charge", "changes"),
        [
            (
                row["encounter_id"],
                row["form"] or "",
                row["status"],
                "" if row["charge_amount"] is None else f"{row['charge_amount']:,}",
                row["changes"],
            )
            for row in shown_rows
        ],
    )
    as_billed_count = claims.frame.height - len(shown_rows)
    print(f"  {count_text(as_billed_count)} claims or encounters are verified as billed and not sent again.")
    for row in shown_rows:
        if row["missing"] or (row["notes"] and row["status"] == READY):
            print(f"  {row['encounter_id']}: {' '.join(filter(None, (row['missing'], row['notes'])))}")
    if claims.settings_to_fill:
        print("\nPut this into a file, fill it in, and give it by --settings:\n")
        print(claims.settings_to_fill)
    if exported is not None:
        names = ", ".join(str(path) for path in exported.paths)
        print(f"\nWritten: {names}; {count_text(len(claims.ready))} claims.")
    else:
        print(f"\n{count_text(len(claims.ready))} claims are ready. Name a file by --out to write them.")
