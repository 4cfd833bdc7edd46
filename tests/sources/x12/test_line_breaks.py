"""Hard-wrapped files: line breaks inside segments change nothing, and places lead to the file's bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.billing.original import read_original_claims
from auditlib.sources.x12.read.delimiters import delimiters_at
from auditlib.sources.x12.read.line_breaks import unwrapped
from tests.sources.x12 import texts
from tests.sources.x12.test_passages import _all_passages

MAKERS = [texts.professional, texts.institutional, texts.dental, texts.remittance]
PLACES = {"source_file_id", "source_offset", "claim_id", "remit_claim_id", "remittance_id", "parent_offset"}
FIRST_BYTES = {
    "claim": b"CLM",
    "claim_line": b"SV",
    "claim_diagnosis": b"A",
    "remit_claim": b"CLP",
    "remit_line": b"SVC",
    "adjustment": b"CAS",
    "remittance": b"ST",
}


def wrapped(data: bytes, width: int, line_break: bytes) -> bytes:
    """Break a stream every so many bytes, whatever is there."""
    return line_break.join(data[low : low + width] for low in range(0, len(data), width))


def folded(data: bytes, width: int, line_break: bytes) -> bytes:
    """Break the lines that are longer, as ``fold`` does."""
    lines = data.split(line_break)
    return line_break.join(wrapped(line, width, line_break) for line in lines)


Tables = dict[str, pl.DataFrame]
_READ: dict[bytes, tuple[Tables, Tables]] = {}


def _read(data: bytes, folder: Path) -> tuple[Tables, Tables]:
    """Return what was read, as it is and without its place in the file."""
    tables, rejected, _ = texts.read(data, folder)
    contents = {name: frame for name, frame in tables.items() if name != "file_note"}
    contents["rejected_record"] = rejected
    return tables, {name: frame.drop(PLACES, strict=False) for name, frame in contents.items()}


def _read_once(plain: bytes, folder: Path) -> tuple[Tables, Tables]:
    """Return the same of a file with which many are compared."""
    if plain not in _READ:
        _READ[plain] = _read(plain, folder)
    return _READ[plain]


def _assert_reads_alike(data: bytes, plain: bytes, folder: Path) -> None:
    expected = _read_once(plain, folder)[1]
    tables, actual = _read(data, folder)
    assert expected.keys() == actual.keys()
    for name, frame in expected.items():
        assert frame.equals(actual[name]), name
    for name, start in FIRST_BYTES.items():
        for offset in tables[name]["source_offset"] if name in tables else ():
            assert data[offset : offset + 20].translate(None, b"\r\n").upper().startswith(start), (
                name,
                offset,
            )


@pytest.mark.parametrize("line_break", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("width", [1, 3, 17, 53, 72, 80, 105, 106, 107, 128, 1000])
def test_a_wrapped_file_reads_as_the_plain_one(tmp_path: Path, width: int, line_break: bytes) -> None:
    for make in MAKERS:
        plain = make(line_break="")
        _assert_reads_alike(wrapped(plain, width, line_break), plain, tmp_path)


@given(st.integers(2, 140), st.sampled_from([b"\n", b"\r\n", b"\r"]), st.sampled_from(["\r\n", "\n", "  \n"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_that_are_segments_may_be_wrapped_too(
    tmp_path: Path, width: int, line_break: bytes, after_segment: str
) -> None:
    data = texts.professional(line_break=after_segment) + texts.remittance(line_break=after_segment)
    plain = texts.professional(line_break="") + texts.remittance(line_break="")
    _assert_reads_alike(wrapped(data, width, line_break), plain, tmp_path)


@pytest.mark.parametrize("width", [40, 72, 80, 100])
@pytest.mark.parametrize("terminator", ["\n", "\r", "\r\n"])
def test_lines_that_end_segments_may_be_folded(tmp_path: Path, terminator: str, width: int) -> None:
    for make in MAKERS:
        plain = make(terminator=terminator, line_break="")
        _assert_reads_alike(folded(plain, width, terminator.encode()), plain, tmp_path)


@pytest.mark.parametrize(
    ("terminator", "line_break"), [("\n", b"\r\n"), ("\r", b"\r\n"), ("\r", b"\n"), ("\n", b"\r")]
)
def test_another_line_break_than_the_terminator_folds(
    tmp_path: Path, terminator: str, line_break: bytes
) -> None:
    for make in MAKERS:
        plain = make(terminator=terminator, line_break="")
        lines = plain.split(terminator.encode())
        data = terminator.encode().join(wrapped(line, 80, line_break) for line in lines)
        _assert_reads_alike(data, plain, tmp_path)


def test_a_long_line_among_lines_that_end_segments_goes_on(tmp_path: Path) -> None:
    note = "NTE*ADD*" + "LONG NOTE " * 14
    body = [
        *texts.BILLING,
        *texts.SUBSCRIBER,
        texts.PROFESSIONAL_CLAIM[0],
        note,
        *texts.PROFESSIONAL_CLAIM[1:],
    ]
    plain = texts.written(texts.group("HC", texts.transaction("837", body)), terminator="\n", line_break="")
    assert folded(plain, 128, b"\n") != plain
    _assert_reads_alike(folded(plain, 128, b"\n"), plain, tmp_path)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("width", [7, 80])
def test_small_chunks_read_a_wrapped_file_alike(
    tmp_path: Path, make: Callable[..., bytes], width: int
) -> None:
    data = wrapped(b"".join(make(line_break="") for _ in range(12)), width, b"\r\n")
    whole, _, _ = texts.read(data, tmp_path)
    for size in (512, 1500):
        cut, _, _ = texts.read(data, tmp_path, chunk_byte_count=size)
        assert whole.keys() == cut.keys()
        for name, frame in whole.items():
            # A patient is read again in each chunk that has a claim of theirs.
            keys = ["patient_id"] if name == "patient" else None
            one, other = (
                table.unique(keys, keep="first", maintain_order=True) for table in (frame, cut[name])
            )
            assert one.equals(other), name


@pytest.mark.parametrize("width", [5, 80])
def test_segments_of_a_wrapped_file_are_shown_and_exported(tmp_path: Path, width: int) -> None:
    plain = texts.professional(line_break="") + texts.remittance(line_break="")
    data = wrapped(plain, width, b"\r\n")
    shown, expected = _all_passages(data, tmp_path), _all_passages(plain, tmp_path)
    assert [[passage.part for passage in one] for one in shown] == [
        [passage.part for passage in one] for one in expected
    ]
    for one, other in zip(shown, expected, strict=True):
        for passage, unwrapped_passage in zip(one, other, strict=True):
            assert passage.segments == unwrapped_passage.segments
            assert data[passage.source_offset :].startswith(passage.data)
    originals = []
    for content in (plain, data):
        tables, _, _ = texts.read(content, tmp_path)
        offsets = tables["claim"]["source_offset"].to_list()
        claims = list(read_original_claims(tmp_path / "one.edi", offsets))
        assert [claim.source_offset for claim in claims] == offsets
        originals.append([(claim.header, claim.billing, claim.subscriber, claim.claim) for claim in claims])
    assert originals[0] == originals[1]


def test_a_wrapped_file_is_noted_once_with_its_first_place(tmp_path: Path) -> None:
    data = wrapped(texts.professional(line_break=""), 128, b"\n")
    tables, _, _ = texts.read(data, tmp_path, chunk_byte_count=512)
    (note,) = tables["file_note"].filter(pl.col("note_kind") == "line breaks").iter_rows(named=True)
    assert note["severity"] == "I"
    assert note["segment"] == "GS"
    assert note["source_offset"] == data.index(b"GS*")
    tables, _, _ = texts.read(texts.professional(line_break="\r\n"), tmp_path)
    assert tables["file_note"].is_empty()


def test_files_of_other_widths_may_follow_one_another(tmp_path: Path) -> None:
    parts = [make(line_break="") for make in MAKERS]
    data = b"".join(
        wrapped(part, width, line_break) + line_break
        for part, width, line_break in zip(
            parts, (80, 60, 132, 9), (b"\r\n", b"\n", b"\r", b"\n"), strict=True
        )
    )
    _assert_reads_alike(data, b"".join(parts), tmp_path)


def test_a_stray_line_break_in_a_value_is_ignored_and_noted(tmp_path: Path) -> None:
    tables, rejected, _ = texts.read(texts.professional().replace(b"CLM*E1*", b"CLM*E\r1*"), tmp_path)
    assert tables["claim"]["patient_control_number"].to_list() == ["E1", "E2"]
    assert rejected.is_empty()
    assert tables["file_note"].select("segment", "note_kind").rows() == [("CLM", "line breaks")]


@given(st.integers(1, 90), st.sampled_from([b"\n", b"\r\n"]), st.data())
@settings(max_examples=60, deadline=None)
def test_every_segment_keeps_its_place(width: int, line_break: bytes, data: st.DataObject) -> None:
    make = data.draw(st.sampled_from(MAKERS))
    content = wrapped(make(line_break=data.draw(st.sampled_from(["", "\n", "\r\n"]))), width, line_break)
    delimiters = delimiters_at(content, 0)
    assert delimiters is not None
    text, moved = unwrapped(content, delimiters)
    assert len(text) == len(content)
    assert sorted(text) == sorted(content)
    for match in re.finditer(rb"~[\r\n]*([^\r\n])", content):
        assert text[match.start(1)] == content[match.start(1)]
    assert text.translate(None, b"\r\n") == content.translate(None, b"\r\n")
    assert set(bytes(content[one] for one in moved)) <= set(b"\r\n")


@pytest.mark.parametrize("width", [3, 7, 80])
def test_a_wrapped_file_that_is_cut_off_names_the_cut_segment(tmp_path: Path, width: int) -> None:
    plain = texts.institutional()
    for cut in (plain.index(b"CLM*") + 6, plain.index(b"SV2*") + 9):
        content = wrapped(plain[:cut], width, b"\n")
        _, rejected, _ = texts.read(content, tmp_path)
        row = rejected.filter(reason="file ends inside this segment").row(0, named=True)
        shown = content[row["source_offset"] :].translate(None, b"\n")
        assert shown == plain[plain[:cut].rindex(b"~") + 1 : cut].lstrip()
