"""A recorded audit replayed leaves the ledger as its reviewer would have, and says what did not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from auditlib.errors import BadInputError
from auditlib.ledger import Ledger
from auditlib.review import (
    RecordedChart,
    ReviewSession,
    UnusedRecord,
    chart_frame,
    read_recorded_verdicts,
    verdict_frame,
)
from auditlib.review.replay import replay
from auditlib.review.stay_verdict import stay_verdict_frame
from tests.review.conftest import WORKLIST

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

COMPLETE = RecordedChart(
    "E00001",
    "Ada",
    (
        {
            "code_number": 1,
            "action": "change",
            "corrected": {
                "code_system": "ICD-10-CM",
                "code": "E11.22",
                "code_role": "principal",
                "poa_indicator": "Y",
                "modifiers": [],
                "unit_count": None,
            },
            "error_kind": "not specific",
            "cause": "coder oversight",
            "comment": "CKD stage 3 in the note of the nephrologist",
        },
        {"code_number": 2, "action": "agree", "corrected": None, "error_kind": None, "comment": None},
        {
            "code_number": 3,
            "action": "delete",
            "error_kind": "unsupported code",
            "cause": "documentation missing",
        },
        {
            "code_number": None,
            "action": "add",
            "corrected": {"code_system": "ICD-10-CM", "code": "N183", "code_role": "secondary"},
            "error_kind": "missed code",
            "cause": "coder oversight",
        },
    ),
)


def test_a_recording_becomes_events_charts_and_verdicts(ledger: Ledger) -> None:
    elsewhere = RecordedChart("E77777", "Ada", ())
    result = replay(
        ledger,
        [elsewhere, COMPLETE],
        audit="october",
        worklist=WORKLIST,
        without_documents=(),
        recorded_at=NOON,
    )
    assert (result.chart_count, result.completed_chart_count, result.verdict_count) == (1, 1, 4)
    assert result.unused == (
        UnusedRecord("E00002", "no verdicts are recorded for it"),
        UnusedRecord("E00003", "no verdicts are recorded for it"),
    )
    assert [event.kind for event in ledger.events()] == ["chart opened", *["verdict"] * 4, "chart completed"]
    assert verdict_frame(ledger.events()).select(
        "code_number", "action", "code", "corrected_code"
    ).rows() == [
        (1, "change", "E119", "E1122"),
        (2, "agree", "I10", None),
        (3, "delete", "99214", None),
        (None, "add", None, "N183"),
    ]
    assert chart_frame(ledger.events())["encounter_id"].to_list() == ["E00001"]
    session = ReviewSession(ledger, audit="october", reviewer="Ada", worklist=WORKLIST, without_documents=())
    assert session.encounter_id == "E00002"


def test_verdicts_on_a_stay_come_with_their_chart_and_one_that_does_not_fit_is_named(ledger: Ledger) -> None:
    stay = {"fact": "DRG", "action": "change", "billed": "193", "corrected": "194", "cause": "coder rule"}
    priced = {**stay, "payment_difference": "1200.00", "payment_origin": "schedule: DRG 194"}
    result = replay(
        ledger,
        [replace(COMPLETE, stays=(priced, {**stay, "fact": "discharge status"}))],
        audit="october",
        worklist=WORKLIST,
        without_documents=(),
        recorded_at=NOON,
        stays={"E00001": {"DRG": "193"}},
    )
    assert result.completed_chart_count == 1
    assert next(one.reason for one in result.unused if one.encounter_id == "E00001").startswith(
        "recorded verdict on the discharge status: "
    )
    (judged,) = stay_verdict_frame(ledger.events()).iter_rows(named=True)
    assert (judged["corrected_code"], judged["payment_difference"]) == ("194", Decimal("1200.00"))


def test_replaying_again_adds_nothing(ledger: Ledger) -> None:
    partly = RecordedChart("E00001", "Grace", COMPLETE.verdicts[:2])
    first = replay(
        ledger, [COMPLETE, partly], audit="october", worklist=WORKLIST, without_documents=(), recorded_at=NOON
    )
    head = ledger.verify()
    again = replay(
        ledger, [COMPLETE, partly], audit="october", worklist=WORKLIST, without_documents=(), recorded_at=NOON
    )
    assert again == first
    assert ledger.verify() == head


def test_what_does_not_fit_is_not_loaded_with_its_reason(ledger: Ledger) -> None:
    recorded = RecordedChart(
        "E00001",
        "Ada",
        (
            {"code_number": 1, "action": "agree"},
            {"code_number": 8, "action": "agree"},
            {"code_number": 2, "action": "approve"},
            {"code_number": 3, "action": "change", "corrected": "99213"},
        ),
    )
    result = replay(
        ledger, [recorded], audit="october", worklist=WORKLIST, without_documents=(), recorded_at=NOON
    )
    assert (result.completed_chart_count, result.verdict_count) == (0, 1)
    assert [entry.reason for entry in result.unused if entry.encounter_id == "E00001"] == [
        "recorded verdict 2: To agree a code, the code_system is needed.",
        "recorded verdict 3: The action is not a known one.",
        "recorded verdict 4: The corrected code cannot be read.",
        "no verdict on code 2, 3, so the chart is not completed",
    ]


def test_a_recorded_audit_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "recorded_verdicts.ndjson"
    verdicts = [{"code_number": 1, "action": "agree"}]
    good = json.dumps({"encounter_id": "E1", "reviewer": "Ada", "verdicts": verdicts})
    no_verdict = json.dumps({"encounter_id": "E1", "reviewer": "Ada", "verdicts": [1]})
    path.write_text(f'{good}\n\n{{\n[1]\n{{"encounter_id": 3}}\n{no_verdict}')
    recorded = read_recorded_verdicts(path)
    assert recorded.charts == (RecordedChart("E1", "Ada", ({"code_number": 1, "action": "agree"},)),)
    assert [entry.reason for entry in recorded.unused] == [
        f"line {n} of recorded_verdicts.ndjson is not a recorded chart" for n in (3, 4, 5, 6)
    ]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "recorded_verdicts.ndjson"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInputError, match="cannot be read"):
        read_recorded_verdicts(path)
