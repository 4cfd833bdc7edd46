"""The lines of claims as the review says they should have been: changed, deleted, and with added ones."""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.codes.systems import CPT, HCPCS
from auditlib.pricing.steps import refused

SERVICES: Final = (CPT, HCPCS)
REPEATED: Final = ("76", "77", "91", "59", "XE", "XP", "XS", "XU")
"""Modifiers by which two lines of one service on one day are both meant."""
_MODIFIERS: Final = tuple(f"modifier_{number}" for number in range(1, 5))
_VERDICT: Final = (
    *("encounter_id", "code_number", "event_number", "reviewer", "action", "code_system", "code"),
    "corrected_code_system",
    *("corrected_code", "corrected_modifiers", "corrected_unit_count", "payment_difference"),
    "payment_difference_basis",
)


def with_modifier_list(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with its four columns of modifiers as one list, ``modifiers``."""
    return frame.with_columns(modifiers=pl.concat_list(_MODIFIERS).list.drop_nulls()).drop(_MODIFIERS)


def service_verdicts(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return the verdicts on services and supplies that find something wrong, numbered by ``verdict_id``.

    A code that becomes a diagnosis is deleted as a service.
    """
    is_service = pl.col("code_system").is_in(SERVICES) | (
        pl.col("code_system").is_null() & pl.col("corrected_code_system").is_in(SERVICES)
    )
    return (
        verdicts.filter(is_service & (pl.col("action") != "agree"))
        .select(_VERDICT)
        .with_columns(
            action=pl.when((pl.col("action") == "change") & ~pl.col("corrected_code_system").is_in(SERVICES))
            .then(pl.lit("delete"))
            .otherwise("action"),
            corrected_modifiers=pl.col("corrected_modifiers")
            .fill_null("")
            .str.split(",")
            .list.eval(pl.element().filter(pl.element() != "")),
            corrected_unit_count=pl.col("corrected_unit_count").cast(pl.Decimal(18, 4)),
        )
        .with_row_index("verdict_id")
        .with_columns(pl.col("verdict_id").cast(pl.Int64()))
    )


def paired_codes(lines: pl.DataFrame, codes: pl.DataFrame) -> pl.DataFrame:
    """Return which of the coder's codes each line of the charts bills.

    Parameters
    ----------
    lines
        ``line_id``, ``encounter_id``, ``code`` and ``modifiers`` of the lines of charts.
    codes
        ``encounter_id``, ``code_number``, ``code`` and ``modifiers`` of the coder's services.

    Returns
    -------
    polars.DataFrame
        ``line_id``, ``encounter_id``, ``code_number`` and ``is_one_of_several``: as many lines as codes of
        one kind are paired by modifiers and order, a code listed once is that of all its lines. A code that
        is listed otherwise has no row.
    """
    key = ("encounter_id", "code")
    counts = [
        frame.group_by(key).agg(pl.len().alias(name))
        for frame, name in ((lines, "line_count"), (codes, "code_count"))
    ]
    both = counts[0].join(counts[1], on=key, how="inner")

    def placed(frame: pl.DataFrame, order: str) -> pl.DataFrame:
        text = pl.col("modifiers").list.sort().list.join(" ")
        return (
            frame.join(both, on=key, how="inner")
            .sort(*key, text, order)
            .with_columns(place=pl.int_range(pl.len()).over(key))
        )

    in_order, listed = placed(lines, "line_id"), placed(codes, "code_number")
    equal = in_order.filter(pl.col("line_count") == pl.col("code_count")).join(
        listed.select(*key, "place", "code_number"), on=(*key, "place"), how="inner"
    )
    several = in_order.filter((pl.col("line_count") > 1) & (pl.col("code_count") == 1)).join(
        listed.select(*key, "code_number"), on=key, how="inner"
    )
    return pl.concat(
        frame.select(
            "line_id",
            "encounter_id",
            "code_number",
            is_one_of_several=pl.col("line_count") > pl.col("code_count"),
        )
        for frame in (equal, several)
    )


def audited_lines(lines: pl.DataFrame, pairs: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return the lines as they should have been.

    Parameters
    ----------
    lines
        The lines as billed, of charts and beside them; ``line_id`` counts from 0.
    pairs
        From `paired_codes`.
    verdicts
        From `service_verdicts`.

    Returns
    -------
    polars.DataFrame
        The lines with code, modifiers and units as audited; ``verdict_id`` (null where nothing is wrong),
        ``is_deleted``, ``is_added``, ``billed_code`` and ``line_reason``, why a line cannot be priced. An
        added service is a line of the chart's one claim, on its one day. A line that becomes the same as
        another one of its claim and day is ``is_doubled``, unless a modifier of `REPEATED` sets it apart.
    """
    changed = (
        lines.join(pairs.drop("encounter_id"), on="line_id", how="left", maintain_order="left")
        .join(
            verdicts.drop("code", "code_system").rename({"action": "verdict_action"}),
            on=("encounter_id", "code_number"),
            how="left",
            maintain_order="left",
        )
        .with_columns(
            reason=pl.lit(None, pl.String()),
            billed_code=pl.col("code"),
            is_deleted=(pl.col("verdict_action") == "delete").fill_null(value=False),
            is_added=pl.lit(value=False),
        )
    )
    is_changed = (pl.col("verdict_action") == "change").fill_null(value=False)
    differs = pl.col("corrected_unit_count").is_not_null() & (
        pl.col("corrected_unit_count") != pl.col("unit_count")
    )
    changed = refused(
        changed,
        is_changed & pl.col("is_one_of_several").fill_null(value=False) & differs,
        pl.format("{} is on several lines: whose units are meant is not known.", "code"),
    )
    # Another code is charged otherwise, and units too: what was charged is no limit then.
    is_same = ~is_changed | ((pl.col("code") == pl.col("corrected_code")) & ~differs)
    changed = changed.with_columns(
        charge=pl.when(is_same).then("charge"),
        code=pl.when(is_changed).then("corrected_code").otherwise("code"),
        modifiers=pl.when(is_changed).then("corrected_modifiers").otherwise("modifiers"),
        unit_count=pl.when(is_changed)
        .then(pl.coalesce("corrected_unit_count", "unit_count"))
        .otherwise("unit_count"),
    )
    columns = [*lines.columns, "verdict_id", "is_deleted", "is_added", "billed_code", "reason"]
    together = pl.concat([changed.select(columns), _added(lines, verdicts).select(columns)])
    return _doubled(together).rename({"reason": "line_reason"})


def _added(lines: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return a line for each added service, with what the claim says of its lines."""
    of_chart = lines.filter(~pl.col("is_beside"))
    shared = (
        *(
            "form",
            "filing_code",
            "payer_key",
            "payer",
            "payer_id",
            "payer_name",
            "patient_id",
            "type_of_bill",
        ),
        *("billing_provider_id", "rendering_provider_id", "taxonomy", "provider_day", "group_day"),
    )
    place = of_chart.group_by("encounter_id").agg(
        pl.col("claim_id").n_unique().alias("claim_count"),
        pl.col("service_date").n_unique().alias("day_count"),
        pl.col("place_of_service").n_unique().alias("place_count"),
        *(pl.col(name).first() for name in ("claim_id", "service_date", "place_of_service", *shared)),
        *(
            pl.col(name).first()
            for name in of_chart.columns
            if name.startswith("claim_") and name != "claim_id"
        ),
    )
    added = (
        verdicts.filter(action="add")
        .drop("code", "code_number", "code_system")
        .join(place, on="encounter_id", how="left", maintain_order="left")
        .with_row_index("number")
        .with_columns(
            reason=pl.lit(None, pl.String()),
            line_id=pl.col("number").cast(pl.Int64()) + lines.height,
            code=pl.col("corrected_code"),
            billed_code=pl.lit(None, pl.String()),
            modifiers=pl.col("corrected_modifiers"),
            unit_count=pl.coalesce("corrected_unit_count", pl.lit(1).cast(pl.Decimal(18, 4))),
            is_deleted=pl.lit(value=False),
            is_added=pl.lit(value=True),
            is_beside=pl.lit(value=False),
        )
    )
    for condition, why in (
        (pl.col("claim_id").is_null(), "no answered claim of the chart has service lines"),
        (pl.col("claim_count") > 1, "the chart has several claims"),
        (pl.col("day_count") > 1, "the claim has several days"),
        (pl.col("place_count") > 1, "the claim has several places of service"),
    ):
        added = refused(
            added, condition, pl.format(f"Where the added {{}} belongs is not known: {why}.", "code")
        )
    absent = [name for name in lines.columns if name not in added.columns]
    return added.with_columns(pl.lit(None, lines.schema[name]).alias(name) for name in absent).with_columns(
        pl.col(name).cast(lines.schema[name]) for name in lines.columns
    )


def _doubled(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with ``is_doubled``: changed or added to what another line of the claim and day has."""
    text = pl.col("modifiers").list.sort().list.join(" ")
    is_apart = pl.col("modifiers").list.set_intersection(list(REPEATED)).list.len() > 0
    lines = lines.with_columns(service=pl.format("{} {}", "code", text))
    key = ("claim_id", "service_date", "service")
    is_kept = ~pl.col("is_deleted")
    is_new = (
        pl.col("verdict_id").is_not_null()
        & is_kept
        & ((pl.col("code") != pl.col("billed_code")) | pl.col("is_added"))
    )
    lines = lines.with_columns(is_new=is_new.fill_null(value=False))
    # Of lines that a review made equal the first stands, and one that was billed so before all others.
    order = pl.struct("is_new", "line_id").rank("ordinal").over(*key, "is_deleted")
    return lines.with_columns(
        is_doubled=(pl.col("is_new") & (order > 1) & ~is_apart).fill_null(value=False)
    ).drop("service", "is_new")
