"""The usual metrics of denials, each with its numerator, denominator, population and date basis in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from auditlib.measures.claim_waits import claim_waits, last_known_day
from auditlib.measures.denied_lines import PAID, denied_lines
from auditlib.measures.outcomes import clean_claim_rate
from auditlib.stats.trends.survival import kaplan_meier
from auditlib.warehouse import Warehouse

AGE_BANDS: Final = ((0, 30), (31, 60), (61, 90), (91, 120), (121, None))
AGE_NAMES: Final = (
    *(f"over {first - 1}" if last is None else f"{first}-{last}" for first, last in AGE_BANDS),
    "no date",
)
OLD_AFTER_DAYS: Final = 90
ZERO_PAYMENT_DAYS: Final = 28

_ORIGINALS: Final = "original claims to the primary payer"
_DENIED: Final = ("denied", "partly denied")


@dataclass(frozen=True, slots=True)
class Ledgered:
    """What only the user knows: appeals that were sent, what was written off, and the net revenue.

    Parameters
    ----------
    appeals
        claim_id and appeal_date, the first appeal of each claim; None where none is recorded.
    written_off_amount
        Denied dollars that were given up; None where nothing is recorded.
    net_revenue_amount
        Net patient service revenue of the same time in dollars; None where it is not known.
    """

    appeals: pl.DataFrame | None = None
    written_off_amount: Decimal | None = None
    net_revenue_amount: Decimal | None = None


def denial_metrics(
    warehouse: Warehouse, as_of: dt.date | None = None, *, ledgered: Ledgered | None = None
) -> pl.DataFrame:
    """Return the six metrics of HFMA's task force and the other usual ones.

    Parameters
    ----------
    warehouse
        With ``mart.denied_line`` and ``mart.claim_outcome``.
    as_of
        The day of looking; by default the last day on which anything is known.
    ledgered
        What files do not say.

    Returns
    -------
    polars.DataFrame
        metric (the name, with population and date basis), numerator, denominator, value, unit ('%', 'days'),
        numerator_is, denominator_is, date_basis and undefined_reason. A value that cannot be computed is null
        with the reason.

    Notes
    -----
    Times are medians of Kaplan-Meier curves: claims that wait still count, until the day of looking.

    References
    ----------
    HFMA Claim Integrity Task Force, Standardizing denial metrics (2020).
    """
    known = ledgered or Ledgered()
    waits = claim_waits(warehouse)
    looked = as_of or last_known_day(waits)
    if looked is None:
        return _frame([])
    lines = denied_lines(warehouse)
    rows = [
        *_initial_denials(waits, looked),
        _zero_payments(warehouse, looked),
        *_write_offs(known),
        _days_to_appeal(waits, known),
        _days_to_resolution(waits, looked),
        _overturned(waits),
        _clean_claims(warehouse),
        _first_pass(waits),
        _days_to_pay(waits, looked),
        _denied_dollars(waits),
        _aged(lines, looked),
    ]
    return _frame(rows)


def metrics_of_claims(waits: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Return the metrics that some claims have by themselves, as one payer's; columns of `denial_metrics`.

    Parameters
    ----------
    waits
        Some rows of `auditlib.measures.claim_waits.claim_waits`.
    as_of
        The day until which claims have waited.
    """
    answered = waits.filter(pl.col("first_response") != "no response yet")
    rows = [
        _share(
            f"{name}, answered claims, first answer",
            answered.filter(pl.col("first_response").is_in(responses)).height,
            answered.height,
            of=(f"claims {name}", "claims answered"),
            date_basis="all that is loaded, first answers",
            empty="no claim has been answered",
        )
        for name, responses in (("denied in full", ("denied",)), ("denied in full or in part", _DENIED))
    ]
    return _frame(
        [
            *rows,
            _denied_dollars(waits),
            _overturned(waits),
            _first_pass(waits),
            _days_to_pay(waits, as_of),
            _days_to_resolution(waits, as_of),
        ]
    )


