"""`auditlib audit programmes`, `plan` and `next`: audits by a programme's rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from cyclopts import Parameter

from auditlib.cli.outcome import Outcome, Screen
from auditlib.cli.session import InSession
from auditlib.cli.universe import CoderId, EncounterClass, PayerId, require_known_filters
from auditlib.cli.values import AuditName, FromDay, Share, Sides, ToDay, Unit, sampling_unit
from auditlib.errors import UsageError

if TYPE_CHECKING:
    from auditlib.audits.audit_plan import Ground, Terms
    from auditlib.sampling import Universe

ProgrammeName: TypeAlias = Literal[
    "cia",
    "cia-discovery",
    "coder-qa",
    "contract",
    "hhs-radv",
    "oig",
    "pim",
    "radv",
    "rate",
    "sdp",
    "tpe",
]
_GROUNDS: dict[str, Ground] = {
    "high-error-rate": "high error rate",
    "failed-education": "failed education",
}


def programmes(*, session: InSession) -> Outcome:
    """List the audit programmes: units, sizes, figures, and how many of their sources are confirmed."""
    listed = session.workbench().programmes.list()
    return Outcome(lambda: {"programmes": listed.frame}, (listed,))


def plan(
    name: Annotated[str | None, Parameter(name="NAME")] = None,
    /,
    *,
    programme: ProgrammeName,
    seed: str = "",
    count: int | None = None,
    spares: int = 0,
    design: Literal["simple", "stratified", "systematic", "judgmental"] | None = None,
    unit: Unit | None = None,
    universe: str | None = None,
    from_date: FromDay = None,
    to_date: ToDay = None,
    payer_id: PayerId = None,
    coder_id: CoderId = None,
    encounter_class: EncounterClass = None,
    ground: Literal["high-error-rate", "failed-education"] | None = None,
    evidence: str = "",
    payment_year: int | None = None,
    category_payments: Path | None = None,
    follows: str = "",
    topic: str = "",
    goal: Share | None = None,
    contract: str = "",
    figure: Literal["lower-limit", "point-estimate"] = "lower-limit",
    confidence: float = 0.90,
    sides: Sides = "two-sided",
    netting: Literal["net", "overpayments-only", "gross"] = "net",
    reason: str = "",
    session: InSession,
) -> Outcome:
    """Explain a programme in plain words; with a name, plan an audit by it, and with a seed draw it.

    Parameters
    ----------
    name
        Name of the audit; without it nothing is recorded.
    programme
        See 'auditlib audit programmes'.
    seed
        Draw at once by this seed. A full sample has that of its discovery sample: give that, or any word.
    count
        How many units, where other than usual.
    spares
        How many spares; most programmes replace nothing.
    design
        How units are drawn, where other than the programme's.
    unit
        Sampling unit, where other than the programme's.
    universe
        Draw from the frozen universe of this name.
    from_date
        First date of service.
    to_date
        Last date of service.
    payer_id
        Only this payer's.
    coder_id
        Only this coder's.
    encounter_class
        Only this class of encounter.
    ground
        PIM: the finding that must come before an extrapolation.
    evidence
        PIM: what shows it.
    payment_year
        RADV: the year; services are those of the year before.
    category_payments
        RADV: CSV of category, payment_amount and trumps.
    follows
        The discovery sample before a full one, or the round before.
    topic
        TPE: the item or service of the notice.
    goal
        TPE: the rate of errors that the contractor accepts, as 15%.
    contract
        Contract: its name and section, which states the terms that follow.
    figure
        Contract: what may be asked for.
    confidence
        Contract: level.
    sides
        Contract: one limit or two.
    netting
        Contract: whether underpayments are set off.
    reason
        Why the plan departs from the programme; it is printed.
    """
    from auditlib.workbench.programmes import PlannedAudit

    if name is None:
        explained = session.workbench().programmes.explain(programme, payment_year=payment_year)
        asked = (seed, count, universe, from_date, to_date, payer_id, coder_id, encounter_class, follows)
        lines = explained.text.splitlines()
        if any(value not in {None, ""} for value in asked):
            lines.append("Nothing is planned: a plan needs a name, as in 'auditlib audit plan NAME ...'.")
        return Outcome(lambda: {"programme": programme, "lines": lines}, lines)
    workbench = session.workbench_to_write()
    chosen: Universe | str | None = universe
    if universe is None and (coder_id or encounter_class):
        chosen = workbench.programmes.universe(
            programme,
            unit=None if unit is None else sampling_unit(unit),
            from_date=from_date,
            to_date=to_date,
            payer_id=payer_id,
            coder_id=coder_id,
            encounter_class=encounter_class,
        )
        require_known_filters(workbench, chosen)
    planned: PlannedAudit = workbench.programmes.plan(
        name,
        programme,
        universe=chosen,
        unit=None if unit is None else sampling_unit(unit),
        from_date=from_date,
        to_date=to_date,
        payer_id=payer_id,
        count=count,
        design=design,
        spares=spares,
        reason=reason,
        ground=None if ground is None else _GROUNDS[ground],
        evidence=evidence,
        payment_year=payment_year,
        terms=_terms(contract, figure, confidence, sides, netting),
        follows=follows,
        topic=topic,
        goal=goal,
        category_payments=category_payments,
    )
    drawn = None
    if seed:
        drawn = workbench.programmes.draw(name, seed="" if planned.plan.is_full_sample else seed)
    is_drawn = drawn is None and name in workbench.samples.names()

    def screen() -> Screen:
        yield from planned.sentences
        if is_drawn:
            yield f"'{name}' is drawn already, as planned."
        elif drawn is None:
            yield f"Nothing is drawn yet: 'auditlib audit plan {name} ... --seed SEED' draws as planned."
        else:
            yield (
                f"Drew {drawn.design.sample_count:,} of {drawn.frame.unit_count:,} {drawn.universe.unit}s, "
                f"seed {drawn.design.seed}."
            )

    return Outcome(
        lambda: {
            "audit": name,
            "programme": programme,
            "lines": planned.sentences,
            "deviations": list(planned.plan.deviations),
            "sample_count": planned.plan.sample_count,
            "sample": None if drawn is None else [unit.unit_id for unit in drawn.selected],
        },
        screen(),
    )


def _terms(contract: str, figure: str, confidence: float, sides: Sides, netting: str) -> Terms | None:
    from auditlib.audits.audit_plan import Terms

    if not contract:
        if (figure, confidence, sides, netting) != ("lower-limit", 0.90, "two-sided", "net"):
            message = "Figure, level, sides and netting are terms of a contract, and no contract is stated."
            raise UsageError(
                message, hint="State it by --contract, or leave them out: a programme has its own."
            )
        return None
    if not 0 < confidence < 1:
        message = f"A level lies between 0 and 1, not at {confidence:g}."
        raise UsageError(message, hint="Write 0.90 for 90 %.")
    return Terms(
        contract,
        "net" if netting == "net" else "gross" if netting == "gross" else "overpayments only",
        "lower limit" if figure == "lower-limit" else "point estimate",
        confidence,
        sides,
    )


def next_(audit: AuditName = None, *, amounts: Path | None = None, session: InSession) -> Outcome:
    """Say what a planned audit's sample found, and what follows: passed, a full sample, a round, a figure.

    Parameters
    ----------
    audit
        Name of the audit; by default the latest sample.
    amounts
        CSV of unit_id, examined (paid), audited (corrected), in the place of the verdicts' dollars.
    """
    chosen = session.workbench().audit(audit)
    done = chosen.findings(amounts=amounts)
    rounds = chosen.compare_rounds()
    finding = done.finding
    return Outcome(
        lambda: {
            "audit": chosen.name,
            "programme": done.plan.template_id,
            "sentences": list(done.sentences),
            "rounds": rounds,
            "is_finished": done.step is not None and done.step.is_finished,
            "full_sample_count": None if done.step is None else done.step.sample_count,
            "demand": None if finding is None else finding.demand,
            "rate": None if done.ratio is None else done.ratio.point,
        },
        (*done.sentences, *rounds),
    )
