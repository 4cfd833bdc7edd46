"""The workspace: one folder with its stores, locks, paths and clock."""

from auditlib.workspace.folder import Workspace

__all__ = ["Workspace"]
