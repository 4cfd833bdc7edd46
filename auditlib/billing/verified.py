"""The input of a correction: verified codes, and what only the biller can add."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

ICD10CM, ICD10PCS, CPT, HCPCS = "ICD-10-CM", "ICD-10-PCS", "CPT", "HCPCS"
SERVICE_SYSTEMS = (CPT, HCPCS)
AT_THE_DOOR: Final = ("admitting", "reason for visit")
"""Roles of what was known at the door: they rightly repeat a diagnosis, have no POA, and an 837P has none."""
POINTABLE: Final = ("principal", "secondary")
"""Roles of the diagnoses that a line may point to."""


def list_of(role: str) -> str:
    """Return the list of diagnoses that a role belongs to, in which a code stands once."""
    return "diagnosis" if role in POINTABLE else role


def service_name(code: str, modifiers: Sequence[str]) -> str:
    """Return a service with its modifiers, as 20610-LT."""
    return "-".join((code, *modifiers))


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
        """Return True if a claim that does not bill the code is right so: another claim corrected it."""
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
    form
        P or I where it was missed and several claims bill the encounter; None for the only claim.
    """

    unit_charge_amount: Decimal | None = None
    service_date: date | None = None
    revenue_code: str | None = None
    points_to: tuple[str, ...] = ()
    form: str | None = None


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
        By code, as 20610, or by code and modifiers, as 20610-LT, which take precedence.
    procedure_dates
        Of ICD-10-PCS procedures, by code.
    leave_out
        Diagnoses for which the form need not have room.
    accepted_findings
        Checks whose findings do not hold the claim back, as DX-13.
    """

    original_reference: str | None = None
    drg_code: str | None = None
    services: Mapping[str, ServiceSupplement] = field(default_factory=dict)
    procedure_dates: Mapping[str, date] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    accepted_findings: tuple[str, ...] = ()

    def service(self, code: str, modifiers: Sequence[str] = ()) -> ServiceSupplement:
        """Return the settings of a service; those that name its modifiers take precedence."""
        general = self.services.get(code, ServiceSupplement())
        own = self.services.get(service_name(code, modifiers), general)
        return ServiceSupplement(
            general.unit_charge_amount if own.unit_charge_amount is None else own.unit_charge_amount,
            own.service_date or general.service_date,
            own.revenue_code or general.revenue_code,
            own.points_to or general.points_to,
            own.form or general.form,
        )


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
    modifiers
        Those of the code, where another line of the claim has the same code.
    """

    reason: str
    table: str = ""
    key: str = ""
    code: str = ""
    modifiers: tuple[str, ...] = ()


@dataclass(slots=True)
class Editing:
    """One claim during correction: its form and settings, and the collected changes, notes and gaps.

    Parameters
    ----------
    form, supplement
        P or I, and the biller's settings.
    changes, notes, gaps
        What was changed, what to check, and why the claim cannot be written.
    not_on_claim
        Codes that the review corrected and the claim does not bill.
    left_out
        Diagnoses that the settings leave out because the form has no room.
    added_services
        Code and modifiers of each line that was added.
    reports_poa
        True if the claim has POA indicators.
    """

    form: str
    supplement: Supplement
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    not_on_claim: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    added_services: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    reports_poa: bool = False
