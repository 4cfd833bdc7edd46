"""Scorecards and education letters, assembled from the review of an audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from auditlib.audits.all_audits import all_reviewed, weights_of_audits
from auditlib.audits.audit import charts_of_units, sampled_encounters, verdicts_before_and_after
from auditlib.checks import all_checks
from auditlib.codes import shown_code
from auditlib.codesets.library.code_rule import code_rule
from auditlib.errors import UsageError
from auditlib.measures.auditor_agreement import auditor_agreement
from auditlib.measures.judged_codes import judged_codes
from auditlib.measures.people import (
    FINDING_COLUMNS,
    PeopleAsked,
    PersonFigures,
    ReviewedCharts,
    people_figures,
)
from auditlib.nearest import unknown_name
from auditlib.report.contents import ReportContents
from auditlib.report.file_names import file_parts
from auditlib.report.packs.education_letter import (
    LetterExample,
    LetterFigures,
    education_letter,
    example_rows,
    letter_figures,
)
from auditlib.report.packs.scorecard import ScorecardFigures, scorecard
from auditlib.review import FinalVerdicts
from auditlib.version import __version__
from auditlib.workbench.context import Context
from auditlib.workbench.example_notes import require_own_words
from auditlib.workbench.report_request import MadeBy, ReportRequest

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit

_CODES: Final = ("code_system", "code", "corrected_code_system", "corrected_code")
_KEY: Final = ("encounter_id", "code_number", "before", "after", "error_kind", "cause", "recorded_at")
_RECORD_TEXTS: Final = ("comment", "evidence")


class PeoplePacks:
    """The packs of the people of one audit.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    audit
        The audit.
    request
        What is asked for.
    made_at
        The time that goes into the packs.
    """

    def __init__(self, context: Context, audit: Audit, request: ReportRequest, made_at: dt.datetime) -> None:
        self._context = context
        self._audit = audit
        self._request = request
        self._made_at = made_at
        self._final = audit.reviewed.final
        drawn = sampled_encounters(context.workspace, audit.name) if audit.is_drawn else []
        encounter_ids = list(dict.fromkeys([*drawn, *self._final.charts["encounter_id"]]))
        self._people = context.query("audits/people_of_encounters", {"encounter_ids": encounter_ids})

    @property
    def names(self) -> list[str]:
        """The people of the audit, by id.

        Raises
        ------
        UsageError
            If the person named is none of them, or nobody is known.
        """
        kind, named = self._request.person_kind, self._request.person
        known = self._people[f"{kind}_id"].drop_nulls().unique().sort().to_list()
        if named is not None and named not in known:
            raise unknown_name(kind, named, known)
        if not known:
            message = f"No {kind} is known of any chart of audit '{self._audit.name}'."
            raise UsageError(message, hint="Load a table of encounters that names who coded each.")
        return known if named is None else [named]

    def file_parts(self) -> dict[str, str]:
        """Return the part of a file's name for every person of the audit: a number if it is de-identified."""
        kind = self._request.person_kind
        known = self._people[f"{kind}_id"].drop_nulls().unique().sort().to_list()
        if self._request.ending:
            return {name: f"{kind}-{number}" for number, name in enumerate(known, 1)}
        return file_parts(known)

    def contents(self) -> dict[str, ReportContents]:
        """Return the pack of each person."""
        names = self.names
        if self._request.pack == "education":
            self._require_review()
            self._require_notes_of(names)
        figures = self._figures(names)
        made: MadeBy = {
            "made_at": self._made_at,
            "made_by": self._context.user,
            "software_version": __version__,
        }
        if self._request.pack == "education":
            return {one.person: education_letter(self._letter(one), **made) for one in figures}
        reviewed = self._audit.reviewed
        agreement = auditor_agreement(reviewed.verdicts, reviewed.charts)
        return {
            one.person: scorecard(
                ScorecardFigures(
                    audit=self._audit.name,
                    person=one,
                    agreement=agreement,
                    review_note=self._final.note,
                    weights_note=self._audit.weights_note,
                ),
                **made,
            )
            for one in figures
        }

    def _require_review(self) -> None:
        charts = self._final.charts
        if charts["completed_at"].null_count() == charts.height:
            message = f"No chart of audit '{self._audit.name}' is reviewed to the end yet."
            raise UsageError(message, hint="Review its charts first; 'auditlib desk' opens them.")

    def _figures(self, names: Sequence[str]) -> list[PersonFigures]:
        request, workspace = self._request, self._context.workspace
        own = self._charts(self._final)
        of_all = own
        if self._audit.is_drawn:
            self._context.require_open(None)
            rule = self._audit.reviewed.missing_rule
            of_all = self._charts(all_reviewed(workspace, missing_rule=rule).final)
        asked = PeopleAsked(request.person_kind, names, request.target, request.chart_target)
        return people_figures(own, of_all, self._wrong.select(FINDING_COLUMNS), asked)

    def _charts(self, final: FinalVerdicts) -> ReviewedCharts:
        judged = partial(judged_codes, self._context.warehouse, final.verdicts, month="coding")
        weights = weights_of_audits(self._context.workspace, final.charts)
        return ReviewedCharts(judged(final.charts), judged(final.whole_charts), weights.frame)

    @cached_property
    def _wrong(self) -> pl.DataFrame:
        """Each verdict other than agree as a person reads it, with its codes as they are stored."""
        verdicts = self._final.verdicts
        readable = verdicts_before_and_after(self._context.workspace, verdicts)
        # Both are in the order of the verdicts, row by row.
        stored = verdicts.select(pl.col(name).alias(f"stored_{name}") for name in _CODES)
        return readable.hstack(stored.get_columns()).filter(pl.col("action") != "agree")

    # Letters

    def _letter(self, figures: PersonFigures) -> LetterFigures:
        rows = example_rows(figures.findings)
        notes = self._notes_of(figures.person)
        self._require_own_words(figures, notes, count=rows.height)
        numbers = self._chart_numbers if self._request.chart_numbers else {}
        examples = [
            self._example(row, chart_number=numbers.get(row["encounter_id"]), note=notes.get(number, ""))
            for number, row in enumerate(rows.iter_rows(named=True), 1)
        ]
        return letter_figures(
            self._audit.name,
            figures,
            examples,
            reaudit_on=self._request.reaudit_on,
        )

    def _notes_of(self, person: str) -> Mapping[int, str]:
        if self._request.person is not None and self._request.example_notes:
            return self._request.example_notes
        return self._request.notes_by_person.get(person, {})

    def _require_notes_of(self, names: Sequence[str]) -> None:
        for name in self._request.notes_by_person:
            if name not in names:
                raise unknown_name(self._request.person_kind, name, names)

    def _require_own_words(self, figures: PersonFigures, notes: Mapping[int, str], *, count: int) -> None:
        if not notes:
            return
        encounter_ids = figures.findings["encounter_id"].unique().to_list()
        of_charts = self._wrong.filter(pl.col("encounter_id").is_in(encounter_ids))
        texts = [
            text
            for column in _RECORD_TEXTS
            if column in of_charts.columns
            for text in of_charts[column].drop_nulls()
        ]
        require_own_words(notes, count=count, record_texts=texts, ids=encounter_ids)

    @cached_property
    def _chart_numbers(self) -> dict[str, int]:
        """The number of each chart: that of its first unit in the order of the draw."""
        if not self._audit.is_drawn:
            return {}
        manifest = self._audit.manifest
        units = [unit.unit_id for unit in manifest.selected]
        chart_of = charts_of_units(self._context.workspace, manifest.universe.unit, units)
        numbers: dict[str, int] = {}
        for number, unit_id in enumerate(units, 1):
            numbers.setdefault(chart_of[unit_id], number)
        return numbers

    def _example(self, row: Mapping[str, Any], *, chart_number: int | None, note: str) -> LetterExample:
        stored = self._stored(row)
        day = self._people.filter(encounter_id=row["encounter_id"])["service_date"].to_list()[0]
        before = (stored["stored_code_system"], stored["stored_code"])
        after = (stored["stored_corrected_code_system"], stored["stored_corrected_code"])
        codes = [(system, code) for system, code in dict.fromkeys((before, after)) if code is not None]
        rules = tuple(
            code_rule(
                self._context.warehouse,
                system,
                code,
                day,
                mentions=[shown_code(*other) for other in codes if other != (system, code)],
            )
            for system, code in codes
        )
        return LetterExample(
            before=row["before"],
            after=row["after"],
            code_system=row["code_system"] or "",
            error_kind=row["error_kind"] or "not stated",
            cause=row["cause"] or "not stated",
            payment_difference=row["payment_difference"],
            rules=rules,
            authorities=self._authorities(row["encounter_id"], before[1]),
            chart_number=chart_number,
            note=note,
        )

    def _stored(self, row: Mapping[str, Any]) -> dict[str, Any]:
        same = self._wrong.filter(
            pl.all_horizontal(pl.col(name).eq_missing(pl.lit(row[name])) for name in _KEY)
        )
        return same.row(0, named=True)

    def _authorities(self, encounter_id: str, code: str | None) -> tuple[str, ...]:
        """Return the checks that found the code at fault: what each looks for, and whose rule it is."""
        if code is None:
            return ()
        params = {"check_id": None, "encounter_id": encounter_id}
        found = self._context.query("checks/finding", params).filter(code=code)
        # A rule of the workspace's own has no authority to name.
        shipped = {check.id: check for check in all_checks()}
        checks = [shipped[name] for name in found["check_id"].unique().sort() if name in shipped]
        return tuple(f"{check.title} ({check.id}): {check.authority}" for check in checks)
