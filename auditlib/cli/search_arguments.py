"""What the commands on code sets take: search, and a code's page."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING

from auditlib.cli.parser_parts import add_command, add_json, add_workspace

if TYPE_CHECKING:
    from auditlib.cli.parser_parts import Commands


def add_search_commands(commands: Commands) -> None:
    """Add `search` and `code`."""
    search = add_command(
        commands, "search", "find codes by their start or by words, misspelled or abbreviated too"
    )
    add_workspace(search)
    search.add_argument("words", nargs="+", metavar="WORD", help="a code, its start, or words in any order")
    _date_and_system(search)
    search.add_argument("--billable", action="store_true", help="leave headings out")
    search.add_argument("--limit", type=int, default=20, help="how many codes at most (default 20)")
    add_json(search)
    code = add_command(commands, "code", "show a code's page: title, tree, notes, days, replacements")
    add_workspace(code)
    code.add_argument("code", metavar="CODE", help="with or without its dot")
    _date_and_system(code)
    add_json(code)


def _date_and_system(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--date", type=dt.date.fromisoformat, help="as in force on this day, YYYY-MM-DD")
    parser.add_argument("--system", dest="code_system", help="only this code system, as ICD-10-CM")
