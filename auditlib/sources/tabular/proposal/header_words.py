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
charged=charge payr=payer nm=name appt=appointment begdt=from_date enddt=to_date frm=from
tran=transaction trans=transaction txn=transaction trx=transaction tx=transaction req=requisition
acct=account no=number num=number nbr=number nr=number amt=amount chg=charge chgs=charge charges=charge
dt=date dte=date dts=date dates=date tm=time svc=service serv=service srv=service services=service
proc=procedure px=procedure procedures=procedure prcdr=procedure diag=dx diagnosis=dx diagnoses=dx
diags=dx dgns=dx icd10=dx icd=dx icd10cm=dx qty=quantity quan=quantity ext=extended mod=modifier
mods=modifier modifiers=modifier modif=modifier mdfr=modifier pt=patient pat=patient prov=provider
prv=provider prvdr=provider physician=provider physn=provider doctor=provider dr=provider disch=discharge
dsch=discharge dschrg=discharge dis=discharge dc=discharge adm=admit admission=admit admsn=admit
admitting=admit admtng=admit rev=revenue cd=code codes=code cde=code ptr=pointer ptrs=pointer
pointers=pointer ins=insurance insurer=insurance enc=encounter encntr=encounter rend=rendering
rndrng=rendering att=attending attn=attending ref=reference adj=adjustment adjs=adjustment
adjmt=adjustment adjustments=adjustment pmt=payment paymt=payment payments=payment pymt=payment
rsn=reason grp=group chk=check ck=check desc=description clm=claim cpt4=cpt payor=payer stmt=statement
sts=status stat=status prin=principal prncpal=principal prncpl=principal primary=principal pri=principal
sec=secondary oth=other fac=facility mbr=member bday=birth_date birthdate=birth_date dob=birth_date
birthday=birth_date dos=service_date mrn=medical_record_number rec=record med=medical npi=npi gender=sex
tob=bill_type pos=place_service ub= hcfa= the= of= for= and= ndx=number identifier=number ident=number
id=number ids=number seq=sequence covers=cover ln=line lob=payer carrier=payer total=total tot=total
billed=charge bill=bill allow=allowed alwd=allowed alowd=allowed ded=deductible deduct=deductible
ddctbl=deductible coins=coinsurance coinsur=coinsurance copayment=copay copays=copay contr=contractual
thru=through thr=through begin=from start=from beginning=from end=to ending=to rem=remark remarks=remark
rmk=remark pdx=principal_dx sdx=secondary_dx odx=other_dx ppx=principal_pcs opx=other_pcs adx=admit_dx
usd= dollars= ea= reg=registration fin=fin msdrg=ms_drg invoice=invoice inv=invoice vstid=visit_id
hsp=hospital hosp=hospital tkt=ticket wo=write_off writeoff=write_off datetime=date_time
timestamp=date_time freq=frequency xref=reference ctrl=control cntrl=control ctl=control
"""
_ABBREVIATIONS: Final[Mapping[str, str]] = {
    short: long.replace("_", " ") for short, _, long in (pair.partition("=") for pair in _WRITTEN_OUT.split())
}
_ORDINALS: Final[Mapping[str, int]] = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "first second third fourth",
    )
    for number, word in enumerate(words.split(), start=1)
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
    proof
        Regular expression so specific that values of this form prove the header's meaning, if there is one.
    """

    name: str
    synonyms: tuple[str, ...]
    shape: str | None = None
    proof: str | None = None


_NPI: Final = r"^[12]\d{9}(\.0)?$"
_DX: Final = r"^'?[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$"
_DX_9: Final = r"^'?(V\d{2}(\.?\d{1,2})?|E\d{3}(\.?\d)?|\d{3}(\.?\d{1,2})?)$"
_PCS: Final = r"^[0-9A-HJ-NP-Z]{7}$"
_SERVICE: Final = r"([0-9]{4}[0-9A-Z]|[A-V][0-9]{4})"
PROCEDURE_LIST: Final = rf"^{_SERVICE}(-[0-9A-Z]{{2}})*([\s,;|/]+{_SERVICE}(-[0-9A-Z]{{2}})*)+$"
"""Form of a cell with several codes of services."""
_PROCEDURE: Final = rf"^'?({_SERVICE}|[0-9]{{1,4}}(\.0)?)([-:, ]+[0-9A-Z]{{2}})*$|{PROCEDURE_LIST}"
_PROCEDURE_PROOF: Final = rf"^{_SERVICE}([-:, ]+[0-9A-Z]{{2}})*$|{PROCEDURE_LIST}"
_AMOUNT: Final = r"^\(?-?\$?\s*-?[\d.,]+\)?-?$"
_DATE: Final = (
    r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?|\d{8}|\d{5}|\d{1,2}[- ][A-Za-z]{3}[- ]\d{2,4}([ ].*)?)$"
)
_WHOLE: Final = r"^\d{1,4}(\.0)?$"

