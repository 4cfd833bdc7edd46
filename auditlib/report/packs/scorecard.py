"""The scorecard of one coder or provider: where they stand, what stands out, what costs most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.measures.auditor_agreement import AuditorAgreement
from auditlib.measures.people import PersonFigures
from auditlib.measures.standing_out import LEAST_ERRORS
from auditlib.measures.target_rates import LEAST_CHARTS, MET, NOT_MET, TOO_FEW
from auditlib.report.contents import Fact, ReportContents, ReportTable, Section
from auditlib.report.formatting import rate_with_counts
from auditlib.text import counted, format_dollars, format_share

_COSTLIEST: Final = 3
_AGREEMENT_NOTE: Final = (
    "Of all charts of the audit that two reviewers completed: the coder's codes and those that either added. "
    "The same is the same verdict with the same corrected code; AC1 is Gwet's, of right against error."
)
_EVERY_ERROR: Final = "Errors of this person"
_REVIEWERS: Final = "Reviewers of these charts"
_CONFIDENTIALITY: Final = (
    "Confidential: this scorecard names a person and lists charts with their codes. It is for the person "
    "and for "
    "those who are responsible for the quality of coding, not for ranking people."
)
_RATE_COLUMNS: Final = (
    "numerator_count",
    "denominator_count",
    "rate",
    "lower",
    "upper",
    "confidence",
    "interval_method",
    "undefined_reason",
)
_RATE_LABELS: Final = {
    "measure": "Score",
    "numerator_count": "Right",
    "denominator_count": "Judged",
    "rate": "Rate",
    "target_share": "Target",
    "target_state": "Target met?",
}
_LABELS: Final = {
    "error_count": "Errors",
    "chart_count": "Charts",
    "payment_difference": "Payment difference, $",
    "payment_difference_basis": "Basis of the dollars",
    "rate": "Of codes",
    "rest_rate": "Of the others' codes",
    "adjusted_p_value": "p, corrected",
    "conclusion": "Stands out",
    "all_error_count": "Of all errors",
}


@dataclass(frozen=True, slots=True)
class ScorecardFigures:
    """Everything that a scorecard says, before it is put into words.

    Parameters
    ----------
    audit
        Name of the audit.
    person
        What its review says of the person.
    agreement
        How well reviewers of the audit agree.
    review_note, weights_note
        What does not count and why, and how charts are weighted; empty where nothing needs to be said.
    """

    audit: str
    person: PersonFigures
    agreement: AuditorAgreement
    review_note: str
    weights_note: str


def scorecard(
    figures: ScorecardFigures, *, made_at: dt.datetime, made_by: str, software_version: str
) -> ReportContents:
    """Return the sections of the scorecard.

    Parameters
    ----------
    figures
        What it says.
    made_at, made_by, software_version
        What it says of itself.
    """
    person = figures.person
    errors = _EVERY_ERROR if person.findings.height else ""
    reviewers = _REVIEWERS if person.reviewers.height else ""
    charts = f"{person.chart_count:,} of {counted(person.all_chart_count, 'reviewed chart')}"
    return ReportContents(
        title=f"Scorecard of {person.kind} {person.person}",
        subtitle=f"{charts} of audit '{figures.audit}'",
        made_at=made_at,
        made_by=made_by,
        software_version=f"auditlib {software_version}",
        headline=(
            Fact("Codes right", rate_with_counts(person.code_rate), rows=errors),
            Fact("Charts paid rightly", rate_with_counts(person.payment_rate), rows=errors),
            Fact("Change", _change(person)),
            Fact("Charts reviewed", f"{person.chart_count:,}", rows=reviewers),
        ),
        confidentiality=_CONFIDENTIALITY,
        sections=(
            _standing(figures),
            _over_time(person),
            _compared(person),
            _errors(person),
            _costliest(person),
            _every_error(person),
            _reviewers(figures),
            _definitions(),
        ),
    )


def _standing(figures: ScorecardFigures) -> Section:
    person = figures.person
    notes = [figures.weights_note]
    if person.unpriced_chart_count:
        verb = "is" if person.unpriced_chart_count == 1 else "are"
        notes.append(
            f"{counted(person.unpriced_chart_count, 'chart')} with errors that are not priced {verb} not "
            "counted "
            "as paid rightly; the upper limit counts them as if they were."
        )
    rates = pl.concat([person.code_rate, person.payment_rate]).select(
        "measure",
        pl.lit(person.person).alias(f"{person.kind}_id"),
        *_RATE_COLUMNS,
        target_share="target",
        target_state=pl.col("target_state").fill_null("-"),
    )
    return Section(
        "Where does this person stand?",
        paragraphs=(_standing_sentence(person),),
        tables=(ReportTable("Rates and targets", rates, labels=_RATE_LABELS),),
        notes=tuple(filter(None, notes)),
        # What does not count names charts.
        row_notes=(figures.review_note,) if figures.review_note else (),
    )


def _standing_sentence(person: PersonFigures) -> str:
    if not person.chart_count:
        return "No chart of this person has been reviewed to the end in this audit: nothing can be said."
    rate = person.code_rate.row(0, named=True)
    codes = f"{rate['numerator_count']:,} of {counted(rate['denominator_count'], 'code')} were right"
    if rate["target"] is None:
        return f"{codes}. No target is given."
    target = format_share(rate["target"])
    if rate["target_state"] is None:
        return f"{codes}. Whether the target of {target} is met cannot be told: {rate['undefined_reason']}."
    if rate["target_state"] == TOO_FEW:
        verb = "chart is" if person.chart_count == 1 else "charts are"
        return (
            f"{codes}. {person.chart_count:,} {verb} too few to say whether the target of {target} is met; "
            f"it takes {LEAST_CHARTS}."
        )
    words = {MET: f"the target of {target} is met", NOT_MET: f"the target of {target} is not met"}
    doubt = f"whether the target of {target} is met cannot be told, as the interval holds it"
    return f"{codes}; {words.get(rate['target_state'], doubt)}."


def _over_time(person: PersonFigures) -> Section:
    if person.months.is_empty():
        return Section("Is it changing?", paragraphs=("No chart of this person is reviewed to the end.",))
    months, audits = (
        rates.select("measure", by, *_RATE_COLUMNS)
        for rates, by in ((person.months, "month"), (person.audits, "audit"))
    )
    return Section(
        "Is it changing?",
        paragraphs=(
            _change_sentence(person),
            _all_sentence(person),
        ),
        notes=(
            (
                "Charts of all audits, each once, by the month in which they were coded. A month holds few "
                "charts: read the intervals, not the points. A change is tested by the largest difference "
                "between the charts before and since any month, with whole charts permuted, corrected for "
                f"the number of people tested (Holm); under {LEAST_CHARTS} charts are too few."
            ),
        ),
        tables=(
            ReportTable("By month of coding", months, row_limit=None),
            ReportTable("By audit", audits, row_limit=None),
        ),
    )


def _change(person: PersonFigures) -> str:
    """Return since when the codes right changed, short enough for the head."""
    row = next(person.change.iter_rows(named=True), None)
    if row is None or row["p_value"] is None:
        return f"cannot be told, too few charts (under {LEAST_CHARTS})"
    if not row["is_change"]:
        return "none shown"
    before, after = format_share(row["before_rate"]), format_share(row["after_rate"])
    return f"{after} since {row['began']:%B %Y}, by month of coding, {before} before"


def _change_sentence(person: PersonFigures) -> str:
    if person.change.is_empty():
        return "No chart of this person has a month of coding, so a change cannot be told."
    return str(person.change["sentence"].item())


def _all_sentence(person: PersonFigures) -> str:
    row = person.all_code_rate.row(0, named=True)
    target = (
        ""
        if row["target_state"] is None
        else f"; target of {format_share(row['target'])}: {row['target_state']}"
    )
    charts = counted(row["chart_count"], "chart")
    return f"In all audits: {rate_with_counts(person.all_code_rate)} codes right, in {charts}{target}."


def _compared(person: PersonFigures) -> Section:
    compared = [f"In this audit: {_comparison_sentence(person.comparison)} {_kinds_sentence(person.kinds)}"]
    if person.audits["audit"].n_unique() > 1:
        of_all = _comparison_sentence(person.all_comparison)
        compared.append(f"In all audits: {of_all} {_kinds_sentence(person.all_kinds)}")
    return Section(
        "Does it differ from the others?",
        paragraphs=tuple(compared),
        notes=(
            (
                "The others are all other people of the audit together. The test takes charts as "
                "independent, not "
                "codes, and is corrected for the number of people (Holm); error kinds are corrected for all "
                "kinds and "
                "people tested. People with other kinds of charts may differ for that reason."
            ),
        ),
    )


def _comparison_sentence(comparison: pl.DataFrame) -> str:
    if comparison["p_value"].drop_nulls().is_empty():
        return "not compared, as that takes two charts of this person and two of others."
    row = comparison.row(0, named=True)
    rates = (
        f"{format_share(row['rate'])} of codes right against {format_share(row['rest_rate'])} of the others"
    )
    chance = f"p {row['adjusted_p_value']:.3f}" if row["adjusted_p_value"] >= 0.001 else "p < 0.001"  # noqa: PLR2004
    if row["is_different"]:
        side = "lower" if row["rate"] < row["rest_rate"] else "higher"
        return f"{side} than the others, {rates}, {chance} after correction."
    return f"no difference is shown, {rates}, {chance} after correction. That is no proof that there is none."


def _kinds_sentence(kinds: pl.DataFrame) -> str:
    outstanding = kinds.filter("stands_out")
    if outstanding.is_empty():
        return "No error kind stands out."
    named = "; ".join(
        f"{kind}, {count:,} of {total:,} errors"
        for kind, count, total in outstanding.select(
            "error_kind", "error_count", "all_error_count"
        ).iter_rows()
    )
    return f"More frequent than among the others: {named}."


def _errors(person: PersonFigures) -> Section:
    if person.findings.is_empty():
        return Section("Which errors?", paragraphs=("No error was found.",))
    kinds = person.kinds.select(
        "error_kind",
        "error_count",
        "all_error_count",
        "rate",
        "rest_rate",
        "adjusted_p_value",
        conclusion=pl.when("stands_out")
        .then(pl.lit("yes"))
        .when((pl.col("error_count") < LEAST_ERRORS) | pl.col("adjusted_p_value").is_null())
        .then(pl.lit("too few to say"))
        .otherwise(pl.lit("not shown")),
    ).rename({"rate": "code_share", "rest_rate": "rest_code_share"})
    return Section(
        "Which errors?",
        tables=(
            ReportTable(
                "Error kinds",
                kinds,
                labels={**_LABELS, "code_share": "Of codes", "rest_code_share": "Of the others' codes"},
                row_limit=None,
            ),
            ReportTable("Causes", person.causes, labels=_LABELS, row_limit=None),
        ),
    )


def _costliest(person: PersonFigures) -> Section:
    heading = "Which errors cost most?"
    if person.findings.is_empty():
        return Section(heading, paragraphs=("No error was found.",))
    changed = person.findings.filter(pl.col("payment_difference").fill_null(0) != 0)
    unpriced = person.unpriced_error_count
    rest = f" {counted(unpriced, 'error')} {'is' if unpriced == 1 else 'are'} not priced." if unpriced else ""
    if changed.is_empty():
        none = "No error is priced, so none can be said to cost most."
        zero = "No priced error changes a payment."
        return Section(heading, paragraphs=((none if unpriced == person.findings.height else zero + rest),))
    over, under = person.overpaid_amount, person.underpaid_amount
    net = over - under
    sums = (
        f"Overpaid {format_dollars(over)}, underpaid {format_dollars(under)}, net {format_dollars(net)}, "
        "absolute "
        f"{format_dollars(over + under)}."
    )
    top = changed.sort(
        pl.col("payment_difference").abs(),
        "encounter_id",
        "code_number",
        "before",
        "after",
        descending=[True, False, False, False, False],
        nulls_last=True,
    ).head(_COSTLIEST)
    return Section(
        heading,
        paragraphs=(sums + rest,),
        tables=(
            ReportTable(
                "The errors with the most dollars",
                top.select(
                    "before", "after", "error_kind", "cause", "payment_difference", "payment_difference_basis"
                ),
                labels=_LABELS,
                note="Plus is overpaid, minus underpaid.",
            ),
        ),
    )


def _every_error(person: PersonFigures) -> Section:
    if person.findings.is_empty():
        return Section("Every error", paragraphs=("No error was found.",))
    rows = person.findings.sort("encounter_id", "code_number", nulls_last=True, maintain_order=True).select(
        "encounter_id",
        "before",
        "after",
        "error_kind",
        "cause",
        "payment_difference",
        "reviewer",
        recorded_date=pl.col("recorded_at").dt.date(),
    )
    return Section(
        "Every error",
        tables=(
            ReportTable(
                _EVERY_ERROR,
                rows,
                labels=_LABELS,
                note="Billed is the coder's code, audited the code that the review holds right. "
                "An error without dollars is not priced.",
                row_limit=None,
            ),
        ),
    )


def _reviewers(figures: ScorecardFigures) -> Section:
    person = figures.person
    return Section(
        "Who reviewed, and do reviewers agree?",
        paragraphs=(figures.agreement.sentence,),
        notes=(_AGREEMENT_NOTE,) if figures.agreement.pairs.height else (),
        tables=(ReportTable(_REVIEWERS, person.reviewers, labels=_LABELS, row_limit=None),)
        if person.reviewers.height
        else (),
    )


_DEFINITIONS: Final = f"""
    Codes right: codes on which the reviewer agrees, over the codes that the reviewer holds right (code over
    code).

    Charts paid rightly: charts without an error, or with errors that change no payment, over charts reviewed.

    Target: met if the whole interval reaches it, not met if the whole interval is below it, else it cannot be
    told; under {LEAST_CHARTS} charts are too few.

    Only charts reviewed to the end count, each by its final verdicts. Intervals are at 95 %.
"""


def _definitions() -> Section:
    return Section(
        "What the figures mean", notes=tuple(" ".join(text.split()) for text in _DEFINITIONS.split("\n\n"))
    )
