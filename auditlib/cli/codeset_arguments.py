"""What the commands about code sets take."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.cli.parser_parts import add_command, add_json, add_workspace

if TYPE_CHECKING:
    from auditlib.cli.parser_parts import Commands


def add_codeset_commands(commands: Commands) -> None:
    """Add `codesets` with its actions."""
    parser = add_command(commands, "codesets", "list, load, compare and fetch releases of code sets")
    add_workspace(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, text: str) -> argparse.ArgumentParser:
        added = actions.add_parser(name, help=text, description=text)
        add_json(added)
        return added

    action("list", "show the releases that are loaded, and the days for which each speaks")
    action("status", "show every code set that is known, what is loaded of it and how to get it")
    action(
        "coverage", "show which days of the claims have which code sets, and what is therefore not checked"
    )
    load = action("load", "load publishers' files, ZIPs as published, or folders of them")
    load.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files, ZIPs, folders")
    load.add_argument(
        "--supersede",
        action="store_true",
        help="let a corrected file take the place of the release of its days",
    )
    load.add_argument(
        "--from", dest="from_date", type=dt.date.fromisoformat, help="first day of the release, YYYY-MM-DD"
    )
    load.add_argument("--to", dest="to_date", type=dt.date.fromisoformat, help="its last day")
    load.add_argument("--release", help="its name")
    load.add_argument("--setting", choices=("practitioner", "hospital"), help="of a file of edits")
    load.add_argument("--system", help="code system of a list of codes and titles")
    load.add_argument("--code-column", help="heading of its codes")
    load.add_argument("--title-column", help="heading of its titles")
    action("add-optional", "load what the installed extras bring, older versions included")
    diff = action("diff", "show what one release changed against another")
    diff.add_argument("old", metavar="OLD", help="release, as FY2025")
    diff.add_argument("new", metavar="NEW", help="release, as FY2026")
    diff.add_argument("--system", help="one code system; by default every one that has both")
    fetch = action("fetch", "download a release from its publisher and load it")
    fetch.add_argument("name", metavar="CODE_SET", help="id of 'status', or how it begins")
    fetch.add_argument("year", type=int, metavar="YEAR", help="fiscal or calendar year, as 2027")
    fetch.add_argument("--month", help="of a quarterly release: january, april, july or october")
    fetch.add_argument("--url", help="another address than the publisher's usual one")
