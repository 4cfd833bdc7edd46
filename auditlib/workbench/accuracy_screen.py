"""The figures of the accuracy screen: assembled from the accuracy over all audits."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.audits.audit import audit_names, verdicts_before_and_after
from auditlib.measures.auditor_agreement import judged_twice
from auditlib.measures.judged_codes import JudgedCodes
from auditlib.measures.overruled import overruled_reviewers
from auditlib.measures.standing_out import kinds_that_stand_out
from auditlib.measures.target_rates import SCORES, Score, target_rates
from auditlib.text import format_share
from auditlib.widgets.accuracy_screen.figures import AccuracyFigures, ScreenRequest, Trend
from auditlib.widgets.accuracy_screen.rows_behind import last_months
from auditlib.workbench.accuracy import Accuracy, AccuracyRequest
from auditlib.workbench.context import Context

_MOST_TRENDS: Final = 2
_MOST_CODES: Final = 2
_FEWEST_FOR_RECENT: Final = 4
_KEY: Final = ("audit", "reviewer", "encounter_id", "code_number", "code_system", "code")
_REVIEW: Final = ("audit", "encounter_id")
_NOTHING: Final = "(nothing)"


def accuracy_figures(context: Context, request: ScreenRequest) -> AccuracyFigures:
    """Return all figures of the accuracy screen.

    Parameters
    ----------
    context
        The workspace and the clock: a month that is not over is not complete.
    request
        What is chosen.
    """
    asked = AccuracyRequest(request.month, request.since, request.until, request.audits)
    accuracy = Accuracy(context, asked, score=request.score, target=request.target)
    judged = accuracy.judged
    changes = accuracy.changes().frame
    coders = _coders(accuracy, changes)
    codes = _with_findings(context, accuracy)
    reviewed = accuracy.reviewed
    disagreements = reviewed.final.disagreements
    return AccuracyFigures(
        request=request,
        audit_names=tuple(audit_names(context.workspace)),
        without_coder=_without_coder(judged, coders, request),
        note=accuracy.note,
        scores=pl.concat([_score(accuracy, score) for score in SCORES]),
        recent=_recent(judged),
        trends=_trends(accuracy, changes),
        coders=coders,
        coders_sentence=_who_needs_help(coders),
        errors=_errors(accuracy, codes),
        auditors=overruled_reviewers(reviewed.verdicts, reviewed.charts, disagreements, reviewed.times),
        pairs=accuracy.auditors().frame,
        codes=codes,
        charts=accuracy.counts,
        # Completed reviews, final or not.
        reviews=reviewed.charts.with_columns(is_second=pl.len().over(_REVIEW) > 1),
        second_reviews=judged_twice(reviewed.verdicts, reviewed.charts),
        adjudicated=disagreements.filter(pl.col("adjudicator").is_not_null()).with_columns(
            is_overruled=pl.col("result") != pl.col("final_result")
        ),
        disputes=reviewed.disputes,
    )


def kind_by_coder(judged: JudgedCodes, counts: pl.DataFrame) -> pl.DataFrame:
    """Return of each coder with an error the kind that stands out most, or else the most frequent one."""
    errors = judged.codes.filter(~pl.col("is_right")).select("encounter_id", "error_kind")
    charts = counts.select("encounter_id", "union_count", person="coder_id")
    kinds = kinds_that_stand_out(charts, errors, denominator="union_count")
    return (
        kinds.sort(
            "person", "stands_out", "adjusted_p_value", "error_count", "error_kind",
            descending=[False, True, False, True, False], nulls_last=True,
        )
        .unique("person", keep="first", maintain_order=True)
        .select("error_kind", coder_id="person", kind_count="error_count", kind_stands_out="stands_out")
    )  # fmt: skip


def _score(accuracy: Accuracy, score: Score) -> pl.DataFrame:
    """Return a score of all charts; the target is that of the score that was chosen."""
    rates = accuracy.rates(score=score)
    if score == accuracy.score:
        return rates
    return rates.with_columns(target=pl.lit(None, pl.Float64), target_state=pl.lit(None, pl.String))


def _recent(judged: JudgedCodes) -> pl.DataFrame:
    """Return both scores of the last three months; nothing where there are fewer than four."""
    dated = judged.charts.drop_nulls("month")
    if dated["month"].n_unique() < _FEWEST_FOR_RECENT:
        return target_rates(judged).clear()
    is_recent = pl.col("month") >= last_months(dated)
    recent = JudgedCodes(judged.codes.filter(is_recent), dated.filter(is_recent), judged.month_basis)
    return pl.concat([target_rates(recent, score=score) for score in SCORES])


def _trends(accuracy: Accuracy, changes: pl.DataFrame) -> tuple[Trend, ...]:
    """Return the months of all charts, and of the coders who changed, the clearest first."""
    changed = changes.filter("is_change")["coder_id"].head(_MOST_TRENDS).to_list()
    found = [(coder, accuracy.trend(coder)) for coder in (None, *changed)]
    return tuple(Trend(coder, one.frame, one.sentence, one.began) for coder, one in found)


def _coders(accuracy: Accuracy, changes: pl.DataFrame) -> pl.DataFrame:
    """Return the rates of coders: how they differ from the rest, what changed, the error that stands out."""
    names = ["coder_id", "rest_rate", "adjusted_p_value", "is_different"]
    changed = changes.filter("is_change").select("coder_id", "began", "before_rate", "after_rate")
    kinds = kind_by_coder(accuracy.judged, accuracy.counts)
    return (
        accuracy.rates("coder")
        .join(accuracy.coders().frame.select(names), on="coder_id", how="left", maintain_order="left")
        .join(changed, on="coder_id", how="left", maintain_order="left")
        .join(kinds, on="coder_id", how="left", maintain_order="left")
        .with_columns(pl.col("is_different", "kind_stands_out").fill_null(value=False))
    )


_IS_WORSE: Final = (pl.col("is_different") & (pl.col("rate") < pl.col("rest_rate"))) | (
    pl.col("after_rate") < pl.col("before_rate")
).fill_null(value=False)


def _without_coder(judged: JudgedCodes, coders: pl.DataFrame, request: ScreenRequest) -> str:
    """Return the score without the coders who are lower than the rest, or than they were."""
    names = coders.filter(_IS_WORSE)["coder_id"].to_list()
    if not names or len(names) > _MOST_TRENDS or len(names) == coders.height:
        return ""
    others = ~pl.col("coder_id").is_in(names)
    rest = JudgedCodes(judged.codes.filter(others), judged.charts.filter(others), judged.month_basis)
    rate = target_rates(rest, score=request.score)["rate"].item()
    return "" if rate is None else f"Without {' and '.join(names)} it is {format_share(rate)}."


def _who_needs_help(coders: pl.DataFrame) -> str:
    """Return who is lower than the rest or than before, and who makes an error more often than the rest."""
    named = coders.filter(_IS_WORSE | pl.col("kind_stands_out")).sort("rate")
    parts = []
    for row in named.iter_rows(named=True):
        since = f", lower since {row['began']:%B %Y}" if row["began"] is not None else ""
        kind = f" with {row['error_kind']}" if row["kind_stands_out"] else ""
        parts.append(f"{row['coder_id']}{kind}{since}")
    rest = coders.height - len(parts)
    if not parts:
        return f"No coder of {coders.height} is shown to differ from the rest."
    others = "" if not rest else f" The other {rest} cannot be told apart." if rest > 1 else ""
    return f"{'; '.join(parts)}.{others}"


def _errors(accuracy: Accuracy, codes: pl.DataFrame) -> pl.DataFrame:
    """Return the errors by kind with the corrections that are most frequent."""
    before, after = pl.col("before"), pl.col("after")
    correction = (
        pl.when(after == _NOTHING)
        .then(pl.concat_str(pl.lit("delete "), before))
        .when(before == _NOTHING)
        .then(pl.concat_str(pl.lit("add "), after))
        .otherwise(pl.concat_str(before, pl.lit(" to "), after))
    )
    examples = (
        codes.filter(~pl.col("is_right") & before.is_not_null())
        .group_by("error_kind", correction=correction)
        .len()
        .sort("error_kind", "len", "correction", descending=[False, True, False])
        .group_by("error_kind", maintain_order=True)
        .agg(
            pl.col("correction").head(_MOST_CODES).str.join(", ").alias("codes"),
            rest=pl.len() - _MOST_CODES,
        )
        .with_columns(
            pl.when(pl.col("rest") > 0)
            .then(pl.format("{} and {} more", "codes", "rest"))
            .otherwise("codes")
            .alias("codes")
        )
    )
    return (
        accuracy.errors("kind")
        .frame.join(examples, on="error_kind", how="left", maintain_order="left")
        .with_columns(pl.col("codes").fill_null(""))
        .rename({"error_kind": "value"})
    )


def _with_findings(context: Context, accuracy: Accuracy) -> pl.DataFrame:
    """Return the judged codes with the code before and after the verdict, and the comment."""
    verdicts = accuracy.reviewed.final.verdicts
    readable = verdicts_before_and_after(context.workspace, verdicts)
    shown = verdicts.select(
        "audit",
        "reviewer",
        "encounter_id",
        "code_number",
        "event_number",
        code_system=pl.coalesce("code_system", "corrected_code_system"),
        code=pl.coalesce("code", "corrected_code"),
    ).with_columns(readable.select("before", "after", "comment"))
    # The same code may be added twice, with other modifiers: such rows are distinguished by their order.
    shown = shown.sort("event_number", nulls_last=True).with_columns(place=pl.int_range(pl.len()).over(_KEY))
    return (
        accuracy.judged.codes.with_columns(place=pl.int_range(pl.len()).over(_KEY))
        .join(
            shown.drop("event_number"),
            on=[*_KEY, "place"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .drop("place")
    )
