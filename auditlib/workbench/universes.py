"""Universes: frozen by name, listed, compared with today."""

from __future__ import annotations

import polars as pl

from auditlib.audits.universe import (
    FrozenUniverse,
    UniverseDifference,
    compare_frames,
    freeze_universe,
    frozen_names,
    frozen_universe,
    universe_of,
)
from auditlib.report.result import Result, missing
from auditlib.sampling import Universe, build_frame
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

NOTHING_TO_DRAW = (
    "No encounter is loaded in this workspace, so there is nothing to draw from. Load claims or charts by "
    "wb.files.load(PATH), or by 'auditlib load PATH' on the command line."
)


@answers_on_record
class Universes:
    """The universes of one workspace."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def freeze(self, universe: Universe) -> FrozenUniverse:
        """Keep a universe's units by name; see `auditlib.audits.universe.freeze_universe`."""
        self._require_open(universe.unit)
        return freeze_universe(
            self._context.workspace, universe, actor=self._context.user, frozen_at=self._context.now()
        )

    def names(self) -> list[str]:
        """Return the names of the frozen universes."""
        return frozen_names(self._context.workspace)

    def list(self) -> Result:
        """Return the frozen universes with their units and dollars."""
        rows = [
            (
                name,
                frozen.universe.unit,
                frozen.unit_count,
                frozen.charge_amount,
                frozen.frozen_at,
                frozen.sha256,
            )
            for name in self.names()
            for frozen in (frozen_universe(self._context.workspace, name)[0],)
        ]
        schema = {
            "universe": pl.String(),
            "unit": pl.String(),
            "unit_count": pl.Int64(),
            "charge_amount": pl.Decimal(18, 2),
            "frozen_at": pl.Datetime("us", "UTC"),
            "sha256": pl.String(),
        }
        return Result(pl.DataFrame(rows, schema=schema, orient="row"), "Frozen universes", hidden=("sha256",))

    def frame(self, universe: Universe | str) -> Result:
        """Return the units of a universe as it is today, or of the frozen one of that name."""
        if isinstance(universe, str):
            frozen, frame = frozen_universe(self._context.workspace, universe)
            self._require_open(frozen.universe.unit)
            return Result(frame, universe)
        self._require_open(universe.unit)
        if not self._context.query("files/encounter_count").item():
            return missing(NOTHING_TO_DRAW, universe.name)
        return Result(build_frame(self._context.warehouse, universe), universe.name)

    def diff(self, universe: Universe | str, name: str | None = None) -> UniverseDifference:
        """Return how a universe of today differs from the frozen one of its name, or of another.

        A universe given by its name is that frozen one as it would be frozen today.
        """
        if isinstance(universe, str):
            universe = universe_of(*frozen_universe(self._context.workspace, universe))
        self._require_open(universe.unit)
        then = frozen_universe(self._context.workspace, name or universe.name)[1]
        return compare_frames(then, build_frame(self._context.warehouse, universe))

    def _require_open(self, unit: str) -> None:
        """Refuse units that would show suggested codes to who reviews without them."""
        if unit == "machine code":
            self._context.require_suggestions_open()
