"""Claim, ExplanationOfBenefit and ClaimResponse resources to the tables of claims and remittances."""

from __future__ import annotations

import polars as pl

from auditlib.sources.fhir.adjudications import adjudications_of, amounts_of, denied_places, reasons_of
from auditlib.sources.fhir.claims import TOTALS, claim_columns, claim_numbers, insurers, payment_status
from auditlib.sources.fhir.codes import diagnosis_frame, procedure_frame
from auditlib.sources.fhir.currency import in_dollars
from auditlib.sources.fhir.facts import facts_of, named, target_of
from auditlib.sources.fhir.lines import added_items_of, items_of, line_columns, submitted_codes
from auditlib.sources.fhir.notes import noted_remarks
from auditlib.sources.fhir.people import contained, contained_patients, date
from auditlib.sources.paid_claims import (
    DENIED,
    PRIMARY,
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
    resources: pl.DataFrame,
    bundled: pl.DataFrame,
    rejects: RejectedRows,
    *,
    is_answer: bool,
    source_file_id: int,
) -> dict[str, pl.DataFrame]:
    """Return the tables that Claim (or, as ``is_answer``, ExplanationOfBenefit) resources fill.

    Notes
    -----
    Resources that are not active, and predeterminations, are rejected. A missing charge or payment is the sum
    of the lines. A line without a charge gets 0, which is recorded. In a claim that was adjudicated
    as a whole lines need no charge: there the only line has the claim's.
    """
    kind = "ExplanationOfBenefit" if is_answer else "Claim"
    resources = _in_force(resources, rejects, kind)
    claims, within = claim_columns(resources, bundled, is_answer=is_answer)
    items = items_of(resources)
    lines = line_columns(items, rejects)
    adjudications = adjudications_of(items)
    lines = _with_amounts(lines, adjudications).with_columns(
        pl.coalesce("charge_amount", _net(items)).alias("charge_amount"), pl.col(_KEY).alias("claim_offset")
    )
    reasons, added = [reasons_of(adjudications, rejects)], None
    if is_answer:
        added_items = added_items_of(resources, items)
        of_added, of_claims = adjudications_of(added_items), _of_claims(resources)
        added = _added_lines(added_items, items, lines, of_added, rejects)
        claims = _with_header(claims, of_claims, lines)
        reasons = [reasons_of(of_claims, rejects), *reasons, reasons_of(of_added, rejects)]
        reasons.append(noted_remarks(resources, items, added_items))
        paid_lines = pl.concat([lines, added.with_columns(charge_amount=None)], how="diagonal_relaxed")
    else:
        paid_lines = lines
    claims, claim_keys = _with_sums(claims, paid_lines, rejects, kind)
    uncharged = lines.filter(pl.col("charge_amount").is_null())
    if is_answer:
        by_header = of_claims.select(_KEY).unique().join(adjudications, on=_KEY, how="anti")
        lines = _with_claims_charge(lines, claims.join(by_header, on=_KEY, how="semi"))
        uncharged = uncharged.join(by_header, on=_KEY, how="anti")
    rejects.add("item", uncharged, "a line has no charge: taken as 0", "a submitted amount, or a net price")
    lines = lines.with_columns(pl.col("charge_amount").fill_null(0)).join(claim_keys, on=_KEY, how="semi")
    lines = _dated(lines, claims)
    resources = resources.join(claim_keys, on=_KEY, how="semi")
    _note_dates(resources, rejects, kind)
    return {
        **paid_claim_tables(
            claims, lines, pl.concat(reasons), source_file_id=source_file_id, added_lines=added
        ),
        "claim_diagnosis": diagnosis_frame(resources, rejects, source_file_id=source_file_id),
        "claim_procedure": procedure_frame(resources, rejects, source_file_id=source_file_id),
        "patient": contained_patients(
            claims.select(_KEY), within, claims["patient_id"], source_file_id=source_file_id
        ),
    }


