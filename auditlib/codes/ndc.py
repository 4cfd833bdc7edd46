"""National drug codes: eleven digits in claims, written in three parts of 5, 4 and 2 digits."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from auditlib.codes.form import CodeForm
from auditlib.codes.systems import NDC

_PARTS: Final = (5, 4, 2)
_WRITTEN: Final = re.compile(r"([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})")
# The label has ten digits: one of the three parts is a digit shorter than in a claim.
_LEAST_DIGITS: Final = 10


class DrugCodeForm(CodeForm):
    """The form of a drug code; each part of a label's code is padded with zeros.

    Ten digits without hyphens stay as they are, since the short part is unknown.

    Examples
    --------
    >>> from auditlib.codes import form_of
    >>> drug = form_of("NDC")
    >>> drug.normalise("0777-3105-02"), drug.normalise("50242-040-62"), drug.normalise("60575-4112-1")
    ('00777310502', '50242004062', '60575411201')
    >>> drug.format("00777310502"), drug.has_shape(drug.normalise("0777310502"))
    ('00777-3105-02', False)
    """

    __slots__ = ()

    def normalise(self, text: str) -> str:
        """Return eleven digits, if the parts are known."""
        stored = text.strip()
        parts = _WRITTEN.fullmatch(stored)
        if parts is None or sum(map(len, parts.groups())) < _LEAST_DIGITS:
            return stored
        return "".join(part.zfill(width) for part, width in zip(parts.groups(), _PARTS, strict=True))

    def normalised(self, column: str) -> pl.Expr:
        """Return `normalise` as an expression over a column; an empty code becomes null."""
        stored = pl.col(column).str.strip_chars()
        whole = rf"^{_WRITTEN.pattern}$"
        joined = pl.concat_str(
            stored.str.extract(whole, number).str.zfill(width) for number, width in enumerate(_PARTS, start=1)
        )
        is_written = stored.str.contains(whole) & (
            stored.str.replace_all("-", "").str.len_chars() >= _LEAST_DIGITS
        )
        return pl.when(is_written).then(joined).when(stored != "").then(stored).alias(column)

    def format(self, code: str) -> str:
        """Return the code in its three parts."""
        return f"{code[:5]}-{code[5:9]}-{code[9:]}" if self.has_shape(code) else code

    def formatted(self, column: str) -> pl.Expr:
        """Return `format` as an expression over a column."""
        stored = pl.col(column)
        parts = [stored.str.slice(0, 5), stored.str.slice(5, 4), stored.str.slice(9)]
        shown = pl.concat_str(parts, separator="-")
        return pl.when(self.shaped(column)).then(shown).otherwise(stored).alias(column)


DRUG_FORM: Final = DrugCodeForm(NDC, r"[0-9]{11}", "eleven digits, or three parts as 0777-3105-02")
