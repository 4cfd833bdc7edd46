"""Findings and outcomes of checks and of a workspace's own rules, kept together once all have judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import polars as pl

from auditlib.warehouse import Writer

_JUDGING: Final = dict.fromkeys(
    ("check_id", "check_version", "severity", "title", "unit", "needs"), pl.String()
)


@contextmanager
def keeping_outcomes(
    writer: Writer, judging: Iterable[tuple[str, str, str, str, str, str]]
) -> Iterator[None]:
    """Keep as findings and outcomes what the block adds to `judged`, of all that judge at once.

    Parameters
    ----------
    writer
        The transaction.
    judging
        What judges: id, version, severity, title, what one unit is, and what a unit needs to be checked.
    """
    writer.run("statements/begin_judged")
    yield
    writer.show("judging", pl.DataFrame(list(judging), schema=_JUDGING, orient="row"))
    for statement in ("add_findings", "add_outcomes"):
        writer.run(f"statements/{statement}")
    for name in ("judging", "judged"):
        writer.drop_kept(name)
