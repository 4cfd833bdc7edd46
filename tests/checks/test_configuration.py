"""Severity and switches by payer, setting and day; mistakes are refused with their line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.checks.configuration import CheckSetting, apply_configuration, read_configuration
from auditlib.errors import BadInputError
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.warehouse import Warehouse
from tests.checks.reading import table
from tests.tables import fill

KNOWN = {"DX-13", "DX-06"}
ENTRY = """[[rule]]
check = "DX-13"
severity = "R"
payer = "P01"
setting = "professional"
from = 2026-01-01
to = 2026-06-30
because = "the payer takes it"
"""


def read(folder: Path, text: str) -> tuple[CheckSetting, ...]:
    (folder / "checks.toml").write_text(text, encoding="utf-8")
    return read_configuration(folder, KNOWN)


def test_a_setting_is_read(tmp_path: Path) -> None:
    [setting] = read(tmp_path, "# a comment\n" + ENTRY)
    assert setting == CheckSetting(
        check_id="DX-13",
        severity="R",
        payer_id="P01",
        claim_setting="professional",
        first_day=dt.date(2026, 1, 1),
        last_day=dt.date(2026, 6, 30),
        reason="the payer takes it",
        line=2,
    )
    assert read_configuration(tmp_path / "elsewhere", KNOWN) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("DX-13", "DX-14", "line 2: there is no check 'DX-14'"),
        ("check =", "chek =", "line 2: 'chek' is no key"),
        ('check = "DX-13"\n', "", "line 1: the entry names no check"),
        ('"R"', '"X"', "line 3: the severity is 'X'"),
        ('severity = "R"', "run = true", "line 3: run is not false"),
        ('severity = "R"\n', "", "line 2: it is not said what changes"),
        ('severity = "R"', 'severity = "R"\nrun = false', "line 2: it is not said what changes"),
        ('"P01"', "1", "line 4: payer is no text"),
        ("professional", "clinic", "line 5: the setting is 'clinic'"),
        ("2026-01-01", '"2026-01-01"', "line 6: from is no day"),
        ("2026-06-30", "2025-06-30", "line 7: its last day is before its first"),
        ('because = "the payer takes it"\n', "", "line 2: it is not said why"),
        ("[[rule]]", "[rule]", "rule, which is no list"),
        ("[[rule]]", "[[rules]]", "has rules, which is no list"),
        ('"R"', '"R', "is no TOML"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in ENTRY
    with pytest.raises(BadInputError, match=message) as caught:
        read(tmp_path, ENTRY.replace(old, new, 1))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "is_refused"),
    [
        ("2026-01-01", "2026-06-30", True),
        ("2026-01-01\nto = 2026-06-30", "2026-07-01", False),
        ("P01", "P02", False),
        ("professional", "dental", False),
        ("DX-13", "DX-06", False),
    ],
)
def test_days_of_one_check_payer_and_setting_do_not_overlap(
    tmp_path: Path,
    old: str,
    new: str,
    is_refused: bool,  # noqa: FBT001
) -> None:
    both = ENTRY + ENTRY.replace(old, new, 1)
    if is_refused:
        with pytest.raises(BadInputError, match="line 9: its days overlap those of the entry in line 1"):
            read(tmp_path, both)
    else:
        assert len(read(tmp_path, both)) == 2


def setting(severity: str | None = "R", **columns: object) -> CheckSetting:
    neutral: dict[str, object] = {
        "check_id": "DX-13",
        "severity": severity,
        "payer_id": None,
        "claim_setting": None,
        "first_day": None,
        "last_day": None,
        "reason": "why",
        "line": 1,
    }
    return CheckSetting(**(neutral | columns))  # type: ignore[arg-type]


def applied(warehouse: Warehouse, *settings: CheckSetting) -> tuple[list[str], tuple[object, ...]]:
    """Severities of the findings that are left, and what the summary says."""
    claims = [
        {"claim_id": 1, "form": "P", "payer_id": "P01"},
        {"claim_id": 2, "form": "I", "payer_id": "P02", "type_of_bill": "0111"},
        {"claim_id": 3, "form": "I", "payer_id": "P02", "type_of_bill": "131"},
    ]
    findings = [
        {
            "check_id": "DX-13",
            "finding_number": number,
            "claim_id": number if number < 4 else None,
            "severity": "F",
            "service_date": dt.date(2026, number, 1),
        }
        for number in range(1, 5)
    ]
    summary = {
        "check_id": "DX-13",
        "severity": "F",
        "outcome": "failed",
        "eligible_count": 9,
        "finding_count": 4,
        "not_checked_count": 1,
    }
    fill(
        warehouse,
        {"core.claim": claims, "mart.finding": findings, "mart.finding_summary": [summary]},
    )
    with warehouse.writing() as writer:
        apply_configuration(writer, settings)
    row = table(warehouse, FINDING_SUMMARY).row(0, named=True)
    counts = ("outcome", "eligible_count", "finding_count", "not_checked_count")
    return table(warehouse, FINDING)["severity"].to_list(), tuple(row[name] for name in counts)


UNCHANGED = ("failed", 9, 4, 1)


@pytest.mark.parametrize(
    ("settings", "severities"),
    [
        ([], "FFFF"),
        ([{}], "RRRR"),
        ([{"check_id": "DX-06"}], "FFFF"),
        ([{"payer_id": "P02"}], "FRRF"),
        ([{"claim_setting": "professional"}], "RFFF"),
        ([{"claim_setting": "inpatient"}], "FRFF"),
        ([{"claim_setting": "institutional"}], "FRRF"),
        ([{"claim_setting": "not billed"}], "FFFR"),
        ([{"first_day": dt.date(2026, 2, 1), "last_day": dt.date(2026, 3, 1)}], "FRRF"),
        ([{}, {"severity": "I", "payer_id": "P01"}], "IRRR"),
        ([{"severity": "I", "claim_setting": "inpatient"}, {"payer_id": "P02"}], "FRRF"),
        ([{"severity": "I", "claim_setting": "inpatient"}, {"claim_setting": "institutional"}], "FIRF"),
    ],
)
def test_severities_by_payer_setting_and_day(
    warehouse: Warehouse, settings: list[dict[str, object]], severities: str
) -> None:
    left, counts = applied(warehouse, *(setting(**columns) for columns in settings))
    assert "".join(left) == severities
    assert counts == UNCHANGED


def test_what_is_switched_off_is_not_checked_and_said_so(warehouse: Warehouse) -> None:
    left, counts = applied(warehouse, setting(None, payer_id="P02"))
    assert (left, counts) == (["F", "F"], ("failed", 7, 2, 3))
    reason = table(warehouse, FINDING_SUMMARY)["not_checked_reason"][0]
    assert reason.startswith("2 switched off in checks.toml (why).")


def test_a_check_that_is_switched_off_whole_has_checked_nothing(warehouse: Warehouse) -> None:
    left, counts = applied(warehouse, setting(None))
    assert (left, counts) == ([], ("not checked", 0, 0, 10))
