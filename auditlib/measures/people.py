"""What reviews say of each coder or provider: rates, months, errors, and how they compare with the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

import polars as pl

from auditlib.measures.accuracy_trend import changes
from auditlib.measures.compared_with_rest import compare_with_rest
from auditlib.measures.judged_codes import JudgedCodes
from auditlib.measures.standing_out import kinds_that_stand_out
from auditlib.measures.target_rates import chart_counts, target_rates

PersonKind = Literal["coder", "provider"]

FINDING_COLUMNS: Final = (
    "encounter_id",
    "code_number",
    "code_system",
    "before",
    "after",
    "action",
    "error_kind",
    "cause",
    "payment_difference",
    "payment_difference_basis",
    "reviewer",
    "recorded_at",
)
"""Of `PersonFigures.findings`: no comment and no evidence, so that no pack of a person can repeat one."""


@dataclass(frozen=True, slots=True)
class PeopleAsked:
    """What is asked of people.

    Parameters
    ----------
    kind, names
        Whether coders or providers, and which.
    target, chart_target
        Shares to reach of codes right and of charts paid rightly; None for none.
    """

    kind: PersonKind
    names: Sequence[str]
    target: float | None = None
    chart_target: float | None = None


@dataclass(frozen=True, slots=True)
class ReviewedCharts:
    """The charts on which rates of codes and of charts rest, with their weights.

    Parameters
    ----------
    codes
        Of all charts that count.
    charts
        Of those that count as a whole, for rates of charts.
    weights
        ``audit``, ``encounter_id`` and ``weight``; None counts all alike.
    """

    codes: JudgedCodes
    charts: JudgedCodes
    weights: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """What the review of one audit says of one coder or provider.

    Parameters
    ----------
    kind, person
        Coder or provider, and the id.
    chart_count, all_chart_count
        Charts of the person, and of everybody, that were reviewed to the end.
    code_rate, payment_rate
        A row each of `auditlib.measures.target_rates.target_rates`: codes right, and charts paid rightly.
    all_code_rate
        Codes right of all audits, one row.
    audits, months
        Both scores of all audits, by audit and by month, below each other.
    change
        Row of `auditlib.measures.accuracy_trend.changes`: whether and since which month of all audits the
        codes right changed; empty without a chart that has a month.
    comparison
        Row of `auditlib.measures.compared_with_rest.RestComparison`; empty without any code.
    kinds
        Rows of `auditlib.measures.standing_out.kinds_that_stand_out`.
    all_comparison, all_kinds
        The same two of all audits.
    causes
        ``cause`` and ``error_count``, most frequent first.
    findings
        One row an error, with `FINDING_COLUMNS`.
    reviewers
        ``reviewer`` and ``chart_count``.
    """

    kind: PersonKind
    person: str
    chart_count: int
    all_chart_count: int
    code_rate: pl.DataFrame
    payment_rate: pl.DataFrame
    all_code_rate: pl.DataFrame
    audits: pl.DataFrame
    months: pl.DataFrame
    change: pl.DataFrame
    comparison: pl.DataFrame
    kinds: pl.DataFrame
    all_comparison: pl.DataFrame
    all_kinds: pl.DataFrame
    causes: pl.DataFrame
    findings: pl.DataFrame
    reviewers: pl.DataFrame

    @property
    def unpriced_error_count(self) -> int:
        """Errors without dollars."""
        return self.findings["payment_difference"].null_count()

    @property
    def unpriced_chart_count(self) -> int:
        """Charts with an error without dollars: not known to be paid rightly."""
        return int(self.payment_rate["unpriced_chart_count"][0])

    @property
    def overpaid_amount(self) -> Decimal:
        """Sum of what errors overpaid, in US dollars; errors without dollars count nothing."""
        return _sum(self.findings.filter(pl.col("payment_difference") > 0))

    @property
    def underpaid_amount(self) -> Decimal:
        """Sum of what errors underpaid, in US dollars, as a positive number."""
        return -_sum(self.findings.filter(pl.col("payment_difference") < 0))


def people_figures(
    of_audit: ReviewedCharts,
    of_all: ReviewedCharts,
    findings: pl.DataFrame,
    asked: PeopleAsked,
) -> list[PersonFigures]:
    """Return the figures of each person named.

    Parameters
    ----------
    of_audit
        The charts of the audit.
    of_all
        The charts of all audits, for audits and months.
    findings
        One row an error of the audit: `FINDING_COLUMNS` at least.
    asked
        Who, and against which targets.

    Notes
    -----
    Rates are weighted as charts were drawn; comparisons take the charts as they are.
    """
    column = f"{asked.kind}_id"
    owners = of_audit.codes.charts.select("encounter_id", person=column)
    counts = _known(chart_counts(of_audit.codes), column).with_columns(person=column)
    errors = findings.select(FINDING_COLUMNS).join(
        owners, on="encounter_id", how="left", maintain_order="left"
    )
    compared = compare_with_rest(counts, by="person").rows
    kinds = kinds_that_stand_out(counts, errors, denominator="union_count")
    all_counts = _known(chart_counts(of_all.codes), column).with_columns(person=column)
    all_errors = of_all.codes.codes.filter(~pl.col("is_right"))
    # Corrected for all people: whoever reads of one has the others in mind.
    changed = changes(all_counts, by="person")
    all_compared = compare_with_rest(all_counts, by="person").rows
    all_kinds = kinds_that_stand_out(all_counts, all_errors, denominator="union_count")
    return [
        _figures_of(
            name,
            asked,
            _of_person(of_audit, column, name),
            _of_person(of_all, column, name),
            all_chart_count=of_audit.codes.charts.height,
            findings=errors.filter(person=name).drop("person"),
            comparison=compared.filter(person=name),
            change=changed.filter(person=name),
            kinds=kinds.filter(person=name),
            all_comparison=all_compared.filter(person=name),
            all_kinds=all_kinds.filter(person=name),
        )
        for name in asked.names
    ]


# What `auditlib.measures.judged_codes` says of a chart without coder or provider.
_NOT_KNOWN: Final = "not known"


def _known(counts: pl.DataFrame, column: str) -> pl.DataFrame:
    return counts.filter(pl.col(column) != _NOT_KNOWN)


def _figures_of(
    name: str,
    asked: PeopleAsked,
    own: ReviewedCharts,
    own_of_all: ReviewedCharts,
    *,
    all_chart_count: int,
    findings: pl.DataFrame,
    comparison: pl.DataFrame,
    change: pl.DataFrame,
    kinds: pl.DataFrame,
    all_comparison: pl.DataFrame,
    all_kinds: pl.DataFrame,
) -> PersonFigures:
    codes, charts = _scores(own, asked)
    return PersonFigures(
        asked.kind,
        name,
        own.codes.charts.height,
        all_chart_count,
        code_rate=codes,
        payment_rate=charts,
        all_code_rate=_scores(own_of_all, asked)[0],
        audits=pl.concat(_scores(own_of_all, asked, by="audit")),
        months=pl.concat(_scores(own_of_all, asked, by="month")),
        change=change,
        comparison=comparison,
        kinds=kinds,
        all_comparison=all_comparison,
        all_kinds=all_kinds,
        causes=findings.group_by("cause")
        .agg(error_count=pl.len().cast(pl.Int64))
        .sort(-pl.col("error_count"), "cause", nulls_last=True),
        findings=findings,
        reviewers=own.codes.charts.group_by("reviewer")
        .agg(chart_count=pl.len().cast(pl.Int64))
        .sort("reviewer", nulls_last=True),
    )


def _scores(
    charts: ReviewedCharts, asked: PeopleAsked, *, by: Literal["audit", "month"] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    return (
        target_rates(charts.codes, by=by, score="codes", target=asked.target, weights=charts.weights),
        target_rates(
            charts.charts, by=by, score="payment", target=asked.chart_target, weights=charts.weights
        ),
    )


def _of_person(charts: ReviewedCharts, column: str, name: str) -> ReviewedCharts:
    is_own = pl.col(column) == name
    return replace(
        charts,
        codes=_filtered(charts.codes, is_own),
        charts=_filtered(charts.charts, is_own),
    )


def _filtered(judged: JudgedCodes, condition: pl.Expr) -> JudgedCodes:
    return replace(judged, codes=judged.codes.filter(condition), charts=judged.charts.filter(condition))


def _sum(findings: pl.DataFrame) -> Decimal:
    return Decimal(findings["payment_difference"].sum()).quantize(Decimal("0.01"))
