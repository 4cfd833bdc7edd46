"""The Medicare Code Editor's lists as published: each check finds the codes of its list and no other."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from auditlib.codesets.readers.layouts import read_published
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.schema.ref import CODE
from auditlib.schema.ref_sets import CODE_LIST
from auditlib.warehouse import Warehouse, graph
from tests.checks.cases import all_judged
from tests.conformance.drawn_stays import Stay, stay_tables

DAY = dt.date(2020, 1, 15)
TABLE = "codesets/mce/mce_simple_code_edits_v37.txt"
# A patient for whom every code of the list is wrong: age in years and sex.
PATIENTS: Mapping[str, tuple[int, str]] = {
    "MCE newborn only": (30, "F"),
    "MCE pediatric only": (30, "F"),
    "MCE maternity only": (70, "F"),
    "MCE adult only": (5, "F"),
    "MCE female only": (30, "M"),
    "MCE male only": (30, "F"),
    "MCE noncovered over60": (61, "F"),
}
# For whom a list's codes are meant: first and last age in years, and sex.
AGES: Mapping[str, tuple[int, int]] = {
    "MCE newborn only": (0, 0),
    "MCE pediatric only": (0, 17),
    "MCE maternity only": (9, 64),
    "MCE adult only": (15, 124),
}
SEXES: Mapping[str, str] = {"MCE female only": "F", "MCE male only": "M"}
CHECKS: Mapping[str, str] = {
    "MCE newborn only": "MCE-04",
    "MCE pediatric only": "MCE-04",
    "MCE maternity only": "MCE-04",
    "MCE adult only": "MCE-04",
    "MCE female only": "MCE-05",
    "MCE male only": "MCE-05",
    "MCE principal manifestation": "MCE-06",
    "MCE principal questionable admit": "MCE-08",
    "MCE principal unacceptable": "MCE-09",
    "MCE noncovered always": "MCE-11",
    "MCE noncovered over60": "MCE-11",
    "MCE limited coverage": "MCE-17",
    "MCE wrong performed": "MCE-18",
    "MCE noncovered los 96hr": "MCE-19",
}


def billable(field_data: Path, name: str) -> set[str]:
    (published,) = read_published(field_data / "codesets" / name).releases
    return set(published.frames[CODE].filter("is_billable")["code"])


def editor_lists(field_data: Path) -> pl.DataFrame:
    (published,) = read_published(field_data / TABLE).releases
    return published.frames[CODE_LIST]


def with_stays(field_data: Path, stays: Sequence[Stay]) -> Warehouse:
    """Return a warehouse with the published lists and the stays."""
    (published,) = read_published(field_data / TABLE).releases
    warehouse = Warehouse.in_memory()
    with warehouse.writing() as writer:
        for contract, frame in published.tables(loaded_at=dt.datetime(2026, 11, 2)):  # noqa: DTZ001 - no zone is stored
            writer.append(contract, frame)
        for contract, frame in stay_tables(stays).items():
            writer.append(contract, frame)
        graph.run(writer)
        writer.clear(FINDING)
        writer.clear(FINDING_SUMMARY)
    return warehouse


@pytest.mark.field
def test_every_code_of_the_published_lists_is_found_by_its_check(field_data: Path) -> None:
    listed = editor_lists(field_data).select("list_name", "code_system", "code")
    stays = [
        Stay(
            claim_id=number,
            born=dt.date(DAY.year - PATIENTS.get(name, (30, "F"))[0], 1, 1),
            sex=PATIENTS.get(name, (30, "F"))[1],
            admitted=DAY,
            discharged=DAY,
            status="01",
            principal=code if system == "ICD-10-CM" else "I10",
            admitting=None,
            secondary=(),
            procedures=() if system == "ICD-10-CM" else (code,),
        )
        for number, (name, system, code) in enumerate(listed.iter_rows())
    ]
    results = all_judged(with_stays(field_data, stays), sorted(set(CHECKS.values())))
    found = {
        (row["claim_id"], check_id, row["code"])
        for check_id, result in results.items()
        for row in result.findings
    }
    assert set(listed["list_name"]) == set(CHECKS)
    expected = {(number, CHECKS[name], code) for number, (name, _, code) in enumerate(listed.iter_rows())}
    assert expected <= found
    # What else is found of a stay's code is on another list of that check: none goes beyond its lists.
    lists_of = listed.group_by("code").agg(pl.col("list_name").unique())
    checks_of = {code: {CHECKS[name] for name in names} for code, names in lists_of.iter_rows()}
    beyond = {row for row in found - expected if row[1] not in checks_of.get(row[2], set())}
    assert beyond == set()


@pytest.mark.field
def test_no_code_conflicts_with_the_patients_for_whom_it_is_meant(field_data: Path) -> None:
    listed = editor_lists(field_data).filter(pl.col("list_name").is_in([*AGES, *SEXES]))
    meant = listed.group_by("code_system", "code").agg(pl.col("list_name").unique())
    stays: list[Stay] = []
    for system, code, names in meant.sort("code_system", "code").iter_rows():
        bands = [AGES[name] for name in names if name in AGES] or [(30, 30)]
        (sex,) = {SEXES[name] for name in names if name in SEXES} or {"F"}
        for age in (max(low for low, _ in bands), min(high for _, high in bands)):
            stays.append(
                Stay(
                    claim_id=len(stays),
                    born=dt.date(DAY.year - age, 1, 1),
                    sex=sex,
                    admitted=DAY,
                    discharged=DAY,
                    status="01",
                    principal=code if system == "ICD-10-CM" else "I10",
                    admitting=None,
                    secondary=(),
                    procedures=() if system == "ICD-10-CM" else (code,),
                )
            )
    results = all_judged(with_stays(field_data, stays), ["MCE-04", "MCE-05"])
    for result in results.values():
        assert (result.outcome, result.findings) == ("passed", [])
        assert result.eligible_count >= len(stays)


@pytest.mark.field
def test_the_lists_of_2026_differ_from_those_of_2020_by_codes_that_began_or_ended(field_data: Path) -> None:
    later = json.loads((field_data / "codesets/mce/mce_lists_fy2026.json").read_text(encoding="utf-8"))
    earlier = editor_lists(field_data).filter(code_system="ICD-10-CM")
    valid, valid_before = (
        billable(field_data, name) for name in ("icd10cm/cms_2026_dx.zip", "older/cms_2018_dx.zip")
    )
    ages = later["age"]
    pairs = {
        "MCE newborn only": ages["newborn(age 0)"],
        "MCE pediatric only": ages["pediatric(0-17)"],
        "MCE maternity only": ages["maternity(9-64)"],
        "MCE adult only": ages["adult(15-124)"],
        "MCE female only": later["female_only(until 2024-09-30)"],
        "MCE male only": later["male_only(until 2024-09-30)"],
    }
    for name, codes in pairs.items():
        before = set(earlier.filter(list_name=name)["code"])
        began, ended = set(codes) - before, before - set(codes)
        assert began & valid_before == set(), name
        assert ended & valid == set(), name
        assert len(before & set(codes)) > 0.9 * len(before), name


@pytest.mark.field
def test_the_lists_of_principal_diagnoses_differ_by_few_codes_whose_status_changed(field_data: Path) -> None:
    later = json.loads((field_data / "codesets/mce/mce_lists_fy2026.json").read_text(encoding="utf-8"))
    earlier = editor_lists(field_data).filter(code_system="ICD-10-CM")
    valid, valid_before = (
        billable(field_data, name) for name in ("icd10cm/cms_2026_dx.zip", "older/cms_2018_dx.zip")
    )
    changed_counts = {}
    for name, codes in {
        "MCE principal manifestation": later["manifestation"],
        "MCE principal questionable admit": later["questionable_admission"],
        # Z51.89, acceptable beside a secondary diagnosis, is a list of its own there.
        "MCE principal unacceptable": later["unacceptable_pdx"] + later["requires_sdx"],
    }.items():
        before = set(earlier.filter(list_name=name)["code"])
        changed_counts[name] = len((set(codes) - before) & valid_before), len((before - set(codes)) & valid)
    # Codes of both years that CMS's definitions added to a list or took off since.
    assert changed_counts == {
        "MCE principal manifestation": (0, 0),
        "MCE principal questionable admit": (0, 0),
        "MCE principal unacceptable": (16, 6),
    }


@pytest.mark.field
def test_external_causes_of_2026_are_those_of_the_chapter(field_data: Path) -> None:
    later = json.loads((field_data / "codesets/mce/mce_lists_fy2026.json").read_text(encoding="utf-8"))
    chapter = {code for code in billable(field_data, "icd10cm/cms_2026_dx.zip") if code[0] in "VWXY"}
    assert set(later["external_cause_pdx"]) == chapter
