"""The commands that follow claims: an account's history, and what the claims come to."""

from __future__ import annotations

import argparse

from auditlib.cli.output import count_text, print_json, print_table
from auditlib.text import written_date, written_dollars
from auditlib.workbench import Workbench

_DONE = 0


def history(arguments: argparse.Namespace) -> int:
    """Show what was sent and answered on an account."""
    found = Workbench.open(arguments.workspace).claim_history(arguments.number)
    if arguments.json:
        print_json({"events": found})
        return _DONE
    for (chain_id,), events in found.group_by("chain_id", maintain_order=True):
        print("Payments that answer no loaded claim:" if chain_id is None else f"Claim {chain_id}:")
        print_table(
            ("date", "event", "payer", "charge", "paid", "net paid", "adjustments", "where"),
            [
                (
                    "" if row["event_date"] is None else written_date(row["event_date"]),
                    row["event"],
                    row["payer_name"] or "",
                    written_dollars(row["charge_amount"]),
                    "" if row["paid_amount"] is None else written_dollars(row["paid_amount"]),
                    written_dollars(row["net_paid_amount"]),
                    row["adjustments"] or "",
                    f"{row['file_name']}, byte {row['source_offset']:,}",
                )
                for row in events.iter_rows(named=True)
            ],
        )
    return _DONE


def positions(arguments: argparse.Namespace) -> int:
    """Show what the claims come to, or list those in one position."""
    workbench = Workbench.open(arguments.workspace)
    if arguments.position is None:
        totals, methods = workbench.position_totals(), workbench.matching_methods()
        if arguments.json:
            print_json({"positions": totals, "payments": methods})
            return _DONE
        print_table(
            ("net position", "claims", "charged", "paid", "patient's share", "claims that do not balance"),
            [
                (
                    row["position"],
                    count_text(row["claim_count"]),
                    written_dollars(row["charge_amount"]),
                    written_dollars(row["paid_amount"]),
                    written_dollars(row["patient_responsibility_amount"]),
                    count_text(row["unbalanced_claim_count"]),
                )
                for row in totals.iter_rows(named=True)
            ],
        )
        print("Claim payments by how their claims were found:")
        print_table(
            ("how", "payments", "paid"),
            [
                (row["link_method"], count_text(row["payment_count"]), written_dollars(row["paid_amount"]))
                for row in methods.iter_rows(named=True)
            ],
        )
        return _DONE
    found = workbench.claim_positions(arguments.position)
    listed = found.head(arguments.limit)
    if arguments.json:
        print_json({"claim_count": found.height, "claims": listed})
        return _DONE
    print_table(
        ("account", "relation", "payer", "charged", "answered", "paid", "unbalanced"),
        [
            (
                row["patient_control_number"],
                row["relation"],
                row["payer_name"],
                written_dollars(row["charge_amount"]),
                written_dollars(row["adjudicated_amount"]),
                written_dollars(row["paid_amount"]),
                written_dollars(row["unbalanced_amount"]),
            )
            for row in listed.iter_rows(named=True)
        ],
    )
    if found.height > listed.height:
        print(f"  {count_text(found.height - listed.height)} more; --limit shows more.")
    return _DONE
