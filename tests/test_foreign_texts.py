"""The repository holds no CPT descriptor and no X12 or NUBC code-list text.

The texts themselves must not stand here either, so they are known by the SHA-256 of five words in a row,
lower-case and without punctuation, cut to 16 hexadecimal digits: see `fingerprints`.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
KNOWN = Path(__file__).with_name("foreign_texts.txt")
WORDS_IN_A_ROW = 5
_WORD = re.compile(r"[a-z][a-z'-]*")
_BINARY = {".png", ".xlsx", ".duckdb", ".parquet"}


def fingerprints(text: str) -> Iterator[tuple[str, str]]:
    words = _WORD.findall(text.lower())
    for start in range(len(words) - WORDS_IN_A_ROW + 1):
        run = " ".join(words[start : start + WORDS_IN_A_ROW])
        yield run, hashlib.sha256(run.encode()).hexdigest()[:16]


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [
        path
        for path in paths
        if path.is_file() and path.suffix not in _BINARY and path.name != "requirements.lock"
    ]


def test_no_foreign_code_list_text_stands_in_the_repository() -> None:
    known = frozenset(KNOWN.read_text(encoding="utf-8").split())
    found = {}
    for path in tracked_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        runs = {run for run, fingerprint in set(fingerprints(text)) if fingerprint in known}
        if runs:
            found[path.relative_to(ROOT).as_posix()] = sorted(runs)[:3]
    assert not found


def test_the_scan_can_fail() -> None:
    known = frozenset(KNOWN.read_text(encoding="utf-8").split())
    # Turned around, so that this file does not hold the text that it looks for.
    text = " ".join(reversed(["expired", "has", "filing", "for", "limit", "time", "The"]))
    assert any(fingerprint in known for _, fingerprint in fingerprints(text))
