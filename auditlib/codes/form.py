"""The form of a code system's codes: how they are stored, shown, and told from what cannot be one.

Each rule stands once and serves a single code and a whole column alike. A form never says which system a code
is of: thousands of codes have the shape of several systems.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from auditlib.errors import BadInputError


def normalise_code(code: str) -> str:
    """Return a code as every system stores it: upper-case, without dots and surrounding blanks.

    Examples
    --------
    >>> normalise_code(" e11.65 ")
    'E1165'
    """
    return code.replace(".", "").strip().upper()


def normalised(column: str) -> pl.Expr:
    """Return the expression that does to a whole column what `normalise_code` does to one code.

    An empty code becomes null.
    """
    stored = pl.col(column).str.replace_all(".", "", literal=True).str.strip_chars().str.to_uppercase()
    return pl.when(stored != "").then(stored).alias(column)


@dataclass(frozen=True, slots=True)
class CodeForm:
    """How the codes of one system look.

    Parameters
    ----------
    code_system
        As `auditlib.codes.systems` names it.
    shape
        Regular expression of a stored code, without anchors.
    described
        The shape in words, for messages.
    width
        Digits to which a code of digits alone is filled up with the zeros that spreadsheets take away; or 0.
    dots
        Where a dot is shown: after how many characters, by the expression that a stored code begins with.
        The first that fits counts.

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
        """Return a code as it is stored: upper-case, without dots and surrounding blanks, zeros put back."""
        stored = normalise_code(text)
        return stored.zfill(self.width) if stored.isascii() and stored.isdigit() else stored

    def normalised(self, column: str) -> pl.Expr:
        """Return the expression that does to a column what `normalise` does to a code; empty becomes null."""
        stored = normalised(column)
        if not self.width:
            return stored
        filled = stored.str.zfill(self.width)
        return pl.when(stored.str.contains(r"^[0-9]+$")).then(filled).otherwise(stored).alias(column)

    def has_shape(self, code: str) -> bool:
        """Tell whether a stored code could be one of the system; whether it exists depends on the date."""
        return re.fullmatch(self.shape, code) is not None

    def shaped(self, column: str) -> pl.Expr:
        """Return the expression that tells of each code of a column whether it has the shape."""
        return pl.col(column).str.contains(rf"^(?:{self.shape})$").alias(column)

    def format(self, code: str) -> str:
        """Return a stored code as people write it."""
        for start, length in self.dots:
            if re.match(start, code):
                return f"{code[:length]}.{code[length:]}" if len(code) > length else code
        return code

    def formatted(self, column: str) -> pl.Expr:
        """Return the expression that does to a column what `format` does to one code."""
        stored = shown = pl.col(column)
        for start, length in reversed(self.dots):
            dotted = stored.str.slice(0, length) + "." + stored.str.slice(length)
            here = pl.when(stored.str.len_chars() > length).then(dotted).otherwise(stored)
            shown = pl.when(stored.str.contains(rf"^(?:{start})")).then(here).otherwise(shown)
        return shown.alias(column)

    def parse(self, text: str) -> Code:
        """Return the code that a text writes.

        Raises
        ------
        BadInputError
            If it cannot be a code of the system. The text is not repeated: it may hold anything.
        """
        stored = self.normalise(text)
        if not self.has_shape(stored):
            message = f"What was given cannot be a {self.code_system} code."
            raise BadInputError(message, hint=f"Expected {self.described}.")
        return Code(self.code_system, stored)


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """One code with its system.

    Parameters
    ----------
    code_system
        As `auditlib.codes.systems` names it; always said, never guessed.
    code
        As stored: upper-case, without dots.
    """

    code_system: str
    code: str
