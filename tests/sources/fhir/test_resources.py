"""Cutting a file into resources: any order of keys, any text, any size of chunk, and what is no resource."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.errors import BadInputError
from auditlib.sources.fhir import looks_like_fhir, read_fhir
from auditlib.sources.fhir.resources import read_resources
from tests.reading import gathered
from tests.sources.fhir.texts import bundle, explanation, written

NASTY = st.text(alphabet='ab"\\{}[]:,\n é\U0001f600', max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | NASTY | st.just("resourceType"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NASTY, inner, max_size=3),
    max_leaves=8,
)
CONTAINED = st.lists(st.just({"resourceType": "Organization", "id": "x"}), max_size=2)


@st.composite
def a_resource(draw: st.DrawFn) -> dict:
    """A resource with any other elements around its type."""
    before = draw(st.dictionaries(NASTY, VALUES, max_size=3))
    after = draw(st.dictionaries(NASTY, VALUES, max_size=3))
    kind = draw(st.sampled_from(["Claim", "Patient", "List"]))
    entries = {"entry": [{"item": {}}]} if kind == "List" else {}
    return {**before, "contained": draw(CONTAINED), "resourceType": kind, **entries, **after}


def _cut(path: Path, chunk: int) -> list[tuple[str, object]]:
    found = []
    for part in read_resources(path, chunk_byte_count=chunk):
        assert not part.faults
        for offset, kind, text in part.frame.select("source_offset", "resource_type", "text").iter_rows():
            content = path.read_bytes()[offset : offset + len(text.encode())]
            assert content.decode() == text
            found.append((kind, json.loads(text)))
    return found


@settings(max_examples=60, deadline=None)
@given(
    resources=st.lists(a_resource(), min_size=1, max_size=5),
    shape=st.sampled_from(["lines", "crlf", "bundle", "pretty", "array", "nested", "one after another"]),
    ascii_only=st.booleans(),
    chunk=st.sampled_from([64, 300, 1 << 20]),
)
def test_every_resource_is_found_once_and_whole(
    *, resources: list[dict], shape: str, ascii_only: bool, chunk: int
) -> None:
    told = [json.dumps(one, ensure_ascii=ascii_only) for one in resources]
    entries = bundle(*resources)
    text = {
        "lines": "\n".join(told) + "\n",
        "crlf": "\r\n".join([*told, ""]),
        "bundle": json.dumps(entries, ensure_ascii=ascii_only),
        "pretty": json.dumps(entries, indent=2, ensure_ascii=ascii_only),
        "array": f"[{','.join(told)}]",
        "nested": json.dumps(bundle(entries, entries), ensure_ascii=ascii_only),
        "one after another": " ".join(told),
    }[shape]
    with TemporaryDirectory() as folder:
        path = Path(folder, "file.json")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
        found = _cut(path, 1 << 20 if shape == "nested" else chunk)
    expected = [(one["resourceType"], json.loads(json.dumps(one))) for one in resources]
    assert found == (expected * 2 if shape == "nested" else expected)


def _three(path: Path, *, as_lines: bool) -> tuple[bytes, list[int], int]:
    """A file of three resources of one length, and where they start."""
    resources = [explanation(id=f"E{number}", careTeam=[], supportingInfo=[]) for number in range(3)]
    content = (written(path, *resources) if as_lines else written(path, bundle(*resources))).read_bytes()
    start = b'{"resourceType": "Expl'
    starts = [place for place in range(len(content)) if content.startswith(start, place)]
    return content, starts, len(json.dumps(resources[0]))


@pytest.mark.parametrize("layout", ["lines", "bundle"])
@pytest.mark.parametrize("chunk", [700, 1 << 20])
def test_a_file_that_ends_anywhere_gives_its_whole_resources_and_says_so(
    tmp_path: Path, layout: str, chunk: int
) -> None:
    path = tmp_path / "file.json"
    content, starts, length = _three(path, as_lines=layout == "lines")
    for cut in range(1, len(content) - 1, 31):
        path.write_bytes(content[:cut])
        parts = list(read_resources(path, chunk_byte_count=chunk))
        ends = [start + length for start in starts]
        assert sum(part.frame.height for part in parts) == sum(end <= cut for end in ends), cut
        is_clean = layout == "lines" and any(end in {cut, cut - 1} for end in ends)
        assert any(part.faults for part in parts) is not is_clean, cut


@pytest.mark.parametrize("layout", ["lines", "bundle"])
def test_a_cut_file_loads_what_is_whole(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "file.json"
    content, starts, length = _three(path, as_lines=layout == "lines")
    for cut in range(starts[1], len(content) - 1, 997):
        path.write_bytes(content[:cut])
        found = gathered(read_fhir(path, source_file_id=1))
        assert found["claim"].height == sum(start + length <= cut for start in starts)


def test_a_broken_line_is_not_loaded_alone(tmp_path: Path) -> None:
    good = json.dumps(explanation())
    lines = [good, good[:-40], "", '{"a": 1}', "not json", good.replace("active", 'act"ive'), good]
    path = tmp_path / "file.ndjson"
    path.write_text("\n".join(lines))
    found = gathered(read_fhir(path, source_file_id=1))
    assert found["claim"].height == 2
    offsets = [sum(len(line) + 1 for line in lines[:number]) for number in (1, 3, 4, 5)]
    assert found["rejected"]["source_offset"].to_list() == offsets


def test_bad_values_of_one_resource_do_not_touch_the_others(tmp_path: Path) -> None:
    good = json.dumps(explanation()).encode()
    path = tmp_path / "file.ndjson"
    bad = good.replace(b'"active"', b"active")
    latin = good.replace(b"Sample Plan", b"Sample \xe9")
    surrogate = good.replace(b"Sample Plan", b"Sample \\ud800")
    control = good.replace(b"ACCOUNT-1", b"ACC\\u0007")
    path.write_bytes(b"\n".join([good, bad, latin, surrogate, control, b""]))
    found = gathered(read_fhir(path, source_file_id=1))
    assert found["claim"].height == 3
    assert "ACC\N{REPLACEMENT CHARACTER}" in found["claim"]["patient_control_number"].to_list()
    reasons = " ".join(found["rejected"]["reason"].to_list())
    for words in ("not valid JSON", "not UTF-8", "control characters"):
        assert words in reasons


@pytest.mark.parametrize(
    "text",
    [
        '{"resourceType":"Claim","x":' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"resourceType":"Claim","x":' + '{"x":' * 10_000 + "1" + "}" * 10_000 + "}",
        '{"resourceType":"Bundle","entry":[{"resource":' + '{"x":' * 10_000,
        '{"resourceType":"Claim","x":' + "[" * 10_000,
    ],
)
@pytest.mark.parametrize("chunk", [1 << 20, 1_000])
def test_deep_nesting_is_a_clear_error(tmp_path: Path, text: str, chunk: int) -> None:
    path = tmp_path / "deep.json"
    path.write_text(text)
    rejected = []
    with pytest.raises(BadInputError, match=r"deep\.json is JSON without a FHIR resource"):
        rejected.extend(
            reason
            for batch in read_fhir(path, source_file_id=1, chunk_byte_count=chunk)
            for reason in batch.rejected["reason"].to_list()
        )
    assert any("nested deeper than 100 levels" in reason for reason in rejected)


def test_one_deep_resource_among_others_is_not_loaded_alone(tmp_path: Path) -> None:
    deep = {"x": 1}
    for _ in range(200):
        deep = {"x": deep}
    path = written(tmp_path / "b.json", bundle(explanation(), explanation(x=deep), explanation(id="E3")))
    found = gathered(read_fhir(path, source_file_id=1))
    assert found["claim"].height == 2
    assert found["rejected"]["reason"].str.contains("nested deeper").to_list() == [True]


def test_a_resource_longer_than_is_waited_for_stops_the_reading(tmp_path: Path) -> None:
    path = written(tmp_path / "b.json", explanation(text="x" * 50_000))
    parts = list(read_resources(path, chunk_byte_count=1_000, longest=10_000))
    assert [fault.reason for part in parts for fault in part.faults] == [
        "a resource is longer than one may be"
    ]
    path.write_text("\n".join([json.dumps(explanation()), json.dumps(explanation(text="x" * 50_000))]))
    parts = list(read_resources(path, chunk_byte_count=8_000, longest=16_000))
    assert parts[0].frame.height == 1
    assert parts[-1].faults[0].reason == "a line is longer than a resource may be"


@pytest.mark.parametrize(
    ("head", "is_fhir"),
    [
        (b'{"resourceType": "Patient"}', True),
        (b'\xef\xbb\xbf [\n {"id":1, "resourceType"', True),
        (b'{"encounter_id": 1}', False),
        (b"[1, 2]", False),
        (b"", False),
        (b'{"a":"' + b"x" * 65_536, True),
    ],
)
def test_fhir_is_recognised_by_its_content(head: bytes, is_fhir: bool) -> None:  # noqa: FBT001 - pytest passes it by name
    assert looks_like_fhir(head[:65_536]) is is_fhir


def test_json_without_a_resource_is_a_clear_error(tmp_path: Path) -> None:
    path = written(tmp_path / "other.json", {"a": [{"b": 1}]})
    with pytest.raises(BadInputError, match=r"other\.json") as caught:
        list(read_fhir(path, source_file_id=1))
    assert "Expected ExplanationOfBenefit" in (caught.value.hint or "")
