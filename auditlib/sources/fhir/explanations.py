"""Claim, ExplanationOfBenefit and ClaimResponse resources to the tables of claims and remittances."""

from __future__ import annotations

import polars as pl

from auditlib.sources.fhir.adjudications import adjudications_of, amounts_of, reasons_of
from auditlib.sources.fhir.claims import claim_columns, claim_numbers
from auditlib.sources.fhir.codes import diagnosis_frame, procedure_frame
from auditlib.sources.fhir.facts import facts_of, last_part, named
from auditlib.sources.fhir.lines import items_of, line_columns
from auditlib.sources.fhir.people import contained_patients, date, no_people, referred
from auditlib.sources.paid_claims import (
    PRIMARY,
    REASON_SCHEMA,
    answer_tables,
    money,
    paid_claim_tables,
)
from auditlib.sources.rejected_rows import RejectedRows

_KEY = "source_offset"
_IN_FORCE = "active"
_USE = "claim"
_NOT_JUDGED = ("queued",)
_SHARES = ("deductible_amount", "coinsurance_amount", "copay_amount")


def claim_tables(
    resources: pl.DataFrame, rejects: RejectedRows, *, is_answer: bool, source_file_id: int
) -> dict[str, pl.DataFrame]:
    """Return the tables that Claim (or, as ``is_answer``, ExplanationOfBenefit) resources fill.

    Notes
    -----
    Resources that are not active, and predeterminations, are rejected. A missing charge or payment is the sum
    of the lines. A line without a charge gets 0, which is recorded.
    """
    kind = "ExplanationOfBenefit" if is_answer else "Claim"
    resources = _in_force(resources, rejects, kind)
    claims, within = claim_columns(resources, is_answer=is_answer)
    items = items_of(resources)
    lines = line_columns(items, rejects)
    adjudications = adjudications_of(items)
    amounts = amounts_of(adjudications)
    lines = lines.join(amounts, on=[_KEY, "line_number"], how="left", maintain_order="left").with_columns(
        pl.coalesce("charge_amount", _net(items)).alias("charge_amount"), pl.col(_KEY).alias("claim_offset")
    )
    claims, claim_keys = _with_sums(claims, lines, rejects, kind)
    rejects.add(
        "item",
        lines.filter(pl.col("charge_amount").is_null()),
        "a line has no charge: taken as 0",
        "a submitted amount, or a net price",
    )
    lines = lines.with_columns(pl.col("charge_amount").fill_null(0)).join(claim_keys, on=_KEY, how="semi")
    lines = _dated(lines, claims)
    resources = resources.join(claim_keys, on=_KEY, how="semi")
    header = (
        reasons_of(adjudications_of(resources.with_columns(pl.lit(None, pl.Int64).alias("line_number"))))
        if is_answer
        else pl.DataFrame(schema=REASON_SCHEMA)
    )
    reasons = pl.concat([header, reasons_of(adjudications)])
    _note_dates(resources, rejects, kind)
    return {
        **paid_claim_tables(claims, lines, reasons, source_file_id=source_file_id),
        "claim_diagnosis": diagnosis_frame(resources, rejects, source_file_id=source_file_id),
        "claim_procedure": procedure_frame(resources, rejects, source_file_id=source_file_id),
        "patient": contained_patients(
            claims.select(_KEY), within, claims["patient_id"], source_file_id=source_file_id
        ),
    }


