"""Missing records in a file of reviewed units: counted by rule, and said in the paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.errors import BadInputError, UsageError
from auditlib.estimation.file_appraisal import FileAppraisal, appraise_file
from auditlib.stats.estimators.missing_records import MISSING_RECORD_RULES
from auditlib.stats.estimators.programmes import PROGRAMMES

HEADER = "unit_id,examined,audited,record,record_place"
SEEN = [f"U{n},100,{80 if n < 4 else 100},," for n in range(36)]


def write(path: Path, *lines: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def total(found: FileAppraisal) -> float:
    return next(figure.point for figure in found.appraisal.found.figures if figure.name == "total")


def test_each_programme_counts_a_missing_record_by_its_rule(tmp_path: Path) -> None:
    rows = [*SEEN, "M1,100,90,missing,archive", "M2,100,90,Missing,", "P1,100,70,partly missing,no note"]
    path = write(tmp_path / "a.csv", *rows, "W1,100,100,reviewed elsewhere,binder 7")
    for name, programme in PROGRAMMES.items():
        found = appraise_file(path, universe_count=400, programme=name)
        # By increment 10 of each missing record, else all of its 100; then 4 of 20 and one of 30.
        of_missing = 2 * (10 if name == "RADV" else 100)
        assert total(found) == pytest.approx((of_missing + 4 * 20 + 30) * 400 / 40), name
        assert "2 records are missing (M1, M2), each counted as " in found.paper
        assert MISSING_RECORD_RULES[programme.missing_rule].source in found.paper
        assert "W1: binder 7" in found.paper
        assert "P1: no note" in found.paper
        assert found.to_values()["records"] == list(found.records)


def test_a_file_without_the_column_says_that_it_does_not_tell(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "100,100", "100,60", "90,90", header="examined,audited")
    found = appraise_file(path, universe_count=30)
    assert "does not say which records are missing" in found.paper
    none = write(tmp_path / "b.csv", *SEEN)
    assert "No record is missing." in appraise_file(none, universe_count=400).paper


def test_excluded_records_leave_the_sample(tmp_path: Path) -> None:
    rows = [*SEEN, *(f"M{n},100,0,missing," for n in range(4))]
    found = appraise_file(write(tmp_path / "a.csv", *rows), universe_count=400, missing_rule="excluded")
    assert total(found) == pytest.approx(4 * 20 * 400 / 36)
    assert "each counted as excluded" in found.paper


def test_a_missing_record_is_in_error_whatever_the_column_says(tmp_path: Path) -> None:
    rows = [f"U{n},0," for n in range(9)] + ["M1,0,missing"]
    path = write(tmp_path / "a.csv", *rows, header="unit_id,is_error,record")
    found = appraise_file(path, method="attribute", universe_count=100)
    assert found.appraisal.found.figures[0].point == pytest.approx(10)


@pytest.mark.parametrize(
    ("header", "row", "words", "error", "said"),
    [
        (HEADER, "M1,100,50,lost,", {}, BadInputError, "unknown word in line 38"),
        (HEADER, "M1,100,50,reviewed elsewhere,", {}, BadInputError, "where the record was reviewed"),
        (HEADER, "M1,100,100,missing,", {"programme": "RADV"}, BadInputError, "M1 is missing"),
        (
            HEADER,
            "M1,100,50,missing,",
            {"missing_rule": "not-reviewed"},
            UsageError,
            "as not reviewed, as M1",
        ),
        (HEADER, "M1,100,50,missing,", {"missing_rule": "silence"}, UsageError, "no rule 'silence'"),
        (
            HEADER,
            "M1,100,50,missing,",
            {"missing_rule": "excluded", "programme": "OIG"},
            UsageError,
            "For OIG audit a missing record is an error for the full amount",
        ),
    ],
)
def test_what_the_rule_does_not_allow_is_refused(
    tmp_path: Path, header: str, row: str, words: dict[str, str], error: type[Exception], said: str
) -> None:
    path = write(tmp_path / "a.csv", *SEEN, row, header=header)
    with pytest.raises(error, match=said):
        appraise_file(path, universe_count=400, **words)  # type: ignore[arg-type]


def test_a_value_of_zero_for_a_missing_record_is_refused(tmp_path: Path) -> None:
    rows = [f"U{n},10," for n in range(9)]
    path = write(tmp_path / "a.csv", *rows, "M1,0,missing", header="unit_id,value,record")
    with pytest.raises(BadInputError, match="M1 is missing, and its row has nothing in error"):
        appraise_file(path, universe_count=100)


def test_exclusion_is_refused_where_no_other_unit_stands_for_one(tmp_path: Path) -> None:
    rows = [f"U{n},10,,0.1" for n in range(9)]
    header = "unit_id,value,record,inclusion_probability"
    path = write(tmp_path / "a.csv", *rows, "M1,10,missing,0.2", header=header)
    with pytest.raises(UsageError, match="cannot be excluded from the appraisal 'unequal'"):
        appraise_file(path, method="unequal", missing_rule="excluded")
    strata = [f"U{n},10,,a,50" for n in range(9)]
    header = "unit_id,value,record,stratum,universe_count"
    path = write(tmp_path / "b.csv", *strata, "M1,10,missing,b,50", "M2,9,missing,b,50", header=header)
    with pytest.raises(UsageError, match="Every record of stratum 'b' is missing"):
        appraise_file(path, method="stratified", universe_count=100, missing_rule="excluded")
