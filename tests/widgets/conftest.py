from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import comm
import pytest

from auditlib.ledger import Ledger
from auditlib.review import ReviewSession
from auditlib.widgets import ReviewCard
from tests.widgets.example_charts import open_card


class Browser:
    """The other end of a card's line: sends what the browser would, and keeps what comes back."""

    def __init__(self, card: ReviewCard, outbox: list[dict[str, Any]]) -> None:
        self.card = card
        self._outbox = outbox
        self._numbers = count(1)

    def send(self, **message: object) -> dict[str, Any]:
        self.card._handle_msg({"buffers": [], "content": {"data": {"method": "custom", "content": message}}})
        return self._outbox[-1]["content"]

    def ready(self) -> dict[str, Any]:
        return self.send(kind="ready", view="view-1")

    def press(self, kind: str, **message: object) -> dict[str, Any]:
        """Send a gesture with the next number, about the chart on the screen unless another is named."""
        usual = {
            "view": "view-1",
            "sequence": next(self._numbers),
            "encounter_id": self.card._session.encounter_id,
        }
        return self.send(**{"kind": kind, **usual, **message})


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(ledger_path: Path) -> Ledger:
    return Ledger(ledger_path)


@pytest.fixture
def open_browser(ledger_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Browser]:
    outbox: list[dict[str, Any]] = []
    minutes = count()

    def publish(_comm: object, _kind: str, data: dict[str, Any] | None = None, **_: object) -> None:
        if data and data.get("method") == "custom":
            outbox.append(data)

    monkeypatch.setattr(comm.DummyComm, "publish_msg", publish)

    def clock() -> datetime:
        return datetime(2026, 11, 2, 9, 0, tzinfo=UTC) + timedelta(minutes=next(minutes))

    def start(card: ReviewCard | None = None) -> Browser:
        return Browser(card or open_card(ledger_path, clock=clock), outbox)

    return start


@pytest.fixture
def browser(open_browser: Callable[..., Browser]) -> Browser:
    return open_browser()


@pytest.fixture
def session(browser: Browser) -> ReviewSession:
    return browser.card._session
