"""One appraisal: figures, cautions, limits by other rules and methods, and a programme's figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from auditlib.errors import UsageError
from auditlib.estimation.levels import LEVELS
from auditlib.estimation.method_input import Appraised, Figure, ReviewedUnits, values_of, with_values
from auditlib.estimation.methods import LIMIT_CHOICES, appraise
from auditlib.estimation.net_total import (
    RANK_GAPS,
    demanded_by_rank_gaps,
    hidden_amounts,
    known_strata,
    net_notes,
)
from auditlib.estimation.robust_methods import NET_TOTAL, OtherLimits, other_limits
from auditlib.estimation.universe_payments import forecast_by_payments
from auditlib.stats.arguments import confidence_level
from auditlib.stats.estimators.cautions import Caution, cautions_for, is_doubtful, remedies
from auditlib.stats.estimators.estimate import LimitRule, Sides
from auditlib.stats.estimators.limit_coverage import cautions_about
from auditlib.stats.estimators.payment_forecast import PaymentForecast
from auditlib.stats.estimators.programmes import (
    OverpaymentFinding,
    Programme,
    demand_of,
    net_differences,
    overpayment,
)

# Designs whose units are netted one by one before they are expanded.
NETTED_METHODS: Final = ("post-stratified", "two-stage", "three-stage", "cluster", "rhc", "unequal")


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The full appraisal of a sample.

    Parameters
    ----------
    found
        The textbook figures, as RAT-STATS prints them.
    levels, sides
        Confidence levels and sidedness of the limits.
    other
        The same with t instead of z, or z instead of t; None if there is no choice.
    beside
        Limits by other methods; empty if there is no caution and none were requested.
    demanded
        The figure by a programme's rule, if one was named.
    paid_amount
        What the universe was paid, if that is known.
    on_net_total
        Why limits by rank gaps are recommended for the net total, what the largest underpayment was stated
        as, and how many units would make them useful; a sentence each.
    forecast
        How limits of the total would do by what was paid for every unit of the universe, if that is known.
    """

    found: Appraised
    levels: tuple[float, ...]
    sides: Sides
    other: Appraised | None
    beside: tuple[OtherLimits, ...]
    demanded: OverpaymentFinding | None

    paid_amount: float | None = None
    on_net_total: tuple[str, ...] = ()
    forecast: PaymentForecast | None = None

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """Cautions about the limits asked for, and demanded, of the first figure."""
        return _cautions(
            self.found,
            self.levels,
            self.sides,
            self.demanded,
            paid=self.paid_amount,
            forecast=self.forecast,
        )

    @property
    def is_tail_unknown(self) -> bool:
        """True if an upper limit of dollars rests on the sample alone: larger payments may be hidden."""
        estimate = self.found.figures[0].estimate
        return (
            self.sides != "lower"
            and self.forecast is None
            and estimate is not None
            and estimate.shape is not None
        )

    @property
    def is_census(self) -> bool:
        """True if nothing was left to chance: every unit was reviewed."""
        first = self.found.figures[0]
        if first.rule == RANK_GAPS:
            return all(len(part.values) == part.universe_count for part in self.found.strata)
        return (
            first.standard_error == 0
            and not any(caution.rule == "no spread" for caution in first.cautions)
            and first.rule != "exact"
        )

    @property
    def may_fail(self) -> bool:
        """True if the textbook interval may cover less than stated; a small sample alone is not a reason."""
        return is_doubtful(self.cautions)

    @property
    def advice(self) -> list[str]:
        """What to use instead, in sentences."""
        return remedies(self.cautions)

    def limits(self, figure: Figure) -> list[dict[str, float | None]]:
        """Return the limits of a figure at every level; an open side is None."""
        rows = []
        for level in self.levels:
            lower, upper = figure.limits(level, self.sides)
            rows.append({"confidence": level, "lower": _finite(lower), "upper": _finite(upper)})
        return rows

    def to_values(self) -> dict[str, object]:
        """Return everything as JSON values."""
        appraised, other = self.found, self.other
        return {
            "method": appraised.method,
            "sides": self.sides,
            "textbook_interval_may_fail": self.may_fail,
            "cautions": [asdict(caution) for caution in self.cautions],
            "what_holds": self.advice,
            "moments": None if appraised.moments is None else asdict(appraised.moments),
            "figures": [
                {
                    "name": figure.name,
                    "point": figure.point,
                    "standard_error": figure.standard_error,
                    "rule": figure.rule,
                    "limits": self.limits(figure),
                }
                for figure in appraised.figures
            ],
            "other_rule": None
            if other is None
            else {"rule": other.figures[0].rule, "limits": self.limits(other.figures[0])},
            "other_methods": [asdict(limits) for limits in self.beside],
            "on_net_total": list(self.on_net_total),
            "programme": None if self.demanded is None else _programme(self.demanded),
        }


