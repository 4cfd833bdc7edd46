"""Meaning of the headers in billing exports: synonyms and abbreviations, compared word by word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz import fuzz

LEAST_LIKENESS: Final = 0.82
"""Least similarity at which a header counts as a synonym."""

_WRITTEN_OUT: Final = """
acct=account no=number num=number nbr=number nr=number amt=amount chg=charge chgs=charge
charges=charge dt=date dte=date svc=service serv=service srv=service proc=procedure px=procedure
diag=dx diagnosis=dx diagnoses=dx icd10=dx icd=dx icd10cm=dx qty=quantity unit=units mod=modifier
mods=modifier modifiers=modifier modif=modifier pt=patient pat=patient prov=provider prv=provider
physician=provider dr=provider disch=discharge dsch=discharge dc=discharge adm=admit admission=admit
rev=revenue cd=code codes=code ptr=pointer ptrs=pointer pointers=pointer ins=insurance enc=encounter
rend=rendering att=attending ref=reference adj=adjustment adjmt=adjustment pmt=payment paymt=payment
rsn=reason grp=group chk=check ck=check desc=description clm=claim cpt4=cpt payor=payer
stmt=statement sts=status stat=status prin=principal primary=principal pri=principal fac=facility
mbr=member bday=birth_date birthdate=birth_date dob=birth_date birthday=birth_date dos=service_date
mrn=medical_record_number npi=npi gender=sex tob=bill_type pos=place_service ub= hcfa= the= of=
for= ndx=number identifier=id ident=id seq=sequence ln=line lob=payer carrier=payer total=total
tot=total billed=charge allow=allowed paid=paid
"""
_ABBREVIATIONS: Final[Mapping[str, str]] = {
    short: long.replace("_", " ") for short, _, long in (pair.partition("=") for pair in _WRITTEN_OUT.split())
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One possible meaning of a column.

    Attributes
    ----------
    name
        Name of the meaning.
    synonyms
        Headers for it, with abbreviations written out.
    shape
        Regular expression that nearly all of its values match, if there is one.
    is_list
        True if several columns may have it, as dx 1 to dx 25.
    """

    name: str
    synonyms: tuple[str, ...]
    shape: str | None = None
    is_list: bool = False


_NPI: Final = r"^[12]\d{9}(\.0)?$"
_DX: Final = r"^[A-TV-Za-tv-z]\d[0-9A-Za-z](\.?[0-9A-Za-z]{1,4})?$"
_PROCEDURE: Final = r"^([0-9]{4}[0-9A-Za-z]|[A-Va-v][0-9]{4}|[0-9]{1,4})$"
_AMOUNT: Final = r"^\(?-?\$?\s*-?[\d,]*\.?\d*\)?-?$"
_DATE: Final = (
    r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?|\d{8}|\d{5}|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2,4}([ ].*)?)$"
)
_WHOLE: Final = r"^\d{1,4}(\.0+)?$"

