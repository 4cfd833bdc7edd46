"""Fields of a case pack's TOML files: each is of its kind, or the error says where, and what was expected."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from auditlib.errors import BadInputError, UsageError
from auditlib.text import is_plain

MOST_BYTES: Final = 500_000
_LONGEST_LINE: Final = 2_000
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Fields:
    """A table of a TOML file.

    Parameters
    ----------
    where
        File and table, for the words of an error.
    values
        The table.
    """

    where: str
    values: Mapping[str, Any]

    def only(self, *names: str) -> Fields:
        """Return the fields if they have no other names; a misspelt field must not be ignored."""
        unknown = sorted(self.values.keys() - set(names))
        if unknown:
            self.refuse(f"the field '{unknown[0][:40]}' is not known", f"Known are: {', '.join(names)}.")
        return self

    def refuse(self, what: str, expected: str) -> NoReturn:
        """Raise an error about this table."""
        message = f"{self.where}: {what}."
        raise BadInputError(message, hint=expected)

    def text(self, name: str, *, default: str | None = None, lines: bool = False) -> str:
        """Return one line of text, or several."""
        value = self._value(name, default)
        longest = MOST_BYTES if lines else _LONGEST_LINE
        if (
            not isinstance(value, str)
            or (not value.strip() and default is None)
            or len(value) > longest
            or not is_plain(value, allowed="\n\t" if lines else "")
        ):
            self.refuse(f"'{name}' is not text", f'Plain text in quotation marks, as {name} = "...".')
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of some words."""
        value = self._value(name, None)
        if value not in choices:
            self.refuse(f"'{name}' is not one of the words for it", f"Choose among: {', '.join(choices)}.")
        return str(value)

    def number(self, name: str, least: float, most: float, *, default: float | None = None) -> float:
        """Return a number within limits."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.refuse(f"'{name}' is not a number within its limits", f"From {least:g} to {most:g}.")
        return float(value)

    def flag(self, name: str) -> bool:
        """Return true or false; false where it is absent."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            self.refuse(f"'{name}' is neither true nor false", f"Write {name} = true, or leave it out.")
        return value

    def day(self, name: str) -> date:
        """Return a date."""
        return self._parsed(name, date.fromisoformat, "A date, as 2026-03-31.")

    def moment(self, name: str) -> datetime:
        """Return a date with its time."""
        return self._parsed(name, datetime.fromisoformat, "A date and time, as 2026-03-31T14:30:00.")

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; empty where it is absent."""
        values = self.values.get(name, [])
        if not isinstance(values, list) or not all(
            isinstance(each, str) and is_plain(each) for each in values
        ):
            self.refuse(f"'{name}' is not a list of texts", f'As {name} = ["one", "another"].')
        return tuple(values)

    def tables(self, name: str, most: int) -> Iterator[Fields]:
        """Yield the tables of a list; none where it is absent."""
        values = self.values.get(name, [])
        if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
            self.refuse(f"'{name}' is not a list of tables", f"Begin each with [[{name}]].")
        if len(values) > most:
            self.refuse(f"there are {len(values)} '{name}'", f"At most {most}.")
        for number, each in enumerate(values, start=1):
            yield Fields(f"{self.where}, {name} {number}", each)

    def _value(self, name: str, default: object) -> object:
        if name not in self.values and default is None:
            self.refuse(f"'{name}' is missing", f"Add a line {name} = ...")
        return self.values.get(name, default)

    def _parsed(self, name: str, parse: Callable[[str], _Value], expected: str) -> _Value:
        value = self._value(name, None)
        try:
            return parse(value if isinstance(value, str) else "")
        except ValueError:
            self.refuse(f"'{name}' is not of its form", expected)


def read_text(folder: Path, name: str, *, where: str, most_bytes: int = MOST_BYTES) -> str:
    """Return the text of a file directly in a folder of a pack.

    Raises
    ------
    BadInputError
        If the name leads elsewhere, or the file is absent, too large or no UTF-8 text.
    """
    path = folder / name
    # A pack comes from somebody else: what it names must lie in it.
    if Path(name).name != name or name in {"", ".", ".."} or "\\" in name or path.is_symlink():
        message = f"{where}: the file name '{name[:60]}' leads out of its folder."
        raise BadInputError(message, hint="Name a file that lies in the case's own folder, without a path.")
    if not path.is_file():
        message = f"{where}: there is no file {name}."
        raise BadInputError(message, hint=f"Put it into the folder {folder.name}, or take its entry out.")
    if path.stat().st_size > most_bytes:
        message = f"{where}: the file {name} is too large."
        raise BadInputError(message, hint=f"At most {most_bytes:,} bytes.")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{where}: the file {name} is no UTF-8 text."
        raise BadInputError(message, hint="Save it as UTF-8.") from error
    return text.replace("\r\n", "\n")


def read_fields(text: str, where: str) -> Fields:
    """Return the outermost table of a TOML text.

    Raises
    ------
    BadInputError
        If it is no TOML; the message has the line.
    """
    try:
        return Fields(where, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = str(error).rpartition("(")[2].rstrip(")") if "(" in str(error) else "somewhere"
        message = f"{where} is no TOML: {place}."
        raise BadInputError(
            message, hint="Texts stand in quotation marks, tables begin with [[name]]."
        ) from error


def usage_as_input(fields: Fields, work: Callable[[], _Value]) -> _Value:
    """Return what the work gives; a value that it refuses is one of the file."""
    try:
        return work()
    except UsageError as error:
        fields.refuse(error.message.rstrip("."), error.hint or "See docs/practice.md.")
