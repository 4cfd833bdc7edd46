"""What a user's contract allows for a line, and what the payer itself usually allows."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.pricing.cents import cents
from auditlib.pricing.steps import NO_STEPS, refused, started, stepped

FEWEST_CASES: Final = 5
PRICING_MODIFIERS: Final = (
    *("22", "26", "50", "51", "52", "53", "54", "55", "56", "62", "63", "66", "73", "74", "78", "80", "81"),
    *("82", "AA", "AD", "AS", "CO", "CQ", "FX", "FY", "NU", "QK", "QX", "QY", "QZ", "RR", "TC", "UE"),
)
"""Modifiers that change a fee, as `core.contract_line` has them."""
_PAYERS: Final = ("payer_key", "payer", "payer_id", "payer_name")


def contract_prices(lines: pl.DataFrame, fees: pl.DataFrame) -> pl.DataFrame:
    """Return what the contract with the payer allows for lines: the fee of each unit, at most the charge.

    Parameters
    ----------
    lines
        ``line_id``, ``payer_key``, ``payer``, ``payer_id``, ``payer_name``, ``code``, ``modifiers``,
        ``unit_count``, ``service_date`` and ``charge`` (cents; null where it sets no limit).
    fees
        Rows of the query ``contract_fee_of_code``.

    Returns
    -------
    polars.DataFrame
        ``line_id``, ``amount`` (cents), ``origin``, ``steps``, ``release`` and ``reason``. A fee for a
        modifier of the line comes before one without; another modifier that changes the fee is not priced.
    """
    named = lines.select(
        "line_id",
        "code",
        "service_date",
        "modifiers",
        pl.concat_list(pl.col(_PAYERS).str.strip_chars().str.to_uppercase()).alias("fee_payer"),
    ).explode("fee_payer")
    is_in_force = (pl.col("effective_from") <= pl.col("service_date")) & (
        pl.col("effective_to").is_null() | (pl.col("effective_to") >= pl.col("service_date"))
    )
    fits = (pl.col("modifier") == "") | pl.col("modifiers").list.contains(pl.col("modifier"))
    held = (
        named.drop_nulls("fee_payer")
        .join(fees, on=("fee_payer", "code"), how="inner")
        .filter(is_in_force & fits)
        .sort(pl.col("modifier") == "", "modifier", "fee_payer", pl.col("effective_from").to_physical() * -1)
        .unique("line_id", keep="first", maintain_order=True)
        .select("line_id", "modifier", "fee_amount", "release", "fee_payer")
    )
    priced = lines.with_columns(reason=pl.lit(None, pl.String()), steps=NO_STEPS).join(
        held, on="line_id", how="left", maintain_order="left"
    )
    fee = cents("fee_amount")
    words = pl.format("{}: contract fee of {}, {}", "code", "fee_payer", "release")
    priced = started(priced, "contract fee", fee, words)
    priced = refused(
        priced,
        pl.col("fee_amount").is_null(),
        pl.format("No contract fee of the payer for {} is loaded.", "code"),
    )
    others = (
        pl.col("modifiers")
        .list.set_intersection(list(PRICING_MODIFIERS))
        .list.set_difference(pl.concat_list("modifier"))
        .list.len()
    )
    priced = refused(
        priced,
        others > 0,
        pl.format("The contract has no fee for {} with its modifiers.", "code"),
    )
    return _of_units(priced)


def usual_prices(lines: pl.DataFrame, answers: pl.DataFrame, *, fewest: int = FEWEST_CASES) -> pl.DataFrame:
    """Return what the payer usually allowed for lines: an estimate.

    It is the median of what the payer allowed for a unit of the code with the same modifiers, wherever it
    paid it as billed, in the quarter of the service, else in its year.

    Parameters
    ----------
    lines
        As for `contract_prices`.
    answers
        Rows of the query ``usual_allowed``, with ``modifiers`` in the place of the four columns; without the
        charts that are audited.
    fewest
        Answers that are needed at least.

    Returns
    -------
    polars.DataFrame
        As of `contract_prices`; ``release`` is the time.
    """
    day = pl.col("service_date")
    year = day.dt.year().cast(pl.String())
    spans = {"quarter": pl.format("{}Q{}", year, day.dt.quarter()), "year": year}
    unit_amount = cents("allowed_amount") / pl.col("unit_count").cast(pl.Float64())
    joined = _keyed(lines).with_columns(**spans, reason=pl.lit(None, pl.String()), steps=NO_STEPS)
    spanned = _keyed(answers).with_columns(**spans, unit_amount=unit_amount)
    for span in spans:
        key = ("payer_key", "code", "modifier_key", span)
        found = spanned.group_by(key).agg(
            pl.col("unit_amount").median().alias(f"median_of_{span}"),
            pl.len().cast(pl.Int64()).alias(f"count_of_{span}"),
        )
        joined = joined.join(found, on=key, how="left", maintain_order="left")
    has_quarter = pl.col("count_of_quarter") >= fewest
    has_year = pl.col("count_of_year") >= fewest
    median = pl.when(has_quarter).then("median_of_quarter").when(has_year).then("median_of_year")
    count = pl.when(has_quarter).then("count_of_quarter").otherwise("count_of_year")
    joined = joined.with_columns(
        release=pl.when(has_quarter).then("quarter").otherwise("year"), case_count=count
    )
    words = pl.format(
        "{}: estimate, the median that {} allowed for a unit with the same modifiers in {}, of {} answers",
        "code",
        pl.coalesce("payer", "payer_key"),
        "release",
        "case_count",
    )
    joined = started(joined, "usual amount", (median + 0.5).floor().cast(pl.Int64()), words)
    joined = refused(
        joined,
        median.is_null(),
        pl.format(
            "The payer paid {} with the same modifiers {} times in the year; {} are needed.",
            "code",
            pl.col("count_of_year").fill_null(0),
            fewest,
        ),
    )
    return _of_units(joined)


def _keyed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(modifier_key=pl.col("modifiers").list.sort().list.join(" "))


def _of_units(lines: pl.DataFrame) -> pl.DataFrame:
    """Return priced lines with the amount of all their units, at most the charge."""
    units = pl.col("unit_count").cast(pl.Float64())
    total = (pl.col("amount") * units + 0.5).floor().cast(pl.Int64())
    lines = refused(lines, pl.col("unit_count").is_null() | (units <= 0), "The units are not known.")
    count = pl.col("unit_count").cast(pl.String()).str.replace(r"\.?0+$", "")
    lines = stepped(lines, "units", pl.when(units != 1).then(total), pl.format("{} units", count))
    amount = pl.when(pl.col("charge") < pl.col("amount")).then("charge")
    lines = stepped(lines, "charge", amount, "at most the charge")
    is_priced = pl.col("reason").is_null()
    return lines.select(
        "line_id",
        *(pl.when(is_priced).then(name).alias(name) for name in ("amount", "origin", "steps")),
        "release",
        "reason",
    )
