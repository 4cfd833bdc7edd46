"""What every accessor of a workbench shares: the workspace, the user and the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from auditlib.audits.access_log import record_chart_shown, record_rows_written
from auditlib.checks.acceptance import acceptances
from auditlib.checks.check_outcomes import since_when
from auditlib.errors import UsageError
from auditlib.ledger import Ledger
from auditlib.nearest import unknown_name
from auditlib.report.pseudonymise import Pseudonyms
from auditlib.report.result import Result
from auditlib.review.blindness import HIDDEN, SUGGESTED_CODES, UNBLINDED, Blindness, BlindTo
from auditlib.review.plan import REVIEW_PLANNED, blindness_of
from auditlib.warehouse import Warehouse
from auditlib.workspace import Workspace

Clock = Callable[[], dt.datetime]


def shown_apart(html: str) -> Mapping[str, object]:
    """Show chart text so that no saved notebook holds it."""
    from auditlib.widgets.chart_text import unsaved  # noqa: PLC0415 - ipywidgets is slow to import

    return unsaved(html)


@dataclass(frozen=True, slots=True)
class Context:
    """One workspace as one user sees it.

    Parameters
    ----------
    workspace
        The folder with warehouse, ledger, manifests and reports.
    user
        Whose name goes on record.
    now
        Gives the time that goes on record, with its zone.
    """

    workspace: Workspace
    user: str
    now: Clock

    @property
    def warehouse(self) -> Warehouse:
        """The warehouse of the workspace."""
        return self.workspace.warehouse()

    @property
    def ledger(self) -> Ledger:
        """The ledger of the workspace."""
        return self.workspace.ledger()

    def acceptances(self) -> pl.DataFrame:
        """Return the exceptions to findings of checks that stand today."""
        return acceptances(self.ledger, as_of=self.now().date())

    def blindness(self, encounter_id: str | None = None, *, audit: str | None = None) -> Blindness:
        """Return what review plans hide from the user, of a chart or of an audit as a whole."""
        events = self.ledger.events(audit=audit, kinds=[REVIEW_PLANNED, UNBLINDED])
        return blindness_of(events, self.user, encounter_id)

    def require_open(self, audit: str | None, levels: Sequence[BlindTo] | None = None) -> None:
        """Refuse the results of an audit that the user reviews blind: they would show what is hidden.

        Parameters
        ----------
        audit
            Its name; None for all audits.
        levels
            What is hidden of it, where that is known already.

        Raises
        ------
        UsageError
            If something is.
        """
        hidden = self.blindness(audit=audit).levels if levels is None else levels
        if hidden:
            named = "an audit" if audit is None else "it"
            results = "Results of all audits" if audit is None else f"Results of '{audit}'"
            message = f"{results}: {HIDDEN}. You review {named} blind to {', '.join(hidden)}."
            raise UsageError(message, hint="Open them by unblind(LEVEL, reason=...), which goes on record.")

    def require_suggestions_open(self) -> None:
        """Refuse codes of machine coders if they are hidden in an audit that the user reviews.

        Raises
        ------
        UsageError
            If they are.
        """
        if SUGGESTED_CODES & self.blindness().hidden:
            message = f"Codes of machine coders: {HIDDEN}. You review an audit without them."
            raise UsageError(message, hint="Open them by unblind(LEVEL, reason=...), which goes on record.")

    def recorded_at(self) -> dt.datetime:
        """Return the time as the warehouse records it, in UTC without a zone."""
        return self.now().astimezone(dt.UTC).replace(tzinfo=None)

    def chart_shown(self, encounter_id: str, screen: str, *, audit: str | None = None) -> None:
        """Enter in the access log that the user sees a chart.

        Raises
        ------
        StoreError
            If that cannot be entered in a workspace that may be written to.
        """
        record_chart_shown(
            self.workspace,
            encounter_id,
            actor=self.user,
            screen=screen,
            audit=audit,
            recorded_at=self.now(),
        )

    def write_on_record(
        self, what: str, *paths: Path, audit: str | None = None, form: str = "identified"
    ) -> None:
        """Enter in the access log that the user writes files with rows of patients; then they may be written.

        Raises
        ------
        StoreError
            If that cannot be entered in a workspace that may be written to.
        """
        record_rows_written(
            self.workspace, what, paths, actor=self.user, audit=audit, form=form, recorded_at=self.now()
        )

    def pseudonyms(self) -> Pseudonyms:
        """Return the codes and shifts of days of the workspace."""
        patients = self.query("privacy/patient_of_encounter")
        return Pseudonyms(self.workspace.pseudonym_key().keyed, dict(patients.iter_rows()))

    def answer(self, result: Result) -> Result:
        """Return an answer that enters itself in the access log before it is written to a file."""

        def enter(title: str, path: Path, form: str) -> None:
            self.write_on_record(title, path, form=form)

        return replace(result, on_record=enter)

    def query(self, name: str, params: Mapping[str, object] | None = None) -> pl.DataFrame:
        """Run one of the queries below ``auditlib/sql/queries``."""
        return self.warehouse.query(f"queries/{name}", params)

    def result(
        self,
        name: str,
        params: Mapping[str, object] | None = None,
        *,
        title: str,
        note: str = "",
        hidden: Sequence[str] = (),
    ) -> Result:
        """Run one of those queries and return its rows as an answer."""
        return Result(self.query(name, params), title, note=note, hidden=hidden)

    def checks_not_run(self) -> str:
        """Return how many checks have not run since what they read has changed; empty if all or none have."""
        return since_when(self.query("checks/finding_summary"))

    def require_known(self, what: str, name: str | None, names: Collection[str]) -> None:
        """Refuse a name that is not one of those known; None is no name.

        Raises
        ------
        UsageError
            If it is not; the nearest names are in the hint.
        """
        if name is not None and name not in names:
            raise unknown_name(what, name, names)
