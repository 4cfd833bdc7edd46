from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditlib.ledger import Event, Ledger

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(ledger_path: Path) -> Ledger:
    return Ledger(ledger_path)


@pytest.fixture
def record() -> Callable[..., Event]:
    """Append one event of which only what matters to the test is given."""

    def append(ledger: Ledger, **given: object) -> Event:
        fields: dict[str, object] = {
            "kind": "verdict",
            "audit": "october",
            "subject": "E00001",
            "actor": "reviewer",
            "payload": {"action": "agree"},
            "recorded_at": NOON,
        }
        return ledger.append(**{**fields, **given})  # type: ignore[arg-type]

    return append
