"""A workspace's own kinds of error: named in its settings, within a standard kind, kept with the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditlib.errors import StoreError, UsageError
from auditlib.ledger import Ledger
from auditlib.review import ReviewSession, Verdict
from auditlib.review.own_kinds import own_kind_frame, own_kinds_from
from auditlib.workspace import Workspace
from tests.review.conftest import WORKLIST, change

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
OWN = {"laterality": "not specific", "unbundled": "wrong code"}


@pytest.fixture
def session(ledger: Ledger) -> ReviewSession:
    return ReviewSession(
        ledger, audit="october", reviewer="Ada", worklist=WORKLIST, without_documents=(), own_kinds=OWN
    )


def changed(session: ReviewSession, own_kind: str | None, error_kind: str = "not specific") -> Verdict:
    chart = session.encounter_id
    return replace(change(chart, 1, "E1122"), error_kind=error_kind, own_kind=own_kind)


def test_an_own_kind_stays_with_its_verdict_and_its_standard_kind(
    session: ReviewSession, ledger: Ledger, open_session: Callable[..., ReviewSession]
) -> None:
    verdict = changed(session, "laterality")
    session.decide(verdict, recorded_at=NOW)
    assert ledger.events()[-1].payload["own_kind"] == "laterality"
    # A session of a workspace that does not name it reads it all the same.
    assert open_session().current_verdict(session.encounter_id, 1) == verdict
    columns = ("encounter_id", "code_number", "error_kind", "own_kind", "is_completed")
    assert own_kind_frame(ledger.events()).select(columns).rows() == [
        (session.encounter_id, 1, "not specific", "laterality", False)
    ]
    # The same code with the standard kind alone is another verdict.
    session.decide(changed(session, None), recorded_at=NOW)
    assert "own_kind" not in ledger.events()[-1].payload
    assert own_kind_frame(ledger.events()).is_empty()


@pytest.mark.parametrize(
    ("own_kind", "error_kind"), [("upcoded", "wrong code"), ("laterality", "wrong code"), ("x" * 60, "POA")]
)
def test_a_kind_that_the_workspace_does_not_name_so_is_refused(
    session: ReviewSession, ledger: Ledger, own_kind: str, error_kind: str
) -> None:
    before = ledger.verify()
    with pytest.raises(UsageError, match="none of this workspace's own") as caught:
        session.decide(changed(session, own_kind, error_kind), recorded_at=NOW)
    assert "laterality (not specific)" in str(caught.value.hint)
    assert ledger.verify() == before


@pytest.mark.parametrize("own_kind", ["", " ", "a\nb", "x" * 61, "modifier"])
def test_an_own_kind_is_one_short_line_of_no_standard_kind(own_kind: str) -> None:
    chart = next(iter(WORKLIST))
    with pytest.raises(UsageError, match="own kind"):
        replace(change(chart, 1, "E1122"), own_kind=own_kind)


def test_a_code_that_is_agreed_with_has_no_kind_of_error() -> None:
    chart = next(iter(WORKLIST))
    code = WORKLIST[chart][0]
    with pytest.raises(UsageError, match="own kind"):
        Verdict(chart, "agree", 1, code.code_system, code.code, own_kind="laterality")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('error_kinds = "laterality"', "not a table"),
        ("[error_kinds]\nlaterality = 3", "not a table"),
    ],
)
def test_settings_that_are_no_table_of_kinds_are_said_at_opening(
    tmp_path: Path, lines: str, said: str
) -> None:
    root = tmp_path / "w"
    Workspace.create(root)
    (root / "workspace.toml").write_text(f"version = 1\n{lines}\n", encoding="utf-8")
    with pytest.raises(StoreError, match=said):
        Workspace.open(root)


def test_the_settings_of_a_workspace_name_its_kinds(tmp_path: Path) -> None:
    root = tmp_path / "w"
    Workspace.create(root)
    text = 'version = 1\n[error_kinds]\nlaterality = "not specific"\nunbundled = "wrong code"\n'
    (root / "workspace.toml").write_text(text, encoding="utf-8")
    assert own_kinds_from(dict(Workspace.open(root).error_kinds)) == OWN


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"laterality": "imprecise"}, "'laterality' in workspace.toml is within no standard kind"),
        ({"POA": "POA"}, "is a standard kind"),
        ({"": "POA"}, "not one short line"),
        ({"two\nlines": "POA"}, "not one short line"),
    ],
)
def test_kinds_that_cannot_be_are_said_with_what_to_write(settings: dict[str, str], said: str) -> None:
    with pytest.raises(StoreError, match=said):
        own_kinds_from(settings)
