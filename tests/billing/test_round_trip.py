"""What is written reads back equal, whatever legal values it holds; and a strict validator accepts it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
import pyx12.params
import pyx12.x12n_document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.billing.claim_file import claim_file_text
from auditlib.billing.correction import CorrectedClaim, correct_claim
from auditlib.billing.original import OriginalClaim, read_original_claims
from auditlib.billing.verified import CodeValue, Supplement, VerifiedCode
from auditlib.embedded import embedded_folder
from auditlib.errors import BadInputError, UsageError
from auditlib.sources.x12 import read_x12
from auditlib.sources.x12.write.envelope import Parties
from auditlib.sources.x12.write.segment import Delimiters, Segment, composite, money, segment
from tests.sources.x12 import texts

MADE_ON = dt.date(2026, 3, 1)
PARTIES = Parties(("ZZ", "SENDER"), ("30", "TAKER"), "SEND", "TAKE")
VERSIONS = {"P": "005010X222A1", "I": "005010X223A2"}
# Every printable character, the usual delimiters and letters beyond ASCII among them, but no blank at an end.
VALUE = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cc", "Zs", "Cf", "Cs", "Cn"]),
    min_size=1,
    max_size=12,
)
CODE = st.from_regex(r"[A-TV-Z][0-9][0-9A-Z]{1,5}", fullmatch=True)
MONEY = st.integers(0, 10**9)


@dataclass(frozen=True)
class Line:
    code: str
    modifiers: tuple[str, ...]
    cents: int
    units: int
    pointers: tuple[int, ...]
    day: dt.date


@dataclass(frozen=True)
class Claim:
    form: str
    number: str
    payer: str
    reference: str
    diagnoses: tuple[str, ...]
    lines: tuple[Line, ...]
    has_patient: bool


LINES = st.builds(
    Line,
    st.from_regex(r"[0-9]{5}|[A-V][0-9]{4}", fullmatch=True),
    st.lists(st.from_regex(r"[0-9A-Z]{2}", fullmatch=True), max_size=4).map(tuple),
    MONEY,
    st.integers(1, 999),
    st.lists(st.integers(1, 12), min_size=1, max_size=4).map(tuple),
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
)
CLAIMS = st.builds(
    Claim,
    st.sampled_from(["P", "I"]),
    VALUE,
    VALUE,
    VALUE,
    st.lists(CODE, min_size=1, max_size=12, unique=True).map(tuple),
    st.lists(LINES, min_size=1, max_size=5).map(tuple),
    st.booleans(),
)


def as_file_has_it(text: str) -> str:
    """Text as the bytes of a UTF-8 file, one character a byte."""
    return text.encode().decode("latin-1")


def segments_of(claim: Claim) -> tuple[Segment, ...]:
    total = money(sum(line.cents for line in claim.lines))
    place = ("11", "A", "7") if claim.form == "I" else ("11", "B", "7")
    rows = [
        segment(
            "CLM", as_file_has_it(claim.number), total, None, None, composite(*place), None, "A", "Y", "Y"
        ),
        segment("REF", "F8", as_file_has_it(claim.reference)),
    ]
    named = [composite("ABF" if place else "ABK", code) for place, code in enumerate(claim.diagnoses)]
    rows += [segment("HI", named[0]), *([segment("HI", *named[1:])] if named[1:] else [])]
    for number, line in enumerate(claim.lines, start=1):
        procedure = composite("HC", line.code, *line.modifiers)
        rows.append(segment("LX", number))
        if claim.form == "I":
            rows.append(segment("SV2", "0300", procedure, money(line.cents), "UN", line.units))
        else:
            pointers = composite(*line.pointers)
            rows.append(segment("SV1", procedure, money(line.cents), "UN", line.units, None, None, pointers))
        rows.append(segment("DTP", "472", "D8", f"{line.day:%Y%m%d}"))
    return tuple(rows)


def corrected(claim: Claim) -> CorrectedClaim:
    original = OriginalClaim(
        0,
        None,
        None,
        VERSIONS[claim.form],
        (segment("BHT", "0019", "00", "1", "20260101", "0900", "CH"), segment("NM1", "41", "2", "B")),
        (segment("HL", 1, None, "20", 1), segment("NM1", "85", "2", "C", *[None] * 4, "XX", "1999999984")),
        (
            segment("HL", 2, 1, "22", 0),
            segment("SBR", "P"),
            segment("NM1", "PR", "2", as_file_has_it(claim.payer)),
        ),
        (segment("HL", 3, 2, "23", 0), segment("PAT", "19")) if claim.has_patient else (),
        segments_of(claim),
    )
    return CorrectedClaim(original, claim.form, VERSIONS[claim.form], (), (), ())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CLAIMS, min_size=1, max_size=4))
def test_generated_claims_read_back_equal(tmp_path: Path, claims: list[Claim]) -> None:
    claims.sort(key=lambda claim: claim.form, reverse=True)
    text = claim_file_text(
        [corrected(claim) for claim in claims], parties=PARTIES, control_number=7, made_on=MADE_ON
    )
    path = tmp_path / "out.edi"
    path.write_bytes(text.encode("latin-1"))
    batches = list(read_x12(path, source_file_id=1))
    assert [batch.rejected.height for batch in batches] == [0] * len(batches)
    (frames,) = [batch.frames for batch in batches]
    written = [
        (c.form, c.number, c.payer, c.reference, "7", _dollars(sum(line.cents for line in c.lines)))
        for c in claims
    ]
    names = ("form", "patient_control_number", "payer_name", "original_reference_number", "frequency_code")
    assert frames["claim"].select(*names, "charge_amount").rows() == written
    assert frames["claim_diagnosis"]["code"].to_list() == [
        code for claim in claims for code in claim.diagnoses
    ]
    lines = [(claim, line) for claim in claims for line in claim.lines]
    pointers = [f"diagnosis_pointer_{n}" for n in range(1, 5)]
    assert frames["claim_line"].select(
        "code", "charge_amount", "unit_count", "from_date", *pointers
    ).rows() == [
        (
            line.code,
            _dollars(line.cents),
            Decimal(line.units),
            line.day,
            *(_filled(line.pointers) if claim.form == "P" else _filled(())),
        )
        for claim, line in lines
    ]
    modifiers = [f"modifier_{n}" for n in range(1, 5)]
    assert frames["claim_line"].select(modifiers).rows() == [_filled(line.modifiers) for _, line in lines]
    offsets = frames["claim"]["source_offset"].to_list()
    again = [found.claim for found in read_original_claims(path, offsets)]
    assert again == [segments_of(claim) for claim in claims]


def _dollars(cents: int) -> Decimal:
    return Decimal(cents) / 100


def _filled(values: Sequence[object]) -> tuple[object, ...]:
    return (*values, *[None] * (4 - len(values)))


# Strict validation


def accepts(text: str) -> tuple[bool, str]:
    answer = io.StringIO()
    is_valid = pyx12.x12n_document.x12n_document(
        pyx12.params.params(), io.StringIO(text), None, None, None, answer
    )
    return bool(is_valid), answer.getvalue()


def synthetic_originals(name: str, count: int) -> list[OriginalClaim]:
    path = embedded_folder("data") / "claims" / name
    offsets = [
        offset
        for batch in read_x12(path, source_file_id=1)
        for offset in batch.frames["claim"]["source_offset"]
    ]
    return list(read_original_claims(path, offsets[:count]))


def missed(code: str) -> VerifiedCode:
    return VerifiedCode("add", None, CodeValue("ICD-10-CM", code, "secondary", "Y"))


@pytest.mark.parametrize("purpose", ["replacement", "original", "void"])
def test_a_strict_validator_accepts_corrected_claims_of_both_forms(purpose: str) -> None:
    originals = [*synthetic_originals("837P_2025-11.edi", 6), *synthetic_originals("837I_2025-11.edi", 6)]
    added = Supplement("ICN-1", "470")
    claims = [
        correct_claim(one, [missed("E6601"), missed("Z6841")], purpose=purpose, supplement=added)  # type: ignore[arg-type]
        for one in originals
    ]
    assert [claim.gaps for claim in claims] == [()] * 12
    text = claim_file_text(claims, control_number=7, made_on=MADE_ON)
    is_valid, answer = accepts(text)
    assert is_valid, answer
    assert text.count("CLM*") == 12
    if purpose != "original":
        assert text.count("REF*F8*ICN-1~") == 12
    assert "*ZZ*LARKBILL       *ZZ*INVENTHOUSE    *" in text


def test_the_validator_can_say_no() -> None:
    (claim,) = synthetic_originals("837P_2025-11.edi", 1)
    done = correct_claim(claim, [], purpose="replacement", supplement=Supplement("ICN-1"))
    text = claim_file_text([done], control_number=7, made_on=MADE_ON)
    assert accepts(text)[0]
    assert not accepts(text.replace("HI*ABK:", "HI*XYZ:"))[0]


# Delimiters and parties


def test_delimiters_are_those_that_no_value_holds() -> None:
    rows = [segment("REF", "a*b:c"), segment("NTE", "~^")]
    cuts = Delimiters.free_of(rows)
    assert (cuts.element, cuts.component, cuts.repetition, cuts.terminator) == ("|", ">", "{", "'")
    with pytest.raises(BadInputError, match="every possible delimiter"):
        Delimiters.free_of([segment("NTE", "*|+\x1d")])
    with pytest.raises(BadInputError, match="line breaks"):
        Delimiters.free_of([segment("NTE", "a\nb")])


def test_claims_of_several_submitters_need_a_named_one(tmp_path: Path) -> None:
    found = []
    for name, data in (("a", texts.professional()), ("b", texts.professional().replace(b"SEND ", b"ELSE "))):
        path = tmp_path / name
        path.write_bytes(data)
        offset = texts.read(data, tmp_path)[0]["claim"]["source_offset"][0]
        (original,) = read_original_claims(path, [offset])
        found.append(correct_claim(original, [], purpose="original", supplement=Supplement()))
    with pytest.raises(UsageError, match="several submitters"):
        claim_file_text(found, control_number=1, made_on=MADE_ON)
    assert "*30*TAKER" in claim_file_text(found, parties=PARTIES, control_number=1, made_on=MADE_ON)
    (bare,) = (one for one in found[:1])
    headless = CorrectedClaim(
        OriginalClaim(0, None, None, *(getattr(bare.original, name) for name in _AFTER_GROUP)),
        "P",
        bare.version,
        (),
        (),
        (),
    )
    with pytest.raises(UsageError, match="file with an ISA"):
        claim_file_text([headless], control_number=1, made_on=MADE_ON)


_AFTER_GROUP = ("version", "header", "billing", "subscriber", "patient", "claim")
