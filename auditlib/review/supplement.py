"""Evidence, dollars and ticks for verdicts that are recorded already, one by one or from a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from auditlib.codes import normalise_code
from auditlib.errors import BadInputError, UsageError
from auditlib.ledger import Event
from auditlib.review.evidence_passage import EvidencePassage
from auditlib.review.payment_difference import read_difference
from auditlib.review.session import ReviewSession
from auditlib.review.verdict import Verdict
from auditlib.review.visit_rationale import VisitRationale

SUPPLEMENT_COLUMNS: Final = ("encounter_id", "code", "payment_difference", "evidence", "document_number")
"""Columns of a table of supplements; the first two are needed, and one of the next two."""

_NEEDED: Final = SUPPLEMENT_COLUMNS[:2]


@dataclass(frozen=True, slots=True)
class Supplement:
    """What is added to a recorded verdict.

    Parameters
    ----------
    encounter_id
        The chart.
    code
        The coder's code or the added one, with or without its dot, or its position in the list.
    payment_difference
        As in `auditlib.review.Verdict`; None leaves what is recorded.
    sentence
        The evidence in the words of the chart, whatever its line breaks; None leaves what is recorded.
    document_number
        The document that holds it; needed where several do.
    visit
        What is ticked for the level of a visit; None leaves what is recorded.
    payment_origin
        How a payment difference that is given came about; None where it is entered.
    """

    encounter_id: str
    code: str
    payment_difference: Decimal | None = None
    sentence: str | None = None
    document_number: int | None = None
    visit: VisitRationale | None = None
    payment_origin: str | None = None


def read_supplements(path: Path) -> list[Supplement]:
    """Return the supplements in a CSV file with the columns of `SUPPLEMENT_COLUMNS`.

    Raises
    ------
    BadInputError
        If the file or one of its rows cannot be read; the message names the row.
    """
    try:
        # Excel marks a file in UTF-8 at its start.
        text = path.read_text(encoding="utf-8-sig")
        table = pl.read_csv(text.encode(), infer_schema=False)
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        message = f"{path.name} cannot be read as a CSV table in UTF-8."
        raise BadInputError(message, hint=f"Its columns are {', '.join(SUPPLEMENT_COLUMNS)}.") from error
    unknown = [name for name in table.columns if name not in SUPPLEMENT_COLUMNS]
    absent = [name for name in _NEEDED if name not in table.columns]
    if unknown or absent:
        wrong = f"an unknown column, '{unknown[0]}'" if unknown else f"no column '{absent[0]}'"
        message = f"{path.name} has {wrong}."
        raise BadInputError(message, hint=f"Its columns are {', '.join(SUPPLEMENT_COLUMNS)}.")
    return [
        _supplement(row, place=f"row {number} of {path.name}")
        for number, row in enumerate(table.iter_rows(named=True), start=2)
    ]


def _supplement(row: Mapping[str, str | None], *, place: str) -> Supplement:
    texts = {name: (value or "").strip() for name, value in row.items()}
    number = texts.get("document_number", "")
    try:
        difference = read_difference(texts.get("payment_difference"))
    except UsageError as error:
        message = f"{error.message.removesuffix('.')}: {place}."
        raise BadInputError(message, hint=error.hint) from error
    if not texts["encounter_id"] or not texts["code"] or (number and not number.isdecimal()):
        message = f"The encounter, the code or the document's number cannot be read: {place}."
        raise BadInputError(message, hint="Every row names an encounter and a code.")
    sentence = texts.get("evidence") or None
    if difference is None and sentence is None:
        message = f"Neither a payment difference nor evidence is given: {place}."
        raise BadInputError(message, hint="Give one of them, or leave the row out.")
    return Supplement(
        texts["encounter_id"], texts["code"], difference, sentence, int(number) if number else None
    )


def record_supplements(
    session: ReviewSession,
    supplements: Iterable[Supplement],
    documents: Mapping[str, Sequence[tuple[str, str]]],
    *,
    recorded_at: datetime,
) -> list[Event]:
    """Record verdicts anew with what is added to them, all or none.

    A completed chart is reopened for it and completed again.

    Parameters
    ----------
    session
        The review whose verdicts they are.
    supplements
        What is added.
    documents
        ``document_id`` and text of the documents of each chart that is named.
    recorded_at
        The time to record.

    Returns
    -------
    list of Event
        The verdicts' events, in the order of the supplements.

    Raises
    ------
    UsageError
        If a verdict or a sentence is not there, or more than one could be meant; nothing is recorded then.
    """
    verdicts = [
        _supplemented(session, supplement, documents.get(supplement.encounter_id, ()))
        for supplement in supplements
    ]
    named = [(verdict.encounter_id, verdict.key) for verdict in verdicts]
    twice = next((place for place in named if named.count(place) > 1), None)
    if twice is not None:
        message = f"A verdict on {twice[0]} is named twice."
        raise UsageError(message, hint="Give its dollars and its evidence in one row.")
    events = []
    for verdict in verdicts:
        encounter_id = verdict.encounter_id
        was_completed = session.is_completed(encounter_id)
        if was_completed:
            session.reopen_chart(encounter_id, recorded_at=recorded_at)
        events.append(session.decide(verdict, recorded_at=recorded_at))
        if was_completed:
            session.complete_chart(encounter_id, recorded_at=recorded_at, go_on=False, with_open_query=True)
    return events


def _supplemented(
    session: ReviewSession, supplement: Supplement, documents: Sequence[tuple[str, str]]
) -> Verdict:
    verdict = _verdict_on(session, supplement)
    difference = supplement.payment_difference
    return replace(
        verdict,
        payment_difference=verdict.payment_difference if difference is None else difference,
        payment_origin=verdict.payment_origin if difference is None else supplement.payment_origin,
        evidence=verdict.evidence if supplement.sentence is None else _passage(supplement, documents),
        visit=verdict.visit if supplement.visit is None else supplement.visit,
    )


def _verdict_on(session: ReviewSession, supplement: Supplement) -> Verdict:
    encounter_id, named = supplement.encounter_id, normalise_code(supplement.code)
    of_list = (
        session.current_verdict(encounter_id, code.code_number)
        for code in session.assigned(encounter_id)
        if named in {code.code, str(code.code_number)}
    )
    of_added = (
        verdict
        for verdict in session.added(encounter_id)
        if verdict.corrected is not None and verdict.corrected.code == named
    )
    meant = [verdict for verdict in (*of_list, *of_added) if verdict is not None]
    if not meant:
        message = f"{session.reviewer} has no verdict on {supplement.code} of {encounter_id}."
        raise UsageError(message, hint="Name a code of the chart, or its position in the list.")
    if len(meant) > 1:
        message = f"More than one verdict of {encounter_id} is on {supplement.code}."
        raise UsageError(message, hint="Name the position of the code in the list.")
    return meant[0]


def _passage(supplement: Supplement, documents: Sequence[tuple[str, str]]) -> EvidencePassage:
    from auditlib.evidence import locate  # noqa: PLC0415 - the vocabulary behind it is slow to import

    sentence, number = supplement.sentence or "", supplement.document_number
    places = [
        EvidencePassage.of(document_id, text, span.start, span.end)
        for document_id, text in documents
        if number is None or document_id == f"{supplement.encounter_id}:{number}"
        if (span := locate(sentence, text)) is not None
    ]
    if not places:
        where = "any document" if number is None else f"document {number}"
        message = f"The evidence is not in {where} of {supplement.encounter_id}."
        raise UsageError(message, hint="Give the sentence word for word, as the chart has it.")
    if len(places) > 1:
        message = f"The evidence is in {len(places)} documents of {supplement.encounter_id}."
        raise UsageError(message, hint="Give the number of the document.")
    return places[0]


def record_stay_payment(
    session: ReviewSession,
    encounter_id: str,
    fact: str,
    difference: Decimal,
    origin: str,
    *,
    recorded_at: datetime,
) -> Event:
    """Record a verdict on a fact of a stay anew with its dollars and their origin.

    A completed chart is reopened for it and completed again.

    Raises
    ------
    UsageError
        If there is no such verdict, or the dollars do not go with it.
    """
    verdict = session.stay_verdict(encounter_id, fact)
    if verdict is None:
        message = f"{session.reviewer} has no verdict on the {fact} of {encounter_id}."
        raise UsageError(message, hint="Judge it first.")
    priced = replace(verdict, payment_difference=difference, payment_origin=origin)
    was_completed = session.is_completed(encounter_id)
    if was_completed:
        session.reopen_chart(encounter_id, recorded_at=recorded_at)
    event = session.judge_stay(priced, recorded_at=recorded_at)
    if was_completed:
        session.complete_chart(encounter_id, recorded_at=recorded_at, go_on=False, with_open_query=True)
    return event
