"""A note beside an earlier one: which passages stand in both, and what the note says of its own."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

import polars as pl

from auditlib.checks.carried_text import SHINGLE_WORDS

_WORD: Final = re.compile(r"[^\W_]+")


def carried_passages(text: str, earlier_text: str) -> pl.DataFrame:
    """Return a note from its beginning to its end, in passages that an earlier note has and others.

    Parameters
    ----------
    text
        The note.
    earlier_text
        The note that it may have been carried over from.

    Returns
    -------
    polars.DataFrame
        One row a passage, in the order of the note: ``is_carried``, ``word_count``, ``this_note`` and
        ``earlier_note``, each as it is written there; the latter is null where the note has words of its own.

    Notes
    -----
    A passage is `SHINGLE_WORDS` words in a row or more, the same in whatever case and punctuation, as
    `auditlib.checks.carried_text.carried_text` counts them; where it is in the earlier note more than once,
    the place from which most words follow alike counts.
    """
    words, earlier = _words(text), _words(earlier_text)
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in range(len(earlier) - SHINGLE_WORDS + 1):
        places[_shingle(earlier, place)].append(place)
    rows: list[tuple[bool, int, str, str | None]] = []
    at = own_from = 0
    while at < len(words):
        alike, place = max(
            ((_alike(words, at, earlier, place), place) for place in places.get(_shingle(words, at), ())),
            key=lambda found: found[0],
            default=(0, 0),
        )
        if not alike:
            at += 1
            continue
        if at > own_from:
            rows.append((False, at - own_from, _between(text, words, own_from, at), None))
        carried = (
            _between(text, words, at, at + alike),
            _between(earlier_text, earlier, place, place + alike),
        )
        rows.append((True, alike, *carried))
        at = own_from = at + alike
    if at > own_from:
        rows.append((False, at - own_from, _between(text, words, own_from, at), None))
    schema = {"is_carried": pl.Boolean(), "word_count": pl.Int64(), "this_note": pl.String()}
    return pl.DataFrame(rows, schema={**schema, "earlier_note": pl.String()}, orient="row")


def _words(text: str) -> list[re.Match[str]]:
    return list(_WORD.finditer(text))


def _shingle(words: list[re.Match[str]], place: int) -> tuple[str, ...]:
    return tuple(word[0].lower() for word in words[place : place + SHINGLE_WORDS])


def _alike(words: list[re.Match[str]], at: int, earlier: list[re.Match[str]], place: int) -> int:
    """Return how many words are the same in both from these places on."""
    pairs = zip(words[at:], earlier[place:], strict=False)
    count = 0
    for word, other in pairs:
        if word[0].lower() != other[0].lower():
            break
        count += 1
    return count


def _between(text: str, words: list[re.Match[str]], first: int, after: int) -> str:
    """Return the text of words, with what stands between them and the signs that follow the last."""
    end = words[after].start() if after < len(words) else len(text)
    return text[words[first].start() : end].strip()
