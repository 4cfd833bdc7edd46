"""Proposed mappings: from published layouts, from headers and from the form of the values."""

from auditlib.sources.tabular.proposal.draft import DraftField, MappingDraft
from auditlib.sources.tabular.proposal.entries import Entry, Proposal, ProposedColumn
from auditlib.sources.tabular.proposal.presets import preset_list
from auditlib.sources.tabular.proposal.suggestion import draft_mapping, propose_mapping, suggest_mapping

__all__ = [
    "DraftField",
    "Entry",
    "MappingDraft",
    "Proposal",
    "ProposedColumn",
    "draft_mapping",
    "preset_list",
    "propose_mapping",
    "suggest_mapping",
]
