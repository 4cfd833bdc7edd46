"""Truncated, shuffled, repeated, changed, random: a clear refusal, or rows that keep their contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.errors import BadInputError
from auditlib.schema.core import CORE_TABLES, REJECTED_RECORD
from auditlib.sources.x12 import looks_like_x12
from tests.sources.x12 import texts
from tests.sources.x12.test_answers import ACCEPTANCE, STATUSES

SAMPLES = {
    "professional": texts.professional(),
    "institutional": texts.institutional(line_break=""),
    "dental": texts.dental(),
    "remittance": texts.remittance(),
    "statuses": texts.written(texts.group("HN", texts.transaction("277", STATUSES, version="005010X214"))),
    "acceptance": texts.written(
        ["TA1*1*260210*0900*A*000"], texts.group("FA", texts.transaction("999", ACCEPTANCE))
    ),
}
TOLD = ("claim", "remit_claim", "claim_status", "acknowledgment")
CONTRACTS = {table.name: table for table in CORE_TABLES}
within_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def _survives(data: bytes, folder: Path, *, chunk_byte_count: int = 1 << 20, contracts: bool = True) -> int:
    """Read bytes; return how many claims and claim payments came of them."""
    looks_like_x12(data)
    try:
        tables, rejected, _ = texts.read(data, folder, chunk_byte_count=chunk_byte_count)
    except BadInputError:
        return 0
    for name, frame in tables.items() if contracts else ():
        assert CONTRACTS[name].conform(frame).equals(frame)
        key = list(CONTRACTS[name].key)
        assert name == "patient" or not frame.select(key).is_duplicated().any()
        assert frame["source_offset"].is_between(0, len(data)).all()
    assert not rejected.select(REJECTED_RECORD.key).is_duplicated().any()
    assert rejected["source_offset"].is_between(0, len(data)).all()
    return sum(tables[name].height for name in TOLD if name in tables)


@pytest.mark.slow
def test_truncation_at_every_byte(tmp_path: Path) -> None:
    claim = [*texts.BILLING[:1], *texts.SUBSCRIBER[:3], *texts.PROFESSIONAL_CLAIM[:6]]
    payment = [*texts.PAYMENT_HEADER[:2], *texts.PAYMENTS[:2], "SVC*HC:99213*100*75", "CAS*CO*45*20"]
    groups = (
        texts.group("HC", texts.transaction("837", claim)),
        texts.group("HP", texts.transaction("835", payment)),
    )
    data = texts.written(*groups, line_break="")
    lengths = range(data.index(b"CLM"), len(data))
    found = [_survives(data[:length], tmp_path, contracts=False) for length in lengths]
    assert found == sorted(found)
    assert found[-1] == 2


@pytest.mark.parametrize("name", SAMPLES)
def test_truncation_in_every_segment(tmp_path: Path, name: str) -> None:
    data = SAMPLES[name]
    ends = [length for length in range(len(data)) if data[length : length + 1] == b"~"]
    found = [_survives(data[: end - cut], tmp_path) for end in ends for cut in (2, 0, -1)]
    assert found == sorted(found)
    told = {"remittance": 3, "statuses": 8, "acceptance": 4}
    assert found[-1] == told.get(name, data.count(b"CLM*"))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_missing_head(tmp_path: Path, name: str) -> None:
    data = SAMPLES[name]
    for start in range(0, len(data), 41):
        _survives(data[start:], tmp_path)


@within_folder
@given(st.data())
def test_shuffled_and_repeated_segments(tmp_path: Path, data: st.DataObject) -> None:
    segments = data.draw(st.sampled_from(list(SAMPLES.values()))).split(b"~")[1:-1]
    picked = data.draw(st.lists(st.sampled_from(segments), max_size=120))
    head = texts.professional().split(b"~")[0]
    size = data.draw(st.sampled_from([300, 1 << 20]))
    _survives(b"~".join([head, *picked, b""]), tmp_path, chunk_byte_count=size)


@within_folder
@given(st.data())
def test_bytes_changed_at_random(tmp_path: Path, data: st.DataObject) -> None:
    changed = bytearray(data.draw(st.sampled_from(list(SAMPLES.values()))))
    for _ in range(data.draw(st.integers(1, 40))):
        position = data.draw(st.integers(0, len(changed) - 1))
        changed[position] = data.draw(st.integers(0, 255) | st.sampled_from(list(b"*:~\n\r 0A.-")))
    _survives(bytes(changed), tmp_path, chunk_byte_count=data.draw(st.sampled_from([400, 1 << 20])))


@within_folder
@given(st.binary(max_size=600), st.sampled_from(["", "ISA", "ST*837*", "GS*HC*", "isa"]))
def test_random_bytes(tmp_path: Path, tail: bytes, head: str) -> None:
    _survives(head.encode() + tail, tmp_path, chunk_byte_count=200)


@within_folder
@given(st.text("ISTGSEHLCMVPX0123456789*:~\n ", max_size=600))
def test_random_text_after_a_good_head(tmp_path: Path, tail: str) -> None:
    for sample in (texts.professional(), texts.remittance()):
        _survives(
            sample[: sample.index(b"NM1") if b"CLM" in sample else sample.index(b"CLP")] + tail.encode(),
            tmp_path,
        )


def test_ten_megabytes_in_one_segment(tmp_path: Path) -> None:
    head = texts.professional().split(b"\nSE*")[0] + b"\n"
    assert _survives(head + b"REF*" + b"9" * 10_000_000 + b"~SE*1*1~", tmp_path) == 2
    assert _survives(head + b"REF*" + b"*" * 10_000_000, tmp_path) == 2
    assert _survives(head + b" " * 10_000_000 + b"SE*1*1~", tmp_path) == 2
    assert _survives(b"ISA" + b"*" * 10_000_000, tmp_path) == 0
    assert _survives(head + b"~" * 10_000_000, tmp_path) == 2
