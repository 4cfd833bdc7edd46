"""All draws of an audit's universe, under any name, as the ledger holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.audits.audit import SAMPLE_DRAWN, charts_of_units
from auditlib.errors import AuditError, UsageError
from auditlib.ledger import Event
from auditlib.sampling import canonical_frame, frame_sha256, read_manifest
from auditlib.sampling.frame import read_text_table
from auditlib.sampling.manifest import MANIFEST_ENDING
from auditlib.text import counted
from auditlib.workspace.folder import Workspace

THE_SAME: Final = "the same units"
PART: Final = "a part of these units"
WIDER: Final = "these units and others"
SOME: Final = "some of these units"
NONE: Final = "none of these units"
NOT_KNOWN: Final = "not known: its files are no longer in the folder as they were drawn"
_REVIEW_KINDS: Final = ("chart opened", "verdict", "chart completed")
_SCHEMA: Final = {
    "draw_number": pl.Int64(),
    "audit": pl.String(),
    "drawn_at": pl.Datetime("us", "UTC"),
    "drawn_by": pl.String(),
    "design": pl.String(),
    "seed": pl.String(),
    "unit": pl.String(),
    "unit_count": pl.Int64(),
    "sample_count": pl.Int64(),
    "units_in_common": pl.String(),
    "shared_unit_count": pl.Int64(),
    "review_before": pl.String(),
    "reviewed_chart_count": pl.Int64(),
}


@dataclass(frozen=True, slots=True)
class DrawHistory:
    """The draws that share units with the universe of an audit.

    Parameters
    ----------
    audit
        The audit.
    draws
        One row per draw, oldest first, this one among them; ``units_in_common`` says how its units relate to
        those of this universe, ``review_before`` whose review had begun when it was drawn,
        ``reviewed_chart_count`` how many charts of it are completed.
    """

    audit: str
    draws: pl.DataFrame

    @property
    def is_single(self) -> bool:
        """True if no other draw shares a unit with this one."""
        return self.draws.height <= 1

    @property
    def sentence(self) -> str:
        """How often the universe was drawn, and which draw this is."""
        same = self.draws.filter(pl.col("units_in_common") == THE_SAME)["audit"].to_list()
        times = (
            "once"
            if len(same) <= 1
            else f"{len(same):,} times; this is the {_ordinal(same.index(self.audit) + 1)}"
        )
        parts = [f"The ledger holds that this universe was drawn {times}."]
        for relation, words in (
            (PART, "of a part of it"),
            (WIDER, "of it and other units"),
            (SOME, "that share some of its units"),
        ):
            found = self.draws.filter(pl.col("units_in_common") == relation)
            if found.height:
                named = ", ".join(
                    f"'{name}' ({count:,} in common)"
                    for name, count in found.select("audit", "shared_unit_count").iter_rows()
                )
                parts.append(f"{counted(found.height, 'draw')} {words}: {named}.")
        unknown = self.draws.filter(pl.col("units_in_common") == NOT_KNOWN)["audit"].to_list()
        if unknown:
            named = ", ".join(f"'{name}'" for name in unknown)
            parts.append(
                f"Whether {named} share{'s' if len(unknown) == 1 else ''} units with it is not known: the "
                "frame is no longer in the folder as it was drawn."
            )
        return " ".join(parts)


def _ordinal(number: int) -> str:
    names = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    return names[number - 1] if number <= len(names) else f"{number:,}th"


def draw_history(workspace: Workspace, audit: str) -> DrawHistory:
    """Return the draws that share units with the universe of an audit, from the ledger.

    Parameters
    ----------
    workspace
        The workspace: its ledger says which draws there were; its manifests and frames, what they drew from.
    audit
        The audit whose universe it is.

    Raises
    ------
    UsageError
        If the ledger holds no draw of that name.

    Notes
    -----
    Two universes are the same if their units are, whatever the names, files, queries, strata and row order.
    Units of another kind, as claims beside encounters, are compared by the charts that they belong to. A draw
    that no longer has its files is compared by the hashes in the ledger.
    """
    events = workspace.ledger().events(kinds=[SAMPLE_DRAWN])
    own = next((event for event in events if event.audit == audit), None)
    if own is None:
        message = f"The ledger holds no draw of '{audit}'."
        raise UsageError(message, hint="Name a sample that was drawn in this workspace.")
    facts = {event.event_number: _facts(workspace, event) for event in events}
    relations = {
        event.event_number: _relation(
            workspace, facts[own.event_number], facts[event.event_number], own, event
        )
        for event in events
    }
    related = [event for event in events if relations[event.event_number][0] != NONE]
    reviews = {name: _reviews(workspace, name) for name in {event.audit for event in related}}
    rows = [
        (
            number,
            event.audit,
            event.recorded_at,
            event.actor,
            facts[event.event_number].get("design"),
            facts[event.event_number].get("seed"),
            facts[event.event_number].get("unit"),
            facts[event.event_number].get("unit_count"),
            facts[event.event_number].get("sample_count"),
            *relations[event.event_number],
            _reviewed_before(event, reviews),
            len({one.subject for one in reviews[event.audit].completed}),
        )
        for number, event in enumerate(related, start=1)
    ]
    return DrawHistory(audit, pl.DataFrame(rows, schema=_SCHEMA, orient="row"))


def removed_draws(workspace: Workspace) -> list[str]:
    """Return a sentence for each draw of the ledger whose manifest is no longer in the folder."""
    names = dict.fromkeys(event.audit for event in workspace.ledger().events(kinds=[SAMPLE_DRAWN]))
    return [
        f"The ledger holds the draw of '{name}', whose manifest is no longer in the folder."
        for name in names
        if not (workspace.manifests / f"{name}{MANIFEST_ENDING}").is_file()
    ]


def _facts(workspace: Workspace, event: Event) -> Mapping[str, object]:
    """Return what is known of a draw: from the ledger, else from the manifest that the ledger recorded."""
    if "unit" in event.payload:
        return event.payload
    try:
        manifest = read_manifest(workspace.manifests / f"{event.audit}{MANIFEST_ENDING}")
    except AuditError:
        return event.payload
    if manifest.content_sha256 != event.payload.get("manifest_sha256"):
        return event.payload
    return {
        **event.payload,
        "unit": manifest.universe.unit,
        "unit_count": manifest.frame.unit_count,
        "sample_count": manifest.design.sample_count,
        "design": manifest.design.method,
        "seed": manifest.design.seed,
    }


def _relation(
    workspace: Workspace, own: Mapping[str, object], other: Mapping[str, object], event: Event, later: Event
) -> tuple[str, int | None]:
    """Return how the units of another draw relate to those of this one, and how many are in common."""
    count = own.get("unit_count")
    total = count if isinstance(count, int) else None
    if event.event_number == later.event_number:
        return THE_SAME, total
    for name in ("frame_sha256", "units_sha256"):
        if own.get(name) is not None and own.get(name) == other.get(name):
            return THE_SAME, total
    units, others = (
        _units(workspace, name, known) for name, known in ((event.audit, own), (later.audit, other))
    )
    if units is None or others is None:
        return NOT_KNOWN, None
    if own.get("unit") != other.get("unit"):
        units, others = (
            _charts(workspace, ids, str(known.get("unit"))) for ids, known in ((units, own), (others, other))
        )
    shared = units.filter(units.is_in(others.implode())).len()
    if shared == 0:
        return NONE, 0
    if shared == units.len():
        return (THE_SAME if shared == others.len() else WIDER), shared
    return (PART if shared == others.len() else SOME), shared


def _units(workspace: Workspace, audit: str, known: Mapping[str, object]) -> pl.Series | None:
    """Return the units of a draw's frame, if its file is the one that was drawn from."""
    path = workspace.manifests / f"{audit}.frame.csv"
    try:
        frame = canonical_frame(read_text_table(path.read_bytes(), subject=f"frame file {path.name}"))
    except (OSError, AuditError):
        return None
    return frame["unit_id"] if frame_sha256(frame) == known.get("frame_sha256") else None


def _charts(workspace: Workspace, unit_ids: pl.Series, unit: str) -> pl.Series:
    charts = charts_of_units(workspace, unit, unit_ids.to_list())
    return pl.Series("unit_id", sorted(set(charts.values())), dtype=pl.String)


@dataclass(frozen=True, slots=True)
class _Reviews:
    """The first event of an audit's review, and the charts that were completed in it."""

    begun: Sequence[Event]
    completed: Sequence[Event]


def _reviews(workspace: Workspace, audit: str) -> _Reviews:
    ledger = workspace.ledger()
    return _Reviews(
        ledger.events(audit=audit, kinds=_REVIEW_KINDS, most=1),
        ledger.events(audit=audit, kinds=["chart completed"]),
    )


def _reviewed_before(draw: Event, reviews: Mapping[str, _Reviews]) -> str:
    begun = []
    for audit, review in sorted(reviews.items()):
        if any(event.event_number < draw.event_number for event in review.begun):
            done = len({each.subject for each in review.completed if each.event_number < draw.event_number})
            begun.append(f"'{audit}' ({counted(done, 'chart')} completed)")
    return (
        f"after the review of {', '.join(begun)} had begun" if begun else "before any review of these units"
    )
