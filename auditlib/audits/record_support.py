"""Whether a chart supports its codes, and the conditions that it documents without one: never a verdict."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Final

import polars as pl

from auditlib.audits.sibling_titles import SiblingTitles
from auditlib.codes.chronic import is_chronic
from auditlib.codes.systems import ICD10CM
from auditlib.codesets.library.code_search import CodeSearch
from auditlib.codesets.search import SearchHit
from auditlib.evidence import Associations, ChartIndex, ChartText, Evidence, naming_of
from auditlib.review import Chart
from auditlib.warehouse import Warehouse

_CATEGORY_LENGTH: Final = 3
_MOST_HITS: Final = 3
_LEAST_HIT_SCORE: Final = 0.6
_APART: Final = re.compile(r"[,;:()]|\.\s|\.$|\b(?:on|is|was|are|and|plus)\b")
# Signs, symptoms and factors of health are seldom conditions of their own.
_NOT_CONDITIONS: Final = ("R", "Z", "V", "W", "X", "Y")

_SAYS: Final = {
    "support": "supports",
    "contradicts": "contradicts",
    "corrected": "takes back",
    "negated": "negates",
    "family history": "of somebody else",
    "past": "of an earlier time",
    "uncertain": "possible",
}
SUPPORT_COLUMNS: Final = {
    "code_system": pl.String,
    "code": pl.String,
    "title": pl.String,
    "record": pl.String,
    "confidence": pl.Float64,
    "meat": pl.String,
    "document_number": pl.Int64,
    "sentence": pl.String,
    "reason": pl.String,
}
UNCODED_COLUMNS: Final = {
    "code": pl.String,
    "title": pl.String,
    "confidence": pl.Float64,
    "meat": pl.String,
    "document_number": pl.Int64,
    "sentence": pl.String,
}


def code_support(
    chart: Chart, warehouse: Warehouse, associations: Associations | None = None
) -> pl.DataFrame:
    """Return one row for each code of a chart, what the record says of it, what no sentence supports first.

    ``record`` is 'supports'; how the best sentence says it instead, as 'negates'; or 'not found'.
    ``confidence``, from 0 to 1, is how sure it is that the record names it; ``meat`` has the letters of
    monitor, evaluate, assess and treat for a diagnosis that usually lasts.

    Parameters
    ----------
    chart
        The chart.
    warehouse
        Where the titles are.
    associations
        What was learnt of coded charts, if anything was; it counts for diagnoses.
    """
    index, siblings = _read(chart, warehouse)
    rows = []
    for code in chart.codes:
        title = code.short_description
        if title is None:
            continue
        assigned = code.assigned
        meaning = siblings.meaning(assigned.code_system, assigned.code, title, chart.discharge_date)
        best = next(iter(index.support_for(meaning, limit=1)), None)
        is_diagnosis = assigned.code_system == ICD10CM
        confidence = index.confidence(meaning, assigned.code, associations if is_diagnosis else None)
        is_lasting = is_diagnosis and is_chronic(assigned.code)
        rows.append(
            (
                assigned.code_system,
                assigned.code,
                title,
                _record_says(best, confidence),
                round(confidence, 2),
                index.meat(meaning) if is_lasting else None,
                best.document_number if best else None,
                " ".join(best.sentence.split()) if best else None,
                best.reason or None if best else None,
            )
        )
    frame = pl.DataFrame(rows, schema=SUPPORT_COLUMNS, orient="row")
    return frame.sort(pl.col("record") == "supports", "confidence", maintain_order=True)


def uncoded_conditions(chart: Chart, warehouse: Warehouse, search: CodeSearch) -> pl.DataFrame:
    """Return the conditions that a chart's assessment names, asserts of this patient, and has no code for.

    A condition whose category has a code in the chart counts as coded; signs and factors of health are left
    out.

    Parameters
    ----------
    chart
        The chart.
    warehouse
        Where the titles are.
    search
        The search of the code sets, by which the words of a sentence lead to diagnoses.
    """
    index, siblings = _read(chart, warehouse)
    coded = {
        code.assigned.code[:_CATEGORY_LENGTH] for code in chart.codes if code.assigned.code_system == ICD10CM
    }
    found: dict[str, tuple[object, ...]] = {}
    texts = {document.document_number: document.text for document in chart.documents}
    # A long chart says much again and again.
    readings = cache(lambda sentence: _readings(sentence, search, chart.discharge_date))
    for document_number, span in index.assessed():
        sentence = " ".join(span.of(texts[document_number]).split())
        hits = readings(sentence)
        # What a sentence says is coded if any of its readings is.
        if any(hit.code[:_CATEGORY_LENGTH] in coded for hit in hits):
            continue
        siblings.read((hit.code_system, hit.code) for hit in hits)
        for hit in hits:
            meaning = siblings.meaning(hit.code_system, hit.code, hit.description, chart.discharge_date)
            is_said = any(
                evidence.span == span and evidence.is_support
                for evidence in index.support_at(meaning, document_number, span)
            )
            confidence = index.confidence(meaning)
            if is_said and naming_of(confidence) == "named":
                about = (hit.code, hit.description, round(confidence, 2), index.meat(meaning))
                found.setdefault(hit.code[:_CATEGORY_LENGTH], (*about, document_number, sentence))
                break
    return pl.DataFrame(list(found.values()), schema=UNCODED_COLUMNS, orient="row")


def _readings(sentence: str, search: CodeSearch, day: dt.date | None) -> list[SearchHit]:
    """Return the diagnoses that the parts of a sentence may mean, without signs and factors of health."""
    return [
        hit
        for part in _APART.split(sentence)
        if part.strip()
        for hit in search.search(part, date=day, code_systems=[ICD10CM], billable_only=True, limit=_MOST_HITS)
        if hit.score >= _LEAST_HIT_SCORE and not hit.code.startswith(_NOT_CONDITIONS)
    ]


def _read(chart: Chart, warehouse: Warehouse) -> tuple[ChartIndex, SiblingTitles]:
    siblings = SiblingTitles(warehouse)
    siblings.read((code.assigned.code_system, code.assigned.code) for code in chart.codes)
    texts = [ChartText(document.document_number, document.text) for document in chart.documents]
    return ChartIndex(texts), siblings


def _record_says(best: Evidence | None, confidence: float) -> str:
    if best is None or (best.is_support and naming_of(confidence) == "not found"):
        return "not found"
    return _SAYS[best.status]
