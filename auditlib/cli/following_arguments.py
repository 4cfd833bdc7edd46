"""What the commands that follow claims take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditlib.cli.parser_parts import add_command, add_json, add_workspace

if TYPE_CHECKING:
    from auditlib.cli.parser_parts import Commands


def add_following_commands(commands: Commands) -> None:
    """Add `history` and `positions`."""
    history = add_command(
        commands, "history", "show what was sent and answered on an account, in order, with the net payment"
    )
    add_workspace(history)
    history.add_argument("number", metavar="NUMBER", help="patient control number, or encounter")
    add_json(history)
    positions = add_command(
        commands,
        "positions",
        "show what the claims come to after reversals, and which payments found none",
    )
    add_workspace(positions)
    positions.add_argument(
        "position", nargs="?", metavar="POSITION", help="list the claims in it, as 'answered more than once'"
    )
    positions.add_argument("--limit", type=int, default=50, help="how many claims at most (default 50)")
    add_json(positions)
