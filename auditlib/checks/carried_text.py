"""Passages that a note carries over from an earlier one: shingles of words, compared exactly."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from auditlib.schema.core import CARRIED_TEXT

SHINGLE_WORDS: Final = 8
"""Words in a row that make one passage: fewer are alike by chance in notes of one specialty."""
TEMPLATE_PATIENTS: Final = 5
"""Patients of one author in whose notes a passage is the author's standard text."""
MOST_NOTES: Final = 50_000
"""Notes that are compared at once; of more, the notes of one author are compared among themselves."""

_WORD: Final = r"[\p{L}\p{N}]+"
# Odd multipliers of 64 bits: one for each place in a shingle, so that the order of its words counts.
_PLACES: Final = np.random.default_rng(20_260_101).integers(1, 2**63, SHINGLE_WORDS, dtype=np.uint64) * 2 + 1


def carried_text(notes: pl.DataFrame) -> pl.DataFrame:
    """Return for each note how much of its own text stands in an earlier note.

    Parameters
    ----------
    notes
        document_id, encounter_id, document_number, patient_id, author_id, document_type, note_date,
        fingerprint and text; earlier is by note_date, then by document_id.

    Returns
    -------
    polars.DataFrame
        Rows of ``core.carried_text``, one a note.

    Notes
    -----
    A shingle is `SHINGLE_WORDS` words in a row (Broder, 1997, On the resemblance and containment of
    documents), compared by a 64-bit hash among notes of one document type. One that stands in notes of
    `TEMPLATE_PATIENTS` patients of one author is standard text, and its words are not the note's own. Of the
    others, one that an earlier note of the same patient has, or else of another patient, is carried over.
    """
    notes = notes.sort("note_date", "document_id", nulls_last=True).with_row_index("note")
    words = (
        notes.lazy()
        .select("note", word=pl.col("text").str.to_lowercase().str.extract_all(_WORD))
        .explode("word")
        .drop_nulls("word")
        .select("note", hashed=pl.col("word").hash(seed=1))
        .collect()
    )
    note, hashed = words["note"].to_numpy(), words["hashed"].to_numpy()
    # Passages are compared within one document type: its hash is part of theirs.
    kind = notes["document_type"].hash(seed=2).to_numpy()
    shingles = _with_sources(_shingles(note, hashed, kind), notes)
    place = shingles["place"].to_numpy()
    is_template = shingles["is_template"].to_numpy()
    is_carried = shingles["source"].is_not_null().to_numpy() & ~is_template
    in_template = _covered(place[is_template], note.size)
    in_carried = _covered(place[is_carried], note.size) & ~in_template
    counts = np.arange(notes.height)
    sources = (
        shingles.filter(pl.col("source").is_not_null() & ~pl.col("is_template"))
        .group_by("note", "source")
        .len()
        .sort("note", "len", "source", descending=[False, True, False])
        .unique("note", keep="first", maintain_order=True)
        .select("note", "source")
    )
    by_note = pl.DataFrame(
        {
            "note": counts.astype(np.uint32),
            "word_count": np.bincount(note, minlength=notes.height),
            "own_word_count": np.bincount(note[~in_template], minlength=notes.height),
            "carried_word_count": np.bincount(note[in_carried], minlength=notes.height),
        }
    )
    names = notes.select(source="note", source_document_id="document_id", source_patient="patient_id")
    return CARRIED_TEXT.conform(
        notes.join(by_note, on="note")
        .join(sources, on="note", how="left")
        .join(names, on="source", how="left")
        .with_columns(is_same_patient=(pl.col("source_patient") == pl.col("patient_id")))
        .select(CARRIED_TEXT.column_names)
    )


def author_batches(notes: pl.DataFrame, most: int = MOST_NOTES) -> list[list[str]]:
    """Return the documents that are compared at once: all, or of many notes those of some authors each.

    Parameters
    ----------
    notes
        document_id and author_id.
    most
        Notes of a batch; more only where one author has more.
    """
    if notes.height <= most:
        return [notes["document_id"].to_list()]
    counts = notes.group_by("author_id").len().sort("author_id", nulls_last=True)
    batch = ((pl.col("len").cum_sum() - 1) // most).alias("batch")
    numbered = notes.join(counts.select("author_id", batch), on="author_id", how="left", nulls_equal=True)
    return [part["document_id"].to_list() for part in numbered.sort("batch").partition_by("batch")]


def _shingles(
    note: npt.NDArray[np.uint32], hashed: npt.NDArray[np.uint64], kind: npt.NDArray[np.uint64]
) -> pl.DataFrame:
    """Return the shingles of all notes: note, place of the first word among all words, and hash."""
    count = max(note.size - SHINGLE_WORDS + 1, 0)
    total = np.zeros(count, dtype=np.uint64)
    for step, factor in enumerate(_PLACES):
        total += hashed[step : step + count] * factor
    is_within = note[:count] == note[SHINGLE_WORDS - 1 :][:count]
    place = np.flatnonzero(is_within)
    return pl.DataFrame({"note": note[place], "place": place, "shingle": total[place] + kind[note[place]]})


def _with_sources(shingles: pl.DataFrame, notes: pl.DataFrame) -> pl.DataFrame:
    """Return the shingles of several notes, each with whether it is standard text and the earlier note."""
    # Nearly all shingles stand in one note only: what follows is about the few others.
    once = shingles.select("shingle", "note").unique().filter(pl.col("shingle").is_duplicated())
    people = notes.select(
        "note", *(pl.col(name).rank("dense").cast(pl.UInt32) for name in ("patient_id", "author_id"))
    )
    repeated = once.join(people, on="note").sort("shingle", "note")
    patients = (
        repeated.select("shingle", "author_id", "patient_id").unique().group_by("shingle", "author_id").len()
    )
    templates = patients.filter(pl.col("len") >= TEMPLATE_PATIENTS).select("shingle").unique()
    first = pl.col("note").first().over("shingle")
    found = repeated.with_columns(
        first=pl.when(first < pl.col("note")).then(first),
        # An unknown patient is nobody's: only what another note had first is seen.
        before=pl.when(pl.col("patient_id").is_not_null()).then(
            pl.col("note").shift().over("shingle", "patient_id")
        ),
        is_template=pl.col("shingle").is_in(templates["shingle"].implode()),
    ).with_columns(source=pl.coalesce("before", "first"))
    return shingles.join(
        found.select("note", "shingle", "source", "is_template"), on=["note", "shingle"], how="inner"
    )


def _covered(places: npt.NDArray[np.int64], word_count: int) -> npt.NDArray[np.bool_]:
    """Return which words are in a shingle that begins at one of the places."""
    steps = np.zeros(word_count + 1, dtype=np.int64)
    np.add.at(steps, places, 1)
    np.add.at(steps, places + SHINGLE_WORDS, -1)
    covered: npt.NDArray[np.bool_] = np.cumsum(steps)[:word_count] > 0
    return covered
