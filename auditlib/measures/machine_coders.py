"""How right machine coders are: beside coders on the same charts, by confidence; their pull on reviewers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.measures.rates import CONFIDENCE
from auditlib.review.suggestion import SuggestionPlan
from auditlib.stats.comparison.paired_shares import PairedDifference, mcnemar_p_value, paired_difference
from auditlib.stats.comparison.share_difference import difference_interval
from auditlib.stats.intervals.clustered_share import cluster_sums, clustered_interval
from auditlib.text import counted, format_share

KEY: Final = ("encounter_id", "code_system", "code")
NOT_STATED: Final = "not stated"
BANDS: Final = ("below 50 %", "50 to 70 %", "70 to 90 %", "90 to 95 %", "95 % and more", NOT_STATED)
_EDGES: Final = (0.5, 0.7, 0.9, 0.95)
SHOWN: Final = "shown"
HIDDEN_ARM: Final = "hidden"

COMPARISON_COLUMNS: Final = {
    "measure": pl.String(),
    "coder_count": pl.Int64(),
    "coder_total": pl.Int64(),
    "coder_rate": pl.Float64(),
    "coder_lower": pl.Float64(),
    "coder_upper": pl.Float64(),
    "machine_count": pl.Int64(),
    "machine_total": pl.Int64(),
    "machine_rate": pl.Float64(),
    "machine_lower": pl.Float64(),
    "machine_upper": pl.Float64(),
    "difference": pl.Float64(),
    "difference_lower": pl.Float64(),
    "difference_upper": pl.Float64(),
    "p_value": pl.Float64(),
}
CALIBRATION_COLUMNS: Final = {
    "confidence_band": pl.String(),
    "right_count": pl.Int64(),
    "code_count": pl.Int64(),
    "rate": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "mean_confidence": pl.Float64(),
    "difference": pl.Float64(),
}
PULL_COLUMNS: Final = {
    "suggestions": pl.String(),
    "shown_agreed_count": pl.Int64(),
    "shown_count": pl.Int64(),
    "shown_rate": pl.Float64(),
    "hidden_agreed_count": pl.Int64(),
    "hidden_count": pl.Int64(),
    "hidden_rate": pl.Float64(),
    "pull": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
}


def confidence_band(share: pl.Expr) -> pl.Expr:
    """Return the band of a confidence, as strata and tables name it."""
    stated = pl.lit(BANDS[len(_EDGES)])
    for edge, name in reversed(list(zip(_EDGES, BANDS, strict=False))):
        stated = pl.when(share < edge).then(pl.lit(name)).otherwise(stated)
    return pl.when(share.is_null()).then(pl.lit(NOT_STATED)).otherwise(stated)


def reviewed_codes(verdicts: pl.DataFrame, coder_codes: pl.DataFrame) -> pl.DataFrame:
    """Return the codes that reviews leave: ``encounter_id``, code system, code and role, each once a review.

    Parameters
    ----------
    verdicts
        Rows of `auditlib.review.verdict_frame`. A code without a verdict, deleted or without a record, is not
        left.
    coder_codes
        The codes judged, with ``encounter_id``, ``code_number`` and ``code_role``.
    """
    roles = coder_codes.select("encounter_id", "code_number", "code_role")
    return (
        verdicts.filter(pl.col("action").is_in(["agree", "change", "add"]))
        .join(roles, on=["encounter_id", "code_number"], how="left")
        .select(
            "reviewer",
            "encounter_id",
            code_system=pl.coalesce("corrected_code_system", "code_system"),
            code=pl.coalesce("corrected_code", "code"),
            code_role=pl.coalesce("corrected_code_role", "code_role"),
        )
        .unique(["reviewer", *KEY], keep="first", maintain_order=True)
    )


@dataclass(frozen=True, slots=True)
class CodersCompared:
    """A machine coder and the coders on the same charts.

    Parameters
    ----------
    rates
        `COMPARISON_COLUMNS`: code over code (codes right, of the codes left by the review), precision (codes
        right, of those given), charts with all codes right, and principal diagnoses right; the difference is
        the machine's rate minus the coders'. ``p_value`` is McNemar's, of charts.
    charts
        Per chart the counts behind them.
    not_coded_count
        Reviewed charts to which the machine assigned nothing.
    no_coder_count
        Reviewed charts with codes of the machine and nobody else's.
    """

    rates: pl.DataFrame
    charts: pl.DataFrame
    not_coded_count: int
    no_coder_count: int

    @property
    def sentence(self) -> str:
        """What the comparison shows, in words."""
        left = [
            f"{counted(count, 'reviewed chart')} {why}."
            for count, why in (
                (self.not_coded_count, "without a code of the machine left out"),
                (self.no_coder_count, "that only the machine coded left out"),
            )
            if count
        ]
        if self.rates.is_empty():
            return " ".join(["No reviewed chart was coded by both.", *left])
        row = self.rates.row(0, named=True)
        low, high = (f"{100 * row[name]:+.1f}" for name in ("difference_lower", "difference_upper"))
        compared = (
            f"On {counted(self.charts.height, 'chart')}, code over code: the machine "
            f"{format_share(row['machine_rate'])}, the coders {format_share(row['coder_rate'])}; "
            f"difference {100 * row['difference']:+.1f} points ({low} to {high})."
        )
        return " ".join([compared, *left])


def compare_with_coders(
    final: pl.DataFrame, coder_codes: pl.DataFrame, machine_codes: pl.DataFrame, charts: pl.Series
) -> CodersCompared:
    """Return how right a machine coder and the coders are on the same charts, paired.

    Parameters
    ----------
    final
        Codes as the reviews that count leave them: `reviewed_codes`.
    coder_codes
        Codes of the coders, or of claims, with role.
    machine_codes
        Codes of one version of a machine coder, with role.
    charts
        The encounters whose review counts.

    Notes
    -----
    A code is right if the review leaves the same code; modifiers, units and indicators are not compared,
    for a machine coder may give none. A code that one list has twice counts once. Limits take charts as
    independent, not codes: `auditlib.stats.comparison.paired_shares.paired_difference`.
    """
    reviewed = charts.unique()
    with_machine = reviewed.filter(reviewed.is_in(machine_codes["encounter_id"].implode()))
    both = with_machine.filter(with_machine.is_in(coder_codes["encounter_id"].implode())).sort()
    lists = {
        name: frame.filter(pl.col("encounter_id").is_in(both.implode()))
        .sort(pl.col("code_role") != "principal")
        .unique(list(KEY), keep="first", maintain_order=True)
        for name, frame in (("final", final), ("coder", coder_codes), ("machine", machine_codes))
    }
    found = pl.DataFrame({"encounter_id": both})
    for name, frame in lists.items():
        right = frame.join(lists["final"], on=list(KEY), how="semi")
        for column, counted_rows in ((f"{name}_total", frame), (f"{name}_right", right)):
            counts = counted_rows.group_by("encounter_id").agg(pl.len().cast(pl.Int64).alias(column))
            found = found.join(counts, on="encounter_id", how="left", maintain_order="left")
        principal = (
            frame.filter(code_role="principal")
            .group_by("encounter_id")
            .agg(pl.concat_str("code_system", "code", separator=" ").first().alias(f"{name}_principal"))
        )
        found = found.join(principal, on="encounter_id", how="left", maintain_order="left")
    found = found.with_columns(pl.col(pl.Int64).fill_null(0))
    for name in ("coder", "machine"):
        is_clean = (pl.col(f"{name}_right") == pl.col("final_total")) & (
            pl.col(f"{name}_total") == pl.col("final_total")
        )
        is_principal = pl.col(f"{name}_principal") == pl.col("final_principal")
        found = found.with_columns(
            is_clean.cast(pl.Int64).alias(f"{name}_clean"),
            is_principal.fill_null(value=False).cast(pl.Int64).alias(f"{name}_principal_right"),
            one=pl.lit(1, pl.Int64),
            has_principal=pl.col("final_principal").is_not_null().cast(pl.Int64),
        )
    measures = (
        ("code over code", "right", ("final_total", "final_total"), False),
        ("precision", "right", ("coder_total", "machine_total"), False),
        ("charts with all codes right", "clean", ("one", "one"), True),
        ("principal diagnosis", "principal_right", ("has_principal", "has_principal"), True),
    )
    rows = [
        _comparison_row(found, measure, part, totals_of, is_of_charts=is_of_charts)
        for measure, part, totals_of, is_of_charts in measures
        if found.height and all(found[name].sum() for name in totals_of)
    ]
    return CodersCompared(
        pl.DataFrame(rows, schema=COMPARISON_COLUMNS),
        found.drop("one", "has_principal"),
        len(reviewed) - len(with_machine),
        len(with_machine) - len(both),
    )


def _comparison_row(
    charts: pl.DataFrame, measure: str, part: str, totals_of: tuple[str, str], *, is_of_charts: bool
) -> dict[str, object]:
    machine, coder = charts[f"machine_{part}"], charts[f"coder_{part}"]
    totals = charts[totals_of[1]], charts[totals_of[0]]
    found: PairedDifference = paired_difference(
        machine.to_list(), totals[0].to_list(), coder.to_list(), totals[1].to_list(), confidence=CONFIDENCE
    )
    p_value = (
        mcnemar_p_value(int((machine > coder).sum()), int((coder > machine).sum())) if is_of_charts else None
    )
    return {
        "measure": measure,
        "coder_count": coder.sum(),
        "coder_total": totals[1].sum(),
        "coder_rate": found.second,
        "coder_lower": found.second_limits.lower,
        "coder_upper": found.second_limits.upper,
        "machine_count": machine.sum(),
        "machine_total": totals[0].sum(),
        "machine_rate": found.first,
        "machine_lower": found.first_limits.lower,
        "machine_upper": found.first_limits.upper,
        "difference": found.difference,
        "difference_lower": found.limits.lower,
        "difference_upper": found.limits.upper,
        "p_value": p_value,
    }


def calibration(final: pl.DataFrame, machine_codes: pl.DataFrame, charts: pl.Series) -> pl.DataFrame:
    """Return by band of the stated confidence how many of a machine coder's codes are right.

    Parameters
    ----------
    final, machine_codes, charts
        As for `compare_with_coders`; ``machine_codes`` with ``confidence_share``.

    Returns
    -------
    polars.DataFrame
        `CALIBRATION_COLUMNS`, the lowest band first; ``difference`` is the rate minus the mean confidence.
        Limits take charts as independent, not codes.
    """
    judged = (
        machine_codes.filter(pl.col("encounter_id").is_in(charts.implode()))
        .join(final.select(*KEY).unique().with_columns(is_right=pl.lit(value=True)), on=list(KEY), how="left")
        .with_columns(
            pl.col("is_right").fill_null(value=False),
            confidence_band=confidence_band(pl.col("confidence_share")),
        )
    )
    rows = []
    for band in BANDS:
        codes = judged.filter(confidence_band=band)
        if codes.is_empty():
            continue
        by_chart = codes.group_by("encounter_id", maintain_order=True).agg(
            pl.col("is_right").sum(), total=pl.len()
        )
        sums = cluster_sums(by_chart["is_right"].to_list(), by_chart["total"].to_list())
        limits = clustered_interval(sums, confidence=CONFIDENCE)
        stated = codes["confidence_share"].mean()
        rows.append(
            {
                "confidence_band": band,
                "right_count": int(codes["is_right"].sum()),
                "code_count": codes.height,
                "rate": sums.share,
                "lower": limits.lower,
                "upper": limits.upper,
                "mean_confidence": stated,
                "difference": None if stated is None else sums.share - float(str(stated)),
            }
        )
    return pl.DataFrame(rows, schema=CALIBRATION_COLUMNS)


def suggestion_pull(
    plan: SuggestionPlan,
    left: pl.DataFrame,
    reviews: pl.DataFrame,
    coder_codes: pl.DataFrame,
    suggestions: pl.DataFrame,
) -> pl.DataFrame:
    """Return how much more often reviewers leave a suggested code where it is shown than where it is hidden.

    Parameters
    ----------
    plan
        On which charts suggestions are shown.
    left
        Codes as each reviewer leaves them: `reviewed_codes`.
    reviews
        ``reviewer`` and ``encounter_id`` of the completed reviews.
    coder_codes
        Codes of the coders.
    suggestions
        Codes of the machine coder.

    Returns
    -------
    polars.DataFrame
        `PULL_COLUMNS`: all suggestions, and those that the coder has and has not. ``pull`` is the share left
        where shown minus that where hidden, null where one of the two has no suggestion.

    Notes
    -----
    Charts count as they were assigned, also where a reviewer opened what was hidden. Limits take charts as
    independent: `difference_interval` with those of `clustered_interval`.
    """
    judged = (
        suggestions.select(*KEY)
        .unique()
        .join(reviews.select("reviewer", "encounter_id"), on="encounter_id")
        .join(
            left.select("reviewer", *KEY).with_columns(is_left=pl.lit(value=True)),
            on=["reviewer", *KEY],
            how="left",
        )
        .join(
            coder_codes.select(*KEY).unique().with_columns(has_coder=pl.lit(value=True)),
            on=list(KEY),
            how="left",
        )
        .with_columns(
            pl.col("is_left", "has_coder").fill_null(value=False),
            is_shown=pl.col("encounter_id").is_in(sorted(plan.shown)),
        )
    )
    kinds = (
        ("all", judged),
        ("the coder has it", judged.filter("has_coder")),
        ("the coder has it not", judged.filter(~pl.col("has_coder"))),
    )
    return pl.DataFrame([_pull_row(name, rows) for name, rows in kinds], schema=PULL_COLUMNS)


def _pull_row(name: str, rows: pl.DataFrame) -> dict[str, object]:
    row: dict[str, object] = {"suggestions": name}
    shares = []
    for arm, of_arm in ((SHOWN, rows.filter("is_shown")), (HIDDEN_ARM, rows.filter(~pl.col("is_shown")))):
        by_chart = (
            of_arm.group_by("encounter_id").agg(pl.col("is_left").sum(), total=pl.len()).sort("encounter_id")
        )
        row |= {f"{arm}_agreed_count": int(of_arm["is_left"].sum()), f"{arm}_count": of_arm.height}
        if of_arm.height:
            sums = cluster_sums(by_chart["is_left"].to_list(), by_chart["total"].to_list())
            row[f"{arm}_rate"] = sums.share
            shares.append((sums.share, clustered_interval(sums, confidence=CONFIDENCE)))
    if len(shares) == len((SHOWN, HIDDEN_ARM)):
        (shown, shown_limits), (hidden, hidden_limits) = shares
        limits = difference_interval(hidden, hidden_limits, shown, shown_limits)
        row |= {"pull": shown - hidden, "lower": limits.lower, "upper": limits.upper}
    return row


def pull_sentence(pull: pl.DataFrame, plan: SuggestionPlan) -> str:
    """Return the pull of suggestions that the coder has not, in words."""
    row = pull.filter(suggestions="the coder has it not").row(0, named=True)
    if row["pull"] is None:
        return f"The pull of {plan.coder} is not known: reviews with and without its codes are needed."
    low, high = (f"{100 * row[name]:+.1f}" for name in ("lower", "upper"))
    return (
        f"Reviewers left {format_share(row['shown_rate'])} of the suggested codes that the coder had not "
        f"where they were shown, {format_share(row['hidden_rate'])} where they were hidden: a pull of "
        f"{100 * row['pull']:+.1f} points ({low} to {high})."
    )
