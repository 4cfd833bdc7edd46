"""Search of the code sets: by code, by the start of a code, or by words as people type them."""

from typing import TYPE_CHECKING

from auditlib.names_at_use import names_at_use

if TYPE_CHECKING:
    from auditlib.codesets.search.index import SearchHit, SearchIndex
    from auditlib.codesets.search.meant_system import systems_meant
    from auditlib.codesets.search.tree import CodeTree, TreeNode

__all__ = ["CodeTree", "SearchHit", "SearchIndex", "TreeNode", "systems_meant"]

__getattr__ = names_at_use(
    __name__,
    {
        "index": ("SearchHit", "SearchIndex"),
        "meant_system": ("systems_meant",),
        "tree": ("CodeTree", "TreeNode"),
    },
)
