"""Blocks of commands, code and files in the documents, and commands and calls within their sentences."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "GLOSSARY.md", "data/README.md", "docs/**/*.md")
PROGRAMS = ("auditlib", "make", "git", "cd", "export", "pip", "uv", "python", ".venv/bin/python")

_BLOCK = re.compile(
    r"^(?P<fence>```+|~~~+)(?P<language>\w*)\n(?P<fenced>(?:.*\n)*?)(?P=fence)$"
    r"|(?<=\n\n)(?P<indented>(?: {4}.*\n)+)",
    flags=re.MULTILINE,
)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True)
class Block:
    """A block of a page: where it begins, what its fence says it is, and its text."""

    page: str
    line: int
    language: str
    text: str

    @property
    def first_line(self) -> str:
        """The line by which tables name the block."""
        return self.text.partition("\n")[0]

    def is_of_commands(self) -> bool:
        """Whether the block is typed into a terminal."""
        words = self.first_line.removeprefix("$ ").split()
        return self.language in {"", "sh", "bash", "console"} and (words[0] in PROGRAMS or words[0] == "#")

    def commands(self) -> list[list[str]]:
        """Return the words of each command, comments left out."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if any(line.startswith("$ ") for line in lines):
            # The others are what was printed.
            lines = [line for line in lines if line.startswith("$ ")]
        split = [shlex.split(line.removeprefix("$ "), comments=True) for line in lines]
        return [words for words in split if words]


@dataclass(frozen=True)
class Span:
    """A piece of code within a sentence."""

    page: str
    text: str


def pages() -> list[str]:
    """Return the documents, by their path from the root."""
    paths = sorted(path for pattern in PAGES for path in ROOT.glob(pattern))
    return [path.relative_to(ROOT).as_posix() for path in paths]


@cache
def _text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks() -> list[Block]:
    """Return every block of every page, in their order."""
    return [block for page in pages() for block in blocks_of(page)]


def blocks_of(page: str) -> Iterator[Block]:
    """Yield the blocks of one page."""
    text = _text(page)
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match["fence"]:
            yield Block(page, line, match["language"], match["fenced"])
        else:
            yield Block(page, line, "", re.sub(r"^ {4}", "", match["indented"], flags=re.MULTILINE))


@cache
def spans() -> tuple[Span, ...]:
    """Return what stands between single backticks on every page, each once a page."""
    found = (Span(page, text) for page in pages() for text in _SPAN.findall(_BLOCK.sub("", _text(page))))
    return tuple(dict.fromkeys(found))


def documented(page: str, begin: str) -> str:
    """Return the text of a page's first block that begins so."""
    return next(block.text for block in blocks_of(page) if block.text.startswith(begin))
