"""A chart for review: the visit, its documents, its codes, and the findings of the checks.

It is read from the warehouse by `auditlib.audits` and is all that the review screen sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from auditlib.review.code_entry import AssignedCode
from auditlib.review.suggestion import SuggestedCode


class Highlight(NamedTuple):
    """A passage of a document that mentions a code, from character ``start`` to before ``end``.

    ``negated`` if it does not support the code; ``status`` then says how it stands to it: contradicts,
    corrected, negated, family history, past or uncertain, and ``reason`` why, in words.
    """

    document_number: int
    start: int
    end: int
    negated: bool
    status: str | None = None
    reason: str = ""


class ChartPage(NamedTuple):
    """One page of a PDF or scan: its text is that of the document from ``start`` to before ``end``.

    ``text_origin`` is 'file', 'OCR' with the mean confidence in percent, or 'none' if no text was read.
    """

    page_number: int
    start: int
    end: int
    text_origin: str
    ocr_confidence_percent: float | None = None


class PageImage(NamedTuple):
    """A page as a JPEG, and its words.

    Each word is the characters of the document's text before it and up to its end, and the left, upper, right
    and lower edge of its box, as shares of the page's width and height.
    """

    jpeg: bytes
    words: tuple[tuple[int, int, float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class ChartDocument:
    """One document of the chart, as in ``core.document``, with its pages if it is a PDF or scan."""

    document_number: int
    document_type: str
    title: str
    text: str
    author_role: str | None = None
    written_at: datetime | None = None
    pages: tuple[ChartPage, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartFinding:
    """One finding of a check.

    Parameters
    ----------
    check_id, severity, detail
        The check, F fatal, D denied, R review or I information, and the finding in one sentence.
    at_stake_amount
        Charge of the lines that may go unpaid for it, in dollars; None where it is of no one line, or hidden.
    release
        Release of the code set that was used.
    accepted_because, accepted_until
        Why it is accepted as right, and the last day on which that holds; None where it is not accepted, or
        holds until it is withdrawn.
    """

    check_id: str
    severity: str
    detail: str
    at_stake_amount: Decimal | None = None
    release: str | None = None
    accepted_because: str | None = None
    accepted_until: date | None = None


@dataclass(frozen=True, slots=True)
class PayerAnswer:
    """What the primary payer answered at last on the lines of a code, their amounts summed.

    ``reasons`` are the groups and reasons of what was not paid, as CO-97.
    """

    charge_amount: Decimal | None
    paid_amount: Decimal
    denied_line_count: int
    line_count: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartCode:
    """One code of the coder, with its description, the findings about it and what the payer answered."""

    assigned: AssignedCode
    short_description: str | None = None
    findings: tuple[ChartFinding, ...] = ()
    payer_answer: PayerAnswer | None = None


@dataclass(frozen=True, slots=True)
class FoundCode:
    """One search result while a corrected code is typed."""

    code_system: str
    code: str
    description: str | None = None
    is_billable: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """One encounter to review, without the patient's name.

    Parameters
    ----------
    encounter_id, encounter_class, patient_id, age, sex
        The visit, and the patient's pseudonym, age in years and sex.
    admit_date, discharge_date, facility_id, provider_id, coder_id, payer_name, charge_amount,
    discharge_status_code, billed_drg_code, paid_drg_code
        Facts about the encounter, None if not known.
    documents
        The documents, in chart order.
    codes
        The codes, in the coder's order.
    findings
        Findings about the encounter as a whole.
    highlights
        Supporting sentences by ``code_number``.
    suggestions
        Codes that a machine coder suggests, where the review plan shows them.
    hidden_fields
        The fields that are withheld from the reviewer and therefore empty.
    """

    encounter_id: str
    encounter_class: str
    documents: tuple[ChartDocument, ...]
    codes: tuple[ChartCode, ...]
    patient_id: str | None = None
    age: int | None = None
    sex: str | None = None
    admit_date: date | None = None
    discharge_date: date | None = None
    facility_id: str | None = None
    provider_id: str | None = None
    coder_id: str | None = None
    payer_name: str | None = None
    charge_amount: Decimal | None = None
    discharge_status_code: str | None = None
    billed_drg_code: str | None = None
    paid_drg_code: str | None = None
    findings: tuple[ChartFinding, ...] = ()
    highlights: Mapping[int, tuple[Highlight, ...]] = field(default_factory=dict)
    suggestions: tuple[SuggestedCode, ...] = ()
    hidden_fields: tuple[str, ...] = ()
