"""Segments of claims and payments, again from the file: nothing is lost, byte for byte."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.cli.main import main
from auditlib.errors import BadInputError, UsageError
from auditlib.schema.core import ENVELOPE
from auditlib.sources.x12 import Passage, Place, read_passages
from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.sources.x12 import texts

TRAILER = re.compile(rb"\s*(?:SE|GE|IEA|PLB)[*|+][^~\x1c'\n]*[~\x1c'\n]\s*")
CLAIMS = {"claim": "claim_id", "remit_claim": "remit_claim_id"}
DELIMITERS = [
    {"line_break": ""},
    {"line_break": "\r\n"},
    {"line_break": "\n    "},
    {"terminator": "\n", "line_break": ""},
    {"terminator": "'", "element": "|", "component": ">"},
]


def _places(tables: dict[str, pl.DataFrame], path: Path) -> list[Place]:
    """Find by plain search what the warehouse's query finds for every claim and payment."""
    data = path.read_bytes()
    headers = tables["envelope"].select("envelope_level", "source_offset").rows()
    places = []
    for offset in sorted(
        offset for name in CLAIMS if name in tables for offset in tables[name]["source_offset"]
    ):
        last = {level: start for level, start in headers if start < offset}
        opening = last.get("interchange", headers[0][1])
        sha256 = hashlib.sha256(data).hexdigest()
        places.append(Place(offset, opening, last.get("group"), last["transaction"], len(data), sha256))
    return places


def _all_passages(data: bytes, folder: Path) -> list[tuple[Passage, ...]]:
    tables, _, _ = texts.read(data, folder)
    return [read_passages(folder / "one.edi", place) for place in _places(tables, folder / "one.edi")]


def _assert_nothing_is_lost(data: bytes, shown: list[tuple[Passage, ...]]) -> None:
    """Claims, the headers above them and the trailers make up the file."""
    position = 0
    distinct = {passage.source_offset: passage for passages in shown for passage in passages}
    for offset, passage in sorted(distinct.items()):
        between = data[position:offset]
        assert not TRAILER.sub(b"", between).strip(), between
        assert data[offset : offset + len(passage.data)] == passage.data
        position = offset + len(passage.data)
    assert not TRAILER.sub(b"", data[position:]).strip()


