"""Claims of real files: their own segments byte for byte, voided and read back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.billing.claim_file import claim_file_text
from auditlib.billing.correction import correct_claim
from auditlib.billing.original import OriginalClaim, read_original_claims
from auditlib.billing.verified import Supplement
from auditlib.errors import BadInputError
from auditlib.sources.x12 import looks_like_x12, read_x12
from auditlib.sources.x12.read.delimiters import delimiters_at, first_segment
from auditlib.sources.x12.write.envelope import Parties
from auditlib.sources.x12.write.segment import Delimiters

PARTIES = Parties(("ZZ", "A"), ("ZZ", "B"), "A", "B")


def originals_of(path: Path) -> list[OriginalClaim]:
    try:
        frames = [
            batch.frames["claim"] for batch in read_x12(path, source_file_id=1) if "claim" in batch.frames
        ]
    except BadInputError:
        return []
    offsets = [offset for frame in frames for offset in frame["source_offset"]]
    found = list(read_original_claims(path, offsets))
    assert [claim.source_offset for claim in found] == offsets
    return found


@pytest.mark.field
def test_claims_are_as_their_files_hold_them_and_can_be_voided(field_data: Path, tmp_path: Path) -> None:
    claim_count = voided_count = 0
    for path in sorted(path for path in (field_data / "x12").rglob("*") if path.is_file()):
        data = path.read_bytes()
        if not looks_like_x12(data) or len(data) > 5_000_000:
            continue
        originals = originals_of(path)
        cuts = delimiters_at(data, first_segment(data) or 0)
        if not originals or cuts is None or data.count(b"ISA") > 1:
            continue
        claim_count += len(originals)
        for claim in originals:
            own = Delimiters(chr(cuts.element), "\0", "", chr(cuts.terminator), "")
            for values in claim.claim:
                text = own.text([values]).encode("latin-1")[:-1]
                assert all(part in data for part in text.split(b"\0")), path.name
        done = [correct_claim(one, [], purpose="void", supplement=Supplement("ICN-1")) for one in originals]
        ready = [claim for claim in done if not claim.gaps]
        text = claim_file_text(ready, parties=PARTIES, control_number=1, made_on=dt.date(2026, 1, 1))
        written = tmp_path / "written.edi"
        written.write_bytes(text.encode("latin-1"))
        again = [
            batch.frames["claim"] for batch in read_x12(written, source_file_id=2) if "claim" in batch.frames
        ]
        assert sum(frame.height for frame in again) == len(ready), path.name
        voided_count += len(ready)
    assert claim_count > 100
    assert voided_count > 50
