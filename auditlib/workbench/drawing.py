"""How samples come about: universes are frozen, samples planned, drawn, verified, and their spares used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import polars as pl

from auditlib.audits import audit as audits
from auditlib.audits.spares import SPARE_USED, SpareUse, spare_uses, use_spare
from auditlib.audits.universe import FrozenUniverse, freeze_universe, frozen_names, frozen_universe
from auditlib.report.text import DisplayMarkdown
from auditlib.sampling import (
    Manifest,
    SampleRequest,
    Universe,
    Verification,
    build_frame,
    read_manifest,
    sampling_memo,
    verify_manifest,
)
from auditlib.sampling.request import DesignName
from auditlib.workbench.version import software_version
from auditlib.workspace.folder import Workspace

if TYPE_CHECKING:
    # ipywidgets is slow to import: only a session that shows a widget pays for it.
    from auditlib.widgets import SamplePlanner


class Drawing:
    """Universes and samples of one workspace."""

    workspace: Workspace
    user: str
    _clock: Callable[[], dt.datetime]

    def frame(self, universe: Universe | str) -> pl.DataFrame:
        """Return the units of a universe as it is today, or of the frozen one of that name."""
        if isinstance(universe, str):
            return frozen_universe(self.workspace, universe)[1]
        return build_frame(self.workspace.warehouse(), universe)

    def freeze_universe(self, universe: Universe) -> FrozenUniverse:
        """Keep a universe's units by name; see `auditlib.audits.universe.freeze_universe`."""
        return freeze_universe(self.workspace, universe, actor=self.user, frozen_at=self._clock())

    def frozen_universes(self) -> list[str]:
        """Return the names of the frozen universes."""
        return frozen_names(self.workspace)

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
            self.workspace,
            universe,
            request,
            name=name,
            size_basis=size_basis,
            objective=objective,
            software_version=software_version(),
            drawn_by=self.user,
            drawn_at=self._clock(),
        )

    def draw_sample(
        self,
        universe: Universe,
        *,
        name: str,
        seed: str,
        sample_count: int,
        spare_count: int = 0,
        size_basis: str = "stated by the auditor",
    ) -> Manifest:
        """Draw a simple random sample; from a universe with strata, one shared among them by units."""
        design: DesignName = "simple" if universe.stratify_by is None else "stratified"
        request = SampleRequest(design, seed=seed, count=sample_count, spare_count=spare_count)
        return self.draw(universe, request, name=name, size_basis=size_basis)

    def sample_planner(self) -> SamplePlanner:
        """Return the screen on which a sample is planned, tried and drawn."""
        from auditlib.widgets.planner import Choices, SamplePlanner  # noqa: PLC0415 - see above

        return SamplePlanner(
            Choices.of(self.frame(Universe("all encounters")), self.frozen_universes()),
            frame_of=self.frame,
            freeze=self.freeze_universe,
            draw=self.draw,
            memo_of=lambda audit: self.memo(audit).text,
        )

    def audit_names(self) -> list[str]:
        """Return the names of the samples drawn here, oldest first."""
        return audits.audit_names(self.workspace)

    def manifest(self, audit: str) -> Manifest:
        """Return the manifest of a sample."""
        return read_manifest(audits.manifest_path(self.workspace, audit))

    def memo(self, audit: str) -> DisplayMarkdown:
        """Return the sampling memo of a sample, as a workpaper."""
        return DisplayMarkdown(sampling_memo(self.manifest(audit)))

    def sample(self, audit: str) -> pl.DataFrame:
        """Return the selected units in order of selection, spares included."""
        selected = pl.DataFrame([asdict(unit) for unit in self.manifest(audit).selected])
        return selected.select(column for column in selected if column.null_count() < column.len())

    def verify_sample(self, audit: str) -> Verification:
        """Draw a sample again from its manifest and compare."""
        return verify_manifest(audits.manifest_path(self.workspace, audit))

    def use_spare(self, audit: str, unit_id: str, *, reason: str) -> SpareUse:
        """Put the next spare in a unit's place and enter the use in the ledger."""
        return use_spare(
            self.workspace.ledger(),
            self.manifest(audit),
            unit_id=unit_id,
            reason=reason,
            actor=self.user,
            recorded_at=self._clock(),
        )

    def spare_uses(self, audit: str) -> list[SpareUse]:
        """Return the uses of an audit's spares, oldest first."""
        return spare_uses(self.workspace.ledger().events(audit=audit, kinds=[SPARE_USED]), audit)
