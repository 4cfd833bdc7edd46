"""Whether all checks have run since what they read has changed, and what the outcomes that stand are of."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.checks.registry import all_checks

NOT_RUN: Final = "not run"
"""Outcome of a check that has not run since what it reads has changed."""
_MOST_NAMED: Final = 21


def have_all_run(outcomes: pl.DataFrame) -> bool:
    """Return whether every check has run since what it reads has changed.

    Parameters
    ----------
    outcomes
        As ``queries/checks/finding_summary`` gives them.
    """
    run = outcomes.filter(pl.col("outcome") != NOT_RUN)
    return run.height == outcomes.height and {check.id for check in all_checks()} <= set(run["check_id"])


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
    known = {*(check.id for check in all_checks()), *outcomes["check_id"]}
    waiting = sorted(known - set(stand["check_id"]))
    named = f" ({', '.join(waiting)})" if len(waiting) <= _MOST_NAMED else ""
    judged = what_was_judged(stand)
    others = f"The others judged {judged}." if judged else "What the others found stands."
    return (
        f"{len(waiting):,} of {len(known):,} checks have not run since what they read has changed{named}: "
        f"'auditlib check' runs them. {others}"
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
