"""The plan of an audit by its programme: recorded before the draw, followed by draw and estimate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Event
from auditlib.programmes import PaymentYears, Template, find_template
from auditlib.programmes.risk_categories import CategoryRow
from auditlib.sampling import Design, SampleRequest, Universe, UniverseRecord
from auditlib.sampling.request import METHODS, DesignName
from auditlib.sampling.universe import Unit
from auditlib.stats.estimators.estimate import Sides
from auditlib.stats.estimators.missing_records import MissingRecordRule
from auditlib.stats.estimators.programmes import Demand, Netting, Programme
from auditlib.text import counted
from auditlib.workspace.folder import Workspace

AUDIT_PLANNED: Final = "audit planned"
Ground = Literal["high error rate", "failed education"]
GROUNDS: Final[Mapping[Ground, str]] = {
    "high error rate": "a sustained or high level of payment error",
    "failed education": "documented education failed to correct the errors",
}
_DAYS: Final = ("from_date", "to_date")


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a contract: how the figure is formed that a payer may ask for.

    Parameters
    ----------
    contract
        The contract, with the section.
    netting, demand, confidence, sides, missing_rule
        See `auditlib.stats.estimators.programmes.Programme`.
    """

    contract: str
    netting: Netting = "net"
    demand: Demand = "lower limit"
    confidence: float = 0.90
    sides: Sides = "two-sided"
    missing_rule: MissingRecordRule = "error-in-full"

    @property
    def programme(self) -> Programme:
        """The terms as the rule of a figure."""
        return Programme(
            self.contract,
            self.netting,
            self.demand,
            self.confidence,
            self.sides,
            None,
            self.missing_rule,
            f"{self.contract}, as stated by the user",
        )


