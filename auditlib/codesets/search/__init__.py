"""Search of the code sets: by code, by the start of a code, or by words as people type them."""

from auditlib.codesets.search.index import SearchHit, SearchIndex
from auditlib.codesets.search.meant_system import systems_meant
from auditlib.codesets.search.tree import CodeTree, TreeNode

__all__ = ["CodeTree", "SearchHit", "SearchIndex", "TreeNode", "systems_meant"]
