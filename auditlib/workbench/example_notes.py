"""Texts that a user wrote for the examples of letters: read, and refused if they repeat the record."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from auditlib.errors import BadInputError, UsageError

ExampleNotes = Mapping[int, str]
"""Number of an example, from 1, to the text that stands beside it."""

_SHARED_WORDS: Final = 5
_COLUMNS: Final = ("person", "example", "note")
_LONGEST_NOTE: Final = 1_000
_WORD: Final = re.compile(r"\w+")


def parse_example_note(text: str) -> tuple[int, str]:
    """Return the number and text of a note given as '1=Text'.

    Examples
    --------
    >>> parse_example_note("2=Look for the stage.")
    (2, 'Look for the stage.')

    Raises
    ------
    UsageError
        If it is not of that form.
    """
    number, sign, note = text.partition("=")
    if not sign or not number.strip().isdecimal() or int(number) < 1 or not note.strip():
        message = "An example note is not of the form NUMBER=TEXT."
        raise UsageError(message, hint="Write it as 1=TEXT, with the number of the example in the letter.")
    return int(number), note.strip()


def read_example_notes(path: Path) -> dict[str, dict[int, str]]:
    """Return the notes of a CSV file with the columns person, example and note, by person.

    Raises
    ------
    BadInputError
        If the file cannot be read, lacks a column, or has a row that is not right; the message names the row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if absent := [name for name in _COLUMNS if name not in (rows.fieldnames or ())]:
                message = f"{path.name} has no column '{absent[0]}'."
                raise BadInputError(message, hint=f"Its columns are {', '.join(_COLUMNS)}.")
            notes: dict[str, dict[int, str]] = {}
            for number, row in enumerate(rows, 2):
                person, example, note = ((row[name] or "").strip() for name in _COLUMNS)
                if not person or not example.isdecimal() or int(example) < 1 or not note:
                    message = f"{path.name}, row {number}: person, example or note is missing or not valid."
                    raise BadInputError(message, hint="Example is the number in the letter: 1, 2 or 3.")
                if int(example) in notes.setdefault(person, {}):
                    message = f"{path.name}, row {number}: there is a note for this example already."
                    raise BadInputError(message, hint="Give one note for each person and example.")
                notes[person][int(example)] = note
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        message = f"{path.name} cannot be read as a CSV file."
        raise BadInputError(message, hint="Save it as CSV in UTF-8.") from error
    return notes


def require_own_words(
    notes: ExampleNotes, *, count: int, record_texts: Iterable[str], ids: Sequence[str]
) -> None:
    """Refuse notes that repeat a comment or the record, name a chart or have no example.

    Parameters
    ----------
    notes
        The notes of one letter.
    count
        Examples of the letter.
    record_texts
        What reviewers wrote and quoted in the charts of this letter.
    ids
        Encounters, patients and the like, which a letter never names.

    Raises
    ------
    UsageError
        If a note has no example, is too long, repeats five words in a row of those texts, or a whole text, or
        holds one of the ids. The message repeats nothing of them.
    """
    sources = [_words(text) for text in record_texts]
    for number, note in sorted(notes.items()):
        if number > count:
            message = f"There is no example {number} in this letter."
            raise UsageError(message, hint=f"It has {count}.")
        if len(note) > _LONGEST_NOTE:
            message = f"The note on example {number} is longer than {_LONGEST_NOTE:,} characters."
            raise UsageError(message, hint="Write it shorter.")
        words = _words(note)
        if any(_repeats(words, source) for source in sources):
            message = f"The note on example {number} repeats a comment or the record."
            raise UsageError(
                message, hint="Write it in other words: a letter holds no comment and no quotation."
            )
        if any(name.casefold() in note.casefold() for name in ids if name):
            message = f"The note on example {number} names a chart or a patient."
            raise UsageError(message, hint="Leave it out; 'chart_numbers' gives a reference by number.")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _repeats(words: Sequence[str], source: Sequence[str]) -> bool:
    length = min(_SHARED_WORDS, len(source))
    if not length:
        return False
    runs = {tuple(source[start : start + length]) for start in range(len(source) - length + 1)}
    return any(tuple(words[start : start + length]) in runs for start in range(len(words) - length + 1))
