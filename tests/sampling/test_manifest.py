from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from auditlib.errors import BadInputError, UsageError
from auditlib.sampling import (
    draw_simple,
    frame_sha256,
    make_manifest,
    read_manifest,
    verify_manifest,
    write_manifest,
)
from auditlib.sampling.blocks import frame_blocks
from auditlib.sampling.frame import csv_bytes
from auditlib.sampling.manifest import UniverseRecord, stated_sha256
from auditlib.sampling.records import to_json

from .conftest import encounter_frame, example_manifest

GOLDEN = Path(__file__).parent / "golden"


def test_manifest_json_is_the_golden_one() -> None:
    text = to_json(example_manifest(encounter_frame(40)))
    assert text == (GOLDEN / "manifest.json").read_text(encoding="utf-8")


def test_manifest_does_not_depend_on_the_order_of_the_source() -> None:
    frame = encounter_frame(40)
    other = frame.reverse().select(reversed(frame.columns))
    assert to_json(example_manifest(other)) == to_json(example_manifest(frame))


def test_written_files_say_the_same(written: Path) -> None:
    manifest = read_manifest(written)
    assert manifest == example_manifest(encounter_frame(40))
    frame_text = (written.parent / "Winter charts.frame.csv").read_bytes()
    assert hashlib.sha256(frame_text).hexdigest() == manifest.frame.sha256
    sample = pl.read_csv(written.parent / "Winter charts.sample.csv", infer_schema=False)
    assert sample["unit_id"].to_list() == [unit.unit_id for unit in manifest.selected]
    assert sample.columns[:6] == ["stratum", "role", "selection_number", "unit_id", "frame_number", "ticket"]
    assert manifest.content_sha256 == manifest.own_sha256() == stated_sha256(written)
    assert not list(written.parent.glob("*.part"))


def test_a_manifest_of_which_a_byte_was_changed_does_not_state_its_hash(written: Path) -> None:
    text = written.read_bytes()
    for changed in (
        text.replace(b'"seed"', b'"sead"', 1),
        text.replace(b"\n", b"\r\n"),
        text + b" ",
        b"",
        b"{}",
    ):
        written.write_bytes(changed)
        assert stated_sha256(written) is None
    written.unlink()
    assert stated_sha256(written) is None


def test_the_same_draw_may_be_written_again_and_another_may_not(written: Path) -> None:
    frame = encounter_frame(40)
    before = written.read_bytes()
    write_manifest(example_manifest(frame), frame, written.parent)
    assert written.read_bytes() == before
    other = encounter_frame(41)
    with pytest.raises(UsageError, match="never replaced"):
        write_manifest(example_manifest(other), other, written.parent)
    assert written.read_bytes() == before


def test_left_overs_of_a_draw_that_did_not_end_are_written_over(written: Path) -> None:
    written.unlink()
    other = encounter_frame(41)
    assert (
        read_manifest(write_manifest(example_manifest(other), other, written.parent)).frame.unit_count == 41
    )
    assert verify_manifest(written).is_verified


def test_a_manifest_goes_only_with_its_frame(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not the one"):
        write_manifest(example_manifest(encounter_frame(40)), encounter_frame(39), tmp_path)
    assert not list(tmp_path.iterdir())


def test_blocks_cover_a_large_frame() -> None:
    frame = pl.DataFrame({"unit_id": [f"u{n:05d}" for n in range(9000)]})
    manifest = make_manifest(
        draw_simple(frame, seed="1", sample_count=5),
        name="large",
        universe=UniverseRecord(name="u", unit="encounter"),
        size_basis="a rule",
        software_version="0.1.0",
        drawn_at=dt.datetime(2026, 1, 1, 9),  # noqa: DTZ001 - a time without a zone is UTC
    )
    assert (manifest.block_unit_count, len(manifest.blocks)) == (3, 3000)
    assert manifest.drawn_at == dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC)
    assert (manifest.frame.charge_amount, manifest.frame.first_service_date) == (None, None)


@pytest.mark.parametrize("name", ["", "../x", "a/b", " a", "a ", ".hidden", "x" * 101, "a\n"])
def test_a_name_that_cannot_name_a_file_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        example_manifest(encounter_frame(40), name=name)


def test_the_basis_of_the_size_must_be_given() -> None:
    with pytest.raises(UsageError, match="explain the number of units"):
        make_manifest(
            draw_simple(encounter_frame(9), seed="1", sample_count=2),
            name="x",
            universe=UniverseRecord(name="u", unit="encounter"),
            size_basis=" ",
            software_version="0.1.0",
            drawn_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        )


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("format",), "other 9", "of the format 'other 9'"),
        (("frame", "file_name"), "../frame.csv", "outside its folder"),
        (("frame", "unit_count"), "40", "field unit_count is not a whole number"),
        (("frame", "charge_amount"), "many", "charge_amount is not an amount"),
        (("frame", "first_service_date"), "soon", "first_service_date is not an ISO"),
        (("drawn_at",), "soon", "drawn_at is not an ISO"),
        (("design", "method"), "by eye", "method is not one of"),
        (("selected",), {}, "selected is not a list"),
        (("selected", 0, "role"), "extra", "item 1, field role"),
        (("universe",), [], "universe is not an object"),
    ],
)
def test_a_manifest_with_a_wrong_field_is_refused_by_name(
    written: Path, path: tuple[str | int, ...], value: object, reason: str
) -> None:
    content = json.loads(written.read_text(encoding="utf-8"))
    inner = content
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    written.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(BadInputError, match=reason):
        read_manifest(written)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"format": 1}'])
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.manifest.json").write_bytes(content)
    with pytest.raises(BadInputError, match=r"x\.manifest\.json"):
        read_manifest(tmp_path / "x.manifest.json")


def test_an_absent_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        read_manifest(tmp_path / "none.manifest.json")


def test_records_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        example_manifest(encounter_frame(9)).name = "other"  # type: ignore[misc]


def test_blocks_of_single_units_hold_rows_with_line_breaks() -> None:
    notes = ["one\ntwo", None, "three\r\n", "", "\x0b\x85"]
    frame = pl.DataFrame({"unit_id": list("abcde"), "note": notes})
    sha256, unit_count, blocks = frame_blocks(frame)
    assert (sha256, unit_count) == (frame_sha256(frame), 1)
    rows = [csv_bytes(frame.slice(number, 1), is_headed=False) for number in range(5)]
    assert blocks == tuple(
        f"{hashlib.sha256(row).hexdigest()[:16]} {unit_id}"
        for row, unit_id in zip(rows, "abcde", strict=True)
    )
