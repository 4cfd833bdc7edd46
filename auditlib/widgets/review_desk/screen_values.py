"""What the review screen shows, as JSON values; the browser puts every text of it on the page as text."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from auditlib.checks import all_checks
from auditlib.codes import shown_code
from auditlib.codes.meanings import POA_MEANINGS, SEVERITY_MEANINGS, SEVERITY_WORDS
from auditlib.codes.systems import CPT
from auditlib.codes.visit_levels import DECISION_LEVELS, is_visit_code, rule_in_words
from auditlib.review import (
    CAUSES,
    CODE_ROLES,
    CODE_SYSTEMS,
    MISSING,
    POA_INDICATORS,
    RECORD_STATUSES,
    AssignedCode,
    Chart,
    ChartDocument,
    ChartFinding,
    CorrectedCode,
    EvidencePassage,
    FoundCode,
    Highlight,
    PageImage,
    PayerAnswer,
    ReviewSession,
    SuggestedCode,
    Verdict,
)
from auditlib.review.blindness import HIDDEN
from auditlib.review.chart_time import IDLE_SECONDS
from auditlib.review.code_entry import plain_number
from auditlib.review.document_statement import REQUIREMENT_STATES, REQUIREMENTS
from auditlib.review.provider_query import QUERY_OPEN, ProviderQuery
from auditlib.review.stay_verdict import SYSTEM_OF_FACT, StayVerdict
from auditlib.review.verdict import SEVERITIES, error_kinds_of
from auditlib.text import counted, format_date, format_dollars, format_share

_BASIC_PLANE_END: Final = 0xFFFF


def choices(own_kinds: Mapping[str, str], *, most_attachment_bytes: int = 0) -> dict[str, object]:
    """Return every closed vocabulary that the screen offers, with the workspace's own kinds of error.

    ``most_attachment_bytes`` is the largest file that can be attached to a chart.
    """
    return {
        "code_systems": list(CODE_SYSTEMS),
        "code_roles": list(CODE_ROLES),
        "poa_indicators": [
            [indicator, f"{indicator}: {POA_MEANINGS[indicator]}"] for indicator in POA_INDICATORS
        ],
        "causes": list(CAUSES),
        "record_statuses": list(RECORD_STATUSES),
        "requirements": list(REQUIREMENTS),
        "requirement_states": list(REQUIREMENT_STATES),
        "decision_levels": list(DECISION_LEVELS),
        "most_attachment_bytes": most_attachment_bytes,
        "idle_seconds": IDLE_SECONDS,
        "severities": list(SEVERITIES),
        "own_kinds": [[name, kind] for name, kind in own_kinds.items()],
        "error_kinds": {action: list(error_kinds_of(action)) for action in ("change", "delete", "add")},
    }


def chart_values(
    chart: Chart,
    *,
    has_pages: bool = False,
    hidden_levels: Sequence[str] = (),
    attached: Collection[int] = (),
) -> dict[str, object]:
    """Return a chart: its header as label and value pairs, its documents, codes, findings and highlights.

    Parameters
    ----------
    chart
        The chart.
    has_pages
        True if the pages of its documents can be drawn.
    hidden_levels
        What is hidden of it from the reviewer.
    attached
        The numbers of its documents that were attached by hand, and can be taken back.
    """
    texts = {document.document_number: document.text for document in chart.documents}
    return {
        "encounter_id": chart.encounter_id,
        "header": [[label, value] for label, value in _header(chart) if value],
        "documents": [
            {
                **_document_values(document, has_pages=has_pages),
                "is_attached": document.document_number in attached,
            }
            for document in chart.documents
        ],
        "codes": [
            {
                **_code_values(code.assigned),
                "code_number": code.assigned.code_number,
                "visit_rule": _visit_rule(code.assigned, chart.discharge_date or chart.admit_date),
                "description": code.short_description,
                "findings": [_finding_values(finding) for finding in code.findings],
                "payer_answer": None if code.payer_answer is None else payer_words(code.payer_answer),
                "highlights": [
                    _highlight_values(highlight, texts[highlight.document_number])
                    for highlight in chart.highlights.get(code.assigned.code_number, ())
                    if highlight.document_number in texts
                ],
            }
            for code in chart.codes
        ],
        "findings": [_finding_values(finding) for finding in chart.findings],
        "suggestions": [_suggestion_values(suggested, texts) for suggested in chart.suggestions],
        "service_date": None
        if (day := chart.discharge_date or chart.admit_date) is None
        else format_date(day),
        "service_day": None if day is None else day.isoformat(),
        "hidden_levels": list(hidden_levels),
        "is_answer_hidden": "payer_answer" in chart.hidden_fields,
        "paid_drg": chart.paid_drg_code,
    }


def _suggestion_values(suggested: SuggestedCode, texts: Mapping[int, str]) -> dict[str, object]:
    """Return a suggested code as the form of a missed code takes it, with confidence and passage."""
    text = texts.get(suggested.document_number or 0, "")
    return {
        "code_system": suggested.code_system,
        "code": suggested.code,
        "shown": shown_code(suggested.code_system, suggested.code),
        "code_role": suggested.code_role,
        "poa_indicator": None,
        "modifiers": [],
        "unit_count": None,
        "description": suggested.description,
        "confidence": None
        if suggested.confidence_share is None
        else format_share(suggested.confidence_share),
        "passage": " ".join(text[suggested.start : suggested.end].split())
        if suggested.start is not None
        else "",
    }


def payer_words(answer: PayerAnswer) -> str:
    """Return what the payer answered on a code, in words.

    Examples
    --------
    >>> from decimal import Decimal
    >>> payer_words(PayerAnswer(Decimal(90), Decimal("0.00"), 1, 1, ("CO-97",)))
    'denied $90.00 (CO-97)'
    """
    billed = None if answer.charge_amount is None else format_dollars(answer.charge_amount)
    reasons = f" ({', '.join(answer.reasons)})" if answer.reasons else ""
    if answer.denied_line_count == answer.line_count:
        return f"denied {billed or ''}".rstrip() + reasons
    paid = f"paid {format_dollars(answer.paid_amount)}" + (f" of {billed}" if billed else "")
    if answer.denied_line_count:
        paid += f", {answer.denied_line_count} of {answer.line_count} lines denied"
    return paid + reasons


def status_values(session: ReviewSession, texts: Mapping[int, str]) -> dict[str, object]:
    """Return where the session stands: its position, the chart's verdicts and record, and the progress.

    Parameters
    ----------
    session
        The session.
    texts
        The text of each document of its chart, by number.
    """
    encounter_id, progress = session.encounter_id, session.progress
    record = session.record_statement(encounter_id)
    # Of a missing record, verdicts that were made before do not count.
    is_judged = record is None or record.status != MISSING
    verdicts = {
        str(code.code_number): session.current_verdict(encounter_id, code.code_number) if is_judged else None
        for code in session.assigned(encounter_id)
    }
    return {
        "encounter_id": encounter_id,
        "chart_number": session.chart_number,
        "chart_count": progress.chart_count,
        "completed_chart_count": progress.completed_chart_count,
        "completed_with_open_query_count": progress.completed_with_open_query_count,
        "code_count": progress.code_count,
        "decided_code_count": progress.decided_code_count,
        "is_completed": session.is_completed(encounter_id),
        "first_undecided": session.first_undecided(encounter_id),
        "to_decide_count": len(session.to_decide(encounter_id)),
        "seconds": session.seconds_on(encounter_id),
        "needs_record_statement": session.needs_record_statement(encounter_id),
        "record": None if record is None else record.to_payload(),
        "documents": {
            str(number): dict(stated.states)
            for number, stated in session.document_statements(encounter_id).items()
        },
        "stay": [
            {
                "fact": fact,
                "code_system": SYSTEM_OF_FACT[fact],
                "billed": billed,
                "verdict": stay_verdict_values(session.stay_verdict(encounter_id, fact), texts)
                if is_judged
                else None,
            }
            for fact, billed in session.stay(encounter_id).items()
        ],
        "verdicts": {
            number: verdict and verdict_values(verdict, texts) for number, verdict in verdicts.items()
        },
        "added": [
            {**verdict_values(verdict, texts), "row_key": "+" + "/".join(map(str, verdict.key))}
            for verdict in session.added(encounter_id)
            if is_judged
        ],
    }


def match_values(code: FoundCode, in_record: str | None = None) -> dict[str, object]:
    """Return a code that matches what was typed, and what the record says of its title."""
    return {
        "code": code.code,
        "shown": shown_code(code.code_system, code.code),
        "description": code.description,
        "is_billable": code.is_billable,
        "in_record": in_record,
    }


def utf16_offset(text: str, offset: int) -> int:
    r"""Return where a character stands for a browser, which counts those beyond the basic plane twice.

    Examples
    --------
    >>> utf16_offset("a\U0001f489b", 2)
    3
    """
    if text.isascii():
        return offset
    before = text[:offset]
    return offset + len(before.encode("utf-16-le", "surrogatepass")) // 2 - len(before)


def utf16_offsets(text: str, offsets: Sequence[int]) -> list[int]:
    r"""Return where characters stand for a browser, as `utf16_offset` does for one; the offsets ascend.

    Examples
    --------
    >>> utf16_offsets("a\U0001f489b", [0, 2])
    [0, 3]
    """
    if not text or ord(max(text)) <= _BASIC_PLANE_END:
        return list(offsets)
    found: list[int] = []
    before = 0
    for offset in offsets:
        last = found[-1] if found else 0
        found.append(last + utf16_offset(text[before:offset], offset - before))
        before = offset
    return found


def character_offset(text: str, utf16: int) -> int:
    r"""Return which character stands where a browser says, the inverse of `utf16_offset`.

    Examples
    --------
    >>> character_offset("a\U0001f489b", 3), character_offset("ab", 9)
    (2, 9)
    """
    units = 0
    for offset, character in enumerate(text):
        if units >= utf16:
            return offset
        units += 1 + (ord(character) > _BASIC_PLANE_END)
    return len(text) + max(0, utf16 - units)


def page_values(encounter_id: str, page: PageImage, text: str) -> dict[str, object]:
    """Return a page: its picture in base64, and its words as start, end, and edges of the box in shares.

    Parameters
    ----------
    encounter_id
        Encounter that the document belongs to.
    page
        The page.
    text
        The document's text, in which the words have their places.
    """
    starts = utf16_offsets(text, [start for start, *_ in page.words])
    ends = utf16_offsets(text, [end for _, end, *_ in page.words])
    return {
        "encounter_id": encounter_id,
        "image": base64.b64encode(page.jpeg).decode("ascii"),
        "words": [
            [start, end, *box] for start, end, (_, _, *box) in zip(starts, ends, page.words, strict=True)
        ],
    }


def _header(chart: Chart) -> list[tuple[str, str | None]]:
    age = None if chart.age is None else f"{chart.age} y"
    header = [
        ("Class", chart.encounter_class),
        ("Dates", _dates(chart.admit_date, chart.discharge_date)),
        ("Patient", ", ".join(part for part in (chart.patient_id, age, chart.sex) if part)),
        ("Coder", _or_hidden(chart, "coder_id", chart.coder_id)),
        ("Payer", _or_hidden(chart, "payer_name", chart.payer_name)),
        (
            "Charge",
            _or_hidden(
                chart,
                "charge_amount",
                None if chart.charge_amount is None else format_dollars(chart.charge_amount),
            ),
        ),
        ("DRG", _or_hidden(chart, "billed_drg_code", chart.billed_drg_code)),
        ("Discharge status", _or_hidden(chart, "discharge_status_code", chart.discharge_status_code)),
        ("Provider", chart.provider_id),
        ("Facility", chart.facility_id),
    ]
    lists = (
        ("Codes", "codes"),
        ("Findings", "findings"),
        ("Suggested sentences", "highlights"),
        ("Suggested codes", "suggestions"),
    )
    return [*header, *((label, HIDDEN) for label, name in lists if name in chart.hidden_fields)]


def _or_hidden(chart: Chart, name: str, value: str | None) -> str | None:
    return HIDDEN if name in chart.hidden_fields else value


def _dates(first: date | None, last: date | None) -> str | None:
    if first is None or last is None or first == last:
        day = first or last
        return None if day is None else format_date(day)
    return f"{format_date(first)} to {format_date(last)}"


def _document_values(document: ChartDocument, *, has_pages: bool) -> dict[str, object]:
    moment = document.written_at
    written_at = None if moment is None else f"{format_date(moment)}, {moment:%H:%M}"
    return {
        "document_number": document.document_number,
        "document_type": document.document_type,
        "title": document.title,
        "about": " · ".join(part for part in (document.author_role, written_at) if part),
        "text": document.text,
        "pages": [
            {
                "page_number": page.page_number,
                "start": start,
                "end": end,
                "text_origin": page.text_origin,
                "ocr_confidence": page.ocr_confidence_percent,
            }
            for page, start, end in zip(
                document.pages,
                utf16_offsets(document.text, [page.start for page in document.pages]),
                utf16_offsets(document.text, [page.end for page in document.pages]),
                strict=True,
            )
            if has_pages
        ],
    }


def _highlight_values(highlight: Highlight, text: str) -> dict[str, object]:
    start, end = sorted((max(0, highlight.start), max(0, highlight.end)))
    return {
        "document_number": highlight.document_number,
        "start": utf16_offset(text, min(start, len(text))),
        "end": utf16_offset(text, min(end, len(text))),
        "negated": highlight.negated,
        "status": highlight.status or ("negated" if highlight.negated else "supports"),
        "reason": highlight.reason,
    }


def _finding_values(finding: ChartFinding) -> dict[str, object]:
    # A rule of the workspace's own has neither authority nor fix.
    check = next((check for check in all_checks() if check.id == finding.check_id), None)
    facts = (
        ("Accepted", _accepted_words(finding)),
        ("At stake", None if finding.at_stake_amount is None else f"${finding.at_stake_amount:,.2f}"),
        ("Fix", check and check.fix),
        ("Authority", check and check.authority),
        ("Release", finding.release),
    )
    return {
        "facts": [f"{name}: {text}" for name, text in facts if text],
        "check_id": finding.check_id,
        "severity": finding.severity,
        "severity_words": SEVERITY_WORDS.get(finding.severity, finding.severity),
        "severity_meaning": SEVERITY_MEANINGS.get(finding.severity),
        "detail": finding.detail,
        "is_accepted": finding.accepted_because is not None,
    }


def _accepted_words(finding: ChartFinding) -> str | None:
    """Return until when and why a finding is accepted, in words; None where it is not."""
    if finding.accepted_because is None:
        return None
    until = finding.accepted_until
    last_day = "withdrawn" if until is None else format_date(until)
    return f"until {last_day}, because {finding.accepted_because}"


def _code_values(code: AssignedCode | CorrectedCode) -> dict[str, object]:
    return {
        "code_system": code.code_system,
        "code": code.code,
        "shown": shown_code(code.code_system, code.code),
        "code_role": code.code_role,
        "poa_indicator": code.poa_indicator,
        "poa_meaning": None if code.poa_indicator is None else POA_MEANINGS[code.poa_indicator],
        "modifiers": list(code.modifiers),
        "unit_count": None if code.unit_count is None else plain_number(code.unit_count),
    }


def verdict_values(verdict: Verdict, texts: Mapping[int, str]) -> dict[str, object]:
    """Return a verdict, with the text of each document of its chart by number."""
    return {
        "action": verdict.action,
        "code_number": verdict.code_number,
        "corrected": None if verdict.corrected is None else _code_values(verdict.corrected),
        "error_kind": verdict.error_kind,
        "own_kind": verdict.own_kind,
        "severity": verdict.severity,
        "cause": verdict.cause,
        "comment": verdict.comment,
        "payment_difference": verdict.to_payload()["payment_difference"],
        "evidence": None if verdict.evidence is None else evidence_values(verdict.evidence, texts),
        "visit": None if verdict.visit is None else verdict.visit.to_values(),
        "visit_sentence": None if (level := verdict.visit_level) is None else level.sentence,
    }


def stay_verdict_values(verdict: StayVerdict | None, texts: Mapping[int, str]) -> dict[str, object] | None:
    """Return a verdict on a fact of a stay, with the text of each document of its chart by number."""
    if verdict is None:
        return None
    evidence = verdict.evidence
    shown = None if evidence is None else evidence_values(evidence, texts)
    return {**verdict.to_payload(), "evidence": shown}


def _visit_rule(code: AssignedCode | CorrectedCode, service_date: date | None) -> str | None:
    """Return how the level of a visit is chosen, in words; None where the code is not of a visit."""
    if code.code_system != CPT or not is_visit_code(code.code):
        return None
    if service_date is None:
        return "The rules of the day of the visit count."
    return rule_in_words(code.code, service_date)


def query_values(query: ProviderQuery, as_of: date) -> dict[str, object]:
    """Return a query to the provider, with the days that it is or was open."""
    return {
        "query_id": query.query_id,
        "is_open": query.state == QUERY_OPEN,
        "state": query.state,
        "provider": query.draft.provider,
        "question": query.draft.question,
        "options": list(query.draft.options),
        "day_words": counted(query.day_count(as_of), "day"),
        "answer": query.answer,
        "answer_words": query.answer_words,
    }


def evidence_values(evidence: EvidencePassage, texts: Mapping[int, str]) -> dict[str, object]:
    """Return the sentence, and its place as a browser counts it, or null where it is there no more."""
    text = texts.get(evidence.document_number)
    passage = None
    if text is not None and evidence.is_in(text):
        start, end = utf16_offsets(text, [evidence.start, evidence.end])
        passage = {"document_number": evidence.document_number, "start": start, "end": end}
    return {"sentence": evidence.sentence(text), "passage": passage}
