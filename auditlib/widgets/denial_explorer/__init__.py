"""The denial explorer: every bar filters all the others and leads to its claims."""

from auditlib.widgets.denial_explorer.claim_rows import ClaimParts
from auditlib.widgets.denial_explorer.denial_explorer import ClaimWork, DenialExplorer

__all__ = ["ClaimParts", "ClaimWork", "DenialExplorer"]
