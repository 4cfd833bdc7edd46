"""A practice desk on the shipped cases, for tests with and without a browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from auditlib.practice.attempt import attempt_files, open_session, shown_cases, start_attempt
from auditlib.practice.pack import CasePack, read_pack
from auditlib.practice.sealing import seal_pack
from auditlib.review import FoundCode
from auditlib.widgets import PracticeCard
from tests.practice.examples import CASEBOOK, PASSPHRASE

TITLES = {
    "M1711": "Unilateral primary osteoarthritis, right knee",
    "M1710": "Unilateral primary osteoarthritis, unspecified knee",
    "J3301": "Triamcinolone, 10 mg",
    "K3530": "Acute appendicitis with localized peritonitis",
}


def find_codes(code_system: str, text: str, _on: object) -> list[FoundCode]:
    typed = text.replace(".", "").upper()
    return [FoundCode(code_system, code, title) for code, title in TITLES.items() if code.startswith(typed)]


def sealed_pack(folder: Path) -> CasePack:
    out = folder / "exam"
    return read_pack(out) if out.exists() else seal_pack(CASEBOOK, out, PASSPHRASE)


def open_practice(
    folder: Path,
    mode: str = "practice",
    cases: Sequence[str] = ("C01", "C02"),
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> PracticeCard:
    """Return the desk on a new attempt in a folder, or on the one that is there."""
    pack = sealed_pack(folder) if mode == "test" else read_pack(CASEBOOK)
    attempts = folder / "attempts"
    known = [path for path in attempt_files(attempts) if f".{mode}." in path.name]
    path = (
        known[0]
        if known
        else start_attempt(attempts, pack, learner="Ada", mode=mode, recorded_at=clock(), case_ids=cases)
    )
    session = open_session(path, pack)
    return PracticeCard(
        session,
        shown_cases(session.start, pack),
        pack.keys,
        clock,
        find_codes=find_codes,
        walk_case=pack.walk_case,
    )
