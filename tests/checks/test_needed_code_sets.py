"""Which code sets a check needs and lacks, on what terms they are had, and what loads them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from auditlib.checks import check_named
from auditlib.checks.needed_code_sets import (
    easiest_terms,
    loading_command,
    missing_code_sets,
    terms_of_check,
)
from auditlib.checks.registry import parse_header
from auditlib.errors import BadInputError
from auditlib.warehouse.store import read_sql


def coverage(*rows: tuple[str, dt.date | None, int]) -> pl.DataFrame:
    schema = {"code_system": pl.String, "used_month": pl.Date, "not_checked_count": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


@pytest.mark.parametrize(
    ("system", "terms"),
    [
        ("ICD-10-CM", "as installed"),
        ("ICD-10-CM notes", "as installed"),
        ("ICD-10-PCS", "a free download"),
        ("Medicare Code Editor", "a free download"),
        ("CMS-HCC", "an extra"),
        ("MUE practitioner", "the AMA's terms"),
        ("telehealth services", "the AMA's terms"),
        ("timed services", "a list of your own"),
        ("CPT", "a licence"),
    ],
)
def test_terms_of_code_sets(system: str, terms: str) -> None:
    assert easiest_terms(system) == terms


def test_a_check_is_had_on_the_terms_of_its_hardest_code_set() -> None:
    assert terms_of_check(check_named("DUP-01")) == "as installed"
    assert terms_of_check(check_named("DRG-01")) == "an extra"
    both = replace(check_named("DX-08"), code_sets=("ICD-10-CM", "MUE practitioner", "POA exempt"))
    assert terms_of_check(both) == "the AMA's terms"


@pytest.mark.parametrize(
    ("system", "day", "command"),
    [
        ("POA exempt", dt.date(2025, 9, 30), "auditlib codesets fetch poa-exempt 2025"),
        ("POA exempt", dt.date(2025, 10, 1), "auditlib codesets fetch poa-exempt 2026"),
        ("ICD-10-CM notes", None, "auditlib codesets fetch icd10cm-notes YEAR"),
        ("HCPCS", dt.date(2026, 5, 1), "auditlib codesets fetch hcpcs 2026 --month april"),
        ("MUE practitioner", dt.date(2026, 3, 31), "auditlib codesets load FILE  # mue of 2026Q1"),
        ("MUE practitioner", dt.date(2026, 4, 1), "auditlib codesets load FILE  # mue of 2026Q2"),
        ("CMS-HCC", dt.date(2026, 4, 1), "auditlib codesets add-optional"),
        ("telehealth services", None, "auditlib codesets load FILE  # telehealth-services"),
        ("timed services", None, "auditlib codesets load FILE  # timed-services"),
    ],
)
def test_the_command_that_loads_the_release_of_a_day(system: str, day: dt.date | None, command: str) -> None:
    assert loading_command(system, day) == command


def test_what_a_check_lacks_is_listed_by_month() -> None:
    used = coverage(
        ("POA exempt", dt.date(2025, 9, 1), 4),
        ("POA exempt", dt.date(2025, 10, 1), 2),
        ("POA exempt", dt.date(2025, 11, 1), 0),
        ("POA exempt", None, 3),
        ("ICD-10-CM", dt.date(2025, 9, 1), 9),
    )
    lacks = missing_code_sets(check_named("DX-27"), used, ())
    assert lacks.names == ("POA exempt 2025-09 to 2025-10",)
    assert lacks.commands == (
        "auditlib codesets fetch poa-exempt 2025",
        "auditlib codesets fetch poa-exempt 2026",
    )
    assert missing_code_sets(check_named("DX-27"), used.filter(not_checked_count=0), ()).names == ()
    assert missing_code_sets(check_named("DUP-01"), used, ()).commands == ()


def test_days_after_a_rule_has_ended_ask_for_nothing() -> None:
    used = coverage(("Medicare Code Editor", dt.date(2024, 10, 1), 4))
    assert missing_code_sets(check_named("MCE-05"), used, ("Medicare Code Editor",)).names == ()
    assert missing_code_sets(check_named("MCE-04"), used, ()).names == ("Medicare Code Editor 2024-10",)


def test_a_code_set_that_no_month_counts_is_asked_for_until_it_is_loaded() -> None:
    check = replace(check_named("DX-27"), code_sets=("CMS-HCC",))
    assert missing_code_sets(check, coverage(), ()).commands == ("auditlib codesets add-optional",)
    assert missing_code_sets(check, coverage(), ("CMS-HCC",)).commands == ()


def test_a_header_that_names_no_code_set_says_which_there_are() -> None:
    sql = read_sql("checks/dx_27").replace("-- codesets: POA exempt", "-- codesets: POA list")
    with pytest.raises(BadInputError, match="no release of 'POA list' can be loaded") as caught:
        parse_header("dx_27.sql", sql)
    assert "POA exempt" in str(caught.value)
