"""The one-screen summary of a workspace: what is loaded, found, sampled and measured."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from auditlib.audits.audit import manifest_path
from auditlib.audits.integrity import missing_draws
from auditlib.errors import UsageError
from auditlib.sampling import Manifest
from auditlib.workbench.facade import Workbench


@dataclass(frozen=True, slots=True)
class Loaded:
    """Counts and dollars of all files; ``paid_amount`` is net of reversals."""

    file_count: int
    encounter_count: int
    claim_count: int
    claim_line_count: int
    claim_charge_amount: Decimal
    claim_payment_count: int
    paid_amount: Decimal
    rejected_count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What the summary shows.

    Parameters
    ----------
    totals
        What is loaded, by format of the file.
    money
        Rows and dollars of the tables of claims and payments.
    encounter_count
        Encounters of the workspace, those derived from claims included.
    check_outcomes
        Each check with its outcome and counts; empty if the checks have not run since the last load.
    audit, manifest, manifest_path
        The audit, its sample's manifest and where that is; None where no sample was drawn.
    accuracy
        Overall accuracy, by each definition.
    denials
        Overall denial rates.
    warnings
        What does not fit together, a sentence each: samples of which the ledger knows nothing.
    """

    totals: pl.DataFrame
    money: pl.DataFrame
    encounter_count: int
    check_outcomes: pl.DataFrame
    audit: str | None
    manifest: Manifest | None
    manifest_path: str | None
    accuracy: pl.DataFrame
    denials: pl.DataFrame
    warnings: tuple[str, ...] = ()

    @property
    def loaded(self) -> Loaded:
        """Counts and dollars of everything that is loaded; claims and payments apart."""
        tables = {row["table_name"]: row for row in self.money.iter_rows(named=True)}
        return Loaded(
            file_count=int(self.totals["file_count"].sum()),
            encounter_count=self.encounter_count,
            claim_count=tables["claim"]["row_count"],
            claim_line_count=tables["claim_line"]["row_count"],
            claim_charge_amount=tables["claim"]["charge_amount"],
            claim_payment_count=tables["remit_claim"]["row_count"],
            paid_amount=tables["remit_claim"]["paid_amount"],
            rejected_count=int(self.totals["rejected_count"].sum()),
        )


def summarise(workbench: Workbench, audit: str | None = None) -> Summary:
    """Return the summary of a workspace, on the audit given or on the latest.

    Raises
    ------
    UsageError
        If the audit named does not exist.
    """
    audit = audit or latest_audit(workbench)
    return Summary(
        totals=workbench.totals(),
        money=workbench.money_totals(),
        encounter_count=workbench.encounter_count(),
        check_outcomes=workbench.check_outcomes(),
        audit=audit,
        manifest=None if audit is None else workbench.manifest(audit),
        manifest_path=None if audit is None else str(manifest_path(workbench.workspace, audit)),
        accuracy=pl.DataFrame()
        if audit is None
        else pl.concat([workbench.code_accuracy(audit), workbench.record_accuracy(audit)]),
        denials=workbench.denial_rates(),
        warnings=tuple(missing_draws(workbench.workspace)),
    )


def latest_audit(workbench: Workbench) -> str | None:
    """Return the audit whose sample was drawn last, or None."""
    names = workbench.audit_names()
    return names[-1] if names else None


def require_audit(workbench: Workbench, audit: str | None) -> str:
    """Return the audit named, or the latest.

    Raises
    ------
    UsageError
        If no sample was drawn.
    """
    chosen = audit or latest_audit(workbench)
    if chosen is None:
        message = "No sample was drawn in this workspace."
        raise UsageError(message, hint="Draw one with 'auditlib sample'.")
    return chosen
