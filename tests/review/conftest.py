from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.ledger import Ledger
from auditlib.review import AssignedCode, CorrectedCode, ReviewSession, Verdict

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

WORKLIST = {
    "E00001": (
        AssignedCode(1, "ICD-10-CM", "E119", "principal", "Y"),
        AssignedCode(2, "ICD-10-CM", "I10", "secondary", "Y"),
        AssignedCode(3, "CPT", "99214", "procedure", None, ("25",), Decimal("1.0000")),
    ),
    "E00002": (AssignedCode(1, "ICD-10-CM", "J189", "principal"),),
    "E00003": (),
}


def agree(encounter_id: str, number: int) -> Verdict:
    code = WORKLIST[encounter_id][number - 1]
    return Verdict(encounter_id, "agree", number, code.code_system, code.code)


def change(encounter_id: str, number: int, to: str, error_kind: str = "not specific") -> Verdict:
    code = WORKLIST[encounter_id][number - 1]
    corrected = CorrectedCode(
        code.code_system, to, code.code_role, code.poa_indicator, code.modifiers, code.unit_count
    )
    return Verdict(
        encounter_id, "change", number, code.code_system, code.code, corrected, error_kind, "coder oversight"
    )


def add(encounter_id: str, code: str) -> Verdict:
    corrected = CorrectedCode("ICD-10-CM", code, "secondary")
    return Verdict(encounter_id, "add", None, None, None, corrected, "missed code", "coder oversight")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.db")


@pytest.fixture
def open_session(ledger: Ledger) -> Callable[..., ReviewSession]:
    def start(reviewer: str = "Ada") -> ReviewSession:
        return ReviewSession(
            ledger, audit="october", reviewer=reviewer, worklist=WORKLIST, without_documents=()
        )

    return start


@pytest.fixture
def session(open_session: Callable[..., ReviewSession]) -> ReviewSession:
    return open_session()
