"""Every element of a valid file is loaded, repeats another place, or is listed as not taken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from auditlib.cli.main import main
from auditlib.sources.x12 import elements_not_taken, read_x12
from auditlib.sources.x12.read.not_taken import places_not_taken

if TYPE_CHECKING:
    from pathlib import Path

_PROFESSIONAL = """BHT*0019*00*77*20260210*0900*CH
NM1*41*2*QUIET BILLING*****46*Q1
PER*IC*DESK*TE*5551234567
NM1*40*2*LOUD HOUSE*****46*L1
HL*1**20*1
PRV*BI*PXC*207Q00000X
NM1*85*2*HILLTOP CLINIC*****XX*1999999984
N3*1 HILL ROAD
N4*DULUTH*MN*55802
REF*EI*123456784
PER*IC*DESK*TE*5551234567
NM1*87*2
N3*2 HILL ROAD
HL*2*1*22*0
SBR*P*18*GROUP1*PLAN*****CI
NM1*IL*1*MAPLE*OLIVE*J***MI*M-1
N3*3 HILL ROAD
N4*DULUTH*MN*55802
DMG*D8*19600224*F
REF*SY*222334444
NM1*PR*2*FIRST PAYER*****PI*P0001
N4*DULUTH*MN*55802
REF*2U*P7
CLM*E1*150.5***11:B:1*Y*A*Y*Y*P*AA
DTP*431*D8*20260102
DTP*435*D8*20260103
PWK*OZ*EL***AC*ATT1
AMT*F5*20.5
REF*G1*AUTH1
REF*F8*OLD1
REF*F8*OLD2
REF*EA*MRN1
NTE*ADD*A NOTE
HI*ABK:E119*ABF:I10:::::::Y*ABF:J449
HI*BG:D3*BP:00100
NM1*DN*1*SENDER*SAM****XX*1999999976
NM1*82*1*CARER*ROWAN****XX*1999999992
PRV*PE*PXC*207Q00000X
NM1*77*2*SITE*****XX*1999999968
N3*4 HILL ROAD
N4*DULUTH*MN*55802
SBR*S*18*GROUP2*OTHER PLAN*12****MB
CAS*CO*45*10.5*1*94*2.5*2
AMT*D*70.5
AMT*A8*3.5
AMT*EAF*4.5
DTP*573*D8*20260201
OI***Y*P**Y
MOA*.5*12.5*MA01*MA02*N1
NM1*IL*1*ELM*IVY****MI*OTHER
NM1*PR*2*OTHER PAYER*****PI*P9999
REF*F8*OTHER1
LX*1
SV1*HC:99213:25:GT:59:76:EXAM*100.5*UN*1*11**1:2:3:1**Y
PWK*OZ*EL
DTP*472*RD8*20260105-20260106
DTP*471*D8*20260104
QTY*PT*2
REF*6R*L1
REF*G1*AUTH2
AMT*T*1.5
NTE*ADD*A LINE NOTE
LIN**N4*00409123401
CTP****2.5*ML
REF*XZ*RX1
NM1*DK*1*ORDERER*OTTO****XX*1999999950
SVD*P9999*70.5*HC:99214:25:GT:59:76:EXAM*0300*1*1
CAS*PR*1*10.5*1
DTP*573*D8*20260202
AMT*EAF*5.5"""

_PAYMENT = """BPR*I*500.5*C*ACH*CCP*01*999999992*DA*123*1512345678**01*999988880*DA*456*20260301
TRN*1*CHECK1*1512345678*SUB1
REF*EV*RECEIVER
DTM*405*20260302
N1*PR*FIRST PAYER*XV*P0001
N3*1 PAYER ROAD
N4*DULUTH*MN*55802
REF*2U*P7
PER*BL*DESK*TE*5551234567
N1*PE*HILLTOP CLINIC*XX*1999999984
N3*1 HILL ROAD
REF*TJ*123456784
LX*1
TS3*1999999984*11*20261231*1*500.5*1.5
TS2*1.5*2.5*3.5*4.5*5.5*6.5*7*8.5*9.5*10*11*12*13*14*15.5*16*17.5*18.5*19.5
CLP*E1*1*600.5*500.5*20.5*12*PCN1*11*1*X*123*1.5*.5
CAS*CO*45*10.5*1*94*2.5*2
NM1*QC*1*MAPLE*OLIVE*J***MI*M-1
NM1*IL*1*MAPLE*OTTO****MI*M-2
NM1*82*1*CARER*ROWAN****XX*1999999992
NM1*TT*2*NEXT PAYER*****PI*P9999
MIA*1*2.5*3*4.5*MA01*6.5*7.5*8.5*9.5*10.5*11.5*12.5*13.5*14.5*15*16.5*17.5*18.5*19.5*MA02*N1*N2*N3*24.5
MOA*.5*12.5*MA01*MA02*N1*N4*N5*8.5*9.5
REF*EA*MRN1
REF*1L*GROUP1
DTM*232*20260104
DTM*233*20260107
DTM*050*20260110
PER*CX*DESK*TE*5551234567
AMT*AU*400.5
QTY*CA*2
SVC*HC:99213:25:GT:59:76:EXAM*600.5*500.5*0300*1*HC:99214:25*2
DTM*472*20260105
CAS*PR*1*10.5*1
REF*6R*L1
REF*LU*11
AMT*B6*510.5
AMT*KH*5.5
QTY*ZL*2
LQ*HE*N20
PLB*1999999984*20261231*WO:REF1*10.5*72:REF2*5.5"""

_INSTITUTIONAL = (
    _PROFESSIONAL.split("CLM*", maxsplit=1)[0]
    + """CLM*S1*9000.5***11:A:1**A*Y*Y
