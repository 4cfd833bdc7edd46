"""Code pages: everything the loaded releases hold about one code, as text and as HTML."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditlib.codes import shown_code

_NOTE_HEADINGS: Final = {
    "inclusion term": "Inclusion terms",
    "includes": "Includes",
    "note": "Notes",
    "excludes1": "Excludes1: not coded here",
    "excludes2": "Excludes2: not included here, may be coded besides",
    "code first": "Code first",
    "use additional": "Use additional code",
    "code also": "Code also",
}


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code that a page refers to; description is None if no loaded release has it."""

    code_system: str
    code: str
    description: str | None
    is_billable: bool | None = None

    @property
    def shown(self) -> str:
        """The formatted code."""
        return shown_code(self.code_system, self.code)


@dataclass(frozen=True, slots=True)
class CodeVersion:
    """The code in one release."""

    release: str
    effective_from: dt.date
    effective_to: dt.date | None
    description: str
    is_billable: bool

    @property
    def days(self) -> str:
        """The effective dates in words."""
        if self.effective_to is None:
            return f"from {self.effective_from}"
        return f"{self.effective_from} to {self.effective_to}"


@dataclass(frozen=True, slots=True)
class CodeNote:
    """One instruction, and the code, section or chapter that has it."""

    kind: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A chapter of the book, or a section of it."""

    name: str
    title: str
    code_from: str
    code_to: str

    @property
    def shown(self) -> str:
        """The block's name, codes and title."""
        # A section is named for its codes; this block may span only one part of it.
        is_chapter = self.name.startswith("chapter ")
        codes = f" ({self.code_from}-{self.code_to})" if is_chapter else ""
        return f"{self.name}{codes} {self.title}"


@dataclass(frozen=True, slots=True)
class CodePage:
    """The loaded facts about one code.

    Parameters
    ----------
    code_system, code
        The code in stored form.
    date
        The day of the page, or None.
    status
        Status on that day: 'in force', 'not in force' or 'not checked' with the reason.
    version
        The version in force on that day, else the latest.
    versions
        The code in every release that has it, oldest first.
    blocks
        Chapter and sections of the book, the chapter first.
    ancestors
        The header codes above it, highest first.
    children
        The codes directly below.
    notes
        Instructions of the code, its ancestors, sections and chapter.
    seventh_place, seventh_characters
        The code that lists the seventh characters, and the characters with their meanings.
    predecessors, successors
        Codes used before and after it.
    lists
        Lists and classes with the code's entry: the class, 'yes', 'no' or 'not loaded'.
    axes
        Of a procedure code, the meaning of each character: axis, character and meaning.
    categories
        Categories of classifications: scheme, category and its title.
    """

    code_system: str
    code: str
    date: dt.date | None
    status: str
    version: CodeVersion
    versions: tuple[CodeVersion, ...]
    blocks: tuple[CodeBlock, ...]
    ancestors: tuple[CodeLine, ...]
    children: tuple[CodeLine, ...]
    notes: tuple[CodeNote, ...]
    seventh_place: str | None
    seventh_characters: tuple[tuple[str, str], ...]
    predecessors: tuple[CodeLine, ...]
    successors: tuple[CodeLine, ...]
    lists: tuple[tuple[str, str], ...]
    axes: tuple[tuple[str, str, str], ...] = ()
    categories: tuple[tuple[str, str, str | None], ...] = ()

    @property
    def title(self) -> str:
        """The formatted code and its description."""
        return f"{shown_code(self.code_system, self.code)} {self.version.description}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Pairs of label and value: system, billability, dates, status, lists."""
        billable = "billable" if self.version.is_billable else "header code, not billable"
        status = [] if self.date is None else [(f"On {self.date}", self.status)]
        return [
            ("Code system", self.code_system),
            ("Kind", billable),
            ("Valid", f"{self.version.days} ({self.version.release})"),
            *status,
            *self.lists,
        ]

    @property
    def sections(self) -> list[tuple[str, list[str]]]:
        """Section titles with their lines, without empty sections."""
        return [(heading, lines) for heading, lines in self._all_sections() if lines]

    def _all_sections(self) -> Iterator[tuple[str, list[str]]]:
        above = [block.shown[:1].upper() + block.shown[1:] for block in self.blocks]
        yield "Above it", above + [_line(heading) for heading in self.ancestors]
        for kind, heading in _NOTE_HEADINGS.items():
            yield heading, [self._note_line(note) for note in self.notes if note.kind == kind]
        place = "" if self.seventh_place is None else f" (listed at {self._shown(self.seventh_place)})"
        yield f"Seventh characters{place}", [f"{sign} {meaning}" for sign, meaning in self.seventh_characters]
        yield "Characters", [f"{axis}: {character} {label}" for axis, character, label in self.axes]
        yield (
            "Categories",
            [f"{scheme} {name} {title or ''}".rstrip() for scheme, name, title in self.categories],
        )
        yield "Below it", [_line(child) for child in self.children]
        yield "Used before it", [_line(other) for other in self.predecessors]
        yield "Replaced by", [_line(other) for other in self.successors]
        if len(self.versions) > 1:
            yield "Releases", [f"{held.release}, {held.days}: {held.description}" for held in self.versions]

    def _note_line(self, note: CodeNote) -> str:
        return note.text if note.place == self.code else f"{note.text} [at {self._shown(note.place)}]"

    def _shown(self, place: str) -> str:
        return place if "-" in place or " " in place else shown_code(self.code_system, place)

    def __repr__(self) -> str:
        lines = [self.title, *(f"  {label}: {value}" for label, value in self.facts)]
        for heading, items in self.sections:
            lines += [heading, *(f"  {item}" for item in items)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        facts = "".join(
            f"<tr><th scope='row' style='text-align:left;padding:1px 12px 1px 0'>{html.escape(label)}</th>"
            f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
            for label, value in self.facts
        )
        sections = "".join(
            f"<p style='margin:8px 0 2px'><b>{html.escape(heading)}</b></p><ul style='margin:0'>"
            + "".join(f"<li>{html.escape(item)}</li>" for item in items)
            + "</ul>"
            for heading, items in self.sections
        )
        return (
            f"<p style='font-size:15px;margin:4px 0'><b>{html.escape(self.title)}</b></p>"
            f"<table>{facts}</table>{sections}"
        )


def _line(line: CodeLine) -> str:
    return f"{line.shown} {line.description or '(in no loaded release)'}"
