"""Proposed mappings: from published layouts, from headers and from the form of the values."""

from auditlib.sources.tabular.proposal.entries import Entry, Proposal, ProposedColumn
from auditlib.sources.tabular.proposal.presets import preset_list
from auditlib.sources.tabular.proposal.suggestion import propose_mapping, suggest_mapping

__all__ = ["Entry", "Proposal", "ProposedColumn", "preset_list", "propose_mapping", "suggest_mapping"]
