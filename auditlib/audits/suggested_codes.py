"""The codes that one version of a machine coder assigned to a chart, as a reviewer may be shown them."""

from __future__ import annotations

from auditlib.review.suggestion import MachineCoder, SuggestedCode
from auditlib.warehouse import Warehouse


def suggested_codes(
    warehouse: Warehouse, encounter_id: str, coder: MachineCoder
) -> tuple[SuggestedCode, ...]:
    """Return the codes that a machine coder assigned to an encounter, in its order."""
    rows = warehouse.query(
        "queries/machine/suggested_code",
        {"encounter_id": encounter_id, "coder_name": coder.name, "coder_version": coder.version},
    )
    return tuple(SuggestedCode(*row) for row in rows.iter_rows())
