"""DX-04, DX-05 and DX-25 against the same rules in plain Python, on random claims."""

from __future__ import annotations

import random

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


# DX-25

RANGES = {"D631": [("N18", "N18")], "Q50": [("I110", "I110"), ("O00", "O07")], "Q501": [("E08", "E13")]}
NOTES = [
    note("D631", "underlying chronic kidney disease (N18.-)"),
    note("Q50", "heart failure due to hypertension (I11.0)"),
    note("Q50", "pregnancy (O00-O07)", 2),
    note("Q501", "diabetes (E08 to E13.-)"),
]


def test_code_first_notes(judge: Judge) -> None:
    coded = ["D631", "Q509", "Q5011", "N186", "N19", "I110", "I119", "O0789", "O08", "E139", "E14", "E119"]
    bills = drawn(coded, seed=7, most=5)
    expected = set()
    for n, codes in bills.items():
        position = {name: codes.index(name) for name in codes}
        for name, own in position.items():
            ranges = [span for stem, spans in RANGES.items() if name.startswith(stem) for span in spans]
            partners = [
                before
                for other, before in position.items()
                if other != name and any(first <= other <= f"{last}~" for first, last in ranges)
            ]
            is_missing = not partners and name == "D631"
            if is_missing or (partners and min(partners) > own):
                expected.add((n, name))
    ref = {"ref.release": [release()], "ref.code_note": NOTES, "ref.code_exclusion": [exclusion()]}
    assert set(judge("DX-25", {**ref, **claims_of(bills)}).of("claim_id", "code")) == expected
    assert len(expected) > 100
