"""Audits: draw a sample, review it, and read the verdicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from auditlib.audits.audit_plan import AUDIT_PLANNED, plan_of, require_as_planned
from auditlib.audits.charts_without_documents import charts_without_documents
from auditlib.audits.draw_record import draw_payload
from auditlib.audits.line_payments import line_payments, with_line_payments
from auditlib.audits.spares import SPARE_USED, spare_uses, units_to_review
from auditlib.audits.universe import frozen_universe
from auditlib.codes.systems import DISCHARGE_STATUS
from auditlib.errors import UsageError
from auditlib.ledger import Event
from auditlib.progress import Progress
from auditlib.review import (
    MISSING,
    PARTLY_MISSING,
    FinalVerdicts,
    Replayed,
    ReviewSession,
    chart_frame,
    decision_frame,
    read_recorded_verdicts,
    verdict_frame,
    worklist_from,
)
from auditlib.review.before_and_after import before_and_after
from auditlib.review.blindness import Blindness
from auditlib.review.final_stays import FinalStays, dollars_left_out, final_stays, with_dollars_of_stays
from auditlib.review.final_verdicts import final_verdicts
from auditlib.review.frames import VERDICT_COLUMNS
from auditlib.review.own_kinds import own_kinds_from
from auditlib.review.plan import REVIEW_PLANNED, ReviewPlan, current_plan
from auditlib.review.replay import replay
from auditlib.review.session import Worklist
from auditlib.review.stay_verdict import DRG, stay_verdict_frame
from auditlib.review.upheld import upheld_frame, with_upheld_disputes
from auditlib.sampling import (
    Manifest,
    SampleRequest,
    Universe,
    build_frame,
    design_of,
    draw,
    make_manifest,
    read_manifest,
    sampling_memo,
    universe_record,
    write_manifest,
)
from auditlib.sampling.dollar_strata import with_dollar_strata
from auditlib.sampling.manifest import MANIFEST_ENDING
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.warehouse import Warehouse
from auditlib.workspace.folder import Workspace

SAMPLE_DRAWN = "sample drawn"
ENROLLEE = "enrollee"
"""The unit whose record is all its encounters of a year."""
_RESERVED_NAMES = {"CON", "PRN", "AUX", "NUL"} | {
    f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)
}


@dataclass(frozen=True)
class Reviewed:
    """The verdicts and completed charts of an audit, and what is known of their records.

    Parameters
    ----------
    verdicts
        One row per reviewed code: see `auditlib.review.verdict_frame`; a deleted code has the payment of its
        line where that is certain.
    charts
        One row per reviewer and completed chart: see `auditlib.review.chart_frame`.
    without_documents
        The completed charts without a document that holds text.
    codes
        The coder's codes of the charts whose record is missing, in part or as a whole.
    missing_rule
        How a missing record counts.
    decisions
        What adjudicators decided: see `auditlib.review.decision_frame`.
    upheld
        The disputes of coders that were upheld: see `auditlib.review.upheld.upheld_frame`.
    payments
        What was paid for codes of the charts: see `auditlib.audits.line_payments.line_payments`.
    stays
        One row per judged fact of a stay: see `auditlib.review.stay_verdict.stay_verdict_frame`.
    """

    verdicts: pl.DataFrame
    charts: pl.DataFrame
    without_documents: frozenset[str]
    codes: pl.DataFrame
    missing_rule: MissingRecordRule
    decisions: pl.DataFrame
    upheld: pl.DataFrame
    payments: pl.DataFrame
    stays: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=VERDICT_COLUMNS))

    def is_same_as(self, other: Reviewed) -> bool:
        """Return True if both rest on the same verdicts, charts, documents, codes and decisions."""
        return (
            self.verdicts.equals(other.verdicts)
            and self.charts is other.charts
            and self.without_documents == other.without_documents
            and self.codes.equals(other.codes)
            and self.decisions is other.decisions
            and self.upheld.equals(other.upheld)
            and self.payments.equals(other.payments)
            and self.stays is other.stays
        )

    @cached_property
    def final(self) -> FinalVerdicts:
        """The verdicts that count, for measures, estimates and reports."""
        final = self._priced(with_upheld_disputes(self.final_before_rebuttal, self.upheld))
        return replace(
            final,
            verdicts=with_dollars_of_stays(final.verdicts, self.final_stays),
            dollars_not_agreed=(
                *final.dollars_not_agreed,
                *self.final_stays.dollars_not_agreed,
                *dollars_left_out(final.verdicts, self.final_stays),
            ),
        )

    @cached_property
    def final_stays(self) -> FinalStays:
        """The verdicts on facts of stays that count, apart from those on codes."""
        return final_stays(self.stays, self.charts, self.final_before_rebuttal, self.decisions, self.upheld)

    @property
    def verdicts_to_answer(self) -> pl.DataFrame:
        """The verdicts on codes, then on facts of stays, that would count without any rebuttal."""
        return pl.concat([self.final_before_rebuttal.verdicts, self.final_stays.before_rebuttal])

    @property
    def disagreements(self) -> pl.DataFrame:
        """What reviewers judge differently of codes, records and stays, decided or open."""
        return pl.concat([self.final.disagreements, self.final_stays.disagreements])

    @property
    def not_adjudicated_charts(self) -> frozenset[str]:
        """The encounters of which something is left to adjudicate."""
        return frozenset(self.final.not_adjudicated["encounter_id"]) | frozenset(
            self.final_stays.not_adjudicated["encounter_id"]
        )

    @cached_property
    def final_before_rebuttal(self) -> FinalVerdicts:
        """The verdicts that would count without any rebuttal: what coders answer."""
        final = final_verdicts(
            self.verdicts,
            self.charts,
            without_documents=self.without_documents,
            codes=self.codes,
            missing_rule=self.missing_rule,
            decisions=self.decisions,
        )
        return self._priced(final)

    def _priced(self, final: FinalVerdicts) -> FinalVerdicts:
        """Return final verdicts, of which adjudicators and decisions on disputes may delete codes, too."""
        return replace(final, verdicts=with_line_payments(final.verdicts, self.payments))


def draw_sample(
    workspace: Workspace,
    universe: Universe | str,
    request: SampleRequest,
    *,
    name: str,
    size_basis: str,
    objective: str = "",
    software_version: str,
    drawn_by: str,
    drawn_at: dt.datetime,
) -> Manifest:
    """Draw a sample: freeze the universe, write manifest, frame and sample, record the draw in the ledger.

    The same draw requested again returns the first manifest. A universe's name stands for the frozen universe
    of that name, unchanged. Strata by dollars are cut as the request says.

    Raises
    ------
    UsageError
        If another draw has the name, the design needs something that the frame does not have, or the draw is
        not as its programme's plan has it.
    BadInputError
        If the universe is empty.
    """
    require_distinct_name(workspace, name)
    # Fails here if the ledger cannot be used, before anything is written.
    ledger = workspace.ledger()
    ledger.require_writable()
    warehouse = workspace.warehouse()
    if isinstance(universe, Universe):
        frame, record = build_frame(warehouse, universe), universe_record(warehouse, universe)
    else:
        frozen, frame = frozen_universe(workspace, universe)
        record = frozen.universe
    design = design_of(request, frame)
    if design.boundaries:
        frame = with_dollar_strata(frame, design.boundaries)
    drawn = draw(frame, design)
    manifest = make_manifest(
        drawn,
        objective=objective,
        name=name,
        universe=record,
        size_basis=size_basis,
        software_version=software_version,
        drawn_at=drawn_at,
        drawn_by=drawn_by,
    )
    require_as_planned(
        plan_of(ledger.events(audit=name, kinds=[AUDIT_PLANNED])), manifest.universe, manifest.design
    )
    earlier = workspace.manifests / f"{name}{MANIFEST_ENDING}"
    drawn_before = ledger.events(audit=name, kinds=[SAMPLE_DRAWN])
    if drawn_before and not earlier.exists():
        message = f"The ledger holds a draw of '{name}', whose manifest is no longer in the folder."
        raise UsageError(message, hint="Restore it from a backup, or give the new sample another name.")
    if earlier.exists():
        manifest = _same_draw(read_manifest(earlier), manifest)
    else:
        write_manifest(manifest, frame, workspace.manifests)
    # An earlier draw may have been interrupted before its memo or its event.
    if not memo_path(workspace, name).exists():
        memo_path(workspace, name).write_text(sampling_memo(manifest), encoding="utf-8")
    if drawn_before:
        return manifest
    ledger.append(
        kind=SAMPLE_DRAWN,
        audit=name,
        subject=name,
        actor=drawn_by,
        payload=draw_payload(manifest, drawn.frame),
        recorded_at=drawn_at.replace(tzinfo=dt.UTC) if drawn_at.tzinfo is None else drawn_at,
    )
    return manifest


def require_distinct_name(workspace: Workspace, name: str) -> None:
    """Raise if the name's files would collide with others, or could not exist, on another operating system.

    Raises
    ------
    UsageError
        If the name differs from another in case only, or Windows reserves it.
    """
    if name.partition(".")[0].rstrip().upper() in _RESERVED_NAMES or name.endswith("."):
        message = f"A sample cannot be named '{name}': Windows does not allow files of that name."
        raise UsageError(message, hint="Add a word, as in 'Audit of October'.")
    manifests = (path.name.removesuffix(MANIFEST_ENDING) for path in workspace.manifests.iterdir())
    known = {*manifests, *audit_names(workspace)}
    same = next((other for other in known if other != name and other.casefold() == name.casefold()), None)
    if same is not None:
        message = f"There is a sample named '{same}' already, which differs from '{name}' only in case."
        raise UsageError(message, hint="Give the new sample another name.")


def _same_draw(earlier: Manifest, now: Manifest) -> Manifest:
    if (earlier.universe, earlier.design, earlier.frame) != (now.universe, now.design, now.frame):
        message = f"There is already a sample named '{earlier.name}' with another draw; it is never replaced."
        raise UsageError(message, hint="Give the new sample another name.")
    return earlier


def audit_names(workspace: Workspace) -> list[str]:
    """Return the names of the drawn samples, oldest first."""
    events = workspace.ledger().events(kinds=[SAMPLE_DRAWN])
    return list(dict.fromkeys(event.audit for event in events))


def kept_audit_names(workspace: Workspace) -> list[str]:
    """Return the names of the drawn samples whose manifest is in the folder, oldest first."""
    return [
        name
        for name in audit_names(workspace)
        if (workspace.manifests / f"{name}{MANIFEST_ENDING}").is_file()
    ]


def manifest_path(workspace: Workspace, audit: str) -> Path:
    """Return the path of the manifest of an audit's sample.

    Raises
    ------
    UsageError
        If no sample has that name.
    """
    path = workspace.manifests / f"{audit}{MANIFEST_ENDING}"
    if audit not in audit_names(workspace) or not path.is_file():
        message = f"There is no sample named '{audit}' in this workspace."
        names = ", ".join(audit_names(workspace)) or "none yet"
        raise UsageError(message, hint=f"Samples drawn here: {names}.")
    return path


def memo_path(workspace: Workspace, audit: str) -> Path:
    """Return the path of an audit's sampling memo."""
    return workspace.manifests / f"{audit}.memo.md"


