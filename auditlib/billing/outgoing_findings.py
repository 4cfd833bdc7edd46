"""What the checks find on claims that are about to go out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.billing.correction import CorrectedClaim
from auditlib.billing.read_back import read_back
from auditlib.checks.runner import run_checks
from auditlib.schema import CORE_TABLES, REF_TABLES
from auditlib.warehouse import Warehouse

FATAL: Final = "F"
# What checks read of code sets, and the query that brings as much of it as some claims need.
_CODE_SETS: Final = {
    "release": "queries/billing/release_to_check",
    "code": "queries/billing/code_to_check",
    "code_note": "queries/billing/note_to_check",
    "code_exclusion": "queries/billing/exclusion_to_check",
}


@dataclass(frozen=True, slots=True)
class OutgoingFinding:
    """A finding on a claim that would be written.

    Parameters
    ----------
    check_id, severity
        The check, as DX-13, and F, D, R or I.
    code, related_code
        What it is about, or None.
    detail
        The finding in one sentence.
    """

    check_id: str
    severity: str
    code: str | None
    related_code: str | None
    detail: str

    @property
    def sentence(self) -> str:
        """The finding with its check."""
        return f"{self.check_id}: {self.detail}"


def outgoing_findings(
    warehouse: Warehouse, claims: Sequence[CorrectedClaim]
) -> list[tuple[OutgoingFinding, ...]]:
    """Return for each claim what every check finds on it as it would be written.

    The claims are read back into a store of their own: neither they nor the findings enter the workspace.

    Parameters
    ----------
    warehouse
        Where the code sets are.
    claims
        Without gaps, as they would be written together.
    """
    if not claims:
        return []
    frames = read_back(claims)
    codes = frames["claim_diagnosis"]["code"].unique().to_list() if "claim_diagnosis" in frames else []
    store = Warehouse.in_memory()
    with store.writing() as writer:
        for table in CORE_TABLES:
            if table.name in frames:
                writer.append(table, frames[table.name].drop("claim_number"))
        for table in REF_TABLES:
            if table.name in _CODE_SETS:
                needs_codes = table.name in {"code", "code_note"}
                params = {"codes": codes} if needs_codes else None
                writer.append(table, warehouse.query(_CODE_SETS[table.name], params))
    run_checks(store)
    found: dict[int, list[OutgoingFinding]] = defaultdict(list)
    for claim_id, *finding in store.query("queries/billing/finding_of_claim").iter_rows():
        found[claim_id].append(OutgoingFinding(*finding))
    claim_ids: pl.Series = frames["claim"].sort("claim_number")["claim_id"]
    return [tuple(found[claim_id]) for claim_id in claim_ids]


def new_fatal_findings(
    found: Sequence[OutgoingFinding], as_billed: Sequence[OutgoingFinding]
) -> list[OutgoingFinding]:
    """Return the fatal findings on a claim that it did not have as billed: those that its correction brings.

    Compared by check and code, as positions move with each correction.
    """
    left = Counter((finding.check_id, finding.code, finding.related_code) for finding in as_billed)
    brought = []
    for finding in found:
        name = (finding.check_id, finding.code, finding.related_code)
        if finding.severity == FATAL and not left[name]:
            brought.append(finding)
        left[name] -= left[name] > 0
    return brought
