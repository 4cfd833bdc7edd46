"""Frozen universes: named and hashed; a changed universe needs a new name, and the difference is shown."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.nearest import unknown_name
from auditlib.sampling import Universe, UniverseRecord, build_frame, canonical_frame, universe_record
from auditlib.sampling.frame import ORDER_RULE, frame_bytes, guarded_twin, read_text_table
from auditlib.sampling.records import from_json, to_json
from auditlib.sampling.universe import LIST_SEPARATOR, PAID_ONLY, Unit
from auditlib.workspace.folder import Workspace

UNIVERSE_FROZEN = "universe frozen"
_ENDING = ".universe.json"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class FrozenUniverse:
    """The record of a frozen universe, stored beside its frame.

    Parameters
    ----------
    universe
        Unit, key, filters, exclusions, de-duplication and date basis.
    order_rule
        The sort order by which the units are numbered.
    unit_count, charge_amount
        Number of units and their dollars; None if the units have no charge.
    sha256
        SHA-256 of the canonical frame, which is stored beside this record as NAME.frame.csv.
    frozen_at
        When it was frozen.
    """

    universe: UniverseRecord
    order_rule: str
    unit_count: int
    charge_amount: Decimal | None
    sha256: str
    frozen_at: dt.datetime


@dataclass(frozen=True, slots=True)
class UniverseDifference:
    """The difference between two frames: units removed, added and changed, and dollars."""

    gone: tuple[str, ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    charge_change: Decimal | None

    @property
    def is_any(self) -> bool:
        """Whether a unit or a dollar differs."""
        return bool(self.gone or self.new or self.changed or self.charge_change)

    @property
    def sentence(self) -> str:
        """The difference in words, naming the first units of each kind."""
        parts = [
            f"{len(units):,} {word} ({', '.join(units[:_SHOWN])}{', ...' if len(units) > _SHOWN else ''})"
            for word, units in (("gone", self.gone), ("new", self.new), ("changed", self.changed))
            if units
        ]
        money = "" if not self.charge_change else f"; charges {self.charge_change:+,.2f}"
        return (", ".join(parts) or "columns differ") + money


def freeze_universe(
    workspace: Workspace, universe: Universe, *, actor: str, frozen_at: dt.datetime
) -> FrozenUniverse:
    """Freeze a universe: write its frame and record into the workspace, and record it in the ledger.

    The same universe frozen again returns the first record.

    Raises
    ------
    UsageError
        If a universe with other units has the name; the message shows the difference.
    BadInputError
        If the universe is empty.
    """
    warehouse = workspace.warehouse()
    frame = canonical_frame(build_frame(warehouse, universe))
    content = frame_bytes(frame)
    frozen = FrozenUniverse(
        universe_record(warehouse, universe),
        ORDER_RULE,
        frame.height,
        Decimal(frame["charge_amount"].sum()) if "charge_amount" in frame.columns else None,
        hashlib.sha256(content).hexdigest(),
        frozen_at.astimezone(dt.UTC).replace(microsecond=0),
    )
    path = _path(workspace, universe.name)
    if path.exists():
        earlier = _read(path)
        if (earlier.universe, earlier.sha256) == (frozen.universe, frozen.sha256):
            return earlier
        difference = compare_frames(_frame(path, earlier), frame)
        message = (
            f"There is already a frozen universe '{universe.name}', and it differs: {difference.sentence}."
        )
        raise UsageError(message, hint="A frozen universe is never replaced: give the new one another name.")
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, text in {**guarded_twin(_frame_path(path), content), _frame_path(path): content}.items():
        target.write_bytes(text)
    path.write_text(to_json(frozen), encoding="utf-8")
    workspace.ledger().append(
        kind=UNIVERSE_FROZEN,
        audit=universe.name,
        subject=universe.name,
        actor=actor,
        payload={"frame_sha256": frozen.sha256, "unit_count": frozen.unit_count},
        recorded_at=frozen_at,
    )
    return frozen


def frozen_universe(workspace: Workspace, name: str) -> tuple[FrozenUniverse, pl.DataFrame]:
    """Return a frozen universe and its frame.

    Raises
    ------
    UsageError
        If no universe has that name.
    BadInputError
        If its frame was changed since it was frozen.
    """
    path = _path(workspace, name)
    if not path.is_file():
        known = frozen_names(workspace)
        unknown = unknown_name(
            "frozen universe",
            name,
            known,
            listed_by="auditlib universe list",
            made_by="auditlib universe freeze NAME",
        )
        raise unknown
    frozen = _read(path)
    return frozen, _frame(path, frozen)


def universe_of(frozen: FrozenUniverse, frame: pl.DataFrame) -> Universe:
    """Return the universe that a frozen one would be today: its unit, filters, strata and risk."""
    filters = {given.name: given.value for given in frozen.universe.filters}

    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(filters[name]) if name in filters else None

    def several(name: str) -> tuple[str, ...]:
        return tuple(filters[name].split(LIST_SEPARATOR)) if name in filters else ()

    return Universe(
        frozen.universe.name,
        unit=cast("Unit", frozen.universe.unit),
        from_date=day("from_date"),
        to_date=day("to_date"),
        payer_id=filters.get("payer_id"),
        coder_id=filters.get("coder_id"),
        encounter_class=filters.get("encounter_class"),
        stratify_by=frozen.universe.stratify_by,
        has_risk="risk_weight" in frame.columns,
        provider_ids=several("provider_ids"),
        billed_codes=several("billed_codes"),
        is_paid_only=PAID_ONLY in filters,
    )


def frozen_names(workspace: Workspace) -> list[str]:
    """Return the names of the frozen universes, sorted."""
    records = (workspace.root / "universes").glob(f"*{_ENDING}")
    return sorted(item.name.removesuffix(_ENDING) for item in records)


def compare_frames(then: pl.DataFrame, now: pl.DataFrame) -> UniverseDifference:
    """Return the difference between an earlier frame and a later one, by unit and in dollars."""
    first, second = canonical_frame(then), canonical_frame(now)
    shared = [name for name in first.columns if name in second.columns]
    old = {row[0]: row for row in first.select(shared).iter_rows()}
    new = {row[0]: row for row in second.select(shared).iter_rows()}
    has_charges = "charge_amount" in shared
    return UniverseDifference(
        tuple(unit for unit in old if unit not in new),
        tuple(unit for unit in new if unit not in old),
        tuple(unit for unit in old if unit in new and old[unit] != new[unit]),
        Decimal(second["charge_amount"].sum()) - Decimal(first["charge_amount"].sum())
        if has_charges
        else None,
    )


def _path(workspace: Workspace, name: str) -> Path:
    if not name.strip() or any(mark in name for mark in "/\\:\0") or name.startswith("."):
        message = f"'{name}' cannot be the name of a universe."
        raise UsageError(message, hint="Use letters, digits, spaces, dots, dashes and underscores.")
    return workspace.root / "universes" / f"{name}{_ENDING}"


def _frame_path(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(_ENDING) + ".frame.csv")


def _read(path: Path) -> FrozenUniverse:
    return from_json(path.read_text(encoding="utf-8"), FrozenUniverse, subject=f"universe {path.name}")


def _frame(path: Path, frozen: FrozenUniverse) -> pl.DataFrame:
    beside = _frame_path(path)
    content = beside.read_bytes() if beside.is_file() else b""
    if hashlib.sha256(content).hexdigest() != frozen.sha256:
        message = f"The frame {beside.name} is not the one that was frozen."
        raise BadInputError(message, hint="Restore the file.")
    return canonical_frame(read_text_table(content, subject=f"frame file {beside.name}"))
