"""Which elements of a transaction the readers take, and which repeat what another place says.

One line a segment: its place, the entity above it (NM101 or N101) where only that one's is taken, the segment
with its qualifier, and the elements. ``first`` is a segment of which a place has one; more of them are not
taken. After ``=`` stands what the elements of the line repeat, so that nothing is lost with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

_EVERY = """
* | ST | 1 2 3
* | SE | 1 2
"""

_ENVELOPE = """
* | ISA | 6 8 9 12 13 15
* | ISA | 11 16 = the separators that the file is written with
* | IEA | 1 2
* | GS | 1 2 3 4 6 8
* | GE | 1 2
* | TA1 | 1 4 5
"""

_837 = f"""{_EVERY}
header | BHT | 3 4
* | HL | 1 2 3 4 = the order of the levels, and who is named in them
billing | CUR | 2
billing | first NM1*85 | 1 8 9
billing | PRV*BI | 1 3
billing 85 | REF*EI | 1 2
billing 85 | REF*SY | 1 2
subscriber, insured | SBR | 1 9
subscriber | NM1*IL | 1 3 4 9
insured | NM1*IL | 1 9
subscriber, insured | NM1*PR | 1 3 9
subscriber, patient | DMG | 2 3
patient | NM1*QC | 1 3 4
claim | CLM | 1 2 5-1 5-3 19
claim | CLM | 5-2 = the form that SV1, SV2 or SV3 shows
claim | first DTP*434 | 1 3
claim | first DTP*472 | 1 3
claim | first DTP*435 | 1 3
claim, other payer, line, decision | DTP | 2 = the length of the date
subscriber, patient | DMG | 1 = the length of the date
claim | first REF*F8 | 1 2
claim | first CL1 | 3
claim | first NM1*71 | 1 8 9
claim | first NM1*82 | 1 8 9
claim | first PRV*AT | 1 3
claim | first PRV*PE | 1 3
claim | HI*diagnosis | n-1 n-2 n-9
claim | HI*procedure | n-1 n-2 n-4
claim | HI*condition or value | n-1 n-2 n-4 n-5
claim | HI*DR | n-1 n-2
claim | HI | n-3 = the length of the date
claim, other payer, line, decision | AMT | 1 2
claim, other payer, line, decision | QTY | 1 2
other payer | SBR | 1 2 3 5 9
other payer | first NM1*PR | 1 3 9
other payer | first REF*F8 | 1 2
other payer | first OI | 3 6
other payer | first DTP*573 | 1 3
other payer | MIA | 1-24
other payer | MOA | 1-9
other payer, line, decision | CAS | 1-19
line | LX | 1 = the order of the lines
line | SV1 | 1-1 1-2 1-3 1-4 1-5 1-6 2 3 4 5 7-1 7-2 7-3 7-4
line | SV2 | 1 2-1 2-2 2-3 2-4 2-5 2-6 3 4 5
line | SV3 | 1-1 1-2 1-3 1-4 1-5 1-6 2 3 4-1 4-2 4-3 4-4 4-5 6 11-1 11-2 11-3 11-4
line | TOO | 2 3-1 3-2 3-3 3-4 3-5
line | first DTP*472 | 1 3
line | first REF*6R | 1 2
line | first LIN | 2 3
line | first CTP | 4 5-1
decision | SVD | 1 2 3-1 3-2 3-3 3-4 3-5 3-6 4 5 6
decision | first DTP*573 | 1 3
"""

_835 = f"""{_EVERY}
header | first BPR | 2 16
header | first TRN | 2
header | first CUR | 2
header | first DTM*405 | 1 2 = the date of payment in BPR16
header | first N1*PR | 1 2 4
header | first N1*PE | 1 3 4
header | first REF*TJ | 1 2
header | first REF*2U | 1 2 = the payer's number in N104
header, payment, line | LX | 1 = the order of the claim payments
* | TS3 | 1-5
* | TS2 | 1-19
payment | CLP | 1 2 3 4 5 6 7 8 9 11
payment | first NM1*QC | 1 3 4 9
payment | first NM1*IL | 1 9 = the member number in NM1*QC
payment | first NM1*TT | 1 3 9
payment | first DTM*232 | 1 2
payment | first DTM*233 | 1 2
payment | first DTM*050 | 1 2
payment, line | CAS | 1-19
payment, line | AMT | 1 2
payment, line | QTY | 1 2
payment | MIA | 1-24
payment | MOA | 1-9
line | SVC | 1-1 1-2 1-3 1-4 1-5 1-6 2 3 4 5 6-2 7
line | first DTM*472 | 1 2
line | first DTM*150 | 1 2
line | first DTM*151 | 1 2
line | first REF*6R | 1 2
line | LQ*HE | 1 2
* | PLB | 1 2 3-1 3-2 4 5-1 5-2 6 7-1 7-2 8 9-1 9-2 10 11-1 11-2 12 13-1 13-2 14
"""

_277 = f"""{_EVERY}
header | BHT | 4
* | HL | 1 2 3 4 = the order of the levels, and who is named in them
source | NM1*PR | 1 9 3
source | NM1*AY | 1 9 3
receiver | NM1*41 | 1 9
provider | NM1*85 | 1 9
provider | NM1*1P | 1 9
receiver answer | TRN | 1 2
answer | TRN | 2
answer | TRN | 1 = whose number it is, which the level says
receiver answer, answer | first REF*EJ | 1 2
receiver answer, answer | first REF*1K | 1 2
receiver answer, answer | first REF*D9 | 1 2
receiver answer, answer | first REF*BLT | 1 2
receiver answer, answer, line | first DTP*472 | 1 3
receiver answer, answer, line | DTP | 2 = the length of the date
* | STC | 1-1 1-2 1-3 2 3 4 5 10-1 10-2 10-3 11-1 11-2 11-3 12
line | SVC | 1-2 2
line | first REF*FJ | 1 2
"""

_999 = f"""{_EVERY}
* | AK1 | 1 2 3
* | AK2 | 1 2 3
* | IK3 | 1 2 3 4
* | AK3 | 1 2 3 4
* | IK4 | 1-1 1-2 3
* | AK4 | 1-1 1-2 3
* | IK5 | 1 2 3 4 5 6
* | AK5 | 1 2 3 4 5 6
* | AK9 | 1 2 3 4 5 6 7 8 9
"""

ENVELOPE = "envelope"
"""Stands for a kind of transaction: the segments around transactions, and TA1."""

_DECLARED = {"837": _837, "835": _835, "277": _277, "999": _999, "997": _999, ENVELOPE: _ENVELOPE}


class ElementPlace(NamedTuple):
    """Where an element stands: its place, the entity above it, its segment, qualifier and number."""

    place: str
    entity: str
    segment: str
    qualifier: str
    element: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Elements of a segment that are taken, or that repeat another place.

    Attributes
    ----------
    places, entity
        Where the segment stands; ``*`` is anywhere, an empty entity is any.
    segment, qualifier
        Its identifier and first element (of HI the kind of code); an empty qualifier is any.
    elements
        As ``3`` and ``5-1``.
    first_only
        True if more of them in one place are not taken.
    repeats
        What the elements repeat, empty if they are taken themselves.
    """

    places: frozenset[str]
    entity: str
    segment: str
    qualifier: str
    elements: frozenset[str]
    first_only: bool
    repeats: str

    def holds(self, at: ElementPlace) -> bool:
        """Return True if the element is one of these."""
        return (
            self.segment == at.segment
            and at.element in self.elements
            and self.qualifier in {"", at.qualifier}
            and self.entity in {"", at.entity}
            and (at.place in self.places or "*" in self.places)
        )


@cache
def taken_elements(kind: str) -> tuple[Taken, ...]:
    """Return what is taken of a kind of transaction or of `ENVELOPE`; of a kind not loaded, nothing."""
    return tuple(_taken(line) for line in _DECLARED.get(kind, "").splitlines() if line)


def _taken(line: str) -> Taken:
    place, name, elements = (part.strip() for part in line.split("|"))
    words = place.rsplit(" ", 1)
    entity = words[1] if len(words) > 1 and words[1].isdigit() else ""
    places = frozenset(place.removesuffix(entity).strip().split(", "))
    first_only = name.startswith("first ")
    segment, _, qualifier = name.removeprefix("first ").partition("*")
    listed, _, repeats = (part.strip() for part in elements.partition("="))
    return Taken(places, entity, segment, qualifier, _numbers(segment, listed), first_only, repeats)


def _numbers(segment: str, listed: str) -> frozenset[str]:
    """Return the elements; of segments without composites ``1-19`` is all from 1 to 19."""
    if segment in {"CAS", "MIA", "MOA", "TS2", "TS3"}:
        first, last = listed.split("-")
        return frozenset(str(number) for number in range(int(first), int(last) + 1))
    return frozenset(listed.split())
