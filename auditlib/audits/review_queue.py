"""The queue of a reviewer: what its charts are sorted and found by, without what is hidden of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

from auditlib.audits.audit import charts_of_units, kept_audit_names, manifest_path, reviewed
from auditlib.review import chart_frame
from auditlib.review.blindness import Blindness
from auditlib.review.plan import REVIEW_PLANNED, current_plan
from auditlib.sampling import Manifest, read_manifest
from auditlib.workspace.folder import Workspace

QUEUE_COLUMNS: Final = {
    "encounter_id": pl.String(),
    "account": pl.String(),
    "stratum": pl.String(),
    "coder_id": pl.String(),
    "finding_count": pl.Int64(),
    "check_ids": pl.List(pl.String()),
    "charge_amount": pl.Decimal(18, 2),
    "round": pl.Int64(),
    "is_not_adjudicated": pl.Boolean(),
}
# The levels that withhold a column. A stratum may be named for any of what it was cut by.
_WITHHELD_BY: Final = {
    "coder_id": ("coder",),
    "finding_count": ("codes", "findings"),
    "check_ids": ("codes", "findings"),
    "charge_amount": ("payer",),
    "round": ("first reviewer",),
    "is_not_adjudicated": ("first reviewer",),
}
_STRATUM_SHOWS: Final = {
    "encounter_class": (),
    "service_month": (),
    "provider_id": (),
    "coder_id": ("coder",),
    "payer_id": ("payer",),
    "finding": ("codes", "findings"),
}
_STRATUM_MAY_SHOW: Final = ("codes", "coder", "payer", "findings")


def review_queue(
    workspace: Workspace,
    audit: str,
    *,
    reviewer: str,
    encounter_ids: Sequence[str],
    blindness: Callable[[str], Blindness],
) -> pl.DataFrame:
    """Return one row for each chart of a reviewer, in the order given: `QUEUE_COLUMNS` and ``hidden``.

    Parameters
    ----------
    workspace, audit
        The workspace and the audit; an audit of named charts has no strata.
    reviewer
        Whose queue it is.
    encounter_ids
        The charts in order of review.
    blindness
        What is hidden of a chart from the reviewer.

    Returns
    -------
    polars.DataFrame
        account is the patient control number of the first claim to the primary payer, charge_amount its
        charge; check_ids are the checks that found something; round is 1 for a first review, null where
        nothing was planned; is_not_adjudicated says that completed reviews differ. ``hidden`` lists the
        columns that are withheld of the chart and therefore null.
    """
    charts = pl.DataFrame({"encounter_id": list(encounter_ids)}, schema={"encounter_id": pl.String()})
    facts = workspace.warehouse().query(
        "queries/audits/queue_of_encounters", {"encounter_ids": list(encounter_ids)}
    )
    manifest = (
        read_manifest(manifest_path(workspace, audit)) if audit in kept_audit_names(workspace) else None
    )
    events = workspace.ledger().events(audit=audit)
    plan = current_plan([event for event in events if event.kind == REVIEW_PLANNED])
    rounds = pl.DataFrame(schema={"encounter_id": pl.String(), "round": pl.Int64()})
    if plan is not None:
        rounds = plan.frame.filter(reviewer=reviewer).select("encounter_id", "round")
    several = chart_frame(events).group_by("encounter_id").len().filter(pl.col("len") > 1)
    strata = _strata(workspace, manifest)
    is_shown = any("first reviewer" not in blindness(name).hidden for name in encounter_ids)
    open_charts: list[str] = []
    if is_shown and not several.is_empty():
        open_charts = sorted(reviewed(workspace, audit).not_adjudicated_charts)
    whole = (
        charts.join(facts, on="encounter_id", how="left", maintain_order="left")
        .join(strata, on="encounter_id", how="left", maintain_order="left")
        .join(rounds, on="encounter_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("finding_count").fill_null(0),
            pl.col("check_ids").fill_null([]),
            is_not_adjudicated=pl.col("encounter_id").is_in(open_charts),
        )
        .select(pl.col(name).cast(kind) for name, kind in QUEUE_COLUMNS.items())
    )
    by_stratum = () if manifest is None or strata.is_empty() else _levels_of_strata(manifest)
    return _without_hidden(whole, blindness, {**_WITHHELD_BY, "stratum": by_stratum})


def _strata(workspace: Workspace, manifest: Manifest | None) -> pl.DataFrame:
    """Return the stratum of each sampled chart; none where the sample has only one."""
    schema = {"encounter_id": pl.String(), "stratum": pl.String()}
    if manifest is None or len(manifest.strata) <= 1:
        return pl.DataFrame(schema=schema)
    strata = {unit.unit_id: unit.stratum for unit in manifest.selected}
    chart_of = charts_of_units(workspace, manifest.universe.unit, list(strata))
    rows = [(chart_of.get(unit_id), stratum) for unit_id, stratum in strata.items()]
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .drop_nulls("encounter_id")
        .unique("encounter_id", keep="first", maintain_order=True)
    )


def _levels_of_strata(manifest: Manifest) -> tuple[str, ...]:
    """Return the levels that withhold the name of a stratum, since it shows what they hide."""
    if manifest.design.boundaries:
        return ("payer",)
    return _STRATUM_SHOWS.get(manifest.universe.stratify_by or "", _STRATUM_MAY_SHOW)


def _without_hidden(
    charts: pl.DataFrame, blindness: Callable[[str], Blindness], withheld_by: dict[str, tuple[str, ...]]
) -> pl.DataFrame:
    levels = pl.Series(
        [sorted(blindness(name).hidden) for name in charts["encounter_id"]], dtype=pl.List(pl.String)
    )
    marked = charts.with_columns(levels=levels)
    is_hidden = {
        name: pl.any_horizontal(
            [pl.lit(value=False), *(pl.col("levels").list.contains(level) for level in by)]
        )
        for name, by in withheld_by.items()
    }
    return marked.with_columns(
        *(pl.when(~hides).then(pl.col(name)).alias(name) for name, hides in is_hidden.items()),
        hidden=pl.concat_list(
            [pl.when(hides).then(pl.lit(name)) for name, hides in is_hidden.items()]
        ).list.drop_nulls(),
    ).drop("levels")
