from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditlib.ledger import Event, Ledger

if sys.platform != "win32":
    from tests.postgresql_server import PostgresqlMissingError, Server, is_required, running_server
else:
    Server = object

_NUMBERS = itertools.count(1)
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(ledger_path: Path) -> Ledger:
    return Ledger(ledger_path)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    if sys.platform == "win32":
        pytest.skip("the tests start no PostgreSQL on Windows")
    with ExitStack() as running:
        try:
            started = running.enter_context(running_server())
        except PostgresqlMissingError as error:
            if is_required():
                raise
            pytest.skip(str(error))
        yield started


@pytest.fixture
def database() -> str:
    return f"ledger{next(_NUMBERS)}"


@pytest.fixture
def url(server: Server, database: str) -> str:
    """A ledger in PostgreSQL, of which the user `reviewer` may record everything."""
    return server.make_reviewers_ledger(database)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request: pytest.FixtureRequest) -> str | Path:
    """Where a ledger is, of either kind: what is asked of one is asked of the other."""
    if request.param == "SQLite":
        path: Path = request.getfixturevalue("ledger_path")
        return path
    url: str = request.getfixturevalue("url")
    return url


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
