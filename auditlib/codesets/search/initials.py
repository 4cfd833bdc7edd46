"""Abbreviations that nobody listed: the initials of a title or an inclusion term."""

from __future__ import annotations

from typing import Final

import polars as pl

_FEWEST: Final = 3
_MOST: Final = 6
_MOST_PHRASES: Final = 3
_SMALL: Final = ("a", "an", "and", "by", "due", "for", "in", "of", "on", "or", "the", "to", "with", "without")
_IN_PARENTHESES: Final = r"[(\[][^)\]]*[)\]]"


def initialisms(texts: pl.Series) -> dict[str, tuple[str, ...]]:
    """Return, for the initials of short texts, the texts that they stand for, the shortest first.

    Parameters
    ----------
    texts
        Titles and inclusion terms. What stands in parentheses and small words give no initial.

    Examples
    --------
    >>> initialisms(pl.Series(["Immune thrombocytopenic purpura", "Fever"]))
    {'itp': ('immune thrombocytopenic purpura',)}
    """
    plain = texts.str.to_lowercase().str.replace_all(_IN_PARENTHESES, " ").unique()
    words = pl.element()
    found = (
        pl.DataFrame({"words": plain.str.extract_all("[a-z]+")})
        .with_columns(pl.col("words").list.eval(words.filter(~words.is_in(list(_SMALL)))))
        .filter(pl.col("words").list.len().is_between(_FEWEST, _MOST))
        .select(
            initials=pl.col("words").list.eval(words.str.slice(0, 1)).list.join(""),
            phrase=pl.col("words").list.join(" "),
        )
        .unique()
        .sort(pl.col("phrase").str.len_chars(), "phrase")
        .group_by("initials", maintain_order=True)
        .agg(pl.col("phrase").head(_MOST_PHRASES))
    )
    return {initials: tuple(phrases) for initials, phrases in found.iter_rows()}