def response_tables(
    resources: pl.DataFrame,
    bundled: pl.DataFrame,
    numbers_of_claims: pl.DataFrame,
    rejects: RejectedRows,
    *,
    source_file_id: int,
) -> dict[str, pl.DataFrame]:
    """Return the remittance tables that ClaimResponse resources fill.

    A response without an amount is not a payment and is rejected. Its control number is that of the claim
    that it answers (``numbers_of_claims``, by `answered_numbers`), and never its own number.
    """
    resources = _in_force(resources, rejects, "ClaimResponse")
    within = contained(resources)
    columns = named(resources, facts_of(resources), *_RESPONSE_FACTS)
    insurer = insurers(resources, within, bundled)
    numbers = claim_numbers(resources)
    items = (
        resources.select(_KEY, "record_number", "item")
        .drop_nulls("item")
        .explode("item", empty_as_null=False)
        .unnest("item")
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(_KEY).alias("line_number"))
    )
    added_items = added_items_of(resources, items)
    adjudications, of_added, of_claims = (
        adjudications_of(items),
        adjudications_of(added_items),
        _of_claims(resources),
    )
    own = items.select(
        _KEY, "record_number", "line_number", pl.col("itemSequence").alias("line_control_number")
    )
    lines = (
        _with_amounts(own, adjudications)
        .join(adjudications.select(_PLACE).unique(), on=_PLACE, how="semi", maintain_order="left")
        .with_columns(pl.col(_KEY).alias("claim_offset"), pl.col("charge_amount").fill_null(0))
    )
    added = _added_lines(added_items, None, lines, of_added, rejects)
    request = pl.col("request").struct
    payment = pl.col("payment").struct
    claims = pl.concat(
        [
            resources.select(
                _KEY,
                "record_number",
                "outcome",
                "id",
                request.field("reference").alias("request"),
                request.field("identifier").struct.field("value").alias("request_number"),
                payment.field("amount").struct.field("value").alias("told_paid"),
                payment.field("date").alias("told_payment"),
                payment_status(),
            ),
            columns.drop(_KEY),
            numbers.drop(_KEY),
            insurer.select(
                pl.coalesce("number", "target").alias("payer_id"),
                pl.coalesce("display", "name", "number", "target").alias("payer_name"),
            ),
        ],
        how="horizontal",
    ).join(numbers_of_claims, on=_KEY, how="left", maintain_order="left")
    paid = pl.coalesce(money("told_paid"), money("total benefit"))
    is_denied = (pl.col("payment_status") == "denied") & (paid.fill_null(0) == 0)
    claims = claims.with_columns(
        pl.coalesce("answered_number", "request_number", target_of("request"), "claim_number", "id").alias(
            "patient_control_number"
        ),
        pl.coalesce("claim_number", "id").alias("payer_claim_control_number"),
        pl.when(is_denied).then(pl.lit(DENIED)).otherwise(pl.lit(PRIMARY)).alias("claim_status_code"),
        pl.lit(None, pl.String).alias("payee_id"),
        money("total submitted").alias("charge_amount"),
        paid.alias("paid_amount"),
        date("told_payment").alias("payment_date"),
        pl.coalesce(date("recd-dt-cymd"), date("claim-receipt-date")).alias("received_date"),
        *(pl.lit(None).alias(name) for name in _SHARES),
    )
    claims = _with_header(claims, of_claims, lines)
    paid_lines = pl.concat([lines, added], how="diagonal_relaxed")
    claims, _ = _with_sums(claims, paid_lines, rejects, "ClaimResponse", need="paid_amount")
    claims = claims.with_columns(pl.col("charge_amount").fill_null(0))
    reasons = [reasons_of(one, rejects) for one in (of_claims, adjudications, of_added)]
    reasons.append(noted_remarks(resources, items, added_items))
    return answer_tables(claims, paid_lines, pl.concat(reasons), source_file_id=source_file_id)


_PLACE = [_KEY, "line_number"]
_RESPONSE_FACTS = ("recd-dt-cymd", "claim-receipt-date", *TOTALS)


def _of_claims(resources: pl.DataFrame) -> pl.DataFrame:
    """Return the adjudications of claims as a whole."""
    return adjudications_of(resources.with_columns(pl.lit(None, pl.Int64).alias("line_number")))


def _with_amounts(lines: pl.DataFrame, adjudications: pl.DataFrame) -> pl.DataFrame:
    """Return lines with their adjudicated amounts; a denied line without a payment is paid 0."""
    denied = denied_places(adjudications).with_columns(is_denied=pl.lit(value=True))
    return (
        lines.join(amounts_of(adjudications), on=_PLACE, how="left", maintain_order="left")
        .join(denied, on=_PLACE, how="left", maintain_order="left")
        .with_columns(pl.coalesce("paid_amount", pl.when("is_denied").then(pl.lit(0))).alias("paid_amount"))
        .drop("is_denied")
    )


