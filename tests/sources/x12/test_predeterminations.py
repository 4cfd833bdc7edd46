"""A predetermination asks what would be paid: it is no claim, and is not loaded, with the reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.sources.x12 import texts

CLAIM = ("claim", "claim_line", "claim_diagnosis", "claim_tooth")


def asking(data: bytes, code: bytes) -> bytes:
    """The file with CLM19 of every claim set."""
    return re.sub(
        rb"(CLM\*[^~]*)~",
        lambda match: match[1] + b"*" * (19 - match[1].count(b"*")) + code + b"~",
        data,
    )


@pytest.mark.parametrize("size", [500, 1 << 20])
@pytest.mark.parametrize("make", [texts.dental, texts.professional])
def test_a_predetermination_is_not_loaded(tmp_path: Path, make: type, size: int) -> None:
    tables, rejected, _ = texts.read(asking(make(), b"PB"), tmp_path, chunk_byte_count=size)
    assert not any(tables[name].height for name in CLAIM)
    reason = "claim not loaded: it is a predetermination (CLM19 PB), not a claim"
    assert set(rejected.filter(segment="CLM")["reason"]) == {reason}


def test_a_claim_without_the_code_is_loaded(tmp_path: Path) -> None:
    tables, rejected, _ = texts.read(asking(texts.dental(), b""), tmp_path)
    assert tables["claim"].height
    assert rejected.is_empty()
