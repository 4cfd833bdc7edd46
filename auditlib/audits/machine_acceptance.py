"""Versions of machine coders: accepted by an audit of their codes, reopened by those of another one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.errors import UsageError
from auditlib.ledger import Event
from auditlib.review.suggestion import MachineCoder
from auditlib.text import counted, format_date
from auditlib.workspace.folder import Workspace

VERSION_ACCEPTED: Final = "machine coder accepted"
VERSION_REOPENED: Final = "machine coder reopened"
ACCEPTED: Final = "accepted"
REOPENED: Final = "reopened"
NOT_ACCEPTED: Final = "not accepted"
_KINDS: Final = (VERSION_ACCEPTED, VERSION_REOPENED)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The acceptance of one version of a machine coder.

    Parameters
    ----------
    coder
        The machine coder and its version.
    audit
        The audit of its codes.
    accepted_on
        When, in UTC.
    code_counts
        By version of that name the codes that were loaded then.
    reopened_on
        When codes of another version reopened it; None while it stands.
    other_versions
        Those versions.
    """

    coder: MachineCoder
    audit: str
    accepted_on: dt.date
    code_counts: Mapping[str, int]
    reopened_on: dt.date | None = None
    other_versions: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Whether it is accepted or reopened."""
        return ACCEPTED if self.reopened_on is None else REOPENED

    @property
    def sentence(self) -> str:
        """The state in words."""
        accepted = f"{self.coder} was accepted on {format_date(self.accepted_on)} by the audit '{self.audit}'"
        if self.reopened_on is None:
            return f"{accepted}."
        versions = ", ".join(self.other_versions)
        return (
            f"{accepted}. Codes of version {versions} were loaded since, so that it is open again from "
            f"{format_date(self.reopened_on)}: audit the codes of the version in use."
        )


def acceptances(events: Iterable[Event]) -> dict[MachineCoder, Acceptance]:
    """Return the latest acceptance of each version, from the events of all audits in ledger order."""
    found: dict[MachineCoder, Acceptance] = {}
    for event in events:
        if event.kind not in _KINDS:
            continue
        values = event.payload
        coder = MachineCoder(str(values["coder_name"]), str(values["coder_version"]))
        day = event.recorded_at.astimezone(dt.UTC).date()
        if event.kind == VERSION_ACCEPTED:
            counts = values["code_counts"]
            assert isinstance(counts, Mapping)  # noqa: S101 - `accept_version` wrote it
            by_version = {str(version): int(str(count)) for version, count in counts.items()}
            found[coder] = Acceptance(coder, event.audit, day, by_version)
        elif coder in found:
            others = values["other_versions"]
            assert isinstance(others, Mapping)  # noqa: S101 - `reopen_versions` wrote it
            before = found[coder]
            found[coder] = Acceptance(
                coder, before.audit, before.accepted_on, before.code_counts, day, tuple(map(str, others))
            )
    return found


def read_acceptances(workspace: Workspace) -> dict[MachineCoder, Acceptance]:
    """Return the latest acceptance of each version of each machine coder."""
    return acceptances(workspace.ledger().events(kinds=_KINDS))


def code_counts(workspace: Workspace, name: str) -> dict[str, int]:
    """Return by version the codes that are loaded of a machine coder."""
    versions = workspace.warehouse().query("queries/machine/version").filter(coder_name=name)
    return dict(versions.select("coder_version", "code_count").iter_rows())


def accept_version(
    workspace: Workspace,
    audit: str,
    coder: MachineCoder,
    *,
    figures: Mapping[str, object],
    actor: str,
    recorded_at: dt.datetime,
) -> Acceptance:
    """Enter into the ledger that a version is accepted by an audit; while it stands, not again.

    Parameters
    ----------
    workspace, audit
        The audit of the version's codes.
    coder
        The version.
    figures
        Threshold, confidence and counts on which the acceptance rests.
    actor, recorded_at
        Who accepts it, and when.

    Raises
    ------
    UsageError
        If no codes of that version are loaded.
    """
    counts = code_counts(workspace, coder.name)
    if coder.version not in counts:
        message = f"No codes of {coder} are loaded."
        raise UsageError(message, hint=f"Versions of {coder.name}: {', '.join(counts) or 'none'}.")
    standing = read_acceptances(workspace).get(coder)
    if standing is None or standing.state == REOPENED or standing.audit != audit:
        workspace.ledger().append(
            kind=VERSION_ACCEPTED,
            audit=audit,
            subject=str(coder),
            actor=actor,
            payload={
                "coder_name": coder.name,
                "coder_version": coder.version,
                "code_counts": counts,
                **figures,
            },
            recorded_at=recorded_at,
        )
    return read_acceptances(workspace)[coder]


def reopen_versions(workspace: Workspace, *, actor: str, recorded_at: dt.datetime) -> list[Acceptance]:
    """Reopen each accepted version of whose machine coder codes of another version came since; return them.

    An acceptance belongs to one name and version. What of other versions was loaded before it does not reopen
    it, and each acceptance is reopened once.
    """
    standing = [one for one in read_acceptances(workspace).values() if one.state == ACCEPTED]
    if not standing:
        return []
    for accepted in standing:
        now = code_counts(workspace, accepted.coder.name)
        others = {
            version: count - accepted.code_counts.get(version, 0)
            for version, count in now.items()
            if version != accepted.coder.version and count > accepted.code_counts.get(version, 0)
        }
        if others:
            workspace.ledger().append(
                kind=VERSION_REOPENED,
                audit=accepted.audit,
                subject=str(accepted.coder),
                actor=actor,
                payload={
                    "coder_name": accepted.coder.name,
                    "coder_version": accepted.coder.version,
                    "other_versions": others,
                },
                recorded_at=recorded_at,
            )
    coders = {one.coder for one in standing}
    return [
        one for one in read_acceptances(workspace).values() if one.coder in coders and one.state == REOPENED
    ]


def version_frame(workspace: Workspace) -> pl.DataFrame:
    """Return each version of each machine coder with its codes, whether it is accepted, and since when."""
    known = read_acceptances(workspace)
    rows = []
    for row in workspace.warehouse().query("queries/machine/version").iter_rows(named=True):
        accepted = known.get(MachineCoder(row["coder_name"], row["coder_version"]))
        rows.append(
            {
                **{name: value for name, value in row.items() if name != "first_loaded_at"},
                "acceptance_state": NOT_ACCEPTED if accepted is None else accepted.state,
                "audit": accepted and accepted.audit,
                "accepted_date": accepted and accepted.accepted_on,
                "reopened_date": accepted and accepted.reopened_on,
            }
        )
    return pl.DataFrame(
        rows,
        schema={
            "coder_name": pl.String(),
            "coder_version": pl.String(),
            "code_count": pl.Int64(),
            "encounter_count": pl.Int64(),
            "with_confidence_count": pl.Int64(),
            "mean_confidence": pl.Float64(),
            "acceptance_state": pl.String(),
            "audit": pl.String(),
            "accepted_date": pl.Date(),
            "reopened_date": pl.Date(),
        },
    )


def standing_sentence(found: Iterable[Acceptance]) -> str:
    """Return what is accepted and what is open again, in words."""
    several = list(found)
    reopened = [one for one in several if one.state == REOPENED]
    if not several:
        return "No version of a machine coder is accepted."
    if not reopened:
        return f"{counted(len(several), 'version')} accepted."
    return " ".join(one.sentence for one in reopened)
