"""A workspace's own kinds of error, each within one of the standard kinds, so that audits stay comparable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from auditlib.errors import StoreError
from auditlib.ledger import Event
from auditlib.review.fold import fold
from auditlib.review.verdict import ERROR_KINDS, is_own_kind

OWN_KIND_COLUMNS: Final = {
    "audit": pl.String(),
    "reviewer": pl.String(),
    "encounter_id": pl.String(),
    "code_number": pl.Int64(),
    "error_kind": pl.String(),
    "own_kind": pl.String(),
    "is_completed": pl.Boolean(),
}


def own_kinds_from(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the own kinds of a workspace, each with the standard kind that it is within.

    Parameters
    ----------
    settings
        The table ``error_kinds`` of ``workspace.toml``.

    Raises
    ------
    StoreError
        If a name is not one plain line, or is within no standard kind.

    Examples
    --------
    >>> own_kinds_from({"laterality": "not specific"})
    {'laterality': 'not specific'}
    """
    for name, kind in settings.items():
        if not is_own_kind(name):
            message = "A kind of error in workspace.toml is not one short line, or is a standard kind."
            raise StoreError(message, hint='Write it as "laterality" = "not specific" below [error_kinds].')
        if kind not in ERROR_KINDS:
            message = f"The kind of error '{name}' in workspace.toml is within no standard kind."
            raise StoreError(message, hint=f"Choose among: {', '.join(ERROR_KINDS)}.")
    return dict(settings)


def own_kind_frame(events: Iterable[Event]) -> pl.DataFrame:
    """Return one row for each current verdict with an own kind of error: `OWN_KIND_COLUMNS`."""
    rows = [
        (
            audit,
            reviewer,
            encounter_id,
            current.verdict.code_number,
            current.verdict.error_kind,
            current.verdict.own_kind,
            review.completed_at is not None,
        )
        for (audit, reviewer, encounter_id), review in fold({}, events).items()
        for current in review.current.values()
        if current.verdict.own_kind is not None
    ]
    return pl.DataFrame(rows, schema=OWN_KIND_COLUMNS, orient="row").sort(
        "audit", "reviewer", "encounter_id", "code_number", nulls_last=True
    )
