"""The changes of discharge status and DRG that reviews found, as people read them."""

from __future__ import annotations

import polars as pl

from auditlib.audits.audit import verdicts_before_and_after
from auditlib.review.adjudication import with_items
from auditlib.review.final_stays import FinalStays
from auditlib.workspace.folder import Workspace


def stay_changes(workspace: Workspace, stays: FinalStays, states: pl.Series) -> pl.DataFrame:
    """Return one row per changed fact of a stay, the most dollars first.

    Parameters
    ----------
    workspace
        The workspace with the encounters and documents.
    stays
        The verdicts that count.
    states
        The state of the rebuttal of each: `auditlib.audits.rebuttals.rebuttal_states`.

    Returns
    -------
    polars.DataFrame
        encounter_id, fact, coder_id, before, after, cause, evidence, comment, payment_difference,
        payment_difference_basis, rebuttal, reviewer and recorded_date.
    """
    changed = with_items(stays.verdicts.with_columns(rebuttal=states).filter(action="change"))
    params = {"encounter_ids": changed["encounter_id"].unique().sort().to_list()}
    people = workspace.warehouse().query("queries/audits/people_of_encounters", params)
    return (
        verdicts_before_and_after(workspace, changed)
        .with_columns(changed.select("rebuttal", fact="item"), recorded_date=pl.col("recorded_at").dt.date())
        .join(people, on="encounter_id", how="left", maintain_order="left")
        .sort(pl.col("payment_difference").abs(), descending=True, nulls_last=True, maintain_order=True)
        .select(
            *("encounter_id", "fact", "coder_id", "before", "after", "cause", "evidence", "comment"),
            *("payment_difference", "payment_difference_basis", "rebuttal", "reviewer", "recorded_date"),
        )
    )