def _added_lines(
    added_items: pl.DataFrame,
    items: pl.DataFrame | None,
    lines: pl.DataFrame,
    adjudications: pl.DataFrame,
    rejects: RejectedRows,
) -> pl.DataFrame:
    """Return the lines that a payer added: without a charge, unless the payer states one."""
    added = _with_amounts(line_columns(added_items, rejects), adjudications).with_columns(
        pl.col(_KEY).alias("claim_offset"),
        pl.col("charge_amount").fill_null(0),
        pl.col("paid_amount").fill_null(0),
    )
    if items is None:
        return added
    codes = submitted_codes(added_items, items, lines)
    return added.join(codes, on=_PLACE, how="left", maintain_order="left")


def _with_header(claims: pl.DataFrame, of_claims: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Fill amounts of claims from their own adjudication and totals, less what their lines state.

    Notes
    -----
    An implementation states a share on the lines or on the claim; one that repeats the lines' sum as a total
    states it once.
    """
    header = amounts_of(of_claims).drop("line_number")
    denied = denied_places(of_claims).select(_KEY, pl.lit(value=True).alias("is_denied"))
    names = [*_SHARES, "noncovered_amount"]
    sums = lines.group_by(_KEY).agg(pl.col(name).sum().name.prefix("line_") for name in names)
    joined = (
        claims.join(header, on=_KEY, how="left", maintain_order="left", suffix="_of_header")
        .join(denied, on=_KEY, how="left", maintain_order="left")
        .join(sums, on=_KEY, how="left", maintain_order="left")
    )
    if "noncovered_amount_of_header" not in joined.columns:
        joined = joined.rename({"noncovered_amount": "noncovered_amount_of_header"})
    rest = {
        name: pl.coalesce(f"{name}_of_header", money(f"total {name.removesuffix('_amount')}"))
        - pl.col(f"line_{name}").fill_null(0)
        for name in names
    }
    paid_out = pl.sum_horizontal(money("total paidtoprovider"), money("total paidtopatient"))
    has_paid_out = pl.any_horizontal(pl.col("total paidtoprovider", "total paidtopatient").is_not_null())
    is_refused = pl.col("is_denied") | (pl.col("payment_status") == "denied")
    return joined.with_columns(
        pl.coalesce("charge_amount", "charge_amount_of_header").alias("charge_amount"),
        pl.coalesce("paid_amount", "paid_amount_of_header", pl.when(has_paid_out).then(paid_out)).alias(
            "paid_amount"
        ),
        pl.when(is_refused).then(pl.lit(0)).alias("refused_amount"),
        *(
            pl.coalesce(name, pl.when(rest[name] > 0).then(rest[name])).alias(name)
            if name in _SHARES
            else pl.when(rest[name] > 0).then(rest[name]).alias(name)
            for name in names
        ),
    )


def _in_force(resources: pl.DataFrame, rejects: RejectedRows, kind: str) -> pl.DataFrame:
    """Return the active claims in US dollars.

    Cancelled, draft and erroneous ones, predeterminations and amounts in other currencies are rejected.
    """
    resources = in_dollars(resources, rejects, kind)
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


def _with_claims_charge(lines: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Give a claim's only line the claim's charge if it has none."""
    charges = claims.select(_KEY, pl.col("charge_amount").alias("claim_charge_amount"))
    only = pl.when(pl.len().over(_KEY) == 1).then("claim_charge_amount")
    return (
        lines.join(charges, on=_KEY, how="left", maintain_order="left")
        .with_columns(pl.coalesce("charge_amount", only).alias("charge_amount"))
        .drop("claim_charge_amount")
    )


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
    paid = ["paid_amount", "sum of paid_amount", *(["refused_amount"] if "refused_amount" in filled else [])]
    filled = filled.with_columns(
        pl.coalesce("charge_amount", "sum of charge_amount").alias("charge_amount"),
        pl.when(is_judged).then(pl.coalesce(*paid)).alias("paid_amount"),
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