DTP*096*TM*1030
DTP*434*RD8*20260101-20260104
DTP*435*D8*20260101
CL1*1*7*01
AMT*F3*20.5
REF*F8*OLD1
HI*ABK:E119:::::::Y
HI*ABJ:E118
HI*APR:E117
HI*DR:470
HI*ABF:I10:::::::N
HI*BBR:0SR9019:D8:20260102*BBQ:0SR9018:D8:20260103
HI*BI:70:RD8:20260101-20260102
HI*BH:11:D8:20260101
HI*BE:80:::4.5
NM1*71*1*CARER*ROWAN****XX*1999999992
NM1*72*1*SURGEON*SUE****XX*1999999976
LX*1
SV2*0300*HC:85025:59:GT:76:77:EXAM*90.5*UN*1*5.5*1.5
DTP*472*D8*20260102
REF*6R*L1
NTE*TPO*A LINE NOTE"""
)

_DENTAL = (
    _PROFESSIONAL.split("CLM*", maxsplit=1)[0].replace("HL*2*1*22*0", "HL*2*1*22*1")
    + """HL*3*2*23*0
PAT*19
NM1*QC*1*MAPLE*OSCAR*J
N3*3 HILL ROAD
DMG*D8*20150304*M
CLM*D1*90.5***11:B:1*Y*A*Y*Y
DN1*12*6
DN2*1*E****JP
DTP*472*D8*20260105
HI*ABK:K029
LX*1
SV3*AD:D2140:25:GT:59:76:FILLING*90.5*11*10:20:30:40:00*I*1****1*1:2:3:1
TOO*JP*12*M:O:D:L:B
DTP*472*D8*20260106
REF*6R*L1"""
)

_STATUSES = """BHT*0085*08*B1*20260301*0900*TH
HL*1**20*1
NM1*PR*2*FIRST PAYER*****PI*P0001
TRN*1*PAYER-TRACE
DTP*050*D8*20260228
HL*2*1*21*1
NM1*41*2*QUIET BILLING*****46*Q1
TRN*2*BATCH-77
STC*A1:19:PR*20260301*WQ*250
QTY*90*1
AMT*YU*250
HL*3*2*19*1
NM1*85*2*HILLTOP CLINIC*****XX*1999999984
TRN*1*0
STC*A1:19**WQ*250
REF*TJ*123456784
HL*4*3*PT
NM1*QC*1*MAPLE*OLIVE*J***MI*M-1
TRN*2*E1
STC*A2:20:PR:RX*20260302*WQ*150.5*1.5*20260303*CHK*20260304*CHECK1*A3:33:85*A3:116:82*NOT ON FILE
REF*1K*ICN1
REF*1K*ICN2
REF*BLT*111
REF*D9*CLEAR-2
REF*EJ*E9
DTP*472*RD8*20260105-20260107
SVC*HC:99213:25*100*5*0300**HC:99214*2
STC*A2:20*20260302*WQ*100
REF*FJ*L1
DTP*472*D8*20260105"""

_ACCEPTANCE = """AK1*HC*77*005010X222A1
AK2*837*0001*005010X222A1
IK5*A
AK2*837*0002*005010X222A1
IK3*NM1*8*2010*8
CTX*CLM01:E9
IK4*2:3:1*1065*I9*BAD
CTX*SITUATIONAL TRIGGER*CLM*3
IK3*SV1*22**3
IK5*R*1*2*3*4*5
AK9*P*2*2*1*1*2*3*4*5"""

_OLDER_ACCEPTANCE = """AK1*HC*77
AK2*837*0002
AK3*NM1*8*2010*8
AK4*2:3*1065*7*BAD
AK5*R*1*2*3*4*5
AK9*P*2*2*1*1*2*3*4*5"""

_BASES = {
    "professional": ("837", "HC", "005010X222A1", _PROFESSIONAL),
    "remittance": ("835", "HP", "005010X221A1", _PAYMENT),
    "institutional": ("837", "HC", "005010X223A2", _INSTITUTIONAL),
    "dental": ("837", "HC", "005010X224A2", _DENTAL),
    "claim acknowledgment": ("277", "HN", "005010X214", _STATUSES),
    "claim status": ("277", "HN", "005010X212", _STATUSES),
    "acknowledgment": ("999", "FA", "005010X231A1", _ACCEPTANCE),
    "older acknowledgment": ("997", "FA", "005010", _OLDER_ACCEPTANCE),
}
_NOT_OF_CONTENT = (
    "claim_id",
    "claim_status_id",
    "acknowledgment_id",
    "group_acknowledgment_id",
    "remit_claim_id",
    "remittance_id",
    "source_offset",
    "parent_offset",
    "source_file_id",
)
# A patient is loaded once; the claims show the patient's id, which birth date, sex, number and names decide.
_ONCE_A_FILE = ("source_transaction", "patient")
_OTHER_QUALIFIER = "ZZ"


def _transaction(kind: str, version: str, body: str) -> str:
    lines = body.split("\n")
    return "~".join([f"ST*{kind}*0001*{version}", *lines, f"SE*{len(lines) + 2}*0001"]) + "~"


def _parts(text: str) -> list[tuple[int, int, int]]:
    """Return segment, element and component number of each value, component 0 if there are none."""
    return [
        (row, number, place if ":" in element else 0)
        for row, segment in enumerate(text.split("~"))
        for number, element in enumerate(segment.split("*"))
        for place, value in enumerate(element.split(":"), 1)
        if number and value
    ]


def _altered(value: str, *, is_qualifier: bool) -> str:
    """Return another value of the same kind: the last digit or letter is the next one."""
    if is_qualifier:
        return _OTHER_QUALIFIER
    last = value[-1]
    following = "0" if last == "9" else "A" if last == "Z" else chr(ord(last) + 1)
    return value[:-1] + following


def _with_change(text: str, part: tuple[int, int, int]) -> str:
    row, number, place = part
    segments = text.split("~")
    elements = segments[row].split("*")
    components = elements[number].split(":")
    index = max(place - 1, 0)
    qualified = elements[0] in {"NM1", "N1", "REF", "DTP", "DTM", "AMT", "QTY", "LQ"} and number == 1
    is_qualifier = qualified or (elements[0] == "HI" and index == 0)
    components[index] = _altered(components[index], is_qualifier=is_qualifier)
    elements[number] = ":".join(components)
    segments[row] = "*".join(elements)
    return "~".join(segments)


def _read_contents(path: Path, texts: list[str], group: str, version: str) -> list[set[str]]:
    """Return what was loaded, rejected or noted of each transaction, without places and ids."""
    isa = (
        "ISA*00*          *00*          *ZZ*SENDER         "
        "*ZZ*RECEIVER       *260210*0900*^*00501*000000001*0*P*:~"
    )
    head = f"{isa}GS*{group}*S*R*20260210*0900*1*X*{version}~"
    path.write_text(head + "".join(texts) + f"GE*{len(texts)}*1~IEA*1*000000001~")
    ends: list[int] = []
    for text in texts:
        ends.append((ends[-1] if ends else len(head)) + len(text))
    bounds = pl.Series(ends)
    contents: list[set[str]] = [set() for _ in texts]
    for batch in read_x12(path, source_file_id=1):
        frames = {name: frame for name, frame in batch.frames.items() if name not in _ONCE_A_FILE}
        for name, frame in {**frames, "rejected": batch.rejected}.items():
            if "source_offset" not in frame.columns or frame.is_empty():
                continue
            owner = bounds.search_sorted(frame["source_offset"], side="right")
            kept = frame.drop(*_NOT_OF_CONTENT, "record_number", strict=False)
            for index, offset, row in zip(owner, frame["source_offset"], kept.iter_rows(), strict=True):
                if index < len(texts) and (index or offset >= len(head)):
                    contents[index].add(f"{name} {row}")
    return contents


@pytest.mark.parametrize("base", _BASES)
def test_every_element_is_loaded_repeated_or_listed(base: str, tmp_path: Path) -> None:
    kind, group, version, body = _BASES[base]
    text = _transaction(kind, version, body)
    parts = [part for part in _parts(text) if text.split("~")[part[0]][:2] != "SE"]
    contents = _read_contents(
        tmp_path / "a.x12", [text, *(_with_change(text, part) for part in parts)], group, version
    )
    is_loaded = {part: content != contents[0] for part, content in zip(parts, contents[1:], strict=True)}

    path = tmp_path / "one.x12"
    path.write_text(text)
    places = places_not_taken(path)
    listed = set(places.filter(pl.col("repeats") == "")["source_offset"])
    repeated = set(places.filter(pl.col("repeats") != "")["source_offset"])
    assert elements_not_taken(path)["occurrence_count"].sum() == len(listed)
    segments = text.split("~")

    silent = [
        _named(segments, part)
        for part in parts
        if not is_loaded[part] and _offset(text, part) not in listed | repeated
    ]
    loaded = [_named(segments, part) for part in parts if is_loaded[part] and _offset(text, part) in listed]
    assert (silent, loaded) == ([], [])


_ENVELOPE_START = (
    "ISA*00*NONE      *00*NONE      *ZZ*SENDER         *ZZ*RECEIVER       "
    "*260210*0900*^*00501*000000001*0*P*:~"
)
_AROUND = (
    f"{_ENVELOPE_START}TA1*000000007*260209*0900*R*006~GS*FA*S*R*20260210*0900*1*X*005010X231A1~"
    f"{{}}GE*1*1~IEA*1*000000001~"
)


def test_every_element_of_an_envelope_is_loaded_repeated_or_listed(tmp_path: Path) -> None:
    inside = _transaction("999", "005010X231A1", _ACCEPTANCE)
    text = _AROUND.format(inside)
    path = tmp_path / "a.x12"

    def contents(written: str) -> list[str]:
        path.write_text(written)
        batches = list(read_x12(path, source_file_id=1))
        return [f"{name} {rows.rows()}" for batch in batches for name, rows in batch.frames.items()]

    envelope = text.replace(inside, "")
    parts = [
        part
        for part in _parts(envelope)
        if envelope.split("~")[part[0]].split("*")[part[1]] not in {"^", ":"}
    ]
    before = contents(text)
    places = places_not_taken(path).filter(transaction_kind="envelope")
    listed = set(places.filter(pl.col("repeats") == "")["source_offset"])
    repeated = set(places.filter(pl.col("repeats") != "")["source_offset"])
    for part in parts:
        changed = _with_change(envelope, part)
        head = envelope.index("GE*")
        is_loaded = contents(changed[:head] + inside + changed[head:]) != before
        at = _offset(envelope, part)
        at += len(inside) if at >= head else 0
        named = _named(envelope.split("~"), part)
        assert is_loaded or at in listed | repeated, f"{named} is neither loaded nor listed"
        assert not (is_loaded and at in listed), f"{named} is listed and loaded"


def test_every_element_of_a_transaction_that_is_not_loaded_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.x12"
    path.write_text(_AROUND.format(_transaction("834", "005010X220A1", "BGN*00*1*20260210\nINS*Y*18")))
    listed = elements_not_taken(path).filter(transaction_kind="834")
    assert set(listed["element"]) >= {"ST01", "BGN01", "BGN02", "BGN03", "INS01", "INS02", "SE01"}


def _offset(text: str, part: tuple[int, int, int]) -> int:
    row, number, place = part
    segments = text.split("~")
    elements = segments[row].split("*")
    before = [*segments[:row], ""], [*elements[:number], ""], elements[number].split(":")[: max(place - 1, 0)]
    return len("~".join(before[0])) + len("*".join(before[1])) + sum(len(one) + 1 for one in before[2])


def _named(segments: list[str], part: tuple[int, int, int]) -> str:
    return f"{segments[part[0]]}: element {part[1]}, component {part[2]}"


def _elements(path: Path, *lines: str) -> list[tuple[str, str, int]]:
    body = _PROFESSIONAL
    for line in lines:
        body = body.replace(*line.split(" -> "))
    path.write_text(_transaction("837", "005010X222A1", body))
    return elements_not_taken(path).select("element", "place", "occurrence_count").rows()


def test_counts_by_element_and_place(tmp_path: Path) -> None:
    listed = _elements(tmp_path / "a.x12")
    assert ("N403", "billing", 1) in listed
    assert ("N403", "subscriber", 1) in listed
    assert ("REF02", "claim", 1) in listed
    assert not [element for element, _, _ in listed if element in {"CLM01", "SV101-2", "LX01"}]


def test_a_provider_without_npi_is_listed(tmp_path: Path) -> None:
    listed = _elements(tmp_path / "a.x12", "ROWAN****XX*1999999992 -> ROWAN****24*123456784")
    taken = _elements(tmp_path / "b.x12")
    assert sum(count for element, _, count in listed if element == "NM109") == 1 + sum(
        count for element, _, count in taken if element == "NM109"
    )


def test_the_time_of_a_date_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.x12"
    text = _transaction("837", "005010X223A2", _INSTITUTIONAL)
    path.write_text(text.replace("DTP*435*D8*20260101", "DTP*435*DT*202601011435"))
    listed = elements_not_taken(path).filter(element="DTP03 time")
    assert listed.select("segment", "qualifier", "occurrence_count").rows() == [("DTP", "435", 1)]


def test_several_codes_in_one_composite_are_loaded(tmp_path: Path) -> None:
    one = _elements(tmp_path / "a.x12", "HI*ABK:E119*ABF:I10:::::::Y*ABF:J449 -> HI*ABK:E119:ABF:I10")
    assert not [element for element, _, _ in one if element.startswith("HI")]


def test_command_lists_a_file_or_a_loaded_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "claims.x12"
    file.write_text(_transaction("837", "005010X222A1", _PROFESSIONAL))
    folder = tmp_path / "ws"
    workspace = ["-w", str(folder)]
    assert main([*workspace, "init"]) == 0
    capsys.readouterr()
    assert main([*workspace, "files", "segments", "--not-taken", str(file)]) == 0
    assert "N403" in capsys.readouterr().out
    assert main([*workspace, "files", "segments", "--not-taken", str(file), "--json"]) == 0
    by_path = json.loads(capsys.readouterr().out)["not_taken"]
    assert main([*workspace, "files", "load", str(file)]) == 0
    capsys.readouterr()
    assert main([*workspace, "files", "segments", "--not-taken", file.name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["not_taken"] == by_path
    assert main([*workspace, "files", "segments", "--not-taken", "nothing.x12"]) == 2
    assert main([*workspace, "files", "segments"]) == 2
