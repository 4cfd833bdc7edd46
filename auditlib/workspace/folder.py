"""A workspace: the folder that holds a warehouse, a ledger, manifests and reports."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from auditlib.errors import StoreError, StoreLockedError, UsageError
from auditlib.ledger import AnchorFile, AnchorKeeper, Ledger
from auditlib.scratch import remove_left
from auditlib.warehouse import Warehouse
from auditlib.warehouse.engine import spark_url
from auditlib.workspace.private_files import PRIVATE_FOLDER, make_private, write_privately
from auditlib.workspace.pseudonym_key import PSEUDONYM_KEY_NAME, PseudonymKey, make_key, read_key

WORKSPACE_VERSION = 1
CONFIG_NAME = "workspace.toml"
# Marks an unfinished workspace; the last step renames it to the configuration file.
_UNFINISHED_NAME = ".workspace.toml.unfinished"
_LOCK_NAME = ".init.lock"
_MAKING_WAIT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder with all data and decisions of one project.

    Parameters
    ----------
    root
        The folder.
    ledger_url
        Database URL of a shared ledger, or None for ``ledger.db`` in the folder.
    error_kinds
        The workspace's own kinds of error, each with the standard kind that it is within.
    anchors_elsewhere
        Files outside of the workspace into which the ledger's anchors are written too.
    anchor_interval
        After so long an event has an anchor, besides those at completed charts.
    lake
        Folder of the rows as Parquet files, as an engine reads them; by default ``lake`` in the workspace.
    engine
        What runs checks and measures in the place of DuckDB, as ``spark:sc://host:15002``, or None.
    """

    root: Path
    ledger_url: str | None = None
    error_kinds: tuple[tuple[str, str], ...] = ()
    anchors_elsewhere: tuple[Path, ...] = ()
    anchor_interval: dt.timedelta = dt.timedelta(hours=1)
    lake: Path | None = None
    engine: str | None = None

    @classmethod
    def create(
        cls,
        root: Path,
        *,
        fill: Callable[[Warehouse], None] | None = None,
        pseudonym_secret: bytes | None = None,
    ) -> Workspace:
        """Create the folder and its stores, or finish creating one.

        A workspace without a warehouse gets a new one; everything else in it stays. A missing ledger is not
        replaced.

        Parameters
        ----------
        root
            The folder.
        fill
            Called with a new warehouse, to fill it before anyone can use it.
        pseudonym_secret
            32 bytes under which a new workspace makes pseudonyms; random by default.

        Raises
        ------
        UsageError
            If the folder holds other files.
        StoreError
            If the ledger of an existing workspace is gone.
        """
        write_privately()
        _require_own(root)
        root.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        with _only_maker(root):
            if (root / CONFIG_NAME).exists():
                workspace = cls.open(root)
                make_private(root)
            else:
                workspace = cls(root)
                root.chmod(PRIVATE_FOLDER)
                (root / _UNFINISHED_NAME).write_text(f"version = {WORKSPACE_VERSION}\n", encoding="utf-8")
                make_key(workspace.pseudonym_key_path, pseudonym_secret)
            for folder in (workspace.manifests, workspace.reports, workspace.releases):
                folder.mkdir(exist_ok=True)
            if workspace.warehouse_path.exists():
                # Tables and columns that an older version of auditlib did not make are added.
                Warehouse.create(workspace.warehouse_path)
            else:
                workspace._make_warehouse(fill)
            workspace._open_ledger(make_if_absent=not workspace._has_had_ledger())
            if (root / _UNFINISHED_NAME).exists():
                (root / _UNFINISHED_NAME).replace(root / CONFIG_NAME)
        return workspace

    def _make_warehouse(self, fill: Callable[[Warehouse], None] | None) -> None:
        """Create the warehouse under a temporary name, so that it is never used without its code sets."""
        unfinished = self.root / ".warehouse.unfinished.duckdb"
        for left_over in (unfinished, _log_of(unfinished)):
            left_over.unlink(missing_ok=True)
        warehouse = Warehouse.create(unfinished)
        if fill is not None:
            fill(warehouse)
        # DuckDB would apply the write-ahead log left by a warehouse that was moved away.
        log = _log_of(self.warehouse_path)
        if log.exists():
            log.replace(log.with_name(f"{log.name}.old"))
        warehouse.let_go()
        unfinished.replace(self.warehouse_path)

    def _has_had_ledger(self) -> bool:
        """Return True if decisions may have been recorded, so that an absent ledger is a lost one."""
        if not (self.root / CONFIG_NAME).exists():
            return False
        return self.ledger_url is None or any(self.manifests.iterdir()) or any(self.reports.iterdir())

    @classmethod
    def open(cls, root: Path, *, engine: str | None = None) -> Workspace:
        """Open an existing workspace.

        Parameters
        ----------
        root
            The folder.
        engine
            What runs checks and measures, as ``spark:sc://host:15002``; by default the workspace's DuckDB.

        Raises
        ------
        UsageError
            If the folder is not a workspace, or no engine has such an address.
        StoreError
            If it was made by a newer version, or its configuration is unreadable.

        Notes
        -----
        What killed processes left in the workspace is removed, and this process writes files that only their
        owner can read from here on.
        """
        write_privately()
        config_path = root / CONFIG_NAME
        if not config_path.is_file():
            message = f"{root} is not a workspace."
            holds_others = root.exists() and not (root.is_dir() and _is_own(root))
            hint = (
                "A workspace has a folder of its own: 'auditlib init FOLDER' makes one, and "
                f"'auditlib -w FOLDER load {root}' loads these files into it."
                if holds_others
                else f"Make one with 'auditlib init {root}'."
            )
            raise UsageError(message, hint=hint)
        try:
            config = tomllib.loads(config_path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            message = f"{config_path} is not readable as TOML."
            raise StoreError(message, hint=f"It should say: version = {WORKSPACE_VERSION}") from error
        if config.get("version") != WORKSPACE_VERSION:
            message = f"{config_path} names workspace version {config.get('version')!r}."
            raise StoreError(message, hint=f"This auditlib reads version {WORKSPACE_VERSION}.")
        ledger_url = config.get("ledger_url")
        if ledger_url is not None and (not isinstance(ledger_url, str) or not ledger_url.strip()):
            message = f"The ledger_url in {config_path} is not text."
            raise StoreError(
                message,
                hint='Write it as ledger_url = "postgresql+psycopg://user@host/database", or leave it out.',
            )
        elsewhere, interval = _anchor_places(config.get("anchors", {}), root, config_path)
        error_kinds = _error_kinds(config.get("error_kinds", {}), config_path)
        lake = _lake_place(config.get("lake"), root, config_path)
        if engine is not None:
            spark_url(engine)
        workspace = cls(root, ledger_url, error_kinds, elsewhere, interval, lake, engine)
        for folder in (root, workspace.reports):
            if folder.is_dir():
                remove_left(folder)
        return workspace

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file."""
        return self.root / "warehouse.duckdb"

    @property
    def manifests(self) -> Path:
        """Folder of sample manifests."""
        return self.root / "manifests"

    @property
    def reports(self) -> Path:
        """Folder of reports."""
        return self.root / "reports"

    @property
    def releases(self) -> Path:
        """Folder of code-set releases that the user loaded."""
        return self.root / "releases"

    @property
    def attachments(self) -> Path:
        """Folder of files that were attached to charts, each named by the hash of its bytes."""
        return self.root / "attachments"

    @property
    def pseudonym_key_path(self) -> Path:
        """File with the secret under which patients get their pseudonyms."""
        return self.root / PSEUDONYM_KEY_NAME

    def pseudonym_key(self) -> PseudonymKey:
        """Return the key of the pseudonyms.

        Raises
        ------
        StoreError
            If it is gone, or no key.
        """
        return read_key(self.pseudonym_key_path)

    def warehouse(self) -> Warehouse:
        """Return the analytical store; where an engine is named, checks and measures run there."""
        if self.engine is None:
            return Warehouse(self.warehouse_path)
        from auditlib.warehouse.spark_engine import spark_engine  # noqa: PLC0415 - sqlglot is slow to import

        return Warehouse(self.warehouse_path, engine=spark_engine(self.engine, self.lake_path))

    @property
    def lake_path(self) -> Path:
        """Folder of the rows as Parquet files, as ``lake`` in workspace.toml names it."""
        return self.lake or self.root / "lake"

    def ledger(self) -> Ledger:
        """Return the ledger of decisions, which is never replaced if it is missing.

        Raises
        ------
        StoreError
            If the ledger is gone.
        """
        return self._open_ledger(make_if_absent=False)

    def _open_ledger(self, *, make_if_absent: bool) -> Ledger:
        return Ledger(
            self.ledger_url or self.ledger_path,
            make_if_absent=make_if_absent,
            anchors=AnchorKeeper(self.anchor_files(), self.anchor_interval),
        )

    @property
    def ledger_path(self) -> Path:
        """The SQLite file of a ledger that no server keeps."""
        return self.root / "ledger.db"

    @property
    def may_only_be_read(self) -> bool:
        """Whether this account may write neither the folder nor, so, a ledger that is a file in it."""
        return self.ledger_url is None and not os.access(self.root, os.W_OK)

    def anchor_files(self) -> list[AnchorFile]:
        """Return the files that hold the ledger's anchors, that in the workspace first."""
        return [AnchorFile(path) for path in (self.root / "anchors.jsonl", *self.anchors_elsewhere)]


def _anchor_places(table: object, root: Path, config_path: Path) -> tuple[tuple[Path, ...], dt.timedelta]:
    """Return the files of the table of anchors, and its interval."""
    known: dict[str, Any] = table if isinstance(table, dict) else {"": ""}
    files, minutes = known.get("files", []), known.get("minutes", 60)
    is_right = (
        known.keys() <= {"files", "minutes"}
        and isinstance(files, list)
        and all(isinstance(path, str) and path.strip() for path in files)
        and isinstance(minutes, int)
        and minutes > 0
    )
    if not is_right:
        message = f"The anchors in {config_path} are not a list of files and a number of minutes."
        raise StoreError(
            message,
            hint='Below the line [anchors] write: files = ["/elsewhere/october.jsonl"] and minutes = 60',
        )
    return tuple(root / Path(path).expanduser() for path in files), dt.timedelta(minutes=minutes)


def _lake_place(named: object, root: Path, config_path: Path) -> Path | None:
    """Return the folder that the configuration names for the lake."""
    if named is None:
        return None
    if not isinstance(named, str) or not named.strip():
        message = f"The lake in {config_path} is not the path of a folder."
        raise StoreError(message, hint='Write it as lake = "/shared/audits/lake", or leave it out.')
    return root / Path(named).expanduser()


def _error_kinds(table: object, config_path: Path) -> tuple[tuple[str, str], ...]:
    """Return the table of own kinds of error as pairs of text."""
    if not isinstance(table, dict) or not all(isinstance(kind, str) for kind in table.values()):
        message = f"The error_kinds in {config_path} are not a table of texts."
        raise StoreError(message, hint='Below the line [error_kinds] write: "laterality" = "not specific"')
    return tuple(table.items())


def _require_own(root: Path) -> None:
    """Raise if the folder holds anything but a workspace, finished or not."""
    # Checked again: another process may have finished it in the meantime.
    if (root.exists() and not root.is_dir()) or not (_is_own(root) or (root / CONFIG_NAME).exists()):
        message = f"{root} exists and is not a workspace."
        raise UsageError(message, hint="Name a new or an empty folder.")


def _is_own(root: Path) -> bool:
    """Return True if a folder is absent or empty, or holds a workspace, finished or not."""
    names = {path.name for path in root.iterdir()} if root.is_dir() else set()
    return bool(names & {CONFIG_NAME, _UNFINISHED_NAME}) or names <= {_LOCK_NAME}


@contextmanager
def _only_maker(root: Path) -> Iterator[None]:
    try:
        with FileLock(root / _LOCK_NAME).acquire(timeout=_MAKING_WAIT_SECONDS):
            yield
    except Timeout as error:
        message = f"Another program has been creating the workspace {root} for over {_MAKING_WAIT_SECONDS} s."
        raise StoreLockedError(message, hint="Wait for it, or end it, and try again.") from error


def _log_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")
