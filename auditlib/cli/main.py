"""Run one command and turn its errors into plain words and exit codes."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditlib.cli.grammar import NOUNS, command_names, first_page
from auditlib.errors import AuditError, StoreError, UsageError
from auditlib.version import __version__

if TYPE_CHECKING:
    from cyclopts import CycloptsError
    from cyclopts.exceptions import UnknownOptionError

_DONE = 0
_DEFECT = 70
_INTERRUPTED = 130
_TRACEBACK_VARIABLE = "AUDITLIB_TRACEBACK"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    argv
        The words after the program's name; by default those of this process.

    Returns
    -------
    int
        0 done, 1 done with records that were not loaded, 2 wrong use, 3 bad input, 4 store locked, damaged or
        out of reach, 70 a defect of ours, 130 stopped from the keyboard.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        print_everything(stream)
    # Whatever is written is of patients: it is its owner's alone to read.
    before = os.umask(0o077)
    try:
        code = _run(words)
        # What is still to be written may fail too, and not at the very end, where nobody catches it.
        sys.stdout.flush()
    except AuditError as error:
        print(f"auditlib: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("auditlib: stopped; what was not finished has left no trace.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has read enough, as 'head' does; nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"auditlib: {error.strerror or type(error).__name__}{where}.", file=sys.stderr)
        return StoreError.exit_code
    except Exception as error:  # noqa: BLE001 - a defect of ours must not look like records not loaded
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
    finally:
        os.umask(before)


def print_everything(stream: object) -> None:
    """Let a stream take every character: names of people and places are in any script.

    Windows writes what is redirected in the code page of its country, in which most characters do not
    exist and in which nobody reads it: there it is UTF-8. A window that cannot show one shows its number.
    """
    if isinstance(stream, io.TextIOWrapper):
        encoding = stream.encoding if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _run(words: list[str]) -> int:
    # These need neither the parser nor a command.
    if words in (["--help"], ["-h"], []):
        print(first_page(), file=sys.stdout if words else sys.stderr)
        return _DONE if words else UsageError.exit_code
    if words == ["--version"]:
        print(f"auditlib {__version__}")
        return _DONE
    from cyclopts import CycloptsError

    from auditlib.cli.app import build_app

    app = build_app()
    try:
        return int(app.meta(words) or _DONE)
    except CycloptsError as error:
        raise _wrong_use(error) from error


def _wrong_use(error: CycloptsError) -> UsageError:
    """Return our error of a wrong use that the parser met."""
    from cyclopts.exceptions import UnknownCommandError, UnknownOptionError

    chain = [word for word in error.command_chain or () if not word.startswith("-")]
    page = " ".join(["auditlib", *chain, "--help"])
    if isinstance(error, UnknownCommandError) and error.unused_tokens:
        return _unknown_command(chain, error.unused_tokens[0], page)
    if isinstance(error, UnknownOptionError):
        return _unknown_option(error, page)
    error.verbose = False
    return UsageError(" ".join(str(error).split()), hint=f"'{page}' says what it takes.")


def _unknown_option(error: UnknownOptionError, page: str) -> UsageError:
    from auditlib.nearest import nearest_names

    typed = str(error.token.keyword or error.token.value)
    # A command gets its session by a parameter that nobody types.
    typeable = (one for one in error.argument_collection if one.parse)
    nearest = nearest_names(typed, [name for one in typeable for name in one.names if name.startswith("--")])
    named = f"Nearest: {', '.join(nearest)}. " if nearest else ""
    return UsageError(f"There is no option {typed}.", hint=f"{named}'{page}' says what it takes.")


def _unknown_command(chain: list[str], word: str, page: str) -> UsageError:
    from auditlib.nearest import nearest_names

    typed = " ".join([*chain, word])
    known = [f"{chain[0]} {verb}" for verb in NOUNS[chain[0]].verbs] if chain else [*NOUNS, *command_names()]
    nearest = ", ".join(f"auditlib {name}" for name in nearest_names(typed, known))
    return UsageError(f"There is no command '{typed}'.", hint=f"Nearest: {nearest}. '{page}' lists all.")
