"""Rows of RIF files to claims, lines and Medicare's payments."""

from __future__ import annotations

import polars as pl

from auditlib.sources.paid_claims import (
    DENIED,
    PRIMARY,
    REASON_SCHEMA,
    REVERSAL,
    money,
    patient_pseudonyms,
    quantity,
    revenue_code,
    service_system,
)
from auditlib.sources.rejected_rows import RejectedRows
from auditlib.sources.rif.dates import A_DAY, day
from auditlib.sources.rif.layout import ANSI_COLUMNS, Kind

_KEY = "claim_offset"
_PAYER = "CMS"
_CANCELLED = ("3", "63")
_NOT_FINAL = "N"
_DELETED = "DELETE"
_VOID = "8"
_REFUSED = "0"
_HIPPS_REVENUE = ("0022", "0023", "0024")
_TOTAL_REVENUE = "0001"
_ANSI = r"^(CO|PR|OA|PI|CR)-?([0-9A-Z]{1,4})$"
_DATES = ("CLM_FROM_DT", "CLM_THRU_DT", "CLM_ADMSN_DT", "FI_CLM_PROC_DT", "NCH_WKLY_PROC_DT")


def final_rows(rows: pl.DataFrame, rejects: RejectedRows) -> pl.DataFrame:
    """Return the rows of final-action claims; deleted and superseded claims are rejected."""
    deleted = (pl.col("DML_IND").str.to_uppercase() == _DELETED).fill_null(value=False)
    superseded = (pl.col("FINAL_ACTION").str.to_uppercase() == _NOT_FINAL).fill_null(value=False)
    rejects.add(
        "claim", rows.filter(deleted), "claim not loaded: it was deleted", "claims that were not deleted"
    )
    reason = "claim not loaded: it is not the final action on the claim"
    rejects.add("claim", rows.filter(~deleted & superseded), reason, "FINAL_ACTION F")
    return rows.filter(~deleted & ~superseded)


