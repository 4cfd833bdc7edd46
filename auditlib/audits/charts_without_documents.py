"""Which charts have no document that holds text, so that no code of them can be judged here."""

from __future__ import annotations

from collections.abc import Iterable

from auditlib.warehouse import Warehouse


def charts_without_documents(warehouse: Warehouse, encounter_ids: Iterable[str]) -> frozenset[str]:
    """Return those of some encounters of which no document has a letter or digit in its text.

    A scan whose words were not recognised holds no text: whoever reads its pages says so, as a record
    reviewed elsewhere.
    """
    wanted = frozenset(encounter_ids)
    with_text = warehouse.query("queries/audits/charts_with_text", {"encounter_ids": sorted(wanted)})
    return wanted - frozenset(with_text["encounter_id"])
