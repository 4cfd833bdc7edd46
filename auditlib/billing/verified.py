"""The input of a correction: verified codes, and what only the biller can add."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ICD10CM, ICD10PCS, CPT, HCPCS = "ICD-10-CM", "ICD-10-PCS", "CPT", "HCPCS"
SERVICE_SYSTEMS = (CPT, HCPCS)


@dataclass(frozen=True, slots=True)
class CodeValue:
    """A code with its attributes; see ``core.encounter_code``."""

    code_system: str
    code: str
    code_role: str
    poa_indicator: str | None = None
    modifiers: tuple[str, ...] = ()
    unit_count: Decimal | None = None


@dataclass(frozen=True, slots=True)
class VerifiedCode:
    """A code of an encounter after its review.

    Parameters
    ----------
    action
        agree, change, delete or add.
    billed
        The code as assigned; None if the reviewer added it.
    verified
        The correct code; None if the reviewer deleted it.
    """

    action: str
    billed: CodeValue | None
    verified: CodeValue | None

    @property
    def is_changed(self) -> bool:
        """True if the reviewer did not agree."""
        return self.billed != self.verified

    def is_right_on(self, codes: Collection[str]) -> bool:
        """Tell of a code that a claim does not bill whether the claim is right so: another corrected it."""
        return self.verified is None or self.verified.code in codes

    @property
    def value(self) -> CodeValue:
        """The code by which it is known: as billed, or as added."""
        found = self.billed or self.verified
        assert found is not None  # noqa: S101 - a verdict is about a code
        return found


@dataclass(frozen=True, slots=True)
class ServiceSupplement:
    """What a verified service needs besides the review.

    Parameters
    ----------
    unit_charge_amount
        Charge of one unit, or None.
    service_date
        Date of service, or None.
    revenue_code
        For an institutional claim, or None.
    points_to
        Diagnoses that justify it, as codes.
    """

    unit_charge_amount: Decimal | None = None
    service_date: date | None = None
    revenue_code: str | None = None
    points_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Supplement:
    """The biller's settings for one encounter's claim.

    Parameters
    ----------
    original_reference
        The payer's number of the claim that is replaced or voided.
    drg_code
        DRG of the verified codes.
    services
        By code.
    procedure_dates
        Of ICD-10-PCS procedures, by code.
    """

    original_reference: str | None = None
    drg_code: str | None = None
    services: Mapping[str, ServiceSupplement] = field(default_factory=dict)
    procedure_dates: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a claim cannot be written yet.

    Parameters
    ----------
    reason
        One sentence.
    table, key
        Table and key for it in the settings file, as ``service`` and ``revenue_code``; empty if no setting
        helps.
    code
        The code that it is about; empty if it is about the claim.
    """

    reason: str
    table: str = ""
    key: str = ""
    code: str = ""


@dataclass(slots=True)
class Editing:
    """One claim during correction: its form and settings, and the collected changes, notes and gaps."""

    form: str
    supplement: Supplement
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    not_on_claim: list[str] = field(default_factory=list)
