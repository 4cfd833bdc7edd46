"""Samples: planned, drawn, listed, verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits import audit as audits
from auditlib.audits.draw_history import draw_history, removed_draws
from auditlib.audits.integrity import unrecorded_draw
from auditlib.errors import UsageError
from auditlib.report.result import Notice, Result, missing
from auditlib.sampling import (
    Manifest,
    SampleRequest,
    Universe,
    read_manifest,
    sampling_memo,
)
from auditlib.version import __version__
from auditlib.workbench.context import Context
from auditlib.workbench.no_sample import NO_SAMPLE
from auditlib.workbench.on_record import answers_on_record
from auditlib.workbench.universes import NOTHING_TO_DRAW, Universes

if TYPE_CHECKING:
    # ipywidgets is slow to import: only a session that shows a widget pays for it.
    from auditlib.estimation.planned_size import SizeKind
    from auditlib.estimation.sizes import Sizing
    from auditlib.widgets import SamplePlanner
    from auditlib.workbench.answers import VerificationAnswer


@answers_on_record
class Samples:
    """The samples of one workspace."""

    def __init__(self, context: Context, universes: Universes) -> None:
        self._context = context
        self._universes = universes

    def plan(self) -> SamplePlanner | Notice:
        """Return the screen on which a sample is planned, tried and drawn; nothing is drawn unasked."""
        if not self._context.query("files/encounter_count").item():
            return Notice(NOTHING_TO_DRAW)
        from auditlib.widgets.planner import Choices, SamplePlanner

        return SamplePlanner(
            Choices.of(self._universes.frame(Universe("all encounters")).frame, self._universes.names()),
            frame_of=lambda universe: self._universes.frame(universe).frame,
            freeze=self._universes.freeze,
            draw=self.draw,
            memo_of=lambda name: sampling_memo(self.manifest(name)),
        )

    def draw(
        self,
        universe: Universe | str,
        request: SampleRequest,
        *,
        name: str,
        size_basis: str = "stated by the auditor",
        objective: str = "",
    ) -> Manifest:
        """Draw a sample by any design and write its manifest; see `auditlib.audits.audit.draw_sample`.

        Parameters
        ----------
        universe
            A universe as it is today, or the name of a frozen one.
        request
            The design, the seed and how many.
        name
            Name of the sample and its audit.
        size_basis
            How the number was arrived at.
        objective
            What the audit is to find out.
        """
        return audits.draw_sample(
            self._context.workspace,
            universe,
            request,
            name=name,
            size_basis=size_basis,
            objective=objective,
            software_version=__version__,
            drawn_by=self._context.user,
            drawn_at=self._context.now(),
        )

    def size(
        self,
        kind: SizeKind,
        strata: Path | str | None = None,
        *,
        universe_count: int | None = None,
        confidence: float = 0.90,
        precision: float | None = None,
        width: float | None = None,
        rate: float | None = None,
        history: str | None = None,
        mean: float | None = None,
        deviation: float | None = None,
        total: float | None = None,
        probe: Path | str | None = None,
        count: int | None = None,
        largest_underpayment: float | None = None,
    ) -> Sizing:
        """Return how many units to review, and by which formula; see `auditlib.estimation.planned_size`.

        Parameters
        ----------
        history
            An audit of this workspace whose error rate is taken in the place of ``rate``.

        Raises
        ------
        UsageError
            If the kind of size needs an option that is not given, or both a rate and a history are.
        """
        from auditlib.estimation.planned_size import planned_size
        from auditlib.estimation.sizes import review_error_rate

        if history is not None and rate is not None:
            message = "Give either a rate or a history."
            raise UsageError(message, hint="A history is the name of a reviewed audit.")
        if history is not None:
            rate = review_error_rate(self._context.workspace, audit=history)
        return planned_size(
            kind,
            None if strata is None else Path(strata),
            universe_count=universe_count,
            confidence=confidence,
            precision=precision,
            width=width,
            rate=rate,
            mean=mean,
            deviation=deviation,
            total=total,
            probe=None if probe is None else Path(probe),
            count=count,
            largest_underpayment=largest_underpayment,
        )

    def names(self) -> list[str]:
        """Return the names of the samples drawn here whose manifest is in the folder, oldest first."""
        return audits.kept_audit_names(self._context.workspace)

    def list(self) -> Result:
        """Return the samples drawn here, oldest first, with universe, design, seed and counts."""
        rows = [
            (
                name,
                manifest.universe.name,
                manifest.universe.unit,
                manifest.design.method,
                str(manifest.design.seed),
                manifest.frame.unit_count,
                manifest.design.sample_count,
                manifest.drawn_by,
                manifest.drawn_at,
            )
            for name in self.names()
            for manifest in (self.manifest(name),)
        ]
        schema = {
            "audit": pl.String(),
            "universe": pl.String(),
            "unit": pl.String(),
            "design": pl.String(),
            "seed": pl.String(),
            "unit_count": pl.Int64(),
            "sample_count": pl.Int64(),
            "drawn_by": pl.String(),
            "drawn_at": pl.Datetime("us", "UTC"),
        }
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        note = " ".join(removed_draws(self._context.workspace))
        return Result(frame, "Samples", note) if rows else missing(NO_SAMPLE, "Samples", frame=frame)

    def manifest(self, name: str) -> Manifest:
        """Return the manifest of a sample.

        Raises
        ------
        UsageError
            If no sample has that name.
        """
        return read_manifest(audits.manifest_path(self._context.workspace, name))

    def verify(self, sample: str | Path) -> VerificationAnswer:
        """Draw a sample again from its manifest and compare.

        Parameters
        ----------
        sample
            The name of one drawn here, or the path of any manifest.
        """
        from auditlib.workbench.answers import verification_answer

        if isinstance(sample, Path) or sample.endswith(".json"):
            return verification_answer(Path(sample))
        workspace = self._context.workspace
        history = draw_history(workspace, sample)
        return verification_answer(
            audits.manifest_path(workspace, sample), history.sentence, unrecorded_draw(workspace, sample)
        )
