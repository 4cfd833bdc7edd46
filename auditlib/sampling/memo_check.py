"""Proof of a memo: everything that it says, computed again from the manifest, and each difference named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from auditlib.sampling.differences import Difference
from auditlib.sampling.manifest import Manifest
from auditlib.sampling.memo import sampling_memo
from auditlib.version import __version__

# Numbers, dates, dollars, and whatever the memo puts between backquotes: seeds, hashes, file names.
_FIGURE: Final = re.compile(r"`[^`]*`|[A-Za-z0-9_.$/-]*\d(?:[A-Za-z0-9_.,:/-]*[A-Za-z0-9])?")
_WORD: Final = re.compile(r"\S+")
_HEADING: Final = re.compile(r"^#+ (.*)$", re.MULTILINE)
_MOST_WORDS: Final = 14


def memo_file_name(manifest: Manifest) -> str:
    """Return the name of the memo's file beside the manifest."""
    return f"{manifest.name}.memo.md"


def is_worded_alike(manifest: Manifest) -> bool:
    """Return True if this version words a memo as the one that wrote it."""
    return manifest.software_version == __version__


def compare_memo(content: bytes, manifest: Manifest) -> list[Difference]:
    """Return the differences of a memo from what its manifest says.

    Parameters
    ----------
    content
        The memo's bytes.
    manifest
        The manifest, itself proved by `auditlib.sampling.verify`.

    Notes
    -----
    A memo of the same version is compared word by word. Another version may word it otherwise: then its
    figures are compared, in their order: numbers, dates, dollars, seeds, hashes and ids.
    """
    name = memo_file_name(manifest)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return [Difference("memo edited", name, "The memo cannot be read as text in UTF-8.")]
    expected = sampling_memo(manifest)
    if text == expected:
        return []
    pattern = _WORD if is_worded_alike(manifest) else _FIGURE
    stated, right = pattern.findall(text), pattern.findall(expected)
    matcher = SequenceMatcher(a=right, b=stated, autojunk=False)
    differences = [
        Difference(
            "memo edited",
            _subject(expected, pattern, start),
            f"The memo says {_quoted(stated[place:place_end])} where manifest, frame and seed give "
            f"{_quoted(right[start:end])}.",
        )
        for kind, start, end, place, place_end in matcher.get_opcodes()
        if kind != "equal"
    ]
    if differences or not is_worded_alike(manifest):
        return differences
    return [
        Difference("memo rewritten", name, "The memo's words are the same; its spaces or line ends differ.")
    ]


def _subject(expected: str, pattern: re.Pattern[str], position: int) -> str:
    """Return the heading of the recomputed memo above its word or figure of that position."""
    place = next(
        (found.start() for number, found in enumerate(pattern.finditer(expected)) if number == position),
        len(expected),
    )
    headings: list[str] = _HEADING.findall(expected[: place + 1])
    return headings[-1]


def _quoted(words: Sequence[str]) -> str:
    if not words:
        return "nothing"
    shown = " ".join(words[:_MOST_WORDS])
    return f"'{shown}{' ...' if len(words) > _MOST_WORDS else ''}'"
