"""The elements read from each resource type, as polars types: R4, and STU3 where it differs.

Elements that are not listed are not read and cost nothing. Numbers are read as text.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_TEXT: Final = pl.String()
_NUMBER: Final = pl.String()


def _each(**fields: pl.DataType) -> pl.Struct:
    return pl.Struct({name.removesuffix("_"): kind for name, kind in fields.items()})


_CODING: Final = _each(system=_TEXT, code=_TEXT)
CONCEPT: Final = _each(coding=pl.List(_CODING))
_CONCEPTS: Final = pl.List(CONCEPT)
_IDENTIFIER: Final = _each(system=_TEXT, value=_TEXT, type=CONCEPT)
_REFERENCE: Final = _each(reference=_TEXT, display=_TEXT, identifier=_each(system=_TEXT, value=_TEXT))
_PERIOD: Final = _each(start=_TEXT, end=_TEXT)
_MONEY: Final = _each(value=_NUMBER)
_QUANTITY: Final = _each(value=_NUMBER, unit=_TEXT, code=_TEXT)
_EXTENSIONS: Final = pl.List(
    _each(
        url=_TEXT,
        valueCoding=_CODING,
        valueMoney=_MONEY,
        valueIdentifier=_each(value=_TEXT),
        valueDate=_TEXT,
    )
)
_CONTAINED: Final = pl.List(
    _each(resourceType=_TEXT, id=_TEXT, identifier=pl.List(_IDENTIFIER), birthDate=_TEXT, gender=_TEXT)
)
_ADJUDICATIONS: Final = pl.List(_each(category=CONCEPT, reason=CONCEPT, amount=_MONEY))
_INFORMATION: Final = pl.List(
    _each(category=CONCEPT, code=CONCEPT, timingDate=_TEXT, timingPeriod=_PERIOD, valueString=_TEXT)
)
_DIAGNOSES: Final = pl.List(
    _each(
        sequence=_NUMBER,
        diagnosisCodeableConcept=CONCEPT,
        type=_CONCEPTS,
        onAdmission=CONCEPT,
        extension=_EXTENSIONS,
    )
)
_PROCEDURES: Final = pl.List(
    _each(sequence=_NUMBER, date=_TEXT, type=_CONCEPTS, procedureCodeableConcept=CONCEPT)
)
_PRODUCT: Final = _each(coding=pl.List(_CODING), extension=_EXTENSIONS)
_NUMBERS: Final = pl.List(_NUMBER)
_DETAILS: Final = pl.List(
    _each(
        productOrService=_PRODUCT,
        noteNumber=_NUMBERS,
        adjudication=_ADJUDICATIONS,
        subDetail=pl.List(_each(noteNumber=_NUMBERS, adjudication=_ADJUDICATIONS)),
    )
)
_ITEM: Final[dict[str, pl.DataType]] = {
    "sequence": _NUMBER,
    "diagnosisSequence": _NUMBERS,
    "diagnosisLinkId": _NUMBERS,
    "revenue": CONCEPT,
    "productOrService": _PRODUCT,
    "service": _PRODUCT,
    "modifier": _CONCEPTS,
    "servicedDate": _TEXT,
    "servicedPeriod": _PERIOD,
    "locationCodeableConcept": CONCEPT,
    "quantity": _QUANTITY,
    "unitPrice": _MONEY,
    "net": _MONEY,
    "encounter": pl.List(_REFERENCE),
    "noteNumber": _NUMBERS,
    "adjudication": _ADJUDICATIONS,
    "detail": _DETAILS,
}
_ITEMS: Final = pl.List(pl.Struct(_ITEM))
_ADDED_ITEMS: Final = pl.List(pl.Struct({**_ITEM, "itemSequence": _NUMBERS, "sequenceLinkId": _NUMBERS}))
_NOTES: Final = pl.List(_each(number=_NUMBER, text=_TEXT))
_META: Final = _each(versionId=_TEXT)
_PAYMENT: Final = _each(date=_TEXT, amount=_MONEY, type=CONCEPT)
_TOTALS: Final = pl.List(_each(category=CONCEPT, amount=_MONEY))
_CLAIM: Final = {
    "id": _TEXT,
    "meta": _META,
    "status": _TEXT,
    "use": _TEXT,
    "identifier": pl.List(_IDENTIFIER),
    "contained": _CONTAINED,
    "extension": _EXTENSIONS,
    "type": CONCEPT,
    "patient": _REFERENCE,
    "billablePeriod": _PERIOD,
    "created": _TEXT,
    "insurer": _REFERENCE,
    "provider": _REFERENCE,
    "organization": _REFERENCE,
    "facility": _each(identifier=_each(value=_TEXT), extension=_EXTENSIONS),
    "related": pl.List(
        _each(claim=_REFERENCE, relationship=CONCEPT, reference=_each(system=_TEXT, value=_TEXT))
    ),
    "careTeam": pl.List(_each(provider=_REFERENCE, role=CONCEPT)),
    "supportingInfo": _INFORMATION,
    "information": _INFORMATION,
    "hospitalization": _PERIOD,
    "diagnosis": _DIAGNOSES,
    "procedure": _PROCEDURES,
    "item": _ITEMS,
}

EXPLANATION: Final = pl.Struct(
    {
        **_CLAIM,
        "outcome": _TEXT,
        "totalCost": _MONEY,
        "total": _TOTALS,
        "adjudication": _ADJUDICATIONS,
        "addItem": _ADDED_ITEMS,
        "processNote": _NOTES,
        "claim": _REFERENCE,
        "payment": _PAYMENT,
        "benefitBalance": pl.List(_each(financial=pl.List(_each(type=CONCEPT, usedMoney=_MONEY)))),
    }
)
CLAIM: Final = pl.Struct(
    {**_CLAIM, "total": _MONEY, "insurance": pl.List(_each(focal=_TEXT, coverage=_REFERENCE))}
)
CLAIM_RESPONSE: Final = pl.Struct(
    {
        "id": _TEXT,
        "meta": _META,
        "status": _TEXT,
        "use": _TEXT,
        "identifier": pl.List(_IDENTIFIER),
        "contained": _CONTAINED,
        "extension": _EXTENSIONS,
        "created": _TEXT,
        "insurer": _REFERENCE,
        "request": _REFERENCE,
        "outcome": _TEXT,
        "total": _TOTALS,
        "adjudication": _ADJUDICATIONS,
        "addItem": _ADDED_ITEMS,
        "processNote": _NOTES,
        "payment": _PAYMENT,
        "item": pl.List(
            _each(itemSequence=_NUMBER, noteNumber=_NUMBERS, adjudication=_ADJUDICATIONS, detail=_DETAILS)
        ),
    }
)
PATIENT: Final = pl.Struct({"id": _TEXT, "birthDate": _TEXT, "gender": _TEXT})
ENCOUNTER: Final = pl.Struct(
    {
        "id": _TEXT,
        "status": _TEXT,
        "class": _CODING,
        "subject": _REFERENCE,
        "period": _PERIOD,
        "participant": pl.List(_each(individual=_REFERENCE)),
        "serviceProvider": _REFERENCE,
        "hospitalization": _each(dischargeDisposition=CONCEPT),
        "diagnosis": pl.List(_each(condition=_REFERENCE, use=CONCEPT, rank=_NUMBER)),
    }
)
CONDITION: Final = pl.Struct(
    {"id": _TEXT, "encounter": _REFERENCE, "verificationStatus": CONCEPT, "code": CONCEPT}
)
PROCEDURE: Final = pl.Struct(
    {
        "id": _TEXT,
        "status": _TEXT,
        "encounter": _REFERENCE,
        "code": CONCEPT,
        "performedDateTime": _TEXT,
        "performedPeriod": _PERIOD,
    }
)
DOCUMENT: Final = pl.Struct(
    {
        "id": _TEXT,
        "status": _TEXT,
        "type": CONCEPT,
        "date": _TEXT,
        "description": _TEXT,
        "author": pl.List(_REFERENCE),
        "context": _each(encounter=pl.List(_REFERENCE), period=_PERIOD),
        "content": pl.List(_each(attachment=_each(contentType=_TEXT, data=_TEXT, title=_TEXT, url=_TEXT))),
    }
)

ORGANIZATION: Final = pl.Struct({"id": _TEXT, "identifier": pl.List(_IDENTIFIER), "name": _TEXT})
PRACTITIONER: Final = pl.Struct({"id": _TEXT, "identifier": pl.List(_IDENTIFIER)})
PRACTITIONER_ROLE: Final = pl.Struct(
    {"id": _TEXT, "identifier": pl.List(_IDENTIFIER), "practitioner": _REFERENCE, "organization": _REFERENCE}
)
COVERAGE: Final = pl.Struct({"id": _TEXT, "payor": pl.List(_REFERENCE)})

REFERRED: Final = {
    "Organization": ORGANIZATION,
    "Practitioner": PRACTITIONER,
    "PractitionerRole": PRACTITIONER_ROLE,
    "Coverage": COVERAGE,
}
"""The elements of each resource type that claims refer to, and that fills no table of its own."""

ELEMENTS: Final = {
    "ExplanationOfBenefit": EXPLANATION,
    "Claim": CLAIM,
    "ClaimResponse": CLAIM_RESPONSE,
    "Patient": PATIENT,
    "Encounter": ENCOUNTER,
    "Condition": CONDITION,
    "Procedure": PROCEDURE,
    "DocumentReference": DOCUMENT,
}
"""The elements of each resource type that is loaded."""
