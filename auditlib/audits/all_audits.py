"""All audits of a workspace together: their final verdicts, and how their charts are weighted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.audits.audit import audit_names, kept_audit_names, manifest_path, with_records
from auditlib.audits.chart_weights import ChartWeights, chart_weights
from auditlib.audits.rebuttals import decided_disputes
from auditlib.audits.spares import SPARE_USED, spare_uses
from auditlib.errors import UsageError
from auditlib.review import FinalVerdicts, chart_frame, decision_frame, verdict_frame
from auditlib.review.chart_time import chart_time_frame
from auditlib.review.final_stays import with_dollars_of_stays
from auditlib.review.stay_verdict import stay_verdict_frame
from auditlib.review.upheld import upheld_frame
from auditlib.sampling import read_manifest
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.workspace.folder import Workspace

_NO_MANIFEST: Final = "The manifest is no longer in the folder; charts count alike."
_SCALED: Final = " Each audit counts by the number of its charts."


@dataclass(frozen=True, slots=True)
class AllReviewed:
    """The final verdicts of the audits of a workspace.

    Parameters
    ----------
    final
        Their final verdicts; a chart may be in several audits.
    stays
        Their final verdicts on the discharge status and the DRG of stays.
    verdicts, charts
        All of them, final or not: `auditlib.review.verdict_frame` and `auditlib.review.chart_frame`.
    audits
        The audits, oldest first.
    not_sampled
        Reviews of named charts, as for practice, which are no samples and do not count.
    disputes
        The findings whose dispute was decided: see `auditlib.audits.rebuttals.decided_disputes`.
    times
        The time on each chart: see `auditlib.review.chart_time.chart_time_frame`.
    """

    final: FinalVerdicts
    stays: pl.DataFrame
    verdicts: pl.DataFrame
    charts: pl.DataFrame
    audits: tuple[str, ...]
    not_sampled: tuple[str, ...]
    disputes: pl.DataFrame
    times: pl.DataFrame

    @property
    def note(self) -> str:
        """Sentences about what does not count; empty if all does."""
        named = ", ".join(f"'{name}'" for name in self.not_sampled)
        not_sampled = f"Not counted, because no sample was drawn: {named}." if named else ""
        return " ".join(filter(None, (self.final.note, not_sampled)))


def all_reviewed(
    workspace: Workspace,
    *,
    audits: Collection[str] | None = None,
    missing_rule: MissingRecordRule = "error-in-full",
) -> AllReviewed:
    """Return the final verdicts of all audits with a drawn sample, or of those named.

    Raises
    ------
    UsageError
        If no sample has one of the names.
    """
    drawn = audit_names(workspace)
    if unknown := sorted(set(audits or ()) - set(drawn)):
        message = f"There is no sample named '{unknown[0]}' in this workspace."
        raise UsageError(message, hint=f"Samples drawn here: {', '.join(drawn) or 'none yet'}.")
    chosen = [name for name in drawn if audits is None or name in audits]
    events = workspace.ledger().events()
    verdicts, charts = verdict_frame(events), chart_frame(events)
    other = charts.filter(~pl.col("audit").is_in(drawn) & pl.col("completed_at").is_not_null())
    is_chosen = pl.col("audit").is_in(chosen)
    reviewed = with_records(
        workspace,
        verdicts.filter(is_chosen),
        charts.filter(is_chosen),
        decision_frame(events).filter(is_chosen),
        upheld=upheld_frame(events),
        missing_rule=missing_rule,
        stays=stay_verdict_frame(events).filter(is_chosen),
    )
    return AllReviewed(
        reviewed.final,
        with_dollars_of_stays(reviewed.final_stays.verdicts, reviewed.final_stays),
        reviewed.verdicts,
        reviewed.charts,
        tuple(chosen),
        tuple(other["audit"].unique().sort()),
        decided_disputes(pl.concat([reviewed.verdicts, reviewed.stays]), events),
        chart_time_frame(events),
    )


def weights_of_audits(workspace: Workspace, charts: pl.DataFrame) -> ChartWeights:
    """Return the weights of the charts of several audits, by the design of each sample.

    Parameters
    ----------
    workspace
        Whose manifests say how each sample was drawn.
    charts
        ``audit`` and ``encounter_id`` of the charts that count.

    Notes
    -----
    The weights of an audit are scaled to a mean of 1, so that it counts by its number of charts, whatever the
    size of its universe. An audit whose charts were drawn alike has weights of 1. A chart that several audits
    reviewed has one row for each: ``audit`` is a column of the frame.
    """
    kept = set(kept_audit_names(workspace))
    frames: list[pl.DataFrame] = []
    named: dict[str, list[str]] = {}
    for audit, own in sorted(charts.partition_by("audit", as_dict=True).items()):
        name = str(audit[0])
        if name not in kept:
            named.setdefault(_NO_MANIFEST, []).append(f"'{name}'")
        found = _weights(workspace, name, own) if name in kept else ChartWeights()
        if found.note:
            named.setdefault(found.note, []).append(f"'{name}'")
        weight = own.select("audit", "encounter_id")
        if found.frame is None:
            frames.append(weight.with_columns(weight=pl.lit(1.0)))
        else:
            scaled = pl.col("weight") / pl.col("weight").mean()
            frames.append(
                weight.join(found.frame, on="encounter_id", how="inner").with_columns(weight=scaled)
            )
    notes = [f"{', '.join(names)}: {note}" for note, names in named.items()]
    if not frames or all(frame["weight"].eq(1.0).all() for frame in frames):
        return ChartWeights(note=" ".join(notes))
    scaling = _SCALED if len(frames) > 1 else ""
    return ChartWeights(pl.concat(frames), " ".join(notes) + scaling)


def _weights(workspace: Workspace, audit: str, charts: pl.DataFrame) -> ChartWeights:
    manifest = read_manifest(manifest_path(workspace, audit))
    uses = spare_uses(workspace.ledger().events(audit=audit, kinds=[SPARE_USED]), audit)
    return chart_weights(workspace, manifest, uses, charts["encounter_id"].to_list())
