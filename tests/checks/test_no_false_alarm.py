"""The promise that matters most: no code that may be billed is ever called invalid."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from auditlib.checks import check_named
from auditlib.checks.check_query import tables_of
from auditlib.checks.runner import judge
from auditlib.codesets.readers.embedded import embedded_icd10cm
from auditlib.codesets.readers.layouts import read_published
from auditlib.codesets.readers.release import CodeSetRelease
from auditlib.schema.core import CLAIM_PROCEDURE, DIAGNOSIS
from auditlib.schema.mart import FINDING, FINDING_SUMMARY
from auditlib.schema.ref import CODE
from auditlib.warehouse import Warehouse, graph
from tests.checks.cases import claim, judged
from tests.checks.reading import table
from tests.tables import fill

VALIDITY_CHECKS = ("DX-01", "DX-02", "DX-03")


@pytest.fixture(scope="module")
def icd10cm() -> CodeSetRelease:
    return embedded_icd10cm()


@pytest.fixture(scope="module")
def loaded(icd10cm: CodeSetRelease) -> Warehouse:
    warehouse = Warehouse.in_memory()
    with warehouse.writing() as writer:
        for contract, frame in icd10cm.tables(loaded_at=dt.datetime(2026, 11, 2)):  # noqa: DTZ001 - no zone is stored
            writer.append(contract, frame)
        graph.run(writer)
    return warehouse


def coded(warehouse: Warehouse, codes: pl.Series, day: dt.date, *, codes_per_claim: int = 1) -> None:
    rows = (
        pl.DataFrame({"code": codes})
        .with_row_index("n")
        .select(
            pl.col("n").cast(pl.Int64) // codes_per_claim + 1,
            "code",
            item_number=pl.col("n").cast(pl.Int64) % codes_per_claim + 1,
            code_system=pl.lit("ICD-10-CM"),
            code_role=pl.lit("secondary"),
            service_date=pl.lit(day),
        )
    )
    with warehouse.writing() as writer:
        writer.replace(DIAGNOSIS, rows.rename({"n": "claim_id"}))


def outcome(warehouse: Warehouse, check_id: str) -> tuple[str, int, pl.DataFrame]:
    check = check_named(check_id)
    with warehouse.writing() as writer:
        # The diagnoses are given as they are; what follows from them is made as before every run.
        graph.run(writer, changed={DIAGNOSIS.full_name}, wanted=tables_of((check,)))
        writer.clear(FINDING)
        writer.clear(FINDING_SUMMARY)
        judge(writer, [check])
    finding, summary = table(warehouse, FINDING), table(warehouse, FINDING_SUMMARY)
    row = summary.row(0, named=True)
    return row["outcome"], row["eligible_count"], finding


@pytest.mark.parametrize("day", [dt.date(2025, 10, 1), dt.date(2026, 1, 15), dt.date(2026, 9, 30)])
def test_every_billable_code_passes(loaded: Warehouse, icd10cm: CodeSetRelease, day: dt.date) -> None:
    current = icd10cm.frames[CODE].filter(pl.col("release") == icd10cm.release)
    billable = current.filter("is_billable")["code"]
    assert billable.len() == 74_719
    coded(loaded, billable, day)
    for check_id in (*VALIDITY_CHECKS, "DX-13"):
        found, eligible_count, findings = outcome(loaded, check_id)
        assert (found, eligible_count, findings.height) == ("passed", 74_719, 0), check_id
    # Every code of seven characters, and no other.
    assert outcome(loaded, "DX-04")[:2] == ("passed", billable.str.len_chars().eq(7).sum())


def test_every_heading_is_found_by_one_check(loaded: Warehouse, icd10cm: CodeSetRelease) -> None:
    codes = icd10cm.frames[CODE]
    headings = codes.filter(~pl.col("is_billable"))["code"]
    deleted = codes.filter(pl.col("release") != icd10cm.release)["code"]
    coded(loaded, headings, dt.date(2026, 1, 15))
    found = {check_id: set(outcome(loaded, check_id)[2]["code"]) for check_id in VALIDITY_CHECKS}
    assert found["DX-01"] == set()
    assert found["DX-03"] == set(headings) & set(deleted)
    assert found["DX-02"] == set(headings) - set(deleted)
    assert len(found["DX-03"]) == 16


def seven_characters(icd10cm: CodeSetRelease) -> pl.Series:
    """Return the billable codes of seven characters that the release holds."""
    current = icd10cm.frames[CODE].filter(pl.col("release") == icd10cm.release)
    return current.filter("is_billable", pl.col("code").str.len_chars() == 7)["code"]


def test_every_code_cut_before_its_seventh_character_is_found(
    loaded: Warehouse, icd10cm: CodeSetRelease
) -> None:
    cut = seven_characters(icd10cm).str.slice(0, 6).str.replace("X+$", "").unique()
    coded(loaded, cut, dt.date(2026, 1, 15))
    _, eligible_count, findings = outcome(loaded, "DX-04")
    assert eligible_count == cut.len() > 10_000
    # Those that were whole codes in an earlier year are found by their dates.
    earlier = icd10cm.frames[CODE].filter(pl.col("release") != icd10cm.release)["code"]
    assert set(findings["code"]) == set(cut) - set(earlier)


def test_every_code_without_its_placeholders_is_found(loaded: Warehouse, icd10cm: CodeSetRelease) -> None:
    padded = seven_characters(icd10cm).to_frame().filter(pl.col("code").str.slice(5, 1) == "X")["code"]
    coded(loaded, padded.str.replace("X+(.)$", "$1"), dt.date(2026, 1, 15))
    findings = outcome(loaded, "DX-04")[2]
    assert set(findings["related_code"]) == set(padded)
    assert findings.height == padded.len() > 10_000


def test_the_deleted_codes_are_found_with_their_replacements(
    loaded: Warehouse, icd10cm: CodeSetRelease
) -> None:
    deleted = icd10cm.frames[CODE].filter(pl.col("release") != icd10cm.release)["code"]
    coded(loaded, deleted, dt.date(2025, 10, 1))
    _, _, findings = outcome(loaded, "DX-03")
    assert set(findings["code"]) == set(deleted)
    assert findings["related_code"].null_count() == 0
    coded(loaded, deleted, dt.date(2025, 9, 30))
    assert [outcome(loaded, check_id)[0] for check_id in VALIDITY_CHECKS] == ["not checked"] * 3


@pytest.mark.parametrize(
    "pair",
    [
        ("E1122", "N183"),
        ("E1165", "Z794"),
        ("I110", "I509"),
        ("I130", "N184"),
        ("J441", "J440"),
        ("S72001A", "W19XXXA"),
        ("Z370", "O80"),
        ("R509", "U071"),
        ("R509", "J189"),
        ("M1711", "M1712"),
    ],
)
def test_pairs_that_belong_together_pass_the_excludes_check(loaded: Warehouse, pair: tuple[str, str]) -> None:
    coded(loaded, pl.Series(pair), dt.date(2026, 1, 15), codes_per_claim=2)
    assert outcome(loaded, "DX-06")[:2] == ("passed", 1)


@pytest.mark.parametrize(
    ("pair", "bearer"),
    [
        (("E1165", "E1065"), "E1165"),
        (("I10", "O10011"), "I10"),
        (("J449", "J4520"), None),
        (("S72001A", "S78011A"), "S72001A"),
        (("F8081", "I69323"), "F8081"),
        (("G63", "E1142"), "G63"),
        (("S0121XA", "S020XXB"), "S0121XA"),
    ],
)
def test_pairs_that_real_notes_keep_apart(
    loaded: Warehouse, pair: tuple[str, str], bearer: str | None
) -> None:
    coded(loaded, pl.Series(pair), dt.date(2026, 1, 15), codes_per_claim=2)
    _, eligible_count, findings = outcome(loaded, "DX-06")
    assert eligible_count == 1
    assert findings["code"].to_list() == ([] if bearer is None else [bearer])


DIAGNOSIS_LISTS = (
    *("older/cms_2016_dx.zip", "older/cms_2018_dx.zip", "older/cms_2021_dx.zip", "older/cms_2023_dx.zip"),
    *("icd10cm/cms_2025_dx.zip", "icd10cm/cms_2026_dx.zip"),
)
PROCEDURE_LISTS = (
    *("older/cms_2016_pr.zip", "older/cms_2018_pr.zip"),
    *("icd10pcs/cms_2025_pr.zip", "icd10pcs/cms_2026_pr.zip"),
)


def with_list(path: Path) -> tuple[Warehouse, CodeSetRelease, pl.Series]:
    """Return a warehouse that holds one of the publisher's lists, and the list's billable codes."""
    (published,) = read_published(path).releases
    warehouse = Warehouse.in_memory()
    with warehouse.writing() as writer:
        for contract, frame in published.tables(loaded_at=dt.datetime(2026, 11, 2)):  # noqa: DTZ001 - no zone is stored
            writer.append(contract, frame)
        graph.run(writer)
    return warehouse, published, published.frames[CODE].filter("is_billable")["code"]


@pytest.mark.field
@pytest.mark.parametrize("name", DIAGNOSIS_LISTS)
def test_every_billable_diagnosis_of_a_real_list_passes(field_data: Path, name: str) -> None:
    warehouse, published, billable = with_list(field_data / "codesets" / name)
    assert published.effective_to is not None
    for day in (published.effective_from, published.effective_to):
        coded(warehouse, billable, day)
        for check_id in (*VALIDITY_CHECKS, "DX-04"):
            assert outcome(warehouse, check_id)[0] == "passed", (check_id, day)


@pytest.mark.field
@pytest.mark.parametrize("name", PROCEDURE_LISTS)
def test_every_billable_procedure_of_a_real_list_passes(field_data: Path, name: str) -> None:
    warehouse, published, billable = with_list(field_data / "codesets" / name)
    assert published.effective_to is not None
    days = (published.effective_from, published.effective_to)
    fill(
        warehouse,
        {"core.claim": [claim(n, form="I", type_of_bill="111", to_date=day) for n, day in enumerate(days)]},
    )
    rows = pl.DataFrame({"code": billable}).with_row_index("procedure_number", offset=1)
    frame = rows.join(pl.DataFrame({"claim_id": [0, 1]}), how="cross").with_columns(
        pl.col("procedure_number").cast(pl.Int64),
        code_system=pl.lit("ICD-10-PCS"),
        code_role=pl.lit("other"),
        source_file_id=pl.lit(0),
        source_offset=pl.lit(0),
    )
    with warehouse.writing() as writer:
        writer.append(CLAIM_PROCEDURE, CLAIM_PROCEDURE.conform(frame))
    for check_id in ("PX-01", "PX-02"):
        result = judged(warehouse, check_id)
        assert (result.outcome, result.eligible_count) == ("passed", 2 * billable.len())
