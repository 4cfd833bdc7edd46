"""Odd and damaged files of other producers, through the load: a verdict for each, nothing half loaded."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from auditlib.workbench import Workbench
from auditlib.workspace import Workspace
from tests.sources.x12 import texts

Loaded = tuple[Workbench, dict[str, dict[str, object]]]
CLAIMS = texts.professional()
SEGMENTS = CLAIMS.split(b"\n")
LONG = 10_000_000


def _renamed(data: bytes, number: int) -> bytes:
    """Make claims of their own, so that no file repeats another's transaction."""
    return data.replace(b"CLM*E1", b"CLM*N%d" % number).replace(b"CLM*E2", b"CLM*M%d" % number)


# Read from two bytes for each character; the text itself is made below.
UTF_16 = {"utf16.837": "utf-16", "utf16_no_mark.837": "utf-16-le", "utf16_big.837": "utf-16-be"}
LOADED = {
    **dict.fromkeys(UTF_16, CLAIMS),
    "return_ends.837": texts.professional(terminator="\r", line_break=""),
    "blanks_after_isa16.837": CLAIMS.replace(b":~", b":   ~", 1),
    "wrapped.837": b"\r\n".join(re.findall(rb"(?s).{1,80}", texts.professional(line_break=""))),
    "plain.837": CLAIMS,
    "one_line.837": texts.professional(line_break=""),
    "crlf.837": texts.professional(line_break="\r\n"),
    "newline_ends.837": texts.professional(terminator="\n", line_break=""),
    "crlf_ends.837": texts.professional(terminator="\r\n", line_break=""),
    "mark.837": b"\xef\xbb\xbf" + CLAIMS,
    "from_group.837": CLAIMS[CLAIMS.index(b"GS*") :],
    "from_transaction.837": CLAIMS[CLAIMS.index(b"ST*") :],
    "three_delimiters.edi": CLAIMS
    + _renamed(texts.professional(element="|", terminator="\n", line_break=""), 900)
    + _renamed(texts.professional(component=">", terminator="'"), 901),
    "nuls_between.837": CLAIMS.replace(b"~\n", b"~\x00\n\x00"),
    "nuls_after.837": CLAIMS + bytes(100_000),
    "no_last_terminator.837": CLAIMS.rstrip(b"~\n"),
    "long_segment.837": CLAIMS.replace(b"~\nSE*", b"~\nNTE*ADD*" + b"x" * LONG + b"~\nSE*"),
    "letter_before.837": b"Dear customer,\n\n" + CLAIMS,
}
WITH_TROUBLE = {
    "nul_in_value.837": CLAIMS.replace(b"FIRST PAYER", b"FIRST\x00PAYER"),
    "small_tags.837": CLAIMS.replace(b"\nDTP*", b"\ndtp*"),
    "cut.837": CLAIMS[: CLAIMS.index(b"DTP*573") + 4],
}
REFUSED = {
    "empty.837": (b"", "empty"),
    "nuls.837": (bytes(50_000), ""),
    "ebcdic.837": (CLAIMS.decode().encode("cp500"), "EBCDIC"),
    "utf16_start.837": ("ISA*00*".encode("utf-16"), "UTF-16"),
    "small.837": (CLAIMS.lower(), ""),
    "head_only.837": (b"ISA*00*", "delimiters"),
    "stars.837": (b"ISA" + b"*" * LONG, "delimiters"),
    "nothing_in_it.837": (SEGMENTS[0] + b"\nIEA*0*000000001~\n", "no record"),
    "blanks.837": (b" \r\n" * 1000, ""),
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """All of them loaded at once."""
    folder = tmp_path_factory.mktemp("odd")
    for number, (name, data) in enumerate({**LOADED, **WITH_TROUBLE}.items()):
        encoding = UTF_16.get(name, "latin-1")
        (folder / name).write_bytes(_renamed(data, number).decode("latin-1").encode(encoding))
    for name, (data, _) in REFUSED.items():
        (folder / name).write_bytes(data)
    workbench = Workbench(Workspace.create(tmp_path_factory.mktemp("workspace") / "W"))
    report = workbench.files.load(folder)
    return workbench, {row["file_name"]: row for row in report.files.to_dicts()}


@pytest.mark.parametrize("name", [*LOADED, *WITH_TROUBLE])
def test_what_can_be_read_is_loaded(loaded: Loaded, name: str) -> None:
    told = loaded[1][name]
    claims = 6 if name == "three_delimiters.edi" else 2
    assert told["submitted_claim_count"] == claims
    assert told["load_status"] == ("loaded" if name in LOADED else "loaded with rejects")
    if name in LOADED:
        assert told["submitted_line_count"] == claims // 2 * 3
        assert told["submitted_charge_amount"] == claims // 2 * Decimal("230.50")


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_whole(loaded: Loaded, name: str) -> None:
    told = loaded[1][name]
    assert (told["load_status"], told["submitted_claim_count"]) == ("rejected", 0)
    assert REFUSED[name][1] in str(told["first_reason"])
    assert told["first_reason"]


def test_rows_and_files_agree(loaded: Loaded) -> None:
    workbench, told = loaded
    counts = {
        row["table_name"]: row["row_count"]
        for row in workbench.workspace.warehouse().query("queries/loading/table_counts").to_dicts()
    }
    assert counts["claim"] == sum(row["submitted_claim_count"] for row in told.values())
    assert counts["claim_line"] == sum(row["submitted_line_count"] for row in told.values())
    assert counts["rejected_record"] == sum(row["rejected_count"] for row in told.values())
    assert counts["file_note"] == sum(row["note_count"] for row in told.values())
    assert counts["source_file"] == len(told)


@pytest.mark.parametrize("name", ["small_tags.837", "long_segment.837", "cut.837"])
def test_what_is_wrong_is_said_with_its_place(loaded: Loaded, name: str) -> None:
    workbench = loaded[0]
    reasons = workbench.files.not_loaded().frame.filter(file_name=name)["reason"].to_list()
    notes = workbench.files.notes().frame.filter(file_name=name)["note_kind"].to_list()
    assert (reasons, notes) == {
        "small_tags.837": (["segment has no identifier"] * 4, []),
        "long_segment.837": ([], ["segment count"]),
        "cut.837": (["file ends inside this segment"], ["trailer missing"] * 3),
    }[name]
