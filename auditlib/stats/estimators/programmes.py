"""Which figure a programme demands: netting, estimate and limit as named, recorded rules."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from auditlib.errors import UsageError
from auditlib.stats.arguments import confidence_level, finite, finite_values, one_of, positive, whole
from auditlib.stats.estimators.estimate import Estimate, LimitRule, Sides
from auditlib.stats.estimators.missing_records import MISSING_RECORD_RULES, MissingRecordRule
from auditlib.stats.estimators.variable_appraisal import ValueStratum, appraise_strata, appraise_values
from auditlib.stats.sizes.sample_size import SampleSize, variable_sample_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditlib.stats.intervals.proportion import Interval

Netting = Literal["net", "overpayments only", "gross"]
NETTINGS: tuple[str, ...] = ("net", "overpayments only", "gross")
Demand = Literal["lower limit", "point estimate"]


@dataclass(frozen=True, slots=True)
class Programme:
    """The rule by which a programme turns a sample into a demand.

    Parameters
    ----------
    name
        Short name.
    netting
        "net" (underpayments offset), "overpayments only" (underpayments count as 0) or "gross" (both count).
    demand
        The figure asked for.
    confidence, sides
        Level of the interval that is reported, and of the limit where one is demanded.
    minimum_sample_count
        Smallest sample accepted; None if the programme names none.
    missing_rule
        How a record that cannot be found counts: one of `MISSING_RECORD_RULES`.
    authority
        Where the rule stands.
    """

    name: str
    netting: Netting
    demand: Demand
    confidence: float
    sides: Sides
    minimum_sample_count: int | None
    missing_rule: MissingRecordRule
    authority: str

    @staticmethod
    def of(programme: str | Programme | None) -> Programme | None:
        """Return the rule of a name of `PROGRAMMES`, or the rule itself.

        Raises
        ------
        UsageError
            If there is no programme of that name.
        """
        if programme is None or isinstance(programme, Programme):
            return programme
        if programme not in PROGRAMMES:
            message = f"There is no programme '{programme}'."
            raise UsageError(message, hint=f"Choose among: {', '.join(PROGRAMMES)}.")
        return PROGRAMMES[programme]

    @property
    def missing_record_rule(self) -> str:
        """How a missing record counts, in words."""
        return MISSING_RECORD_RULES[self.missing_rule].of_unit


PIM = Programme(
    "CMS PIM",
    "net",
    "lower limit",
    0.90,
    "lower",
    None,
    "error-in-full",
    "Medicare Program Integrity Manual (Pub. 100-08), chapter 8, section 8.4.5.1",
)
OIG = Programme(
    "OIG audit",
    "net",
    "lower limit",
    0.90,
    "two-sided",
    100,
    "error-in-full",
    "HHS OIG Office of Audit Services reports: lower limit of the two-sided 90 % interval",
)
SDP = Programme(
    "OIG Self-Disclosure Protocol",
    "overpayments only",
    "point estimate",
    0.90,
    "two-sided",
    100,
    "error-in-full",
    "OIG Health Care Fraud Self-Disclosure Protocol (2013, revised 2021-11-08), section III.B",
)
CIA = Programme(
    "OIG Corporate Integrity Agreement",
    "net",
    "point estimate",
    0.90,
    "two-sided",
    None,
    "error-in-full",
    "OIG Corporate Integrity Agreement claims review, FAQ",
)
CERT = Programme(
    "CMS CERT",
    "gross",
    "point estimate",
    0.95,
    "two-sided",
    None,
    "error-in-full",
    "CMS Comprehensive Error Rate Testing, improper payments, over and under",
)
RADV = Programme(
    "CMS RADV",
    "net",
    "lower limit",
    0.99,
    "two-sided",
    None,
    "increment",
    "CMS, Notice of Final Payment Error Calculation Methodology for Part C Medicare Advantage RADV (2012): "
    "lower limit of the two-sided 99 % interval; 42 CFR 422.311",
)
PROGRAMMES = {"PIM": PIM, "OIG": OIG, "SDP": SDP, "CIA": CIA, "CERT": CERT, "RADV": RADV}

CIA_THRESHOLD = Decimal("0.05")
CIA_CONFIDENCE, CIA_PRECISION = 0.90, 0.25


def net_differences(differences: Iterable[float], *, netting: Netting) -> list[float]:
    """Return the differences as a netting rule lets them count; positive is paid too much."""
    one_of(netting, "netting", NETTINGS)
    values = finite_values(differences, "differences", minimum_count=0)
    if netting == "net":
        return values
    if netting == "gross":
        return [abs(value) for value in values]
    return [max(0.0, value) for value in values]


@dataclass(frozen=True, slots=True)
class OverpaymentFinding:
    """What a programme may ask for on the evidence of a sample.

    Parameters
    ----------
    programme
        The rule that was applied.
    demand
        The figure, never below what the sample itself found, never below 0, and never above what the
        universe was paid.
    estimate
        Total of the netted differences.
    interval
        At the programme's level and sidedness.
    sample_count
        Units reviewed, missing records included.
    is_sample_large_enough
        Whether the programme's smallest sample was reached.
    notes
        What is to be said beside the figure, in sentences.
    """

    programme: Programme
    demand: float
    estimate: Estimate
    interval: Interval
    sample_count: int
    is_sample_large_enough: bool
    notes: tuple[str, ...] = ()


def overpayment(
    strata: Sequence[ValueStratum],
    *,
    programme: Programme,
    limits: LimitRule | None = None,
    paid_amount: float | None = None,
) -> OverpaymentFinding:
    """Return the overpayment by a programme's rule.

    Parameters
    ----------
    strata
        Differences (paid minus should have been paid) of the reviewed units; one stratum for a simple
        random sample. A missing record is a unit whose difference is what the programme's rule takes back.
    programme
        One of `PROGRAMMES`, or a rule of one's own.
    limits
        "t" or "z"; None takes what RAT-STATS takes: t for one stratum, z for several.
    paid_amount
        What the universe was paid, if that is known.

    References
    ----------
    The programme's `authority`; RAT-STATS Companion Manual (2010), pp. 3-2 to 3-16.
    """
    if not strata:
        message = "At least one stratum is needed."
        raise UsageError(message)
    netted = [
        ValueStratum(net_differences(stratum.values, netting=programme.netting), stratum.universe_count)
        for stratum in strata
    ]
    if len(netted) == 1:
        only = netted[0]
        estimate = appraise_values(
            only.values, universe_count=only.universe_count, limits=limits or "t"
        ).total
    else:
        estimate = appraise_strata(netted, limits=limits or "z").total
    return demand_of(
        estimate,
        programme=programme,
        sample_count=sum(len(stratum.values) for stratum in netted),
        found_amount=math.fsum(value for stratum in netted for value in stratum.values),
        paid_amount=paid_amount,
    )


def demand_of(
    estimate: Estimate,
    *,
    programme: Programme,
    sample_count: int,
    found_amount: float | None = None,
    paid_amount: float | None = None,
    interval: Interval | None = None,
) -> OverpaymentFinding:
    """Return what a programme asks for on an estimate of differences that were netted by its rule.

    Parameters
    ----------
    estimate
        Of the total, by the appraisal of the sample's design.
    programme
        Whose rule.
    sample_count
        Units reviewed, missing records included.
    found_amount
        What the sample itself found, netted by the programme's rule; None if it holds estimates only.
    paid_amount
        What the universe was paid, if that is known.
    interval
        Limits at the programme's level and sidedness by another method; None for the estimate's own.
    """
    whole(sample_count, "sample_count", minimum=1)
    by_other_method = interval is not None
    if interval is None:
        interval = estimate.interval(programme.confidence, sides=programme.sides)
    figure = interval.lower if programme.demand == "lower limit" else estimate.point
    demand, notes = max(0.0, figure), []
    if found_amount is not None and demand < found_amount:
        demand = found_amount
        notes.append(
            f"The {programme.demand}, {figure:,.2f}, is below what the sample itself found, "
            f"{found_amount:,.2f}: no less is demanded."
        )
    if paid_amount is not None and demand > paid_amount:
        demand = paid_amount
        notes.append(
            f"The {programme.demand}, {figure:,.2f}, is beyond what the universe was paid, "
            f"{paid_amount:,.2f}: no more is demanded."
        )
    if not by_other_method:
        notes += [caution.message for caution in estimate.cautions if caution.rule == "no spread"]
    return OverpaymentFinding(
        programme,
        demand,
        estimate,
        interval,
        sample_count,
        is_sample_large_enough=sample_count >= (programme.minimum_sample_count or 1),
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True)
class FinancialErrorRate:
    """Net overpayment per dollar paid in a discovery sample, and whether a full sample must follow."""

    net_amount: Decimal
    paid_amount: Decimal
    rate: float
    is_full_sample_required: bool


def financial_error_rate(net_amount: Decimal | float, paid_amount: Decimal | float) -> FinancialErrorRate:
    """Return the net financial error rate; a full sample is required from exactly 5 % on.

    Raises
    ------
    UsageError
        If nothing was paid: the rate is undefined.

    References
    ----------
    OIG Corporate Integrity Agreement FAQ: the rate "equals or exceeds" 5 %.
    """
    finite(float(net_amount), "net_amount")
    positive(float(paid_amount), "paid_amount")
    # Exact decimals: the threshold is decided to the cent, not to the float.
    net, paid = Decimal(str(net_amount)), Decimal(str(paid_amount))
    return FinancialErrorRate(net, paid, float(net / paid), net >= CIA_THRESHOLD * paid)


def full_sample_size(
    differences: Sequence[float],
    *,
    universe_count: int,
    confidence: float = CIA_CONFIDENCE,
    precision: float = CIA_PRECISION,
) -> SampleSize:
    """Return the size of the full sample that follows a discovery sample.

    Notes
    -----
    Underpayments enter as 0, and the probe's mean and spread go through RAT-STATS' variable formula.

    References
    ----------
    OIG Corporate Integrity Agreement FAQ: 90 % confidence and 25 % precision.
    """
    values = finite_values(
        net_differences(differences, netting="overpayments only"), "differences", minimum_count=2
    )
    confidence_level(confidence)
    mean = math.fsum(values) / len(values)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    return variable_sample_size(
        mean=mean,
        standard_deviation=spread,
        universe_count=universe_count,
        precision=precision,
        confidence=confidence,
    )
