"""What a plan, a stopping bound and corrected claims of an audit are in a notebook: each with its display."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from auditlib.billing.corrected_claims import ClaimsOut
from auditlib.billing.export import (
    Exported,
    claim_tables,
    csv_files,
    export_837,
    export_csv,
    write_new_files,
)
from auditlib.errors import UsageError
from auditlib.estimation.stopping_bound import RunningBound
from auditlib.report.result import Notice, Result
from auditlib.report.rows_in_form import counted_rows, deidentified_rows, pseudonymised_rows
from auditlib.report.suppress import SMALL_COUNTS_WITHHELD
from auditlib.review.plan import ReviewPlan
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True, slots=True)
class PlannedReview:
    """Who reviews which chart: rows and sentence."""

    plan: ReviewPlan

    @property
    def frame(self) -> pl.DataFrame:
        """One row a chart and round."""
        return self.plan.frame

    @property
    def sentence(self) -> str:
        """The plan in words."""
        return self.plan.sentence

    def _result(self) -> Result:
        return Result(self.frame, "Review plan", note=self.sentence)

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()


class MayStop:
    """Whether a review may stop: the limits after each chart, and the sentence.

    Parameters
    ----------
    bound
        The running bound.
    """

    def __init__(self, bound: RunningBound) -> None:
        self.bound = bound

    @property
    def sentence(self) -> str:
        """Whether the review may stop, in words."""
        return self.bound.sentence

    @property
    def frame(self) -> pl.DataFrame:
        """One row a chart, with the limits after it."""
        return self.bound.looks

    def plot(self) -> alt.LayerChart:
        """Return the limits after each chart, with the sentence, as a chart."""
        from auditlib.plots import enable_renderer  # noqa: PLC0415 - altair is slow to import
        from auditlib.plots.sequential import running_bound_chart  # noqa: PLC0415

        enable_renderer()
        return running_bound_chart(
            self.bound.looks,
            threshold=self.bound.threshold,
            confidence=self.bound.confidence,
            sentence=self.bound.sentence,
            quantity=self.bound.quantity,
        )

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return Notice(self.sentence)._repr_html_()


@dataclass(frozen=True, slots=True)
class CorrectedClaims(ClaimsOut):
    """What a review sends to billing: shown, and written when asked.

    Parameters
    ----------
    context
        The workspace whose ledger records what is written, the user and the clock.
    """

    context: Context = field(kw_only=True)

    def export_837(self, path: Path | str, *, control_number: int | None = None) -> Exported:
        """Write the claims that are ready as one 837 file; see `auditlib.billing.export.export_837`."""
        return export_837(
            self.context.workspace,
            self,
            Path(path).expanduser(),
            actor=self.context.user,
            made_at=self.context.now(),
            control_number=control_number,
        )

    def export_csv(self, folder: Path | str) -> Exported:
        """Write claims, diagnoses, procedures and lines as CSV; see `auditlib.billing.export.export_csv`."""
        return export_csv(
            self.context.workspace,
            self,
            Path(folder).expanduser(),
            actor=self.context.user,
            made_at=self.context.now(),
        )

    def export_apart(
        self,
        folder: Path | str,
        *,
        deidentified: bool = False,
        pseudonymised: bool = False,
        suppress_below: int | None = None,
    ) -> Exported:
        """Write what `export_csv` does for others than billing, in one of the forms in which rows leave.

        Parameters
        ----------
        folder
            Where the files go; none is replaced. ``about.txt`` says what they are.
        deidentified
            Rows without what names a patient, a chart or a person (safe harbor).
        pseudonymised
            Rows with keyed codes and moved days: still of patients.
        suppress_below
            No rows, but how many claims have each payer and each code, without counts of 1 to one less.

        Raises
        ------
        UsageError
            If none or several of the forms are given, nothing can be written, or a file exists.
        StoreError
            If the access log cannot hold it.
        """
        if [deidentified, pseudonymised, suppress_below is not None].count(True) != 1:
            message = "Claims are written de-identified, pseudonymised or counted: one of them."
            raise UsageError(message, hint="Counts hold no ids; what leaves without an agreement has none.")
        tables = claim_tables(self, made_on=self.context.now().date())
        subject = "claim_number"
        if suppress_below is not None:
            form = SMALL_COUNTS_WITHHELD
            made, said = counted_rows(tables, subject=subject, below=suppress_below)
        elif deidentified:
            form = "deidentified"
            people = self.context.query("audits/coders_and_providers")["person_id"].to_list()
            made, said = deidentified_rows(tables, subject=subject, people=people)
        else:
            form = "pseudonymised"
            made, said = pseudonymised_rows(tables, subject=subject, pseudonyms=self.context.pseudonyms())
        into = Path(folder).expanduser()
        files = {**csv_files(into, made), into / "about.txt": f"{said}\n".encode()}
        write_new_files(
            files, lambda: self.context.write_on_record("claims", *files, audit=self.audit, form=form)
        )
        return Exported(self, tuple(files), None)

    def _result(self) -> Result:
        return Result(self.frame, f"Claims of '{self.audit}' for billing")

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()
