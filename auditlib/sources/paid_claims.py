"""Claims with their payment in one record, as in FHIR and RIF, to the claim and remittance tables.

A format's reader supplies claims, lines and reasons as plain columns; this module maps them to the tables of
claims and of remittances.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from auditlib.codes.systems import CPT, HCPCS
from auditlib.schema.contract import ColumnType, Table
from auditlib.schema.core import ADJUSTMENT, CLAIM, CLAIM_LINE, REMARK, REMIT_CLAIM, REMIT_LINE, REMITTANCE
from auditlib.sources.batch import OFFSET_BITS
from auditlib.sources.tabular.coded_encounter import pseudonym

PRIMARY, DENIED, REVERSAL = "1", "4", "22"
"""X12 claim status codes (CLP02) assigned to payments in other formats."""

_MONEY: Final = ColumnType.MONEY.polars
_MONEY_FORM: Final = r"^[+-]?[0-9]{1,15}(\.[0-9]*)?$|^[+-]?\.[0-9]+$"
_EXACT: Final = pl.Decimal(38, 10)
_PLACE: Final = ["claim_offset", "line_number"]
_SHARES: Final = {"deductible_amount": "1", "coinsurance_amount": "2", "copay_amount": "3"}

CLAIM_FACTS: Final = pl.Schema(
    {
        "payer_claim_control_number": pl.String(),
        "paid_amount": _MONEY,
        "payment_date": pl.Date(),
        "received_date": pl.Date(),
        "claim_status_code": pl.String(),
        "payee_id": pl.String(),
        **dict.fromkeys(_SHARES, _MONEY),
        "noncovered_amount": _MONEY,
    }
)
"""Columns beyond those of ``claim``; a claim without a paid amount has no payment."""

LINE_FACTS: Final = pl.Schema(
    {
        "claim_offset": pl.Int64(),
        "paid_amount": _MONEY,
        "allowed_amount": _MONEY,
        **dict.fromkeys(_SHARES, _MONEY),
        "noncovered_amount": _MONEY,
    }
)
"""Columns of a line beyond those of ``claim_line``."""

REASON_SCHEMA: Final = pl.Schema(
    {
        "claim_offset": pl.Int64(),
        "source_offset": pl.Int64(),
        "line_number": pl.Int64(),
        "group_code": pl.String(),
        "reason_code": pl.String(),
        "remark_code": pl.String(),
        "adjustment_amount": _MONEY,
        "is_denial_reason": pl.Boolean(),
    }
)
"""The payer's adjustment reasons, by line, or by claim if ``line_number`` is null.

