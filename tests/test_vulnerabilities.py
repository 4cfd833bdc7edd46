"""A package that could not be asked about is never a sound one."""

from __future__ import annotations

import json

import pytest

from tools.vulnerabilities import FAULTS, NOT_ASKED, answer

SOUND = {"name": "sound", "version": "1.0", "vulns": []}
FAULTY = {"name": "faulty", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
SKIPPED = {"name": "skipped", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([SOUND], 0, "1 packages asked about, 0 known faults"),
        ([SOUND, FAULTY], FAULTS, "faulty 2.0: PYSEC-1, mended in 2.1"),
        ([FAULTY, SKIPPED], FAULTS, "Of 1 packages nothing is known"),
        ([SOUND, SKIPPED], NOT_ASKED, "Of 1 packages nothing is known"),
    ],
)
def test_what_is_known_of_a_lock(packages: list[object], code: int, words: str) -> None:
    found, text = answer(json.dumps({"dependencies": packages}), lock="x.lock")
    assert found == code
    assert words in text


def test_a_database_out_of_reach_is_said() -> None:
    found, text = answer("", lock="x.lock")
    assert found == NOT_ASKED
    assert "cannot be reached" in text
