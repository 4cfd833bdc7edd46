"""Notebooks saved without chart text: what a cell shows of a chart stays on the screen."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

from auditlib.audits.access_log import OPENINGS
from auditlib.audits.chart_passages import Hashes, passage_hashes, passages_of_charts
from auditlib.errors import AuditError
from auditlib.workspace import Workspace
from auditlib.workspace.locate import WORKSPACE_VARIABLE

NOT_SAVED: Final = "[Chart text is shown on the screen only and not saved.]"
_TAG: Final = re.compile(r"<[^>]{0,500}>")


@dataclass(slots=True)
class ChartTextGuard:
    """Takes the outputs that hold text of charts that were opened out of notebooks.

    Parameters
    ----------
    workspace
        The workspace whose charts they are; who opened which is in its access log.
    """

    workspace: Workspace
    _known: Hashes = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    _charts: frozenset[str] = frozenset()

    def strip(self, notebook: dict[str, Any]) -> int:
        """Take the outputs with chart text, and the state of widgets, out; return how many outputs went."""
        notebook.get("metadata", {}).pop("widgets", None)
        outputs = [
            (cell, place, _words(output))
            for cell in notebook.get("cells", ())
            for place, output in enumerate(cell.get("outputs", ()))
        ]
        if not outputs:
            return 0
        passages = passage_hashes(pl.Series([words for _, _, words in outputs], dtype=pl.String))
        known = pl.Series(self._passages())
        held = passages.filter(pl.col("passage").is_in(known.implode()))["text"].unique()
        for number in held:
            cell, place, _ = outputs[number]
            plain = {"text/plain": NOT_SAVED}
            cell["outputs"][place] = {"output_type": "display_data", "data": plain, "metadata": {}}
        return held.len()

    def _passages(self) -> Hashes:
        events = self.workspace.ledger().events(kinds=OPENINGS)
        charts = frozenset(event.subject for event in events)
        if new := sorted(charts - self._charts):
            found = passages_of_charts(self.workspace.warehouse(), encounter_ids=new)
            self._known, self._charts = np.union1d(self._known, found), charts
        return self._known


def _words(output: dict[str, Any]) -> str:
    """Return the words of an output, of all forms in which it is there."""
    # The traceback of an error quotes it again, with colours.
    own = (output.get(name, "") for name in ("text", "evalue", "traceback"))
    parts = [*own, *output.get("data", {}).values()]
    texts = ["".join(part) if isinstance(part, list) else str(part) for part in parts]
    return unescape(_TAG.sub(" ", " ".join(texts)))


class GuardedNotebooks(AsyncLargeFileManager):
    """The files of JupyterLab; a notebook is saved without chart text, or not at all."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - as Jupyter passes them
        super().__init__(**settings)
        self._guard: ChartTextGuard | None = None
        self.register_pre_save_hook(self._without_chart_text)  # type: ignore[no-untyped-call]

    def _without_chart_text(self, *, model: dict[str, Any], path: str, **_named: object) -> None:
        if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
            return
        try:
            if self._guard is None:
                self._guard = ChartTextGuard(Workspace.open(Path(os.environ[WORKSPACE_VARIABLE])))
            self._guard.strip(model["content"])
        except Exception as error:
            # Jupyter would write what a hook that fails has not looked at.
            why = error.message if isinstance(error, AuditError) else type(error).__name__
            said = f"{path} is not saved: whether it holds chart text cannot be seen. {why}"
            raise HTTPError(503, said, reason=said) from error
