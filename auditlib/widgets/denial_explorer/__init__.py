"""The denial explorer: every bar filters all the others and leads to its claims."""

from auditlib.widgets.denial_explorer.denial_explorer import DenialExplorer
from auditlib.widgets.denial_explorer.page import ClaimParts

__all__ = ["ClaimParts", "DenialExplorer"]
