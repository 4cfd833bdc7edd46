"""What the command that sends verified codes to billing takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.cli.parser_parts import add_command, add_json, add_workspace

if TYPE_CHECKING:
    from auditlib.cli.parser_parts import Commands


def add_export_commands(commands: Commands) -> None:
    """Add ``export``."""
    parser = add_command(
        commands, "export", "write the claims that a review corrected as an 837 file or as CSV, for billing"
    )
    add_workspace(parser)
    parser.add_argument("--audit", help="name of the audit; by default the latest sample")
    parser.add_argument("--form", choices=("837", "csv"), default="837", help="what to write (default 837)")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="PATH",
        help="a new 837 file, or a folder for the four CSV files; left out: only show what would be written",
    )
    parser.add_argument(
        "--purpose",
        choices=("replacement", "original", "void"),
        default="replacement",
        help="replace the claims that the payer has (default), send for the first time, or void",
    )
    parser.add_argument(
        "--encounter", action="append", metavar="ID", help="only this encounter; may be given several times"
    )
    parser.add_argument(
        "--settings", type=Path, metavar="TOML", help="charges, dates, numbers and parties that no file holds"
    )
    parser.add_argument("--reviewer", help="whose verdicts count where several reviewers differ")
    parser.add_argument(
        "--control-number", type=int, metavar="N", help="of the interchange; by default the next one"
    )
    add_json(parser)
