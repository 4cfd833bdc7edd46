"""The workbench: what notebooks and the command line call."""

from auditlib.workbench.facade import Workbench
from auditlib.workspace.folder import Workspace

__all__ = ["Workbench", "Workspace"]
