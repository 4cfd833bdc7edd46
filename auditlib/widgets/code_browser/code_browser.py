"""The browser of code sets: a tree to walk, a search that answers as one types, a page beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import ClassVar, Final, Protocol

from auditlib.codes import shown_code
from auditlib.codesets.library.classes import CCSR_FACT, COMPLICATION_FACT, HCC_FACT
from auditlib.codesets.library.page import CodePage
from auditlib.codesets.search import CodeTree, SearchHit, TreeNode
from auditlib.errors import UsageError
from auditlib.widgets.bundle import script, style
from auditlib.widgets.screen import Screen

_LONGEST_SEARCH: Final = 200
_MOST_HITS: Final = 50
_WRITTEN_OUT: Final = {
    COMPLICATION_FACT: "Complication (CC) or major one (MCC)",
    HCC_FACT: "Risk category (HCC)",
    CCSR_FACT: "Clinical category (CCSR)",
    "POA exempt": "Exempt from present on admission (POA)",
}


class CodeSource(Protocol):
    """What the browser asks for codes."""

    def search(
        self,
        text: str,
        *,
        date: date | None,
        code_systems: Collection[str],
        billable_only: bool,
        limit: int,
    ) -> list[SearchHit]:
        """Return the codes that a text means."""

    def not_loaded_note(self, text: str, *, date: date | None) -> str:
        """Return a sentence on the code systems that a text looks like and that are not loaded."""

    def tree(self, date: date | None) -> CodeTree:
        """Return the tree of the codes in force on a date."""

    def page(self, code: str, *, date: date | None, code_system: str | None) -> CodePage:
        """Return a code's page."""


class CodeBrowser(Screen):
    """The screen on which codes are looked up.

    Parameters
    ----------
    source
        Answers searches and gives tree and pages.
    date
        Only codes in force on this day; by default every code.
    """

    _esm = script("code_browser")
    _css = style("code_browser")
    screen_name: ClassVar[str] = "code browser"

    def __init__(self, source: CodeSource, *, date: date | None = None) -> None:
        self._source = source
        self._date = date
        self._answers: dict[object, Callable[[Mapping[str, object]], dict[str, object]]] = {
            "ready": self._start,
            "search": self._hits,
            "children": self._children,
            "page": self._page,
        }
        super().__init__()

    def __repr__(self) -> str:
        return "Browser of code sets" + (f", as in force on {self._date}" if self._date else "")

    def _answer(self, message: Mapping[str, object]) -> dict[str, object] | None:
        kind = message.get("kind")
        answer = self._answers.get(kind) if isinstance(kind, str) else None
        if answer is None:
            return None
        return {"kind": kind, **self._guarded(lambda: answer(message))}

    def _start(self, _message: Mapping[str, object]) -> dict[str, object]:
        systems = self._source.tree(self._date).systems()
        return {"systems": systems, "date": None if self._date is None else self._date.isoformat()}

    def _hits(self, message: Mapping[str, object]) -> dict[str, object]:
        text = _text(message, "text")[:_LONGEST_SEARCH]
        hits = self._source.search(
            text,
            date=self._date,
            code_systems=(),
            billable_only=message.get("billable_only") is True,
            limit=_MOST_HITS,
        )
        note = self._source.not_loaded_note(text, date=self._date)
        return {"nodes": [_hit_values(hit) for hit in hits], "note": note}

    def _children(self, message: Mapping[str, object]) -> dict[str, object]:
        code_system, key = _text(message, "code_system"), _text(message, "key")
        nodes = self._source.tree(self._date).children(code_system, key)
        return {"code_system": code_system, "key": key, "nodes": [_node_values(node) for node in nodes]}

    def _page(self, message: Mapping[str, object]) -> dict[str, object]:
        code_system, code = _text(message, "code_system"), _text(message, "key")
        page = self._source.page(code, date=self._date, code_system=code_system)
        path = self._source.tree(self._date).path(code_system, page.code)
        return {
            "page": {
                "code_system": code_system,
                "key": page.code,
                "title": page.title,
                "facts": [[_WRITTEN_OUT.get(label, label), value] for label, value in page.facts],
                "sections": page.sections,
                "path": path,
            }
        }


def _text(message: Mapping[str, object], name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str):
        text = "The screen sent a message that cannot be read."
        raise UsageError(text, hint="Run the cell again.")
    return value


def _hit_values(hit: SearchHit) -> dict[str, object]:
    return {
        "code_system": hit.code_system,
        "key": hit.code,
        "shown": shown_code(hit.code_system, hit.code),
        "description": hit.description,
        "is_billable": hit.is_billable,
        "is_leaf": True,
    }


def _node_values(node: TreeNode) -> dict[str, object]:
    # Of a group the key is the start of its codes, with an asterisk.
    return {**asdict(node), "shown": shown_code(node.code_system, node.key.removesuffix("*"))}
