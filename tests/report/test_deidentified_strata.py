"""Strata of a de-identified report: a name that holds a person's is withheld, any other stays."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from auditlib.report.contents import ReportContents, ReportTable, Section
from auditlib.report.deidentify import without_identifiers

MADE_AT = dt.datetime(2026, 11, 2, 9, 30, 5, tzinfo=dt.UTC)


def report(
    *strata: str, people: tuple[str, ...] = (), made_at: dt.datetime = MADE_AT, chart: str = "E1"
) -> ReportContents:
    frame = pl.DataFrame({"stratum": strata, "unit_count": range(1, len(strata) + 1)})
    section = Section(
        "Strata",
        paragraphs=(f"Items in stratum {strata[0]}: 7.",),
        tables=(
            ReportTable("Strata", frame),
            ReportTable("Units", frame.select("stratum", encounter_id=pl.lit(chart))),
        ),
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
    assert sorted(second) == sorted(first)
    assert sorted(contents.tables[0].frame["unit_count"]) == list(range(1, len(strata) + 1))
    everything = str((contents.people, contents.sections[0].paragraphs, first, said)).lower()
    if not strata[0].isdigit():
        assert not any(name.lower() in everything for name in (*strata, *people) if name != "other")
    assert any("Strata have numbers" in sentence for sentence in said)


def test_strata_that_name_nobody_stay() -> None:
    strata = ("inpatient", "office", "C0700 and more")
    contents, said = without_identifiers(report(*strata, people=("C07", "C08")))
    assert contents.tables[0].frame["stratum"].to_list() == list(strata)
    assert not any("Strata" in sentence for sentence in said)


def numbers_of(contents: ReportContents) -> list[str]:
    """Return the number of each stratum in the order of its count, which follows the names."""
    return without_identifiers(contents)[0].tables[0].frame.sort("unit_count")["stratum"].to_list()


def test_the_numbers_of_strata_repeat_and_follow_neither_the_names_nor_the_time() -> None:
    names = tuple(f"C{number:02}" for number in range(12))
    orders = set()
    for charts in range(4):
        first = report(*names, people=names, chart=f"E{charts}")
        later = report(*names, people=names, chart=f"E{charts}", made_at=MADE_AT + dt.timedelta(days=1))
        assert numbers_of(first) == numbers_of(later)
        orders.add(tuple(numbers_of(first)))
    # Only one who knows the withheld chart can make the order again.
    assert len(orders) == 4
    assert tuple(f"no. {number}" for number in range(1, 13)) not in orders


def test_rows_in_the_order_of_names_come_in_that_of_numbers_and_others_stay() -> None:
    names = ("C01", "C02", "C03", "C04", "C05")
    by_dollars = ("C04", "C01", "C05", "C02", "C03")
    alphabetical, ranked = (
        without_identifiers(report(*strata, people=names))[0].tables for strata in (names, by_dollars)
    )
    assert alphabetical[0].frame["stratum"].to_list() == [f"no. {number}" for number in range(1, 6)]
    assert ranked[0].frame["unit_count"].to_list() == [1, 2, 3, 4, 5]