``is_denial_reason`` is true if the file itself calls the reason that of a denial.
"""


def money(column: str) -> pl.Expr:
    """Return the amounts in a text column, to the cent; null if not a number."""
    text = pl.col(column).str.strip_chars()
    readable = pl.when(text.str.contains(_MONEY_FORM)).then(text.str.strip_chars_start("+"))
    return readable.cast(_EXACT, strict=False).round(2).cast(_MONEY, strict=False).alias(column)


def quantity(column: str) -> pl.Expr:
    """Return the quantities in a text column, to four decimals; null if not a number."""
    text = pl.col(column).str.strip_chars()
    readable = pl.when(text.str.contains(r"^[+-]?[0-9]{1,12}(\.[0-9]*)?$|^[+-]?\.[0-9]+$")).then(text)
    return (
        readable.cast(_EXACT, strict=False)
        .round(4)
        .cast(ColumnType.QUANTITY.polars, strict=False)
        .alias(column)
    )


def service_system(code: str) -> pl.Expr:
    """Return CPT or HCPCS for a column with codes of both systems, by the form of each code."""
    is_cpt = pl.col(code).str.contains(r"^[0-9]{4}[0-9A-Z]$")
    return pl.when(is_cpt).then(pl.lit(CPT)).when(pl.col(code).is_not_null()).then(pl.lit(HCPCS))


def revenue_code(column: str) -> pl.Expr:
    """Return revenue codes with four digits, restoring leading zeros that a program dropped."""
    text = pl.col(column).str.strip_chars().str.to_uppercase()
    padded = pl.when(text.str.contains(r"^[0-9]{1,3}$")).then(text.str.zfill(4)).otherwise(text)
    return pl.when(padded != "").then(padded).alias(column)


def patient_pseudonyms(ids: pl.Series) -> pl.Series:
    """Return the pseudonym of each patient id, the same as in encounter tables; null without an id."""
    known = ids.drop_nulls().unique()
    # polars has no SHA-256: each distinct id is hashed once.
    names = [pseudonym("", one) for one in known.to_list()]
    return ids.replace_strict(known, names, default=None, return_dtype=pl.String).alias("patient_id")


def paid_claim_tables(
    claims: pl.DataFrame,
    lines: pl.DataFrame,
    reasons: pl.DataFrame,
    *,
    source_file_id: int,
    added_lines: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """Return the claim and remittance tables for claims with their payments.

    Parameters
    ----------
    claims
        The columns of ``claim`` without ids, and `CLAIM_FACTS`; ``source_offset`` is the claim's.
    lines
        The columns of ``claim_line`` without ids, and `LINE_FACTS`.
    reasons
        `REASON_SCHEMA`.
    source_file_id
        The file.
    added_lines
        Lines that the payer added to its answer, in the form of ``lines``: they are paid and not billed.

    Notes
    -----
    Every adjudicated claim becomes a separate remittance with one claim payment, since these files have no
    check numbers. Deductible, coinsurance and copayment are patient responsibility (PR 1, 2 and 3).

    A line, or the claim as a whole, may have reasons without an amount. The first of them takes the
    noncovered amount stated beside it; without one, and if nothing was paid, what patient's share and
    other reasons leave of the charge. If the patient owes a share, only a reason of a denial takes it.
    Any other reason without an amount gets 0. A noncovered amount without any reason is an adjustment
    without a reason.

    On a reversal (status 22) all amounts are negative.
    """
    shift = source_file_id << OFFSET_BITS
    own = pl.lit(source_file_id, pl.Int64).alias("source_file_id")
    claims = claims.with_columns(own, (pl.col("source_offset") + shift).alias("claim_id"))
    lines = lines.with_columns(own, (pl.col("claim_offset") + shift).alias("claim_id"))
    claim_table, line_table = _fitted(CLAIM, claims), _fitted(CLAIM_LINE, lines)
    if added_lines is not None:
        lines = pl.concat([lines, added_lines], how="diagonal_relaxed")
    answers = answer_tables(claims, lines, reasons, source_file_id=source_file_id)
    return {"claim": claim_table, "claim_line": line_table, **answers}


def answer_tables(
    claims: pl.DataFrame, lines: pl.DataFrame, reasons: pl.DataFrame, *, source_file_id: int
) -> dict[str, pl.DataFrame]:
    """Return the tables of remittances alone; see `paid_claim_tables`."""
    shift = source_file_id << OFFSET_BITS
    own = pl.lit(source_file_id, pl.Int64).alias("source_file_id")
    # A column that is null for a whole batch has no type yet.
    claims, lines = _with_facts(claims, CLAIM_FACTS), _with_facts(lines, LINE_FACTS)
    answered = claims.drop_nulls("paid_amount").with_columns(
        own,
        (pl.col("source_offset") + shift).alias("remit_claim_id"),
        (pl.col("source_offset") + shift).alias("remittance_id"),
        (pl.col("claim_status_code") == REVERSAL).fill_null(value=False).alias("is_reversal"),
        pl.col("source_offset").alias("claim_offset"),
    )
    signs = answered.select("claim_offset", "remit_claim_id", "is_reversal")
    paid_lines = lines.drop_nulls("paid_amount").join(
        signs, on="claim_offset", how="inner", maintain_order="left"
    )
    paid_lines = paid_lines.with_columns(own)
    adjustments = _adjustments(answered, paid_lines, reasons, signs).with_columns(own)
    remarks = _remarks(reasons, signs).with_columns(own)
    amounts = ("charge_amount", "paid_amount")
    return {
        "remittance": REMITTANCE.conform(
            answered.select(
                "remittance_id",
                "payer_name",
                "payer_id",
                "payee_id",
                "payment_date",
                _signed("paid_amount").alias("payment_amount"),
                "source_file_id",
                "source_offset",
            )
        ),
        "remit_claim": _fitted(REMIT_CLAIM, answered.with_columns(_signed(name) for name in amounts)),
        "remit_line": _fitted(
            REMIT_LINE, paid_lines.with_columns(_signed(name) for name in (*amounts, "allowed_amount"))
        ),
        "adjustment": _fitted(ADJUSTMENT, adjustments),
        "remark": _fitted(REMARK, remarks),
    }


def _with_facts(frame: pl.DataFrame, facts: pl.Schema) -> pl.DataFrame:
    """Return a frame with the typed columns of facts, null where the format has none."""
    absent = [pl.lit(None).alias(name) for name in facts if name not in frame.columns]
    return frame.with_columns(absent).cast(facts)


def _fitted(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the table's columns of a frame; columns that only other formats fill are null."""
    return table.conform(frame.select(name for name in table.column_names if name in frame.columns))


def _signed(name: str) -> pl.Expr:
    """Return amounts, with their sign changed on a reversal."""
    return pl.when("is_reversal").then(-pl.col(name).abs()).otherwise(name).cast(_MONEY).alias(name)


