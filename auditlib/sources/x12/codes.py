"""Qualifiers of X12 code lists that the readers use, and the names of the code systems that they stand for."""

from __future__ import annotations

import polars as pl

_SHAPED = "HC"
_SYSTEMS = {
    "AD": "CDT",
    "HP": "HIPPS",
    "N4": "NDC",
    "ER": "ER",
    "IV": "HIEC",
    "WK": "ABC",
    "ZZ": "ZZ",
}
CPT_SHAPE = r"^(?:[0-9]{5}|[0-9]{4}[A-Z])$"

DIAGNOSIS_ROLES = {
    "ABK": ("ICD-10-CM", "principal"),
    "BK": ("ICD-9-CM", "principal"),
    "ABF": ("ICD-10-CM", "secondary"),
    "BF": ("ICD-9-CM", "secondary"),
    "ABJ": ("ICD-10-CM", "admitting"),
    "BJ": ("ICD-9-CM", "admitting"),
    "APR": ("ICD-10-CM", "reason for visit"),
    "PR": ("ICD-9-CM", "reason for visit"),
    "ABN": ("ICD-10-CM", "external cause"),
    "BN": ("ICD-9-CM", "external cause"),
}
PROCEDURE_ROLES = {
    "BBR": ("ICD-10-PCS", "principal"),
    "BR": ("ICD-9-CM", "principal"),
    "BBQ": ("ICD-10-PCS", "other"),
    "BQ": ("ICD-9-CM", "other"),
}


def normal_code(column: str) -> pl.Expr:
    """Return a code upper-case and without dots or blanks; null where nothing is left."""
    plain = pl.col(column).str.to_uppercase().str.replace_all(r"[. ]", "")
    return pl.when(plain != "").then(plain)


def procedure_system(qualifier: str, code: str) -> pl.Expr:
    """Return the code system of a line's procedure from its qualifier and, under HC, its shape."""
    known = pl.col(qualifier).str.to_uppercase()
    shaped = pl.when(pl.col(code).str.contains(CPT_SHAPE)).then(pl.lit("CPT")).otherwise(pl.lit("HCPCS"))
    named = known.replace_strict(_SYSTEMS, default=None, return_dtype=pl.String)
    return pl.when(pl.col(code).is_not_null()).then(pl.when(known == _SHAPED).then(shaped).otherwise(named))
