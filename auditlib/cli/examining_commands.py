"""The commands that examine files: notes, acknowledgments, balances, and segments as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlib.cli.output import count_text, print_json, print_table
from auditlib.text import seen, written_dollars
from auditlib.workbench import Workbench

if TYPE_CHECKING:
    import argparse

    import polars as pl

    from auditlib.workbench.examining import ShownClaim

_DONE = 0


def _where(row: dict[str, object]) -> str:
    return f"{row['file_name']}, byte {row['source_offset']:,}"


def notes(arguments: argparse.Namespace) -> int:
    """List what disagrees with itself in the files."""
    found = Workbench.open(arguments.workspace).file_notes()
    if arguments.json:
        print_json({"notes": found})
    elif found.is_empty():
        print("  Nothing: counts, control numbers and trailers of all files agree.")
    else:
        print_table(
            ("note", "segment", "expected", "found", "severity", "where"),
            [
                (
                    row["note_kind"],
                    row["segment"],
                    row["expected"],
                    row["found"],
                    row["severity"],
                    _where(row),
                )
                for row in found.iter_rows(named=True)
            ],
        )
    return _DONE


def acknowledgments(arguments: argparse.Namespace) -> int:
    """List the verdicts on what was sent."""
    found = Workbench.open(arguments.workspace).acknowledgments()
    if arguments.json:
        print_json({"acknowledgments": found})
        return _DONE
    print_table(
        ("of", "kind", "control number", "verdict", "errors", "accepted", "about", "where"),
        [
            (
                row["acknowledgment_level"],
                row["code"] or row["transaction_kind"],
                row["control_number"] or "",
                row["status_code"] or "none",
                " ".join(
                    filter(
                        None, (row["error_codes"], f"({row['error_count']})" if row["error_count"] else "")
                    )
                ),
                ""
                if row["received_count"] is None
                else f"{row['accepted_count'] or 0:,} of {row['received_count']:,}",
                row["acknowledged_file_name"] or _unknown(row["candidate_count"]),
                _where(row),
            )
            for row in found.iter_rows(named=True)
        ],
    )
    return _DONE


def _unknown(candidate_count: int) -> str:
    return f"one of {candidate_count:,} loaded" if candidate_count else "nothing that is loaded"


def balance(arguments: argparse.Namespace) -> int:
    """Say what adds up and what does not, or list what breaks one rule."""
    workbench = Workbench.open(arguments.workspace)
    if arguments.rule is not None:
        found = workbench.balances(arguments.rule)
        if arguments.json:
            print_json({"unbalanced": found})
        else:
            _print_unbalanced(found, arguments.limit)
        return _DONE
    totals = workbench.balance_totals()
    if arguments.json:
        print_json({"totals": totals, "unbalanced": workbench.balances()})
        return _DONE
    summed = totals.drop("source_file_id", "file_name").group_by("balance_rule").sum().sort("balance_rule")
    print_table(
        ("rule", "examined", "add up", "do not", "difference", "without offsets"),
        [
            (
                row["balance_rule"],
                count_text(row["eligible_count"]),
                count_text(row["balanced_count"]),
                count_text(row["unbalanced_count"]),
                written_dollars(row["difference_amount"]),
                written_dollars(row["gross_difference_amount"]),
            )
            for row in summed.iter_rows(named=True)
        ],
    )
    return _DONE


def _print_unbalanced(found: pl.DataFrame, limit: int) -> None:
    print_table(
        ("account", "line", "from its parts", "stated", "difference", "where"),
        [
            (
                row["patient_control_number"] or "",
                "" if row["line_number"] is None else count_text(row["line_number"]),
                written_dollars(row["computed_amount"]),
                written_dollars(row["stated_amount"]),
                written_dollars(row["difference_amount"]),
                _where(row),
            )
            for row in found.head(limit).iter_rows(named=True)
        ],
    )
    if found.height > limit:
        print(f"  and {found.height - limit:,} more; --limit or --json lists them")


def segments(arguments: argparse.Namespace) -> int:
    """Show the segments of the claims and payments of an account, or of the one with an id."""
    shown = Workbench.open(arguments.workspace).segments(arguments.number)
    if arguments.json:
        print_json({"claims": [_claim_content(claim) for claim in shown]})
        return _DONE
    for claim in shown:
        print(seen(f"{claim.kind.capitalize()} {claim.row_id}, {claim.file_path}"))
        for passage in claim.passages:
            print(f"  {passage.part}, byte {passage.source_offset:,}")
            for segment in passage.segments:
                print(seen(f"    {segment.decode('utf-8', 'replace')}"))
    return _DONE


def _claim_content(claim: ShownClaim) -> dict[str, object]:
    """Return a claim's passages; bytes are given one character each (Latin-1), so that none is lost."""
    passages = [
        {"part": one.part, "source_offset": one.source_offset, "text": one.data.decode("latin-1")}
        for one in claim.passages
    ]
    place = {"kind": claim.kind, "row_id": claim.row_id, "file_path": str(claim.file_path)}
    return {**place, "passages": passages}
