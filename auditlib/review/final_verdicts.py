"""The final verdicts of an audit: one review a chart, or the adjudicated one; none where it is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from auditlib.review.adjudication import (
    DECISION_COLUMNS,
    DISAGREEMENT_COLUMNS,
    RESULT,
    Adjudicated,
    adjudicate,
    with_items,
)
from auditlib.review.frames import VERDICT_COLUMNS
from auditlib.review.payment_difference import NOT_AGREED
from auditlib.review.record_statement import MISSING, PARTLY_MISSING, REVIEWED_ELSEWHERE
from auditlib.stats.estimators.missing_records import MISSING_RECORD_RULES, MissingRecordRule
from auditlib.text import counted, format_dollars

# The action of a code that no record supports: nobody judged it, the rule for missing records counts it.
NO_RECORD: Final = "no record"
_NAMED: Final = 3
_CHART: Final = ("audit", "encounter_id")
_REVIEW: Final = (*_CHART, "reviewer")
CODE_COLUMNS: Final = {
    "encounter_id": pl.String(),
    "code_number": pl.Int64(),
    "code_system": pl.String(),
    "code": pl.String(),
}


@dataclass(frozen=True, slots=True)
class FinalVerdicts:
    """The verdicts that count, one review for each chart.

    Parameters
    ----------
    verdicts
        Rows of `auditlib.review.verdict_frame` of the reviews that count. A code that no record supports has
        a row with the action `NO_RECORD` where the rule counts it as an error.
    charts
        Rows of `auditlib.review.chart_frame`, one for each chart that counts.
    not_adjudicated
        ``audit``, ``encounter_id`` and ``reviewers`` of the charts whose completed reviews differ.
    not_stated
        The same of completed charts without documents, of which nobody said whether the record was seen.
    records
        Rows of `auditlib.review.chart_frame` of the adjudicated charts with a statement on the record, and
        ``no_record_count``, the codes that no record supports.
    missing_rule
        How a missing record counts.
    uncounted_codes
        ``encounter_id`` and ``code_number`` of the codes without support that the rule does not count.
    disagreements
        What reviewers of a chart judge differently, decided or open:
        `auditlib.review.adjudication.DISAGREEMENT_COLUMNS`.
    dollars_not_agreed
        A sentence on each finding on whose code reviewers agree and on whose dollars they do not, with what
        each entered. It is not priced.
    """

    verdicts: pl.DataFrame
    charts: pl.DataFrame
    not_adjudicated: pl.DataFrame
    not_stated: pl.DataFrame
    records: pl.DataFrame
    missing_rule: MissingRecordRule
    uncounted_codes: pl.DataFrame
    disagreements: pl.DataFrame
    dollars_not_agreed: tuple[str, ...] = ()

    @property
    def whole_charts(self) -> pl.DataFrame:
        """The charts that count, without those of which the rule leaves codes uncounted."""
        return self.charts.join(self.uncounted_codes, on="encounter_id", how="anti")

    @property
    def missing_charts(self) -> frozenset[str]:
        """The encounters whose record is missing, by their final review."""
        return frozenset(self.records.filter(record_status=MISSING)["encounter_id"])

    @property
    def note(self) -> str:
        """Sentences about charts that do not count, and about missing records; empty if there are none."""
        return " ".join(
            filter(None, [self._not_adjudicated_note, self._not_stated_note, *self.record_sentences()])
        )

    @property
    def _not_adjudicated_note(self) -> str:
        count = self.not_adjudicated.height
        if not count:
            return ""
        named = named_charts(self.not_adjudicated["encounter_id"])
        if count == 1:
            return f"1 chart is not adjudicated and does not count: reviewers differ on its codes ({named})."
        return (
            f"{count:,} charts are not adjudicated and do not count: "
            f"reviewers differ on their codes ({named})."
        )

    @property
    def _not_stated_note(self) -> str:
        count = self.not_stated.height
        if not count:
            return ""
        named = named_charts(self.not_stated["encounter_id"])
        if count == 1:
            return (
                "1 completed chart has no documents and does not count: it is not said whether the record "
                f"was seen ({named})."
            )
        return (
            f"{count:,} completed charts have no documents and do not count: it is not said whether their "
            f"records were seen ({named})."
        )

    def record_sentences(self, *, most_named: int | None = _NAMED) -> list[str]:
        """Return how many records are missing and how they count, and where others were reviewed.

        Parameters
        ----------
        most_named
            Charts and places that a sentence names at most; None names all.
        """
        return [
            *missing_sentences(
                self.records.filter(record_status=MISSING)["encounter_id"],
                self.missing_rule,
                most_named=most_named,
            ),
            *self._partly_missing(most_named),
            *self._elsewhere(most_named),
        ]

    def _partly_missing(self, most_named: int | None) -> list[str]:
        partly = self.records.filter(record_status=PARTLY_MISSING)
        if partly.is_empty():
            return []
        named = _named(_with_places(partly), most_named)
        verb = "record is" if partly.height == 1 else "records are"
        codes = counted(int(partly["no_record_count"].sum()), "code")
        how = MISSING_RECORD_RULES[self.missing_rule].of_code
        return [f"{partly.height:,} {verb} partly missing ({named}): {codes} without support, each {how}."]

    def _elsewhere(self, most_named: int | None) -> list[str]:
        elsewhere = self.records.filter(record_status=REVIEWED_ELSEWHERE)
        if elsewhere.is_empty():
            return []
        places = elsewhere.group_by("record_place", maintain_order=True).agg("encounter_id")
        named = _named(
            [f"{place}: {named_charts(charts, most_named)}" for place, charts in places.iter_rows()],
            most_named,
            separator="; ",
        )
        verb = "chart was" if elsewhere.height == 1 else "charts were"
        return [f"{elsewhere.height:,} {verb} reviewed elsewhere ({named})."]


def missing_sentences(
    names: Iterable[str], rule: MissingRecordRule, *, most_named: int | None = _NAMED
) -> list[str]:
    """Return how many records are missing and how each counts; nothing if none is."""
    missing = list(names)
    if not missing:
        return []
    verb = "record is" if len(missing) == 1 else "records are"
    how = MISSING_RECORD_RULES[rule].of_unit
    return [f"{len(missing):,} {verb} missing ({named_charts(missing, most_named)}), each counted as {how}."]


def named_charts(encounter_ids: Iterable[str], most_named: int | None = _NAMED) -> str:
    """Return the first charts by name, with an ellipsis if there are more."""
    return _named(list(encounter_ids), most_named)


def _named(names: list[str], most_named: int | None, separator: str = ", ") -> str:
    shown = names if most_named is None else names[:most_named]
    return separator.join(shown) + (f"{separator}..." if len(names) > len(shown) else "")


def _with_places(records: pl.DataFrame) -> list[str]:
    return [
        chart if place is None else f"{chart}: {place}"
        for chart, place in records.select("encounter_id", "record_place").iter_rows()
    ]


def final_verdicts(
    verdicts: pl.DataFrame,
    charts: pl.DataFrame,
    *,
    without_documents: Iterable[str],
    codes: pl.DataFrame,
    missing_rule: MissingRecordRule = "error-in-full",
    decisions: pl.DataFrame | None = None,
) -> FinalVerdicts:
    """Return the reviews that count: the only one of a chart, the latest of those that agree, or the decided.

    Parameters
    ----------
    verdicts
        Frame of `auditlib.review.verdict_frame`.
    charts
        Frame of `auditlib.review.chart_frame`: only completed reviews count.
    without_documents
        Encounters without a document that holds text: a review of one counts only if its reviewer said what
        is known of the record.
    codes
        The coder's codes, with `CODE_COLUMNS`, of the charts whose record is missing, in part or as a whole.
    missing_rule
        How a missing record counts: as an error (in full, or for the increment), excluded, or not reviewed.
    decisions
        Frame of `auditlib.review.decision_frame`. A chart whose reviews differ counts once every
        disagreement is decided; its reviewer is then who decided last.

    Returns
    -------
    FinalVerdicts
        Two reviews agree if they leave the same codes, with role, present on admission, modifiers and units,
        in each place of the coder's list, and the same codes without a record.
    """
    is_unstated = pl.col("record_status").is_null() & pl.col("encounter_id").is_in(list(without_documents))
    stated = charts.filter(~is_unstated)
    judged = _with_codes_without_record(verdicts, stated, codes)
    differing = _differing(judged, stated)
    adjudicated = (
        stated.join(differing, on=_CHART, how="anti")
        .sort("completed_at", "reviewer")
        .unique(_CHART, keep="last", maintain_order=True)
        .sort("audit", "reviewer", "encounter_id")
    )
    decided = _decided(judged, stated.join(differing, on=_CHART, how="semi"), decisions)
    counting = pl.concat([judged.join(adjudicated, on=_REVIEW, how="semi"), decided.verdicts])
    # What an adjudicator decided has the dollars of the verdict that is followed.
    agreed = with_items(judged).join(decided.disagreements, on=(*_CHART, "item"), how="anti")
    judged, not_agreed = _with_agreed_dollars(agreed, counting)
    adjudicated = pl.concat([adjudicated, _with_record_of(decided)]).sort("audit", "reviewer", "encounter_id")
    differing = differing.join(decided.charts, on=_CHART, how="anti")
    without_record = judged.filter(action=NO_RECORD)
    counts = without_record.group_by(_REVIEW).agg(no_record_count=pl.len().cast(pl.Int64))
    records = (
        adjudicated.filter(pl.col("record_status").is_not_null())
        .join(counts, on=_REVIEW, how="left", maintain_order="left")
        .with_columns(pl.col("no_record_count").fill_null(0))
        .sort("encounter_id", "audit")
    )
    uncounted = without_record.clear()
    if missing_rule == "excluded":
        uncounted = without_record
        judged = judged.filter(pl.col("action") != NO_RECORD)
        adjudicated = adjudicated.filter(pl.col("record_status").ne_missing(MISSING))
    elif missing_rule == "not-reviewed":
        unfinished = records.filter((pl.col("record_status") == MISSING) | (pl.col("no_record_count") > 0))
        uncounted = without_record
        judged = judged.join(unfinished, on=_REVIEW, how="anti")
        adjudicated = adjudicated.join(unfinished, on=_REVIEW, how="anti", maintain_order="left")
    not_stated = (
        charts.filter(is_unstated)
        .join(stated, on=_CHART, how="anti")
        .group_by(_CHART)
        .agg(reviewers=pl.col("reviewer").sort().str.join(", "))
        .sort(_CHART)
    )
    return FinalVerdicts(
        judged,
        adjudicated,
        differing.select(*_CHART, "reviewers").sort(_CHART),
        not_stated,
        records,
        missing_rule,
        uncounted.select("encounter_id", "code_number"),
        decided.disagreements,
        tuple(not_agreed),
    )


def _decided(judged: pl.DataFrame, charts: pl.DataFrame, decisions: pl.DataFrame | None) -> Adjudicated:
    """Return what is decided of the reviews that differ."""
    if charts.is_empty():
        return Adjudicated(pl.DataFrame(schema=DISAGREEMENT_COLUMNS), judged.clear(), charts)
    made = pl.DataFrame(schema=DECISION_COLUMNS) if decisions is None else decisions
    return adjudicate(judged, charts, made)


def _with_record_of(decided: Adjudicated) -> pl.DataFrame:
    """Return the decided charts, partly missing where the review followed leaves a code without support."""
    unsupported = decided.verdicts.filter(action=NO_RECORD).select(_CHART).unique()
    is_unsupported = pl.struct(_CHART).is_in(unsupported.to_struct().implode())
    stays = ~is_unsupported | pl.col("record_status").eq_missing(MISSING)
    return decided.charts.with_columns(
        record_status=pl.when(stays).then("record_status").otherwise(pl.lit(PARTLY_MISSING))
    )


def _with_agreed_dollars(judged: pl.DataFrame, counting: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Return the verdicts of the reviews that count, with the dollars that all reviewers of a chart entered.

    Who entered nothing does not contradict. Where entered dollars differ, none stand: a later review is no
    adjudication of an earlier one.
    """
    has_dollars = pl.col("payment_difference_basis").is_not_null()
    entered = judged.filter(has_dollars).sort("reviewer")
    by_finding = entered.group_by(*_CHART, *RESULT, maintain_order=True).agg(
        agreed=pl.col("payment_difference").first(),
        agreed_basis=pl.col("payment_difference_basis").first(),
        amount_count=pl.col("payment_difference").n_unique(),
        reviewers=pl.col("reviewer"),
        reviewer_count=pl.col("reviewer").n_unique(),
        amounts=pl.col("payment_difference"),
        shown_code=pl.col("code").first(),
    )
    joined = counting.join(
        by_finding, on=(*_CHART, *RESULT), how="left", maintain_order="left", nulls_equal=True
    )
    # One reviewer may add a code twice, each time with dollars of its own.
    is_own = (pl.col("reviewer_count") == 1) & has_dollars
    is_entered = pl.col("amount_count").is_not_null() & ~is_own.fill_null(value=False)
    is_agreed = is_entered & (pl.col("amount_count") == 1)
    with_dollars = joined.with_columns(
        payment_difference=pl.when(is_agreed).then("agreed").when(~is_entered).then("payment_difference"),
        payment_difference_basis=pl.when(is_agreed)
        .then("agreed_basis")
        .when(is_entered)
        .then(pl.lit(NOT_AGREED))
        .otherwise("payment_difference_basis"),
    )
    sentences = [
        f"{row['encounter_id']}, {row['shown_code'] or row['corrected_code']}: reviewers agree on the code "
        f"and not on its dollars ({_said(row['reviewers'], row['amounts'])}); it is not priced."
        for row in joined.filter(is_entered & ~is_agreed).iter_rows(named=True)
    ]
    return with_dollars.select(pl.col(name) for name in VERDICT_COLUMNS), sentences


