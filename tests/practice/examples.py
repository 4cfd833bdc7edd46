"""What the tests of practice share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from auditlib.review import CorrectedCode, Verdict

CASEBOOK = Path(__file__).parents[2] / "data" / "practice" / "casebook"
PASSPHRASE = "four words nobody guesses"
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def code(words: str) -> CorrectedCode:
    """Return a code as 'CM M17.11 principal Y' or 'HC J3301 JZ 4'."""
    system, name, *beside = words.split()
    systems = {"CM": "ICD-10-CM", "PCS": "ICD-10-PCS", "CPT": "CPT", "HC": "HCPCS"}
    values: dict[str, object] = {"code_system": systems[system], "code": name, "code_role": "procedure"}
    if system == "CM":
        values["code_role"] = (beside[0] if beside else "secondary").replace("_", " ")
        values["poa_indicator"] = beside[1] if len(beside) > 1 else None
    else:
        is_modifier = [each in {"25", "59", "95"} or not each.isdigit() for each in beside]
        values["modifiers"] = [each for each, is_one in zip(beside, is_modifier, strict=True) if is_one]
        units = [each for each, is_one in zip(beside, is_modifier, strict=True) if not is_one]
        values["unit_count"] = units[0] if units else None
    return CorrectedCode.from_values(values)


def entry(case_id: str, words: str) -> Verdict:
    """Return what is recorded when a code is entered."""
    return Verdict(case_id, "add", corrected=code(words), error_kind="missed code", cause="coder oversight")


WALK = ("CM M17.11 principal", "CPT 20610 RT", "HC J3301 JZ 4")
"""The right codes of the first case."""
