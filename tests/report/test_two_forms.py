"""The two forms in which a report leaves: safe harbor, and pseudonymised, which is still of patients."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from auditlib.errors import UsageError
from auditlib.report.contents import ReportContents, ReportTable, Section
from auditlib.report.deidentify import safe_zip, without_identifiers
from auditlib.report.pseudonymise import PSEUDONYMISED, Pseudonyms, pseudonymised
from auditlib.workbench.report_request import ReportRequest
from auditlib.workspace.pseudonym_key import PseudonymKey

DAY = dt.date(2026, 3, 5)
ROWS = pl.DataFrame(
    {
        "encounter_id": ["E77", "E78", "E79"],
        "coder_id": ["Miller", "Abel", "Miller"],
        "admit_date": [DAY, DAY + dt.timedelta(days=3), DAY],
        "age_years": [34, 89, 97],
        "patient_zip": ["10001", "03601", "02134"],
        "comment": ["Mrs. Doe came late", "", ""],
        "code": ["I10", "I10", "J45"],
    }
)
REPORT = ReportContents(
    "Report on E77",
    "by Miller on Mar 5, 2026",
    dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC),
    "Ada",
    "auditlib",
    (),
    (Section("Rows", paragraphs=("Miller coded E77.",), tables=(ReportTable("Rows", ROWS),)),),
)
PATIENTS = {"E77": "p1", "E78": "p1", "E79": "p2"}


def pseudonyms(secret: bytes = b"s" * 32) -> Pseudonyms:
    return Pseudonyms(PseudonymKey(secret).keyed, PATIENTS)


def words(contents: ReportContents) -> str:
    rows = contents.tables[0].frame.rows()
    return str((contents.title, contents.subtitle, contents.sections[0].paragraphs, rows))


def test_safe_harbor_leaves_years_groups_of_age_areas_and_no_free_text() -> None:
    safe, said = without_identifiers(REPORT)
    frame = safe.tables[0].frame
    assert frame.columns == ["coder_id", "admit_date", "age_years", "patient_zip", "code"]
    assert frame["admit_date"].unique().to_list() == ["2026"]
    assert frame["age_years"].to_list() == ["34", "89", "90 and over"]
    assert frame["patient_zip"].to_list() == ["100", "000", "021"]
    assert not any(value in words(safe) for value in ("E77", "Miller", "Abel", "Doe", "Mar 5"))
    assert "safe harbor" in safe.confidentiality
    assert "90 and over" in said[0]


@pytest.mark.parametrize("area", ["036", "692", "878", "059", "790", "821", "884", "102"])
def test_areas_of_few_people_are_000(area: str) -> None:
    assert safe_zip(f"{area}01") == "000"


def test_pseudonymised_keeps_days_apart_within_a_patient_and_codes_the_same() -> None:
    made = pseudonymised(REPORT, pseudonyms())
    frame = made.tables[0].frame
    first, second, other = frame["admit_date"].to_list()
    assert second - first == dt.timedelta(days=3)
    assert {first, other}.isdisjoint({DAY})
    assert abs((first - DAY).days) <= 182
    assert frame["encounter_id"].n_unique() == 3
    coders = frame["coder_id"].to_list()
    assert coders[0] == coders[2] != coders[1]
    assert coders[0] in made.sections[0].paragraphs[0]
    assert not any(value in words(made) for value in ("E77", "Miller", "Abel", "Doe", "Mar 5"))
    again, elsewhere = pseudonymised(REPORT, pseudonyms()), pseudonymised(REPORT, pseudonyms(b"t" * 32))
    assert words(again) == words(made) != words(elsewhere)


def test_pseudonymised_says_that_it_is_still_of_patients() -> None:
    made = pseudonymised(REPORT, pseudonyms())
    assert made.confidentiality == PSEUDONYMISED
    assert "still protected health information" in made.confidentiality


def test_a_report_has_one_of_the_forms() -> None:
    with pytest.raises(UsageError, match="not both"):
        ReportRequest(deidentified=True, pseudonymised=True)
