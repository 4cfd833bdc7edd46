"""The recorded audit: what a careful auditor notes when the coder's codes lie beside the gold ones."""

from __future__ import annotations

from collections.abc import Sequence

from tools.synthetic.coding import Coding
from tools.synthetic.dice import Dice
from tools.synthetic.encounters import Code, GoldCode

SECOND_REVIEW_SHARE = 0.125
_MISSED_BY_SECOND, _DOUBTED_BY_SECOND = 0.15, 0.01
_COMMENTS = {
    "old": "This code ended on 2025-09-30.",
    "typo": "No such code: a digit too many.",
    "header": "More characters are needed.",
    "clash": "Cannot stand beside the code above.",
    "duplicate": "Already on the list.",
}


def corrected_code(code: Code) -> dict[str, object]:
    """Return a right code as the ledger keeps it."""
    return {
        "code_system": code.code_system,
        "code": code.code,
        "code_role": code.code_role,
        "poa_indicator": code.poa_indicator,
        "modifiers": list(code.modifiers),
        "unit_count": code.unit_count,
    }


def record_verdicts(coding: Coding, gold: Sequence[GoldCode]) -> list[dict[str, object]]:
    """Return the verdicts of one chart: one for each code of the coder, then those for what was missed."""
    verdicts: list[dict[str, object]] = []
    for number, row in enumerate(coding.codes, start=1):
        action, corrected = "agree", None
        if row.gold_number is None:
            action = "delete"
        elif row.error_kind is not None:
            action, corrected = "change", corrected_code(gold[row.gold_number].code)
        verdicts.append(
            {
                "code_number": number,
                "action": action,
                "corrected": corrected,
                "error_kind": row.error_kind,
                "cause": row.cause,
                "comment": _COMMENTS.get(row.way or ""),
            }
        )
    verdicts.extend(
        {
            "code_number": None,
            "action": "add",
            "corrected": corrected_code(gold[gold_number].code),
            "error_kind": "missed code",
            "cause": cause,
            "comment": None,
        }
        for gold_number, cause in coding.missed
    )
    return verdicts


def second_verdicts(dice: Dice, verdicts: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Return what a second reviewer notes, blind to the first: most errors, and here and there one more."""
    second: list[dict[str, object]] = []
    for verdict in verdicts:
        is_error = verdict["action"] != "agree"
        if is_error and dice.chance(_MISSED_BY_SECOND):
            if verdict["action"] != "add":
                second.append(agreement(verdict["code_number"]))
        elif not is_error and dice.chance(_DOUBTED_BY_SECOND):
            doubt = {"action": "delete", "error_kind": "unsupported code", "cause": "documentation missing"}
            second.append({**agreement(verdict["code_number"]), **doubt})
        else:
            second.append({**verdict, "comment": None})
    return second


def agreement(code_number: object) -> dict[str, object]:
    """Return the verdict that a code is right."""
    return {
        "code_number": code_number,
        "action": "agree",
        "corrected": None,
        "error_kind": None,
        "cause": None,
        "comment": None,
    }
