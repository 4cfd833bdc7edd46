"""Whether all checks have run since what they read has changed, and what the outcomes that stand are of."""

from __future__ import annotations

from typing import Final

import polars as pl

NOT_RUN: Final = "not run"
"""Outcome of a check that has not run since what it reads has changed."""


def have_all_run(outcomes: pl.DataFrame) -> bool:
    """Return whether every check has run since what it reads has changed.

    Parameters
    ----------
    outcomes
        As ``queries/checks/finding_summary`` gives them.
    """
    return not outcomes.is_empty() and NOT_RUN not in outcomes["outcome"]


def since_when(outcomes: pl.DataFrame) -> str:
    """Return how many checks have not run since what they read has changed, and of which load the others are.

    Parameters
    ----------
    outcomes
        As for `have_all_run`.

    Returns
    -------
    str
        Sentences; empty where all have run, or none.
    """
    if outcomes.is_empty() or have_all_run(outcomes):
        return ""
    stand = outcomes.filter(pl.col("outcome") != NOT_RUN)
    judged = what_was_judged(stand)
    others = f"The others judged {judged}." if judged else "What the others found stands."
    return (
        f"{outcomes.height - stand.height:,} of {outcomes.height:,} checks have not run since a load changed "
        f"what they read: 'auditlib check' runs them. {others}"
    )


def what_was_judged(outcomes: pl.DataFrame) -> str:
    """Return through which load checks judged, as "what was loaded through 2026-03-01 14:05 UTC".

    Parameters
    ----------
    outcomes
        As for `have_all_run`.

    Returns
    -------
    str
        Empty where no file was loaded when they ran.
    """
    (latest,) = outcomes.select(pl.col("loaded_through").max().dt.strftime("%Y-%m-%d %H:%M")).to_series()
    return f"what was loaded through {latest} UTC" if latest else ""
