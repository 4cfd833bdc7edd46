"""Abbreviations formed from the initials of titles and inclusion terms."""

from __future__ import annotations

from typing import Final

import polars as pl

_FEWEST: Final = 3
_MOST: Final = 6
_MOST_PHRASES: Final = 3
_SMALL: Final = ("a", "an", "and", "by", "due", "for", "in", "of", "on", "or", "the", "to", "with", "without")
_IN_PARENTHESES: Final = r"[(\[][^)\]]*[)\]]"


def initialisms(texts: pl.Series) -> dict[str, tuple[str, ...]]:
    """Return the initials of short texts with the texts that they stand for, shortest first.

    Parameters
    ----------
    texts
        Titles and inclusion terms. Words in parentheses and small words are ignored.

    Examples
    --------
    >>> initialisms(pl.Series(["Immune thrombocytopenic purpura", "Fever"]))
    {'itp': ('immune thrombocytopenic purpura',)}
    """
    plain = texts.str.to_lowercase().str.replace_all(_IN_PARENTHESES, " ").unique()
    words = pl.element()
    phrases_by_initials = (
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
    return {initials: tuple(phrases) for initials, phrases in phrases_by_initials.iter_rows()}
