"""Dollars and evidence that are added to verdicts after they were recorded."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.errors import BadInputError, UsageError
from auditlib.review import ReviewSession, Supplement, read_supplements, record_supplements, verdict_frame
from tests.review.conftest import NOON, add, agree, change

NOTE = "Diabetic nephropathy\nis followed.\nNo problem was managed."
DOCUMENTS = {"E00001": [("E00001:1", NOTE), ("E00001:2", "No problem was managed.")]}


@pytest.fixture
def reviewed(session: ReviewSession) -> ReviewSession:
    for verdict in (
        change("E00001", 1, "E1122"),
        agree("E00001", 2),
        agree("E00001", 3),
        add("E00001", "N183"),
    ):
        session.decide(verdict, recorded_at=NOON)
    session.complete_chart("E00001", recorded_at=NOON)
    return session


def test_dollars_and_evidence_join_a_verdict_of_a_completed_chart(reviewed: ReviewSession) -> None:
    added = [
        Supplement("E00001", "E11.9", Decimal("45.20"), "Diabetic nephropathy is followed."),
        Supplement("E00001", "N183", Decimal(-10)),
    ]
    events = record_supplements(reviewed, added, DOCUMENTS, recorded_at=NOON)
    assert [event.kind for event in events] == ["verdict", "verdict"]
    assert reviewed.is_completed("E00001")
    verdict = reviewed.current_verdict("E00001", 1)
    assert verdict is not None
    assert verdict.corrected is not None
    assert verdict.corrected.code == "E1122"
    assert verdict.payment_difference == Decimal("45.20")
    assert verdict.evidence is not None
    assert verdict.evidence.sentence(NOTE) == "Diabetic nephropathy is followed."
    # What is not given stays: a new amount keeps the sentence.
    record_supplements(reviewed, [Supplement("E00001", "1", Decimal(0))], DOCUMENTS, recorded_at=NOON)
    kept = reviewed.current_verdict("E00001", 1)
    assert kept is not None
    assert (kept.payment_difference, kept.evidence) == (Decimal(0), verdict.evidence)


@pytest.mark.parametrize(
    ("supplement", "said"),
    [
        (Supplement("E00001", "J189", Decimal(1)), "has no verdict on J189"),
        (Supplement("E00001", "I10", Decimal(1)), "agreed with"),
        (Supplement("E00001", "E119", None, "She flew to the moon."), "not in any document"),
        (Supplement("E00001", "E119", None, "No problem was managed."), "in 2 documents"),
        (Supplement("E00001", "E119", None, "Diabetic nephropathy", 2), "not in document 2"),
    ],
)
def test_nothing_is_recorded_where_one_does_not_fit(
    reviewed: ReviewSession, supplement: Supplement, said: str
) -> None:
    fits = Supplement("E00001", "N183", Decimal(5))
    with pytest.raises(UsageError, match=said):
        record_supplements(reviewed, [fits, supplement], DOCUMENTS, recorded_at=NOON)
    assert reviewed.is_completed("E00001")
    assert reviewed.added("E00001")[0].payment_difference is None


def test_a_verdict_named_twice_is_refused(reviewed: ReviewSession) -> None:
    twice = [
        Supplement("E00001", "E119", Decimal(1)),
        Supplement("E00001", "1", None, "Diabetic nephropathy"),
    ]
    with pytest.raises(UsageError, match="named twice"):
        record_supplements(reviewed, twice, DOCUMENTS, recorded_at=NOON)


def test_dollars_go_with_a_withdrawn_or_replaced_verdict(session: ReviewSession) -> None:
    session.decide(change("E00001", 1, "E1122"), recorded_at=NOON)
    record_supplements(session, [Supplement("E00001", "1", Decimal(9))], DOCUMENTS, recorded_at=NOON)
    frame = verdict_frame(session._ledger.events(audit="october"))
    assert frame.select("payment_difference", "payment_difference_basis").rows() == [
        (Decimal("9.00"), "entered by the reviewer")
    ]
    session.decide(change("E00001", 1, "E1121"), recorded_at=NOON)
    replaced = session.current_verdict("E00001", 1)
    assert replaced is not None
    assert replaced.payment_difference is None
    session.withdraw(replaced, recorded_at=NOON)
    assert verdict_frame(session._ledger.events(audit="october")).is_empty()


def test_a_table_of_supplements_is_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "findings.csv"
    path.write_text(
        "encounter_id,code,payment_difference,evidence,document_number\n"
        'E00001,E11.9,"$1,045.20",Seen.,2\nE00001,N183,-3,,\n',
        encoding="utf-8-sig",
    )
    assert read_supplements(path) == [
        Supplement("E00001", "E11.9", Decimal("1045.20"), "Seen.", 2),
        Supplement("E00001", "N183", Decimal("-3.00")),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"encounter_id,payment_difference\nE1,5\n", "no column 'code'"),
        (b"encounter_id,code,dollars\nE1,I10,5\n", "unknown column, 'dollars'"),
        (b"encounter_id,code,payment_difference\nE1,I10,5\nE1,E119,five\n", "row 3 of findings.csv"),
        (b"encounter_id,code,payment_difference\nE1,,5\n", "row 2 of findings.csv"),
        (b"encounter_id,code,payment_difference\nE1,I10,\n", "Neither"),
        (b"encounter_id,code,evidence,document_number\nE1,I10,Seen.,two\n", "row 2"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"", "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_row(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "findings.csv"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=said):
        read_supplements(path)
