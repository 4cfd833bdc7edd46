"""The workbench: what notebooks and the command line call."""

from auditlib.workbench.workbench import Workbench

__all__ = ["Workbench"]
