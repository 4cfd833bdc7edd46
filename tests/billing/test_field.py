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
from auditlib.review import CorrectedCode
from auditlib.sources.x12 import looks_like_x12, read_x12
from auditlib.sources.x12.read.delimiters import delimiters_at, first_segment
from auditlib.sources.x12.strict.strict_validation import StrictVerdict, validate_strictly
from auditlib.sources.x12.write.envelope import Parties
from auditlib.sources.x12.write.segment import Delimiters
from tests.billing.test_held_back import bench_with, review, settings_file
from tests.made_once import workspace_with_code_sets

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


@pytest.mark.field
@pytest.mark.parametrize(
    ("case", "changed", "missed", "settings", "rows"),
    [
        (
            "export_admitting_lost",
            {},
            [CorrectedCode("ICD-10-CM", "J189", "secondary", "Y")],
            '[[claim]]\nencounter_id = "H1"\ndrg_code = "871"\n',
            [
                "HI*ABJ:J189",
                "HI*ABF:N179:::::::Y*ABF:I10:::::::Y*ABF:E119:::::::N*ABF:J189:::::::Y",
                "CLM*H1*9100***11:A:7**A*Y*Y",
                "REF*F8*ICNH1",
            ],
        ),
        (
            "export_second_line_lost",
            {},
            [CorrectedCode("CPT", "20610", "procedure", None, ("LT",))],
            '[[service]]\ncode = "20610"\npoints_to = ["M17.12"]\n',
            [
                "CLM*A1*400***11:B:7*Y*A*Y*Y",
                "LX*3",
                "SV1*HC:20610:LT*150*UN*1***2",
                "SV1*HC:20610:RT*150*UN*1***1",
            ],
        ),
        (
            "export_duplicate_dx_p",
            {"E119": CorrectedCode("ICD-10-CM", "E1122", "principal")},
            [],
            "",
            ["HI*ABK:E1122*ABF:I10", "SV1*HC:99214*200*UN*1***1:2", "CLM*A1*200***11:B:7*Y*A*Y*Y"],
        ),
    ],
)
def test_the_corrected_claims_of_the_field_are_written_right(
    field_data: Path,
    tmp_path: Path,
    case: str,
    changed: dict[str, CorrectedCode],
    missed: list[CorrectedCode],
    settings: str,
    rows: list[str],
) -> None:
    folder = field_data / "field_cases" / "tables" / case
    workspace_with_code_sets(tmp_path / "workspace")
    files = {name: (folder / f"{name}.edi").read_text() for name in ("claims", "paid")}
    bench = bench_with(tmp_path, **files)
    encounter_id = "H1" if "CLM*H1*" in files["claims"] else "A1"
    review(bench, changed, missed, encounter_id=encounter_id)
    path = settings_file(tmp_path, settings)
    claims = bench.audit("q1").corrected_claims(settings=path)
    (path,) = claims.export_837(tmp_path / "out.edi").paths
    written = path.read_text().replace("\n", "").split("~")
    assert set(rows) <= set(written)
    assert sum(row.count("E1122") for row in written) == (1 if case == "export_duplicate_dx_p" else 0)
    assert validate_strictly(path) == StrictVerdict("accepted")
