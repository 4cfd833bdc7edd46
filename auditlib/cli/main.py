"""Run one command and turn its errors into plain words and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from auditlib.cli.arguments import build_parser
from auditlib.errors import AuditError, StoreError

EXIT_DONE = 0
EXIT_DONE_WITH_REJECTS = 1
_DEFECT = 70
_INTERRUPTED = 130
_TRACEBACK_VARIABLE = "AUDITLIB_TRACEBACK"
# Two words that name one command: what follows the first is otherwise a workspace.
_TWO_WORD_COMMANDS = (("sample", "verify"), ("ledger", "verify"), ("ratstats", "verify"))

_HOMES = {
    "appraise": "appraisal_commands",
    "bound": "draw_commands",
    "code": "search_commands",
    "estimate": "appraisal_commands",
    "codesets": "codeset_commands",
    "dictionary": "load_commands",
    "load": "load_commands",
    "notes": "examining_commands",
    "segments": "examining_commands",
    "acknowledgments": "examining_commands",
    "balance": "examining_commands",
    "history": "following_commands",
    "positions": "following_commands",
    "export": "export_commands",
    "ratstats_verify": "ratstats_commands",
    "search": "search_commands",
    "sample": "draw_commands",
    "size": "sampling_commands",
    "spare": "draw_commands",
    "universe": "draw_commands",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    argv
        The words after the program's name; by default those of this process.

    Returns
    -------
    int
        0 done, 1 done with rejected records, 2 wrong use, 3 bad input, 4 store locked, damaged or out of
        reach, 70 a defect of ours, 130 stopped from the keyboard.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if tuple(words[:2]) in _TWO_WORD_COMMANDS:
        words[:2] = ["-".join(words[:2])]
    arguments = build_parser().parse_args(words)
    try:
        code = run(arguments)
        # What is still to be written may fail too, and not at the very end, where nobody catches it.
        sys.stdout.flush()
    except AuditError as error:
        print(f"auditlib: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("auditlib: stopped; what was not finished has left no trace.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough, as 'head' does; nothing more can be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"auditlib: {error.strerror or type(error).__name__}{where}.", file=sys.stderr)
        return StoreError.exit_code
    except Exception as error:  # noqa: BLE001 - a defect of ours must not look like a load with rejects
        print(f"auditlib: a defect of auditlib: {type(error).__name__}.", file=sys.stderr)
        if os.environ.get(_TRACEBACK_VARIABLE):
            traceback.print_exc()
        else:
            print(
                f"  Run it with {_TRACEBACK_VARIABLE}=1 to see where; then tell its developers.",
                file=sys.stderr,
            )
        return _DEFECT
    else:
        return code


def run(arguments: argparse.Namespace) -> int:
    """Run the parsed command."""
    name = arguments.command.replace("-", "_")
    # Help and wrong use need not load the workbench, and a claim is tested with the statistics alone.
    home = import_module(f"auditlib.cli.{_HOMES.get(name, 'commands')}")
    return int(getattr(home, name)(arguments))
