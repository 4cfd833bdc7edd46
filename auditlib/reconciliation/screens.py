"""The totals of screens and reports, each with the records of the raw files that it is the total of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from auditlib.measures import (
    audited_and_denied,
    balances,
    claim_waits,
    denial_findings,
    denial_metrics,
    denial_worklist,
    denials,
    denials_by_check,
    denied_lines,
    outcomes,
    overturn_model,
    positions,
    record_requests,
    reduced_payments,
    take_backs,
    totals,
    unmatched_payments,
)
from auditlib.measures.appeal_levels import read_appeal_levels
from auditlib.warehouse import Warehouse

Filter = Mapping[str, str]

# An age moves dollars between bands; their sum is the same on every day.
_ANY_DAY: Final = dt.date(2000, 1, 1)


def _worklist(warehouse: Warehouse) -> pl.DataFrame:
    """Return the worklist as it is before anybody worked on it."""
    lines = denied_lines.denied_lines(warehouse)
    model = overturn_model.overturn_model(lines, _ANY_DAY)
    return denial_worklist.worklist(model.with_chances(lines), read_appeal_levels(), {}, _ANY_DAY)


def _records(warehouse: Warehouse) -> pl.DataFrame:
    """Return the requests for records as files make them."""
    in_files = record_requests.requests_in_files(warehouse)
    dues = record_requests.read_records_due()
    return record_requests.record_requests(in_files, in_files.clear(), {}, dues, _ANY_DAY)


def _audited(warehouse: Warehouse) -> pl.DataFrame:
    """Return the audited claims as they are before anybody audited: none."""
    codes = pl.DataFrame(schema={"encounter_id": pl.String, "is_right": pl.Boolean})
    waits = claim_waits.claim_waits(warehouse)
    return audited_and_denied.audited_claims(warehouse, waits, codes.select("encounter_id"), codes)


SCREENS: Final[Mapping[str, Callable[[Warehouse], pl.DataFrame]]] = {
    "files.list": lambda warehouse: warehouse.query("queries/files/source_file"),
    "files.totals": totals.file_totals,
    "files.encounter_count": lambda warehouse: warehouse.query("queries/files/encounter_count"),
    "files.money_totals": lambda warehouse: warehouse.query("queries/files/money_totals"),
    "files.balance_totals": balances.balance_totals,
    "files.balances": balances.unbalanced,
    "claims.totals": totals.claim_totals,
    "claims.matching_methods": totals.matching_methods,
    "claims.unmatched_payments": totals.unmatched_payments,
    "claims.unmatched": lambda warehouse: warehouse.query("queries/claims/unmatched_payment"),
    "claims.positions": positions.claim_positions,
    "claims.position_totals": positions.position_totals,
    "claims.rejections": lambda warehouse: warehouse.query("queries/claims/front_end_rejection"),
    "claims.clean_rate": outcomes.clean_claim_rate,
    "denials.rate": lambda warehouse: denials.denial_rates(warehouse, by=()),
    "denials.dollars": lambda warehouse: denials.denied_dollars(warehouse, by=()),
    "denials.overturned": lambda warehouse: denials.overturn_rates(warehouse, by=()),
    "denials.reasons": denials.denial_reasons,
    "denials.caught": denials.denials_caught,
    "denials.outcomes": outcomes.outcome_flow,
    "denials.lines": denied_lines.denied_lines,
    "denials.bars": lambda warehouse: denied_lines.bars(denied_lines.denied_lines(warehouse), []),
    "denials.claims": lambda warehouse: denied_lines.claims_of(denied_lines.denied_lines(warehouse)),
    "denials.aged": lambda warehouse: denial_metrics.aged_denials(
        denied_lines.denied_lines(warehouse), _ANY_DAY
    ),
    "denials.findings": denial_findings.denial_findings,
    "denials.worklist": _worklist,
    "denials.why_totals_differ": denial_metrics.why_totals_differ,
    "denials.takebacks": take_backs.take_backs,
    "denials.takeback_totals": lambda warehouse: take_backs.take_back_totals(
        take_backs.take_backs(warehouse)
    ),
    "denials.payments": take_backs.payment_steps,
    "denials.records": _records,
    "denials.unmatched": lambda warehouse: unmatched_payments.unmatched_worklist(
        unmatched_payments.payments_without_claim(warehouse), {}, _ANY_DAY
    ),
    "denials.by_check": denials_by_check.denials_by_check,
    "denials.without_named": denials_by_check.denials_without_named,
    "denials.against_audits": lambda warehouse: audited_and_denied.audited_against_denied(
        _audited(warehouse)
    ),
    "denials.cost_of_errors": lambda warehouse: audited_and_denied.cost_of_errors(
        _audited(warehouse), _ANY_DAY
    ),
    "denials.reduced": lambda warehouse: reduced_payments.reduced_payments(warehouse, read_appeal_levels()),
}
"""The frames that screens and reports show, by accessor and method of the workbench."""


@dataclass(frozen=True, slots=True)
class ScreenTotal:
    """A column of a screen whose sum is a sum of records of the raw files.

    Attributes
    ----------
    name
        What it is, as 'charges of claims'.
    screen, column
        Where it is shown.
    record_kind, measure
        The records, and which of `MEASURES` of them.
    rows
        The rows of the screen that are summed, by column and value; by default all.
    """

    name: str
    screen: str
    column: str
    record_kind: str
    measure: str
    rows: Filter = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """Return 'records' or 'dollars'."""
        return "records" if self.measure == "record_count" else "dollars"

    def value(self, frames: Mapping[str, pl.DataFrame]) -> object:
        """Return the sum of the column on the screen."""
        frame = frames[self.screen]
        for column, value in self.rows.items():
            frame = frame.filter(pl.col(column) == value)
        return frame[self.column].sum()


_COUNT, _CHARGE, _PAID, _OTHER = "record_count", "charge_amount", "paid_amount", "other_amount"
_MONEY: Final = "files.money_totals"


def _money(name: str, table: str, column: str, measure: str) -> ScreenTotal:
    return ScreenTotal(name, _MONEY, column, table, measure, rows={"table_name": table})


SCREEN_TOTALS: Final = (
    _money("claims", "claim", "row_count", _COUNT),
    _money("charges of claims", "claim", "charge_amount", _CHARGE),
    _money("service lines of claims", "claim_line", "row_count", _COUNT),
    _money("charges of service lines", "claim_line", "charge_amount", _CHARGE),
    _money("remittances", "remittance", "row_count", _COUNT),
    _money("totals of remittances (BPR02)", "remittance", "payment_amount", _OTHER),
    _money("claim payments", "remit_claim", "row_count", _COUNT),
    _money("charges of claim payments", "remit_claim", "charge_amount", _CHARGE),
    _money("paid on claims", "remit_claim", "paid_amount", _PAID),
    _money("lines of claim payments", "remit_line", "row_count", _COUNT),
    _money("charges of lines of claim payments", "remit_line", "charge_amount", _CHARGE),
    _money("paid on lines", "remit_line", "paid_amount", _PAID),
    _money("provider-level adjustments", "provider_adjustment", "row_count", _COUNT),
    _money("provider-level adjustments (PLB)", "provider_adjustment", "adjustment_amount", _OTHER),
    ScreenTotal("claims, by form", "claims.totals", "claim_count", "claim", _COUNT),
    ScreenTotal("service lines, by form", "claims.totals", "line_count", "claim_line", _COUNT),
    ScreenTotal("charges of claims, by form", "claims.totals", "charge_amount", "claim", _CHARGE),
    ScreenTotal(
        "charges of service lines, by form", "claims.totals", "line_charge_amount", "claim_line", _CHARGE
    ),
    ScreenTotal(
        "claim payments, by matching", "claims.matching_methods", "payment_count", "remit_claim", _COUNT
    ),
    ScreenTotal(
        "charges of claim payments, by matching",
        "claims.matching_methods",
        "charge_amount",
        "remit_claim",
        _CHARGE,
    ),
    ScreenTotal("paid, by matching", "claims.matching_methods", "paid_amount", "remit_claim", _PAID),
    ScreenTotal(
        "claim payments, by payer", "claims.unmatched_payments", "denominator_count", "remit_claim", _COUNT
    ),
    ScreenTotal("paid, by file", "files.list", "paid_amount", "remit_claim", _PAID),
    ScreenTotal("paid, by format of file", "files.totals", "paid_amount", "remit_claim", _PAID),
    ScreenTotal("claims, by net position", "claims.position_totals", "claim_count", "claim", _COUNT),
    ScreenTotal(
        "charges of claims, by net position", "claims.position_totals", "charge_amount", "claim", _CHARGE
    ),
    ScreenTotal("encounters in files, by file", "files.list", "encounter_count", "encounter", _COUNT),
    ScreenTotal(
        "encounters in files, by format of file", "files.totals", "encounter_count", "encounter", _COUNT
    ),
    ScreenTotal("charges of claims, one by one", "claims.positions", "charge_amount", "claim", _CHARGE),
    ScreenTotal(
        "take-backs and other PLB, one by one",
        "denials.takebacks",
        "adjustment_amount",
        "provider_adjustment",
        _OTHER,
    ),
    ScreenTotal(
        "take-backs and other PLB, by kind",
        "denials.takeback_totals",
        "adjustment_count",
        "provider_adjustment",
        _COUNT,
    ),
    ScreenTotal(
        "dollars of take-backs and other PLB, by kind",
        "denials.takeback_totals",
        "adjustment_amount",
        "provider_adjustment",
        _OTHER,
    ),
)
"""Totals that must be those of the raw files; what else screens show follows from them by an equation."""

NOT_SUMS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "files.list.interchange_count",
            "files.list.group_count",
            "files.list.transaction_count",
            "files.list.document_count",
            "files.list.rejected_count",
            "files.list.note_count",
            "files.totals.file_count",
            "files.totals.transaction_count",
            "files.totals.rejected_count",
        ),
        "counts files, envelopes, documents, notes and faults, not records with money",
    ),
    "claims.totals.account_count": "counts distinct numbers, which do not add up",
    "claims.totals.later_payer_claim_count": "counts claims by a code of theirs; the claims are reconciled",
    "claims.totals.replacement_claim_count": "counts claims by a code of theirs; the claims are reconciled",
    "claims.unmatched.candidate_count": "counts claims that were considered, several for one payment",
    **{
        f"claims.rejections.{column}": "sums rejections, and a claim may be rejected twice"
        for column in ("claim_count", "unknown_claim_count", "charge_amount")
    },
    **{
        f"denials.without_named.{column}": "supposes that claims with findings had been mended"
        for column in ("denied_claim_count", "answered_claim_count", "denied_amount")
    },
    **{
        f"denials.by_check.{column}": "repeats a claim for each check that its reason names"
        for column in (
            *("denied_claim_count", "denied_amount", "named_claim_count", "named_amount"),
            "paid_claim_count",
        )
    },
    **{
        f"denials.{screen}.{column}": "is of claims whose charts were audited, of which files know nothing"
        for screen, columns in {
            "against_audits": (
                *("claim_count", "denied_count", "not_denied_count", "denied_amount"),
                "charge_amount",
            ),
            "cost_of_errors": ("claim_count", "denied_amount", "waiting_count", "settled_count"),
        }.items()
        for column in columns
    },
    "denials.reduced.billed_unit_count": "shows units of single lines beside the payer's",
    "denials.reduced.paid_unit_count": "shows units of single lines beside the payer's",
    "denials.reduced.lost_amount": "sums differences from what the line would have paid, an estimate",
    "denials.reduced.allowed_amount": "is of single lines, by their adjustments where the payer states none",
    "denials.reduced.contract_amount": "is of the user's fee table, of which files know nothing",
    **{
        f"denials.{screen}.{column}": "is judged line by line from adjustments, by a rule that tests hold"
        for screen, columns in {
            "lines": ("denied_amount", "denial_count"),
            "bars": ("line_count", "claim_count", "denied_amount", "not_paid_amount"),
            "claims": ("line_count", "denied_amount", "not_paid_amount"),
            "aged": ("line_count", "claim_count", "denied_amount"),
            "why_totals_differ": ("claim_count", "denied_amount"),
        }.items()
        for column in columns
    },
    **{
        f"denials.{screen}.{column}": "is judged by what ties a take-back, a rule that tests hold"
        for screen, columns in {
            "takebacks": ("open_amount", "not_carried_amount"),
            "takeback_totals": (
                *("tied_count", "tied_amount", "not_tied_count", "not_tied_amount"),
                *("open_amount", "not_carried_amount"),
            ),
        }.items()
        for column in columns
    },
    "denials.payments.adjustment_count": "counts take-backs by kind, beside sums that have no count",
    "denials.payments.step_amount": "holds steps and what they come to, which are reconciled each",
    "denials.records.charge_amount": "is of the claims whose records are asked for",
    "denials.unmatched.charge_amount": "is of the rows of claims.unmatched, which are reconciled",
    "denials.unmatched.paid_amount": "is of the rows of claims.unmatched, which are reconciled",
    "denials.worklist.not_paid_amount": "is of the claims that somebody may still work on",
    "denials.worklist.expected_amount": "is an estimate: dollars times a chance",
    **{
        f"denials.findings.{column}": "is of what stands out, not of all"
        for column in ("claim_count", "answered_count", "expected_count", "denied_amount", "extra_amount")
    },
    "denials.caught.checked_count": "counts outcomes of checks, of which files know nothing",
    "denials.caught.caught_amount": "sums outcomes of checks, of which files know nothing",
    "denials.caught.numerator_count": "counts outcomes of checks, of which files know nothing",
}
"""Figures of screens that no sum of raw records can equal, each with the reason."""


def screen_frames(warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    """Return the frame of every screen."""
    return {name: frame(warehouse) for name, frame in SCREENS.items()}
