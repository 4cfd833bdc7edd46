"""Grounds of denials as users state them from the payers' letters, put onto the denied lines."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from auditlib.measures.claim_work import CLAIM_KEY, FIRST_DAY
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import WorkState


def with_stated_grounds(lines: pl.DataFrame, work: Mapping[ClaimKey, WorkState]) -> pl.DataFrame:
    """Return denied lines with the ground that a user stated of their claim in the place of a remark's.

    Parameters
    ----------
    lines
        As from `auditlib.measures.denied_lines.denied_lines`.
    work
        What the ledger says, as from `auditlib.review.denial_work.DenialWork.states`.
    """
    stated = [
        (key.number, key.payer_id, key.first_day, state.stated_ground)
        for key, state in work.items()
        if state.stated_ground is not None
    ]
    if not stated:
        return lines
    grounds = pl.DataFrame(stated, schema=[*CLAIM_KEY, "user_ground"], orient="row")
    return (
        lines.with_columns(FIRST_DAY)
        .join(grounds, on=CLAIM_KEY, how="left", maintain_order="left")
        .with_columns(stated_ground=pl.coalesce("user_ground", "stated_ground"))
        .drop("user_ground", "first_day")
    )
