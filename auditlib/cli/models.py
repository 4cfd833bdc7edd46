"""`auditlib models`: which table is made of which, in the order in which they are made."""

from __future__ import annotations

from auditlib.cli.outcome import Outcome, Table
from auditlib.cli.session import InSession


def models(*, session: InSession) -> Outcome:
    """Print the models: what each is a row of, what it reads and who reads it; docs/models.md draws them."""
    del session  # It needs no workspace: the models are the same in all.
    from auditlib.warehouse.graph import model_graph

    graph = model_graph()
    rows = [(row["table"], row["title"], row["depends_on"]) for row in graph.frame.iter_rows(named=True)]
    return Outcome(
        lambda: {"models": graph.frame, "mermaid": graph.mermaid},
        (Table(("table", "what it holds", "reads"), rows),),
    )
