"""Codes as values: how each system's codes are stored, shown and checked for their form."""

from auditlib.codes.icd10cm import format_icd10cm, formatted, has_icd10cm_shape, normalise_code, normalised
from auditlib.codes.npi import is_valid_npi, npi_check_digit

__all__ = [
    "format_icd10cm",
    "formatted",
    "has_icd10cm_shape",
    "is_valid_npi",
    "normalise_code",
    "normalised",
    "npi_check_digit",
]
