"""Claims as 837: one file a form and month, one transaction a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from auditlib.sources.x12.write.envelope import Group, interchange_text
from auditlib.sources.x12.write.segment import Element, Segment, composite, day, money, segment
from tools.synthetic.billing import Claim, Line, PriorPayment
from tools.synthetic.encounters import Code
from tools.synthetic.organisation import (
    CITY,
    CLAIM_PARTIES,
    GROUP,
    HOSPITAL,
    Organisation,
    payers,
    provider_of,
    site_of,
)

PROFESSIONAL_VERSION = "005010X222A1"
INSTITUTIONAL_VERSION = "005010X223A2"
_MOST_IN_A_SEGMENT = 12
_PLACES = {"office": "11", "emergency": "23", "outpatient surgery": "13", "inpatient": "11"}


def claim_files(claims: Iterable[Claim]) -> dict[str, str]:
    """Return the 837 files by name."""
    batches: dict[tuple[str, str, date], list[Claim]] = defaultdict(list)
    for claim in claims:
        form = "P" if claim.visit.is_professional else "I"
        batches[(form, f"{claim.submit_date:%Y-%m}", claim.submit_date)].append(claim)
    months: dict[tuple[str, str], list[date]] = defaultdict(list)
    for form, month, submitted in sorted(batches):
        months[(form, month)].append(submitted)
    files = {}
    for number, ((form, month), days) in enumerate(sorted(months.items()), start=1):
        version = PROFESSIONAL_VERSION if form == "P" else INSTITUTIONAL_VERSION
        bodies = [_batch(batches[(form, month, submitted)], form, submitted) for submitted in days]
        group = Group("HC", version, [("837", body) for body in bodies])
        files[f"837{form}_{month}.edi"] = interchange_text(
            [group], CLAIM_PARTIES, control_number=1000 + number, made_on=max(days)
        )
    return files


def _batch(claims: list[Claim], form: str, submitted: date) -> list[Segment]:
    billing = GROUP if form == "P" else HOSPITAL
    body = [
        segment("BHT", "0019", "00", f"{form}{day(submitted)}", day(submitted), "0600", "CH"),
        segment("NM1", "41", "2", "LARKMEADOW BILLING OFFICE", *[None] * 4, "46", "LARKBILL"),
        segment("PER", "IC", "BILLING OFFICE", "TE", "5555550100"),
        segment("NM1", "40", "2", "INVENTED CLEARING HOUSE", *[None] * 4, "46", "INVENTHOUSE"),
        segment("HL", 1, None, "20", "1"),
        segment("PRV", "BI", "PXC", billing.taxonomy),
        segment("NM1", "85", "2", billing.name, *[None] * 4, "XX", billing.npi),
        *_address(billing.street),
        segment("REF", "EI", billing.tax_id),
    ]
    level = 1
    for claim in claims:
        level = _claim(body, claim, level)
    return body


def _address(street: str) -> list[Segment]:
    return [segment("N3", street), segment("N4", *CITY)]


def _claim(body: list[Segment], claim: Claim, level: int) -> int:
    """Add one claim with its subscriber, and the patient where that is another; return the last level."""
    patient, payer = claim.visit.patient, payers()[claim.payer_id]
    is_dependent = patient.subscriber_first_name is not None
    level += 1
    body.append(segment("HL", level, 1, "22", "1" if is_dependent else "0"))
    body.append(
        segment(
            "SBR",
            claim.sequence,
            None if is_dependent else "18",
            _group_number(claim.payer_id),
            *[None] * 5,
            payer.filing_code,
        )
    )
    first_name = patient.subscriber_first_name or patient.first_name
    body.append(segment("NM1", "IL", "1", patient.last_name, first_name, *[None] * 3, "MI", _member(claim)))
    demographics = segment("DMG", "D8", day(patient.birth_date), patient.sex)
    if not is_dependent:
        body.extend([*_address(patient.street), demographics])
    body.append(segment("NM1", "PR", "2", payer.name, *[None] * 4, "PI", payer.payer_id))
    if is_dependent:
        level += 1
        body.append(segment("HL", level, level - 1, "23", "0"))
        body.append(segment("PAT", "19"))
        body.append(segment("NM1", "QC", "1", patient.last_name, patient.first_name))
        body.extend([*_address(patient.street), demographics])
    if claim.visit.is_professional:
        _professional(body, claim)
    else:
        _institutional(body, claim)
    return level


def _group_number(payer_id: str) -> str:
    return f"GRP{payer_id[1:]}001"


def _member(claim: Claim) -> str:
    """Return the member number: a second payer has its own."""
    member = claim.visit.patient.member_id
    return member if claim.sequence == "P" else f"{claim.payer_id[1:]}S{member[3:]}"


def _professional(body: list[Segment], claim: Claim) -> None:
    visit = claim.visit
    place = composite(_PLACES[visit.encounter_class], "B", claim.frequency)
    body.append(
        segment("CLM", visit.encounter_id, money(claim.charge_cents), None, None, place, "Y", "A", "Y", "Y")
    )
    if claim.original_reference:
        body.append(segment("REF", "F8", claim.original_reference))
    codes = [composite("ABK" if n == 0 else "ABF", row.code) for n, row in enumerate(claim.diagnoses)]
    body.append(segment("HI", *codes[:_MOST_IN_A_SEGMENT]))
    provider = provider_of(visit.provider_id)
    body.append(
        segment("NM1", "82", "1", provider.last_name, provider.first_name, *[None] * 3, "XX", provider.npi)
    )
    body.append(segment("PRV", "PE", "PXC", provider.taxonomy))
    site = site_of(visit.facility_id)
    if site.npi != GROUP.npi:
        body.extend(_site(site))
    _other_payer(body, claim)
    for number, line in enumerate(claim.lines, start=1):
        body.append(segment("LX", number))
        body.append(
            segment(
                "SV1",
                composite("HC", line.code, *line.modifiers),
                money(line.charge_cents),
                line.unit_code,
                line.units,
                None,
                None,
                composite(*line.pointers),
            )
        )
        body.append(segment("DTP", "472", "D8", day(line.day)))
        body.append(segment("REF", "6R", line.control))
        _line_payment(body, claim, line, number)


def _site(site: Organisation) -> list[Segment]:
    return [segment("NM1", "77", "2", site.name, *[None] * 4, "XX", site.npi), *_address(site.street)]


def _institutional(body: list[Segment], claim: Claim) -> None:
    visit = claim.visit
    is_stay = visit.encounter_class == "inpatient"
    bill = composite("11" if is_stay else "13", "A", claim.frequency)
    body.append(
        segment("CLM", visit.encounter_id, money(claim.charge_cents), None, None, bill, None, "A", "Y", "Y")
    )
    if is_stay:
        body.append(segment("DTP", "096", "TM", "1100"))
    body.append(segment("DTP", "434", "RD8", f"{day(visit.first)}-{day(visit.last)}"))
    if is_stay:
        body.append(segment("DTP", "435", "DT", f"{day(visit.first)}0830"))
    body.append(segment("CL1", "1" if is_stay else "3", "1", visit.discharge_status_code or "01"))
    if claim.original_reference:
        body.append(segment("REF", "F8", claim.original_reference))
    _institutional_codes(body, claim)
    provider = provider_of(visit.provider_id)
    name = (provider.last_name, provider.first_name, *[None] * 3, "XX", provider.npi)
    body.append(segment("NM1", "71", "1", *name))
    body.append(segment("PRV", "AT", "PXC", provider.taxonomy))
    if claim.procedures or not is_stay:
        body.append(segment("NM1", "72", "1", *name))
    _other_payer(body, claim)
    for number, line in enumerate(claim.lines, start=1):
        procedure = composite("HC", line.code, *line.modifiers) if line.code else None
        body.append(segment("LX", number))
        body.append(
            segment("SV2", line.revenue, procedure, money(line.charge_cents), line.unit_code, line.units)
        )
        if not is_stay:
            body.append(segment("DTP", "472", "D8", day(line.day)))
        body.append(segment("REF", "6R", line.control))
        _line_payment(body, claim, line, number)


def _institutional_codes(body: list[Segment], claim: Claim) -> None:
    def with_poa(qualifier: str, row: Code) -> Element:
        return composite(qualifier, row.code, *[None] * 6, row.poa_indicator)

    roles: dict[str, list[Code]] = defaultdict(list)
    for row in claim.diagnoses:
        roles[row.code_role].append(row)
    principal, *others = roles["principal"]
    body.append(segment("HI", with_poa("ABK", principal)))
    if roles["admitting"]:
        body.append(segment("HI", composite("ABJ", roles["admitting"][0].code)))
    if roles["external cause"]:
        body.append(
            segment("HI", *(with_poa("ABN", row) for row in roles["external cause"][:_MOST_IN_A_SEGMENT]))
        )
    if claim.visit.drg_code:
        body.append(segment("HI", composite("DR", claim.visit.drg_code)))
    secondary = [*others, *roles["secondary"]]
    for start in range(0, len(secondary), _MOST_IN_A_SEGMENT):
        rows = secondary[start : start + _MOST_IN_A_SEGMENT]
        body.append(segment("HI", *(with_poa("ABF", row) for row in rows)))
    for number, row in enumerate(claim.procedures):
        when = day(row.code_date or claim.visit.first)
        if number == 0:
            body.append(segment("HI", composite("BBR", row.code, "D8", when)))
        elif number == 1:
            rest = claim.procedures[1 : 1 + _MOST_IN_A_SEGMENT]
            dated = (composite("BBQ", r.code, "D8", day(r.code_date or claim.visit.first)) for r in rest)
            body.append(segment("HI", *dated))


def _other_payer(body: list[Segment], claim: Claim) -> None:
    """Add what the first payer decided to a claim for the second one."""
    prior = claim.prior
    if prior is None:
        return
    patient, payer = claim.visit.patient, payers()[prior.payer_id]
    relation = "19" if patient.subscriber_first_name else "18"
    first_name = patient.subscriber_first_name or patient.first_name
    body.append(segment("SBR", "P", relation, _group_number(prior.payer_id), *[None] * 5, payer.filing_code))
    body.extend(adjustment_segments(prior.claim_adjustments))
    body.append(segment("AMT", "D", money(prior.paid_cents)))
    body.append(segment("OI", None, None, "Y", None, None, "Y"))
    body.append(
        segment("NM1", "IL", "1", patient.last_name, first_name, *[None] * 3, "MI", patient.member_id)
    )
    body.extend(_address(patient.street))
    body.append(segment("NM1", "PR", "2", payer.name, *[None] * 4, "PI", payer.payer_id))
    if not prior.line_results:
        body.append(segment("DTP", "573", "D8", day(prior.paid_on)))
    body.append(segment("REF", "F8", prior.payer_claim_control_number))


def _line_payment(body: list[Segment], claim: Claim, line: Line, number: int) -> None:
    prior: PriorPayment | None = claim.prior
    if prior is None or not prior.line_results:
        return
    paid_cents, adjustments = prior.line_results[number - 1]
    procedure = composite("HC", line.code, *line.modifiers) if line.code else None
    body.append(segment("SVD", prior.payer_id, money(paid_cents), procedure, line.revenue, line.units))
    body.extend(adjustment_segments(adjustments))
    body.append(segment("DTP", "573", "D8", day(prior.paid_on)))


def adjustment_segments(adjustments: Iterable[tuple[str, str, int]]) -> list[Segment]:
    """Return CAS segments: one a group, with all its reasons."""
    groups: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for group, reason, cents in adjustments:
        groups[group].append((reason, cents))
    rows = []
    for group, reasons in groups.items():
        elements: list[object] = []
        for reason, cents in reasons:
            elements.extend((reason, money(cents), None))
        rows.append(segment("CAS", group, *elements))
    return rows