def age_band(as_of: dt.date) -> pl.Expr:
    """Return the band of `AGE_NAMES` of a denied line, by the days from its first denial to a day."""
    age = (pl.lit(as_of) - pl.col("denial_date")).dt.total_days()
    band = pl.lit(AGE_NAMES[-1])
    for (first, _), name in zip(AGE_BANDS, AGE_NAMES, strict=False):
        # Later bands win: a denial dated after the day of looking is of the first.
        is_in = age.is_not_null() if first == 0 else age >= first
        band = pl.when(is_in).then(pl.lit(name)).otherwise(band)
    return band


def aged_denials(lines: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Return the denied lines that are not paid by age, in days since the first denial.

    Parameters
    ----------
    lines
        As from `auditlib.measures.denied_lines.denied_lines`.
    as_of
        The day of looking.

    Returns
    -------
    polars.DataFrame
        age_band ('0-30' to 'over 120', and 'no date'), line_count, claim_count, denied_amount; every band has
        a row.
    """
    counted = (
        lines.filter(pl.col("final_state") != PAID)
        .group_by(age_band(as_of).alias("age_band"))
        .agg(
            pl.len().cast(pl.Int64).alias("line_count"),
            pl.col("claim_id").n_unique().cast(pl.Int64).alias("claim_count"),
            pl.col("denied_amount").sum().cast(pl.Decimal(18, 2)),
        )
    )
    return (
        pl.DataFrame({"age_band": AGE_NAMES})
        .join(counted, on="age_band", how="left", maintain_order="left")
        .with_columns(
            pl.col("line_count", "claim_count").fill_null(0),
            pl.col("denied_amount").fill_null(0).cast(pl.Decimal(18, 2)),
        )
    )


def why_totals_differ(warehouse: Warehouse) -> pl.DataFrame:
    """Return the steps from the dollars that first answers denied to those on the paths of the claims.

    Two totals are shown of the same claims: *initially denied dollars* are of first answers, while the paths,
    and the reasons, hold the first denial of each claim whenever it came. A claim that was paid at first, and
    of which a second submission was refused as a duplicate, is on the path 'paid, not reworked, paid' with
    the dollars of that refusal.

    Returns
    -------
    polars.DataFrame
        step, claim_count and denied_amount; the last row is the sum of the others.
    """
    return warehouse.query("measures/denial_total_step")


def _frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    text = ("metric", "unit", "numerator_is", "denominator_is", "date_basis", "undefined_reason")
    schema = {
        name: pl.String() if name in text else pl.Float64()
        for name in (
            *("metric", "numerator", "denominator", "value", "unit"),
            *("numerator_is", "denominator_is", "date_basis", "undefined_reason"),
        )
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _share(
    metric: str, part: object, whole: object, *, of: tuple[str, str], date_basis: str, empty: str
) -> dict[str, object]:
    numerator = None if part is None else float(str(part))
    denominator = None if whole is None else float(str(whole))
    is_defined = numerator is not None and bool(denominator)
    return {
        "metric": metric,
        "numerator": numerator,
        "denominator": denominator,
        "value": 100 * numerator / denominator
        if is_defined and numerator is not None and denominator
        else None,
        "unit": "%",
        "numerator_is": of[0],
        "denominator_is": of[1],
        "date_basis": date_basis,
        "undefined_reason": None if is_defined else empty,
    }


def _wait(
    metric: str, waited: pl.DataFrame, *, of: tuple[str, str], date_basis: str, empty: str
) -> dict[str, object]:
    """Return the median of days, of which some are still running."""
    median = None
    if waited.height:
        counted = waited.group_by("day", "event").agg(pl.len().alias("n")).sort("day", "event")
        median = kaplan_meier(
            counted["day"].to_list(), counted["event"].to_list(), counts=counted["n"].to_list()
        ).median()
    late = "half of them have not come to it yet" if waited.height else empty
    return {
        "metric": metric,
        "numerator": float(waited["event"].sum()),
        "denominator": float(waited.height),
        "value": median,
        "unit": "days",
        "numerator_is": of[0],
        "denominator_is": of[1],
        "date_basis": date_basis,
        "undefined_reason": late if median is None else None,
    }


def _months_before(month: dt.date, count: int) -> dt.date:
    number = month.year * 12 + month.month - 1 - count
    return dt.date(number // 12, number % 12 + 1, 1)


def _initial_denials(waits: pl.DataFrame, as_of: dt.date) -> list[dict[str, object]]:
    """HFMA's first: denials of the last whole month over the mean of the three months before."""
    next_day = as_of + dt.timedelta(days=1)
    month = _months_before(next_day.replace(day=1), 1)
    start = _months_before(month, 3)
    answered = waits.filter(
        pl.col("first_response_date").dt.truncate("1mo") == month, pl.col("first_response").is_in(_DENIED)
    )
    sent = waits.filter(pl.col("submit_date") >= start, pl.col("submit_date") < month)
    basis = (
        f"denials by day of the first answer, {month:%Y-%m}; claims by submission, {start:%Y-%m} to before it"
    )
    empty = "no claim was sent in the three months before"
    return [
        _share(
            "initial denial rate by claims (HFMA 1), original claims, last whole month",
            answered.height,
            sent.height / 3,
            of=(
                "claims first answered with a denial, in full or in part",
                "claims sent, mean of three months",
            ),
            date_basis=basis,
            empty=empty,
        ),
        _share(
            "initial denial rate by charges (HFMA 1), original claims, last whole month",
            answered["initial_denied_amount"].sum(),
            float(sent["charge_amount"].sum()) / 3,
            of=("charges that these first answers denied", "charges sent, mean of three months"),
            date_basis=basis,
            empty=empty,
        ),
    ]


def _zero_payments(warehouse: Warehouse, as_of: dt.date) -> dict[str, object]:
    first = as_of - dt.timedelta(days=ZERO_PAYMENT_DAYS)
    counted = warehouse.query("measures/zero_payment", {"first_date": first, "last_date": as_of})
    return _share(
        "primary denial rate (HFMA 2), answers of primary payers, last four weeks",
        counted["zero_count"].item(),
        counted["answer_count"].item(),
        of=("answers that pay nothing", "answers, refused duplicates and reversals left out"),
        date_basis=f"day of payment, after {first} to {as_of}",
        empty="no answer in these four weeks",
    )


def _write_offs(known: Ledgered) -> list[dict[str, object]]:
    amount, revenue = known.written_off_amount, known.net_revenue_amount
    of = ("denied dollars recorded as written off", "net patient service revenue")
    missing = "no write-off is recorded" if amount is None else "net patient service revenue is not known"
    share = _share(
        "denial write-offs of net revenue (HFMA 3), as recorded",
        amount,
        revenue,
        of=of,
        date_basis="day of the record",
        empty=missing,
    )
    return [share]


def _days_to_appeal(waits: pl.DataFrame, known: Ledgered) -> dict[str, object]:
    denied = waits.filter(pl.col("first_response").is_in(_DENIED), pl.col("first_denial_date").is_not_null())
    appealed = pl.DataFrame(schema={"day": pl.Int64, "event": pl.Int64})
    if known.appeals is not None and known.appeals.height:
        appealed = (
            denied.join(known.appeals, on="claim_id")
            .select(
                day=(pl.col("appeal_date") - pl.col("first_denial_date")).dt.total_days(),
                event=pl.lit(1, pl.Int64),
            )
            .filter(pl.col("day") >= 0)
        )
    return _wait(
        "days from initial denial to appeal (HFMA 4), appealed claims, median",
        appealed,
        of=("appeals sent", "claims denied at first of which an appeal is recorded"),
        date_basis="from the day of the first denial to that of the appeal",
        empty="no appeal is recorded",
    )


def _days_to_resolution(waits: pl.DataFrame, as_of: dt.date) -> dict[str, object]:
    denied = waits.filter(pl.col("first_response").is_in(_DENIED), pl.col("first_denial_date").is_not_null())
    # Part of a claim may be settled by the very answer that denies the rest: resolved is then the claim.
    resolved = (
        pl.when(pl.col("final_outcome") == PAID)
        .then(pl.max_horizontal("settled_date", "first_denial_date"))
        .otherwise(None)
    )
    waited = denied.select(
        day=(pl.coalesce(resolved, pl.lit(as_of)) - pl.col("first_denial_date")).dt.total_days(),
        event=resolved.is_not_null().cast(pl.Int64),
    ).filter(pl.col("day") >= 0)
    return _wait(
        "days from initial denial to resolution (HFMA 5), claims denied at first, median",
        waited,
        of=("claims whose latest answer is paid", "claims denied at first, in full or in part"),
        date_basis=f"from the day of the first denial to payment; open claims until {as_of}",
        empty="no claim was denied",
    )


def _overturned(waits: pl.DataFrame) -> dict[str, object]:
    denied = waits.filter(pl.col("first_response").is_in(_DENIED))
    return _share(
        "initial denials overturned (HFMA 6), claims denied at first, latest state",
        denied.filter(pl.col("final_outcome") == PAID).height,
        denied.height,
        of=("claims whose latest answer is paid", "claims denied at first, in full or in part"),
        date_basis="all that is loaded; late denials have had less time",
        empty="no claim was denied",
    )


def _clean_claims(warehouse: Warehouse) -> dict[str, object]:
    found = clean_claim_rate(warehouse)
    return _share(
        "clean claims, claims answered or rejected, first answer",
        found["numerator_count"].item(),
        found["denominator_count"].item(),
        of=("claims paid at first", "claims answered, or rejected before adjudication"),
        date_basis="all that is loaded, first answers",
        empty="no claim has been answered or rejected",
    )


def _first_pass(waits: pl.DataFrame) -> dict[str, object]:
    answered = waits.filter(pl.col("first_response") != "no response yet")
    resolved = answered.filter(
        pl.col("first_response") == PAID, pl.col("final_outcome") == PAID, ~pl.col("is_reworked")
    )
    return _share(
        "first-pass resolution, answered claims, latest state",
        resolved.height,
        answered.height,
        of=("claims paid at first, never reworked and paid still", "claims answered"),
        date_basis="all that is loaded, first and latest answers",
        empty="no claim has been answered",
    )


def _days_to_pay(waits: pl.DataFrame, as_of: dt.date) -> dict[str, object]:
    waited = (
        waits.filter(pl.col("submit_date").is_not_null())
        .select(
            day=(pl.coalesce("settled_date", pl.lit(as_of)) - pl.col("submit_date")).dt.total_days(),
            event=pl.col("settled_date").is_not_null().cast(pl.Int64),
        )
        .filter(pl.col("day") >= 0)
    )
    return _wait(
        f"days to pay, {_ORIGINALS}, median",
        waited,
        of=("claims paid, at least in part, or left to the patient", "claims sent"),
        date_basis=f"from first submission to settlement; open claims until {as_of}",
        empty="no claim has a day of submission",
    )


def _denied_dollars(waits: pl.DataFrame) -> dict[str, object]:
    answered = waits.filter(pl.col("first_response") != "no response yet")
    return _share(
        "initially denied dollars, answered claims, first answer",
        answered["initial_denied_amount"].sum(),
        answered["charge_amount"].sum(),
        of=("charges that first answers denied", "charges of answered claims"),
        date_basis="all that is loaded, first answers",
        empty="no charge has been answered",
    )


def _aged(lines: pl.DataFrame, as_of: dt.date) -> dict[str, object]:
    ages = aged_denials(lines, as_of)
    old = ages.filter(pl.col("age_band").is_in(["91-120", "over 120"]))
    return _share(
        f"aged inventory, denied lines not paid, older than {OLD_AFTER_DAYS} days",
        old["denied_amount"].sum(),
        ages["denied_amount"].sum(),
        of=("denied dollars not paid, older than 90 days", "denied dollars not paid"),
        date_basis=f"from the day of the first denial to {as_of}",
        empty="no denied dollar is unpaid",
    )
