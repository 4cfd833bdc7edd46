"""A new claim for an unbilled encounter: its loops from demographics, without codes and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from auditlib.billing.original import OriginalClaim
from auditlib.billing.verified import Gap
from auditlib.sources.x12.write.segment import Segment, composite, day, segment

SUBMITTER_KEYS = ("id", "name", "contact", "phone")
RECEIVER_KEYS = ("id", "name")
BILLING_KEYS = ("npi", "tax_id", "name", "street", "city", "state", "zip")
PATIENT_KEYS = (
    "last_name",
    "first_name",
    "birth_date",
    "sex",
    "street",
    "city",
    "state",
    "zip",
    "member_id",
    "payer_id",
    "payer_name",
    "filing_code",
    "signatures_on_file",
)
INSTITUTIONAL_KEYS = ("admission_type", "admission_source")
PROVIDER_KEYS = ("last_name", "first_name")
_VERSIONS = {"P": "005010X222A1", "I": "005010X223A2"}
_INPATIENT_BILLS = ("11", "12", "18", "21", "41")

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Visit:
    """An encounter's facts from the warehouse."""

    encounter_id: str
    first_day: date
    last_day: date
    discharge_status_code: str | None
    provider_id: str | None


@dataclass(frozen=True, slots=True)
class Demographics:
    """Facts from the settings file that the warehouse does not have: dates as eight digits, empty if omitted.

    Parameters
    ----------
    submitter, receiver, billing
        Submitter, receiver and billing provider.
    patient
        The patient, who is the subscriber too, and the payer.
    claim
        ``place_of_service`` of a professional claim, or ``type_of_bill`` (two digits) of an institutional
        one with ``admission_type`` and ``admission_source``.
    provider
        Names of the encounter's provider.
    """

    submitter: Texts = field(default_factory=dict)
    receiver: Texts = field(default_factory=dict)
    billing: Texts = field(default_factory=dict)
    patient: Texts = field(default_factory=dict)
    claim: Texts = field(default_factory=dict)
    provider: Texts = field(default_factory=dict)


def new_claim(visit: Visit, demographics: Demographics) -> tuple[OriginalClaim | None, list[Gap]]:
    """Return a claim without codes and lines, which a correction adds, or what is missing for it."""
    place, bill = demographics.claim.get("place_of_service"), demographics.claim.get("type_of_bill")
    gaps = _gaps(visit, demographics, is_institutional=bill is not None)
    if bill is not None and bill[:2] in _INPATIENT_BILLS:
        gaps.append(Gap("The lines of a stay, such as its room, are not among its codes: bill it elsewhere."))
    if not place and not bill:
        reason = "Neither a place of service (837P) nor a type of bill (837I) is given for its claim."
        gaps.append(Gap(reason, "claim", "place_of_service"))
    if gaps:
        return None, gaps
    form = "I" if bill else "P"
    body = (
        _institutional(visit, demographics, bill) if bill else _professional(visit, demographics, place or "")
    )
    billing = demographics.billing
    return OriginalClaim(
        source_offset=0,
        interchange=None,
        group=None,
        version=_VERSIONS[form],
        header=(
            segment(
                "NM1",
                "41",
                "2",
                demographics.submitter["name"],
                *[None] * 4,
                "46",
                demographics.submitter["id"],
            ),
            segment("PER", "IC", demographics.submitter["contact"], "TE", demographics.submitter["phone"]),
            segment(
                "NM1",
                "40",
                "2",
                demographics.receiver["name"],
                *[None] * 4,
                "46",
                demographics.receiver["id"],
            ),
        ),
        billing=(
            segment("HL", 1, None, "20", 1),
            *([segment("PRV", "BI", "PXC", billing["taxonomy"])] if billing.get("taxonomy") else []),
            segment("NM1", "85", "2", billing["name"], *[None] * 4, "XX", billing["npi"]),
            *_address(billing),
            segment("REF", "EI", billing["tax_id"]),
        ),
        subscriber=_subscriber(demographics.patient),
        patient=(),
        claim=tuple(body),
    ), []


def _gaps(visit: Visit, demographics: Demographics, *, is_institutional: bool) -> list[Gap]:
    """Return the missing settings, table by table."""
    required: list[tuple[str, str, Texts, Sequence[str]]] = [
        ("[submitter]", "", demographics.submitter, SUBMITTER_KEYS),
        ("[receiver]", "", demographics.receiver, RECEIVER_KEYS),
        ("[billing_provider]", "", demographics.billing, BILLING_KEYS),
        ("the patient", "patient", demographics.patient, PATIENT_KEYS),
        ("the claim", "claim", demographics.claim, INSTITUTIONAL_KEYS if is_institutional else ()),
    ]
    if is_institutional:
        required.append(
            (f"[[provider]] {visit.provider_id or ''}".strip(), "", demographics.provider, PROVIDER_KEYS)
        )
    gaps = []
    if demographics.patient.get("signatures_on_file", "Y") != "Y":
        gaps.append(Gap("Without the patient's signatures on file no claim is made."))
    for name, table, values, keys in required:
        missing = [key for key in keys if not values.get(key)]
        if missing and table:
            gaps += [Gap(f"Of {name}, {key} is not given.", table, key) for key in missing]
        elif missing:
            gaps.append(Gap(f"{name} lacks {', '.join(missing)}."))
    if is_institutional and not visit.discharge_status_code:
        gaps.append(Gap("The encounter has no discharge status: load it with one."))
    return gaps


def _address(demographics: Texts) -> list[Segment]:
    return [
        segment("N3", demographics["street"]),
        segment("N4", demographics["city"], demographics["state"], demographics["zip"]),
    ]


def _subscriber(patient: Texts) -> tuple[Segment, ...]:
    name = (patient["last_name"], patient["first_name"], *[None] * 3, "MI", patient["member_id"])
    return (
        segment("HL", 2, 1, "22", 0),
        segment("SBR", "P", "18", *[None] * 6, patient["filing_code"]),
        segment("NM1", "IL", "1", *name),
        *_address(patient),
        segment("DMG", "D8", patient["birth_date"], patient["sex"]),
        segment("NM1", "PR", "2", patient["payer_name"], *[None] * 4, "PI", patient["payer_id"]),
    )


def _provider(role: str, visit: Visit, demographics: Demographics) -> list[Segment]:
    if not visit.provider_id or not demographics.provider:
        return []
    names = (demographics.provider["last_name"], demographics.provider["first_name"])
    return [segment("NM1", role, "1", *names, *[None] * 3, "XX", visit.provider_id)]


def _professional(visit: Visit, demographics: Demographics, place: str) -> list[Segment]:
    where = composite(place, "B", "1")
    opened = segment("CLM", visit.encounter_id, "0", None, None, where, "Y", "A", "Y", "Y")
    return [opened, *_provider("82", visit, demographics)]


def _institutional(visit: Visit, demographics: Demographics, bill: str) -> list[Segment]:
    where, claim = composite(bill, "A", "1"), demographics.claim
    days = f"{day(visit.first_day)}-{day(visit.last_day)}"
    return [
        segment("CLM", visit.encounter_id, "0", None, None, where, None, "A", "Y", "Y"),
        segment("DTP", "434", "RD8", days),
        segment("CL1", claim["admission_type"], claim["admission_source"], visit.discharge_status_code),
        *_provider("71", visit, demographics),
    ]
