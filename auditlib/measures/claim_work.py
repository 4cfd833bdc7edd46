"""What the ledger says of work on claims, and the level of appeal that comes next, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from auditlib.measures.appeal_levels import AppealLevel, level_of
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import APPEALED, WorkState

CLAIM_KEY: Final = ("patient_control_number", "payer_id", "first_day")
FIRST_DAY: Final = pl.col("from_date").cast(pl.Date).dt.to_string("%Y-%m-%d").fill_null("").alias("first_day")
"""The first day of service as a `ClaimKey` has it."""
_STATE: Final[dict[str, pl.DataType]] = {
    "state": pl.String(),
    "level_number": pl.Int64(),
    "decision_date": pl.Date(),
    "assignee": pl.String(),
    "last_note": pl.String(),
    "user_ground": pl.String(),
}
_PAYER_LEVEL: Final = ("payer_id", "payer_name", "filing_code", "level_number")


def with_work(claims: pl.DataFrame, work: Mapping[ClaimKey, WorkState]) -> pl.DataFrame:
    """Return claims with what the ledger says of them.

    Parameters
    ----------
    claims
        With patient_control_number, payer_id and from_date.
    work
        As from `auditlib.review.denial_work.DenialWork.states`.

    Returns
    -------
    polars.DataFrame
        The claims in their order, and state, level_number (0 before an appeal), decision_date, assignee,
        last_note and user_ground (null where nothing is recorded).
    """
    said = [
        (
            *(key.number, key.payer_id, key.first_day, state.state, state.level_number),
            *(state.decision_date, state.assignee, state.last_note, state.stated_ground),
        )
        for key, state in work.items()
        if not key.payment
    ]
    states = pl.DataFrame(said, schema={**dict.fromkeys(CLAIM_KEY, pl.String()), **_STATE}, orient="row")
    nothing = WorkState()
    return (
        claims.with_columns(FIRST_DAY)
        .join(states, on=CLAIM_KEY, how="left", maintain_order="left")
        .with_columns(
            pl.col("state").fill_null(nothing.state), pl.col("level_number").fill_null(nothing.level_number)
        )
        .drop("first_day")
    )


def with_next_level(claims: pl.DataFrame, levels: Sequence[AppealLevel], decided: str) -> pl.DataFrame:
    """Return claims with the level of appeal that comes next, and its last day.

    Parameters
    ----------
    claims
        As from `with_work`, with payer_name and filing_code.
    levels
        As from `auditlib.measures.appeal_levels.read_appeal_levels`.
    decided
        The column with the day from which the days of the first level count; those of a later level count
        from the decision of the last appeal, and an appeal that waits for its decision has no last day.

    Returns
    -------
    polars.DataFrame
        The claims in their order, and level and last_appeal_date, null where no table has the level.
    """
    payers = claims.select(_PAYER_LEVEL).unique(maintain_order=True)
    found = [
        level_of(levels, number + 1, payer_id=payer_id, payer_name=name, filing_code=filing_code)
        for payer_id, name, filing_code, number in payers.iter_rows()
    ]
    of_payer = payers.with_columns(
        pl.Series("level", [None if one is None else one.level for one in found], pl.String),
        pl.Series("days", [None if one is None else one.days + one.receipt_days for one in found], pl.Int64),
    )
    since = pl.when(pl.col("level_number") > 0).then("decision_date").otherwise(decided)
    return (
        claims.join(of_payer, on=_PAYER_LEVEL, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            last_appeal_date=pl.when(pl.col("state") != APPEALED).then(since + pl.duration(days="days"))
        )
        .drop("days")
    )
