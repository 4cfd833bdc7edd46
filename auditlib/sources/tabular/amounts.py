"""Amounts as people write them: which decimal mark a column has, and its cells with a decimal point."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

import polars as pl

DecimalMark = Literal["comma", "point", "ambiguous", "mixed"]

WIDEST: Final = pl.Decimal(38, 8)
"""Type that holds every amount of a table while it is calculated with."""

# A mark before one, two or four and more digits, after four digits or a zero, or after another mark, is a
# decimal mark; one that occurs twice groups thousands.
_PROOFS: Final[Mapping[str, str]] = {
    mark: rf"^-?(\d{{1,3}}({other}\d{{3}})+{own}\d+|\d*{own}(\d{{1,2}}|\d{{4,}})|(\d{{4,}}|0\d*){own}\d+"
    rf"|\d{{1,3}}({other}\d{{3}}){{2,}})$"
    for mark, own, other in (("comma", ",", r"\."), ("point", r"\.", ","))
}
_AMBIGUOUS: Final = r"^-?[1-9]\d{0,2}[.,]\d{3}$"
_BY_MARK: Final[Mapping[str, str]] = {
    "comma": r"^-?(\d{1,3}(\.\d{3})+|\d*)(,\d+)?$",
    "point": r"^-?(\d{1,3}(,\d{3})+|\d*)(\.\d+)?$",
}


def plain_cell(cell: pl.Expr) -> pl.Expr:
    """Return amounts without signs of dollars and blanks, and with a leading minus: (12.00) is -12.00."""
    return (
        cell.str.replace(r"(?i)^([-+(]?)\s*(US\s?\$|USD|\$)", "$1")
        .str.replace(r"(?i)(US\s?\$|USD|\$)(\)?-?)$", "$2")
        .str.replace_all(r"[$\s\u00a0\u202f]", "")
        # A minus sign or dash of a word processor; the apostrophe groups thousands in Switzerland.
        .str.replace_all("[\u2212\u2012\u2013]", "-")
        .str.replace_all(r"(\d)['\u2019](\d{3})", "$1$2")
        .str.replace(r"^\((.*)\)$", "-$1")
        .str.replace(r"^(.+)-$", "-$1")
        # A dash alone is zero in the number formats of accounting.
        .str.replace(r"^-$", "0")
        .str.replace(r"^\+", "")
    )


def decimal_mark(texts: pl.Series) -> DecimalMark | None:
    """Return the decimal mark that the amounts of a column prove; None if they are all whole numbers.

    ``ambiguous`` if a mark before three digits may be either, as in 1.110, and no other cell decides;
    ``mixed`` if some cells prove the comma and others the point.

    Examples
    --------
    >>> decimal_mark(pl.Series(["1.110,50", "80"])), decimal_mark(pl.Series(["1.110"]))
    ('comma', 'ambiguous')
    """
    cells = texts.drop_nulls().unique().to_frame("cell").select(plain_cell(pl.col("cell")))["cell"]
    proves: dict[str, bool] = {mark: bool(cells.str.contains(proof).any()) for mark, proof in _PROOFS.items()}
    if proves["comma"] and proves["point"]:
        return "mixed"
    if proves["comma"]:
        return "comma"
    if proves["point"]:
        return "point"
    return "ambiguous" if cells.str.contains(_AMBIGUOUS).any() else None


def is_ambiguous(cell: pl.Expr, mark: DecimalMark | None, *, is_money: bool) -> pl.Expr:
    """Return True for cells that may be an amount or its thousandfold, as 1.110 without another cell's proof.

    Without a proof 1,110 of money groups thousands, as dollars are written; of a quantity it may be 1.11.
    """
    if mark in {"comma", "point"}:
        return pl.lit(value=False)
    form = _AMBIGUOUS if mark == "mixed" or not is_money else _AMBIGUOUS.replace("[.,]", r"\.")
    return plain_cell(cell).str.contains(form)


def amount(cell: pl.Expr, factor: str | None = None, mark: DecimalMark | None = None) -> pl.Expr:
    """Return amounts with a decimal point and without formatting; what is none of that mark stays as it is.

    ``$1,234.50``, ``(12.00)`` and ``12.00-`` are 1234.50, -12.00 and -12.00; with a comma as the mark,
    ``1.234,50`` is 1234.50. Without a mark, or with several in a column, each cell has the one it proves.
    """
    plain = plain_cell(cell)
    with_comma = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    with_point = plain.str.replace_all(",", "", literal=True)
    if mark == "comma":
        # What does not fit the mark keeps its marks, and is rejected for its form.
        read = pl.when(plain.str.contains(_BY_MARK["comma"])).then(with_comma).otherwise(
            pl.concat_str(pl.lit("?"), plain)
        )  # fmt: skip
    else:
        fits_point = plain.str.contains(_BY_MARK["point"])
        is_comma = plain.str.contains(_PROOFS["comma"]) if mark != "point" else pl.lit(value=False)
        read = pl.when(is_comma).then(with_comma).when(fits_point).then(with_point).otherwise(plain)
    read = read.str.replace(r"^(-?)\.", "${1}0.").str.replace(r"(\.\d\d)0+$", "$1")
    if factor is None:
        return read
    return product(read, pl.lit(Decimal(factor), dtype=WIDEST))


def product(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Return the product of two amounts that are text or decimals, as text; null where one is no number."""
    value = one.cast(WIDEST, strict=False) * other.cast(WIDEST, strict=False)
    return value.cast(pl.String).str.replace(r"(\.\d\d\d*?)0+$", "$1")
