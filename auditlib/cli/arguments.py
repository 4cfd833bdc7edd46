"""What the commands are called and what they take."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    # argparse gives its collection of commands no public name.
    _Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

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
    _check(commands)
    _sample(commands)
    _sample_verify(commands)
    _summary(commands)
    _report(commands)
    _ledger_verify(commands)
    _lab(commands)
    return parser


def _command(
    commands: _Commands, name: str, text: str, *, shown: str | None = None
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    if shown is not None:
        parser.prog = f"auditlib {shown}"
    return parser


def _workspace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", type=Path, metavar="WORKSPACE", help="the workspace's folder")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help="print the figures as JSON, without progress bars"
    )


def _demo(commands: _Commands) -> None:
    parser = _command(commands, "demo", "walk the whole way on the embedded data, in a new workspace")
    parser.add_argument("workspace", type=Path, nargs="?", default=Path("workspace"), metavar="WORKSPACE")
    _json(parser)


def _init(commands: _Commands) -> None:
    parser = _command(commands, "init", "make a workspace and load the embedded code sets")
    _workspace(parser)
    _json(parser)


def _load(commands: _Commands) -> None:
    parser = _command(commands, "load", "load 837 and 835 files, charts, documents and tables of encounters")
    _workspace(parser)
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files, or folders of files")
    _json(parser)


def _check(commands: _Commands) -> None:
    parser = _command(commands, "check", "run the coding checks on everything that is loaded")
    _workspace(parser)
    _json(parser)


def _sample(commands: _Commands) -> None:
    parser = _command(
        commands, "sample", "freeze a universe and draw a sample with a manifest ('sample verify' redraws it)"
    )
    _workspace(parser)
    parser.add_argument("--name", required=True, help="name of the audit; letters, digits, hyphens")
    parser.add_argument(
        "--seed", required=True, help="any text; the same seed on the same frame draws the same sample"
    )
    parser.add_argument("--count", type=int, required=True, help="how many units to draw")
    parser.add_argument(
        "--spares", type=int, default=0, help="how many spare units to draw after them (default 0)"
    )
    parser.add_argument("--unit", choices=("encounter", "claim"), default="encounter", help="sampling unit")
    parser.add_argument(
        "--stratify-by",
        choices=("encounter_class", "coder_id", "payer_id", "service_month"),
        help="draw from each stratum in proportion to its size",
    )
    parser.add_argument(
        "--from", dest="from_date", type=dt.date.fromisoformat, help="first date of service, YYYY-MM-DD"
    )
    parser.add_argument(
        "--to", dest="to_date", type=dt.date.fromisoformat, help="last date of service, YYYY-MM-DD"
    )
    parser.add_argument("--coder", dest="coder_id", help="only this coder's encounters")
    parser.add_argument("--payer", dest="payer_id", help="only this payer's")
    parser.add_argument("--class", dest="encounter_class", help="only this class of encounter")
    parser.add_argument("--size-basis", default="stated by the auditor", help="how the count was arrived at")
    _json(parser)


def _sample_verify(commands: _Commands) -> None:
    parser = _command(
        commands,
        "sample-verify",
        "draw a sample again from its manifest, offline, and compare",
        shown="sample verify",
    )
    parser.add_argument("manifest", type=Path, metavar="MANIFEST", help="the manifest's JSON file")
    _json(parser)


def _summary(commands: _Commands) -> None:
    parser = _command(commands, "summary", "show on one screen what is loaded, found, sampled and measured")
    _workspace(parser)
    parser.add_argument("--audit", help="name of the audit; by default the latest sample")
    _json(parser)


def _report(commands: _Commands) -> None:
    parser = _command(commands, "report", "write the report as one HTML file and one XLSX file")
    _workspace(parser)
    parser.add_argument("--audit", help="name of the audit; by default the latest sample")
    _json(parser)


def _ledger_verify(commands: _Commands) -> None:
    parser = _command(
        commands, "ledger-verify", "prove that no decision was altered or removed", shown="ledger verify"
    )
    _workspace(parser)
    _json(parser)


def _lab(commands: _Commands) -> None:
    parser = _command(commands, "lab", "open JupyterLab on a workspace's notebooks, on this machine only")
    _workspace(parser)
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"first port to try (default {DEFAULT_PORT})"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address instead of opening a browser"
    )
