"""Whether two names are of one person: reviewers, adjudicators and coders are known by their names alone."""

from __future__ import annotations

from collections.abc import Iterable


def same_person(one: str, other: str) -> bool:
    """Return True if two names differ in case and blanks only.

    Examples
    --------
    >>> same_person("A. Stone", " a.  stone"), same_person("A. Stone", "B. Stone")
    (True, False)
    """
    return _plain(one) == _plain(other)


def is_one_of(name: str, names: Iterable[str]) -> bool:
    """Return True if a name is of one of several persons."""
    return _plain(name) in set(map(_plain, names))


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