@dataclass(frozen=True, slots=True)
class AuditPlan:
    """What an audit by a programme will be.

    Parameters
    ----------
    audit
        Name of the audit and its sample.
    template_id
        Of the programme.
    universe
        What is drawn from; the name of a frozen universe where `universe_name` holds one.
    design, sample_count, spare_count, allocation
        How many units are drawn, and how.
    reason
        Why the plan departs from the programme; required where it does.
    ground, evidence
        The finding that must come before an extrapolation, and what shows it.
    payment_year
        Of risk adjustment.
    terms
        Of a contract.
    follows
        The audit before: the discovery sample of a full one, the round before.
    topic, round_number, goal
        Of a round of review: its topic, which one it is, and the rate of errors that is accepted.
    category_rows
        Of enrollees: what a plan is paid a year for each risk category, and what it trumps.
    """

    audit: str
    template_id: str
    universe: Universe
    design: DesignName
    sample_count: int
    spare_count: int = 0
    universe_name: str = ""
    reason: str = ""
    ground: Ground | None = None
    evidence: str = ""
    payment_year: int | None = None
    terms: Terms | None = None
    follows: str = ""
    topic: str = ""
    round_number: int = 1
    goal: float | None = None
    category_rows: tuple[CategoryRow, ...] = ()
    planned_by: str = field(default="", compare=False)
    planned_at: dt.datetime | None = field(default=None, compare=False)

    @property
    def template(self) -> Template:
        """The programme's template, as this version has it."""
        return find_template(self.template_id)

    @property
    def years(self) -> PaymentYears | None:
        """The parameters of the payment year."""
        return self.template.of_payment_year(self.payment_year)

    @property
    def programme(self) -> Programme | None:
        """The rule of the figure; None where nothing is extrapolated, as from a discovery sample."""
        if self.terms is not None:
            return self.terms.programme
        if self.is_discovery_sample:
            return None
        years = self.years
        is_extrapolated = self.template.is_extrapolated and (years is None or years.is_extrapolated)
        return self.template.programme if is_extrapolated else None

    @property
    def is_full_sample(self) -> bool:
        """Whether it is the full sample after a discovery sample."""
        return self.template.next_step == "discovery" and bool(self.follows)

    @property
    def is_discovery_sample(self) -> bool:
        """Whether it only decides whether a full sample follows."""
        return self.template.next_step == "discovery" and not self.follows

    @property
    def deviations(self) -> tuple[str, ...]:
        """Where the plan departs from the programme, a sentence each."""
        template, years = self.template, self.years
        found = []
        if self.universe.unit not in template.units:
            found.append(f"the unit is {self.universe.unit}, not {' or '.join(template.units)}")
        if self.design not in template.designs:
            found.append(f"the design is {self.design}, not {' or '.join(template.designs)}")
        least = years.least_count if years else template.least_count
        most = years.most_count if years else template.most_count
        if least is not None and self.sample_count < least:
            found.append(f"{self.sample_count:,} units are fewer than {least:,}")
        if most is not None and self.sample_count > most:
            found.append(f"{self.sample_count:,} units are more than {most:,}")
        if self.spare_count and not template.has_spares:
            found.append(f"{counted(self.spare_count, 'spare')} are drawn, and units are not replaced")
        if template.is_paid_only and not self.universe.is_paid_only and not self.universe_name:
            found.append("units that were paid nothing stay in the universe")
        if self.round_number > template.most_rounds:
            found.append(f"it is round {self.round_number} of at most {template.most_rounds}")
        return tuple(found)

    def require_sound(self) -> None:
        """Refuse a plan that lacks what its programme asks for.

        Raises
        ------
        UsageError
            If evidence, a payment year, terms, or the reason of a departure is missing.
        """
        template = self.template
        _ = self.years
        self._require_options_of_the_programme()
        if template.has_precondition and (self.ground not in GROUNDS or not self.evidence.strip()):
            message = f"'{template.id}' extrapolates only after a finding, with its evidence."
            hint = f"State the ground ({' or '.join(GROUNDS)}), and the letter or audit that shows it."
            raise UsageError(message, hint=hint)
        if template.has_terms and (self.terms is None or not self.terms.contract.strip()):
            message = f"'{template.id}' goes by the terms of a contract, and none are given."
            raise UsageError(message, hint="State the contract, level, figure and netting.")
        if self.terms is not None and not template.has_terms:
            message = f"The terms of '{template.id}' are the programme's own."
            raise UsageError(message, hint="Leave out the terms, or plan by 'contract'.")
        if template.years and not self.category_rows:
            message = f"'{template.id}' needs what is paid a year for each risk category."
            raise UsageError(message, hint="Give a CSV file of category, payment_amount and trumps.")
        if self.goal is not None and not 0 <= self.goal <= 1:
            message = f"A goal is a rate between 0 and 1, not {self.goal:g}."
            raise UsageError(message)
        if self.sample_count < 1:
            message = "A sample has at least one unit."
            raise UsageError(message, hint="State how many units to draw.")
        if self.deviations and not self.reason.strip():
            message = f"The plan departs from '{template.id}': {'; '.join(self.deviations)}."
            raise UsageError(message, hint="State the reason, which is printed, or follow the programme.")

    def _require_options_of_the_programme(self) -> None:
        """Refuse what another programme would take: left aside, it would look as if it counted."""
        template = self.template
        strange = [
            what
            for what, is_given, is_taken in (
                ("a ground or evidence", self.ground is not None or self.evidence, template.has_precondition),
                ("a payment year", self.payment_year is not None, template.years),
                ("payments by risk category", self.category_rows, template.years),
                ("a topic or goal", self.topic or self.goal is not None, template.most_rounds > 1),
                (
                    "an audit before it",
                    self.follows,
                    template.next_step == "discovery" or template.most_rounds > 1,
                ),
            )
            if is_given and not is_taken
        ]
        if strange:
            message = f"'{template.id}' does not go by {', '.join(strange)}."
            raise UsageError(message, hint="Leave it out, or plan by the programme that has it.")

    def sentences(self) -> list[str]:
        """Return the plan in plain words: the template, what is planned, and where it departs and why."""
        universe = self.universe_name or self.universe.name
        lines = [
            *self.template.lines(self.payment_year),
            (
                f"Planned: {counted(self.sample_count, self.universe.unit)} of '{universe}', {self.design}, "
                f"{counted(self.spare_count, 'spare')}."
            ),
        ]
        if self.ground is not None:
            lines.append(f"Precondition: {GROUNDS[self.ground]}. Evidence: {self.evidence}")
        if self.terms is not None:
            rule = self.terms.programme
            lines.append(
                f"Terms of {self.terms.contract}: {rule.demand} at {100 * rule.confidence:g} % {rule.sides}, "
                f"{rule.netting}; a missing record is {rule.missing_record_rule}."
            )
        if self.topic or self.template.most_rounds > 1:
            goal = "not stated" if self.goal is None else f"{100 * self.goal:g} %"
            topic = f"'{self.topic}'" if self.topic else "not stated"
            lines.append(f"Round {self.round_number}, topic {topic}, goal {goal}.")
        if self.follows:
            lines.append(f"Follows '{self.follows}'.")
        if self.deviations:
            lines.append(f"Departs from the programme: {'; '.join(self.deviations)}. Reason: {self.reason}")
        return lines

    def to_payload(self) -> dict[str, object]:
        """Return the plan as JSON values."""
        values = asdict(self)
        for name in ("audit", "planned_by", "planned_at"):
            del values[name]
        values["universe"] = {
            name: str(value) if isinstance(value, dt.date) else value
            for name, value in values["universe"].items()
        }
        return {**values, "template_sha256": self.template.sha256}

    @classmethod
    def from_event(cls, event: Event) -> AuditPlan:
        """Return the plan that an event holds.

        Raises
        ------
        StoreError
            If the event is not one of a plan.
        """
        payload: dict[str, Any] = dict(event.payload)
        try:
            stated: dict[str, Any] = dict(payload["universe"])
            for name in _DAYS:
                if stated.get(name) is not None:
                    stated[name] = dt.date.fromisoformat(str(stated[name]))
            for name in ("provider_ids", "billed_codes"):
                stated[name] = tuple(stated[name])
            terms = payload["terms"]
            known = {name: payload[name] for name in cls.__slots__ if name in payload}
            known |= {
                "universe": Universe(**stated),
                "category_rows": tuple(map(tuple, payload["category_rows"])),
                "terms": None if terms is None else Terms(**terms),
                "audit": event.audit,
            }
            plan = cls(**known)
        except (KeyError, TypeError, ValueError) as error:
            message = f"Event {event.event_number} of the ledger holds no plan of an audit."
            raise StoreError(message, hint="Verify the ledger: 'auditlib ledger verify'.") from error
        return replace(plan, planned_by=event.actor, planned_at=event.recorded_at)

    def request(self, seed: str, *, listed: tuple[str, ...] = (), reason: str = "") -> SampleRequest:
        """Return the request of the draw that the plan describes."""
        return SampleRequest(
            self.design,
            seed=seed,
            count=self.sample_count,
            spare_count=self.spare_count,
            listed=listed,
            reason=reason,
        )

    @property
    def size_basis(self) -> str:
        """How the number of units was arrived at."""
        return f"Programme '{self.template_id}': {self.template.size_words}"


