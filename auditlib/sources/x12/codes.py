"""Qualifiers of X12 code lists that the readers use, and the code systems that they stand for."""

from __future__ import annotations

import polars as pl

from auditlib.sources.x12.segments import Codes, packed

_BY_SHAPE = packed("HC")
_SYSTEMS = {
    packed("AD"): "CDT",
    packed("HP"): "HIPPS",
    packed("N4"): "NDC",
    packed("ER"): "jurisdiction",
    packed("IV"): "HIEC",
    packed("WK"): "ABC",
    packed("ZZ"): "mutually defined",
}
_CPT_SHAPE = r"^[0-9]{4}[0-9A-Z]$"

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


def procedure_system(qualifier: Codes) -> pl.Expr:
    """Return the code system of the column ``code`` from its qualifier and, under HC, its shape."""
    code = pl.col("code")
    shaped = pl.when(code.str.contains(_CPT_SHAPE)).then(pl.lit("CPT")).otherwise(pl.lit("HCPCS"))
    shaped = pl.when(code.is_not_null()).then(shaped)
    if (qualifier == _BY_SHAPE).all():
        return shaped.alias("code_system")
    known = pl.lit(pl.Series(qualifier))
    named = known.replace_strict(_SYSTEMS, default=None, return_dtype=pl.String)
    named = pl.when(code.is_not_null()).then(named)
    return pl.when(known == _BY_SHAPE).then(shaped).otherwise(named).alias("code_system")
