"""Codes of models: loaded beside those that are audited, never in their place."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from auditlib.sources.tabular.proposal.suggestion import suggest_mapping
from auditlib.workspace import Workspace
from tests.loading.test_loading_tables import load, rejected, written

ENCOUNTERS = "encounter_id,encounter_class,admit_date\nE1,office,2026-01-05\nE2,office,2026-01-06\n"
HEADER = "encounter_id,code_system,code,code_source,coder_name,coder_version,confidence_share,"
SPAN = "span_document_number,span_start,span_end\n"
BOTH = (
    HEADER
    + SPAN
    + """E1,ICD-10-CM,I10,human,,,,,,
E1,CPT,99213,,,,,,,
E1,ICD-10-CM,I10,model,Codewise,2.1,0.97,1,0,12
E1,CPT,99214,model,Codewise,2.1,61 %,,,
E1,ICD-10-CM,E11.9,model,Codewise,2.2,,1,5,9
E2,ICD-10-CM,J45.909,model,Codewise,2.1,1,,,
E2,CPT,99213,model,Codewise,2.1,0,,,
"""
)


def test_a_models_codes_stand_beside_the_coders_each_version_in_a_list_of_its_own(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    report = load(
        workspace, written(tmp_path, "encounters.csv", ENCOUNTERS), written(tmp_path, "codes.csv", BOTH)
    )
    assert report.rejected_count == 0
    machine = workspace.warehouse().query("queries/machine/machine_codes", {"encounter_ids": ["E1", "E2"]})
    columns = ("encounter_id", "coder_version", "code_number", "code", "code_role", "confidence_share")
    assert machine.select(columns).rows() == [
        ("E1", "2.1", 1, "I10", "principal", 0.97),
        ("E1", "2.1", 2, "99214", "procedure", 0.61),
        ("E1", "2.2", 1, "E119", "principal", None),
        ("E2", "2.1", 1, "J45909", "principal", 1.0),
        ("E2", "2.1", 2, "99213", "procedure", 0.0),
    ]
    assert machine.select("span_document_number", "span_start", "span_end").row(0) == (1, 0, 12)
    # The audited codes: the coder's where there are any, the model's where there are none.
    audited = workspace.warehouse().query(
        "queries/audits/encounter_codes_of", {"encounter_ids": ["E1", "E2"]}
    )
    assert audited.select("encounter_id", "code_number", "code").rows() == [
        ("E1", 1, "I10"),
        ("E1", 2, "99213"),
        ("E2", 1, "J45909"),
        ("E2", 2, "99213"),
    ]


def test_the_coders_codes_take_the_place_of_a_models_when_they_are_loaded_later(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    load(workspace, written(tmp_path, "encounters.csv", ENCOUNTERS), written(tmp_path, "codes.csv", BOTH))
    later = "encounter_id,code_system,code\nE2,ICD-10-CM,J20.9\n"
    report = load(workspace, written(tmp_path, "later.csv", later))
    assert report.rejected_count == 0
    audited = workspace.warehouse().query("queries/audits/encounter_codes_of", {"encounter_ids": ["E2"]})
    assert audited["code"].to_list() == ["J209"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("robot,Codewise,2.1,0.9,,,", "code_source is not known"),
        ("model,,2.1,0.9,,,", "coder_name is missing in a code of a model"),
        ("model,Codewise,,0.9,,,", "coder_version is missing in a code of a model"),
        ("model,Codewise,2.1,97,,,", "confidence_share is not a share from 0 to 1"),
        ("model,Codewise,2.1,-0.1,,,", "confidence_share is not a share from 0 to 1"),
        ("model,Codewise,2.1,nan,,,", "confidence_share is not a share from 0 to 1"),
        ("model,Codewise,2.1,101%,,,", "confidence_share is not a share from 0 to 1"),
        ("model,Codewise,2.1,high,,,", "confidence_share is not a share from 0 to 1"),
        ("model,Codewise,2.1,0.9,1,9,9", "the span is not a passage of a document"),
        ("model,Codewise,2.1,0.9,0,1,9", "the span is not a passage of a document"),
        ("model,Codewise,2.1,0.9,1,1,", "the span is not a passage of a document"),
    ],
)
def test_a_row_that_cannot_be_a_models_code_is_not_loaded(tmp_path: Path, cells: str, reason: str) -> None:
    workspace = Workspace.create(tmp_path / "w")
    text = f"{HEADER}{SPAN}E1,ICD-10-CM,I10,{cells}\nE1,ICD-10-CM,J20.9,model,Other,1,0.5,,,\n"
    load(workspace, written(tmp_path, "encounters.csv", ENCOUNTERS), written(tmp_path, "codes.csv", text))
    assert rejected(workspace) == [("codes.csv", reason)]


def test_one_percent_is_not_taken_for_certain_where_others_of_the_version_are_in_percent(
    tmp_path: Path,
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    rows = "".join(
        f"E1,ICD-10-CM,{code},model,Codewise,{version},{confidence},,,\n"
        for code, version, confidence in (("I10", "1", "97"), ("J20.9", "1", "1"), ("R05.1", "2", "1"))
    )
    load(
        workspace,
        written(tmp_path, "encounters.csv", ENCOUNTERS),
        written(tmp_path, "c.csv", HEADER + SPAN + rows),
    )
    assert sorted(reason for _, reason in rejected(workspace)) == [
        "confidence_share is not a share from 0 to 1",
        "confidence_share may be in percent, as others of this version are",
    ]
    machine = workspace.warehouse().query("queries/machine/machine_codes", {"encounter_ids": ["E1"]})
    assert machine.select("coder_version", "confidence_share").rows() == [("2", 1.0)]


def test_a_chart_lists_a_models_codes_with_confidence_and_span(tmp_path: Path) -> None:
    model = {
        "code_source": "model",
        "coder_name": "Codewise",
        "coder_version": "prompt-7",
        "code_role": "secondary",
    }
    span = {"span_document_number": 1, "span_start": 4, "span_end": 9}
    chart = {
        "encounter_id": "E1",
        "encounter_class": "office",
        "admit_date": "2026-01-05",
        "codes": [
            {"code_system": "ICD-10-CM", "code": "I10", "code_role": "principal"},
            {"code_system": "ICD-10-CM", "code": "E11.9", **model, "confidence_share": 0.875, **span},
            {"code_system": "ICD-10-CM", "code": "J20.9", **model, "confidence_share": True},
        ],
    }
    folder = tmp_path / "E1"
    folder.mkdir()
    workspace = Workspace.create(tmp_path / "w")
    load(workspace, written(folder, "encounter.json", json.dumps(chart)))
    machine = workspace.warehouse().query("queries/machine/machine_codes", {"encounter_ids": ["E1"]})
    columns = ("coder_version", "code", "confidence_share", "span_start", "span_end")
    assert machine.select(columns).rows() == [("prompt-7", "E119", 0.875, 4, 9)]
    assert rejected(workspace) == [("encounter.json", "code 3: confidence_share is not text")]


def test_a_mapping_is_proposed_for_a_models_own_table(tmp_path: Path) -> None:
    text = (
        "Account,Code System,Code,Model,Model Version,Confidence\n"
        "E1,ICD-10-CM,I10,Codewise,2.1,0.97\nE2,ICD-10-CM,E11.9,Codewise,2.1,0.55\n"
    )
    path = written(tmp_path, "model.csv", text)
    proposed = suggest_mapping(path)
    assert 'coder_name: "model"' in proposed
    assert 'coder_version: "model version"' in proposed
    assert 'confidence_share: "confidence"' in proposed
    workspace = Workspace.create(tmp_path / "w")
    report = load(workspace, written(tmp_path, "encounters.csv", ENCOUNTERS), path, mapping=proposed)
    assert report.rejected_count == 0, rejected(workspace)
    machine = workspace.warehouse().query("queries/machine/machine_codes", {"encounter_ids": ["E1", "E2"]})
    assert machine["confidence_share"].to_list() == pl.Series([0.97, 0.55]).to_list()
