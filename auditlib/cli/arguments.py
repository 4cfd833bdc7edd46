"""What the commands are called and what they take."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.cli.codeset_arguments import add_codeset_commands
from auditlib.cli.examining_arguments import add_examining_commands
from auditlib.cli.export_arguments import add_export_commands
from auditlib.cli.following_arguments import add_following_commands
from auditlib.cli.parser_parts import add_command, add_json, add_workspace
from auditlib.cli.sampling_arguments import add_sampling_commands
from auditlib.cli.search_arguments import add_search_commands

if TYPE_CHECKING:
    from auditlib.cli.parser_parts import Commands

DEFAULT_PORT = 8888


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="auditlib",
        description="Audit medical coding: load claims and charts, check codes, sample, review, report.",
        epilog=(
            "Exit codes: 0 done, 1 done with rejected records, 2 wrong use, 3 bad input, "
            "4 store locked or damaged."
        ),
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _demo(commands)
    _init(commands)
    _load(commands)
    add_codeset_commands(commands)
    add_following_commands(commands)
    add_examining_commands(commands)
    _check(commands)
    add_search_commands(commands)
    add_sampling_commands(commands)
    add_export_commands(commands)
    _dictionary(commands)
    _summary(commands)
    _report(commands)
    _ledger_verify(commands)
    _lab(commands)
    return parser


def _demo(commands: Commands) -> None:
    parser = add_command(commands, "demo", "walk the whole way on the embedded data, in a new workspace")
    parser.add_argument("workspace", type=Path, nargs="?", default=Path("workspace"), metavar="WORKSPACE")
    add_json(parser)


def _init(commands: Commands) -> None:
    parser = add_command(commands, "init", "make a workspace and load the embedded code sets")
    add_workspace(parser)
    add_json(parser)


def _load(commands: Commands) -> None:
    parser = add_command(
        commands, "load", "load 837 and 835 files, charts, documents and tables (CSV, XLSX, Parquet)"
    )
    parser.add_argument("workspace", type=Path, nargs="?", metavar="WORKSPACE", help="the workspace's folder")
    parser.add_argument("paths", type=Path, nargs="*", metavar="PATH", help="files, or folders of files")
    parser.add_argument(
        "--mapping",
        type=Path,
        metavar="FILE",
        help="how the columns of tables fill the core tables (YAML; docs/loading.md)",
    )
    parser.add_argument(
        "--suggest-mapping",
        type=Path,
        metavar="PATH",
        help="print a proposal of such a file for this table, and load nothing",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="tell what would be loaded and set aside, and load nothing"
    )
    parser.add_argument(
        "--validate",
        action="store_true",
        help="also say what pyx12's strict validation makes of each X12 file",
    )
    add_json(parser)


def _dictionary(commands: Commands) -> None:
    parser = add_command(commands, "dictionary", "write the data dictionary: every core table and column")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to; by default to the screen")


def _check(commands: Commands) -> None:
    parser = add_command(commands, "check", "run the coding checks on everything that is loaded")
    add_workspace(parser)
    add_json(parser)


def _summary(commands: Commands) -> None:
    parser = add_command(
        commands, "summary", "show on one screen what is loaded, found, sampled and measured"
    )
    add_workspace(parser)
    parser.add_argument("--audit", help="name of the audit; by default the latest sample")
    add_json(parser)


def _report(commands: Commands) -> None:
    parser = add_command(commands, "report", "write the report as one HTML file and one XLSX file")
    add_workspace(parser)
    parser.add_argument("--audit", help="name of the audit; by default the latest sample")
    add_json(parser)


def _ledger_verify(commands: Commands) -> None:
    parser = add_command(
        commands,
        "ledger-verify",
        "prove that the chain of decisions is whole, and that nothing before an anchor was rewritten",
        shown="ledger verify",
    )
    add_workspace(parser)
    parser.add_argument(
        "--since",
        metavar="COUNT:HASH",
        help="an anchor printed by an earlier verify or in a report; those kept with reports are used anyway",
    )
    add_json(parser)


def _lab(commands: Commands) -> None:
    parser = add_command(commands, "lab", "open JupyterLab on a workspace's notebooks, on this machine only")
    add_workspace(parser)
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"first port to try (default {DEFAULT_PORT})"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address instead of opening a browser"
    )
