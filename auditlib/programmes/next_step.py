"""What follows from the findings of a programme's sample: passed, a full sample, another round, a demand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditlib.programmes.template import PaymentYears, Template
from auditlib.stats.estimators.programmes import (
    CIA_CONFIDENCE,
    CIA_PRECISION,
    CIA_THRESHOLD,
    FinancialErrorRate,
    financial_error_rate,
    full_sample_size,
)
from auditlib.text import counted, format_dollars, format_share


@dataclass(frozen=True, slots=True)
class SampleFindings:
    """What a reviewed sample found, in dollars.

    Parameters
    ----------
    paid_amount
        Paid for the reviewed units.
    differences
        Of each reviewed unit paid less right; a missing record counts as the programme has it.
    unit_count
        Units of the universe.
    error_count
        Reviewed units whose amount is not right, or whose codes are not.
    """

    paid_amount: Decimal
    differences: Sequence[Decimal]
    unit_count: int
    error_count: int

    @property
    def net_amount(self) -> Decimal:
        """Overpaid less underpaid."""
        return sum(self.differences, Decimal(0))

    @property
    def gross_amount(self) -> Decimal:
        """Overpaid and underpaid, added up."""
        return sum(map(abs, self.differences), Decimal(0))

    @property
    def rate(self) -> FinancialErrorRate | None:
        """The net financial error rate; None where nothing was paid."""
        return financial_error_rate(self.net_amount, self.paid_amount) if self.paid_amount > 0 else None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What follows, in sentences.

    Parameters
    ----------
    sentences
        The first says what was found, the others what follows.
    is_finished
        Whether nothing further is to be drawn or reviewed.
    sample_count
        Units of the full sample that follows; None where none does.
    """

    sentences: tuple[str, ...]
    is_finished: bool
    sample_count: int | None = None


def next_step(
    template: Template,
    found: SampleFindings,
    *,
    is_full_sample: bool = False,
    round_number: int = 1,
    goal: float | None = None,
    years: PaymentYears | None = None,
) -> NextStep:
    """Return what follows from the findings of a sample.

    Parameters
    ----------
    template
        Of the programme.
    found
        The findings.
    is_full_sample
        Whether the sample is the full one that followed a discovery sample.
    round_number
        Which round of several it is, from 1.
    goal
        Highest rate of errors that a contractor accepts, between 0 and 1; None where it is not known.
    years
        The parameters of the payment year, where the template has any.
    """
    net = _net_sentence(found)
    if template.next_step == "discovery" and not is_full_sample:
        return _after_discovery(found, net)
    if template.next_step == "rounds":
        return _after_round(template, found, round_number, goal)
    return NextStep((net, _closing(template, years)), is_finished=True)


def _closing(template: Template, years: PaymentYears | None) -> str:
    """Return what is left to do where nothing further is drawn."""
    if years is not None:
        return years.words
    if not template.is_extrapolated:
        return "Not extrapolated: report the rates with their intervals."
    if template.next_step == "error rate":
        return (
            "Report this error rate. Repay what the sample found; where the overpayment rule (42 CFR "
            "401.305) demands more, the point estimate of the total is the figure."
        )
    if template.next_step == "discovery":
        return (
            "Repay the point estimate of the full sample. A precision worse than "
            f"{format_share(CIA_PRECISION)} needs no further units. The systems review goes with it."
        )
    return "Write the workpaper: it states the figure that is demanded."


def _after_discovery(found: SampleFindings, net: str) -> NextStep:
    rate = found.rate
    limit = format_share(float(CIA_THRESHOLD))
    if rate is None:
        return NextStep((net, "Without payments there is no rate: draw from paid units."), is_finished=False)
    if not rate.is_full_sample_required:
        return NextStep(
            (net, f"Below {limit}: the discovery sample passes, and the review ends. Repay what it found."),
            is_finished=True,
        )
    sized = full_sample_size(
        [float(difference) for difference in found.differences], universe_count=found.unit_count
    )
    # The discovery sample is the first part of the full one, which therefore is not smaller.
    count = min(found.unit_count, max(sized.count, len(found.differences)))
    return NextStep(
        (
            net,
            (
                f"It equals or exceeds {limit}: a full sample follows, with a systems review. For "
                f"{format_share(CIA_CONFIDENCE)} confidence and {format_share(CIA_PRECISION)} precision it "
                f"takes {sized.count:,} units ({sized.formula}, {sized.rounding}), underpayments entered "
                "as nothing."
            ),
            (
                f"Draw {counted(count, 'unit')} with the same seed from the same frame: the "
                f"{len(found.differences):,} units of the discovery sample are the first of them."
            ),
        ),
        is_finished=False,
        sample_count=count,
    )


def _after_round(
    template: Template, found: SampleFindings, round_number: int, goal: float | None
) -> NextStep:
    reviewed = len(found.differences)
    share = found.error_count / reviewed if reviewed else 0.0
    dollars = float(found.gross_amount / found.paid_amount) if found.paid_amount > 0 else None
    said = (
        f"Round {round_number} of {template.most_rounds}: {found.error_count:,} of "
        f"{counted(reviewed, 'claim')} in error ({format_share(share)})"
        + ("." if dollars is None else f"; {format_share(dollars)} of the dollars paid.")
    )
    not_projected = "Not extrapolated: what the round denies is what is taken back."
    if goal is None:
        ask = "The contractor's letter states its goal: give it to the plan to see whether a round follows."
        return NextStep((said, not_projected, ask), is_finished=False)
    worst = max(share, dollars or 0.0)
    if worst <= goal:
        met = f"At or below the goal of {format_share(goal)}: released from review, usually for a year."
        return NextStep((said, not_projected, met), is_finished=True)
    if round_number < template.most_rounds:
        again = (
            f"Above the goal of {format_share(goal)}: education, then round {round_number + 1} after 45 to "
            "56 days."
        )
        return NextStep((said, not_projected, again), is_finished=False)
    referred = (
        f"Above the goal of {format_share(goal)} after the last round: the contractor refers to CMS, which "
        "may order further rounds, review of all claims before payment, extrapolation, a recovery auditor or "
        "revocation."
    )
    return NextStep((said, not_projected, referred), is_finished=True)


def _net_sentence(found: SampleFindings) -> str:
    rate = found.rate
    over = math.fsum(float(value) for value in found.differences if value > 0)
    under = -math.fsum(float(value) for value in found.differences if value < 0)
    stated = (
        f"{counted(len(found.differences), 'unit')} reviewed, {found.error_count:,} in error: overpaid "
        f"{format_dollars(over)}, underpaid {format_dollars(under)}, net "
        f"{format_dollars(found.net_amount)} of {format_dollars(found.paid_amount)} paid"
    )
    if rate is None:
        return f"{stated}."
    return f"{stated}: a net financial error rate of {100 * rate.rate:.2f} %."
