"""What the parsers of all commands share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    # argparse gives its collection of commands no public name.
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001


def add_command(
    commands: Commands, name: str, text: str, *, shown: str | None = None
) -> argparse.ArgumentParser:
    """Add a command; `shown` is how its name is written where that is two words."""
    parser = commands.add_parser(name, help=text, description=text)
    if shown is not None:
        parser.prog = f"auditlib {shown}"
    return parser


def add_workspace(parser: argparse.ArgumentParser) -> None:
    """Add the folder that the command works on."""
    parser.add_argument("workspace", type=Path, metavar="WORKSPACE", help="the workspace's folder")


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the choice of JSON."""
    parser.add_argument(
        "--json", action="store_true", help="print the figures as JSON, without progress bars"
    )
