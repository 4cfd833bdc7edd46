"""Inverted index: the texts that contain each word, built from all titles and inclusion terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from auditlib.codesets.search.vocabulary import UNSAID
from auditlib.codesets.search.words import stem

_UNSAID_SHARE: Final = 0.12
_LEAST_WEIGHT: Final = 0.25
_TEXTS_AT_ONCE: Final = 20_000
# By the code books' convention, words in parentheses are optional (nonessential modifiers).
_OPTIONAL_SHARE: Final = 0.03
# So are absences and the defaults of injuries, which nobody types, as "without perforation".
_NEED_NOT_BE_TYPED: Final = (
    r"[(\[][^)\]]*[)\]]|\bwithout [^,;]*|\bnot intractable\b"
    r"|\binitial encounter\b|\bfor closed fracture\b|\bwith routine healing\b"
)


@dataclass(frozen=True, slots=True)
class Postings:
    """An inverted index.

    Parameters
    ----------
    terms
        Stem to its number.
    starts, texts
        The texts that contain term ``t`` are ``texts[starts[t]:starts[t + 1]]``.
    weights
        Weight of each term; rarer terms weigh more.
    norms
        Total weight of the terms of each text.
    words, word_counts
        Every word in its original form, and its number of texts.
    """

    terms: dict[str, int]
    starts: NDArray[np.int64]
    texts: NDArray[np.int32]
    weights: NDArray[np.float32]
    norms: NDArray[np.float32]
    words: list[str]
    word_counts: NDArray[np.int64]

    @classmethod
    def build(cls, texts: pl.Series) -> Postings:
        """Index texts; text ``n`` is the ``n``-th of the series."""
        plain = (
            texts.str.to_lowercase()
            .str.normalize("NFKD")
            .str.replace_all(r"\p{M}", "")
            .str.replace_all(r"['\u2019`]s\b", "")
        )
        counted = pl.concat(
            _words_by_text(part, at).group_by("word").agg(count=pl.len().cast(pl.Int64))
            for at, part in _parts(plain)
        )
        counted = counted.group_by("word").agg(pl.col("count").sum()).sort("word")
        words = counted["word"].to_list()
        stems = [stem(word) for word in words]
        named = sorted(set(stems))
        terms = {name: number for number, name in enumerate(named)}
        numbers = pl.DataFrame(
            {"word": words, "term": [terms[name] for name in stems]},
            schema={"word": pl.String, "term": pl.Int32},
        )
        text_of, term_of = _terms_by_text(plain, numbers)
        # Texts are in order, and stay so within a term.
        order = np.argsort(term_of, kind="stable")
        term_of, text_of = term_of[order], text_of[order]
        # Most texts have nothing optional and need no second pass.
        bare = plain.set(~plain.str.contains(_NEED_NOT_BE_TYPED), None).str.replace_all(
            _NEED_NOT_BE_TYPED, " "
        )
        needed_text, needed_term = _terms_by_text(bare, numbers)
        starts = np.searchsorted(term_of, np.arange(len(named) + 1))
        weights = _weights(named, np.diff(starts), len(texts))
        whole = np.bincount(text_of, weights=weights[term_of], minlength=len(texts))
        core = np.bincount(needed_text, weights=weights[needed_term], minlength=len(texts))
        core = np.where(bare.is_null().to_numpy(), whole, core)
        norms = (core + _OPTIONAL_SHARE * (whole - core)).astype(np.float32)
        return cls(terms, starts, text_of, weights, norms, words, counted["count"].to_numpy())

    def holding(self, term: int) -> NDArray[np.int32]:
        """Return the texts that contain a term."""
        return self.texts[self.starts[term] : self.starts[term + 1]]


def _parts(texts: pl.Series) -> Iterator[tuple[int, pl.Series]]:
    """Cut texts, each part with the number of its first: their words, all at once, would take 400 MB."""
    for at in range(0, max(len(texts), 1), _TEXTS_AT_ONCE):
        yield at, texts.slice(at, _TEXTS_AT_ONCE)


def _words_by_text(texts: pl.Series, first_text: int) -> pl.DataFrame:
    numbers = pl.int_range(first_text, first_text + len(texts), dtype=pl.Int32, eager=True)
    return (
        pl.DataFrame({"text": numbers, "word": texts})
        .with_columns(pl.col("word").str.extract_all(r"[\p{Alphabetic}\p{Nd}]+"))
        .explode("word")
        .drop_nulls()
    )


def _terms_by_text(texts: pl.Series, numbers: pl.DataFrame) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return each text with each of its terms, once, in the order of the texts."""
    pairs = pl.concat(
        _words_by_text(part, at).join(numbers, on="word").select("text", "term").unique().sort("text", "term")
        for at, part in _parts(texts)
    )
    return pairs["text"].to_numpy(), pairs["term"].to_numpy()


def _weights(names: list[str], counts: NDArray[np.int64], text_count: int) -> NDArray[np.float32]:
    rarity = np.log1p(text_count / np.maximum(counts, 1)) / np.log1p(max(text_count, 1))
    weights = np.maximum(rarity, _LEAST_WEIGHT)
    unsaid = {stem(word) for word in UNSAID}
    weights[[at for at, name in enumerate(names) if name in unsaid]] *= _UNSAID_SHARE
    return np.asarray(weights, dtype=np.float32)
