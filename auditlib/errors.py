"""The errors a person can meet: what is wrong, where, what was expected, what to do.

Messages never carry patient values; they name files, records, positions, columns and codes.
"""

from __future__ import annotations

from typing import ClassVar


class AuditError(Exception):
    """Base of every error that auditlib raises on purpose.

    Parameters
    ----------
    message
        What is wrong and where, in one sentence.
    hint
        What was expected or what to do next; shown on its own line.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Let an error come back from another machine, whatever its class is made from."""
        return _remade, (type(self), self.message, self.hint)

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n  {self.hint}"

    def _render_traceback_(self) -> list[str]:
        """Say in a notebook what is wrong and what to do, without the lines of our own code."""
        return str(self).splitlines()


def _remade(kind: type[AuditError], message: str, hint: str | None) -> AuditError:
    error = kind.__new__(kind, message)
    AuditError.__init__(error, message, hint=hint)
    return error


class UsageError(AuditError):
    """A command, argument or call that cannot be carried out as given."""

    exit_code = 2


class BadInputError(AuditError):
    """A file or value that does not hold what it should."""

    exit_code = 3


class MissingExtraError(BadInputError):
    """Something that only an optional extra can do, and the extra is not installed.

    Parameters
    ----------
    purpose
        What was to be done, as the start of a sentence: 'Reading a PDF'.
    extra
        Name of the extra.
    otherwise
        What does without it, as the end of a sentence: 'or ask for HTML'.
    """

    def __init__(self, purpose: str, extra: str, *, otherwise: str = "") -> None:
        message = f"{purpose} needs the optional extra '{extra}', which is not installed."
        install = f"Install it with: pip install 'auditlib[{extra}]'"
        super().__init__(message, hint=f"{install}; {otherwise}" if otherwise else install)


class StoreError(AuditError):
    """A store (warehouse, ledger, workspace) that is locked, damaged or of another version."""

    exit_code = 4


class StoreLockedError(StoreError):
    """Another process holds the store and did not let go in time."""


class LedgerBrokenError(StoreError):
    """The hash chain of the ledger does not verify."""


class LedgerMovedOnError(StoreError):
    """Someone recorded an event since the caller last looked; nothing was recorded."""
