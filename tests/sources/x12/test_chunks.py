"""A file read in pieces of any size gives the same rows, and in bounded memory."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Generator
from pathlib import Path

import polars as pl
import pytest

from auditlib.sources.x12 import read_x12
from auditlib.sources.x12.read import chunks, reader
from auditlib.sources.x12.read.chunks import Chunk
from tests.sources.x12 import texts
from tests.sources.x12.test_answers import STATUSES


def _everything() -> bytes:
    many = [*texts.SUBSCRIBER, *texts.PROFESSIONAL_CLAIM, *texts.DEPENDENT, *texts.COORDINATED_CLAIM] * 12
    claims = texts.transaction(
        "837", [*texts.BILLING, *many, "HL*9**20*1", "NM1*85*2*SECOND*****XX*1888888883", *many]
    )
    payments = texts.transaction("835", [*texts.PAYMENT_HEADER, *texts.PAYMENTS * 8, *texts.PLB])
    broken = texts.transaction("835", [*texts.PAYMENT_HEADER[1:], *texts.PAYMENTS * 5])
    statuses = [*STATUSES, *STATUSES[9:], *STATUSES[9:], *STATUSES[1:]]
    return (
        texts.written(
            texts.group("HC", claims, claims, version="005010X222A1"), texts.group("HP", payments, broken)
        )
        + texts.professional(element="|", terminator="'")
        + texts.written(
            texts.group("HN", texts.transaction("277", ["HL*1**20*1"] * 50)),
            texts.group("HN", texts.transaction("277", statuses, version="005010X214")),
            texts.group("BE", texts.transaction("834", ["INS*Y*18*030", "REF*0F*1"] * 50)),
            texts.group("HP", payments),
        )
    )


def _rows(tables: dict[str, pl.DataFrame]) -> dict[str, list[tuple[object, ...]]]:
    patients = tables["patient"].unique("patient_id", keep="first", maintain_order=True)
    return {name: frame.rows() for name, frame in {**tables, "patient": patients}.items()}


Read = tuple[bytes, dict[str, pl.DataFrame], pl.DataFrame]


@pytest.fixture(scope="module")
def read_whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    data = _everything()
    whole, rejected, _ = texts.read(data, tmp_path_factory.mktemp("whole"))
    return data, whole, rejected


@pytest.mark.parametrize("chunk_byte_count", [200, 997, 5_000, 60_000, 10_000_000])
def test_size_of_chunks_changes_nothing(read_whole: Read, tmp_path: Path, chunk_byte_count: int) -> None:
    data, whole, rejected = read_whole
    tables, rejected_in_chunks, _ = texts.read(data, tmp_path, chunk_byte_count=chunk_byte_count)
    assert _rows(tables) == _rows(whole)
    order = ("source_offset", "reason")
    assert rejected_in_chunks.sort(order).equals(rejected.sort(order))


def test_transactions_are_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "one.edi"
    path.write_bytes(_everything())
    for size in (500, 20_000, 10_000_000):
        assert (
            sum(batch.transaction_count for batch in read_x12(path, source_file_id=1, chunk_byte_count=size))
            == 9
        )


def test_chunks_are_bounded_and_cover_the_file(tmp_path: Path) -> None:
    data = _everything()
    path = tmp_path / "one.edi"
    path.write_bytes(data)
    found = list(chunks.read_chunks(path, chunk_byte_count=4096))
    assert b"".join(chunk.pieces[-1].data for chunk in found) == data
    assert max(len(chunk.pieces[-1].data) for chunk in found) <= 2 * 4096
    assert all(data[piece.offset :].startswith(piece.data) for chunk in found for piece in chunk.pieces)


def test_segment_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "LONGEST_CLAIM_BYTE_COUNT", 50_000)
    data = texts.professional().split(b"\nSE*")[0] + b"\n" + b"REF*" + b"9" * 1_000_000
    tables, rejected, _ = texts.read(data, tmp_path, chunk_byte_count=1000)
    assert tables["claim"].height == 2
    assert rejected["segment"].to_list()[-1] == "file"


def test_claim_longer_than_a_chunk_is_read_whole(tmp_path: Path) -> None:
    lines = [f"{tag}" for number in range(1, 3000) for tag in (f"LX*{number}", "SV1*HC:99213*1*UN*1***1")]
    body = [
        *texts.BILLING,
        *texts.SUBSCRIBER,
        "CLM*E1*2999***11:B:1",
        *lines,
        "CLM*E2*1***11:B:1",
        *lines[:2],
    ]
    data = texts.written(texts.group("HC", texts.transaction("837", body)))
    tables, rejected, _ = texts.read(data, tmp_path, chunk_byte_count=1000)
    assert rejected.is_empty()
    assert tables["claim_line"]["line_number"].to_list() == [*range(1, 3000), 1]
    assert tables["claim"]["billing_provider_id"].to_list() == ["1999999984"] * 2


def test_reading_that_is_given_up_waits_for_no_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, read_chunk = threading.Event(), reader._read_chunk
    numbers = itertools.count()

    def slow(chunk: Chunk, source_file_id: int) -> object:
        if next(numbers):
            go_on.wait(20)
        return read_chunk(chunk, source_file_id)

    monkeypatch.setattr(reader, "_read_chunk", slow)
    monkeypatch.setattr(reader, "_MOST_WORKERS", 1)
    path = tmp_path / "many.edi"
    body = [*texts.BILLING, *texts.SUBSCRIBER, *texts.PROFESSIONAL_CLAIM]
    path.write_bytes(texts.written(texts.group("HC", *[texts.transaction("837", body)] * 20)))
    batches = read_x12(path, source_file_id=1, chunk_byte_count=600)
    assert isinstance(batches, Generator)
    next(batches)
    waker = threading.Timer(10, go_on.set)
    waker.start()
    batches.close()
    try:
        assert not go_on.is_set()
    finally:
        waker.cancel()
        go_on.set()
