"""The names nearest to one that does not exist, for the message that says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditlib.errors import UsageError

_MOST_NAMED: Final = 5
_LEAST_SCORE: Final = 55


def nearest_names(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that resemble one, nearest first, or the first ones where none does.

    Examples
    --------
    >>> nearest_names("q11", ["spring", "q1", "q2"])
    ['q1', 'q2']
    """
    # Only a message that names the nearest ones pays for this import.
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415

    names = list(dict.fromkeys(known))
    scored = process.extract(
        name,
        names,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=_MOST_NAMED,
        score_cutoff=_LEAST_SCORE,
    )
    return [match for match, _, _ in scored] or names[:_MOST_NAMED]


def unknown_name(
    kind: str, name: str, known: Iterable[str], *, listed_by: str | None = None, made_by: str | None = None
) -> UsageError:
    """Return the error of a name that does not exist, with the nearest ones that do.

    Parameters
    ----------
    kind
        What it should name: 'audit', 'payer', 'code system'.
    name
        The name that was given.
    known
        The names that exist.
    listed_by
        The command that lists all of them.
    made_by
        The command that makes the first one.
    """
    names = list(dict.fromkeys(known))
    message = f"There is no {kind} '{name}'."
    if not names:
        first = "" if made_by is None else f" '{made_by}' makes one."
        return UsageError(message, hint=f"There is no {kind} at all yet.{first}")
    nearest = nearest_names(name, names)
    hint = f"{'All' if len(nearest) == len(names) else 'Nearest'}: {', '.join(nearest)}."
    if listed_by is not None and len(nearest) < len(names):
        hint += f" '{listed_by}' lists all {len(names):,}."
    return UsageError(message, hint=hint)
