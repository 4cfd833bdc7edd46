"""What the findings of an audit change in dollars, each with its origin, and their way into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import polars as pl

from auditlib.audits.audit import charts_of_units
from auditlib.audits.paid_units import paid_units
from auditlib.audits.spares import units_to_review
from auditlib.errors import UsageError
from auditlib.pricing.cents import MONEY
from auditlib.pricing.finding_price import PriceRequest, accepted_origin, priced_findings
from auditlib.pricing.price_source import DEFAULT_SOURCES, PriceSource, refused_source
from auditlib.pricing.unit_amounts import read_refunds, unit_amounts
from auditlib.report.result import Result
from auditlib.review import NO_RECORD, Supplement, record_supplements
from auditlib.review.payment_difference import NOT_ENTERED
from auditlib.review.stay_verdict import FACT_OF_SYSTEM
from auditlib.review.supplement import record_stay_payment
from auditlib.stats.estimators.programmes import NETTINGS, PROGRAMMES, Netting
from auditlib.text import counted
from auditlib.workbench.context import Context

if TYPE_CHECKING:
    from auditlib.workbench.audit import Audit

_COMPUTED: Final = tuple(source.value for source in PriceSource if source is not PriceSource.ENTERED)


@dataclass(frozen=True, slots=True)
class PricedAudit:
    """The findings and units of an audit in dollars.

    Parameters
    ----------
    audit
        The audit.
    context
        Its workspace, the user and the clock.
    findings
        Rows of `auditlib.pricing.finding_price.priced_findings`.
    units
        Rows of `auditlib.pricing.unit_amounts.unit_amounts`.
    basis
        How it was priced, in words.
    """

    audit: Audit
    context: Context
    findings: pl.DataFrame
    units: pl.DataFrame
    basis: str

    @property
    def frame(self) -> pl.DataFrame:
        """The units."""
        return self.units

    @property
    def not_priced(self) -> pl.DataFrame:
        """The findings that cannot be priced, with reasons."""
        return self.findings.filter(pl.col("payment_difference").is_null())

    @property
    def sentence(self) -> str:
        """How many findings are priced, and what they come to."""
        priced = self.findings.height - self.not_priced.height
        over, under = (
            self.units[name].drop_nulls().sum() for name in ("overpaid_amount", "underpaid_amount")
        )
        estimates = self.findings.filter("is_estimate").height
        guessed = f", {counted(estimates, 'estimate')} among them" if estimates else ""
        return (
            f"{priced:,} of {counted(self.findings.height, 'finding')} are priced{guessed}. Units priced: "
            f"overpaid ${over:,.2f}, underpaid ${under:,.2f}. {self.basis}"
        )

    def accept(self, *, reviewer: str | None = None) -> int:
        """Enter the computed differences into the ledger, each beside its verdict with its origin.

        Parameters
        ----------
        reviewer
            Whose verdicts get them; the user's by default.

        Returns
        -------
        int
            How many verdicts got an amount. What reviewers entered stays; what other reviewers judged is
            theirs to accept.
        """
        who = reviewer or self.context.user
        reviewed = self.audit.reviewed
        recorded = pl.concat([reviewed.verdicts, reviewed.stays])["event_number", "payment_difference_basis"]
        recorded = recorded.filter(
            pl.col("payment_difference_basis").is_not_null()
            & ~pl.col("payment_difference_basis").is_in(NOT_ENTERED)
        )
        rows = self.findings.filter(
            pl.col("payment_difference").is_not_null(),
            pl.col("price_source").is_in(_COMPUTED),
            pl.col("reviewer") == who,
            pl.col("action") != NO_RECORD,
        ).join(recorded, on="event_number", how="anti")
        supplements, stays = [], []
        for row in rows.iter_rows(named=True):
            origin = accepted_origin(row["price_source"], row["origin"])
            if row["code_system"] in FACT_OF_SYSTEM:
                stays.append((row["encounter_id"], row["code_system"], row["payment_difference"], origin))
            else:
                added = row["code_number"] is None
                named = row["after"].partition("-")[0] if added else str(row["code_number"])
                supplements.append(
                    Supplement(row["encounter_id"], named, row["payment_difference"], payment_origin=origin)
                )
        session = self.audit.session(who)
        moment = self.context.now()
        record_supplements(session, supplements, {}, recorded_at=moment)
        for encounter_id, system, difference, origin in stays:
            fact = FACT_OF_SYSTEM[system]
            record_stay_payment(session, encounter_id, fact, difference, origin, recorded_at=moment)
        return len(supplements) + len(stays)

    def _result(self) -> Result:
        return Result(self.units, f"Dollars of '{self.audit.name}'", note=self.sentence)

    def __repr__(self) -> str:
        return repr(self._result())

    def _repr_html_(self) -> str:
        return self._result()._repr_html_()


def netting_named(name: str) -> Netting:
    """Return a rule of netting by its name.

    Raises
    ------
    UsageError
        If there is no such rule.
    """
    if name not in NETTINGS:
        message = f"There is no rule of netting '{name}'."
        raise UsageError(message, hint=f"Choose among: {', '.join(NETTINGS)}.")
    return cast("Netting", name)


def priced_audit(
    context: Context,
    audit: Audit,
    *,
    sources: Sequence[PriceSource] = DEFAULT_SOURCES,
    programme: str | None = None,
    estimate_reason: str | None = None,
    refunds: Path | None = None,
    netting: Netting | None = None,
) -> PricedAudit:
    """Return the findings and units of an audit in dollars.

    Parameters
    ----------
    context, audit
        The workspace and the audit.
    sources
        Sources of prices in the order in which they are tried.
    programme
        PIM, OIG, SDP, CIA or another of `auditlib.stats.estimators.programmes.PROGRAMMES`: how it nets, and
        whether it takes estimates. By default that of the audit's plan.
    estimate_reason
        Why an estimate is used nevertheless.
    refunds
        A CSV of what was refunded already: `auditlib.pricing.unit_amounts.read_refunds`.
    netting
        How under- and overpayments of a unit are netted; by default as the programme does, else net.

    Raises
    ------
    UsageError
        If there is no such programme, or it does not take a source without a reason.
    """
    if programme is not None and programme not in PROGRAMMES:
        message = f"There is no programme '{programme}'."
        raise UsageError(message, hint=f"Choose among: {', '.join(PROGRAMMES)}.")
    plan = audit.audit_plan
    if programme is None and plan is not None:
        own = plan.template.programme
        programme = next((name for name, one in PROGRAMMES.items() if one == own), None)
        if netting is None and plan.terms is not None:
            netting = plan.terms.netting
    for source in sources:
        refusal = refused_source(source, programme, estimate_reason)
        if refusal is not None:
            raise UsageError(
                refusal, hint="Leave the source out, or say by --estimate-reason why it is used."
            )
    rule = netting or ("net" if programme is None else PROGRAMMES[programme].netting)
    reviewed, manifest = audit.reviewed, audit.manifest
    final = reviewed.final
    unit = manifest.universe.unit
    unit_ids = units_to_review(manifest, audit.spare_uses())
    chart_of = charts_of_units(context.workspace, unit, unit_ids)
    units = pl.DataFrame(list(chart_of.items()), schema=("unit_id", "encounter_id"), orient="row").cast(
        pl.String()
    )
    refunded = (
        pl.DataFrame(schema={"unit_id": pl.String(), "refunded_amount": MONEY})
        if refunds is None
        else read_refunds(refunds)
    )
    strange = refunded.join(units, on="unit_id", how="anti")
    if strange.height:
        message = f"'{strange['unit_id'][0]}' of the refunds is no unit of '{audit.name}'."
        raise UsageError(message, hint=f"Name a {unit} of the sample.")
    findings = priced_findings(
        context.warehouse,
        final.verdicts,
        reviewed.final_stays.verdicts,
        encounter_ids=final.charts["encounter_id"].to_list(),
        request=PriceRequest(tuple(sources)),
    )
    paid = paid_units(context.warehouse, unit, unit_ids)
    completed = final.charts["encounter_id"].to_list()
    drawn = units.join(paid, on="unit_id", how="left", maintain_order="left").with_columns(
        is_reviewed=pl.col("encounter_id").is_in(completed),
        is_missing=pl.col("encounter_id").is_in(list(final.missing_charts)),
    )
    recouped = context.warehouse.query(
        "queries/pricing/recouped_from_claim", {"encounter_ids": list(set(chart_of.values()))}
    )
    amounts = unit_amounts(
        drawn,
        _with_units(findings, drawn, unit),
        _offsets(drawn, recouped, refunded, unit),
        missing_rule=final.missing_rule,
        netting=rule,
    )
    said = f"Sources: {', '.join(source.value for source in sources)}. Under- and overpayments: {rule}."
    if estimate_reason:
        said = f"{said} Estimates are used because: {estimate_reason}"
    return PricedAudit(audit, context, findings, amounts, said)


def _with_units(findings: pl.DataFrame, units: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Return findings with the unit that each belongs to; one of no sampled unit has none."""
    if unit == "code":
        keyed = findings.with_columns(unit_id=pl.format("{}-{}", "encounter_id", "code_number"))
        return keyed.join(units.select("unit_id"), on="unit_id", how="semi")
    if unit == "line":
        keyed = findings.with_columns(unit_id=pl.format("{}-{}", "claim_id", "line_number"))
        return keyed.join(units.select("unit_id"), on="unit_id", how="semi")
    if unit == "claim":
        # A chart with one claim has all its findings there, whichever version of the claim was answered.
        only = units.filter(pl.col("chart_claim_count") == 1).select("encounter_id", only_unit="unit_id")
        keyed = findings.join(only, on="encounter_id", how="left", maintain_order="left").with_columns(
            unit_id=pl.coalesce("only_unit", pl.col("claim_id").cast(pl.String()))
        )
        return keyed.join(units.select("unit_id"), on="unit_id", how="semi")
    return findings.with_columns(unit_id="encounter_id")


def _offsets(units: pl.DataFrame, recouped: pl.DataFrame, refunded: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Return what of each unit was taken back without a reversal, and what was refunded."""
    by_chart = recouped.group_by("encounter_id").agg(pl.col("recouped_amount").sum().cast(MONEY))
    is_whole = pl.lit(unit == "encounter")
    if unit == "claim":
        is_whole = pl.col("chart_claim_count") == 1
    whole = units.filter(is_whole).select("unit_id", "encounter_id")
    return (
        units.select("unit_id")
        .join(whole.join(by_chart, on="encounter_id").drop("encounter_id"), on="unit_id", how="left")
        .join(refunded, on="unit_id", how="left")
    )
