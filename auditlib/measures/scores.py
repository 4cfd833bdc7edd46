"""The scores that go by the name of accuracy, each by its definition, from the same charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.measures.judged_codes import JudgedCodes
from auditlib.measures.target_rates import chart_counts

ROLE_WEIGHTS: Final[Mapping[str, float]] = {"principal": 3.0}
SCORE_COLUMNS: Final = {
    "score": pl.String(),
    "definition": pl.String(),
    "numerator": pl.Float64(),
    "denominator": pl.Float64(),
    "value": pl.Float64(),
    "note": pl.String(),
}


@dataclass(frozen=True, slots=True)
class _Score:
    score: str
    definition: str
    numerator: float
    denominator: float
    note: str = ""


def all_scores(judged: JudgedCodes, *, role_weights: Mapping[str, float] = ROLE_WEIGHTS) -> pl.DataFrame:
    """Return every score of some charts, one row a score.

    Parameters
    ----------
    judged
        From `auditlib.measures.judged_codes.judged_codes`.
    role_weights
        Weight of a code by its role in the coder's list, as principal 3; a role that is not named weighs 1.

    Returns
    -------
    polars.DataFrame
        score, definition, numerator, denominator, value (null over nothing) and note. They are sums over the
        charts, not means of charts.

    References
    ----------
    AHIMA, Benchmarking to Improve Coding Accuracy and Productivity (2009), for code over code, record over
    record and case over case.
    """
    counts = chart_counts(judged)
    right, coder, reviewer, union = (
        float(counts[name].sum())
        for name in ("right_count", "coder_code_count", "reviewer_code_count", "union_count")
    )
    larger = float(counts.select(pl.max_horizontal("coder_code_count", "reviewer_code_count").sum()).item())
    charts, clean = float(counts.height), float(counts["clean_count"].sum())
    paid, open_count = (
        float(counts["paid_rightly_count"].sum()),
        counts.filter(pl.col("unpriced_error_count") > 0).height,
    )
    weight = pl.col("code_role").replace_strict(dict(role_weights), default=1.0, return_dtype=pl.Float64)
    weighted = judged.codes.select(
        numerator=(weight * pl.col("is_right")).sum(),
        denominator=(weight * pl.col("reviewer_code_count")).sum(),
    ).row(0)
    unpriced = f"{open_count:,} charts have errors that are not priced and are not counted as paid rightly."
    roles = ", ".join(f"{role} {value:g}" for role, value in role_weights.items())
    scores = (
        _Score(
            "code over code",
            "right codes / the reviewer's codes",
            right,
            reviewer,
            "the default: codes right",
        ),
        _Score(
            "penalised",
            "(right codes - the coder's other codes) / the reviewer's codes",
            right - (coder - right),
            reviewer,
            "may be negative",
        ),
        _Score("larger of the two", "right codes / the larger of both lists, chart by chart", right, larger),
        _Score("precision", "right codes / the coder's codes", right, coder),
        _Score("recall", "right codes / the reviewer's codes", right, reviewer, "the same as code over code"),
        _Score(
            "F1", "2 right codes / (the coder's codes + the reviewer's codes)", 2 * right, coder + reviewer
        ),
        _Score("Jaccard", "right codes / codes in either list", right, union),
        _Score("record over record", "charts without any error / charts", clean, charts),
        _Score(
            "case over case",
            "charts of which no error changed the payment / charts",
            paid,
            charts,
            "the default: charts paid rightly" + (f"; {unpriced}" if open_count else ""),
        ),
        _Score(
            "weighted",
            "weights of right codes / weights of the reviewer's codes",
            weighted[0],
            weighted[1],
            f"{roles}, others 1",
        ),
    )
    rows = [
        (one.score, one.definition, one.numerator, one.denominator, _quotient(one), one.note)
        for one in scores
    ]
    return pl.DataFrame(rows, schema=SCORE_COLUMNS, orient="row")


def _quotient(score: _Score) -> float | None:
    return score.numerator / score.denominator if score.denominator else None