def claim_columns(rows: pl.DataFrame, kind: Kind, rejects: RejectedRows) -> pl.DataFrame:
    """Return the columns of claims, one row per claim, taken from its first row.

    Notes
    -----
    A cancelled claim (disposition 3 or 63) is a void, and its payment a reversal. A carrier or DME claim with
    payment denial code 0 is denied.
    """
    first = rows.filter(pl.col("source_offset") == pl.col(_KEY))
    unread = [pl.col(name).is_not_null() & day(name).is_null() for name in _DATES]
    reason = "a date of the claim cannot be read: left empty"
    rejects.add("claim", first.filter(pl.any_horizontal(unread)), reason, A_DAY)
    institutional = kind.form == "I"
    cancelled = pl.col("CLM_DISP_CD").str.strip_chars_start("0").is_in(_CANCELLED).fill_null(value=False)
    denied = (pl.col("CARR_CLM_PMT_DNL_CD") == _REFUSED).fill_null(value=False)
    bill = pl.concat_str("CLM_FAC_TYPE_CD", "CLM_SRVC_CLSFCTN_TYPE_CD", "CLM_FREQ_CD")
    null = pl.lit(None)
    control = pl.coalesce("FI_DOC_CLM_CNTL_NUM", "CARR_CLM_CNTL_NUM", "CLM_ID")
    billing = (
        pl.coalesce("ORG_NPI_NUM", "PRVDR_NUM")
        if institutional
        else pl.coalesce("CARR_CLM_BLG_NPI_NUM", "PRVDR_NPI", "ORG_NPI_NUM", "PRVDR_NUM")
    )
    treating = (
        pl.coalesce("AT_PHYSN_NPI", "RNDRNG_PHYSN_NPI")
        if institutional
        else pl.coalesce("PRF_PHYSN_NPI", "PRVDR_NPI")
    )
    return first.select(
        _KEY,
        pl.col(_KEY).alias("source_offset"),
        "record_number",
        pl.lit(kind.form).alias("form"),
        pl.col("CLM_ID").alias("patient_control_number"),
        control.alias("payer_claim_control_number"),
        patient_pseudonyms(first["BENE_ID"]),
        pl.lit(_PAYER).alias("payer_id"),
        pl.lit(_PAYER).alias("payer_name"),
        pl.lit("P").alias("payer_sequence"),
        pl.when(cancelled).then(pl.lit(_VOID)).otherwise("CLM_FREQ_CD").alias("frequency_code"),
        pl.col("FI_ORIG_CLM_CNTL_NUM").alias("original_reference_number"),
        null.alias("submit_date"),
        (bill if institutional else null).alias("type_of_bill"),
        (null if institutional else pl.col("LINE_PLACE_OF_SRVC_CD").str.zfill(2)).alias("place_of_service"),
        billing.alias("billing_provider_id"),
        billing.alias("payee_id"),
        treating.alias("rendering_provider_id"),
        day("CLM_FROM_DT").alias("from_date"),
        day("CLM_THRU_DT").alias("to_date"),
        pl.coalesce(day("CLM_ADMSN_DT"), day("CLM_HOSPC_START_DT_ID")).alias("admit_date"),
        pl.col("PTNT_DSCHRG_STUS_CD").str.zfill(2).alias("discharge_status_code"),
        pl.col("CLM_DRG_CD").str.to_uppercase().alias("drg_code"),
        pl.coalesce(money("CLM_TOT_CHRG_AMT"), money("NCH_CARR_CLM_SBMTD_CHRG_AMT")).alias("charge_amount"),
        money("CLM_PMT_AMT").alias("paid_amount"),
        pl.coalesce(day("FI_CLM_PROC_DT"), day("NCH_WKLY_PROC_DT")).alias("payment_date"),
        null.alias("received_date"),
        pl.when(cancelled)
        .then(pl.lit(REVERSAL))
        .when(denied)
        .then(pl.lit(DENIED))
        .otherwise(pl.lit(PRIMARY))
        .alias("claim_status_code"),
        (money("NCH_BENE_IP_DDCTBL_AMT") if institutional else null).alias("deductible_amount"),
        (money("NCH_BENE_PTA_COINSRNC_LBLTY_AM") if institutional else null).alias("coinsurance_amount"),
        null.alias("copay_amount"),
    )


