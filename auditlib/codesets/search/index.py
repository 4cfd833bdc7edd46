"""The search index over all loaded code sets."""

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
from auditlib.codes.systems import CPT, HCPCS, ICD10CM, ICD10PCS
from auditlib.codesets.search.drugs import codes_of_drug
from auditlib.codesets.search.inherited_terms import inherited_terms
from auditlib.codesets.search.initials import initialisms
from auditlib.codesets.search.meant_system import is_procedure
from auditlib.codesets.search.number_ranges import NumberRanges
from auditlib.codesets.search.postings import Postings
from auditlib.codesets.search.reading import Reader, Reading
from auditlib.codesets.search.words import words_in

_CODE: Final = re.compile(r"[0-9A-Z]{1,10}")
_SEARCHED_NOTES: Final = ("inclusion term", "includes", "index term")
_INHERITED_NOTES: Final = ("inclusion term", "index term")
_NOTE_SHARE: Final = 0.96
_INHERITED_SHARE: Final = 0.94
_LEAST_COVERED: Final = 0.4
_OFTEN_KEPT_MASKS: Final = 16
# Groups, modifiers and places are seldom what a search for words means.
_CODED: Final = (ICD10CM, ICD10PCS, CPT, HCPCS)
_OTHER_SYSTEM_SHARE: Final = 0.8
# A code that lacks only its seventh character comes after its initial encounter, later encounters last.
_SEVENTH_LACKING_SHARE: Final = 0.96
_LATER_ENCOUNTER_SHARE: Final = 0.85
_LATER_ENCOUNTER: Final = r"subsequent encounter|, sequela$"
_WORDS_OF_LATER_ENCOUNTERS: Final = frozenset(
    {
        "subsequent", "sequela", "sequelae", "late", "healing", "nonunion", "malunion", "delayed",
        "aftercare", "routine", "follow", "later",
    }
)  # fmt: skip
_SEVENTH: Final = 7
# What joins conditions that may have a code each, as in "sepsis d/t UTI".
_JOINING: Final = re.compile(
    r"(?i)(?<!\w)(?:d/t|2/2|due to|secondary to|related to|with|w/(?!o)|w(?!/)|and|from|causing|on|s/p|c/b"
    r"|after|by|in (?:the )?setting of)(?!\w)|[,;&+]"
)
_ONE_OF_SEVERAL_SHARE: Final = 0.5
_PHRASE_ALONE_SHARE: Final = 0.4
_NO_READING: Final = Reading((), 0.0)
# Codes for reports on quality resemble many searches and are seldom meant.
_REPORTING: Final = r"^G[89]"
_REPORTING_SHARE: Final = 0.75
# Of a search that names no procedure.
_PROCEDURE_SHARE: Final = 0.85
_INITIAL_ENCOUNTER_SHARE: Final = 0.9
_NO_END: Final = dt.date(9999, 12, 31)
_FLOAT = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One search result.

    Parameters
    ----------
    code_system, code
        The code in stored form.
    description
        Its title in the release in force on the date of the search, or in the latest one.
    is_billable
        False for a header code.
    effective_from, effective_to
        Effective dates of that title; None if there is no last day.
    release
        Its release.
    score
        How well it matches, up to 1; a code that begins with the search text has 1.
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
    """A search index over every code of every loaded release.

    Parameters
    ----------
    codes
        Rows of ``ref.code``.
    notes
        Rows of ``ref.code_note`` and ``ref.index_term``; inclusion and index terms are searched like titles.
    """

    def __init__(self, codes: pl.DataFrame, notes: pl.DataFrame) -> None:
        keys = ["code_system", "code"]
        versions = codes.sort(*keys, "effective_from", "release")
        is_other = pl.any_horizontal(pl.col(key) != pl.col(key).shift() for key in keys).fill_null(value=True)
        self._versions = versions.with_columns(doc=is_other.cum_sum().cast(pl.UInt32) - 1)
        self._docs = self._versions.unique("doc", keep="first", maintain_order=True).select("doc", *keys)
        own = self._texts(notes)
        texts = self._with_inherited(own, notes)
        self._priority, self._priority_of_later = self._priorities()
        self._versions = self._versions.select(
            "doc", "long_description", "is_billable", "effective_from", "effective_to", "release"
        )
        self._doc_starts = np.searchsorted(texts["doc"].to_numpy(), np.arange(self._docs.height))
        self._shares: _FLOAT = texts["share"].to_numpy()
        self._postings = Postings.build(texts["text"])
        self._reader = Reader(self._postings, initialisms(own["text"]), NumberRanges(texts["text"]))
        self._norms: _FLOAT = np.maximum(self._postings.norms, np.float32(1e-6))
        self._is_diagnosis = (self._docs["code_system"] == ICD10CM).to_numpy()
        self._is_procedure = (self._docs["code_system"] == ICD10PCS).to_numpy()
        by_code = self._docs.sort("code", "code_system")
        self._sorted_codes = by_code["code"].to_numpy().astype(np.str_)
        self._sorted_docs = by_code["doc"].to_numpy()
        self._lengths = self._docs["code"].str.len_chars().to_numpy().astype(np.float32)
        self._masks: dict[tuple[object, ...], NDArray[np.bool_]] = {}

    @property
    def code_count(self) -> int:
        """Number of different codes."""
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
        """Return the codes that match a text, best first.

        Parameters
        ----------
        text
            A code, the start of one, or words in any order; misspellings and abbreviations are understood.
        date
            Only codes in force on this day.
        code_systems
            Only codes of these systems; of all if empty.
        billable_only
            Exclude header codes.
        limit
            Largest number of results.
        """
        if self._docs.is_empty() or limit < 1:
            return []
        mask = self._mask(date, frozenset(code_systems), billable_only=billable_only)
        by_code = self._by_code(text, mask)
        # Three letters without a digit are more likely a word than the start of a code.
        is_code = by_code.size > 0 and (any(map(str.isdigit, text)) or len(text.strip()) == 1)
        scores: dict[int, float] = {}
        if not is_code:
            scores |= self._by_words(text, mask, limit)
        for doc in by_code[: limit - len(scores)].tolist():
            scores.setdefault(doc, 1.0)
        return self._hits(scores, date, billable_only=billable_only)

    def _texts(self, notes: pl.DataFrame) -> pl.DataFrame:
        titles = self._versions.select("doc", text="long_description", share=pl.lit(1.0, dtype=pl.Float32))
        terms = (
            notes.filter(pl.col("note_kind").is_in(_SEARCHED_NOTES))
            .join(self._docs, on=["code_system", "code"])
            .select("doc", text="note_text", share=pl.lit(_NOTE_SHARE, dtype=pl.Float32))
        )
        return pl.concat([titles, terms]).unique(["doc", "text"], keep="first").sort("doc", "text")

    def _with_inherited(self, texts: pl.DataFrame, notes: pl.DataFrame) -> pl.DataFrame:
        latest = self._versions.unique("doc", keep="last", maintain_order=True)
        terms = notes.filter(pl.col("note_kind").is_in(_INHERITED_NOTES))
        inherited = inherited_terms(
            latest.select("code_system", "code", "parent_code", title="long_description"),
            terms.select("code_system", "code", term="note_text"),
        )
        handed_down = inherited.join(self._docs, on=["code_system", "code"]).select(
            "doc", text="term", share=pl.lit(_INHERITED_SHARE, dtype=pl.Float32)
        )
        return pl.concat([texts, handed_down]).unique(["doc", "text"], keep="first").sort("doc", "text")

    def _priorities(self) -> tuple[_FLOAT, _FLOAT]:
        """Return what a code's score is multiplied by, for any search and for one about a later encounter."""
        latest = self._versions.unique("doc", keep="last", maintain_order=True)
        is_seventh = (pl.col("code_system") == ICD10CM) & (pl.col("code").str.len_chars() == _SEVENTH)
        lacking = latest.filter(is_seventh).select("code_system", code="parent_code").unique()
        ranked = latest.join(
            lacking.with_columns(lacks_seventh=True), on=["code_system", "code"], how="left"
        ).sort("doc")
        own = (
            pl.when(~pl.col("code_system").is_in(_CODED))
            .then(_OTHER_SYSTEM_SHARE)
            .when((pl.col("code_system") == HCPCS) & pl.col("code").str.contains(_REPORTING))
            .then(_REPORTING_SHARE)
            .when(pl.col("lacks_seventh").is_not_null())
            .then(_SEVENTH_LACKING_SHARE)
            .otherwise(1.0)
        )
        is_later = is_seventh & pl.col("long_description").str.contains(_LATER_ENCOUNTER)
        is_initial = is_seventh & pl.col("long_description").str.contains("initial encounter")
        shares = ranked.select(
            any=own * pl.when(is_later).then(_LATER_ENCOUNTER_SHARE).otherwise(1.0),
            later=own * pl.when(is_initial).then(_INITIAL_ENCOUNTER_SHARE).otherwise(1.0),
        ).cast(pl.Float32)
        return shares["any"].to_numpy(), shares["later"].to_numpy()

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
        # Already sorted by code: a stable sort by length puts the nearest header codes first.
        return np.asarray(docs[np.argsort(self._lengths[docs], kind="stable")], dtype=np.int64)

    def _by_words(self, text: str, mask: NDArray[np.bool_], limit: int) -> dict[int, float]:
        by_doc = self._doc_scores(text)
        by_doc[~mask] = 0.0
        count = min(limit, int(np.count_nonzero(by_doc)))
        if count == 0:
            return {}
        edge = np.partition(by_doc, by_doc.size - count)[by_doc.size - count]
        chosen = np.flatnonzero(by_doc >= max(edge, np.finfo(np.float32).tiny))
        order = np.lexsort((chosen, self._lengths[chosen], -by_doc[chosen]))[:count]
        return {int(doc): float(by_doc[doc]) for doc in chosen[order].tolist()}

    def _doc_scores(self, text: str) -> _FLOAT:
        """Return the score of every code, by its texts, by the conditions of the search, and by drugs."""
        scores = self._scores(text)
        conditions = [condition for condition in _JOINING.split(text) if condition.strip()]
        for condition in conditions if len(conditions) > 1 else ():
            np.maximum(scores, np.float32(_ONE_OF_SEVERAL_SHARE) * self._scores(condition), out=scores)
        is_later = not _WORDS_OF_LATER_ENCOUNTERS.isdisjoint(words_in(text)) or "f/u" in text.lower()
        by_doc = np.maximum.reduceat(scores, self._doc_starts)
        by_doc *= self._priority_of_later if is_later else self._priority
        if not is_procedure(text):
            by_doc[self._is_procedure] *= np.float32(_PROCEDURE_SHARE)
        for code, score in codes_of_drug(self._reader.with_drugs_spelled(text)).items():
            begin, end = np.searchsorted(self._sorted_codes, [code, code + "~"])
            docs = self._sorted_docs[begin:end]
            docs = docs[(self._lengths[docs] == len(code)) & self._is_diagnosis[docs]]
            by_doc[docs] = np.maximum(by_doc[docs], np.float32(score))
        return by_doc

    def _scores(self, text: str) -> _FLOAT:
        """Return the score of every text: how much of the search it covers, and vice versa."""
        parts = self._reader.read(text)
        if not any(parts):
            return np.zeros(self._shares.size, dtype=np.float32)
        covered = np.zeros(self._shares.size, dtype=np.float32)
        matched = np.zeros_like(covered)
        alone = np.zeros_like(covered)
        search_weight = 0.0
        for readings in parts:
            # A word without any match still counts as part of the search.
            weight = max((self._weight(reading) for reading in readings), default=0.0) or 1.0
            search_weight += weight
            best = np.zeros_like(covered)
            best_matched = np.zeros_like(covered)
            for reading in readings:
                self._cover(reading, best, best_matched)
            covered += weight * best
            matched += best_matched
            if len(parts) > 1 and max(len(reading.terms) for reading in readings or (_NO_READING,)) > 1:
                # A phrase may be a condition with a code of its own, beside what else is searched.
                precision = np.minimum(best_matched / self._norms, 1)
                np.maximum(alone, best * best * (0.55 + 0.45 * precision), out=alone)
        recall = covered / np.float32(search_weight)
        recall[recall < _LEAST_COVERED] = 0
        precision = np.minimum(matched / self._norms, 1)
        scores = np.maximum(recall * recall * (0.55 + 0.45 * precision), _PHRASE_ALONE_SHARE * alone)
        return np.asarray(self._shares * scores, dtype=np.float32)

    def _weight(self, reading: Reading) -> float:
        return sum(map(self._term_weight, reading.terms))

    def _term_weight(self, terms: tuple[tuple[int, float], ...]) -> float:
        if not terms:
            return 1.0
        # The most likely spelling determines the word's weight, not a rare completion.
        surest, _ = max(terms, key=lambda pair: pair[1])
        return float(self._postings.weights[surest])

    def _cover(self, reading: Reading, best: _FLOAT, best_matched: _FLOAT) -> None:
        """Raise the best coverage of the texts with terms of a reading to what it covers."""
        share = np.float32(reading.share)
        if not reading.terms:
            best[reading.texts] = np.maximum(best[reading.texts], share)
            best_matched[reading.texts] = np.maximum(best_matched[reading.texts], share)
            return
        covered = np.zeros_like(best)
        matched = np.zeros_like(best)
        touched: list[NDArray[np.int32]] = []
        for terms in reading.terms:
            self._add_word(terms, covered, matched, touched)
        texts = np.concatenate(touched) if touched else np.empty(0, dtype=np.int32)
        scale = share / np.float32(max(self._weight(reading), 1e-6))
        best[texts] = np.maximum(best[texts], covered[texts] * scale)
        best_matched[texts] = np.maximum(best_matched[texts], matched[texts] * share)

    def _add_word(
        self,
        terms: tuple[tuple[int, float], ...],
        covered: _FLOAT,
        matched: _FLOAT,
        touched: list[NDArray[np.int32]],
    ) -> None:
        worth = np.float32(self._term_weight(terms))
        weights = self._postings.weights
        if len(terms) == 1:
            term, likeness = terms[0]
            texts = self._postings.holding(term)
            covered[texts] += np.float32(likeness) * worth
            matched[texts] += np.float32(likeness) * weights[term]
            touched.append(texts)
            return
        part = np.zeros_like(covered)
        matched_weight = np.zeros_like(covered)
        # The most likely last, to overwrite completions.
        for term, likeness in sorted(terms, key=lambda pair: pair[1]):
            texts = self._postings.holding(term)
            part[texts] = np.float32(likeness) * worth
            matched_weight[texts] = np.float32(likeness) * weights[term]
            touched.append(texts)
        covered += part
        matched += matched_weight

    def _hits(
        self, scores: dict[int, float], date: dt.date | None, *, billable_only: bool
    ) -> list[SearchHit]:
        versions = self._versions.filter(pl.col("doc").is_in(list(scores)))
        if date is not None:
            last = pl.col("effective_to").fill_null(_NO_END)
            versions = versions.filter(pl.col("effective_from") <= date, last >= date)
        if billable_only:
            versions = versions.filter("is_billable")
        latest = versions.unique("doc", keep="last", maintain_order=True).join(self._docs, on="doc")
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
            for doc, score in scores.items()
        ]
