"""What readers give, put together and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import polars as pl

from auditlib.sources.batch import SourceBatch

_COUNTS = {
    "claim": "claim",
    "claim_line": "line",
    "claim_diagnosis": "diagnosis",
    "claim_procedure": "procedure",
    "remit_claim": "payment",
    "remit_line": "paid line",
}
_SUMS = {
    ("claim", "charge_amount"): "charge",
    ("claim_line", "charge_amount"): "line charge",
    ("remit_claim", "paid_amount"): "paid",
    ("remit_line", "paid_amount"): "line paid",
}


def gathered(batches: Iterable[SourceBatch]) -> dict[str, pl.DataFrame]:
    """Return each table of all batches, and ``rejected``."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for batch in batches:
        for name, frame in (*batch.frames.items(), ("rejected", batch.rejected)):
            parts.setdefault(name, []).append(frame)
    return {name: pl.concat(found) for name, found in parts.items()}


def read_facts(batches: Iterable[SourceBatch]) -> Counter[str]:
    """Return counts and dollars of claims and of what was paid."""
    frames = gathered(batches)
    found: Counter[str] = Counter()
    for table, name in _COUNTS.items():
        found[name] = frames[table].height if table in frames else 0
    for (table, column), name in _SUMS.items():
        found[name] = (frames[table][column].sum() or Decimal(0)) if table in frames else Decimal(0)
    return found
