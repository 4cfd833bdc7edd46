"""How well reviewers agree: codes of charts that two of them completed, judged the same or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.stats.agreement.coefficients import gwet_ac1

_CHART: Final = ("audit", "encounter_id")
_REVIEW: Final = (*_CHART, "reviewer")
_JUDGEMENT: Final = (
    "action",
    "corrected_code_system",
    "corrected_code",
    "corrected_code_role",
    "corrected_poa_indicator",
    "corrected_modifiers",
    "corrected_unit_count",
)
# A code of the coder's list is agreed with, changed or deleted.
_ACTION_COUNT: Final = 3


@dataclass(frozen=True, slots=True)
class ReviewerAgreement:
    """What charts that several reviewers completed say of the reviewers.

    Parameters
    ----------
    chart_count
        Charts that at least two reviewers completed.
    pair_count
        Codes of the coder that two reviewers judged; with three reviewers a code counts in three pairs.
    same_count
        Of these, judged the same: the same verdict and, if changed, the same corrected code with role,
        present on admission, modifiers and units.
    ac1
        Gwet's AC1 of agree, change and delete; None where no code was judged twice.
    """

    chart_count: int
    pair_count: int
    same_count: int
    ac1: float | None


def reviewer_agreement(verdicts: pl.DataFrame, charts: pl.DataFrame) -> ReviewerAgreement:
    """Return how well reviewers agree on the coder's codes of charts that several of them completed.

    Parameters
    ----------
    verdicts, charts
        Frames of `auditlib.review.verdict_frame` and `auditlib.review.chart_frame`, of all reviewers.

    Notes
    -----
    Codes that reviewers added are not compared: they have no place in the coder's list.
    """
    several = charts.group_by(_CHART).agg(count=pl.col("reviewer").n_unique()).filter(pl.col("count") > 1)
    judged = (
        verdicts.drop_nulls("code_number")
        .join(charts, on=_REVIEW, how="semi")
        .join(several, on=_CHART, how="semi")
        .with_columns(judgement=pl.concat_str(pl.col(*_JUDGEMENT).fill_null(""), separator="|"))
        .select(*_REVIEW, "code_number", "action", "judgement")
    )
    pairs = judged.join(judged, on=[*_CHART, "code_number"], suffix="_other").filter(
        pl.col("reviewer") < pl.col("reviewer_other")
    )
    if pairs.is_empty():
        return ReviewerAgreement(several.height, 0, 0, None)
    codes = judged.group_by(*_CHART, "code_number").agg("action").sort(*_CHART, "code_number")
    return ReviewerAgreement(
        several.height,
        pairs.height,
        pairs.filter(pl.col("judgement") == pl.col("judgement_other")).height,
        gwet_ac1(codes["action"].to_list(), category_count=_ACTION_COUNT).value,
    )
