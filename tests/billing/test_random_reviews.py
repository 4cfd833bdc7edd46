"""Random reviews, exported and read back: equal to the verified codes, or held back with the reason."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.billing.claim_file import claim_file_text
from auditlib.billing.correction import CorrectedClaim, correct_claim
from auditlib.billing.differences import differences
from auditlib.billing.original import OriginalClaim, read_original_claims
from auditlib.embedded import embedded_folder
from auditlib.sources.x12 import read_x12
from tests.billing.random_reviews import (
    FRONT_ROLES,
    Billed,
    Expected,
    expected,
    original_of,
    random_claim,
    random_review,
    settings_of,
    verified_codes_of,
)
from tests.billing.test_round_trip import accepts

MADE_ON = dt.date(2026, 3, 1)
SHORT, WHOLE = 150, 1_500
ABOUT = ("frequency_code", "original_reference_number", "charge_amount", "drg_code")
HELD_FOR = {
    "POA": "two POA indicators",
    "principal": "principal diagnos",
    "room": "has room for",
    "same procedure": "on the claim on the same day",
    "no service": "No service is left",
    "equal lines": "with the same modifiers on one day",
}


def models() -> dict[str, OriginalClaim]:
    """Return a claim of each form whose loops the random ones take: of a patient who is the subscriber."""
    found = {}
    for form in "PI":
        path = embedded_folder("data") / "claims" / f"837{form}_2025-11.edi"
        (batch,) = read_x12(path, source_file_id=1)
        offsets = batch.frames["claim"].filter(payer_sequence="P")["source_offset"].to_list()
        found[form] = next(
            one
            for one in read_original_claims(path, offsets)
            if not one.patient and not any(values[0][0] == "SBR" for values in one.claim)
        )
    return found


def exported(seed: int, count: int) -> list[tuple[Billed, Expected, CorrectedClaim]]:
    draw = random.Random(seed)
    loops = models()
    done = []
    for number in range(count):
        billed = random_claim(draw, number)
        review = random_review(draw, billed)
        wanted = expected(billed, review)
        names = [code for role, code, _ in wanted.diagnoses if role in FRONT_ROLES]
        claim = correct_claim(
            original_of(billed, loops[billed.form]),
            verified_codes_of(billed, review),
            purpose="replacement",
            supplement=settings_of(names[:2]),
        )
        done.append((billed, wanted, claim))
    return done


@pytest.mark.parametrize("count", [SHORT, pytest.param(WHOLE, marks=pytest.mark.slow)])
def test_random_reviews_read_back_as_the_verified_codes_of_their_charts(tmp_path: Path, count: int) -> None:
    done = exported(seed=count, count=count)
    for billed, wanted, claim in done:
        said = " ".join(gap.reason for gap in claim.gaps)
        assert bool(wanted.held) == bool(said), (billed, wanted.held, said)
        assert HELD_FOR.get(wanted.held, "") in said
    ready = [(billed, wanted, claim) for billed, wanted, claim in done if not wanted.held]
    assert len(ready) > count // 2
    assert {wanted.held for _, wanted, _ in done} >= {"POA", "principal", "equal lines"}
    assert differences([claim for *_, claim in ready]) == [()] * len(ready)
    text = claim_file_text([claim for *_, claim in ready], control_number=7, made_on=MADE_ON)
    is_accepted, report = accepts(text)
    assert is_accepted, report[:2_000]
    path = tmp_path / "out.edi"
    path.write_bytes(text.encode("latin-1"))
    assert dict(read_claims(path)) == {billed.number: as_read(wanted) for billed, wanted, _ in ready}


Said = tuple[object, ...]


def as_read(wanted: Expected) -> Said:
    """Return what the reader must say of a claim."""
    roles = ["principal", "admitting", "reason for visit", "external cause", "secondary"]
    diagnoses = sorted(wanted.diagnoses, key=lambda one: roles.index(one[0]))
    total = sum(line[3] for line in wanted.lines)
    return ("7", "ICN-1", Decimal(total) / 100, wanted.drg, diagnoses, wanted.procedures, wanted.lines)


def read_claims(path: Path) -> list[tuple[str, Said]]:
    """Return each claim of a file as the reader has it."""
    batches = list(read_x12(path, source_file_id=1))
    assert [batch.rejected.height for batch in batches] == [0] * len(batches)
    found: dict[int, tuple[str, list[object], list[object], list[object], list[object], dict[int, str]]] = {}
    for batch in batches:
        frames = batch.frames
        for row in frames["claim"].iter_rows(named=True):
            about = [row[name] for name in ABOUT]
            found[row["claim_id"]] = (row["patient_control_number"], about, [], [], [], {})
        for row in frames["claim_diagnosis"].iter_rows(named=True):
            one = found[row["claim_id"]]
            one[2].append((row["code_role"], row["code"], row["poa_indicator"]))
            one[5][row["pointer_number"]] = row["code"]
        for row in frames["claim_procedure"].iter_rows(named=True) if "claim_procedure" in frames else ():
            found[row["claim_id"]][3].append((row["code"], row["procedure_date"]))
        for row in frames["claim_line"].iter_rows(named=True):
            one = found[row["claim_id"]]
            modifiers = tuple(filter(None, (row[f"modifier_{place}"] for place in range(1, 5))))
            numbers = [row[f"diagnosis_pointer_{place}"] for place in range(1, 5)]
            pointed = tuple(one[5][number] for number in numbers if number is not None)
            assert len(numbers) - numbers.count(None) == len(pointed)
            cents = int(row["charge_amount"] * 100)
            one[4].append((row["code"], modifiers, int(row["unit_count"]), cents, pointed))
    return [
        (number, (*about, diagnoses, procedures, lines))
        for number, about, diagnoses, procedures, lines, _ in found.values()
    ]
