"""What the reviewed sample of a planned audit found: units with their dollars, the figure, what follows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from auditlib.audits.audit import ENROLLEE, Reviewed, charts_of_units, verdicts_before_and_after
from auditlib.audits.audit_plan import AuditPlan, plan_of
from auditlib.audits.enrollee_units import enrollee_units
from auditlib.audits.paid_units import paid_units
from auditlib.audits.rebuttals import rebuttal_states
from auditlib.audits.stay_changes import stay_changes
from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.audit_estimate import AuditEstimate, EstimateRequest, estimate
from auditlib.estimation.units_in_error import UnitAmounts, read_amounts
from auditlib.programmes.next_step import NextStep, SampleFindings, next_step
from auditlib.programmes.risk_categories import category_payments
from auditlib.programmes.rounds import ReviewRound, compare_rounds
from auditlib.report.packs.review_findings import (
    IN_ERROR,
    MISSING_RESULT,
    NO_ERROR,
    NOT_REVIEWED,
    OUTSIDE,
    SPARE_NOT_USED,
    unit_results,
)
from auditlib.report.packs.unit_payments import with_payments
from auditlib.sampling import Manifest
from auditlib.stats.estimators.estimate import Estimate
from auditlib.stats.estimators.programmes import (
    CIA_PRECISION,
    OverpaymentFinding,
    Programme,
    net_differences,
)
from auditlib.stats.estimators.ratio_estimator import PairStratum, appraise_ratio
from auditlib.text import counted, format_dollars
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit

_MONEY: Final = pl.Decimal(18, 2)
_OF_CATEGORIES: Final = "a year's payment for the risk categories as submitted, less that for those validated"
_OF_FILE: Final = "stated in the file of amounts"
NOT_EXTRAPOLATED: Final = "A discovery sample is not extrapolated: no figure is demanded from it."


@dataclass(frozen=True, slots=True)
class ProgrammeFindings:
    """What the reviewed sample of a planned audit found.

    Parameters
    ----------
    plan
        The plan.
    units
        Every unit looked at: draw_number, unit_id, stratum, stratum_unit_count, record (seen, missing or
        outside), paid_amount and audited_amount.
    why_not
        Why dollars are not computed, in a sentence; empty where they are.
    found, step
        What was found and what follows; None where dollars are not known.
    estimated
        The estimate by the programme's rule; None where nothing is extrapolated.
    ratio
        The ratio of dollars in error to dollars paid, where the programme goes by it.
    cautions
        What is to be said beside the figures.
    """

    plan: AuditPlan
    units: pl.DataFrame
    why_not: str
    found: SampleFindings | None = None
    step: NextStep | None = None
    estimated: AuditEstimate | None = None
    ratio: Estimate | None = None
    cautions: tuple[str, ...] = ()

    @property
    def finding(self) -> OverpaymentFinding | None:
        """The figure that the programme's rule gives."""
        dollars = None if self.estimated is None else self.estimated.dollars_in_error
        return None if dollars is None else dollars.demanded

    @property
    def paid_in_universe(self) -> float | None:
        """What the universe was paid, where that is known and caps the figure."""
        dollars = None if self.estimated is None else self.estimated.dollars_in_error
        return None if dollars is None else dollars.paid_amount

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found and what follows, then the cautions."""
        if self.step is None:
            return (f"Nothing follows yet: {self.why_not}",)
        no_figure = (f"No figure: {self.why_not}",) if self.why_not else ()
        return (*self.step.sentences, *no_figure, *self.cautions)


def audited_units(context: Context, audit: Audit, *, as_of: dt.date, plan: AuditPlan | None) -> pl.DataFrame:
    """Return the drawn units with what was paid and what the verdicts change of it.

    See `auditlib.report.packs.unit_payments.with_payments`; enrollees by their risk categories.
    """
    # The ledger is read once: whoever decides meanwhile is in all of it or in nothing.
    manifest, reviewed = audit.manifest, audit.reviewed
    final, stays = reviewed.final, reviewed.final_stays
    if manifest.universe.unit == ENROLLEE:
        return _audited_enrollees(context, audit.name, reviewed, manifest, plan)
    unit_ids = [unit.unit_id for unit in manifest.selected]
    unit = manifest.universe.unit
    events = context.ledger.events(audit=audit.name)
    return with_payments(
        unit_results(manifest, audit.spare_uses(), charts_of_units(context.workspace, unit, unit_ids), final),
        verdicts_before_and_after(context.workspace, final.verdicts).filter(pl.col("action") != "agree"),
        paid_units(context.warehouse, unit, unit_ids),
        unit=unit,
        missing_rule=final.missing_rule,
        is_capped=True,
        stay_changes=stay_changes(
            context.workspace,
            stays,
            rebuttal_states(stays.verdicts, events, as_of=as_of),
        ),
    )


def _audited_enrollees(
    context: Context, name: str, reviewed: Reviewed, manifest: Manifest, plan: AuditPlan | None
) -> pl.DataFrame:
    if plan is None or not plan.category_rows:
        message = f"'{name}' has no plan with what is paid for risk categories."
        raise UsageError(message, hint="Enrollees are planned by 'auditlib audit plan --programme radv'.")
    years = plan.years
    units = enrollee_units(
        context.workspace,
        manifest,
        reviewed,
        category_payments(plan.category_rows),
        has_credit=years is not None and years.has_credit,
    )
    difference = pl.col("paid_amount") - pl.col("audited_amount")
    drawn = pl.DataFrame(
        [(number, one.unit_id, one.stratum, one.role) for number, one in enumerate(manifest.selected, 1)],
        schema={
            "draw_number": pl.Int64(),
            "unit_id": pl.String(),
            "stratum": pl.String(),
            "role": pl.String(),
        },
        orient="row",
    )
    return drawn.join(units, on="unit_id", how="left", maintain_order="left").select(
        *("draw_number", "unit_id", "stratum", "role"),
        encounter_id=pl.lit(None, pl.String),
        result=pl.when(pl.col("audited_amount").is_null())
        .then(pl.lit(NOT_REVIEWED))
        .when(difference != 0)
        .then(pl.lit(IN_ERROR))
        .otherwise(pl.lit(NO_ERROR)),
        error_count=pl.when(pl.col("audited_amount").is_not_null()).then((difference != 0).cast(pl.Int64)),
        error_kind=pl.when(pl.col("reasons") != "").then("reasons"),
        paid_amount="paid_amount",
        payment_difference=difference.cast(_MONEY),
        payment_origin=pl.when(difference.is_not_null()).then(pl.lit(_OF_CATEGORIES)),
        reviewer="reviewer",
        completed_at="completed_at",
    )


def with_amounts(units: pl.DataFrame, amounts: Path | None) -> pl.DataFrame:
    """Return units with the amounts that a biller states in a file in the place of the verdicts'.

    Parameters
    ----------
    units
        From `audited_units`.
    amounts
        CSV of unit_id, examined and audited; None leaves the units as they are.
    """
    if amounts is None:
        return units
    stated = read_amounts(amounts, units["unit_id"], hint="The file states units that were drawn.")
    rows = [(unit_id, f"{paid:.2f}", f"{paid - right:.2f}") for unit_id, (paid, right) in stated.items()]
    given = pl.DataFrame(rows, schema=["unit_id", "paid", "difference"], orient="row").cast(
        {"paid": _MONEY, "difference": _MONEY}
    )
    in_full = pl.col("result") == MISSING_RESULT
    return (
        units.join(given, on="unit_id", how="left", maintain_order="left")
        .with_columns(
            paid_amount=pl.coalesce("paid", "paid_amount"),
            payment_difference=pl.when(in_full & pl.col("paid").is_not_null())
            .then("paid")
            .otherwise(pl.coalesce("difference", "payment_difference")),
            payment_origin=pl.when(pl.col("paid").is_not_null() & in_full.not_())
            .then(pl.lit(_OF_FILE))
            .otherwise("payment_origin"),
        )
        .drop("paid", "difference")
    )


def programme_findings(
    context: Context, audit: Audit, plan: AuditPlan, units: pl.DataFrame
) -> ProgrammeFindings:
    """Return what the reviewed sample of a planned audit found, by the plan's rules.

    Parameters
    ----------
    context, audit, plan
        The audit.
    units
        From `audited_units`, and `with_amounts` where a biller states the amounts.
    """
    looked_at = units_looked_at(audit.manifest, plan, units)
    if why := _why_no_dollars(looked_at):
        return ProgrammeFindings(plan, looked_at, why)
    difference = looked_at["paid_amount"] - looked_at["audited_amount"]
    found = SampleFindings(
        Decimal(looked_at["paid_amount"].sum()),
        difference.to_list(),
        audit.manifest.frame.unit_count,
        int(((looked_at["result"] == IN_ERROR) | (difference != 0)).sum()),
    )
    step = next_step(
        plan.template,
        found,
        is_full_sample=plan.is_full_sample,
        round_number=plan.round_number,
        goal=plan.goal,
        years=plan.years,
    )
    ratio = _ratio(plan, looked_at) if plan.template.estimator == "ratio" else None
    try:
        estimated = _estimate(context, audit, plan, looked_at)
    except (UsageError, BadInputError) as error:
        return ProgrammeFindings(plan, looked_at, error.message, found, step, ratio=ratio)
    done = ProgrammeFindings(plan, looked_at, "", found, step, estimated, ratio)
    return replace(done, cautions=tuple(_cautions(done, found)))


def units_looked_at(manifest: Manifest, plan: AuditPlan, units: pl.DataFrame) -> pl.DataFrame:
    """Return the units that were looked at, with their dollars and strata: see `ProgrammeFindings`.

    Parameters
    ----------
    manifest
        Of the sample.
    plan
        Where rounds may come before payment, a claim without an answer was paid nothing yet.
    units
        From `audited_units`.
    """
    sizes = {stratum.stratum: stratum.unit_count for stratum in manifest.strata}
    is_outside = pl.col("result") == OUTSIDE
    if plan.template.next_step == "rounds":
        units = units.with_columns(pl.col("paid_amount", "payment_difference").fill_null(0))
    return units.filter(pl.col("result") != SPARE_NOT_USED).select(
        *("draw_number", "unit_id", "stratum"),
        stratum_unit_count=pl.col("stratum").replace_strict(sizes, default=None, return_dtype=pl.Int64),
        record=pl.when(is_outside)
        .then(pl.lit("outside"))
        .when(pl.col("result") == MISSING_RESULT)
        .then(pl.lit("missing"))
        .otherwise(pl.lit("seen")),
        result="result",
        paid_amount=pl.when(is_outside).then(pl.lit(0)).otherwise("paid_amount").cast(_MONEY),
        audited_amount=pl.when(is_outside)
        .then(pl.lit(0))
        .otherwise(pl.col("paid_amount") - pl.col("payment_difference"))
        .cast(_MONEY),
    )


def _why_no_dollars(units: pl.DataFrame) -> str:
    open_units = units.filter(pl.col("result").is_in([IN_ERROR, NO_ERROR, MISSING_RESULT, OUTSIDE]).not_())
    if open_units.height:
        return (
            f"{open_units.height:,} of {units.height:,} units are not reviewed to the end, "
            f"as {open_units['unit_id'][0]}."
        )
    for column, said in (("paid_amount", "What was paid"), ("audited_amount", "What would have been right")):
        unknown = units.filter(pl.col(column).is_null())
        if unknown.height:
            of_units = counted(unknown.height, "unit")
            return f"{said} is not known of {of_units}, as {unknown['unit_id'][0]}."
    return ""


def _ratio(plan: AuditPlan, units: pl.DataFrame) -> Estimate | None:
    rule = plan.template.programme
    strata = []
    for part in units.partition_by("stratum", maintain_order=True):
        values = (part["paid_amount"] - part["audited_amount"]).cast(pl.Float64).to_list()
        netted = net_differences(values, netting="gross" if rule is None else rule.netting)
        bases = part["paid_amount"].cast(pl.Float64).to_list()
        strata.append(PairStratum(netted, bases, part["stratum_unit_count"][0]))
    try:
        return appraise_ratio(strata).ratio
    except UsageError:
        return None


def _estimate(context: Context, audit: Audit, plan: AuditPlan, units: pl.DataFrame) -> AuditEstimate | None:
    """Return the estimate by the plan's rule, where something is extrapolated and the sample allows it."""
    rule = plan.programme
    if rule is None:
        return None
    request = EstimateRequest(amounts=_amounts(units), programme=rule)
    return estimate(context.workspace, audit.name, request)


