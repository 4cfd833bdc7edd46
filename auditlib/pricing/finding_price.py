"""What each finding of a review changes of the payer's payment, with its origin or a reason for none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from auditlib.codes.systems import MS_DRG
from auditlib.pricing.audited_lines import (
    SERVICES,
    audited_lines,
    paired_codes,
    service_verdicts,
    with_modifier_list,
)
from auditlib.pricing.cents import MONEY, cents, dollar_text, dollars
from auditlib.pricing.contract_price import FEWEST_CASES
from auditlib.pricing.hospital_price import stay_prices
from auditlib.pricing.payer_share import MEDICARE, SHARES, payer_payments
from auditlib.pricing.price_source import DEFAULT_SOURCES, PriceSource
from auditlib.pricing.priced_lines import lines_of_charts, priced_lines
from auditlib.pricing.steps import STEP, refused
from auditlib.review import NO_RECORD
from auditlib.review.payment_difference import ENTERED, LONGEST_ORIGIN, NOT_AGREED, WHOLE_LINE
from auditlib.warehouse import Warehouse

FINDING: Final = {
    "encounter_id": pl.String(),
    "claim_id": pl.Int64(),
    "line_number": pl.Int64(),
    "event_number": pl.Int64(),
    "code_number": pl.Int64(),
    "reviewer": pl.String(),
    "action": pl.String(),
    "code_system": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "paid_amount": MONEY,
    "audited_amount": MONEY,
    "payment_difference": MONEY,
    "price_source": pl.String(),
    "is_estimate": pl.Boolean(),
    "origin": pl.String(),
    "steps": pl.List(STEP),
    "release": pl.String(),
    "locality": pl.String(),
    "reason": pl.String(),
}
"""Columns of `priced_findings`."""
ACCEPTED: Final = f"^({'|'.join(source.value for source in PriceSource)}): "
"""How the origin of an accepted price begins: with its source."""
_DELETED: Final = "nothing is paid for a deleted code"
_NO_RECORD: Final = "nothing is paid for a code without a record, by the rule for missing records"
_DOUBLED: Final = "the claim bills it on another line of the day, so that it is paid once"
_COVERED: Final = (
    "a diagnosis sets no price of a line; whether the service is covered without it is not priced"
)
_OF_STAY: Final = "The stay is paid by its group: a verdict on the DRG holds its dollars."
_IN_STAY: Final = "within the difference of the DRG of the stay"
_SYSTEM_OF_STAY: Final = "discharge status"


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """How findings are priced.

    Parameters
    ----------
    sources
        Sources of prices in the order in which they are tried.
    fewest_cases
        Answers that a usual amount needs at least.
    """

    sources: tuple[PriceSource, ...] = DEFAULT_SOURCES
    fewest_cases: int = FEWEST_CASES


def priced_findings(
    warehouse: Warehouse,
    verdicts: pl.DataFrame,
    stays: pl.DataFrame,
    *,
    encounter_ids: Sequence[str],
    request: PriceRequest,
) -> pl.DataFrame:
    """Return what each finding changes of the payer's payment.

    Parameters
    ----------
    warehouse
        With claims, payments and code sets.
    verdicts, stays
        The verdicts that count, on codes and on facts of stays: rows of `auditlib.review.verdict_frame`.
    encounter_ids
        The charts of the audit.
    request
        The sources of prices.

    Returns
    -------
    polars.DataFrame
        One row a verdict other than agree, with `FINDING`. ``payment_difference`` is what was paid less what
        would have been right. Where it is null, ``reason`` says why; where it is not, ``origin`` says how it
        came about, and ``steps`` lists the rules with the dollars after each.

    Notes
    -----
    A deleted line is paid nothing. A changed or added line is priced by the first source that prices it, and
    the payer's part of the amount allowed is set against what was paid. What a change makes of the rank of
    other lines of the day is part of the difference. What reviewers entered stays.
    """
    wrong = verdicts.filter(pl.col("action") != "agree")
    charts = wrong["encounter_id"].unique().sort().to_list()
    changed_stays = stays.filter(action="change")
    parts = [
        _services(warehouse, wrong, charts, encounter_ids, request),
        _others(warehouse, wrong, changed_stays, charts),
        _stays(warehouse, changed_stays, request),
    ]
    priced = pl.concat(
        [part.select(pl.col(name).cast(kind) for name, kind in FINDING.items()) for part in parts]
    )
    entered = pl.concat([wrong, changed_stays.select(wrong.columns)]).select(
        "event_number", entered="payment_difference", basis="payment_difference_basis"
    )
    return _with_entered(priced, entered).sort("encounter_id", "code_number", "event_number", nulls_last=True)


def accepted_origin(source: str, origin: str) -> str:
    """Return the origin of a price as the ledger keeps it once it is accepted."""
    text = " ".join(f"{source}: {origin}".split())
    return text if len(text) <= LONGEST_ORIGIN else f"{text[: LONGEST_ORIGIN - 4]} ..."


def _with_entered(findings: pl.DataFrame, entered: pl.DataFrame) -> pl.DataFrame:
    """Return findings with the dollars that reviewers entered in the place of computed ones."""
    joined = findings.join(entered, on="event_number", how="left", maintain_order="left")
    basis = pl.col("basis")
    accepted = basis.str.extract(ACCEPTED)
    is_entered = pl.col("entered").is_not_null() & basis.ne_missing(WHOLE_LINE)
    is_computed = (pl.col("action") == NO_RECORD) | ~is_entered
    differs = (basis == NOT_AGREED).fill_null(value=False)
    origin = pl.when(basis == ENTERED).then(pl.format("entered by {}", "reviewer")).otherwise(basis)
    keeps = is_computed & ~differs
    columns = {
        "payment_difference": pl.when(differs)
        .then(None)
        .when(keeps)
        .then("payment_difference")
        .otherwise("entered"),
        "audited_amount": pl.when(keeps)
        .then("audited_amount")
        .otherwise(pl.when(~differs).then((pl.col("paid_amount") - pl.col("entered")).cast(MONEY))),
        "price_source": pl.when(keeps)
        .then("price_source")
        .when(~differs)
        .then(pl.coalesce(accepted, pl.lit(PriceSource.ENTERED.value))),
        "is_estimate": pl.when(keeps)
        .then("is_estimate")
        .otherwise((accepted == PriceSource.USUAL.value).fill_null(value=False)),
        "origin": pl.when(keeps).then("origin").when(~differs).then(origin),
        "steps": pl.when(keeps).then("steps"),
        "release": pl.when(keeps).then("release"),
        "locality": pl.when(keeps).then("locality"),
        "reason": pl.when(keeps)
        .then("reason")
        .when(differs)
        .then(pl.lit("Reviewers agree on the code and not on its dollars.")),
    }
    return joined.with_columns(**columns).select(*FINDING)


def _services(
    warehouse: Warehouse,
    wrong: pl.DataFrame,
    charts: Sequence[str],
    encounter_ids: Sequence[str],
    request: PriceRequest,
) -> pl.DataFrame:
    """Return the findings on services and supplies."""
    found = service_verdicts(wrong.with_columns(action=pl.col("action").replace({NO_RECORD: "delete"})))
    without_record = wrong.filter(action=NO_RECORD).select("event_number", "encounter_id", "code_number")
    lines = lines_of_charts(warehouse, charts)
    codes = with_modifier_list(
        warehouse.query("queries/audits/encounter_codes_of", {"encounter_ids": list(charts)}).filter(
            pl.col("code_system").is_in(SERVICES)
        )
    )
    of_charts = lines.filter(~pl.col("is_beside"))
    after = audited_lines(lines, paired_codes(of_charts, codes), found)
    billed = _priced(warehouse, lines, encounter_ids, request)
    kept = after.filter(~pl.col("is_deleted") & ~pl.col("is_doubled"))
    audited = _priced(warehouse, kept, encounter_ids, request)
    joined = after.join(
        billed.select("line_id", billed_payment="payment"), on="line_id", how="left", maintain_order="left"
    ).join(audited, on="line_id", how="left", maintain_order="left")
    by_verdict = _of_verdicts(_of_lines(joined))
    shifts = _shifts(joined)
    priced = (
        found.join(by_verdict, on="verdict_id", how="left", maintain_order="left")
        .join(shifts, on="verdict_id", how="left", maintain_order="left")
        .join(
            without_record.with_columns(has_no_record=pl.lit(value=True)),
            on=("event_number", "encounter_id", "code_number"),
            how="left",
            maintain_order="left",
            nulls_equal=True,
        )
    )
    priced = refused(
        priced,
        pl.col("line_count").is_null(),
        pl.format(
            "No answered claim line bills {} as the coder listed it.", pl.coalesce("code", "corrected_code")
        ),
    )
    priced = refused(
        priced,
        pl.col("has_unknown_shift"),
        "What it makes of the rank of another line of the day cannot be priced.",
    )
    is_priced = pl.col("reason").is_null()
    shift = pl.col("shift").fill_null(0)
    said = (
        pl.when(shift != 0)
        .then(
            pl.format(
                "; other lines of the day, whose rank changes: {} {}",
                dollar_text(shift.abs()),
                pl.when(shift > 0).then(pl.lit("less")).otherwise(pl.lit("more")),
            )
        )
        .otherwise(pl.lit(""))
    )
    no_record = pl.col("has_no_record").fill_null(value=False)
    origin = pl.when(no_record).then(pl.lit(_NO_RECORD)).otherwise(pl.concat_str("origin", said))
    modifiers = pl.col("corrected_modifiers").list.join("-")
    return priced.with_columns(
        action=pl.when(no_record).then(pl.lit(NO_RECORD)).otherwise("action"),
        code_system=pl.coalesce("code_system", "corrected_code_system"),
        before="code",
        after=pl.when(modifiers != "")
        .then(pl.format("{}-{}", "corrected_code", modifiers))
        .otherwise("corrected_code"),
        paid_amount=dollars(pl.col("paid")),
        audited_amount=pl.when(is_priced).then(dollars(pl.col("payment") + shift * -1)),
        payment_difference=pl.when(is_priced).then(dollars(pl.col("difference") + shift)),
        price_source=pl.when(is_priced).then("source"),
        is_estimate=is_priced & (pl.col("source") == PriceSource.USUAL.value),
        origin=pl.when(is_priced).then(origin),
        steps=pl.when(is_priced).then("steps"),
    )


def _priced(
    warehouse: Warehouse, lines: pl.DataFrame, encounter_ids: Sequence[str], request: PriceRequest
) -> pl.DataFrame:
    return priced_lines(
        warehouse,
        lines,
        request.sources,
        audited_charts=encounter_ids,
        fewest_cases=request.fewest_cases,
    )


def _of_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines with a finding, each with its payment as audited, its source and its origin."""
    lines = lines.filter(pl.col("verdict_id").is_not_null())
    is_nothing = pl.col("is_deleted") | pl.col("is_doubled")
    lines = lines.with_columns(
        reason=pl.coalesce("line_reason", pl.when(~is_nothing).then("reason")),
        payment=pl.when(is_nothing).then(0).otherwise("payment"),
        paid=pl.when("is_added").then(0).otherwise("paid"),
        source=pl.when(is_nothing).then(pl.lit(PriceSource.NOTHING_DUE.value)).otherwise("source"),
        origin=pl.when("is_deleted")
        .then(pl.format("{}: {} = $0.00", "code", pl.lit(_DELETED)))
        .when("is_doubled")
        .then(pl.format("{}: {} = $0.00", "code", pl.lit(_DOUBLED)))
        .otherwise("origin"),
    )
    lines = refused(
        lines,
        ~pl.col("is_added") & (pl.col("answer_count") == 0),
        pl.format("What was paid for {} is not known: no answer names its line.", "billed_code"),
    )
    return refused(
        lines,
        pl.col("is_paid_by_group") & ~pl.col("is_added"),
        pl.format("The claim of {} is paid by its group.", "billed_code"),
    )


