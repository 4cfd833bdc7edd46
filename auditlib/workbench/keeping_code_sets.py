"""What the workbench does with releases of code sets: load, compare, cover, fetch."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from auditlib.codesets.library import load_code_sets as code_sets
from auditlib.codesets.library.optional_sets import add_optional
from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.progress import Progress
from auditlib.workspace.folder import Workspace


class KeepingCodeSets(ABC):
    """Releases of code sets; every one of them is kept, and a lookup is by code and date."""

    workspace: Workspace

    @abstractmethod
    def now(self) -> dt.datetime:
        """Return the time that would go on record, with its zone."""

    def load_code_sets(
        self,
        paths: Iterable[Path | str] | Path | str,
        *,
        stated: Stated | None = None,
        supersede: bool = False,
        progress: Progress | None = None,
    ) -> code_sets.CodeSetReport:
        """Load publishers' files, ZIPs and folders; see `auditlib.codesets.library.load_code_sets`."""
        several = [paths] if isinstance(paths, Path | str) else paths
        return code_sets.load_code_sets(
            self.workspace,
            [Path(path) for path in several],
            loaded_at=_recorded(self.now()),
            stated=stated,
            supersede=supersede,
            progress=progress,
        )

    def fetch_code_set(
        self,
        name: str,
        year: int,
        *,
        month: str | None = None,
        url: str | None = None,
        progress: Progress | None = None,
    ) -> code_sets.CodeSetReport:
        """Download one release and load it; see `auditlib.codesets.library.load_code_sets.fetch_code_set`."""
        return code_sets.fetch_code_set(
            self.workspace,
            name,
            year,
            loaded_at=_recorded(self.now()),
            month=month,
            url=url,
            progress=progress,
        )

    def add_optional_code_sets(self, *, progress: Progress | None = None) -> code_sets.CodeSetReport:
        """Load what the installed extras bring; see `auditlib.codesets.library.optional_sets`."""
        return add_optional(self.workspace, loaded_at=_recorded(self.now()), progress=progress)

    def code_set_status(self) -> pl.DataFrame:
        """Return every code set that is known, with what is loaded of it and how to get it."""
        return code_sets.code_set_status(self.workspace)

    def code_set_difference(self, old: str, new: str, *, code_system: str | None = None) -> pl.DataFrame:
        """Return what differs between two releases: codes added, deleted and retitled."""
        return code_sets.code_set_difference(self.workspace, old, new, code_system=code_system)

    def code_set_coverage(self) -> pl.DataFrame:
        """Return which months of the claims have which code sets, and what is therefore not checked."""
        return code_sets.code_set_coverage(self.workspace)

    def code_set_changes(self, code_system: str | None = None, release: str | None = None) -> pl.DataFrame:
        """Return what loading releases changed, code by code."""
        params = {"code_system": code_system, "release": release}
        return self.workspace.warehouse().query("queries/codesets/release_change", params)


def _recorded(now: dt.datetime) -> dt.datetime:
    return now.astimezone(dt.UTC).replace(tzinfo=None)
