"""A ground that a user states is that of all lines of the claim, and of no other claim."""

from __future__ import annotations

import datetime as dt

import polars as pl

from auditlib.measures.stated_grounds import with_stated_grounds
from auditlib.review.claim_entries import ClaimKey
from auditlib.review.denial_work import WorkState

LINES = pl.DataFrame(
    {
        "claim_id": [1, 1, 2, 3],
        "patient_control_number": ["A1", "A1", "A1", "A2"],
        "payer_id": ["P1", "P1", "P2", "P1"],
        "from_date": [dt.date(2026, 1, 5), dt.date(2026, 1, 5), dt.date(2026, 1, 5), None],
        "stated_ground": ["not stated", "medical necessity", "not stated", "not stated"],
    }
)


def test_the_ledger_states_the_ground_of_one_claim() -> None:
    work = {
        ClaimKey("A1", "P1", "2026-01-05"): WorkState(stated_ground="clinical validation"),
        ClaimKey("A2", "P1", ""): WorkState(stated_ground="coding downgrade"),
        ClaimKey("A1", "P2", "2026-01-05"): WorkState(assignee="Wenger"),
    }
    stated = with_stated_grounds(LINES, work)
    assert stated.columns == LINES.columns
    assert stated["stated_ground"].to_list() == [
        "clinical validation",
        "clinical validation",
        "not stated",
        "coding downgrade",
    ]


def test_without_a_word_of_the_user_the_remarks_stand() -> None:
    assert with_stated_grounds(LINES, {}).equals(LINES)
