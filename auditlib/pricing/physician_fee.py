"""The physician fee schedule: the fee of one unit of a service at its site, day and locality."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from auditlib.pricing.cents import half_up, scaled
from auditlib.pricing.steps import NO_STEPS, refused, started, stepped
from auditlib.schema.ref_sets import FEE_SCHEDULE

FACILITIES: Final = (
    *("02", "19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61"),
)
"""Places of service that are paid at the facility rate."""
FEE_KEY: Final = ("code", "service_date", "is_qualifying", "modifier")
PAID_STATUS: Final = ("A", "R", "T")
UNPAID_STATUS: Mapping[str, str] = MappingProxyType(
    {
        "B": "is bundled into the payment of other services (status B)",
        "M": "is for reporting only (status M)",
        "N": "is not covered by Medicare (status N)",
        "Q": "is for reporting only (status Q)",
    }
)
"""Status codes of services for which nothing is paid, and why."""
UNPRICED_STATUS: Mapping[str, str] = MappingProxyType(
    {
        "C": "is priced by the contractor (status C)",
        "D": "is deleted (status D)",
        "E": "is excluded from the schedule by regulation (status E)",
        "F": "is discontinued (status F)",
        "G": "is not valid for Medicare, which has another code (status G)",
        "H": "has a deleted modifier (status H)",
        "I": "is not valid for Medicare, which has another code (status I)",
        "J": "is an anesthesia service (status J), which has no relative values",
        "P": "is bundled or excluded (status P)",
        "X": "is no physician service by statute (status X)",
    }
)
"""Status codes of services that the schedule does not price, and why."""
_CENTS_OF_PRODUCT: Final = 10**10
_COMPONENTS: Final = ("26", "TC", "53")
_INDICES: Final = ("work_index", "practice_index", "malpractice_index")
_VALUES: Final = (
    *(
        "work_rvu",
        "nonfacility_practice_rvu",
        "facility_practice_rvu",
        "malpractice_rvu",
        "conversion_factor",
    ),
    *("nonfacility_capped_practice_rvu", "facility_capped_practice_rvu", "capped_malpractice_rvu"),
)
_FACTS: Final = (
    *("status_code", "global_days", "multiple_procedure_indicator", "bilateral_indicator"),
    *("assistant_indicator", "co_surgeon_indicator", "professional_technical_indicator"),
    *("preoperative_share", "intraoperative_share", "postoperative_share", "endoscopic_base_code", "release"),
)
FEE_ROW: Final = {
    "code": pl.String(),
    "service_date": pl.Date(),
    "is_qualifying": pl.Boolean(),
    "modifier": pl.String(),
    **{name: FEE_SCHEDULE.polars_schema[name] for name in (*_FACTS, *_VALUES)},
}
"""Columns of the rows of the schedule: those in force on the day of a line."""


def with_fees(lines: pl.DataFrame, fees: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the fee of one unit, or the reason for none.

    The fee is (work x index + practice expense x index + malpractice x index) x conversion factor, rounded to
    the cent; the practice expense is that of facilities at the places of `FACILITIES`. Of diagnostic imaging
    it is at most the same with the practice expense and malpractice of the outpatient cap. A status for which
    Medicare pays nothing makes the fee 0.

    Parameters
    ----------
    lines
        ``line_id``, ``code``, ``modifiers`` (list), ``service_date``, ``place_of_service``, ``is_qualifying``
        and of the locality ``locality``, ``work_index``, ``practice_index``, ``malpractice_index``.
    fees
        Rows of `FEE_ROW`, with the component parts (26, TC, 53) and the base codes of endoscopies.

    Returns
    -------
    polars.DataFrame
        The lines with the columns of `auditlib.pricing.steps`, those of the schedule, ``is_facility``,
        ``practice_numerator`` and ``fee_numerator`` (of one unit, for reductions of the practice expense),
        and in cents ``technical_fee``, ``professional_fee`` (rows TC and 26 of the code) and ``base_fee`` (of
        the base code of its endoscopy).

    References
    ----------
    CMS, National Physician Fee Schedule Relative Value File, record layout and attachment A (RVU26A):
    formula, status codes, components and cap. Medicare Claims Processing Manual (100-04), chapter 12, section
    20.4.2, and chapter 26, section 10.5: places of service.
    """
    has = {name: pl.col("modifiers").list.contains(name) for name in _COMPONENTS}
    component = pl.coalesce(*(pl.when(is_in).then(pl.lit(name)) for name, is_in in has.items()), pl.lit(""))
    known = fees.select(FEE_KEY[:3]).unique().with_columns(is_in_schedule=pl.lit(value=True))
    days = fees.select("service_date").unique().with_columns(has_schedule=pl.lit(value=True))
    joined = (
        lines.with_columns(
            reason=pl.lit(None, pl.String()),
            component=component,
            is_facility=pl.col("place_of_service").is_in(FACILITIES),
        )
        .join(known, on=FEE_KEY[:3], how="left", maintain_order="left")
        .join(days, on="service_date", how="left", maintain_order="left")
    )
    joined = _with_row(joined, fees, "", "code", pl.col("component"), facts=True)
    joined = _with_row(joined, fees, "technical_", "code", pl.lit("TC"))
    joined = _with_row(joined, fees, "professional_", "code", pl.lit("26"))
    joined = _with_row(joined, fees, "base_", "endoscopic_base_code", pl.lit(""))
    numerator, capped = _numerator(""), _numerator("", is_capped=True)
    fee = _fee("")
    priced = joined.with_columns(
        fee_numerator=numerator,
        practice_numerator=_practice("") * scaled("practice_index") * scaled("conversion_factor"),
        technical_fee=_fee("technical_"),
        professional_fee=_fee("professional_"),
        base_fee=_fee("base_"),
        steps=NO_STEPS,
    )
    priced = started(priced, "fee", fee, _formula(is_capped=_has_cap("") & (capped < numerator)))
    return _paid_status(_refusals(priced, has)).drop(
        *(f"{prefix}{name}" for prefix in ("technical_", "professional_", "base_") for name in _VALUES),
        *("is_in_schedule", "has_schedule"),
    )


