"""Strata of a de-identified report: a name that holds a person's is withheld, any other stays."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from auditlib.report.contents import ReportContents, ReportTable, Section
from auditlib.report.deidentify import without_identifiers

MADE_AT = dt.datetime(2026, 11, 2, 9, 30, 5, tzinfo=dt.UTC)


def report(*strata: str, people: tuple[str, ...] = (), made_at: dt.datetime = MADE_AT) -> ReportContents:
    frame = pl.DataFrame({"stratum": strata, "unit_count": range(1, len(strata) + 1)})
    section = Section(
        "Strata",
        paragraphs=(f"Items in stratum {strata[0]}: 7.",),
        tables=(ReportTable("Strata", frame), ReportTable("Units", frame.select("stratum"))),
    )
    return ReportContents(
        "Workpaper", "of an audit", made_at, "Ada", "auditlib", (), (section,), people=people
    )


@pytest.mark.parametrize(
    ("strata", "people"),
    [
        (("C07", "C08", "C11"), ("C07", "C08")),
        (("C07, inpatient", "C08, inpatient"), ("C07",)),
        (("coder_C07", "coder_C08"), ("C07",)),
        (("smith, jo", "other"), ("Smith, Jo",)),
        (("12", "7", "other"), ("12", "7")),
        (("1999999992 office", "all others"), ("1999999992",)),
    ],
)
def test_strata_that_name_a_person_have_numbers(strata: tuple[str, ...], people: tuple[str, ...]) -> None:
    contents, said = without_identifiers(report(*strata, people=people))
    first, second = (table.frame["stratum"].to_list() for table in contents.tables)
    assert sorted(first) == [f"no. {number}" for number in range(1, len(strata) + 1)]
    assert first == second
    assert contents.tables[0].frame["unit_count"].to_list() == list(range(1, len(strata) + 1))
    everything = str((contents.people, contents.sections[0].paragraphs, first, said)).lower()
    if not strata[0].isdigit():
        assert not any(name.lower() in everything for name in (*strata, *people) if name != "other")
    assert any("Strata have numbers" in sentence for sentence in said)


def test_strata_that_name_nobody_stay() -> None:
    strata = ("inpatient", "office", "C0700 and more")
    contents, said = without_identifiers(report(*strata, people=("C07", "C08")))
    assert contents.tables[0].frame["stratum"].to_list() == list(strata)
    assert not any("Strata" in sentence for sentence in said)


def test_the_numbers_of_strata_repeat_and_do_not_follow_the_names() -> None:
    names = tuple(f"C{number:02}" for number in range(12))
    orders = []
    for second in range(4):
        given = report(*names, people=names, made_at=MADE_AT.replace(second=second))
        once, again = (without_identifiers(given)[0].tables[0].frame["stratum"].to_list() for _ in range(2))
        assert once == again
        orders.append(once)
    assert len({tuple(order) for order in orders}) == len(orders)
    assert [f"no. {number}" for number in range(1, 13)] not in orders
