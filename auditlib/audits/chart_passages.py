"""Passages of charts in other texts: eight words in a row that a document of a chart has, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from auditlib.warehouse import Warehouse

PASSAGE_WORDS: Final = 8
_AT_ONCE: Final = 2_000
_FACTORS: Final = np.array(
    [0x9E3779B97F4A7C15 * (2 * n + 1) % 2**64 for n in range(PASSAGE_WORDS)], np.uint64
)

Hashes = npt.NDArray[np.uint64]


def passage_hashes(texts: pl.Series) -> pl.DataFrame:
    """Return the passages of texts: ``text``, its place in the series, and ``passage``, a hash of words."""
    words = (
        pl.DataFrame({"text": pl.int_range(len(texts), eager=True), "word": texts})
        .with_columns(pl.col("word").str.to_lowercase().str.extract_all(r"[a-z0-9]+"))
        .explode("word")
        .drop_nulls("word")
        .select("text", hashed=pl.col("word").hash(seed=7))
    )
    text, hashed = words["text"].to_numpy(), words["hashed"].to_numpy()
    count = max(text.size - PASSAGE_WORDS + 1, 0)
    total = np.zeros(count, dtype=np.uint64)
    for step, factor in enumerate(_FACTORS):
        total += hashed[step : step + count] * factor
    is_within = text[:count] == text[PASSAGE_WORDS - 1 :][:count]
    return pl.DataFrame({"text": text[:count][is_within], "passage": total[is_within]})


def passages_of_charts(
    warehouse: Warehouse, wanted: Hashes | None = None, *, encounter_ids: Sequence[str] | None = None
) -> Hashes:
    """Return the passages of the charts named, or of all: every one, or those that are wanted; sorted.

    What the title of a code says is no passage of a chart, for our own tables say it too.
    """
    titles = warehouse.query("queries/privacy/long_title")["description"]
    of_titles = passage_hashes(titles)["passage"].to_numpy()
    found = [np.zeros(0, dtype=np.uint64)]
    first = 0
    while True:
        params = {
            "encounter_ids": None if encounter_ids is None else list(encounter_ids),
            "first": first,
            "most": _AT_ONCE,
        }
        texts = warehouse.query("queries/privacy/document_text", params)["text"]
        if texts.is_empty():
            return np.setdiff1d(np.concatenate(found), of_titles)
        passages = np.unique(passage_hashes(texts)["passage"].to_numpy())
        found.append(passages if wanted is None else np.intersect1d(passages, wanted))
        first += _AT_ONCE
