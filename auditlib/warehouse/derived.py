"""What follows from the loaded rows, rebuilt after every load."""

from __future__ import annotations

from auditlib.schema.core import CLAIM_ENCOUNTER, DERIVED_TABLES
from auditlib.schema.mart import CLAIM_OUTCOME
from auditlib.warehouse.store import Writer


def rebuild_derived(writer: Writer) -> None:
    """Rebuild what follows from the loaded rows: encounters of bare claims, diagnoses, links and outcomes."""
    writer.run("statements/forget_derived_encounters")
    # Encounters of bare claims are made of the claims' groups, and all the rest of what encounters there are.
    writer.derive(CLAIM_ENCOUNTER, "models/claim_encounter")
    writer.run("statements/encounter_from_claim")
    for table in DERIVED_TABLES:
        if table is not CLAIM_ENCOUNTER:
            writer.derive(table, f"models/{table.name}")
    writer.derive(CLAIM_OUTCOME, "models/claim_outcome")