def _with_row(
    lines: pl.DataFrame,
    fees: pl.DataFrame,
    prefix: str,
    code: str,
    component: pl.Expr,
    *,
    facts: bool = False,
) -> pl.DataFrame:
    """Return lines beside the row of the schedule of a code and component, its columns prefixed."""
    columns = (*_VALUES, *(_FACTS if facts else ()))
    rows = fees.select(
        pl.col("code").alias("row_code"),
        "service_date",
        "is_qualifying",
        pl.col("modifier").alias("row_component"),
        *(pl.col(name).alias(f"{prefix}{name}") for name in columns),
    )
    return (
        lines.with_columns(row_code=pl.col(code), row_component=component)
        .join(
            rows,
            on=("row_code", "service_date", "is_qualifying", "row_component"),
            how="left",
            maintain_order="left",
        )
        .drop("row_code", "row_component")
    )


def _practice(prefix: str, *, is_capped: bool = False) -> pl.Expr:
    part = "capped_practice" if is_capped else "practice"
    return (
        pl.when("is_facility")
        .then(scaled(f"{prefix}facility_{part}_rvu"))
        .otherwise(scaled(f"{prefix}nonfacility_{part}_rvu"))
    )


def _numerator(prefix: str, *, is_capped: bool = False) -> pl.Expr:
    """Return a fee as an integer of 10 ** -12 dollars."""
    malpractice = f"{prefix}{'capped_malpractice' if is_capped else 'malpractice'}_rvu"
    values = (scaled(f"{prefix}work_rvu"), _practice(prefix, is_capped=is_capped), scaled(malpractice))
    parts = [value * scaled(index) for value, index in zip(values, _INDICES, strict=True)]
    return (parts[0] + parts[1] + parts[2]) * scaled(f"{prefix}conversion_factor")


def _has_cap(prefix: str) -> pl.Expr:
    return (_practice(prefix, is_capped=True) + scaled(f"{prefix}capped_malpractice_rvu")) > 0


def _fee(prefix: str) -> pl.Expr:
    numerator, capped = _numerator(prefix), _numerator(prefix, is_capped=True)
    least = pl.when(_has_cap(prefix)).then(pl.min_horizontal(numerator, capped)).otherwise(numerator)
    return half_up(least, _CENTS_OF_PRODUCT)


