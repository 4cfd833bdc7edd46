"""Machine coders: their versions, how right they are, and their pull on reviewers."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.audits import audit as audits
from auditlib.audits.machine_acceptance import (
    Acceptance,
    accept_version,
    read_acceptances,
    standing_sentence,
    version_frame,
)
from auditlib.errors import UsageError
from auditlib.estimation.audit_bound import bound_of_audit
from auditlib.measures.machine_coders import (
    CodersCompared,
    calibration,
    compare_with_coders,
    pull_sentence,
    reviewed_codes,
    suggestion_pull,
)
from auditlib.report.result import Result, missing
from auditlib.review.blindness import SUGGESTED_CODES, UNBLINDED
from auditlib.review.plan import REVIEW_PLANNED, current_plan
from auditlib.review.suggestion import MachineCoder
from auditlib.sampling import read_manifest
from auditlib.text import counted
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

_NO_MACHINE: Final = (
    "No codes of a machine coder are loaded: rows of encounter codes whose code_source is model."
)
_NO_SAMPLE: Final = "No sample of a machine coder's codes is drawn."
_UNIT: Final = "machine code"


@answers_on_record
class MachineCoders:
    """The machine coders of one workspace, for who manages their audits.

    Who reviews an audit in which suggested codes are hidden is refused every answer: each would show some.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def versions(self) -> Result:
        """Return each version with its codes, its mean confidence, and whether it is accepted or reopened."""
        self._context.require_suggestions_open()
        title = "Machine coders"
        frame = version_frame(self._context.workspace)
        if frame.is_empty():
            return missing(_NO_MACHINE, title, frame=frame)
        return Result(frame, title, note=self.standing())

    def standing(self) -> str:
        """Return in words which versions are accepted, and which are open again and why."""
        self._context.require_suggestions_open()
        return standing_sentence(read_acceptances(self._context.workspace).values())

    def codes(self, encounter_id: str) -> Result:
        """Return the codes that machine coders assigned to an encounter, each with confidence and span.

        ``span_state`` says whether the span is in its document, outside it, or the document not loaded.
        """
        self._context.require_suggestions_open()
        title = f"Codes of machine coders for {encounter_id}"
        frame = self._context.query("machine/machine_codes", {"encounter_ids": [encounter_id]})
        if frame.is_empty():
            return missing(f"No machine coder coded {encounter_id}.", title, frame=frame)
        return Result(frame, title, hidden=("encounter_id",))

    def compare(
        self, audit: str | None = None, name: str | None = None, version: str | None = None
    ) -> Result:
        """Return how right a version and the coders are on the same reviewed charts, paired.

        See `auditlib.measures.machine_coders.compare_with_coders`.

        Parameters
        ----------
        audit
            The audit whose final verdicts count; by default the latest sample of machine codes.
        name, version
            The machine coder; by default the one of that sample.

        Raises
        ------
        UsageError
            If no codes of it are loaded, or suggested codes are hidden from the user.
        """
        chosen = self._chosen(audit, name, version)
        if chosen is None:
            return missing(_NO_SAMPLE, "Machine coders and coders")
        audit, coder = chosen
        compared = self._compared(audit, coder)
        title = f"{coder} and the coders, on the charts of '{audit}'"
        if compared.rates.is_empty():
            return missing(compared.sentence, title, frame=compared.rates)
        return Result(compared.rates, title, note=compared.sentence)

    def calibration(
        self, audit: str | None = None, name: str | None = None, version: str | None = None
    ) -> Result:
        """Return by band of the stated confidence how many of a version's codes are right.

        See `auditlib.measures.machine_coders.calibration`; parameters as of `compare`.
        """
        chosen = self._chosen(audit, name, version)
        if chosen is None:
            return missing(_NO_SAMPLE, "Machine coders by confidence")
        audit, coder = chosen
        final, charts, _, machine = self._of_audit(audit, coder)
        frame = calibration(final, machine, charts)
        title = f"Codes of {coder} that are right, by confidence, on the charts of '{audit}'"
        if frame.is_empty():
            return missing(f"No reviewed chart of '{audit}' has codes of {coder}.", title, frame=frame)
        return Result(frame, title)

    def pull(self, audit: str | None = None) -> Result:
        """Return how much more often reviewers left a suggested code where it was shown than where hidden.

        See `auditlib.measures.machine_coders.suggestion_pull`.

        Parameters
        ----------
        audit
            An audit whose plan shows suggested codes; by default the latest such one.

        Raises
        ------
        UsageError
            If the review plan of the audit shows no suggested codes, or they are hidden from the user.
        """
        self._context.require_suggestions_open()
        if audit is None:
            planned = self._context.ledger.events(kinds=[REVIEW_PLANNED])
            audit = next((one.audit for one in reversed(planned) if one.payload.get("suggestions")), None)
            if audit is None:
                return missing("No review plan shows suggested codes.", "Pull of suggestions")
        events = self._context.ledger.events(audit=audit)
        plan = current_plan(events)
        if plan is None or plan.suggestions is None:
            message = f"The review plan of '{audit}' shows no suggested codes."
            raise UsageError(message, hint="Plan it with suggestions_of and a shown_share of 0.5.")
        reviewed = audits.reviewed(self._context.workspace, audit)
        coder_codes, machine = self._codes(sorted(plan.rounds), plan.suggestions.coder)
        judged = self._judged(sorted(plan.rounds))
        reviews = reviewed.charts.filter(pl.col("record_status").ne_missing("missing"))
        left = reviewed_codes(reviewed.verdicts, judged)
        frame = suggestion_pull(plan.suggestions, left, reviews, coder_codes, machine)
        opened = sum(
            event.kind == UNBLINDED and event.payload.get("level") in SUGGESTED_CODES for event in events
        )
        note = pull_sentence(frame, plan.suggestions)
        note += f" {counted(opened, 'reviewer')} opened hidden suggestions." if opened else ""
        return Result(frame, f"Pull of the suggestions in '{audit}'", note=note)

    def accept(self, audit: str, *, threshold: float = 0.05, confidence: float = 0.95) -> Acceptance:
        """Accept the version whose codes an audit sampled, if its running bound shows that few are wrong.

        Parameters
        ----------
        audit
            A simple random sample of the codes of one version, reviewed in the order drawn.
        threshold
            Share of wrong codes that is too many, fixed before the review.
        confidence
            Level at which the share is below it: of the upper limit alone, however often one looked.

        Raises
        ------
        UsageError
            If the sample is of something else or of several versions, or the bound has not decided so.
        """
        self._context.require_suggestions_open()
        workspace = self._context.workspace
        manifest = read_manifest(audits.manifest_path(workspace, audit))
        if manifest.universe.unit != _UNIT:
            message = f"The sample '{audit}' is of {manifest.universe.unit}s, not of a machine coder's codes."
            raise UsageError(message, hint="Draw machine codes, of one version as the coder.")
        coder = self._coder_of(audit)
        if coder is None:
            message = f"The sample '{audit}' is not of the codes of one version that is loaded."
            raise UsageError(message, hint="Draw from the codes of one machine coder and version.")
        # Half of the risk of the two-sided sequence is on either side.
        bound = bound_of_audit(
            workspace, audit, threshold=threshold, confidence=2 * confidence - 1, amounts=None
        )
        if bound.is_above is not False:
            message = f"{coder} is not accepted. {bound.sentence}"
            raise UsageError(message, hint="Review on in the order drawn, or have the coder mended.")
        decided = bound.looks.row(-1, named=True)
        return accept_version(
            workspace,
            audit,
            coder,
            figures={
                "threshold": threshold,
                "confidence": confidence,
                "reviewed_count": decided["reviewed_count"],
                "error_count": decided["error_count"],
                "upper_limit": decided["upper"],
                "universe_count": bound.universe_count,
            },
            actor=self._context.user,
            recorded_at=self._context.now(),
        )

    def _compared(self, audit: str, coder: MachineCoder) -> CodersCompared:
        final, charts, coder_codes, machine = self._of_audit(audit, coder)
        return compare_with_coders(final, coder_codes, machine, charts)

    def _of_audit(
        self, audit: str, coder: MachineCoder
    ) -> tuple[pl.DataFrame, pl.Series, pl.DataFrame, pl.DataFrame]:
        """Return what the reviews leave, the charts that count, the coders' codes and the machine's."""
        final = audits.reviewed(self._context.workspace, audit).final
        # Nobody judged what a missing record leaves without support.
        charts = final.charts.filter(pl.col("record_status").ne_missing("missing"))["encounter_id"]
        names = charts.unique().sort().to_list()
        judged = self._judged(names)
        coder_codes, machine = self._codes(names, coder)
        return reviewed_codes(final.verdicts, judged), charts, coder_codes, machine

    def _coder_of(self, audit: str) -> MachineCoder | None:
        """Return the version that a sample of machine codes is of; None if it is of anything else."""
        universe = read_manifest(audits.manifest_path(self._context.workspace, audit)).universe
        named = [one.value for one in universe.filters if one.name == "coder_id" and universe.unit == _UNIT]
        return next((coder for coder in self._coders() if str(coder) in named), None)

    def _coders(self) -> list[MachineCoder]:
        versions = version_frame(self._context.workspace).select("coder_name", "coder_version")
        return [MachineCoder(*row) for row in versions.iter_rows()]

    def _chosen(
        self, audit: str | None, name: str | None, version: str | None
    ) -> tuple[str, MachineCoder] | None:
        """Return the audit and the version that are meant; None if none is drawn of machine codes."""
        self._context.require_suggestions_open()
        drawn = [audit] if audit is not None else reversed(audits.kept_audit_names(self._context.workspace))
        for one in drawn:
            coder = self._coder_of(one) if name is None or version is None else MachineCoder(name, version)
            if coder is not None:
                self._context.require_known("machine coder", str(coder), list(map(str, self._coders())))
                return one, coder
        return None

    def _judged(self, encounter_ids: list[str]) -> pl.DataFrame:
        return self._context.query("audits/encounter_codes_of", {"encounter_ids": encounter_ids})

    def _codes(self, encounter_ids: list[str], coder: MachineCoder) -> tuple[pl.DataFrame, pl.DataFrame]:
        params = {"encounter_ids": encounter_ids}
        machine = self._context.query("machine/machine_codes", params).filter(
            coder_name=coder.name, coder_version=coder.version
        )
        return self._context.query("machine/coder_code", params), machine