def record_audit_plan(workspace: Workspace, plan: AuditPlan, *, actor: str, recorded_at: dt.datetime) -> None:
    """Enter a plan into the ledger; the same plan again adds nothing.

    Raises
    ------
    UsageError
        If it lacks what its programme asks for, or another plan of a drawn sample has the name.
    """
    plan.require_sound()
    ledger = workspace.ledger()
    # Nobody draws between the look and the entry.
    with ledger.batch():
        events = ledger.events(audit=plan.audit)
        if plan_of(events) == plan:
            return
        if any(event.kind == "sample drawn" for event in events):
            message = f"The sample '{plan.audit}' is drawn: it is planned before that, or not at all."
            raise UsageError(message, hint="Give the new audit another name.")
        ledger.append(
            kind=AUDIT_PLANNED,
            audit=plan.audit,
            subject=plan.audit,
            actor=actor,
            payload=plan.to_payload(),
            recorded_at=recorded_at,
        )


def plan_of(events: Iterable[Event]) -> AuditPlan | None:
    """Return the latest plan among the events of an audit; None without one."""
    planned = [event for event in events if event.kind == AUDIT_PLANNED]
    return AuditPlan.from_event(planned[-1]) if planned else None


def require_as_planned(plan: AuditPlan | None, universe: UniverseRecord, design: Design) -> None:
    """Refuse a draw that is not the one that was planned.

    Raises
    ------
    UsageError
        If universe, design or counts differ.
    """
    if plan is None:
        return
    wanted: Unit = plan.universe.unit
    differs = [
        f"{what} {drawn}, planned {planned}"
        for what, drawn, planned in (
            ("unit", universe.unit, wanted if not plan.universe_name else universe.unit),
            ("universe", universe.name, plan.universe_name or plan.universe.name),
            (
                "filters",
                sorted((one.name, one.value) for one in universe.filters),
                sorted((one.name, one.value) for one in plan.universe.filters)
                if not plan.universe_name
                else sorted((one.name, one.value) for one in universe.filters),
            ),
            ("design", design.method, METHODS[plan.design]),
            ("units", design.sample_count, plan.sample_count),
            ("spares", design.spare_count, plan.spare_count),
        )
        if drawn != planned
    ]
    if differs:
        message = f"The draw of '{plan.audit}' is not as planned: {'; '.join(differs)}."
        raise UsageError(message, hint="Draw by the plan, or plan anew with the reason.")
