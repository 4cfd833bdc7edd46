"""A workspace: the folder that holds a warehouse, a ledger, manifests and reports."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Ledger
from auditlib.warehouse import Warehouse

WORKSPACE_VERSION = 1
_CONFIG_NAME = "workspace.toml"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where everything of one body of work is kept.

    Parameters
    ----------
    root
        The folder.
    ledger_url
        Database URL of a shared ledger, or None for ``ledger.db`` in the folder.
    """

    root: Path
    ledger_url: str | None = None

    @classmethod
    def create(cls, root: Path) -> Workspace:
        """Make the folder and its stores; a folder that is a workspace already is opened.

        Raises
        ------
        UsageError
            If the folder holds other things.
        """
        if (root / _CONFIG_NAME).exists():
            return cls.open(root)
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            message = f"{root} exists and is not a workspace."
            raise UsageError(message, hint="Name a new or an empty folder.")
        workspace = cls(root)
        for folder in (root, workspace.manifests, workspace.reports, workspace.releases):
            folder.mkdir(parents=True, exist_ok=True)
        Warehouse.create(workspace.warehouse_path)
        workspace.ledger().verify()
        # The configuration comes last: without it the folder is not yet a workspace.
        (root / _CONFIG_NAME).write_text(f"version = {WORKSPACE_VERSION}\n", encoding="utf-8")
        return workspace

    @classmethod
    def open(cls, root: Path) -> Workspace:
        """Open an existing workspace.

        Raises
        ------
        UsageError
            If the folder is no workspace.
        StoreError
            If it was made by a newer version, or its configuration is unreadable.
        """
        config_path = root / _CONFIG_NAME
        if not config_path.is_file():
            message = f"{root} is not a workspace."
            raise UsageError(message, hint=f"Make one with 'auditlib init {root}'.")
        try:
            config = tomllib.loads(config_path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            message = f"{config_path} is not readable as TOML."
            raise StoreError(message, hint=f"It should say: version = {WORKSPACE_VERSION}") from error
        if config.get("version") != WORKSPACE_VERSION:
            message = f"{config_path} names workspace version {config.get('version')!r}."
            raise StoreError(message, hint=f"This auditlib reads version {WORKSPACE_VERSION}.")
        return cls(root, config.get("ledger_url"))

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
    def staging(self) -> Path:
        """Folder of loads in progress; whatever a killed load left there is removed by the next."""
        return self.root / ".staging"

    def warehouse(self) -> Warehouse:
        """Return the analytical store."""
        return Warehouse(self.warehouse_path)

    def ledger(self) -> Ledger:
        """Return the ledger of decisions."""
        return Ledger(self.ledger_url or self.root / "ledger.db")