def sampled_encounters(workspace: Workspace, audit: str) -> list[str]:
    """Return the encounters of an audit's sample in order of selection, spares included."""
    manifest = read_manifest(manifest_path(workspace, audit))
    uses = spare_uses(workspace.ledger().events(audit=audit, kinds=[SPARE_USED]), audit)
    unit_ids = units_to_review(manifest, uses)
    if manifest.universe.unit == ENROLLEE:
        charts = charts_of_enrollees(workspace, manifest, unit_ids)
        return list(dict.fromkeys(chart for unit_id in unit_ids for chart in charts[unit_id]))
    chart_of = charts_of_units(workspace, manifest.universe.unit, unit_ids)
    # Two sampled claims of one encounter share its chart.
    return list(dict.fromkeys(chart_of[unit_id] for unit_id in unit_ids))


def charts_of_units(workspace: Workspace, unit: str, unit_ids: Sequence[str]) -> dict[str, str]:
    """Return the encounter of each unit, whose chart is reviewed.

    An enrollee has many charts, and is in no row here: see `charts_of_enrollees`.
    """
    if unit == ENROLLEE:
        return {}
    if unit == "encounter":
        return {name: name for name in unit_ids}
    if unit == "code":
        return {name: name.rpartition("-")[0] for name in unit_ids}
    if unit == "machine code":
        found = workspace.warehouse().query("queries/machine/machine_unit", {"unit_ids": list(unit_ids)})
        return dict(found.select("unit_id", "encounter_id").iter_rows())
    query = "queries/audits/encounter_of_claim" if unit == "claim" else "queries/audits/encounter_of_unit"
    return dict(workspace.warehouse().query(query, {"unit_ids": list(unit_ids)}).iter_rows())


