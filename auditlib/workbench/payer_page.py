"""The page of one payer on a workspace: shown in a notebook, written as HTML or XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.measures.claim_waits import claim_waits, last_known_day
from auditlib.measures.denial_metrics import aged_denials
from auditlib.measures.denials import denial_rates
from auditlib.measures.denied_lines import PAID, bars, claims_of
from auditlib.measures.payer_metrics import payer_ids, payer_metrics
from auditlib.report.contents import ReportContents
from auditlib.report.packs.payer_page import PayerFigures, payer_page
from auditlib.report.result import Result
from auditlib.report.write_files import require_new_report, write_report
from auditlib.version import __version__
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.denials import Denials

REASONS_SHOWN: Final = 3
EXAMPLES_A_REASON: Final = 3
_UNKNOWN: Final = "unknown"
_DEFINED: Final = ("numerator_is", "denominator_is", "date_basis", "undefined_reason")


@dataclass(frozen=True, slots=True)
class PayerPage:
    """The page of one payer.

    Parameters
    ----------
    figures
        Its rows, each by its name.
    contents
        The page as a report.
    context
        The workspace, in whose access log its files are entered.
    """

    figures: PayerFigures
    contents: ReportContents
    context: Context

    @property
    def results(self) -> Sequence[Result]:
        """The tables of the page, in its order."""
        one = self.figures
        answers = (
            Result(one.metrics, "This payer and all others", hidden=_DEFINED),
            Result(one.reasons, "Why, and would our checks have found it?", row_limit=10),
            Result(one.codes, "Which codes?", row_limit=10),
            Result(one.ages, "Denied lines not paid, by age"),
            Result(
                one.examples, "Examples: the costliest claims of the costliest reasons", hidden=["claim_id"]
            ),
        )
        return tuple(map(self.context.answer, answers))

    def write(self, path: Path | str) -> Path:
        """Write the page as .html, .xlsx, .pdf or .docx; a file that is there is not replaced.

        Raises
        ------
        UsageError
            If the name ends otherwise, or the file is there already.
        StoreError
            If the access log cannot hold it.
        """
        target = require_new_report(path)
        self.context.write_on_record("page of a payer", target)
        return write_report(self.contents, target)

    def __repr__(self) -> str:
        facts = "\n".join(f"{label}: {value}" for label, value in self._headline)
        return "\n\n".join([f"{self.contents.title}\n{facts}", *map(repr, self.results)])

    def _repr_html_(self) -> str:
        facts = "".join(
            f"<li>{escape(label)}: <b>{escape(value)}</b></li>" for label, value in self._headline
        )
        said = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.figures.findings)
        tables = "".join(result._repr_html_() for result in self.results)
        return f"<h3>{escape(self.contents.title)}</h3><ul>{facts}</ul>{said}{tables}"

    @property
    def _headline(self) -> list[tuple[str, str]]:
        return [fact for fact in self.contents.headline if isinstance(fact, tuple)]


def page_of_payer(context: Context, denials: Denials, payer: str) -> PayerPage:
    """Return the page of a payer that is named by its name or identifier.

    Raises
    ------
    UsageError
        If no claim is of such a payer.
    """
    warehouse = context.warehouse
    with warehouse.kept_open():
        waits = claim_waits(warehouse)
        ids = payer_ids(waits, payer)
        as_of = last_known_day(waits) or context.now().date()
        lines = denials.lines().frame.filter(pl.col("payer_id").is_in(ids))
        rates = denial_rates(warehouse, by=("payer", "month"))
        worklist = denials.worklist().frame
        found = denials.findings().frame
    names = waits.filter(pl.col("payer_id").is_in(ids))["payer_name"]
    name = str(lines["payer_name"][0] if lines.height else names[0])
    reasons = bars(lines, ("denial_category", "reason_code", "reason_label", "check_state"))
    figures = PayerFigures(
        payer_name=name,
        metrics=payer_metrics(waits, ids, as_of),
        month_rates=rates.filter(pl.col("payer_id").fill_null(_UNKNOWN).is_in(ids)),
        reasons=reasons,
        codes=bars(lines, ("code",)),
        ages=aged_denials(lines, as_of),
        findings=found.filter(pl.col("payer_name") == name)["sentence"].to_list(),
        examples=_examples(lines, reasons),
        open_claims=worklist.join(
            lines.select("claim_id").unique(), on="claim_id", how="semi", maintain_order="left"
        ),
    )
    made_at = context.now()
    contents = payer_page(figures, made_at=made_at, made_by=context.user, software_version=__version__)
    return PayerPage(figures, contents, context)


def _examples(lines: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Return the costliest unpaid claims of the costliest reasons, those first that cost most."""
    unpaid = lines.filter(pl.col("final_state") != PAID)
    costliest = reasons["reason_label"].unique(maintain_order=True).head(REASONS_SHOWN)
    found = [
        claims_of(unpaid.filter(pl.col("reason_label") == label))
        .head(EXAMPLES_A_REASON)
        .with_columns(reason_label=pl.lit(label))
        for label in costliest
    ]
    examples = pl.concat(found) if found else claims_of(unpaid).with_columns(reason_label=pl.lit(""))
    return examples.select(
        *("reason_label", "claim_id", "patient_control_number", "denial_date", "codes", "reason_codes"),
        *("line_count", "denied_amount", "not_paid_amount"),
    )