def _said(reviewers: list[str], amounts: list[Decimal]) -> str:
    return ", ".join(
        f"{reviewer}: {format_dollars(amount)}" for reviewer, amount in zip(reviewers, amounts, strict=True)
    )


def _with_codes_without_record(
    verdicts: pl.DataFrame, charts: pl.DataFrame, codes: pl.DataFrame
) -> pl.DataFrame:
    """Return the verdicts of completed reviews, and a row for each code that no record supports."""
    is_missing = charts.filter(record_status=MISSING)
    is_partly_missing = charts.filter(record_status=PARTLY_MISSING)
    judged = verdicts.join(charts, on=_REVIEW, how="semi").join(is_missing, on=_REVIEW, how="anti")
    coded = codes.select(*CODE_COLUMNS)
    # Without any code the chart itself has no record: it must not look like one without error.
    unsupported = is_missing.select(_REVIEW).join(coded, on="encounter_id", how="left")
    undecided = (
        is_partly_missing.select(_REVIEW)
        .join(coded, on="encounter_id", how="inner")
        .join(judged, on=(*_REVIEW, "code_number", "code_system", "code"), how="anti")
    )
    rows = pl.concat([unsupported, undecided]).with_columns(
        action=pl.lit(NO_RECORD), error_kind=pl.lit("unsupported code"), cause=pl.lit("documentation missing")
    )
    return pl.concat([judged, rows], how="diagonal").select(
        pl.col(name).cast(dtype) for name, dtype in VERDICT_COLUMNS.items()
    )


