from __future__ import annotations

import datetime as dt
import re
from importlib import resources

import pytest

from auditlib.checks import all_checks, check_named
from auditlib.checks.registry import parse_header
from auditlib.errors import BadInputError, UsageError

HEADER = """-- id: DX-01
-- title: A title
-- version: 2
-- unit: diagnosis code
-- severity: F
-- settings: professional, institutional
-- authority: a rule of some length
--   that goes on
-- needs: nothing
-- fix: take it off
-- effective: 2015-10-01 to 2024-09-30
--
-- Prose: that is no header.
with eligible as (select 1)
"""


def test_every_file_is_a_check() -> None:
    files = (resources.files("auditlib") / "sql" / "checks").iterdir()
    assert [check.id for check in all_checks()] == sorted(
        file.name.removesuffix(".sql").replace("_", "-").upper()
        for file in files
        if file.name.endswith(".sql")
    )
    assert check_named("DX-06").severity == "R"
    assert check_named("DX-06").query == "checks/dx_06"


def test_what_is_left_to_a_closer_check_is_left_to_one_that_leaves_nothing() -> None:
    closer = {check.id: check.closer for check in all_checks() if check.closer}
    assert closer == {"DX-01": "DX-04", "DX-02": "DX-04", "DX-13": "MCE-03"}
    assert all(check_named(name).closer is None for name in closer.values())


def test_an_unknown_check_lists_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no check 'DX-99'[\s\S]*DX-01, DX-02"):
        check_named("DX-99")


def test_a_header_is_read() -> None:
    check = parse_header("dx_01.sql", HEADER)
    assert check.settings == ("professional", "institutional")
    assert check.authority == "a rule of some length that goes on"
    assert (check.effective_from, check.effective_to) == (dt.date(2015, 10, 1), dt.date(2024, 9, 30))
    assert check.version == "2"


def test_an_open_end() -> None:
    assert parse_header("dx_01.sql", HEADER.replace(" to 2024-09-30", "")).effective_to is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-- id: DX-01", "-- id: DX-02", "dx_01.sql, line 1: the id 'DX-02' does not fit"),
        ("-- id: DX-01", "-- id: dx1", "dx_01.sql, line 1: the id 'dx1' does not fit"),
        ("severity: F", "severity: fatal", "dx_01.sql, line 5: the severity is 'fatal'"),
        ("-- needs: nothing", "-- need: nothing", "dx_01.sql, line 9: the key 'need' is unknown"),
        ("-- needs: nothing\n", "", "dx_01.sql: the header lacks needs"),
        ("-- version: 2", "-- title: another", "dx_01.sql, line 3: the key 'title' is given twice"),
        ("-- version: 2", "-- version 2", "dx_01.sql, line 3: this is no 'key: value'"),
        ("-- version: 2", "-- version:", "dx_01.sql, line 3: this is no 'key: value'"),
        ("2015-10-01 to", "2015 to", "dx_01.sql, line 11: '2015 to 2024-09-30' is no day"),
        ("2015-10-01 to", "2015-02-30 to", "dx_01.sql, line 11: '2015-02-30 to 2024-09-30' holds a day that"),
        ("-- id", "select", "dx_01.sql: the header lacks id, title"),
    ],
)
def test_a_wrong_header_names_the_file_and_the_line(old: str, new: str, message: str) -> None:
    assert old in HEADER
    with pytest.raises(BadInputError, match=re.escape(message)):
        parse_header("dx_01.sql", HEADER.replace(old, new, 1))
