"""Audit programmes: listed, explained, planned, and drawn as planned."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl

from auditlib.audits.audit import draw_sample
from auditlib.audits.audit_plan import AuditPlan, Ground, Terms, plan_of, record_audit_plan
from auditlib.audits.carried_verdicts import carry_verdicts
from auditlib.audits.universe import frozen_universe
from auditlib.errors import UsageError
from auditlib.programmes import Template, find_template, templates
from auditlib.programmes.risk_categories import read_category_rows
from auditlib.report.result import Notice, Result, missing
from auditlib.sampling import Manifest, Universe
from auditlib.sampling.request import DesignName
from auditlib.sampling.universe import Unit
from auditlib.version import __version__
from auditlib.workbench.context import Context
from auditlib.workbench.on_record import answers_on_record

if TYPE_CHECKING:
    from auditlib.workbench.workbench import Workbench


@dataclass(frozen=True, slots=True)
class PlannedAudit:
    """A plan as it is shown: its sentences, one a line."""

    plan: AuditPlan

    @property
    def sentences(self) -> list[str]:
        """The programme's choices, and what is planned."""
        return self.plan.sentences()

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        return Notice("\n".join(self.sentences))._repr_html_()


@answers_on_record
class Programmes:
    """The audit programmes of one workspace.

    Parameters
    ----------
    context
        The workspace, the user and the clock.
    workbench
        Whose audits earlier samples are.
    """

    def __init__(self, context: Context, workbench: Workbench) -> None:
        self._context = context
        self._workbench = workbench

    def list(self) -> Result:
        """Return the programmes with their units, sizes and figures, and how many sources are confirmed."""
        rows = [
            (
                one.id,
                one.title,
                one.valid_from,
                one.valid_to,
                " or ".join(one.units),
                one.least_count,
                one.most_count,
                _figure(one),
                _sources(one),
            )
            for one in templates().values()
        ]
        schema = {
            "programme": pl.String(),
            "title": pl.String(),
            "valid_from": pl.Date(),
            "valid_to": pl.Date(),
            "unit": pl.String(),
            "least_count": pl.Int64(),
            "most_count": pl.Int64(),
            "figure": pl.String(),
            "sources": pl.String(),
        }
        return Result(pl.DataFrame(rows, schema=schema, orient="row"), "Audit programmes")

    def explain(self, programme: str, *, payment_year: int | None = None) -> Notice:
        """Return a programme in plain words, each choice with its source.

        Raises
        ------
        UsageError
            If there is no such programme or payment year.
        """
        return Notice("\n".join(find_template(programme).lines(payment_year)))

    def plan(
        self,
        name: str,
        programme: str,
        *,
        universe: Universe | str | None = None,
        unit: Unit | None = None,
        from_date: dt.date | None = None,
        to_date: dt.date | None = None,
        payer_id: str | None = None,
        count: int | None = None,
        design: DesignName | None = None,
        spares: int = 0,
        reason: str = "",
        ground: Ground | None = None,
        evidence: str = "",
        payment_year: int | None = None,
        terms: Terms | None = None,
        follows: str = "",
        topic: str = "",
        goal: float | None = None,
        category_payments: Path | str | None = None,
    ) -> PlannedAudit:
        """Plan an audit by a programme, and enter the plan into the ledger before anything is drawn.

        Parameters
        ----------
        name
            Name of the audit and its sample.
        programme
            One of `list`.
        universe
            What is drawn from; left out, it is made of the unit, days and payer as the programme has it, or
            is that of the audit that this one follows.
        unit, from_date, to_date, payer_id
            Of such a universe.
        count, design, spares
            Where they are other than the programme's usual ones.
        reason
            Why the plan departs from the programme.
        ground, evidence
            The finding that must come before an extrapolation, and what shows it.
        payment_year
            Of risk adjustment; the year of service is the one before.
        terms
            Of a contract.
        follows
            The discovery sample of which this is the full one, or the round before.
        topic, goal
            Of a round of review.
        category_payments
            CSV file of category, payment_amount and trumps.

        Raises
        ------
        UsageError
            If the programme asks for something that is not given, or the plan departs from it without a
            reason.
        """
        template = find_template(programme)
        earlier = self._earlier(name, template, follows)
        if universe is None and earlier is not None and from_date is None and to_date is None:
            kept = earlier.universe_name or earlier.universe
            universe = kept if template.next_step == "discovery" else None
        if universe is None:
            universe = self.universe(
                programme,
                unit=unit,
                from_date=from_date,
                to_date=to_date,
                payer_id=payer_id,
                payment_year=payment_year,
            )
        years = template.of_payment_year(payment_year)
        usual = years.most_count if years is not None else template.usual_count
        if earlier is not None and template.next_step == "discovery":
            needed = self._full_count(follows)
            if count is not None and count < needed:
                message = f"The full sample after '{follows}' takes {needed:,} units, not {count:,}."
                raise UsageError(message, hint="Leave the count out, or state more.")
            count = count or needed
        frozen = "" if isinstance(universe, Universe) else universe
        if frozen:
            record = frozen_universe(self._context.workspace, frozen)[0].universe
            universe = Universe(record.name, unit=cast("Unit", record.unit))
        assert isinstance(universe, Universe)  # noqa: S101 - a name was read above
        plan = AuditPlan(
            name,
            template.id,
            universe,
            design or cast("DesignName", template.designs[0]),
            count if count is not None else usual or 0,
            spares,
            frozen,
            reason,
            ground,
            evidence,
            payment_year,
            terms,
            follows,
            topic or (earlier.topic if earlier is not None else ""),
            1 if earlier is None or template.most_rounds == 1 else earlier.round_number + 1,
            goal if goal is not None or earlier is None else earlier.goal,
            () if category_payments is None else read_category_rows(Path(category_payments)),
        )
        record_audit_plan(
            self._context.workspace, plan, actor=self._context.user, recorded_at=self._context.now()
        )
        return PlannedAudit(replace(plan, planned_by=self._context.user, planned_at=self._context.now()))

    def draw(self, name: str, *, seed: str = "", units: tuple[str, ...] = (), reason: str = "") -> Manifest:
        """Draw the sample of a plan; of a full sample, the discovery sample's verdicts are carried over.

        Parameters
        ----------
        name
            The planned audit.
        seed
            Any text but zero; of a full sample left out: it is the discovery sample's.
        units, reason
            Of a judgmental sample.

        Raises
        ------
        UsageError
            If nothing is planned under the name, or the seed is empty or zero.
        """
        plan = self.of(name)
        earlier = self._workbench.audit(plan.follows).manifest if plan.is_full_sample else None
        chosen = seed.strip() or ("" if earlier is None else earlier.design.seed)
        _require_seed(chosen, plan)
        if earlier is not None and chosen != earlier.design.seed:
            message = f"The full sample is drawn with the seed of '{plan.follows}'."
            raise UsageError(message, hint="Leave the seed out: then the discovery sample is its first part.")
        manifest = draw_sample(
            self._context.workspace,
            plan.universe_name or plan.universe,
            plan.request(chosen, listed=units, reason=reason),
            name=name,
            size_basis=plan.size_basis,
            objective=plan.template.title,
            software_version=__version__,
            drawn_by=self._context.user,
            drawn_at=self._context.now(),
        )
        if plan.is_full_sample:
            carry_verdicts(self._context.workspace, plan.follows, name, recorded_at=self._context.now())
        return manifest

    def risk_categories(self) -> Result:
        """Return the risk categories of the loaded maps: those for which a plan's payments are needed."""
        return self._context.result("codesets/risk_category", title="Risk categories (CMS-HCC V28)")

    def walk(self) -> Result:
        """Walk five programmes on a copy of the demo, which is thrown away, and return what each came to.

        See `auditlib.workbench.programme_walk`. On any other workspace nothing is done.
        """
        from auditlib.workbench.demo import DEMO_AUDIT, DEMO_MOMENT, DEMO_USER  # noqa: PLC0415 - see below
        from auditlib.workbench.programme_walk import SCHEMA, walk_programmes  # noqa: PLC0415 - needs a bench

        samples = self._workbench.samples
        is_demo = DEMO_AUDIT in samples.names() and samples.manifest(DEMO_AUDIT).drawn_by == DEMO_USER
        if not is_demo:
            said = "The walk is on the demo's data: make it by 'auditlib demo'."
            return missing(said, "Audits by programme", frame=pl.DataFrame(schema=SCHEMA))
        with tempfile.TemporaryDirectory() as folder:
            root = self._context.workspace.root
            walk = walk_programmes(root, Path(folder) / "walk", moment=DEMO_MOMENT)
            rows = walk.frame
            walk.workbench.workspace.warehouse().let_go()
        return Result(rows, "Audits by programme", walk.note)

    def of(self, name: str) -> AuditPlan:
        """Return the plan of an audit.

        Raises
        ------
        UsageError
            If nothing is planned under the name.
        """
        plan = plan_of(self._context.ledger.events(audit=name))
        if plan is None:
            message = f"No audit '{name}' is planned by a programme."
            raise UsageError(message, hint="Plan it: 'auditlib audit plan NAME --programme PROGRAMME'.")
        return plan

    def _earlier(self, name: str, template: Template, follows: str) -> AuditPlan | None:
        """Return the plan of the audit that another one follows, which is of the same programme."""
        if not follows:
            return None
        earlier = self.of(follows)
        if follows == name or earlier.template_id != template.id:
            said = "itself" if follows == name else f"an audit by '{earlier.template_id}'"
            message = f"'{name}' by '{template.id}' cannot follow '{follows}', {said}."
            raise UsageError(message, hint="Name an earlier audit by the same programme.")
        if earlier.is_full_sample:
            message = f"'{follows}' is a full sample already; it followed '{earlier.follows}'."
            raise UsageError(message, hint="Name a discovery sample.")
        return earlier

    def _full_count(self, follows: str) -> int:
        """Return how many units the full sample takes after a discovery sample."""
        step = self._workbench.audit(follows).findings().step
        if step is None or step.sample_count is None:
            why = "it is not reviewed and priced" if step is None else "it passed"
            message = f"No full sample follows '{follows}': {why}."
            raise UsageError(message, hint=f"'auditlib audit next {follows}' says what follows.")
        return step.sample_count

    @staticmethod
    def universe(
        programme: str,
        *,
        unit: Unit | None = None,
        from_date: dt.date | None = None,
        to_date: dt.date | None = None,
        payer_id: str | None = None,
        coder_id: str | None = None,
        encounter_class: str | None = None,
        payment_year: int | None = None,
    ) -> Universe:
        """Return the universe of units and days as a programme has it, of paid units where it says so."""
        template = find_template(programme)
        chosen: Unit = unit or template.units[0]  # type: ignore[assignment] # as the template has it
        if payment_year is not None and from_date is None and to_date is None:
            from_date, to_date = dt.date(payment_year - 1, 1, 1), dt.date(payment_year - 1, 12, 31)
        days = f"{from_date or 'the first day'} to {to_date or 'the last day'}"
        others = "".join(f", {one}" for one in (coder_id, encounter_class) if one)
        is_paid_only = template.is_paid_only and chosen in {"claim", "encounter"}
        kind = f"paid {chosen}s" if is_paid_only else f"{chosen}s"
        return Universe(
            f"{kind.capitalize()} of {payer_id or 'all payers'}, {days}{others}",
            unit=chosen,
            from_date=from_date,
            to_date=to_date,
            payer_id=payer_id,
            coder_id=coder_id,
            encounter_class=encounter_class,
            is_paid_only=is_paid_only,
        )


def _require_seed(seed: str, plan: AuditPlan) -> None:
    if plan.design == "judgmental":
        return
    if not seed or not seed.strip("0.+- "):
        message = "A seed is a text chosen before the draw, and not zero: zero stands where none was chosen."
        raise UsageError(message, hint="Throw dice, or agree on a text before the universe is seen.")


def _figure(template: Template) -> str:
    rule = template.programme
    if template.has_terms:
        return "as the contract says"
    if rule is None or not template.is_extrapolated:
        return "not extrapolated"
    return f"{rule.demand}, {100 * rule.confidence:g} % {rule.sides}, {rule.netting}"


def _sources(template: Template) -> str:
    sources = {choice.source for choice in template.choices}
    sources |= {source for years in template.years for source in years.sources}
    confirmed = sum(bool(source.confirmed) for source in sources)
    return f"{confirmed} of {len(sources)} confirmed"
