"""Codes: stored form, display form and form check of each code system."""

from auditlib.codes.form import Code, CodeForm, normalise_code, normalised
from auditlib.codes.forms import form_of, procedure_kind, shown_code, shown_codes
from auditlib.codes.npi import is_valid_npi, npi_check_digit

__all__ = [
    "Code",
    "CodeForm",
    "form_of",
    "is_valid_npi",
    "normalise_code",
    "normalised",
    "npi_check_digit",
    "procedure_kind",
    "shown_code",
    "shown_codes",
]