_SYNONYMS: Final = """
claim number: claim number, claim id, claim, invoice number, bill number, claim control number, bill id,
    invoice
account: account number, account, patient account, patient account number, patient control number, pcn,
    visit id, visit number, encounter id, encounter number, encounter, csn, contact serial number, har,
    hospital account, hospital account id, fin, fin number, account id, visit, case number
patient: medical record number, medical record, patient id, patient number, member id, member number,
    chart number, person id
birth date: birth date, date birth, patient birth date
sex: sex, patient sex, sex code
service date: service date, date service, service from date, from date, service start date, start date,
    service date from, from service date, service begin date, procedure date, claim start date, claim from
    date, claim service date, statement from date
service end: service to date, to date, service end date, end date, through date, service thru date, thru
    date, service date to, to service date, claim end date, claim to date, statement to date
admit date: admit date, admit, date admit, arrival date, visit date, encounter date, check in date
discharge date: discharge date, date discharge, discharge, departure date
encounter class: patient class, encounter class, encounter type, visit type, patient type, class, care
    setting, setting
procedure: cpt, cpt code, cpt hcpcs, hcpcs, hcpcs code, hcpcs cpt, procedure code, cpt procedure code,
    service code, procedure, charge code, hcpcs cpt code
modifier: modifier, cpt modifier, modifier code, procedure modifier
units: quantity, units, service units, units service, days units, days or units, unit count, billed
    units, charge units, charge quantity, service unit quantity
line charge: charge amount, charge, line charge, amount, gross charge, line amount, service charge, fee,
    line item charge, extended charge, charge amount dollars, submitted charge, submitted amount, line
    charge amount
claim charge: total charge, claim charge, total charge amount, claim total, total claim charge, claim
    amount, claim charge amount, total amount
diagnosis: dx, dx code, principal dx, principal dx code, secondary dx, other dx, dx cm, billing dx,
    final dx, coded dx
admitting diagnosis: admit dx, admitting dx, admitting dx code
poa: poa, poa indicator, present on admit, poa flag, dx poa
pointer: dx pointer, pointer, dx reference, dx code pointer, linked dx
icd procedure: pcs, pcs code, dx procedure, dx procedure code, dx pcs, dx pcs code, principal procedure,
    principal procedure code, surgical procedure code
icd procedure date: icd procedure date, pcs date, surgery date
revenue code: revenue code, revenue, revenue center
place of service: place service, place service code, service place
claim form: claim type, claim form
type of bill: bill type, type bill, bill type code
payer: payer, payer name, insurance, insurance name, insurance company, principal payer, plan, plan
    name, financial class, health plan, principal insurance
payer id: payer id, payer code, insurance id, plan id, insurance code
rendering provider: rendering npi, rendering provider npi, provider npi, rendering provider, rendering
    provider id, provider id, attending npi, attending provider npi, attending, attending provider,
    servicing provider npi, npi, performing provider npi
billing provider: billing npi, billing provider npi, billing provider, billing provider id, group npi,
    pay to npi
facility: facility npi, facility, facility id, location npi, hospital npi, service facility npi
coder: coder, coder id, coded by, coder name, final coder, coder initials, coder user id
coded date: coded date, coding date, date coded, final coded date, coding complete date, final code date
drg: drg, ms drg, drg code, ms drg code, final drg, billed drg, msdrg
discharge status: discharge status, discharge disposition, patient status, discharge status code,
    patient status code, discharge disposition code, disposition, patient discharge status
line number: line number, line, charge line, service line, line sequence, sequence number, line item
    number, service line number
ndc: ndc, ndc code, ndc number, drug code
check number: check number, eft number, check eft number, trace number, remit number, era number, check,
    payment number, payment reference, eft trace
payment date: payment date, check date, paid date, remit date, eft date, post date, date paid
paid amount: paid amount, paid, payment amount, payment, insurance paid, payer paid, amount paid, net
    paid, insurance payment, line paid amount
allowed amount: allowed amount, allowed, amount allowed, line allowed amount
adjustment amount: adjustment amount, adjustment, denied amount, adjusted amount
adjustment group: adjustment group, group code, cas group, adjustment group code, carc group
adjustment reason: adjustment reason, carc, carc code, reason code, denial code, adjustment reason code,
    denial reason code, adjustment code
remark: remark, remark code, rarc, rarc code
claim status: claim status, claim status code, clp status
payer claim number: icn, dcn, payer claim number, payer control number, payer claim control number,
    payer icn, tcn, internal control number
code system: code system, code type, coding system, code set
code: code, code value, assigned code
code role: code role, dx type, rank, code rank
note text: note text, document text, text, note, report text, note body, full text, narrative
note type: note type, document type, doc type, report type
note title: note title, title, document title
note author: author, author role, note author, author type, specialty
note time: note date, note time, written at, document date, note datetime, signed date
left out: patient name, patient last name, patient first name, last name, first name, middle name,
    patient middle name, patient address, address, city, state, zip, zip code, phone, phone number,
    email, ssn, social security number, provider name, rendering provider name, billing provider name,
    attending provider name, facility name, guarantor, guarantor name, subscriber name, insured name, dx
    description, procedure description, cpt description, description, balance, insurance balance,
    patient balance, age, patient age, department, location, user, batch, batch number
"""
"""A meaning, a colon, and its headers with abbreviations written out."""
_SHAPES: Final[Mapping[str, str]] = {
    "birth date": _DATE,
    "sex": r"^(?i)(m|f|u|male|female|unknown|other|[0-3])$",
    "service date": _DATE,
    "service end": _DATE,
    "admit date": _DATE,
    "discharge date": _DATE,
    "icd procedure date": _DATE,
    "procedure": _PROCEDURE,
    "modifier": r"^[0-9A-Za-z ,;:|/-]{1,14}$",
    "units": r"^-?\d{1,6}(\.\d+)?$",
    "line charge": _AMOUNT,
    "claim charge": _AMOUNT,
    "diagnosis": _DX,
    "admitting diagnosis": _DX,
    "poa": r"^[YNUWynuw1]$",
    "pointer": r"^[0-9A-La-l ,;:|/-]{1,16}$",
    "icd procedure": r"^[0-9A-HJ-NP-Za-hj-np-z]{7}$",
    "revenue code": r"^0?\d{3}$",
    "place of service": r"^\d{1,2}$",
    "claim form": r"^(?i)(professional|institutional|dental)$",
    "type of bill": r"^0?\d{2,3}[0-9A-Za-z]$",
    "rendering provider": _NPI,
    "billing provider": _NPI,
    "facility": _NPI,
    "coded date": _DATE,
    "drg": r"^\d{1,3}$",
    "discharge status": r"^\d{1,2}$",
    "line number": _WHOLE,
    "ndc": r"^[\d-]{10,13}$",
    "payment date": _DATE,
    "paid amount": _AMOUNT,
    "allowed amount": _AMOUNT,
    "adjustment amount": _AMOUNT,
    "adjustment group": r"^(?i)(co|pr|oa|pi|cr)$",
    "adjustment reason": r"^[A-Za-z]{0,2}-?\s?\d{1,3}$",
    "remark": r"^(?i)[mn]a?\d{1,4}$",
    "claim status": r"^\d{1,2}$",
    "note time": _DATE,
}
_LISTS: Final = frozenset(
    {"procedure", "modifier", "diagnosis", "poa", "icd procedure", "icd procedure date"}
)
_ICD_9: Final = re.compile(r"(?i)icd[-_ ]?9(?![0-9])")
LEFT_OUT: Final = "left out"
"""Meaning of columns that name a person or have no use here; they are never proposed."""