def _formula(*, is_capped: pl.Expr) -> pl.Expr:
    """Return the fee in words, with the values put in."""

    def shown(column: pl.Expr, places: int) -> pl.Expr:
        return column.cast(pl.Decimal(18, places)).cast(pl.String())

    part = (
        pl.when("is_facility")
        .then(pl.when(is_capped).then("facility_capped_practice_rvu").otherwise("facility_practice_rvu"))
        .otherwise(
            pl.when(is_capped).then("nonfacility_capped_practice_rvu").otherwise("nonfacility_practice_rvu")
        )
    )
    malpractice = pl.when(is_capped).then("capped_malpractice_rvu").otherwise("malpractice_rvu")
    return pl.format(
        "{}{}: physician fee schedule {}, locality {}, {}{}: ({} x {} + {} x {} + {} x {}) x {}",
        "code",
        pl.when(pl.col("component") != "").then(pl.format("-{}", "component")).otherwise(pl.lit("")),
        "release",
        "locality",
        pl.when("is_facility").then(pl.lit("facility")).otherwise(pl.lit("non-facility")),
        pl.when(is_capped).then(pl.lit(", at most the outpatient rate")).otherwise(pl.lit("")),
        shown(pl.col("work_rvu"), 2),
        shown(pl.col("work_index"), 3),
        shown(part, 2),
        shown(pl.col("practice_index"), 3),
        shown(malpractice, 2),
        shown(pl.col("malpractice_index"), 3),
        shown(pl.col("conversion_factor"), 4),
    )


def _refusals(lines: pl.DataFrame, has: Mapping[str, pl.Expr]) -> pl.DataFrame:
    day = pl.col("service_date").cast(pl.String())
    lines = refused(lines, pl.col("service_date").is_null(), "The day of the service is not known.")
    lines = refused(
        lines,
        pl.col("has_schedule").is_null(),
        pl.format("No physician fee schedule is loaded for {}.", day),
    )
    lines = refused(
        lines,
        pl.col("is_in_schedule").is_null(),
        pl.format(
            "{} is not in the physician fee schedule of {}: deleted, or not yet in force.", "code", day
        ),
    )
    lines = refused(
        lines,
        has["26"] & has["TC"],
        pl.format("{} has both of the modifiers 26 and TC.", "code"),
    )
    lines = refused(
        lines,
        pl.col("status_code").is_null() & (pl.col("component") == "53"),
        pl.format("{} with modifier 53 is priced by report.", "code"),
    )
    lines = refused(
        lines,
        pl.col("status_code").is_null(),
        pl.format("The schedule has no part {} of {}.", "component", "code"),
    )
    status = pl.col("status_code")
    lines = refused(
        lines,
        status.is_in(list(UNPRICED_STATUS)),
        pl.format("{} {}.", "code", status.replace_strict(UNPRICED_STATUS, default="")),
    )
    lines = refused(
        lines,
        ~status.is_in([*PAID_STATUS, *UNPAID_STATUS]),
        pl.format("{} has the status {}, which is not known.", "code", status),
    )
    is_paid = status.is_in(PAID_STATUS)
    lines = refused(
        lines,
        is_paid & pl.col("place_of_service").is_null(),
        pl.format("The place of service of {} is not known.", "code"),
    )
    lines = refused(
        lines,
        is_paid & pl.col("work_index").is_null(),
        pl.format("No payment locality of the provider of {} is loaded for {}.", "code", day),
    )
    return refused(
        lines,
        is_paid & ((pl.col("fee_numerator") == 0) | pl.col("amount").is_null()),
        pl.format("The schedule has no relative values of {}: the contractor prices it.", "code"),
    )


def _paid_status(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines, those that Medicare does not pay at 0."""
    status = pl.col("status_code")
    unpaid = pl.col("reason").is_null() & status.is_in(list(UNPAID_STATUS))
    # Without a locality there is no formula, and none is needed.
    lines = lines.with_columns(
        origin=pl.when(unpaid)
        .then(pl.format("{}: physician fee schedule {}", "code", "release"))
        .otherwise("origin")
    )
    said = pl.format("it {}", status.replace_strict(UNPAID_STATUS, default=""))
    return stepped(lines, "status", pl.when(unpaid).then(0), said)
