"""A first claim for an encounter that none bills: its loops from demographics, without codes and lines."""

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
    """What the warehouse knows of an encounter."""

    encounter_id: str
    first_day: date
    last_day: date
    discharge_status_code: str | None
    provider_id: str | None


@dataclass(frozen=True, slots=True)
class Demographics:
    """What it does not know, as the settings file gives it: dates as eight digits, nothing where left out.

    Parameters
    ----------
    submitter, receiver, billing
        Whose file it is, for whom, and who is paid.
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


def new_claim(visit: Visit, told: Demographics) -> tuple[OriginalClaim | None, list[Gap]]:
    """Return a claim without codes and lines, to which a correction adds them, or what is missing for it."""
    place, bill = told.claim.get("place_of_service"), told.claim.get("type_of_bill")
    gaps = _gaps(visit, told, is_institutional=bill is not None)
    if bill is not None and bill[:2] in _INPATIENT_BILLS:
        gaps.append(Gap("The lines of a stay, such as its room, are not among its codes: bill it elsewhere."))
    if not place and not bill:
        reason = "Neither a place of service (837P) nor a type of bill (837I) is given for its claim."
        gaps.append(Gap(reason, "claim", "place_of_service"))
    if gaps:
        return None, gaps
    form = "I" if bill else "P"
    body = _institutional(visit, told, bill) if bill else _professional(visit, told, place or "")
    billing = told.billing
    return OriginalClaim(
        source_offset=0,
        interchange=None,
        group=None,
        version=_VERSIONS[form],
        header=(
            segment("NM1", "41", "2", told.submitter["name"], *[None] * 4, "46", told.submitter["id"]),
            segment("PER", "IC", told.submitter["contact"], "TE", told.submitter["phone"]),
            segment("NM1", "40", "2", told.receiver["name"], *[None] * 4, "46", told.receiver["id"]),
        ),
        billing=(
            segment("HL", 1, None, "20", 1),
            *([segment("PRV", "BI", "PXC", billing["taxonomy"])] if billing.get("taxonomy") else []),
            segment("NM1", "85", "2", billing["name"], *[None] * 4, "XX", billing["npi"]),
            *_address(billing),
            segment("REF", "EI", billing["tax_id"]),
        ),
        subscriber=_subscriber(told.patient),
        patient=(),
        claim=tuple(body),
    ), []


def _gaps(visit: Visit, told: Demographics, *, is_institutional: bool) -> list[Gap]:
    """Tell what is not given, table by table."""
    wanted: list[tuple[str, str, Texts, Sequence[str]]] = [
        ("[submitter]", "", told.submitter, SUBMITTER_KEYS),
        ("[receiver]", "", told.receiver, RECEIVER_KEYS),
        ("[billing_provider]", "", told.billing, BILLING_KEYS),
        ("the patient", "patient", told.patient, PATIENT_KEYS),
        ("the claim", "claim", told.claim, INSTITUTIONAL_KEYS if is_institutional else ()),
    ]
    if is_institutional:
        wanted.append((f"[[provider]] {visit.provider_id or ''}".strip(), "", told.provider, PROVIDER_KEYS))
    gaps = []
    if told.patient.get("signatures_on_file", "Y") != "Y":
        gaps.append(Gap("Without the patient's signatures on file no claim is made."))
    for name, table, values, keys in wanted:
        missing = [key for key in keys if not values.get(key)]
        if missing and table:
            gaps += [Gap(f"Of {name}, {key} is not given.", table, key) for key in missing]
        elif missing:
            gaps.append(Gap(f"{name} lacks {', '.join(missing)}."))
    if is_institutional and not visit.discharge_status_code:
        gaps.append(Gap("The encounter has no discharge status: load it with one."))
    return gaps


def _address(told: Texts) -> list[Segment]:
    return [segment("N3", told["street"]), segment("N4", told["city"], told["state"], told["zip"])]


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


def _provider(role: str, visit: Visit, told: Demographics) -> list[Segment]:
    if not visit.provider_id or not told.provider:
        return []
    names = (told.provider["last_name"], told.provider["first_name"])
    return [segment("NM1", role, "1", *names, *[None] * 3, "XX", visit.provider_id)]


def _professional(visit: Visit, told: Demographics, place: str) -> list[Segment]:
    where = composite(place, "B", "1")
    opened = segment("CLM", visit.encounter_id, "0", None, None, where, "Y", "A", "Y", "Y")
    return [opened, *_provider("82", visit, told)]


def _institutional(visit: Visit, told: Demographics, bill: str) -> list[Segment]:
    where, claim = composite(bill, "A", "1"), told.claim
    days = f"{day(visit.first_day)}-{day(visit.last_day)}"
    return [
        segment("CLM", visit.encounter_id, "0", None, None, where, None, "A", "Y", "Y"),
        segment("DTP", "434", "RD8", days),
        segment("CL1", claim["admission_type"], claim["admission_source"], visit.discharge_status_code),
        *_provider("71", visit, told),
    ]