def _amounts(units: pl.DataFrame) -> UnitAmounts:
    return UnitAmounts.by_verdicts(units.filter(pl.col("record") != "outside"))


def _cautions(done: ProgrammeFindings, found: SampleFindings) -> list[str]:
    said: list[str] = []
    finding, plan = done.finding, done.plan
    if finding is None:
        return said
    if found.net_amount < 0:
        said.append(
            f"Underpaid is more than overpaid, by {format_dollars(-found.net_amount)}: nothing is demanded "
            "for it here; bill what is owed to you."
        )
    if not finding.is_sample_large_enough:
        said.append(
            f"{finding.sample_count:,} units are fewer than the {finding.programme.minimum_sample_count:,} "
            "that the programme names."
        )
    percent = finding.estimate.precision_percent(finding.programme.confidence)
    if plan.template.next_step == "discovery" and percent and percent > 100 * CIA_PRECISION:
        said.append(
            f"The precision is {percent:.1f} %, worse than {100 * CIA_PRECISION:g} %: no further units are "
            "needed, and the point estimate stands."
        )
    return [*said, *finding.notes]


def planned_estimate(
    context: Context, audit: Audit, plan: AuditPlan, asked: EstimateRequest, *, reason: str
) -> AuditEstimate:
    """Return the estimate of a planned audit: its programme's figure, unless another is named with a reason.

    Parameters
    ----------
    context, audit, plan
        The audit.
    asked
        What is asked for.
    reason
        Why the figure is another programme's.

    Raises
    ------
    UsageError
        If another programme is named without a reason.
    """
    own = plan.programme
    named = Programme.of(asked.programme)
    notes = [f"Planned by programme '{plan.template_id}': {plan.template.title}."]
    if plan.deviations:
        notes.append(f"Departs from it: {'; '.join(plan.deviations)}. Reason: {plan.reason}")
    rule = own
    if named is not None and named != own:
        if not reason.strip():
            message = f"'{audit.name}' was planned by '{plan.template_id}', and {named.name} is asked for."
            raise UsageError(message, hint="State the reason (--reason), or leave the programme out.")
        rule = named
        notes.append(f"The figure is that of {named.name}, not of the plan. Reason: {reason}")
    if rule is None and plan.is_discovery_sample:
        notes.append(
            f"{NOT_EXTRAPOLATED} 'auditlib audit next {audit.name}' says whether a full one follows."
        )
    elif rule is None:
        notes.append(f"Not extrapolated to dollars by programme '{plan.template_id}'.")
    if plan.years is not None:
        notes.append(f"Legal status of an extrapolated figure: {plan.years.status}")
    amounts = asked.amounts
    if amounts is None:
        units = audited_units(context, audit, as_of=context.now().date(), plan=plan)
        looked_at = units_looked_at(audit.manifest, plan, units)
        if why := _why_no_dollars(looked_at):
            notes.append(f"Dollars: {why}")
        else:
            amounts = _amounts(looked_at)
    has_figure = amounts is not None
    return estimate(
        context.workspace,
        audit.name,
        replace(
            asked,
            amounts=amounts,
            programme=rule if has_figure else None,
            missing_rule=asked.missing_rule if rule is None or not has_figure else None,
            notes=notes,
        ),
    )


def compare_planned_rounds(context: Context, audit: Audit) -> list[str]:
    """Return how the rates of errors of an audit and of the rounds that it follows stand to each other."""
    chain: list[ReviewRound] = []
    plan, name = audit.audit_plan, audit.name
    seen: set[str] = set()
    while plan is not None and plan.template.most_rounds > 1 and name not in seen:
        seen.add(name)
        one = audit if name == audit.name else audit.of_name(name)
        units = audited_units(context, one, as_of=context.now().date(), plan=plan)
        counted_units = units.filter(pl.col("result").is_in([IN_ERROR, NO_ERROR, MISSING_RESULT]))
        if counted_units.is_empty():
            break
        wrong = counted_units.filter(pl.col("result") != NO_ERROR).height
        chain.append(ReviewRound(name, plan.topic, counted_units.height, wrong))
        name = plan.follows
        plan = plan_of(context.ledger.events(audit=name)) if name else None
    return compare_rounds(chain[::-1])
