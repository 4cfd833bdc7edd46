"""Inclusion and index terms of a header code, handed down to the codes below it.

L89.15 includes the coccyx, and L89.154 is its stage 4: "pressure ulcer of coccyx, stage 4" leads there.
"""

from __future__ import annotations

from typing import Final

import polars as pl

# A term of a header code with more codes below is too general to be theirs.
_MOST_BELOW: Final = 120
_LEVELS: Final = 4
_WORDS: Final = r"[\p{Alphabetic}\p{Nd}]+"


def inherited_terms(codes: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Return the terms of header codes with what the titles below them add.

    Parameters
    ----------
    codes
        Columns `code_system`, `code`, `parent_code`, `title`; one row a code.
    terms
        Columns `code_system`, `code`, `term`.

    Returns
    -------
    polars.DataFrame
        Columns `code_system`, `code`, `term`: one row a term and code below its header code.
    """
    keys = ["code_system", "code"]
    lines = codes.select("code_system", "code", header=pl.col("parent_code")).drop_nulls("header")
    # From the few headers with terms down: the ancestors of every code would take 80 MB.
    levels = [
        lines.join(terms.select("code_system", header="code"), on=["code_system", "header"], how="semi")
    ]
    for _ in range(_LEVELS - 1):
        deeper = lines.join(levels[-1], left_on=["code_system", "header"], right_on=keys)
        levels.append(deeper.select("code_system", "code", header="header_right"))
    descent = pl.concat(levels).unique()
    pairs = (
        terms.rename({"code": "header"})
        .join(descent, on=["code_system", "header"])
        .filter(pl.len().over("code_system", "header", "term") <= _MOST_BELOW)
    )
    # The words of all titles would take 100 MB.
    named = pl.concat([pairs.select(keys), pairs.select("code_system", code="header")])
    below = codes.join(named, on=keys, how="semi").select(
        *keys, words=pl.col("title").str.to_lowercase().str.extract_all(_WORDS)
    )
    titles = below.select(*keys, header_words="words")
    return (
        pairs.join(below, on=keys)
        .join(titles, left_on=["code_system", "header"], right_on=keys)
        .with_columns(added=pl.col("words").list.set_difference("header_words").list.sort().list.join(" "))
        .filter(pl.col("added") != "")
        .select(*keys, term=pl.concat_str("term", pl.lit(" "), "added"))
        .unique()
    )
