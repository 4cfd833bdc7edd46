"""What the commands that examine files take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlib.cli.parser_parts import add_command, add_json, add_workspace

if TYPE_CHECKING:
    from auditlib.cli.parser_parts import Commands


def add_examining_commands(commands: Commands) -> None:
    """Add `notes`, `acknowledgments`, `balance` and `segments`."""
    for name, what in (
        ("notes", "list what disagrees with itself in the files and was loaded all the same"),
        ("acknowledgments", "list the verdicts of 999, 997 and TA1 files, and what each is about"),
    ):
        parser = add_command(commands, name, what)
        add_workspace(parser)
        add_json(parser)
    balance = add_command(
        commands, "balance", "say whether claims, payments, lines and remittances add up, to the cent"
    )
    add_workspace(balance)
    balance.add_argument("rule", nargs="?", metavar="RULE", help="list what breaks it, as 'claim payment'")
    balance.add_argument("--limit", type=int, default=50, help="how many to list at most (default 50)")
    add_json(balance)
    segments = add_command(
        commands, "segments", "show the segments of a claim or payment, byte for byte from its file"
    )
    add_workspace(segments)
    segments.add_argument("number", metavar="NUMBER", help="an account, claim_id or remit_claim_id")
    add_json(segments)
