"""DX-04, DX-05, DX-06 and DX-25 against the same rules in plain Python, on random claims."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from functools import cache

from tests.checks import test_dx_06
from tests.checks.cases import Judge, claim, code, diagnoses, release
from tests.checks.test_first_listed import exclusion, note

CLAIM_COUNT = 300


def drawn(codes: list[str], seed: int, most: int) -> dict[int, list[str]]:
    """Return the codes of each claim, the first of them its principal diagnosis."""
    draw = random.Random(seed)
    return {n: draw.choices(codes, k=draw.randint(1, most)) for n in range(1, CLAIM_COUNT + 1)}


def claims_of(bills: dict[int, list[str]]) -> dict[str, list[dict[str, object]]]:
    rows = [
        row
        for n, codes in bills.items()
        for row in (
            *diagnoses(codes[0], claim_id=n, role="principal"),
            *diagnoses(*codes[1:], claim_id=n, start=2),
        )
    ]
    return {"core.claim": [claim(n) for n in bills], "core.claim_diagnosis": rows}


# DX-04

STEMS = {"S72001": "ADS", "T1490X": "AD", "W19XXX": "A", "S7200X": "B"}
WHOLE = {"I10", "E119"}


def wrong_form(name: str) -> bool:
    valid = {stem + character for stem, characters in STEMS.items() for character in characters}
    if name in valid | WHOLE:
        return False
    if len(name) == 7:
        return name[:6] in STEMS or name[:6].rstrip("X") in WHOLE
    without_last = name[:-1].ljust(6, "X") + name[-1]
    return name.ljust(6, "X") in STEMS or (len(name) > 3 and without_last in valid)


def test_forms_of_codes(judge: Judge) -> None:
    draw = random.Random(4)
    shapes = [*STEMS, *WHOLE, "T1490", "W19", "W19X", "S7200", "T149", "I10XXX", "E119XX"]
    named = [draw.choice(shapes) + draw.choice(["", "", "A", "B", "D", "K", "X"]) for _ in range(400)]
    bills = drawn([name for name in named if len(name) <= 7], seed=5, most=6)
    ref = {
        "ref.release": [release()],
        "ref.code": [
            *(code(stem + character) for stem, characters in STEMS.items() for character in characters),
            *map(code, sorted(WHOLE)),
        ],
    }
    expected = {
        (n, position)
        for n, codes in bills.items()
        for position, name in enumerate(codes, start=1)
        if wrong_form(name)
    }
    assert set(judge("DX-04", {**ref, **claims_of(bills)}).of("claim_id", "item_number")) == expected
    assert len(expected) > 100


# DX-05


def phase(name: str) -> str:
    return "active" if name[6] in "ABC" else "sequela" if name[6] == "S" else "later"


def test_phases_of_care(judge: Judge) -> None:
    injuries = [stem + character for stem in ("S72001", "S72002", "T1490X") for character in "ABDKS"]
    bills = drawn([*injuries, "Z4789", "Z4802", "E119"], seed=6, most=4)
    expected = set()
    for n, codes in bills.items():
        first = {name: codes.index(name) for name in codes}
        for name, position in first.items():
            if len(name) < 7:
                continue
            contradicts = any(
                len(other) == 7
                and other[:6] == name[:6]
                and phase(other) != phase(name)
                and before < position
                for other, before in first.items()
            )
            aftercare = codes[0][:3] in {"Z47", "Z48"} and phase(name) == "active"
            if contradicts or aftercare or (phase(name) == "sequela" and position == 0):
                expected.add((n, name))
    assert set(judge("DX-05", claims_of(bills)).of("claim_id", "code")) == expected
    assert len(expected) > 100


# DX-06

LAST_YEAR = {"first": dt.date(2024, 10, 1), "last": dt.date(2025, 9, 30)}


@dataclass(frozen=True)
class Bar:
    """One Excludes1 note: where it stands, what it governs and what it names, by release."""

    place: str
    governed: str
    named: str
    number: int = 1
    releases: tuple[str, ...] = ("FY2025", "FY2026")

    def preference(self, *, is_under_lesser: bool) -> tuple[object, ...]:
        first, _, last = self.governed.partition("-")
        later_first = [-ord(character) for character in first]
        return bool(last), -len(first), later_first, self.place, self.number, not is_under_lesser


@cache
def governs(bar: Bar, name: str, release_name: str) -> bool:
    return within(name, bar.governed) and not any(
        within(name, other.named)
        for other in BARS
        if (other.place, other.number) == (bar.place, bar.number) and release_name in other.releases
    )


@cache
def within(name: str, span: str) -> bool:
    first, _, last = span.partition("-")
    return first <= name <= f"{last or first}~" if last else name.startswith(first)


BARS = (
    Bar("A15-A19", "A15-A19", "J60-J65"),
    Bar("A15-A19", "A15-A19", "E11", 2),
    Bar("A17", "A17", "J628"),
    Bar("A17", "A17", "E1010", 2, ("FY2025",)),
    Bar("chapter 10", "J00-J99", "E11", 1, ("FY2026",)),
    Bar("J60-J65", "J60-J65", "E11"),
    Bar("J60-J65", "J60-J65", "A17", 2, ("FY2026",)),
    Bar("J62", "J62", "R074"),
    Bar("E08", "E08-E083", "E10"),
    Bar("E083", "E083", "A19"),
    Bar("E11", "E11", "E10", 1, ("FY2025",)),
    Bar("E11", "E11", "E0839", 1, ("FY2026",)),
    Bar("E11", "E11", "R05", 2),
    Bar("E10", "E10", "E11", 2, ("FY2026",)),
    Bar("E10", "E10", "R00-R99", 3, ("FY2025",)),
    Bar("E10", "E1010", "R00-R99", 3, ("FY2026",)),
    Bar("E10", "E10", "R07", 4, ("FY2025",)),
    Bar("E10", "E10", "E1010", 4, ("FY2025",)),
    Bar("E10", "E10", "S72", 4, ("FY2026",)),
    Bar("E08-E13", "E08-E13", "R00-R99", 1, ("FY2026",)),
    Bar("R00-R99", "R00-R99", "R05"),
    Bar("R00-R99", "R00-R99", "R07", 2),
    Bar("R05", "R05", "S72001A", 1, ("FY2026",)),
    Bar("S72", "S72", "R074", 1, ("FY2025",)),
    Bar("S72", "S72", "E1165", 2, ("FY2025",)),
    Bar("S72", "S7200", "R074", 1, ("FY2026",)),
    Bar("S70-S79", "S70-S79", "R00-R99", 1, ("FY2026",)),
    Bar("S72001", "S72001", "J59"),
    Bar("S72001A", "S72001A", "J66"),
)
BARRED_CODES = (
    *("A14", "A15", "A179", "A190", "A20", "J59", "J60", "J628", "J65", "J659", "J66", "R00", "R051", "R074"),
    *(
        "E08",
        "E082",
        "E0839",
        "E084",
        "E1010",
        "E109",
        "E1165",
        "E12",
        "S72001A",
        "S72001D",
        "S7200",
        "S729",
        "R99",
    ),
)


def test_excludes1_notes(judge: Judge) -> None:
    bills = drawn(list(BARRED_CODES), seed=8, most=6)
    year_of = {n: "FY2026" if n % 2 else "FY2025" for n in bills}
    rows = [
        {
            **test_dx_06.exclusion(bar.governed, bar.named, number=bar.number, of=year),
            "code": bar.place,
        }
        for bar in BARS
        for year in bar.releases
    ]
    texts = {
        (bar.place, bar.number, year): f"{bar.place} {bar.number} of {year}"
        for bar in BARS
        for year in bar.releases
        if bar.place != "R00-R99"
    }
    expected = []
    for n, codes in bills.items():
        first = {name: codes.index(name) + 1 for name in codes}
        for lesser, greater in ((a, b) for a in first for b in first if a < b):
            notes = [
                (bar.preference(is_under_lesser=bearer == lesser), bar, bearer, other)
                for bar in BARS
                for bearer, other in ((lesser, greater), (greater, lesser))
                if year_of[n] in bar.releases
                and governs(bar, bearer, year_of[n])
                and within(other, bar.named)
            ]
            if notes:
                _, bar, bearer, other = min(notes, key=lambda found: found[0])
                place = bar.place if len(bar.place) <= 3 or not bar.place.isalnum() else None
                said = texts.get((bar.place, bar.number, year_of[n]), "the two are not coded together")
                shown = place or f"{bar.place[:3]}.{bar.place[3:]}"
                detail = f"Excludes1 note at {shown}: {said}"
                expected.append((n, first[bearer], bearer, other, detail, year_of[n]))
    given = claims_of(bills)
    for row in given["core.claim"]:
        if year_of[int(str(row["claim_id"]))] == "FY2025":
            row["from_date"] = row["to_date"] = dt.date(2025, 1, 15)
    ref = {
        "ref.release": [release(), release("FY2025", **LAST_YEAR)],
        "ref.code_exclusion": rows,
        "ref.code_note": [
            {
                "code_system": "ICD-10-CM",
                "code": place,
                "note_kind": "excludes1",
                "note_number": number,
                "note_text": text,
                "release": year,
            }
            for (place, number, year), text in texts.items()
        ],
    }
    result = judge("DX-06", {**ref, **given})
    assert result.eligible_count == sum(
        len(set(codes)) * (len(set(codes)) - 1) // 2 for codes in bills.values()
    )
    found = result.of("claim_id", "item_number", "code", "related_code", "detail", "release")
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert len({(row[2], row[3], row[5]) for row in expected}) > 60


# DX-25

Ranges = dict[str, list[tuple[str, str]]]
RANGES: dict[str, Ranges] = {
    "FY2026": {"D631": [("N18", "N18")], "Q50": [("I110", "I110"), ("O00", "O07")], "Q501": [("E08", "E13")]},
    "FY2025": {
        "D631": [("N18", "N18")],
        "Q50": [("E08", "E13")],
        "Q501": [("N18", "N18")],
        "N19": [("I110", "I110")],
    },
}
WANTED = {"FY2026": {"D631"}, "FY2025": {"N19"}}
NOTES = [
    note("D631", "underlying chronic kidney disease (N18.-)"),
    note("Q50", "heart failure due to hypertension (I11.0)"),
    note("Q50", "underlying pregnancy (O00-O07)", 2),
    note("D631", "diabetes (E08 to E13.-)", kind="use additional"),
    note("Q501", "diabetes (E08 to E13.-)"),
    *(
        {**row, "release": "FY2025"}
        for row in (
            note("D631", "underlying chronic kidney disease, if known (N18.-)"),
            note("Q50", "diabetes (E08 to E13.-)"),
            note("Q501", "kidney disease (N18.-)"),
            note("N19", "underlying hypertension (I11.0)"),
        )
    ),
]


def test_code_first_notes(judge: Judge) -> None:
    coded = ["D631", "Q509", "Q5011", "N186", "N19", "I110", "I119", "O0789", "O08", "E139", "E14", "E119"]
    bills = drawn(coded, seed=7, most=5)
    expected = set()
    year_of = {n: "FY2026" if n % 2 else "FY2025" for n in bills}
    for n, codes in bills.items():
        position = {name: codes.index(name) for name in codes}
        year = year_of[n]
        for name, own in position.items():
            ranges = [span for stem, spans in RANGES[year].items() if name.startswith(stem) for span in spans]
            partners = [
                (before, other)
                for other, before in position.items()
                if other != name and any(first <= other <= f"{last}~" for first, last in ranges)
            ]
            if not partners and name in WANTED[year]:
                expected.add((n, name, None, year))
            if partners and min(partners)[0] > own:
                expected.add((n, name, min(partners)[1], year))
    given = claims_of(bills)
    for row in given["core.claim"]:
        if year_of[int(str(row["claim_id"]))] == "FY2025":
            row["from_date"] = row["to_date"] = dt.date(2025, 1, 15)
    ref = {
        "ref.release": [release(), release("FY2025", **LAST_YEAR)],
        "ref.code_note": NOTES,
        "ref.code_exclusion": [exclusion(), {**exclusion(), "release": "FY2025"}],
    }
    found = judge("DX-25", {**ref, **given}).of("claim_id", "code", "related_code", "release")
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert len(expected) > 100