def make_appraisal(
    method: str,
    units: ReviewedUnits,
    *,
    levels: Sequence[float] = LEVELS,
    sides: Sides = "two-sided",
    programme: str | Programme | None = None,
    all_methods: bool = False,
) -> Appraisal:
    """Return the appraisal of reviewed units.

    Parameters
    ----------
    method, given
        As for `auditlib.estimation.methods.appraise`.
    levels, sides
        Levels of the limits, and their sidedness.
    programme
        A name of `PROGRAMMES`, or a rule of one's own, for the figure by it.
    all_methods
        Whether to compute other methods' limits even without cautions.

    Raises
    ------
    UsageError
        If a level is not valid, or the programme does not accept the method.
    """
    for level in levels:
        confidence_level(level)
    appraised = appraise(method, units)
    if units.largest_underpayment is not None and not appraised.strata:
        message = f"The method '{method}' has no limits of a net total that a largest underpayment bounds."
        raise UsageError(message, hint="They are for dollars of a simple or stratified sample.")
    paid = paid_amount(units, appraised)
    other = None
    if method in LIMIT_CHOICES:
        rule: LimitRule = "t" if appraised.figures[0].rule == "z" else "z"
        other = appraise(method, replace(units, limits=rule))
    rule_of_figure = Programme.of(programme)
    demanded = None if rule_of_figure is None else _demanded(method, units, appraised, rule_of_figure, paid)
    forecast = forecast_by_payments(appraised, units)
    cautions = _cautions(appraised, levels, sides, demanded, paid=paid, forecast=forecast)
    needs_others = all_methods or is_doubtful(cautions)
    known = known_strata(units, appraised)
    is_net = appraised.figures[0].rule == RANK_GAPS
    hidden = {} if is_net else hidden_amounts(known, appraised.figures[0].estimate, _asked(sides, demanded))
    is_stated = units.largest_underpayment is not None
    beside = []
    if needs_others or ((hidden or is_stated) and not is_net):
        only = None if needs_others else NET_TOTAL
        beside = other_limits(appraised, units, list(levels), sides=sides, paid_amount=paid, only=only)
    on_net_total = []
    if known and (hidden or is_net or is_stated):
        on_net_total = net_notes(
            units, appraised, known, levels=levels, sides=sides, hidden=hidden, demanded=demanded
        )
    return Appraisal(
        appraised, tuple(levels), sides, other, tuple(beside), demanded, paid, tuple(on_net_total), forecast
    )


def _asked(sides: Sides, demanded: OverpaymentFinding | None) -> list[str]:
    is_lower = demanded is not None and demanded.programme.demand == "lower limit"
    return [sides, "lower"] if is_lower else [sides]


def paid_amount(units: ReviewedUnits, appraised: Appraised) -> float | None:
    """Return what the universe was paid: no overpayment is larger. None where that is not known."""
    table = units.table
    if table.has("base"):
        # The total is that of the base, whatever it measures.
        return None
    if table.has("examined", "audited"):
        audited = table.numbers("audited")
        if min(audited, default=0.0) < 0:
            return None
        rest = sum(part.universe_count - len(part.values) for part in appraised.strata)
        if units.base_total is None and units.unreviewed is not None:
            # The payments of a part of the others say nothing of the whole.
            if appraised.strata and units.unreviewed.rows.height != rest:
                return None
            return math.fsum([*table.numbers("examined"), *units.unreviewed.numbers("paid")])
    return units.base_total


def _cautions(
    found: Appraised,
    levels: Sequence[float],
    sides: Sides,
    demanded: OverpaymentFinding | None,
    *,
    paid: float | None,
    forecast: PaymentForecast | None,
) -> tuple[Caution, ...]:
    first = found.figures[0]
    asked = [(sides, level) for level in levels]
    if demanded is not None and demanded.programme.demand == "lower limit":
        rule = demanded.programme
        # The lower limit of two is that of a one-sided interval with half the chance of missing.
        level = rule.confidence if rule.sides == "lower" else (1 + rule.confidence) / 2
        asked.append(("lower", level))
    if first.estimate is None:
        cautions = cautions_for(first.cautions, [asked_sides for asked_sides, _ in asked])
    else:
        cautions = cautions_about(first.estimate, asked, forecast=forecast)
    if paid is None or sides == "lower" or first.name != "total":
        return cautions
    highest = max(first.limits(level, sides)[1] for level in levels)
    if highest <= paid:
        return cautions
    message = (
        f"The upper limit, {highest:,.2f}, is beyond what the universe was paid, {paid:,.2f}: "
        "the total cannot be larger than that."
    )
    return (*cautions, Caution("beyond what was paid", highest, paid, message, "upper"))


def _demanded(
    method: str, units: ReviewedUnits, appraised: Appraised, programme: Programme, paid: float | None
) -> OverpaymentFinding:
    if appraised.figures[0].rule == RANK_GAPS:
        return demanded_by_rank_gaps(units, appraised.strata, programme=programme, paid_amount=paid)
    if appraised.strata:
        return overpayment(appraised.strata, programme=programme, limits=units.limits, paid_amount=paid)
    if method not in NETTED_METHODS:
        message = f"A programme's figure needs the differences of one sample, not the method {method}."
        raise UsageError(message, hint=f"Methods are variable, stratified, {', '.join(NETTED_METHODS)}.")
    netted = net_differences(values_of(units.table), netting=programme.netting)
    total = appraise(method, replace(units, table=with_values(units.table, netted))).figures[0].estimate
    assert total is not None  # noqa: S101 - these methods give an estimate
    # Where a unit's total was itself estimated, nothing but the estimate was found.
    is_estimated = units.table.has("standard_error")
    return demand_of(
        total,
        programme=programme,
        sample_count=len(netted),
        found_amount=None if is_estimated else math.fsum(netted),
        paid_amount=paid,
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _programme(demanded: OverpaymentFinding) -> dict[str, object]:
    rule = demanded.programme
    return {
        "name": rule.name,
        "netting": rule.netting,
        "demand_is": rule.demand,
        "confidence": rule.confidence,
        "sides": rule.sides,
        "authority": rule.authority,
        "missing_record_rule": rule.missing_record_rule,
        "demand": demanded.demand,
        "demand_notes": list(demanded.notes),
        "point": demanded.estimate.point,
        "lower": _finite(demanded.interval.lower),
        "upper": _finite(demanded.interval.upper),
        "sample_count": demanded.sample_count,
        "minimum_sample_count": rule.minimum_sample_count,
        "is_sample_large_enough": demanded.is_sample_large_enough,
    }
