"""The form of a code system's codes: stored form, display form, and what can be a code.

Each rule is written once for a single code and for a column. A form never determines the code system:
thousands of codes have the form of several systems.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from auditlib.errors import BadInputError


def normalise_code(code: str) -> str:
    """Return a code in stored form: upper-case, without dots and surrounding blanks.

    Examples
    --------
    >>> normalise_code(" e11.65 ")
    'E1165'
    """
    return code.replace(".", "").strip().upper()


def normalised(column: str) -> pl.Expr:
    """Return `normalise_code` as an expression over a column; an empty code becomes null."""
    stored = pl.col(column).str.replace_all(".", "", literal=True).str.strip_chars().str.to_uppercase()
    return pl.when(stored != "").then(stored).alias(column)


@dataclass(frozen=True, slots=True)
class CodeForm:
    """The form of the codes of one system.

    Parameters
    ----------
    code_system
        Name in `auditlib.codes.systems`.
    shape
        Regular expression of a stored code, without anchors.
    described
        The form in words, for messages.
    width
        Width to which all-digit codes are padded with the zeros that spreadsheets drop; or 0.
    dots
        Position of the dot: a regular expression for the start of the stored code, and the number of
        characters before the dot. The first match counts.

    Examples
    --------
    >>> from auditlib.codes import form_of
    >>> diagnosis = form_of("ICD-10-CM")
    >>> diagnosis.normalise(" e11.65 "), diagnosis.format("E1165"), diagnosis.has_shape("99213")
    ('E1165', 'E11.65', False)
    """

    code_system: str
    shape: str
    described: str
    width: int = 0
    dots: tuple[tuple[str, int], ...] = ()

    def normalise(self, text: str) -> str:
        """Return a code in stored form: upper-case, without dots and surrounding blanks, zeros restored."""
        stored = normalise_code(text)
        return stored.zfill(self.width) if stored.isascii() and stored.isdigit() else stored

    def normalised(self, column: str) -> pl.Expr:
        """Return `normalise` as an expression over a column; an empty code becomes null."""
        stored = normalised(column)
        if not self.width:
            return stored
        filled = stored.str.zfill(self.width)
        return pl.when(stored.str.contains(r"^[0-9]+$")).then(filled).otherwise(stored).alias(column)

    def has_shape(self, code: str) -> bool:
        """Return True if a stored code has the form of the system; whether it exists depends on the date."""
        return re.fullmatch(self.shape, code) is not None

    def shaped(self, column: str) -> pl.Expr:
        """Return `has_shape` as an expression over a column."""
        return pl.col(column).str.contains(rf"^(?:{self.shape})$").alias(column)

    def format(self, code: str) -> str:
        """Return the display form of a stored code, as E11.65."""
        for start, length in self.dots:
            if re.match(start, code):
                return f"{code[:length]}.{code[length:]}" if len(code) > length else code
        return code

    def formatted(self, column: str) -> pl.Expr:
        """Return `format` as an expression over a column."""
        stored = shown = pl.col(column)
        for start, length in reversed(self.dots):
            dotted = stored.str.slice(0, length) + "." + stored.str.slice(length)
            here = pl.when(stored.str.len_chars() > length).then(dotted).otherwise(stored)
            shown = pl.when(stored.str.contains(rf"^(?:{start})")).then(here).otherwise(shown)
        return shown.alias(column)

    def parse(self, text: str) -> Code:
        """Return the code in a text.

        Raises
        ------
        BadInputError
            If it cannot be a code of the system. The message does not repeat the text, which may be anything.
        """
        stored = self.normalise(text)
        if not self.has_shape(stored):
            message = f"The text cannot be a {self.code_system} code."
            raise BadInputError(message, hint=f"Expected {self.described}.")
        return Code(self.code_system, stored)


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """One code with its system.

    Parameters
    ----------
    code_system
        Name in `auditlib.codes.systems`; always stated, never guessed.
    code
        Stored form: upper-case, without dots.
    """

    code_system: str
    code: str
