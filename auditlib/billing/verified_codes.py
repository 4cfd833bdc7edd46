"""The codes of an encounter after its review: the coder's, with the verdicts that stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditlib.billing.verified import CodeValue, VerifiedCode
from auditlib.review.code_entry import AssignedCode, CorrectedCode
from auditlib.review.fold import ChartReview


def verified_codes(assigned: Sequence[AssignedCode], review: ChartReview) -> tuple[VerifiedCode, ...]:
    """Return the coder's codes in order, each as the reviewer would have it, then those that were added.

    A code without a verdict stands as the coder assigned it. Units that a corrected code leaves out stay as
    billed; all else of it is as the reviewer gave it.
    """
    standing = {key: found.verdict for key, found in review.current.items()}
    codes = []
    for code in assigned:
        verdict = standing.get((code.code_number,))
        billed = _value(code)
        if verdict is None or verdict.action == "agree":
            codes.append(VerifiedCode("agree", billed, billed))
        elif verdict.action == "delete" or verdict.corrected is None:
            codes.append(VerifiedCode("delete", billed, None))
        else:
            codes.append(VerifiedCode("change", billed, _value(verdict.corrected, units_of=billed)))
    added: Iterable[CorrectedCode | None] = (
        verdict.corrected for verdict in standing.values() if verdict.action == "add"
    )
    return (*codes, *(VerifiedCode("add", None, _value(code)) for code in added if code is not None))


def _value(code: AssignedCode | CorrectedCode, units_of: CodeValue | None = None) -> CodeValue:
    units = code.unit_count
    if units is None and units_of is not None:
        units = units_of.unit_count
    return CodeValue(
        code.code_system, code.code, code.code_role, code.poa_indicator, tuple(code.modifiers), units
    )
