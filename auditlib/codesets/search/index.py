"""The index over all loaded code sets, and the search in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from auditlib.codes import normalise_code
from auditlib.codesets.search.initials import initialisms
from auditlib.codesets.search.postings import Postings
from auditlib.codesets.search.reading import Reader, Reading

_CODE: Final = re.compile(r"[0-9A-Z]{1,10}")
_SEARCHED_NOTES: Final = ("inclusion term", "includes", "index term")
_NOTE_SHARE: Final = 0.96
_LEAST_COVERED: Final = 0.4
_OFTEN_KEPT_MASKS: Final = 16
_NO_END: Final = dt.date(9999, 12, 31)
_FLOAT = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One code that a search found.

    Parameters
    ----------
    code_system, code
        The code as it is stored.
    description
        Its title in the release that is in force on the date of the search, or in its latest.
    is_billable
        False for a heading.
    effective_from, effective_to
        First and last day of that title; no last day while in force.
    release
        The release it is from.
    score
        How well it fits, up to 1; a code that begins with what was typed has 1.
    """

    code_system: str
    code: str
    description: str
    is_billable: bool
    effective_from: dt.date
    effective_to: dt.date | None
    release: str
    score: float


class SearchIndex:
    """Every code of every loaded release, searchable.

    Parameters
    ----------
    codes
        Rows of ``ref.code``.
    notes
        Rows of ``ref.code_note`` and ``ref.index_term``; inclusion and index terms are searched like titles.
    """

    def __init__(self, codes: pl.DataFrame, notes: pl.DataFrame) -> None:
        keys = ["code_system", "code"]
        self._docs = codes.select(keys).unique().sort(keys).with_row_index("doc")
        self._versions = (
            codes.join(self._docs, on=keys)
            .select("doc", "long_description", "is_billable", "effective_from", "effective_to", "release")
            .sort("doc", "effective_from", "release")
        )
        texts = self._texts(notes)
        self._doc_starts = np.searchsorted(texts["doc"].to_numpy(), np.arange(self._docs.height))
        self._shares: _FLOAT = texts["share"].to_numpy()
        self._postings = Postings.build(texts["text"])
        self._reader = Reader(self._postings, initialisms(texts["text"]))
        by_code = self._docs.sort("code", "code_system")
        self._sorted_codes = by_code["code"].to_numpy().astype(np.str_)
        self._sorted_docs = by_code["doc"].to_numpy()
        self._lengths = self._docs["code"].str.len_chars().to_numpy().astype(np.float32)
        self._masks: dict[tuple[object, ...], NDArray[np.bool_]] = {}

    @property
    def code_count(self) -> int:
        """How many codes are in it, each counted once."""
        return self._docs.height

    def search(
        self,
        text: str,
        *,
        date: dt.date | None = None,
        code_systems: Collection[str] = (),
        billable_only: bool = False,
        limit: int = 20,
    ) -> list[SearchHit]:
        """Return the codes that a text means, the best first.

        Parameters
        ----------
        text
            A code, the start of one, or words in any order; misspellings and abbreviations are understood.
        date
            Only codes in force on this day.
        code_systems
            Only codes of these systems; of all if empty.
        billable_only
            Leave headings out.
        limit
            How many at most.
        """
        if self._docs.is_empty() or limit < 1:
            return []
        mask = self._mask(date, frozenset(code_systems), billable_only=billable_only)
        by_code = self._by_code(text, mask)
        # Three letters are a word rather than the start of a code: words first, unless a digit is among them.
        is_code = by_code.size > 0 and (any(map(str.isdigit, text)) or len(text.strip()) == 1)
        found: dict[int, float] = {}
        if not is_code:
            found |= self._by_words(text, mask, limit)
        for doc in by_code[: limit - len(found)].tolist():
            found.setdefault(doc, 1.0)
        return self._hits(found, date, billable_only=billable_only)

    def _texts(self, notes: pl.DataFrame) -> pl.DataFrame:
        titles = self._versions.select("doc", text="long_description", share=pl.lit(1.0, dtype=pl.Float32))
        terms = (
            notes.filter(pl.col("note_kind").is_in(_SEARCHED_NOTES))
            .join(self._docs, on=["code_system", "code"])
            .select("doc", text="note_text", share=pl.lit(_NOTE_SHARE, dtype=pl.Float32))
        )
        return pl.concat([titles, terms]).unique(["doc", "text"], keep="first").sort("doc", "text")

    def _mask(
        self, date: dt.date | None, code_systems: frozenset[str], *, billable_only: bool
    ) -> NDArray[np.bool_]:
        key = (date, code_systems, billable_only)
        if key not in self._masks:
            if len(self._masks) >= _OFTEN_KEPT_MASKS:
                self._masks.pop(next(iter(self._masks)))
            docs = self._in_force(date, billable_only=billable_only)["doc"].unique().to_numpy()
            mask = np.zeros(self._docs.height, dtype=np.bool_)
            mask[docs] = True
            if code_systems:
                mask &= self._docs["code_system"].is_in(list(code_systems)).to_numpy()
            self._masks[key] = mask
        return self._masks[key]

    def _in_force(self, date: dt.date | None, *, billable_only: bool) -> pl.DataFrame:
        versions = self._versions
        if date is not None:
            last = pl.col("effective_to").fill_null(_NO_END)
            versions = versions.filter(pl.col("effective_from") <= date, last >= date)
        return versions.filter("is_billable") if billable_only else versions

    def _by_code(self, text: str, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        start = normalise_code(text)
        if _CODE.fullmatch(start) is None:
            return np.empty(0, dtype=np.int64)
        begin, end = np.searchsorted(self._sorted_codes, [start, start + "~"])
        docs = self._sorted_docs[begin:end]
        docs = docs[mask[docs]]
        # In order of code already: a stable sort by length puts the nearest headings first.
        return np.asarray(docs[np.argsort(self._lengths[docs], kind="stable")], dtype=np.int64)

    def _by_words(self, text: str, mask: NDArray[np.bool_], limit: int) -> dict[int, float]:
        scores = self._scores(text)
        if scores is None:
            return {}
        by_doc = np.maximum.reduceat(scores, self._doc_starts)
        by_doc[~mask] = 0.0
        count = min(limit, int(np.count_nonzero(by_doc)))
        if count == 0:
            return {}
        edge = np.partition(by_doc, by_doc.size - count)[by_doc.size - count]
        chosen = np.flatnonzero(by_doc >= max(edge, np.finfo(np.float32).tiny))
        order = np.lexsort((chosen, self._lengths[chosen], -by_doc[chosen]))[:count]
        return {int(doc): float(by_doc[doc]) for doc in chosen[order].tolist()}

    def _scores(self, text: str) -> _FLOAT | None:
        """Score every text: how much of the search it covers, and how much of it the search covers."""
        parts = self._reader.read(text)
        if not any(parts):
            return None
        covered = np.zeros(self._shares.size, dtype=np.float32)
        matched = np.zeros_like(covered)
        asked = 0.0
        for readings in parts:
            # A word that nothing resembles counts as asked for: it must not pass for found.
            weight = max((self._weight(reading) for reading in readings), default=1.0)
            asked += weight
            best = np.zeros_like(covered)
            best_matched = np.zeros_like(covered)
            for reading in readings:
                part, held = self._cover(reading)
                np.maximum(best, part, out=best)
                np.maximum(best_matched, held, out=best_matched)
            covered += weight * best
            matched += best_matched
        recall = covered / np.float32(asked)
        precision = np.minimum(matched / np.maximum(self._postings.norms, np.float32(1e-6)), 1)
        recall[recall < _LEAST_COVERED] = 0
        return np.asarray(self._shares * recall * recall * (0.55 + 0.45 * precision), dtype=np.float32)

    def _weight(self, reading: Reading) -> float:
        return sum(map(self._term_weight, reading.terms))

    def _term_weight(self, terms: tuple[tuple[int, float], ...]) -> float:
        if not terms:
            return 1.0
        # The surest spelling says what the word weighs: a rare word that it merely begins must not.
        surest, _ = max(terms, key=lambda pair: pair[1])
        return float(self._postings.weights[surest])

    def _cover(self, reading: Reading) -> tuple[_FLOAT, _FLOAT]:
        weights = self._postings.weights
        covered = np.zeros(self._shares.size, dtype=np.float32)
        matched = np.zeros_like(covered)
        for terms in reading.terms:
            worth = self._term_weight(terms)
            part = np.zeros_like(covered)
            held = np.zeros_like(covered)
            # The surest last: it overwrites what a mere completion set.
            for term, likeness in sorted(terms, key=lambda pair: pair[1]):
                texts = self._postings.holding(term)
                part[texts] = likeness * worth
                held[texts] = likeness * weights[term]
            covered += part
            matched += held
        covered *= np.float32(reading.share / max(self._weight(reading), 1e-6))
        return covered, matched * np.float32(reading.share)

    def _hits(self, found: dict[int, float], date: dt.date | None, *, billable_only: bool) -> list[SearchHit]:
        wanted = self._versions.filter(pl.col("doc").is_in(list(found)))
        if date is not None:
            last = pl.col("effective_to").fill_null(_NO_END)
            wanted = wanted.filter(pl.col("effective_from") <= date, last >= date)
        if billable_only:
            wanted = wanted.filter("is_billable")
        latest = wanted.unique("doc", keep="last", maintain_order=True).join(self._docs, on="doc")
        rows = {row["doc"]: row for row in latest.iter_rows(named=True)}
        return [
            SearchHit(
                code_system=rows[doc]["code_system"],
                code=rows[doc]["code"],
                description=rows[doc]["long_description"],
                is_billable=rows[doc]["is_billable"],
                effective_from=rows[doc]["effective_from"],
                effective_to=rows[doc]["effective_to"],
                release=rows[doc]["release"],
                score=round(score, 4),
            )
            for doc, score in found.items()
        ]
