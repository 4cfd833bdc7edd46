"""Adjudications of lines and claims: amounts by meaning, and reasons."""

from __future__ import annotations

import polars as pl

from auditlib.codes.systems import CARC, RARC
from auditlib.sources.fhir.facts import last_part
from auditlib.sources.fhir.systems import GROUP, GROUP_AND_REASON, REASON_SYSTEMS, VARIABLES, codings_of
from auditlib.sources.paid_claims import REASON_SCHEMA, money
from auditlib.sources.rejected_rows import RejectedRows

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
    "allowed": "allowed",
    "noncovered": "noncovered",
    "deductible": "deductible",
    "coinsurance": "coinsurance",
    "copay": "copay",
    "paidtoprovider": "paid out",
    "paidtopatient": "paid out",
}
_SUMMED = ("deductible", "copay", "paid out", "noncovered")
_FIRST = ("charge", "paid", "allowed", "coinsurance")
_DENIAL = "denialreason"
_REASONED = (_DENIAL, "adjustmentreason")
_COMBINED = r"^(CO|PR|OA|PI|CR)-?([0-9A-Z]{1,4})$"
_HYPHENED = r"^(CO|PR|OA|PI|CR)-[0-9A-Z]{1,4}$"
_PART = ["detail_number", "sub_detail_number"]


def adjudications_of(owners: pl.DataFrame) -> pl.DataFrame:
    """Return the adjudications of items or of claims, one row each, with those of an item's details.

    Parameters
    ----------
    owners
        ``source_offset``, ``record_number``, ``line_number`` (null for a whole claim), the list
        ``adjudication``, and of items the list ``detail``.
    """
    levels = [owners.select(*_OWNER, *_no_parts(), "adjudication")]
    if "detail" in owners.columns:
        details = _members(owners.select(*_OWNER, "detail"), "detail", "detail_number")
        levels.append(details.select(*_OWNER, *_no_parts("detail_number"), "adjudication"))
        parts = _members(
            details.select(*_OWNER, "detail_number", "subDetail"), "subDetail", "sub_detail_number"
        )
        levels.append(parts.select(*_OWNER, *_PART, "adjudication"))
    rows = (
        pl.concat(levels)
        .drop_nulls("adjudication")
        .explode("adjudication", empty_as_null=False)
        .unnest("adjudication")
        .with_row_index("__row")
        .with_columns(pl.col("amount").struct.field("value").alias("amount"))
        .with_columns(money("amount"))
    )
    kinds = codings_of(
        rows.select("__row", pl.col("category").struct.field("coding").alias("category")),
        "category",
        ["__row"],
    ).with_columns(pl.col("code").str.to_lowercase())
    # Blue Button states under this category also what became of a line that was allowed.
    of_blue_button = codings_of(
        rows.select("__row", pl.col("reason").struct.field("coding").alias("reason")), "reason", ["__row"]
    ).filter(pl.col("system").str.starts_with(VARIABLES) & ~pl.col("system").is_in(list(REASON_SYSTEMS)))
    reasoned = (
        kinds.filter(pl.col("code").is_in(_REASONED))
        .join(of_blue_button, on="__row", how="anti")
        .group_by("__row")
        .agg((pl.col("code") == _DENIAL).any().alias("is_denial_reason"))
    )
    return rows.join(reasoned, on="__row", how="left", maintain_order="left")


_OWNER = [_KEY, "record_number", "line_number"]


def _no_parts(*present: str) -> list[pl.Expr]:
    return [pl.col(name) if name in present else pl.lit(0, pl.Int64).alias(name) for name in _PART]


def _members(owners: pl.DataFrame, element: str, number: str) -> pl.DataFrame:
    """Return the members of a list, numbered through from 1."""
    members = owners.drop_nulls(element).explode(element, empty_as_null=False).unnest(element)
    return members.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(number))