def response_tables(
    resources: pl.DataFrame, rejects: RejectedRows, *, source_file_id: int
) -> dict[str, pl.DataFrame]:
    """Return the remittance tables that ClaimResponse resources fill.

    A response without an amount is not a payment and is rejected.
    """
    resources = _in_force(resources, rejects, "ClaimResponse")
    columns = named(resources, facts_of(resources), *_RESPONSE_FACTS)
    insurer = referred(resources, "insurer", no_people())
    numbers = claim_numbers(resources)
    items = (
        resources.select(_KEY, "record_number", "item")
        .drop_nulls("item")
        .explode("item", empty_as_null=False)
        .unnest("item")
        .with_columns(pl.int_range(1, pl.len() + 1).over(_KEY).alias("line_number"))
    )
    adjudications = adjudications_of(items)
    lines = (
        items.select(_KEY, "record_number", "line_number", "itemSequence")
        .join(amounts_of(adjudications), on=[_KEY, "line_number"], how="inner", maintain_order="left")
        .with_columns(
            pl.col(_KEY).alias("claim_offset"),
            pl.col("charge_amount").fill_null(0),
            pl.col("itemSequence").alias("line_control_number"),
        )
    )
    payment = pl.col("payment").struct
    claims = pl.concat(
        [
            resources.select(
                _KEY,
                "record_number",
                "outcome",
                "id",
                pl.col("request").struct.field("reference").alias("request"),
                payment.field("amount").struct.field("value").alias("told_paid"),
                payment.field("date").alias("told_payment"),
            ),
            columns.drop(_KEY),
            numbers.drop(_KEY),
            insurer.select(pl.coalesce("number", "target").alias("payer_id")),
        ],
        how="horizontal",
    )
    claims = claims.with_columns(
        pl.coalesce("claim_number", last_part("request"), "id").alias("patient_control_number"),
        pl.coalesce("claim_number", "id").alias("payer_claim_control_number"),
        pl.col("payer_id").alias("payer_name"),
        pl.lit(PRIMARY).alias("claim_status_code"),
        pl.lit(None, pl.String).alias("payee_id"),
        money("total submitted").alias("charge_amount"),
        pl.coalesce(money("told_paid"), money("total benefit")).alias("paid_amount"),
        date("told_payment").alias("payment_date"),
        pl.coalesce(date("recd-dt-cymd"), date("claim-receipt-date")).alias("received_date"),
        *(pl.lit(None).alias(name) for name in _SHARES),
    )
    claims, _ = _with_sums(claims, lines, rejects, "ClaimResponse", need="paid_amount")
    claims = claims.with_columns(pl.col("charge_amount").fill_null(0))
    reasons = pl.concat(
        [
            reasons_of(adjudications_of(resources.with_columns(pl.lit(None, pl.Int64).alias("line_number")))),
            reasons_of(adjudications),
        ]
    )
    return answer_tables(claims, lines, reasons, source_file_id=source_file_id)


_RESPONSE_FACTS = ("recd-dt-cymd", "claim-receipt-date", "total submitted", "total benefit")


def _in_force(resources: pl.DataFrame, rejects: RejectedRows, kind: str) -> pl.DataFrame:
    """Return the active claims; cancelled, draft and erroneous ones and predeterminations are rejected."""
    status, use = pl.col("status"), pl.col("use")
    in_force = (status == _IN_FORCE).fill_null(value=True)
    asks = (use != _USE).fill_null(value=False)
    rejects.add(
        kind,
        resources.filter(~in_force),
        f"{kind} not loaded: its status is not active",
        "status active",
    )
    reason = f"{kind} not loaded: it is a predetermination or preauthorization, not a claim"
    rejects.add(kind, resources.filter(in_force & asks), reason, "use claim")
    return resources.filter(in_force & ~asks)


def _net(items: pl.DataFrame) -> pl.Series:
    """Return the net price of each item, for items without a charge in their adjudication."""
    prices = items.select(pl.col("net").struct.field("value").alias("net")).select(money("net"))
    return prices.to_series()


def _with_sums(
    claims: pl.DataFrame,
    lines: pl.DataFrame,
    rejects: RejectedRows,
    kind: str,
    *,
    need: str = "charge_amount",
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fill charge and payment from the lines; claims that still lack the needed amount are rejected."""
    names = ("charge_amount", "paid_amount")
    sums = lines.group_by(_KEY, maintain_order=True).agg(
        pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(f"sum of {name}")
        for name in names
    )
    filled = claims.join(sums, on=_KEY, how="left", maintain_order="left")
    is_judged = ~pl.col("outcome").is_in(_NOT_JUDGED).fill_null(value=False)
    filled = filled.with_columns(
        pl.coalesce("charge_amount", "sum of charge_amount").alias("charge_amount"),
        pl.when(is_judged).then(pl.coalesce("paid_amount", "sum of paid_amount")).alias("paid_amount"),
    )
    rejects.add(
        kind,
        filled.filter(pl.col(need).is_null()),
        f"{kind} not loaded: it has no amount, neither on the claim nor on its lines",
        "a charge" if need == "charge_amount" else "a payment, an outcome other than queued",
    )
    complete = filled.drop_nulls(need)
    return complete, complete.select(_KEY)


def _dated(lines: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Fill a line's missing service date from its claim, if the claim covers a single day."""
    days = claims.filter(pl.col("from_date") == pl.col("to_date")).select(
        _KEY, pl.col("from_date").alias("day")
    )
    joined = lines.join(days, on=_KEY, how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("from_date", "day").alias("from_date"), pl.coalesce("to_date", "day").alias("to_date")
    ).drop("day")


def _note_dates(resources: pl.DataFrame, rejects: RejectedRows, kind: str) -> None:
    """Record claims whose period has a date that cannot be read."""
    period = pl.col("billablePeriod").struct
    periods = resources.with_columns(period.field("start").alias("start"), period.field("end").alias("end"))
    unread = [pl.col(name).is_not_null() & date(name).is_null() for name in ("start", "end")]
    reason = f"a date of the period of the {kind} cannot be read: left empty"
    rejects.add(kind, periods.filter(pl.any_horizontal(unread)), reason, "a day such as 2026-01-31")