_SYNONYMS: Final = """
claim number: claim number, claim id, claim, invoice number, bill number, claim control number, bill id,
    invoice, ticket number, ticket, voucher number, claim reference, voucher, claim reference number,
    superbill number
account: account number, account, patient account, patient account number, patient control number, pcn,
    visit id, visit number, visit, appointment id,
    appointment number, encounter id, encounter number, encounter, csn, contact serial number,
    har, hospital account, hospital account id, fin, fin number, account id, case number, patient visit
    number, patient visit id, patient encounter id, patient encounter number, requisition number,
    accession number, patient account id
patient: medical record number, medical record, patient id, patient number, member id, member number,
    chart number, chart, person id, person number, patient medical record number, beneficiary id, unit
    number
birth date: birth date, date birth, patient birth date
sex: sex, patient sex, sex code
service date: service date, date service, service from date, from date, service date from, service from,
    from service date, procedure date, claim service date, charge service date, line service date, line
    from date, from, date service from, collection date, session date, appointment date, specimen date,
    performed date, date performed
service end: last service date,
    service to date, to date, service through date, through date, service date to, to service
    date, service to, service through, line to date, through service date, to, date service to, date
    service through
claim start: claim from date, statement from date, statement cover from date, claim from, statement from
claim end: claim to date, claim through date, statement to date, statement through date, statement cover
    through date, claim through, statement through
admit date: admit date, admit, date admit, arrival date, visit date, encounter date, check in date,
    registration date, admit date time, registration date time, arrival date time, encounter start date
discharge date: discharge date, date discharge, discharge, departure date, discharge date time, encounter
    end date
submit date: submission date, submit date, claim submission date, date submitted, claim submit date
encounter class: patient class, encounter class, encounter type, visit type, patient type, class, care
    setting, setting
modifier: modifier, m, cpt modifier, modifier code, procedure modifier, hcpcs modifier, line modifier
procedure: cpt, cpt code, cpt hcpcs, hcpcs, hcpcs code, hcpcs cpt, procedure code, cpt procedure code,
    service code, procedure, charge code, hcpcs cpt code, line procedure code, cpt modifier, procedure
    modifier, em code, em, billing code, drug code service, visit code, test code, procedure cpt, service
    procedure code, line cpt code, line hcpcs code
units: quantity, units, service units, units service, days units, days or units, unit count, charge
    units, charge quantity, service unit quantity, procedure quantity, procedure units, line units, line
    quantity, service quantity, unit quantity, units quantity, billing units, unit, charge unit quantity
unit price: unit price, unit charge, charge per unit, price, unit fee, fee per unit, unit amount, charge
    unit price, unit cost, rate, cost per unit
line charge: charge amount, charge, line charge, amount, gross charge, line amount, service charge, fee,
    line item charge, extended charge, submitted charge, submitted amount, line charge amount, extended
    amount, service fee, fee amount, charged amount, procedure charge, extended price, extended charge
    amount
claim charge: total charge, claim charge, total charge amount, claim total, total claim charge, claim
    amount, claim charge amount, total amount, claim total charge, claim total amount, total fee, total
    fees, total charged amount
diagnosis: dx, dx code, principal dx, principal dx code, secondary dx, secondary dx code, other dx, dx
    cm, billing dx, final dx, coded dx, other dx code, claim dx code, line dx code, dx cm code,
    additional dx, principal final dx
admitting diagnosis: admit dx, admit dx code
frequency: frequency, frequency code, claim frequency, claim frequency code, resubmission code, bill
    frequency, bill frequency code
poa: poa, poa indicator, present on admit, poa flag, dx poa
pointer: dx pointer, pointer, dx reference, dx code pointer, linked dx, line dx pointer
icd procedure: pcs, pcs code, dx procedure, dx procedure code, dx pcs, dx pcs code, principal procedure,
    principal procedure code, surgical procedure code, procedure, other procedure, other procedure code,
    surgery, surgery code, secondary procedure, principal pcs, other pcs, procedure code
icd procedure date: icd procedure date, pcs date, surgery date
revenue code: revenue code, revenue, revenue center, revenue center code
place of service: place service, place service code, service place, service location place service code
claim form: claim type, claim form, form type, bill form, form, claim form type, claim type code
type of bill: bill type, type bill, bill type code, ub type bill
payer: payer, payer name, insurance, insurance name, insurance company, principal payer, principal payer
    name, plan, plan name, health plan, principal insurance, principal insurance name, insurance company
    name, principal insurance company name, principal insurance payer, principal insurance company,
    insurance 1, insurance co, insurer name, insurance plan name, payer plan name, principal payer plan
payer plan: financial class, fin class, payer class, payer type
payer id: payer id, payer code, insurance id, plan id, insurance code, principal payer id
rendering provider: rendering npi, rendering provider npi, provider npi, rendering provider, rendering
    provider id, provider id, attending npi, attending provider npi, attending, attending provider,
    servicing provider npi, npi, performing provider npi, service provider npi, actual provider npi,
    rendering, performing provider, servicing provider, provider, performing npi, servicing npi
billing provider: billing npi, billing provider npi, billing provider, billing provider id, group npi,
    pay to npi, billing group npi, payee npi
facility: facility npi, facility, facility id, location npi, hospital npi, service facility npi
coder: coder, coder id, coded by, coder name, final coder, coder initials, coder user id
coded date: coded date, coding date, date coded, final coded date, coding complete date, final code date
drg: drg, ms drg, drg code, ms drg code, final drg, final ms drg, discharge drg
discharge status: discharge status, discharge disposition, patient status, discharge status code, patient
    status code, discharge disposition code, disposition, patient discharge status
line number: line number, line, charge line, service line, line sequence, sequence number, line item
    number, service line number
ndc: ndc, ndc code, ndc number, drug code
check number: check number, eft number, check eft number, trace number, remit number, era number, check,
    payment number, payment reference, eft trace, check trace number, payment reference number, check eft
    trace number, remittance number
payment date: payment date, check date, paid date, remit date, eft date, post date, date paid, remittance
    date, check eft date
paid amount: paid amount, paid, payment amount, payment, insurance paid, payer paid, amount paid, net
    paid, insurance payment, line paid amount, plan paid, net payment, paid to provider, total paid,
    total payment, total paid amount, claim paid amount
allowed amount: allowed amount, allowed, amount allowed, line allowed amount, eligible amount
adjustment amount: adjustment amount, carc amount, cas amount, claim adjustment amount, adjustment,
    denied amount, adjusted amount
adjustment group: adjustment group, group code, cas group, adjustment group code, carc group, claim
    adjustment group
adjustment reason: adjustment reason, carc, carc code, reason code, denial code, adjustment reason code,
    denial reason code, adjustment code, adjustment, claim adjustment reason code, cas, cas code
deductible: deductible, deductible amount, patient deductible
coinsurance: coinsurance, coinsurance amount, patient coinsurance
copay: copay, copay amount, patient copay
contractual: contractual, contractual amount, contractual adjustment, contractual adjustment amount,
    contractual write off, write off, write off amount, provider discount, network discount, discount,
    discount amount, plan discount, contract discount
patient responsibility: patient responsibility, patient responsibility amount, patient liability, member
    liability, member responsibility, patient resp
remark: remark, remark code, rarc, rarc code, remittance remark code
claim status: claim status, claim status code, clp status
payer claim number: icn, dcn, payer claim number, payer control number, payer claim control number, payer
    icn, tcn, internal control number, payer reference number
code system: code system, code type, coding system, code set
code: code, code value, assigned code
code role: code role, dx type, rank, code rank
note text: note text, document text, text, note, report text, note body, full text, narrative
note type: note type, document type, doc type, report type
note title: note title, title, document title
note author: author, author role, note author, author type, specialty
note time: note date, note time, written at, document date, note datetime, signed date
plain date: date
transaction type: transaction type, record type, row type, entry type, charge type, type, transaction
    code type
left out: patient name, patient last name, patient first name, last name, first name, middle name,
    patient middle name, patient address, address, city, state, zip, zip code, phone, phone number,
    email, ssn, social security number, provider name, rendering provider name, billing provider name,
    attending provider name, facility name, guarantor, guarantor name, subscriber name, insured name, dx
    description, procedure description, cpt description, description, balance, insurance balance, patient
    balance, age, patient age, department, location, user, batch, batch number, outstanding amount,
    provider profile, admit source, admit type, admit hour, discharge hour, service department, procedure
    name, dx name, load date, load date time, secondary insurance, secondary payer, balance amount,
    agree, comments, posting date, entry date, created date, updated date, principal provider, patient,
    patient full name
"""
"""A meaning, a colon, and its headers."""
_SHAPES: Final[Mapping[str, str]] = {
    "birth date": _DATE,
    "sex": r"^(?i)(m|f|u|male|female|unknown|other|[0-3])$",
    "service date": _DATE,
    "service end": _DATE,
    "claim start": _DATE,
    "claim end": _DATE,
    "admit date": _DATE,
    "discharge date": _DATE,
    "submit date": _DATE,
    "plain date": _DATE,
    "icd procedure date": _DATE,
    "procedure": _PROCEDURE,
    "modifier": r"^[0-9A-Z]{2}([ ,;:|/-]*[0-9A-Z]{2}){0,4}$",
    "units": r"^-?\d{1,6}([.,]\d+)?$",
    "unit price": _AMOUNT,
    "line charge": _AMOUNT,
    "claim charge": _AMOUNT,
    "diagnosis": f"{_DX}|{_DX_9}",
    "admitting diagnosis": f"{_DX}|{_DX_9}",
    "poa": r"^[YNUW1]$",
    "transaction type": r"^[A-Z].{0,30}$",
    "pointer": r"^[0-9A-L ,;:|/-]{1,16}$",
    "icd procedure": f"{_PCS}|" + r"^\d{2}\.?\d{1,2}$",
    "revenue code": r"^0?\d{3}$",
    "place of service": r"^\d{1,2}$",
    "claim form": r"^(?i)(professional|institutional|dental|pharmacy|[pidr]|837-?[pid]|cms-?1500|hcfa-?1500"
    r"|1500|ub-?0?4|hcfa|ub|inst|prof)$",
    "type of bill": r"^0?\d{2,3}[0-9A-Z]$",
    "rendering provider": _NPI,
    "billing provider": _NPI,
    "facility": _NPI,
    "coded date": _DATE,
    "frequency": r"^[1-9]$",
    "drg": r"^\d{1,3}$",
    "discharge status": r"^\d{1,2}$",
    "line number": _WHOLE,
    "ndc": r"^[\d-]{10,13}$",
    "payment date": _DATE,
    "paid amount": _AMOUNT,
    "allowed amount": _AMOUNT,
    "adjustment amount": _AMOUNT,
    "deductible": _AMOUNT,
    "coinsurance": _AMOUNT,
    "copay": _AMOUNT,
    "contractual": _AMOUNT,
    "patient responsibility": _AMOUNT,
    "adjustment group": r"^(CO|PR|OA|PI|CR)$",
    "adjustment reason": r"^((CO|PR|OA|PI|CR)[- ]?)?[A-Z]{0,1}\d{1,3}$",
    "remark": r"^[MN]A?\d{1,4}([ ,;]+[MN]A?\d{1,4})*$",
    "claim status": r"^\d{1,2}$",
    "note time": _DATE,
}
_PROOFS: Final[Mapping[str, str]] = {
    "procedure": _PROCEDURE_PROOF,
    "diagnosis": r"^[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$|^\d{3}\.\d{1,2}$",
    "admitting diagnosis": r"^[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$",
    "poa": r"^[YNUW1]$",
    "icd procedure": _PCS,
    "rendering provider": _NPI,
    "billing provider": _NPI,
    "facility": _NPI,
    "claim form": _SHAPES["claim form"],
    "adjustment group": _SHAPES["adjustment group"],
    "remark": _SHAPES["remark"],
    "sex": _SHAPES["sex"],
}
LEFT_OUT: Final = "left out"
"""Meaning of columns that name a person or have no use here; they are never proposed."""
_POA_WORDS: Final = frozenset({"poa", "present"})
# What a review found, beside what was billed.
_REVIEW_WORDS: Final = frozenset(
    {"audited", "audit", "auditor", "supported", "validated",
     "corrected", "recommended", "revised", "suggested", "verified", "proposed",
     "reviewed", "correct", "should", "new"}
)  # fmt: skip
# Before the name of a code, these say that it is the one on the claim.
_CLAIMED_WORDS: Final = frozenset({"billed", "submitted", "original", "reported"})
_CODE_WORDS: Final = frozenset(
    {"cpt", "hcpcs", "dx", "drg", "procedure", "modifier", "code", "units", "pcs", "revenue"}
)
_PERSON_WORDS: Final = frozenset({"patient", "provider", "attending", "rendering", "member", "subscriber"})
# A header with one of these is about a code, and is none.
_ABOUT_A_CODE: Final = frozenset(
    {"description", "desc", "date", "name", "amount", "charge", "units", "quantity", "fee", "paid", "count",
     "type", "category", "reason", "status", "rate"}
)  # fmt: skip
# Words that seldom tell two headers apart weigh less.
_WEIGHTS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("code", "number", "id", "amount", "name", "time"), 0.3),
    **dict.fromkeys(("encounter", "visit", "claim", "line", "item", "patient", "detail", "list"), 0.35),
    **dict.fromkeys(("principal", "other", "service", "billing", "final"), 0.5),
    "date": 0.6,
}
_WRITTEN_WITH_MARKS: Final[Mapping[str, str]] = {
    "dt/tm": "date time", "e/m": "em", "e&m": "em", "co-ins": "coins", "co-pay": "copay",
    "write-off": "write off",
}  # fmt: skip
_SHORTEST_WORD_IN_A_RUN: Final = 2
# A word that no synonym has says little, but the header is no more than alike then.
_UNKNOWN_WEIGHT: Final = 0.15
_BY_KNOWN_WORDS: Final = 0.88
_LEAST_SPELLING: Final = 86
_SHORTEST_MISSPELT: Final = 6


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """A header's words and its number: 'Dx 12' is dx, 12."""

    words: str
    number: int | None


