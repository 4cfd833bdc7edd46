"""`python -m benchmarks.denials.independent_reviews FILE`: the chance of overturn on later years.

FILE is California's list of independent medical reviews (Department of Managed Health Care), columns
separated by semicolons. The model learns from the years to 2010, penalty and half-life chosen among these
years only, and is judged on 2011 to 2013.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from auditlib.stats.prediction.reliability import ReliabilityBand, brier_score, reliability_bands
from auditlib.stats.prediction.ridge_logistic import LearnedChance, learn_chance

LAST_LEARNED_YEAR = 2010
FEATURES = (
    "Diagnosis Category",
    "Diagnosis Sub Category",
    "Treatment Category",
    "Treatment Sub Category",
    "Type",
    "Age Range",
    "Patient Gender",
)
_PAIRS = (
    ("Diagnosis Sub Category", "Treatment Sub Category"),
    ("Type", "Treatment Category"),
    ("Type", "Diagnosis Category"),
)


@dataclass(frozen=True)
class Judged:
    """What the model learned to 2010 says of the reviews since.

    ``base_score`` is that of the share overturned to 2010, ``best_base_score`` that of the share overturned
    in the later years themselves, which nobody could know.
    """

    learned: LearnedChance
    case_count: int
    overturned_count: int
    score: float
    base_score: float
    best_base_score: float
    mean_chance: float
    bands: list[ReliabilityBand]
    bands_base_chance: float


def read_reviews(path: Path) -> pl.DataFrame:
    """Return the reviews with their year, ``overturned`` (0 or 1) and one record of features."""
    reviews = pl.read_csv(path, separator=";", infer_schema=False).with_columns(
        pl.all().fill_null("not stated"),
        year=pl.col("Report Year").cast(pl.Int64),
        overturned=pl.col("Determination").str.starts_with("Overturned").cast(pl.Int64),
    )
    pairs = [pl.concat_str(pair, separator=" / ").alias(" and ".join(pair)) for pair in _PAIRS]
    return reviews.with_columns(record=pl.concat_list(*FEATURES, *pairs))


def judge(reviews: pl.DataFrame) -> Judged:
    """Learn from the years to 2010 and judge on the others."""
    before, later = (
        reviews.filter(pl.col("year") <= LAST_LEARNED_YEAR),
        reviews.filter(pl.col("year") > LAST_LEARNED_YEAR),
    )
    learned = learn_chance(
        before["record"].to_list(), before["overturned"].to_list(), before["year"].cast(pl.Float64).to_list()
    )
    chances, outcomes = learned.model.chances(later["record"].to_list()), later["overturned"].to_list()
    base = before["overturned"].to_numpy().mean().item()
    best = sum(outcomes) / len(outcomes)
    return Judged(
        learned,
        len(outcomes),
        sum(outcomes),
        brier_score(chances, outcomes),
        brier_score([base] * len(outcomes), outcomes),
        brier_score([best] * len(outcomes), outcomes),
        sum(chances) / len(chances),
        reliability_bands(chances, outcomes),
        base,
    )


def table(judged: Judged) -> str:
    """Return the figures as a page of Markdown."""
    share = judged.overturned_count / judged.case_count
    learned, base = judged.learned, f"{100 * judged.bands_base_chance:.1f} %"
    about = (
        f"Learned from {learned.model.case_count:,} reviews of 2001 to {LAST_LEARNED_YEAR}; judged on "
        f"{judged.case_count:,} of 2011 to 2013, of which {100 * share:.1f} % were overturned "
        f"(mean chance {100 * judged.mean_chance:.1f} %). Penalty {learned.model.penalty:g}, half-life "
        f"{learned.half_life:g} years, chosen among the years to {LAST_LEARNED_YEAR}."
    )
    lines = [
        about,
        "",
        "| predictor | Brier score |",
        "|---|---|",
        f"| model | {judged.score:.4f} |",
        f"| share overturned to {LAST_LEARNED_YEAR} ({base}) | {judged.base_score:.4f} |",
        f"| share overturned in 2011 to 2013, known only afterwards | {judged.best_base_score:.4f} |",
        "",
        "| chance | mean chance | reviews | overturned | share | 95 % |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {100 * band.lowest:.0f}-{100 * band.highest:.0f} % | {100 * band.mean_chance:.1f} % "
        f"| {band.case_count} | {band.event_count} | {100 * band.share:.1f} % "
        f"| {100 * band.lower:.1f}-{100 * band.upper:.1f} % |"
        for band in judged.bands
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Print the table."""
    print(table(judge(read_reviews(Path(arguments[0])))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