def _of_verdicts(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the sums of the lines of each verdict."""
    return lines.group_by("verdict_id", maintain_order=True).agg(
        line_count=pl.len(),
        claim_id=pl.col("claim_id").first(),
        line_number=pl.col("line_number").first(),
        paid=pl.col("paid").sum(),
        payment=pl.col("payment").sum(),
        difference=(pl.col("paid") - pl.col("payment")).sum(),
        source=pl.col("source").first(),
        origin=pl.col("origin").str.join(" | "),
        steps=pl.col("steps").explode(empty_as_null=False),
        release=pl.col("release").first(),
        locality=pl.col("locality").first(),
        reason=pl.col("reason").first(),
    )


def _shifts(lines: pl.DataFrame) -> pl.DataFrame:
    """Return what findings change of other lines of the day, once for the first finding of a day and chart.

    ``shift`` is in cents what the other lines were paid too much, by the schedule as billed and as audited.
    """
    key = ("encounter_id", "group_day")
    first = lines.filter(pl.col("verdict_id").is_not_null()).group_by(key).agg(pl.col("verdict_id").min())
    is_shifted = pl.col("billed_payment").ne_missing(pl.col("payment"))
    others = lines.filter(pl.col("verdict_id").is_null() & ~pl.col("is_beside") & is_shifted)
    return (
        others.group_by(key)
        .agg(
            shift=(pl.col("billed_payment") - pl.col("payment")).sum(),
            has_unknown_shift=(pl.col("billed_payment").is_null() | pl.col("payment").is_null()).any(),
        )
        .join(first, on=key, how="inner")
        .group_by("verdict_id")
        .agg(pl.col("shift").sum(), pl.col("has_unknown_shift").any())
    )


def _others(
    warehouse: Warehouse, wrong: pl.DataFrame, changed_stays: pl.DataFrame, charts: Sequence[str]
) -> pl.DataFrame:
    """Return the findings on diagnoses and ICD procedures, which set no price of a line."""
    inpatient = warehouse.query("queries/audits/billed_stay", {"encounter_ids": list(charts)})["encounter_id"]
    with_drg = changed_stays.filter(code_system=MS_DRG)["encounter_id"]
    is_service = pl.coalesce("code_system", "corrected_code_system").is_in(SERVICES)
    is_stay = pl.col("encounter_id").is_in(inpatient.to_list())
    has_drg = pl.col("encounter_id").is_in(with_drg.to_list())
    is_open = is_stay & ~has_drg
    return wrong.filter(~is_service.fill_null(value=False)).select(
        *("encounter_id", "event_number", "code_number", "reviewer", "action"),
        code_system=pl.coalesce("code_system", "corrected_code_system"),
        before="code",
        after="corrected_code",
        **_nothing(("claim_id", "line_number", "paid_amount", "steps", "release", "locality")),
        audited_amount=pl.lit(None, MONEY),
        payment_difference=pl.when(~is_open).then(0).cast(MONEY),
        price_source=pl.when(~is_open).then(pl.lit(PriceSource.NO_EFFECT.value)),
        is_estimate=pl.lit(value=False),
        origin=pl.when(is_stay & has_drg).then(pl.lit(_IN_STAY)).when(~is_open).then(pl.lit(_COVERED)),
        reason=pl.when(is_open).then(pl.lit(_OF_STAY)),
    )


def _nothing(names: Sequence[str]) -> dict[str, pl.Expr]:
    return {name: pl.lit(None, FINDING[name]) for name in names}


def _stays(warehouse: Warehouse, changed: pl.DataFrame, request: PriceRequest) -> pl.DataFrame:
    """Return the findings on DRG and discharge status of stays."""
    charts = changed["encounter_id"].unique().sort().to_list()
    stays = warehouse.query("queries/pricing/stay_to_price", {"encounter_ids": charts})
    wanted = stays.select("rendering_provider_id", "billing_provider_id", "service_date").unique()
    places = warehouse.query("queries/pricing/place_of_provider", frames={"wanted_place": wanted})
    place_key = ("rendering_provider_id", "billing_provider_id", "service_date")
    status = changed.filter(code_system=_SYSTEM_OF_STAY).select("encounter_id", right_status="corrected_code")
    of_chart = stays.with_columns(claim_count=pl.len().over("encounter_id")).unique(
        "encounter_id", keep="first", maintain_order=True
    )
    rows = (
        changed.join(of_chart, on="encounter_id", how="left", maintain_order="left")
        .join(places, on=place_key, how="left", maintain_order="left", nulls_equal=True)
        .join(status, on="encounter_id", how="left", maintain_order="left")
        .with_row_index("line_id")
        .with_columns(
            pl.col("line_id").cast(pl.Int64()),
            drg=pl.col("corrected_code"),
            billed_drg=pl.col("code"),
            discharge_status_code=pl.coalesce("right_status", "discharge_status_code"),
        )
    )
    wanted_drgs = rows.select("drg", "service_date").unique().drop_nulls()
    weights = warehouse.query("queries/pricing/drg_weight_of_day", frames={"wanted_drg": wanted_drgs})
    prices = stay_prices(rows, weights)
    shares = {name: cents(f"{name}_amount") for name in ("deductible", "coinsurance", "sequestered")}
    priced = rows.join(prices, on="line_id", how="left", maintain_order="left").with_columns(
        code=pl.lit(None, pl.String()),
        **shares,
        paid=cents("paid_amount"),
        allowed=pl.lit(None, pl.Int64()),
        copay=pl.lit(0, pl.Int64()),
        stated_coinsurance=cents("coinsurance_amount"),
        **{f"claim_{name}": pl.lit(None, pl.Int64()) for name in SHARES},
    )
    is_medicare = pl.col("filing_code").is_in(MEDICARE).fill_null(value=False)
    priced = priced.with_columns(
        # A stay whose deductible and coinsurance are known needs no share of the line.
        reason=pl.when(pl.col("claim_id").is_null())
        .then(pl.lit("No answered inpatient claim of the stay is loaded."))
        .when((pl.col("claim_count") > 1) | (pl.col("answer_count") > 1))
        .then(pl.lit("The stay has several claims or several answers."))
        .when(~is_medicare)
        .then(pl.lit("The payer is not Medicare, whose weights are loaded."))
        .when(PriceSource.SCHEDULE not in request.sources)
        .then(pl.lit("Stays are priced by Medicare's weights only."))
        .otherwise("reason")
    )
    paid = payer_payments(priced)
    is_drg = pl.col("code_system") == MS_DRG
    has_drg = is_drg.any().over("encounter_id")
    is_within = ~is_drg & has_drg
    is_priced = pl.col("reason").is_null() & is_drg
    reason = pl.when(is_within).then(None).when(~is_drg).then(pl.lit(_OF_STAY)).otherwise("reason")
    return paid.select(
        *("encounter_id", "claim_id", "event_number", "reviewer", "action", "code_system"),
        before="billed_drg",
        after="corrected_code",
        **_nothing(("code_number", "line_number", "locality")),
        paid_amount=pl.when(is_drg).then("paid_amount"),
        audited_amount=pl.when(is_priced).then(dollars(pl.col("amount"))),
        payment_difference=pl.when(is_priced)
        .then(dollars(pl.col("paid") - pl.col("amount")))
        .when(is_within)
        .then(pl.lit(0).cast(MONEY)),
        price_source=pl.when(is_priced)
        .then(pl.lit(PriceSource.SCHEDULE.value))
        .when(is_within)
        .then(pl.lit(PriceSource.NO_EFFECT.value)),
        is_estimate=pl.lit(value=False),
        origin=pl.when(is_priced).then("origin").when(is_within).then(pl.lit(_IN_STAY)),
        steps=pl.when(is_priced).then("steps"),
        release=pl.when(is_priced).then("release"),
        reason=reason,
    )