def charts_of_enrollees(
    workspace: Workspace, manifest: Manifest, unit_ids: Sequence[str]
) -> dict[str, list[str]]:
    """Return the encounters of each enrollee of a sample within the days of its universe."""
    days = {given.name: given.value for given in manifest.universe.filters}
    found = workspace.warehouse().query(
        "queries/audits/encounter_of_enrollee",
        {"unit_ids": list(unit_ids), "from_date": days.get("from_date"), "to_date": days.get("to_date")},
    )
    charts: dict[str, list[str]] = {unit_id: [] for unit_id in unit_ids}
    for unit_id, encounter_id in found.iter_rows():
        charts[unit_id].append(encounter_id)
    return charts


def open_review(
    workspace: Workspace, audit: str, *, reviewer: str, encounter_ids: list[str] | None = None
) -> ReviewSession:
    """Return a reviewer's session on an audit's sample, or on selected encounters of it.

    Once a review is planned, the session holds the reviewer's charts of the plan only, as blind as planned.

    Raises
    ------
    UsageError
        If the reviewer has no chart in the plan, or not the encounters selected.
    """
    plan = current_plan(workspace.ledger().events(audit=audit, kinds=[REVIEW_PLANNED]))
    if plan is not None:
        encounter_ids = _planned_charts(workspace, audit, plan, reviewer, encounter_ids)
    worklist = _worklist(workspace, audit, encounter_ids)
    return ReviewSession(
        workspace.ledger(),
        audit=audit,
        reviewer=reviewer,
        worklist=worklist,
        without_documents=charts_without_documents(workspace.warehouse(), worklist),
        blindness=Blindness() if plan is None else plan.blindness_of_chart,
        own_kinds=own_kinds_from(dict(workspace.error_kinds)),
        stays=stays_of(workspace.warehouse(), worklist),
    )


