"""Adjudications of lines and claims: amounts by meaning, and reasons."""

from __future__ import annotations

import polars as pl

from auditlib.codes.systems import CARC, RARC
from auditlib.sources.fhir.facts import last_part
from auditlib.sources.fhir.systems import GROUP, GROUP_AND_REASON, REASON_SYSTEMS, VARIABLES, codings_of
from auditlib.sources.paid_claims import REASON_SCHEMA, money

_KEY = "source_offset"
_PLACE = [_KEY, "line_number"]
_MEANING_OF_VARIABLE = {
    "line_sbmtd_chrg_amt": "charge",
    "rev_cntr_tot_chrg_amt": "charge",
    "tot_rx_cst_amt": "charge",
    "line_nch_pmt_amt": "paid",
    "rev_cntr_pmt_amt_amt": "paid",
    "cvrd_d_plan_pd_amt": "paid",
    "line_alowd_chrg_amt": "allowed",
    "line_bene_ptb_ddctbl_amt": "deductible",
    "rev_cntr_cash_ddctbl_amt": "deductible",
    "rev_cntr_blood_ddctbl_amt": "deductible",
    "line_coinsrnc_amt": "coinsurance",
    "rev_cntr_coinsrnc_wge_adjstd_c": "coinsurance",
}
"""Medicare's variables, which are more specific than the standard codes beside them and take precedence."""

_MEANING_OF_CODE = {
    "submitted": "charge",
    "benefit": "paid",
    "eligible": "allowed",
    "deductible": "deductible",
    "coinsurance": "coinsurance",
    "copay": "copay",
    "paidtoprovider": "paid out",
    "paidtopatient": "paid out",
}
_SUMMED = ("deductible", "copay", "paid out")
_FIRST = ("charge", "paid", "allowed", "coinsurance")
_COMBINED = r"^(CO|PR|OA|PI|CR)-?([0-9A-Z]{1,4})$"


def adjudications_of(owners: pl.DataFrame) -> pl.DataFrame:
    """Return the adjudications of items or of claims, one row each.

    Parameters
    ----------
    owners
        ``source_offset``, ``line_number`` (null for a whole claim) and the list ``adjudication``.
    """
    return (
        owners.select(*_PLACE, "adjudication")
        .drop_nulls("adjudication")
        .explode("adjudication", empty_as_null=False)
        .unnest("adjudication")
        .with_row_index("__row")
        .with_columns(pl.col("amount").struct.field("value").alias("amount"))
        .with_columns(money("amount"))
    )


def amounts_of(adjudications: pl.DataFrame) -> pl.DataFrame:
    """Return one row per line with charged, paid and allowed amounts and patient responsibility.

    The first amount of a meaning counts; deductibles and copayments add up. Payments to provider and patient
    count as paid if there is no other paid amount.
    """
    codes = codings_of(
        adjudications.select("__row", pl.col("category").struct.field("coding").alias("category")),
        "category",
        ["__row"],
    )
    is_variable = pl.col("code").str.starts_with(VARIABLES)
    by_variable = codes.filter(is_variable).select(
        "__row",
        last_part("code")
        .replace_strict(_MEANING_OF_VARIABLE, default="other", return_dtype=pl.String)
        .alias("meaning"),
    )
    by_code = codes.filter(~is_variable).select(
        "__row",
        pl.col("code")
        .replace_strict(_MEANING_OF_CODE, default=None, return_dtype=pl.String)
        .alias("meaning"),
    )
    meanings = (
        pl.concat([by_variable, by_code])
        .drop_nulls("meaning")
        .unique("__row", keep="first", maintain_order=True)
    )
    rows = adjudications.join(meanings, on="__row", how="inner", maintain_order="left").drop_nulls("amount")
    amount = pl.col("amount")
    sums = rows.group_by(_PLACE, maintain_order=True).agg(
        *(amount.filter(pl.col("meaning") == name).first().alias(name) for name in _FIRST),
        *(
            pl.when((pl.col("meaning") == name).any())
            .then(amount.filter(pl.col("meaning") == name).sum())
            .alias(name)
            for name in _SUMMED
        ),
    )
    return sums.select(
        *_PLACE,
        pl.col("charge").alias("charge_amount"),
        pl.coalesce("paid", "paid out").alias("paid_amount"),
        *(pl.col(name).alias(f"{name}_amount") for name in ("allowed", "deductible", "coinsurance", "copay")),
    )


def reasons_of(adjudications: pl.DataFrame) -> pl.DataFrame:
    """Return the reasons (CARC) and remarks (RARC) of lines and claims.

    A reason without a group takes the group stated elsewhere for the same line.
    """
    codes = codings_of(
        adjudications.select("__row", pl.col("reason").struct.field("coding").alias("reason")),
        "reason",
        ["__row"],
    ).with_columns(
        pl.col("system").replace_strict(REASON_SYSTEMS, default=None, return_dtype=pl.String).alias("kind"),
        pl.col("code").str.to_uppercase(),
    )
    known = adjudications.select("__row", *_PLACE, "amount").join(
        codes.drop_nulls("kind"), on="__row", how="inner", maintain_order="left"
    )
    groups = known.filter(pl.col("kind") == GROUP)
    of_row = groups.select("__row", pl.col("code").alias("own_group")).unique(
        "__row", keep="first", maintain_order=True
    )
    of_line = groups.select(*_PLACE, pl.col("code").alias("line_group")).unique(
        _PLACE, keep="first", maintain_order=True
    )
    combined = pl.col("kind") == GROUP_AND_REASON
    rows = (
        known.filter(pl.col("kind") != GROUP)
        .join(of_row, on="__row", how="left", maintain_order="left")
        .join(of_line, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")
    )
    is_reason = pl.col("kind") == CARC
    return rows.select(
        pl.col(_KEY).alias("claim_offset"),
        _KEY,
        "line_number",
        pl.when(combined)
        .then(pl.col("code").str.extract(_COMBINED, 1))
        .otherwise(pl.coalesce("own_group", "line_group"))
        .alias("group_code"),
        pl.when(combined)
        .then(pl.col("code").str.extract(_COMBINED, 2))
        .when(is_reason)
        .then("code")
        .alias("reason_code"),
        pl.when(pl.col("kind") == RARC).then("code").alias("remark_code"),
        pl.when(combined | is_reason).then("amount").alias("adjustment_amount"),
    ).cast(REASON_SCHEMA)