def _adjustments(
    answered: pl.DataFrame, paid_lines: pl.DataFrame, reasons: pl.DataFrame, signs: pl.DataFrame
) -> pl.DataFrame:
    """Return patient responsibility and the payer's adjustments, numbered within each claim payment."""
    place = ["claim_offset", "source_offset", "line_number", "group_code", "reason_code", "adjustment_amount"]
    whole = answered.with_columns(pl.lit(None, pl.Int64).alias("line_number"))
    shares = [
        frame.filter(pl.col(name) != 0)
        .select(
            "claim_offset",
            "source_offset",
            "line_number",
            pl.lit("PR").alias("group_code"),
            pl.lit(reason).alias("reason_code"),
            pl.col(name).alias("adjustment_amount"),
        )
        .select(place)
        for frame in (whole, paid_lines)
        for name, reason in _SHARES.items()
    ]
    stated_reasons = reasons.filter(
        pl.col("reason_code").is_not_null()
        | pl.col("adjustment_amount").is_not_null()
        | (pl.col("is_denial_reason") & pl.col("remark_code").is_null())
    )
    places = _places(whole, paid_lines)
    of_payer = _with_amounts(_placed(stated_reasons, places), places).select(place)
    unreasoned = places.join(of_payer, on=_PLACE, how="anti", nulls_equal=True).filter(
        pl.col("noncovered_amount") != 0
    )
    without_reason = unreasoned.select(
        "claim_offset",
        "source_offset",
        "line_number",
        pl.lit("OA").alias("group_code"),
        pl.lit(None, pl.String).alias("reason_code"),
        pl.col("noncovered_amount").alias("adjustment_amount"),
    ).select(place)
    rows = pl.concat([*shares, of_payer, without_reason]).join(
        signs, on="claim_offset", how="inner", maintain_order="left"
    )
    rows = rows.sort("claim_offset", "line_number", nulls_last=False, maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).over("claim_offset")
    return rows.with_columns(
        number.alias("adjustment_number"),
        _signed("adjustment_amount"),
        pl.lit(None, pl.String).alias("adjustment_quantity"),
    )


def _places(whole: pl.DataFrame, paid_lines: pl.DataFrame) -> pl.DataFrame:
    """Return the claims, with a null line number, and their answered lines: what each pays and leaves."""
    share = pl.sum_horizontal(pl.col(name).fill_null(0) for name in _SHARES).cast(_MONEY)
    columns = (*_PLACE, "source_offset", "charge_amount", "paid_amount", "noncovered_amount")
    return pl.concat(
        frame.select(*columns, share.alias("share_amount")).cast({"line_number": pl.Int64})
        for frame in (whole, paid_lines)
    )


def _placed(reasons: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Return reasons at their line if the payer answered it, else at the claim as a whole."""
    answered = places.select(*_PLACE, pl.lit(value=True).alias("is_answered"))
    return reasons.join(
        answered, on=_PLACE, how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(pl.when("is_answered").then("line_number").alias("line_number"))


def _with_amounts(reasons: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Return reasons with group and amount; see `paid_claim_tables` for those that state no amount."""
    stated = reasons.group_by(_PLACE).agg(pl.col("adjustment_amount").sum().alias("stated_amount"))
    taken = places.join(stated, on=_PLACE, how="left", nulls_equal=True).with_columns(
        pl.col("stated_amount").fill_null(0)
    )
    of_lines = (
        taken.drop_nulls("line_number")
        .group_by("claim_offset")
        .agg(pl.sum("share_amount", "stated_amount").name.prefix("line_"))
    )
    # What the lines explain of the charge is not left for the reasons of the claim as a whole.
    explained = pl.col("share_amount") + pl.col("stated_amount")
    by_lines = pl.col("line_share_amount").fill_null(0) + pl.col("line_stated_amount").fill_null(0)
    is_whole = pl.col("line_number").is_null()
    left = taken.join(of_lines, on="claim_offset", how="left").select(
        *_PLACE,
        "paid_amount",
        "noncovered_amount",
        pl.when(is_whole)
        .then(pl.col("share_amount") + pl.col("line_share_amount").fill_null(0))
        .otherwise("share_amount")
        .alias("share_amount"),
        pl.max_horizontal(
            pl.col("charge_amount") - explained - pl.when(is_whole).then(by_lines).otherwise(0), pl.lit(0)
        ).alias("left_amount"),
    )
    placed = reasons.join(left, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")
    is_untold = pl.col("adjustment_amount").is_null()
    is_first = is_untold & (is_untold.cast(pl.Int64).cum_sum().over(_PLACE) == 1)
    may_take_rest = (pl.col("paid_amount") == 0) & (
        (pl.col("share_amount") == 0) | pl.col("is_denial_reason").fill_null(value=False)
    )
    amount = (
        pl.when(~is_untold)
        .then("adjustment_amount")
        .when(is_first & (pl.col("noncovered_amount") != 0))
        .then("noncovered_amount")
        .when(is_first & may_take_rest)
        .then("left_amount")
        .otherwise(pl.lit(0))
        .cast(_MONEY)
    )
    return placed.with_columns(amount.alias("adjustment_amount"), pl.col("group_code").fill_null("OA"))


def _remarks(reasons: pl.DataFrame, signs: pl.DataFrame) -> pl.DataFrame:
    rows = reasons.drop_nulls("remark_code").join(
        signs, on="claim_offset", how="inner", maintain_order="left"
    )
    number = pl.int_range(1, pl.len() + 1).over("claim_offset")
    return rows.with_columns(number.alias("remark_number"))