def stays_of(warehouse: Warehouse, encounter_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the discharge status and the DRG of each stay as billed, by encounter and fact.

    Of encounters that are no inpatient stay there is nothing, nor of a fact that was not billed.
    """
    rows = warehouse.query("queries/audits/billed_stay", {"encounter_ids": list(encounter_ids)})
    billed = {
        encounter_id: {DISCHARGE_STATUS: status, DRG: drg} for encounter_id, status, drg in rows.iter_rows()
    }
    return {
        encounter_id: {fact: value for fact, value in facts.items() if value}
        for encounter_id, facts in billed.items()
    }


def _planned_charts(
    workspace: Workspace, audit: str, plan: ReviewPlan, reviewer: str, encounter_ids: list[str] | None
) -> list[str]:
    """Return a reviewer's charts by the plan, in the order of the sample or as selected."""
    own = plan.charts_of(reviewer)
    if not own:
        message = f"{reviewer} has no chart in the review plan of '{audit}'."
        hint = f"Its reviewers are {', '.join(plan.reviewers)}. A new plan may name others."
        raise UsageError(message, hint=hint)
    if encounter_ids is None:
        return [chart for chart in sampled_encounters(workspace, audit) if chart in own]
    if others := [chart for chart in encounter_ids if chart not in own]:
        message = f"The review plan of '{audit}' does not give {others[0]} to {reviewer}."
        raise UsageError(message, hint="Leave out the encounters: the plan has the reviewer's charts.")
    return encounter_ids


def _worklist(workspace: Workspace, audit: str, encounter_ids: list[str] | None) -> Worklist:
    charts = sampled_encounters(workspace, audit) if encounter_ids is None else encounter_ids
    codes = workspace.warehouse().query("queries/audits/encounter_codes_of", {"encounter_ids": charts})
    return worklist_from(charts, codes)


def replay_recorded(
    workspace: Workspace,
    audit: str,
    recorded: Path,
    *,
    encounter_ids: list[str] | None = None,
    recorded_at: dt.datetime,
    progress: Progress,
) -> Replayed:
    """Record in the ledger the verdicts of a recorded audit, on a sample or on selected encounters of it."""
    worklist = _worklist(workspace, audit, encounter_ids)
    charts = [chart for chart in read_recorded_verdicts(recorded).charts if chart.encounter_id in worklist]
    cited = sorted({document_id for chart in charts for document_id in chart.evidence_documents})
    return replay(
        workspace.ledger(),
        charts,
        audit=audit,
        worklist=worklist,
        without_documents=charts_without_documents(workspace.warehouse(), worklist),
        recorded_at=recorded_at,
        documents=dict(document_texts(workspace.warehouse(), cited).iter_rows()),
        progress=progress,
    )


def reviewed(
    workspace: Workspace, audit: str | None, *, missing_rule: MissingRecordRule = "error-in-full"
) -> Reviewed:
    """Return the verdicts and completed charts of an audit, or of all audits together."""
    events: list[Event] = workspace.ledger().events(audit=audit)
    return with_records(
        workspace,
        verdict_frame(events),
        chart_frame(events),
        decision_frame(events),
        upheld=upheld_frame(events),
        missing_rule=missing_rule,
        stays=stay_verdict_frame(events),
    )


def with_records(
    workspace: Workspace,
    verdicts: pl.DataFrame,
    charts: pl.DataFrame,
    decisions: pl.DataFrame,
    *,
    upheld: pl.DataFrame,
    missing_rule: MissingRecordRule = "error-in-full",
    stays: pl.DataFrame | None = None,
) -> Reviewed:
    """Return verdicts and completed charts with what the warehouse now holds of their records.

    Parameters
    ----------
    workspace
        Whose warehouse has the documents and codes of the charts.
    verdicts, charts, decisions
        Frames of `auditlib.review.verdict_frame`, `chart_frame` and `decision_frame` of the same events.
    upheld
        Frame of `auditlib.review.upheld.upheld_frame`.
    missing_rule
        How a missing record counts.
    stays
        Frame of `auditlib.review.stay_verdict.stay_verdict_frame` of the same events; None for none.
    """
    warehouse = workspace.warehouse()
    not_whole = charts.filter(pl.col("record_status").is_in([MISSING, PARTLY_MISSING]))
    encounter_ids = not_whole["encounter_id"].unique().sort().to_list()
    deletions = (
        verdicts.filter(action="delete"),
        decisions.filter(action="delete"),
        upheld.filter(after_action="delete"),
    )
    payments = line_payments(warehouse, pl.concat([frame["encounter_id"] for frame in deletions]))
    return Reviewed(
        with_line_payments(verdicts, payments),
        charts,
        charts_without_documents(warehouse, charts["encounter_id"]),
        warehouse.query("queries/audits/encounter_codes_of", {"encounter_ids": encounter_ids}),
        missing_rule,
        decisions,
        upheld,
        payments,
        pl.DataFrame(schema=VERDICT_COLUMNS) if stays is None else stays,
    )


def verdicts_before_and_after(workspace: Workspace, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return verdicts as a person reads them; see `auditlib.review.before_and_after`.

    Parameters
    ----------
    workspace
        The workspace with the coder's codes and the documents.
    verdicts
        Rows of `auditlib.review.verdict_frame`.
    """
    encounter_ids = verdicts["encounter_id"].unique().sort().to_list()
    warehouse = workspace.warehouse()
    codes = warehouse.query("queries/audits/encounter_codes_of", {"encounter_ids": encounter_ids})
    document_ids = verdicts["evidence_document_id"].drop_nulls().unique().sort().to_list()
    return before_and_after(verdicts, codes, document_texts(warehouse, document_ids))


def documents_of(warehouse: Warehouse, encounter_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return ``document_id`` and text of the documents of charts, in chart order."""
    rows = warehouse.query("queries/audits/document_of_chart", {"encounter_ids": list(encounter_ids)})
    documents: dict[str, list[tuple[str, str]]] = {}
    for encounter_id, document_id, text in rows.iter_rows():
        documents.setdefault(encounter_id, []).append((document_id, text))
    return documents


def document_texts(warehouse: Warehouse, document_ids: Sequence[str]) -> pl.DataFrame:
    """Return ``document_id`` and ``text`` of documents, as far as they are loaded."""
    return warehouse.query("queries/audits/document_text", {"document_ids": list(document_ids)})
