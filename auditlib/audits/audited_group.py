"""The payment group (DRG) that the codes of a chart give as they are audited: a proposal, never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditlib.checks.stay_groups import group_of_codes
from auditlib.codes.systems import ICD10CM, ICD10PCS
from auditlib.errors import MissingExtraError
from auditlib.review import AssignedCode, Chart, CorrectedCode

_GROUPED_ROLES: Final = ("principal", "secondary", "external cause")


def audited_group(
    chart: Chart, codes: Sequence[AssignedCode | CorrectedCode], discharge_status_code: str | None
) -> tuple[str, str] | None:
    """Return the DRG of codes, and the grouper by name and version.

    Parameters
    ----------
    chart
        The chart, whose day of discharge and sex count.
    codes
        Its codes as audited.
    discharge_status_code
        The right discharge status.

    Returns
    -------
    tuple
        Both, or None where the extra ``groupers`` is not installed, or the stay cannot be grouped: without a
        day, a sex or one principal diagnosis, or on a day without a version.
    """
    diagnoses = [
        (code.code_role, code.code, code.poa_indicator)
        for code in codes
        if code.code_system == ICD10CM and code.code_role in _GROUPED_ROLES
    ]
    principals = [code for role, code, _ in diagnoses if role == "principal"]
    if len(principals) != 1 or chart.discharge_date is None or chart.sex is None:
        return None
    in_order = sorted(diagnoses, key=lambda diagnosis: diagnosis[0] != "principal")
    try:
        return group_of_codes(
            [(code, poa) for _, code, poa in in_order],
            [code.code for code in codes if code.code_system == ICD10PCS],
            discharge_date=chart.discharge_date,
            sex=chart.sex,
            discharge_status_code=discharge_status_code,
        )
    except MissingExtraError:
        return None
