"""How long notes are compared with earlier ones: python -m benchmarks.checks.carried_notes --notes 10000.

Each note has 400 words: standard text of its author, words of its own, and in every third one a passage of
120 words of the patient's note before.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import time

import numpy as np
import polars as pl

from auditlib.checks.carried_text import carried_text

WORDS, STANDARD_WORDS, CARRIED_WORDS = 400, 100, 120
AUTHORS, NOTES_OF_A_PATIENT, DIFFERENT_WORDS = 50, 5, 20_000
SEED = 15


def made_notes(note_count: int) -> pl.DataFrame:
    """Return so many notes as `carried_text` takes them; the same count gives the same notes."""
    generator = np.random.default_rng(SEED)
    vocabulary = np.array([f"word{number}" for number in range(DIFFERENT_WORDS)])
    standard = vocabulary[generator.integers(0, DIFFERENT_WORDS, (AUTHORS, STANDARD_WORDS))]
    own = vocabulary[generator.integers(0, DIFFERENT_WORDS, (note_count, WORDS - STANDARD_WORDS))]
    number = np.arange(note_count)
    patient, author = number // NOTES_OF_A_PATIENT, number % AUTHORS
    is_carried = (number % 3 == 0) & (number % NOTES_OF_A_PATIENT > 0)
    own[is_carried, :CARRIED_WORDS] = own[number[is_carried] - 1, :CARRIED_WORDS]
    texts = [" ".join(words) for words in np.concatenate([standard[author], own], axis=1)]
    return pl.DataFrame(
        {
            "document_id": pl.Series(number).cast(pl.String),
            "encounter_id": pl.Series(number).cast(pl.String),
            "document_number": 1,
            "patient_id": pl.Series(patient).cast(pl.String),
            "author_id": pl.Series(author).cast(pl.String),
            "document_type": "progress note",
            "note_date": [
                dt.date(2026, 1, 1) + dt.timedelta(days=int(day)) for day in number % NOTES_OF_A_PATIENT
            ],
            "fingerprint": pl.Series(number).cast(pl.String),
            "text": texts,
        }
    )


def main() -> None:
    """Read the arguments, and print what the comparison took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=10_000)
    notes = made_notes(parser.parse_args().notes)
    begun, used = time.perf_counter(), time.process_time()
    rows = carried_text(notes)
    clock, used = time.perf_counter() - begun, time.process_time() - used
    carried = rows.filter(pl.col("carried_word_count") > 0).height
    print(
        f"{notes.height:,} notes of {WORDS} words: {clock:.1f} s, {used:.1f} s of the processors, "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at the peak; {carried:,} with "
        "passages of an earlier one"
    )


if __name__ == "__main__":
    main()
