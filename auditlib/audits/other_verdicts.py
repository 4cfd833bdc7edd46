"""Charts of an audit that another audit judged differently."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from auditlib.audits.audit import audit_names, reviewed
from auditlib.review import judged_differently
from auditlib.text import counted
from auditlib.workspace.folder import Workspace

_NAMED: Final = 10


def other_verdicts(workspace: Workspace, audit: str) -> str:
    """Return a sentence on the charts that another audit judged differently; empty if there are none.

    Each audit counts its own verdicts. Whoever compares two of them must know where they contradict.
    """
    final = reviewed(workspace, None).final
    # A review of named charts, as for practice, is no audit of a sample.
    is_sampled = pl.col("audit").is_in(audit_names(workspace))
    sampled = replace(final, charts=final.charts.filter(is_sampled))
    differing = {
        chart: audits for chart, audits in judged_differently(sampled).iter_rows() if audit in audits
    }
    if not differing:
        return ""
    named = [
        f"{chart} (also in {', '.join(name for name in audits if name != audit)})"
        for chart, audits in list(differing.items())[:_NAMED]
    ]
    more = len(differing) - len(named)
    verb = "was" if len(differing) == 1 else "were"
    return (
        f"{counted(len(differing), 'chart')} {verb} judged differently in another audit: {', '.join(named)}"
        f"{f' and {more:,} more' if more else ''}. Each audit counts its own verdicts."
    )
