"""What a chart's record says of each code, and what it documents without one."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from auditlib.embedded import embedded_folder
from auditlib.errors import UsageError
from auditlib.loading.load import load_files
from auditlib.workbench import Workbench
from auditlib.workbench.encounter import Encounter
from tests.made_once import made_once, workspace_with_code_sets

NOTE = """OFFICE VISIT
HPI: Woman of 64 years, seen for follow-up. Denies chest pain. Her mother had breast cancer.
A/P:
1. Type 2 diabetes mellitus with diabetic chronic kidney disease. A1c 7.9, continue metformin.
2. Gout, stable on allopurinol.
3. Rheumatoid arthritis is ruled out.
4. Hyperlipidemia.
"""
CODES = ("E119", "E1122", "R079", "I4891", "E785")


def _load(folder: Path) -> None:
    chart = folder / "A1"
    chart.mkdir(parents=True)
    (chart / "note.txt").write_text(NOTE)
    (chart / "encounter.json").write_text(
        json.dumps(
            {
                "encounter_id": "A1",
                "encounter_class": "office",
                "admit_date": "2026-01-05",
                "documents": [{"file": "note.txt"}],
                "codes": [
                    {"code_system": "ICD-10-CM", "code": code, "code_role": role}
                    for code, role in zip(CODES, ["principal", *["secondary"] * 4], strict=True)
                ],
            }
        )
    )
    root = workspace_with_code_sets(folder / "workspace")
    charts = [chart, embedded_folder("data") / "charts" / "A0001"]
    report = load_files(Workbench.open(root).workspace, charts, loaded_at=dt.datetime(2026, 2, 1))  # noqa: DTZ001
    assert report.rejected_count == 0


@pytest.fixture(scope="module")
def workbench() -> Workbench:
    return Workbench.open(made_once("record-support", _load) / "workspace")


@pytest.fixture(scope="module")
def encounter(workbench: Workbench) -> Encounter:
    return workbench.encounter("A1")


def test_each_code_has_what_the_record_says_of_it_those_without_support_first(encounter: Encounter) -> None:
    frame = encounter.support().frame
    says = dict(frame.select("code", "record").iter_rows())
    assert says == {
        "I4891": "not found",
        "R079": "negates",
        "E119": "contradicts",
        "E1122": "supports",
        "E785": "supports",
    }
    assert frame["record"].to_list()[-2:] == ["supports", "supports"]
    assert frame.filter(code="E119")["reason"].item() is not None
    confidence = dict(frame.select("code", "confidence").iter_rows())
    assert confidence["E1122"] > confidence["E119"] > confidence["I4891"]


def test_meat_is_of_lasting_conditions_only(encounter: Encounter) -> None:
    meat = dict(encounter.support().frame.select("code", "meat").iter_rows())
    assert meat["E1122"] == "EAT"
    assert meat["E785"] == "A"
    assert meat["R079"] is None


def test_what_the_assessment_asserts_and_no_code_stands_for_is_listed(encounter: Encounter) -> None:
    frame = encounter.uncoded().frame
    assert frame.select(pl.col("code").str.head(3), "meat", "sentence").rows() == [
        ("M10", "MAT", "Gout, stable on allopurinol.")
    ]


def test_the_anemia_that_a_coder_left_out_is_listed(workbench: Workbench) -> None:
    frame = workbench.encounter("A0001").uncoded().frame
    assert "D631" in frame["code"].to_list()


def test_words_of_coded_charts_are_learnt_of_those_that_are_there(
    workbench: Workbench, encounter: Encounter
) -> None:
    learnt = workbench.learnt_words(["A1"])
    assert learnt.features("E785", {"gout"})[0] == 0.0
    with pytest.raises(UsageError, match="to learn from"):
        workbench.learnt_words(["not there"])
    assert encounter.support(learnt).frame.height == len(CODES)
