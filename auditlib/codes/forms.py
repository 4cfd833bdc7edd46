"""The forms of the code systems, and what kinds of procedure codes there are."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from auditlib.codes.form import CodeForm
from auditlib.codes.ndc import DRUG_FORM
from auditlib.codes.npi import NPI_FORM
from auditlib.codes.systems import (
    CARC,
    CPT,
    DISCHARGE_STATUS,
    HCPCS,
    ICD9CM,
    ICD9CM_PROCEDURE,
    ICD10CM,
    ICD10PCS,
    MODIFIER,
    MS_DRG,
    PLACE_OF_SERVICE,
    RARC,
    REVENUE_CODE,
    TAXONOMY,
    TYPE_OF_BILL,
)
from auditlib.errors import UsageError

_FORMS: Final = {
    form.code_system: form
    for form in (
        CodeForm(
            ICD10CM,
            # The second character is a digit, and since October 2025 also A, in QA0.
            r"[A-Z][0-9A][0-9A-Z]{1,5}",
            "a letter, a digit, then one to five letters or digits, as E11.65",
            dots=(("", 3),),
        ),
        CodeForm(ICD10PCS, r"[0-9A-HJ-NP-Z]{7}", "seven letters or digits, without I and O, as 0DTJ4ZZ"),
        CodeForm(
            ICD9CM,
            r"[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4}",
            "three to five digits, the first of which may be V, or E and three or four digits, as 250.00",
            dots=(("E", 4), ("", 3)),
        ),
        CodeForm(ICD9CM_PROCEDURE, r"[0-9]{2,4}", "two to four digits, as 47.09", dots=(("", 2),)),
        CodeForm(CPT, r"[0-9]{4}[0-9A-Z]", "five digits, or four and a letter", width=5),
        CodeForm(HCPCS, r"[A-Z][0-9]{4}", "a letter and four digits, as G0463"),
        CodeForm(MODIFIER, r"[0-9A-Z]{2}", "two letters or digits, as 25 or LT", width=2),
        CodeForm(REVENUE_CODE, r"[0-9]{4}", "four digits, as 0450", width=4),
        CodeForm(TYPE_OF_BILL, r"0[0-9][0-9A-Z]{1,2}", "0 and two or three characters, as 0131"),
        CodeForm(PLACE_OF_SERVICE, r"[0-9]{2}", "two digits, as 11", width=2),
        CodeForm(DISCHARGE_STATUS, r"[0-9]{2}", "two digits, as 01", width=2),
        CodeForm(MS_DRG, r"[0-9]{3}", "three digits, as 065", width=3),
        CodeForm(CARC, r"[A-Z]?[0-9]{1,3}", "up to three digits, or a letter and digits, as 45 or A1"),
        CodeForm(RARC, r"(?:M|MA|N)[0-9]{1,4}", "M, MA or N and digits, as M15 or N130"),
        CodeForm(TAXONOMY, r"[0-9A-Z]{9}X", "nine letters or digits and X, as 207R00000X"),
        NPI_FORM,
        DRUG_FORM,
    )
}
_PROCEDURE_KINDS: Final = (
    (CPT, re.compile(r"[0-9]{5}"), "category I"),
    (CPT, re.compile(r"[0-9]{4}F"), "category II"),
    (CPT, re.compile(r"[0-9]{4}T"), "category III"),
    (CPT, re.compile(r"[0-9]{4}U"), "proprietary laboratory analysis"),
    (CPT, re.compile(r"[0-9]{4}M"), "multianalyte assay with algorithm"),
    (HCPCS, re.compile(r"[A-Z][0-9]{4}"), "level II"),
)


def form_of(code_system: str) -> CodeForm:
    """Return the form of a system's codes.

    Raises
    ------
    UsageError
        If the system has no known form.
    """
    form = _FORMS.get(code_system)
    if form is None:
        message = f"There is no code form for '{code_system}'."
        raise UsageError(message, hint=f"Known are {', '.join(_FORMS)}.")
    return form


def shown_code(code_system: str, code: str) -> str:
    """Return the display form of a stored code; unchanged if its system has no known form.

    Examples
    --------
    >>> shown_code("ICD-10-CM", "E1165"), shown_code("HIPPS", "1AA11")
    ('E11.65', '1AA11')
    """
    form = _FORMS.get(code_system)
    return code if form is None else form.format(code)


def shown_codes(code_system: str, code: str) -> pl.Expr:
    """Return `shown_code` as an expression over columns of systems and codes."""
    shown = pl.col(code)
    for form in _FORMS.values():
        if form.dots:
            shown = (
                pl.when(pl.col(code_system) == form.code_system).then(form.formatted(code)).otherwise(shown)
            )
    return shown.alias(code)


def procedure_kind(code_system: str, code: str) -> str | None:
    """Return the kind of a stored CPT or HCPCS code by its form, or None.

    Examples
    --------
    >>> procedure_kind("CPT", "0001U"), procedure_kind("HCPCS", "G0463"), procedure_kind("ICD-10-CM", "G0463")
    ('proprietary laboratory analysis', 'level II', None)
    """
    return next(
        (kind for system, shape, kind in _PROCEDURE_KINDS if system == code_system and shape.fullmatch(code)),
        None,
    )