def with_charges(
    claims: pl.DataFrame, lines: pl.DataFrame, rejects: RejectedRows
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fill missing charges with the sum of the lines; claims without any are rejected."""
    is_service = pl.col("revenue_code").ne_missing(_TOTAL_REVENUE)
    charged = lines.filter(is_service & pl.col("charge_amount").is_not_null())
    sums = charged.group_by(_KEY, maintain_order=True).agg(pl.col("charge_amount").sum().alias("sum"))
    claims = claims.join(sums, on=_KEY, how="left", maintain_order="left").with_columns(
        pl.coalesce("charge_amount", "sum").alias("charge_amount")
    )
    reason = "claim not loaded: its charge cannot be read, nor that of any of its lines"
    rejects.add("claim", claims.filter(pl.col("charge_amount").is_null()), reason, "an amount such as 125.50")
    claims = claims.drop_nulls("charge_amount").drop("sum")
    lines = lines.join(claims, on=_KEY, how="semi", maintain_order="left")
    reason = "the charge of a line cannot be read: taken as 0"
    rejects.add("row", lines.filter(pl.col("charge_amount").is_null()), reason, "an amount such as 125.50")
    return claims, lines.with_columns(pl.col("charge_amount").fill_null(0))


def line_columns(rows: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Return the columns of lines, one per row of the file, without diagnosis pointers."""
    institutional = kind.form == "I"
    revenue = revenue_code("REV_CNTR")
    code = pl.col("HCPCS_CD").str.replace_all(r"[. ]", "").str.to_uppercase()
    # With these revenue codes, the procedure field holds a payment group (HIPPS).
    is_group = revenue.is_in(_HIPPS_REVENUE).fill_null(value=False)
    null = pl.lit(None)
    names = {
        "charge_amount": ("REV_CNTR_TOT_CHRG_AMT", "LINE_SBMTD_CHRG_AMT"),
        "paid_amount": ("REV_CNTR_PMT_AMT_AMT", "LINE_NCH_PMT_AMT"),
        "allowed_amount": (None, "LINE_ALOWD_CHRG_AMT"),
        "coinsurance_amount": ("REV_CNTR_COINSRNC_WGE_ADJSTD_C", "LINE_COINSRNC_AMT"),
    }
    amounts = [
        (money(name) if (name := pair[0 if institutional else 1]) else null).alias(column)
        for column, pair in names.items()
    ]
    deductible = (
        pl.sum_horizontal(money("REV_CNTR_CASH_DDCTBL_AMT"), money("REV_CNTR_BLOOD_DDCTBL_AMT"))
        if institutional
        else money("LINE_BENE_PTB_DDCTBL_AMT")
    )
    first = day("REV_CNTR_DT") if institutional else day("LINE_1ST_EXPNS_DT")
    last = day("REV_CNTR_DT") if institutional else day("LINE_LAST_EXPNS_DT")
    drug = pl.col("REV_CNTR_IDE_NDC_UPC_NUM" if institutional else "LINE_NDC_CD")
    lines = rows.select(
        _KEY,
        "source_offset",
        "record_number",
        pl.int_range(1, pl.len() + 1).over(_KEY).alias("line_number"),
        code.alias("code"),
        pl.when(is_group & code.is_not_null())
        .then(pl.lit("HIPPS"))
        .otherwise(service_system("HCPCS_CD"))
        .alias("code_system"),
        *(
            pl.col(f"HCPCS_{name}_MDFR_CD").str.to_uppercase().alias(f"modifier_{number}")
            for number, name in enumerate(("1ST", "2ND", "3RD", "4TH"), start=1)
        ),
        first.alias("from_date"),
        pl.coalesce(last, first).alias("to_date"),
        quantity("REV_CNTR_UNIT_CNT" if institutional else "LINE_SRVC_CNT").alias("unit_count"),
        (revenue if institutional else null).alias("revenue_code"),
        (null if institutional else pl.col("LINE_PLACE_OF_SRVC_CD").str.zfill(2)).alias("place_of_service"),
        # All zeros means no drug.
        pl.when(drug.str.contains("[1-9]")).then(drug).alias("ndc"),
        quantity("REV_CNTR_NDC_QTY").alias("ndc_unit_count"),
        pl.col("REV_CNTR_NDC_QTY_QLFR_CD").str.to_uppercase().alias("ndc_unit_code"),
        pl.coalesce("CLM_LINE_NUM", "LINE_NUM").alias("line_control_number"),
        *amounts,
        deductible.alias("deductible_amount"),
        null.alias("copay_amount"),
    )
    return lines.with_columns(
        pl.when(pl.col("unit_count").is_not_null()).then(pl.lit("UN")).alias("unit_code"),
        *(null.cast(pl.Int64).alias(f"diagnosis_pointer_{number}") for number in range(2, 5)),
    )


def reasons(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the reasons of lines: up to four codes of a group and a reason, without amounts."""
    numbered = rows.with_columns(pl.int_range(1, pl.len() + 1).over(_KEY).alias("line_number"))
    line_reasons = pl.concat(
        numbered.select(_KEY, "source_offset", "line_number", pl.col(name).str.to_uppercase().alias("told"))
        for name in ANSI_COLUMNS
    ).filter(pl.col("told").str.contains(_ANSI))
    return line_reasons.select(
        _KEY,
        "source_offset",
        "line_number",
        pl.col("told").str.extract(_ANSI, 1).alias("group_code"),
        pl.col("told").str.extract(_ANSI, 2).alias("reason_code"),
        pl.lit(None).alias("remark_code"),
        pl.lit(None).alias("adjustment_amount"),
        pl.lit(value=False).alias("is_denial_reason"),
    ).cast(REASON_SCHEMA)