def amounts_of(adjudications: pl.DataFrame) -> pl.DataFrame:
    """Return one row per line with charged, paid and allowed amounts and patient responsibility.

    The first amount of a meaning counts; deductibles, copayments and noncovered amounts add up. Payments to
    provider and patient count as paid if there is no other paid amount. A noncovered amount with a reason is
    that reason's adjustment and not counted here. What an item does not state is the sum of its details, and
    what a detail does not state that of its parts.
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
        .str.to_lowercase()
        .replace_strict(_MEANING_OF_CODE, default=None, return_dtype=pl.String)
        .alias("meaning"),
    )
    meanings = (
        pl.concat([by_variable, by_code])
        .drop_nulls("meaning")
        .unique("__row", keep="first", maintain_order=True)
    )
    rows = adjudications.join(meanings, on="__row", how="inner", maintain_order="left").drop_nulls("amount")
    has_reason = pl.col("reason").struct.field("coding").list.len().fill_null(0) > 0
    rows = rows.filter(~((pl.col("meaning") == "noncovered") & has_reason))
    amount = pl.col("amount")
    sums = rows.group_by([*_PLACE, *_PART], maintain_order=True).agg(
        *(amount.filter(pl.col("meaning") == name).first().alias(name) for name in _FIRST),
        *(
            pl.when((pl.col("meaning") == name).any())
            .then(amount.filter(pl.col("meaning") == name).sum())
            .alias(name)
            for name in _SUMMED
        ),
    )
    for part in reversed(_PART):
        sums = _rolled_up(sums, part)
    return sums.select(
        *_PLACE,
        pl.col("charge").alias("charge_amount"),
        pl.coalesce("paid", "paid out").alias("paid_amount"),
        *(
            pl.col(name).alias(f"{name}_amount")
            for name in ("allowed", "deductible", "coinsurance", "copay", "noncovered")
        ),
    )


def _rolled_up(sums: pl.DataFrame, part: str) -> pl.DataFrame:
    """Return amounts of the level above a part: its own, or the sum over its parts."""
    keys = [*_PLACE, *(name for name in _PART if name != part and name in sums.columns)]
    names = (*_FIRST, *_SUMMED)
    is_own = pl.col(part) == 0

    def total(name: str) -> pl.Expr:
        amounts = pl.col(name).filter(~is_own)
        return pl.when(amounts.is_not_null().any()).then(amounts.sum())

    return sums.group_by(keys, maintain_order=True).agg(
        pl.coalesce(pl.col(name).filter(is_own).first(), total(name)).alias(name) for name in names
    )


def reasons_of(adjudications: pl.DataFrame, rejects: RejectedRows) -> pl.DataFrame:
    """Return the reasons (CARC) and remarks (RARC) of lines and claims.

    A reason without a group takes the group stated elsewhere for the same line. Reasons of details count if
    their item has none. A denial or adjustment whose reason is in no known code system has no reason code,
    which is recorded.
    """
    adjudications = _outermost(adjudications)
    codes = codings_of(
        adjudications.select("__row", pl.col("reason").struct.field("coding").alias("reason")),
        "reason",
        ["__row"],
    ).with_columns(
        pl.col("system").replace_strict(REASON_SYSTEMS, default=None, return_dtype=pl.String).alias("kind"),
        pl.col("code").str.to_uppercase(),
    )
    codes = codes.drop_nulls("kind").with_columns(
        pl.when((pl.col("kind") == CARC) & pl.col("code").str.contains(_HYPHENED))
        .then(pl.lit(GROUP_AND_REASON))
        .otherwise("kind")
        .alias("kind")
    )
    facts = ["__row", *_PLACE, "amount", "is_denial_reason"]
    known = adjudications.select(facts).join(codes, on="__row", how="inner", maintain_order="left")
    groups = known.filter(pl.col("kind") == GROUP)
    of_row = groups.select("__row", pl.col("code").alias("own_group")).unique(
        "__row", keep="first", maintain_order=True
    )
    of_line = groups.select(*_PLACE, pl.col("code").alias("line_group")).unique(
        _PLACE, keep="first", maintain_order=True
    )
    combined = pl.col("kind") == GROUP_AND_REASON
    rows = pl.concat(
        [
            known.filter(pl.col("kind") != GROUP),
            _unknown(adjudications, codes, rejects).select(known.columns),
        ]
    )
    rows = (
        rows.sort("__row", maintain_order=True)
        .join(of_row, on="__row", how="left", maintain_order="left")
        .join(of_line, on=_PLACE, how="left", nulls_equal=True, maintain_order="left")
    )
    is_reason = pl.col("kind") == CARC
    is_remark = pl.col("kind") == RARC
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
        pl.when(is_remark).then("code").alias("remark_code"),
        pl.when(~is_remark).then("amount").alias("adjustment_amount"),
        pl.col("is_denial_reason").fill_null(value=False),
    ).cast(REASON_SCHEMA)


def denied_places(adjudications: pl.DataFrame) -> pl.DataFrame:
    """Return the lines and claims for which a reason of a denial is stated."""
    return adjudications.filter(pl.col("is_denial_reason")).select(_PLACE).unique(maintain_order=True)


def _outermost(adjudications: pl.DataFrame) -> pl.DataFrame:
    """Return the adjudications of items, and those of details if their item has no reason."""
    has_reason = pl.col("reason").struct.field("coding").list.len().fill_null(0) > 0
    is_own = pl.col("detail_number") == 0
    reasoned = adjudications.filter(is_own & has_reason).select(_PLACE).unique()
    own = adjudications.filter(is_own)
    inner = adjudications.filter(~is_own).join(reasoned, on=_PLACE, how="anti", nulls_equal=True)
    return pl.concat([own, inner])


def _unknown(adjudications: pl.DataFrame, codes: pl.DataFrame, rejects: RejectedRows) -> pl.DataFrame:
    """Return the denials and adjustments whose reason is in no known code system, with an unknown code.

    One without an amount beside a reason of a known system says the same in another system, and is left out.
    """
    reasoned = adjudications.filter(
        pl.col("is_denial_reason").is_not_null() & pl.col("reason").is_not_null()
    ).join(codes, on="__row", how="anti")
    known = adjudications.join(codes, on="__row", how="semi").select(_PLACE)
    bare = reasoned.filter(pl.col("amount").is_null())
    lost = pl.concat(
        [
            reasoned.filter(pl.col("amount").is_not_null()),
            bare.join(known, on=_PLACE, how="anti", nulls_equal=True),
        ]
    )
    rejects.add(
        "adjudication",
        lost,
        "the reason of a denial or adjustment is in no known code system: it has no reason code",
        "a reason in the systems of CARC and RARC",
    )
    return lost.with_columns(
        pl.lit(None, pl.String).alias("system"),
        pl.lit(None, pl.String).alias("code"),
        pl.lit("unknown").alias("kind"),
    )