def judged_differently(final: FinalVerdicts) -> pl.DataFrame:
    """Return the charts that audits judged differently, by the verdicts that count in each.

    Parameters
    ----------
    final
        Of several audits together.

    Returns
    -------
    polars.DataFrame
        ``encounter_id`` and ``audits``, their names as a list, in alphabetical order.
    """
    return (
        _with_results(final.verdicts, final.charts)
        .group_by("encounter_id")
        .agg(result_count=pl.col("result").n_unique(), audits=pl.col("audit").unique().sort())
        .filter(pl.col("result_count") > 1)
        .select("encounter_id", "audits")
        .sort("encounter_id")
    )


def _differing(judged: pl.DataFrame, charts: pl.DataFrame) -> pl.DataFrame:
    """Return the charts whose completed reviews differ, with their reviewers."""
    by_chart = (
        _with_results(judged, charts)
        .group_by(_CHART)
        .agg(result_count=pl.col("result").n_unique(), reviewers=pl.col("reviewer").sort().str.join(", "))
    )
    return by_chart.filter(pl.col("result_count") > 1)


def _with_results(judged: pl.DataFrame, charts: pl.DataFrame) -> pl.DataFrame:
    """Return the completed reviews with what each makes of the codes, the same text for the same result."""
    changes = judged.filter(pl.col("action") != "agree").with_columns(
        change=pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in RESULT], separator="|")
    )
    results = changes.group_by(_REVIEW).agg(pl.col("change").sort().str.join("\n").alias("result"))
    return charts.join(results, on=_REVIEW, how="left").with_columns(pl.col("result").fill_null(""))