def _meanings() -> Iterator[Meaning]:
    for entry in re.split(r"\n(?! )", _SYNONYMS.strip()):
        name, _, synonyms = entry.partition(":")
        known = tuple(" ".join(synonym.split()) for synonym in synonyms.split(","))
        yield Meaning(name, known, _SHAPES.get(name), name in _LISTS)


MEANINGS: Final = tuple(_meanings())
_BY_NAME: Final = {meaning.name: meaning for meaning in MEANINGS}


def meaning(name: str) -> Meaning:
    """Return the meaning with this name."""
    return _BY_NAME[name]


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """A header's words and its number: 'Dx 12' is dx, 12."""

    words: str
    number: int | None


@cache
def header_words(header: str) -> HeaderWords:
    """Return the words of a header with abbreviations written out.

    Examples
    --------
    >>> header_words("Acct No"), header_words("DiagCode_03")
    (HeaderWords(words='account number', number=None), HeaderWords(words='dx code', number=3))
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header).replace("#", " number ").lower()
    text = re.sub(r"icd[- ]?10([- ]?(cm|pcs))?", lambda match: " pcs " if match[2] == "pcs" else " dx ", text)
    parts = re.findall(r"[a-z]+|\d+", re.sub(r"\bcpt-?4(?![0-9])", "cpt", text))
    numbers = [int(part) for part in parts if part.isdigit()]
    words = " ".join(_ABBREVIATIONS.get(part, part) for part in parts if not part.isdigit()).split()
    return HeaderWords(" ".join(dict.fromkeys(words)), numbers[-1] if numbers else None)


def is_numbered(header: str, headers: Collection[str]) -> bool:
    """Return True if a header's last number is its position: there is also one with the number 1.

    Examples
    --------
    >>> is_numbered("icd10", ["icd1", "icd10"]), is_numbered("icd10", ["icd10"])
    (True, False)
    """
    stem = re.fullmatch(r"(.*?\D)0*[1-9]\d?", header)
    return stem is not None and any(f"{stem[1]}{first}" in headers for first in ("1", "01"))


def likenesses(header: str) -> Iterator[tuple[str, float]]:
    """Yield the possible meanings of a header, each with its similarity from 0 to 1."""
    read = header_words(header)
    words = read.words
    if _ICD_9.search(header):
        yield LEFT_OUT, 1.0
        return
    if {"poa", "present"} & set(words.split()):
        yield "poa", 1.0
        return
    if {"procedure", "date"} <= set(words.split()) and (read.number or "principal" in words):
        yield "icd procedure date", 1.0
        return
    for known in MEANINGS:
        best = max(_likeness(words, synonym) for synonym in known.synonyms)
        if best >= LEAST_LIKENESS:
            yield known.name, best


@cache
def _likeness(words: str, synonym: str) -> float:
    return 1.0 if words == synonym else fuzz.token_sort_ratio(words, synonym) / 100 * 0.97
