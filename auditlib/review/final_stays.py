"""The final verdicts on facts of stays, and the dollars of a stay, which count once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from auditlib.codes.systems import MS_DRG
from auditlib.review.adjudication import RECORD
from auditlib.review.final_verdicts import CODE_COLUMNS, FinalVerdicts, final_verdicts
from auditlib.review.payment_difference import NOT_ENTERED
from auditlib.review.record_statement import MISSING
from auditlib.review.stay_verdict import SYSTEM_OF_FACT
from auditlib.review.upheld import upheld_verdicts
from auditlib.text import format_dollars

WITHIN_DRG: Final = "within the difference of the DRG"
"""Basis of the dollars of a finding of a stay whose DRG is priced for the stay as a whole."""
_CHART: Final = ("audit", "encounter_id")
_REVIEW: Final = (*_CHART, "reviewer")


@dataclass(frozen=True, slots=True)
class FinalStays:
    """The verdicts on facts of stays that count, one for each stay and fact.

    Parameters
    ----------
    verdicts
        Rows of `auditlib.review.stay_verdict.stay_verdict_frame`.
    not_adjudicated
        ``audit``, ``encounter_id``, ``reviewers`` and ``fact`` of the facts that reviewers judge differently
        and nobody decided.
    disagreements
        `auditlib.review.adjudication.DISAGREEMENT_COLUMNS` of the facts that are judged differently, decided
        or open.
    before_rebuttal
        The verdicts that would count without any rebuttal: what coders answer.
    dollars_not_agreed
        A sentence on each change on which reviewers agree, and on whose dollars they do not.
    """

    verdicts: pl.DataFrame
    not_adjudicated: pl.DataFrame
    disagreements: pl.DataFrame
    before_rebuttal: pl.DataFrame
    dollars_not_agreed: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """A sentence about stays that do not count; empty if there are none."""
        open_ = self.not_adjudicated.sort("encounter_id", "fact")
        if open_.is_empty():
            return ""
        named = ", ".join(f"{chart}: {fact}" for chart, fact in open_.select("encounter_id", "fact").rows())
        return f"Not adjudicated, and not counted: reviewers differ ({named})."

    @property
    def priced_drgs(self) -> pl.DataFrame:
        """The changed DRGs whose dollars are known, which are those of the stay as a whole."""
        is_drg = (pl.col("code_system") == MS_DRG) & (pl.col("action") == "change")
        return self.verdicts.filter(is_drg & pl.col("payment_difference").is_not_null())


def final_stays(
    stays: pl.DataFrame,
    charts: pl.DataFrame,
    final: FinalVerdicts,
    decisions: pl.DataFrame,
    upheld: pl.DataFrame,
) -> FinalStays:
    """Return the verdicts on facts of stays that count.

    Parameters
    ----------
    stays
        Frame of `auditlib.review.stay_verdict.stay_verdict_frame`.
    charts
        Frame of `auditlib.review.chart_frame`: only completed reviews count, and of those only the ones that
        judged the fact. Whoever did not judge it does not agree.
    final
        The final verdicts on the codes of these charts. A stay whose record is missing, or of which it is not
        decided whether it is, does not count.
    decisions
        Frame of `auditlib.review.decision_frame`.
    upheld
        Frame of `auditlib.review.upheld.upheld_frame`: what counts instead of upheld disputes.
    """
    about_record = final.disagreements.filter((pl.col("item") == RECORD) & pl.col("adjudicator").is_null())
    missing = sorted(final.missing_charts)
    reviews = (
        charts.filter(pl.col("record_status").ne_missing(MISSING), ~pl.col("encounter_id").is_in(missing))
        .join(about_record, on=_CHART, how="anti")
        .join(final.not_stated, on=_CHART, how="anti")
    )
    found = {fact: _final_of(fact, stays, reviews, decisions) for fact in SYSTEM_OF_FACT}
    before = pl.concat([one.verdicts for one in found.values()]).sort("audit", "encounter_id", "code_system")
    counted = FinalStays(
        upheld_verdicts(before, upheld),
        pl.concat([one.not_adjudicated.with_columns(fact=pl.lit(fact)) for fact, one in found.items()]),
        pl.concat([one.disagreements for one in found.values()]),
        before,
        tuple(sentence for one in found.values() for sentence in one.dollars_not_agreed),
    )
    return replace(counted, verdicts=with_dollars_of_stays(counted.verdicts, counted))


def _final_of(
    fact: str, stays: pl.DataFrame, reviews: pl.DataFrame, decisions: pl.DataFrame
) -> FinalVerdicts:
    """Return the verdicts on one fact that count, by the rule by which those on codes do."""
    judged = stays.filter(code_system=SYSTEM_OF_FACT[fact])
    return final_verdicts(
        judged,
        reviews.join(judged, on=_REVIEW, how="semi", maintain_order="left"),
        without_documents=(),
        codes=pl.DataFrame(schema=CODE_COLUMNS),
        decisions=decisions.filter(item=fact),
    )


def with_dollars_of_stays(verdicts: pl.DataFrame, stays: FinalStays) -> pl.DataFrame:
    """Return verdicts in which what a stay means in dollars stands once, at its DRG where that is priced.

    A stay is paid by its DRG: what its codes and its discharge status change of the payment is in the
    difference of the DRG already, and is nothing beside it.

    Parameters
    ----------
    verdicts
        Verdicts on codes, or on facts of stays, that count.
    stays
        The verdicts on facts of stays of the same audits.
    """
    priced = stays.priced_drgs.select(*_CHART, is_priced=pl.lit(value=True))
    is_within = (
        pl.col("is_priced").fill_null(value=False)
        & (pl.col("action") != "agree")
        & pl.col("code_system").ne_missing(MS_DRG)
    )
    return (
        verdicts.join(priced, on=_CHART, how="left", maintain_order="left")
        .with_columns(
            payment_difference=pl.when(is_within)
            .then(pl.lit(0).cast(pl.Decimal(18, 2)))
            .otherwise("payment_difference"),
            payment_difference_basis=pl.when(is_within)
            .then(pl.lit(WITHIN_DRG))
            .otherwise("payment_difference_basis"),
        )
        .select(verdicts.columns)
    )


def dollars_left_out(codes: pl.DataFrame, stays: FinalStays) -> tuple[str, ...]:
    """Return a sentence on each stay at whose codes dollars were entered beside those of its DRG.

    Parameters
    ----------
    codes
        The verdicts on codes that count, before `with_dollars_of_stays`.
    stays
        The verdicts on facts of stays that count.
    """
    entered = (
        codes.filter(~pl.col("payment_difference_basis").is_in(NOT_ENTERED))
        .group_by(_CHART)
        .agg(of_codes=pl.col("payment_difference").sum())
    )
    both = stays.priced_drgs.join(entered, on=_CHART, how="inner").sort(_CHART)
    return tuple(
        f"{row['encounter_id']}: {format_dollars(row['of_codes'])} entered at its codes is part of the "
        f"{format_dollars(row['payment_difference'])} at its DRG, and is not added to it."
        for row in both.iter_rows(named=True)
    )
