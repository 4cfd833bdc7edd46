"""Which words may stand for a stem: whole words, and letters by which others are found among many."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from auditlib.evidence.compounds import SPELLINGS, meanings_of_endings, meanings_of_roots
from auditlib.evidence.words import equal_stems, spelled_out

# Of a stem a word has at least so many letters: endings are cut from no less.
_STEM_LETTERS: Final = 4


class Forms(NamedTuple):
    """What may stand for a stem, in lower case.

    Parameters
    ----------
    words
        Whole words.
    letters
        Letters that all other words have that may stand for it, with a line end where such a word starts or
        ends.
    """

    words: frozenset[str]
    letters: frozenset[str]


@lru_cache(maxsize=4_096)
def forms_of(item: str) -> Forms:
    """Return what may stand for a stem.

    Examples
    --------
    >>> sorted(forms_of("kidn").words)
    ['aki', 'arf', 'ckd', 'esrd']
    >>> [letters.strip() for letters in sorted(forms_of("kidn").letters)]
    ['kidn', 'renal', 'nephr', 'pyelo', 'ren', 'renal']
    """
    starts = {f"\n{letters[:_STEM_LETTERS]}" for letters in spellings_of(item)}
    return Forms(_words().get(item, frozenset()), _letters().get(item, frozenset()) | starts)


def spellings_of(word: str) -> frozenset[str]:
    """Return a word in American letters with its British spellings.

    Examples
    --------
    >>> sorted(spellings_of("anemia"))
    ['anaemia', 'anemia']
    """
    return frozenset({word, *(word.replace(american, british) for british, american in SPELLINGS)})


@cache
def _words() -> dict[str, frozenset[str]]:
    return _by_stem(spelled_out())


@cache
def _letters() -> dict[str, frozenset[str]]:
    starts = ((f"\n{own}", (other,)) for own, other in equal_stems())
    ends = ((f"{ending}\n", stems) for ending, stems in meanings_of_endings())
    return _by_stem((*starts, *meanings_of_roots(), *ends))


def _by_stem(forms: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for form, stems in forms:
        for item in stems:
            found.setdefault(item, set()).add(form)
    return {item: frozenset(each) for item, each in found.items()}
