"""Missing records among reviewed units: by which rule they count, and what it makes of their rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.number_table import NumberTable
from auditlib.review import MISSING, PARTLY_MISSING, RECORD_STATUSES, REVIEWED_ELSEWHERE
from auditlib.review.final_verdicts import missing_sentences, named_charts
from auditlib.stats.estimators.missing_records import MISSING_RECORD_RULES, MissingRecordRule
from auditlib.stats.estimators.programmes import Programme

RECORD: Final = "record"
RECORD_PLACE: Final = "record_place"
_SEEN: Final = "seen"
# Each unit has its own chance or cluster, so that the others do not stand for it without a model.
_WITHOUT_EXCLUSION: Final = frozenset({"unequal", "rhc", "cluster", "two-stage"})


def missing_rule_of(programme: str | Programme | None, stated: MissingRecordRule | None) -> MissingRecordRule:
    """Return how missing records count: as the programme says, else as stated, else as errors in full.

    Raises
    ------
    UsageError
        If the rule or the programme does not exist, or the programme has another rule.
    """
    rule = Programme.of(programme)
    if stated is not None and stated not in MISSING_RECORD_RULES:
        message = f"There is no rule '{stated}' for missing records."
        raise UsageError(message, hint=f"Choose among: {', '.join(MISSING_RECORD_RULES)}.")
    if rule is None:
        return stated or "error-in-full"
    if stated not in {None, rule.missing_rule}:
        message = f"For {rule.name} a missing record is {rule.missing_record_rule}; not '{stated}'."
        raise UsageError(message, hint="Omit the rule for missing records, or the programme.")
    return rule.missing_rule


def rule_sentence(rule: MissingRecordRule) -> str:
    """Return how a missing record counts, and where that stands."""
    how = MISSING_RECORD_RULES[rule]
    return f"A missing record counts as {how.of_unit}. Source: {how.source}."


def without_units(table: NumberTable, units: Collection[str], *, method: str) -> NumberTable:
    """Return reviewed units without those that are excluded.

    Raises
    ------
    UsageError
        If the method needs every unit drawn, or a stratum would have none left.
    """
    if not units:
        return table
    if method in _WITHOUT_EXCLUSION:
        message = f"Missing records cannot be excluded from the appraisal '{method}'."
        raise UsageError(message, hint="Count them as errors: there no other unit stands for one left out.")
    rows = table.rows.filter(~pl.col("unit_id").str.strip_chars().is_in(list(units)))
    emptied = sorted(set(table.rows["stratum"]) - set(rows["stratum"])) if table.has("stratum") else []
    if emptied or rows.is_empty():
        where = f"stratum '{emptied[0]}'" if emptied else "the sample"
        message = f"Every record of {where} is missing: nothing is left to estimate from."
        raise UsageError(message, hint="Count missing records as errors.")
    return NumberTable(table.name, rows)


@dataclass(frozen=True, slots=True)
class FileRecords:
    """What a file of reviewed units says of their records.

    Parameters
    ----------
    table
        The units, counted by the rule for missing records; excluded ones are still in it.
    excluded
        Units that the rule excludes.
    sentences
        How many records are missing and how they count, and where others were reviewed.
    """

    table: NumberTable
    excluded: frozenset[str]
    sentences: tuple[str, ...]


def counted_records(table: NumberTable, rule: MissingRecordRule) -> FileRecords:
    """Return a file's units as the rule for missing records counts them.

    Parameters
    ----------
    table
        The file. A column ``record`` says of each unit: seen (or nothing), missing, partly missing, or
        reviewed elsewhere; then ``record_place`` says where.
    rule
        How a missing record counts.

    Raises
    ------
    BadInputError
        If a status is not known, a place is needed, or a missing record's row is not in error.
    UsageError
        If missing records count as not reviewed, so that the sample is not reviewed to the end.
    """
    if not table.has(RECORD):
        said = "The file has no column 'record': it does not say which records are missing."
        return FileRecords(table, frozenset(), (said, rule_sentence(rule)))
    names = table.texts("unit_id")
    statuses = [(value or "").strip().lower() or _SEEN for value in table.rows[RECORD]]
    places = _places(table)
    for number, (status, place) in enumerate(zip(statuses, places, strict=True), start=2):
        if status not in {_SEEN, *RECORD_STATUSES}:
            message = f"{table.name}: column '{RECORD}' has an unknown word in line {number:,}."
            raise BadInputError(message, hint=f"Write {_SEEN}, or {', '.join(RECORD_STATUSES)}.")
        if status == REVIEWED_ELSEWHERE and not place:
            message = f"{table.name}: line {number:,} does not say where the record was reviewed."
            raise BadInputError(message, hint=f"Give the place in a column '{RECORD_PLACE}'.")
    unit_of = dict(zip(names, zip(statuses, places, strict=True), strict=True))
    missing = [name for name, (status, _) in unit_of.items() if status == MISSING]
    if missing and rule == "not-reviewed":
        message = f"{len(missing):,} records are missing and count as not reviewed, as {missing[0]}."
        raise UsageError(
            message, hint="The sample is not reviewed to the end: choose another rule, or find them."
        )
    excluded = frozenset(missing) if rule == "excluded" else frozenset()
    counted = table if rule == "excluded" else _in_error(table, frozenset(missing), rule)
    sentences = [
        rule_sentence(rule),
        *(missing_sentences(missing, rule, most_named=None) or ["No record is missing."]),
    ]
    partly = [
        _with_place(name, place) for name, (status, place) in unit_of.items() if status == PARTLY_MISSING
    ]
    if partly:
        sentences.append(
            f"{len(partly):,} partly missing ({named_charts(partly, None)}): each counts as the file has it."
        )
    elsewhere = [
        _with_place(name, place) for name, (status, place) in unit_of.items() if status == REVIEWED_ELSEWHERE
    ]
    if elsewhere:
        sentences.append(f"{len(elsewhere):,} reviewed elsewhere ({named_charts(elsewhere, None)}).")
    return FileRecords(counted, excluded, tuple(sentences))


def _with_place(name: str, place: str) -> str:
    return f"{name}: {place}" if place else name


def _places(table: NumberTable) -> list[str]:
    if not table.has(RECORD_PLACE):
        return [""] * table.rows.height
    return [(value or "").strip() for value in table.rows[RECORD_PLACE]]


def _in_error(table: NumberTable, missing: frozenset[str], rule: MissingRecordRule) -> NumberTable:
    """Return the table with each missing record in error: for all that was paid, or as its row states."""
    if not missing:
        return table
    is_missing = pl.col("unit_id").str.strip_chars().is_in(list(missing))
    rows = table.rows
    if table.has("is_error"):
        rows = rows.with_columns(is_error=pl.when(is_missing).then(pl.lit("1")).otherwise("is_error"))
    if table.has("examined", "audited") and rule == "error-in-full":
        rows = rows.with_columns(audited=pl.when(is_missing).then(pl.lit("0")).otherwise("audited"))
        if table.has("value"):
            rows = rows.with_columns(value=pl.when(is_missing).then("examined").otherwise("value"))
    in_error = NumberTable(table.name, rows)
    if table.has("examined", "audited") and rule == "error-in-full":
        # Nothing paid leaves nothing in error.
        return in_error
    found = NumberTable(table.name, rows.filter(is_missing))
    for name, amount in zip(found.texts("unit_id"), _amounts_in_error(found), strict=True):
        if amount <= 0:
            message = f"{table.name}: the record of {name} is missing, and its row has nothing in error."
            hint = (
                "State what would be paid without the HCC that the record should support."
                if rule == "increment"
                else "State all that was paid for it as its error."
            )
            raise BadInputError(message, hint=hint)
    return in_error


def _amounts_in_error(table: NumberTable) -> list[float]:
    """Return what each row has in error, by the columns that it has."""
    if table.has("examined", "audited"):
        before, after = table.numbers("examined"), table.numbers("audited")
        return [first - second for first, second in zip(before, after, strict=True)]
    column = next((name for name in ("value", "is_error") if table.has(name)), None)
    return [1.0] * table.rows.height if column is None else table.numbers(column)