@cache
def header_words(header: str) -> HeaderWords:
    """Return the words of a header with abbreviations written out.

    Words that run together, as in CamelCase, are cut where all parts are known.

    Examples
    --------
    >>> header_words("Acct No"), header_words("DiagCode_03"), header_words("charge (usd)")
    (HeaderWords(words='account number', number=None), HeaderWords(words='dx code', number=3), \
HeaderWords(words='charge', number=None))
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header).replace("#", " number ").lower()
    if outside := re.sub(r"\([^)]*\)", " ", text).strip():
        text = outside
    for written, meant in _WRITTEN_WITH_MARKS.items():
        text = text.replace(written, meant)
    text = re.sub(
        r"icd[-_ ]?(?:10|9)([-_ ]?(cm|pcs)(?![a-z]))?",
        lambda match: " pcs " if match[2] == "pcs" else " dx ",
        text,
    )
    parts = re.findall(r"[a-z]+|\d+", re.sub(r"\bcpt[-_ ]?4(?![0-9])", "cpt", text))
    numbers = [int(part) for part in parts if part.isdigit()]
    runs = [word for part in parts if not part.isdigit() for word in _cut(part)]
    ordinals = [_ORDINALS[word] for word in runs if word in _ORDINALS]
    plain = [word for word in runs if word not in _ORDINALS]
    if _CLAIMED_WORDS & set(plain) and _CODE_WORDS & {_ABBREVIATIONS.get(word, word) for word in plain}:
        plain = [word for word in plain if word not in _CLAIMED_WORDS]
    words = " ".join(_ABBREVIATIONS.get(word, word) for word in plain).split()
    found = numbers or ordinals
    return HeaderWords(" ".join(dict.fromkeys(words)), found[-1] if found else None)


@cache
def _cut(run: str) -> tuple[str, ...]:
    """Cut a run of letters into the fewest words that are all known; return it whole if there are none."""
    if run in _vocabulary():
        return (run,)
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(run) + 1):
        options = [
            (*before, run[start:end])
            for start in range(end)
            if (before := best[start]) is not None and run[start:end] in _vocabulary()
        ]
        best.append(min(options, key=len, default=None))
    return best[-1] or (run,)


@cache
def _vocabulary() -> frozenset[str]:
    words = {word for synonym in re.split(r"[:,\n]", _SYNONYMS) for word in synonym.split()}
    known = {*words, *_ABBREVIATIONS, *_ORDINALS, *_REVIEW_WORDS, *_CLAIMED_WORDS}
    return frozenset(word for word in known if len(word) >= _SHORTEST_WORD_IN_A_RUN)


def position(header: str, headers: Collection[str]) -> tuple[str, int | None]:
    """Return a header without the number that is its position, and the number; None if it has none.

    A number is a position if there is also a header with the number 1 in its place, and a last letter, as on
    the CMS-1500 form, if there are also headers with a and b.

    Examples
    --------
    >>> position("icd10 code", ["icd1 code", "icd10 code"]), position("icd10", ["icd10", "icd9"])
    (('icd code', 10), ('icd10', None))
    >>> position("diag c", ["diag a", "diag b", "diag c"])
    ('diag', 3)
    """
    for match in reversed(list(re.finditer(r"(?<!\d)0*([1-9]\d?)(?!\d)", header))):
        before, after = header[: match.start()], header[match.end() :]
        if any(f"{before}{first}{after}" in headers for first in ("1", "01")):
            return " ".join(f"{before}{'' if before and after else ' '}{after}".split()), int(match[1])
    letter = re.search(r"[ _.-]([a-l])$", header)
    if letter is not None and {f"{header[:-1]}{first}" for first in "ab"} <= set(headers):
        return header[: letter.start()], 1 + "abcdefghijkl".index(letter[1])
    return header, None


def is_icd_9(header: str) -> bool:
    """Return True if a header names the ninth revision; its position is taken off before."""
    return re.search(r"(?i)icd[-_ ]?9(?![0-9])", header) is not None


@cache
def likenesses(header: str) -> tuple[tuple[str, float], ...]:
    """Return the possible meanings of a header, each with its similarity from 0 to 1."""
    return tuple(_likenesses(header))


def _likenesses(header: str) -> Iterator[tuple[str, float]]:
    read = header_words(header)
    words = set(read.words.split())
    if words & _REVIEW_WORDS and words & _CODE_WORDS:
        yield LEFT_OUT, 1.0
        return
    if words & _POA_WORDS:
        yield "poa", 1.0
        return
    if {"reason", "visit"} <= words:
        # The patient's reason for a visit has a place of its own on the claim, as the admitting diagnosis.
        yield "admitting diagnosis", 1.0
        return
    if (
        "date" in words
        and words & {"procedure", "pcs"}
        and (read.number or words & {"principal", "other", "secondary", "pcs"})
    ):
        yield "icd procedure date", 1.0
        return
    if "name" in words and words & _PERSON_WORDS and not words & {"payer", "insurance", "plan"}:
        yield LEFT_OUT, 1.0
        return
    named = {
        name
        for word, name in (("modifier", "modifier"), ("cpt", "procedure"), ("hcpcs", "procedure"))
        if word in words
    }
    for known in MEANINGS:
        best = max(_likeness(read.words, synonym) for synonym in known.synonyms)
        if best >= LEAST_LIKENESS:
            yield known.name, best
        elif known.name in named and not words & _ABOUT_A_CODE:
            yield known.name, _BY_KNOWN_WORDS


@cache
def _likeness(words: str, synonym: str) -> float:
    mine, theirs = _words_of(words), _words_of(synonym)
    if mine == theirs:
        return 1.0
    common = sum(_weight(word) for word in mine & theirs)
    unknown = mine - _known_words()
    total = sum(_weight(word) for word in mine - unknown) + sum(_weight(word) for word in theirs)
    total += _UNKNOWN_WEIGHT * len(unknown)
    # A misspelt word counts nearly as the word it resembles.
    for word in mine - theirs:
        if len(word) >= _SHORTEST_MISSPELT and any(
            fuzz.ratio(word, other) >= _LEAST_SPELLING for other in theirs - mine
        ):
            common += 0.9 * _weight(word)
    return min(0.97 * 2 * common / total, _BY_KNOWN_WORDS if unknown else 1.0) if total else 0.0


@cache
def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _weight(word: str) -> float:
    return _WEIGHTS.get(word, 1.0)


def _meanings() -> Iterator[Meaning]:
    for entry in re.split(r"\n(?! )", _SYNONYMS.strip()):
        name, _, synonyms = entry.partition(":")
        known = tuple(dict.fromkeys(header_words(synonym.strip()).words for synonym in synonyms.split(",")))
        yield Meaning(name, known, _SHAPES.get(name), _PROOFS.get(name))


MEANINGS: Final = tuple(_meanings())
"""All meanings."""


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for known in MEANINGS for synonym in known.synonyms for word in synonym.split())


_BY_NAME: Final = {meaning.name: meaning for meaning in MEANINGS}


def meaning(name: str) -> Meaning:
    """Return the meaning with this name."""
    return _BY_NAME[name]