@given(
    st.lists(
        st.sampled_from([texts.professional, texts.institutional, texts.dental, texts.remittance]),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_claims_and_headers_make_up_the_file(tmp_path: Path, makers: list, data: st.DataObject) -> None:
    content = b"".join(make(**data.draw(st.sampled_from(DELIMITERS))) for make in makers)
    shown = _all_passages(content, tmp_path)
    assert len(shown) == sum({"professional": 2, "remittance": 3}.get(make.__name__, 1) for make in makers)
    _assert_nothing_is_lost(content, shown)


def test_a_claim_is_shown_with_all_that_is_above_it(tmp_path: Path) -> None:
    first, second = _all_passages(texts.professional(), tmp_path)
    parts = ["interchange", "group", "transaction", "billing provider", "subscriber"]
    assert [passage.part for passage in first] == [*parts, "claim"]
    assert [passage.part for passage in second] == [*parts, "patient", "claim"]
    written = [segment.decode() for segment in second[-1].segments]
    assert written == texts.COORDINATED_CLAIM
    assert [segment.decode() for segment in second[-2].segments] == texts.DEPENDENT


def test_a_payment_is_shown_with_its_header_number(tmp_path: Path) -> None:
    *_, last = _all_passages(texts.remittance(), tmp_path)
    assert [passage.part for passage in last] == [
        "interchange",
        "group",
        "transaction",
        "header number",
        "claim payment",
    ]
    assert last[-1].segments[0] == b"CLP*E9*4*60*0*0*12*ICN3"
    assert last[-2].segments[0] == b"LX*1"


def test_levels_far_above_are_found(tmp_path: Path) -> None:
    filler = [f"REF*G1*{number:09d}" for number in range(40_000)]
    body = [*texts.BILLING, *texts.SUBSCRIBER, *texts.PROFESSIONAL_CLAIM, *filler, "CLM*LAST*1***11:B:1"]
    data = texts.written(texts.group("HC", texts.transaction("837", body)))
    shown = _all_passages(data, tmp_path)
    _assert_nothing_is_lost(data, shown)
    assert [passage.source_offset for passage in shown[1]][3:5] == [
        data.index(b"HL*1*"),
        data.index(b"HL*2*"),
    ]


def test_a_file_without_interchange_has_none_to_show(tmp_path: Path) -> None:
    whole = texts.professional()
    group = whole[whole.index(b"GS*") : whole.index(b"IEA*")]
    assert [passage.part for passage in _all_passages(group, tmp_path)[0]][:2] == ["group", "transaction"]
    alone = group[group.index(b"ST*") : group.index(b"GE*")]
    shown = _all_passages(alone, tmp_path)
    assert shown[0][0].part == "transaction"
    _assert_nothing_is_lost(alone, shown)


@pytest.fixture
def loaded(workspace: Workspace, tmp_path: Path) -> tuple[Workbench, Path]:
    path = tmp_path / "claims.837"
    path.write_bytes(texts.professional(line_break="\r\n") + texts.remittance())
    workbench = Workbench(workspace)
    workbench.files.load(path)
    return workbench, path


def test_an_account_shows_its_claims_and_payments(
    loaded: tuple[Workbench, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    workbench, path = loaded
    claim, payment = workbench.files.segments("E1")
    assert (claim.kind, payment.kind) == ("claim", "claim payment")
    assert claim.passages[-1].segments[0] == b"CLM*E1*150.5***11:B:1*Y*A*Y*Y"
    assert workbench.files.segments(payment.row_id) == (payment,)
    for shown in (claim, payment):
        for passage in shown.passages:
            assert path.read_bytes()[passage.source_offset :].startswith(passage.data)
    assert main(["-w", str(workbench.workspace.root), "files", "segments", "E1"]) == 0
    assert "    CLM*E1*150.5***11:B:1*Y*A*Y*Y\n" in capsys.readouterr().out
    assert main(["-w", str(workbench.workspace.root), "files", "segments", "E1", "--json"]) == 0
    assert '"part": "billing provider"' in capsys.readouterr().out


def test_a_number_that_is_not_loaded_is_said(loaded: tuple[Workbench, Path]) -> None:
    with pytest.raises(UsageError, match="No loaded claim"):
        loaded[0].files.segments("NOBODY")


def test_claims_of_other_formats_have_no_segments(loaded: tuple[Workbench, Path]) -> None:
    workbench = loaded[0]
    with workbench.workspace.warehouse().writing() as writer:
        writer.replace(ENVELOPE, ENVELOPE.empty())
    with pytest.raises(UsageError, match=r"claims.837 \(837P\) has no X12 segments"):
        workbench.files.segments("E1")


def test_a_file_that_was_moved_or_changed_is_not_shown(loaded: tuple[Workbench, Path]) -> None:
    workbench, path = loaded
    content = path.read_bytes()
    for changed in (content + b" ", content.replace(b"150.5", b"150.6")):
        path.write_bytes(changed)
        with pytest.raises(BadInputError, match="was changed since it was loaded") as raised:
            workbench.files.segments("E1")
        assert "load it again" in (raised.value.hint or "")
    path.unlink()
    with pytest.raises(BadInputError, match="can no longer be read"):
        workbench.files.segments("E1")


@pytest.mark.field
def test_nothing_of_real_claims_is_lost(field_data: Path, tmp_path: Path) -> None:
    for path in sorted((field_data / "x12").rglob("*")):
        if not path.is_file() or path.suffix == ".tsv":
            continue
        data = path.read_bytes()
        tables, _, _ = texts.read(data, tmp_path)
        for place in _places(tables, tmp_path / "one.edi")[:6]:
            passages = read_passages(path, place)
            assert passages[-1].segments[0][:3] in {b"CLM", b"CLP"}
            for passage in passages:
                assert data[passage.source_offset :].startswith(passage.data), path.name
                rest = data[passage.source_offset + len(passage.data) :].lstrip()
                assert not rest or rest[:1].isalpha(), path.name
