"""The list of telehealth services as published, and a user's own lists of services."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditlib.codesets.readers.fiscal_year import Stated
from auditlib.codesets.readers.layouts import read_published
from auditlib.errors import BadInputError
from auditlib.schema.ref_sets import CODE_LIST

FIRST = dt.date(2026, 1, 1)
HEADER = "Code,Short Descriptor,Can Audio-only Interaction Meet the Requirements?,Limitations"


def written(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_published_list_of_telehealth_services(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "List of Telehealth Services for Calendar Year 2026.csv",
        "LIST OF MEDICARE TELEHEALTH SERVICES,,,",
        HEADER,
        "11111*,Invented,Yes,",
        "g0108,Invented too,No,",
        "* a note below the list,,,",
    )
    (release,) = read_published(path).releases
    assert (release.code_system, release.release, release.publisher) == ("telehealth services", "2026", "CMS")
    assert (release.effective_from, release.effective_to) == (FIRST, dt.date(2026, 12, 31))
    rows = release.frames[CODE_LIST].select("list_name", "code_system", "code").rows()
    assert rows == [("telehealth services", "CPT", "11111"), ("telehealth services", "HCPCS", "G0108")]


def test_own_lists_are_a_release_for_each_kind(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "lists.csv",
        "list,code",
        "timed services,11111",
        "OCE edit 9,22222",
        "OCE edit 50,J1000",
        "timed services,G0108",
        "timed services,11111",
    )
    last = dt.date(2026, 3, 31)
    timed, editor = read_published(path, Stated(effective_from=FIRST, effective_to=last)).releases
    assert (timed.code_system, editor.code_system) == ("timed services", "outpatient code editor")
    assert {(one.publisher, one.effective_from, one.effective_to) for one in (timed, editor)} == {
        ("the user", FIRST, last)
    }
    assert timed.frames[CODE_LIST].select("code_system", "code").rows() == [
        ("CPT", "11111"),
        ("HCPCS", "G0108"),
    ]
    assert editor.frames[CODE_LIST].select("list_name", "code").rows() == [
        ("OCE edit 9", "22222"),
        ("OCE edit 50", "J1000"),
    ]


@pytest.mark.parametrize(
    ("name", "lines", "stated", "said"),
    [
        ("lists.csv", ("list,code", "timed services,11111"), None, "without a first day"),
        ("lists.csv", ("list,code", "timed,11111"), FIRST, "names the list 'timed'"),
        (
            "lists.csv",
            ("list,code", "timed services,1111"),
            FIRST,
            "row 1 of its list has no CPT or HCPCS code",
        ),
        ("lists.csv", ("list,code",), FIRST, "names the list ''"),
        ("telehealth.csv", (HEADER, "11111,Invented,Yes,"), None, "does not say which year"),
        ("telehealth 2026.csv", (HEADER, "see below,Invented,Yes,"), None, "row 1 of its list has no CPT"),
        ("telehealth 2026.csv", (HEADER,), None, "its list has no CPT"),
    ],
)
def test_lists_that_are_refused(
    tmp_path: Path, name: str, lines: tuple[str, ...], stated: dt.date | None, said: str
) -> None:
    path = written(tmp_path, name, *lines)
    with pytest.raises(BadInputError, match=said):
        read_published(path, Stated(effective_from=stated))
