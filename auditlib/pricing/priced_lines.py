"""What each source of prices allows for lines of claims, and what the payer pays of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

from auditlib.pricing.audited_lines import with_modifier_list
from auditlib.pricing.cents import cents
from auditlib.pricing.contract_price import FEWEST_CASES, contract_prices, usual_prices
from auditlib.pricing.hospital_price import outpatient_prices
from auditlib.pricing.payer_share import MEDICARE, SHARES, payer_payments
from auditlib.pricing.physician_price import LINE, physician_prices
from auditlib.pricing.price_source import PriceSource
from auditlib.pricing.steps import STEP
from auditlib.warehouse import Warehouse

OUTPATIENT_BILL: Final = "13"
_PLACE: Final = ("rendering_provider_id", "billing_provider_id", "service_date")
_PRICE: Final = {
    "line_id": pl.Int64(),
    "amount": pl.Int64(),
    "origin": pl.String(),
    "steps": pl.List(STEP),
    "release": pl.String(),
    "locality": pl.String(),
    "stated_coinsurance": pl.Int64(),
    "reason": pl.String(),
    "source": pl.String(),
}


def lines_of_charts(warehouse: Warehouse, encounter_ids: Sequence[str]) -> pl.DataFrame:
    """Return the service lines of the answered claims of charts, and those that share ranks with them.

    Returns
    -------
    polars.DataFrame
        Columns of the query ``line_to_price``, with ``line_id`` from 0, ``modifiers``, ``provider_day`` and
        ``group_day``; and in cents ``charge``, ``paid``, those of `auditlib.pricing.payer_share.SHARES` and
        their sums over the paid lines of the claim, as ``claim_allowed``.
    """
    found = warehouse.query("queries/pricing/line_to_price", {"encounter_ids": list(encounter_ids)})
    is_paid = ~pl.col("is_refused") & (pl.col("allowed") > 0)
    has_units = pl.col("unit_code").fill_null("UN") == "UN"
    day = ("patient_id", "service_date")
    return (
        with_modifier_list(found)
        .with_row_index("line_id")
        .with_columns(
            pl.col("line_id").cast(pl.Int64()),
            unit_count=pl.when(has_units).then(pl.col("unit_count").fill_null(1)),
            provider_day=pl.concat_str("rendering_provider_id", *day, separator="|"),
            group_day=pl.concat_str("billing_provider_id", *day, separator="|"),
            charge=cents("charge_amount"),
            paid=cents("paid_amount"),
            **{name: cents(f"{name}_amount") for name in SHARES},
        )
        .with_columns(
            # What is not known of whom or when is alone.
            pl.coalesce(name, pl.format("line {}", "line_id")).alias(name)
            for name in ("provider_day", "group_day")
        )
        .with_columns(
            pl.when(is_paid).then(name).sum().over("claim_id").alias(f"claim_{name}") for name in SHARES
        )
    )


def priced_lines(
    warehouse: Warehouse,
    lines: pl.DataFrame,
    sources: Sequence[PriceSource],
    *,
    audited_charts: Sequence[str],
    fewest_cases: int = FEWEST_CASES,
) -> pl.DataFrame:
    """Return what is allowed for lines by the first source that prices them, and what the payer pays of it.

    Parameters
    ----------
    warehouse
        With the code sets and payments.
    lines
        Lines of `lines_of_charts`, as billed or as audited.
    sources
        In the order in which they are tried.
    audited_charts
        Charts whose payments say nothing of what is usual.
    fewest_cases
        Answers that a usual amount needs at least.

    Returns
    -------
    polars.DataFrame
        ``line_id``, ``source``, ``allowed`` and ``payment`` (cents), ``origin``, ``steps``, ``release``,
        ``locality`` and ``reason``: why no source prices it, else null.
    """
    pricers: dict[PriceSource, Callable[[], pl.DataFrame]] = {
        PriceSource.SCHEDULE: lambda: _by_schedule(warehouse, lines),
        PriceSource.CONTRACT: lambda: _by_contract(warehouse, lines),
        PriceSource.USUAL: lambda: _by_usual(warehouse, lines, audited_charts, fewest_cases),
    }
    prices = [_conformed(pricers[source]()).with_columns(source=pl.lit(source.value)) for source in sources]
    tried = pl.concat(prices) if prices else pl.DataFrame(schema=_PRICE)
    best = tried.filter(pl.col("amount").is_not_null()).unique("line_id", keep="first", maintain_order=True)
    why = (
        tried.drop_nulls("reason")
        .group_by("line_id", maintain_order=True)
        .agg(pl.col("reason").unique(maintain_order=True).str.join(" "))
    )
    joined = lines.join(best.drop("reason"), on="line_id", how="left", maintain_order="left").join(
        why, on="line_id", how="left", maintain_order="left"
    )
    joined = joined.with_columns(
        allowed_now=pl.col("amount"),
        reason=pl.when(pl.col("amount").is_null()).then(
            pl.coalesce("reason", pl.lit("No source of prices was asked for."))
        ),
    )
    paid = payer_payments(joined)
    is_priced = pl.col("reason").is_null()
    return paid.select(
        "line_id",
        "source",
        pl.when(is_priced).then("allowed_now").alias("allowed"),
        pl.when(is_priced).then("amount").alias("payment"),
        *("origin", "steps", "release", "locality", "reason"),
    )


def _conformed(prices: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in _PRICE if name != "source"]
    return prices.with_columns(
        pl.lit(None, _PRICE[name]).alias(name) for name in names if name not in prices.columns
    ).select(pl.col(name).cast(_PRICE[name]) for name in names)


def _by_schedule(warehouse: Warehouse, lines: pl.DataFrame) -> pl.DataFrame:
    is_medicare = pl.col("filing_code").is_in(MEDICARE).fill_null(value=False)
    is_professional = is_medicare & (pl.col("form") == "P")
    is_outpatient = (
        is_medicare
        & (pl.col("form") == "I")
        & (pl.col("type_of_bill").str.strip_chars_start("0").str.slice(0, 2) == OUTPATIENT_BILL)
    ).fill_null(value=False)
    others = lines.filter(~is_professional & ~is_outpatient).select(
        "line_id",
        reason=pl.when(is_medicare)
        .then(pl.lit("Medicare pays such bills neither by the physician schedule nor by outpatient rates."))
        .otherwise(pl.lit("The payer is not Medicare, whose rates are loaded.")),
    )
    parts = [others]
    placed = _with_places(warehouse, lines.filter(is_professional | is_outpatient))
    professional = placed.filter(pl.col("form") == "P")
    if professional.height:
        wanted = professional.select("code", "service_date", "is_qualifying").unique().drop_nulls()
        fees = warehouse.query("queries/pricing/fee_of_day", frames={"wanted_fee": wanted})
        parts.append(physician_prices(professional.select(*LINE), fees))
    outpatient = placed.filter(pl.col("form") != "P")
    if outpatient.height:
        wanted = outpatient.select("code", "service_date").unique().drop_nulls()
        rates = warehouse.query("queries/pricing/outpatient_rate_of_day", frames={"wanted_rate": wanted})
        parts.append(outpatient_prices(outpatient, rates))
    return pl.concat(map(_conformed, parts))


def _with_places(warehouse: Warehouse, lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the locality and rates of their provider."""
    wanted = lines.select(_PLACE).unique()
    places = warehouse.query("queries/pricing/place_of_provider", frames={"wanted_place": wanted})
    return lines.join(places, on=_PLACE, how="left", maintain_order="left", nulls_equal=True).with_columns(
        pl.col("is_qualifying").fill_null(value=False)
    )


def _by_contract(warehouse: Warehouse, lines: pl.DataFrame) -> pl.DataFrame:
    own = lines.filter(~pl.col("is_beside"))
    params = {"codes": own["code"].unique().drop_nulls().sort().to_list()}
    return contract_prices(own, warehouse.query("queries/pricing/contract_fee_of_code", params))


def _by_usual(
    warehouse: Warehouse, lines: pl.DataFrame, audited_charts: Sequence[str], fewest: int
) -> pl.DataFrame:
    own = lines.filter(~pl.col("is_beside"))
    wanted = own.select("payer_key", "code").unique().drop_nulls()
    answers = warehouse.query("queries/pricing/usual_allowed", frames={"wanted_allowed": wanted})
    is_audited = pl.col("encounter_id").is_in(list(audited_charts)).fill_null(value=False)
    return usual_prices(own, with_modifier_list(answers.filter(~is_audited)), fewest=fewest)
